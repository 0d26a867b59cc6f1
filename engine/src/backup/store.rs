//! Where base backups are kept.

use super::Manifest;
use crate::fault::flip;
use crate::storage::FileName;
use crate::types::{Lsn, Micros};
use litemap::LiteMap;
use std::sync::Arc;

/// A backup in the store: its files, and its manifest once it is complete.
#[derive(Debug, Clone, Default)]
pub struct StoredBackup {
    pub files: LiteMap<FileName, Vec<Arc<Vec<u8>>>>,
    /// The manifest's bytes; empty while the backup is being taken.
    pub manifest: Vec<u8>,
    /// The key that the files are sealed with; 0: they are stored in the clear.
    pub key: u32,
}

impl StoredBackup {
    /// Bytes of the files that have been copied.
    pub fn bytes(&self) -> u64 {
        self.files.values().flatten().map(|chunk| chunk.len() as u64).sum()
    }

    /// The manifest; `None` if the backup is not complete or the manifest is damaged.
    pub fn read_manifest(&self) -> Option<Manifest> {
        Manifest::decode(&self.manifest)
    }
}

/// All backups, by label.
#[derive(Debug, Clone, Default)]
pub struct BackupStore {
    backups: LiteMap<String, StoredBackup>,
}

impl BackupStore {
    pub fn get(&self, label: &str) -> Option<&StoredBackup> {
        self.backups.get(label)
    }

    /// A backup to be written to; made if there is none of that label.
    pub fn open(&mut self, label: &str) -> &mut StoredBackup {
        self.backups.entry(label.to_owned()).or_default()
    }

    /// All backups, by label.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &StoredBackup)> {
        self.backups.iter().map(|(label, backup)| (label.as_str(), backup))
    }

    /// The manifests of the complete backups, oldest first.
    pub fn catalog(&self) -> Vec<Manifest> {
        // On different timelines two may end at the same LSN.
        let mut by_end: LiteMap<(Lsn, Micros, String), Manifest> = LiteMap::new();
        for manifest in self.backups.values().filter_map(StoredBackup::read_manifest) {
            by_end.insert((manifest.end, manifest.end_time, manifest.label.clone()), manifest);
        }
        by_end.into_tuple_vec().into_iter().map(|(_, manifest)| manifest).collect()
    }

    /// The name of a backup's file, counted from 1.
    fn file_name(&self, label: &str, file: u32) -> Option<FileName> {
        let files = &self.get(label)?.files;
        files.keys().nth((file as usize).checked_sub(1)?).copied()
    }

    /// A file of a backup is gone; whether there was one.
    pub fn lose_file(&mut self, label: &str, file: u32) -> bool {
        let name = self.file_name(label, file);
        let backup = self.backups.get_mut(label);
        backup.zip(name).is_some_and(|(backup, name)| backup.files.remove(&name).is_some())
    }

    /// A bit of what is stored of a backup's file flips; whether there is one.
    pub fn flip_file(&mut self, label: &str, file: u32, bit: u64) -> bool {
        let name = self.file_name(label, file);
        let chunks = self.backups.get_mut(label).zip(name).and_then(|(backup, name)| backup.files.get_mut(&name));
        let mut bit = bit;
        for chunk in chunks.into_iter().flatten() {
            let bits = chunk.len() as u64 * 8;
            if bit < bits {
                let bytes: &mut Vec<u8> = Arc::make_mut(chunk);
                return flip(bytes, bit);
            }
            bit -= bits;
        }
        false
    }

    /// A bit of a backup's manifest flips; whether there is one.
    pub fn flip_manifest(&mut self, label: &str, bit: u64) -> bool {
        self.backups.get_mut(label).is_some_and(|backup| flip(&mut backup.manifest, bit))
    }

    /// Takes a backup out of the store; whether there was one.
    pub fn remove(&mut self, label: &str) -> bool {
        self.backups.remove(label).is_some()
    }

    /// Flips a bit of a backup's files, counted through them in the order of their names; whether there is one.
    pub fn flip_files(&mut self, label: &str, bit: u64) -> bool {
        let Some(backup) = self.backups.get_mut(label) else {
            return false;
        };
        let mut byte = bit / 8;
        for chunk in backup.files.iter_mut().flat_map(|(_, chunks)| chunks) {
            if byte < chunk.len() as u64 {
                Arc::make_mut(chunk)[byte as usize] ^= 1 << (bit % 8);
                return true;
            }
            byte -= chunk.len() as u64;
        }
        false
    }

    /// Forgets a backup that was never completed.
    pub fn discard_incomplete(&mut self) {
        self.backups.retain(|_, backup| !backup.manifest.is_empty());
    }
}
