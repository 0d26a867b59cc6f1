//! What can go wrong, as data: a fault is scheduled like any command, and does its damage to real bytes.

mod backups;
mod power;
mod when;

pub use backups::BackupFault;
pub use power::PowerLoss;
pub use when::Condition;

use crate::archive::{Archive, Archiver, Conduct};
use crate::types::{Lsn, Micros, SegmentNumber, SegmentSize, TimelineId};
use serde::{Deserialize, Serialize};

/// Something that breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A segment is gone from the archive.
    LoseSegment { timeline: TimelineId, segment: SegmentNumber },
    /// A bit of the record that begins there flips, in that timeline's archived file of the segment.
    CorruptRecord { timeline: TimelineId, lsn: Lsn },
    /// The history file of a timeline is gone from the archive.
    LoseHistory { timeline: TimelineId },
    /// A bit of a segment's file in the archive flips; counted from the file's beginning.
    FlipSegment { timeline: TimelineId, segment: SegmentNumber, bit: u64 },
    /// A segment's file in the archive is cut to so many bytes.
    CutSegment { timeline: TimelineId, segment: SegmentNumber, bytes: u32 },
    /// A segment that is still to be sent will be that much later.
    DelaySegment { segment: SegmentNumber, by: Micros },
    /// The archiver misbehaves from now on.
    Archiver(Conduct),
    /// The archiver takes that many times as long from now on.
    SlowArchiver { times: u32 },
    /// A key of the archive is gone.
    LoseKey { key: u32 },
    /// Something befalls a base backup.
    Backup(BackupFault),
    /// The stream to the archive is broken off.
    BreakStream,
}

/// Which byte of a record is damaged: one of its XID, which stands in the same segment as the record's first byte.
const DAMAGED_BYTE: u64 = 4;

impl Fault {
    /// Does the damage; whether there was something to damage.
    pub fn strike(&self, archive: &mut Archive, archiver: &mut Archiver, size: SegmentSize) -> bool {
        match self {
            Fault::LoseSegment { timeline, segment } => archive.lose_segment(*timeline, *segment),
            Fault::LoseHistory { timeline } => archive.lose_history(*timeline),
            Fault::CorruptRecord { timeline, lsn } => {
                let bit = (u64::from(size.offset_of(*lsn)) + DAMAGED_BYTE) * 8;
                flip_segment(archive, *timeline, size.segment_of(*lsn), bit)
            }
            Fault::FlipSegment { timeline, segment, bit } => flip_segment(archive, *timeline, *segment, *bit),
            Fault::CutSegment { timeline, segment, bytes } => archive.change_segment(*timeline, *segment, |file| {
                let shorter = (*bytes as usize) < file.len();
                file.truncate(*bytes as usize);
                shorter
            }),
            Fault::DelaySegment { segment, by } => {
                archiver.delay(*segment, *by);
                true
            }
            Fault::Archiver(conduct) => {
                archiver.conduct = *conduct;
                true
            }
            // Done by the cluster.
            Fault::BreakStream | Fault::LoseKey { .. } | Fault::Backup(_) => true,
            Fault::SlowArchiver { times } => {
                archiver.slowness = *times;
                true
            }
        }
    }
}

fn flip_segment(archive: &mut Archive, timeline: TimelineId, segment: SegmentNumber, bit: u64) -> bool {
    archive.change_segment(timeline, segment, |bytes| flip(bytes, bit))
}

/// Flips a bit; whether there is one.
fn flip(bytes: &mut [u8], bit: u64) -> bool {
    match usize::try_from(bit / 8).ok().and_then(|index| bytes.get_mut(index)) {
        Some(byte) => {
            *byte ^= 1 << (bit % 8);
            true
        }
        None => false,
    }
}
