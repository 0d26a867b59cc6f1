//! What a run's picture looks up instead of going through all of it: built once a run, so that a frame costs what it shows.

use super::columns::Columns;
use super::faults::{self, Fault};
use super::written::Written;
use crate::bench::histories::Histories;
use crate::state::Run;
use crate::timeline::axis::Scale;
use pitr_protocol::{RecordKind, StepKind, segment_text};
use std::collections::BTreeMap;

/// What a person looks for along the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Commit,
    RollBack,
    Change,
    Checkpoint,
    RestorePoint,
    Backup,
    BackupEnd,
    Segment,
    Sealed,
    Archived,
    Expired,
    Savepoint,
    Recovery,
    Timeline,
    Said,
    Fault,
}

impl Sort {
    pub const ALL: [Sort; 16] = [
        Sort::Commit,
        Sort::RollBack,
        Sort::Change,
        Sort::Checkpoint,
        Sort::RestorePoint,
        Sort::Backup,
        Sort::BackupEnd,
        Sort::Segment,
        Sort::Sealed,
        Sort::Archived,
        Sort::Expired,
        Sort::Savepoint,
        Sort::Recovery,
        Sort::Timeline,
        Sort::Said,
        Sort::Fault,
    ];

    /// The code by which files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            Sort::Commit => "commit",
            Sort::RollBack => "rollback",
            Sort::Change => "change",
            Sort::Checkpoint => "checkpoint",
            Sort::RestorePoint => "restore_point",
            Sort::Backup => "backup",
            Sort::BackupEnd => "backup_end",
            Sort::Segment => "segment",
            Sort::Sealed => "sealed",
            Sort::Archived => "archived",
            Sort::Expired => "expired",
            Sort::Savepoint => "savepoint",
            Sort::Recovery => "recovery",
            Sort::Timeline => "timeline",
            Sort::Said => "said",
            Sort::Fault => "fault",
        }
    }

    fn of_record(kind: RecordKind) -> Option<Sort> {
        match kind {
            RecordKind::Insert | RecordKind::Update | RecordKind::Delete => Some(Sort::Change),
            RecordKind::Checkpoint => Some(Sort::Checkpoint),
            RecordKind::RestorePoint => Some(Sort::RestorePoint),
            _ => None,
        }
    }

    fn of_step(kind: StepKind) -> Option<Sort> {
        match kind {
            StepKind::Committed => Some(Sort::Commit),
            StepKind::RolledBack => Some(Sort::RollBack),
            StepKind::BackupStarted => Some(Sort::Backup),
            StepKind::BackupFinished => Some(Sort::BackupEnd),
            StepKind::SegmentOpened => Some(Sort::Segment),
            StepKind::SegmentSealed => Some(Sort::Sealed),
            StepKind::SegmentArchived => Some(Sort::Archived),
            StepKind::RecoveryStarted => Some(Sort::Recovery),
            StepKind::TimelineBegan => Some(Sort::Timeline),
            StepKind::Noted => Some(Sort::Said),
            _ => None,
        }
    }
}

/// A checkpoint: its record, and where a recovery from it would begin to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    pub record: usize,
    pub redo_lsn: u64,
    pub redo_us: i64,
}

/// What a session did about a savepoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    Set,
    BackTo,
    Released,
}

/// What is looked up.
#[derive(Debug, Default)]
pub struct Index {
    pub histories: Histories,
    /// Along the clock.
    by_time: Written,
    /// Along the log: the history of each timeline that the server was on; of a run that was on one there is no other than along the clock.
    by_lsn: BTreeMap<u32, Written>,
    /// The records of each timeline, where there are several.
    own: BTreeMap<u32, Vec<u32>>,
    /// The steps of each sort, in order.
    sorts: [Vec<u32>; Sort::ALL.len()],
    /// The record by which the damage was done.
    pub damage: Option<usize>,
    /// All timelines' checkpoints.
    checkpoints: Vec<Checkpoint>,
    /// Steps, with the session.
    pub savepoints: Vec<(u32, u32, Saving)>,
    /// Restore points' records, with the step that names them.
    pub restore_points: Vec<(usize, u32)>,
    /// What went wrong, and what was set right, in order.
    pub faults: Vec<Fault>,
    /// Segments that have been deleted from the archive, by their place in the head, and at which step.
    pub expired: BTreeMap<usize, u32>,
    /// Of the part that was last in sight.
    pub columns: Columns,
}

