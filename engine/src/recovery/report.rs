//! What a recovery did.

use super::{StopReason, Validation};
use crate::cluster::RecoverySpec;
use crate::types::{Lsn, Micros, TimelineId, Xid};
use crate::wal::{Body, EndOfLog, Kind, ReadRecord};
use serde::{Deserialize, Serialize};

/// A record in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordNote {
    pub lsn: Lsn,
    pub end: Lsn,
    pub kind: Kind,
    pub xid: Xid,
    /// The timestamp in it, if its kind has one.
    pub time: Option<Micros>,
}

impl RecordNote {
    /// The line of a record.
    pub fn of(found: &ReadRecord<'_>) -> RecordNote {
        let time = match &found.record.body {
            Body::Commit { time, .. }
            | Body::Abort { time, .. }
            | Body::RestorePoint { time, .. }
            | Body::Checkpoint { time, .. }
            | Body::TimelineStart { time, .. } => Some(*time),
            _ => None,
        };
        RecordNote { lsn: found.lsn, end: found.end, kind: found.record.body.kind(), xid: found.record.xid, time }
    }
}

/// The phases of a recovery, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    FetchBackup,
    FetchLog,
    Redo,
    Promote,
    Validate,
}

impl Phase {
    /// All of them.
    pub const ALL: [Phase; 5] = [Phase::FetchBackup, Phase::FetchLog, Phase::Redo, Phase::Promote, Phase::Validate];
}

/// The report of a recovery that came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub spec: RecoverySpec,
    /// The backup that it began with.
    pub backup: String,
    pub began: Micros,
    pub reason: StopReason,
    /// The records next to the stop, of any kind.
    pub last_record_in: Option<RecordNote>,
    pub first_record_out: Option<RecordNote>,
    /// The commits or aborts next to the stop.
    pub last_in: Option<RecordNote>,
    pub first_out: Option<RecordNote>,
    /// End of the backup-end record.
    pub consistent: Lsn,
    pub timeline: TimelineId,
    pub parent: TimelineId,
    pub fork: Lsn,
    /// Commits replayed.
    pub transactions: u32,
    pub records: u64,
    /// Bytes, before `scale`.
    pub backup_bytes: u64,
    /// Bytes of the segments that were fetched, and of the records that were replayed, before `scale`.
    pub segment_bytes: u64,
    pub record_bytes: u64,
    pub segments: u32,
    /// The time that each phase took on the virtual clock, in the order of [`Phase::ALL`].
    pub took: [Micros; 5],
    /// What was done beside that at the same time: log fetched while replay went on, and work of other workers than the slowest.
    pub overlapped: [Micros; 2],
    /// For a replay to the end of the log: where and why it ended there.
    pub log_end: Option<EndOfLog>,
    pub pages_checked: u32,
    pub pages_wrong: u32,
    /// The smaller build looks at pages alone.
    pub validation: Validation,
}

impl Report {
    /// The verdict: no page, no table and no invariant is found wrong.
    pub fn passed(&self) -> bool {
        self.pages_wrong == 0 && self.validation.passed()
    }

    /// From the request to a server that takes connections.
    pub fn rto(&self) -> Micros {
        self.took.iter().fold(Micros::ZERO, |sum, took| sum + *took)
    }
}
