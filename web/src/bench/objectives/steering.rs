//! What the section does about what it hears: asks for policies, begins sweeps and drops them, concludes, opens runs.

use super::charting::{SUBJECTS, chart};
use super::chooser::EACH;
use super::pool::Job;
use super::sweeps::{Conditions, Kind, Sweep};
use super::{Ask, Context, Msg, Objectives, PoolEvent, Problem, Question, Told, bus, now_ms, show_top};
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::Callback;

/// What is run as soon as the study is there, and what when somebody comes near.
const AT_ONCE: [Kind; 2] = [Kind::Cadence, Kind::Interval];
pub(super) const WHEN_NEAR: [Kind; 3] = [Kind::CadenceCost, Kind::IntervalCost, Kind::Around];

/// Charts follow the points that come in so often, milliseconds.
const REDRAW_MS: u32 = 90;

impl Objectives {
    fn ask(&mut self, ctx: &Context<Self>, question: Question, ask: &Ask, heard: impl Fn(Told) -> Msg + 'static) {
        let heard: Callback<Told> = ctx.link().callback(heard);
        self.asked.retain(|(asked, _)| *asked != question);
        self.asked.extend(self.pool.ask(ask, heard).map(|ticket| (question, ticket)));
    }

    /// What the workers say; whether anything is to be shown anew.
    pub(super) fn of_pool(&mut self, ctx: &Context<Self>, event: PoolEvent) -> bool {
        match event {
            PoolEvent::Send(index, envelope) => {
                self.pool.send(index, &envelope);
                false
            }
            PoolEvent::News(index, news) => {
                let was_ready = self.pool.is_ready();
                let problem = self.pool.hear(index, news);
                let changed = problem.is_some();
                if changed {
                    self.problem = problem;
                }
                if self.pool.is_ready() && !was_ready {
                    self.problem = None;
                    if self.known.is_none() {
                        self.ask(ctx, Question::Known, &Ask::Known, Msg::Known);
                    }
                    self.ask_policy(ctx);
                    return true;
                }
                changed
            }
            PoolEvent::Told(worker, mark, told) => self.of_job(ctx, worker, mark, told),
        }
    }

    fn of_job(&mut self, ctx: &Context<Self>, worker: usize, mark: u32, told: Told) -> bool {
        let (generation, kind) = Kind::of_mark(mark);
        if generation != self.generation {
            return false;
        }
        match told {
            Told::Point { point, .. } => {
                let Some(sweep) = &mut self.sweeps[kind as usize] else { return false };
                let is_first = sweep.points.iter().all(Option::is_none);
                let is_done = sweep.take(point, now_ms());
                if is_done {
                    self.conclude(ctx, kind);
                }
                if !is_first && !is_done {
                    self.draw_soon(ctx, kind);
                    return false;
                }
                self.draw(kind);
            }
            Told::Done { .. } => {
                self.pool.done(worker);
                return false;
            }
            Told::Refused(problem) => {
                self.problem = Some(problem);
                self.pool.cancel();
                self.cancelled = true;
            }
            _ => return false,
        }
        true
    }

    /// Points come faster than charts can be made without the page standing still.
    fn draw_soon(&mut self, ctx: &Context<Self>, kind: Kind) {
        if !self.stale.contains(&kind) {
            self.stale.push(kind);
        }
        if self.redraw.is_none() {
            let redraw = ctx.link().callback(|()| Msg::Redraw);
            self.redraw = Some(Timeout::new(REDRAW_MS, move || redraw.emit(())));
        }
    }

    /// Makes one of the charts that have fallen behind, and leaves the others to the next turns.
    pub(super) fn draw_stale(&mut self, ctx: &Context<Self>) {
        self.redraw = None;
        if let Some(kind) = self.stale.pop() {
            self.draw(kind);
        }
        if let Some(next) = self.stale.pop() {
            self.draw_soon(ctx, next);
        }
    }

    /// Asks for another policy, with no knob turned about it.
    pub(super) fn want(&mut self, ctx: &Context<Self>, text: String) {
        self.turned.clear();
        self.wanted = Some(text);
        self.ask_policy(ctx);
    }

    /// Turns a knob of the policy at hand, or of the one that is coming.
    pub(super) fn turn(&mut self, ctx: &Context<Self>, knob: &str, to: i64) {
        self.preset = None;
        if self.wanted.is_none() {
            self.wanted = self.policy.as_ref().map(|policy| policy.text.clone());
        }
        self.turned.push((knob.to_owned(), to));
        self.ask_policy(ctx);
    }

    /// What is run is of no use any more, whatever comes.
    fn ask_policy(&mut self, ctx: &Context<Self>) {
        self.pool.cancel();
        self.cancelled = false;
        if let Some(text) = self.wanted.clone() {
            self.ask(ctx, Question::Policy, &Ask::Policy { text, turned: self.turned.clone() }, Msg::Policy);
        }
    }

