//! The reading end of the log: bytes in, records out, and the end found by itself.
//!
//! The reader trusts nothing but bytes. It has found the end of the log where a segment is missing or is another one, where no
//! record of plausible length begins, where a checksum disagrees, or where a record does not point back at the one before it.

use super::{ALIGNMENT, HEADER_BYTES, Kind, Record, SEGMENT_HEADER_BYTES, SegmentHeader, record_start};
use crate::types::{Lsn, SegmentNumber, SegmentSize, TimelineId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// No record is longer: two page images of 32 KiB and a row fit many times over.
pub const LONGEST_RECORD: usize = 1 << 20;

/// Where a reader gets its segments from.
pub trait SegmentSource {
    /// The bytes of a segment; `None` if it is not to be had.
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)>;
}

impl SegmentSource for &mut dyn SegmentSource {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        (**self).segment(segment)
    }
}

/// Where the log ends, and why it is thought to end there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndOfLog {
    /// Where the next record would have begun.
    pub at: Lsn,
    pub why: WhyEnd,
}

/// What a reader found instead of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyEnd {
    /// A segment is not to be had.
    NoSegment(SegmentNumber),
    /// A segment's header is not one, or is that of another segment.
    BadHeader(SegmentNumber),
    /// Zeros: nothing was ever written here.
    Nothing,
    /// A length that no record has.
    BadLength,
    /// The checksum disagrees: damaged, or not written whole.
    BadChecksum,
    /// It does not point back at the record before: a leftover.
    BadLink,
    /// The checksum agrees, but no such record is known.
    Unknown,
}

/// A record, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRecord<'a> {
    pub lsn: Lsn,
    /// Where its bytes end.
    pub end: Lsn,
    /// Where the log goes on: at its end, or, for a segment switch, with the next segment.
    pub goes_on: Lsn,
    /// The timeline of the segment that it begins in.
    pub timeline: TimelineId,
    pub record: Record<'a>,
}

/// Reads a log from a position on.
#[derive(Debug, Clone)]
pub struct LogReader<S> {
    source: S,
    size: SegmentSize,
    next: Lsn,
    /// The record before `next`; unknown before the first has been read.
    previous: Option<Lsn>,
    current: Option<(SegmentNumber, TimelineId, Arc<Vec<u8>>)>,
    /// A record that goes through several segments, put together.
    assembled: Vec<u8>,
}

impl<S: SegmentSource> LogReader<S> {
    /// A reader whose first record begins at, or next after, `from`.
    pub fn new(source: S, size: SegmentSize, from: Lsn) -> LogReader<S> {
        let next = record_start(size, from);
        LogReader { source, size, next, previous: None, current: None, assembled: Vec::new() }
    }

    /// Where the next record is looked for.
    pub fn position(&self) -> Lsn {
        self.next
    }

    /// The last record read.
    pub fn previous(&self) -> Option<Lsn> {
        self.previous
    }

    /// The source.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The source, to put more into it.
    pub fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    /// The segment that the next record begins in, if it is not the one at hand: it will be asked for.
    pub fn wants(&self) -> Option<SegmentNumber> {
        let segment = self.size.segment_of(self.next);
        match &self.current {
            Some((at_hand, ..)) if *at_hand == segment => None,
            _ => Some(segment),
        }
    }

