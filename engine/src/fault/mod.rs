//! What can go wrong, as data: a fault is scheduled like any command, and does its damage to real bytes.
//!
//! Said in a script it strikes at its line's time; behind `when ...` at a place in the log or at an event, see [`Condition`]. How each shows, in the
//! words of the events, the refusals and the recoveries' failures; a test (`engine/tests/faults.rs`) goes through this table and sees that it is so.
//!
//! | fault | where it is found | as |
//! | --- | --- | --- |
//! | `lose segment 3 on 1` | a recovery that needs it, later ones being there | `log_gap` |
//! | `delete segment 3 on 1` | the same; who did it is told at once | `log_gap` |
//! | `corrupt record 0/3028 on 1` | the record's checksum, when it is read | `log_damaged` |
//! | `flip bit 400 of segment 3 on 1` | the record's checksum | `log_damaged` |
//! | `flip bit 80 of segment 3 on 1` | the checksum of the segment's header | `log_damaged` |
//! | `cut segment 3 on 1 to 512B` | its length, when it is fetched | `object_truncated` |
//! | `delay segment 6 by 10h` | a recovery to a target in it | `target_not_reached` |
//! | `lose history 2` | a recovery along that timeline | `no_such_timeline` |
//! | `stop archiver` | the server, at each try | `archive_failed` |
//! | `archiver lies` | a recovery to a target in what was never shipped | `target_not_reached` |
//! | `archiver duplicates` | the archive, when a segment comes again | `duplicate_accepted` |
//! | `archiver truncates` | the length of the segment, when it is fetched | `object_truncated` |
//! | `archiver slow 100000` | a recovery to a target in what is on its way | `target_not_reached` |
//! | `stop streaming` | a recovery to a target behind | `target_not_reached` |
//! | `lose key 1` | a recovery that fetches what the key has sealed | `key_lost` |
//! | `lose backup b1` | whoever names it | `no_such_backup` |
//! | `delete backup b1` | the same; who did it is told at once | `backup_deleted` |
//! | `lose file 3 of backup b1` | the manifest, which lists it | `backup_damaged` |
//! | `flip bit 800 of file 3 of backup b1` | the file's checksum in the manifest | `backup_damaged` |
//! | `corrupt backup b1 bit 800` | the same, counted through all its files | `backup_damaged` |
//! | `corrupt manifest b1 bit 80` | the manifest's own checksum: the catalog leaves it out | `no_such_backup` |
//! | `flip bit 800 of page 0 of notes` | the page's checksum; a backup copies it as it is | `pages_wrong` |
//! | `fill disk` | the server, when log that is not archived is in the way | `disk_full` |
//! | `clock '00:30:00'` | the next commit's timestamp | `time_went_back` |
//! | `clock drift 200ppm` | nowhere in the log: only another clock tells | - |
//!
//! An encrypted object that was changed in any way is `object_tampered` instead. What the loss of power leaves behind is the disk's business.

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
    /// A file of a backup is gone; the files are counted from 1, in the manifest's order.
    LoseBackupFile { backup: String, file: u32 },
    /// A bit of a backup's file flips.
    FlipBackupFile { backup: String, file: u32, bit: u64 },
    /// A bit of a page on the primary's disk flips.
    FlipPage { table: String, block: u32, bit: u64 },
    /// No more log fits on the primary's disk than there is.
    FillDisk,
    /// The clock that timestamps are taken from is fast by so many millionths, or slow.
    ClockDrift { ppm: i64 },
    /// A key of the archive is gone.
    LoseKey { key: u32 },
    /// Something befalls a whole base backup, or its manifest.
    Backup(BackupFault),
    /// The stream to the archive is broken off.
    BreakStream,
}

/// Which byte of a record is damaged: one of its XID, which stands in the same segment as the record's first byte.
const DAMAGED_BYTE: u64 = 4;

impl Fault {
    /// Does the damage; whether there was something to damage.
    /// Only what happens in the archive, or on the way there; the rest is done by the cluster.
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
            Fault::SlowArchiver { times } => {
                archiver.slowness = *times;
                true
            }
            // Done by the cluster.
            _ => false,
        }
    }
}

fn flip_segment(archive: &mut Archive, timeline: TimelineId, segment: SegmentNumber, bit: u64) -> bool {
    archive.change_segment(timeline, segment, |bytes| flip(bytes, bit))
}

/// Flips a bit; whether there is one.
pub fn flip(bytes: &mut [u8], bit: u64) -> bool {
    match usize::try_from(bit / 8).ok().and_then(|index| bytes.get_mut(index)) {
        Some(byte) => {
            *byte ^= 1 << (bit % 8);
            true
        }
        None => false,
    }
}
