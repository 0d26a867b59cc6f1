//! Commands that cannot be carried out, and why.

use crate::archive::Spared;
use crate::backup::ChainFault;
use crate::types::{Lsn, TimelineId};
use serde::{Deserialize, Serialize};

/// A command that was refused, and nothing has changed; or why a statement failed, see `EventKind::StatementFailed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommandError {
    AlreadyInTransaction {
        session: String,
    },
    NotInTransaction {
        session: String,
    },
    NoSuchSavepoint {
        name: String,
        known: Vec<String>,
    },
    /// Each of these sessions waits for the next, the last for the first; the first one's statement was given up.
    Deadlock {
        session: String,
        cycle: Vec<String>,
    },
    /// A statement has waited as long as it may.
    LockTimeout {
        session: String,
        table: String,
        holder: String,
    },
    /// A REPEATABLE READ transaction is to change a row that another has changed since its snapshot.
    CouldNotSerialize {
        session: String,
        table: String,
        key: String,
    },
    /// A statement of the transaction has failed, and nothing but its end is taken.
    TransactionFailed {
        session: String,
    },
    NoSuchSequence {
        sequence: String,
        known: Vec<String>,
    },
    /// A sequence has given out the last number that there is.
    SequenceUsedUp {
        sequence: String,
    },
    NoSuchTable {
        table: String,
        known: Vec<String>,
    },
    TableExists {
        table: String,
    },
    NoSuchColumn {
        table: String,
        column: String,
        known: Vec<String>,
    },
    DuplicateColumn {
        column: String,
    },
    /// A row of the wrong length.
    WrongValueCount {
        table: String,
        wanted: u64,
        got: u64,
    },
    /// A value that the column's type cannot hold.
    WrongType {
        column: String,
        kind: String,
        value: String,
    },
    /// The primary key must have a value.
    NullKey {
        table: String,
        column: String,
    },
    DuplicateKey {
        table: String,
        key: String,
    },
    RowTooLong {
        bytes: u64,
        longest: u64,
    },
    NumberOutOfRange {
        column: String,
    },
    BackupExists {
        label: String,
    },
    BackupRunning {
        label: String,
    },
    /// No backup of this label is being taken.
    BackupNotRunning {
        label: String,
    },
    NoSuchBackup {
        label: String,
        known: Vec<String>,
    },
    NoBackup,
    /// No complete backup lies on the server's timeline, so there is nothing to continue.
    NoParent {
        timeline: TimelineId,
    },
    /// The backup to be continued holds what is no part of the server's history.
    ParentNotOnTimeline {
        parent: String,
        of: TimelineId,
        timeline: TimelineId,
    },
    /// A chain of backups is not whole.
    ChainBroken {
        backup: String,
        element: String,
        why: ChainFault,
    },
    /// A server in recovery has replayed no checkpoint of the timeline that it has come to.
    NoRestartPoint {
        timeline: TimelineId,
    },
    /// A merge is to begin with a backup that is no part of the chain.
    NotInChain {
        first: String,
        chain: Vec<String>,
    },
    RecoveryRunning {
        backup: String,
    },
    /// No recovery waits at its target.
    RecoveryNotPaused,
    /// No recovery has shut down at its target.
    RecoveryNotDown,
    /// No recovery has made a server that could take the primary's place.
    NothingRecovered,
    /// It must not be deleted.
    Spared(Spared),
    /// The disk that the log lies on is full of log that waits to be archived.
    DiskFull {
        bytes: u64,
        limit: u64,
        waiting: u64,
    },
    /// Archive and backups are not encrypted.
    NotEncrypted,
    NotHeld {
        backup: String,
    },
    /// The recovery waits within a transaction that has locked the table.
    LockedInRecovery {
        table: String,
    },
    /// A table is to be restored into one of other columns.
    SchemaDiffers {
        table: String,
        has: String,
        needs: String,
    },
    /// What was to be damaged is not there.
    NothingToDamage,
    /// This build leaves the command out, see [`crate::WHOLE`].
    NeedsWholeEngine,
    NoPrimary,
    /// The primary is switched off.
    ServerDown,
    /// The primary recovers from a crash.
    ServerStarting,
    /// The primary runs, or is about to.
    ServerRunning,
    /// A page of the database cannot be read.
    DamagedPage {
        relation: u32,
        block: u32,
    },
    /// All 2^32 transaction numbers have been given out.
    OutOfXids,
    /// The log has come to the end of its 64 bits.
    LogFull {
        end: Lsn,
    },
}

