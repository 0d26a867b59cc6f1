//! A log record's bytes, told: see `wal` for the layout.

use super::page::{image, row};
use super::walk::{Stop, Walk};
use super::{Decoded, Meaning, Why};
use crate::wal::{HEADER_BYTES, Kind, Record};

/// Tells what a record says, from its bytes put together.
pub fn decode_record(bytes: &[u8]) -> Decoded {
    let mut walk = Walk::new(bytes);
    let done = record(&mut walk, bytes);
    walk.decoded("record", done)
}

fn record(walk: &mut Walk<'_>, bytes: &[u8]) -> Result<(), Stop> {
    let length = walk.u32("length")?;
    if length as usize != bytes.len() {
        walk.note(Why::BadLength);
    }
    walk.u32("xid")?;
    walk.lsn("previous")?;
    let kind = walk.code("kind", |byte| Kind::decode(byte).map(|kind| (kind, Meaning::Kind(kind))));
    // An unknown kind has a checksum all the same.
    walk.zeros("reserved", 3)?;
    walk.checksum(|_| Some(Record::checksum_agrees(bytes)))?;
    debug_assert_eq!(walk.at(), HEADER_BYTES);
    let kind = kind?;
    walk.group("body", |walk| body(walk, kind))
}

fn body(walk: &mut Walk<'_>, kind: Kind) -> Result<(), Stop> {
    match kind {
        Kind::Checkpoint => {
            walk.lsn("redo")?;
            walk.u32("timeline")?;
            next_numbers(walk)
        }
        Kind::SegmentSwitch => Ok(()),
        Kind::RestorePoint => {
            walk.time("time")?;
            walk.text("name").map(drop)
        }
        Kind::BackupStart | Kind::BackupEnd => {
            walk.lsn("redo")?;
            walk.text("label").map(drop)
        }
        Kind::Commit | Kind::Abort => {
            walk.time("time")?;
            let count = walk.u16("subtransactions")?;
            for index in 0..count {
                walk.u32("subtransaction")?;
                walk.index_last(index.into());
            }
            let mut dropped = 0;
            while crate::WHOLE && walk.left() > 0 {
                walk.u32("dropped_relation")?;
                walk.index_last(dropped);
                dropped += 1;
            }
            Ok(())
        }
        Kind::Insert => {
            page_change(walk, "page")?;
            walk.u16("slot")?;
            row(walk)
        }
        Kind::Update => {
            page_change(walk, "old_page")?;
            walk.u16("old_slot")?;
            page_change(walk, "new_page")?;
            walk.u16("new_slot")?;
            row(walk)
        }
        Kind::Delete => {
            page_change(walk, "page")?;
            walk.u16("slot").map(drop)
        }
        Kind::CreateRelation | Kind::Lock => walk.u32("relation").map(drop),
        Kind::Sequence => {
            walk.u32("relation")?;
            row(walk)
        }
        Kind::TimelineStart => {
            walk.u32("timeline")?;
            walk.u32("parent")?;
            next_numbers(walk)
        }
    }
}

fn next_numbers(walk: &mut Walk<'_>) -> Result<(), Stop> {
    walk.u32("next_xid")?;
    walk.u32("next_relation")?;
    walk.time("time").map(drop)
}

fn page_change(walk: &mut Walk<'_>, name: &'static str) -> Result<(), Stop> {
    walk.group(name, |walk| {
        walk.u32("relation")?;
        walk.u32("block")?;
        let is_image = walk.code("form", |byte| match byte {
            0 => Some((false, Meaning::Code("change"))),
            1 => Some((false, Meaning::Code("new"))),
            2 => Some((true, Meaning::Code("image"))),
            _ => None,
        })?;
        if !is_image {
            return Ok(());
        }
        let hole_offset = walk.u16("hole_offset")?;
        let hole_bytes = walk.u16("hole_bytes")?;
        let length = walk.u32("image_length")?;
        image(walk, length as usize, hole_offset, hole_bytes)
    })
}
