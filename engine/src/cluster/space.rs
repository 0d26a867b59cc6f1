//! The disk that the log of the primary lies on, where it is limited.
//!
//! A segment is *recyclable* when it lies before the redo pointer and has been archived, as far as the server knows: crash recovery does not need it, and
//! nobody else will ask for it. When the log takes more than the disk has, recyclable segments go, after a checkpoint if one would help. If that is
//! not enough, log that is not archived is in the way, and the policy decides: the server refuses everything that would write (PostgreSQL goes down with
//! a PANIC there), or the oldest of that log goes and the archive has a gap.
//!
//! What counts is the log *to come*: what lies on the disk, what the log buffer will need there, and a rollback for each transaction under way. So
//! a flush always fits, whenever it comes, a transaction can always be ended, and a commit that is acknowledged early is refused just as one
//! that waits for its flush. What the server does by itself may take one segment more: a checkpoint's record, the end of a backup.

use super::jobs::Job;
use super::{Cluster, Command, CommandError, EventKind, LogEvent};
use crate::archive::{Archiving, WhenFull};
use crate::storage::{FileName, MAX_ROW_BYTES};
use crate::types::{Lsn, SegmentNumber, TimelineId};
use crate::wal::SEGMENT_HEADER_BYTES;

/// What a record takes at most besides a row and the image of a page.
const RECORD_BYTES: u64 = 96;

/// What the log took before something was done, and all there was, if that may have to be undone.
pub(super) struct Before {
    end: Option<Lsn>,
    to_come: u64,
    copy: Option<Box<Cluster>>,
}

impl Cluster {
    /// Bytes that the log takes on the primary's disk.
    pub fn log_disk_bytes(&self) -> u64 {
        let files = self.primary.iter().flat_map(|primary| primary.disk.files());
        let segments = files.filter(|name| matches!(name, FileName::Log(..))).count() as u64;
        segments * u64::from(self.settings.segment.bytes())
    }

    /// Bytes that the log will take there when all that is in the buffer has been flushed and every transaction has ended.
    fn log_to_come(&self) -> u64 {
        let Some(primary) = &self.primary else {
            return 0;
        };
        let (size, timeline) = (primary.log.segment_size(), primary.log.timeline());
        let rollbacks: u64 = self.sessions.iter().map(|(_, state)| state.log_to_end()).sum();
        let headers = SEGMENT_HEADER_BYTES as u64 * (rollbacks / u64::from(size.bytes()) + u64::from(rollbacks > 0));
        let end = primary.log.end().advanced(rollbacks + headers);
        let mut bytes = self.log_disk_bytes();
        let mut segment = size.segment_of(primary.log.flushed());
        while size.start_of(segment) < end {
            if !primary.disk.has(FileName::Log(timeline, segment)) {
                bytes += u64::from(size.bytes());
            }
            segment = segment.next();
        }
        bytes
    }

    fn is_over(&self) -> bool {
        self.log_disk.is_some_and(|limit| self.log_to_come() > limit)
    }

    /// What a statement may write at most; `None` if that cannot be told.
    fn most_log_of(&self, session: &str, command: &Command) -> Option<u64> {
        let page = u64::from(self.settings.page_bytes);
        let rows = |rows: u64| rows.saturating_mul(RECORD_BYTES + MAX_ROW_BYTES as u64 + page);
        match command {
            // What ends a transaction has its place already.
            Command::Begin
            | Command::BeginRepeatableRead
            | Command::Commit
            | Command::Rollback
            | Command::Savepoint { .. }
            | Command::Release { .. }
            | Command::RollbackTo { .. }
            | Command::Select { .. }
            | Command::Note { .. } => Some(0),
            Command::Insert { rows: inserted, .. } => {
                Some(rows(inserted.len() as u64).saturating_add(2 * RECORD_BYTES))
            }
            Command::Update { table, .. } | Command::Delete { table, .. } => {
                let primary = self.primary.as_ref()?;
                let table = primary.table(table, self.session_xid(session)).ok().flatten()?;
                // No row version is shorter than this with its place on the page.
                const SHORTEST_ROW_BYTES: u64 = 24;
                let blocks = u64::from(primary.block_count(table.relation));
                Some(rows(blocks.saturating_mul(page / SHORTEST_ROW_BYTES)).saturating_add(2 * RECORD_BYTES))
            }
            _ => None,
        }
    }

    /// To be taken before a statement, for [`Cluster::refuse_if_full`]. Everything is copied only where the statement might not fit.
    pub(super) fn before_statement(&self, session: &str, command: &Command) -> Before {
        self.before(self.most_log_of(session, command))
    }

