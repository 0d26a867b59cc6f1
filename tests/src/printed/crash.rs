//! A crash and its way back, and what the log does besides taking records in, in words, a line each.

use super::Place;
use super::words::{count, note, plain};
use pitr_engine::{CrashEvent, LogEvent};

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
                format!("crash recovery fails: {}", crate::carried::words(failure.code(), &failure.params()))
            }
        }
    }
}
