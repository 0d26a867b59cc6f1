//! A crash and its way back, and what the log does besides taking records in, in words, a line each.

use super::Place;
use super::words::{count, note, plain};
use crate::decoders::torn_pages;
use pitr_engine::types::{RelationId, Xid};
use pitr_engine::{CrashEvent, CrashFailure, LogEvent};

impl Place<'_> {
    pub(super) fn log_event(&self, event: &LogEvent) -> String {
        match event {
            LogEvent::CommittedEarly { session, xid, durable_by } => {
                format!("{session} is told that XID {xid} is committed, durable by {}", self.instant(*durable_by))
            }
            LogEvent::CommitWaits { session, xid, until } => {
                format!("the commit of XID {xid} of {session} waits until {}", self.instant(*until))
            }
            LogEvent::SegmentRecycled { timeline, segment } => {
                format!("segment {} recycled", self.carried.script.settings.segment.file_name(*timeline, *segment))
            }
        }
    }

    pub(super) fn crash_event(&self, event: &CrashEvent) -> String {
        let script = &self.carried.script;
        match event {
            CrashEvent::PowerOff { durable, volatile_bytes, void_backup, .. } => {
                let void = void_backup.as_ref().map(|label| format!(", backup {label} is void")).unwrap_or_default();
                format!("power off: log durable up to {durable}, {volatile_bytes} bytes of it were not{void}")
            }
            CrashEvent::RecoveryBegan { checkpoint, redo } => {
                format!("crash recovery begins: checkpoint {checkpoint}, redo {redo}")
            }
            CrashEvent::Replayed { record, table } => {
                let table = table.as_ref().map(|table| format!(", {table}")).unwrap_or_default();
                format!("replayed: {}{table}", note(record, script))
            }
            CrashEvent::LogEnded { end, why, records } => {
                format!("log ends at {end} ({}) after {}", plain(&format!("{why:?}")), count(*records, "record"))
            }
            CrashEvent::Ready { timeline, next_xid } => {
                format!("the server is open, timeline {timeline}, next XID {next_xid}")
            }
            CrashEvent::RecoveryFailed { failure } => {
                let of = match failure {
                    CrashFailure::PageTorn { relation, block, .. } => {
                        format!(", page {block} of {}", self.table_before_crash(*relation))
                    }
                    _ => String::new(),
                };
                format!("crash recovery fails: {}{of}", crate::carried::words(failure.code(), &failure.params()))
            }
        }
    }

    /// The pages whose checksums do not agree, on the disk of a primary that is not running.
    pub(super) fn torn(&self) -> Result<Vec<String>, String> {
        let disk = self.state.idle_disk().ok_or("the primary is not switched off then")?;
        let line = |(relation, block): &(RelationId, u32)| {
            format!("page {block} of {} is torn", self.table_before_crash(*relation))
        };
        let torn: Vec<String> = torn_pages(disk).iter().map(line).collect();
        Ok(if torn.is_empty() { vec!["no page is torn".to_owned()] } else { torn })
    }

    /// The name of a table when there last was a server.
    fn table_before_crash(&self, relation: RelationId) -> String {
        let states = (0..=self.after).rev().map(|line| self.carried.state_before(line));
        let tables = states.into_iter().find_map(|state| state.primary()?.tables(Xid::NONE).ok()).unwrap_or_default();
        let found = tables.into_iter().find(|table| table.relation == relation);
        found.map_or_else(|| format!("relation {}", relation.0), |table| table.name)
    }
}
