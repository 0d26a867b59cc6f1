//! What is chosen of a few: the backup, the timeline, what happens at the target. Each with a sentence on what the choice means.

use super::label;
use crate::format;
use crate::state::{Action, Run, Session, Target, value_of};
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::{problem, t};
use pitr_protocol::{Along, AtTarget, TargetSpec};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A choice by the end of its key: its options' values and words, the value that is chosen, what to make of another, and the note under it.
fn choice(
    session: &Session,
    target: &Target,
    key: &str,
    (options, chosen): (Vec<(String, String)>, &str),
    change: fn(&mut TargetSpec, String),
    note: Html,
) -> Html {
    let (id, note_id) = (word("recover-", key, ""), word("recover-", key, "-note"));
    let spec = target.spec.clone();
    let change = session.on(move |event: Event| {
        let mut spec = spec.clone();
        change(&mut spec, value_of(&event));
        Action::Target(spec)
    });
    let mut select =
        tag("select", "input").attr("id", &id).attr("aria-describedby", &note_id).on(ListenerKind::onchange, change);
    for (value, shown) in options {
        let is_chosen = value == chosen;
        select = select.child(tag("option", "").attr("value", &value).flag("selected", is_chosen).text(shown).html());
    }
    let note = tag("div", "recover-note").attr("id", &note_id).child(note).html();
    group("div", "form-row", [label(&id, &word("recover.", key, "")), select.html(), note])
}

/// From which backup: one that is named, or the newest that can reach the target.
pub fn backup(session: &Session, run: &Run, target: &Target) -> Html {
    let chosen = target.spec.backup.as_deref();
    let newest = target.boundary.as_deref().filter(|_| chosen.is_none());
    let shown = match newest {
        Some(boundary) => t("recover.backup_newest_is", &[("name", &boundary.backup)]),
        None => t("recover.backup_newest", &[]),
    };
    let mut options = vec![(String::new(), shown)];
    for backup in &run.head.backups {
        let name = run.name(backup.label);
        let at = format::clock_short(backup.start.1, run.head.zone_offset_s);
        options.push((name.to_owned(), t("recover.backup_taken", &[("name", name), ("time", &at)])));
    }
    let mut note = Vec::new();
    match newest {
        Some(boundary) if boundary.problem.is_none() => {
            note.push(plain("p", "", t("recover.backup_why", &[("name", &boundary.backup)])));
            for why in &boundary.passed_over {
                let name = why.params.first().map_or("", |(_, label)| label);
                let said = t("recover.backup_why_not", &[("name", name), ("why", &problem(why))]);
                note.push(group("p", "recover-passed", [mark(Sign::Out), plain("span", "", said)]));
            }
        }
        None if chosen.is_some() => note.push(plain("p", "", t("recover.backup_yours", &[]))),
        _ => {}
    }
    let name = |spec: &mut TargetSpec, label: String| spec.backup = Some(label).filter(|label| !label.is_empty());
    choice(session, target, "backup", (options, chosen.unwrap_or_default()), name, note.into_iter().collect())
}

/// Along which timeline: of those that there were when somebody noticed.
pub fn timeline(session: &Session, run: &Run, target: &Target) -> Html {
    let chosen = match target.spec.along {
        Along::Latest => "latest".to_owned(),
        Along::Current => "current".to_owned(),
        Along::Number(number) => number.to_string(),
    };
    let named = |value: &str| (value.to_owned(), t(&word("recover.timeline.", value, ""), &[]));
    let mut options = vec![named("latest"), named("current")];
    for timeline in run.head.timelines.iter().filter(|timeline| timeline.began.0 <= run.head.noticed_step) {
        let id = timeline.id.to_string();
        let parent = timeline.parent.unwrap_or_default().to_string();
        let key = if timeline.parent.is_some() { "recover.timeline.fork" } else { "recover.timeline.first" };
        let shown = t(key, &[("number", &id), ("parent", &parent), ("lsn", &format::lsn(timeline.fork_lsn))]);
        options.push((id, shown));
    }
    let follow = |spec: &mut TargetSpec, value: String| {
        spec.along = match value.parse() {
            Ok(number) => Along::Number(number),
            Err(_) if value == "current" => Along::Current,
            Err(_) => Along::Latest,
        }
    };
    choice(session, target, "timeline", (options, &chosen), follow, none())
}

/// What happens at the target.
pub fn action(session: &Session, target: &Target) -> Html {
    let options = AtTarget::ALL.map(|action| {
        let code = action.code();
        (code.to_owned(), t(&word("recover.action.", code, ""), &[]))
    });
    let chosen = target.spec.action.code();
    let note = plain("p", "", t(&word("recover.action.", chosen, ".means"), &[]));
    let do_this = |spec: &mut TargetSpec, value: String| {
        spec.action = AtTarget::ALL.into_iter().find(|action| action.code() == value).unwrap_or(AtTarget::Promote);
    };
    choice(session, target, "action", (options.into(), chosen), do_this, note)
}
