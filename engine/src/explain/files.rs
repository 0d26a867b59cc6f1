//! Manifests, control files, the commit log and history files, told: see `backup`, `checkpoint`, `txn` and `recovery` for the layouts.

use super::walk::{Stop, Walk};
use super::{Decoded, Field, Meaning, Trouble, Why};
use crate::backup;
use crate::checkpoint;
use crate::codec::crc32c;
use crate::recovery::without_checksum;
use crate::types::Lsn;
use core::ops::Range;

/// Tells what a base backup's manifest says.
pub fn decode_manifest(bytes: &[u8]) -> Decoded {
    let mut walk = Walk::new(bytes);
    let done = manifest(&mut walk, bytes);
    walk.decoded("manifest", done)
}

fn manifest(walk: &mut Walk<'_>, bytes: &[u8]) -> Result<(), Stop> {
    walk.magic(backup::MAGIC)?;
    walk.checksum(|stored| Some(crc32c(&[bytes.get(8..)?]) == stored))?;
    walk.u64("system")?;
    walk.u32("timeline")?;
    walk.u32("page_bytes")?;
    walk.u32("segment_bytes")?;
    for name in ["redo", "checkpoint", "start", "end"] {
        walk.lsn(name)?;
    }
    walk.time("start_time")?;
    walk.time("end_time")?;
    walk.u64("first_segment")?;
    walk.u64("last_segment")?;
    walk.text("label")?;
    walk.text("parent")?;
    // Of the parent's manifest, which is not at hand.
    walk.checksum(|_| None)?;
    let count = walk.u32("files")?;
    for index in 0..count {
        walk.group("file", |walk| {
            walk.code("kind", |byte| {
                let name = ["control", "commit_log", "relation"].get(usize::from(byte))?;
                Some((byte, Meaning::Code(name)))
            })?;
            walk.u32("number")?;
            walk.u64("bytes")?;
            // Of the file, which is not at hand.
            walk.checksum(|_| None)?;
            walk.u32("chunks")?;
            let are_some = |byte| match byte {
                0 => Some((false, Meaning::Code("all"))),
                1 => Some((true, Meaning::Code("changed"))),
                _ => None,
            };
            if walk.code("form", are_some)? {
                for index in 0..walk.u32("count")? {
                    walk.u32("chunk")?;
                    walk.index_last(index);
                }
            }
            Ok(())
        })?;
        walk.index_last(index);
    }
    Ok(())
}

/// Tells what a control file says.
pub fn decode_control(bytes: &[u8]) -> Decoded {
    let mut walk = Walk::new(bytes);
    let done = control(&mut walk, bytes);
    walk.decoded("control_file", done)
}

fn control(walk: &mut Walk<'_>, bytes: &[u8]) -> Result<(), Stop> {
    walk.magic(checkpoint::MAGIC)?;
    walk.u64("system")?;
    walk.u32("timeline")?;
    walk.lsn("checkpoint")?;
    walk.lsn("redo")?;
    walk.u32("next_xid")?;
    walk.u32("next_relation")?;
    let before = walk.at();
    walk.checksum(|stored| Some(crc32c(&[bytes.get(..before)?]) == stored))
}

/// Tells what a chunk of the commit log says; `chunk` is its number in the file. A byte is a field, and in it each transaction that has
/// ended: four of them share a byte. Bytes that say nothing of anybody are told together.
pub fn decode_commit_log(bytes: &[u8], chunk: u32) -> Decoded {
    let first_xid = |byte: usize| (u64::from(chunk) * bytes.len() as u64 + byte as u64) * 4;
    let mut fields: Vec<Field> = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        let range = at as u32..at as u32 + 1;
        if *byte == 0 {
            match fields.last_mut() {
                Some(last) if last.meaning == Meaning::Unused => last.range.end = range.end,
                _ => fields.push(field("nobody", range, Meaning::Unused)),
            }
            continue;
        }
        let mut four = field("fates", range.clone(), Meaning::Group);
        for place in 0..4_u8 {
            let fate = match byte >> (place * 2) & 3 {
                0 => continue,
                1 => "committed",
                2 => "aborted",
                _ => "unknown",
            };
            let xid = u32::try_from(first_xid(at) + u64::from(place)).unwrap_or(u32::MAX);
            four.fields.push(Field { index: Some(xid), ..field("xid", range.clone(), Meaning::Code(fate)) });
        }
        fields.push(four);
    }
    Decoded { what: "commit_log", bytes: bytes.to_vec(), fields, troubles: Vec::new(), places: Vec::new() }
}

/// Tells what a timeline's history file says: a line for each ancestor.
pub fn decode_history(bytes: &[u8]) -> Decoded {
    let mut fields = Vec::new();
    let mut troubles = Vec::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let range = at..at + line.len() as u32;
        at = range.end;
        fields.push(match ancestor(line, range.start) {
            Some(parts) => Field { fields: parts, ..field("ancestor", range, Meaning::Group) },
            None if line.starts_with(b"#") => {
                let agrees = bytes.get(..at as usize).and_then(without_checksum).is_some();
                troubles.extend((!agrees).then_some(Trouble { at: range.start, why: Why::BadChecksum }));
                field("checksum", range, Meaning::Bytes)
            }
            None if line.iter().all(u8::is_ascii_whitespace) => field("blank", range, Meaning::Unused),
            None => {
                troubles.push(Trouble { at: range.start, why: Why::BadLine });
                field("undecoded", range, Meaning::Undecoded)
            }
        });
    }
    Decoded { what: "history_file", bytes: bytes.to_vec(), fields, troubles, places: Vec::new() }
}

/// `parent TAB fork TAB reason`; the reason takes the end of the line with it.
fn ancestor(line: &[u8], from: u32) -> Option<Vec<Field>> {
    let line = core::str::from_utf8(line).ok()?;
    let (parent, rest) = line.split_once('\t')?;
    let (fork, reason) = rest.split_once('\t').unwrap_or((rest.trim_end_matches('\n'), ""));
    let timeline: u32 = parent.trim().parse().ok()?;
    let lsn: Lsn = fork.trim().parse().ok()?;
    let after_parent = from + parent.len() as u32;
    let after_fork = after_parent + 1 + fork.len() as u32;
    let end = from + line.len() as u32;
    let reason_text = reason.trim_end_matches('\n').to_owned();
    let mut fields = vec![
        field("parent", from..after_parent, Meaning::Number(timeline.into())),
        field("separator", after_parent..after_parent + 1, Meaning::Bytes),
        field("fork", after_parent + 1..after_fork, Meaning::Lsn(lsn)),
    ];
    let separator_end = (after_fork + 1).min(end);
    if after_fork < separator_end {
        fields.push(field("separator", after_fork..separator_end, Meaning::Bytes));
    }
    if separator_end < end {
        fields.push(field("reason", separator_end..end, Meaning::Text(reason_text)));
    }
    Some(fields)
}

fn field(name: &'static str, range: Range<u32>, meaning: Meaning) -> Field {
    Field { name, index: None, range, meaning, fields: Vec::new() }
}
