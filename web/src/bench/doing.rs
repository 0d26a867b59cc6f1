//! What can be done: the statement box, ready-made statements, undoing, and the branches that were left.
//!
//! A statement acts at the end of the run. Where the page stands before it, the statement opens a branch: another run that shares what came
//! before, and the one that is left stays in a list. So stepping back undoes anything.

use super::ready::{self, Act, FAMILIES};
use super::statement::Statement;
use super::{Msg, pick};
use crate::format;
use crate::state::{Run, value_of};
use crate::story::sentence;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::{Problem, StepKind};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Who sends what is typed, unless somebody else is named.
const OPERATOR: &str = "ops";
/// How many branches are remembered.
const BRANCHES: usize = 20;

/// A run that was left for another.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub title: String,
    pub script: String,
    /// Where the page stood, and of how many steps.
    pub at: String,
    pub steps: u32,
}

impl Branch {
    pub fn of(run: &Run, step: u32) -> Branch {
        Branch {
            title: run.head.title.clone(),
            script: run.head.script.clone(),
            at: run.clock(run.step_time(step)),
            steps: run.head.step_count,
        }
    }
}

/// Something that was done here, and the step before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deed {
    name: String,
    step: u32,
}

/// What is being done and what was.
#[derive(Debug)]
pub struct Doing {
    pub statement: Statement,
    pub session: String,
    /// A statement is being carried out.
    pub busy: bool,
    /// What was done last, for the live region.
    done: String,
    /// What was done to the run on show, in order.
    deeds: Vec<Deed>,
    /// The script that was opened for the last of them, and while its run is on its way, the session that it was typed for, and that it is.
    opened: String,
    awaited: Option<String>,
    is_new: bool,
    branches: Vec<Branch>,
}

impl Default for Doing {
    fn default() -> Doing {
        Doing {
            statement: Statement::default(),
            session: OPERATOR.to_owned(),
            busy: false,
            done: String::new(),
            deeds: Vec::new(),
            opened: String::new(),
            awaited: None,
            is_new: false,
            branches: Vec::new(),
        }
    }
}

impl Doing {
    /// Statements of the box, or of a button, are on their way.
    pub fn begin(&mut self, act: &Act) {
        self.busy = true;
        self.done.clear();
        // What a button does in several statements is none for the box.
        match act.statements.as_slice() {
            [(_, statement)] => self.statement.begin(statement),
            _ => self.statement.close(),
        }
    }

    /// They are carried out, behind a step, and make another script; the run that was left for it, if it is a branch.
    pub fn done(&mut self, act: &Act, step: u32, script: &str, left: Option<Branch>) {
        self.busy = false;
        self.statement.done();
        let (name, session) = (act.name(), act.session.unwrap_or(&self.session));
        self.awaited = act.session.is_none().then(|| session.to_owned());
        self.is_new = true;
        self.done = t("bench.done", &[("statement", &name), ("session", session)]);
        // What stood behind that step is no part of the branch.
        self.deeds.retain(|deed| deed.step < step);
        self.deeds.push(Deed { name, step });
        script.clone_into(&mut self.opened);
        self.branches.extend(left);
        if self.branches.len() > BRANCHES {
            self.branches.remove(0);
        }
    }

    pub fn refused(&mut self, act: &Act, problem: Problem) {
        self.busy = false;
        let statement = match act.statements.as_slice() {
            [(_, statement)] => statement.clone(),
            _ => String::new(),
        };
        self.statement.refused(statement, problem);
    }

    /// A run is on show that may be another. If it is what was done here, and ends with a recovery, the step to go to: the recovery's end, as
    /// any other statement's.
    pub fn run_came(&mut self, run: &Run) -> Option<u32> {
        let awaited = self.awaited.take();
        if self.opened != run.head.script {
            self.deeds.clear();
            return None;
        }
        let is_new = std::mem::take(&mut self.is_new);
        self.tell_failure(run, awaited);
        run.head.recovery_step.filter(|_| is_new).map(|_| run.last_step())
    }

    /// Within a block a statement that fails is a part of the run, as it is of a server's: the block is aborted by it.
    fn tell_failure(&mut self, run: &Run, awaited: Option<String>) {
        let (Some(session), Some(deed)) = (awaited, self.deeds.last()) else { return };
        let has_failed = |step: &u32| {
            let name = run.steps.name.get(*step as usize).map(|name| run.name(*name));
            run.step_kind(*step) == StepKind::StatementFailed && name == Some(&session)
        };
        let failed = (deed.step + 1..run.head.step_count).find(has_failed);
        failed.into_iter().for_each(|step| self.done = sentence(run, step));
    }

