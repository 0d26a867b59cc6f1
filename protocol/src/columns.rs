//! The columns of what is drawn: one run, seen as a whole.
//!
//! A *step* is one event of the engine. Step 0 is the run's first event; the state "at step n" is the state just after it.

use crate::Report;
use crate::wire::wire;

wire! {
    /// All of a run but its long columns.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct RunHead {
        /// The scenario's title: the first comment of its script.
        pub title: String,
        /// The run as a script: what `Load` takes to come back to it.
        pub script: String,
        pub seed: u64,
        /// One engine byte stands for this many when a device's time, a volume or a price is computed.
        pub scale: u64,
        pub segment_bytes: u32,
        pub page_bytes: u32,
        /// Microseconds; 0 means that a segment is archived only when it is full.
        pub archive_timeout_us: i64,
        /// Seconds east of UTC in which the scenario's times are written.
        pub zone_offset_s: i32,
        /// The first and last instant of the run.
        pub begin_us: i64,
        pub end_us: i64,
        /// How many steps and log records follow in columns.
        pub step_count: u32,
        pub record_count: u32,
        /// The step at which somebody noticed: the last before a recovery. The page opens there.
        pub noticed_step: u32,
        /// Instant of `noticed_step`.
        pub noticed_us: i64,
        /// Names that columns point at by index: sessions, tables, labels, statements.
        pub names: Vec<String>,
        /// Indices into `names`, in order of appearance.
        pub sessions: Vec<u32>,
        pub transactions: Vec<TransactionSpan>,
        pub segments: Vec<SegmentSpan>,
        pub backups: Vec<BackupSpan>,
        pub timelines: Vec<TimelineSpan>,
        /// Index into `transactions` of the one that did the damage, if one did: the last committed statement that emptied, truncated or dropped a table.
        pub incident: Option<u32>,
        /// The target that the recovery panel opens with.
        pub proposed_target: String,
        /// The report of the recovery that the run ends with, and the step at which that recovery began.
        pub report: Option<Box<Report>>,
        pub recovery_step: Option<u32>,
    }

    /// A transaction that wrote, from its session's BEGIN (or only statement) to its end.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TransactionSpan {
        pub xid: u32,
        /// Index into `names`.
        pub session: u32,
        /// Index into `names`: its statement, or its last writing one.
        pub statement: u32,
        pub statements: u32,
        pub rows: u32,
        pub fate: Fate,
        pub begin_step: u32,
        /// The last step of the run if it is still open.
        pub end_step: u32,
        pub begin_us: i64,
        pub end_us: i64,
        /// LSN of its first record, and of its commit or abort record.
        pub first_lsn: u64,
        pub end_lsn: Option<u64>,
    }

    /// What became of a transaction.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Fate {
        Open,
        Committed,
        RolledBack,
    }

    /// A log segment and its way to the archive. Steps and instants come in pairs.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SegmentSpan {
        pub timeline: u32,
        pub number: u64,
        pub start_lsn: u64,
        /// First byte that holds nothing, as of the end of the run.
        pub used_to_lsn: u64,
        pub opened: (u32, i64),
        /// When the log moved on to the next segment.
        pub sealed: Option<(u32, i64)>,
        /// When its copy set out for the archive.
        pub sent: Option<(u32, i64)>,
        pub archived: Option<(u32, i64)>,
    }

    /// A base backup, while it was taken.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BackupSpan {
        /// Index into `names`.
        pub label: u32,
        pub start: (u32, i64),
        pub end: Option<(u32, i64)>,
        /// Where a recovery from it begins to read the log.
        pub redo_lsn: u64,
        /// Before this a recovery from it is not consistent.
        pub end_lsn: Option<u64>,
        /// Bytes of its files, before `scale`.
        pub bytes: u64,
    }

    /// A timeline of the log. The first has no parent.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TimelineSpan {
        pub id: u32,
        pub parent: Option<u32>,
        /// The first byte that belongs to it.
        pub fork_lsn: u64,
        /// The instant of the last record that it shares with its parent: where the fork is drawn.
        pub fork_us: i64,
        /// When it came to be.
        pub began: (u32, i64),
    }

    /// The log's records in log order, all timelines; one entry of each column a record.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Records {
        pub lsn: Vec<u64>,
        pub end_lsn: Vec<u64>,
        pub timeline: Vec<u32>,
        /// When it was written: for a commit, the commit timestamp.
        pub time_us: Vec<i64>,
        pub kind: Vec<RecordKind>,
        /// 0 for none.
        pub xid: Vec<u32>,
        /// Index into `names`; `u32::MAX` for the server itself.
        pub session: Vec<u32>,
        /// The step at which it came into the log buffer.
        pub step: Vec<u32>,
    }

    /// The kinds of log records.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum RecordKind {
        Checkpoint,
        SegmentSwitch,
        RestorePoint,
        BackupStart,
        BackupEnd,
        Commit,
        Abort,
        Insert,
        Update,
        Delete,
        CreateRelation,
        TimelineStart,
        Sequence,
        Lock,
        Other,
    }
}

impl RecordKind {
    /// Whether a time or XID target looks at it.
    pub fn ends_transaction(self) -> bool {
        matches!(self, RecordKind::Commit | RecordKind::Abort)
    }
}

