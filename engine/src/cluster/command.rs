//! What can be asked of a cluster.

use super::Invariant;
use super::RowView;
use super::tuning::Tuning;
use crate::archive::ArchivePolicy;
use crate::fault::{Condition, Fault, PowerLoss};
use crate::types::{Column, Lsn, Micros, SegmentNumber, SegmentSize, TimelineId, Value, Xid, Zone};
use core::fmt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One thing to do. SQL acts in the session that sends it; the operator's verbs act on the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// READ COMMITTED: each statement sees what had committed when it began.
    Begin,
    /// REPEATABLE READ: every statement sees what had committed when the first one began.
    BeginRepeatableRead,
    Commit,
    Rollback,
    Savepoint {
        name: String,
    },
    /// Undoes what was done since; the savepoint stays.
    RollbackTo {
        name: String,
    },
    /// Forgets a savepoint, and what was done since becomes part of what is around it.
    Release {
        name: String,
    },
    CreateTable {
        table: String,
        columns: Vec<Column>,
    },
    Insert {
        table: String,
        /// The columns that the values are for, in their order; `None`: all of the table's. A column that is not named gets NULL.
        columns: Option<Vec<String>>,
        rows: Vec<Vec<Value>>,
    },
    Update {
        table: String,
        set: Vec<Assignment>,
        filter: Option<Filter>,
    },
    /// Without a filter: every row.
    Delete {
        table: String,
        filter: Option<Filter>,
    },
    Select {
        table: String,
        filter: Option<Filter>,
    },
    /// Every row at once: the table gets a new, empty file.
    Truncate {
        table: String,
    },
    DropTable {
        table: String,
    },
    /// A column behind the others. Rows that are there have NULL in it.
    AddColumn {
        table: String,
        column: Column,
    },
    /// Brings the rows of a table of the recovered server into the live one: into a new table, called after it unless a name is given, or
    /// into one of that name that is there.
    RestoreTable {
        table: String,
        into: Option<String>,
    },
    CreateSequence {
        name: String,
        start: i64,
        increment: i64,
    },
    /// Draws that many values of a sequence, one after another.
    NextValue {
        sequence: String,
        count: u32,
    },
    /// From now on the session's statements wait that long for a lock, and no longer; zero: any time. Unlike PostgreSQL's SET it is not undone
    /// by a rollback.
    SetLockTimeout {
        timeout: Micros,
    },
    Checkpoint,
    SwitchSegment,
    RestorePoint {
        name: String,
    },
    Backup {
        label: String,
    },
    /// Begins a backup that copies nothing until [`Command::BackupCopy`] and ends at [`Command::BackupStop`]: for whoever copies by hand.
    BackupStart {
        label: String,
    },
    /// Takes a backup of the server of a recovery that waits at its target.
    BackupOfRecovery {
        label: String,
    },
    /// Reads a backup, what it continues, and the log that it needs, and tells what is wrong.
    Verify {
        label: String,
    },
    /// Makes one backup of a chain, a full one; or of a part of it, an incremental one unless the chain begins with that part.
    Merge {
        /// What the part begins with.
        first: Option<String>,
        last: String,
        into: String,
    },
    BackupCopy {
        label: String,
    },
    /// Begins a backup of what has changed since another one began; by hand as [`Command::BackupStart`] does.
    IncrementalBackup {
        label: String,
        /// `None`: the newest that can be continued.
        parent: Option<String>,
        by_hand: bool,
    },
    BackupStop {
        label: String,
    },
    /// From now on this is asked of every server that a recovery makes. One of the same name takes its place.
    Invariant(Invariant),
    Recover(RecoverySpec),
    /// A recovery that is paused at its target ends there, and its server begins a new timeline.
    Resume,
    /// A server that has shut down at its recovery's target is started again, to go on to another. The backup is the one that it has.
    Continue(RecoverySpec),
    /// The server that a recovery has made takes the primary's place, and goes on with the log on its new timeline.
    SwitchOver,
    /// Sets the clock that timestamps in the log are taken from, forwards or back. What takes time takes it all the same.
    SetClock {
        to: Micros,
    },
    /// Something breaks.
    Damage(Fault),
    /// A command that is carried out when something has happened.
    When {
        condition: Condition,
        then: Box<Command>,
    },
    /// Something is done to the archive or the backups.
    Upkeep(Upkeep),
    /// Whether this session's commits are acknowledged only when they are on disk.
    SetSynchronousCommit {
        on: bool,
    },
    /// The primary's power goes. Its disk has what was durable, and what the command says.
    Crash(PowerLoss),
    /// A primary whose power went starts again, and recovers from its own disk.
    Restart,
    /// From now on: a transaction that inserts one row into the table, each time this long after the last.
    Workload {
        table: String,
        every: Micros,
    },
    /// The primary and its disk are gone: what is not in the archive or the backup store is lost.
    LosePrimary,
    /// Says why a row is there, or is not. Changes nothing.
    ExplainRow {
        table: String,
        key: Value,
        view: RowView,
    },
    /// Somebody remarks something. Changes nothing.
    Note {
        text: String,
    },
    /// As [`Command::Workload`], with transactions that do this. The last, so that the smaller build numbers the others alike.
    #[cfg(feature = "whole")]
    WorkloadOf {
        table: String,
        every: Micros,
        work: super::Work,
    },
}

