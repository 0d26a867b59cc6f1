//! A recovery's report in the protocol's terms.

use crate::columns::{Columns, record_kind};
use crate::loaded::Loaded;
use pitr_engine::script::time_text;
use pitr_engine::types::Zone;
use pitr_engine::{Phase as EnginePhase, RecordNote, RecoveryReport, RecoverySpec, StopReason as EngineReason, Target};
use pitr_protocol::{
    Fate, Lost, Phase, RecordKind, RecordLine, RecoveryPhase, Report, StopReason, TargetKind, TargetSpec,
};

/// Why replay stopped, in the protocol's terms.
pub fn reason(reason: EngineReason) -> StopReason {
    match reason {
        EngineReason::BeforeTime => StopReason::BeforeTime,
        EngineReason::BeforeXid => StopReason::BeforeXid,
        EngineReason::AfterXid => StopReason::AfterXid,
        EngineReason::BeforeLsn => StopReason::BeforeLsn,
        EngineReason::AfterLsn => StopReason::AfterLsn,
        EngineReason::AtRestorePoint => StopReason::AtRestorePoint,
        EngineReason::AtConsistency => StopReason::AtConsistency,
        EngineReason::EndOfLog => StopReason::EndOfLog,
    }
}

/// What a target was read as.
pub fn resolved(target: &Target, zone: Zone) -> String {
    match target {
        Target::Time(time) => time_text(*time, zone),
        Target::Xid(xid) => xid.to_string(),
        other => other.to_string(),
    }
}

/// The phases with their times.
pub fn phases(report: &RecoveryReport) -> Vec<Phase> {
    EnginePhase::ALL
        .iter()
        .zip(report.took)
        .map(|(phase, took)| Phase {
            phase: match phase {
                EnginePhase::FetchBackup => RecoveryPhase::FetchBackup,
                EnginePhase::FetchLog => RecoveryPhase::FetchLog,
                EnginePhase::Redo => RecoveryPhase::Redo,
                EnginePhase::Promote => RecoveryPhase::Promote,
                EnginePhase::Validate => RecoveryPhase::Validate,
            },
            took_us: took.0,
        })
        .collect()
}

/// A record in a line, with what its transaction did.
pub fn line(note: &RecordNote, columns: &Columns) -> RecordLine {
    let written = columns.records.lsn.binary_search(&note.lsn.0).ok();
    let time = note.time.map(|time| time.0).or(written.and_then(|index| columns.records.time_us.get(index).copied()));
    let spans = &columns.head.transactions;
    let statement = spans.iter().find(|span| span.xid == note.xid.0).map(|span| name(columns, span.statement));
    RecordLine {
        lsn: note.lsn.0,
        end_lsn: note.end.0,
        time_us: time.unwrap_or(0),
        xid: note.xid.0,
        kind: record_kind(note.kind),
        statement: statement.unwrap_or_default(),
    }
}

/// Acknowledged commits whose records stand at or past a position, in log order.
pub fn commits_from(columns: &Columns, from: u64) -> impl Iterator<Item = RecordLine> + '_ {
    columns.head.transactions.iter().filter(|span| span.fate == Fate::Committed).filter_map(move |span| {
        let lsn = span.end_lsn.filter(|lsn| *lsn >= from)?;
        let index = columns.records.lsn.binary_search(&lsn).ok();
        Some(RecordLine {
            lsn,
            end_lsn: index.and_then(|index| columns.records.end_lsn.get(index).copied()).unwrap_or(lsn),
            time_us: span.end_us,
            xid: span.xid,
            kind: RecordKind::Commit,
            statement: name(columns, span.statement),
        })
    })
}

/// A name of the columns.
pub fn name(columns: &Columns, index: u32) -> String {
    columns.head.names.get(index as usize).cloned().unwrap_or_default()
}

/// The target as somebody might have given it.
pub fn spec(spec: &RecoverySpec, zone: Zone) -> TargetSpec {
    let (kind, text) = match &spec.target {
        Target::Lsn(lsn) => (TargetKind::Lsn, lsn.to_string()),
        Target::Xid(xid) => (TargetKind::Xid, xid.to_string()),
        other => (TargetKind::Time, resolved(other, zone)),
    };
    TargetSpec { backup: spec.backup.clone(), kind, text, inclusive: spec.inclusive }
}

/// The report of the run's recovery; `asked` is the target as it was given, if it was on the page.
pub fn report(loaded: &Loaded, columns: &Columns, found: &RecoveryReport, asked: Option<&TargetSpec>) -> Report {
    let zone = loaded.run.settings().zone;
    let line = |note: Option<RecordNote>| note.map(|note| self::line(&note, columns));
    let lost: Vec<RecordLine> = commits_from(columns, found.fork.0).collect();
    Report {
        spec: asked.cloned().unwrap_or_else(|| spec(&found.spec, zone)),
        backup: found.backup.clone(),
        began_us: found.began.0,
        resolved: resolved(&found.spec.target, zone),
        reason: reason(found.reason),
        last_record_in: line(found.last_record_in),
        first_record_out: line(found.first_record_out),
        last_in: line(found.last_in),
        first_out: line(found.first_out),
        consistent_lsn: found.consistent.0,
        timeline: found.timeline.0,
        parent_timeline: found.parent.0,
        fork_lsn: found.fork.0,
        transactions: found.transactions,
        records: found.records,
        backup_bytes: found.backup_bytes,
        log_bytes: found.segment_bytes,
        segments: found.segments,
        phases: phases(found),
        rto_us: found.rto().0,
        wall_us: loaded.wall_us,
        lost: Lost { transactions: lost.len() as u32, lines: lost },
        pages_checked: found.pages_checked,
        pages_wrong: found.pages_wrong,
    }
}
