//! The clock runs on, and nobody watches: for measuring.

use super::Cluster;
use super::jobs::{Advance, Job};
use crate::types::Micros;

/// How many records a recovery replays before the cluster looks up.
const RECORDS_AT_ONCE: u32 = 1 << 14;

impl Cluster {
    /// As [`Cluster::advance`], but a recovery does not tell of each record that it replays. What it makes and what it reports are the same.
    pub fn advance_in_bulk(&mut self, until: Micros, budget: u32) -> Advance {
        self.advance_by(until, budget, |cluster, job| match job {
            Job::Recovery => cluster.step_recovery_in_bulk(until),
            _ => cluster.do_job(job),
        })
    }

    fn step_recovery_in_bulk(&mut self, until: Micros) {
        // Whatever else is due comes in its turn.
        let others = self.jobs().filter(|(_, job)| *job != Job::Recovery).map(|(at, _)| at).min();
        let limit = others.map_or(until, |at| at.min(until));
        let Some(recovery) = self.recovery.as_mut().filter(|recovery| recovery.is_replaying()) else {
            self.step_recovery();
            return;
        };
        let (step, now) = recovery.replay_in_bulk(self.now, limit, RECORDS_AT_ONCE, &self.archive);
        self.now = now;
        self.tell_recovery_step(step);
    }
}
