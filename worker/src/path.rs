//! The part of the log that a recovery along a timeline reads: the same positions are written on several timelines once there are forks.

use crate::columns::Columns;
use pitr_engine::Archive;
use pitr_engine::types::{Lsn, TimelineId};
use pitr_protocol::{Along, TransactionSpan};

/// Timelines and the parts of them that belong to it, the timeline itself first, the oldest ancestor last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<(u32, core::ops::Range<u64>)>);

impl Path {
    /// A timeline and its ancestors, as the run has made them.
    pub fn of(columns: &Columns, timeline: u32) -> Path {
        let mut ages = Vec::new();
        if !pitr_engine::WHOLE {
            return Path(ages);
        }
        let (mut timeline, mut end) = (timeline, u64::MAX);
        // Each ancestor came to be before its child: the way back ends.
        for span in columns.head.timelines.iter().rev() {
            if span.id == timeline {
                ages.push((timeline, span.fork_lsn..end));
                let Some(parent) = span.parent else { break };
                (timeline, end) = (parent, end.min(span.fork_lsn));
            }
        }
        Path(ages)
    }

    /// What a recovery follows from a backup on timeline `from`.
    pub fn along(columns: &Columns, archive: &Archive, along: Along, from: TimelineId) -> Path {
        if !pitr_engine::WHOLE {
            return Path::of(columns, from.0);
        }
        let timeline = match along {
            Along::Current => from.0,
            Along::Number(number) => number,
            Along::Latest => {
                (from.0..).find(|timeline| !archive.has_history(TimelineId(timeline + 1))).unwrap_or(from.0)
            }
        };
        Path::of(columns, timeline)
    }

    /// The timeline that it leads to.
    pub fn timeline(&self) -> u32 {
        self.0.first().map_or(TimelineId::FIRST.0, |(timeline, _)| *timeline)
    }

    /// Whether it has what is written there on that timeline.
    pub fn has(&self, timeline: u32, lsn: u64) -> bool {
        // Without the whole engine no recovered server takes over: there is one log.
        if !pitr_engine::WHOLE {
            return timeline == TimelineId::FIRST.0;
        }
        self.0.iter().any(|(own, part)| *own == timeline && part.contains(&lsn))
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
