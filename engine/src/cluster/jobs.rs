//! What goes on by the clock: the archiver, the archive timeout, backups, workloads, a recovery.

use super::logging::{file_name, table_name};
use super::{Cluster, Event, EventKind};
use crate::backup::{BackupFile, Manifest};
use crate::codec::crc32c;
use crate::recovery::RecoveryStep;
use crate::server::Server;
use crate::storage::FileName;
use crate::types::{Lsn, Micros, Xid};
use crate::wal::Body;
use std::collections::VecDeque;
use std::sync::Arc;

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

/// A base backup being taken.
#[derive(Debug, Clone)]
pub struct BackupJob {
    label: String,
    redo: Lsn,
    checkpoint: Lsn,
    began: Micros,
    /// What is left to copy, chunk by chunk.
    chunks: VecDeque<(FileName, u32)>,
    /// When the next chunk is copied; `None` if somebody does it by hand.
    next_at: Option<Micros>,
}

impl BackupJob {
    /// A backup of all files that are on the disk now. What comes later is in the log.
    pub(super) fn new(label: &str, redo: Lsn, checkpoint: Lsn, began: Micros, primary: &Server) -> BackupJob {
        let chunks = primary
            .disk
            .files()
            .filter(|name| !matches!(name, FileName::Log(..)))
            .flat_map(|name| (0..primary.disk.chunk_count(name)).map(move |chunk| (name, chunk)))
            .collect();
        BackupJob { label: label.to_owned(), redo, checkpoint, began, chunks, next_at: None }
    }

    /// From then on chunks are copied by the clock.
    pub(super) fn goes_by_itself(&mut self, from: Micros) {
        self.next_at = Some(from);
    }

    pub(super) fn is_by_hand(&self) -> bool {
        self.next_at.is_none()
    }

    pub(super) fn has_more(&self) -> bool {
        !self.chunks.is_empty()
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }
}

/// What is due next. In the order in which things due at the same instant are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Job {
    SegmentArrives,
    SendSegment,
    ArchiveTimeout,
    CopyChunk,
    BackupDue,
    Workload(usize),
    Recovery,
}

impl Cluster {
    /// Lets the clock run to `until`, or until `budget` things have been done. A clock never runs backwards: an instant that has
    /// passed is reached already.
    pub fn advance(&mut self, until: Micros, budget: u32) -> Advance {
        for _ in 0..budget {
            match self.next_job() {
                Some((at, job)) if at <= until => {
                    self.now = self.now.max(at);
                    self.run_job(job);
                }
                _ => {
                    self.now = self.now.max(until);
                    return Advance { events: self.take_events(), status: Status::Reached };
                }
            }
        }
        Advance { events: self.take_events(), status: Status::MoreToDo }
    }

    /// When a recovery or backup that is under way goes on; `None` if there is none.
    pub fn busy_until(&self) -> Option<Micros> {
        let recovery = self.recovery.as_ref().and_then(|recovery| recovery.next_at());
        let backup = self.backup_job.as_ref().and_then(|job| job.next_at);
        recovery.into_iter().chain(backup).min()
    }

    fn next_job(&self) -> Option<(Micros, Job)> {
        let timeout = self.settings.archive_timeout.filter(|_| self.primary.is_some());
        let workloads = self.workloads.iter().enumerate().map(|(index, load)| (load.next_at(), Job::Workload(index)));
        [
            self.archiver.sending().map(|sending| (sending.arrives, Job::SegmentArrives)),
            self.archiver.next().map(|_| (self.now, Job::SendSegment)),
            timeout.map(|timeout| (self.last_switch + timeout, Job::ArchiveTimeout)),
            self.backup_job.as_ref().and_then(|job| job.next_at).map(|at| (at, Job::CopyChunk)),
            self.next_backup.map(|at| (at, Job::BackupDue)),
            self.recovery.as_ref().and_then(|recovery| recovery.next_at()).map(|at| (at, Job::Recovery)),
        ]
        .into_iter()
        .flatten()
        .chain(workloads)
        .min()
    }

    fn run_job(&mut self, job: Job) {
        match job {
            Job::SegmentArrives => self.segment_arrives(),
            Job::SendSegment => self.send_segment(),
            Job::ArchiveTimeout => self.archive_timeout(),
            Job::CopyChunk => self.copy_chunk(),
            Job::BackupDue => self.backup_due(),
            Job::Workload(index) => self.run_workload(index),
            Job::Recovery => self.step_recovery(),
        }
    }

    fn send_segment(&mut self) {
        if let Some((timeline, segment)) = self.archiver.next() {
            let bytes = u64::from(self.settings.segment.bytes()).saturating_mul(self.settings.scale);
            let arrives = self.now + self.settings.devices.archive_store.takes(bytes);
            self.archiver.send(arrives);
            self.tell(EventKind::SegmentSent { timeline, segment });
        }
    }