    /// The next record, or the end of the log. At the end the reader stays where it is, and may be asked again.
    #[cfg_attr(feature = "whole", inline(always))]
    pub fn read(&mut self) -> Result<ReadRecord<'_>, EndOfLog> {
        let lsn = self.next;
        let end_of_log = |why| EndOfLog { at: lsn, why };
        let (timeline, length) = self.frame(lsn).map_err(end_of_log)?;
        let after = self.gather(lsn, length).map_err(end_of_log)?;
        // From here on nothing is changed before all has been checked: an end of the log leaves the reader as it was.
        let offset = self.size.offset_of(lsn) as usize;
        let bytes = match &self.current {
            Some((segment, _, bytes)) if *segment == self.size.segment_of(lsn) && offset + length <= bytes.len() => {
                &bytes[offset..offset + length]
            }
            _ => &self.assembled[..],
        };
        if !Record::checksum_agrees(bytes) {
            return Err(end_of_log(WhyEnd::BadChecksum));
        }
        let record = Record::decode(bytes).ok_or(end_of_log(WhyEnd::Unknown))?;
        if self.previous.is_some_and(|previous| previous != record.previous) {
            return Err(end_of_log(WhyEnd::BadLink));
        }
        let end = after.rounded_up(ALIGNMENT);
        self.previous = Some(lsn);
        let goes_on = match record.body.kind() {
            Kind::SegmentSwitch => end.rounded_up(self.size.bytes().into()),
            _ => end,
        };
        self.next = record_start(self.size, goes_on);
        Ok(ReadRecord { lsn, end, goes_on, timeline, record })
    }

    /// The timeline and length of the record that begins here.
    fn frame(&mut self, lsn: Lsn) -> Result<(TimelineId, usize), WhyEnd> {
        let offset = self.size.offset_of(lsn) as usize;
        let segment = self.size.segment_of(lsn);
        if self.wants() == Some(segment) {
            self.load(segment)?;
        }
        let Some((_, timeline, bytes)) = &self.current else {
            return Err(WhyEnd::NoSegment(segment));
        };
        // Records are aligned to 8 and segments a multiple of it: the length is never cut in two.
        let field = bytes.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok()).ok_or(WhyEnd::BadLength)?;
        match u32::from_le_bytes(field) as usize {
            0 => Err(WhyEnd::Nothing),
            length if (HEADER_BYTES..=LONGEST_RECORD).contains(&length) => Ok((*timeline, length)),
            _ => Err(WhyEnd::BadLength),
        }
    }

    /// Puts a record that goes through several segments together; returns the position behind its last byte.
    fn gather(&mut self, lsn: Lsn, length: usize) -> Result<Lsn, WhyEnd> {
        let room = (self.size.bytes() - self.size.offset_of(lsn)) as usize;
        if length <= room {
            return Ok(lsn.advanced(length as u64));
        }
        let mut assembled = core::mem::take(&mut self.assembled);
        assembled.clear();
        let first = self.size.segment_of(lsn);
        let result = self.gather_into(&mut assembled, first, lsn, length);
        self.assembled = assembled;
        result
    }

    fn gather_into(
        &mut self,
        assembled: &mut Vec<u8>,
        first: SegmentNumber,
        lsn: Lsn,
        length: usize,
    ) -> Result<Lsn, WhyEnd> {
        let (_, bytes) = self.load(first)?;
        assembled.extend_from_slice(&bytes[self.size.offset_of(lsn) as usize..]);
        let mut segment = first;
        loop {
            segment = segment.next();
            let left = length - assembled.len();
            let start = self.size.start_of(segment);
            let (_, bytes) = self.load(segment)?;
            let header = SegmentHeader::decode(&bytes).ok_or(WhyEnd::BadHeader(segment))?;
            if header.continued as usize != left {
                return Err(WhyEnd::BadHeader(segment));
            }
            let part = left.min(bytes.len() - SEGMENT_HEADER_BYTES);
            assembled.extend_from_slice(&bytes[SEGMENT_HEADER_BYTES..SEGMENT_HEADER_BYTES + part]);
            if assembled.len() == length {
                return Ok(start.advanced((SEGMENT_HEADER_BYTES + part) as u64));
            }
        }
    }

    /// A segment, checked to be the one that it should be.
    fn load(&mut self, segment: SegmentNumber) -> Result<(TimelineId, Arc<Vec<u8>>), WhyEnd> {
        if let Some((at_hand, timeline, bytes)) = &self.current
            && *at_hand == segment
        {
            return Ok((*timeline, Arc::clone(bytes)));
        }
        let (timeline, bytes) = self.source.segment(segment).ok_or(WhyEnd::NoSegment(segment))?;
        let header = SegmentHeader::decode(&bytes).ok_or(WhyEnd::BadHeader(segment))?;
        let agrees = header.start == self.size.start_of(segment)
            && header.size == self.size
            && bytes.len() == self.size.bytes() as usize;
        if !agrees {
            return Err(WhyEnd::BadHeader(segment));
        }
        self.current = Some((segment, timeline, Arc::clone(&bytes)));
        Ok((timeline, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Body, Log};
    use super::*;
    use crate::storage::{Disk, FileName};
    use crate::types::{Micros, Xid};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone)]
    struct Segments(BTreeMap<SegmentNumber, Arc<Vec<u8>>>);

    impl SegmentSource for Segments {
        fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
            Some((TimelineId(1), Arc::clone(self.0.get(&segment)?)))
        }
    }

    /// A log of restore points with names of these lengths; a length of 0 is a segment switch.
    fn write(lengths: &[usize], size: SegmentSize) -> (Segments, Vec<Lsn>) {
        let (mut log, mut disk) = (Log::new(7, size), Disk::default());
        let mut starts = Vec::new();
        for length in lengths {
            let name = "x".repeat(*length);
            let body =
                if *length == 0 { Body::SegmentSwitch } else { Body::RestorePoint { time: Micros(1), name: &name } };
            starts.push(log.append(Xid::NONE, body).lsn);
            log.flush(&mut disk);
            if *length == 0 {
                log.skip_to_next_segment();
            }
        }
        let segments = disk
            .files()
            .filter_map(|name| match name {
                FileName::Log(_, segment) => Some((segment, Arc::clone(disk.chunk(name, 0)?))),
                _ => None,
            })
            .collect();
        (Segments(segments), starts)
    }

    fn read_all(segments: Segments, size: SegmentSize) -> (Vec<Lsn>, EndOfLog) {
        let mut reader = LogReader::new(segments, size, size.start_of(SegmentNumber(1)));
        let mut read = Vec::new();
        loop {
            match reader.read() {
                Ok(found) => read.push(found.lsn),
                Err(end) => return (read, end),
            }
        }
    }

    #[test]
    fn the_reader_finds_the_end_by_itself() {
        let size = SegmentSize::new(1024).unwrap();
        let (segments, starts) = write(&[3, 900, 0, 40, 5000, 7], size);
        let (read, end) = read_all(segments, size);
        assert_eq!(read, starts);
        assert_eq!(end.why, WhyEnd::Nothing);
    }

    #[test]
    fn a_missing_segment_ends_the_log() {
        let size = SegmentSize::new(1024).unwrap();
        let (mut segments, starts) = write(&[100; 40], size);
        segments.0.remove(&SegmentNumber(3));
        let (read, end) = read_all(segments, size);
        assert_eq!(end.why, WhyEnd::NoSegment(SegmentNumber(3)));
        assert_eq!(read, starts[..read.len()]);
        assert!(end.at < size.start_of(SegmentNumber(4)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever bit is flipped, what is read is a prefix of what was written.
        #[test]
        fn a_flipped_bit_ends_the_log(
            lengths in proptest::collection::vec(0_usize..1500, 1..20), segment in any::<prop::sample::Index>(), bit in 0_usize..8192,
        ) {
            let size = SegmentSize::new(1024).unwrap();
            let (mut segments, starts) = write(&lengths, size);
            let numbers: Vec<SegmentNumber> = segments.0.keys().copied().collect();
            let bytes = segments.0.get_mut(segment.get(&numbers)).unwrap();
            Arc::make_mut(bytes)[bit / 8] ^= 1 << (bit % 8);
            let (read, _) = read_all(segments, size);
            prop_assert_eq!(&read[..], &starts[..read.len()]);
        }

        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 1024..=1024), good_header in any::<bool>()) {
            let size = SegmentSize::new(1024).unwrap();
            let mut bytes = bytes;
            if good_header {
                let start = size.start_of(SegmentNumber(1));
                let header = SegmentHeader { timeline: TimelineId(1), size, start, system: 7, continued: 0 };
                bytes[..40].copy_from_slice(&header.encode());
            }
            read_all(Segments([(SegmentNumber(1), Arc::new(bytes))].into()), size);
        }
    }
}
