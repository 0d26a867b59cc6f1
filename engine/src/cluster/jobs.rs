//! What goes on by the clock: the archive timeout, backups, workloads, a recovery.

use super::logging::{file_name, table_name};
use super::space::Before;
use super::{Cluster, Event, EventKind};
use crate::recovery::{InvariantCheck, RecoveryStep};
use crate::types::{Micros, Xid};

/// What came of letting the clock run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub events: Vec<Event>,
    pub status: Status,
}

/// Whether the clock has come as far as it was let.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It stands at the instant that was asked for.
    Reached,
    /// The budget was used up first: ask again.
    MoreToDo,
}

/// What is due next. In the order in which things due at the same instant are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Job {
    SegmentArrives,
    PieceArrives,
    Cool,
    Expire,
    SendSegment,
    ArchiveTimeout,
    CopyChunk,
    BackupDue,
    /// Work on backups that are there is done.
    Tending,
    Workload(usize),
    Recovery,
    CrashRecovery,
    LockDeadline,
    FlushLog,
    Checkpoint,
}

impl Cluster {
    /// Lets the clock run to `until`, or until `budget` things have been done. A clock never runs backwards: an instant that has
    /// passed is reached already.
    pub fn advance(&mut self, until: Micros, budget: u32) -> Advance {
        self.advance_by(until, budget, Cluster::do_job)
    }

    /// The same, with a way of its own to do what is due.
    pub(super) fn advance_by(&mut self, until: Micros, budget: u32, mut act: impl FnMut(&mut Cluster, Job)) -> Advance {
        for _ in 0..budget {
            match self.next_job() {
                Some((at, job)) if at <= until => {
                    self.now = self.now.max(at);
                    act(self, job);
                }
                _ => {
                    self.now = self.now.max(until);
                    return Advance { events: self.take_events(), status: Status::Reached };
                }
            }
        }
        Advance { events: self.take_events(), status: Status::MoreToDo }
    }

    /// Does what is due, and what follows from it.
    pub(super) fn do_job(&mut self, job: Job) {
        let before = (crate::WHOLE && self.log_disk.is_some()).then(|| self.before_job(job));
        self.run_job(job);
        if let Some(before) = before {
            self.job_may_fill_the_disk(job, before);
        }
        if crate::WHOLE {
            self.carry_out_due();
        }
    }

    /// When a recovery or backup that is under way goes on, or a statement that waits may be given up; `None` if there is none.
    pub fn busy_until(&self) -> Option<Micros> {
        let recovery = self.recovery.as_ref().and_then(|recovery| recovery.next_at());
        let backup = self.backup_job.as_ref().and_then(|job| job.next_at());
        let crash = if crate::WHOLE { self.crash_recovery_at() } else { None };
        let locks = if crate::WHOLE { self.lock_deadline() } else { None };
        let tending = if crate::WHOLE { self.tending_at() } else { None };
        let flush = if crate::WHOLE { self.flush_due() } else { None };
        recovery.into_iter().chain(backup).chain(crash).chain(locks).chain(tending).chain(flush).min()
    }

    pub(super) fn next_job(&self) -> Option<(Micros, Job)> {
        self.jobs().min()
    }

