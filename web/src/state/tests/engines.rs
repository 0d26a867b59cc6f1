//! What becomes of the page when an engine goes down, when another takes over, and when it needs the whole one.

use super::*;

#[test]
fn an_engine_that_has_just_taken_over_is_asked_to_recover_when_it_has_the_run() {
    let mut page = Page::loaded();
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    let is_recovery = |body: &Request| matches!(body, Request::Recover(_));
    page.act(Action::Recover);
    assert!(page.model.outcome.asked, "it is on its way");
    assert_eq!(page.count(is_recovery), 0, "the engine has no run yet");
    page.arrive(&restore, head(10, 9, None));
    assert_eq!(page.count(is_recovery), 1);
    let recovery = page.last(is_recovery);
    page.arrive(&recovery, head(20, 9, Some(10)));
    assert!(page.model.run.head.recovery_step.is_some());
}

#[test]
fn a_recovery_that_waits_for_its_run_goes_with_it() {
    let is_recovery = |body: &Request| matches!(body, Request::Recover(_));
    let waiting = || {
        let mut page = Page::loaded();
        page.act(Action::Connected { fallback: false });
        page.act(Action::Recover);
        page
    };
    // Another run is opened meanwhile: nobody asked to recover that one.
    let mut page = waiting();
    page.act(Action::Load(ScriptSource::Text("another".into())));
    let load = page.last(|body| matches!(body, Request::Load(_)));
    page.arrive(&load, head(5, 4, None));
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    page.arrive(&restore, head(5, 4, None));
    assert_eq!(page.count(is_recovery), 0);
    assert!(!page.model.outcome.asked);
    // The run cannot be had again: it may be asked for anew.
    let mut page = waiting();
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    page.hear(&restore, Reply::Refused(problem()));
    assert!(!page.model.outcome.asked, "the button can be pressed again");
}

#[test]
fn a_crash_is_survived_without_the_command_that_did_it() {
    let mut page = Page::loaded();
    page.act(Action::GoTo(4));
    page.act(Action::Recover);
    page.act(Action::Crashed { blame: None, message: "unreachable".into() });
    assert_eq!(page.model.health.state, Connection::Restoring);
    let crash = page.model.health.crash.clone().expect("it is told");
    assert!(crash.script.contains("# asked: recover from newest to time '02:59:59' inclusive"), "{}", crash.script);
    page.act(Action::Connected { fallback: false });
    let load = page.last(|body| matches!(body, Request::Load(_)));
    assert_eq!(load.body, Request::Load(ScriptSource::Text("# of 10 steps\n".into())));
    page.arrive(&load, head(10, 9, None));
    assert_eq!(page.model.cursor.step, 4, "back where we were");
    assert_eq!(page.model.health.state, Connection::Ready);
    assert_eq!(page.count(|body| matches!(body, Request::Recover(_))), 1, "it is not done again");
    assert!(page.model.outcome.refused.is_some() && !page.model.outcome.asked);
}

#[test]
fn an_engine_that_keeps_crashing_is_given_up() {
    let mut page = Page::new();
    for _ in 0..3 {
        page.act(Action::Connected { fallback: false });
        page.act(Action::Crashed { blame: None, message: "unreachable".into() });
    }
    assert_eq!(page.model.health.state, Connection::Failed);
}

#[test]
fn a_script_that_needs_the_whole_engine_is_tried_again_on_it() {
    let mut page = Page::loaded();
    page.act(Action::GoTo(4));
    let script = ScriptSource::Text("more".into());
    page.act(Action::Load(script.clone()));
    let load = page.last(|body| matches!(body, Request::Load(_)));
    let needs = Problem { code: "needs_whole_engine".into(), params: vec![], place: None };
    page.hear(&load, Reply::Refused(needs));
    assert_eq!((page.whole_engines, page.model.outcome.loading), (1, true));
    assert_eq!(page.model.cursor.step, 4, "the run stays on show");
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    page.arrive(&restore, head(10, 9, None));
    let again = page.last(|body| matches!(body, Request::Load(_)));
    assert_eq!(again.body, Request::Load(script));
    page.arrive(&again, head(20, 19, None));
    assert_eq!((page.model.cursor.step, page.model.outcome.loading), (19, false));
}

#[test]
fn without_the_whole_engine_the_run_stays() {
    let mut page = Page::loaded();
    page.act(Action::Load(ScriptSource::Text("more".into())));
    let load = page.last(|body| matches!(body, Request::Load(_)));
    let needs = Problem { code: "needs_whole_engine".into(), params: vec![], place: None };
    page.hear(&load, Reply::Refused(needs));
    page.act(Action::NoWholeEngine { message: "no network".into() });
    let refused = page.model.outcome.load_refused.clone().expect("it is told");
    assert_eq!((refused.code.as_str(), page.model.outcome.loading), ("no_whole_engine", false));
    assert_eq!(page.model.run.head.step_count, 10);
}

