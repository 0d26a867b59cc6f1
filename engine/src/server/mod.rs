//! One database server: its disk, its log, its pages in memory, its transactions and its tables.
//!
//! Every change goes the same way: into the log buffer as a record, then into the page in memory, which remembers the record's end.
//! A page may leave memory only when the log is on disk up to there.
//!
//! The methods here are single steps, so that whoever wires them together can tell of each. They know no sessions and no clock.

mod catalog;
mod checkpointing;
#[cfg(feature = "whole")]
mod dropping;
mod heap;
mod keys;
mod opening;
mod power;
mod sequence;

use catalog::catalog_row_of;
pub use catalog::{TableDef, catalog_row};
pub use heap::{RowPlace, StoredRow};
use keys::KeyIndex;
pub use opening::Promotion;
pub use sequence::SequenceDef;

use crate::cluster::PageImages;
use crate::storage::{Disk, FileName, Page, PageError, Pool};
use crate::txn::{CommitLog, Fate, Snapshot, Visibility};
use crate::types::{Lsn, Micros, PageId, RelationId, Xid};
use crate::wal::{Appended, Body, Flushed, Log};
use litemap::LiteMap;
use std::sync::Arc;

/// A page that cannot be had from the data files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamagedPage {
    pub page: PageId,
    pub why: PageError,
}

/// A running server.
#[derive(Debug, Clone)]
pub struct Server {
    pub disk: Disk,
    pub log: Log,
    pub pool: Pool,
    pub commit_log: CommitLog,
    /// Transactions and subtransactions that have a number and have not ended, each with the transaction that it is part of.
    active: LiteMap<Xid, Xid>,
    /// Tables that a transaction has locked against all others, with its number: what replay has learned from the log.
    locked: LiteMap<RelationId, Xid>,
    /// Where the successors of updated row versions stand, for those who wait to change them; nothing of it is in any byte.
    successors: Vec<(RowPlace, RowPlace)>,
    next_xid: Xid,
    next_relation: RelationId,
    page_bytes: u32,
    page_images: PageImages,
    /// The redo pointer of the last checkpoint: a page that is older has to be logged whole at its next change.
    redo: Lsn,
    /// The last checkpoint's record.
    checkpoint: Lsn,
    /// How many blocks each table has, in the file or in memory.
    blocks: LiteMap<RelationId, u32>,
    keys: KeyIndex,
    /// During replay: files of which a page was not there, each with that page and the first record about it.
    #[cfg(feature = "whole")]
    missing: LiteMap<RelationId, (DamagedPage, Lsn)>,
}

impl Server {
    pub fn page_bytes(&self) -> u32 {
        self.page_bytes
    }

    /// The number that the next transaction to write will get.
    pub fn next_xid(&self) -> Xid {
        self.next_xid
    }

    /// The redo pointer of the last checkpoint.
    pub fn redo(&self) -> Lsn {
        self.redo
    }

    /// A number for a transaction that is about to write, or for a subtransaction of `of`.
    pub fn assign_xid(&mut self, of: Xid) -> Xid {
        let xid = self.next_xid;
        self.next_xid = Xid(xid.0.saturating_add(1));
        self.active.insert(xid, if of == Xid::NONE { xid } else { of });
        xid
    }

    /// The running transaction that a number belongs to, its own or a subtransaction's.
    pub fn running(&self, xid: Xid) -> Option<Xid> {
        self.active.get(&xid).copied()
    }

