//! The process that sends sealed segments to the archive, one after another, in log order.
//!
//! A segment is sent when it is full, or when the archive timeout closes it early. How long it is on its way follows from the store's latency
//! and bandwidth. A try that fails is made again after a second; after the third in a row the archiver rests for a minute before it begins anew
//! (PostgreSQL's `pgarch.c`: `NUM_ARCHIVE_RETRIES` and `PGARCH_AUTOWAKE_INTERVAL`). It never gives a segment up, and never sends a later one first:
//! what is sealed meanwhile waits behind it, and is the *backlog*.
//!
//! How it can misbehave is its [`Conduct`]. The server believes what it is told: a segment whose archiver reported success counts as archived.

use crate::types::{Micros, SegmentNumber, TimelineId};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Tries in a row before the archiver rests.
const TRIES: u32 = 3;
/// Between those tries.
const BETWEEN_TRIES: Micros = Micros::SECOND;
/// How long it rests then.
const REST: Micros = Micros::MINUTE;

/// What the archiver does with a segment that it is to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Conduct {
    #[default]
    Honest,
    /// Each try fails, and says so.
    Fails,
    /// Ships nothing, and reports success.
    Lies,
    /// Sends each segment a second time.
    Duplicates,
    /// Ships the first half, and reports success.
    Truncates,
}

/// A segment on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    pub timeline: TimelineId,
    pub segment: SegmentNumber,
    /// When it will have arrived.
    pub arrives: Micros,
    /// It has arrived once already.
    pub again: bool,
}

/// When a segment whose try has failed is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTry {
    /// Which try has failed, counted from 1 and anew after each rest.
    pub failed: u32,
    pub at: Micros,
}

/// The archiver and its queue.
#[derive(Debug, Clone)]
pub struct Archiver {
    waiting: VecDeque<(TimelineId, SegmentNumber)>,
    sending: Option<Sending>,
    pub conduct: Conduct,
    /// It takes that many times as long as the store would let it.
    pub slowness: u32,
    /// Segments that will be that much later than others.
    late: Vec<(SegmentNumber, Micros)>,
    /// Tries of the segment in front that have failed since the last rest.
    failed: u32,
    /// No try is made before.
    rests_until: Option<Micros>,
    /// The segment in front has arrived once already.
    again: bool,
}

impl Default for Archiver {
    fn default() -> Archiver {
        Archiver {
            waiting: VecDeque::new(),
            sending: None,
            conduct: Conduct::Honest,
            slowness: 1,
            late: Vec::new(),
            failed: 0,
            rests_until: None,
            again: false,
        }
    }
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

    /// Until when it makes no try, if it rests.
    pub fn rests_until(&self) -> Option<Micros> {
        self.rests_until
    }

    /// The segment that `next` named has set out at `now` and will be on its way for that long at least.
    pub fn send(&mut self, now: Micros, takes: Micros) {
        if let Some((timeline, segment)) = self.waiting.pop_front() {
            let mut takes = takes;
            if crate::WHOLE {
                self.rests_until = None;
                takes = Micros(takes.0.saturating_mul(i64::from(self.slowness.max(1))));
                if let Some(index) = self.late.iter().position(|(late, _)| *late == segment) {
                    takes = takes + self.late.remove(index).1;
                }
            }
            self.sending = Some(Sending { timeline, segment, arrives: now + takes, again: self.again });
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

    /// What had arrived was taken, or so the archiver says.
    pub fn reported(&mut self) {
        (self.failed, self.again) = (0, false);
    }

    /// The try to send a segment has failed: it goes back to the front of the queue. Says when it is tried again.
    pub fn failed(&mut self, sending: Sending, now: Micros) -> NextTry {
        self.sending = None;
        self.again = sending.again;
        self.waiting.push_front((sending.timeline, sending.segment));
        let failed = self.failed + 1;
        self.failed = failed % TRIES;
        let at = now + if failed < TRIES { BETWEEN_TRIES } else { REST };
        self.rests_until = Some(at);
        NextTry { failed, at }
    }

    /// The segment that has just arrived is to be sent once more.
    pub fn send_again(&mut self, timeline: TimelineId, segment: SegmentNumber) {
        self.again = true;
        self.waiting.push_front((timeline, segment));
    }

    /// A segment will be late by so much, if it is still to be sent.
    pub fn delay(&mut self, segment: SegmentNumber, by: Micros) {
        self.late.push((segment, by));
    }

    /// Works from now on as it should, and tries at once.
    pub fn start(&mut self) {
        (self.conduct, self.slowness, self.failed, self.rests_until) = (Conduct::Honest, 1, 0, None);
    }

    /// Segments that are sealed and not in the archive.
    pub fn backlog(&self) -> usize {
        self.waiting.len() + usize::from(self.sending.is_some())
    }

    /// Whether a segment is still to be archived, as far as the server knows.
    pub fn owes(&self, timeline: TimelineId, segment: SegmentNumber) -> bool {
        self.waiting.contains(&(timeline, segment))
            || self.sending.is_some_and(|sending| (sending.timeline, sending.segment) == (timeline, segment))
    }

    /// A segment will never be archived: it is no more.
    pub fn forget(&mut self, timeline: TimelineId, segment: SegmentNumber) {
        self.waiting.retain(|waiting| *waiting != (timeline, segment));
        if self.sending.is_some_and(|sending| (sending.timeline, sending.segment) == (timeline, segment)) {
            self.sending = None;
        }
    }

    /// The server is gone, and what was on its way with it.
    pub fn stop(&mut self) {
        *self = Archiver { conduct: self.conduct, slowness: self.slowness, ..Archiver::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tries_a_second_apart_then_a_minutes_rest() {
        let mut archiver = Archiver::default();
        archiver.enqueue(TimelineId(1), SegmentNumber(1));
        archiver.enqueue(TimelineId(1), SegmentNumber(2));
        let mut now = Micros::ZERO;
        let mut waits = Vec::new();
        for _ in 0..4 {
            archiver.send(now, Micros::ZERO);
            let next = archiver.failed(archiver.sending().unwrap(), now);
            waits.push((next.failed, (next.at - now).0 / Micros::SECOND.0));
            now = next.at;
            assert_eq!((archiver.rests_until(), archiver.backlog()), (Some(now), 2));
        }
        assert_eq!(waits, [(1, 1), (2, 1), (3, 60), (1, 1)]);
        assert_eq!(archiver.next(), Some((TimelineId(1), SegmentNumber(1))));
        assert!(archiver.owes(TimelineId(1), SegmentNumber(2)));
        archiver.send(now, Micros::ZERO);
        archiver.arrived();
        archiver.reported();
        assert_eq!((archiver.rests_until(), archiver.backlog()), (None, 1));
    }
}
