//! What a run's picture looks up instead of going through all of it: built once a run, so that a frame costs what it shows.

use super::columns::Columns;
use super::faults::{self, Fault};
use crate::state::Run;
use crate::timeline::axis::Scale;
use pitr_protocol::{RecordKind, StepKind, segment_text};
use std::collections::BTreeMap;
use std::ops::Range;

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

/// How many records of each fate stand between two places of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub all: usize,
    pub commits: usize,
    pub aborts: usize,
}

/// What is looked up.
#[derive(Debug, Default)]
pub struct Index {
    /// The first timeline's records, in log order, and by when each of them had been written.
    mine: Vec<u32>,
    at_us: Vec<i64>,
    /// Places in `mine`.
    commits: Vec<u32>,
    aborts: Vec<u32>,
    /// The steps of each sort, in order.
    sorts: [Vec<u32>; Sort::ALL.len()],
    /// Each session's transactions, which do not overlap.
    sessions: Vec<Vec<u32>>,
    pub checkpoints: Vec<Checkpoint>,
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
        let first = head.timelines.first().map_or(1, |timeline| timeline.id);
        index.mine.reserve(records.lsn.len());
        index.at_us.reserve(records.lsn.len());
        let mut latest = i64::MIN;
        for (record, timeline) in records.timeline.iter().enumerate() {
            let (Some(kind), Some(us), Some(step)) =
                (records.kind.get(record), records.time_us.get(record), records.step.get(record))
            else {
                break;
            };
            if let Some(sort) = Sort::of_record(*kind) {
                index.sorts[sort as usize].push(*step);
            }
            if *timeline != first {
                continue;
            }
            let place = index.mine.len() as u32;
            match kind {
                RecordKind::Commit => index.commits.push(place),
                RecordKind::Abort => index.aborts.push(place),
                _ => {}
            }
            latest = latest.max(*us);
            index.mine.push(record as u32);
            index.at_us.push(latest);
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
        index.sessions = head.sessions.iter().map(|_| Vec::new()).collect();
        for (place, transaction) in head.transactions.iter().enumerate() {
            let session = head.sessions.iter().position(|session| *session == transaction.session);
            if let Some(own) = session.and_then(|session| index.sessions.get_mut(session)) {
                own.push(place as u32);
            }
        }
        for own in &mut index.sessions {
            own.sort_by_key(|place| head.transactions.get(*place as usize).map_or(0, |transaction| transaction.end_us));
        }
        for steps in &mut index.sorts {
            steps.sort_unstable();
        }
        index
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

    /// Places of the records that lie between two values of the axis, with one more on either side.
    pub fn range(&self, run: &Run, scale: Scale, from: f64, to: f64) -> Range<usize> {
        let lo = self.place(run, scale, from).saturating_sub(1);
        let hi = (self.place(run, scale, to) + 1).min(self.mine.len());
        lo..hi.max(lo)
    }

    /// How many records lie before a value of the axis.
    pub fn place(&self, run: &Run, scale: Scale, value: f64) -> usize {
        match scale {
            Scale::Time => self.at_us.partition_point(|us| (*us as f64) < value),
            Scale::Lsn => {
                let lsn = |record: &u32| run.records.lsn.get(*record as usize).copied().unwrap_or_default();
                self.mine.partition_point(|record| (lsn(record) as f64) < value)
            }
        }
    }

    /// The record at a place.
    pub fn record(&self, place: usize) -> Option<usize> {
        self.mine.get(place).map(|record| *record as usize)
    }

    /// What stands between two places.
    pub fn count(&self, places: &Range<usize>) -> Count {
        let within = |some: &[u32]| {
            let before = |place: usize| some.partition_point(|at| (*at as usize) < place);
            before(places.end) - before(places.start)
        };
        Count { all: places.len(), commits: within(&self.commits), aborts: within(&self.aborts) }
    }

    /// A session's transactions that are in sight between two values; a session has one at a time.
    pub fn transactions(&self, run: &Run, session: usize, scale: Scale, (from, to): (f64, f64)) -> &[u32] {
        let Some(own) = self.sessions.get(session) else {
            return &[];
        };
        let of = |place: &u32| run.head.transactions.get(*place as usize);
        let begin = own.partition_point(|place| {
            of(place).is_some_and(|one| match scale {
                Scale::Time => (one.end_us as f64) < from,
                Scale::Lsn => (one.end_lsn.unwrap_or(one.first_lsn) as f64) < from,
            })
        });
        let end = own.partition_point(|place| {
            of(place).is_some_and(|one| match scale {
                Scale::Time => one.begin_us as f64 <= to,
                Scale::Lsn => one.first_lsn as f64 <= to,
            })
        });
        own.get(begin..end.max(begin)).unwrap_or_default()
    }

    /// The transaction of the same session behind one.
    pub fn next_in_session(&self, session: usize, end_us: i64, run: &Run) -> Option<usize> {
        let own = self.sessions.get(session)?;
        let ended = |place: &u32| run.head.transactions.get(*place as usize).is_some_and(|one| one.end_us <= end_us);
        own.get(own.partition_point(ended)).map(|place| *place as usize)
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
    use super::super::samples::many;
    use super::*;

    #[test]
    fn counts_are_those_of_going_through_all() {
        let run = many(1000);
        let index = Index::new(&run);
        for (from, to) in [(0.0, 1e15), (3e9, 9e9), (5e9, 5e9)] {
            let places = index.place(&run, Scale::Time, from)..index.place(&run, Scale::Time, to);
            let inside = |record: &usize| {
                let us = run.records.time_us[*record] as f64;
                us >= from && us < to
            };
            let all: Vec<usize> = (0..run.records.lsn.len()).filter(inside).collect();
            let of = |kind| all.iter().filter(|record| run.records.kind[**record] == kind).count();
            let expected = Count { all: all.len(), commits: of(RecordKind::Commit), aborts: of(RecordKind::Abort) };
            assert_eq!(index.count(&places), expected, "{from} to {to}");
        }
    }

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
    fn what_a_session_has_in_sight() {
        let run = many(100);
        let index = Index::new(&run);
        let all: usize = (0..2).map(|session| index.transactions(&run, session, Scale::Time, (0.0, 1e15)).len()).sum();
        assert_eq!(all, 100);
        let some = run.head.transactions[40].clone();
        let at = (some.begin_us as f64 + 1.0, some.end_us as f64 - 1.0);
        assert_eq!(index.transactions(&run, 0, Scale::Time, at), &[40]);
        assert_eq!(index.next_in_session(0, some.end_us, &run), Some(42));
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