    pub(super) fn policy_came(&mut self, told: Told) {
        self.wanted = None;
        self.turned.clear();
        match told {
            Told::Policy(policy) => {
                (self.text, self.text_problem) = (None, None);
                self.policy = Some(policy);
                let is_unwanted = self.cancelled;
                self.restart();
                if is_unwanted {
                    self.pool.cancel();
                    self.cancelled = true;
                }
            }
            Told::Refused(problem) => {
                self.text_problem = Some(problem);
                self.cancelled = true;
            }
            _ => {}
        }
    }

    /// Drops whatever is run and begins anew.
    pub(super) fn restart(&mut self) {
        self.pool.cancel();
        self.generation = self.generation.wrapping_add(1) % 1_000_000;
        (self.cancelled, self.problem) = (false, None);
        let Some(policy) = &self.policy else { return };
        let conditions = Conditions { disasters: self.disasters(), seed: self.seed };
        self.sweeps = Kind::ALL.map(|kind| Some(Sweep::new(kind, policy, &conditions)));
        Kind::ALL.iter().for_each(|kind| self.draw(*kind));
        self.run(&AT_ONCE);
        if self.is_near {
            self.run(&WHEN_NEAR);
        }
    }

    /// Runs sweeps, their points by turns, what is around the policy last.
    pub(super) fn run(&mut self, kinds: &[Kind]) {
        let mut jobs: Vec<(u32, Job)> = Vec::new();
        for kind in kinds {
            let Some(sweep) = self.sweeps[*kind as usize].as_mut() else { continue };
            sweep.began_ms = Some(now_ms());
            let order = u32::from(*kind == Kind::Around) * 1000;
            let job = |point| Job { mark: kind.mark(self.generation), plan: Rc::clone(&sweep.plan), point };
            jobs.extend((0..sweep.points.len() as u32).map(|point| (order + point, job(point))));
        }
        jobs.sort_by_key(|(order, _)| *order);
        self.pool.run(jobs.into_iter().map(|(_, job)| job));
    }

    /// What goes wrong, in the engine's text form.
    fn disasters(&self) -> Vec<String> {
        match &self.disaster {
            (name, _) if name == EACH => self.known.as_ref().map(|known| known.disasters.clone()).unwrap_or_default(),
            (name, Some(delay)) => vec![[name, " ", delay].concat()],
            (name, None) => vec![name.clone()],
        }
    }

    /// Makes the charts of a sweep anew, and those whose marks open its runs.
    pub(super) fn draw(&mut self, kind: Kind) {
        let Some(policy) = &self.policy else { return };
        for (index, subject) in SUBJECTS.iter().enumerate() {
            let of = |kind: Kind| self.sweeps[kind as usize].as_ref();
            if subject.kind != kind && (subject.kind.with_runs() != kind || kind == subject.kind) {
                continue;
            }
            let (Some(sweep), Some(with_runs)) = (of(subject.kind), of(subject.kind.with_runs())) else { continue };
            self.charts[index] = Some(Rc::new(chart(subject.counting(self.people), sweep, with_runs, policy)));
        }
    }

    /// Asks what follows from a sweep that is done.
    pub(super) fn conclude(&mut self, ctx: &Context<Self>, kind: Kind) {
        let Some(sweep) = self.sweeps[kind as usize].as_ref() else { return };
        if sweep.ended_ms.is_none() || kind.with_runs() != kind {
            return;
        }
        let (plan, points) = (sweep.plan.as_ref().clone(), sweep.whole_points());
        let (generation, goal) = (self.generation, self.goal.spec());
        let told = move |told| Msg::Concluded(generation, kind, told);
        self.ask(ctx, Question::Conclude(kind), &Ask::Conclude { plan, points, goal }, told);
    }

    /// Opens one run of a sweep in the lab.
    pub(super) fn open(&mut self, ctx: &Context<Self>, kind: Kind, number: u32, of_loss: bool) {
        let Some(sweep) = self.sweeps[kind as usize].as_ref() else { return };
        let plan = sweep.plan.as_ref().clone();
        self.run_problem = None;
        self.ask(ctx, Question::Run, &Ask::Run { plan, number, of_loss }, Msg::Ran);
    }

    pub(super) fn ran(&mut self, told: Told) {
        match told {
            Told::Run(run) => {
                bus::open(&run.script);
                self.opening = true;
                self.opened = Some(run);
                show_top();
            }
            Told::Refused(problem) => self.run_problem = Some(problem),
            _ => self.run_problem = Some(Problem { code: "malformed_message".into(), params: Vec::new(), place: None }),
        }
    }
}