    /// The eyes of a statement of this transaction, or of one without a number.
    pub fn visibility(&self, own: Xid) -> Visibility<'_> {
        Visibility { commit_log: &self.commit_log, active: &self.active, own, snapshot: None }
    }

    /// What has ended by now, to be looked through later.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.active.keys().copied(), self.next_xid)
    }

    /// Nobody waits any more: where updated rows went has to be known only of transactions that still run.
    pub fn forget_successors(&mut self) {
        if self.active.is_empty() {
            self.successors.clear();
        }
    }

    /// Tables that an unfinished transaction had locked against all others where replay stands.
    pub fn locked_tables(&self) -> Vec<RelationId> {
        self.locked.iter().map(|(relation, _)| *relation).collect()
    }

    /// Logs that a transaction ends, and with it these subtransactions; these files are given up.
    pub fn log_end(
        &mut self,
        xid: Xid,
        subtransactions: Vec<Xid>,
        fate: Fate,
        time: Micros,
        dropped: &[RelationId],
    ) -> Appended {
        debug_assert!(crate::WHOLE || dropped.is_empty());
        let body = match fate {
            Fate::Committed => Body::Commit {
                time,
                subtransactions,
                #[cfg(feature = "whole")]
                dropped: dropped.to_vec(),
            },
            Fate::Aborted | Fate::Open => Body::Abort {
                time,
                subtransactions,
                #[cfg(feature = "whole")]
                dropped: dropped.to_vec(),
            },
        };
        self.log.append(xid, body)
    }

    /// Notes the end of a transaction, once its record is where it has to be.
    pub fn end_transaction(&mut self, xid: Xid, fate: Fate) {
        self.commit_log.set(xid, fate);
        self.active.remove(&xid);
    }

    /// Moves the log buffer to the disk.
    pub fn flush(&mut self) -> Option<Flushed> {
        self.log.flush(&mut self.disk)
    }

    /// A page, read from the data file if it is not in memory.
    pub fn page(&mut self, id: PageId) -> Result<Arc<Page>, DamagedPage> {
        if let Some(page) = self.pool.get(id) {
            return Ok(Arc::clone(page));
        }
        let page = self.read_page(id)?;
        Ok(Arc::clone(self.pool.admit(id, page)))
    }

    /// A page to change by a record that ends there, read from the data file if it is not in memory; `None` if the record is in it already.
    pub fn page_before(&mut self, id: PageId, end: Lsn) -> Result<Option<&mut Page>, DamagedPage> {
        if self.pool.peek(id).is_none() {
            let page = self.read_page(id)?;
            self.pool.admit(id, page);
        }
        Ok(self.pool.change_before(id, end))
    }

    /// A page as it is now, without bringing it into memory.
    pub fn peek_page(&self, id: PageId) -> Result<Arc<Page>, DamagedPage> {
        match self.pool.peek(id) {
            Some(page) => Ok(Arc::clone(page)),
            None => self.read_page(id).map(Arc::new),
        }
    }

    fn read_page(&self, id: PageId) -> Result<Page, DamagedPage> {
        let name = FileName::Relation(id.relation);
        let damaged = |why| DamagedPage { page: id, why };
        let bytes = self.disk.chunk(name, id.block).ok_or(damaged(PageError::Misplaced))?;
        Page::read(id, self.page_bytes, bytes).map_err(damaged)
    }

    /// Writes a dirty page to the data file; the log must have been flushed up to the page's LSN.
    pub fn write_page(&mut self, id: PageId) {
        let Some(page) = self.pool.peek(id) else {
            return;
        };
        // A page that is from behind the log's end says so itself: its bytes were not written by a server.
        debug_assert!(page.lsn() <= self.log.flushed() || page.lsn() > self.log.end(), "log before data");
        let sealed = Arc::new(page.sealed());
        self.disk.write_chunk(FileName::Relation(id.relation), id.block, sealed);
        self.pool.written(id);
    }

    /// The page that has to leave memory, if there are too many, and whether it must be written first.
    pub fn surplus_page(&mut self) -> Option<(PageId, bool)> {
        self.pool.surplus()
    }

    /// How many blocks a table has.
    pub fn block_count(&self, relation: RelationId) -> u32 {
        self.blocks.get(&relation).copied().unwrap_or(0)
    }

    /// All tables' files that have blocks.
    pub fn relations(&self) -> impl Iterator<Item = (RelationId, u32)> + '_ {
        self.blocks.iter().map(|(relation, blocks)| (*relation, *blocks))
    }
}
