//! Rows in pages, and the records of their changes.
//!
//! An insert goes to the table's last page, or to a new one. A delete marks the version that it ends. An update marks the old
//! version and puts a new one on the same page if there is room. The first change of a page since a checkpoint logs the page whole.

use super::{DamagedPage, Server};
use crate::cluster::PageImages;
#[cfg(feature = "whole")]
use crate::storage::decode_key;
use crate::storage::{Page, PageError, RowHead, decode_values, encode_row, set_xmax};
use crate::txn::{Snapshot, Visibility};
use crate::types::{Lsn, PageId, RelationId, Value, Xid};
use crate::wal::{Appended, Body, PageChange, PageForm, PageImage, pack};

/// Where a row version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    pub page: PageId,
    pub slot: u16,
}

/// A row version that a statement sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    pub place: RowPlace,
    pub head: RowHead,
    pub values: Vec<Value>,
}

/// A page's share in a record, kept until the record is encoded.
enum Form {
    Change,
    New,
    Image { hole_offset: u16, hole_bytes: u16, bytes: Vec<u8>, packed: bool },
}

impl Form {
    fn of(&self, page: PageId) -> PageChange<'_> {
        let form = match self {
            Form::Change => PageForm::Change,
            Form::New => PageForm::New,
            Form::Image { hole_offset, hole_bytes, bytes, packed } => {
                let image = PageImage { hole_offset: *hole_offset, hole_bytes: *hole_bytes, bytes };
                if *packed { PageForm::Packed(image) } else { PageForm::Image(image) }
            }
        };
        PageChange { page, form }
    }
}

fn stored(place: RowPlace, bytes: &[u8]) -> Option<StoredRow> {
    let version = decode_values(bytes)?;
    Some(StoredRow { place, head: version.head, values: version.values })
}

impl Server {
    /// The rows of a table that a transaction sees, in the order of the pages; pages are brought into memory.
    pub fn rows(
        &mut self,
        relation: RelationId,
        own: Xid,
        snapshot: Option<&Snapshot>,
    ) -> Result<Vec<StoredRow>, DamagedPage> {
        for block in 0..self.block_count(relation) {
            self.page(PageId { relation, block })?;
        }
        self.seen_rows(relation, Visibility { snapshot, ..self.visibility(own) })
    }

    /// The same, leaving the buffer pool as it is.
    pub fn peek_rows(&self, relation: RelationId, own: Xid) -> Result<Vec<StoredRow>, DamagedPage> {
        self.seen_rows(relation, self.visibility(own))
    }

    /// The first `most` rows by their keys, and how many there are in all: of a long table no more than that is read into values.
    #[cfg(feature = "whole")]
    pub fn peek_first_rows(&self, relation: RelationId, most: usize) -> Result<(Vec<StoredRow>, u64), DamagedPage> {
        let mut all = 0;
        let mut first: Vec<(Value, StoredRow)> = Vec::new();
        self.see_rows(relation, self.visibility(Xid::NONE), &mut |place, bytes| {
            all += 1;
            let key = decode_key(bytes)?;
            let at = first.partition_point(|(other, _)| *other < key);
            if at < most {
                // Of those that have one key the last one read stands for all.
                let is_there = first.get(at).is_some_and(|(other, _)| *other == key);
                first.splice(at..at + usize::from(is_there), [(key, stored(place, bytes)?)]);
                first.truncate(most);
            }
            Some(())
        })?;
        Ok((first.into_iter().map(|(_, row)| row).collect(), all))
    }

    fn seen_rows(&self, relation: RelationId, eyes: Visibility<'_>) -> Result<Vec<StoredRow>, DamagedPage> {
        let mut rows = Vec::new();
        self.see_rows(relation, eyes, &mut |place, bytes| {
            rows.push(stored(place, bytes)?);
            Some(())
        })?;
        Ok(rows)
    }

