//! What the page does about what it is told, without a browser and without a worker.

mod engines;

use super::*;
use pitr_protocol::{
    Along, AtTarget, Envelope, Frame, PROTOCOL_VERSION, Problem, Records, Reply, Request, RunHead, ScriptSource,
    StepKind, Steps, Stop, TargetKind, TargetSpec,
};
use std::rc::Rc;

/// A page, and what it has asked for.
struct Page {
    model: Model,
    sent: Vec<Envelope<Request>>,
    wakes: u32,
    whole_engines: u32,
}

impl Page {
    fn new() -> Page {
        Page { model: Model::new(Rc::new(Numbers::default())), sent: Vec::new(), wakes: 0, whole_engines: 0 }
    }

    /// A page that has loaded a run of ten steps, noticed at its last.
    fn loaded() -> Page {
        let mut page = Page::new();
        page.act(Action::Connected { fallback: false });
        let load = page.last(|body| matches!(body, Request::Load(_)));
        page.arrive(&load, head(10, 9, None));
        page
    }

    fn act(&mut self, action: Action) {
        let effects = self.model.apply(action);
        self.note(effects);
    }

    fn hear(&mut self, to: &Envelope<Request>, body: Reply) {
        let envelope = Envelope { version: PROTOCOL_VERSION, id: to.id, epoch: to.epoch, body };
        let effects = self.model.hear(envelope);
        self.note(effects);
    }

    fn note(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(envelope) => self.sent.push(envelope),
                Effect::Wake(_) => self.wakes += 1,
                Effect::Rest => {}
                Effect::WholeEngine => self.whole_engines += 1,
            }
        }
    }

    fn last(&self, is: impl Fn(&Request) -> bool) -> Envelope<Request> {
        self.sent.iter().rev().find(|sent| is(&sent.body)).expect("it was asked").clone()
    }

    fn count(&self, is: impl Fn(&Request) -> bool) -> usize {
        self.sent.iter().filter(|sent| is(&sent.body)).count()
    }

    fn arrive(&mut self, to: &Envelope<Request>, head: RunHead) {
        let steps = head.step_count as usize;
        self.hear(to, Reply::Run(Box::new(head)));
        self.hear(to, Reply::Records(Records::default()));
        let half = steps / 2;
        for count in [half, steps - half] {
            let columns = Steps {
                kind: vec![StepKind::Other; count],
                time_us: vec![0; count],
                lsn: vec![0; count],
                xid: vec![0; count],
                name: vec![0; count],
                text: vec![0; count],
                amount: vec![0; count],
            };
            self.hear(to, Reply::Steps(columns));
        }
        self.hear(to, Reply::Ready);
    }

    fn stage(&self) -> Stage {
        stage(&self.model.run, &self.model.cursor, &self.model.target, &self.model.outcome)
    }
}

fn head(step_count: u32, noticed_step: u32, recovery_step: Option<u32>) -> RunHead {
    let proposed_target = "02:59:59".to_owned();
    let script = format!("# of {step_count} steps\n");
    RunHead { step_count, noticed_step, recovery_step, proposed_target, script, ..RunHead::default() }
}

fn problem() -> Problem {
    Problem { code: "bad_time".into(), params: Vec::new(), place: None }
}

fn is_seek(body: &Request) -> bool {
    matches!(body, Request::Seek { .. })
}

#[test]
fn a_page_opens_where_somebody_noticed() {
    let page = Page::loaded();
    assert_eq!(page.model.cursor.step, 9);
    assert_eq!(page.model.target.spec.text, "02:59:59");
    assert_eq!(page.stage(), Stage::Opened);
    assert_eq!(page.model.run.steps.kind.len(), 10, "both parts of the columns");
    assert!(page.sent.iter().any(|sent| matches!(&sent.body, Request::Boundary(spec) if spec.text == "02:59:59")));
    assert!(page.sent.iter().any(|sent| matches!(sent.body, Request::Stops { kind: TargetKind::Time, .. })));
}

#[test]
fn a_run_is_replaced_by_a_complete_one_alone() {
    let mut page = Page::loaded();
    page.act(Action::Load(ScriptSource::Text("nonsense".into())));
    let load = page.last(|body| matches!(body, Request::Load(_)));
    page.hear(&load, Reply::Run(Box::new(head(3, 2, None))));
    assert_eq!(page.model.run.head.step_count, 10, "the head alone changes nothing");
    page.hear(&load, Reply::Refused(problem()));
    assert_eq!(page.model.run.head.step_count, 10);
    assert_eq!(page.model.outcome.load_refused, Some(problem()));
    assert!(!page.model.outcome.loading);
}

