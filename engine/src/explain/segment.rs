//! A segment of the log, told: its header, what reaches in from the segment before, its records, and what is not written yet.
//!
//! A segment may hold a great many records: it is told a page of them at a time. Of a record its header is told, and how long its body
//! is; the record by itself is told by its position ([`decode_server_at`](super::decode_server_at)).

use super::log::{LiveLog, header_of, load, own_header, record_at};
use super::record::decode_record;
use super::{Decoded, Field, Meaning, Place, Trouble, Why};
use crate::archive::Archive;
use crate::recovery::{Archived, History};
use crate::server::Server;
use crate::types::{SegmentNumber, SegmentSize, TimelineId};
use crate::wal::{ALIGNMENT, EndOfLog, HEADER_BYTES, Kind, LONGEST_RECORD, SEGMENT_HEADER_BYTES, SegmentSource};
use core::ops::Range;

/// Records of a page, and the bytes from which on it takes no other.
const RECORDS: usize = 16;
const BYTES: u32 = 16_384;
/// Where a record's kind stands in it.
const KIND: usize = 16;

/// A page of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentPage {
    /// The fields of the last page go on behind its bytes, over what is zero to the end of the segment.
    pub decoded: Decoded,
    /// Its number, from 0, and how many there are.
    pub page: u32,
    pub pages: u32,
}

/// What stands in a segment one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Header,
    Continued,
    Record,
    Padding,
    /// No record begins there, though something is written.
    Undecoded,
    Unwritten,
}

/// Tells a page of a segment as a server has it, or, where that is gone, the archive. A page behind the last is the last.
pub fn decode_server_segment(
    server: &Server,
    archive: &Archive,
    segment: SegmentNumber,
    page: u32,
) -> Result<SegmentPage, EndOfLog> {
    let history = History::of(server.log.timeline(), archive);
    decode_segment(&mut LiveLog::new(server, archive, &history), server.log.segment_size(), segment, page)
}

/// Tells a page of a segment of a timeline, or an ancestor's, as it stands in the archive.
pub fn decode_archive_segment(
    archive: &Archive,
    size: SegmentSize,
    timeline: TimelineId,
    segment: SegmentNumber,
    page: u32,
) -> Result<SegmentPage, EndOfLog> {
    let history = History::of(timeline, archive);
    decode_segment(&mut Archived::new(archive, &history, size).in_any_order(), size, segment, page)
}

/// Tells a page of a segment.
pub fn decode_segment(
    source: &mut dyn SegmentSource,
    size: SegmentSize,
    segment: SegmentNumber,
    page: u32,
) -> Result<SegmentPage, EndOfLog> {
    let start = size.start_of(segment);
    let bytes = load(source, size, start)?;
    // Of a damaged header nothing is taken for true.
    let continued = own_header(source, size, segment).map_or(0, |header| header.continued as usize);
    let pieces = pieces(&bytes, continued);
    let pages = paged(&pieces);
    let page = (page as usize).min(pages.len().saturating_sub(1));
    let shown = pages.get(page).and_then(|range| pieces.get(range.clone())).unwrap_or_default();
    let from = shown.first().map_or(0, |(_, range)| range.start);
    let mut fields = Vec::new();
    let mut troubles = Vec::new();
    let mut end = from;
    for (piece, range) in shown {
        let at = range.start - from..range.end - from;
        end = if *piece == Piece::Unwritten { end } else { range.end };
        let field = |name, meaning| Field { name, index: None, range: at.clone(), meaning, fields: Vec::new() };
        fields.push(match piece {
            Piece::Header => {
                let header = header_of(source, size, segment)?;
                troubles.extend(header.troubles);
                Field { fields: header.fields, ..field("segment_header", Meaning::Group) }
            }
            Piece::Continued => field("continued_record", Meaning::Bytes),
            Piece::Padding => field("padding", Meaning::Unused),
            Piece::Unwritten => field("unwritten", Meaning::Unused),
            Piece::Undecoded => {
                troubles.push(Trouble { at: at.start, why: Why::BadLength });
                field("undecoded", Meaning::Undecoded)
            }
            Piece::Record => {
                let whole = record_at(source, size, start.advanced(range.start.into()));
                let record = whole.unwrap_or_else(|_| begun(&bytes[range.start as usize..range.end as usize]));
                let there = record.troubles.iter().filter(|trouble| trouble.at <= at.end - at.start);
                troubles.extend(there.map(|trouble| Trouble { at: trouble.at + at.start, ..*trouble }));
                let meaning = record.field(&["kind"]).map_or(Meaning::Undecoded, |kind| kind.meaning.clone());
                let parts = record.fields.into_iter().filter_map(|part| outline(part, &at));
                Field { fields: parts.collect(), ..field("record", meaning) }
            }
        });
    }
    let bytes = bytes.get(from as usize..end as usize).unwrap_or_default().to_vec();
    let places = vec![Place { offset: 0, lsn: start.advanced(from.into()), bytes: bytes.len() as u32 }];
    let decoded = Decoded { what: "segment", bytes, fields, troubles, places };
    Ok(SegmentPage { decoded, page: page as u32, pages: pages.len() as u32 })
}

/// The beginning of a record that goes on in a segment that is not there: nothing can be said of its checksum.
fn begun(bytes: &[u8]) -> Decoded {
    let mut record = decode_record(bytes);
    record.troubles = vec![Trouble { at: bytes.len() as u32, why: Why::CutShort }];
    for field in &mut record.fields {
        if let Meaning::Checksum { agrees, .. } = &mut field.meaning {
            *agrees = None;
        }
    }
    record
}