    /// Shows the bytes of each row that these eyes see; `None` says that they are no row.
    fn see_rows(
        &self,
        relation: RelationId,
        eyes: Visibility<'_>,
        see: &mut dyn FnMut(RowPlace, &[u8]) -> Option<()>,
    ) -> Result<(), DamagedPage> {
        for block in 0..self.block_count(relation) {
            let id = PageId { relation, block };
            let page = self.peek_page(id)?;
            for slot in 0..page.slot_count() {
                let absurd = DamagedPage { page: id, why: PageError::Contents };
                let bytes = page.row(slot).ok_or(absurd)?;
                if eyes.sees(RowHead::decode(bytes).ok_or(absurd)?) {
                    see(RowPlace { page: id, slot }, bytes).ok_or(absurd)?;
                }
            }
        }
        Ok(())
    }

    /// The rows of a block that everybody sees, each with its values if they can be read.
    pub fn peek_block(&self, relation: RelationId, block: u32) -> Result<Vec<Option<Vec<Value>>>, DamagedPage> {
        let mut rows = Vec::new();
        let mut see = |bytes: &[u8]| rows.push(decode_values(bytes).map(|version| version.values));
        self.see_block(relation, block, &mut see)?;
        Ok(rows)
    }

    /// Shows the bytes of each row of a block that everybody sees; that they can be read as a row is not said.
    pub fn see_block(&self, relation: RelationId, block: u32, see: &mut dyn FnMut(&[u8])) -> Result<(), DamagedPage> {
        let eyes = self.visibility(Xid::NONE);
        let page = self.peek_page(PageId { relation, block })?;
        let rows = (0..page.slot_count()).filter_map(|slot| page.row(slot));
        rows.filter(|row| RowHead::decode(row).is_some_and(|head| eyes.sees(head))).for_each(see);
        Ok(())
    }

    /// Shows the bytes of each row of a table that everybody sees, in the order of the pages; `None` says that they are no row.
    pub fn see_all(&self, relation: RelationId, see: &mut dyn FnMut(&[u8]) -> Option<()>) -> Result<(), DamagedPage> {
        self.see_rows(relation, self.visibility(Xid::NONE), &mut |_, bytes| see(bytes))
    }

    /// The version that an update by a transaction that has committed put in the place of this one; `None` if a delete ended it.
    pub fn successor(&mut self, row: &StoredRow) -> Result<Option<StoredRow>, DamagedPage> {
        let Some((_, place)) = self.successors.iter().rfind(|(old, _)| *old == row.place).copied() else {
            return Ok(None);
        };
        let page = self.page(place.page)?;
        let version = page.row(place.slot).and_then(decode_values);
        // One that was rolled back may have put a version there before.
        let version = version.filter(|version| version.head.xmin == row.head.xmax);
        Ok(version.map(|version| StoredRow { place, head: version.head, values: version.values }))
    }

    /// Who else, still running, has ended this row version.
    pub fn locked_by(&self, head: RowHead, own: Xid) -> Option<Xid> {
        self.running(head.xmax).filter(|holder| *holder != own)
    }

    /// Adds a row version.
    pub fn insert_row(&mut self, xid: Xid, relation: RelationId, values: &[Value]) -> Result<Appended, DamagedPage> {
        let row = encode_row(xid, values);
        let id = self.page_with_room(relation, row.len(), None)?;
        let old_lsn = self.page_lsn(id);
        let slot = self.pool.change(id).and_then(|page| page.add_row(&row)).unwrap_or_default();
        let form = self.form(id, old_lsn);
        let appended = self.log.append(xid, Body::Insert { page: form.of(id), slot, row: &row });
        self.stamp(id, appended.end);
        self.note_key(relation, values, RowPlace { page: id, slot });
        Ok(appended)
    }

