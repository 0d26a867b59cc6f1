//! What is said to an answer: right, or what was believed; why; and what the engine found when it did what the answer says.

use super::prose::prose;
use crate::bench::bus;
use crate::format;
use crate::story::outcome;
use crate::tables::diff;
use crate::tables::grid::{grid, head_cell, summary};
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{group, none, plain, show_top, tag};
use crate::words::t;
use pitr_protocol::questions::{Ran, Verdict};
use pitr_protocol::{Problem, Table};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// How sure somebody was, before the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    Sure,
    ThinkSo,
    Guess,
}

impl Confidence {
    pub const ALL: [Confidence; 3] = [Confidence::Sure, Confidence::ThinkSo, Confidence::Guess];

    /// By which files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            Confidence::Sure => "sure",
            Confidence::ThinkSo => "think_so",
            Confidence::Guess => "guess",
        }
    }
}

/// The verdict as a card of its own; what is right stands in an order if that was asked for.
pub fn result(verdict: &Verdict, confidence: Option<Confidence>, in_order: bool) -> Html {
    if let Some(code) = &verdict.unreadable {
        let problem = Problem { code: code.clone(), params: Vec::new(), place: None };
        return group(
            "div",
            "question-unread",
            [problem_line(&problem), plain("p", "panel-note", t("question.no_answer", &[]))],
        );
    }
    let (class, sign, key) = match verdict.right {
        true => ("grade is-right", Sign::In, "question.right"),
        false => ("grade is-wrong", Sign::Out, "question.wrong"),
    };
    let mut card = tag("div", class)
        .child(group("p", "grade-verdict", [mark(sign), plain("strong", "", t(key, &[]))]))
        .child(confidence.map_or_else(none, |confidence| felt(confidence, verdict.right)));
    if let Some(believed) = &verdict.misconception {
        let name = believed.id.replace(['-', '_'], " ");
        let head = match name.is_empty() {
            true => none(),
            false => plain("p", "question-belief", t("question.misconception", &[("name", &name)])),
        };
        card = card.child(tag("div", "question-why prose").child(head).all(prose(&believed.text)).html());
    }
    if !verdict.right && !verdict.solution.is_empty() {
        let lines = verdict.solution.iter().map(|line| plain("li", "", line.clone()));
        let label = plain("p", "question-label", t("question.solution", &[]));
        let list = tag(if in_order { "ol" } else { "ul" }, "question-solution").all(lines.collect()).html();
        card = card.child(group("div", "question-solved", [label, list]));
    }
    if !verdict.explanation.is_empty() {
        card = card.child(tag("div", "question-explanation prose").all(prose(&verdict.explanation)).html());
    }
    if let Some((claimed, found)) = &verdict.beside {
        let side = |key: &str, said: &String| {
            group("div", "", [plain("dt", "question-label", t(key, &[])), plain("dd", "is-code", said.clone())])
        };
        let both = [side("question.claimed", claimed), side("question.found", found)];
        card = card.child(group("dl", "question-beside", both));
    }
    if !verdict.note.is_empty() {
        card = card.child(tag("div", "question-note prose").all(prose(&verdict.note)).html());
    }
    if let Some(ran) = &verdict.ran {
        card = card.all(came_of(ran));
    }
    card.html()
}

/// Knowing what one knows is worth a sentence.
fn felt(confidence: Confidence, right: bool) -> Html {
    let key = ["question.felt.", confidence.code(), if right { ".right" } else { ".wrong" }].concat();
    plain("p", "question-felt", t(&key, &[]))
}

fn came_of(ran: &Ran) -> Vec<Html> {
    let mut said = Vec::new();
    if let Some(report) = &ran.report {
        said.push(plain("p", "grade-ran", t("question.ran", &[("outcome", &outcome(report))])));
        said.push(balance(ran));
    } else if let Some(problem) = &ran.problem {
        said.push(plain("p", "grade-ran", t("question.ran_failed", &[])));
        said.push(problem_line(problem));
    }
    said.push(see(&ran.script, "question.see"));
    said
}

/// Opens a run in the lab, and goes there.
pub fn see(script: &str, key: &str) -> Html {
    let script = script.to_owned();
    let open = Callback::from(move |_: Event| {
        bus::open(&script);
        show_top();
    });
    let button = tag("button", "button").attr("type", "button").on(ListenerKind::onclick, open);
    group("p", "question-see", [button.text(t(key, &[])).html()])
}

/// Each table now against the recovered one, in rows.
fn balance(ran: &Ran) -> Html {
    let names = diff::names(&ran.now, &ran.recovered);
    let rows = |table: Option<&Table>| match table {
        Some(table) => format::count(table.row_count),
        None => t("question.no_table", &[]),
    };
    let lines = names.iter().map(|name| {
        let (now, recovered) = (diff::named(&ran.now, name), diff::named(&ran.recovered, name));
        let found = diff::difference(now, recovered);
        let (sign, said) = match found.is_same() {
            true => (Sign::Kept, t("question.same", &[])),
            false => (Sign::Changed, summary(&found, "recovery")),
        };
        let cells = [
            tag("th", "is-code").attr("scope", "row").text((*name).to_owned()).html(),
            plain("td", "is-number", rows(now)),
            plain("td", "is-number", rows(recovered)),
            tag("td", "grid-word").child(mark(sign)).text(said).html(),
        ];
        group("tr", "", cells)
    });
    let heads = [
        head_cell("", t("question.table", &[])),
        head_cell("is-number", t("question.now", &[])),
        head_cell("is-number", t("question.recovered", &[])),
        head_cell("", t("question.difference", &[])),
    ];
    let size = (names.len(), heads.len());
    grid(&t("question.balance", &[]), "grid question-balance", size, group("tr", "", heads), lines.collect())
}
