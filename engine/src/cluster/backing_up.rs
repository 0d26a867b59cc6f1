//! Base backups under way: begun, copied chunk by chunk as the clock runs or by hand, ended.
//!
//! An incremental backup looks at every page of the data files and stores those that were changed since its parent began: their page LSN
//! lies past the parent's redo pointer. A page that is as old as that has not changed since the parent's first checkpoint wrote it, so the
//! parent has it. The commit log and the control file are small and are stored whole. (PostgreSQL 17 stores the same pages, but reads
//! only those: with `summarize_wal` on, a process reads the log as it is written and notes which blocks it changes, and the backup goes
//! by these summaries. Here nothing has to be switched on beforehand, and every page is looked at.)
//!
//! What goes over to the backup store takes time, and so does looking at pages for an incremental backup: a page that nobody has to send has
//! been read all the same. A full backup is as slow as its store.

use super::logging::file_name;
use super::{Cluster, CommandError, EventKind, RecoverySpec};
use crate::backup::{BackupFile, ChainBreak, Manifest, Parent};
use crate::catalog::{Catalog, Choice, choose, choose_among, ends_in_time};
use crate::codec::crc32c;
use crate::recovery::{History, Recovery, RecoveryFailure, find_boundary};
use crate::server::Server;
use crate::storage::{FileName, Page};
use crate::types::{Lsn, Micros, PageId, TimelineId, Xid};
use crate::wal::Body;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// A base backup being taken.
#[derive(Debug, Clone)]
pub struct BackupJob {
    label: String,
    redo: Lsn,
    checkpoint: Lsn,
    /// The backup-start record.
    start: Lsn,
    began: Micros,
    /// The backup that this one continues, as it was when this one began.
    parent: Option<(Parent, Manifest)>,
    /// What is left to copy, chunk by chunk.
    chunks: VecDeque<(FileName, u32)>,
    /// For an incremental backup: how long each file was found to be, and which of its chunks were stored.
    stored: LiteMap<FileName, (u32, Vec<u32>)>,
    /// When the next chunk is copied; `None` if somebody does it by hand.
    next_at: Option<Micros>,
    /// For a backup of a server in recovery: where that server waits.
    standby: Option<Standby>,
}

/// Where a server in recovery waits while a backup is taken of it.
#[derive(Debug, Clone, Copy)]
struct Standby {
    timeline: TimelineId,
    replayed_to: Lsn,
    /// When the last transaction that it has replayed ended.
    until: Micros,
}

impl BackupJob {
    /// A backup of all files that are on the disk now. What comes later is in the log.
    fn new(label: &str, start: Lsn, began: Micros, primary: &Server) -> BackupJob {
        let chunks = primary
            .disk
            .files()
            .filter(|name| !matches!(name, FileName::Log(..)))
            .flat_map(|name| (0..primary.disk.chunk_count(name)).map(move |chunk| (name, chunk)))
            .collect();
        BackupJob {
            label: label.to_owned(),
            redo: primary.redo(),
            checkpoint: primary.last_checkpoint(),
            start,
            began,
            parent: None,
            chunks,
            stored: LiteMap::new(),
            next_at: None,
            standby: None,
        }
    }

    /// Whether it is a backup of a server in recovery.
    pub(super) fn is_of_recovery(&self) -> bool {
        self.standby.is_some()
    }

