//! Where the recording's log positions and files are in the engine's log.
//!
//! Nothing is computed from the recorded numbers of bytes: a recorded position is one of a mark, and the engine's record for that mark is
//! known. Segments are closed at the same places.

use super::recording::{Along, Edge, Mark, MarkKind, Position, RecordedTarget, SegmentName};
use super::texts::kind_name;
use pitr_engine::types::{Lsn, SegmentNumber, SegmentSize, TimelineId};
use pitr_engine::{Archive, LogReader, SegmentSource};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Past every log: no recovery comes to it.
const PAST_ALL: Lsn = Lsn(1 << 56);

/// A recorded mark, and the engine's record for it.
#[derive(Debug, Clone)]
pub struct PlacedMark {
    pub mark: Mark,
    pub lsn: Lsn,
    pub end: Lsn,
}

/// A timeline, and its marks in the order of the log.
#[derive(Debug, Default)]
struct Branch {
    /// The timeline that it was made from, and where in the engine's log.
    origin: Option<(TimelineId, Lsn)>,
    marks: Vec<PlacedMark>,
}

/// The marks of all timelines.
#[derive(Debug)]
pub struct Places {
    size: SegmentSize,
    branches: BTreeMap<TimelineId, Branch>,
    /// The timeline that each backup was taken on.
    backups: BTreeMap<String, TimelineId>,
}

impl Places {
    pub fn new(size: SegmentSize) -> Places {
        Places { size, branches: BTreeMap::new(), backups: BTreeMap::new() }
    }

    pub fn size(&self) -> SegmentSize {
        self.size
    }

    /// A timeline begins.
    pub fn begin(&mut self, timeline: TimelineId, origin: Option<(TimelineId, Lsn)>) {
        self.branches.insert(timeline, Branch { origin, marks: Vec::new() });
    }

    /// The next mark of a timeline.
    pub fn add(&mut self, timeline: TimelineId, placed: PlacedMark) {
        self.branches.entry(timeline).or_default().marks.push(placed);
    }

    pub fn add_backup(&mut self, label: &str, timeline: TimelineId) {
        self.backups.insert(label.to_owned(), timeline);
    }

    /// Puts down where the records of a timeline's beginning end.
    pub fn place_ends(&mut self, timeline: TimelineId, end_of: impl Fn(Lsn) -> Option<Lsn>) {
        let marks = self.branches.get_mut(&timeline).map(|branch| branch.marks.as_mut_slice()).unwrap_or_default();
        for placed in marks.iter_mut().filter(|placed| placed.mark.kind == MarkKind::TimelineStart) {
            placed.end = end_of(placed.lsn).unwrap_or(placed.end);
        }
    }

    fn marks(&self, timeline: TimelineId) -> &[PlacedMark] {
        self.branches.get(&timeline).map(|branch| branch.marks.as_slice()).unwrap_or_default()
    }

    /// The timeline that a recovery follows, with those archived histories that there are.
    pub fn followed(&self, target: &RecordedTarget, archive: &Archive) -> TimelineId {
        let own = self.backups.get(&target.backup).copied().unwrap_or(TimelineId::FIRST);
        match target.timeline {
            Along::Number(number) => TimelineId(number),
            Along::Current => own,
            Along::Latest => {
                let mut at = own;
                while archive.has_history(TimelineId(at.0 + 1)) {
                    at = TimelineId(at.0 + 1);
                }
                at
            }
        }
    }

    /// A timeline and its ancestors, each with the engine's position at which the history leaves it. Without its history file a timeline
    /// has no ancestors.
    fn history(&self, timeline: TimelineId, archive: &Archive) -> Vec<(TimelineId, Lsn)> {
        let mut chain = vec![(timeline, PAST_ALL)];
        let mut origin = self.branches.get(&timeline).and_then(|branch| branch.origin);
        if !archive.has_history(timeline) {
            origin = None;
        }
        let mut left = PAST_ALL;
        while let Some((parent, fork)) = origin.filter(|(parent, _)| chain.iter().all(|(known, _)| known != parent)) {
            // Where a child begins before its parent does, nothing of the parent is left.
            left = left.min(fork);
            chain.push((parent, left));
            origin = self.branches.get(&parent).and_then(|branch| branch.origin);
        }
        chain
    }

