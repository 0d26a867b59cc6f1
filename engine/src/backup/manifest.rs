//! A base backup's manifest, and its bytes.
//!
//! ```text
//!  0  magic         4  "PMAN"
//!  4  checksum      4  CRC-32C of everything behind it
//!  8  system        8  which database it is of
//! 16  timeline      4
//! 20  page bytes    4
//! 24  segment bytes 4
//! 28  redo          8  where a recovery begins to read
//! 36  checkpoint    8  the record of the checkpoint that began the backup
//! 44  start         8  the backup-start record; 0 if it was taken of a server in recovery
//! 52  end           8  end of the backup-end record, or where that server had come to: consistent from here on
//! 60  start time    8
//! 68  end time      8
//! 76  first and last segment that a recovery needs at least  8 + 8
//! 92  label         2 + n
//!     parent        2 + n, and the checksum of its manifest (4); an empty label: none, this is a full backup
//!     files         count (4), then each: kind (1) and number (4), bytes (8), checksum (4), length in chunks (4), then
//!                   0 (1): all its chunks are here, or 1 (1): these are: count (4), numbers (4 each)
//! ```
//!
//! The checksum in front covers the manifest, the files' checksums in it cover every other byte of the backup, and the parent's
//! checksum ties an incremental backup to the very backup that it continues (PostgreSQL 17 does it alike, in JSON).

use crate::codec::{Reader, Writer, crc32c};
use crate::storage::FileName;
use crate::types::{Lsn, Micros, RelationId, SegmentNumber, TimelineId};
use crate::wal::{Body, ReadRecord};

/// How a manifest begins.
pub const MAGIC: u32 = u32::from_le_bytes(*b"PMAN");

/// What is known of a base backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub label: String,
    /// The number that tells databases apart.
    pub system: u64,
    pub timeline: TimelineId,
    pub page_bytes: u32,
    pub segment_bytes: u32,
    pub redo: Lsn,
    pub checkpoint: Lsn,
    pub start: Lsn,
    pub end: Lsn,
    pub start_time: Micros,
    pub end_time: Micros,
    /// The log without which the backup is of no use.
    pub required_segments: (SegmentNumber, SegmentNumber),
    /// The backup that this one continues; `None` for a full one.
    pub parent: Option<Parent>,
    pub files: Vec<BackupFile>,
}

/// The backup that an incremental one continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    pub label: String,
    /// Of its manifest: another backup that was given the same label has another.
    pub checksum: u32,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    pub name: FileName,
    /// Of what is stored of it.
    pub bytes: u64,
    pub checksum: u32,
    /// How long the file is, in chunks: a table's in pages.
    pub length: u32,
    /// Which of its chunks are stored, in ascending order; `None`: all of them. The others are as the parent has them.
    pub changed: Option<Vec<u32>>,
}

impl BackupFile {
    /// How many chunks are stored.
    pub fn stored(&self) -> usize {
        self.changed.as_ref().map_or(self.length as usize, Vec::len)
    }

    /// The number in the file of a chunk that is stored.
    pub fn chunk_number(&self, stored: usize) -> u32 {
        match &self.changed {
            Some(changed) if crate::WHOLE => changed.get(stored).copied().unwrap_or(u32::MAX),
            _ => stored as u32,
        }
    }
}

