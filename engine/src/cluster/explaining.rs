//! Why a row is there, or is not: what to read for whom.

use super::{Cluster, CommandError, EventKind, RecoverySpec};
use crate::backup::{Manifest, apply, is_intact};
use crate::explain::{Base, Bounds, LiveLog, Reading, RowChain, explain, read_archive};
use crate::recovery::{History, StopReason, find_boundary};
use crate::storage::{Disk, FileName};
use crate::txn::CommitLog;
use crate::types::{Lsn, PageId, SegmentNumber, TimelineId, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a row is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowView {
    /// In the primary, as it is.
    Now,
    /// In what the last recovery has made, as far as it has come.
    Recovery,
    /// In what a recovery would make.
    Target(Box<RecoverySpec>),
}

impl Cluster {
    /// Why a row is there, or is not. Nothing changes.
    pub fn explain_row(&self, table: &str, key: &Value, view: &RowView) -> Result<RowChain, CommandError> {
        match view {
            RowView::Now => self.explain_now(table, key),
            RowView::Recovery => {
                let recovery = self.recovery.as_ref().ok_or(CommandError::NothingRecovered)?;
                let (.., stop) = recovery.replayed();
                let reason = recovery.outcome().and_then(|outcome| outcome.ok()).map(|report| report.reason);
                Ok(self.explain_recovered(table, key, recovery.manifest(), recovery.history(), stop, reason))
            }
            RowView::Target(spec) => {
                let manifest = self.choose_backup(spec)?;
                let boundary = find_boundary(&self.archive, self.settings.segment, &manifest, spec);
                let history = History::choose(spec.timeline, manifest.timeline, &self.archive)
                    .unwrap_or_else(|_| History::of(manifest.timeline, &self.archive));
                let reason = boundary.outcome.ok();
                Ok(self.explain_recovered(table, key, &manifest, &history, boundary.cut, reason))
            }
        }
    }

    /// The command: tells the answer's verdict. The chain is had by [`Cluster::explain_row`] from the state just after.
    pub(super) fn tell_row(
        &mut self,
        session: &str,
        table: &str,
        key: &Value,
        view: &RowView,
    ) -> Result<(), CommandError> {
        let verdict = self.explain_row(table, key, view)?.verdict;
        self.tell(EventKind::RowExplained { session: session.to_owned(), table: table.to_owned(), verdict });
        Ok(())
    }

    fn explain_now(&self, table: &str, key: &Value) -> Result<RowChain, CommandError> {
        let primary = self.primary.as_ref().ok_or(CommandError::NoPrimary)?;
        let history = History::of(primary.log.timeline(), &self.archive);
        let mut source = LiveLog::new(primary, &self.archive, &history);
        let segments = source.segments();
        let mut pages = Vec::new();
        // What a whole log tells need not be looked up.
        if segments.first().is_none_or(|first| *first > SegmentNumber(1)) {
            for (relation, blocks) in primary.relations() {
                let of_relation = (0..blocks).map(|block| PageId { relation, block });
                pages.extend(of_relation.filter_map(|id| Some((id, primary.peek_page(id).ok()?.sealed()))));
            }
        }
        let base = Base { pages, commit_log: primary.commit_log.clone(), redo: Lsn::ZERO };
        let stop = primary.log.end();
        let bounds = Bounds { history: &history, stop, parted_at: None };
        let reading = Reading::of(&mut source, self.settings.segment, &segments, &base, &bounds);
        let others = self.read_others(&history, &base, stop);
        Ok(explain(table, key, &reading, &others, stop, None))
    }

    fn explain_recovered(
        &self,
        table: &str,
        key: &Value,
        manifest: &Manifest,
        history: &History,
        stop: Lsn,
        reason: Option<StopReason>,
    ) -> RowChain {
        let base = self.base_of(manifest);
        let bounds = Bounds { history, stop, parted_at: None };
        let reading = read_archive(&self.archive, self.settings.segment, &base, &bounds);
        let others = self.read_others(history, &base, stop);
        explain(table, key, &reading, &others, stop, reason)
    }

    /// What a backup holds, with what it continues. Of a damaged one, what there is of it.
    fn base_of(&self, manifest: &Manifest) -> Base {
        let mut disk = Disk::default();
        for element in self.backups.chain(&manifest.label).unwrap_or_default() {
            for file in &element.files {
                let stored = self
                    .backups
                    .get(&element.label)
                    .and_then(|stored| self.archive.open_file(&element.label, stored, file.name)?.ok());
                if let Some(chunks) = stored.filter(|chunks| is_intact(file, chunks)) {
                    apply(&mut disk, file, &chunks);
                }
            }
        }
        disk.keep(|name| manifest.file(name).is_some());
        let mut base = Base { pages: Vec::new(), commit_log: CommitLog::default(), redo: manifest.redo };
        for name in disk.files() {
            let chunks = (0..disk.chunk_count(name)).filter_map(|chunk| Some((chunk, disk.chunk(name, chunk)?)));
            match name {
                FileName::Relation(relation) => {
                    base.pages.extend(chunks.map(|(block, bytes)| (PageId { relation, block }, bytes.to_vec())));
                }
                FileName::CommitLog => {
                    base.commit_log = CommitLog::from_chunks(chunks.map(|(_, chunk)| Arc::clone(chunk)).collect());
                }
                FileName::Control | FileName::Log(..) => {}
            }
        }
        base
    }

    /// Reads along the timelines in the archive that are not followed.
    fn read_others(&self, followed: &History, base: &Base, stop: Lsn) -> Vec<Reading> {
        let mut timelines: Vec<TimelineId> = self.archive.segments().map(|(timeline, ..)| timeline).collect();
        timelines.sort();
        timelines.dedup();
        let mut readings = Vec::new();
        for timeline in timelines {
            let history = History::of(timeline, &self.archive);
            if let Some(parted_at) = history.parts_from(followed) {
                let bounds = Bounds { history: &history, stop, parted_at: Some(parted_at) };
                readings.push(read_archive(&self.archive, self.settings.segment, base, &bounds));
            }
        }
        readings
    }
}
