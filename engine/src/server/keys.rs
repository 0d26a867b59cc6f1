//! Where the row versions with a primary key stand.
//!
//! An index in memory alone: it is made by reading a table when it is first asked for, follows the table's changes from then on, and is
//! no part of what is logged, stored or recovered. It names versions, whoever may see them. (PostgreSQL's indexes are relations with log
//! records of their own; here the log is to show what happens to rows.)
//!
//! Of a table that has been empty since it was first asked about, the highest key is known without an index: a table that only ever gets
//! higher ones never has one made.
//!
//! The smaller build reads the table each time: its tables are small, and an index costs bytes.

use super::heap::RowPlace;
use super::{DamagedPage, Server, StoredRow};
use crate::beyond::Beyond;
use crate::storage::{RowHead, decode_values, encode_row, read_fields};
use crate::txn::{Snapshot, Visibility};
use crate::types::{PageId, RelationId, Value, Xid};
use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};

/// The keys of the tables that have been asked about. A copy of a server begins without, but knows how high keys go.
#[derive(Debug, Default)]
pub(super) struct KeyIndex {
    tables: BTreeMap<RelationId, BTreeSet<(Value, RowPlace)>>,
    /// No row version of the table has a higher key; `None`: there is no row version.
    highest: Beyond<LiteMap<RelationId, Option<Value>>>,
}

impl Clone for KeyIndex {
    fn clone(&self) -> KeyIndex {
        KeyIndex { tables: BTreeMap::new(), highest: self.highest.clone() }
    }
}

impl KeyIndex {
    /// Forgets a table.
    #[cfg(feature = "whole")]
    pub fn forget(&mut self, relation: RelationId) {
        self.tables.remove(&relation);
    }

    /// Learns of a new row version, if its table is known.
    pub fn note(&mut self, relation: RelationId, values: &[Value], place: RowPlace) {
        if let (Some(keys), Some(key)) = (self.tables.get_mut(&relation), values.first()) {
            keys.insert((key.clone(), place));
        }
        if let (Some(highest), Some(key)) = (self.highest.get(&relation), values.first())
            && highest.as_ref().is_none_or(|highest| key > highest)
        {
            self.highest.insert(relation, Some(key.clone()));
        }
    }

    /// Whether a key is known to be higher than any of its table.
    fn is_above_all(&self, relation: RelationId, key: &Value) -> bool {
        self.highest.get(&relation).is_some_and(|highest| highest.as_ref().is_none_or(|highest| key > highest))
    }
}

impl Server {
    /// Where the row versions with this primary key stand, in the order of the pages; pages are brought into memory.
    pub(super) fn versions_with_key(
        &mut self,
        relation: RelationId,
        key: &Value,
    ) -> Result<Vec<RowPlace>, DamagedPage> {
        if !crate::WHOLE {
            return self.read_versions_with_key(relation, key);
        }
        if self.block_count(relation) == 0 {
            self.keys.highest.insert(relation, None);
        }
        if self.keys.is_above_all(relation, key) {
            return Ok(Vec::new());
        }
        if !self.keys.tables.contains_key(&relation) {
            let keys = self.read_keys(relation)?;
            self.keys.tables.insert(relation, keys);
        }
        let keys = self.keys.tables.get(&relation);
        let first = RowPlace { page: PageId { relation, block: 0 }, slot: 0 };
        let from = keys.into_iter().flat_map(|keys| keys.range((key.clone(), first)..));
        Ok(from.take_while(|(found, _)| found == key).map(|(_, place)| *place).collect())
    }

    fn read_keys(&mut self, relation: RelationId) -> Result<BTreeSet<(Value, RowPlace)>, DamagedPage> {
        let mut keys = BTreeSet::new();
        for block in 0..self.block_count(relation) {
            let id = PageId { relation, block };
            let page = self.page(id)?;
            for slot in 0..page.slot_count() {
                let version = page.row(slot).and_then(decode_values);
                if let Some(key) = version.and_then(|version| version.values.into_iter().next()) {
                    keys.insert((key, RowPlace { page: id, slot }));
                }
            }
        }
        Ok(keys)
    }

    fn read_versions_with_key(&mut self, relation: RelationId, key: &Value) -> Result<Vec<RowPlace>, DamagedPage> {
        let probe = encode_row(Xid::NONE, core::slice::from_ref(key));
        let probe = probe.get(10..).unwrap_or_default();
        let mut found = Vec::new();
        for block in 0..self.block_count(relation) {
            let id = PageId { relation, block };
            let page = self.page(id)?;
            for slot in 0..page.slot_count() {
                let values = page.row(slot).and_then(|bytes| bytes.get(10..));
                if values.is_some_and(|values| values.starts_with(probe)) {
                    found.push(RowPlace { page: id, slot });
                }
            }
        }
        Ok(found)
    }

