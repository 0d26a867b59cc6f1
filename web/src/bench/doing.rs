//! What can be done: a box for statements, ready-made ones, and the branches that were left.
//!
//! A statement acts at the end of the run. Where the page stands before it, the statement opens a branch: another run that shares what came
//! before, and the one that is left stays in a list. So stepping back undoes anything.

use super::{Msg, pick, refusal};
use crate::format;
use crate::state::{Run, value_of};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::Problem;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Who sends what is typed, unless somebody else is named.
const OPERATOR: &str = "ops";
/// How many statements are remembered, and how many branches.
const REMEMBERED: usize = 100;
const BRANCHES: usize = 20;
/// Statements that are offered at a time.
const SUGGESTED: usize = 6;

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

/// The box and what it remembers.
#[derive(Debug)]
pub struct Doing {
    pub text: String,
    pub session: String,
    /// A statement is being carried out.
    pub busy: bool,
    refused: Option<Problem>,
    /// What was done last, for the live region.
    done: String,
    before: Vec<String>,
    /// Which of them stands in the box, counted from the last.
    recalled: Option<usize>,
    branches: Vec<Branch>,
}

impl Default for Doing {
    fn default() -> Doing {
        Doing {
            text: String::new(),
            session: OPERATOR.to_owned(),
            busy: false,
            refused: None,
            done: String::new(),
            before: Vec::new(),
            recalled: None,
            branches: Vec::new(),
        }
    }
}

impl Doing {
    pub fn begin(&mut self, statement: &str) {
        (self.busy, self.refused, self.recalled) = (true, None, None);
        self.done.clear();
        self.before.retain(|known| known != statement);
        self.before.push(statement.to_owned());
        if self.before.len() > REMEMBERED {
            self.before.remove(0);
        }
    }

    pub fn done(&mut self, statement: &str, left: Option<Branch>) {
        self.busy = false;
        self.text.clear();
        self.done = t("bench.done", &[("statement", statement), ("session", &self.session)]);
        self.branches.extend(left);
        if self.branches.len() > BRANCHES {
            self.branches.remove(0);
        }
    }

    pub fn refused(&mut self, problem: Problem) {
        (self.busy, self.refused) = (false, Some(problem));
    }

    /// One branch is left for another.
    pub fn leave(&mut self, left: Branch, taken: &Branch) {
        self.branches.retain(|branch| branch != taken);
        self.branches.push(left);
    }

    /// The statement before the one in the box, or behind it.
    pub fn recall(&mut self, by: i32) {
        let next = match (self.recalled, by < 0) {
            (None, true) => Some(0),
            (Some(index), true) => Some((index + 1).min(self.before.len().saturating_sub(1))),
            (Some(index), false) => index.checked_sub(1),
            (None, false) => None,
        };
        self.recalled = next.filter(|index| *index < self.before.len());
        self.text = match self.recalled {
            Some(index) => self.before[self.before.len() - 1 - index].clone(),
            None => String::new(),
        };
    }
}

/// Ready-made statements: the family that they belong to, their name's key, their text.
fn ready_made(run: &Run) -> Vec<(&'static str, &'static str, String)> {
    let backups = run.head.backups.len();
    let table = tables(run).into_iter().next().unwrap_or_else(|| "users".to_owned());
    let archived = run.head.segments.iter().rev().find(|segment| segment.archived.is_some());
    let (segment, timeline) = archived.map_or((1, 1), |span| (span.number, span.timeline));
    let hour_back = run.clock(run.head.end_us - 3_600_000_000);
    let of = |family, key, text: &str| (family, key, text.to_owned());
    let mut all = vec![
        ("keep", "backup", format!("backup b{}", backups + 1)),
        ("keep", "restore_point", format!("restore point 'point {}'", run.head.step_count)),
        of("keep", "checkpoint", "checkpoint"),
        of("keep", "switch", "switch segment"),
        ("work", "workload", format!("workload {table} every 10s")),
        ("break", "delete", format!("DELETE FROM {table}")),
        ("break", "drop", format!("DROP TABLE {table}")),
        of("break", "crash", "crash"),
        of("break", "tear", "crash tearing pages"),
        of("break", "restart", "restart"),
        ("break", "flip", format!("flip bit 5000 of segment {segment} on {timeline}")),
        ("break", "lose_segment", format!("lose segment {segment} on {timeline}")),
        of("break", "stop_archiver", "stop archiver"),
        of("break", "start_archiver", "start archiver"),
        ("break", "clock", format!("clock to '{hour_back}'")),
        of("break", "lose_primary", "lose primary"),
    ];
    if let Some(label) = run.head.backups.last().map(|backup| run.name(backup.label)) {
        all.push(("break", "lose_backup", format!("lose backup {label}")));
    }
    all
}

/// The tables that statements of the run name.
pub fn tables(run: &Run) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    for line in run.head.script.lines() {
        if let Some(rest) = line.split("CREATE TABLE ").nth(1)
            && let Some(name) = rest.split([' ', '(']).next()
            && !tables.iter().any(|known| known == name)
        {
            tables.push(name.to_owned());
        }
    }
    tables
}

