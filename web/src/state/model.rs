//! The reducer: actions in, changes and effects out.

mod playing;
mod targeting;

use super::action::{Action, Effect};
use super::cursor::Frames;
use super::gate::Gate;
use super::run::{append_records, append_steps};
use super::{Connection, Crash, Cursor, Health, Numbers, Outcome, Run, Target, View};
use pitr_protocol::{
    Envelope, PROTOCOL_VERSION, Problem, Records, Reply, Request, RunHead, ScriptSource, Steps, TargetSpec,
};
use std::rc::Rc;

/// A run on its way: its head has come, its columns are coming.
#[derive(Debug, Default)]
struct Arriving {
    head: Option<Box<RunHead>>,
    records: Records,
    steps: Steps,
}

/// What a run on its way was asked for.
#[derive(Debug, Clone, PartialEq)]
enum Errand {
    Load(ScriptSource),
    Recover(Way, TargetSpec),
    /// After a crash: the run as it was, and the place in it.
    Restore {
        step: u32,
    },
}

/// How a recovery comes to its target.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    FromTheBackup,
    /// One that is paused ends where it is.
    Promote,
    /// A server that has shut down goes on.
    GoOn,
}

/// Everything that the page knows.
#[derive(Debug)]
pub struct Model {
    pub run: View<Run>,
    pub cursor: Cursor,
    pub target: Target,
    pub outcome: Outcome,
    pub health: Health,
    /// Places come faster than all of the page can follow.
    pub hurried: bool,
    numbers: Rc<Numbers>,
    errand: Option<(u32, Errand)>,
    arriving: Arriving,
    frames: Frames,
    seek: Gate<u32>,
    boundary: Gate<TargetSpec>,
    /// The target that is being read, and the stops that are awaited.
    boundary_asked: Option<(u32, TargetSpec)>,
    stops_asked: Option<u32>,
    /// What waits for the whole engine. A `Restore` waits for nothing more: the questions are asked again in any case.
    waits_for_whole: Option<Errand>,
    /// Crashes since the last run arrived.
    crashes: u32,
}

/// The scenario that the lab opens with.
pub const OPENING: &str = "worked-example";

/// How the worker refuses a script that only the whole engine can run.
const NEEDS_WHOLE_ENGINE: &str = "needs_whole_engine";

/// A worker that goes down this often without any run in between is given up.
const CRASHES_MAX: u32 = 3;

impl Model {
    pub fn new(numbers: Rc<Numbers>) -> Model {
        Model {
            run: View::new(Run::default()),
            cursor: Cursor::default(),
            target: Target::default(),
            outcome: Outcome::default(),
            health: Health::default(),
            hurried: false,
            numbers,
            errand: None,
            arriving: Arriving::default(),
            frames: Frames::default(),
            seek: Gate::default(),
            boundary: Gate::default(),
            boundary_asked: None,
            stops_asked: None,
            waits_for_whole: None,
            crashes: 0,
        }
    }

