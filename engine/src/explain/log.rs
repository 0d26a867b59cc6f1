//! What stands at a position of the log, or in all of it: segment headers and records, each with where its bytes stand.
//!
//! A record is put together from its segments here as the log's reader does it, but a record that the reader refuses is told all the
//! same, with what is wrong with it.

use super::record::decode_record;
use super::walk::{Stop, Walk};
use super::{Decoded, Meaning, Place, Why};
use crate::archive::Archive;
use crate::codec::crc32c;
use crate::recovery::{Archived, History};
use crate::server::Server;
use crate::storage::FileName;
use crate::types::{Lsn, SegmentNumber, SegmentSize, TimelineId};
use crate::wal::{
    ALIGNMENT, EndOfLog, HEADER_BYTES, Kind, LONGEST_RECORD, SEGMENT_HEADER_BYTES, SEGMENT_MAGIC, SegmentHeader,
    SegmentSource, WhyEnd, record_start,
};
use std::sync::Arc;

/// Tells what a segment's header says, from the segment's bytes.
pub fn decode_segment_header(segment: &[u8]) -> Decoded {
    let bytes = segment.get(..SEGMENT_HEADER_BYTES).unwrap_or(segment);
    let mut walk = Walk::new(bytes);
    let done = segment_header(&mut walk, bytes);
    walk.decoded("segment_header", done)
}

fn segment_header(walk: &mut Walk<'_>, bytes: &[u8]) -> Result<(), Stop> {
    walk.magic(SEGMENT_MAGIC)?;
    walk.u16("version")?;
    walk.zeros("reserved", 2)?;
    walk.u32("timeline")?;
    if SegmentSize::new(walk.u32("segment_size")?).is_none() {
        walk.note(Why::BadLength);
    }
    walk.lsn("first_position")?;
    walk.u64("system")?;
    walk.u32("continued")?;
    let before = walk.at();
    walk.checksum(|stored| Some(crc32c(&[bytes.get(..before)?]) == stored))
}

/// Tells what stands at a position of the log, from the first byte of it on: a segment's header, or the record to which the byte
/// belongs; or why there is nothing.
pub fn decode_log_at(source: &mut dyn SegmentSource, size: SegmentSize, at: Lsn) -> Result<Decoded, EndOfLog> {
    let segment = size.segment_of(at);
    if (size.offset_of(at) as usize) < SEGMENT_HEADER_BYTES {
        return header_of(source, size, segment);
    }
    let mut next = first_record_before(source, size, at)?;
    loop {
        let record = record_at(source, size, next)?;
        let end = behind(size, &record, next);
        if at < end {
            return Ok(record);
        }
        let goes_on = after(size, &record, end);
        if at < goes_on {
            return Err(EndOfLog { at: end, why: WhyEnd::Nothing });
        }
        next = goes_on;
    }
}

/// Tells all that stands in the log from a position on: the headers of segments and the records, in their order, and where and why the
/// log ends, as the log's reader finds it. A damaged record or header is the last that is told.
pub fn decode_log(source: &mut dyn SegmentSource, size: SegmentSize, from: Lsn) -> (Vec<Decoded>, EndOfLog) {
    let mut told = Vec::new();
    let mut next = record_start(size, from);
    let mut last_header = None;
    loop {
        let segment = size.segment_of(next);
        let mut first = last_header.map_or(segment, SegmentNumber::next);
        while first <= segment {
            match header_of(source, size, first) {
                Ok(header) => told.push(header),
                Err(end) => return (told, end),
            }
            if let Err(why) = own_header(source, size, first) {
                return (told, EndOfLog { at: next, why });
            }
            last_header = Some(first);
            first = first.next();
        }
        match record_at(source, size, next) {
            Ok(record) => {
                let why = record.troubles.first().map(|trouble| trouble.why);
                let goes_on = after(size, &record, behind(size, &record, next));
                told.push(record);
                if let Some(why) = why {
                    let why = if why == Why::BadChecksum { WhyEnd::BadChecksum } else { WhyEnd::Unknown };
                    return (told, EndOfLog { at: next, why });
                }
                next = goes_on;
            }
            Err(end) => return (told, end),
        }
    }
}

/// Tells what stands at a position of a server's log: on its disk or in its log buffer, or, where that is gone, in the archive.
pub fn decode_server_at(server: &Server, archive: &Archive, at: Lsn) -> Result<Decoded, EndOfLog> {
    let history = History::of(server.log.timeline(), archive);
    decode_log_at(&mut LiveLog::new(server, archive, &history), server.log.segment_size(), at)
}

