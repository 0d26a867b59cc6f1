//! The archive: where sealed log segments go, off the machine.
//!
//! A segment is sent when it is full, or when the archive timeout closes it early. One is on its way at a time, in log order; how
//! long it takes follows from the store's latency and bandwidth. What has not arrived when the machine dies is lost.
//!
//! Segments are not yet recycled on the server's disk, retries and other stores are not modelled yet.

use crate::types::{Micros, SegmentNumber, TimelineId};
use litemap::LiteMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// A segment in the archive.
#[derive(Debug, Clone)]
pub struct ArchivedSegment {
    pub bytes: Arc<Vec<u8>>,
    /// When it had arrived.
    pub at: Micros,
}

/// The archive's contents.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    segments: LiteMap<(TimelineId, SegmentNumber), ArchivedSegment>,
    /// History files, by the timeline that they are of.
    histories: LiteMap<TimelineId, Vec<u8>>,
}

impl Archive {
    pub fn put_segment(&mut self, timeline: TimelineId, segment: SegmentNumber, bytes: Arc<Vec<u8>>, at: Micros) {
        self.segments.insert((timeline, segment), ArchivedSegment { bytes, at });
    }

    pub fn segment(&self, timeline: TimelineId, segment: SegmentNumber) -> Option<&ArchivedSegment> {
        self.segments.get(&(timeline, segment))
    }

    /// All segments, by timeline and number.
    pub fn segments(&self) -> impl Iterator<Item = (TimelineId, SegmentNumber, &ArchivedSegment)> {
        self.segments.iter().map(|((timeline, segment), archived)| (*timeline, *segment, archived))
    }

    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    pub fn put_history(&mut self, timeline: TimelineId, file: Vec<u8>) {
        self.histories.insert(timeline, file);
    }

    /// History files, by timeline.
    pub fn histories(&self) -> impl Iterator<Item = (TimelineId, &[u8])> {
        self.histories.iter().map(|(timeline, file)| (*timeline, file.as_slice()))
    }

    /// A history file.
    pub fn history(&self, timeline: TimelineId) -> Option<&[u8]> {
        self.histories.get(&timeline).map(Vec::as_slice)
    }

    /// A segment is no more; whether there was one.
    pub fn lose_segment(&mut self, timeline: TimelineId, segment: SegmentNumber) -> bool {
        self.segments.remove(&(timeline, segment)).is_some()
    }

    /// A history file is no more; whether there was one.
    pub fn lose_history(&mut self, timeline: TimelineId) -> bool {
        self.histories.remove(&timeline).is_some()
    }

    pub fn has_history(&self, timeline: TimelineId) -> bool {
        self.histories.contains_key(&timeline)
    }
}

/// The process that sends sealed segments to the archive, one after another.
#[derive(Debug, Clone, Default)]
pub struct Archiver {
    waiting: VecDeque<(TimelineId, SegmentNumber)>,
    sending: Option<Sending>,
}

/// A segment on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    pub timeline: TimelineId,
    pub segment: SegmentNumber,
    /// When it will have arrived.
    pub arrives: Micros,
}

impl Archiver {
    /// A segment is sealed and may go.
    pub fn enqueue(&mut self, timeline: TimelineId, segment: SegmentNumber) {
        self.waiting.push_back((timeline, segment));
    }

    /// The next segment to send, if none is on its way.
    pub fn next(&self) -> Option<(TimelineId, SegmentNumber)> {
        if self.sending.is_some() { None } else { self.waiting.front().copied() }
    }

    /// The segment that `next` named has set out.
    pub fn send(&mut self, arrives: Micros) {
        if let Some((timeline, segment)) = self.waiting.pop_front() {
            self.sending = Some(Sending { timeline, segment, arrives });
        }
    }

    /// The segment on its way.
    pub fn sending(&self) -> Option<Sending> {
        self.sending
    }

    /// The segment on its way has arrived.
    pub fn arrived(&mut self) {
        self.sending = None;
    }

    /// Segments that are sealed and not in the archive.
    pub fn backlog(&self) -> usize {
        self.waiting.len() + usize::from(self.sending.is_some())
    }

    /// The server is gone, and what was on its way with it.
    pub fn stop(&mut self) {
        *self = Archiver::default();
    }
}
