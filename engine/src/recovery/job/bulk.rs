//! Many records at once, for those who do not watch.

use super::{Doing, Recovery, RecoveryStep};
use crate::archive::Archive;
use crate::types::Micros;

impl Recovery {
    /// Replays records one after another without telling of them, until there is something else to do or to tell, `limit` has been reached, or
    /// that many have been replayed. Returns the last step and the instant at which it was done.
    pub fn replay_in_bulk(
        &mut self,
        now: Micros,
        limit: Micros,
        most: u32,
        archive: &Archive,
    ) -> (RecoveryStep, Micros) {
        let mut now = now;
        for _ in 0..most {
            if self.doing != Doing::Redo || self.next_at > limit {
                break;
            }
            now = now.max(self.next_at);
            match self.replay_next(now, archive) {
                Ok(RecoveryStep::Replayed { consistent: false, .. }) => {}
                Ok(step) => return (step, now),
                Err(failure) => return (self.fail(failure), now),
            }
        }
        (RecoveryStep::Waiting, now)
    }
}
