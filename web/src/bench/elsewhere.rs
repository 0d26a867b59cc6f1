//! The recovery that is chosen, in the words of other systems: what would be typed or sent there, and what differs.

use super::{Msg, pick};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::Problem;
use pitr_protocol::bench::{System, SystemStep};
use yew::prelude::*;

/// What is known of it: nobody has asked, or the answer.
pub type Elsewhere = Option<Result<Vec<System>, Problem>>;

pub fn view(elsewhere: &Elsewhere, send: &Callback<Msg>) -> Html {
    let body = match elsewhere {
        None => pick("button is-quiet", t("bench.elsewhere.show", &[]), || Msg::Elsewhere, send),
        Some(Err(refused)) => crate::tables::mark::problem_line(refused),
        Some(Ok(systems)) => tag("div", "bench-systems").all(systems.iter().map(system).collect()).html(),
    };
    tag("section", "bench-elsewhere")
        .attr("aria-labelledby", "bench-elsewhere-title")
        .child(
            tag("h3", "bench-family").attr("id", "bench-elsewhere-title").text(t("bench.elsewhere.title", &[])).html(),
        )
        .child(plain("p", "bench-hint", t("bench.elsewhere.says", &[])))
        .child(body)
        .html()
}

fn system(system: &System) -> Html {
    let name = t(&format!("bench.system.{}", system.name), &[]);
    let steps: Vec<Html> = system.steps.iter().map(|one| step(&name, one)).collect();
    let nothing = if steps.is_empty() { plain("p", "bench-hint", t("bench.elsewhere.none", &[])) } else { none() };
    let notes: Vec<Html> = system.notes.iter().map(|note| plain("li", "", sentence(note))).collect();
    let notes = if notes.is_empty() { none() } else { tag("ul", "bench-notes").all(notes).html() };
    group(
        "div",
        "bench-system",
        [plain("h4", "bench-system-name", name), nothing, tag("div", "").all(steps).html(), notes],
    )
}

fn sentence(note: &Problem) -> String {
    let params: Vec<(&str, &str)> = note.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    t(&format!("study.dialect.{}", note.code), &params)
}

fn step(system: &str, step: &SystemStep) -> Html {
    let heading = match (step.of.as_str(), step.is_request) {
        ("", _) => t("bench.elsewhere.shell", &[]),
        (name, true) => t("bench.elsewhere.request", &[("name", name)]),
        (name, false) => t("bench.elsewhere.file", &[("name", name)]),
    };
    let code = tag("pre", "bench-code")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", &t("bench.elsewhere.of", &[("system", system), ("heading", &heading)]))
        .text(step.text.clone());
    group("div", "", [plain("p", "bench-hint", heading.clone()), code.html()])
}
