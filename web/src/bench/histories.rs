//! Whose log the server wrote when. Timelines share the log up to where they fork; from there on the same positions hold other records.

use crate::state::Run;
use pitr_protocol::{RunHead, StepKind, TimelineSpan};

/// The timelines that a run's server was on.
#[derive(Debug, Default)]
pub struct Histories {
    /// From which step on the server was on which timeline, in order.
    live: Vec<(u32, u32)>,
    timelines: Vec<TimelineSpan>,
}

/// A part of a timeline's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub timeline: u32,
    /// Bytes: from here up to there, which is the next part's.
    pub from: u64,
    pub to: u64,
}

impl Histories {
    pub fn new(run: &Run) -> Histories {
        let mut live = vec![(0, first(&run.head))];
        for (step, kind) in run.steps.kind.iter().enumerate() {
            if *kind == StepKind::SwitchedOver {
                live.push((step as u32, run.steps.amount.get(step).map_or(0, |timeline| *timeline as u32)));
            }
        }
        Histories { live, timelines: run.head.timelines.clone() }
    }

    /// The timeline that the server is on at a step.
    pub fn live_at(&self, step: u32) -> u32 {
        let place = self.live.partition_point(|(from, _)| *from <= step);
        place.checked_sub(1).and_then(|place| self.live.get(place)).map_or(1, |(_, timeline)| *timeline)
    }

    /// The timelines that the server was ever on, in order, and from which step on.
    pub fn live(&self) -> &[(u32, u32)] {
        &self.live
    }

    /// The step at which the server leaves a timeline for another, if it does.
    pub fn left(&self, timeline: u32) -> Option<u32> {
        let place = self.live.iter().rposition(|(_, each)| *each == timeline)?;
        self.live.get(place + 1).map(|(step, _)| *step)
    }

    /// Whose log a timeline's consists of, the oldest first.
    pub fn parts(&self, timeline: u32) -> Vec<Part> {
        parts(&self.timelines, timeline)
    }
}

/// Whose log a timeline's consists of, the oldest first.
pub fn parts(timelines: &[TimelineSpan], timeline: u32) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut timeline, mut to) = (timeline, u64::MAX);
    // A tree has no circle; what comes from outside may claim one.
    while parts.len() <= timelines.len() {
        let parent = timelines.iter().find(|one| one.id == timeline).filter(|one| one.parent.is_some());
        let from = parent.map_or(0, |one| one.fork_lsn.min(to));
        parts.push(Part { timeline, from, to });
        let Some(parent) = parent.and_then(|one| one.parent) else { break };
        (timeline, to) = (parent, from);
    }
    parts.reverse();
    parts
}

/// The timeline that has written what a timeline's log holds at a position: it, or one that it comes from.
pub fn writer(timelines: &[TimelineSpan], timeline: u32, lsn: u64) -> u32 {
    if timelines.len() < 2 {
        return timeline;
    }
    let holds = |part: &Part| (part.from..part.to).contains(&lsn);
    parts(timelines, timeline).into_iter().find(holds).map_or(timeline, |part| part.timeline)
}

/// The segments that hold what a timeline wrote at a position, each as a timeline and a number: its own, and those in which a server that took
/// over brought it along.
pub fn segments_of(run: &Run, timeline: u32, lsn: u64) -> Vec<(u32, u64)> {
    let size = u64::from(run.head.segment_bytes.max(1));
    let number = lsn / size;
    let timelines = &run.head.timelines;
    let brought = timelines.iter().filter(|one| {
        one.id != timeline && one.fork_lsn / size == number && writer(timelines, one.id, lsn) == timeline
    });
    [timeline].into_iter().chain(brought.map(|one| one.id)).map(|timeline| (timeline, number)).collect()
}

/// The timeline that a run begins on.
fn first(head: &RunHead) -> u32 {
    head.timelines.first().map_or(1, |timeline| timeline.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::deep::samples::forked;

    #[test]
    fn a_timeline_has_its_parents_log_up_to_the_fork() {
        let run = forked();
        let histories = Histories::new(&run);
        let fork = run.head.timelines[1].fork_lsn;
        let first = Part { timeline: 1, from: 0, to: fork };
        assert_eq!(histories.parts(1), [Part { to: u64::MAX, ..first }]);
        assert_eq!(histories.parts(2), [first, Part { timeline: 2, from: fork, to: u64::MAX }]);
    }

    #[test]
    fn what_is_older_than_the_fork_was_written_by_the_parent() {
        let run = forked();
        let fork = run.head.timelines[1].fork_lsn;
        let writer = |timeline, lsn| writer(&run.head.timelines, timeline, lsn);
        assert_eq!([writer(1, fork - 1), writer(2, fork - 1)], [1, 1]);
        assert_eq!([writer(1, fork), writer(2, fork)], [1, 2]);
    }

    #[test]
    fn the_server_is_on_one_timeline_until_it_switches_over() {
        let run = forked();
        let histories = Histories::new(&run);
        let [_, (switch, two)] = histories.live() else { panic!("{:?}", histories.live()) };
        assert_eq!((histories.live_at(switch - 1), histories.live_at(*switch), *two), (1, 2, 2));
        assert_eq!((histories.left(1), histories.left(2)), (Some(*switch), None));
    }

    #[test]
    fn a_circle_of_timelines_has_an_end() {
        let mut run = forked();
        run.head.timelines[0].parent = Some(2);
        assert!(Histories::new(&run).parts(2).len() <= 3);
    }
}
