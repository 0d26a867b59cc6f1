//! The recovery of the run: its phases while it is watched, and its report once its end has been seen.
//!
//! Everything said here is in the worker's report or in the frame of the current step. The report stays when the cursor goes
//! back; it goes only with its run.

mod phases;
mod price;

use crate::format;
use crate::state::{Cursor, Desk, Run};
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::{coded, count, t};
pub use phases::phase_bar;
use pitr_protocol::{RecordLine, RecoveryPhase, RecoveryView, Report, StopReason};
use price::price;
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
pub fn report_card(desk: &Desk, cursor: &Cursor) -> Html {
    let Desk { run, outcome, .. } = desk;
    let (Some(report), Some(begin)) = (&outcome.report, run.head.recovery_step) else {
        return none();
    };
    let inside = cursor.step >= begin && cursor.step < run.last_step();
    if !outcome.reached && !inside {
        return none();
    }
    let title = t(if outcome.reached { "report.title" } else { "report.progress_title" }, &[]);
    tag("section", "panel report")
        .attr("aria-labelledby", "report-title")
        .child(tag("h2", "panel-title").attr("id", "report-title").text(title).html())
        .child(if inside { progress(cursor, report) } else { none() })
        .child(if outcome.reached { written(run, report) } else { none() })
        .html()
}

/// How far replay has come at the current step.
fn progress(cursor: &Cursor, report: &Report) -> Html {
    let Some(view) = cursor.frame.as_ref().and_then(|frame| frame.recovery.as_ref()) else {
        return plain("p", "report-waiting", t("report.begins", &[]));
    };
    let phases = PHASES.map(|phase| {
        let (sign, class) = match phase.cmp(&view.phase) {
            std::cmp::Ordering::Less => (Sign::In, "progress-phase is-done"),
            std::cmp::Ordering::Equal => (Sign::Now, "progress-phase is-now"),
            std::cmp::Ordering::Greater => (Sign::Ahead, "progress-phase is-ahead"),
        };
        let line = tag("li", class)
            .child(mark(sign))
            .child(plain("span", "", t(&word("phase.", phase.code(), ""), &[])))
            .child(plain("span", "progress-detail", detail(phase, view, report)));
        if sign == Sign::Now { line.attr("aria-current", "step").html() } else { line.html() }
    });
    let (done, all) = (view.records.min(report.records), report.records.max(1));
    let replayed = t("report.replayed_of", &[("done", &format::count(done)), ("all", &format::count(report.records))]);
    let bar = tag("progress", "").attr("max", &all.to_string()).attr("value", &done.to_string()).html();
    let consistent = if view.consistent { "report.is_consistent" } else { "report.not_consistent" };
    group(
        "div",
        "progress",
        [
            group("ol", "progress-phases", phases),
            group("label", "progress-records", [plain("span", "", replayed), bar]),
            plain("p", "progress-consistent", t(consistent, &[("lsn", &format::lsn(report.consistent_lsn))])),
        ],
    )
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
            &[
                ("done", &format::count(u64::from(view.fetched_segments))),
                ("all", &format::count(u64::from(report.segments))),
            ],
        ),
        RecoveryPhase::Redo => t("report.detail.redo", &[("lsn", &format::lsn(view.replayed_to_lsn))]),
        _ => String::new(),
    }
}

fn written(run: &Run, report: &Report) -> Html {
    let part = |id: &str, content: Html| {
        let at = word("report-", id, "");
        let title = tag("h3", "").attr("id", &at).text(t(&word("report.", id, ""), &[])).html();
        tag("section", "").attr("aria-labelledby", &at).child(title).child(content).html()
    };
    let incident = run.incident().map(|incident| incident.xid);
    let outcome = plain("span", "", crate::story::outcome(report));
    let columns = [
        part("cut", cut(run, report)),
        part("time", time(run, report)),
        part("price", price(&report.lost, incident, run.head.zone_offset_s)),
    ];
    group(
        "div",
        "",
        [
            group("p", "report-outcome", [mark(Sign::In), outcome]),
            plain("p", "report-reason", reason_sentence(run, report)),
            group("div", "report-columns", columns),
        ],
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
        StopReason::AfterLsn | StopReason::AtRestorePoint | StopReason::AtConsistency => report.last_record_in.as_ref(),
        StopReason::BeforeLsn => report.first_record_out.as_ref(),
        _ => commit,
    };
    let (commit, record) = (commit.unwrap_or(&empty), record.unwrap_or(&empty));
    let why = report.log_end.as_ref().and_then(|end| coded("log_end.", end)).unwrap_or_default();
    t(
        &word("reason.", report.reason.code(), ""),
        &[
            ("xid", &commit.xid.to_string()),
            ("time", &run.clock(commit.time_us)),
            ("lsn", &format::lsn(record.lsn)),
            ("record", &t(&word("record.", record.kind.code(), ""), &[])),
            ("target", &report.resolved),
            ("backup", &report.backup),
            ("why", &why),
        ],
    )
}