    /// What is due, and when.
    pub(super) fn jobs(&self) -> impl Iterator<Item = (Micros, Job)> + '_ {
        let timeout = self.settings.archive_timeout.filter(|_| self.primary.is_some());
        let workloads = self.workloads.iter().enumerate().map(|(index, load)| (load.next_at(), Job::Workload(index)));
        [
            self.archiver.sending().map(|sending| (sending.arrives, Job::SegmentArrives)),
            self.next_cooling().map(|at| (at, Job::Cool)),
            self.next_keeping().map(|at| (at, Job::Expire)),
            self.next_piece().map(|at| (at, Job::PieceArrives)),
            self.next_send().map(|at| (at, Job::SendSegment)),
            timeout.map(|timeout| (self.last_switch + timeout, Job::ArchiveTimeout)),
            self.backup_job.as_ref().and_then(|job| job.next_at()).map(|at| (at, Job::CopyChunk)),
            self.next_backup.map(|at| (at, Job::BackupDue)),
            if crate::WHOLE { self.tending_at().map(|at| (at, Job::Tending)) } else { None },
            self.recovery.as_ref().and_then(|recovery| recovery.next_at()).map(|at| (at, Job::Recovery)),
            if crate::WHOLE { self.lock_deadline().map(|at| (at, Job::LockDeadline)) } else { None },
        ]
        .into_iter()
        .flatten()
        .chain(workloads)
        .chain(if crate::WHOLE { self.crash_recovery_at().map(|at| (at, Job::CrashRecovery)) } else { None })
        .chain(if crate::WHOLE { self.flush_due().map(|at| (at, Job::FlushLog)) } else { None })
        .chain(if crate::WHOLE { self.checkpoint_due().map(|at| (at, Job::Checkpoint)) } else { None })
    }

    /// What writes by the clock falls out while the disk is full; a backup that is under way may still end.
    fn job_may_fill_the_disk(&mut self, job: Job, before: Before) {
        let now = self.now;
        match job {
            Job::ArchiveTimeout => self.tell_if_full(before, |cluster| cluster.last_switch = now),
            Job::BackupDue => self.tell_if_full(before, |cluster| {
                cluster.next_backup = cluster.settings.backup_every.map(|every| now + every.max(Micros::SECOND));
            }),
            Job::Workload(index) => self.tell_if_full(before, |cluster| {
                if let Some(workload) = cluster.workloads.get_mut(index) {
                    workload.fell_out(now);
                }
            }),
            _ => self.make_room(),
        }
    }

    fn run_job(&mut self, job: Job) {
        match job {
            Job::SegmentArrives => self.segment_arrives(),
            Job::PieceArrives if crate::WHOLE => self.piece_arrives(),
            Job::Cool if crate::WHOLE => self.cool(),
            Job::Expire if crate::WHOLE => self.expiry_due(),
            Job::PieceArrives | Job::Cool | Job::Expire => {}
            Job::SendSegment => self.send_segment(),
            Job::ArchiveTimeout => self.archive_timeout(),
            Job::CopyChunk => self.copy_chunk(),
            Job::BackupDue => self.backup_due(),
            Job::Tending if crate::WHOLE => self.finish_tending(),
            Job::Tending => {}
            Job::Workload(index) => self.run_workload(index),
            Job::Recovery => self.step_recovery(),
            Job::CrashRecovery if crate::WHOLE => self.step_crash_recovery(),
            Job::LockDeadline if crate::WHOLE => self.meet_lock_deadline(),
            Job::LockDeadline => {}
            Job::FlushLog if crate::WHOLE => self.flush(),
            Job::Checkpoint if crate::WHOLE => self.step_checkpoint(),
            Job::CrashRecovery | Job::FlushLog | Job::Checkpoint => {}
        }
        if crate::WHOLE {
            self.wake_if_flushed();
        }
    }

    /// Closes the segment early if anything came into the log since the last switch. As in PostgreSQL (`CheckArchiveTimeout`), the
    /// next check comes one timeout later in any case.
    fn archive_timeout(&mut self) {
        let worth_it = self.primary.as_ref().is_some_and(|primary| primary.log.end() > self.last_switch_end);
        self.last_switch = self.now;
        if worth_it {
            // Refused only without a primary, and there is one.
            let _ = self.switch_segment();
        }
    }

    pub(super) fn step_recovery(&mut self) {
        let clock = self.timestamp();
        let Some(recovery) = self.recovery.as_mut() else {
            return;
        };
        let step = recovery.step(self.now, clock, &mut self.archive, &self.backups);
        self.tell_recovery_step(step);
    }

    pub(super) fn tell_recovery_step(&mut self, step: RecoveryStep) {
        match step {
            RecoveryStep::Waiting => {}
            RecoveryStep::Paused => self.tell(EventKind::RecoveryPaused),
            RecoveryStep::ShutDown => self.tell(EventKind::RecoveryShutDown),
            RecoveryStep::FileRestored { backup, name, bytes } => {
                let tables = self.tables_of_recovery();
                let file = file_name(name, tables.iter().map(|(number, name)| (*number, name.as_str())));
                self.tell(EventKind::FileRestored { backup, file, bytes });
            }
            RecoveryStep::SegmentFetched { timeline, segment, bytes } => {
                self.tell(EventKind::SegmentFetched { timeline, segment, bytes });
            }
            RecoveryStep::Replayed { record, relation, consistent } => {
                let tables = self.tables_of_recovery();
                let name = |number| table_name(number, tables.iter().map(|(number, name)| (*number, name.as_str())));
                self.tell(EventKind::RecordReplayed { record, table: relation.map(name) });
                if consistent {
                    self.tell(EventKind::ConsistencyReached { lsn: record.end });
                }
            }
            RecoveryStep::Stopped { reason } => {
                if crate::WHOLE {
                    self.tell_log_end();
                }
                if let Some(target) = self.recovery.as_ref().map(|recovery| recovery.spec().target.clone()) {
                    self.tell(EventKind::RecoveryStopped { reason, target });
                }
            }
            RecoveryStep::TimelineBegan { timeline, parent, fork } => {
                self.tell(EventKind::TimelineBegan { timeline, parent, fork });
            }
            RecoveryStep::Validated { pages, wrong } => {
                self.tell(EventKind::Validated { pages, wrong });
                let checks = self.recovery.as_ref().map(|recovery| recovery.validation.invariants.clone());
                for InvariantCheck { invariant, found, holds } in checks.unwrap_or_default() {
                    self.tell(EventKind::InvariantChecked { invariant: invariant.into(), found, holds });
                }
            }
            RecoveryStep::Finished => self.tell(EventKind::RecoveryFinished),
            RecoveryStep::Failed(failure) => {
                if crate::WHOLE {
                    self.tell_log_end();
                }
                self.tell(EventKind::RecoveryFailed { failure });
            }
        }
    }

    /// The names of tables, for telling of a recovery: the new server's where it has them, else the primary's.
    fn tables_of_recovery(&self) -> Vec<(crate::types::RelationId, String)> {
        let servers = [self.recovery.as_ref().and_then(|recovery| recovery.server()), self.primary.as_ref()];
        let tables = servers.into_iter().flatten().filter_map(|server| server.tables(Xid::NONE).ok());
        tables.flatten().map(|table| (table.relation, table.name)).collect()
    }
}
