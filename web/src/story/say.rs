//! Steps and outcomes in words.

use crate::format;
use crate::state::Run;
use crate::tables::grid::word;
use crate::words::{count, has, t};
use pitr_protocol::{RecordLine, Report, StepKind, StopReason, TargetSpec};

/// What happens at a step, as a sentence.
pub fn sentence(run: &Run, step: u32) -> String {
    say(run, step, "step")
}

/// The same in a few words, for a list or a slider: "XID 112 commits".
pub fn brief(run: &Run, step: u32) -> String {
    say(run, step, "brief")
}

fn say(run: &Run, step: u32, form: &str) -> String {
    let kind = run.step_kind(step);
    let index = step as usize;
    let name_of = |column: &[u32]| column.get(index).map(|name| run.name(*name)).unwrap_or_default();
    let amount = run.steps.amount.get(index).copied().unwrap_or(0);
    let xid = run.steps.xid.get(index).copied().unwrap_or(0);
    let name = match name_of(&run.steps.name) {
        "" => t("step.server", &[]),
        name => name.to_owned(),
    };
    let text = name_of(&run.steps.text);
    let text = match kind {
        StepKind::RecordWritten | StepKind::RecordReplayed => code_in_words("record", text),
        StepKind::RecoveryStopped => code_in_words("stopped", text),
        StepKind::RecoveryFailed => code_in_words("failure", text),
        StepKind::StatementFailed => code_in_words("mishap", text),
        _ => text.to_owned(),
    };
    // What happened by itself has a sentence of its own.
    let event = format!("event.{text}");
    let key = match kind {
        StepKind::StatementDone if has(&event) => event,
        _ => format!("{form}.{}", kind.code()),
    };
    let without_xid = format!("{key}_without_xid");
    let key = if xid == 0 && has(&without_xid) { without_xid } else { key };
    t(
        &key,
        &[
            ("time", &run.clock_ms(run.step_time(step))),
            ("lsn", &format::lsn(run.steps.lsn.get(index).copied().unwrap_or(0))),
            ("xid", &xid.to_string()),
            ("name", &name),
            ("text", &text),
            ("amount", &format::count(amount)),
            ("rows", &count("unit.rows", amount, &[])),
            ("pages", &count("unit.pages", amount, &[])),
            ("bytes", &format::bytes(amount)),
        ],
    )
}

/// A code that came as a text.
fn code_in_words(kind: &str, code: &str) -> String {
    let key = format!("{kind}.{code}");
    if has(&key) { t(&key, &[]) } else { code.to_owned() }
}

/// A target in the terms of its kind: "02:59:59", "XID 113", "the end of the log".
pub fn target_name(spec: &TargetSpec) -> String {
    t(&word("target.", spec.kind.code(), ""), &[("text", &spec.text)])
}

/// What a recovery came to: "Recovered to 02:59:59: 11 transactions replayed, stopped before XID 113 (DELETE FROM users)".
pub fn outcome(report: &Report) -> String {
    let target = target_name(&report.spec);
    let replayed = count("outcome.replayed", u64::from(report.transactions), &[]);
    let stop = |key: &str, bare: &str, line: &RecordLine| {
        let key = if line.statement.is_empty() { bare } else { key };
        t(key, &[("xid", &line.xid.to_string()), ("statement", &line.statement)])
    };
    let stopped = match (report.reason, &report.last_in, &report.first_out) {
        (StopReason::AfterXid, Some(last), _) => stop("outcome.after", "outcome.after_bare", last),
        (StopReason::EndOfLog, ..) => t("outcome.at_end", &[]),
        (StopReason::AtRestorePoint | StopReason::AtConsistency, ..) => {
            t(&word("outcome.", report.reason.code(), ""), &[("name", &report.backup)])
        }
        (_, _, Some(out)) => stop("outcome.before", "outcome.before_bare", out),
        (_, _, None) => t("outcome.at_end", &[]),
    };
    // One that waits at its target says what it waits in.
    let key = if report.finished { "recovered" } else { report.spec.action.code() };
    t(&word("outcome.", key, ""), &[("target", &target), ("replayed", &replayed), ("stopped", &stopped)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{AtTarget, Lost, RecordKind, TargetKind};

    fn line(xid: u32, statement: &str) -> RecordLine {
        RecordLine { lsn: 1, end_lsn: 2, time_us: 0, xid, kind: RecordKind::Commit, statement: statement.into() }
    }

    fn report() -> Report {
        Report {
            spec: TargetSpec::new(TargetKind::Time, "02:59:59"),
            finished: true,
            backup: "b1".into(),
            began_us: 0,
            resolved: String::new(),
            reason: StopReason::BeforeTime,
            last_record_in: None,
            first_record_out: None,
            last_in: Some(line(112, "UPDATE users")),
            first_out: Some(line(113, "DELETE FROM users")),
            consistent_lsn: 0,
            timeline: 2,
            parent_timeline: 1,
            fork_lsn: 0,
            transactions: 11,
            records: 40,
            backup_bytes: 0,
            log_bytes: 0,
            segments: 1,
            phases: Vec::new(),
            rto_us: 0,
            wall_us: 0,
            lost: Lost::default(),
            pages_checked: 0,
            pages_wrong: 0,
            checks: Vec::new(),
            log_end: None,
        }
    }

    #[test]
    fn the_outcome_is_one_sentence() {
        assert_eq!(
            outcome(&report()),
            "Recovered to 02:59:59: 11 transactions replayed, stopped before XID 113 (DELETE FROM users)"
        );
        let after = Report {
            spec: TargetSpec { kind: TargetKind::Xid, text: "112".into(), ..report().spec },
            reason: StopReason::AfterXid,
            transactions: 1,
            ..report()
        };
        assert_eq!(
            outcome(&after),
            "Recovered to XID 112: 1 transaction replayed, stopped after XID 112 (UPDATE users)"
        );
        let end = TargetSpec::new(TargetKind::End, "");
        let end = Report { spec: end, first_out: None, reason: StopReason::EndOfLog, ..report() };
        assert_eq!(
            outcome(&end),
            "Recovered to the end of the log: 11 transactions replayed, stopped where the log ends"
        );
        let point = TargetSpec::new(TargetKind::Name, "before the import");
        let named = Report { spec: point, reason: StopReason::AtRestorePoint, ..report() };
        assert_eq!(
            outcome(&named),
            "Recovered to restore point before the import: 11 transactions replayed, stopped right after it"
        );
        let paused = TargetSpec { action: AtTarget::Pause, ..report().spec };
        assert_eq!(
            outcome(&Report { spec: paused, finished: false, ..report() }),
            "Paused at 02:59:59: 11 transactions replayed, stopped before XID 113 (DELETE FROM users)"
        );
    }
}