/// A record next to the stop: what it is, and where and when it was written.
fn record(run: &Run, line: Option<&RecordLine>, none_key: &str) -> Html {
    let Some(line) = line else {
        return crate::view::text(t(none_key, &[]));
    };
    let xid = match line.xid {
        0 => none(),
        xid => plain("span", "", t("around.xid", &[("xid", &xid.to_string())])),
    };
    let what = [
        plain("strong", "", t(&word("record.", line.kind.code(), ""), &[])),
        xid,
        plain("code", "", format::lsn(line.lsn)),
        plain("span", "", run.clock_ms(line.time_us)),
    ];
    let statement = match line.statement.is_empty() {
        true => none(),
        false => plain("code", "report-statement", line.statement.clone()),
    };
    group("div", "", [group("span", "report-record", what), statement])
}

fn cut(run: &Run, report: &Report) -> Html {
    let scaled = |bytes: u64| {
        let whole = format::bytes(bytes.saturating_mul(run.head.scale.max(1)));
        t("report.bytes", &[("bytes", &format::bytes(bytes)), ("scaled", &whole)])
    };
    let backup = t("report.backup", &[("name", &report.backup), ("bytes", &scaled(report.backup_bytes))]);
    let log = count("report.log", u64::from(report.segments), &[("bytes", &scaled(report.log_bytes))]);
    let transactions = count("report.transactions_short", u64::from(report.transactions), &[]);
    let replayed = count("report.records", report.records, &[("transactions", &transactions)]);
    let timeline = || {
        t(
            "report.forked",
            &[
                ("timeline", &report.timeline.to_string()),
                ("parent", &report.parent_timeline.to_string()),
                ("lsn", &format::lsn(report.fork_lsn)),
            ],
        )
    };
    let pages = if report.pages_wrong == 0 { "report.pages_right" } else { "report.pages_wrong" };
    let wrong = format::count(u64::from(report.pages_wrong));
    let checked = count(pages, u64::from(report.pages_checked), &[("wrong", &wrong)]);
    let said = crate::view::text;
    let mut facts = vec![
        ("last_in", record(run, report.last_in.as_ref(), "report.nothing_in")),
        ("first_out", record(run, report.first_out.as_ref(), "report.nothing_out")),
    ];
    // The very records next to the stop, where they are no ends of transactions.
    if report.last_record_in != report.last_in {
        facts.push(("last_record_in", record(run, report.last_record_in.as_ref(), "report.nothing_in")));
    }
    if report.first_record_out != report.first_out {
        facts.push(("first_record_out", record(run, report.first_record_out.as_ref(), "report.nothing_out")));
    }
    facts.extend([
        ("backup", said(backup)),
        ("log", said(log)),
        ("replayed", said(replayed)),
        ("consistent", plain("code", "", format::lsn(report.consistent_lsn))),
    ]);
    if report.finished {
        facts.extend([("timeline", said(timeline())), ("checked", checks(report, checked))]);
    }
    let mut list = tag("dl", "facts");
    for (name, value) in facts {
        list = list
            .child(plain("dt", "", t(&word("report.fact.", name, ""), &[])))
            .child(tag("dd", "").child(value).html());
    }
    list.html()
}

/// The verdict of the validation: on the pages, and on all else that was looked at.
fn checks(report: &Report, pages: String) -> Html {
    let line = |is_right: bool, said: String| {
        group("li", "", [mark(if is_right { Sign::In } else { Sign::Out }), plain("span", "", said)])
    };
    let mut passed = report.pages_wrong == 0;
    let mut list = tag("ul", "report-checks").child(line(passed, pages));
    for check in &report.checks {
        let is_right = check.params.first().is_some_and(|(_, wrong)| wrong.is_empty());
        passed &= is_right;
        list = list.child(line(is_right, coded("check.", check).unwrap_or_default()));
    }
    let verdict = if passed { "report.passed" } else { "report.failed" };
    group("div", "", [plain("strong", "", t(verdict, &[])), list.html()])
}

fn time(run: &Run, report: &Report) -> Html {
    let figure = plain("strong", "figure", format::duration(report.rto_us));
    let until = if report.finished { "report.rto" } else { "report.so_far" };
    let rto = tag("p", "report-rto").child(figure).text(word(" ", &t(until, &[]), "")).html();
    group(
        "div",
        "",
        [
            rto,
            phase_bar(&report.phases, false),
            plain("p", "report-wall", t("report.wall", &[("wall", &format::duration(report.wall_us))])),
            plain("p", "source", t("source.scale", &[("scale", &format::count(run.head.scale))])),
        ],
    )
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
