//! The header at the beginning of each log segment.
//!
//! ```text
//!  0  magic           4  "PLOG"
//!  4  version         2
//!  6  reserved        2  0
//!  8  timeline        4
//! 12  segment size    4  bytes
//! 16  first position  8  the LSN of this header's first byte
//! 24  system          8  the database that wrote it
//! 32  continued       4  bytes of a record that began in an earlier segment and goes on right behind this header
//! 36  checksum        4  CRC-32C of the 36 bytes before
//! ```

use crate::codec::{Reader, Writer, crc32c};
use crate::types::{Lsn, SegmentSize, TimelineId};

/// The length of a segment's header.
pub const SEGMENT_HEADER_BYTES: usize = 40;

/// How a segment begins.
pub const MAGIC: u32 = u32::from_le_bytes(*b"PLOG");
const VERSION: u16 = 1;

/// What a segment says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader {
    pub timeline: TimelineId,
    pub size: SegmentSize,
    pub start: Lsn,
    pub system: u64,
    /// Bytes of a record begun earlier that follow the header.
    pub continued: u32,
}

impl SegmentHeader {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut writer = Writer::default();
        writer.u32(MAGIC);
        writer.u16(VERSION);
        writer.u16(0);
        writer.timeline(self.timeline);
        writer.u32(self.size.bytes());
        writer.lsn(self.start);
        writer.u64(self.system);
        writer.u32(self.continued);
        let fields = writer.finish();
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        let (head, checksum) = bytes.split_at_mut(36);
        head.copy_from_slice(&fields);
        checksum.copy_from_slice(&crc32c(&[&fields]).to_le_bytes());
        bytes
    }

    /// Reads a header; `None` if the bytes are not one.
    pub fn decode(bytes: &[u8]) -> Option<SegmentHeader> {
        let fields = bytes.get(..36)?;
        let mut reader = Reader::new(bytes);
        let magic = reader.u32()?;
        let version = reader.u16()?;
        let reserved = reader.u16()?;
        let header = SegmentHeader {
            timeline: reader.timeline()?,
            size: SegmentSize::new(reader.u32()?)?,
            start: reader.lsn()?,
            system: reader.u64()?,
            continued: reader.u32()?,
        };
        let checksum = reader.u32()?;
        (magic == MAGIC && version == VERSION && reserved == 0 && checksum == crc32c(&[fields])).then_some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_is_seen() {
        let header = SegmentHeader {
            timeline: TimelineId(2),
            size: SegmentSize::TEACHING,
            start: Lsn(0x3000),
            system: 7,
            continued: 12,
        };
        let bytes = header.encode();
        assert_eq!(SegmentHeader::decode(&bytes), Some(header));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            // Two reserved bytes are covered by the checksum as well.
            assert_eq!(SegmentHeader::decode(&damaged), None, "bit {bit}");
        }
        assert_eq!(SegmentHeader::decode(&bytes[..39]), None);
    }
}
