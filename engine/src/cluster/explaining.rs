//! Why a row is there, or is not: what to read for whom.

use super::{Cluster, CommandError, EventKind, RecoverySpec};
use crate::backup::{Manifest, apply, is_intact};
use crate::explain::{
    Base, Bounds, LiveLog, Reading, RowChain, RowChange, commits_apart, differences, explain, read_archive,
};
use crate::recovery::{History, StopReason, find_boundary};
use crate::storage::{Disk, FileName};
use crate::txn::CommitLog;
use crate::types::{Lsn, PageId, SegmentNumber, TimelineId, Value};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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

/// What two states of the database do not have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatesApart {
    /// Commits that count in the one state alone, and in the other alone.
    pub commits: (u32, u32),
    pub rows: Vec<RowChange>,
}

/// A log that has been read for somebody.
struct Looked<'a> {
    reading: Reading,
    base: Base,
    history: Cow<'a, History>,
    stop: Lsn,
    reason: Option<StopReason>,
}

impl Cluster {
    /// Why a row is there, or is not. Nothing changes.
    pub fn explain_row(&self, table: &str, key: &Value, view: &RowView) -> Result<RowChain, CommandError> {
        let looked = self.look(view)?;
        let others = self.read_others(&looked.history, &looked.base, looked.stop);
        Ok(explain(table, key, &looked.reading, &others, looked.stop, looked.reason))
    }

    /// What differs between two states: which rows, and by how many commits. Nothing is recovered for it.
    pub fn states_apart(&self, before: &RowView, after: &RowView) -> Result<StatesApart, CommandError> {
        let (before, after) = (self.look(before)?.reading, self.look(after)?.reading);
        Ok(StatesApart { commits: commits_apart(&before, &after), rows: differences(&before, &after) })
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

    fn look(&self, view: &RowView) -> Result<Looked<'_>, CommandError> {
        match view {
            RowView::Now => self.look_now(),
            RowView::Recovery => {
                let recovery = self.recovery.as_ref().ok_or(CommandError::NothingRecovered)?;
                let (.., stop) = recovery.replayed();
                let reason = recovery.outcome().and_then(|outcome| outcome.ok()).map(|report| report.reason);
                let history = Cow::Borrowed(recovery.history());
                Ok(self.look_recovered(recovery.manifest(), history, stop, reason))
            }
            RowView::Target(spec) => {
                let manifest = self.choose_backup(spec)?;
                let boundary = find_boundary(&self.archive, self.settings.segment, &manifest, spec);
                let history = History::choose(spec.timeline, manifest.timeline, &self.archive)
                    .unwrap_or_else(|_| History::of(manifest.timeline, &self.archive));
                Ok(self.look_recovered(&manifest, Cow::Owned(history), boundary.cut, boundary.outcome.ok()))
            }
        }
    }

    fn look_now(&self) -> Result<Looked<'_>, CommandError> {
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
        Ok(Looked { reading, base, history: Cow::Owned(history), stop, reason: None })
    }

    fn look_recovered<'a>(
        &self,
        manifest: &Manifest,
        history: Cow<'a, History>,
        stop: Lsn,
        reason: Option<StopReason>,
    ) -> Looked<'a> {
        let base = self.base_of(manifest);
        let bounds = Bounds { history: &history, stop, parted_at: None };
        let reading = read_archive(&self.archive, self.settings.segment, &base, &bounds);
        Looked { reading, base, history, stop, reason }
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
                    base.commit_log = CommitLog::from_chunks(chunks.map(|(_, chunk)| Arc::clone(chunk)));
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
