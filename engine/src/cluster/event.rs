//! What happens in a cluster, told in the order in which it happens.

use super::commits::LogEvent;
use super::crash::CrashEvent;
use super::{CommandError, Invariant, RecoverySpec, Target};
use crate::archive::Archiving;
use crate::backup::ChainFault;
use crate::beyond::Beyond;
use crate::catalog::Verification;
use crate::explain::Verdict;
use crate::fault::Fault;
use crate::recovery::{RecordNote, RecoveryFailure, StopReason};
use crate::types::{Lsn, Micros, PageId, SegmentNumber, TimelineId, Xid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that happened, and when. The cluster's state just after it can be looked at, see `Run::state_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Micros,
    pub kind: EventKind,
}

/// A session's or a table's name, of which a run's events hold a million: one copy for all of them.
#[cfg(feature = "whole")]
pub type Name = Arc<str>;
#[cfg(not(feature = "whole"))]
pub type Name = String;

/// The names that events have had.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Vec<Name>);

impl Names {
    /// The copy of a name that all events share; in the smaller build a new one.
    pub fn shared(names: &mut Beyond<Names>, name: &str) -> Name {
        if !crate::WHOLE {
            return Name::from(name);
        }
        match names.0.binary_search_by(|known| (**known).cmp(name)) {
            Ok(index) => names.0[index].clone(),
            Err(index) => {
                let name = Name::from(name);
                names.0.insert(index, name.clone());
                name
            }
        }
    }
}

