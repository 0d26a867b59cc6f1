//! Checkpoints: from where a recovery has to read.
//!
//! A checkpoint notes the *redo pointer*, the place in the log where it begins; then every page that is dirty is written to the
//! data files; then a checkpoint record goes into the log, and the control file points at it. Whatever was logged before the redo
//! pointer is in the data files from then on. The first change of a page after the redo pointer carries the whole page.
//!
//! The control file:
//!
//! ```text
//!  0  magic        4  "PCTL"
//!  4  system       8
//! 12  timeline     4
//! 16  checkpoint   8  LSN of the last checkpoint's record
//! 24  redo         8  its redo pointer
//! 32  next XID     4
//! 36  next relation 4
//! 40  checksum     4  CRC-32C of the 40 bytes before
//! ```

use crate::codec::{Reader, Writer, crc32c};
use crate::types::{Lsn, RelationId, TimelineId, Xid};

/// How the control file begins.
pub const MAGIC: u32 = u32::from_le_bytes(*b"PCTL");

/// What the control file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    pub system: u64,
    pub timeline: TimelineId,
    pub checkpoint: Lsn,
    pub redo: Lsn,
    pub next_xid: Xid,
    pub next_relation: RelationId,
}

impl Control {
    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u32(MAGIC);
        out.u64(self.system);
        out.timeline(self.timeline);
        out.lsn(self.checkpoint);
        out.lsn(self.redo);
        out.xid(self.next_xid);
        out.relation(self.next_relation);
        let mut bytes = out.finish();
        bytes.extend_from_slice(&crc32c(&[&bytes]).to_le_bytes());
        bytes
    }

    /// Reads the file's bytes; `None` if they are damaged.
    pub fn decode(bytes: &[u8]) -> Option<Control> {
        let mut from = Reader::new(bytes);
        let magic = from.u32()?;
        let control = Control {
            system: from.u64()?,
            timeline: from.timeline()?,
            checkpoint: from.lsn()?,
            redo: from.lsn()?,
            next_xid: from.xid()?,
            next_relation: from.relation()?,
        };
        let checksum = from.u32()?;
        let agrees = magic == MAGIC && from.is_empty() && checksum == crc32c(&[bytes.get(..40)?]);
        agrees.then_some(control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_control_file_is_refused() {
        let control = Control {
            system: 7,
            timeline: TimelineId(1),
            checkpoint: Lsn(0x1100),
            redo: Lsn(0x10C0),
            next_xid: Xid(101),
            next_relation: RelationId(18),
        };
        let bytes = control.encode();
        assert_eq!(Control::decode(&bytes), Some(control));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Control::decode(&damaged), None);
        }
        assert_eq!(Control::decode(&bytes[..43]), None);
    }
}
