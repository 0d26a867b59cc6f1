//! The story line: where we are and what to do next; and the one region that says it aloud.

mod announcer;
mod say;

pub use announcer::Announcer;
pub use say::{brief, outcome, sentence};

use crate::state::{
    Action, Connection, Run, Stage, use_cursor, use_health, use_outcome, use_run, use_session, use_stage, use_target,
};
use crate::words::{count, problem, t};
use pitr_protocol::{StepKind, TargetKind};
use yew::prelude::*;

#[component]
pub fn Story() -> Html {
    let stage = use_stage();
    let run = use_run();
    let health = use_health();
    html! {
        <section class="story" aria-label={t("story.title", &[])}>
            <Announcer />
            <CrashNotice />
            if run.is_there() {
                <Headline {stage} />
            } else if health.state == Connection::Failed {
                <p class="story-line">{ t("story.failed", &[]) }</p>
                <p class="story-hint">{ t("story.failed_hint", &[]) }</p>
            } else {
                <p class="story-line">{ t("story.starting", &[]) }</p>
                <p class="story-hint">{ t("story.starting_hint", &[]) }</p>
            }
        </section>
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct HeadlineProps {
    stage: Stage,
}

#[component]
fn Headline(HeadlineProps { stage }: &HeadlineProps) -> Html {
    let session = use_session();
    let run = use_run();
    let cursor = use_cursor();
    let target = use_target();
    let outcome_state = use_outcome();
    let to_notice = || {
        let step = run.head.noticed_step;
        let back = session.on(move |_: MouseEvent| Action::GoTo(step));
        let time = run.clock(run.head.noticed_us);
        html! { <button type="button" class="link" onclick={back}>{ t("story.to_notice", &[("time", &time)]) }</button> }
    };
    let (line, hint) = match stage {
        Stage::Starting => (Html::default(), Html::default()),
        Stage::Opened => (opened(&run), html! { <>{ opened_hint(&run) }</> }),
        Stage::Chosen => {
            let (line, hint) = chosen(&run, &target);
            (html! { <>{ line }</> }, html! { <>{ hint }</> })
        }
        Stage::Watching => {
            let key = if cursor.playing { "story.playing" } else { "story.stepping" };
            let step = if cursor.playing { headline_step(&run, cursor.step) } else { cursor.step };
            (html! { <>{ sentence(&run, step) }</> }, html! { <>{ t(key, &[]) }{ " " }{ to_notice() }</> })
        }
        Stage::Recovering if outcome_state.asked => {
            (html! { <>{ t("story.asked", &[]) }</> }, html! { <>{ t("story.recovering_hint", &[]) }</> })
        }
        Stage::Recovering => {
            let phase = cursor.frame.as_ref().and_then(|frame| frame.recovery.as_ref()).map(|recovery| recovery.phase);
            let line = match phase.filter(|_| cursor.playing) {
                Some(phase) => t(&format!("story.phase.{}", phase.code()), &[]),
                None => sentence(&run, cursor.step),
            };
            (html! { <>{ line }</> }, html! { <>{ t("story.recovering_hint", &[]) }</> })
        }
        Stage::Recovered => {
            let line = outcome_state.report.as_ref().map(|report| outcome(report)).unwrap_or_default();
            (html! { <>{ line }</> }, html! { <>{ recovered_hint(&run) }{ " " }{ to_notice() }</> })
        }
    };
    html! {
        <>
            <p class="story-line">{ line }</p>
            <p class="story-hint">{ hint }</p>
        </>
    }
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
        return html! { <>{ t("story.no_incident", &[("title", &run.head.title)]) }</> };
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
    match marked.split_once('\u{1}') {
        Some((before, after)) => html! { <>{ before }<em class="alarm">{ statement }</em>{ after }</> },
        None => html! { <>{ marked }</> },
    }
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
fn chosen(run: &Run, target: &crate::state::Target) -> (String, String) {
    let spec = &target.spec;
    let named = match spec.kind {
        TargetKind::Time => spec.text.clone(),
        TargetKind::Lsn => t("timeline.value_lsn", &[("lsn", &spec.text)]),
        TargetKind::Xid => t("timeline.value_xid", &[("xid", &spec.text)]),
    };
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
    let lost = count("story.lost", u64::from(report.lost.transactions), &[]);
    let rto = crate::format::duration(report.rto_us);
    t("story.recovered_hint", &[("rto", &rto), ("timeline", &report.timeline.to_string()), ("lost", &lost)])
}

/// What happened to the engine, if it went down, and the script for a bug report.
#[component]
fn CrashNotice() -> Html {
    let health = use_health();
    let session = use_session();
    let Some(crash) = health.crash.clone() else {
        return Html::default();
    };
    let key = match health.state {
        Connection::Failed => "story.crash_failed",
        Connection::Restoring => "story.crash_restoring",
        _ => "story.crash_restored",
    };
    let dismiss = session.on(|_: MouseEvent| Action::DismissCrash);
    html! {
        <div class="notice" role="alert">
            <p>{ t(key, &[]) }</p>
            <details>
                <summary>{ t("story.crash_report", &[]) }</summary>
                <p>{ t("story.crash_report_hint", &[]) }</p>
                <textarea class="input crash-script" readonly=true rows="8" aria-label={t("story.crash_script", &[])}
                    value={format!("# {}\n{}", crash.message.replace('\n', " "), crash.script)} />
            </details>
            <button type="button" class="button is-quiet" onclick={dismiss}>{ t("story.dismiss", &[]) }</button>
        </div>
    }
}
