//! The recovery of the run: its phases while it is watched, and its report once its end has been seen.
//!
//! Everything said here is in the worker's report or in the frame of the current step. The report stays when the cursor goes
//! back; it goes only with its run.

mod phases;
mod price;

use crate::format;
use crate::recover::kind_code;
use crate::state::{Cursor, Run, use_cursor, use_outcome, use_run};
use crate::tables::mark::{Mark, Sign};
use crate::words::{count, t};
pub use phases::PhaseBar;
use pitr_protocol::{RecordLine, RecoveryPhase, RecoveryView, Report, StopReason};
use price::Price;
use yew::prelude::*;

/// The phases in the order in which they come.
const PHASES: [RecoveryPhase; 5] = [
    RecoveryPhase::FetchBackup,
    RecoveryPhase::FetchLog,
    RecoveryPhase::Redo,
    RecoveryPhase::Promote,
    RecoveryPhase::Validate,
];

/// Nothing before the first recovery; then its progress; then its report.
#[component]
pub fn ReportCard() -> Html {
    let run = use_run();
    let cursor = use_cursor();
    let outcome = use_outcome();
    let (Some(report), Some(begin)) = (outcome.report.clone(), run.head.recovery_step) else {
        return Html::default();
    };
    let inside = cursor.step >= begin && cursor.step < run.last_step();
    if !outcome.reached && !inside {
        return Html::default();
    }
    html! {
        <section class="panel report" aria-labelledby="report-title">
            <h2 id="report-title" class="panel-title">
                { t(if outcome.reached { "report.title" } else { "report.progress_title" }, &[]) }
            </h2>
            if inside {
                { progress(&cursor, &report) }
            }
            if outcome.reached {
                { written(&run, &report) }
            }
        </section>
    }
}

/// How far replay has come at the current step.
fn progress(cursor: &Cursor, report: &Report) -> Html {
    let Some(view) = cursor.frame.as_ref().and_then(|frame| frame.recovery.clone()) else {
        return html! { <p class="report-waiting">{ t("report.begins", &[]) }</p> };
    };
    let phases = PHASES.map(|phase| {
        let (sign, state) = match phase.cmp(&view.phase) {
            std::cmp::Ordering::Less => (Sign::In, "done"),
            std::cmp::Ordering::Equal => (Sign::Now, "now"),
            std::cmp::Ordering::Greater => (Sign::Ahead, "ahead"),
        };
        let current = (state == "now").then_some("step");
        html! {
            <li class={format!("progress-phase is-{state}")} aria-current={current}>
                <Mark {sign} />
                <span>{ t(&format!("phase.{}", phase.code()), &[]) }</span>
                <span class="progress-detail">{ detail(phase, &view, report) }</span>
            </li>
        }
    });
    let replayed =
        t("report.replayed_of", &[("done", &format::count(view.records)), ("all", &format::count(report.records))]);
    html! {
        <div class="progress">
            <ol class="progress-phases">{ for phases }</ol>
            <label class="progress-records">
                <span>{ replayed }</span>
                <progress max={report.records.max(1).to_string()} value={view.records.min(report.records).to_string()} />
            </label>
            <p class="progress-consistent">
                { t(if view.consistent { "report.is_consistent" } else { "report.not_consistent" },
                    &[("lsn", &format::lsn(report.consistent_lsn))]) }
            </p>
        </div>
    }
}

/// What has come of a phase so far; nothing for those ahead.
fn detail(phase: RecoveryPhase, view: &RecoveryView, report: &Report) -> String {
    if phase > view.phase {
        return String::new();
    }
    match phase {
        RecoveryPhase::FetchBackup => t("report.detail.backup", &[("bytes", &format::bytes(view.restored_bytes))]),
        RecoveryPhase::FetchLog => t(
            "report.detail.log",
            &[("done", &view.fetched_segments.to_string()), ("all", &report.segments.to_string())],
        ),
        RecoveryPhase::Redo => t("report.detail.redo", &[("lsn", &format::lsn(view.replayed_to_lsn))]),
        _ => String::new(),
    }
}

fn written(run: &Run, report: &Report) -> Html {
    html! {
        <>
            <p class="report-outcome"><Mark sign={Sign::In} /><span>{ outcome_sentence(run, report) }</span></p>
            <p class="report-reason">{ reason_sentence(run, report) }</p>
            <div class="report-columns">
                <section aria-labelledby="report-cut">
                    <h3 id="report-cut">{ t("report.cut", &[]) }</h3>
                    { cut(run, report) }
                </section>
                <section aria-labelledby="report-time">
                    <h3 id="report-time">{ t("report.time", &[]) }</h3>
                    { time(run, report) }
                </section>
                <section aria-labelledby="report-price">
                    <h3 id="report-price">{ t("report.price", &[]) }</h3>
                    <Price lost={report.lost.clone()} incident={run.incident().map(|incident| incident.xid)}
                        zone_offset_s={run.head.zone_offset_s} />
                </section>
            </div>
        </>
    }
}

