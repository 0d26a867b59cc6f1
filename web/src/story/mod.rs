//! The story line: where we are and what to do next; and the one region that says it aloud.

mod announcer;
mod say;

pub use announcer::Announcer;
pub use say::{brief, outcome, sentence, target_name};

use crate::state::{Action, Connection, Cursor, Desk, Run, Stage, Target};
use crate::view::{plain, tag};
use crate::words::{count, problem, t};
use pitr_protocol::StepKind;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The story at a stage, and `said` in the live region.
pub fn story(desk: &Desk, cursor: &Cursor, stage: Stage, said: &str) -> Html {
    let run = &desk.run;
    let region = tag("p", "visually-hidden")
        .key("said".to_owned())
        .attr("role", "status")
        .attr("aria-live", "polite")
        .text(said.to_owned());
    let mut section = tag("section", "story").attr("aria-label", &t("story.title", &[])).child(region.html());
    if let Some(notice) = crash_notice(desk) {
        section = section.child(notice);
    }
    let (line, hint) = if run.is_there() {
        headline(desk, cursor, stage)
    } else {
        let state = if desk.health.state == Connection::Failed { "failed" } else { "starting" };
        let hint = t(&format!("story.{state}_hint"), &[]);
        (plain("p", "story-line", t(&format!("story.{state}"), &[])), plain("p", "story-hint", hint))
    };
    section.child(tag("div", "story-now").key("now".to_owned()).child(line).child(hint).html()).html()
}

fn headline(desk: &Desk, cursor: &Cursor, stage: Stage) -> (Html, Html) {
    let run = &desk.run;
    let line = |said: String| plain("p", "story-line", said);
    let hint = |said: String| plain("p", "story-hint", said);
    match stage {
        Stage::Starting => (Html::default(), Html::default()),
        Stage::Opened => (opened(run), hint(opened_hint(run))),
        Stage::Chosen => {
            let (said, next) = chosen(run, &desk.target);
            (line(said), hint(next))
        }
        Stage::Watching => {
            let key = if cursor.playing { "story.playing" } else { "story.stepping" };
            let step = if cursor.playing { headline_step(run, cursor.step) } else { cursor.step };
            (plain("p", "story-line is-step", sentence(run, step)), hint_and_back(desk, t(key, &[])))
        }
        Stage::Recovering if desk.outcome.asked => (line(t("story.asked", &[])), hint(t("story.recovering_hint", &[]))),
        Stage::Recovering => {
            let phase = cursor.frame.as_ref().and_then(|frame| frame.recovery.as_ref()).map(|recovery| recovery.phase);
            let said = match phase.filter(|_| cursor.playing) {
                Some(phase) => t(&format!("story.phase.{}", phase.code()), &[]),
                None => sentence(run, cursor.step),
            };
            (plain("p", "story-line is-step", said), hint(t("story.recovering_hint", &[])))
        }
        Stage::Recovered => {
            let said = desk.outcome.report.as_ref().map(|report| outcome(report)).unwrap_or_default();
            (line(said), hint_and_back(desk, recovered_hint(run)))
        }
    }
}

/// A hint, and the way back to where the page opened.
fn hint_and_back(desk: &Desk, said: String) -> Html {
    let run = &desk.run;
    let time = run.clock(run.head.noticed_us);
    let back = tag("button", "link")
        .attr("type", "button")
        .text(t("story.to_notice", &[("time", &time)]))
        .on(ListenerKind::onclick, desk.session.click(Action::GoTo(run.head.noticed_step)));
    tag("p", "story-hint").text(format!("{said} ")).child(back.html()).html()
}

/// While a run is played, what people did stays in the headline; what the server makes of it is told beside the machine.
fn headline_step(run: &Run, step: u32) -> u32 {
    let worthy = |step: &u32| {
        matches!(
            run.step_kind(*step),
            StepKind::StatementRan
                | StepKind::Committed
                | StepKind::RolledBack
                | StepKind::BackupStarted
                | StepKind::BackupFinished
                | StepKind::RestorePointMade
                | StepKind::Noted
                | StepKind::PrimaryLost
        )
    };
    (0..=step).rev().find(worthy).unwrap_or(step)
}