impl Index {
    pub fn new(run: &Run) -> Index {
        let mut index = Index::default();
        let (head, records) = (&run.head, &run.records);
        for (kind, step) in records.kind.iter().zip(&records.step) {
            if let Some(sort) = Sort::of_record(*kind) {
                index.sorts[sort as usize].push(*step);
            }
        }
        index.steps(run);
        // The damage is the fault that matters most, whatever it was.
        let incident = head.incident.and_then(|place| head.transactions.get(place as usize));
        let is_told = |one: &&pitr_protocol::TransactionSpan| {
            let within = one.begin_step..=one.end_step;
            !index.faults.iter().any(|fault| within.contains(&fault.step))
        };
        let step = incident.filter(is_told).map(|one| one.end_step);
        index.sorts[Sort::Fault as usize].extend(step);
        for steps in &mut index.sorts {
            steps.sort_unstable();
        }
        index.write(run);
        index
    }

    /// Whose log it is, and when.
    fn write(&mut self, run: &Run) {
        self.histories = Histories::new(run);
        self.damage = run.incident().and_then(|one| {
            let steps = (run.records_at(one.begin_step).saturating_sub(1))..run.records_at(one.end_step);
            steps.rev().find(|record| run.records.lsn.get(*record).copied() == one.end_lsn)
        });
        let written = |mut written: Written| {
            written.checkpoints =
                self.checkpoints.iter().filter(|one| written.has_record(one.record)).copied().collect();
            written
        };
        self.by_time = written(Written::by_time(run, &self.histories));
        if let [_, _, ..] = self.histories.live() {
            let by_lsn =
                |(_, timeline): &(u32, u32)| (*timeline, written(Written::by_lsn(run, &self.histories, *timeline)));
            self.by_lsn = self.histories.live().iter().map(by_lsn).collect();
        }
        if run.head.timelines.len() > 1 {
            for (record, timeline) in run.records.timeline.iter().enumerate() {
                self.own.entry(*timeline).or_default().push(record as u32);
            }
        }
    }

    fn steps(&mut self, run: &Run) {
        let steps = &run.steps;
        let mut redo: Vec<(u32, u64)> = Vec::new();
        let mut restore_points: Vec<u32> = Vec::new();
        let mut segments: Option<BTreeMap<String, usize>> = None;
        for (step, kind) in steps.kind.iter().enumerate() {
            if let Some(sort) = Sort::of_step(*kind) {
                self.sorts[sort as usize].push(step as u32);
            }
            let name = steps.name.get(step).copied().unwrap_or(u32::MAX);
            if let Some(fault) = faults::of_step(run, step as u32) {
                // One thing that is told twice, as what was done and as what came of it, is one.
                let same =
                    |last: &Fault| last.what == fault.what && run.step_time(last.step) == run.step_time(fault.step);
                if !self.faults.last().is_some_and(same) {
                    self.faults.push(fault);
                    self.sorts[Sort::Fault as usize].push(step as u32);
                }
            }
            match kind {
                StepKind::CheckpointStarted => {
                    redo.push((step as u32, steps.lsn.get(step).copied().unwrap_or_default()));
                }
                StepKind::RestorePointMade => restore_points.push(step as u32),
                StepKind::StatementDone => {
                    let text = steps.text.get(step).map_or("", |text| run.name(*text));
                    if text == "segment_expired" {
                        self.sorts[Sort::Expired as usize].push(step as u32);
                        let segments = segments.get_or_insert_with(|| segment_names(run));
                        if let Some(segment) = segments.get(run.name(name)) {
                            self.expired.insert(*segment, step as u32);
                        }
                    } else if let Some(saving) = saving(text) {
                        self.savepoints.push((step as u32, name, saving));
                        self.sorts[Sort::Savepoint as usize].push(step as u32);
                    }
                }
                _ => {}
            }
        }
        for (record, kind) in run.records.kind.iter().enumerate() {
            let Some(step) = run.records.step.get(record).copied() else {
                break;
            };
            match kind {
                RecordKind::Checkpoint => {
                    let begun = redo.partition_point(|(at, _)| *at <= step).checked_sub(1);
                    let lsn = run.records.lsn.get(record).copied().unwrap_or_default();
                    let redo = begun.and_then(|begun| redo.get(begun)).map(|(at, redo)| (run.step_time(*at), *redo));
                    let (redo_us, redo_lsn) =
                        redo.filter(|(_, redo)| *redo <= lsn && *redo > 0).unwrap_or((run.step_time(step), lsn));
                    self.checkpoints.push(Checkpoint { record, redo_lsn, redo_us });
                }
                RecordKind::RestorePoint => {
                    let named = restore_points.partition_point(|at| *at < step);
                    self.restore_points.push((record, restore_points.get(named).copied().unwrap_or(step)));
                }
                _ => {}
            }
        }
    }

    /// What the lane of the log shows at a step.
    pub fn written(&self, scale: Scale, step: u32) -> &Written {
        let history = if scale == Scale::Lsn { self.by_lsn.get(&self.histories.live_at(step)) } else { None };
        history.unwrap_or(&self.by_time)
    }

