//! What a database holds, as a map of maps. It knows no pages, no log and no versions.

use pitr_engine::types::Value;
use std::collections::BTreeMap;

/// Rows by key, by table.
pub type Tables = BTreeMap<String, BTreeMap<i64, Vec<Value>>>;

/// A change that a transaction makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Create(String),
    Drop(String),
    Empty(String),
    /// A row there is from now on, in place of one of the same key.
    Put(String, i64, Vec<Value>),
    Remove(String, i64),
}

impl Change {
    /// Makes it.
    pub fn apply(&self, tables: &mut Tables) {
        match self {
            Change::Create(table) => drop(tables.insert(table.clone(), BTreeMap::new())),
            Change::Drop(table) => drop(tables.remove(table)),
            Change::Empty(table) => tables.entry(table.clone()).or_default().clear(),
            Change::Put(table, key, row) => {
                drop(tables.entry(table.clone()).or_default().insert(*key, row.clone()));
            }
            Change::Remove(table, key) => {
                drop(tables.entry(table.clone()).or_default().remove(key));
            }
        }
    }
}

/// A session's transaction: what it has done, with marks where savepoints were set.
#[derive(Debug, Clone, Default)]
pub struct Open {
    pub changes: Vec<Change>,
    pub savepoints: Vec<(String, usize)>,
}

impl Open {
    /// What the session itself sees: what was committed, and what it has done.
    pub fn sees(&self, committed: &Tables) -> Tables {
        let mut tables = committed.clone();
        self.changes.iter().for_each(|change| change.apply(&mut tables));
        tables
    }

    /// Undoes what was done since the innermost savepoint, which stays; its name.
    pub fn roll_back_to_last(&mut self) -> Option<String> {
        let (name, mark) = self.savepoints.last()?;
        self.changes.truncate(*mark);
        Some(name.clone())
    }
}
