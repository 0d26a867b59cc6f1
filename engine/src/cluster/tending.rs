//! What is done with backups that are there: they are verified and merged, one after another.
//!
//! It happens at the store, not at the server, and takes the time that reading and writing the bytes takes.

use super::{Cluster, CommandError, EventKind};
use crate::backup::{ChainBreak, StoredBackup};
use crate::catalog::verify;
use crate::types::Micros;

/// Work on backups that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tending {
    Verify { label: String },
    Merge { label: String, into: String },
}

impl Cluster {
    /// When the work that is due next is done.
    pub(super) fn tending_at(&self) -> Option<Micros> {
        self.tending.front().map(|(at, _)| *at)
    }

    /// Queues work that reads and writes that many bytes of backups, and reads that many segments.
    fn tend(&mut self, work: Tending, bytes: u64, segments: u64) {
        let devices = &self.settings.devices;
        let scaled = |bytes: u64| bytes.saturating_mul(self.settings.scale);
        let mut takes = devices.backup_store.takes(scaled(bytes));
        if segments > 0 {
            let log = segments.saturating_mul(u64::from(self.settings.segment.bytes()));
            takes = takes + devices.archive_store.takes(scaled(log));
        }
        let from = self.tending.back().map_or(self.now, |(at, _)| *at);
        self.tending.push_back((from + takes, work));
    }

    /// Begins to verify a backup, everything that it continues, and the log that it needs.
    pub(super) fn begin_verification(&mut self, label: &str) -> Result<(), CommandError> {
        let elements = self.stored_elements(label)?;
        let bytes = elements.iter().map(|(stored, _)| *stored).sum();
        let segments = elements.first().map_or(0, |(_, segments)| *segments);
        self.tend(Tending::Verify { label: label.to_owned() }, bytes, segments);
        Ok(())
    }

    /// For each element of a chain, the newest first: how many bytes are stored, how many segments it needs.
    fn stored_elements(&self, label: &str) -> Result<Vec<(u64, u64)>, CommandError> {
        if self.backups.get(label).is_none_or(|backup| backup.manifest.is_empty()) {
            return Err(CommandError::NoSuchBackup { label: label.to_owned(), known: self.backup_labels() });
        }
        let (elements, _) = self.backups.elements(label);
        let told = elements.iter().map(|manifest| {
            let (first, last) = manifest.required_segments;
            let stored = self.backups.get(&manifest.label).map_or(0, StoredBackup::bytes);
            (stored, last.0.saturating_sub(first.0).saturating_add(1))
        });
        Ok(told.collect())
    }

    /// Begins to make one full backup of a chain. `first`, if it is given, must be what the chain begins with.
    pub(super) fn begin_merge(&mut self, first: Option<&str>, last: &str, into: &str) -> Result<(), CommandError> {
        let begun =
            self.tending.iter().any(|(_, work)| matches!(work, Tending::Merge { into: other, .. } if other == into));
        if self.backups.get(into).is_some() || begun {
            return Err(CommandError::BackupExists { label: into.to_owned() });
        }
        let stored = self.stored_elements(last)?;
        let broken = |ChainBreak { element, why }| CommandError::ChainBroken { backup: last.to_owned(), element, why };
        let chain = self.backups.chain(last).map_err(broken)?;
        if let (Some(first), Some(base)) = (first, chain.first())
            && base.label != first
        {
            let chain = chain.into_iter().map(|manifest| manifest.label).collect();
            return Err(CommandError::NotTheBase { first: first.to_owned(), chain });
        }
        let merged = self.backups.assemble(&self.archive, last).map_err(broken)?;
        let read: u64 = stored.iter().map(|(bytes, _)| *bytes).sum();
        let work = Tending::Merge { label: last.to_owned(), into: into.to_owned() };
        self.tend(work, read.saturating_add(merged.bytes()), 0);
        Ok(())
    }

    /// Finishes the work that is due.
    pub(super) fn finish_tending(&mut self) {
        match self.tending.pop_front() {
            Some((_, Tending::Verify { label })) => {
                let found = verify(&self.backups, &self.archive, &label);
                self.tell(EventKind::BackupVerified { found: found.into() });
            }
            Some((_, Tending::Merge { label, into })) => self.merge(&label, into),
            None => {}
        }
    }

    fn merge(&mut self, label: &str, into: String) {
        let chain = self.backups.chain(label).unwrap_or_default();
        let of = chain.iter().map(|manifest| manifest.label.clone()).collect();
        match self.backups.merge(&self.archive, label, &into) {
            Ok(_) if !self.seal_backup(&into) => {}
            Ok(bytes) => self.tell(EventKind::BackupsMerged { label: into, of, bytes }),
            Err(ChainBreak { element, why }) => self.tell(EventKind::MergeFailed { label: into, element, why }),
        }
    }
}
