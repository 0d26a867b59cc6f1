//! The lines that both servers write about a recovery, with what must differ left out.

use super::recording::{MarkKind, RecordedRecovery};
use pitr_engine::types::Lsn;
use pitr_engine::{Kind, RecordNote, RecoveryReport, StopReason, Target};

/// A history file without the lines that a server passes over when it reads one: the engine puts a checksum there.
pub fn without_comments(file: &str) -> String {
    file.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect()
}

/// A text with `*` for each LSN in it: the two logs have other positions.
pub fn without_lsns(text: &str) -> String {
    let is_of_lsn = |char: char| char.is_ascii_hexdigit() || char == '/';
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|char| is_of_lsn(char) != is_of_lsn(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        out.push_str(if run.parse::<Lsn>().is_ok() { "*" } else { run });
        rest = behind;
    }
    out
}

/// What the recorded server and the engine say differently about the stop: what was recorded, and the engine's words for its own.
pub fn stop_difference(recorded: &RecordedRecovery, report: &RecoveryReport) -> Option<(String, String)> {
    let with_times = !recorded.target.has_own_zone();
    // When a restore point was made is not in its mark, unless the clock was set by hand, and no recovery asks for it.
    let cut = |line: &str| match line.split_once(", time ") {
        Some((words, _)) if !with_times || words.contains("restore point") => words.to_owned(),
        _ => line.to_owned(),
    };
    let expected = recorded.result.stop.as_deref().map(without_lsns).unwrap_or_default();
    let got = without_lsns(&stop_line(report));
    (cut(&expected) != cut(&got)).then(|| (cut(&expected), cut(&got)))
}

/// The line in which PostgreSQL says where it stopped; nothing if it came to the end of the log.
fn stop_line(report: &RecoveryReport) -> String {
    let end_of = |note: Option<RecordNote>| {
        let kind = match note.map(|note| note.kind) {
            Some(Kind::Commit) => "commit",
            Some(Kind::Abort) => "abort",
            _ => "another record",
        };
        let xid = note.map(|note| note.xid).unwrap_or_default();
        let time = note.and_then(|note| note.time).map(|time| time.to_string()).unwrap_or_default();
        format!("{kind} of transaction {xid}, time {time}")
    };
    match report.reason {
        StopReason::BeforeTime | StopReason::BeforeXid => {
            format!("recovery stopping before {}", end_of(report.first_record_out))
        }
        StopReason::AfterXid => format!("recovery stopping after {}", end_of(report.last_record_in)),
        StopReason::BeforeLsn => "recovery stopping before WAL location (LSN) \"0/0\"".to_owned(),
        StopReason::AfterLsn => "recovery stopping after WAL location (LSN) \"0/0\"".to_owned(),
        StopReason::AtRestorePoint => match &report.spec.target {
            Target::Name(name) => format!("recovery stopping at restore point \"{name}\", time "),
            other => format!("recovery stopping at restore point for {other}"),
        },
        StopReason::AtConsistency => "recovery stopping after reaching consistency".to_owned(),
        StopReason::EndOfLog => String::new(),
    }
}

/// As [`stop_difference`], about the last transaction that was replayed.
pub fn last_completed_difference(recorded: &RecordedRecovery, report: &RecoveryReport) -> Option<(String, String)> {
    // PostgreSQL leaves the record at which an inclusive LSN target stops out of this line.
    if recorded.target.has_own_zone() || report.reason == StopReason::AfterLsn {
        return None;
    }
    let time = report.last_in.and_then(|note| note.time);
    let got = time.map(|time| format!("last completed transaction was at log time {time}")).unwrap_or_default();
    let expected = recorded.result.last_completed.clone().unwrap_or_default();
    (expected != got).then_some((expected, got))
}

/// The word for a kind of mark in a recording.
pub fn kind_name(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Commit => "commit",
        MarkKind::Abort => "abort",
        MarkKind::RestorePoint => "restore_point",
        MarkKind::BackupEnd => "backup_end",
        MarkKind::TimelineStart => "timeline_start",
        MarkKind::Sequence => "sequence",
    }
}
