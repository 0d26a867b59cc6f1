//! The recovery panel: from which snapshot, to where, and what that would keep, before anything is run.
//!
//! The target lives in the shared state alone, so that the timeline's slider and this field are two ways to say one thing. What is typed
//! waits a moment in the field before it becomes the target: a half-written time is no mistake yet.

mod around;
mod choices;
mod field;

use crate::format;
use crate::state::{Action, Outcome, Run, Session, Target, use_outcome, use_run, use_session, use_target};
use crate::story::target_name;
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{Tag, group, none, plain, tag, text};
use crate::words::{count, t};
use around::{around, exactly};
use field::use_target_field;
use pitr_protocol::{AtTarget, Boundary, TargetKind, TargetSpec};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The end of a key: whether what stands exactly at the target is kept or left out, where there is a difference.
fn side(spec: &TargetSpec) -> &'static str {
    match spec.inclusive {
        _ if !spec.kind.has_sides() => "",
        true => ".in",
        false => ".out",
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
        choices::backup(&session, &run, &target),
        kind_choice(&session, &target),
        label("recover-target", "recover.target"),
        field,
        inclusive_choice(&session, &target),
        choices::timeline(&session, &run, &target),
        choices::action(&session, &target),
    ];
    tag("section", "panel recover")
        .attr("aria-labelledby", "recover-title")
        .child(tag("h2", "panel-title").attr("id", "recover-title").text(t("recover.title", &[])).html())
        .child(group("div", "recover-form", form))
        .child(preview(&run, &target))
        .child(decision(&target, &outcome))
        .child(go(&session, &target, &outcome))
        // What comes later than the rest must not move the button away from under a pointer.
        .child(tag("div", "").attr("id", "rows").html())
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
    let stale = target.problem.is_some() || !target.spec.is_given();
    let note = match stale {
        true => plain("p", "recover-stale", t("recover.stale", &[("text", &target_name(&boundary.spec))])),
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

fn go(session: &Session, target: &Target, outcome: &Outcome) -> Html {
    let note = match outcome {
        Outcome { asked: true, .. } => "recover.asked",
        Outcome { report: Some(_), .. } => "recover.again",
        _ => "recover.beside",
    };
    let button = |class: &str, note: &str, action: Action, said: String| {
        tag("button", class)
            .attr("type", "button")
            .attr("aria-describedby", note)
            .on(ListenerKind::onclick, session.click(action))
            .text(said)
            .html()
    };
    let line = |id: &str, class: &str, said: String| tag("span", class).attr("id", id).text(said).html();
    let recover = button("button is-primary", "recover-go-note", Action::Recover, t("recover.button", &[]));
    let note = line("recover-go-note", "recover-go-note", t(note, &[]));
    let begin = group("p", "recover-go", [recover, note]);
    // A recovery that waits at its target.
    let Some(waits) = outcome.report.as_ref().filter(|report| !report.finished && outcome.reached) else {
        return begin;
    };
    let code = waits.spec.action.code();
    let action = if waits.spec.action == AtTarget::Pause { Action::Promote } else { Action::GoOn };
    let said = t(&word("recover.go_on.", code, ""), &[("target", &target_name(&target.spec))]);
    let more = button("button", "recover-waits-note", action, said);
    let note =
        line("recover-waits-note", "", t(&word("recover.waits.", code, ""), &[("target", &target_name(&waits.spec))]));
    group("div", "recover-waits", [group("p", "recover-go", [note, more]), begin])
}

/// In whose terms the target is given. Another kind keeps the cut where it is.
fn kind_choice(session: &Session, target: &Target) -> Html {
    let radios = TargetKind::ALL.map(|kind| {
        let code = kind.code();
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
    let spec = target.spec.clone();
    let change = session.on(move |event: Event| {
        let inclusive = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
        Action::Target(TargetSpec { inclusive, ..spec.clone() })
    });
    let meaning = t(&word("recover.inclusive.", target.spec.kind.code(), side(&target.spec)), &[]);
    let check: Tag = tag("input", "")
        .attr("type", "checkbox")
        .attr("aria-describedby", "recover-inclusive-note")
        .flag("disabled", !target.spec.kind.has_sides())
        .checked(target.spec.inclusive)
        .on(ListenerKind::onchange, change);
    let name = group("label", "check", [check.html(), text(t("recover.inclusive", &[]))]);
    let note = tag("span", "recover-inclusive-note").attr("id", "recover-inclusive-note").text(meaning);
    group("div", "recover-inclusive", [name, note.html()])
}
