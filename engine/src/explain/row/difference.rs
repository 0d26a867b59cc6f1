//! All rows that are there where a log is read to, and what differs between two such places.

use super::Reading;
use super::reading::Version;
use super::verdict::{counts, is_seen};
use crate::types::{RelationId, Value};
use std::collections::BTreeMap;

/// A row that is not the same in two states of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    pub table: String,
    pub key: Value,
    /// The row in the one state and in the other; `None` where it is not there.
    pub before: Option<Vec<Value>>,
    pub after: Option<Vec<Value>>,
}

type Rows = BTreeMap<(String, Value), Vec<Value>>;

/// The rows of all tables that everybody sees.
fn rows(reading: &Reading) -> Rows {
    let seen = |version: &Version| is_seen(reading, version);
    let mut tables = BTreeMap::new();
    for (_, table) in reading.of_relation(RelationId::CATALOG).into_iter().filter(|(_, table)| seen(table)) {
        if let Some([Value::Int(relation), Value::Text(name), ..]) = table.values.as_deref() {
            // Of two tables of one name the later one is meant, as everywhere.
            tables.insert(name.clone(), u32::try_from(*relation).map(RelationId).unwrap_or(RelationId::CATALOG));
        }
    }
    let mut rows = Rows::new();
    for (name, relation) in tables {
        // A sequence is in the catalog, too; its row was made by no transaction and is not seen.
        for (_, version) in reading.of_relation(relation).into_iter().filter(|(_, version)| seen(version)) {
            if let Some((key, values)) = version.values.as_ref().and_then(|values| Some((values.first()?, values))) {
                rows.insert((name.clone(), key.clone()), values.clone());
            }
        }
    }
    rows
}

/// The rows that differ, by table and key.
pub fn differences(before: &Reading, after: &Reading) -> Vec<RowChange> {
    let (before, mut after) = (rows(before), rows(after));
    let mut changes: Vec<RowChange> = Vec::new();
    for ((table, key), was) in before {
        let is = after.remove(&(table.clone(), key.clone()));
        if is.as_ref() != Some(&was) {
            changes.push(RowChange { table, key, before: Some(was), after: is });
        }
    }
    changes.extend(after.into_iter().map(|((table, key), is)| RowChange { table, key, before: None, after: Some(is) }));
    changes.sort_by(|a, b| (&a.table, &a.key).cmp(&(&b.table, &b.key)));
    changes
}

/// How many commits count in the one log and not in the other, and the other way round.
pub fn commits_apart(before: &Reading, after: &Reading) -> (u32, u32) {
    let only = |here: &Reading, there: &Reading| {
        here.transactions().filter(|xid| counts(here, *xid) && !counts(there, *xid)).count() as u32
    };
    (only(before, after), only(after, before))
}