    /// Takes an action; what it gives back is to be done in order.
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        match action {
            Action::Load(source) => self.load(source, &mut effects),
            Action::GoTo(step) => {
                self.pause(&mut effects);
                self.go_to(step, &mut effects);
            }
            Action::StepBy(count) => {
                self.pause(&mut effects);
                let step = i64::from(self.cursor.step) + i64::from(count);
                self.go_to(step.clamp(0, i64::from(u32::MAX)) as u32, &mut effects);
            }
            Action::PlayOrPause if self.cursor.playing => self.pause(&mut effects),
            Action::PlayOrPause => self.play(&mut effects),
            Action::SetSpeed(speed) => {
                self.cursor.speed = speed;
                if self.cursor.playing {
                    effects.push(Effect::Wake(self.dwell_ms()));
                }
            }
            Action::Tick => self.tick(&mut effects),
            Action::TargetKind(kind) => self.set_kind(kind, &mut effects),
            Action::TargetStop(index) => {
                if let Some(stop) = self.target.stops.get(index) {
                    let text = stop.text.clone();
                    self.set_text(text, &mut effects);
                }
            }
            Action::TargetText(text) => self.set_text(text, &mut effects),
            Action::Target(spec) => self.set_target(spec, &mut effects),
            Action::Recover => self.recover(Way::FromTheBackup, self.target.spec.clone(), &mut effects),
            Action::Promote => self.recover(Way::Promote, self.target.spec.clone(), &mut effects),
            Action::GoOn => self.recover(Way::GoOn, self.target.spec.clone(), &mut effects),
            Action::DismissCrash => self.health.crash = None,
            Action::Connected { fallback } => self.connected(fallback, &mut effects),
            Action::Crashed { blame, message } => self.crashed(blame, message, &mut effects),
            Action::NoWholeEngine { message } => {
                let why = Some(problem("no_whole_engine", vec![("message".to_owned(), message.clone())]));
                match self.waits_for_whole.take() {
                    Some(Errand::Load(_)) => {
                        self.outcome.loading = false;
                        self.outcome.load_refused = why;
                    }
                    Some(Errand::Recover(..)) => {
                        self.outcome.asked = false;
                        self.outcome.refused = why;
                    }
                    Some(Errand::Restore { .. }) => self.target.problem = why,
                    None if self.health.state != Connection::Ready => self.failed(message, &mut effects),
                    None => {}
                }
            }
            Action::Failed { message } => self.failed(message, &mut effects),
        }
        effects
    }

    /// Takes an answer of the worker; what it gives back is to be done in order.
    pub fn hear(&mut self, envelope: Envelope<Reply>) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.heard(envelope, &mut effects);
        effects
    }

    fn send(&mut self, body: Request, effects: &mut Vec<Effect>) -> u32 {
        let id = self.numbers.next_id();
        let epoch = self.numbers.epoch();
        effects.push(Effect::Send(Envelope { version: PROTOCOL_VERSION, id, epoch, body }));
        id
    }

    // Runs.

    fn load(&mut self, source: ScriptSource, effects: &mut Vec<Effect>) {
        self.outcome.load_refused = None;
        self.outcome.loading = true;
        if let Some(waiting @ Errand::Recover(..)) = &mut self.waits_for_whole {
            // It was of the run that goes.
            *waiting = Errand::Restore { step: self.cursor.step };
        }
        self.begin(Errand::Load(source.clone()), Request::Load(source), effects);
    }

    fn recover(&mut self, way: Way, spec: TargetSpec, effects: &mut Vec<Effect>) {
        if !self.run.is_there() || self.outcome.asked {
            return;
        }
        self.pause(effects);
        self.outcome.refused = None;
        self.outcome.asked = true;
        let errand = Errand::Recover(way, spec.clone());
        if let Some((_, Errand::Restore { .. })) = self.errand {
            // An engine that has just taken over has no run yet.
            self.waits_for_whole = Some(errand);
            return;
        }
        let request = match way {
            Way::FromTheBackup => Request::Recover(spec),
            Way::Promote => Request::Resume,
            Way::GoOn => Request::Continue(spec),
        };
        self.begin(errand, request, effects);
    }

    fn begin(&mut self, errand: Errand, request: Request, effects: &mut Vec<Effect>) {
        if matches!(errand, Errand::Load(_)) {
            self.outcome.asked = false;
        }
        self.numbers.next_epoch();
        self.forget_questions();
        self.arriving = Arriving::default();
        let id = self.send(request, effects);
        self.errand = Some((id, errand));
    }

    fn forget_questions(&mut self) {
        self.seek.clear();
        self.boundary.clear();
        self.boundary_asked = None;
        self.stops_asked = None;
    }

    /// All columns are there: the new run takes the place of the old one.
    fn arrived(&mut self, effects: &mut Vec<Effect>) {
        let Arriving { head: Some(head), records, steps } = std::mem::take(&mut self.arriving) else {
            return;
        };
        let Some((_, errand)) = self.errand.take() else {
            return;
        };
        let playing_before = self.cursor.playing;
        let end_before = self.run.last_step();
        self.pause(effects);
        self.crashes = 0;
        self.hurried = false;
        self.health.state = Connection::Ready;
        self.run = View::new(Run::new(*head, records, steps));
        self.frames.clear();
        let head = &self.run.head;
        let report = head.report.as_ref().map(|report| View::new(report.as_ref().clone()));
        match errand {
            Errand::Load(_) => {
                let (step, proposed) = (head.noticed_step, head.proposed_target.clone());
                self.cursor.frame = None;
                self.target = Target::default();
                self.target.spec.text = proposed;
                if let Some(report) = &report {
                    self.target.spec = report.spec.clone();
                }
                self.outcome = Outcome { report, ..Outcome::default() };
                self.go_to(step, effects);
            }
            Errand::Recover(way, _) => {
                let step = match way {
                    Way::FromTheBackup => head.recovery_step.unwrap_or(head.noticed_step),
                    // What led to the target has been watched.
                    _ => end_before,
                };
                self.outcome = Outcome { report, ..Outcome::default() };
                self.go_to(step, effects);
                self.play(effects);
            }
            Errand::Restore { step } => {
                let outcome = Outcome { report, reached: self.outcome.reached, ..Outcome::default() };
                self.outcome = Outcome { refused: self.outcome.refused.take(), ..outcome };
                self.go_to(step, effects);
                if playing_before {
                    self.play(effects);
                }
                match self.waits_for_whole.take() {
                    Some(Errand::Load(source)) => return self.load(source, effects),
                    Some(Errand::Recover(way, spec)) => return self.recover(way, spec, effects),
                    _ => {}
                }
            }
        }
        self.ask_stops(effects);
        // A text that somebody typed and that was turned down stays as it is.
        let turned_down = self.target.touched && self.target.problem.is_some();
        if self.target.spec.is_given() && !turned_down {
            self.ask_boundary(effects);
        }
    }

    // The link.

    fn connected(&mut self, fallback: bool, effects: &mut Vec<Effect>) {
        self.health.fallback = fallback;
        if self.run.is_there() {
            // What was asked of the engine before this one is never answered.
            if let Some((_, errand @ (Errand::Load(_) | Errand::Recover(..)))) = self.errand.take() {
                self.waits_for_whole = Some(errand);
            }
            let restore = Request::Load(ScriptSource::Text(self.run.head.script.clone()));
            self.begin(Errand::Restore { step: self.cursor.step }, restore, effects);
        } else {
            self.health.state = Connection::Starting;
            self.load(ScriptSource::Shipped(OPENING.to_owned()), effects);
        }
    }

    fn heard(&mut self, envelope: Envelope<Reply>, effects: &mut Vec<Effect>) {
        let Envelope { id, epoch, body, .. } = envelope;
        if epoch != self.numbers.epoch() {
            return;
        }
        let on_errand = self.errand.as_ref().is_some_and(|(errand, _)| *errand == id);
        match body {
            Reply::Run(head) if on_errand => self.arriving.head = Some(head),
            Reply::Records(part) if on_errand => append_records(&mut self.arriving.records, part),
            Reply::Steps(part) if on_errand => append_steps(&mut self.arriving.steps, part),
            Reply::Ready if on_errand => self.arrived(effects),
            Reply::Recovered(report) => self.outcome.report = Some(View::new(*report)),
            Reply::Frame(frame) => {
                self.seek.answered(id);
                let frame = View::new(*frame);
                self.frames.keep(frame.clone());
                if frame.step == self.cursor.step || self.hurried {
                    self.present(frame);
                }
                self.next_seek(effects);
            }
            Reply::Boundary(boundary) => {
                self.boundary.answered(id);
                if boundary.spec == self.target.spec {
                    self.target.problem = None;
                }
                self.target.boundary = Some(View::new(*boundary));
                self.next_boundary(effects);
            }
            Reply::Stops { stops, .. } if self.stops_asked == Some(id) => self.heard_stops(stops, effects),
            Reply::Refused(problem) => self.refused(id, problem, effects),
            _ => {}
        }
    }

    fn next_seek(&mut self, effects: &mut Vec<Effect>) {
        if let Some(step) = self.seek.next() {
            if self.frames.get(step).is_some() {
                self.show(effects);
            } else {
                let id = self.send(Request::Seek { step }, effects);
                self.seek.sent(id);
            }
        }
    }

    fn next_boundary(&mut self, effects: &mut Vec<Effect>) {
        if let Some(spec) = self.boundary.next() {
            self.send_boundary(spec, effects);
        }
    }

    fn refused(&mut self, id: u32, problem: Problem, effects: &mut Vec<Effect>) {
        if self.errand.as_ref().is_some_and(|(errand, _)| *errand == id) {
            self.arriving = Arriving::default();
            match self.errand.take() {
                // This engine is not the whole one: a run whose engine has gone down is for that one, unless the lab opens with it.
                Some((_, Errand::Restore { .. })) if problem.code == NEEDS_WHOLE_ENGINE => {
                    effects.push(Effect::WholeEngine);
                    return;
                }
                // It is fetched, the run taken over to it, and what was asked tried again.
                Some((_, errand)) if problem.code == NEEDS_WHOLE_ENGINE => {
                    if self.waits_for_whole.replace(errand).is_none() {
                        effects.push(Effect::WholeEngine);
                    }
                }
                Some((_, Errand::Recover(..))) => {
                    self.outcome.asked = false;
                    self.outcome.refused = Some(problem);
                }
                _ => {
                    self.outcome.loading = false;
                    self.outcome.load_refused = Some(problem);
                    if let Some(Errand::Recover(..)) = self.waits_for_whole.take() {
                        self.outcome.asked = false;
                    }
                }
            }
            // What was asked in the epoch before is dropped when it comes: ask again.
            self.show(effects);
            if self.run.is_there() {
                self.ask_stops(effects);
                self.ask_boundary(effects);
            }
        } else if self.boundary.answered(id) {
            let asked = self.boundary_asked.take().is_some_and(|(_, spec)| spec == self.target.spec);
            if problem.code == NEEDS_WHOLE_ENGINE {
                self.go_over(effects);
            } else if asked {
                self.target.problem = Some(problem);
            }
            self.next_boundary(effects);
        } else if self.stops_asked == Some(id) {
            if problem.code == NEEDS_WHOLE_ENGINE {
                self.go_over(effects);
            }
        } else if self.seek.answered(id) {
            self.next_seek(effects);
        }
    }

    /// A question needs the whole engine: that one is fetched once, and asked.
    fn go_over(&mut self, effects: &mut Vec<Effect>) {
        if self.waits_for_whole.is_none() {
            self.waits_for_whole = Some(Errand::Restore { step: self.cursor.step });
            effects.push(Effect::WholeEngine);
        }
    }

    fn failed(&mut self, message: String, effects: &mut Vec<Effect>) {
        self.pause(effects);
        self.health.state = Connection::Failed;
        self.health.crash = Some(View::new(Crash { message, script: self.run.head.script.clone() }));
    }

    fn crashed(&mut self, blame: Option<u32>, message: String, effects: &mut Vec<Effect>) {
        self.crashes += 1;
        let crash = problem("worker_crashed", Vec::new());
        let mut script = self.run.head.script.clone();
        match self.errand.take() {
            Some((_, Errand::Recover(_, spec))) => {
                script.push_str(&asked_line(&spec));
                self.outcome.asked = false;
                self.outcome.refused = Some(crash);
            }
            Some((_, Errand::Load(source))) => {
                if let ScriptSource::Text(text) = source {
                    script = text;
                }
                self.outcome.loading = false;
                self.outcome.load_refused = Some(crash);
            }
            Some((_, Errand::Restore { .. })) => {}
            None => {
                if let Some((_, spec)) = self.boundary_asked.take().filter(|(id, _)| Some(*id) == blame) {
                    script.push_str(&asked_line(&spec));
                    self.target.problem = Some(crash);
                    self.target.touched = true;
                }
            }
        }
        self.numbers.next_epoch();
        self.forget_questions();
        self.arriving = Arriving::default();
        self.health.crash = Some(View::new(Crash { message, script }));
        self.health.state = if self.crashes >= CRASHES_MAX { Connection::Failed } else { Connection::Restoring };
        if self.health.state == Connection::Failed {
            self.pause(effects);
        }
    }
}

fn problem(code: &str, params: Vec<(String, String)>) -> Problem {
    Problem { code: code.to_owned(), params, place: None }
}

/// What was asked, as a comment under the run's script.
fn asked_line(spec: &TargetSpec) -> String {
    let kind = spec.kind.code();
    let inclusive = if spec.inclusive { "inclusive" } else { "exclusive" };
    let backup = spec.backup.as_deref().unwrap_or("newest");
    format!("\n# asked: recover from {backup} to {kind} '{}' {inclusive}\n", spec.text)
}
