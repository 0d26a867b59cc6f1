//! The first phase: the backup's files onto the new server's disk.
//!
//! An incremental backup is restored by restoring everything that it continues, the full backup first: each element's bytes are fetched, and
//! the time that they take is the recovery's.

use super::{Doing, Recovery, RecoveryStep};
use crate::archive::Archive;
use crate::backup::{BackupStore, ChainBreak, ChainFault, apply, is_intact};
use crate::recovery::checks::check_is_on;
use crate::recovery::history::History;
use crate::recovery::{Phase, RecoveryFailure};
use crate::server::Server;
use crate::types::Micros;

impl Recovery {
    /// Finds out which timelines to follow, and which backups to restore.
    pub(super) fn plan(
        &mut self,
        now: Micros,
        archive: &Archive,
        backups: &BackupStore,
    ) -> Result<RecoveryStep, RecoveryFailure> {
        self.history = History::choose(self.spec.timeline, self.manifest.timeline, archive)?;
        self.chain = match crate::WHOLE && self.manifest.parent.is_some() {
            true => backups.chain(&self.manifest.label).map_err(|broken| self.broken(broken))?,
            false => vec![self.manifest.clone()],
        };
        self.wait_for_file(0, 0, now, backups);
        Ok(RecoveryStep::Waiting)
    }

    fn broken(&self, at: ChainBreak) -> RecoveryFailure {
        let backup = self.manifest.label.clone();
        if crate::WHOLE && self.manifest.parent.is_some() {
            return RecoveryFailure::ChainBroken { backup, element: at.element, why: at.why };
        }
        RecoveryFailure::BackupDamaged { backup }
    }

    fn wait_for_file(&mut self, element: usize, index: usize, now: Micros, backups: &BackupStore) {
        let manifest = self.chain.get(element).unwrap_or(&self.manifest);
        let file = manifest.files.get(index);
        let mut bytes = file.map_or(0, |file| file.bytes);
        if crate::WHOLE {
            // What is not there takes no time to come, whatever the manifest says of it.
            let stored = backups.get(&manifest.label).zip(file).and_then(|(stored, file)| stored.files.get(&file.name));
            bytes = bytes.min(stored.map_or(0, |chunks| chunks.iter().map(|chunk| chunk.len() as u64).sum()));
        }
        // The latency is that of the first byte: the files of a backup come in one stream.
        let latency = if index == 0 { self.devices.backup_store.latency } else { Micros::ZERO };
        let mut latency = latency;
        if crate::WHOLE && index == 0 {
            latency = latency + self.retrieval(self.settings.archiving.backup_store, now);
        }
        let transfer = Micros::for_bytes(bytes.saturating_mul(self.scale), self.devices.backup_store.bytes_per_second);
        self.wait(Doing::RestoreFile(element, index), Phase::FetchBackup, now, latency + transfer);
    }

    pub(super) fn restore_file(
        &mut self,
        element: usize,
        index: usize,
        now: Micros,
        archive: &Archive,
        backups: &BackupStore,
    ) -> Result<RecoveryStep, RecoveryFailure> {
        let manifest = self.chain.get(element).unwrap_or(&self.manifest);
        let label = manifest.label.clone();
        let broken = |why| ChainBreak { element: label.clone(), why };
        let damaged = || self.broken(broken(ChainFault::FileDamaged));
        let file = manifest.files.get(index).ok_or_else(damaged)?;
        let stored = backups.get(&label).ok_or_else(damaged)?;
        let opened;
        let chunks = if crate::WHOLE {
            opened = archive.open_file(&label, stored, file.name).ok_or_else(damaged)?;
            &opened.map_err(RecoveryFailure::Unusable)?
        } else {
            stored.files.get(&file.name).ok_or_else(damaged)?
        };
        if !is_intact(file, chunks) {
            return Err(damaged());
        }
        let (name, bytes) = (file.name, file.bytes);
        let (next_file, next_element) = (index + 1 < manifest.files.len(), element + 1 < self.chain.len());
        if !apply(&mut self.disk, file, chunks) {
            return Err(self.broken(broken(ChainFault::Misfit)));
        }
        self.restored_bytes += bytes;
        if next_file {
            self.wait_for_file(element, index + 1, now, backups);
        } else if next_element {
            self.wait_for_file(element + 1, 0, now, backups);
        } else {
            self.open(archive)?;
        }
        Ok(RecoveryStep::FileRestored { backup: label, name, bytes })
    }

    /// All files are there: a server stands on them, and may begin to read the log.
    fn open(&mut self, archive: &Archive) -> Result<(), RecoveryFailure> {
        let mut disk = core::mem::take(&mut self.disk);
        if crate::WHOLE && self.manifest.parent.is_some() {
            disk.keep(|name| self.manifest.file(name).is_some());
        }
        let server = Server::restored(disk, &self.settings, self.manifest.redo);
        let damaged = |_| RecoveryFailure::BackupDamaged { backup: self.manifest.label.clone() };
        self.server = Some(server.map_err(damaged)?);
        check_is_on(&self.history, &self.manifest, self.settings.segment, archive)?;
        self.doing = Doing::Redo;
        Ok(())
    }
}