impl CommandError {
    /// Whether it is what came of a statement that ran among others: an event of its session, and no refusal to carry it out.
    pub(super) fn is_outcome(&self) -> bool {
        matches!(
            self,
            CommandError::Deadlock { .. } | CommandError::LockTimeout { .. } | CommandError::CouldNotSerialize { .. }
        )
    }

    /// Whether it aborts the transaction block that it comes about in. PostgreSQL only warns of a second BEGIN; the others say that the
    /// statement did not come to a server that could carry it out.
    pub(super) fn aborts_block(&self) -> bool {
        !matches!(
            self,
            CommandError::AlreadyInTransaction { .. }
                | CommandError::NeedsWholeEngine
                | CommandError::NoPrimary
                | CommandError::NothingRecovered
                | CommandError::LockedInRecovery { .. }
                | CommandError::SchemaDiffers { .. }
        )
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CommandError::AlreadyInTransaction { .. } => "already_in_transaction",
            CommandError::NotInTransaction { .. } => "not_in_transaction",
            CommandError::NoSuchSavepoint { .. } => "no_such_savepoint",
            CommandError::Deadlock { .. } => "deadlock",
            CommandError::LockTimeout { .. } => "lock_timeout",
            CommandError::CouldNotSerialize { .. } => "could_not_serialize",
            CommandError::TransactionFailed { .. } => "transaction_failed",
            CommandError::NoSuchSequence { .. } => "no_such_sequence",
            CommandError::SequenceUsedUp { .. } => "sequence_used_up",
            CommandError::NoSuchTable { .. } => "no_such_table",
            CommandError::TableExists { .. } => "table_exists",
            CommandError::NoSuchColumn { .. } => "no_such_column",
            CommandError::DuplicateColumn { .. } => "duplicate_column",
            CommandError::WrongValueCount { .. } => "wrong_value_count",
            CommandError::WrongType { .. } => "wrong_type",
            CommandError::NullKey { .. } => "null_key",
            CommandError::DuplicateKey { .. } => "duplicate_key",
            CommandError::RowTooLong { .. } => "row_too_long",
            CommandError::NumberOutOfRange { .. } => "number_out_of_range",
            CommandError::BackupExists { .. } => "backup_exists",
            CommandError::BackupRunning { .. } => "backup_running",
            CommandError::BackupNotRunning { .. } => "backup_not_running",
            CommandError::NoSuchBackup { .. } => "no_such_backup",
            CommandError::NoBackup => "no_backup",
            CommandError::NoParent { .. } => "no_parent",
            CommandError::ParentNotOnTimeline { .. } => "parent_not_on_timeline",
            CommandError::ChainBroken { .. } => "chain_broken",
            CommandError::NoRestartPoint { .. } => "no_restart_point",
            CommandError::NotInChain { .. } => "not_in_chain",
            CommandError::RecoveryRunning { .. } => "recovery_running",
            CommandError::RecoveryNotPaused => "recovery_not_paused",
            CommandError::RecoveryNotDown => "recovery_not_down",
            CommandError::NothingRecovered => "nothing_recovered",
            CommandError::Spared(why) if crate::WHOLE => why.code(),
            CommandError::Spared(_) => "",
            CommandError::NotHeld { .. } => "not_held",
            CommandError::NotEncrypted => "not_encrypted",
            CommandError::LockedInRecovery { .. } => "locked_in_recovery",
            CommandError::SchemaDiffers { .. } => "schema_differs",
            CommandError::DiskFull { .. } => "disk_full",
            CommandError::NothingToDamage => "nothing_to_damage",
            CommandError::NeedsWholeEngine => "needs_whole_engine",
            CommandError::NoPrimary => "no_primary",
            CommandError::ServerDown => "server_down",
            CommandError::ServerStarting => "server_starting",
            CommandError::ServerRunning => "server_running",
            CommandError::DamagedPage { .. } => "damaged_page",
            CommandError::OutOfXids => "out_of_xids",
            CommandError::LogFull { .. } => "log_full",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            CommandError::AlreadyInTransaction { session }
            | CommandError::NotInTransaction { session }
            | CommandError::TransactionFailed { session } => {
                vec![("session", session.clone())]
            }
            CommandError::NoSuchSavepoint { name, known } => vec![("name", name.clone()), ("known", known.join(", "))],
            CommandError::Deadlock { session, cycle } => {
                vec![("session", session.clone()), ("cycle", cycle.join(", "))]
            }
            CommandError::CouldNotSerialize { session, table, key } => {
                vec![("session", session.clone()), ("table", table.clone()), ("key", key.clone())]
            }
            CommandError::LockTimeout { session, table, holder } => {
                vec![("session", session.clone()), ("table", table.clone()), ("holder", holder.clone())]
            }
            CommandError::NoSuchSequence { sequence, known } => {
                vec![("sequence", sequence.clone()), ("known", known.join(", "))]
            }
            CommandError::SequenceUsedUp { sequence } => vec![("sequence", sequence.clone())],
            CommandError::NoSuchTable { table, known } => vec![("table", table.clone()), ("known", known.join(", "))],
            CommandError::SchemaDiffers { table, has, needs } => {
                vec![("table", table.clone()), ("has", has.clone()), ("needs", needs.clone())]
            }
            CommandError::TableExists { table } | CommandError::LockedInRecovery { table } => {
                vec![("table", table.clone())]
            }
            CommandError::NoSuchColumn { table, column, known } => {
                vec![("table", table.clone()), ("column", column.clone()), ("known", known.join(", "))]
            }
            CommandError::DuplicateColumn { column } | CommandError::NumberOutOfRange { column } => {
                vec![("column", column.clone())]
            }
            CommandError::WrongValueCount { table, wanted, got } => {
                vec![("table", table.clone()), ("wanted", wanted.to_string()), ("got", got.to_string())]
            }
            CommandError::WrongType { column, kind, value } => {
                vec![("column", column.clone()), ("kind", kind.clone()), ("value", value.clone())]
            }
            CommandError::NullKey { table, column } => vec![("table", table.clone()), ("column", column.clone())],
            CommandError::DuplicateKey { table, key } => vec![("table", table.clone()), ("key", key.clone())],
            CommandError::RowTooLong { bytes, longest } => {
                vec![("bytes", bytes.to_string()), ("longest", longest.to_string())]
            }
            CommandError::BackupExists { label }
            | CommandError::BackupRunning { label }
            | CommandError::BackupNotRunning { label } => {
                vec![("label", label.clone())]
            }
            CommandError::NoSuchBackup { label, known } => {
                vec![("label", label.clone()), ("known", known.join(", "))]
            }
            CommandError::NoParent { timeline } | CommandError::NoRestartPoint { timeline } => {
                vec![("timeline", timeline.to_string())]
            }
            CommandError::ParentNotOnTimeline { parent, of, timeline } => {
                vec![("parent", parent.clone()), ("of", of.to_string()), ("timeline", timeline.to_string())]
            }
            CommandError::ChainBroken { backup, element, why } => {
                vec![("backup", backup.clone()), ("element", element.clone()), ("why", why.to_string())]
            }
            CommandError::DiskFull { bytes, limit, waiting } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string()), ("waiting", waiting.to_string())]
            }
            CommandError::Spared(why) if crate::WHOLE => why.params(),
            CommandError::Spared(_) => Vec::new(),
            CommandError::NotHeld { backup } | CommandError::RecoveryRunning { backup } => {
                vec![("backup", backup.clone())]
            }
            CommandError::NotInChain { first, chain } => {
                vec![("first", first.clone()), ("chain", chain.join(", "))]
            }
            CommandError::DamagedPage { relation, block } => {
                vec![("relation", relation.to_string()), ("block", block.to_string())]
            }
            CommandError::LogFull { end } => vec![("end", end.to_string())],
            CommandError::NoBackup
            | CommandError::NotEncrypted
            | CommandError::NoPrimary
            | CommandError::ServerDown
            | CommandError::ServerStarting
            | CommandError::ServerRunning
            | CommandError::OutOfXids
            | CommandError::RecoveryNotPaused
            | CommandError::RecoveryNotDown
            | CommandError::NothingRecovered
            | CommandError::NothingToDamage
            | CommandError::NeedsWholeEngine => vec![],
        }
    }
}
