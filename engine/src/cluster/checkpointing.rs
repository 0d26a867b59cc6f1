//! Checkpoints: at once when somebody asks for one, by the clock and by the volume of log otherwise.
//!
//! A checkpoint that comes by itself is *fuzzy*: its redo pointer is where the log stands when it begins, and its pages are written one after
//! another over a time, while transactions go on changing them. Only its end makes it count: a crash in between starts from the checkpoint
//! before it. Then the log before the redo pointer is needed by no crash recovery any more, and segments may leave the disk, if they are archived.

use super::commits::LogEvent;
use super::{Cluster, CommandError, EventKind, Tuning};
use crate::codec::Writer;
use crate::storage::FileName;
use crate::types::{Lsn, Micros, PageId};
use std::collections::VecDeque;

/// When checkpoints come, and one that is under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Checkpoints {
    under_way: Option<UnderWay>,
    /// When the last one began.
    began: Micros,
    /// The log's end right after the last one.
    end: Lsn,
}

#[derive(Debug, Clone)]
struct UnderWay {
    redo: Lsn,
    pages: VecDeque<PageId>,
    written: u64,
    next_at: Micros,
    between_pages: Micros,
}

impl Checkpoints {
    /// For the digest: the checkpoint that is under way, and, where checkpoints come by themselves, what the next follows from.
    pub(super) fn bytes(&self, tuning: &Tuning) -> Vec<u8> {
        let mut out = Writer::default();
        if let Some(UnderWay { redo, pages, written, next_at, between_pages }) = &self.under_way {
            out.lsn(*redo);
            for page in pages {
                out.relation(page.relation);
                out.u32(page.block);
            }
            out.u64(*written);
            out.time(*next_at);
            out.time(*between_pages);
        }
        if tuning.checkpoint_timeout.is_some() || tuning.checkpoint_bytes.is_some() {
            out.time(self.began);
            out.lsn(self.end);
        }
        out.finish()
    }
}

impl Cluster {
    /// Writes all dirty pages, and notes in the log from where a recovery has to read. One that is under way is brought to its end first.
    pub(super) fn checkpoint(&mut self) -> Result<(), CommandError> {
        if crate::WHOLE {
            while self.checkpoints.under_way.is_some() {
                self.step_checkpoint();
            }
        }
        let (redo, pages) = self.begin_checkpoint()?;
        for page in &pages {
            self.write_page(*page);
        }
        self.end_checkpoint(redo, pages.len() as u64)
    }

    fn begin_checkpoint(&mut self) -> Result<(Lsn, Vec<PageId>), CommandError> {
        if crate::WHOLE {
            if self.has_commits_under_way() {
                self.flush();
            }
            self.checkpoints.began = self.now;
        }
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let redo = primary.checkpoint_begin();
        let pages = primary.checkpoint_pages();
        self.tell(EventKind::CheckpointStarted { redo });
        Ok((redo, pages))
    }

    fn end_checkpoint(&mut self, redo: Lsn, pages: u64) -> Result<(), CommandError> {
        if crate::WHOLE && self.has_commits_under_way() {
            self.flush();
        }
        let now = self.timestamp();
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let appended = primary.checkpoint_log(redo, now);
        self.tell_record(None, appended, Some(now), None);
        self.flush();
        if let Some(primary) = self.primary.as_mut() {
            primary.checkpoint_end(redo, appended.lsn);
        }
        self.tell(EventKind::CheckpointDone { redo, lsn: appended.lsn, pages });
        if crate::WHOLE {
            self.checkpoints.end = appended.end;
            self.recycle_segments(redo);
        }
        Ok(())
    }

    /// The pages that the checkpoint under way has still to write.
    #[cfg(feature = "whole")]
    pub fn checkpoint_queue(&self) -> impl Iterator<Item = PageId> + '_ {
        self.checkpoints.under_way.iter().flat_map(|under_way| under_way.pages.iter().copied())
    }

    /// When a checkpoint begins by itself, or goes on.
    pub(super) fn checkpoint_due(&self) -> Option<Micros> {
        let primary = self.primary.as_ref()?;
        if let Some(under_way) = &self.checkpoints.under_way {
            return Some(under_way.next_at);
        }
        // Nothing has happened since the last: there is nothing to write.
        if primary.log.end() <= self.checkpoints.end {
            return None;
        }
        let tuning = &self.settings.tuning;
        let by_time = tuning.checkpoint_timeout.map(|timeout| self.checkpoints.began + timeout);
        let is_long = |bytes: &u64| primary.log.end().since(primary.redo()) >= *bytes;
        let by_volume = tuning.checkpoint_bytes.filter(is_long).map(|_| self.now);
        by_time.into_iter().chain(by_volume).min()
    }

    /// Begins a checkpoint that has come by itself, or writes the next of its pages, or ends it.
    pub(super) fn step_checkpoint(&mut self) {
        let Some(mut under_way) = self.checkpoints.under_way.take() else {
            let spread = self.settings.tuning.checkpoint_spread;
            if let Ok((redo, pages)) = self.begin_checkpoint() {
                let between_pages = Micros(spread.0 / (pages.len() as i64).max(1));
                let next_at = self.now + between_pages;
                let pages = pages.into();
                self.checkpoints.under_way = Some(UnderWay { redo, pages, written: 0, next_at, between_pages });
            }
            return;
        };
        let Some(page) = under_way.pages.pop_front() else {
            // Refused only without a primary, and then there is no checkpoint under way either.
            let _ = self.end_checkpoint(under_way.redo, under_way.written);
            return;
        };
        // It may have been written since, to make room.
        if self.primary.as_ref().is_some_and(|primary| primary.pool.is_dirty(page)) {
            self.write_page(page);
            under_way.written += 1;
        }
        under_way.next_at = self.now + if under_way.pages.is_empty() { Micros::ZERO } else { under_way.between_pages };
        self.checkpoints.under_way = Some(under_way);
    }

    /// A server that is gone has no checkpoint under way.
    pub(super) fn forget_checkpoint(&mut self) {
        self.checkpoints.under_way = None;
    }

    /// Takes segments off the disk that are archived and lie before the redo pointer of a checkpoint that is complete.
    fn recycle_segments(&mut self, redo: Lsn) {
        let Some(primary) = self.primary.as_mut().filter(|_| self.settings.tuning.recycle_segments) else {
            return;
        };
        let needed = primary.log.segment_size().segment_of(redo);
        let files: Vec<FileName> = primary.disk.files().collect();
        for name in files {
            if let FileName::Log(timeline, segment) = name
                && segment < needed
                && self.primary.as_ref().is_some_and(|primary| primary.disk.is_archived(name))
            {
                if let Some(primary) = self.primary.as_mut() {
                    primary.disk.remove(name);
                }
                self.tell(EventKind::Log(LogEvent::SegmentRecycled { timeline, segment }));
            }
        }
    }
}
