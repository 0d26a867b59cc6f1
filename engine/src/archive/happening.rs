//! What is told of the archive beyond the way of a segment that goes well.

use super::{ObjectName, Spared, StoreKind};
use crate::types::{Lsn, Micros, SegmentNumber, TimelineId};
use serde::{Deserialize, Serialize};

/// Something that happened to the archive, or on the way there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Archiving {
    /// A try to archive a segment has failed; which one since the last rest, when the next comes, how many segments wait.
    Failed {
        timeline: TimelineId,
        segment: SegmentNumber,
        attempt: u32,
        next: Micros,
        backlog: u64,
    },
    /// The archiver reported success and shipped nothing. The server does not know.
    FalseSuccess {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// Only the first bytes have arrived, and the archiver reported success. The server does not know.
    Partial {
        timeline: TimelineId,
        segment: SegmentNumber,
        bytes: u64,
        wanted: u64,
    },
    /// A segment has come that was there, with the same bytes.
    DuplicateAccepted {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// A segment has come that was there with other bytes: that stays, and the try counts as failed.
    DuplicateRefused {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// Flushed log has come to the archive.
    Streamed {
        timeline: TimelineId,
        from: Lsn,
        to: Lsn,
    },
    /// The last byte of a segment has come by the stream: it is in the archive as a whole.
    SegmentComplete {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// The stream goes on.
    StreamingStarted,
    /// A backup was past the window, and is deleted.
    BackupExpired {
        backup: String,
    },
    /// No backup that is kept needs this segment for anything in the window: it is deleted.
    SegmentExpired {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// Something past the window stays.
    Spared(Spared),
    HoldPlaced {
        backup: String,
    },
    HoldReleased {
        backup: String,
    },
    /// Somebody has deleted a backup, or a segment of the archive.
    BackupDeleted {
        session: String,
        backup: String,
    },
    SegmentDeleted {
        session: String,
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    SegmentMoved {
        timeline: TimelineId,
        segment: SegmentNumber,
        to: StoreKind,
    },
    /// New objects are sealed with this key.
    KeyRotated {
        key: u32,
    },
    /// A key is gone; what it has sealed.
    KeyLost {
        key: u32,
        objects: Vec<ObjectName>,
    },
    /// An object could not be stored: the key that it would be sealed with is gone.
    NoKey {
        object: ObjectName,
        key: u32,
    },
    /// A segment went from the server's disk before it was archived: the archive has a gap there.
    ArchiveGap {
        timeline: TimelineId,
        segment: SegmentNumber,
    },
    /// The disk is full of log: what was to be done by the clock fell out.
    DiskFull {
        limit: u64,
        backlog: u64,
    },
    /// A recovery met log that is damaged, and ended there; how that shows.
    LogDamaged {
        lsn: Lsn,
        why: String,
    },
    /// A recovery met a segment that is not in the archive, though later ones are.
    LogGap {
        segment: SegmentNumber,
        lsn: Lsn,
    },
    /// A commit has an earlier timestamp than the one before it: the clock has gone back.
    TimeWentBack {
        lsn: Lsn,
        from: Micros,
        to: Micros,
    },
    /// The archiver works as it should from now on.
    ArchiverStarted {
        backlog: u64,
    },
}

impl Archiving {
    /// The stable name by which it is told.
    pub fn name(&self) -> &'static str {
        match self {
            Archiving::Failed { .. } => "archive_failed",
            Archiving::FalseSuccess { .. } => "false_archive_success",
            Archiving::Partial { .. } => "partial_upload",
            Archiving::DuplicateAccepted { .. } => "duplicate_accepted",
            Archiving::DuplicateRefused { .. } => "duplicate_refused",
            Archiving::Streamed { .. } => "log_streamed",
            Archiving::SegmentComplete { .. } => "segment_streamed",
            Archiving::StreamingStarted => "streaming_started",
            Archiving::BackupExpired { .. } => "backup_expired",
            Archiving::SegmentExpired { .. } => "segment_expired",
            Archiving::Spared(_) => "spared",
            Archiving::HoldPlaced { .. } => "hold_placed",
            Archiving::HoldReleased { .. } => "hold_released",
            Archiving::BackupDeleted { .. } => "backup_deleted",
            Archiving::SegmentDeleted { .. } => "segment_deleted",
            Archiving::SegmentMoved { .. } => "segment_moved",
            Archiving::KeyRotated { .. } => "key_rotated",
            Archiving::KeyLost { .. } => "key_lost",
            Archiving::NoKey { .. } => "no_key",
            Archiving::ArchiveGap { .. } => "archive_gap",
            Archiving::DiskFull { .. } => "disk_full",
            Archiving::LogDamaged { .. } => "log_damaged",
            Archiving::LogGap { .. } => "log_gap",
            Archiving::TimeWentBack { .. } => "time_went_back",
            Archiving::ArchiverStarted { .. } => "archiver_started",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let object = |timeline: &TimelineId, segment: &SegmentNumber| {
            ("object", ObjectName::Segment(*timeline, *segment).to_string())
        };
        match self {
            Archiving::Failed { timeline, segment, attempt, next, backlog } => vec![
                object(timeline, segment),
                ("attempt", attempt.to_string()),
                ("next", next.to_string()),
                ("backlog", backlog.to_string()),
            ],
            Archiving::Partial { timeline, segment, bytes, wanted } => {
                vec![object(timeline, segment), ("bytes", bytes.to_string()), ("wanted", wanted.to_string())]
            }
            Archiving::FalseSuccess { timeline, segment }
            | Archiving::DuplicateAccepted { timeline, segment }
            | Archiving::DuplicateRefused { timeline, segment }
            | Archiving::SegmentComplete { timeline, segment } => vec![object(timeline, segment)],
            Archiving::Streamed { from, to, .. } => vec![("from", from.to_string()), ("to", to.to_string())],
            Archiving::BackupExpired { backup }
            | Archiving::HoldPlaced { backup }
            | Archiving::HoldReleased { backup } => {
                vec![("backup", backup.clone())]
            }
            Archiving::SegmentExpired { timeline, segment } => vec![object(timeline, segment)],
            Archiving::Spared(why) => {
                let mut params = vec![("why", why.code().to_owned())];
                params.extend(why.params());
                params
            }
            Archiving::BackupDeleted { session, backup } => {
                vec![("session", session.clone()), ("backup", backup.clone())]
            }
            Archiving::SegmentDeleted { session, timeline, segment } => {
                vec![("session", session.clone()), object(timeline, segment)]
            }
            Archiving::SegmentMoved { timeline, segment, to } => {
                vec![object(timeline, segment), ("to", to.word().to_owned())]
            }
            Archiving::KeyRotated { key } => vec![("key", key.to_string())],
            Archiving::KeyLost { key, objects } => {
                let objects: Vec<String> = objects.iter().map(ToString::to_string).collect();
                vec![("key", key.to_string()), ("objects", objects.join(", "))]
            }
            Archiving::NoKey { object, key } => vec![("object", object.to_string()), ("key", key.to_string())],
            Archiving::ArchiveGap { timeline, segment } => {
                vec![object(timeline, segment)]
            }
            Archiving::DiskFull { limit, backlog } => {
                vec![("limit", limit.to_string()), ("backlog", backlog.to_string())]
            }
            Archiving::LogDamaged { lsn, why } => vec![("lsn", lsn.to_string()), ("why", why.clone())],
            Archiving::LogGap { segment, lsn } => {
                vec![("segment", segment.0.to_string()), ("lsn", lsn.to_string())]
            }
            Archiving::TimeWentBack { lsn, from, to } => {
                vec![("lsn", lsn.to_string()), ("from", from.to_string()), ("to", to.to_string())]
            }
            Archiving::StreamingStarted => Vec::new(),
            Archiving::ArchiverStarted { backlog } => vec![("backlog", backlog.to_string())],
        }
    }
}
