//! Pages and row versions, told: see `storage` for the layouts.
//!
//! A page is told in the order of its bytes: the header, the slots, the unused bytes, the row versions. A page image in a record is the
//! same without the unused bytes.

use super::walk::{Stop, Walk};
use super::{Decoded, Field, Meaning, Trouble, Why};
use crate::codec::crc32c;
use crate::types::Value;
use core::ops::Range;

const HEADER_BYTES: usize = 24;
const SLOT_BYTES: usize = 4;
const CHECKSUM: Range<usize> = 8..12;

/// Tells what a page holds, from its bytes as they stand in the data file.
pub fn decode_page(bytes: &[u8]) -> Decoded {
    let mut walk = Walk::new(bytes);
    let agrees = |stored| {
        let around = (bytes.get(..CHECKSUM.start)?, bytes.get(CHECKSUM.end..)?);
        Some(crc32c(&[around.0, &[0; 4], around.1]) == stored)
    };
    let done = page(&mut walk, bytes, None, agrees);
    walk.decoded("page", done)
}

/// Tells what a row version holds.
pub fn decode_row(bytes: &[u8]) -> Decoded {
    let mut walk = Walk::new(bytes);
    let done = row(&mut walk);
    let mut decoded = walk.decoded("row", done);
    // The one group is the thing itself.
    if let [Field { name: "row", .. }] = decoded.fields.as_slice() {
        decoded.fields = decoded.fields.remove(0).fields;
    }
    decoded
}

/// A page image of that many bytes. A page in memory has no checksum of its own yet.
pub fn image(walk: &mut Walk<'_>, length: usize, hole_offset: u16, hole_bytes: u16) -> Result<(), Stop> {
    if length > walk.left() {
        return Err(Stop(Why::CutShort));
    }
    let (from, bytes) = (walk.place(), walk.peek(length));
    let mut inner = Walk::based(bytes, from);
    let hole = usize::from(hole_offset)..usize::from(hole_offset) + usize::from(hole_bytes);
    let done = page(&mut inner, bytes, Some(hole), |_| None);
    let (fields, troubles) = inner.finish(done);
    walk.group("image", |walk| walk.splice(length, fields, troubles))
}

/// A page, of which the bytes of `hole` may be left out.
fn page(
    walk: &mut Walk<'_>,
    bytes: &[u8],
    hole: Option<Range<usize>>,
    agrees: impl FnOnce(u32) -> Option<bool>,
) -> Result<(), Stop> {
    walk.lsn("page_lsn")?;
    walk.checksum(agrees)?;
    let slots = walk.u16("slots")?;
    walk.u16("rows_from")?;
    walk.u32("relation")?;
    walk.u32("block")?;
    debug_assert_eq!(walk.at(), HEADER_BYTES);
    let mut rows: Vec<(Range<usize>, u32)> = Vec::new();
    for slot in 0..u32::from(slots) {
        let mut place = 0..0;
        walk.group("slot", |walk| {
            let offset = usize::from(walk.u16("offset")?);
            let length = usize::from(walk.u16("length")?);
            place = offset..offset + length;
            Ok(())
        })?;
        walk.index_last(slot);
        match without(&place, hole.as_ref()).filter(|place| place.end <= bytes.len()) {
            Some(place) => rows.push((place, slot)),
            None => walk.note(Why::BadSlot),
        }
    }
    debug_assert_eq!(walk.at(), HEADER_BYTES + usize::from(slots) * SLOT_BYTES);
    rows.sort_by_key(|(place, slot)| (place.start, *slot));
    for (place, slot) in rows {
        let Some(gap) = place.start.checked_sub(walk.at()) else {
            walk.note(Why::BadSlot);
            continue;
        };
        walk.raw("free", gap, Meaning::Unused)?;
        one_row(walk, place.len())?;
        walk.index_last(slot);
    }
    let rest = walk.left();
    walk.raw("free", rest, Meaning::Unused).map(drop)
}

/// Where a stretch of the page stands in the bytes around a hole; `None` if the hole cuts it.
fn without(place: &Range<usize>, hole: Option<&Range<usize>>) -> Option<Range<usize>> {
    match hole {
        Some(hole) if place.start >= hole.end => Some(place.start - hole.len()..place.end - hole.len()),
        Some(hole) if place.end > hole.start => None,
        _ => Some(place.clone()),
    }
}

/// A row version of that many bytes, whatever they are: one that cannot be told leaves the others alone.
fn one_row(walk: &mut Walk<'_>, length: usize) -> Result<(), Stop> {
    let mut inner = Walk::based(walk.peek(length), walk.place());
    let done = row_fields(&mut inner);
    let (fields, troubles): (Vec<Field>, Vec<Trouble>) = inner.finish(done);
    walk.group("row", |walk| walk.splice(length, fields, troubles))
}

/// A row version that takes all that is left.
pub fn row(walk: &mut Walk<'_>) -> Result<(), Stop> {
    let left = walk.left();
    if left == 0 {
        return Err(Stop(Why::CutShort));
    }
    one_row(walk, left)
}

fn row_fields(walk: &mut Walk<'_>) -> Result<(), Stop> {
    walk.u32("xmin")?;
    walk.u32("xmax")?;
    let columns = walk.u16("columns")?;
    for column in 0..u32::from(columns) {
        let mut value = None;
        walk.group("value", |walk| {
            value = Some(one_value(walk)?);
            Ok(())
        })?;
        walk.index_last(column);
        walk.mean_last(value.map_or(Meaning::Group, Meaning::Value));
    }
    Ok(())
}

fn one_value(walk: &mut Walk<'_>) -> Result<Value, Stop> {
    let code = |byte: u8| {
        let name = ["null", "int", "text", "bool", "timestamp"].get(usize::from(byte))?;
        Some((byte, Meaning::Code(name)))
    };
    Ok(match walk.code("type", code)? {
        0 => Value::Null,
        1 => Value::Int(walk.i64("int")?),
        2 => Value::Text(walk.text_inline()?.to_owned()),
        3 => Value::Bool(walk.bool("bool")?),
        _ => Value::Timestamp(walk.time("timestamp")?.0),
    })
}
