//! Recovery targets, and where they cut the log.

use crate::wire::wire;
use crate::{Problem, RecordKind};

wire! {
    /// A target as a person gives it: its text is read by the worker.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TargetSpec {
        /// The backup's label; `None` lets the lab choose the newest that ends before the target.
        pub backup: Option<String>,
        pub kind: TargetKind,
        pub text: String,
        pub inclusive: bool,
    }

    /// In whose terms a target is given.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum TargetKind {
        Time,
        Lsn,
        Xid,
    }

    /// A place where a recovery can stop.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Stop {
        /// The target's text, as it would be typed.
        pub text: String,
        /// Where it is drawn.
        pub time_us: i64,
        pub lsn: u64,
        pub xid: u32,
    }

    /// The cut that a target makes, found in the log's bytes without a recovery.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Boundary {
        pub spec: TargetSpec,
        /// The backup that would be used.
        pub backup: String,
        /// What the text was read as: for a time the instant with its offset, for an LSN or XID its text form.
        pub resolved: String,
        /// Where the cut is drawn. For a time target `cut_us` is that time.
        pub cut_us: i64,
        pub cut_lsn: u64,
        /// The last commit or abort that is replayed, and the first that is not; `None` past the ends.
        pub last_in: Option<RecordLine>,
        pub first_out: Option<RecordLine>,
        /// The very records next to the cut, of any kind.
        pub last_record_in: Option<RecordLine>,
        pub first_record_out: Option<RecordLine>,
        /// Commits and aborts around the cut, in log order, with whether each is in.
        pub around: Vec<(RecordLine, bool)>,
        /// Committed transactions since the backup's start that are kept and left out.
        pub kept: u32,
        pub left_out: u32,
        pub signals: Signals,
        /// Why a recovery to this target would fail, if it would.
        pub problem: Option<Problem>,
    }

    /// A log record in a line.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RecordLine {
        pub lsn: u64,
        pub end_lsn: u64,
        pub time_us: i64,
        pub xid: u32,
        pub kind: RecordKind,
        /// What its transaction did, as its session wrote it; empty for none.
        pub statement: String,
    }

    /// The four signals of a recovery to this target, each measured.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Signals {
        /// Committed work before the damage that the recovery would lose: from the last commit kept to the last good one. 0 if none.
        pub rpo_us: i64,
        pub rpo_transactions: u32,
        /// From the request to a server that takes connections, on the virtual clock; `None` if the recovery would fail.
        pub rto_us: Option<i64>,
        pub rto_phases: Vec<crate::Phase>,
        /// Bytes kept in backups and archive, times `scale`.
        pub kept_backup_bytes: u64,
        pub kept_log_bytes: u64,
        pub kept_backups: u32,
        /// Log kept, in time.
        pub kept_log_us: i64,
        pub granularity: Granularity,
    }

    /// How fine a target of this kind can cut here.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Granularity {
        /// Any commit apart from any other.
        Transaction,
        /// Commits at the same instant fall together.
        Instant { commits_together: u32 },
        /// Any record.
        Record,
    }
}
