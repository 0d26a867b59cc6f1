//! What can go wrong, as data: a fault is scheduled like any command, and does its damage to real bytes.

use crate::archive::Archive;
use crate::types::{Lsn, SegmentNumber, SegmentSize, TimelineId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A segment is gone from the archive.
    LoseSegment { timeline: TimelineId, segment: SegmentNumber },
    /// A bit of the record that begins there flips, in that timeline's archived file of the segment.
    CorruptRecord { timeline: TimelineId, lsn: Lsn },
    /// The history file of a timeline is gone from the archive.
    LoseHistory { timeline: TimelineId },
}

/// Which byte of a record is damaged: one of its XID, which stands in the same segment as the record's first byte.
const DAMAGED_BYTE: usize = 4;

impl Fault {
    /// Does the damage; whether there was something to damage.
    pub fn strike(&self, archive: &mut Archive, size: SegmentSize) -> bool {
        match self {
            Fault::LoseSegment { timeline, segment } => archive.lose_segment(*timeline, *segment),
            Fault::LoseHistory { timeline } => archive.lose_history(*timeline),
            Fault::CorruptRecord { timeline, lsn } => {
                let segment = size.segment_of(*lsn);
                let Some(archived) = archive.segment(*timeline, segment).cloned() else {
                    return false;
                };
                let mut bytes = archived.bytes.to_vec();
                let Some(byte) = bytes.get_mut(size.offset_of(*lsn) as usize + DAMAGED_BYTE) else {
                    return false;
                };
                *byte ^= 1;
                archive.put_segment(*timeline, segment, Arc::new(bytes), archived.at);
                true
            }
        }
    }
}
