//! Where a recovery stops, or why it fails.

use super::rows::Tables;
use super::sequences::Next;
use super::timelines::Reading;
use super::told::{Backup, Model};
use pitr_engine::{Kind, RecoverySpec, Target, TimelineChoice};

/// What a recovery must come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is not even begun: the code of the command's error.
    Refused(&'static str),
    /// The code of the failure.
    Fails(&'static str),
    Recovers(Recovered),
}

/// A recovery that comes to its target.
#[derive(Debug, Clone, Eq)]
pub struct Recovered {
    pub tables: Tables,
    pub sequences: Next,
    pub timeline: u32,
    pub parent: u32,
    pub fork: u64,
    /// Commits among the records that are replayed.
    pub commits: u32,
    pub records: u64,
    pub backup: String,
    /// The model's facts of those records; of an engine's recovery nobody knows them.
    pub replayed: Vec<usize>,
}

/// All but the facts, which an engine does not know.
impl PartialEq for Recovered {
    fn eq(&self, other: &Recovered) -> bool {
        let key = |it: &Recovered| (it.timeline, it.parent, it.fork, it.commits, it.records);
        let content = |it: &Recovered| {
            (&it.backup, &it.tables, &it.sequences) == (&other.backup, &other.tables, &other.sequences)
        };
        key(self) == key(other) && content(self)
    }
}

/// Whether replay stops at a record, and on which side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    No,
    Before,
    After,
}

impl Model {
    /// What a recovery comes to that begins now, with nothing else going on.
    pub fn expect(&self, spec: &RecoverySpec) -> Expected {
        if let Some(label) = &spec.backup {
            return match self.backups.iter().find(|backup| backup.label == *label) {
                Some(backup) => self.recover(backup, spec),
                None => Expected::Refused("no_such_backup"),
            };
        }
        // The newest that comes to the target, and for a time was complete by then; if none does, the oldest.
        let mut backups: Vec<&Backup> = self.backups.iter().collect();
        backups.sort_by_key(|backup| self.facts[backup.end].note.end);
        let in_time = |backup: &&&Backup| !matches!(spec.target, Target::Time(time) if time < backup.end_time);
        let outcomes = backups.iter().rev().filter(in_time).map(|backup| self.recover(backup, spec));
        let reaches = outcomes.into_iter().find(|outcome| matches!(outcome, Expected::Recovers(_)));
        match (reaches, backups.first()) {
            (Some(outcome), _) => outcome,
            (None, Some(oldest)) => self.recover(oldest, spec),
            (None, None) => Expected::Refused("no_backup"),
        }
    }

    fn recover(&self, backup: &Backup, spec: &RecoverySpec) -> Expected {
        let parent = match spec.timeline {
            TimelineChoice::Current => backup.timeline,
            TimelineChoice::Latest => self.latest(backup.timeline),
            TimelineChoice::Number(number) if number.0 == 1 || self.histories.contains_key(&number.0) => number.0,
            TimelineChoice::Number(_) => return Expected::Fails("no_such_timeline"),
        };
        // The checkpoint that began the backup must stand in this log, in its own timeline's part of it.
        let mut reading = Reading::new(self, self.ages(parent));
        let checkpoint = self.facts[backup.checkpoint].note.lsn.0;
        let found = reading.read(checkpoint, None).filter(|fact| self.facts[*fact].note.lsn.0 == checkpoint);
        let is_there = found.is_some_and(|fact| self.facts[fact].note.kind == Kind::Checkpoint);
        if !is_there || reading.owner(checkpoint) != backup.timeline {
            return Expected::Fails("backup_not_on_timeline");
        }

        let mut reading = Reading::new(self, self.ages(parent));
        let (mut at, mut previous) = (backup.redo, None);
        let mut consistent = false;
        let mut replayed: Vec<usize> = Vec::new();
        loop {
            let Some(index) = reading.read(at, previous) else {
                match spec.target {
                    Target::End if consistent => break,
                    Target::End => return Expected::Fails("backup_incomplete"),
                    _ => return Expected::Fails("target_not_reached"),
                }
            };
            let fact = &self.facts[index];
            let became = consistent || index == backup.end;
            let stop = self.stops(spec, index, consistent, became);
            if stop == Stop::Before {
                if !consistent {
                    return Expected::Fails("before_consistent");
                }
                break;
            }
            if !consistent && fact.note.kind == Kind::TimelineStart {
                return Expected::Fails("backup_cut_off");
            }
            replayed.push(index);
            consistent = became;
            at = fact.goes_on;
            previous = Some(fact.note.lsn.0);
            if stop == Stop::After {
                if !consistent {
                    return Expected::Fails("before_consistent");
                }
                break;
            }
        }
        Expected::Recovers(Recovered {
            tables: self.tables_of(&self.path(backup, &replayed)),
            sequences: self.sequences_of(backup, &replayed),
            timeline: self.latest(parent) + 1,
            parent,
            fork: at,
            commits: self.commits(&replayed),
            records: replayed.len() as u64,
            backup: backup.label.clone(),
            replayed,
        })
    }

    /// A recovery as it would have been, had its log ended at a position; `None` if no record that it replays ends there.
    pub fn cut_at(&self, whole: &Recovered, fork: u64) -> Option<Recovered> {
        let end = whole.replayed.iter().position(|fact| self.facts[*fact].goes_on == fork)?;
        let backup = self.backups.iter().find(|backup| backup.label == whole.backup)?;
        let replayed = whole.replayed[..=end].to_vec();
        let commits = self.commits(&replayed);
        let (tables, records) = (self.tables_of(&self.path(backup, &replayed)), replayed.len() as u64);
        let sequences = self.sequences_of(backup, &replayed);
        Some(Recovered { tables, sequences, fork, commits, records, replayed, ..whole.clone() })
    }

    fn commits(&self, replayed: &[usize]) -> u32 {
        replayed.iter().filter(|fact| self.facts[**fact].note.kind == Kind::Commit).count() as u32
    }

    /// The rules of the targets, each as DESIGN says it. `became`: the recovery is consistent once this record has been replayed.
    fn stops(&self, spec: &RecoverySpec, index: usize, consistent: bool, became: bool) -> Stop {
        let fact = &self.facts[index];
        let note = fact.note;
        let ends_transaction = matches!(note.kind, Kind::Commit | Kind::Abort);
        let side = if spec.inclusive { Stop::After } else { Stop::Before };
        match &spec.target {
            // Before the first commit or abort whose timestamp is past the target, or, exclusive, not before it.
            Target::Time(target) if ends_transaction => {
                let time = note.time.unwrap_or_default();
                let past = time > *target || !spec.inclusive && time == *target;
                if past { Stop::Before } else { Stop::No }
            }
            // At the record that ends this very transaction.
            Target::Xid(xid) if ends_transaction && note.xid == *xid => side,
            // At the first record of any kind that starts at or past the position.
            Target::Lsn(lsn) if note.lsn >= *lsn => side,
            // After the first restore point of the name.
            Target::Name(name) if fact.name.as_ref() == Some(name) => Stop::After,
            // At consistency.
            Target::Immediate if consistent => Stop::Before,
            Target::Immediate if became => Stop::After,
            _ => Stop::No,
        }
    }
}
