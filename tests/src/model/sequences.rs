//! Sequences: what each gives next, now and after a recovery.
//!
//! A draw is logged for 32 more in advance; the next is when these are used up, or at the first draw after a checkpoint. A recovery that replays such
//! a record goes on behind all that it covers; one that begins behind it has what the backup's page has, which is exact.

use super::rows::Change;
use super::told::{Backup, Model};
use pitr_engine::types::Xid;
use pitr_engine::{Command, Server};
use std::collections::{BTreeMap, BTreeSet};

/// How many draws a record covers beyond the one that it is about.
const IN_ADVANCE: i64 = 32;

/// What each sequence gives next.
pub type Next = BTreeMap<String, i64>;

/// A sequence of the primary.
#[derive(Debug, Clone, Default)]
struct Sequence {
    next: i64,
    /// How many draws need no record.
    covered: i64,
    /// End of its last record.
    logged: u64,
}

/// The sequences of the primary, seen or not.
#[derive(Debug, Clone, Default)]
pub struct Sequences {
    of: BTreeMap<String, Sequence>,
    /// By how much each goes on, whatever becomes of the server.
    increments: BTreeMap<String, i64>,
    /// Where the last checkpoint began.
    pub redo: u64,
    /// Draws of the statement under way that are accounted for.
    done: i64,
}

impl Sequences {
    /// A record of a sequence has been written by a statement; the value that a recovery would go on with, and whether the sequence is new.
    pub fn logged(&mut self, said: &Command, end: u64) -> Option<(String, i64, bool)> {
        match said {
            Command::CreateSequence { name, start, increment } => {
                self.increments.insert(name.clone(), *increment);
                self.of.insert(name.clone(), Sequence { next: *start, covered: 0, logged: end });
                Some((name.clone(), *start, true))
            }
            Command::NextValue { sequence: name, .. } => {
                let increment = *self.increments.get(name)?;
                let sequence = self.of.get_mut(name)?;
                let without = if sequence.logged <= self.redo { 0 } else { sequence.covered };
                let value = sequence.next + without * increment;
                *sequence = Sequence { next: value + increment, covered: IN_ADVANCE, logged: end };
                self.done += without + 1;
                Some((name.clone(), value + (IN_ADVANCE + 1) * increment, false))
            }
            _ => None,
        }
    }

    /// So many values have been drawn; the last of them, as it must be, and what comes next.
    pub fn drawn(&mut self, name: &str, count: u32) -> Option<(i64, i64)> {
        let increment = *self.increments.get(name)?;
        let sequence = self.of.get_mut(name)?;
        let rest = i64::from(count) - core::mem::take(&mut self.done);
        sequence.next += rest * increment;
        sequence.covered -= rest;
        // More than was covered would be drawn without a record.
        (rest >= 0 && sequence.covered >= 0).then_some((sequence.next - increment, sequence.next))
    }

    /// The primary is another server, which has them so and has logged nothing.
    pub fn taken_over(&mut self, next: &Next, redo: u64) {
        let of = |(name, next): (&String, &i64)| (name.clone(), Sequence { next: *next, covered: 0, logged: 0 });
        self.of = next.iter().map(of).collect();
        self.redo = redo;
    }
}

impl Model {
    /// What every sequence gives next after a recovery of these records, seen or not.
    pub fn all_sequences_of(&self, backup: &Backup, replayed: &[usize]) -> Next {
        let mut next = self.pages_of(backup);
        for fact in replayed {
            next.extend(self.facts[*fact].sequence.clone());
        }
        next
    }

    /// What the pages say that a backup restores. Of an incremental one those are the parent's that no record has changed since the parent began, even if
    /// a recovery between the two has made others of the same records.
    fn pages_of(&self, backup: &Backup) -> Next {
        let path = self.path(backup, &[]);
        let mut next: Next = path.iter().flat_map(|fact| self.facts[*fact].drawn.iter().cloned()).collect();
        let parent = self.backups.iter().find(|parent| backup.continues.as_ref() == Some(&parent.label));
        if let Some(parent) = parent {
            let since = path.iter().map(|fact| &self.facts[*fact]).filter(|fact| fact.note.end.0 > parent.redo);
            let changed: BTreeSet<&String> = since.filter_map(|fact| Some(&fact.sequence.as_ref()?.0)).collect();
            next.extend(self.pages_of(parent).into_iter().filter(|(name, _)| !changed.contains(name)));
        }
        next
    }

    /// The same, of those whose makers have committed.
    pub fn sequences_of(&self, backup: &Backup, replayed: &[usize]) -> Next {
        let path = self.path(backup, replayed);
        let changes = path.iter().flat_map(|fact| &self.facts[*fact].changes);
        let made: BTreeSet<&String> =
            changes.filter(|(_, change)| *change == Change::CreateSequence).map(|(name, _)| name).collect();
        let all = self.all_sequences_of(backup, replayed);
        all.into_iter().filter(|(name, _)| made.contains(name)).collect()
    }
}

/// The sequences of a server in the model's terms.
pub fn sequences(server: &Server) -> Next {
    let found = server.sequences(Xid::NONE).unwrap_or_default();
    found.into_iter().map(|(def, next)| (def.name, next)).collect()
}
