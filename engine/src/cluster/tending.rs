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
    Merge { first: Option<String>, last: String, into: String },
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

    /// Begins to make one backup of a chain, or of the part of it that begins with `first`.
    pub(super) fn begin_merge(&mut self, first: Option<&str>, last: &str, into: &str) -> Result<(), CommandError> {
        let begun =
            self.tending.iter().any(|(_, work)| matches!(work, Tending::Merge { into: other, .. } if other == into));
        if self.backups.get(into).is_some() || begun {
            return Err(CommandError::BackupExists { label: into.to_owned() });
        }
        self.stored_elements(last)?;
        let (elements, broken) = self.backups.elements(last);
        if let Some(first) = first.filter(|first| elements.iter().all(|element| element.label != *first))
            && broken.is_none()
        {
            let chain = elements.into_iter().rev().map(|manifest| manifest.label).collect();
            return Err(CommandError::NotInChain { first: first.to_owned(), chain });
        }
        let broken = |ChainBreak { element, why }| CommandError::ChainBroken { backup: last.to_owned(), element, why };
        let merged = self.backups.merged(&self.archive, first, last, into).map_err(broken)?;
        let read: u64 = self
            .merged_from(first, last)
            .iter()
            .filter_map(|label| self.backups.get(label))
            .map(StoredBackup::bytes)
            .sum();
        let (first, last, into) = (first.map(str::to_owned), last.to_owned(), into.to_owned());
        self.tend(Tending::Merge { first, last, into }, read.saturating_add(merged.bytes()), 0);
        Ok(())
    }

    /// The labels of what is merged, in order.
    fn merged_from(&self, first: Option<&str>, last: &str) -> Vec<String> {
        let part = match first {
            Some(first) => self.backups.part(first, last),
            None => self.backups.chain(last),
        };
        part.unwrap_or_default().into_iter().map(|manifest| manifest.label).collect()
    }

    /// Finishes the work that is due.
    pub(super) fn finish_tending(&mut self) {
        match self.tending.pop_front() {
            Some((_, Tending::Verify { label })) => {
                let found = verify(&self.backups, &self.archive, &label);
                self.tell(EventKind::BackupVerified { found: found.into() });
            }
            Some((_, Tending::Merge { first, last, into })) => self.merge(first.as_deref(), &last, into),
            None => {}
        }
    }

    fn merge(&mut self, first: Option<&str>, last: &str, into: String) {
        let of = self.merged_from(first, last);
        match self.backups.merge(&self.archive, first, last, &into) {
            Ok(_) if !self.seal_backup(&into) => {}
            Ok(bytes) => self.tell(EventKind::BackupsMerged { label: into, of, bytes }),
            Err(ChainBreak { element, why }) => self.tell(EventKind::MergeFailed { label: into, element, why }),
        }
    }
}
