//! What a step moves: from which place to which, told by its kind alone.

use pitr_protocol::{RecordKind, StepKind};

/// A part of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Sessions,
    Buffer,
    Disk,
    Archive,
    Pages,
    Files,
    Snapshots,
    Server,
}

impl Place {
    /// In reading order: the log's way, then the pages' way, then the new server.
    pub const ALL: [Place; 8] = [
        Place::Sessions,
        Place::Buffer,
        Place::Disk,
        Place::Archive,
        Place::Pages,
        Place::Files,
        Place::Snapshots,
        Place::Server,
    ];

    /// The code by which style sheets and files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            Place::Sessions => "sessions",
            Place::Buffer => "buffer",
            Place::Disk => "disk",
            Place::Archive => "archive",
            Place::Pages => "pages",
            Place::Files => "files",
            Place::Snapshots => "snapshots",
            Place::Server => "server",
        }
    }
}

/// A way from one part to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Write,
    Flush,
    Archive,
    Change,
    Checkpoint,
    Copy,
    Restore,
    Fetch,
}

impl Way {
    pub const ALL: [Way; 8] =
        [Way::Write, Way::Flush, Way::Archive, Way::Change, Way::Checkpoint, Way::Copy, Way::Restore, Way::Fetch];

    /// Where it begins and where it ends.
    pub fn ends(self) -> [Place; 2] {
        match self {
            Way::Write => [Place::Sessions, Place::Buffer],
            Way::Flush => [Place::Buffer, Place::Disk],
            Way::Archive => [Place::Disk, Place::Archive],
            Way::Change => [Place::Sessions, Place::Pages],
            Way::Checkpoint => [Place::Pages, Place::Files],
            Way::Copy => [Place::Files, Place::Snapshots],
            Way::Restore => [Place::Snapshots, Place::Server],
            Way::Fetch => [Place::Archive, Place::Server],
        }
    }

    /// The code by which style sheets name it.
    pub fn code(self) -> &'static str {
        match self {
            Way::Write => "way-write",
            Way::Flush => "way-flush",
            Way::Archive => "way-archive",
            Way::Change => "way-change",
            Way::Checkpoint => "way-checkpoint",
            Way::Copy => "way-copy",
            Way::Restore => "way-restore",
            Way::Fetch => "way-fetch",
        }
    }
}

/// What a step lights up, and along which ways something travels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    pub lights: Vec<Place>,
    pub ways: Vec<Way>,
}

/// The flow of a kind of step. `record`: what a session has written in it; `None` if it was no session. `told`: the code of what happened
/// that has no kind of its own.
pub fn flow(kind: StepKind, record: Option<RecordKind>, told: &str) -> Flow {
    use Place::{Archive, Buffer, Disk, Files, Pages, Server, Sessions, Snapshots};
    let lights = |places: &[Place]| Flow { lights: places.to_vec(), ways: Vec::new() };
    let ways = |ways: &[Way]| Flow { lights: Vec::new(), ways: ways.to_vec() };
    match kind {
        StepKind::TransactionBegan
        | StepKind::RolledBack
        | StepKind::Noted
        | StepKind::StatementWaits
        | StepKind::StatementFailed => lights(&[Sessions]),
        StepKind::StatementRan | StepKind::RowsRead => lights(&[Sessions, Pages]),
        StepKind::RecordWritten => match record {
            None => lights(&[Buffer]),
            // The end of a transaction changes no page.
            Some(record) if record.ends_transaction() => ways(&[Way::Write]),
            Some(_) => ways(&[Way::Write, Way::Change]),
        },
        StepKind::LogFlushed => ways(&[Way::Flush]),
        // The acknowledgement goes back once the record is on disk.
        StepKind::Committed => lights(&[Sessions, Disk]),
        StepKind::SegmentOpened | StepKind::SegmentSealed => lights(&[Disk]),
        StepKind::SegmentSent => ways(&[Way::Archive]),
        StepKind::SegmentArchived => lights(&[Archive]),
        StepKind::PageWritten => ways(&[Way::Checkpoint]),
        StepKind::CheckpointStarted => lights(&[Pages]),
        StepKind::CheckpointDone => lights(&[Files, Disk]),
        StepKind::BackupStarted | StepKind::BackupFinished => lights(&[Snapshots]),
        StepKind::BackupCopied => ways(&[Way::Copy]),
        StepKind::RestorePointMade => lights(&[Buffer]),
        StepKind::PrimaryLost => lights(&[Sessions, Buffer, Disk, Pages, Files]),
        StepKind::FileRestored => ways(&[Way::Restore]),
        StepKind::SegmentFetched => ways(&[Way::Fetch]),
        StepKind::RecoveryStarted
        | StepKind::RecordReplayed
        | StepKind::ConsistencyReached
        | StepKind::RecoveryStopped
        | StepKind::TimelineBegan
        | StepKind::Validated
        | StepKind::InvariantHolds
        | StepKind::InvariantFails
        | StepKind::RecoveryFinished
        | StepKind::RecoveryFailed => lights(&[Server]),
        StepKind::StatementDone => match told {
            "log_streamed" => ways(&[Way::Archive]),
            "archive_failed" | "false_archive_success" | "partial_upload" => lights(&[Disk, Archive]),
            "disk_full" | "archive_gap" | "segment_recycled" => lights(&[Disk]),
            "duplicate_accepted" | "duplicate_refused" | "segment_streamed" | "segment_expired" | "segment_deleted"
            | "segment_moved" => lights(&[Archive]),
            "backup_expired" | "backup_deleted" | "hold_placed" | "hold_released" => lights(&[Snapshots]),
            _ => Flow::default(),
        },
        StepKind::RecoveryPaused | StepKind::SwitchedOver | StepKind::Other => Flow::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_comes_before_the_data() {
        let written = |record| flow(StepKind::RecordWritten, record, "");
        assert_eq!(written(Some(RecordKind::Insert)).ways, [Way::Write, Way::Change]);
        assert_eq!(written(Some(RecordKind::Commit)).ways, [Way::Write], "it changes no page");
        assert_eq!(written(None).lights, [Place::Buffer], "the server's own records");
        assert_eq!(Way::Flush.ends(), [Place::Buffer, Place::Disk]);
    }

    #[test]
    fn a_segment_travels_once() {
        assert_eq!(flow(StepKind::SegmentSent, None, "").ways, [Way::Archive]);
        assert!(flow(StepKind::SegmentArchived, None, "").ways.is_empty());
    }

    #[test]
    fn what_the_archive_tells_is_seen_there() {
        let told = |code| flow(StepKind::StatementDone, None, code);
        assert_eq!(told("log_streamed").ways, [Way::Archive]);
        assert_eq!(told("segment_moved").lights, [Place::Archive]);
        assert_eq!(told("backup_expired").lights, [Place::Snapshots]);
        assert_eq!(told("INSERT INTO segment_moved"), Flow::default());
    }

    #[test]
    fn a_recovery_comes_from_snapshots_and_archive() {
        assert_eq!(flow(StepKind::FileRestored, None, "").ways, [Way::Restore]);
        assert_eq!(flow(StepKind::SegmentFetched, None, "").ways, [Way::Fetch]);
        assert_eq!(Way::Restore.ends()[1], Place::Server);
        assert_eq!(Way::Fetch.ends(), [Place::Archive, Place::Server]);
    }
}