/// What an operator does to the archive and the backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upkeep {
    /// The archiver works as it should from now on, and tries at once.
    StartArchiver,
    /// The stream to the archive goes on where it was broken off.
    StartStreaming,
    /// What is stored from now on is sealed with a new key.
    RotateKey,
    /// Deletes what is past the retention window, now.
    Expire,
    /// Nobody deletes this backup, or the log that it needs, until the hold is released.
    Hold {
        backup: String,
    },
    Release {
        backup: String,
    },
    DeleteBackup {
        backup: String,
    },
    DeleteSegment {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
}

impl Command {
    /// Whether it says where a transaction begins or ends, or which part of it; it looks at no data.
    pub(super) fn is_transaction_control(&self) -> bool {
        matches!(
            self,
            Command::Begin
                | Command::BeginRepeatableRead
                | Command::Commit
                | Command::Rollback
                | Command::Savepoint { .. }
                | Command::RollbackTo { .. }
                | Command::Release { .. }
                | Command::SetLockTimeout { .. }
                | Command::SetSynchronousCommit { .. }
        )
    }

    /// Whether it is SQL, which waits for its turn in its session; the operator's verbs do not.
    pub(super) fn is_statement(&self) -> bool {
        let is_of_data = matches!(
            self,
            Command::Insert { .. }
                | Command::Update { .. }
                | Command::Delete { .. }
                | Command::Select { .. }
                | Command::CreateTable { .. }
                | Command::Truncate { .. }
                | Command::DropTable { .. }
                | Command::AddColumn { .. }
                | Command::RestoreTable { .. }
                | Command::CreateSequence { .. }
                | Command::NextValue { .. }
        );
        is_of_data || self.is_transaction_control()
    }
}

/// `column = value`, or `column = column + number` of an int column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub column: String,
    pub value: Expression,
}

/// What an assignment sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expression {
    Literal(Value),
    /// The column's own value plus a number, which may be negative.
    ColumnPlus {
        column: String,
        plus: i64,
    },
}

/// A WHERE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filter {
    Compare {
        column: String,
        operator: Comparison,
        value: Value,
    },
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    /// `column IS NULL`, or `IS NOT NULL`.
    Null {
        column: String,
        null: bool,
    },
}

/// How a column is compared with a literal. NULL on either side makes it false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A recovery: from which backup, to where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverySpec {
    /// `None`: the newest backup that ends before the target.
    pub backup: Option<String>,
    pub target: Target,
    /// Whether what stands exactly at the target is replayed. Applies to time, LSN and XID; true by default, as in PostgreSQL.
    pub inclusive: bool,
    /// The timeline whose history is followed.
    pub timeline: TimelineChoice,
    pub action: AtTarget,
    pub effort: Effort,
}

impl RecoverySpec {
    /// A recovery to a target with everything else as it is by default.
    pub fn to(target: Target) -> RecoverySpec {
        RecoverySpec {
            backup: None,
            target,
            inclusive: true,
            timeline: TimelineChoice::Latest,
            action: AtTarget::Promote,
            effort: Effort::default(),
        }
    }
}

