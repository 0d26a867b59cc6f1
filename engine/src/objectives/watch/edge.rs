//! The log's edge: which commits have been acknowledged and are not in the archive.
//!
//! What counts is what lies in the archive, not what the server believes: a segment that was reported and never shipped is not there.

use crate::archive::Archiving;
use crate::cluster::{Event, EventKind};
use crate::objectives::timeline::Acknowledging;
use crate::types::{Lsn, Micros, SegmentNumber, SegmentSize, TimelineId};
use std::collections::{BTreeSet, VecDeque};

use super::gauge::Reading;

/// How far the archive has come behind the commits.
#[derive(Debug)]
pub(super) struct Edge {
    size: SegmentSize,
    timeline: Option<TimelineId>,
    commits: Acknowledging,
    /// Acknowledged, and not in the archive: when, and the end of the record.
    waiting: VecDeque<(Micros, Lsn)>,
    /// The archive holds all log before this, or a backup does.
    archived_to: Lsn,
    /// Segments of the archive behind that.
    beyond: BTreeSet<SegmentNumber>,
    /// Sealed, and not reported to be archived.
    backlog: BTreeSet<SegmentNumber>,
    /// When the primary was lost: nothing comes to the archive any more.
    lost: Option<Micros>,
}

impl Edge {
    pub fn new(size: SegmentSize) -> Edge {
        Edge {
            size,
            timeline: None,
            commits: Acknowledging::default(),
            waiting: VecDeque::new(),
            archived_to: Lsn::ZERO,
            beyond: BTreeSet::new(),
            backlog: BTreeSet::new(),
            lost: None,
        }
    }

    /// Takes note of what happened.
    pub fn hear(&mut self, event: &Event) {
        if let Some(commit) = self.commits.hear(event) {
            if commit.end > self.archived_to {
                self.waiting.push_back((commit.at, commit.end));
            }
            return;
        }
        match &event.kind {
            EventKind::RecordWritten { timeline, record, .. } if self.timeline != Some(*timeline) => {
                self.begin(*timeline, self.size.start_of(self.size.segment_of(record.lsn)));
            }
            EventKind::SegmentSealed { timeline, segment, .. } if self.is_ours(*timeline) => {
                self.backlog.insert(*segment);
            }
            EventKind::SegmentArchived { timeline, segment, .. }
            | EventKind::Archiving(
                Archiving::SegmentComplete { timeline, segment } | Archiving::DuplicateAccepted { timeline, segment },
            ) if self.is_ours(*timeline) => {
                self.backlog.remove(segment);
                self.beyond.insert(*segment);
                self.advance();
            }
            EventKind::Archiving(
                Archiving::FalseSuccess { timeline, segment } | Archiving::Partial { timeline, segment, .. },
            ) if self.is_ours(*timeline) => {
                self.backlog.remove(segment);
            }
            EventKind::Archiving(Archiving::Streamed { timeline, from, to })
                if self.is_ours(*timeline) && *from <= self.archived_to =>
            {
                self.archived_to = self.archived_to.max(*to);
                self.advance();
            }
            // What is older than a backup is in it.
            EventKind::BackupFinished { end, .. } => {
                self.archived_to = self.archived_to.max(self.size.start_of(self.size.segment_of(*end)));
                self.advance();
            }
            EventKind::PrimaryLost => self.lost = Some(event.at),
            EventKind::SwitchedOver { .. } => {
                (self.timeline, self.lost) = (None, None);
            }
            _ => {}
        }
    }

    /// Another primary's log begins.
    fn begin(&mut self, timeline: TimelineId, from: Lsn) {
        (self.timeline, self.archived_to) = (Some(timeline), from);
        self.waiting.clear();
        self.beyond.clear();
        self.backlog.clear();
    }

    fn is_ours(&self, timeline: TimelineId) -> bool {
        self.timeline == Some(timeline)
    }

    fn advance(&mut self) {
        let from = self.size.segment_of(self.archived_to);
        self.beyond = self.beyond.split_off(&from);
        while let Some(next) = self.beyond.first().copied() {
            if next != self.size.segment_of(self.archived_to) {
                break;
            }
            self.beyond.pop_first();
            self.archived_to = self.size.start_of(next.next());
        }
        while self.waiting.front().is_some_and(|(_, end)| *end <= self.archived_to) {
            self.waiting.pop_front();
        }
    }

    /// How old the oldest commit is that is not in the archive; when the primary is lost, how old it was then.
    pub fn point_age(&self) -> Reading {
        match (self.waiting.front(), self.lost) {
            (None, _) => Reading::Is(0),
            (Some((at, _)), None) => Reading::Since(*at),
            (Some((at, _)), Some(lost)) => Reading::Is((lost - *at).0),
        }
    }

    pub fn backlog(&self) -> usize {
        self.backlog.len()
    }

    /// Up to when every commit can be recovered, if there is a backup to begin with.
    pub fn covers_to(&self, now: Micros) -> Micros {
        let end = self.lost.map_or(now, |lost| lost.min(now));
        self.waiting.front().map_or(end, |(at, _)| (*at).min(end))
    }

    /// The last instant that there was anything to be recovered from.
    pub fn lives_to(&self, now: Micros) -> Micros {
        self.lost.map_or(now, |lost| lost.min(now))
    }

    /// Whether log up to there has yet to come to the archive, and may.
    pub fn will_hold(&self, end: Lsn) -> bool {
        self.lost.is_none() && end > self.archived_to
    }

    /// Whether a segment is lacking in the archive though there are later ones.
    pub fn has_hole(&self) -> bool {
        !self.beyond.is_empty()
    }
}
