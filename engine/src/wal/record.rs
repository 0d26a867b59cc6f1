//! A log record and its bytes.
//!
//! ```text
//!  0  length     4  bytes of the record, this header included
//!  4  XID        4  the transaction that it belongs to; 0 for none
//!  8  previous   8  the LSN of the record before; 0 for the first
//! 16  kind       1
//! 17  reserved   3  0
//! 20  checksum   4  CRC-32C of the 20 bytes before and of the body
//! 24  body          by kind, see [`Body`]
//! ```
//!
//! The link to the record before is what tells a record from the leftovers of an earlier use of the same file, and makes the log's
//! order its own witness. The shape of the header is PostgreSQL's (`XLogRecord`).

use crate::codec::{Reader, Writer, crc32c};
use crate::types::{Lsn, Micros, PageId, RelationId, TimelineId, Xid};
use serde::{Deserialize, Serialize};

/// The length of a record's header.
pub const HEADER_BYTES: usize = 24;

/// What a record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    Checkpoint = 1,
    SegmentSwitch = 2,
    RestorePoint = 3,
    BackupStart = 4,
    BackupEnd = 5,
    Commit = 6,
    Abort = 7,
    Insert = 8,
    Update = 9,
    Delete = 10,
    CreateRelation = 11,
    TimelineStart = 12,
    Sequence = 13,
    Lock = 14,
}

impl Kind {
    /// The kind that a byte of a record's header stands for.
    pub fn decode(byte: u8) -> Option<Kind> {
        Some(match byte {
            1 => Kind::Checkpoint,
            2 => Kind::SegmentSwitch,
            3 => Kind::RestorePoint,
            4 => Kind::BackupStart,
            5 => Kind::BackupEnd,
            6 => Kind::Commit,
            7 => Kind::Abort,
            8 => Kind::Insert,
            9 => Kind::Update,
            10 => Kind::Delete,
            11 => Kind::CreateRelation,
            12 => Kind::TimelineStart,
            13 => Kind::Sequence,
            14 => Kind::Lock,
            _ => return None,
        })
    }
}

/// A record as it stands in the log. Rows and page images are slices of the log's own bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    pub xid: Xid,
    pub previous: Lsn,
    pub body: Body<'a>,
}

