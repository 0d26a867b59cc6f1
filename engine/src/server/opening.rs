//! How a server comes to be: newly made, or out of a backup's files.

use super::Server;
use super::keys::KeyIndex;
use crate::checkpoint::Control;
use crate::storage::{Disk, FileName, Page, Pool};
use crate::txn::{CommitLog, Fate};
use crate::types::{Lsn, Micros, PageId, RelationId, TimelineId, Xid};
use crate::wal::{Appended, Body, Log};
use litemap::LiteMap;
use std::sync::Arc;

use crate::cluster::Settings;

/// Files that are no backup's: the control file is missing or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBackup;

/// How a recovered server begins its new timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promotion {
    pub timeline: TimelineId,
    pub parent: TimelineId,
    /// End of the last record replayed: the first byte that belongs to the new timeline.
    pub fork: Lsn,
    /// The last record replayed.
    pub last: Lsn,
}

impl Server {
    /// A new database: an empty catalog, and nothing in the log yet.
    pub fn create(settings: &Settings) -> Server {
        let id = PageId { relation: RelationId::CATALOG, block: 0 };
        let mut server = Server {
            disk: Disk::default(),
            // The seed stands in for the random number that tells databases apart.
            log: Log::new(settings.seed, settings.segment),
            pool: Pool::new(settings.tuning.buffers as usize),
            commit_log: CommitLog::default(),
            active: LiteMap::new(),
            locked: LiteMap::new(),
            successors: Vec::new(),
            next_xid: settings.first_xid,
            next_relation: RelationId::FIRST_TABLE,
            page_bytes: settings.page_bytes,
            page_images: settings.tuning.page_images,
            redo: Lsn::ZERO,
            checkpoint: Lsn::ZERO,
            blocks: [(RelationId::CATALOG, 1)].into_iter().collect(),
            keys: KeyIndex::default(),
            #[cfg(feature = "whole")]
            missing: LiteMap::new(),
        };
        let catalog = Page::new(id, settings.page_bytes);
        server.disk.write_chunk(FileName::Relation(id.relation), 0, Arc::new(catalog.sealed()));
        server.disk.sync(FileName::Relation(id.relation));
        server
    }

    /// A server on the files of a backup, which is to replay the log from `redo`; it cannot write before it is promoted.
    pub fn restored(disk: Disk, settings: &Settings, redo: Lsn) -> Result<Server, BadBackup> {
        let control = disk.chunk(FileName::Control, 0).and_then(|bytes| Control::decode(bytes)).ok_or(BadBackup)?;
        let commit_log = (0..disk.chunk_count(FileName::CommitLog))
            .filter_map(|chunk| disk.chunk(FileName::CommitLog, chunk).map(Arc::clone));
        let commit_log = CommitLog::from_chunks(commit_log);
        let blocks = disk
            .files()
            .filter_map(|name| match name {
                FileName::Relation(relation) => Some((relation, disk.chunk_count(name))),
                _ => None,
            })
            .collect();
        Ok(Server {
            log: Log::resume(control.system, control.timeline, settings.segment, redo, Lsn::ZERO),
            pool: Pool::new(settings.tuning.buffers as usize),
            commit_log,
            active: LiteMap::new(),
            locked: LiteMap::new(),
            successors: Vec::new(),
            next_xid: control.next_xid,
            next_relation: control.next_relation,
            page_bytes: settings.page_bytes,
            page_images: settings.tuning.page_images,
            redo,
            checkpoint: control.checkpoint,
            blocks,
            keys: KeyIndex::default(),
            #[cfg(feature = "whole")]
            missing: LiteMap::new(),
            disk,
        })
    }

    /// Learns of a transaction's number during replay.
    pub fn note_xid(&mut self, xid: Xid) {
        if xid >= self.next_xid {
            self.next_xid = Xid(xid.0.saturating_add(1));
        }
    }

    /// Learns of a table's file during replay.
    pub fn note_relation(&mut self, relation: RelationId) {
        self.blocks.entry(relation).or_insert(0);
        if relation >= self.next_relation {
            self.next_relation = RelationId(relation.0.saturating_add(1));
        }
    }

    /// Learns of a block during replay: one of the table's, or the next. Otherwise it learns nothing, and says so.
    pub fn note_block(&mut self, page: PageId) -> bool {
        let blocks = self.blocks.entry(page.relation).or_insert(0);
        let known = page.block <= *blocks && page.block < u32::MAX;
        if known && page.block == *blocks {
            *blocks += 1;
        }
        known
    }

    /// Gives up pages during replay, if there are more than the pool holds. The log is on disk, or it could not be replayed.
    pub fn make_room(&mut self) {
        while let Some((id, dirty)) = self.pool.surplus() {
            if let Some(page) = self.pool.peek(id).filter(|_| dirty) {
                let name = FileName::Relation(id.relation);
                self.disk.write_chunk(name, id.block, Arc::new(page.sealed()));
                self.disk.sync(name);
            }
            self.pool.evict(id);
        }
    }

    /// Learns of a transaction's end during replay.
    pub fn note_end(&mut self, xid: Xid, fate: Fate) {
        self.note_xid(xid);
        self.commit_log.set(xid, fate);
        self.locked.retain(|_, holder| *holder != xid);
    }

    /// Learns during replay that a transaction has locked a table against all others.
    pub fn note_lock(&mut self, relation: RelationId, xid: Xid) {
        self.locked.insert(relation, xid);
    }

    /// Learns of a sequence's row during replay: its page is made anew.
    pub fn note_sequence(&mut self, relation: RelationId, row: &[u8], end: Lsn) {
        let id = PageId { relation, block: 0 };
        self.note_relation(relation);
        self.note_block(id);
        let mut page = Page::new(id, self.page_bytes);
        page.add_row(row);
        page.set_lsn(end);
        self.pool.admit(id, page);
        self.pool.change(id);
    }

    /// Goes over to a new timeline: the segment of the fork is copied up to there, and the log goes on behind with a record that
    /// tells of the fork.
    pub fn promote(&mut self, promotion: Promotion, fork_segment: Option<&[u8]>, time: Micros) -> Appended {
        let Promotion { timeline, parent, fork, last } = promotion;
        let size = self.log.segment_size();
        let offset = size.offset_of(fork) as usize;
        if let Some(shared) = fork_segment.and_then(|bytes| bytes.get(..offset))
            && offset > 0
        {
            let mut bytes = vec![0; size.bytes() as usize];
            bytes[..offset].copy_from_slice(shared);
            let name = FileName::Log(timeline, size.segment_of(fork));
            self.disk.write_chunk(name, 0, Arc::new(bytes));
            self.disk.sync(name);
        }
        self.log = Log::resume(self.log.system(), timeline, size, fork, last);
        // What was not finished at the fork never will be, and every page has to be logged whole on the new timeline.
        self.locked = LiteMap::new();
        self.redo = self.log.next_record();
        let body =
            Body::TimelineStart { timeline, parent, next_xid: self.next_xid, next_relation: self.next_relation, time };
        self.log.append(Xid::NONE, body)
    }
}