#[test]
fn a_run_that_needs_the_whole_engine_is_restored_on_it() {
    let mut page = Page::loaded();
    page.act(Action::GoTo(4));
    page.act(Action::Crashed { blame: None, message: "unreachable".into() });
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    let needs = Problem { code: "needs_whole_engine".into(), params: vec![], place: None };
    page.hear(&restore, Reply::Refused(needs));
    assert_eq!(page.whole_engines, 1);
    page.act(Action::Connected { fallback: false });
    let again = page.last(|body| matches!(body, Request::Load(_)));
    assert_eq!(again.body, restore.body);
    assert_ne!(again.id, restore.id);
    page.arrive(&again, head(10, 9, None));
    assert_eq!((page.model.cursor.step, page.model.health.state), (4, Connection::Ready));
}

/// The whole engine comes, and the run with it.
fn go_over(page: &mut Page) {
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(ScriptSource::Text(_))));
    page.arrive(&restore, head(10, 9, None));
}

fn needs_whole() -> Reply {
    Reply::Refused(Problem { code: "needs_whole_engine".into(), params: vec![], place: None })
}

#[test]
fn a_recovery_that_needs_the_whole_engine_is_tried_again_on_it() {
    let mut page = Page::loaded();
    let spec = TargetSpec { action: AtTarget::Pause, ..page.model.target.spec.clone() };
    page.act(Action::Target(spec.clone()));
    page.act(Action::Recover);
    let recover = page.last(|body| matches!(body, Request::Recover(_)));
    page.hear(&recover, needs_whole());
    assert_eq!((page.whole_engines, page.model.outcome.asked), (1, true), "it is still asked for");
    assert_eq!(page.model.outcome.refused, None);
    go_over(&mut page);
    let again = page.last(|body| matches!(body, Request::Recover(_)));
    assert_eq!(again.body, Request::Recover(spec.clone()));
    assert_ne!(again.id, recover.id);
    page.arrive(&again, head(20, 9, Some(10)));
    assert_eq!((page.model.cursor.step, page.model.outcome.asked), (10, false));
    assert_eq!(page.model.target.spec, spec, "the target is as it was given");
}

#[test]
fn a_question_that_needs_the_whole_engine_is_asked_again_of_it() {
    let mut page = Page::loaded();
    let first = page.last(|body| matches!(body, Request::Boundary(_)));
    page.act(Action::Target(TargetSpec { along: Along::Number(1), ..page.model.target.spec.clone() }));
    page.hear(&first, Reply::Refused(problem()));
    let ask = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&ask, needs_whole());
    assert_eq!((page.whole_engines, page.model.target.problem.clone()), (1, None));
    page.act(Action::Target(TargetSpec { along: Along::Current, ..page.model.target.spec.clone() }));
    assert_eq!(page.whole_engines, 1, "once is enough");
    go_over(&mut page);
    let again = page.last(|body| matches!(body, Request::Boundary(_)));
    assert!(matches!(again.body, Request::Boundary(spec) if spec.along == Along::Current));
    assert!(page.sent.iter().any(|sent| matches!(sent.body, Request::Stops { along: Along::Current, .. })));
}

#[test]
fn what_is_asked_while_the_whole_engine_is_on_its_way_is_not_lost() {
    let mut page = Page::loaded();
    let spec = TargetSpec { action: AtTarget::Pause, ..page.model.target.spec.clone() };
    let first = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&first, Reply::Refused(problem()));
    page.act(Action::Target(spec.clone()));
    let ask = page.last(|body| matches!(body, Request::Boundary(_)));
    page.hear(&ask, needs_whole());
    page.act(Action::Recover);
    let lost = page.last(|body| matches!(body, Request::Recover(_)));
    go_over(&mut page);
    let again = page.last(|body| matches!(body, Request::Recover(_)));
    assert_ne!(again.id, lost.id);
    assert_eq!((again.body, page.model.outcome.asked), (Request::Recover(spec), true));
    assert_eq!(page.whole_engines, 1);
}

#[test]
fn without_the_whole_engine_a_recovery_is_refused() {
    let mut page = Page::loaded();
    page.act(Action::Recover);
    let recover = page.last(|body| matches!(body, Request::Recover(_)));
    page.hear(&recover, needs_whole());
    page.act(Action::NoWholeEngine { message: "no network".into() });
    assert!(!page.model.outcome.asked);
    assert_eq!(page.model.outcome.refused.as_ref().map(|refused| refused.code.as_str()), Some("no_whole_engine"));
}

#[test]
fn a_run_that_can_not_be_restored_is_told() {
    let mut page = Page::loaded();
    page.act(Action::Crashed { blame: None, message: "unreachable".into() });
    page.act(Action::Connected { fallback: false });
    let restore = page.last(|body| matches!(body, Request::Load(_)));
    let needs = Problem { code: "needs_whole_engine".into(), params: vec![], place: None };
    page.hear(&restore, Reply::Refused(needs));
    page.act(Action::NoWholeEngine { message: "no network".into() });
    assert_eq!(page.model.health.state, Connection::Failed);
}
