//! The end of a server whose power goes, and what it does first when the power is back.

use super::Server;
use crate::fault::PowerLoss;
use crate::random::next_random;
use crate::storage::{Disk, FileName};
use crate::types::Lsn;
use crate::wal::Log;
use litemap::LiteMap;

impl Server {
    /// Power off: everything in memory is gone, and of the disk's content what was not durable, but for what came through all the same.
    pub fn power_off(mut self, loss: PowerLoss) -> Disk {
        let under_way = match loss {
            PowerLoss::Clean | PowerLoss::TornPages => 0,
            PowerLoss::MidFlush { bytes } => bytes,
            PowerLoss::Drawn { .. } => u64::MAX,
        };
        self.log.flush_cut_off(&mut self.disk, under_way);
        let mut random = if let PowerLoss::Drawn { seed } = loss { seed } else { 0 };
        self.disk.crash(|name, place, newest| match (loss, name) {
            (PowerLoss::MidFlush { .. }, FileName::Log(..)) => newest,
            (PowerLoss::TornPages, FileName::Relation(_)) if place.sector < place.of / 2 => newest,
            (PowerLoss::Drawn { .. }, _) => (next_random(&mut random) % (newest as u64 + 1)) as usize,
            _ => 0,
        });
        self.disk
    }

    /// A record has been replayed: the log would go on behind it.
    pub fn log_goes_on(&mut self, at: Lsn, last: Lsn) {
        self.log = Log::resume(self.log.system(), self.log.timeline(), self.log.segment_size(), at, last);
    }

    /// The log has been replayed to its end: what stands behind is no part of it, and no transaction has a hold on anything.
    pub fn end_of_own_log(&mut self) {
        self.log.wipe_behind(&mut self.disk);
        self.locked = LiteMap::new();
    }

    /// Makes room in the buffer pool while the log is replayed from disk.
    pub fn shrink_pool(&mut self) {
        while let Some((page, dirty)) = self.surplus_page() {
            if dirty {
                self.write_page(page);
            }
            self.pool.evict(page);
        }
    }
}