    /// The segment in which the engine should write a mark's record: as many behind that of the mark before it as recorded.
    pub fn segment_for(&self, timeline: TimelineId, mark: &Mark) -> Option<SegmentNumber> {
        let mut before = self.marks(timeline).last();
        let mut origin = self.branches.get(&timeline).and_then(|branch| branch.origin);
        while let Some((parent, fork)) = origin.filter(|_| before.is_none()) {
            before = self.marks(parent).iter().rfind(|placed| placed.lsn < fork);
            origin = self.branches.get(&parent).and_then(|branch| branch.origin);
        }
        let before = before?;
        let behind = mark.segment.number.saturating_sub(before.mark.segment.number);
        Some(SegmentNumber(self.size.segment_of(before.lsn).0 + behind))
    }

    /// The engine's segments that hold what a recorded file held: those of its marks, or, if it has none, the one between its neighbours'.
    pub fn segments(&self, name: SegmentName) -> BTreeSet<SegmentNumber> {
        let marks = self.marks(name.timeline).iter();
        let known: BTreeSet<(u64, SegmentNumber)> =
            marks.map(|placed| (placed.mark.segment.number, self.size.segment_of(placed.lsn))).collect();
        let named = known.iter().filter(|(number, _)| *number == name.number);
        let mut found: BTreeSet<SegmentNumber> = named.map(|(_, engine)| *engine).collect();
        if found.is_empty() {
            let before = known.iter().rfind(|(number, _)| *number < name.number);
            let after = known.iter().find(|(number, _)| *number > name.number);
            let behind = before.map(|(number, engine)| engine.0 + (name.number - number));
            let ahead = after.map(|(number, engine)| (engine.0, engine.0.saturating_sub(number - name.number)));
            found.extend(match (behind, ahead) {
                // A recorded file with nothing in it has none of its own here, and the log ends before the next.
                (Some(behind), Some((next, _))) => Some(SegmentNumber(behind.min(next))),
                (Some(behind), None) => Some(SegmentNumber(behind)),
                (None, ahead) => ahead.map(|(_, at)| SegmentNumber(at)),
            });
        }
        found
    }

    /// A mark by its recorded position, looked for on these timelines, one after the other.
    fn find(
        &self,
        timelines: impl IntoIterator<Item = TimelineId>,
        lsn: Position,
        is_it: impl Fn(&Mark) -> bool,
    ) -> Option<(TimelineId, &PlacedMark)> {
        let is_it = |placed: &&PlacedMark| placed.mark.lsn == lsn && is_it(&placed.mark);
        timelines.into_iter().find_map(|timeline| Some((timeline, self.marks(timeline).iter().find(is_it)?)))
    }

    /// The engine's positions for a recorded one, if marks begin there or end: one for each timeline that has such a mark.
    pub fn engines(&self, recorded: Lsn) -> BTreeSet<Lsn> {
        let all = self.branches.values().flat_map(|branch| &branch.marks);
        let begins = all.clone().filter(|placed| placed.mark.lsn.0 == recorded).map(|placed| placed.lsn);
        let ends = all.filter(|placed| placed.mark.next_lsn.is_some_and(|next| next.0 == recorded));
        begins.chain(ends.map(|placed| placed.end)).collect()
    }

    /// A mark in a timeline's file of the log, which may begin with a copy of its ancestors' bytes.
    pub fn mark_in_file(&self, timeline: TimelineId, lsn: Position, kind: MarkKind, archive: &Archive) -> Option<Lsn> {
        let timelines = self.history(timeline, archive).into_iter().map(|(timeline, _)| timeline);
        self.find(timelines, lsn, |mark| mark.kind == kind).map(|(_, placed)| placed.lsn)
    }