impl Manifest {
    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }

    /// Whether the backup is consistent once this record has been replayed: it is its end record, or, if it was taken of a server in recovery,
    /// which writes none, that server had come just as far.
    pub fn is_consistent_behind(&self, found: &ReadRecord<'_>) -> bool {
        // Such a backup may begin where another does: that one's end is not its own.
        if crate::WHOLE && self.start == Lsn::ZERO {
            return found.goes_on >= self.end;
        }
        matches!(&found.record.body, Body::BackupEnd { redo, .. } if *redo == self.redo)
    }

    /// What is known of one file.
    pub fn file(&self, name: FileName) -> Option<&BackupFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The manifest's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u64(self.system);
        out.timeline(self.timeline);
        out.u32(self.page_bytes);
        out.u32(self.segment_bytes);
        out.lsn(self.redo);
        out.lsn(self.checkpoint);
        out.lsn(self.start);
        out.lsn(self.end);
        out.time(self.start_time);
        out.time(self.end_time);
        out.u64(self.required_segments.0.0);
        out.u64(self.required_segments.1.0);
        out.text(&self.label);
        let (parent, checksum) = self.parent.as_ref().map_or(("", 0), |parent| (&parent.label, parent.checksum));
        out.text(parent);
        out.u32(checksum);
        out.u32(self.files.len() as u32);
        for file in &self.files {
            let (kind, number) = match file.name {
                FileName::Control => (0, 0),
                FileName::CommitLog => (1, 0),
                FileName::Relation(relation) => (2, relation.0),
                // Log segments are never part of a backup; see `server`.
                FileName::Log(..) => (3, 0),
            };
            out.u8(kind);
            out.u32(number);
            out.u64(file.bytes);
            out.u32(file.checksum);
            out.u32(file.length);
            match &file.changed {
                Some(changed) if crate::WHOLE => {
                    out.u8(1);
                    out.u32(changed.len() as u32);
                    changed.iter().for_each(|number| out.u32(*number));
                }
                _ => out.u8(0),
            }
        }
        let body = out.finish();
        let mut head = Writer::default();
        head.u32(MAGIC);
        head.u32(crc32c(&[&body]));
        head.raw(&body);
        head.finish()
    }

    /// The checksum that stands in a manifest's bytes.
    pub fn checksum_of(bytes: &[u8]) -> Option<u32> {
        let mut from = Reader::new(bytes.get(4..)?);
        from.u32()
    }

    /// Reads a manifest's bytes; `None` if they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<Manifest> {
        let mut from = Reader::new(bytes);
        let agrees = from.u32()? == MAGIC && from.u32()? == crc32c(&[bytes.get(8..)?]);
        if !agrees {
            return None;
        }
        let system = from.u64()?;
        let timeline = from.timeline()?;
        let (page_bytes, segment_bytes) = (from.u32()?, from.u32()?);
        let (redo, checkpoint, start, end) = (from.lsn()?, from.lsn()?, from.lsn()?, from.lsn()?);
        let (start_time, end_time) = (from.time()?, from.time()?);
        let required_segments = (SegmentNumber(from.u64()?), SegmentNumber(from.u64()?));
        let label = from.text()?.to_owned();
        let (parent, checksum) = (from.text()?.to_owned(), from.u32()?);
        if parent.is_empty() && checksum != 0 {
            return None;
        }
        let parent = (!parent.is_empty()).then_some(Parent { label: parent, checksum });
        let count = from.u32()?;
        let mut files = Vec::new();
        for _ in 0..count {
            files.push(file(&mut from)?);
        }
        let manifest = Manifest {
            label,
            system,
            timeline,
            page_bytes,
            segment_bytes,
            redo,
            checkpoint,
            start,
            end,
            start_time,
            end_time,
            required_segments,
            parent,
            files,
        };
        from.is_empty().then_some(manifest)
    }
}

fn file(from: &mut Reader<'_>) -> Option<BackupFile> {
    let (kind, number) = (from.u8()?, from.u32()?);
    let name = match kind {
        0 if number == 0 => FileName::Control,
        1 if number == 0 => FileName::CommitLog,
        2 => FileName::Relation(RelationId(number)),
        _ => return None,
    };
    let (bytes, checksum, length) = (from.u64()?, from.u32()?, from.u32()?);
    let changed = match from.u8()? {
        0 => None,
        1 if crate::WHOLE => Some(changed(from, length)?),
        _ => return None,
    };
    Some(BackupFile { name, bytes, checksum, length, changed })
}

/// Chunks of a file of that length, in ascending order.
fn changed(from: &mut Reader<'_>, length: u32) -> Option<Vec<u32>> {
    let count = from.u32()?;
    let mut changed: Vec<u32> = Vec::new();
    for _ in 0..count {
        let number = from.u32()?;
        if number >= length || changed.last().is_some_and(|last| *last >= number) {
            return None;
        }
        changed.push(number);
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> Manifest {
        let file = |name, changed| BackupFile { name, bytes: 8192, checksum: 77, length: 9, changed };
        Manifest {
            label: "b2".into(),
            system: 7,
            timeline: TimelineId(1),
            page_bytes: 8192,
            segment_bytes: 4096,
            redo: Lsn(0x1028),
            checkpoint: Lsn(0x1100),
            start: Lsn(0x1180),
            end: Lsn(0x1200),
            start_time: Micros(5),
            end_time: Micros(6),
            required_segments: (SegmentNumber(1), SegmentNumber(2)),
            parent: Some(Parent { label: "b1".into(), checksum: 0xABCD_EF01 }),
            files: vec![
                file(FileName::Control, None),
                file(FileName::CommitLog, None),
                file(FileName::Relation(RelationId(16)), Some(vec![0, 3, 8])),
                file(FileName::Relation(RelationId(17)), Some(vec![])),
            ],
        }
    }

    #[test]
    fn a_manifest_reads_back_and_no_flipped_bit_passes() {
        let manifest = example();
        let bytes = manifest.encode();
        assert_eq!(Manifest::decode(&bytes), Some(manifest));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Manifest::decode(&damaged), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(Manifest::decode(&bytes[..length]), None);
        }
    }

    #[test]
    fn chunks_are_within_the_file_and_ascend() {
        for changed in [vec![9], vec![3, 3], vec![4, 2]] {
            let mut manifest = example();
            manifest.files[2].changed = Some(changed);
            assert_eq!(Manifest::decode(&manifest.encode()), None);
        }
    }

    proptest! {
        /// With a checksum that agrees, so that what is behind it is looked at.
        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200), cut in any::<prop::sample::Index>()) {
            let real = example().encode();
            let cut = cut.index(real.len() - 8);
            let body = [&real[8..8 + cut], &body[..]].concat();
            let mut bytes = MAGIC.to_le_bytes().to_vec();
            bytes.extend(crc32c(&[&body]).to_le_bytes());
            bytes.extend(body);
            if let Some(manifest) = Manifest::decode(&bytes) {
                prop_assert_eq!(manifest.encode(), bytes);
            }
        }
    }
}
