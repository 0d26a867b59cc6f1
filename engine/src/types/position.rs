//! Places: in the log, in the history of timelines, in the data files.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// A position in the log: one 64-bit byte position, printed as two hex halves, `0/16B3748`.
///
/// The text form is PostgreSQL's (`pg_lsn`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Lsn(pub u64);

impl Lsn {
    /// No position: the log never has a record here.
    pub const ZERO: Lsn = Lsn(0);

    /// The position `bytes` further on; stays at the end of the 64 bits.
    pub fn advanced(self, bytes: u64) -> Lsn {
        Lsn(self.0.saturating_add(bytes))
    }

    /// The next multiple of `bytes` from here on; the end of the 64 bits if there is none.
    pub fn rounded_up(self, bytes: u64) -> Lsn {
        Lsn(self.0.checked_next_multiple_of(bytes).unwrap_or(u64::MAX))
    }

    /// The bytes from `earlier` to here; 0 if it is later.
    pub fn since(self, earlier: Lsn) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xFFFF_FFFF)
    }
}

/// A text is not an LSN: it wants two hex numbers of up to eight digits and a slash between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnLsn;

impl FromStr for Lsn {
    type Err = NotAnLsn;

    fn from_str(text: &str) -> Result<Lsn, NotAnLsn> {
        let half = |digits: &str| {
            let hex = !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            if hex { u64::from_str_radix(digits, 16).map_err(|_| NotAnLsn) } else { Err(NotAnLsn) }
        };
        let (high, low) = text.split_once('/').ok_or(NotAnLsn)?;
        Ok(Lsn(half(high)? << 32 | half(low)?))
    }
}

/// The number of a transaction that writes. 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Xid(pub u32);

impl Xid {
    /// No transaction.
    pub const NONE: Xid = Xid(0);
}

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A branch of the log's history. The first is 1; each promotion takes the next free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimelineId(pub u32);

impl TimelineId {
    /// The timeline of a new database.
    pub const FIRST: TimelineId = TimelineId(1);
}

impl fmt::Display for TimelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a log segment: its first byte's position divided by the segment size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SegmentNumber(pub u64);

impl SegmentNumber {
    /// The segment after this one.
    pub fn next(self) -> SegmentNumber {
        SegmentNumber(self.0 + 1)
    }
}

/// How long a segment is, in bytes: a power of two from 1 KiB to 1 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SegmentSize(u32);

impl SegmentSize {
    /// Small enough to see several segments in an hour of a small shop.
    pub const TEACHING: SegmentSize = SegmentSize(4096);

    /// A size, if it is a power of two within the bounds.
    pub fn new(bytes: u32) -> Option<SegmentSize> {
        (bytes.is_power_of_two() && (1 << 10..=1 << 30).contains(&bytes)).then_some(SegmentSize(bytes))
    }

    /// The length in bytes.
    pub fn bytes(self) -> u32 {
        self.0
    }

    /// The segment that holds a position.
    pub fn segment_of(self, lsn: Lsn) -> SegmentNumber {
        SegmentNumber(lsn.0 / u64::from(self.0))
    }

    /// A position's offset in its segment.
    pub fn offset_of(self, lsn: Lsn) -> u32 {
        (lsn.0 % u64::from(self.0)) as u32
    }

    /// The position of a segment's first byte.
    pub fn start_of(self, segment: SegmentNumber) -> Lsn {
        Lsn(segment.0.saturating_mul(u64::from(self.0)))
    }

    /// The file name of a segment: 24 hex digits for timeline, high and low part of the number, as PostgreSQL names them.
    pub fn file_name(self, timeline: TimelineId, segment: SegmentNumber) -> String {
        let per_high = 0x1_0000_0000 / u64::from(self.0);
        format!("{:08X}{:08X}{:08X}", timeline.0, segment.0 / per_high, segment.0 % per_high)
    }
}

/// A relation: a table's file of pages. Relation 1 is the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RelationId(pub u32);

impl RelationId {
    /// The table of tables.
    pub const CATALOG: RelationId = RelationId(1);
    /// The first that a table can get.
    pub const FIRST_TABLE: RelationId = RelationId(16);
}

/// A page: a block of a relation's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PageId {
    pub relation: RelationId,
    pub block: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_lsn_reads_back_what_it_prints() {
        for (lsn, text) in [(0x16B_3748, "0/16B3748"), (u64::MAX, "FFFFFFFF/FFFFFFFF"), (1 << 32, "1/0"), (0, "0/0")] {
            assert_eq!(Lsn(lsn).to_string(), text);
            assert_eq!(text.parse(), Ok(Lsn(lsn)));
        }
        assert_eq!("0/16b3748".parse(), Ok(Lsn(0x16B_3748)));
        for text in ["", "/", "0/", "/0", "0", "0/0/0", "0/123456789", "0/-1", "0/+1", "x/1", " 0/1", "0x0/1"] {
            assert_eq!(text.parse::<Lsn>(), Err(NotAnLsn), "{text:?}");
        }
    }

    #[test]
    fn positions_stay_within_64_bits() {
        assert_eq!(Lsn(0x1021).rounded_up(8), Lsn(0x1028));
        assert_eq!(Lsn(u64::MAX - 7).rounded_up(8), Lsn(u64::MAX - 7));
        assert_eq!(Lsn(u64::MAX - 6).rounded_up(8), Lsn(u64::MAX));
        assert_eq!(Lsn(u64::MAX).advanced(1), Lsn(u64::MAX));
    }

    #[test]
    fn a_segment_has_its_name_and_place() {
        let size = SegmentSize::new(16 << 20).unwrap();
        assert_eq!(size.file_name(TimelineId(1), SegmentNumber(10)), "00000001000000000000000A");
        assert_eq!(size.file_name(TimelineId(2), SegmentNumber(0x1FF)), "0000000200000001000000FF");
        assert_eq!(size.segment_of(Lsn(0x0100_0000)), SegmentNumber(1));
        assert_eq!(size.offset_of(Lsn(0x0100_0028)), 0x28);
        assert_eq!(SegmentSize::new(5000), None);
        assert_eq!(SegmentSize::new(512), None);
    }
}