/// A field of a record where it stands in the segment, without its parts, as far as the record is in it.
fn outline(part: Field, record: &Range<u32>) -> Option<Field> {
    let range = part.range.start + record.start..(part.range.end + record.start).min(record.end);
    let meaning = if part.fields.is_empty() { part.meaning } else { Meaning::Bytes };
    (range.start < range.end).then(|| Field { range, meaning, fields: Vec::new(), ..part })
}

/// What the segment's bytes are, from the first to the last. Of the records nothing but their lengths is read.
fn pieces(bytes: &[u8], continued: usize) -> Vec<(Piece, Range<u32>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |piece, to: usize| {
        let to = to.min(bytes.len());
        if to > at {
            pieces.push((piece, at as u32..to as u32));
            at = to;
        }
        at
    };
    let aligned = |at: usize| at.next_multiple_of(ALIGNMENT as usize);
    let mut next = push(Piece::Header, SEGMENT_HEADER_BYTES);
    next = push(Piece::Continued, next + continued);
    next = push(Piece::Padding, aligned(next));
    while let Some(length) = bytes.get(next..next + 4).and_then(|bytes| bytes.first_chunk::<4>()) {
        let length = u32::from_le_bytes(*length) as usize;
        if !(HEADER_BYTES..=LONGEST_RECORD).contains(&length) {
            break;
        }
        let switches = bytes.get(next + KIND).is_some_and(|kind| Kind::decode(*kind) == Some(Kind::SegmentSwitch));
        next = push(Piece::Record, next + length);
        if switches {
            break;
        }
        next = push(Piece::Padding, aligned(next));
    }
    let zeros = bytes.get(next..).unwrap_or_default().iter().rev().take_while(|byte| **byte == 0).count();
    push(Piece::Undecoded, bytes.len() - zeros);
    push(Piece::Unwritten, bytes.len());
    pieces
}

/// Which pieces each page has.
fn paged(pieces: &[(Piece, Range<u32>)]) -> Vec<Range<usize>> {
    let mut pages = Vec::new();
    let (mut first, mut records) = (0, 0);
    for (index, (piece, range)) in pieces.iter().enumerate() {
        let begun = pieces.get(first).map_or(0, |(_, range)| range.start);
        let is_full = records == RECORDS || range.end - begun > BYTES;
        if *piece == Piece::Record && index > first && is_full {
            pages.push(first..index);
            (first, records) = (index, 0);
        }
        records += usize::from(*piece == Piece::Record);
    }
    pages.push(first..pieces.len());
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{log_of_archive, tests::a_shop};
    use crate::types::Lsn;

    #[test]
    fn the_pages_of_a_segment_cover_it_and_hold_its_records() {
        let shop = a_shop();
        let (size, timeline) = (shop.settings().segment, TimelineId(1));
        let (told, _) = log_of_archive(shop.archive(), size, timeline);
        let segments: Vec<SegmentNumber> = shop.archive().segments().map(|(_, segment, _)| segment).collect();
        let mut records: Vec<Lsn> = Vec::new();
        for segment in segments.iter().copied() {
            let mut at = size.start_of(segment);
            let mut page = 0;
            loop {
                let got = decode_archive_segment(shop.archive(), size, timeline, segment, page).expect("it is there");
                // The last record goes on in a segment that is not in the archive yet.
                let whys: Vec<Why> = got.decoded.troubles.iter().map(|trouble| trouble.why).collect();
                let is_last = Some(&segment) == segments.last() && page + 1 == got.pages;
                assert!(got.page == page && (whys.is_empty() || is_last && whys == [Why::CutShort]), "{whys:?}");
                assert_eq!(got.decoded.places[0].lsn, at, "no byte is left out or told twice");
                for field in &got.decoded.fields {
                    let begins = got.decoded.places[0].lsn.advanced(field.range.start.into());
                    assert_eq!(begins, at, "{}", field.name);
                    at = got.decoded.places[0].lsn.advanced(field.range.end.into());
                    records.extend((field.name == "record").then_some(begins));
                    let parts: u32 = field.fields.iter().map(|part| part.range.end - part.range.start).sum();
                    assert!(field.fields.is_empty() || parts == field.range.end - field.range.start);
                }
                page += 1;
                if page == got.pages {
                    break;
                }
            }
            assert_eq!(at, size.start_of(segment.next()));
        }
        let wanted = told.iter().filter(|thing| thing.what == "record").map(|record| record.places[0].lsn);
        let wanted: Vec<Lsn> = wanted.collect();
        assert!(wanted.len() > 10 && records.starts_with(&wanted) && records.len() - wanted.len() <= 1);
    }

    #[test]
    fn a_page_has_so_many_records_and_garbage_is_told_as_such() {
        let mut bytes = vec![0; 4096];
        for index in 0..40_usize {
            let at = SEGMENT_HEADER_BYTES + index * 32;
            bytes[at..at + 4].copy_from_slice(&30_u32.to_le_bytes());
        }
        let pieces = pieces(&bytes, 0);
        assert_eq!(paged(&pieces).len(), 3);
        assert_eq!(pieces.last().map(|(piece, range)| (*piece, range.end)), Some((Piece::Unwritten, 4096)));
        bytes[3000] = 1;
        let pieces = super::pieces(&bytes, 0);
        assert_eq!(pieces[pieces.len() - 2].0, Piece::Undecoded);
        let whole = super::pieces(&bytes, 100_000);
        assert_eq!(whole.last().map(|(piece, range)| (*piece, range.end)), Some((Piece::Continued, 4096)));
    }
}
