//! Fetching log: each segment when replay wants it, or some of them ahead of that.
//!
//! With `prefetch N` up to N segments are on their way or wait while replay goes on: the latency of the store is hidden, its bandwidth is
//! shared, so one transfer follows the other. What is fetched ahead is taken from the archive when replay wants it, as without; only the
//! time is another. If replay wants another file than was expected, what is under way is given up. Fetching ahead begins with the first
//! segment that replay wants, not while the backup is still being restored.

use super::{Doing, Recovery, RecoveryStep};
use crate::archive::{Archive, ArchivedSegment, StoreKind};
use crate::cluster::Target;
use crate::recovery::{Phase, RecoveryFailure, StopReason};
use crate::types::{Micros, SegmentNumber, TimelineId};
use crate::wal::{EndOfLog, WhyEnd};
use std::sync::Arc;

/// What is being fetched ahead of replay.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// In the order in which they were asked for, each with when it arrives.
    expected: Vec<(TimelineId, SegmentNumber, Micros)>,
    /// When the store has sent all that was asked for.
    sent_at: Micros,
    /// How long something was being fetched, and until when something is.
    fetching: Micros,
    fetching_until: Micros,
}

impl Ahead {
    /// Asks for a segment; when it will have arrived.
    fn ask(&mut self, latency: Micros, transfer: Micros, now: Micros) -> Micros {
        let arrives = self.sent_at.max(now + latency) + transfer;
        self.sent_at = arrives;
        self.fetching = self.fetching + (arrives - self.fetching_until.max(now));
        self.fetching_until = arrives;
        arrives
    }

    /// Gives up what is under way.
    pub(super) fn give_up(&mut self, now: Micros) {
        self.fetching = self.fetching - Micros((self.fetching_until - now).0.max(0));
        self.fetching_until = self.fetching_until.min(now);
        self.sent_at = now;
        self.expected.clear();
    }

    /// How long something has been fetched.
    pub(super) fn fetching(&self) -> Micros {
        self.fetching
    }
}

impl Recovery {
    pub(super) fn fetch_segment(
        &mut self,
        segment: SegmentNumber,
        now: Micros,
        archive: &Archive,
    ) -> Result<RecoveryStep, RecoveryFailure> {
        self.doing = Doing::Redo;
        self.next_at = now;
        let Some((timeline, archived)) = self.file_of(segment, archive) else {
            return Ok(RecoveryStep::Waiting);
        };
        let mut bytes = Arc::clone(&archived.bytes);
        if crate::WHOLE
            && let Some(opened) = archive.open_segment(timeline, segment, self.settings.segment)
        {
            bytes = opened.map_err(RecoveryFailure::Unusable)?;
        }
        let length = bytes.len() as u64;
        self.last_file = Some(timeline);
        self.reader.source_mut().put(timeline, segment, bytes);
        if crate::WHOLE {
            self.ahead.expected.retain(|(_, expected, _)| *expected > segment);
            self.fetch_ahead(segment, now, archive);
        }
        Ok(RecoveryStep::SegmentFetched { timeline, segment, bytes: length })
    }

    /// The file of a segment that is to be read, and whose it is.
    fn file_of<'a>(&self, segment: SegmentNumber, archive: &'a Archive) -> Option<(TimelineId, &'a ArchivedSegment)> {
        let timeline = self.history.file_of(segment, self.settings.segment, self.last_file, archive)?;
        Some((timeline, archive.segment(timeline, segment)?))
    }

    /// What it takes from when a segment is asked for to its first byte, and from there to its last.
    fn fetching_takes(&mut self, archived: &ArchivedSegment, now: Micros) -> (Micros, Micros) {
        let store = self.devices.archive_store;
        let transfer =
            Micros::for_bytes((archived.bytes.len() as u64).saturating_mul(self.scale), store.bytes_per_second);
        let mut latency = store.latency;
        if crate::WHOLE {
            let kind = if archived.cold { StoreKind::Cold } else { self.settings.archiving.archive_store };
            latency = latency + self.retrieval(kind, now);
        }
        (latency, transfer)
    }

    /// How long replay waits for a segment that it wants now.
    fn wait_for(
        &mut self,
        timeline: TimelineId,
        segment: SegmentNumber,
        archived: &ArchivedSegment,
        now: Micros,
        archive: &Archive,
    ) -> Micros {
        if !crate::WHOLE || self.spec.effort.prefetch == 0 {
            let (latency, transfer) = self.fetching_takes(archived, now);
            return latency + transfer;
        }
        let expected = self.ahead.expected.iter().find(|(of, expected, _)| (*of, *expected) == (timeline, segment));
        let arrives = match expected {
            Some((.., arrives)) => *arrives,
            None => {
                self.ahead.give_up(now);
                let (latency, transfer) = self.fetching_takes(archived, now);
                let arrives = self.ahead.ask(latency, transfer, now);
                self.ahead.expected.push((timeline, segment, arrives));
                self.fetch_ahead(segment, now, archive);
                arrives
            }
        };
        (arrives - now).max(Micros::ZERO)
    }

    /// Asks for the segments behind one, as many as may be under way.
    fn fetch_ahead(&mut self, behind: SegmentNumber, now: Micros, archive: &Archive) {
        let (mut segment, mut last) = match self.ahead.expected.last() {
            Some((timeline, segment, _)) => (*segment, Some(*timeline)),
            None => (behind, self.last_file),
        };
        while (self.ahead.expected.len() as u64) < u64::from(self.spec.effort.prefetch) {
            segment = segment.next();
            let Some(timeline) = self.history.file_of(segment, self.settings.segment, last, archive) else { return };
            let Some(archived) = archive.segment(timeline, segment) else { return };
            let (latency, transfer) = self.fetching_takes(archived, now);
            let arrives = self.ahead.ask(latency, transfer, now);
            self.ahead.expected.push((timeline, segment, arrives));
            last = Some(timeline);
        }
    }

    /// No record follows in what has been fetched: fetch more, or that is the end.
    pub(super) fn at_end_of_fetched(
        &mut self,
        why: WhyEnd,
        now: Micros,
        archive: &Archive,
    ) -> Result<RecoveryStep, RecoveryFailure> {
        if let WhyEnd::NoSegment(segment) = why
            && let Some((timeline, archived)) = self.file_of(segment, archive)
            && !self.reader.source().has(segment)
        {
            let takes = self.wait_for(timeline, segment, archived, now, archive);
            self.pace.everyone_is_done();
            self.wait(Doing::FetchSegment(segment), Phase::FetchLog, now, takes);
            return Ok(RecoveryStep::Waiting);
        }
        let log_end = self.reader.position();
        if crate::WHOLE {
            self.log_end = Some(EndOfLog { at: log_end, why });
        }
        match &self.spec.target {
            Target::End if self.consistent => {
                self.log_end = Some(EndOfLog { at: log_end, why });
                self.stop(StopReason::EndOfLog, now)
            }
            Target::End => Err(RecoveryFailure::BackupIncomplete {
                backup: self.manifest.label.clone(),
                log_end,
                why,
                needed: self.needed(),
            }),
            target => {
                Err(RecoveryFailure::TargetNotReached { target: target.clone(), log_end, why, last: self.last_in })
            }
        }
    }
}
