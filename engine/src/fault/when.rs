//! When a scheduled command is to be carried out: at a place in the log, or at an event.
//!
//! ```text
//! when log reaches 0/3A40 ...          a record ends there or behind it, in the buffer
//! when flush reaches 0/3A40 ...        the log is on disk up to there
//! when commit of 113 written ...       the commit record of XID 113 is in the buffer
//! when commit of 113 acknowledged ...  the session has been told
//! when checkpoint begins | ends ...
//! when backup b1 begins | ends ...
//! when segment 3 sealed | archived ...
//! when recovery begins | ends ...
//! when replay reaches 0/3A40 ...       a recovery has replayed a record that ends there or behind it
//! ```
//!
//! A recovery is one to a target as well as a server's own after a crash.

use crate::cluster::{CrashEvent, EventKind};
use crate::types::{Lsn, SegmentNumber, Xid};
use crate::wal::Kind;
use serde::{Deserialize, Serialize};

/// What has to happen first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    LogReaches(Lsn),
    FlushReaches(Lsn),
    CommitWritten(Xid),
    CommitAcknowledged(Xid),
    CheckpointBegins,
    CheckpointEnds,
    BackupBegins(String),
    BackupEnds(String),
    SegmentSealed(SegmentNumber),
    SegmentArchived(SegmentNumber),
    RecoveryBegins,
    RecoveryEnds,
    ReplayReaches(Lsn),
}

impl Condition {
    /// Whether this event is what was waited for.
    pub fn is_met_by(&self, event: &EventKind) -> bool {
        match (self, event) {
            (Condition::LogReaches(lsn), EventKind::RecordWritten { record, .. })
            | (
                Condition::ReplayReaches(lsn),
                EventKind::RecordReplayed { record, .. } | EventKind::Crash(CrashEvent::Replayed { record, .. }),
            ) => record.end >= *lsn,
            (Condition::FlushReaches(lsn), EventKind::LogFlushed { to, .. }) => to >= lsn,
            (Condition::CommitWritten(xid), EventKind::RecordWritten { record, .. }) => {
                record.kind == Kind::Commit && record.xid == *xid
            }
            (Condition::CommitAcknowledged(xid), EventKind::Committed { xid: of, .. }) => xid == of,
            (Condition::BackupBegins(label), EventKind::BackupStarted { label: of, .. })
            | (Condition::BackupEnds(label), EventKind::BackupFinished { label: of, .. }) => label == of,
            (Condition::SegmentSealed(segment), EventKind::SegmentSealed { segment: of, .. })
            | (Condition::SegmentArchived(segment), EventKind::SegmentArchived { segment: of, .. }) => segment == of,
            (Condition::CheckpointBegins, EventKind::CheckpointStarted { .. })
            | (Condition::CheckpointEnds, EventKind::CheckpointDone { .. })
            | (
                Condition::RecoveryBegins,
                EventKind::RecoveryStarted { .. } | EventKind::Crash(CrashEvent::RecoveryBegan { .. }),
            )
            | (
                Condition::RecoveryEnds,
                EventKind::RecoveryFinished
                | EventKind::RecoveryFailed { .. }
                | EventKind::Crash(CrashEvent::Ready { .. } | CrashEvent::RecoveryFailed { .. }),
            ) => true,
            _ => false,
        }
    }
}
