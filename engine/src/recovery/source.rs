//! Where a recovery has its log from.

use super::history::History;
use crate::archive::Archive;
use crate::types::{SegmentNumber, SegmentSize, TimelineId};
use crate::wal::SegmentSource;
use litemap::LiteMap;
use std::sync::Arc;

/// The segments that have been fetched so far.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    segments: LiteMap<SegmentNumber, (TimelineId, Arc<Vec<u8>>)>,
}

impl Fetched {
    pub fn put(&mut self, timeline: TimelineId, segment: SegmentNumber, bytes: Arc<Vec<u8>>) {
        self.segments.insert(segment, (timeline, bytes));
    }

    pub fn has(&self, segment: SegmentNumber) -> bool {
        self.segments.contains_key(&segment)
    }

    pub fn len(&self) -> usize {
        self.segments.len()
    }

    pub fn bytes(&self, segment: SegmentNumber) -> Option<&Arc<Vec<u8>>> {
        self.segments.get(&segment).map(|(_, bytes)| bytes)
    }
}

impl SegmentSource for Fetched {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        self.segments.get(&segment).map(|(timeline, bytes)| (*timeline, Arc::clone(bytes)))
    }
}

/// The archive itself, along the timelines of a history.
#[derive(Debug, Clone, Copy)]
pub struct Archived<'a> {
    archive: &'a Archive,
    history: &'a History,
    size: SegmentSize,
    /// Whose file was read last.
    last: Option<TimelineId>,
    in_order: bool,
}

impl<'a> Archived<'a> {
    pub fn new(archive: &'a Archive, history: &'a History, size: SegmentSize) -> Archived<'a> {
        Archived { archive, history, size, last: None, in_order: true }
    }

    /// For segments that are asked for in any order: each is the newest timeline's that has it.
    pub fn in_any_order(self) -> Archived<'a> {
        Archived { in_order: false, ..self }
    }
}

impl SegmentSource for Archived<'_> {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        let timeline = self.history.file_of(segment, self.size, self.last, self.archive)?;
        self.last = Some(timeline).filter(|_| self.in_order);
        let archived = self.archive.segment(timeline, segment)?;
        Some((timeline, Arc::clone(&archived.bytes)))
    }
}
