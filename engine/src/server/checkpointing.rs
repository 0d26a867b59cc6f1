//! The steps of a checkpoint, in the order in which they have to happen.

use super::Server;
use crate::checkpoint::Control;
use crate::storage::{Disk, FileName};
use crate::types::{Lsn, Micros, PageId, Xid};
use crate::wal::{Appended, Body};
use std::sync::Arc;

impl Server {
    /// Begins: from here on, the first change of each page logs it whole. Returns the redo pointer.
    pub fn checkpoint_begin(&mut self) -> Lsn {
        self.redo = self.log.next_record();
        self.redo
    }

    /// The pages to be written; the log has to be flushed first.
    pub fn checkpoint_pages(&self) -> Vec<PageId> {
        self.pool.dirty()
    }

    /// Makes the data files durable and the commit log with them, and logs the checkpoint; the record has to be flushed next.
    pub fn checkpoint_log(&mut self, redo: Lsn, time: Micros) -> Appended {
        for (chunk, bytes) in self.commit_log.take_changed() {
            self.disk.write_chunk(FileName::CommitLog, chunk, bytes);
        }
        let files: Vec<FileName> = self.disk.files().filter(|name| !matches!(name, FileName::Log(..))).collect();
        for name in files {
            self.disk.sync(name);
        }
        let body = Body::Checkpoint {
            redo,
            timeline: self.log.timeline(),
            next_xid: self.next_xid,
            next_relation: self.next_relation,
            time,
        };
        self.log.append(Xid::NONE, body)
    }

    /// Ends: the control file points at the checkpoint's record, which is on disk.
    pub fn checkpoint_end(&mut self, redo: Lsn, checkpoint: Lsn) {
        self.checkpoint = checkpoint;
        let control = Control {
            system: self.log.system(),
            timeline: self.log.timeline(),
            checkpoint,
            redo,
            next_xid: self.next_xid,
            next_relation: self.next_relation,
        };
        self.disk.write_chunk(FileName::Control, 0, Arc::new(control.encode()));
        self.disk.sync(FileName::Control);
    }

    /// Ends a server that has only replayed: all that replay changed goes to the disk, and the control file says from where to go on. Its
    /// log is the archive's, so there is none to be flushed before its pages.
    pub fn shut_down_replaying(mut self, redo: Lsn, checkpoint: Lsn) -> Disk {
        self.write_restart_point(redo, checkpoint);
        self.disk
    }

    /// Writes all that a server in recovery has in memory, as a checkpoint does, without a record: it could begin again at a checkpoint that it
    /// has replayed.
    pub fn write_restart_point(&mut self, redo: Lsn, checkpoint: Lsn) {
        for id in self.pool.dirty() {
            let sealed = self.pool.peek(id).map(|page| Arc::new(page.sealed()));
            if let Some(sealed) = sealed {
                self.disk.write_chunk(FileName::Relation(id.relation), id.block, sealed);
                self.disk.sync(FileName::Relation(id.relation));
                self.pool.written(id);
            }
        }
        for (chunk, bytes) in self.commit_log.take_changed() {
            self.disk.write_chunk(FileName::CommitLog, chunk, bytes);
        }
        self.disk.sync(FileName::CommitLog);
        self.checkpoint_end(redo, checkpoint);
    }

    /// The record of the last checkpoint.
    pub fn last_checkpoint(&self) -> Lsn {
        self.checkpoint
    }
}