wire! {
    /// The run's steps; one entry of each column a step. What the numbers mean depends on the kind, see [`StepKind`].
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Steps {
        pub kind: Vec<StepKind>,
        pub time_us: Vec<i64>,
        /// A log position, 0 for none.
        pub lsn: Vec<u64>,
        /// 0 for none.
        pub xid: Vec<u32>,
        /// Index into `names` of whom or what it is about; `u32::MAX` for none.
        pub name: Vec<u32>,
        /// Index into `names` of its text: a statement, a table, a segment's file name; `u32::MAX` for none.
        pub text: Vec<u32>,
        /// An amount: rows, bytes, pages.
        pub amount: Vec<u64>,
    }

    /// What happened at a step. The sentence is the entry `step.<code>` of the language's file, with the parameters
    /// `{time} {lsn} {xid} {name} {text} {amount}`. After each the meaning of `name`, `text`, `amount`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum StepKind {
        /// session
        TransactionBegan,
        /// session; statement; rows changed so far. The statement is done, nothing of it is durable yet.
        StatementRan,
        /// session; statement; rows
        RowsRead,
        /// session; record kind; bytes. A record came into the log buffer, and the page that it is about changed in memory.
        RecordWritten,
        /// -; segment; bytes. From the log buffer to the log on disk.
        LogFlushed,
        /// session; statement. Acknowledged: its commit record is on disk.
        Committed,
        /// session; statement
        RolledBack,
        /// -; segment. The log goes on in this one.
        SegmentOpened,
        /// -; segment; bytes used
        SegmentSealed,
        /// -; segment; bytes. Log on disk to archive, under way.
        SegmentSent,
        /// -; segment; bytes. In the archive.
        SegmentArchived,
        /// -; table; block number. From memory to the data files.
        PageWritten,
        CheckpointStarted,
        /// -; -; pages written
        CheckpointDone,
        /// backup
        BackupStarted,
        /// backup; file; pages. Data files to backup store.
        BackupCopied,
        /// backup; -; bytes
        BackupFinished,
        /// name
        RestorePointMade,
        /// session; text. Somebody says something: that the table is empty, say.
        Noted,
        /// The primary and its disk are gone.
        PrimaryLost,
        /// backup; target
        RecoveryStarted,
        /// backup; file; bytes. Backup store to the new server's data files.
        FileRestored,
        /// -; segment; bytes. Archive to the new server.
        SegmentFetched,
        /// table; record kind; bytes. A record was replayed.
        RecordReplayed,
        /// From here on a recovery may stop.
        ConsistencyReached,
        /// -; reason code
        RecoveryStopped,
        /// -; -; number of the new timeline
        TimelineBegan,
        /// -; -; pages checked
        Validated,
        /// The new server takes connections.
        RecoveryFinished,
        /// -; error code
        RecoveryFailed,
        /// session; statement. It was carried out, and there is no more to see of it.
        StatementDone,
        /// The recovery waits at its target.
        RecoveryPaused,
        /// -; -; number of its timeline. The recovered server has taken the primary's place.
        SwitchedOver,
        /// session; the session that it has to wait for
        StatementWaits,
        /// session; error code
        StatementFailed,
        /// -; invariant
        InvariantHolds,
        /// -; invariant
        InvariantFails,
        Other,
    }
}

impl StepKind {
    /// The code by which files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            StepKind::TransactionBegan => "transaction_began",
            StepKind::StatementRan => "statement_ran",
            StepKind::RowsRead => "rows_read",
            StepKind::RecordWritten => "record_written",
            StepKind::LogFlushed => "log_flushed",
            StepKind::Committed => "committed",
            StepKind::RolledBack => "rolled_back",
            StepKind::SegmentOpened => "segment_opened",
            StepKind::SegmentSealed => "segment_sealed",
            StepKind::SegmentSent => "segment_sent",
            StepKind::SegmentArchived => "segment_archived",
            StepKind::PageWritten => "page_written",
            StepKind::CheckpointStarted => "checkpoint_started",
            StepKind::CheckpointDone => "checkpoint_done",
            StepKind::BackupStarted => "backup_started",
            StepKind::BackupCopied => "backup_copied",
            StepKind::BackupFinished => "backup_finished",
            StepKind::RestorePointMade => "restore_point_made",
            StepKind::Noted => "noted",
            StepKind::PrimaryLost => "primary_lost",
            StepKind::RecoveryStarted => "recovery_started",
            StepKind::FileRestored => "file_restored",
            StepKind::SegmentFetched => "segment_fetched",
            StepKind::RecordReplayed => "record_replayed",
            StepKind::ConsistencyReached => "consistency_reached",
            StepKind::RecoveryStopped => "recovery_stopped",
            StepKind::TimelineBegan => "timeline_began",
            StepKind::Validated => "validated",
            StepKind::RecoveryFinished => "recovery_finished",
            StepKind::RecoveryFailed => "recovery_failed",
            StepKind::StatementDone => "statement_done",
            StepKind::RecoveryPaused => "recovery_paused",
            StepKind::SwitchedOver => "switched_over",
            StepKind::StatementWaits => "statement_waits",
            StepKind::StatementFailed => "statement_failed",
            StepKind::InvariantHolds => "invariant_holds",
            StepKind::InvariantFails => "invariant_fails",
            StepKind::Other => "other",
        }
    }
}

impl RecordKind {
    /// The code by which files of languages name it (`record.<code>`).
    pub fn code(self) -> &'static str {
        match self {
            RecordKind::Checkpoint => "checkpoint",
            RecordKind::SegmentSwitch => "segment_switch",
            RecordKind::RestorePoint => "restore_point",
            RecordKind::BackupStart => "backup_start",
            RecordKind::BackupEnd => "backup_end",
            RecordKind::Commit => "commit",
            RecordKind::Abort => "abort",
            RecordKind::Insert => "insert",
            RecordKind::Update => "update",
            RecordKind::Delete => "delete",
            RecordKind::CreateRelation => "create_relation",
            RecordKind::TimelineStart => "timeline_start",
            RecordKind::Sequence => "sequence",
            RecordKind::Lock => "lock",
            RecordKind::Other => "other",
        }
    }
}
