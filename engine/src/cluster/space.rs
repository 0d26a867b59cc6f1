//! The disk that the log of the primary lies on, where it is limited.
//!
//! A segment is *recyclable* when it lies before the redo pointer and has been archived, as far as the server knows: crash recovery does not need it, and
//! nobody else will ask for it. When the log takes more than the disk has, recyclable segments go, after a checkpoint if one would help. If that is
//! not enough, log that is not archived is in the way, and the policy decides: the server refuses everything that would write (PostgreSQL goes down with
//! a PANIC there), or the oldest of that log goes and the archive has a gap.

use super::{Cluster, CommandError, EventKind, LogEvent};
use crate::archive::{Archiving, WhenFull};
use crate::storage::FileName;
use crate::types::{SegmentNumber, TimelineId};

impl Cluster {
    /// Bytes that the log takes on the primary's disk.
    pub fn log_disk_bytes(&self) -> u64 {
        let files = self.primary.iter().flat_map(|primary| primary.disk.files());
        let segments = files.filter(|name| matches!(name, FileName::Log(..))).count() as u64;
        segments * u64::from(self.settings.segment.bytes())
    }

    fn is_over(&self) -> bool {
        self.log_disk.is_some_and(|limit| self.log_disk_bytes() > limit)
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

    /// The refusal, if the log has grown since `before` and does not fit any more: then everything is as it was.
    pub(super) fn refuse_if_full(&mut self, before: Cluster) -> Result<(), CommandError> {
        let end = |cluster: &Cluster| cluster.primary.as_ref().map(|primary| primary.log.end());
        self.make_room();
        if !self.is_over() || end(self) <= end(&before) {
            return Ok(());
        }
        let (bytes, limit) = (self.log_disk_bytes(), self.log_disk.unwrap_or_default());
        *self = before;
        Err(CommandError::DiskFull { bytes, limit, waiting: self.archiver.backlog() as u64 })
    }

    /// The same for what goes on by the clock: it is told once, until there is room again.
    pub(super) fn tell_if_full(&mut self, before: Cluster, fell_out: impl FnOnce(&mut Cluster)) {
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
        self.log_disk = Some(self.log_disk_bytes());
        self.primary.is_some()
    }
}
