//! The one shape in which everything is told.

use crate::types::{Lsn, Micros, Value};
use crate::wal::Kind;
use core::ops::Range;

/// A stretch of bytes with a name and a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A code: `xid`, `hole_offset`.
    pub name: &'static str,
    /// Which one of several of the same name: the number of a slot, a value, a subtransaction.
    pub index: Option<u32>,
    /// The bytes, counted from the beginning of the thing.
    pub range: Range<u32>,
    pub meaning: Meaning,
    /// What it is made of; the parts cover it.
    pub fields: Vec<Field>,
}

/// What the bytes of a field mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Its fields say all.
    Group,
    /// Bytes that say no more than they are.
    Bytes,
    /// Bytes that nobody uses.
    Unused,
    /// Bytes that could not be decoded.
    Undecoded,
    Number(u64),
    Lsn(Lsn),
    Time(Micros),
    Kind(Kind),
    /// One of a few: a page's form in a record, a value's type, a transaction's fate.
    Code(&'static str),
    Text(String),
    /// A value of a row.
    Value(Value),
    /// A checksum, and whether it agrees; `None` where it is set only later.
    Checksum {
        stored: u32,
        agrees: Option<bool>,
    },
}

/// What is wrong with bytes, and where that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    pub at: u32,
    pub why: Why,
}

/// What can be wrong with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They end before all has been told.
    CutShort,
    /// They go on when all has been told.
    LeftOver,
    /// A length that does not agree with what is there.
    BadLength,
    /// The checksum disagrees: damaged, or not written whole.
    BadChecksum,
    /// They do not begin as such a thing begins, or in another version.
    BadMagic,
    /// A number that stands for nothing known: of a record's kind, a page's form, a value's type.
    UnknownCode,
    /// What should be text is not UTF-8.
    NotText,
    /// What should be zero is not.
    NotZero,
    /// A slot points where no row version can be.
    BadSlot,
    /// A line that does not read as it should.
    BadLine,
}

impl Why {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Why::CutShort => "cut_short",
            Why::LeftOver => "left_over",
            Why::BadLength => "bad_length",
            Why::BadChecksum => "bad_checksum",
            Why::BadMagic => "bad_magic",
            Why::UnknownCode => "unknown_code",
            Why::NotText => "not_text",
            Why::NotZero => "not_zero",
            Why::BadSlot => "bad_slot",
            Why::BadLine => "bad_line",
        }
    }
}

/// Where a part of a record stands in the log: a record that goes through several segments has several parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where the part begins in the record.
    pub offset: u32,
    pub lsn: Lsn,
    pub bytes: u32,
}

/// Bytes and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// A code: `record`, `segment_header`, `page`.
    pub what: &'static str,
    pub bytes: Vec<u8>,
    /// They cover the bytes, in their order.
    pub fields: Vec<Field>,
    /// What is wrong, in the order in which it was found; nothing if the engine can read these bytes.
    pub troubles: Vec<Trouble>,
    /// For what stands in the log: where.
    pub places: Vec<Place>,
}

impl Decoded {
    /// The position in the log of a byte.
    pub fn lsn_of(&self, offset: u32) -> Option<Lsn> {
        let place = self.places.iter().find(|place| offset >= place.offset && offset - place.offset < place.bytes)?;
        Some(place.lsn.advanced(u64::from(offset - place.offset)))
    }

    /// The positions in the log that a range of bytes takes up: several if a segment ends in it.
    pub fn lsns_of(&self, range: &Range<u32>) -> Vec<(Lsn, Lsn)> {
        let parts = self.places.iter().filter_map(|place| {
            let from = range.start.max(place.offset);
            let to = range.end.min(place.offset.saturating_add(place.bytes));
            let at = |offset: u32| place.lsn.advanced(u64::from(offset - place.offset));
            (from < to).then(|| (at(from), at(to)))
        });
        parts.collect()
    }

    /// A field by its names from the outside in, the first of each.
    pub fn field(&self, path: &[&str]) -> Option<&Field> {
        let mut fields = &self.fields;
        let mut found = None;
        for name in path {
            let field = fields.iter().find(|field| field.name == *name)?;
            fields = &field.fields;
            found = Some(field);
        }
        found
    }

    /// The fields that are made of no others, in the order of their bytes.
    pub fn leaves(&self) -> Vec<&Field> {
        fn collect<'a>(fields: &'a [Field], into: &mut Vec<&'a Field>) {
            for field in fields {
                if field.fields.is_empty() { into.push(field) } else { collect(&field.fields, into) }
            }
        }
        let mut leaves = Vec::new();
        collect(&self.fields, &mut leaves);
        leaves
    }
}
