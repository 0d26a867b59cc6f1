//! A base backup's manifest, and its bytes.
//!
//! ```text
//!  0  magic       4  "PMAN"
//!  4  checksum    4  CRC-32C of everything behind it
//!  8  timeline    4
//! 12  redo        8  where a recovery begins to read
//! 20  checkpoint  8  the record of the checkpoint that began the backup
//! 28  end         8  end of the backup-end record: consistent from here on
//! 36  start time  8
//! 44  end time    8
//! 52  first and last segment that a recovery needs at least  8 + 8
//! 68  label       2 + n
//!     files       count (4), then each: kind (1) and number (4), bytes (8), checksum (4)
//! ```

use crate::codec::{Reader, Writer, crc32c};
use crate::storage::FileName;
use crate::types::{Lsn, Micros, RelationId, SegmentNumber, TimelineId};

/// How a manifest begins.
pub const MAGIC: u32 = u32::from_le_bytes(*b"PMAN");

/// What is known of a base backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub label: String,
    pub timeline: TimelineId,
    pub redo: Lsn,
    pub checkpoint: Lsn,
    pub end: Lsn,
    pub start_time: Micros,
    pub end_time: Micros,
    /// The log without which the backup is of no use.
    pub required_segments: (SegmentNumber, SegmentNumber),
    pub files: Vec<BackupFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupFile {
    pub name: FileName,
    pub bytes: u64,
    pub checksum: u32,
}

impl Manifest {
    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The manifest's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.timeline(self.timeline);
        out.lsn(self.redo);
        out.lsn(self.checkpoint);
        out.lsn(self.end);
        out.time(self.start_time);
        out.time(self.end_time);
        out.u64(self.required_segments.0.0);
        out.u64(self.required_segments.1.0);
        out.text(&self.label);
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
        }
        let body = out.finish();
        let mut head = Writer::default();
        head.u32(MAGIC);
        head.u32(crc32c(&[&body]));
        head.raw(&body);
        head.finish()
    }

    /// Reads a manifest's bytes; `None` if they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<Manifest> {
        let mut from = Reader::new(bytes);
        let agrees = from.u32()? == MAGIC && from.u32()? == crc32c(&[bytes.get(8..)?]);
        if !agrees {
            return None;
        }
        let (timeline, redo, checkpoint, end) = (from.timeline()?, from.lsn()?, from.lsn()?, from.lsn()?);
        let (start_time, end_time) = (from.time()?, from.time()?);
        let required_segments = (SegmentNumber(from.u64()?), SegmentNumber(from.u64()?));
        let label = from.text()?.to_owned();
        let count = from.u32()?;
        let mut files = Vec::new();
        for _ in 0..count {
            let (kind, number) = (from.u8()?, from.u32()?);
            let name = match kind {
                0 => FileName::Control,
                1 => FileName::CommitLog,
                2 => FileName::Relation(RelationId(number)),
                _ => return None,
            };
            files.push(BackupFile { name, bytes: from.u64()?, checksum: from.u32()? });
        }
        let manifest =
            Manifest { label, timeline, redo, checkpoint, end, start_time, end_time, required_segments, files };
        from.is_empty().then_some(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_and_no_flipped_bit_passes() {
        let file = |name| BackupFile { name, bytes: 8192, checksum: 77 };
        let manifest = Manifest {
            label: "b1".into(),
            timeline: TimelineId(1),
            redo: Lsn(0x1028),
            checkpoint: Lsn(0x1100),
            end: Lsn(0x1200),
            start_time: Micros(5),
            end_time: Micros(6),
            required_segments: (SegmentNumber(1), SegmentNumber(2)),
            files: vec![file(FileName::Control), file(FileName::CommitLog), file(FileName::Relation(RelationId(16)))],
        };
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
}
