//! What a recovery did.

use crate::wire::wire;
use crate::{Problem, RecordLine, RecoveryPhase, TargetSpec};

wire! {
    /// The report of a recovery: of a finished one, or of one that waits at its target, as far as it has come.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Report {
        pub spec: TargetSpec,
        /// False while it is paused or has shut down at its target: there is no new timeline yet, and nothing is checked.
        pub finished: bool,
        pub backup: String,
        /// When it was asked for.
        pub began_us: i64,
        /// What the target was read as.
        pub resolved: String,
        pub reason: StopReason,
        /// The very records next to the stop.
        pub last_record_in: Option<RecordLine>,
        pub first_record_out: Option<RecordLine>,
        /// The commits or aborts next to the stop.
        pub last_in: Option<RecordLine>,
        pub first_out: Option<RecordLine>,
        pub consistent_lsn: u64,
        pub timeline: u32,
        pub parent_timeline: u32,
        pub fork_lsn: u64,
        /// Committed transactions and records replayed.
        pub transactions: u32,
        pub records: u64,
        /// Bytes of the backup and of the log that were read, before `scale`.
        pub backup_bytes: u64,
        pub log_bytes: u64,
        pub segments: u32,
        pub phases: Vec<Phase>,
        /// Sum of the phases.
        pub rto_us: i64,
        /// What the same recovery took in this browser.
        pub wall_us: i64,
        pub lost: Lost,
        /// Pages whose checksum was checked, and how many were wrong.
        pub pages_checked: u32,
        pub pages_wrong: u32,
        /// What else was checked: `check.<code>` in files of languages. The first parameter is empty if it is right.
        pub checks: Vec<Problem>,
        /// Why the log ended, if it was replayed to its end: `log_end.<code>`.
        pub log_end: Option<Problem>,
    }

    /// A phase and its time on the virtual clock.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Phase {
        pub phase: RecoveryPhase,
        pub took_us: i64,
    }

    /// Acknowledged commits that are not in the recovered database.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Lost {
        pub transactions: u32,
        /// One line each, in log order.
        pub lines: Vec<RecordLine>,
    }

    /// Why replay stopped where it did.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum StopReason {
        /// Before the first commit or abort past the target time.
        BeforeTime,
        BeforeXid,
        AfterXid,
        BeforeLsn,
        AfterLsn,
        AtRestorePoint,
        AtConsistency,
        EndOfLog,
    }
}

impl StopReason {
    /// The code by which files of languages name it (`reason.<code>`).
    pub fn code(self) -> &'static str {
        match self {
            StopReason::BeforeTime => "before_time",
            StopReason::BeforeXid => "before_xid",
            StopReason::AfterXid => "after_xid",
            StopReason::BeforeLsn => "before_lsn",
            StopReason::AfterLsn => "after_lsn",
            StopReason::AtRestorePoint => "at_restore_point",
            StopReason::AtConsistency => "at_consistency",
            StopReason::EndOfLog => "end_of_log",
        }
    }
}
