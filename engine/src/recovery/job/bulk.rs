//! Many records at once, for those who do not watch.

use super::{Doing, Recovery, RecoveryStep};
use crate::archive::Archive;
use crate::backup::BackupStore;
use crate::types::Micros;

impl Recovery {
    /// Replays records one after another without telling of them, until there is something else to do or to tell, `limit` has been reached, or
    /// that many have been replayed. Returns the last step and the instant at which it was done.
    pub fn replay_in_bulk(
        &mut self,
        now: Micros,
        limit: Micros,
        most: u32,
        archive: &mut Archive,
        backups: &BackupStore,
    ) -> (RecoveryStep, Micros) {
        let mut now = now;
        let mut step = RecoveryStep::Waiting;
        for _ in 0..most {
            if self.doing != Doing::Redo || self.next_at > limit {
                break;
            }
            now = now.max(self.next_at);
            step = self.step(now, now, archive, backups);
            match step {
                RecoveryStep::Replayed { consistent: false, .. } => {}
                _ => break,
            }
        }
        (step, now)
    }
}
