//! Where a recovery has its log from.

use super::history::History;
use crate::archive::{Archive, Unusable};
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
#[derive(Debug, Clone)]
pub struct Archived<'a> {
    archive: &'a Archive,
    history: &'a History,
    size: SegmentSize,
    /// Whose file was read last.
    last: Option<TimelineId>,
    in_order: bool,
    /// What was there when it was asked for, and could not be used.
    unusable: Option<Unusable>,
}

impl<'a> Archived<'a> {
    pub fn new(archive: &'a Archive, history: &'a History, size: SegmentSize) -> Archived<'a> {
        Archived { archive, history, size, last: None, in_order: true, unusable: None }
    }

    /// The object that could not be used, if the reader has met one.
    pub fn unusable(&self) -> Option<&Unusable> {
        if crate::WHOLE { self.unusable.as_ref() } else { None }
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
        if !crate::WHOLE {
            return Some((timeline, Arc::clone(&self.archive.segment(timeline, segment)?.bytes)));
        }
        match self.archive.open_segment(timeline, segment, self.size)? {
            Ok(bytes) => Some((timeline, bytes)),
            Err(unusable) => {
                self.unusable = Some(unusable);
                None
            }
        }
    }
}
