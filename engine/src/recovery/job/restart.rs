//! Shutting down at the target, and going on from there.
//!
//! With the action `shutdown` the server writes what replay has changed and stops; it cannot be read. It can be started again with
//! another target. It then replays from its last restart point, the newest checkpoint that it had replayed, and is consistent where it had
//! come to: a target before that fails, as in PostgreSQL (`CreateRestartPoint`, `minRecoveryPoint`). A restart that fails is the recovery's end.

use super::{Doing, Recovery, RecoveryStep};
use crate::archive::Archive;
use crate::cluster::RecoverySpec;
#[cfg(feature = "whole")]
use crate::recovery::Report;
use crate::recovery::history::History;
use crate::recovery::source::Fetched;
use crate::recovery::{RecoveryFailure, StopReason};
use crate::server::Server;
use crate::storage::Disk;
use crate::types::{Lsn, Micros};
use crate::wal::LogReader;

impl Recovery {
    /// Writes everything to the disk; from here on there is no server.
    pub(super) fn shut_down(&mut self, reason: StopReason) -> Result<RecoveryStep, RecoveryFailure> {
        if let Some(server) = self.server.take() {
            let (redo, checkpoint) = self.restart_point;
            self.disk = server.shut_down_replaying(redo, checkpoint);
        }
        self.doing = Doing::Down(reason);
        Ok(RecoveryStep::ShutDown)
    }

    /// Of a recovery that is paused or has shut down: what it has done so far. Its timeline is still the one that it follows.
    #[cfg(feature = "whole")]
    pub fn so_far(&self, archive: &Archive) -> Option<Report> {
        let (Doing::Paused(reason) | Doing::Down(reason)) = self.doing else {
            return None;
        };
        let mut seen = self.clone();
        seen.look_ahead(archive);
        Some(seen.report(reason, archive))
    }

    /// The disk of a server that has shut down.
    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The new server's disk, also while its files are being restored, when there is no server on it.
    #[cfg(feature = "whole")]
    pub fn disk_so_far(&self) -> &Disk {
        self.server.as_ref().map_or(&self.disk, |server| &server.disk)
    }

    /// The backups that are restored, the full one first.
    #[cfg(feature = "whole")]
    pub fn chain(&self) -> impl Iterator<Item = &str> {
        self.chain.iter().map(|element| element.label.as_str())
    }

    /// Whether it has shut down at its target.
    pub fn is_down(&self) -> bool {
        matches!(self.doing, Doing::Down(_))
    }

    /// Starts a server that has shut down again, on its way to another target; whether it had.
    pub fn restart(&mut self, spec: RecoverySpec, now: Micros) -> bool {
        if !self.is_down() {
            return false;
        }
        self.spec = RecoverySpec { backup: self.spec.backup.take(), ..spec };
        self.doing = Doing::Restart;
        self.next_at = now;
        true
    }

    pub(super) fn start_again(&mut self, now: Micros, archive: &Archive) -> Result<RecoveryStep, RecoveryFailure> {
        let chosen = History::choose(self.spec.timeline, self.manifest.timeline, archive);
        let history = chosen?;
        let (redo, checkpoint) = self.restart_point;
        // What has been replayed cannot be left again.
        if history.parts_from(&self.history).is_some_and(|fork| fork < self.replayed_to) {
            return Err(RecoveryFailure::BackupNotOnTimeline {
                backup: self.manifest.label.clone(),
                of: self.history.timeline(),
                timeline: history.timeline(),
                checkpoint,
            });
        }
        self.history = history;
        let damaged = |_| RecoveryFailure::BackupDamaged { backup: self.manifest.label.clone() };
        let disk = core::mem::take(&mut self.disk);
        self.server = Some(Server::restored(disk, &self.settings, redo).map_err(damaged)?);
        self.reader = LogReader::new(Fetched::default(), self.settings.segment, redo);
        self.last_file = None;
        self.first_record_out = None;
        self.log_end = None;
        self.minimum = Some(self.replayed_to);
        self.consistent = false;
        self.pace.everyone_is_done();
        self.doing = Doing::Redo;
        self.next_at = now;
        Ok(RecoveryStep::Waiting)
    }

    /// Where it has to come to be consistent.
    pub(super) fn needed(&self) -> Lsn {
        self.minimum.unwrap_or(self.manifest.end)
    }
}