#[test]
fn of_seeks_the_latest_counts() {
    let mut page = Page::loaded();
    let before = page.count(is_seek);
    let first = page.last(is_seek);
    for step in [3, 4, 5] {
        page.act(Action::GoTo(step));
    }
    assert_eq!(page.count(is_seek), before, "one at a time");
    page.hear(&first, Reply::Frame(Box::new(Frame { step: 9, ..Frame::default() })));
    assert!(page.model.cursor.frame.as_ref().is_none_or(|frame| frame.step != 9), "too late for the ninth");
    let next = page.last(is_seek);
    assert_eq!(next.body, Request::Seek { step: 5 });
    page.hear(&next, Reply::Frame(Box::new(Frame { step: 5, ..Frame::default() })));
    assert_eq!(page.model.cursor.frame.as_ref().map(|frame| frame.step), Some(5));
    page.act(Action::GoTo(9));
    assert_eq!(page.model.cursor.frame.as_ref().map(|frame| frame.step), Some(9), "seen before: nothing is asked");
    assert_eq!(page.count(is_seek), before + 1);
}

#[test]
fn hurried_moves_ask_for_nothing_until_the_page_catches_up() {
    let mut page = Page::loaded();
    let first = page.last(is_seek);
    page.hear(&first, Reply::Frame(Box::new(Frame { step: 9, ..Frame::default() })));
    page.model.hurried = true;
    let asked = page.count(is_seek);
    [3, 4, 5].into_iter().for_each(|step| page.act(Action::GoTo(step)));
    assert_eq!((page.count(is_seek), page.model.cursor.step), (asked, 5));
    let effects = page.model.catch_up();
    page.note(effects);
    let caught_up = page.last(is_seek);
    assert_eq!(caught_up.body, Request::Seek { step: 5 });
    // By the time it is answered the place is another: what is shown lags behind, rather than standing still.
    page.act(Action::GoTo(6));
    page.hear(&caught_up, Reply::Frame(Box::new(Frame { step: 5, ..Frame::default() })));
    assert_eq!(page.model.cursor.frame.as_ref().map(|frame| frame.step), Some(5));
}

#[test]
fn an_answer_of_an_earlier_epoch_changes_nothing() {
    let mut page = Page::loaded();
    let seek = page.last(is_seek);
    page.act(Action::Recover);
    page.hear(&seek, Reply::Frame(Box::new(Frame { step: 9, ..Frame::default() })));
    assert!(page.model.cursor.frame.is_none());
}

#[test]
fn playing_ends_at_the_end_and_begins_anew_from_there() {
    let mut page = Page::loaded();
    page.act(Action::PlayOrPause);
    assert_eq!(page.model.cursor.step, 0);
    for _ in 0..20 {
        page.act(Action::Tick);
    }
    assert_eq!(page.model.cursor.step, 9);
    assert!(!page.model.cursor.playing);
    assert_eq!(page.wakes, 9, "no tick is due past the end");
    page.act(Action::StepBy(-1));
    assert_eq!((page.model.cursor.step, page.model.cursor.from), (8, 9));
    page.act(Action::StepBy(-100));
    assert_eq!(page.model.cursor.step, 0);
}

#[test]
fn a_recovery_is_played_from_its_beginning() {
    let mut page = Page::loaded();
    page.act(Action::Recover);
    page.act(Action::Recover);
    assert_eq!(page.count(|body| matches!(body, Request::Recover(_))), 1, "one at a time");
    assert_eq!(page.stage(), Stage::Recovering);
    let recover = page.last(|body| matches!(body, Request::Recover(_)));
    page.arrive(&recover, head(20, 9, Some(10)));
    assert_eq!(page.model.cursor.step, 10);
    assert!(page.model.cursor.playing);
    assert!(!page.model.outcome.reached);
    for _ in 0..20 {
        page.act(Action::Tick);
    }
    assert!(page.model.outcome.reached);
    page.act(Action::GoTo(2));
    assert!(page.model.outcome.reached, "what was reached stays");
}

#[test]
fn a_refused_recovery_leaves_all_as_it_was() {
    let mut page = Page::loaded();
    page.act(Action::Recover);
    let recover = page.last(|body| matches!(body, Request::Recover(_)));
    page.hear(&recover, Reply::Refused(problem()));
    assert_eq!(page.model.outcome.refused, Some(problem()));
    assert_eq!((page.model.cursor.step, page.model.run.head.step_count), (9, 10));
    page.act(Action::TargetText("02:55:00".into()));
    assert_eq!(page.model.outcome.refused, None, "another target is another question");
}

