//! The writing end of the log: records go into a buffer, the buffer goes to the disk.
//!
//! The buffer holds the very bytes that the disk will hold, segment headers included. What is in the buffer alone is lost in a
//! crash; what has been flushed is durable.

use super::{ALIGNMENT, Body, Kind, Record, SEGMENT_HEADER_BYTES, SegmentHeader, record_start};
use crate::storage::{Disk, FileName};
use crate::types::{Lsn, SegmentNumber, SegmentSize, TimelineId, Xid};
use std::sync::Arc;

/// The log of a running server.
#[derive(Debug, Clone)]
pub struct Log {
    system: u64,
    timeline: TimelineId,
    size: SegmentSize,
    /// End of the last record: where the next may begin, but for a segment's header.
    end: Lsn,
    /// The last record.
    previous: Lsn,
    /// Everything before this is on disk.
    flushed: Lsn,
    /// The bytes from `flushed` to `end`.
    buffer: Vec<u8>,
    buffered_records: u32,
}

/// A record that has come into the log buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub kind: Kind,
    pub xid: Xid,
    pub lsn: Lsn,
    pub end: Lsn,
}

/// A flush that has moved bytes from the buffer to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    pub from: Lsn,
    pub to: Lsn,
}

impl Log {
    /// The log of a new database: it begins with segment 1, so that no record stands at position 0.
    pub fn new(system: u64, size: SegmentSize) -> Log {
        Log::resume(system, TimelineId::FIRST, size, size.start_of(SegmentNumber(1)), Lsn::ZERO)
    }

    /// A log that goes on where another ended: `end` is the end of its last record, `previous` that record.
    pub fn resume(system: u64, timeline: TimelineId, size: SegmentSize, end: Lsn, previous: Lsn) -> Log {
        Log { system, timeline, size, end, previous, flushed: end, buffer: Vec::new(), buffered_records: 0 }
    }

    pub fn timeline(&self) -> TimelineId {
        self.timeline
    }

    pub fn system(&self) -> u64 {
        self.system
    }

    pub fn segment_size(&self) -> SegmentSize {
        self.size
    }

    /// End of the last record in the buffer.
    pub fn end(&self) -> Lsn {
        self.end
    }

    /// Everything before this is on disk.
    pub fn flushed(&self) -> Lsn {
        self.flushed
    }

    /// Where the next record will begin.
    pub fn next_record(&self) -> Lsn {
        record_start(self.size, self.end)
    }

    /// Records and bytes that are in the buffer alone.
    pub fn buffered(&self) -> (u32, u64) {
        (self.buffered_records, self.buffer.len() as u64)
    }

    /// The segment that the log is in: the one of its last byte.
    pub fn current_segment(&self) -> SegmentNumber {
        self.size.segment_of(Lsn(self.end.0.saturating_sub(1)))
    }

    /// Whether anything stands in the segment that the next record goes to.
    pub fn segment_in_use(&self) -> bool {
        self.size.offset_of(self.end) as usize > SEGMENT_HEADER_BYTES
    }

    /// Where the buffer begins in the log, and its bytes.
    pub fn buffer(&self) -> (Lsn, &[u8]) {
        (self.flushed, &self.buffer)
    }

    /// Puts a record at the end of the log, in the buffer.
    pub fn append(&mut self, xid: Xid, body: Body<'_>) -> Appended {
        let lsn = self.next_record();
        let kind = body.kind();
        let bytes = Record { xid, previous: self.previous, body }.encode();
        self.pad_to(lsn);
        self.put(&bytes);
        let end = self.end.rounded_up(ALIGNMENT);
        self.buffer.resize(self.buffer.len() + (end.0 - self.end.0) as usize, 0);
        self.end = end;
        self.previous = lsn;
        self.buffered_records += 1;
        Appended { kind, xid, lsn, end }
    }

    /// Fills up to where a record begins, with the header of its segment if it is the first there.
    fn pad_to(&mut self, lsn: Lsn) {
        if self.end < lsn {
            debug_assert_eq!(self.size.offset_of(self.end), 0, "records end at aligned positions");
            self.put_header(0);
        }
    }