/// What happened, its statement in the colour of alarm, and the question.
fn opened(run: &Run) -> Html {
    let Some(incident) = run.incident() else {
        return plain("p", "story-line", t("story.no_incident", &[("title", &run.head.title)]));
    };
    let rows = count("story.rows", u64::from(incident.rows), &[]);
    let marked = t(
        "story.incident",
        &[
            ("time", &run.clock(incident.end_us)),
            ("xid", &incident.xid.to_string()),
            ("statement", "\u{1}"),
            ("rows", &rows),
            ("session", run.name(incident.session)),
            ("now", &run.clock(run.head.noticed_us)),
        ],
    );
    let statement = run.name(incident.statement).to_owned();
    let (before, after) = marked.split_once('\u{1}').unwrap_or((&marked, ""));
    tag("p", "story-line").text(before.to_owned()).child(plain("em", "alarm", statement)).text(after.to_owned()).html()
}

fn opened_hint(run: &Run) -> String {
    match run.head.backups.last() {
        Some(backup) => {
            t("story.opened_hint", &[("time", &run.clock(backup.start.1)), ("name", run.name(backup.label))])
        }
        None => t("story.no_backup_hint", &[]),
    }
}

/// What the target would do, before anything is run.
fn chosen(run: &Run, target: &Target) -> (String, String) {
    let spec = &target.spec;
    let named = target_name(spec);
    if let Some(refused) = &target.problem {
        return (t("story.unreadable", &[]), problem(refused));
    }
    let Some(boundary) = &target.boundary else {
        return (t("story.reading", &[]), String::new());
    };
    if let Some(fails) = &boundary.problem {
        return (t("story.would_fail", &[("target", &named)]), problem(fails));
    }
    let kept = count("story.kept", u64::from(boundary.kept), &[]);
    let left = count("story.left", u64::from(boundary.left_out), &[]);
    let line = t("story.chosen", &[("target", &named), ("kept", &kept), ("left", &left)]);
    let hint = match run.incident() {
        Some(incident) if incident.end_lsn.is_some_and(|lsn| lsn < boundary.cut_lsn) => {
            t("story.chosen_keeps_damage", &[("xid", &incident.xid.to_string())])
        }
        Some(incident) => {
            let lost = boundary.signals.rpo_transactions;
            let xid = incident.xid.to_string();
            if lost == 0 {
                t("story.chosen_exact", &[("xid", &xid)])
            } else {
                count("story.chosen_early", u64::from(lost), &[("xid", &xid)])
            }
        }
        None => t("story.chosen_hint", &[]),
    };
    (line, hint)
}

fn recovered_hint(run: &Run) -> String {
    let Some(report) = &run.head.report else {
        return String::new();
    };
    if !report.finished {
        return t(&format!("story.waits.{}", report.spec.action.code()), &[]);
    }
    let lost = count("story.lost", u64::from(report.lost.transactions), &[]);
    let rto = crate::format::duration(report.rto_us);
    t("story.recovered_hint", &[("rto", &rto), ("timeline", &report.timeline.to_string()), ("lost", &lost)])
}

/// What happened to the engine, if it went down, and the script for a bug report.
fn crash_notice(desk: &Desk) -> Option<Html> {
    let crash = desk.health.crash.as_ref()?;
    let key = match desk.health.state {
        Connection::Failed => "story.crash_failed",
        Connection::Restoring => "story.crash_restoring",
        _ => "story.crash_restored",
    };
    let script = tag("textarea", "input crash-script")
        .flag("readonly", true)
        .attr("rows", "8")
        .attr("aria-label", &t("story.crash_script", &[]))
        .value(&format!("# {}\n{}", crash.message.replace('\n', " "), crash.script));
    let report = tag("details", "")
        .child(plain("summary", "", t("story.crash_report", &[])))
        .child(plain("p", "", t("story.crash_report_hint", &[])))
        .child(script.html());
    let dismiss = tag("button", "button is-quiet")
        .attr("type", "button")
        .text(t("story.dismiss", &[]))
        .on(ListenerKind::onclick, desk.session.click(Action::DismissCrash));
    let notice = tag("div", "notice").key("notice".to_owned()).attr("role", "alert").child(plain("p", "", t(key, &[])));
    Some(notice.child(report.html()).child(dismiss.html()).html())
}