/// Tells what stands at a position of a timeline and its ancestors in the archive.
pub fn decode_archive_at(
    archive: &Archive,
    size: SegmentSize,
    timeline: TimelineId,
    at: Lsn,
) -> Result<Decoded, EndOfLog> {
    let history = History::of(timeline, archive);
    decode_log_at(&mut Archived::new(archive, &history, size).in_any_order(), size, at)
}

/// The log of a timeline and its ancestors as it stands in the archive.
pub fn log_of_archive(archive: &Archive, size: SegmentSize, timeline: TimelineId) -> (Vec<Decoded>, EndOfLog) {
    let history = History::of(timeline, archive);
    let first = archive.segments().map(|(_, segment, _)| segment).min().unwrap_or(SegmentNumber(1));
    decode_log_from(&mut Archived::new(archive, &history, size).in_any_order(), size, first)
}

/// The log of a server's own timeline, from its disk and its log buffer.
pub fn log_of_server(server: &Server) -> (Vec<Decoded>, EndOfLog) {
    let (archive, size) = (Archive::default(), server.log.segment_size());
    let history = History::of(server.log.timeline(), &archive);
    let mut source = LiveLog::new(server, &archive, &history);
    let first = source.segments().first().copied().unwrap_or(SegmentNumber(1));
    decode_log_from(&mut source, size, first)
}

/// The log of a server: the segments on its disk, with what is in the log buffer alone; where they are gone, the archive's.
pub struct LiveLog<'a> {
    server: &'a Server,
    archive: &'a Archive,
    archived: Archived<'a>,
}

impl<'a> LiveLog<'a> {
    pub fn new(server: &'a Server, archive: &'a Archive, history: &'a History) -> LiveLog<'a> {
        let size = server.log.segment_size();
        LiveLog { server, archive, archived: Archived::new(archive, history, size).in_any_order() }
    }

    /// The numbers of the segments that may be had.
    pub fn segments(&self) -> Vec<SegmentNumber> {
        let timeline = self.server.log.timeline();
        let own = self.server.disk.files().filter_map(|name| match name {
            FileName::Log(of, segment) if of == timeline => Some(segment),
            _ => None,
        });
        let mut segments: Vec<SegmentNumber> =
            own.chain(self.archive.segments().map(|(_, segment, _)| segment)).collect();
        segments.push(self.server.log.current_segment());
        segments.sort();
        segments.dedup();
        segments
    }
}

impl SegmentSource for LiveLog<'_> {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        let (log, size) = (&self.server.log, self.server.log.segment_size());
        let timeline = log.timeline();
        let on_disk = self.server.disk.chunk(FileName::Log(timeline, segment), 0).map(Arc::clone);
        let (buffered_from, buffered) = log.buffer();
        let (start, end) = (size.start_of(segment), size.start_of(segment.next()));
        let (from, to) = (buffered_from.max(start), buffered_from.advanced(buffered.len() as u64).min(end));
        if from >= to {
            return on_disk.map(|bytes| (timeline, bytes)).or_else(|| self.archived.segment(segment));
        }
        let mut bytes = on_disk.map_or_else(|| vec![0; size.bytes() as usize], |bytes| bytes.to_vec());
        let part = &buffered[from.since(buffered_from) as usize..to.since(buffered_from) as usize];
        let offset = size.offset_of(from) as usize;
        bytes[offset..offset + part.len()].copy_from_slice(part);
        Some((timeline, Arc::new(bytes)))
    }
}

/// All that stands in the log from the first record on that begins in a segment.
fn decode_log_from(
    source: &mut dyn SegmentSource,
    size: SegmentSize,
    segment: SegmentNumber,
) -> (Vec<Decoded>, EndOfLog) {
    match first_record_in(source, size, segment) {
        Ok((first, _)) => decode_log(source, size, first),
        Err(end) => (Vec::new(), end),
    }
}

pub(super) fn load(source: &mut dyn SegmentSource, size: SegmentSize, at: Lsn) -> Result<Arc<Vec<u8>>, EndOfLog> {
    let segment = size.segment_of(at);
    let found = source.segment(segment).map(|(_, bytes)| bytes).filter(|bytes| bytes.len() == size.bytes() as usize);
    found.ok_or(EndOfLog { at, why: WhyEnd::NoSegment(segment) })
}

pub(super) fn header_of(
    source: &mut dyn SegmentSource,
    size: SegmentSize,
    segment: SegmentNumber,
) -> Result<Decoded, EndOfLog> {
    let lsn = size.start_of(segment);
    let mut decoded = decode_segment_header(&load(source, size, lsn)?);
    decoded.places = vec![Place { offset: 0, lsn, bytes: decoded.bytes.len() as u32 }];
    Ok(decoded)
}

