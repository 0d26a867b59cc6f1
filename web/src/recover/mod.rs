//! The recovery panel: from which snapshot, to where, and what that would keep, before anything is run.
//!
//! The target lives in the shared state alone, so that the timeline's slider and this field are two ways to say one thing. What is typed
//! waits a moment in the field before it becomes the target: a half-written time is no mistake yet.

mod around;
mod field;

use crate::format;
use crate::state::{Action, Outcome, Run, Session, Target, use_outcome, use_run, use_session, use_target};
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{Tag, group, none, plain, tag, text};
use crate::words::{count, t};
use around::{around, exactly};
use field::use_target_field;
use pitr_protocol::{Boundary, TargetKind};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The kinds of target, and the codes by which files of languages name them.
const KINDS: [(TargetKind, &str); 3] = [(TargetKind::Time, "time"), (TargetKind::Lsn, "lsn"), (TargetKind::Xid, "xid")];

/// The code by which files of languages name a kind of target.
pub(crate) fn kind_code(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Time => "time",
        TargetKind::Lsn => "lsn",
        TargetKind::Xid => "xid",
    }
}

#[component]
pub fn Recover() -> Html {
    let session = use_session();
    let run = use_run();
    let target = use_target();
    let outcome = use_outcome();
    let field = use_target_field();
    let form = [
        snapshot_choice(&session, &run, &target),
        kind_choice(&session, &target),
        label("recover-target", "recover.target"),
        field,
        inclusive_choice(&session, &target),
    ];
    tag("section", "panel recover")
        .attr("aria-labelledby", "recover-title")
        .child(tag("h2", "panel-title").attr("id", "recover-title").text(t("recover.title", &[])).html())
        .child(group("div", "recover-form", form))
        .child(preview(&run, &target))
        .child(decision(&target, &outcome))
        .child(go(&session, &outcome))
        .html()
}

fn label(of: &str, key: &str) -> Html {
    tag("label", "form-label").attr("for", of).text(t(key, &[])).html()
}

/// What the target would keep and leave out; the last one that could be read while another is being read.
fn preview(run: &Run, target: &Target) -> Html {
    let Some(boundary) = target.boundary.as_deref() else {
        return plain("p", "recover-waiting", t("recover.waiting", &[]));
    };
    let stale = target.problem.is_some();
    let note = match stale {
        true => plain("p", "recover-stale", t("recover.stale", &[("text", &boundary.spec.text)])),
        false => none(),
    };
    let busy = !target.is_settled() && !stale;
    tag("div", if stale { "recover-preview is-stale" } else { "recover-preview" })
        .attr("aria-busy", if busy { "true" } else { "false" })
        .child(note)
        .child(around(boundary, run.incident().map(|incident| incident.xid), run.head.zone_offset_s))
        .all(match boundary.problem {
            // Nothing would be kept: it would fail.
            Some(_) => Vec::new(),
            None => vec![exactly(boundary), balance(boundary), damage(run, boundary)],
        })
        .html()
}

/// How much is kept, and how much is left out.
fn balance(boundary: &Boundary) -> Html {
    let keeps = count("recover.keeps", u64::from(boundary.kept), &[]);
    let left_out = format::count(u64::from(boundary.left_out));
    plain("p", "recover-balance", t("recover.balance", &[("keeps", &keeps), ("left_out", &left_out)]))
}

/// On which side of the cut the damage falls.
fn damage(run: &Run, boundary: &Boundary) -> Html {
    let Some((incident, end)) = run.incident().and_then(|incident| Some((incident, incident.end_lsn?))) else {
        return none();
    };
    let replayed = boundary.last_record_in.as_ref().is_some_and(|record| end <= record.lsn);
    let (class, sign, key) = match replayed {
        true => ("recover-damage is-bad", Sign::Warning, "recover.damage_in"),
        false => ("recover-damage", Sign::In, "recover.damage_out"),
    };
    let said = t(key, &[("xid", &incident.xid.to_string()), ("statement", run.name(incident.statement))]);
    group("p", class, [mark(sign), plain("span", "", said)])
}