    fn segment_arrives(&mut self) {
        let Some(sending) = self.archiver.sending() else {
            return;
        };
        self.archiver.arrived();
        let (timeline, segment) = (sending.timeline, sending.segment);
        let name = FileName::Log(timeline, segment);
        let bytes = self.primary.as_ref().and_then(|primary| primary.disk.chunk(name, 0)).map(Arc::clone);
        if let Some(bytes) = bytes {
            let length = bytes.len() as u64;
            self.archive.put_segment(timeline, segment, bytes, self.now);
            self.tell(EventKind::SegmentArchived { timeline, segment, bytes: length });
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

    fn backup_due(&mut self) {
        self.next_backup = self.settings.backup_every.map(|every| self.now + every.max(Micros::SECOND));
        let label = format!("b{}", self.backups_begun + 1);
        // A backup that is still being taken when the next is due makes that one fall out.
        let _ = self.begin_backup(&label, false);
    }

    /// Copies the next chunk, as it stands on the disk now.
    pub(super) fn copy_chunk(&mut self) {
        let (Some(job), Some(primary)) = (self.backup_job.as_mut(), self.primary.as_ref()) else {
            self.backup_job = None;
            return;
        };
        let Some((name, chunk)) = job.chunks.pop_front() else {
            self.finish_backup();
            return;
        };
        let Some(bytes) = primary.disk.chunk(name, chunk) else {
            return;
        };
        let scaled = (bytes.len() as u64).saturating_mul(self.settings.scale);
        let takes = Micros::for_bytes(scaled, self.settings.devices.backup_store.bytes_per_second);
        job.next_at = job.next_at.map(|_| self.now + takes);
        let label = job.label.clone();
        let file_is_done = job.chunks.front().is_none_or(|(next, _)| *next != name);
        self.backups.open(&label).files.entry(name).or_default().push(Arc::clone(bytes));
        if file_is_done {
            let tables = primary.tables(Xid::NONE).unwrap_or_default();
            let file = file_name(name, tables.iter().map(|table| (table.relation, table.name.as_str())));
            self.tell(EventKind::BackupCopied { label, file, pages: u64::from(chunk) + 1 });
        }
    }

    /// Logs the backup's end, closes the segment so that it goes to the archive, and writes the manifest.
    pub(super) fn finish_backup(&mut self) {
        let (Some(job), Some(primary)) = (self.backup_job.take(), self.primary.as_mut()) else {
            return;
        };
        let timeline = primary.log.timeline();
        let appended = primary.log.append(Xid::NONE, Body::BackupEnd { redo: job.redo, label: &job.label });
        self.tell_record(None, appended, None, None);
        self.flush();
        // Refused only without a primary, and there is one.
        let _ = self.switch_segment();
        let size = self.settings.segment;
        let stored = self.backups.open(&job.label);
        let files = stored
            .files
            .iter()
            .map(|(name, chunks)| {
                let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
                let bytes = parts.iter().map(|part| part.len() as u64).sum();
                BackupFile { name: *name, bytes, checksum: crc32c(&parts) }
            })
            .collect();
        let manifest = Manifest {
            label: job.label.clone(),
            timeline,
            redo: job.redo,
            checkpoint: job.checkpoint,
            end: appended.end,
            start_time: job.began,
            end_time: self.now + self.clock_ahead,
            required_segments: (size.segment_of(job.redo), size.segment_of(appended.lsn)),
            files,
        };
        stored.manifest = manifest.encode();
        self.tell(EventKind::BackupFinished { label: job.label, end: manifest.end, bytes: manifest.bytes() });
    }

    fn step_recovery(&mut self) {
        let Some(recovery) = self.recovery.as_mut() else {
            return;
        };
        let backup = recovery.backup().to_owned();
        let target = recovery.spec().target.clone();
        let step = recovery.step(self.now, self.now + self.clock_ahead, &mut self.archive, self.backups.get(&backup));
        match step {
            RecoveryStep::Waiting => {}
            RecoveryStep::Paused => self.tell(EventKind::RecoveryPaused),
            RecoveryStep::FileRestored { file } => {
                let tables = self.tables_of_recovery();
                let name = file_name(file.name, tables.iter().map(|(number, name)| (*number, name.as_str())));
                self.tell(EventKind::FileRestored { backup, file: name, bytes: file.bytes });
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
            RecoveryStep::Stopped { reason } => self.tell(EventKind::RecoveryStopped { reason, target }),
            RecoveryStep::TimelineBegan { timeline, parent, fork } => {
                self.tell(EventKind::TimelineBegan { timeline, parent, fork });
            }
            RecoveryStep::Validated { pages, wrong } => self.tell(EventKind::Validated { pages, wrong }),
            RecoveryStep::Finished => self.tell(EventKind::RecoveryFinished),
            RecoveryStep::Failed(failure) => self.tell(EventKind::RecoveryFailed { failure }),
        }
    }

    /// The names of tables, for telling of a recovery: the new server's where it has them, else the primary's.
    fn tables_of_recovery(&self) -> Vec<(crate::types::RelationId, String)> {
        let servers = [self.recovery.as_ref().and_then(|recovery| recovery.server()), self.primary.as_ref()];
        let tables = servers.into_iter().flatten().filter_map(|server| server.tables(Xid::NONE).ok());
        tables.flatten().map(|table| (table.relation, table.name)).collect()
    }
}
