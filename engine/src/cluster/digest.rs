//! One number for all the bytes there are.

use super::Cluster;
use super::waiting::Waiting;
use crate::script::{invariant_text, statement_text};
use crate::server::Server;
use crate::storage::Disk;
use crate::txn::Snapshot;
use crate::types::Zone;
use core::fmt;

/// A 64-bit hash of a cluster's log, pages, archive, backups and recovery. It tells whether two runs made the same bytes; it is
/// no protection against anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// FNV-1a, after G. Fowler, L. Noll and P. Vo.
struct Hash(u64);

impl Hash {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    fn disk(&mut self, disk: &Disk) {
        for name in disk.files() {
            self.number(u64::from(disk.chunk_count(name)));
            for chunk in (0..disk.chunk_count(name)).filter_map(|chunk| disk.chunk(name, chunk)) {
                self.bytes(chunk);
            }
        }
    }

    fn server(&mut self, server: &Server) {
        self.number(server.log.end().0);
        self.number(server.log.flushed().0);
        self.disk(&server.disk);
        for (id, frame) in server.pool.frames() {
            self.number(u64::from(id.relation.0) << 32 | u64::from(id.block));
            self.bytes(&frame.page.sealed());
        }
    }
}

impl Hash {
    fn snapshot(&mut self, snapshot: &Snapshot) {
        self.number(u64::from(snapshot.xmax.0));
        for xid in &snapshot.running {
            self.number(u64::from(xid.0));
        }
    }

    fn waiting(&mut self, waiting: &Waiting) {
        for (sent, command) in waiting.commands() {
            self.number(sent.0 as u64);
            self.bytes(statement_text(command, Zone::default()).as_bytes());
        }
        self.bytes(waiting.holder().as_bytes());
        if let Some(snapshot) = &waiting.snapshot {
            self.snapshot(snapshot);
        }
        for deadline in waiting.deadlines() {
            self.number(deadline.map_or(u64::MAX, |deadline| deadline.0 as u64));
        }
    }
}

impl Cluster {
    /// Condenses everything that the run has made.
    pub fn digest(&self) -> Digest {
        let mut hash = Hash(0xCBF2_9CE4_8422_2325);
        hash.number(self.now.0 as u64);
        hash.number(self.told);
        if let Some(primary) = &self.primary {
            hash.server(primary);
        }
        if crate::WHOLE {
            if let Some(disk) = self.idle_disk() {
                hash.disk(disk);
            }
            if let Some(server) = self.starting() {
                hash.server(server);
            }
        }
        // Nothing is added where nobody waits and nothing is under way: the bytes say it all.
        if crate::WHOLE {
            hash.bytes(&self.commits.bytes());
            hash.bytes(&self.checkpoints.bytes(&self.settings.tuning));
        }
        let sessions = || self.sessions.iter().filter(|_| crate::WHOLE);
        for (name, waiting) in sessions().filter_map(|(name, state)| Some((name, state.waiting.as_ref()?))) {
            hash.bytes(name.as_bytes());
            hash.waiting(waiting);
        }
        for snapshot in sessions().filter_map(|(_, state)| state.snapshot.as_ref()) {
            hash.snapshot(snapshot);
        }
        for (timeline, segment, archived) in self.archive.segments() {
            hash.number(u64::from(timeline.0));
            hash.number(segment.0);
            hash.number(archived.at.0 as u64);
            hash.bytes(&archived.bytes);
            if crate::WHOLE && archived.cold {
                hash.bytes(b"cold");
            }
        }
        if crate::WHOLE {
            for (timeline, segment, partial) in self.archive.partial_segments() {
                hash.number(u64::from(timeline.0));
                hash.number(segment.0);
                hash.bytes(&partial.bytes);
            }
        }
        for (timeline, file) in self.archive.histories() {
            hash.number(u64::from(timeline.0));
            hash.bytes(file);
        }
        for (label, backup) in self.backups.iter() {
            hash.bytes(label.as_bytes());
            hash.bytes(&backup.manifest);
            for chunk in backup.files.values().flatten() {
                hash.bytes(chunk);
            }
        }
        let invariants = crate::WHOLE.then(|| self.invariants.iter());
        for invariant in invariants.into_iter().flatten() {
            hash.bytes(invariant_text(invariant).as_bytes());
        }
        if let Some(server) = self.recovery.as_ref().and_then(|recovery| recovery.server()) {
            hash.server(server);
        }
        if let Some(recovery) = self.recovery.as_ref().filter(|recovery| crate::WHOLE && recovery.is_down()) {
            hash.disk(recovery.disk());
        }
        Digest(hash.0)
    }
}