    /// The mark that a target's position is one of, and whether the recovery comes by there.
    fn mark_of(&self, target: &RecordedTarget, history: &[(TimelineId, Lsn)]) -> Option<(&PlacedMark, bool)> {
        let place = target.lsn_of.as_ref()?;
        let is_it = |mark: &Mark| {
            let same_kind = kind_name(mark.kind) == place.kind;
            same_kind
                && place.xid.is_none_or(|xid| mark.xid == Some(xid))
                && (place.name.is_none() || mark.name == place.name)
        };
        let on_history = history.iter().map(|(timeline, _)| *timeline).chain(self.branches.keys().copied());
        let timelines: Vec<TimelineId> = match place.timeline {
            Some(timeline) => vec![TimelineId(timeline)],
            None => on_history.collect(),
        };
        let (home, found) = self.find(timelines, place.mark_lsn?, is_it)?;
        Some((found, history.iter().any(|(timeline, left)| *timeline == home && found.lsn < *left)))
    }

    /// Whether a target's position is none of a mark that the recovery comes by: it is on a branch that is not followed, or of a record
    /// between marks, and the engine is given the next mark's.
    pub fn is_elsewhere(&self, target: &RecordedTarget, archive: &Archive) -> bool {
        let history = self.history(self.followed(target, archive), archive);
        let begins = target.lsn_of.as_ref().is_some_and(|place| place.edge == Some(Edge::Start));
        self.mark_of(target, &history)
            .is_some_and(|(found, is_followed)| !is_followed || (begins && target.lsn != Some(found.mark.lsn)))
    }

    /// The engine's position for a target's; `None` if its mark is not known.
    pub fn position(&self, target: &RecordedTarget, archive: &Archive) -> Option<Lsn> {
        let place = target.lsn_of.as_ref()?;
        if place.kind == "past_end" {
            return Some(PAST_ALL);
        }
        let history = self.history(self.followed(target, archive), archive);
        let (found, is_followed) = self.mark_of(target, &history)?;
        if is_followed {
            return Some(match place.edge? {
                Edge::Start => found.lsn,
                Edge::Inside => found.lsn.advanced(1),
                Edge::End => found.end,
            });
        }
        // The place is on a branch that is not followed: what stands there or next on the one that is.
        let wanted = target.lsn?;
        let mut followed = history
            .iter()
            .rev()
            .flat_map(|(timeline, left)| self.marks(*timeline).iter().filter(move |placed| placed.lsn < *left));
        Some(followed.find(|placed| placed.mark.lsn >= wanted).map_or(PAST_ALL, |placed| placed.lsn))
    }
}

/// Where the first record at or after a position begins.
pub fn record_place(size: SegmentSize, at: Lsn) -> Lsn {
    LogReader::new(Nothing, size, at).position()
}

/// Where the record that begins there ends, in a timeline's files.
pub fn record_end(archive: &Archive, timeline: TimelineId, lsn: Lsn) -> Option<Lsn> {
    let (_, _, any) = archive.segments().next()?;
    let size = SegmentSize::new(u32::try_from(any.bytes.len()).ok()?)?;
    LogReader::new(Files { archive, timeline }, size, lsn).read().ok().map(|found| found.end)
}

/// A log of which nothing is to be had.
struct Nothing;

impl SegmentSource for Nothing {
    fn segment(&mut self, _: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        None
    }
}

/// One timeline's files of an archive.
struct Files<'a> {
    archive: &'a Archive,
    timeline: TimelineId,
}

impl SegmentSource for Files<'_> {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        let archived = self.archive.segment(self.timeline, segment)?;
        Some((self.timeline, Arc::clone(&archived.bytes)))
    }
}