/// Why the recovery that was asked for cannot be. Said once, when the answer comes: typing alone does not alarm.
fn decision(target: &Target, outcome: &Outcome) -> Html {
    let refused = outcome.refused.as_ref().filter(|refused| target.problem.as_ref() != Some(*refused));
    let alert = tag("div", "recover-alert").attr("role", "alert");
    match refused {
        Some(refused) => alert.child(problem_line(refused)).html(),
        None => alert.html(),
    }
}

fn go(session: &Session, outcome: &Outcome) -> Html {
    let note = match outcome {
        Outcome { asked: true, .. } => "recover.asked",
        Outcome { report: Some(_), .. } => "recover.again",
        _ => "recover.beside",
    };
    let button = tag("button", "button is-primary")
        .attr("type", "button")
        .attr("aria-describedby", "recover-go-note")
        .on(ListenerKind::onclick, session.on(|_| Action::Recover))
        .text(t("recover.button", &[]));
    let note = tag("span", "recover-go-note").attr("id", "recover-go-note").text(t(note, &[]));
    group("p", "recover-go", [button.html(), note.html()])
}

/// From which snapshot: one that is named, or the newest that can reach the target.
fn snapshot_choice(session: &Session, run: &Run, target: &Target) -> Html {
    let chosen = target.spec.backup.as_deref();
    let newest = match target.boundary.as_ref().filter(|_| chosen.is_none()) {
        Some(boundary) => t("recover.snapshot_newest_is", &[("name", &boundary.backup)]),
        None => t("recover.snapshot_newest", &[]),
    };
    let change = session.on(|event: Event| {
        let label = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default();
        Action::TargetBackup((!label.is_empty()).then_some(label))
    });
    let option = |value: &str, shown: String, is_chosen: bool| {
        tag("option", "").attr("value", value).flag("selected", is_chosen).text(shown).html()
    };
    let mut select = tag("select", "input")
        .attr("id", "recover-snapshot")
        .on(ListenerKind::onchange, change)
        .child(option("", newest, chosen.is_none()));
    for backup in &run.head.backups {
        let name = run.name(backup.label);
        let at = format::clock_short(backup.start.1, run.head.zone_offset_s);
        let shown = t("recover.snapshot_named", &[("name", name), ("time", &at)]);
        select = select.child(option(name, shown, chosen == Some(name)));
    }
    group("div", "form-row", [label("recover-snapshot", "recover.snapshot"), select.html()])
}

/// In whose terms the target is given. Another kind keeps the cut where it is.
fn kind_choice(session: &Session, target: &Target) -> Html {
    let radios = KINDS.map(|(kind, code)| {
        let radio = tag("input", "")
            .attr("type", "radio")
            .attr("name", "target-kind")
            .value(code)
            .checked(target.spec.kind == kind)
            .on(ListenerKind::onchange, session.on(move |_| Action::TargetKind(kind)));
        let name = plain("span", "", t(&word("recover.kind.", code, ""), &[]));
        group("label", "segment", [radio.html(), name])
    });
    let legend = tag("legend", "form-label").attr("id", "recover-kind").text(t("recover.kind", &[])).html();
    tag("fieldset", "recover-kind")
        .attr("role", "radiogroup")
        .attr("aria-labelledby", "recover-kind")
        .child(legend)
        .child(group("div", "segments", radios))
        .html()
}

/// Whether what stands exactly at the target is in, in the words of the kind.
fn inclusive_choice(session: &Session, target: &Target) -> Html {
    let change = session.on(|event: Event| {
        Action::TargetInclusive(event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked()))
    });
    let side = if target.spec.inclusive { ".in" } else { ".out" };
    let meaning = t(&word("recover.inclusive.", kind_code(target.spec.kind), side), &[]);
    let check: Tag = tag("input", "")
        .attr("type", "checkbox")
        .attr("aria-describedby", "recover-inclusive-note")
        .checked(target.spec.inclusive)
        .on(ListenerKind::onchange, change);
    let name = group("label", "check", [check.html(), text(t("recover.inclusive", &[]))]);
    let note = tag("span", "recover-inclusive-note").attr("id", "recover-inclusive-note").text(meaning);
    group("div", "recover-inclusive", [name, note.html()])
}
