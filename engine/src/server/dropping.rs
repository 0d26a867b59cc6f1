//! Files that are not needed any more.
//!
//! DROP and TRUNCATE leave a table's file to those who may still see it, until the transaction commits: its record names the files that it
//! gives up, and behind it, once that record is on disk, they go, with their pages in memory. Replay of the record takes them away, too
//! (PostgreSQL's `xl_xact_relfilenodes`).
//!
//! A rollback, be it to a savepoint, does the same with the files that were made by what it undoes. What was running when the server crashed has no
//! such record: its files stay, as PostgreSQL's do.
//!
//! So replay may meet records about a file that is gone already, for the record that gave it up lies further on. They are passed over, and
//! remembered: the file must have been given up by the time that the server is consistent, or something is wrong (`XLogCheckInvalidTables`).

use super::{DamagedPage, Server};
use crate::storage::{FileName, RowHead, decode_values};
use crate::types::{Lsn, PageId, RelationId, Value, Xid};

impl Server {
    /// The files that a transaction gives up which is about to commit, with these subtransactions: those of the catalog's rows that it has ended,
    /// unless a row of its own names them again.
    pub fn files_given_up(&self, xid: Xid, parts: &[Xid]) -> Vec<RelationId> {
        let ends = |head: RowHead| head.xmax == xid || parts.contains(&head.xmax);
        let ended = self.catalog_versions().into_iter().filter(|(head, _)| ends(*head));
        let mut given_up: Vec<RelationId> = ended.map(|(_, relation)| relation).collect();
        let kept = self.peek_rows(RelationId::CATALOG, xid).unwrap_or_default();
        given_up.retain(|relation| kept.iter().all(|row| relation_named(&row.values) != Some(*relation)));
        given_up.sort();
        given_up.dedup();
        given_up
    }

    /// The files that a transaction or subtransaction has made which is about to be rolled back, with these that are part of it: those that no row
    /// of the catalog names but its own.
    pub fn files_made(&self, xid: Xid, parts: &[Xid]) -> Vec<RelationId> {
        let (mut made, mut others): (Vec<RelationId>, Vec<RelationId>) = (Vec::new(), Vec::new());
        for (head, relation) in self.catalog_versions() {
            let is_own = head.xmin == xid || parts.contains(&head.xmin);
            if is_own { made.push(relation) } else { others.push(relation) }
        }
        made.retain(|relation| !others.contains(relation));
        made.sort();
        made.dedup();
        made
    }

    /// All row versions of the catalog that name a relation.
    fn catalog_versions(&self) -> Vec<(RowHead, RelationId)> {
        let mut versions = Vec::new();
        for block in 0..self.block_count(RelationId::CATALOG) {
            let Ok(page) = self.peek_page(PageId { relation: RelationId::CATALOG, block }) else { continue };
            let rows = (0..page.slot_count()).filter_map(|slot| page.row(slot).and_then(decode_values));
            versions.extend(rows.filter_map(|row| Some((row.head, relation_named(&row.values)?))));
        }
        versions
    }

    /// Takes files away, and what is in memory of them.
    pub fn drop_files(&mut self, relations: &[RelationId]) {
        for relation in relations.iter().copied() {
            for block in 0..self.block_count(relation) {
                self.pool.evict(PageId { relation, block });
            }
            self.blocks.remove(&relation);
            self.keys.forget(relation);
            self.disk.remove(FileName::Relation(relation));
        }
        if !self.missing.is_empty() {
            self.missing.retain(|relation, _| !relations.contains(relation));
        }
    }

    /// Notes that a record could not be applied because its page is not there at all; whether that is why.
    pub fn note_missing(&mut self, damaged: DamagedPage, lsn: Lsn) -> bool {
        let id = damaged.page;
        let is_missing =
            self.pool.peek(id).is_none() && self.disk.chunk(FileName::Relation(id.relation), id.block).is_none();
        if is_missing {
            self.missing.entry(id.relation).or_insert((damaged, lsn));
        }
        is_missing
    }

    /// A page that was not there, of a file that nobody has given up, and the record that is about it.
    pub fn missing_page(&self) -> Option<(DamagedPage, Lsn)> {
        self.missing.values().next().copied()
    }
}

fn relation_named(row: &[Value]) -> Option<RelationId> {
    match row.first() {
        Some(Value::Int(number)) => u32::try_from(*number).ok().map(RelationId),
        _ => None,
    }
}