    /// Ends a row version.
    pub fn delete_row(&mut self, xid: Xid, place: RowPlace) -> Result<Appended, DamagedPage> {
        let id = place.page;
        self.page(id)?;
        let old_lsn = self.page_lsn(id);
        self.end_version(place, xid);
        let form = self.form(id, old_lsn);
        let appended = self.log.append(xid, Body::Delete { page: form.of(id), slot: place.slot });
        self.stamp(id, appended.end);
        Ok(appended)
    }

    /// Ends a row version and adds its successor.
    pub fn update_row(&mut self, xid: Xid, place: RowPlace, values: &[Value]) -> Result<Appended, DamagedPage> {
        let row = encode_row(xid, values);
        let old = place.page;
        self.page(old)?;
        let new = self.page_with_room(old.relation, row.len(), Some(old))?;
        let (old_lsn, new_lsn) = (self.page_lsn(old), self.page_lsn(new));
        self.end_version(place, xid);
        let new_slot = self.pool.change(new).and_then(|page| page.add_row(&row)).unwrap_or_default();
        // On the same page the second half of the record finds the page as the first half left it.
        let old_form = self.form(old, old_lsn);
        let new_form = if new == old { Form::Change } else { self.form(new, new_lsn) };
        let body =
            Body::Update { old: old_form.of(old), old_slot: place.slot, new: new_form.of(new), new_slot, row: &row };
        let appended = self.log.append(xid, body);
        if crate::WHOLE {
            self.successors.push((place, RowPlace { page: new, slot: new_slot }));
        }
        self.stamp(old, appended.end);
        self.stamp(new, appended.end);
        self.note_key(old.relation, values, RowPlace { page: new, slot: new_slot });
        Ok(appended)
    }

    fn note_key(&mut self, relation: RelationId, values: &[Value], place: RowPlace) {
        if crate::WHOLE {
            self.keys.note(relation, values, place);
        }
    }

    fn end_version(&mut self, place: RowPlace, xid: Xid) {
        if let Some(row) = self.pool.change(place.page).and_then(|page| page.row_mut(place.slot)) {
            set_xmax(row, xid);
        }
    }

    /// A page, in memory, that takes a row version of this length: the preferred one, the last, or a new one.
    fn page_with_room(
        &mut self,
        relation: RelationId,
        row_bytes: usize,
        preferred: Option<PageId>,
    ) -> Result<PageId, DamagedPage> {
        let blocks = self.block_count(relation);
        let last = blocks.checked_sub(1).map(|block| PageId { relation, block });
        for id in preferred.into_iter().chain(last) {
            if self.page(id)?.fits(row_bytes) {
                return Ok(id);
            }
        }
        let id = PageId { relation, block: blocks };
        self.blocks.insert(relation, blocks + 1);
        self.pool.admit(id, Page::new(id, self.page_bytes));
        Ok(id)
    }

    fn page_lsn(&self, id: PageId) -> Lsn {
        self.pool.peek(id).map_or(Lsn::ZERO, |page| page.lsn())
    }

    /// How a page that has just been changed, and had this LSN before, goes into the record.
    fn form(&self, id: PageId, lsn_before: Lsn) -> Form {
        if lsn_before == Lsn::ZERO {
            return Form::New;
        }
        match self.pool.peek(id) {
            Some(page) if lsn_before <= self.redo && (!crate::WHOLE || self.page_images != PageImages::Off) => {
                let (hole_offset, hole_bytes) = page.hole();
                let bytes = page.without_hole();
                // What does not get shorter goes as it is.
                let packed = (crate::WHOLE && self.page_images == PageImages::Compressed)
                    .then(|| pack(&bytes))
                    .filter(|packed| packed.len() < bytes.len());
                let is_packed = packed.is_some();
                Form::Image { hole_offset, hole_bytes, bytes: packed.unwrap_or(bytes), packed: is_packed }
            }
            _ => Form::Change,
        }
    }

    fn stamp(&mut self, id: PageId, end: Lsn) {
        if let Some(page) = self.pool.change(id) {
            page.set_lsn(end);
        }
    }
}
