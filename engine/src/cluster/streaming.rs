//! Streaming archival at work: what has been flushed sets out, what arrives is put where it belongs.

use super::Cluster;
use crate::archive::{Accepted, Archiving, ObjectName, Piece};
use crate::storage::FileName;
use crate::types::Micros;

impl Cluster {
    /// Sends what has been flushed and not yet sent.
    pub(super) fn stream(&mut self) {
        let (Some(delay), Some(primary)) = (self.settings.archiving.streaming, self.primary.as_ref()) else {
            return;
        };
        if self.receiver.is_broken() {
            return;
        }
        let (timeline, size) = (primary.log.timeline(), primary.log.segment_size());
        // The first time it is all that the server has of its timeline: the segment of a fork is sent from its beginning.
        let first = primary.disk.files().find_map(|name| match name {
            FileName::Log(of, segment) if of == timeline => Some(size.start_of(segment)),
            _ => None,
        });
        let (Some(mut from), to) = (self.receiver.sent(timeline).or(first), primary.log.flushed()) else {
            return;
        };
        let device = self.settings.devices.archive_store;
        while from < to {
            let segment = size.segment_of(from);
            let end = size.start_of(segment.next()).min(to);
            let (offset, length) = (size.offset_of(from), end.since(from));
            let chunk = primary.disk.chunk(FileName::Log(timeline, segment), 0);
            let Some(bytes) = chunk.and_then(|chunk| chunk.get(offset as usize..(u64::from(offset) + length) as usize))
            else {
                // The server no longer has it.
                break;
            };
            let takes = device.takes(length.saturating_mul(self.settings.scale));
            let arrives = self.now + delay + takes;
            self.receiver.send(Piece { timeline, segment, offset, bytes: bytes.to_vec(), arrives }, end);
            from = end;
        }
    }

    /// The next piece of the stream comes to the archive.
    pub(super) fn piece_arrives(&mut self) {
        let Some(piece) = self.receiver.arrived() else {
            return;
        };
        let (timeline, segment, size) = (piece.timeline, piece.segment, self.settings.segment);
        let from = size.start_of(segment).advanced(u64::from(piece.offset));
        let to = from.advanced(piece.bytes.len() as u64);
        let accepted = self.archive.accept_piece(&piece, size, self.now);
        let whole = to == size.start_of(segment.next());
        self.tell_archiving(Archiving::Streamed { timeline, from, to });
        match accepted {
            Accepted::Different => self.tell_archiving(Archiving::DuplicateRefused { timeline, segment }),
            Accepted::New if whole => self.tell_archiving(Archiving::SegmentComplete { timeline, segment }),
            Accepted::NoKey => {
                let object = ObjectName::Segment(timeline, segment);
                self.tell_archiving(Archiving::NoKey { object, key: self.archive.keys.current() });
            }
            Accepted::New | Accepted::Same => {}
        }
    }

    /// The stream is broken off.
    pub(super) fn break_stream(&mut self) {
        let size = self.settings.segment;
        self.receiver.break_off(|segment| size.start_of(segment));
    }

    /// The stream goes on where it was broken off.
    pub(super) fn mend_stream(&mut self) {
        self.receiver.mend();
        self.tell_archiving(Archiving::StreamingStarted);
        self.stream();
    }

    /// When the next piece of the stream arrives.
    pub(super) fn next_piece(&self) -> Option<Micros> {
        if crate::WHOLE { self.receiver.next_at() } else { None }
    }
}
