//! Instants, records and columns as text.

use pitr_engine::script::{Script, time_text};
use pitr_engine::types::Micros;
use pitr_engine::{Kind, RecordNote, WhyEnd};

/// An instant as the script's clocks show it, without its date on the scenario's first day.
pub fn instant(at: Micros, script: &Script) -> String {
    let zone = script.zone();
    let since = at - script.settings.date;
    if (Micros::ZERO..Micros::DAY).contains(&since) { zone.local(at).clock() } else { time_text(at, zone) }
}

/// A duration in seconds.
pub fn duration(took: Micros) -> String {
    let (seconds, rest) = (took.0 / 1_000_000, took.0 % 1_000_000);
    match rest {
        0 => format!("{seconds} s"),
        _ => format!("{seconds}.{} s", format!("{rest:06}").trim_end_matches('0')),
    }
}

/// A name in the engine's code as words: `SegmentSwitch` is a segment switch.
pub fn plain(name: &str) -> String {
    let mut words = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(char.to_ascii_lowercase());
    }
    words
}

/// A kind of record.
pub fn kind(kind: Kind) -> String {
    plain(&format!("{kind:?}"))
}

/// Why a log ends.
pub fn why(why: WhyEnd) -> String {
    match why {
        WhyEnd::NoSegment(segment) => format!("there is no segment {}", segment.0),
        WhyEnd::BadHeader(segment) => format!("segment {} has a wrong header", segment.0),
        WhyEnd::Nothing => "nothing was ever written there".to_owned(),
        other => plain(&format!("{other:?}")),
    }
}

/// A record in a few words.
pub fn note(note: &RecordNote, script: &Script) -> String {
    let xid = if note.xid.0 == 0 { String::new() } else { format!(" of XID {}", note.xid) };
    let time = note.time.map(|time| format!(" at {}", instant(time, script))).unwrap_or_default();
    format!("{} {}{xid}{time}", note.lsn, kind(note.kind))
}

/// A number of things.
pub fn count(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Rows of cells as lines, each column as wide as its widest cell. Columns without any text fall out.
pub fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let width_of = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..).map_while(width_of).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = cells.map(|(cell, width)| format!("{cell:width$}", width = *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