    /// Appends bytes, with a header in front of each segment's first byte.
    fn put(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let offset = self.size.offset_of(self.end);
            if offset == 0 {
                self.put_header(rest.len() as u32);
                continue;
            }
            let room = (self.size.bytes() - offset) as usize;
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.buffer.extend_from_slice(now);
            self.end = self.end.advanced(now.len() as u64);
            rest = later;
        }
    }

    fn put_header(&mut self, continued: u32) {
        let header =
            SegmentHeader { timeline: self.timeline, size: self.size, start: self.end, system: self.system, continued };
        self.buffer.extend_from_slice(&header.encode());
        self.end = self.end.advanced(SEGMENT_HEADER_BYTES as u64);
    }

    /// Moves the buffer to the disk and makes it durable; `None` if it is empty.
    pub fn flush(&mut self, disk: &mut Disk) -> Option<Flushed> {
        if self.buffer.is_empty() {
            return None;
        }
        let from = self.flushed;
        self.write(disk, self.buffer.len(), true);
        self.buffer.clear();
        self.buffered_records = 0;
        self.flushed = self.end;
        Some(Flushed { from, to: self.end })
    }

    /// A flush that the power cuts off: so many of the buffer's bytes come to the disk, none is made durable. Returns up to where.
    pub fn flush_cut_off(&self, disk: &mut Disk, bytes: u64) -> Lsn {
        let bytes = usize::try_from(bytes).map_or(self.buffer.len(), |bytes| bytes.min(self.buffer.len()));
        self.write(disk, bytes, false);
        self.flushed.advanced(bytes as u64)
    }

    /// Writes the buffer's first bytes, segment by segment.
    fn write(&self, disk: &mut Disk, bytes: usize, durably: bool) {
        let mut rest = self.buffer.get(..bytes).unwrap_or_default();
        let mut at = self.flushed;
        while !rest.is_empty() {
            let segment = self.size.segment_of(at);
            let offset = self.size.offset_of(at);
            let room = (self.size.bytes() - offset) as usize;
            let (now, later) = rest.split_at(room.min(rest.len()));
            let name = FileName::Log(self.timeline, segment);
            if !disk.has(name) {
                disk.write_chunk(name, 0, Arc::new(vec![0; self.size.bytes() as usize]));
            }
            if durably {
                disk.write_durably(name, offset as usize, now);
            } else {
                disk.write_into(name, offset as usize, now);
            }
            at = at.advanced(now.len() as u64);
            rest = later;
        }
    }

    /// Takes away what the disk has behind the end of the log, so that no record to come seems to lead on to a leftover.
    pub fn wipe_behind(&self, disk: &mut Disk) {
        let last = self.current_segment();
        let is_behind = |name: &FileName| matches!(name, FileName::Log(timeline, segment) if *timeline == self.timeline && *segment > last);
        let behind: Vec<FileName> = disk.files().filter(is_behind).collect();
        for name in behind {
            disk.remove(name);
        }
        let offset = self.size.offset_of(self.end);
        if offset != 0 {
            let name = FileName::Log(self.timeline, last);
            disk.write_into(name, offset as usize, &vec![0; (self.size.bytes() - offset) as usize]);
            disk.sync(name);
        }
    }

    /// Ends the segment after a record of kind `SegmentSwitch` that has been flushed: the next record begins the next segment.
    pub fn skip_to_next_segment(&mut self) {
        if self.size.offset_of(self.end) != 0 {
            self.end = self.size.start_of(self.size.segment_of(self.end).next());
            self.flushed = self.end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_byte_positions() {
        let mut log = Log::new(7, SegmentSize::TEACHING);
        let first = log.append(Xid(1), Body::SegmentSwitch);
        assert_eq!((first.lsn, first.end), (Lsn(0x1028), Lsn(0x1040)));
        let second = log.append(Xid(1), Body::RestorePoint { time: crate::types::Micros(0), name: "abc" });
        // 24 bytes of header, 8 of time, 2 + 3 of name: 37, aligned to 40.
        assert_eq!((second.lsn, second.end), (Lsn(0x1040), Lsn(0x1068)));
        assert_eq!(log.buffered(), (2, 0x68));
        let mut disk = Disk::default();
        assert_eq!(log.flush(&mut disk), Some(Flushed { from: Lsn(0x1000), to: Lsn(0x1068) }));
        assert_eq!(log.flush(&mut disk), None);
        let segment = disk.chunk(FileName::Log(TimelineId(1), SegmentNumber(1)), 0).unwrap();
        assert_eq!(&segment[0x28..0x2C], &24_u32.to_le_bytes());
        assert_eq!(segment.len(), 4096);
    }

    #[test]
    fn a_record_goes_on_in_the_next_segment() {
        let mut log = Log::new(7, SegmentSize::new(1024).unwrap());
        let name = "n".repeat(3000);
        let long = log.append(Xid(1), Body::RestorePoint { time: crate::types::Micros(0), name: &name });
        assert_eq!(long.lsn, Lsn(1024 + 40));
        // 3034 bytes in parts of 984: three whole segments and 82 bytes in the fourth, aligned.
        assert_eq!(long.end, Lsn(4 * 1024 + (40 + 82_u64).next_multiple_of(8)));
        assert_eq!(log.current_segment(), SegmentNumber(4));
    }
}
