//! The kinds of log records in the protocol's terms.

use pitr_engine::Kind;
use pitr_protocol::RecordKind;

/// The kind of a record, in the protocol's terms.
pub fn record_kind(kind: Kind) -> RecordKind {
    match kind {
        Kind::Checkpoint => RecordKind::Checkpoint,
        Kind::SegmentSwitch => RecordKind::SegmentSwitch,
        Kind::RestorePoint => RecordKind::RestorePoint,
        Kind::BackupStart => RecordKind::BackupStart,
        Kind::BackupEnd => RecordKind::BackupEnd,
        Kind::Commit => RecordKind::Commit,
        Kind::Abort => RecordKind::Abort,
        Kind::Insert => RecordKind::Insert,
        Kind::Update => RecordKind::Update,
        Kind::Delete => RecordKind::Delete,
        Kind::CreateRelation => RecordKind::CreateRelation,
        Kind::TimelineStart => RecordKind::TimelineStart,
        Kind::Sequence => RecordKind::Sequence,
        Kind::Lock => RecordKind::Lock,
    }
}
