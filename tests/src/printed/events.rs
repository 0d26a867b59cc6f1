//! Events in words, a line each.

use super::Place;
use super::catalog::verification;
use super::words::{columns, count, note, plain};
use pitr_engine::script::invariant_text;
use pitr_engine::types::{SegmentNumber, TimelineId};
use pitr_engine::{Change, EventKind};
use std::ops::Range;

impl Place<'_> {
    pub(super) fn events(&self, span: Range<usize>) -> Vec<String> {
        let events = self.carried.run.events().get(span).unwrap_or_default();
        if events.is_empty() {
            return vec!["nothing happened".to_owned()];
        }
        columns(&events.iter().map(|event| vec![self.about(event.at), self.event(&event.kind)]).collect::<Vec<_>>())
    }

    fn event(&self, event: &EventKind) -> String {
        let script = &self.carried.script;
        let file = |timeline: TimelineId, segment: SegmentNumber| script.settings.segment.file_name(timeline, segment);
        match event {
            EventKind::TransactionBegan { session } => format!("{session} begins a transaction"),
            EventKind::RecordWritten { record, table, .. } => {
                let table = table.as_ref().map(|table| format!(", {table}")).unwrap_or_default();
                format!("log buffer: {}{table}", note(record, script))
            }
            EventKind::StatementRan { session, xid, change, table, rows, .. } => {
                let change = match change {
                    Change::Created => return format!("{session} has created {table}, XID {xid}"),
                    Change::Altered => return format!("{session} has given {table} a column, XID {xid}"),
                    other => plain(&format!("{other:?}")),
                };
                format!("{session} has {change} {} of {table}, XID {xid}", count(*rows, "row"))
            }
            EventKind::StatementWaits { session, holder, .. } if holder == session => {
                format!("{session} has to wait for the flush of its last commit")
            }
            EventKind::StatementWaits { session, table, key, holder } => {
                let key = key.as_ref().map(|key| format!("row {key} of ")).unwrap_or_default();
                format!("{session} has to wait for {holder}: {key}{table}")
            }
            EventKind::StatementQueued { session, holder } if holder == session => {
                format!("{session} still waits for the flush of its last commit; this comes after")
            }
            EventKind::StatementQueued { session, holder } => {
                format!("{session} still waits for {holder}; this comes after")
            }
            EventKind::StatementResumed { session, sent } => {
                format!("{session} goes on with what it sent at {}", self.about(*sent))
            }
            EventKind::StatementFailed { session, error } => {
                format!("{session} fails: {}", crate::carried::words(error.code(), &error.params()))
            }
            EventKind::RowsRead { session, table, rows } => {
                format!("{session} reads {} of {table}", count(*rows, "row"))
            }
            EventKind::SavepointSet { session, name } => format!("{session} sets savepoint {name}"),
            EventKind::RolledBackTo { session, name } => format!("{session} rolls back to savepoint {name}"),
            EventKind::SavepointReleased { session, name } => format!("{session} releases savepoint {name}"),
            EventKind::SequenceDrawn { session, sequence, value } => format!("{session} draws {value} from {sequence}"),
            EventKind::Damaged { fault } => {
                let command = pitr_engine::Command::Damage(pitr_engine::Fault::clone(fault));
                format!("damage: {}", pitr_engine::script::statement_text(&command, self.carried.script.zone()))
            }
            EventKind::Scheduled => "scheduled".to_owned(),
            EventKind::ScheduledRefused { error } => {
                format!("refused: {}", crate::carried::words(error.code(), &error.params()))
            }
            EventKind::Archiving(what) => crate::carried::words(what.name(), &what.params()),
            EventKind::ClockSet { to } => format!("the clock is set to {}", self.instant(*to)),
            EventKind::LogFlushed { from, to, .. } => format!("log on disk: {from} to {to}"),
            EventKind::Committed { session, xid } if xid.0 == 0 => format!("{session} commits, having written nothing"),
            EventKind::Committed { session, xid } => format!("{session} is told that XID {xid} is committed"),
            EventKind::RolledBack { session, xid } => format!("{session} has rolled back XID {xid}"),
            EventKind::SegmentOpened { timeline, segment } => format!("segment {} opened", file(*timeline, *segment)),
            EventKind::SegmentSealed { timeline, segment, used_to } => {
                format!("segment {} sealed, used to {used_to}", file(*timeline, *segment))
            }
            EventKind::SegmentSent { timeline, segment } => {
                format!("segment {} on its way to the archive", file(*timeline, *segment))
            }
            EventKind::SegmentArchived { timeline, segment, .. } => {
                format!("segment {} archived", file(*timeline, *segment))
            }
            EventKind::PageWritten { page, table } => format!("page {} of {table} written", page.block),
            EventKind::CheckpointStarted { redo } => format!("checkpoint begins, redo {redo}"),
            EventKind::CheckpointDone { redo, lsn, pages } => {
                format!("checkpoint {lsn} done, redo {redo}, {} written", count(*pages, "page"))
            }
            EventKind::BackupStarted { label, redo } => format!("backup {label} begins, redo {redo}"),
            EventKind::BackupCopied { label, file, pages } => {
                format!("backup {label}: {file} copied, {}", count(*pages, "page"))
            }
            EventKind::BackupFinished { label, end, bytes } => format!("backup {label} ends at {end}, {bytes} bytes"),
            EventKind::BackupContinues { label, parent, since } => {
                format!("backup {label} continues {parent}: pages changed since {since}")
            }
            EventKind::BackupVerified { found } => format!("verified: {}", verification(found).join("; ")),
            EventKind::BackupsMerged { label, of, bytes } => {
                format!("{label} made of {}, {bytes} bytes", of.join(", "))
            }
            EventKind::MergeFailed { label, element, why } => format!("{label} could not be made: {element} {why}"),
            EventKind::BackupPassedOver { backup, failure } => format!("{backup} is passed over: {}", failure.code()),
            EventKind::RestorePointMade { name, lsn } => format!("restore point '{name}' at {lsn}"),
            EventKind::Noted { session, text } => format!("{session}: {text}"),
            EventKind::PrimaryLost => "the primary is lost".to_owned(),
            EventKind::RecoveryStarted { backup, .. } => format!("recovery begins from {backup}"),
            EventKind::FileRestored { file, bytes, .. } => format!("restored: {file}, {bytes} bytes"),
            EventKind::SegmentFetched { timeline, segment, .. } => {
                format!("fetched: segment {}", file(*timeline, *segment))
            }
            EventKind::RecordReplayed { record, table } => {
                let table = table.as_ref().map(|table| format!(", {table}")).unwrap_or_default();
                format!("replayed: {}{table}", note(record, script))
            }
            EventKind::ConsistencyReached { lsn } => format!("consistent at {lsn}"),
            EventKind::RecoveryStopped { reason, .. } => format!("replay stops: {}", plain(&format!("{reason:?}"))),
            EventKind::TimelineBegan { timeline, parent, fork } => {
                format!("timeline {timeline} begins, from {parent} at {fork}")
            }
            EventKind::Validated { pages, wrong } => {
                format!("{} checked, {wrong} wrong", count((*pages).into(), "page"))
            }
            EventKind::RecoveryShutDown => "the recovery's server shuts down at its target".to_owned(),
            EventKind::InvariantDeclared { invariant } => format!("declared: {}", invariant_text(invariant)),
            EventKind::InvariantChecked { invariant, found, holds } => {
                let verdict = if *holds { "holds" } else { "does not hold" };
                let found = found.map_or("nothing to measure".to_owned(), |found| format!("found {found}"));
                format!("{}: {verdict}, {found}", invariant_text(invariant))
            }
            EventKind::TableRestored { session, table, into, inserted, same, differing } => {
                let inserted = count(*inserted, "row");
                format!(
                    "{session} has restored {table} into {into}: {inserted}, {same} there already, {differing} differ"
                )
            }
            EventKind::RecoveryPaused => "the recovery pauses at its target".to_owned(),
            EventKind::RecoveryFinished => "the recovered server is open".to_owned(),
            EventKind::SwitchedOver { timeline } => format!("the recovered server takes over, timeline {timeline}"),
            EventKind::RecoveryFailed { failure } => {
                format!("the recovery fails: {}", crate::carried::words(failure.code(), &failure.params()))
            }
            EventKind::Crash(event) => self.crash_event(event),
            EventKind::Log(event) => self.log_event(event),
            other => format!("{other:?}"),
        }
    }
}