pub fn view(doing: &Doing, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let ready = ready_made(run);
    let families = ["keep", "work", "break"].map(|family| {
        let buttons = ready.iter().filter(|(of, ..)| *of == family).map(|(_, key, text)| {
            let text = text.clone();
            let said = t(&format!("bench.do.{key}"), &[]);
            let title = text.clone();
            tag("span", "bench-ready")
                .attr("title", &title)
                .key((*key).to_owned())
                .child(pick("button is-quiet", said, move || Msg::Do(text.clone()), send))
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
            suggestions(doing, run, send),
            refusal(doing.refused.as_ref()),
            done,
            place,
            group("div", "bench-families", families),
            branches(&doing.branches, send),
        ],
    )
}

fn statement_box(doing: &Doing, run: &Run, send: &Callback<Msg>) -> Html {
    let typed = {
        let send = send.clone();
        Callback::from(move |event: Event| send.emit(Msg::Typed(value_of(&event))))
    };
    let named = {
        let send = send.clone();
        Callback::from(move |event: Event| send.emit(Msg::SessionTyped(value_of(&event))))
    };
    let pressed = {
        let send = send.clone();
        Callback::from(move |event: Event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key) else { return };
            let msg = match key.as_str() {
                "Enter" => Msg::Execute,
                "ArrowUp" => Msg::Recall(-1),
                "ArrowDown" => Msg::Recall(1),
                _ => return,
            };
            event.prevent_default();
            send.emit(msg);
        })
    };
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
        .value(&doing.session)
        .on(ListenerKind::oninput, named)
        .html();
    let known = tag("datalist", "").attr("id", "bench-sessions").all(sessions.into_iter().map(option).collect()).html();
    let wrong = doing.refused.is_some();
    let statement = tag("input", "input is-code")
        .attr("id", "bench-statement")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", &t("bench.example", &[]))
        .attr("aria-invalid", if wrong { "true" } else { "false" })
        .value(&doing.text)
        .on(ListenerKind::oninput, typed)
        .on(ListenerKind::onkeydown, pressed)
        .html();
    let label = |of: &str, key: &str| tag("label", "form-label").attr("for", of).text(t(key, &[])).html();
    group(
        "div",
        "bench-box",
        [
            group("div", "bench-field", [label("bench-session", "bench.session"), session, known]),
            group("div", "bench-field is-wide", [label("bench-statement", "bench.statement"), statement]),
            pick("button is-primary", t("bench.run", &[]), || Msg::Execute, send),
        ],
    )
}

/// How what is typed may go on, to be picked.
fn suggestions(doing: &Doing, run: &Run, send: &Callback<Msg>) -> Html {
    if doing.text.trim().is_empty() {
        return none();
    }
    let found = completions(run, &doing.text);
    let picks = found.into_iter().filter(|text| *text != doing.text).take(SUGGESTED).map(|text| {
        let whole = text.clone();
        tag("li", "")
            .key(text.clone())
            .child(pick("link is-code", text, move || Msg::Typed(whole.clone()), send))
            .html()
    });
    let picks: Vec<Html> = picks.collect();
    if picks.is_empty() {
        return none();
    }
    tag("ul", "bench-suggested").attr("aria-label", &t("bench.suggested", &[])).all(picks).html()
}

/// How a statement may go on: whole statements of the language, with this run's names in them.
fn completions(run: &Run, typed: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT s1",
        "ROLLBACK TO s1",
        "checkpoint",
        "switch segment",
        "restart",
        "CREATE TABLE notes (id int primary key, body text)",
        "CREATE SEQUENCE ids",
        "NEXTVAL ids",
        "resume",
        "switch over",
    ]
    .map(str::to_owned)
    .into();
    for table in tables(run) {
        for form in
            ["SELECT * FROM {}", "DELETE FROM {} WHERE id = 1", "TRUNCATE {}", "restore table {}", "explain {} 1"]
        {
            all.push(form.replace("{}", &table));
        }
    }
    all.extend(ready_made(run).into_iter().map(|(.., text)| text));
    all.extend(run.head.backups.iter().map(|backup| format!("verify {}", run.name(backup.label))));
    let typed = typed.to_lowercase();
    all.retain(|text| text.to_lowercase().starts_with(&typed));
    all
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

    #[test]
    fn what_was_carried_out_can_be_had_again() {
        let mut doing = Doing::default();
        for statement in ["one", "two", "one"] {
            doing.begin(statement);
            doing.done(statement, None);
        }
        assert_eq!(doing.text, "");
        doing.recall(-1);
        assert_eq!(doing.text, "one");
        doing.recall(-1);
        assert_eq!(doing.text, "two");
        doing.recall(-1);
        assert_eq!(doing.text, "two", "the first stays");
        doing.recall(1);
        doing.recall(1);
        assert_eq!(doing.text, "");
    }
}
