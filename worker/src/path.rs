//! The part of the log that a recovery along a timeline reads: the same positions are written on several timelines once there are forks.

use crate::columns::Columns;

use pitr_engine::types::{Lsn, SegmentSize, TimelineId};
use pitr_engine::{Archive, History, Manifest, TimelineChoice};
use pitr_protocol::TransactionSpan;

/// Timelines and the parts of them that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The timeline that it leads to.
    timeline: u32,
    parts: Vec<(u32, core::ops::Range<u64>)>,
}

impl Path {
    /// A timeline and its ancestors, as the run has made them.
    pub fn of(columns: &Columns, timeline: u32) -> Path {
        let mut path = Path { timeline, parts: Vec::new() };
        if !pitr_engine::WHOLE {
            return path;
        }
        let (mut timeline, mut end) = (timeline, u64::MAX);
        // Each ancestor came to be before its child: the way back ends.
        for span in columns.head.timelines.iter().rev() {
            if span.id == timeline {
                path.parts.push((timeline, span.fork_lsn..end));
                let Some(parent) = span.parent else { break };
                (timeline, end) = (parent, end.min(span.fork_lsn));
            }
        }
        path
    }

    /// What a recovery reads of the archive from a backup on. One that cannot follow what was chosen reads the backup's own timeline.
    pub fn along(
        columns: &Columns,
        archive: &Archive,
        size: SegmentSize,
        choice: TimelineChoice,
        backup: &Manifest,
    ) -> Path {
        if !pitr_engine::WHOLE {
            return Path::of(columns, backup.timeline.0);
        }
        let followed = History::choose(choice, backup.timeline, archive);
        let timeline = followed.map_or(backup.timeline, |history| history.timeline());
        Path::read(columns, archive, size, timeline.0, backup.redo)
    }

    /// What is read from a position on to recover to a timeline. Where the archive does not have its file of a segment yet, its parent's is read,
    /// past the fork.
    pub fn read(columns: &Columns, archive: &Archive, size: SegmentSize, timeline: u32, redo: Lsn) -> Path {
        let mut path = Path::of(columns, timeline);
        let Some(fork) = path.parts.iter().rev().nth(1).map(|(_, part)| Lsn(part.start)) else { return path };
        let history = History::of(TimelineId(timeline), archive);
        let mut segment = size.segment_of(fork.max(redo));
        let read_from = size.start_of(segment).0;
        for (_, part) in &mut path.parts {
            *part = part.start.min(read_from)..part.end.min(read_from);
        }
        let mut last = None;
        while let Some(file) = history.file_of(segment, size, last, archive) {
            let bytes = size.start_of(segment).0..size.start_of(segment.next()).0;
            // The oldest first, as they stand in it.
            for (own, part) in Path::of(columns, file.0).parts.into_iter().rev() {
                path.add(own, part.start.max(bytes.start)..part.end.min(bytes.end));
            }
            (last, segment) = (Some(file), segment.next());
        }
        path
    }

    /// One more part behind the others: of a log of thousands of segments there are as many parts as it changes hands.
    fn add(&mut self, timeline: u32, part: core::ops::Range<u64>) {
        match self.parts.last_mut() {
            _ if part.is_empty() => {}
            Some((own, last)) if *own == timeline && last.end == part.start => last.end = part.end,
            _ => self.parts.push((timeline, part)),
        }
    }

    /// The timeline that it leads to.
    pub fn timeline(&self) -> u32 {
        self.timeline
    }

    /// Whether it has what is written there on that timeline.
    pub fn has(&self, timeline: u32, lsn: u64) -> bool {
        // Without the whole engine no recovered server takes over: there is one log.
        if !pitr_engine::WHOLE {
            return timeline == TimelineId::FIRST.0;
        }
        self.parts.iter().any(|(own, part)| *own == timeline && part.contains(&lsn))
    }

    /// Whether it has the end of a transaction that stands before a position.
    pub fn has_end(&self, columns: &Columns, span: &TransactionSpan, before: Lsn) -> bool {
        let is_on_it = |lsn| !pitr_engine::WHOLE || self.has(timeline_at(columns, span.end_step), lsn);
        span.end_lsn.is_some_and(|lsn| lsn < before.0 && is_on_it(lsn))
    }
}

/// The timeline that the log was written on at a step.
pub fn timeline_at(columns: &Columns, step: u32) -> u32 {
    let written = columns.records.step.partition_point(|at| *at <= step);
    let last = written.checked_sub(1).and_then(|last| columns.records.timeline.get(last));
    last.copied().unwrap_or(TimelineId::FIRST.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_changes_hands_once_has_two_parts_however_many_segments() {
        let mut path = Path { timeline: 2, parts: Vec::new() };
        for (timeline, part) in [(1, 0..10), (1, 10..20), (2, 20..20), (2, 20..30), (2, 30..40)] {
            path.add(timeline, part);
        }
        assert_eq!(path.parts, [(1, 0..20), (2, 20..40)]);
        assert!(path.has(1, 19) && !path.has(1, 20) && path.has(2, 20));
    }
}