    /// One branch is left for another.
    pub fn leave(&mut self, left: Branch, taken: &Branch) {
        self.branches.retain(|branch| branch != taken);
        self.branches.push(left);
    }

    /// What is undone next where the page stands at a step.
    fn behind(&self, step: u32) -> Option<&Deed> {
        self.deeds.iter().rev().find(|deed| deed.step < step)
    }

    /// What is had back next, and the step at which it is done.
    fn ahead(&self, step: u32, last: u32) -> Option<(&Deed, u32)> {
        let at = self.deeds.iter().position(|deed| deed.step >= step)?;
        Some((self.deeds.get(at)?, self.deeds.get(at + 1).map_or(last, |next| next.step)))
    }

    /// Steps back before what was done last, or on to where it is done again: the step to go to.
    pub fn undo(&mut self, again: bool, run: &Run, step: u32) -> Option<u32> {
        let (name, to) = match again {
            false => self.behind(step).map(|deed| (deed.name.clone(), deed.step)),
            true => self.ahead(step, run.last_step()).map(|(deed, to)| (deed.name.clone(), to)),
        }?;
        let time = run.clock(run.step_time(to));
        let key = if again { "bench.redone" } else { "bench.undone" };
        self.done = t(key, &[("statement", &name), ("time", &time)]);
        Some(to)
    }
}

pub fn view(doing: &Doing, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let ready = ready::all(run, &doing.statement.names);
    let families = FAMILIES.map(|family| {
        let buttons = ready.iter().filter(|ready| ready.family == family).map(|ready| {
            let act = ready.act.clone();
            let said = t(&format!("bench.do.{}", ready.name), &[]);
            tag("span", "bench-ready")
                .attr("title", &act.name())
                .key(ready.name.to_owned())
                .child(pick("button is-quiet", said, move || Msg::Do(act.clone()), send))
                .html()
        });
        let name = plain("h3", "bench-family", t(&format!("bench.family.{family}"), &[]));
        tag("div", "bench-readies").child(name).all(buttons.collect()).html()
    });
    let place = if step < run.last_step() {
        plain("p", "bench-place is-branch", t("bench.branches", &[("time", &run.clock(run.step_time(step)))]))
    } else {
        plain(
            "p",
            "bench-place",
            t("bench.at_end", &[("time", &format::clock(run.head.end_us, run.head.zone_offset_s))]),
        )
    };
    let done = tag("p", "bench-done").attr("role", "status").text(doing.done.clone()).html();
    group(
        "div",
        "bench-doing",
        [
            statement_box(doing, run, send),
            doing.statement.wrong(send),
            group("div", "bench-undo", [undo(doing, run, step, send), place]),
            done,
            group("div", "bench-families", families),
            branches(&doing.branches, send),
        ],
    )
}

/// The ways back before what was done here, and on to it again.
fn undo(doing: &Doing, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let way = |key: &str, name: Option<&str>, again: bool| {
        let send = send.clone();
        tag("button", "button is-quiet")
            .attr("type", "button")
            .flag("disabled", name.is_none())
            .attr("title", name.unwrap_or_default())
            .text(t(key, &[]))
            .on(ListenerKind::onclick, Callback::from(move |_: Event| send.emit(Msg::Undo(again))))
            .html()
    };
    let behind = doing.behind(step).map(|deed| deed.name.as_str());
    let ahead = doing.ahead(step, run.last_step()).map(|(deed, _)| deed.name.as_str());
    group("div", "bench-undo-buttons", [way("bench.undo", behind, false), way("bench.redo", ahead, true)])
}

fn statement_box(doing: &Doing, run: &Run, send: &Callback<Msg>) -> Html {
    let named = send.reform(|event: Event| Msg::SessionTyped(value_of(&event)));
    let mut sessions: Vec<&str> = run.head.sessions.iter().map(|session| run.name(*session)).collect();
    if !sessions.contains(&OPERATOR) {
        sessions.push(OPERATOR);
    }
    let option = |value: &str| tag("option", "").attr("value", value).html();
    let session = tag("input", "input is-code bench-session")
        .attr("id", "bench-session")
        .attr("list", "bench-sessions")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("data-point", "session")
        .attr("data-name", &doing.session)
        .value(&doing.session)
        .on(ListenerKind::oninput, named)
        .html();
    let known = tag("datalist", "").attr("id", "bench-sessions").all(sessions.into_iter().map(option).collect()).html();
    let label = tag("label", "form-label").attr("for", "bench-session").text(t("bench.session", &[])).html();
    group(
        "div",
        "bench-box",
        [
            group("div", "bench-field", [label, session, known]),
            doing.statement.field(send),
            pick("button is-primary", t("bench.run", &[]), || Msg::Execute, send),
        ],
    )
}

