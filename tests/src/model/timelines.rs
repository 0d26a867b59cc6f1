//! Whose log is read where.

use super::told::Model;
use std::collections::BTreeMap;

/// The part of the log that is a timeline's own.
#[derive(Debug, Clone, Copy)]
pub struct Age {
    pub timeline: u32,
    pub begin: u64,
    /// Where the next timeline of the history begins; the end of all numbers for the last.
    pub end: u64,
}

/// The archive as one recovery reads it: it stays with what it has fetched.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    model: &'a Model,
    /// Oldest first.
    ages: Vec<Age>,
    fetched: BTreeMap<u64, u32>,
    last: Option<u32>,
}

impl Model {
    /// The ages of a timeline, as its history file tells, oldest first.
    pub fn ages(&self, timeline: u32) -> Vec<Age> {
        let mut ages = Vec::new();
        let mut begin = 0;
        for (ancestor, fork) in self.histories.get(&timeline).into_iter().flatten() {
            ages.push(Age { timeline: *ancestor, begin, end: *fork });
            begin = *fork;
        }
        ages.push(Age { timeline, begin, end: u64::MAX });
        ages
    }

    /// Counting up, the last timeline that has a history file.
    pub fn latest(&self, from: u32) -> u32 {
        (from..)
            .take_while(|timeline| *timeline == from || self.histories.contains_key(timeline))
            .last()
            .unwrap_or(from)
    }
}

impl<'a> Reading<'a> {
    pub fn new(model: &'a Model, ages: Vec<Age>) -> Reading<'a> {
        Reading { model, ages, fetched: BTreeMap::new(), last: None }
    }

    /// Whose own a position is.
    pub fn owner(&self, lsn: u64) -> u32 {
        self.ages.iter().rev().find(|age| age.begin <= lsn && lsn < age.end).map_or(1, |age| age.timeline)
    }

    /// The timeline whose file of a segment is read: the newest that had begun by then and has one, but none older than the last.
    fn file(&mut self, segment: u64) -> Option<u32> {
        if let Some(timeline) = self.fetched.get(&segment) {
            return Some(*timeline);
        }
        let begun = |age: &&Age| age.begin / self.model.segment_bytes <= segment;
        let newest_first = self.ages.iter().rev().take_while(|age| self.last.is_none_or(|last| age.timeline >= last));
        let found = newest_first.filter(begun).map(|age| age.timeline);
        let found = found.into_iter().find(|timeline| self.model.archived.contains_key(&(*timeline, segment)))?;
        self.last = Some(found);
        self.fetched.insert(segment, found);
        Some(found)
    }

    /// The record that begins at, or next after, a position, if it can be read whole and points back at the one before.
    pub fn read(&mut self, from: u64, previous: Option<u64>) -> Option<usize> {
        let size = self.model.segment_bytes;
        let lsn = self.model.record_start(from);
        let file = self.file(lsn / size)?;
        let of = self.model.archived[&(file, lsn / size)];
        let found = self.model.fact_at(of, lsn);
        let Some(fact) = found else {
            // What stands there is the middle of another record, or nothing. Its length may lead on into the next segments; no record comes of it.
            return None;
        };
        let end = self.model.facts[fact].note.end.0;
        for segment in lsn / size + 1..=(end - 1) / size {
            let more = self.file(segment).map(|more| self.model.archived[&(more, segment)])?;
            // Another timeline's file goes on with another record, unless it has this one too.
            if self.model.fact_at(more, lsn) != found {
                return None;
            }
        }
        if self.model.corrupt.contains(&(file, lsn)) {
            return None;
        }
        let linear = &self.model.linear[&of];
        let place = linear.iter().position(|other| *other == fact).unwrap_or(0);
        let before = place.checked_sub(1).map_or(0, |place| self.model.facts[linear[place]].note.lsn.0);
        (previous.is_none_or(|previous| previous == before)).then_some(fact)
    }
}
