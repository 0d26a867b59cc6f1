//! How far a recovery has come, and what can be asked of it from outside.

use super::{Doing, Recovery, RestartPoint};
use crate::backup::Manifest;
use crate::cluster::RecoverySpec;
#[cfg(feature = "whole")]
use crate::recovery::RecordNote;
use crate::recovery::{History, Phase, RecoveryFailure, Report};
use crate::server::Server;
use crate::types::{Lsn, Micros, TimelineId};
use crate::wal::EndOfLog;

impl Recovery {
    /// When its next step is due; `None` while it is paused, and once it is over.
    pub fn next_at(&self) -> Option<Micros> {
        (self.doing != Doing::Over && !self.is_paused() && !self.is_down()).then_some(self.next_at)
    }

    /// Whether it reads log that it has fetched.
    pub fn is_replaying(&self) -> bool {
        self.doing == Doing::Redo
    }

    /// Whether it waits at its target.
    pub fn is_paused(&self) -> bool {
        matches!(self.doing, Doing::Paused(_))
    }

    /// Makes a recovery that waits at its target write all that it has in memory; where it could begin to replay again, and whose log it has come
    /// to. `None` if it does not wait, or nothing was replayed.
    pub fn write_restart_point(&mut self) -> Option<(RestartPoint, TimelineId)> {
        let last = self.last_record_in.filter(|_| self.is_paused())?;
        let point = self.restart;
        self.server.as_mut()?.write_restart_point(point.redo, point.checkpoint);
        Some((point, self.history.timeline_at(last.lsn)))
    }

    /// When the last transaction that was replayed ended; if none was, when the backup did.
    pub fn replayed_until(&self) -> Micros {
        self.last_in.and_then(|note| note.time).unwrap_or(self.manifest.end_time)
    }

    /// Lets a recovery that waits at its target end there; whether it waited.
    pub fn resume(&mut self, now: Micros) -> bool {
        let Doing::Paused(reason) = self.doing else {
            return false;
        };
        self.begin_promotion(reason, now);
        true
    }

    /// The last record that was replayed, and the first that was not as far as that is known, also where it has failed.
    #[cfg(feature = "whole")]
    pub fn around_stop(&self) -> (Option<RecordNote>, Option<RecordNote>) {
        (self.last_record_in, self.first_record_out)
    }

    /// The server that it has made, to be used as a primary, once it is over.
    pub fn take_server(&mut self) -> Option<Server> {
        if matches!(self.outcome, Some(Ok(_))) { self.server.take() } else { None }
    }

    /// The report, or the failure, once it is over.
    pub fn outcome(&self) -> Option<Result<&Report, &RecoveryFailure>> {
        self.outcome.as_ref().map(|outcome| outcome.as_deref())
    }

    /// The new server, from the end of the restore on.
    pub fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    pub fn spec(&self) -> &RecoverySpec {
        &self.spec
    }

    /// The label of the backup that it began with.
    pub fn backup(&self) -> &str {
        &self.manifest.label
    }

    /// What it is busy with; `None` once it is over.
    pub fn phase(&self) -> Option<Phase> {
        match self.doing {
            Doing::Plan | Doing::RestoreFile(..) => Some(Phase::FetchBackup),
            Doing::FetchSegment(_) => Some(Phase::FetchLog),
            Doing::Redo | Doing::Pause(_) | Doing::Paused(_) => Some(Phase::Redo),
            Doing::ShutDown(_) | Doing::Down(_) | Doing::Restart => Some(Phase::Redo),
            Doing::Promote(_) => Some(Phase::Promote),
            Doing::Validate(_) => Some(Phase::Validate),
            Doing::Finish(_) | Doing::Over => None,
        }
    }

    /// What it began with.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The timelines that it follows.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// Where its log ended, and why it is thought to; `None` if it has not come to the end of its log.
    pub fn log_end(&self) -> Option<EndOfLog> {
        self.log_end
    }

    pub fn is_consistent(&self) -> bool {
        self.consistent
    }

    /// Bytes restored and segments fetched so far.
    pub fn arrived(&self) -> (u64, u32) {
        (self.restored_bytes, self.reader.source().len() as u32)
    }

    /// Records and commits replayed so far, and the first byte that has not been.
    pub fn replayed(&self) -> (u64, u32, Lsn) {
        (self.records, self.transactions, self.replayed_to)
    }
}