    /// The primary keys of the rows that everybody sees, in the order of the pages; rows of damaged pages are missing.
    pub fn visible_keys(&self, relation: RelationId) -> Vec<Value> {
        let eyes = self.visibility(Xid::NONE);
        let mut keys = Vec::new();
        for block in 0..self.block_count(relation) {
            let Ok(page) = self.peek_page(PageId { relation, block }) else { continue };
            let rows = (0..page.slot_count()).filter_map(|slot| page.row(slot));
            let seen = rows.filter(|row| RowHead::decode(row).is_some_and(|head| eyes.sees(head)));
            keys.extend(seen.filter_map(|row| {
                let mut key = None;
                read_fields(row, |index, field| {
                    if index == 0 {
                        key = Some(field.to_value());
                    }
                })?;
                key
            }));
        }
        keys
    }

    /// Whether a table has a visible row, or one of a running transaction, with this primary key.
    pub fn has_key(&mut self, relation: RelationId, key: &Value, own: Xid) -> Result<Option<Xid>, DamagedPage> {
        for place in self.versions_with_key(relation, key)? {
            let page = self.page(place.page)?;
            let Some(head) = page.row(place.slot).and_then(RowHead::decode) else { continue };
            if self.visibility(own).sees(head) {
                // Another, still running, may have ended it: then it depends on that one.
                return Ok(Some(self.locked_by(head, own).unwrap_or(Xid::NONE)));
            }
            if let Some(holder) = self.running(head.xmin).filter(|holder| *holder != own) {
                return Ok(Some(holder));
            }
        }
        Ok(None)
    }

    /// The rows with this primary key that a transaction sees.
    pub fn rows_with_key(
        &mut self,
        relation: RelationId,
        key: &Value,
        own: Xid,
        snapshot: Option<&Snapshot>,
    ) -> Result<Vec<StoredRow>, DamagedPage> {
        let mut rows = Vec::new();
        for place in self.versions_with_key(relation, key)? {
            let page = self.page(place.page)?;
            let Some(version) = page.row(place.slot).and_then(decode_values) else { continue };
            if (Visibility { snapshot, ..self.visibility(own) }).sees(version.head) {
                rows.push(StoredRow { place, head: version.head, values: version.values });
            }
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use crate::Run;
    use crate::script::parse;

    /// The code with which the last line is refused.
    fn refused(lines: &str) -> Option<&'static str> {
        let table = "01:00 ops CREATE TABLE t (id int primary key)\n01:00 ops INSERT INTO t VALUES (3), (5)\n";
        let script = parse(&format!("{table}{lines}")).unwrap_or_else(|error| panic!("{error}"));
        let commands = script.commands.into_iter().map(|line| line.timed).collect();
        Run::new(script.settings, commands).err().map(|refused| match refused.error {
            crate::RunError::Command(error) => error.code(),
            crate::RunError::TooLong { .. } => "too_long",
        })
    }

    #[test]
    fn a_key_is_found_whether_or_not_it_is_the_highest() {
        assert_eq!(refused("01:01 a INSERT INTO t VALUES (6), (9)"), None);
        assert_eq!(refused("01:01 a INSERT INTO t VALUES (4)\n01:01 a INSERT INTO t VALUES (1)"), None);
        assert_eq!(refused("01:01 a INSERT INTO t VALUES (5)"), Some("duplicate_key"));
        assert_eq!(refused("01:01 a INSERT INTO t VALUES (3)"), Some("duplicate_key"));
        assert_eq!(
            refused("01:01 a INSERT INTO t VALUES (8)\n01:01 a INSERT INTO t VALUES (8)"),
            Some("duplicate_key")
        );
        assert_eq!(
            refused("01:01 a UPDATE t SET id = 9 WHERE id = 3\n01:01 a INSERT INTO t VALUES (9)"),
            Some("duplicate_key")
        );
        assert_eq!(refused("01:01 a DELETE FROM t WHERE id = 5\n01:01 a INSERT INTO t VALUES (5)"), None);
        let rolled_back = "01:01 a BEGIN\n01:01 a INSERT INTO t VALUES (8)\n01:01 a ROLLBACK\n";
        assert_eq!(refused(&format!("{rolled_back}01:02 a INSERT INTO t VALUES (8)")), None);
        assert_eq!(refused("01:01 a TRUNCATE t\n01:01 a INSERT INTO t VALUES (3)"), None);
    }
}
