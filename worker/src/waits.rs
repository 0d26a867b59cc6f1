//! What the desk is at that takes longer than a message may: one run on its way, and the measuring of a target's recovery time.
//!
//! The latest run that was asked for takes the place of one that is still on its way.

use crate::bench;
use crate::boards::Watching;
use crate::cuts;
use crate::desk::{Current, WallClock};
use crate::loaded::{Loaded, go_on};
use crate::making::Making;
use crate::problems::{of_script, problem};
use crate::task::{self, Came, Purpose, Task, cancelled};
use pitr_engine::Cluster;
use pitr_engine::script::parse;
use pitr_protocol::bench::{Ask, PROGRESS_ID, Progress, Told, open, seal};
use pitr_protocol::{Boundary, Problem, Reply, Request, ScriptSource, TargetSpec};
use std::rc::Rc;

/// A recovery is measured this long before the boundary is told without its time, and then a slice at a time, microseconds.
const MEASURE_US: i64 = 60_000;
const SLICE_US: i64 = 8_000;

/// Who asked: the request's id and epoch.
type Asker = (u32, u32);
type Say<'a> = &'a mut dyn FnMut(u32, u32, Reply);

/// What is under way.
#[derive(Default)]
pub struct Waits {
    task: Option<Task>,
    /// A run that was tried, by the text of its script, and how many records it wrote: it will be asked for next.
    tried: Option<(String, Rc<Loaded>, u64)>,
    measure: Option<Measure>,
    /// A run that is gone through as its operators would have seen it, when nothing else is to be done.
    watching: Option<(Asker, Watching)>,
}

/// The boundary of the target that was asked for last: others may ask for the same.
struct Measure {
    boundary: Boundary,
    /// The recovery that is carried out to learn what it takes, and who waits for that.
    under_way: Option<(Cluster, Vec<Asker>)>,
}

impl Waits {
    /// Takes up a request that may take long; gives back any other.
    pub fn begin(
        &mut self,
        current: Option<&Current>,
        asker: Asker,
        request: Request,
        clock: &WallClock,
        say: Say<'_>,
    ) -> Option<Request> {
        let begun = match &request {
            Request::Load(source) => self.load(current, asker, source, clock()),
            Request::Recover(spec) => with(current).and_then(|current| {
                let (making, of) = task::recovery(current, spec)?;
                let purpose = Purpose::Recover { asked: Some(spec.clone()), worked_us: 0 };
                Ok(Task::new(asker, purpose, making, of, clock()))
            }),
            Request::Resume => with(current).and_then(|current| went_on(current, asker, None, clock())),
            Request::Continue(spec) => with(current).and_then(|current| went_on(current, asker, Some(spec), clock())),
            Request::Boundary(spec) => {
                let found = with(current).and_then(|current| self.boundary(current, asker, spec, clock));
                let told = found.map_or_else(Reply::Refused, |boundary| Reply::Boundary(Box::new(boundary)));
                say(asker.0, asker.1, told);
                return None;
            }
            Request::Bench(sealed) => match open::<Ask>(sealed) {
                Some(Ask::Cancel) => {
                    // Where there is no other run, this one is needed.
                    if current.is_some() {
                        self.drop_task(say);
                    }
                    say(asker.0, asker.1, Reply::Done);
                    return None;
                }
                Some(Ask::Boards) => {
                    match with(current) {
                        Ok(current) => {
                            self.drop_watching(say);
                            self.watching = Some((asker, Watching::of(&current.loaded)));
                        }
                        Err(problem) => say(asker.0, asker.1, Reply::Bench(seal(&Told::Refused(problem)))),
                    }
                    return None;
                }
                Some(ask) => match attempt(current, asker, &ask, clock()) {
                    Ok(Some(task)) => Ok(task),
                    Ok(None) => return Some(request),
                    Err(problem) => {
                        say(asker.0, asker.1, Reply::Bench(seal(&Told::Refused(problem))));
                        return None;
                    }
                },
                None => return Some(request),
            },
            _ => return Some(request),
        };
        match begun {
            Ok(task) => {
                self.drop_task(say);
                self.task = Some(task);
            }
            Err(problem) => say(asker.0, asker.1, Reply::Refused(problem)),
        }
        None
    }

    /// Goes on for a slice; whether more is left.
    pub fn work(&mut self, current: &mut Option<Current>, clock: &WallClock, say: Say<'_>) -> bool {
        let Some(mut task) = self.task.take() else {
            return self.go_on_measuring(clock, say) || self.go_on_watching(clock, say);
        };
        let (id, epoch) = (task.id, task.epoch);
        match task.work(clock, |reply| say(id, epoch, reply)) {
            Came::More => {
                if let Some(progress) = task.progress(clock()) {
                    tell(Some(Progress { can_be_cancelled: current.is_some(), ..progress }), epoch, say);
                }
                self.task = Some(task);
                return true;
            }
            Came::Shown(shown) => {
                let report = shown.columns.head.report.clone().filter(|_| task.is_recovery());
                *current = Some(*shown);
                self.measure = None;
                self.drop_watching(say);
                say(id, epoch, Reply::Ready);
                report.into_iter().for_each(|report| say(id, epoch, Reply::Recovered(report)));
            }
            Came::Tried(loaded, told) => {
                self.tried = Some((loaded.script.to_string(), loaded, task.records()));
                say(id, epoch, Reply::Bench(seal(&told)));
            }
            Came::Refused(problem) => {
                let problem = match (task.asked(), current.as_ref()) {
                    (Some(asked), Some(current)) => {
                        cuts::in_terms_of(&asked, &current.loaded, &current.columns, problem)
                    }
                    _ => problem,
                };
                say(id, epoch, task.refusal(problem));
            }
        }
        if task.was_told() {
            tell(None, epoch, say);
        }
        self.watching.is_some() || self.measure.as_ref().is_some_and(|measure| measure.under_way.is_some())
    }

