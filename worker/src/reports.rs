//! A recovery's report in the protocol's terms.

use crate::columns::{Columns, record_kind};
use crate::loaded::Loaded;
use crate::path::{Path, timeline_at};
use crate::problems::problem;
use crate::stops::time_target_text;
use pitr_engine::script::{invariant_text, time_text};
use pitr_engine::types::{Lsn, Zone};
use pitr_engine::{
    AtTarget as EngineAction, Phase as EnginePhase, RecordNote, RecoveryReport, RecoverySpec,
    StopReason as EngineReason, Target, TimelineChoice, Validation, WHOLE, WhyEnd,
};
use pitr_protocol::{
    Along, AtTarget, Fate, Lost, Phase, Problem, RecordKind, RecordLine, RecoveryPhase, Report, StopReason, TargetKind,
    TargetSpec, TransactionSpan,
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
        Target::Name(name) if WHOLE => name.clone(),
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
    let written = columns.record_at(note.lsn.0, note.xid.0);
    let time = note.time.map(|time| time.0).or(written.and_then(|index| columns.records.time_us.get(index).copied()));
    let spans = &columns.head.transactions;
    let wrote = |span: &&TransactionSpan| {
        let lsn = note.lsn.0;
        span.xid == note.xid.0 && span.first_lsn <= lsn && span.end_lsn.is_none_or(|end| lsn <= end)
    };
    let statement = spans.iter().rfind(wrote).map(|span| name(columns, span.statement));
    RecordLine {
        lsn: note.lsn.0,
        end_lsn: note.end.0,
        time_us: time.unwrap_or(0),
        xid: note.xid.0,
        kind: record_kind(note.kind),
        statement: statement.unwrap_or_default(),
    }
}

/// The commits that the database has which goes on: with what came before the forks that lead to it, and nothing of the branches that were left.
pub fn acknowledged(columns: &Columns) -> impl Iterator<Item = &TransactionSpan> {
    let committed = |span: &&TransactionSpan| span.fate == Fate::Committed && span.end_lsn.is_some();
    let spans = &columns.head.transactions;
    let last = if WHOLE { spans.iter().rfind(committed).map_or(0, |span| span.end_step) } else { 0 };
    let live = Path::of(columns, if WHOLE { timeline_at(columns, last) } else { 1 });
    spans.iter().filter(committed).filter(move |span| !WHOLE || live.has_end(columns, span, Lsn(u64::MAX)))
}

/// Of these the ones that a recovery along a path to a position would not have, in the order of their ends.
pub fn left_behind<'a>(columns: &'a Columns, path: &'a Path, cut: Lsn) -> impl Iterator<Item = RecordLine> + 'a {
    acknowledged(columns).filter(move |span| !path.has_end(columns, span, cut)).map(|span| commit(columns, span))
}

/// The commit of a transaction in a line.
fn commit(columns: &Columns, span: &TransactionSpan) -> RecordLine {
    let lsn = span.end_lsn.unwrap_or_default();
    let index = columns.record_at(lsn, span.xid);
    RecordLine {
        lsn,
        end_lsn: index.and_then(|index| columns.records.end_lsn.get(index).copied()).unwrap_or(lsn),
        time_us: span.end_us,
        xid: span.xid,
        kind: RecordKind::Commit,
        statement: name(columns, span.statement),
    }
}

/// A name of the columns.
pub fn name(columns: &Columns, index: u32) -> String {
    columns.head.names.get(index as usize).cloned().unwrap_or_default()
}

/// The target as somebody might have given it.
pub fn spec(spec: &RecoverySpec, zone: Zone) -> TargetSpec {
    let kind = match &spec.target {
        Target::Time(_) => TargetKind::Time,
        Target::Lsn(_) => TargetKind::Lsn,
        Target::Xid(_) => TargetKind::Xid,
        Target::Name(_) if WHOLE => TargetKind::Name,
        Target::Immediate if WHOLE => TargetKind::Immediate,
        _ => TargetKind::End,
    };
    let text = if kind.has_text() { resolved(&spec.target, zone) } else { String::new() };
    let along = match spec.timeline {
        TimelineChoice::Current if WHOLE => Along::Current,
        TimelineChoice::Number(number) if WHOLE => Along::Number(number.0),
        _ => Along::Latest,
    };
    let action = match spec.action {
        EngineAction::Pause if WHOLE => AtTarget::Pause,
        EngineAction::Shutdown if WHOLE => AtTarget::Shutdown,
        _ => AtTarget::Promote,
    };
    TargetSpec { backup: spec.backup.clone(), kind, text, inclusive: spec.inclusive, along, action }
}