    /// When the next chunk is copied; `None` if somebody does it by hand.
    pub(super) fn next_at(&self) -> Option<Micros> {
        self.next_at
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    fn is_by_hand(&self) -> bool {
        self.next_at.is_none()
    }

    /// Whether the parent has this chunk as it is; else it is noted as stored.
    fn is_unchanged(&mut self, name: FileName, chunk: u32, page_bytes: u32, bytes: &[u8]) -> bool {
        let (Some((_, parent)), FileName::Relation(relation)) = (&self.parent, name) else {
            return false;
        };
        let there = parent.file(name).is_some_and(|file| chunk < file.length);
        // A page that cannot be read may be of any age.
        let page = Page::read(PageId { relation, block: chunk }, page_bytes, bytes);
        let unchanged = there && page.is_ok_and(|page| page.lsn() <= parent.redo);
        let (length, changed) = self.stored.entry(name).or_default();
        *length = chunk + 1;
        if !unchanged {
            changed.push(chunk);
        }
        unchanged
    }
}

impl Cluster {
    /// Begins a base backup: a checkpoint first, then files are copied as the clock runs, or when somebody says so.
    pub(super) fn begin_backup(&mut self, label: &str, by_hand: bool) -> Result<(), CommandError> {
        self.begin_backup_since(label, by_hand, None)
    }

    /// The same for an incremental one, which continues another.
    pub(super) fn begin_backup_since(
        &mut self,
        label: &str,
        by_hand: bool,
        parent: Option<(Parent, Manifest)>,
    ) -> Result<(), CommandError> {
        if let Some(job) = &self.backup_job {
            return Err(CommandError::BackupRunning { label: job.label.clone() });
        }
        if self.backups.get(label).is_some() {
            return Err(CommandError::BackupExists { label: label.to_owned() });
        }
        self.checkpoint()?;
        let (now, began) = (self.now, self.timestamp());
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let redo = primary.redo();
        let appended = primary.log.append(Xid::NONE, Body::BackupStart { redo, label });
        self.tell_record(None, appended, None, None);
        self.flush();
        self.backups.open(label);
        self.backups_begun += 1;
        if let Some(primary) = &self.primary {
            let mut job = BackupJob::new(label, appended.lsn, began, primary);
            if !by_hand {
                job.next_at = Some(now + self.settings.devices.backup_store.latency);
            }
            if crate::WHOLE {
                job.parent = parent;
            }
            self.backup_job = Some(job);
        }
        self.tell(EventKind::BackupStarted { label: label.to_owned(), redo });
        Ok(())
    }

    /// Begins a backup of the server of a recovery that waits at its target. Nothing is written into a log that is not its own: the backup begins at
    /// a checkpoint that was replayed, and is consistent where the server waits (as PostgreSQL's is at the minimum recovery point of a standby).
    pub(super) fn begin_backup_of_recovery(&mut self, label: &str) -> Result<(), CommandError> {
        if let Some(job) = &self.backup_job {
            return Err(CommandError::BackupRunning { label: job.label.clone() });
        }
        if self.backups.get(label).is_some() {
            return Err(CommandError::BackupExists { label: label.to_owned() });
        }
        let recovery = self.recovery.as_mut().ok_or(CommandError::RecoveryNotPaused)?;
        let (point, timeline) = recovery.write_restart_point().ok_or(CommandError::RecoveryNotPaused)?;
        if point.timeline != timeline {
            return Err(CommandError::NoRestartPoint { timeline });
        }
        let standby = Standby { timeline, replayed_to: recovery.replayed().2, until: recovery.replayed_until() };
        let Some(server) = recovery.server() else {
            return Err(CommandError::RecoveryNotPaused);
        };
        let mut job = BackupJob::new(label, Lsn::ZERO, standby.until, server);
        job.redo = point.redo;
        job.checkpoint = point.checkpoint;
        job.standby = Some(standby);
        job.next_at = Some(self.now + self.settings.devices.backup_store.latency);
        self.backup_job = Some(job);
        self.backups.open(label);
        self.backups_begun += 1;
        self.tell(EventKind::BackupStarted { label: label.to_owned(), redo: point.redo });
        Ok(())
    }