    /// Thinks better of what is on its way.
    fn drop_task(&mut self, say: Say<'_>) {
        let Some(task) = self.task.take() else { return };
        say(task.id, task.epoch, task.refusal(cancelled()));
        if task.was_told() {
            tell(None, task.epoch, say);
        }
    }

    fn load(
        &mut self,
        current: Option<&Current>,
        asker: Asker,
        source: &ScriptSource,
        now_us: i64,
    ) -> Result<Task, Problem> {
        let (text, of) = match source {
            ScriptSource::Shipped(stem) => {
                let scenario = bench::scenario(stem)?;
                (scenario.text, scenario.records)
            }
            ScriptSource::Text(text) => {
                // Kept for this request alone: it is as large as a run.
                let tried = self.tried.take().filter(|(tried, ..)| tried == text);
                if let Some((_, loaded, records)) = tried {
                    return Ok(Task::tried(asker, loaded, records, now_us));
                }
                (text.as_str(), 0)
            }
        };
        let script = parse(text).map_err(|error| of_script(&error))?;
        let of = match current.filter(|current| of == 0 && current.loaded.script == script) {
            Some(current) => u64::from(current.columns.head.record_count),
            None => of,
        };
        let making = Making::of(script, text, current.map(|current| &*current.loaded));
        Ok(Task::new(asker, Purpose::Show, making, of, now_us))
    }

    /// The cut of a target. Where the recovery takes long, its time is told later, in another answer.
    fn boundary(
        &mut self,
        current: &Current,
        asker: Asker,
        asked: &TargetSpec,
        clock: &WallClock,
    ) -> Result<Boundary, Problem> {
        if let Some(known) = self.measure.as_mut().filter(|known| known.boundary.spec == *asked) {
            if let Some((_, askers)) = &mut known.under_way {
                askers.push(asker);
            }
            return Ok(known.boundary.clone());
        }
        let until = clock() + MEASURE_US;
        let mut tried = None;
        let boundary = cuts::boundary(&current.loaded, &current.columns, asked, |spec| {
            let mut cluster = current.loaded.trial(spec)?;
            while go_on(&mut cluster) {
                if clock() >= until {
                    tried = Some(cluster);
                    return None;
                }
            }
            cuts::report_of(&cluster)
        })?;
        let under_way = tried.map(|cluster| (cluster, vec![asker]));
        self.measure = Some(Measure { boundary: boundary.clone(), under_way });
        Ok(boundary)
    }

    /// The run that was gone through is not wanted any more, or another is.
    fn drop_watching(&mut self, say: Say<'_>) {
        if let Some(((id, epoch), _)) = self.watching.take() {
            say(id, epoch, Reply::Bench(seal(&Told::Refused(cancelled()))));
        }
    }

    fn go_on_watching(&mut self, clock: &WallClock, say: Say<'_>) -> bool {
        let Some(((id, epoch), mut watching)) = self.watching.take() else { return false };
        let until = clock() + SLICE_US;
        if !watching.work(|| clock() < until) {
            self.watching = Some(((id, epoch), watching));
            return true;
        }
        say(id, epoch, Reply::Bench(seal(&Told::Boards(watching.told()))));
        false
    }

    fn go_on_measuring(&mut self, clock: &WallClock, say: Say<'_>) -> bool {
        let Some(Measure { boundary, under_way }) = &mut self.measure else { return false };
        let Some((cluster, _)) = under_way else { return false };
        let until = clock() + SLICE_US;
        while go_on(cluster) {
            if clock() >= until {
                return true;
            }
        }
        let Some((cluster, askers)) = under_way.take() else { return false };
        if let Some(report) = cuts::report_of(&cluster) {
            cuts::measured(boundary, &report);
            for (id, epoch) in askers {
                say(id, epoch, Reply::Boundary(Box::new(boundary.clone())));
            }
        }
        false
    }
}

fn with(current: Option<&Current>) -> Result<&Current, Problem> {
    current.ok_or_else(|| problem("no_run", vec![]))
}

/// A run that the workbench wants tried; `None` if it asks for something else.
fn attempt(current: Option<&Current>, asker: Asker, ask: &Ask, now_us: i64) -> Result<Option<Task>, Problem> {
    let attempt = bench::attempt(&with(current)?.loaded, ask)?;
    Ok(attempt.map(|(making, told, of)| Task::new(asker, Purpose::Try(told), making, of, now_us)))
}

fn went_on(current: &Current, asker: Asker, to: Option<&TargetSpec>, now_us: i64) -> Result<Task, Problem> {
    let making = task::continuation(current, to)?;
    let asked = to.cloned().or_else(|| current.columns.head.report.as_ref().map(|report| report.spec.clone()));
    let purpose = Purpose::Recover { asked, worked_us: current.loaded.wall_us };
    Ok(Task::new(asker, purpose, making, 0, now_us))
}

fn tell(progress: Option<Progress>, epoch: u32, say: Say<'_>) {
    say(PROGRESS_ID, epoch, Reply::Bench(seal(&Told::Progress(progress))));
}