/// What a statement changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    Created,
    Dropped,
    /// The table has a column more.
    Altered,
    Emptied,
    Inserted,
    Updated,
    Deleted,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    TransactionBegan {
        session: String,
    },
    /// A record came into the log buffer, and the page that it is about changed in memory.
    RecordWritten {
        /// `None`: the server itself.
        session: Option<Name>,
        timeline: TimelineId,
        record: RecordNote,
        table: Option<Name>,
    },
    /// A statement is done; nothing of it is durable yet.
    StatementRan {
        session: String,
        xid: Xid,
        change: Change,
        table: String,
        rows: u64,
        /// It had no WHERE.
        every_row: bool,
    },
    /// It cannot go on: another session has the table, or, if there is a key, the row in its hands, or waits for it ahead.
    StatementWaits {
        session: String,
        table: String,
        key: Option<String>,
        holder: String,
    },
    /// The session waits: what was sent to it runs after that.
    StatementQueued {
        session: String,
        holder: String,
    },
    /// What it waited for is there. It was sent at that instant, and is carried out now.
    StatementResumed {
        session: String,
        sent: Micros,
    },
    /// It ends without having changed anything, and its transaction block with it, or what was done since its last savepoint.
    StatementFailed {
        session: String,
        error: Arc<CommandError>,
    },
    RowsRead {
        session: String,
        table: String,
        rows: u64,
    },
    /// Somebody asked why a row is there, or is not; the chain behind the answer is `Cluster::explain_row`'s.
    RowExplained {
        session: String,
        table: String,
        verdict: Verdict,
    },
    SavepointSet {
        session: String,
        name: String,
    },
    RolledBackTo {
        session: String,
        name: String,
    },
    SavepointReleased {
        session: String,
        name: String,
    },
    /// Values were drawn; the last of them.
    SequenceDrawn {
        session: String,
        sequence: String,
        value: i64,
    },
    /// The clock that timestamps are taken from was set.
    ClockSet {
        to: Micros,
    },
    /// Something happened to the archive that is not the usual way of a segment.
    Archiving(Archiving),
    /// A command waits for something to happen.
    Scheduled,
    /// A command whose time had come was refused.
    ScheduledRefused {
        error: Arc<CommandError>,
    },
    /// Something broke.
    Damaged {
        fault: Arc<Fault>,
    },
    /// From the log buffer to the log on disk.
    LogFlushed {
        timeline: TimelineId,
        from: Lsn,
        to: Lsn,
    },
    /// Acknowledged: its commit record is on disk. XID 0: it wrote nothing.
    Committed {
        session: String,
        xid: Xid,
    },
    RolledBack {
        session: String,
        xid: Xid,
    },
    SegmentOpened {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// The log has moved on to the next segment.
    SegmentSealed {
        timeline: TimelineId,
        segment: SegmentNumber,
        /// End of the last record in it.
        used_to: Lsn,
    },
    SegmentSent {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    SegmentArchived {
        timeline: TimelineId,
        segment: SegmentNumber,
        bytes: u64,
    },
    /// From memory to the data files.
    PageWritten {
        page: PageId,
        table: String,
    },
    CheckpointStarted {
        redo: Lsn,
    },
    CheckpointDone {
        redo: Lsn,
        lsn: Lsn,
        pages: u64,
    },
    BackupStarted {
        label: String,
        redo: Lsn,
    },
    /// It is an incremental one: it stores the pages that were changed by records from `since` on.
    BackupContinues {
        label: String,
        parent: String,
        since: Lsn,
    },
    /// A file has been copied to the backup store.
    BackupCopied {
        label: String,
        file: String,
        pages: u64,
    },
    BackupFinished {
        label: String,
        end: Lsn,
        bytes: u64,
    },
    /// A backup has been read, with what it continues and the log that it needs.
    BackupVerified {
        found: Arc<Verification>,
    },
    /// One backup has been made of a chain, or of a part of it.
    BackupsMerged {
        label: String,
        of: Vec<String>,
        bytes: u64,
    },
    MergeFailed {
        label: String,
        element: String,
        why: ChainFault,
    },
    RestorePointMade {
        name: String,
        lsn: Lsn,
    },
    Noted {
        session: String,
        text: String,
    },
    PrimaryLost,
    /// Commits that do not wait alone, segments that leave the disk.
    Log(LogEvent),
    /// Between a crash of the primary and its opening.
    Crash(CrashEvent),
    /// A newer backup would have been started from if it were whole.
    BackupPassedOver {
        backup: String,
        failure: RecoveryFailure,
    },
    RecoveryStarted {
        backup: String,
        spec: RecoverySpec,
    },
    /// A file of the backup has arrived.
    FileRestored {
        backup: String,
        file: String,
        bytes: u64,
    },
    SegmentFetched {
        timeline: TimelineId,
        segment: SegmentNumber,
        bytes: u64,
    },
    RecordReplayed {
        record: RecordNote,
        table: Option<String>,
    },
    /// From here on the recovery may stop.
    ConsistencyReached {
        lsn: Lsn,
    },
    RecoveryStopped {
        reason: StopReason,
        target: Target,
    },
    TimelineBegan {
        timeline: TimelineId,
        parent: TimelineId,
        fork: Lsn,
    },
    Validated {
        pages: u32,
        wrong: u32,
    },
    InvariantDeclared {
        invariant: Arc<Invariant>,
    },
    /// Rows of a table of the recovered server were inserted into one of the live server's. Those whose keys were there already were left
    /// alone, being the same or not.
    TableRestored {
        session: String,
        table: String,
        into: String,
        inserted: u64,
        same: u64,
        differing: u64,
    },
    /// An invariant was asked of the recovered server. Nothing is found where there is no such table or column.
    InvariantChecked {
        invariant: Arc<Invariant>,
        found: Option<i64>,
        holds: bool,
    },
    /// The recovery waits at its target; its server can be read.
    RecoveryPaused,
    /// The recovery's server has stopped at its target; it can be started again.
    RecoveryShutDown,
    /// The new server takes connections.
    RecoveryFinished,
    /// The recovered server has taken the primary's place.
    SwitchedOver {
        timeline: TimelineId,
    },
    RecoveryFailed {
        failure: RecoveryFailure,
    },
}
