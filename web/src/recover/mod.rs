//! The recovery panel: from which snapshot, to where, and what that would keep, before anything is run.
//!
//! The target lives in the shared state alone, so that the timeline's slider and this field are two ways to say one thing. What is typed
//! waits a moment in the field before it becomes the target: a half-written time is no mistake yet.

mod around;
mod field;

use crate::format;
use crate::state::{Action, Outcome, Run, Target, use_outcome, use_run, use_session, use_target};
use crate::tables::mark::{Mark, Sign};
use crate::words::{count, problem, t};
use around::Around;
use field::TargetField;
use pitr_protocol::{Boundary, TargetKind};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The kinds of target, and the codes by which files of languages name them.
const KINDS: [(TargetKind, &str); 3] = [(TargetKind::Time, "time"), (TargetKind::Lsn, "lsn"), (TargetKind::Xid, "xid")];

/// The code by which files of languages name a kind of target.
pub(crate) fn kind_code(kind: TargetKind) -> &'static str {
    KINDS.iter().find(|(each, _)| *each == kind).map_or("time", |(_, code)| code)
}

#[component]
pub fn Recover() -> Html {
    let run = use_run();
    let target = use_target();
    let outcome = use_outcome();
    html! {
        <section class="panel recover" aria-labelledby="recover-title">
            <h2 id="recover-title" class="panel-title">{ t("recover.title", &[]) }</h2>
            <div class="recover-form">
                <SnapshotChoice />
                <KindChoice />
                <TargetField />
                <InclusiveChoice />
            </div>
            { preview(&run, &target) }
            { decision(&target, &outcome) }
            <RecoverButton />
        </section>
    }
}

/// What the target would keep and leave out; the last one that could be read while another is being read.
fn preview(run: &Run, target: &Target) -> Html {
    let Some(boundary) = target.boundary.clone() else {
        return html! { <p class="recover-waiting">{ t("recover.waiting", &[]) }</p> };
    };
    let stale = target.problem.is_some();
    html! {
        <div class={classes!("recover-preview", stale.then_some("is-stale"))} aria-busy={(!target.is_settled() && !stale).to_string()}>
            if stale {
                <p class="recover-stale">{ t("recover.stale", &[("text", &boundary.spec.text)]) }</p>
            }
            <Around boundary={boundary.clone()} incident={run.incident().map(|incident| incident.xid)}
                zone_offset_s={run.head.zone_offset_s} />
            { verdict(run, &boundary) }
        </div>
    }
}

/// One line: how much is kept, and on which side of the cut the damage falls.
fn verdict(run: &Run, boundary: &Boundary) -> Html {
    let kept = count("recover.keeps", u64::from(boundary.kept), &[]);
    let balance = t("recover.balance", &[("keeps", &kept), ("left_out", &format::count(u64::from(boundary.left_out)))]);
    let damage = run.incident().and_then(|incident| {
        let end = incident.end_lsn?;
        let replayed = boundary.last_record_in.as_ref().is_some_and(|record| end <= record.lsn);
        let params = [("xid", incident.xid.to_string()), ("statement", run.name(incident.statement).to_owned())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        Some(if replayed {
            html! { <p class="recover-damage is-bad"><Mark sign={Sign::Warning} />{ t("recover.damage_in", &params) }</p> }
        } else {
            html! { <p class="recover-damage"><Mark sign={Sign::In} />{ t("recover.damage_out", &params) }</p> }
        })
    });
    html! {
        <>
            <p class="recover-balance">{ balance }</p>
            { damage.unwrap_or_default() }
        </>
    }
}

/// Why the recovery that was asked for cannot be. Said once, when the answer comes: typing alone does not alarm.
fn decision(target: &Target, outcome: &Outcome) -> Html {
    let refused = outcome.refused.as_ref().filter(|refused| target.problem.as_ref() != Some(*refused));
    html! {
        <div role="alert" class="recover-alert">
            if let Some(refused) = refused {
                <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(refused) }</p>
            }
        </div>
    }
}

#[component]
fn RecoverButton() -> Html {
    let session = use_session();
    let outcome = use_outcome();
    let click = session.on(|_: MouseEvent| Action::Recover);
    let again = outcome.report.is_some();
    html! {
        <p class="recover-go">
            <button type="button" class="button is-primary" onclick={click} aria-describedby="recover-go-note">
                { t("recover.button", &[]) }
            </button>
            <span id="recover-go-note" class="recover-go-note">
                { t(if outcome.asked { "recover.asked" } else if again { "recover.again" } else { "recover.beside" }, &[]) }
            </span>
        </p>
    }
}

/// From which snapshot: one that is named, or the newest that can reach the target.
#[component]
fn SnapshotChoice() -> Html {
    let session = use_session();
    let run = use_run();
    let target = use_target();
    let chosen = target.spec.backup.clone();
    let newest = match target.boundary.as_ref().filter(|_| chosen.is_none()) {
        Some(boundary) => t("recover.snapshot_newest_is", &[("name", &boundary.backup)]),
        None => t("recover.snapshot_newest", &[]),
    };
    let change = session.on(|event: Event| {
        let label = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default();
        Action::TargetBackup((!label.is_empty()).then_some(label))
    });
    let options = run.head.backups.iter().map(|backup| {
        let label = run.name(backup.label).to_owned();
        let at = format::clock_short(backup.start.1, run.head.zone_offset_s);
        let shown = t("recover.snapshot_named", &[("name", &label), ("time", &at)]);
        html! { <option value={label.clone()} selected={chosen.as_ref() == Some(&label)}>{ shown }</option> }
    });
    html! {
        <>
            <label class="form-label" for="recover-snapshot">{ t("recover.snapshot", &[]) }</label>
            <select id="recover-snapshot" class="input" onchange={change}>
                <option value="" selected={chosen.is_none()}>{ newest }</option>
                { for options }
            </select>
        </>
    }
}

/// In whose terms the target is given. Another kind keeps the cut where it is.
#[component]
fn KindChoice() -> Html {
    let session = use_session();
    let target = use_target();
    let radios = KINDS.map(|(kind, code)| {
        let change = session.on(move |_: Event| Action::TargetKind(kind));
        html! {
            <label class="segment">
                <input type="radio" name="target-kind" value={code} checked={target.spec.kind == kind} onchange={change} />
                <span>{ t(&format!("recover.kind.{code}"), &[]) }</span>
            </label>
        }
    });
    html! {
        <fieldset class="recover-kind" role="radiogroup">
            <legend class="form-label">{ t("recover.kind", &[]) }</legend>
            <div class="segments">{ for radios }</div>
        </fieldset>
    }
}

/// Whether what stands exactly at the target is in, in the words of the kind.
#[component]
fn InclusiveChoice() -> Html {
    let session = use_session();
    let target = use_target();
    let change = session.on(|event: Event| {
        Action::TargetInclusive(event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked()))
    });
    let side = if target.spec.inclusive { "in" } else { "out" };
    let meaning = t(&format!("recover.inclusive.{}.{side}", kind_code(target.spec.kind)), &[]);
    html! {
        <div class="recover-inclusive">
            <label class="check">
                <input type="checkbox" checked={target.spec.inclusive} onchange={change} aria-describedby="recover-inclusive-note" />
                <span>{ t("recover.inclusive", &[]) }</span>
            </label>
            <span id="recover-inclusive-note" class="recover-inclusive-note">{ meaning }</span>
        </div>
    }
}