/// Which timeline a recovery follows (PostgreSQL's `recovery_target_timeline`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TimelineChoice {
    /// Counting up from the backup's own, the last that has a history file: the highest number, not the newest descendant.
    #[default]
    Latest,
    /// The one that the backup was taken on.
    Current,
    Number(TimelineId),
}

/// What happens at the target (PostgreSQL's `recovery_target_action`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AtTarget {
    #[default]
    Promote,
    /// The server can be read, and waits for [`Command::Resume`].
    Pause,
    /// The server stops, and waits for [`Command::Continue`].
    Shutdown,
}

/// How much a recovery does at once. It comes to the same bytes, sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// How many segments may be fetched ahead of replay; 0: each when it is wanted.
    pub prefetch: u32,
    /// How many workers share the replay, from 1 up.
    pub workers: u32,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { prefetch: 0, workers: 1 }
    }
}

/// Where a recovery stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    Time(Micros),
    Lsn(Lsn),
    Xid(Xid),
    /// The first restore point of that name.
    Name(String),
    /// As soon as the backup is consistent.
    Immediate,
    /// All the log there is.
    End,
}

/// As a person would say it: `2026-03-04 02:59:59+00`, `0/3A40`, `XID 113`, `'before the migration'`, `immediate`, `end`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Time(time) => time.fmt(f),
            Target::Lsn(lsn) => lsn.fmt(f),
            Target::Xid(xid) => write!(f, "XID {xid}"),
            Target::Name(name) => write!(f, "'{name}'"),
            Target::Immediate => f.write_str("immediate"),
            Target::End => f.write_str("end"),
        }
    }
}

/// A command, who sends it, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedCommand {
    pub at: Micros,
    pub session: String,
    /// Shared by all copies of a run.
    pub command: Arc<Command>,
}

/// What a cluster is made of. Everything that happens follows from these and the commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub seed: u64,
    /// Midnight, in `zone`, of the day on which the scenario begins.
    pub date: Micros,
    pub zone: Zone,
    /// One engine byte stands for this many when a device's time, a volume or a price is computed.
    pub scale: u64,
    pub segment: SegmentSize,
    /// A power of two from 1 KiB to 32 KiB.
    pub page_bytes: u32,
    /// The XID of the first transaction that writes.
    pub first_xid: Xid,
    /// A segment that has something in it is closed and archived this long after it was opened, full or not.
    pub archive_timeout: Option<Micros>,
    /// A base backup each time this long after the last one began.
    pub backup_every: Option<Micros>,
    pub devices: Devices,
    pub archiving: ArchivePolicy,
    pub tuning: Tuning,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            seed: 1,
            // 2026-01-01, a day like any other.
            date: Micros(1_767_225_600_000_000),
            zone: Zone::default(),
            scale: 1,
            segment: SegmentSize::TEACHING,
            page_bytes: 8192,
            first_xid: Xid(1),
            archive_timeout: None,
            backup_every: None,
            devices: Devices::default(),
            archiving: ArchivePolicy::default(),
            tuning: Tuning::default(),
        }
    }
}

/// How fast the machines are. Times follow from these and from `scale`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// Where base backups are kept.
    pub backup_store: Device,
    /// Where log segments are archived.
    pub archive_store: Device,
    /// How fast a recovery applies log, bytes a second.
    pub redo_bytes_per_second: u64,
    /// How fast the pages of a recovered database are checked, bytes a second.
    pub validate_bytes_per_second: u64,
    /// What it takes to open a recovered server: the checkpoint at the end of recovery, the new timeline.
    pub promote: Micros,
}

impl Default for Devices {
    /// A server with ordinary disks and an object store, of round numbers: 200 MB/s from the backup store, 100 ms to the first byte of an object.
    fn default() -> Devices {
        Devices {
            backup_store: Device { latency: Micros(100_000), bytes_per_second: 200_000_000 },
            archive_store: Device { latency: Micros(100_000), bytes_per_second: 200_000_000 },
            redo_bytes_per_second: 40_000_000,
            validate_bytes_per_second: 500_000_000,
            promote: Micros(2_000_000),
        }
    }
}

/// A store: the time to its first byte, and its bandwidth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub latency: Micros,
    pub bytes_per_second: u64,
}

impl Device {
    /// The time that a transfer takes.
    pub fn takes(self, bytes: u64) -> Micros {
        self.latency + Micros::for_bytes(bytes, self.bytes_per_second)
    }
}