fn branches(left: &[Branch], send: &Callback<Msg>) -> Html {
    if left.is_empty() {
        return none();
    }
    let lines = left.iter().rev().map(|branch| {
        let back = branch.clone();
        let said = t(
            "bench.branch",
            &[("title", &branch.title), ("time", &branch.at), ("steps", &format::count(u64::from(branch.steps)))],
        );
        tag("li", "").child(pick("link", said, move || Msg::Open(back.clone()), send)).html()
    });
    group(
        "div",
        "bench-branches",
        [plain("h3", "bench-family", t("bench.branches_title", &[])), tag("ul", "").all(lines.collect()).html()],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(statement: &str) -> Act {
        Act { session: None, statements: vec![(0, statement.to_owned())] }
    }

    /// A run of a script, whose steps are of these kinds.
    fn run(script: &str, kinds: &[StepKind]) -> Run {
        let mut run = Run::default();
        (run.head.script, run.head.step_count) = (script.to_owned(), kinds.len() as u32);
        let steps = &mut run.steps;
        steps.kind = kinds.to_vec();
        steps.time_us = vec![0; kinds.len()];
        for column in [&mut steps.xid, &mut steps.name, &mut steps.text] {
            *column = vec![0; kinds.len()];
        }
        run.head.names = vec![OPERATOR.to_owned()];
        run
    }

    fn name(deed: Option<&Deed>) -> Option<&str> {
        deed.map(|deed| deed.name.as_str())
    }

    #[test]
    fn undoing_steps_back_before_what_was_done() {
        let mut doing = Doing::default();
        doing.done(&act("one"), 10, "first", None);
        doing.done(&act("two"), 15, "second", None);
        doing.run_came(&run("second", &[]));
        assert_eq!(name(doing.behind(20)), Some("two"));
        assert_eq!(name(doing.behind(15)), Some("one"));
        assert_eq!(name(doing.behind(10)), None);
        assert_eq!(doing.ahead(20, 20), None);
        assert_eq!(doing.ahead(15, 20).map(|(deed, to)| (deed.name.as_str(), to)), Some(("two", 20)));
        assert_eq!(doing.ahead(3, 20).map(|(deed, to)| (deed.name.as_str(), to)), Some(("one", 15)));
    }

    #[test]
    fn a_branch_has_only_what_came_before_it() {
        let mut doing = Doing::default();
        doing.done(&act("one"), 10, "first", None);
        doing.done(&act("two"), 15, "second", None);
        doing.done(&act("three"), 15, "third", None);
        assert_eq!(doing.deeds.iter().map(|deed| deed.name.as_str()).collect::<Vec<_>>(), ["one", "three"]);
        doing.run_came(&run("third", &[]));
        assert_eq!(doing.deeds.len(), 2);
        doing.run_came(&run("of somebody else", &[]));
        assert!(doing.deeds.is_empty());
    }

    #[test]
    fn what_fails_within_its_block_is_told_once_it_has_come() {
        use StepKind::{StatementDone, StatementFailed};
        let mut doing = Doing::default();
        doing.done(&act("one"), 1, "first", None);
        let ran = doing.done.clone();
        doing.run_came(&run("first", &[StatementDone, StatementFailed, StatementDone]));
        assert_eq!(doing.done, ran, "what failed before it is not its own");
        doing.done(&act("two"), 1, "second", None);
        let failed = run("second", &[StatementDone, StatementDone, StatementFailed]);
        doing.run_came(&failed);
        assert_eq!(doing.done, sentence(&failed, 2));
        doing.done.clear();
        doing.run_came(&failed);
        assert_eq!(doing.done, "", "another engine has taken over: that is no news");
        doing.session = "app".to_owned();
        doing.done(&act("three"), 1, "second", None);
        doing.run_came(&failed);
        assert_ne!(doing.done, sentence(&failed, 2), "it is another session's");
    }
}