    fn finish_backup_of_recovery(&mut self) {
        let (Some(job), Some(server)) = (self.backup_job.take(), self.recovery.as_ref().and_then(Recovery::server))
        else {
            return;
        };
        let Some(standby) = job.standby else { return };
        let size = self.settings.segment;
        let last = size.segment_of(Lsn(standby.replayed_to.0.saturating_sub(1)));
        let manifest = Manifest {
            label: job.label.clone(),
            system: server.log.system(),
            timeline: standby.timeline,
            page_bytes: server.page_bytes(),
            segment_bytes: size.bytes(),
            redo: job.redo,
            checkpoint: job.checkpoint,
            start: Lsn::ZERO,
            end: standby.replayed_to,
            start_time: job.began,
            end_time: standby.until,
            required_segments: (size.segment_of(job.redo), last),
            parent: None,
            files: Vec::new(),
        };
        self.complete(job, manifest);
    }

    /// Begins a backup of what has changed since another one, or since the newest that can be continued.
    pub(super) fn begin_incremental(
        &mut self,
        label: &str,
        parent: Option<&str>,
        by_hand: bool,
    ) -> Result<(), CommandError> {
        let timeline = self.primary.as_ref().ok_or(CommandError::NoPrimary)?.log.timeline();
        let parent = match parent {
            Some(parent) => self.parent(parent, timeline)?,
            None => {
                let newest_first = self.backups.catalog().into_iter().rev();
                let found = newest_first.map(|manifest| self.parent(&manifest.label, timeline)).find_map(Result::ok);
                found.ok_or(CommandError::NoParent { timeline })?
            }
        };
        let (name, since) = (parent.0.label.clone(), parent.1.redo);
        self.begin_backup_since(label, by_hand, Some(parent))?;
        self.tell(EventKind::BackupContinues { label: label.to_owned(), parent: name, since });
        Ok(())
    }

    /// A backup that one on this timeline can continue.
    fn parent(&self, label: &str, timeline: TimelineId) -> Result<(Parent, Manifest), CommandError> {
        if self.backups.get(label).is_none_or(|backup| backup.manifest.is_empty()) {
            return Err(CommandError::NoSuchBackup { label: label.to_owned(), known: self.backup_labels() });
        }
        let broken = |ChainBreak { element, why }| CommandError::ChainBroken { backup: label.to_owned(), element, why };
        let chain = self.backups.chain(label).map_err(broken)?;
        let checksum = self.backups.get(label).and_then(|backup| Manifest::checksum_of(&backup.manifest));
        let (Some(manifest), Some(checksum)) = (chain.into_iter().next_back(), checksum) else {
            return Err(CommandError::NoParent { timeline });
        };
        // A page of the parent's may be as new as the parent's end; all that must be in this server's past.
        let last = Lsn(manifest.end.0.saturating_sub(1));
        if History::of(timeline, &self.archive).timeline_at(last) != manifest.timeline {
            let (parent, of) = (label.to_owned(), manifest.timeline);
            return Err(CommandError::ParentNotOnTimeline { parent, of, timeline });
        }
        Ok((Parent { label: label.to_owned(), checksum }, manifest))
    }

    /// The labels of the complete backups.
    pub(super) fn backup_labels(&self) -> Vec<String> {
        let complete = self.backups.iter().filter(|(_, backup)| !backup.manifest.is_empty());
        complete.map(|(label, _)| label.to_owned()).collect()
    }

    /// Copies what is left of a backup that is taken by hand.
    pub(super) fn copy_backup(&mut self, label: &str) -> Result<(), CommandError> {
        while !self.backup_by_hand(label)?.chunks.is_empty() {
            self.copy_chunk();
        }
        Ok(())
    }

    /// Ends a backup that is taken by hand.
    pub(super) fn stop_backup(&mut self, label: &str) -> Result<(), CommandError> {
        self.copy_backup(label)?;
        self.finish_backup();
        Ok(())
    }

