//! The power goes, and comes back.
//!
//! `crash` switches the primary off: its sessions end, its memory is gone, and its disk keeps what was durable, with whatever else the command
//! says came through. `restart` lets it recover by itself, by the clock, record by record, and opens it after a checkpoint. Clients and
//! timers go on meanwhile; what they want of the primary is refused. A backup that was being taken is void.

use super::{Cluster, CommandError, EventKind};
use crate::fault::PowerLoss;
use crate::recovery::{CrashFailure, CrashRecovery, CrashStep, RecordNote};
use crate::server::Server;
use crate::storage::{Disk, FileName};
use crate::types::{Lsn, Micros, TimelineId, Xid};
use crate::wal::{Flushed, WhyEnd};
use serde::{Deserialize, Serialize};

/// A primary that is not running.
#[derive(Debug, Clone)]
pub(super) struct Down {
    state: DownState,
    /// Up to where the log was known to be durable when the power went.
    durable: Lsn,
}

#[derive(Debug, Clone)]
enum DownState {
    Off(Disk),
    Starting(Box<CrashRecovery>),
}

/// What happens between a crash and the server's opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrashEvent {
    /// The power is off. The log is durable up to `durable`; `volatile_bytes` of it were not.
    PowerOff {
        timeline: TimelineId,
        durable: Lsn,
        volatile_bytes: u64,
        /// A backup that was being taken.
        void_backup: Option<String>,
    },
    RecoveryBegan {
        checkpoint: Lsn,
        redo: Lsn,
    },
    Replayed {
        record: RecordNote,
        table: Option<String>,
    },
    /// No record follows.
    LogEnded {
        end: Lsn,
        why: WhyEnd,
        records: u64,
    },
    /// The server takes connections.
    Ready {
        timeline: TimelineId,
        next_xid: Xid,
    },
    RecoveryFailed {
        failure: CrashFailure,
    },
}

impl Cluster {
    pub(super) fn crash(&mut self, loss: PowerLoss) -> Result<(), CommandError> {
        let (server, durable) = match (self.primary.take(), self.down.take()) {
            (Some(primary), _) => {
                let durable = primary.log.flushed();
                (primary, durable)
            }
            (None, Some(Down { state: DownState::Starting(recovery), durable })) => (recovery.into_server(), durable),
            (None, down) => {
                *self.down = down;
                return Err(CommandError::NoPrimary);
            }
        };
        let timeline = server.log.timeline();
        let volatile_bytes = server.log.buffered().1;
        let disk = server.power_off(loss);
        self.sessions.clear();
        self.forget_commits();
        self.forget_checkpoint();
        self.archiver.stop();
        self.receiver.lose();
        let void_backup = self.backup_job.take().map(|job| job.label().to_owned());
        self.backups.discard_incomplete();
        *self.down = Some(Down { state: DownState::Off(disk), durable });
        self.tell_crash(CrashEvent::PowerOff { timeline, durable, volatile_bytes, void_backup });
        Ok(())
    }

    pub(super) fn restart(&mut self) -> Result<(), CommandError> {
        match &mut *self.down {
            Some(Down { state, .. }) => {
                let DownState::Off(disk) = state else {
                    return Err(CommandError::ServerRunning);
                };
                match CrashRecovery::begin(disk.clone(), &self.settings, self.now) {
                    Ok(recovery) => *state = DownState::Starting(Box::new(recovery)),
                    Err(failure) => self.tell_crash(CrashEvent::RecoveryFailed { failure }),
                }
                Ok(())
            }
            None if self.primary.is_some() => Err(CommandError::ServerRunning),
            None => Err(CommandError::NoPrimary),
        }
    }

    /// What keeps commands from a primary that is not lost, if anything does.
    pub(super) fn why_no_primary(&self) -> CommandError {
        match &*self.down {
            None => CommandError::NoPrimary,
            Some(Down { state: DownState::Off(_), .. }) => CommandError::ServerDown,
            Some(Down { state: DownState::Starting(_), .. }) => CommandError::ServerStarting,
        }
    }

    /// A server that is recovering from a crash; nobody can connect to it yet.
    pub fn starting(&self) -> Option<&Server> {
        match &*self.down {
            Some(Down { state: DownState::Starting(recovery), .. }) => Some(recovery.server()),
            _ => None,
        }
    }

    /// The disk of a primary that is not running.
    pub fn idle_disk(&self) -> Option<&Disk> {
        match &*self.down {
            Some(Down { state: DownState::Off(disk), .. }) => Some(disk),
            _ => None,
        }
    }

    /// When a crash recovery goes on.
    pub(super) fn crash_recovery_at(&self) -> Option<Micros> {
        match &*self.down {
            Some(Down { state: DownState::Starting(recovery), .. }) => Some(recovery.next_at()),
            _ => None,
        }
    }

    pub(super) fn step_crash_recovery(&mut self) {
        let now = self.now;
        let Some(Down { state: DownState::Starting(recovery), durable }) = &mut *self.down else {
            return;
        };
        let durable = *durable;
        match recovery.step(now) {
            CrashStep::Began { checkpoint, redo } => self.tell_crash(CrashEvent::RecoveryBegan { checkpoint, redo }),
            CrashStep::Replayed { record, relation } => {
                let tables = recovery.server().tables(Xid::NONE).unwrap_or_default();
                let tables = tables.iter().map(|table| (table.relation, table.name.as_str()));
                let table = relation.map(|relation| super::logging::table_name(relation, tables));
                self.tell_crash(CrashEvent::Replayed { record, table });
            }
            CrashStep::Ended { end, why, records } => self.tell_crash(CrashEvent::LogEnded { end, why, records }),
            CrashStep::Failed(failure) => {
                let disk = recovery.server().disk.clone();
                *self.down = Some(Down { state: DownState::Off(disk), durable });
                self.tell_crash(CrashEvent::RecoveryFailed { failure });
            }
            CrashStep::Recovered => self.open_after_crash(durable),
        }
    }

    fn open_after_crash(&mut self, durable: Lsn) {
        let Some(Down { state: DownState::Starting(recovery), .. }) = self.down.take() else {
            return;
        };
        let server = recovery.into_server();
        let end = server.log.flushed();
        self.primary = Some(server);
        if end > durable {
            // Bytes that came through without anybody's having waited for them.
            self.tell_flushed(Flushed { from: durable, to: end });
        }
        self.archive_what_is_left();
        // A server that has just recovered can always be checkpointed.
        let made = self.checkpoint();
        debug_assert!(made.is_ok());
        if let Some(primary) = &self.primary {
            let (timeline, next_xid) = (primary.log.timeline(), primary.next_xid());
            self.tell_crash(CrashEvent::Ready { timeline, next_xid });
        }
    }

    /// The archiver begins anew: with the segments on the disk that the log has left and that are not marked as archived.
    fn archive_what_is_left(&mut self) {
        let Some(primary) = &self.primary else {
            return;
        };
        let (size, end) = (primary.log.segment_size(), primary.log.end());
        let open = size.segment_of(end);
        self.archiver.stop();
        for name in primary.disk.files() {
            if let FileName::Log(timeline, segment) = name
                && (timeline != primary.log.timeline() || segment < open)
                && !primary.disk.is_archived(name)
            {
                self.archiver.enqueue(timeline, segment);
            }
        }
        self.last_switch = self.now;
        // Whatever stands in the open segment is worth archiving when its time has come.
        self.last_switch_end = size.start_of(open);
    }

    fn tell_crash(&mut self, event: CrashEvent) {
        self.tell(EventKind::Crash(event));
    }
}