/// The header of a segment, if it is one and that segment's own.
pub(super) fn own_header(
    source: &mut dyn SegmentSource,
    size: SegmentSize,
    segment: SegmentNumber,
) -> Result<SegmentHeader, WhyEnd> {
    let start = size.start_of(segment);
    let header = SegmentHeader::decode(&load(source, size, start).map_err(|end| end.why)?);
    header.filter(|header| header.start == start && header.size == size).ok_or(WhyEnd::BadHeader(segment))
}

/// Where a record begins from which on the record that a position belongs to can be found: the first that begins in the segment, or in
/// one before it if the position belongs to a record that reaches in from there.
fn first_record_before(source: &mut dyn SegmentSource, size: SegmentSize, lsn: Lsn) -> Result<Lsn, EndOfLog> {
    let segment = size.segment_of(lsn);
    let room = size.bytes() as usize - SEGMENT_HEADER_BYTES;
    let mut at = segment;
    for _ in 0..=LONGEST_RECORD.div_ceil(room) {
        let (first, continued) = first_record_in(source, size, at)?;
        if first <= lsn && continued < room {
            return Ok(first);
        }
        at = SegmentNumber(at.0.saturating_sub(1));
    }
    Err(EndOfLog { at: size.start_of(segment), why: WhyEnd::BadHeader(segment) })
}

/// Where the first record begins that begins in a segment, and how many bytes belong to one from before.
pub(super) fn first_record_in(
    source: &mut dyn SegmentSource,
    size: SegmentSize,
    segment: SegmentNumber,
) -> Result<(Lsn, usize), EndOfLog> {
    let start = size.start_of(segment);
    let header = own_header(source, size, segment).map_err(|why| EndOfLog { at: start, why })?;
    let continued = header.continued as usize;
    Ok((record_start(size, start.advanced((SEGMENT_HEADER_BYTES + continued) as u64)), continued))
}

/// The record that begins there, told as far as it can be had.
pub(super) fn record_at(source: &mut dyn SegmentSource, size: SegmentSize, lsn: Lsn) -> Result<Decoded, EndOfLog> {
    let ends = |why| EndOfLog { at: lsn, why };
    let first = load(source, size, lsn)?;
    let offset = size.offset_of(lsn) as usize;
    let field =
        first.get(offset..offset + 4).and_then(|bytes| bytes.first_chunk::<4>()).ok_or(ends(WhyEnd::BadLength))?;
    let length = u32::from_le_bytes(*field) as usize;
    match length {
        0 => return Err(ends(WhyEnd::Nothing)),
        _ if !(HEADER_BYTES..=LONGEST_RECORD).contains(&length) => return Err(ends(WhyEnd::BadLength)),
        _ => {}
    }
    let mut bytes = Vec::with_capacity(length.min(size.bytes() as usize));
    let mut places = Vec::new();
    let mut at = lsn;
    loop {
        let segment = load(source, size, at)?;
        let from = size.offset_of(at) as usize;
        let part = (length - bytes.len()).min(segment.len() - from);
        places.push(Place { offset: bytes.len() as u32, lsn: at, bytes: part as u32 });
        bytes.extend_from_slice(&segment[from..from + part]);
        if bytes.len() == length {
            break;
        }
        let next = size.segment_of(at).next();
        let start = size.start_of(next);
        let header = own_header(source, size, next).map_err(ends)?;
        if header.continued as usize != length - bytes.len() {
            return Err(ends(WhyEnd::BadHeader(next)));
        }
        at = start.advanced(SEGMENT_HEADER_BYTES as u64);
    }
    Ok(Decoded { places, ..decode_record(&bytes) })
}

/// Where a record's bytes end, with what fills up to the next that can begin.
fn behind(size: SegmentSize, record: &Decoded, lsn: Lsn) -> Lsn {
    let end = record.places.last().map_or(lsn, |place| place.lsn.advanced(place.bytes.into()));
    debug_assert!(u64::from(size.bytes()).is_multiple_of(ALIGNMENT));
    end.rounded_up(ALIGNMENT)
}

/// Where the log goes on behind a record that ends there: in the next segment if it is a segment switch.
fn after(size: SegmentSize, record: &Decoded, end: Lsn) -> Lsn {
    let switches = record.field(&["kind"]).is_some_and(|field| field.meaning == Meaning::Kind(Kind::SegmentSwitch));
    let goes_on = if switches { end.rounded_up(size.bytes().into()) } else { end };
    record_start(size, goes_on)
}
