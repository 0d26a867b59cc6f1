//! Streaming archival: log goes to the archive as it is flushed, not a segment at a time.
//!
//! The receiver keeps the segment that is being filled as a *partial* one: of full length, zeros behind what has come (PostgreSQL's
//! `pg_receivewal` and its `.partial`). When its last byte has come it becomes a segment like any other. A recovery reads a partial segment where
//! there is no whole one: the log ends at its zeros. What is lost with the primary is what was flushed and had not arrived, so the RPO is the
//! latency. If the stream is broken off, it goes on later from where it was, as long as the server still has that log.

use crate::types::{Lsn, Micros, SegmentNumber, TimelineId};
use std::collections::VecDeque;

/// Bytes of one segment on their way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub timeline: TimelineId,
    pub segment: SegmentNumber,
    /// Where in the segment they belong.
    pub offset: u32,
    pub bytes: Vec<u8>,
    pub arrives: Micros,
}

/// The stream from the server to the archive.
#[derive(Debug, Clone, Default)]
pub struct Receiver {
    on_the_way: VecDeque<Piece>,
    /// Up to where log has been sent.
    sent: Option<(TimelineId, Lsn)>,
    broken: bool,
}

impl Receiver {
    /// From where log of this timeline is to be sent next; `None` if none of it ever was.
    pub fn sent(&self, timeline: TimelineId) -> Option<Lsn> {
        self.sent.filter(|(of, _)| *of == timeline).map(|(_, to)| to)
    }

    /// A piece sets out; it never overtakes the one before.
    pub fn send(&mut self, mut piece: Piece, to: Lsn) {
        piece.arrives = piece.arrives.max(self.on_the_way.back().map_or(piece.arrives, |last| last.arrives));
        self.sent = Some((piece.timeline, to));
        self.on_the_way.push_back(piece);
    }

    /// When the next piece arrives.
    pub fn next_at(&self) -> Option<Micros> {
        self.on_the_way.front().map(|piece| piece.arrives)
    }

    /// The next piece has arrived.
    pub fn arrived(&mut self) -> Option<Piece> {
        self.on_the_way.pop_front()
    }

    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The connection is gone, and with it what was on its way: `start_of` says where a segment begins.
    pub fn break_off(&mut self, start_of: impl Fn(SegmentNumber) -> Lsn) {
        self.broken = true;
        if let Some(first) = self.on_the_way.front() {
            self.sent = Some((first.timeline, start_of(first.segment).advanced(u64::from(first.offset))));
        }
        self.on_the_way.clear();
    }

    /// The connection is there again.
    pub fn mend(&mut self) {
        self.broken = false;
    }

    /// The server is gone, and what was on its way with it.
    pub fn lose(&mut self) {
        *self = Receiver { broken: self.broken, ..Receiver::default() };
    }
}