#[test]
fn a_target_that_cannot_be_read_keeps_the_last_cut() {
    let mut page = Page::loaded();
    page.act(Action::TargetText("half past".into()));
    let first = page.sent.iter().find(|sent| matches!(sent.body, Request::Boundary(_))).expect("asked").clone();
    page.hear(&first, Reply::Refused(problem()));
    assert_eq!(page.model.target.problem, None, "that was about the one before");
    let second = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&second, Reply::Refused(problem()));
    assert_eq!(page.model.target.problem, Some(problem()));
    assert_eq!(page.stage(), Stage::Chosen);
}

#[test]
fn a_target_that_is_dragged_is_asked_about_once_at_a_time() {
    let mut page = Page::loaded();
    let is_about_the_cut = |body: &Request| matches!(body, Request::Boundary(_));
    let before = page.count(is_about_the_cut);
    let opening = page.last(is_about_the_cut);
    for second in 10..50 {
        page.act(Action::TargetText(format!("02:59:{second}")));
    }
    assert_eq!(page.count(is_about_the_cut), before, "the first has not been answered");
    page.hear(&opening, Reply::Refused(problem()));
    assert_eq!(page.count(is_about_the_cut), before + 1, "of forty places, only the last");
    let asked = page.last(is_about_the_cut);
    assert!(matches!(&asked.body, Request::Boundary(spec) if spec.text == "02:59:49"), "{asked:?}");
    page.hear(&asked, Reply::Refused(problem()));
    page.act(Action::TargetText("02:59:49".into()));
    assert_eq!(page.count(is_about_the_cut), before + 1, "what has been answered is not asked again");
}

#[test]
fn a_recovery_that_waits_is_taken_up_where_it_waits() {
    let mut page = Page::loaded();
    page.act(Action::Recover);
    let recover = page.last(|body| matches!(body, Request::Recover(_)));
    page.arrive(&recover, head(20, 9, Some(10)));
    page.act(Action::GoTo(19));
    page.act(Action::Promote);
    page.act(Action::Promote);
    assert_eq!(page.count(|body| *body == Request::Resume), 1, "one at a time");
    let resume = page.last(|body| *body == Request::Resume);
    page.arrive(&resume, head(25, 9, Some(10)));
    assert_eq!((page.model.cursor.step, page.model.cursor.playing), (19, true));
    page.act(Action::GoOn);
    let on = page.last(|body| matches!(body, Request::Continue(_)));
    page.hear(&on, Reply::Refused(problem()));
    assert_eq!((page.model.outcome.refused.clone(), page.model.run.head.step_count), (Some(problem()), 25));
}

#[test]
fn each_kind_begins_with_a_target() {
    let mut page = Page::loaded();
    let boundaries = |page: &Page| page.count(|body| matches!(body, Request::Boundary(_)));
    let stop = |text: &str, lsn| Stop { text: text.into(), time_us: 0, lsn, xid: 0 };
    // Let the question of the opening be answered, so that the next can go.
    let first = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&first, Reply::Refused(problem()));
    page.act(Action::TargetKind(TargetKind::Name));
    assert_eq!((page.model.target.spec.text.as_str(), boundaries(&page)), ("", 1), "no name is known yet");
    let ask = page.last(|body| matches!(body, Request::Stops { .. }));
    assert_eq!(ask.body, Request::Stops { kind: TargetKind::Name, along: Along::Latest });
    page.hear(&ask, Reply::Stops { kind: TargetKind::Name, stops: vec![stop("a", 1), stop("b", 2)] });
    assert_eq!((page.model.target.spec.text.as_str(), boundaries(&page)), ("b", 2));
    page.hear(&ask, Reply::Stops { kind: TargetKind::Name, stops: vec![] });
    assert_eq!(page.model.target.stops.len(), 2, "it was answered before");
    let second = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&second, Reply::Refused(problem()));
    page.act(Action::TargetKind(TargetKind::End));
    assert_eq!((page.model.target.spec.text.as_str(), boundaries(&page)), ("", 3), "it needs no text");
    page.act(Action::TargetKind(TargetKind::Immediate));
    assert_eq!(page.model.target.problem, None, "what was wrong with a name is not wrong with this");
}
