//! Why a row is there, or is not: the chain of records that made it so.
//!
//! The question is asked of the primary as it is now, of a recovery, or of a target that nobody recovers to yet. The answer is found by
//! reading bytes: for a recovery those of the archive and of its backup and nothing else, for the primary its own log, the archive where
//! that has been recycled, and its pages for what is older than both. Nothing is replayed; a test holds the answer to what a recovery
//! really brings back.
//!
//! What the log does not say, the answer does not say either: a subtransaction that was rolled back looks like a transaction of its own
//! there, as in PostgreSQL. A row version is known by its place, since slots are never used again.

mod difference;
mod reading;
mod text;
mod verdict;

#[cfg(test)]
mod tests;

pub use difference::{RowChange, commits_apart, differences};
pub use reading::{Base, Bounds, Reading, read_archive};
pub use verdict::explain;

use crate::recovery::StopReason;
use crate::types::{Lsn, Micros, TimelineId, Value, Xid};
use crate::wal::EndOfLog;
use serde::{Deserialize, Serialize};

/// Whether a row is there, and why, as a code. The chain holds what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Present,
    /// A transaction that counts has deleted it.
    Deleted,
    /// A transaction that counts has given the row another key.
    KeyChanged,
    /// A TRUNCATE that counts has given the table a new, empty file.
    TableEmptied,
    TableDropped,
    /// It was written, and its transaction was rolled back, as a whole or to a savepoint.
    RolledBack,
    /// It was written, and neither commit nor abort of its transaction stands in the log.
    NeverEnded,
    /// It was written before the stop, and its transaction commits past it.
    CommitPastStop,
    /// It was written past the stop.
    WrittenPastStop,
    /// It was written, or its transaction committed, on a timeline that is not followed here.
    OtherTimeline,
    /// No record of it is found, and log is missing or damaged: it may have been there.
    LogLost,
    /// There is no such table.
    NoTable,
    /// No record of it is found in all of the log.
    NeverWritten,
}

/// Where a record stands, seen from where the log is read to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    /// Before the backup's redo pointer: its change came with the backup's pages.
    InBackup,
    /// It was, or would be, replayed; for the primary, it has happened.
    In,
    /// Past the stop.
    Past,
    /// On a timeline that is not followed.
    OtherTimeline,
}

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// By the commit record of itself, or of the transaction that it was a part of.
    Committed {
        by: Xid,
        lsn: Lsn,
        time: Micros,
        standing: Standing,
    },
    Aborted {
        by: Xid,
        lsn: Lsn,
        time: Micros,
        standing: Standing,
    },
    /// Before the log that can be read: known from the commit log alone.
    CommittedBefore,
    AbortedBefore,
    /// No record of its end is found.
    Open,
}

impl Ending {
    /// Where the record of it stands, if there is one.
    pub fn standing(self) -> Option<Standing> {
        match self {
            Ending::Committed { standing, .. } | Ending::Aborted { standing, .. } => Some(standing),
            Ending::CommittedBefore | Ending::AbortedBefore | Ending::Open => None,
        }
    }

    /// Whether what the transaction did counts where the log is read to.
    pub fn counts(self) -> bool {
        matches!(self, Ending::CommittedBefore | Ending::Committed { standing: Standing::In | Standing::InBackup, .. })
    }
}

/// What was done to a row, or to its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    Inserted { values: Vec<Value> },
    Updated { from: Option<Vec<Value>>, to: Vec<Value> },
    Deleted { values: Vec<Value> },
    TableCreated,
    TableEmptied,
    TableDropped,
}

/// A record of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub act: Act,
    pub xid: Xid,
    /// The record and its timeline; `None` if it is older than the log that can be read.
    pub at: Option<(TimelineId, Lsn)>,
    pub standing: Standing,
    pub ending: Ending,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChain {
    pub table: String,
    pub key: Value,
    pub verdict: Verdict,
    /// The row as it is there.
    pub values: Option<Vec<Value>>,
    /// All that was done to it, in the order of the log; what happened on other timelines last.
    pub links: Vec<Link>,
    /// Where the log is read to: the first byte that does not count.
    pub stop: Lsn,
    /// Why a recovery stops there; `None` for the primary, and for a recovery that fails or is under way.
    pub reason: Option<StopReason>,
    /// Where the log could not be read on, and why. The last is its end.
    pub ends: Vec<EndOfLog>,
}