    fn backup_by_hand(&self, label: &str) -> Result<&BackupJob, CommandError> {
        let not_running = || CommandError::BackupNotRunning { label: label.to_owned() };
        self.primary.as_ref().ok_or(CommandError::NoPrimary)?;
        let job = self.backup_job.as_ref().filter(|job| job.label == label && job.is_by_hand());
        job.ok_or_else(not_running)
    }

    pub(super) fn backup_due(&mut self) {
        self.next_backup = self.settings.backup_every.map(|every| self.now + every.max(Micros::SECOND));
        let label = format!("b{}", self.backups_begun + 1);
        // A backup that is still being taken when the next is due makes that one fall out.
        if crate::WHOLE && self.chain_goes_on() && self.begin_incremental(&label, None, false).is_ok() {
            return;
        }
        let _ = self.begin_backup(&label, false);
    }

    /// Whether the newest backup's chain has room for another incremental one, as the policy has it.
    fn chain_goes_on(&self) -> bool {
        let most = self.settings.tuning.backup_chain as usize;
        let newest = self.backups.catalog().pop().filter(|_| most > 0);
        newest.is_some_and(|newest| self.backups.chain(&newest.label).is_ok_and(|chain| chain.len() <= most))
    }

    /// Copies the next chunk, as it stands on the disk now.
    pub(super) fn copy_chunk(&mut self) {
        let standby = crate::WHOLE && self.backup_job.as_ref().is_some_and(BackupJob::is_of_recovery);
        let server = if standby { self.recovery.as_ref().and_then(Recovery::server) } else { self.primary.as_ref() };
        let (Some(job), Some(primary)) = (self.backup_job.as_mut(), server) else {
            self.backup_job = None;
            return;
        };
        let Some((name, chunk)) = job.chunks.pop_front() else {
            match standby {
                true => self.finish_backup_of_recovery(),
                false => self.finish_backup(),
            }
            return;
        };
        // A file that has become shorter, or is gone, since the backup began: the log tells what became of it.
        let Some(bytes) = primary.disk.chunk(name, chunk) else {
            return;
        };
        let label = job.label.clone();
        let file_is_done = job.chunks.front().is_none_or(|(next, _)| *next != name);
        let file = self.backups.open(&label).files.entry(name).or_default();
        let scaled = (bytes.len() as u64).saturating_mul(self.settings.scale);
        if crate::WHOLE && job.parent.is_some() && matches!(name, FileName::Relation(_)) {
            // It is read and its checksum compared, as when a recovered database is looked through.
            let takes = Micros::for_bytes(scaled, self.settings.devices.validate_bytes_per_second);
            job.next_at = job.next_at.map(|_| self.now + takes);
        }
        if !(crate::WHOLE && job.is_unchanged(name, chunk, primary.page_bytes(), bytes)) {
            let takes = Micros::for_bytes(scaled, self.settings.devices.backup_store.bytes_per_second);
            job.next_at = job.next_at.map(|at| at.max(self.now) + takes);
            file.push(Arc::clone(bytes));
        }
        if file_is_done {
            let pages = file.len() as u64;
            let tables = primary.tables(Xid::NONE).unwrap_or_default();
            let file = file_name(name, tables.iter().map(|table| (table.relation, table.name.as_str())));
            self.tell(EventKind::BackupCopied { label, file, pages });
        }
    }

    /// Logs the backup's end, closes the segment so that it goes to the archive, and writes the manifest.
    pub(super) fn finish_backup(&mut self) {
        let (Some(job), Some(primary)) = (self.backup_job.take(), self.primary.as_mut()) else {
            return;
        };
        let (timeline, system, page_bytes) = (primary.log.timeline(), primary.log.system(), primary.page_bytes());
        let appended = primary.log.append(Xid::NONE, Body::BackupEnd { redo: job.redo, label: &job.label });
        self.tell_record(None, appended, None, None);
        self.flush();
        // Refused only without a primary, and there is one.
        let _ = self.switch_segment();
        let size = self.settings.segment;
        let manifest = Manifest {
            label: job.label.clone(),
            system,
            timeline,
            page_bytes,
            segment_bytes: size.bytes(),
            redo: job.redo,
            checkpoint: job.checkpoint,
            start: job.start,
            end: appended.end,
            start_time: job.began,
            end_time: self.timestamp(),
            required_segments: (size.segment_of(job.redo), size.segment_of(appended.lsn)),
            parent: job.parent.as_ref().map(|(parent, _)| parent.clone()).filter(|_| crate::WHOLE),
            files: Vec::new(),
        };
        self.complete(job, manifest);
    }