    /// The same before what goes on by the clock. Most of that writes nothing, or must not be refused.
    pub(super) fn before_job(&self, job: Job) -> Before {
        self.before(match job {
            Job::ArchiveTimeout | Job::BackupDue => Some(8 * RECORD_BYTES),
            Job::Workload(_) => Some(4 * RECORD_BYTES + MAX_ROW_BYTES as u64 + u64::from(self.settings.page_bytes)),
            _ => Some(0),
        })
    }

    fn before(&self, most: Option<u64>) -> Before {
        let to_come = self.log_to_come();
        let room = self.log_disk.unwrap_or(u64::MAX).saturating_sub(to_come);
        let size = u64::from(self.settings.segment.bytes());
        let fits = |most: u64| {
            let in_segments = (most / (size - SEGMENT_HEADER_BYTES as u64)).saturating_add(2).saturating_mul(size);
            most == 0 || in_segments <= room
        };
        let copy = if most.is_some_and(fits) { None } else { Some(Box::new(self.clone())) };
        Before { end: self.log_end(), to_come, copy }
    }

    fn log_end(&self) -> Option<Lsn> {
        self.primary.as_ref().map(|primary| primary.log.end())
    }

    /// The segments on the primary's disk behind the redo pointer, oldest first, and whether each is still to be archived.
    fn behind_redo(&self) -> Vec<(TimelineId, SegmentNumber, bool)> {
        let Some(primary) = &self.primary else {
            return Vec::new();
        };
        let size = self.settings.segment;
        let redo = size.segment_of(primary.redo());
        let unsent = |timeline, segment: SegmentNumber| {
            self.settings.archiving.streaming.is_some()
                && self.receiver.sent(timeline).is_none_or(|sent| sent < size.start_of(segment.next()))
        };
        let files = primary.disk.files().filter_map(|name| match name {
            FileName::Log(timeline, segment) if segment < redo => {
                Some((timeline, segment, self.archiver.owes(timeline, segment) || unsent(timeline, segment)))
            }
            _ => None,
        });
        files.collect()
    }

    /// Sees to it that the log fits on its disk, as far as the policy allows.
    pub(super) fn make_room(&mut self) {
        if !self.is_over() {
            return;
        }
        self.recycle();
        if self.is_over() {
            // A checkpoint moves the redo pointer up, if log has come since the last.
            let helps = self.primary.as_ref().is_some_and(|primary| {
                let size = self.settings.segment;
                size.segment_of(primary.redo()) < size.segment_of(primary.log.end())
            });
            if helps && self.checkpoint().is_ok() {
                self.recycle();
            }
        }
        while self.is_over() && self.settings.archiving.when_full == WhenFull::Lose {
            let Some((timeline, segment, _)) = self.behind_redo().into_iter().next() else {
                return;
            };
            self.archiver.forget(timeline, segment);
            self.recycle_segment(timeline, segment);
            self.tell_archiving(Archiving::ArchiveGap { timeline, segment });
        }
    }

    fn recycle(&mut self) {
        for (timeline, segment, owed) in self.behind_redo() {
            if !owed && self.is_over() {
                self.recycle_segment(timeline, segment);
                self.tell(EventKind::Log(LogEvent::SegmentRecycled { timeline, segment }));
            }
        }
    }

    fn recycle_segment(&mut self, timeline: TimelineId, segment: SegmentNumber) {
        if let Some(primary) = self.primary.as_mut() {
            primary.disk.keep(|name| name != FileName::Log(timeline, segment));
        }
    }

    /// The refusal, if more log has come since `before` and does not fit: then everything is as it was.
    pub(super) fn refuse_if_full(&mut self, before: Before) -> Result<(), CommandError> {
        self.make_room();
        let to_come = self.log_to_come();
        let is_new = to_come > before.to_come || self.log_end() > before.end;
        let Some(copy) = before.copy.filter(|_| is_new && self.is_over()) else {
            return Ok(());
        };
        let limit = self.log_disk.unwrap_or_default();
        *self = *copy;
        Err(CommandError::DiskFull { bytes: to_come, limit, waiting: self.archiver.backlog() as u64 })
    }

    /// The same for what goes on by the clock: it is told once, until there is room again.
    pub(super) fn tell_if_full(&mut self, before: Before, fell_out: impl FnOnce(&mut Cluster)) {
        let limit = self.log_disk.unwrap_or_default();
        match self.refuse_if_full(before) {
            Ok(()) => self.full_told = false,
            Err(_) => {
                fell_out(self);
                if !core::mem::replace(&mut self.full_told, true) {
                    let backlog = self.archiver.backlog() as u64;
                    self.tell_archiving(Archiving::DiskFull { limit, backlog });
                }
            }
        }
    }

    /// No more log fits on the disk from now on than there is when all that can go has gone.
    pub(super) fn fill_disk(&mut self) -> bool {
        self.log_disk = Some(0);
        self.recycle();
        self.log_disk = Some(self.log_to_come());
        self.primary.is_some()
    }
}