/// What a record says happened, by kind. After each field its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// Everything before `redo` (8) is in the data files. With it what a server must know to go on: `timeline` (4), `next_xid` (4),
    /// `next_relation` (4) and the `time` (8).
    Checkpoint { redo: Lsn, timeline: TimelineId, next_xid: Xid, next_relation: RelationId, time: Micros },
    /// The rest of the segment is empty; the log goes on in the next.
    SegmentSwitch,
    /// `time` (8), `name` (2 + n).
    RestorePoint { time: Micros, name: &'a str },
    /// A base backup began whose recovery reads from `redo` (8); `label` (2 + n).
    BackupStart { redo: Lsn, label: &'a str },
    /// The copying of that backup is over: a recovery that has come so far is consistent. `redo` (8), `label` (2 + n).
    BackupEnd { redo: Lsn, label: &'a str },
    /// The commit timestamp (8), the number (2) and XIDs (4 each) of committed subtransactions; then the relations whose files are
    /// given up (4 each).
    Commit {
        time: Micros,
        subtransactions: Vec<Xid>,
        #[cfg(feature = "whole")]
        dropped: Vec<RelationId>,
    },
    /// The timestamp (8), the number (2) and XIDs (4 each) of subtransactions; then the relations that were made, whose files are given
    /// up (4 each).
    Abort {
        time: Micros,
        subtransactions: Vec<Xid>,
        #[cfg(feature = "whole")]
        dropped: Vec<RelationId>,
    },
    /// A new row version in `slot` (2) of a page.
    Insert { page: PageChange<'a>, slot: u16, row: &'a [u8] },
    /// A row version gets a successor: the old one in `old_slot` (2), the new in `new_slot` (2) of a page that may be the same one.
    Update { old: PageChange<'a>, old_slot: u16, new: PageChange<'a>, new_slot: u16, row: &'a [u8] },
    /// The row version in `slot` (2) is deleted by the record's transaction.
    Delete { page: PageChange<'a>, slot: u16 },
    /// A file for a new table: `relation` (4).
    CreateRelation { relation: RelationId },
    /// The first record of a timeline that a recovery began: `timeline` (4), its `parent` (4), and as in a checkpoint.
    TimelineStart { timeline: TimelineId, parent: TimelineId, next_xid: Xid, next_relation: RelationId, time: Micros },
    /// The one row of a sequence's page, as it stands when all values that were logged in advance have been drawn: `relation` (4), then the row.
    Sequence { relation: RelationId, row: &'a [u8] },
    /// The record's transaction has locked a table against all others: `relation` (4).
    Lock { relation: RelationId },
}

/// A page that a record changes: `relation` (4), `block` (4), `form` (1), then the image if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageChange<'a> {
    pub page: PageId,
    pub form: PageForm<'a>,
}

/// How a page is to be had before the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageForm<'a> {
    /// It is in the data file, or came from an earlier record.
    Change,
    /// It is new: begin with an empty one.
    New,
    /// This is the page *after* the change: the first change since a checkpoint carries the whole page, so that a torn or
    /// half-copied page in the data file does no harm.
    Image(PageImage<'a>),
    /// The same, its bytes [compressed](super::pack).
    Packed(PageImage<'a>),
}

/// A page without the unused bytes in its middle: `hole_offset` (2), `hole_bytes` (2), `bytes` (4 + n).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageImage<'a> {
    pub hole_offset: u16,
    pub hole_bytes: u16,
    pub bytes: &'a [u8],
}

impl Body<'_> {
    /// The kind that stands in the header.
    pub fn kind(&self) -> Kind {
        match self {
            Body::Checkpoint { .. } => Kind::Checkpoint,
            Body::SegmentSwitch => Kind::SegmentSwitch,
            Body::RestorePoint { .. } => Kind::RestorePoint,
            Body::BackupStart { .. } => Kind::BackupStart,
            Body::BackupEnd { .. } => Kind::BackupEnd,
            Body::Commit { .. } => Kind::Commit,
            Body::Abort { .. } => Kind::Abort,
            Body::Insert { .. } => Kind::Insert,
            Body::Update { .. } => Kind::Update,
            Body::Delete { .. } => Kind::Delete,
            Body::CreateRelation { .. } => Kind::CreateRelation,
            Body::TimelineStart { .. } => Kind::TimelineStart,
            Body::Sequence { .. } => Kind::Sequence,
            Body::Lock { .. } => Kind::Lock,
        }
    }

    /// Whether it is a commit or an abort.
    pub fn ends_transaction(&self) -> bool {
        matches!(self, Body::Commit { .. } | Body::Abort { .. })
    }

    fn encode(&self, out: &mut Writer) {
        match self {
            Body::Checkpoint { redo, timeline, next_xid, next_relation, time } => {
                out.lsn(*redo);
                out.timeline(*timeline);
                out.xid(*next_xid);
                out.relation(*next_relation);
                out.time(*time);
            }
            Body::SegmentSwitch => {}
            Body::RestorePoint { time, name } => {
                out.time(*time);
                out.text(name);
            }
            Body::BackupStart { redo, label } | Body::BackupEnd { redo, label } => {
                out.lsn(*redo);
                out.text(label);
            }
            Body::Commit { time, subtransactions, .. } | Body::Abort { time, subtransactions, .. } => {
                out.time(*time);
                out.u16(subtransactions.len() as u16);
                for xid in subtransactions {
                    out.xid(*xid);
                }
                #[cfg(feature = "whole")]
                if let Body::Commit { dropped, .. } | Body::Abort { dropped, .. } = self {
                    dropped.iter().for_each(|relation| out.relation(*relation));
                }
            }
            Body::Insert { page, slot, row } => {
                page.encode(out);
                out.u16(*slot);
                out.raw(row);
            }
            Body::Update { old, old_slot, new, new_slot, row } => {
                old.encode(out);
                out.u16(*old_slot);
                new.encode(out);
                out.u16(*new_slot);
                out.raw(row);
            }
            Body::Delete { page, slot } => {
                page.encode(out);
                out.u16(*slot);
            }
            Body::CreateRelation { relation } | Body::Lock { relation } => out.relation(*relation),
            Body::Sequence { relation, row } => {
                out.relation(*relation);
                out.raw(row);
            }
            Body::TimelineStart { timeline, parent, next_xid, next_relation, time } => {
                out.timeline(*timeline);
                out.timeline(*parent);
                out.xid(*next_xid);
                out.relation(*next_relation);
                out.time(*time);
            }
        }
    }
}

impl<'a> Body<'a> {
    #[cfg_attr(feature = "whole", inline(always))]
    fn decode(kind: Kind, bytes: &'a [u8]) -> Option<Body<'a>> {
        let mut from = Reader::new(bytes);
        let body = match kind {
            Kind::Checkpoint => Body::Checkpoint {
                redo: from.lsn()?,
                timeline: from.timeline()?,
                next_xid: from.xid()?,
                next_relation: from.relation()?,
                time: from.time()?,
            },
            Kind::SegmentSwitch => Body::SegmentSwitch,
            Kind::RestorePoint => Body::RestorePoint { time: from.time()?, name: from.text()? },
            Kind::BackupStart => Body::BackupStart { redo: from.lsn()?, label: from.text()? },
            Kind::BackupEnd => Body::BackupEnd { redo: from.lsn()?, label: from.text()? },
            Kind::Commit => Body::Commit {
                time: from.time()?,
                subtransactions: subtransactions(&mut from)?,
                #[cfg(feature = "whole")]
                dropped: relations(&mut from)?,
            },
            Kind::Abort => Body::Abort {
                time: from.time()?,
                subtransactions: subtransactions(&mut from)?,
                #[cfg(feature = "whole")]
                dropped: relations(&mut from)?,
            },
            Kind::Insert => Body::Insert { page: PageChange::decode(&mut from)?, slot: from.u16()?, row: from.rest() },
            Kind::Update => Body::Update {
                old: PageChange::decode(&mut from)?,
                old_slot: from.u16()?,
                new: PageChange::decode(&mut from)?,
                new_slot: from.u16()?,
                row: from.rest(),
            },
            Kind::Delete => Body::Delete { page: PageChange::decode(&mut from)?, slot: from.u16()? },
            Kind::CreateRelation => Body::CreateRelation { relation: from.relation()? },
            Kind::Sequence => Body::Sequence { relation: from.relation()?, row: from.rest() },
            Kind::Lock => Body::Lock { relation: from.relation()? },
            Kind::TimelineStart => Body::TimelineStart {
                timeline: from.timeline()?,
                parent: from.timeline()?,
                next_xid: from.xid()?,
                next_relation: from.relation()?,
                time: from.time()?,
            },
        };
        from.is_empty().then_some(body)
    }
}

fn subtransactions(from: &mut Reader<'_>) -> Option<Vec<Xid>> {
    let count = from.u16()?;
    let bytes = usize::from(count) * 4;
    let fits = if crate::WHOLE { from.left() >= bytes } else { from.left() == bytes };
    if !fits {
        return None;
    }
    (0..count).map(|_| from.xid()).collect()
}

/// As many as there are.
#[cfg(feature = "whole")]
fn relations(from: &mut Reader<'_>) -> Option<Vec<RelationId>> {
    (0..from.left() / 4).map(|_| from.relation()).collect()
}

impl<'a> PageChange<'a> {
    fn encode(&self, out: &mut Writer) {
        out.relation(self.page.relation);
        out.u32(self.page.block);
        match &self.form {
            PageForm::Change => out.u8(0),
            PageForm::New => out.u8(1),
            PageForm::Image(image) | PageForm::Packed(image) => {
                out.u8(if matches!(self.form, PageForm::Image(_)) { 2 } else { 3 });
                out.u16(image.hole_offset);
                out.u16(image.hole_bytes);
                out.long(image.bytes);
            }
        }
    }

    #[cfg_attr(feature = "whole", inline(always))]
    fn decode(from: &mut Reader<'a>) -> Option<PageChange<'a>> {
        let page = PageId { relation: from.relation()?, block: from.u32()? };
        let form = match from.u8()? {
            0 => PageForm::Change,
            1 => PageForm::New,
            form @ (2 | 3) if form == 2 || crate::WHOLE => {
                let image = PageImage { hole_offset: from.u16()?, hole_bytes: from.u16()?, bytes: from.long()? };
                if form == 2 { PageForm::Image(image) } else { PageForm::Packed(image) }
            }
            _ => return None,
        };
        Some(PageChange { page, form })
    }
}

impl<'a> Record<'a> {
    /// The record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.u32(0);
        writer.xid(self.xid);
        writer.lsn(self.previous);
        writer.u8(self.body.kind() as u8);
        writer.raw(&[0; 3]);
        writer.u32(0);
        self.body.encode(&mut writer);
        let mut bytes = writer.finish();
        let length = bytes.len() as u32;
        bytes[0..4].copy_from_slice(&length.to_le_bytes());
        let checksum = crc32c(&[&bytes[..20], &bytes[HEADER_BYTES..]]);
        bytes[20..24].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Whether the checksum of these bytes, of which the first four are their length, agrees.
    pub fn checksum_agrees(bytes: &[u8]) -> bool {
        let (Some(head), Some(checksum), Some(body)) = (bytes.get(..20), bytes.get(20..24), bytes.get(HEADER_BYTES..))
        else {
            return false;
        };
        checksum == crc32c(&[head, body]).to_le_bytes()
    }

    /// Reads a record whose checksum agrees; `None` if its kind or body is none that this engine writes.
    #[cfg_attr(feature = "whole", inline(always))]
    pub fn decode(bytes: &'a [u8]) -> Option<Record<'a>> {
        let mut from = Reader::new(bytes);
        let length = from.u32()?;
        let xid = from.xid()?;
        let previous = from.lsn()?;
        let kind = Kind::decode(from.u8()?)?;
        let reserved = from.raw(3)?;
        from.u32()?;
        if usize::try_from(length) != Ok(bytes.len()) || reserved != [0; 3] {
            return None;
        }
        Some(Record { xid, previous, body: Body::decode(kind, from.rest())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one_of_each() -> Vec<Body<'static>> {
        let page = |block, form| PageChange { page: PageId { relation: RelationId(16), block }, form };
        let image = PageImage { hole_offset: 40, hole_bytes: 8000, bytes: &[1, 2, 3] };
        let (time, redo) = (Micros(-5), Lsn(0x1028));
        let (next_xid, next_relation, timeline) = (Xid(101), RelationId(18), TimelineId(1));
        vec![
            Body::Checkpoint { redo, timeline, next_xid, next_relation, time },
            Body::SegmentSwitch,
            Body::RestorePoint { time, name: "before the migration" },
            Body::BackupStart { redo, label: "b1" },
            Body::BackupEnd { redo, label: "b1" },
            Body::Commit { time, subtransactions: vec![Xid(7), Xid(9)], dropped: vec![] },
            Body::Commit { time, subtransactions: vec![], dropped: vec![RelationId(16), RelationId(18)] },
            Body::Abort { time, subtransactions: vec![], dropped: vec![] },
            Body::Abort { time, subtransactions: vec![Xid(7)], dropped: vec![RelationId(17)] },
            Body::Insert { page: page(0, PageForm::New), slot: 0, row: b"row" },
            Body::Update {
                old: page(0, PageForm::Change),
                old_slot: 3,
                new: page(1, PageForm::Image(image.clone())),
                new_slot: 0,
                row: b"",
            },
            Body::Delete { page: page(2, PageForm::Change), slot: 9 },
            Body::Delete { page: page(2, PageForm::Packed(PageImage { bytes: &[9], ..image })), slot: 9 },
            Body::CreateRelation { relation: RelationId(17) },
            Body::TimelineStart { timeline: TimelineId(2), parent: timeline, next_xid, next_relation, time },
            Body::Sequence { relation: RelationId(19), row: b"row" },
            Body::Lock { relation: RelationId(17) },
        ]
    }

    #[test]
    fn every_kind_reads_back() {
        for body in one_of_each() {
            let record = Record { xid: Xid(101), previous: Lsn(0x1028), body };
            let bytes = record.encode();
            assert!(Record::checksum_agrees(&bytes));
            assert_eq!(Record::decode(&bytes), Some(record));
        }
    }

    #[test]
    fn no_flipped_bit_passes() {
        for body in one_of_each() {
            let bytes = Record { xid: Xid(101), previous: Lsn(0x1028), body }.encode();
            for bit in 0..bytes.len() * 8 {
                let mut damaged = bytes.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert!(!Record::checksum_agrees(&damaged), "bit {bit}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_record_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0_u8..16) {
            let _ = Record::decode(&bytes);
            let mut framed = bytes;
            if framed.len() >= HEADER_BYTES {
                let length = framed.len() as u32;
                framed[0..4].copy_from_slice(&length.to_le_bytes());
                framed[16] = kind;
                framed[17..20].copy_from_slice(&[0; 3]);
                if let Some(record) = Record::decode(&framed) {
                    let again = record.encode();
                    prop_assert_eq!(Record::decode(&again), Some(record));
                }
            }
        }
    }
}