/// `Recovered to 02:59:59: 11 transactions replayed, stopped before XID 113 (DELETE FROM users)`.
pub fn outcome_sentence(run: &Run, report: &Report) -> String {
    let replayed = count("report.transactions", u64::from(report.transactions), &[]);
    let target = t(&format!("report.target.{}", kind_code(report.spec.kind)), &[("target", &report.spec.text)]);
    let next = match report.reason {
        StopReason::AfterXid | StopReason::AfterLsn | StopReason::AtRestorePoint => report.last_in.as_ref(),
        _ => report.first_out.as_ref(),
    };
    let Some(next) = next else {
        return t("report.outcome_end", &[("target", &target), ("replayed", &replayed)]);
    };
    let side = match report.reason {
        StopReason::AfterXid | StopReason::AfterLsn | StopReason::AtRestorePoint => "after",
        _ => "before",
    };
    let statement = if next.statement.is_empty() { run.clock(next.time_us) } else { next.statement.clone() };
    t(
        &format!("report.outcome_{side}"),
        &[("target", &target), ("replayed", &replayed), ("xid", &next.xid.to_string()), ("statement", &statement)],
    )
}

/// Why replay stopped where it did.
fn reason_sentence(run: &Run, report: &Report) -> String {
    let empty = RecordLine {
        lsn: 0,
        end_lsn: 0,
        time_us: 0,
        xid: 0,
        kind: pitr_protocol::RecordKind::Other,
        statement: String::new(),
    };
    let commit = match report.reason {
        StopReason::AfterXid => report.last_in.as_ref(),
        _ => report.first_out.as_ref(),
    };
    let record = match report.reason {
        StopReason::AfterLsn => report.last_record_in.as_ref(),
        StopReason::BeforeLsn => report.first_record_out.as_ref(),
        _ => commit,
    };
    let (commit, record) = (commit.unwrap_or(&empty), record.unwrap_or(&empty));
    t(
        &format!("reason.{}", report.reason.code()),
        &[
            ("xid", &commit.xid.to_string()),
            ("time", &run.clock(commit.time_us)),
            ("lsn", &format::lsn(record.lsn)),
            ("record", &t(&format!("record.{}", record.kind.code()), &[])),
            ("target", &report.resolved),
        ],
    )
}

/// A record next to the stop: what it is, and where and when it was written.
fn record(run: &Run, line: Option<&RecordLine>, none: &str) -> Html {
    let Some(line) = line else {
        return html! { { t(none, &[]) } };
    };
    html! {
        <>
            <span class="report-record">
                <strong>{ t(&format!("record.{}", line.kind.code()), &[]) }</strong>
                if line.xid != 0 {
                    { " " }<span>{ t("around.xid", &[("xid", &line.xid.to_string())]) }</span>
                }
                { " " }<code>{ format::lsn(line.lsn) }</code>
                { " " }<span>{ run.clock_ms(line.time_us) }</span>
            </span>
            if !line.statement.is_empty() {
                <code class="report-statement">{ &line.statement }</code>
            }
        </>
    }
}

fn cut(run: &Run, report: &Report) -> Html {
    let scaled = |bytes: u64| {
        let whole = format::bytes(bytes.saturating_mul(run.head.scale.max(1)));
        t("report.bytes", &[("bytes", &format::bytes(bytes)), ("scaled", &whole)])
    };
    let log = count("report.log", u64::from(report.segments), &[("bytes", &scaled(report.log_bytes))]);
    let replayed = count(
        "report.records",
        report.records,
        &[("transactions", &count("report.transactions_short", u64::from(report.transactions), &[]))],
    );
    let timeline = t(
        "report.forked",
        &[
            ("timeline", &report.timeline.to_string()),
            ("parent", &report.parent_timeline.to_string()),
            ("lsn", &format::lsn(report.fork_lsn)),
        ],
    );
    let checked = count(
        if report.pages_wrong == 0 { "report.pages_right" } else { "report.pages_wrong" },
        u64::from(report.pages_checked),
        &[("wrong", &format::count(u64::from(report.pages_wrong)))],
    );
    let fact = |name: &str, value: Html| {
        html! { <><dt>{ t(&format!("report.fact.{name}"), &[]) }</dt><dd>{ value }</dd></> }
    };
    html! {
        <dl class="facts">
            { fact("last_in", record(run, report.last_record_in.as_ref(), "report.nothing_in")) }
            { fact("first_out", record(run, report.first_record_out.as_ref(), "report.nothing_out")) }
            { fact("backup", html! { { t("report.backup", &[("name", &report.backup), ("bytes", &scaled(report.backup_bytes))]) } }) }
            { fact("log", html! { { log } }) }
            { fact("replayed", html! { { replayed } }) }
            { fact("consistent", html! { <code>{ format::lsn(report.consistent_lsn) }</code> }) }
            { fact("timeline", html! { { timeline } }) }
            { fact("checked", html! { { checked } }) }
        </dl>
    }
}

fn time(run: &Run, report: &Report) -> Html {
    html! {
        <>
            <p class="report-rto"><strong class="figure">{ format::duration(report.rto_us) }</strong>{ " " }{ t("report.rto", &[]) }</p>
            <PhaseBar phases={report.phases.clone()} />
            <p class="report-wall">{ t("report.wall", &[("wall", &format::duration(report.wall_us))]) }</p>
            <p class="source">{ t("source.scale", &[("scale", &format::count(run.head.scale))]) }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_words() {
        let reasons = [
            StopReason::BeforeTime,
            StopReason::BeforeXid,
            StopReason::AfterXid,
            StopReason::BeforeLsn,
            StopReason::AfterLsn,
            StopReason::AtRestorePoint,
            StopReason::AtConsistency,
            StopReason::EndOfLog,
        ];
        for reason in reasons {
            assert!(crate::words::has(&format!("reason.{}", reason.code())), "{reason:?}");
        }
    }
}