/// The same, with a time as somebody on the page gives it: of the last day by the clock alone.
fn given(found: &RecoverySpec, loaded: &Loaded) -> TargetSpec {
    let zone = loaded.run.settings().zone;
    let given = spec(found, zone);
    match found.target {
        Target::Time(time) => TargetSpec { text: time_target_text(time.0, loaded.noticed(), zone.offset_s), ..given },
        _ => given,
    }
}

/// What a validation has looked at beside the pages.
fn checks(validation: &Validation) -> Vec<Problem> {
    let right = |is_right: bool| ("wrong", if is_right { String::new() } else { "wrong".to_owned() });
    let tables = validation.tables.iter().map(|table| {
        let code = match table {
            table if table.damaged => "table_damaged",
            table if table.unreadable > 0 => "table_unreadable",
            table if table.doubled > 0 => "table_doubled",
            _ => "table_right",
        };
        let params = vec![
            right(code == "table_right"),
            ("table", table.table.clone()),
            ("rows", table.rows.to_string()),
            ("doubled", table.doubled.to_string()),
            ("unreadable", table.unreadable.to_string()),
        ];
        problem(code, params)
    });
    let invariants = validation.invariants.iter().map(|check| {
        let text = invariant_text(&check.invariant);
        let text = text.strip_prefix("invariant ").unwrap_or(&text).to_owned();
        let (code, found) = match check.found {
            Some(found) if check.holds => ("invariant_holds", found),
            Some(found) => ("invariant_fails", found),
            None => ("invariant_unknown", 0),
        };
        problem(code, vec![right(check.holds), ("text", text), ("found", found.to_string())])
    });
    tables.chain(invariants).collect()
}

/// What a recovery has read.
fn read_by(found: &RecoveryReport, columns: &Columns, loaded: &Loaded) -> Path {
    if !WHOLE {
        return Path::of(columns, found.parent.0);
    }
    let cluster = loaded.base.cluster();
    let backup = cluster.backups().catalog().into_iter().find(|manifest| manifest.label == found.backup);
    let redo = backup.map_or(Lsn(0), |manifest| manifest.redo);
    Path::read(columns, cluster.archive(), loaded.base.settings().segment, found.parent.0, redo)
}

/// The report of the run's recovery; `asked` is the target as it was given, if it was on the page.
pub fn report(
    loaded: &Loaded,
    columns: &Columns,
    found: &RecoveryReport,
    finished: bool,
    asked: Option<&TargetSpec>,
) -> Report {
    let settings = loaded.run.settings();
    let line = |note: Option<RecordNote>| note.map(|note| self::line(&note, columns));
    let path = read_by(found, columns, loaded);
    let lost: Vec<RecordLine> = left_behind(columns, &path, found.fork).collect();
    let log_end = found.log_end.filter(|_| WHOLE).map(|end| {
        let segment = match end.why {
            WhyEnd::NoSegment(segment) | WhyEnd::BadHeader(segment) => segment,
            _ => settings.segment.segment_of(end.at),
        };
        let name = settings.segment.file_name(found.parent, segment);
        problem(end.why.code(), vec![("lsn", end.at.to_string()), ("segment", name)])
    });
    Report {
        spec: asked.cloned().unwrap_or_else(|| given(&found.spec, loaded)),
        finished,
        backup: found.backup.clone(),
        began_us: found.began.0,
        resolved: resolved(&found.spec.target, settings.zone),
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
        checks: if WHOLE { checks(&found.validation) } else { Vec::new() },
        log_end,
    }
}