    /// What a timeline has written itself, if there are several.
    pub fn own(&self, timeline: u32) -> &[u32] {
        self.own.get(&timeline).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first record that ends at a position or past it, of a timeline and of those that it comes from.
    pub fn find(&self, run: &Run, timeline: u32, lsn: u64) -> usize {
        let end = |record: &u32| run.records.end_lsn.get(*record as usize).copied().unwrap_or_default();
        if self.own.is_empty() {
            return run.records.end_lsn.partition_point(|end| *end < lsn);
        }
        let parts = self.histories.parts(timeline).into_iter().filter(|part| part.to >= lsn);
        let found = parts.filter_map(|part| {
            let own = self.own(part.timeline);
            let record = *own.get(own.partition_point(|record| end(record) < lsn))?;
            (end(&record) <= part.to).then_some(record as usize)
        });
        found.into_iter().next().unwrap_or(usize::MAX)
    }

    /// The last record that a timeline has written itself before a position.
    pub fn last_before(&self, run: &Run, timeline: u32, lsn: u64) -> Option<usize> {
        let begin = |record: u32| run.records.lsn.get(record as usize).copied().unwrap_or_default();
        if self.own.is_empty() {
            return run.records.lsn.partition_point(|begin| *begin < lsn).checked_sub(1);
        }
        let own = self.own(timeline);
        let last = own.partition_point(|record| begin(*record) < lsn).checked_sub(1)?;
        own.get(last).map(|record| *record as usize)
    }

    /// The next step of a sort, or the one before.
    pub fn next(&self, sort: Sort, step: u32, forward: bool) -> Option<u32> {
        let steps = &self.sorts[sort as usize];
        if forward {
            steps.get(steps.partition_point(|at| *at <= step)).copied()
        } else {
            steps.partition_point(|at| *at < step).checked_sub(1).and_then(|place| steps.get(place).copied())
        }
    }

    /// All steps of a sort, in order.
    pub fn all(&self, sort: Sort) -> &[u32] {
        &self.sorts[sort as usize]
    }

    /// The fault at a step.
    pub fn fault(&self, step: u32) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.step == step)
    }

    /// The steps at which somebody said something.
    pub fn said(&self) -> &[u32] {
        &self.sorts[Sort::Said as usize]
    }

    /// Whether there is any of a sort.
    pub fn has(&self, sort: Sort) -> bool {
        !self.sorts[sort as usize].is_empty()
    }
}

fn saving(text: &str) -> Option<Saving> {
    let upper = text.get(..text.len().min(16)).unwrap_or(text).to_ascii_uppercase();
    if upper.starts_with("SAVEPOINT ") {
        Some(Saving::Set)
    } else if upper.starts_with("ROLLBACK TO ") {
        Some(Saving::BackTo)
    } else if upper.starts_with("RELEASE ") {
        Some(Saving::Released)
    } else {
        None
    }
}

fn segment_names(run: &Run) -> BTreeMap<String, usize> {
    let name = |(place, segment): (usize, &pitr_protocol::SegmentSpan)| {
        (segment_text(segment.timeline, segment.number, run.head.segment_bytes), place)
    };
    run.head.segments.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{forked, many};
    use super::*;

    #[test]
    fn the_next_of_a_sort_is_found_both_ways() {
        let run = many(10);
        let index = Index::new(&run);
        let first = index.next(Sort::Commit, 0, true).unwrap();
        assert_eq!(run.step_kind(first), StepKind::Committed);
        let second = index.next(Sort::Commit, first, true).unwrap();
        assert_eq!(index.next(Sort::Commit, second, false), Some(first));
        assert_eq!(index.next(Sort::Commit, first, false), None);
        assert!(!index.has(Sort::Said));
    }

    #[test]
    fn a_position_is_looked_up_in_the_history_that_is_meant() {
        let run = forked();
        let index = Index::new(&run);
        let fork = run.head.timelines[1].fork_lsn;
        let at = |timeline, lsn| index.find(&run, timeline, lsn + 1);
        let (one, two) = (at(1, fork), at(2, fork));
        assert_eq!([one, two].map(|record| run.records.lsn[record]), [fork; 2]);
        assert_eq!([one, two].map(|record| run.records.timeline[record]), [1, 2]);
        assert_eq!(at(1, fork - 1), at(2, fork - 1), "what is older is shared");
        assert_eq!(at(2, u64::MAX - 1), usize::MAX);
    }

    #[test]
    fn savepoints_are_told_by_their_statement() {
        assert_eq!(saving("savepoint a"), Some(Saving::Set));
        assert_eq!(saving("ROLLBACK TO a"), Some(Saving::BackTo));
        assert_eq!(saving("RELEASE a"), Some(Saving::Released));
        assert_eq!(saving("ROLLBACK"), None);
        assert_eq!(saving("é"), None);
    }
}