    /// Lists the files in the manifest, and writes it: the backup is complete.
    fn complete(&mut self, mut job: BackupJob, mut manifest: Manifest) {
        let stored = self.backups.open(&job.label);
        let files = stored.files.iter().map(|(name, chunks)| {
            let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
            let bytes = parts.iter().map(|part| part.len() as u64).sum();
            let (length, changed) = match job.stored.remove(name) {
                Some((length, changed)) if crate::WHOLE => (length, Some(changed)),
                _ => (chunks.len() as u32, None),
            };
            BackupFile { name: *name, bytes, checksum: crc32c(&parts), length, changed }
        });
        manifest.files = files.collect();
        self.backups.open(&job.label).manifest = manifest.encode();
        if crate::WHOLE && !self.seal_backup(&job.label) {
            return;
        }
        let label = job.label;
        self.tell(EventKind::BackupFinished { label: label.clone(), end: manifest.end, bytes: manifest.bytes() });
        if crate::WHOLE && self.settings.tuning.verify_backups {
            // Refused only if there is no such backup, and there is.
            let _ = self.begin_verification(&label);
        }
    }

    /// What is said of each backup when a recovery has to choose one.
    pub fn explain_choice(&self, spec: &RecoverySpec) -> Choice {
        choose(&self.backups, &self.archive, self.settings.segment, spec)
    }

    /// What can be recovered, as the backup store and the archive tell it.
    pub fn catalog(&self) -> Catalog {
        Catalog::read(&self.backups, &self.archive)
    }

    /// The backup that a recovery would start from: the one that is named, or the newest that is whole and from which the target can be
    /// reached, or, if there is none, the oldest.
    pub fn choose_backup(&self, spec: &RecoverySpec) -> Result<Manifest, CommandError> {
        self.choose_backup_and_say(spec).map(|(manifest, _)| manifest)
    }

    /// The same, with those that would have been chosen if they were whole.
    pub(super) fn choose_backup_and_say(
        &self,
        spec: &RecoverySpec,
    ) -> Result<(Manifest, Vec<(String, RecoveryFailure)>), CommandError> {
        let mut catalog = self.backups.catalog();
        if let Some(label) = &spec.backup {
            let known = catalog.iter().map(|manifest| manifest.label.clone()).collect();
            let found = catalog.into_iter().find(|manifest| manifest.label == *label);
            let found = found.ok_or(CommandError::NoSuchBackup { label: label.clone(), known })?;
            return Ok((found, Vec::new()));
        }
        if crate::WHOLE {
            let choice = choose_among(&self.backups, &self.archive, self.settings.segment, spec, true);
            let damaged = choice.damaged().map(|(label, why)| (label.to_owned(), why.clone())).collect();
            let chosen = choice.chosen.or(catalog.into_iter().next()).ok_or(CommandError::NoBackup)?;
            return Ok((chosen, damaged));
        }
        let reaches = |manifest: &Manifest| {
            ends_in_time(manifest, spec)
                && find_boundary(&self.archive, self.settings.segment, manifest, spec).outcome.is_ok()
        };
        let chosen = match catalog.iter().rposition(reaches) {
            Some(index) => Some(catalog.swap_remove(index)),
            None => catalog.into_iter().next(),
        };
        Ok((chosen.ok_or(CommandError::NoBackup)?, Vec::new()))
    }
}
