//! What can befall a base backup.

use crate::backup::BackupStore;
use serde::{Deserialize, Serialize};

/// Damage to a backup in its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackupFault {
    /// It is gone from the store.
    Lose { label: String },
    /// A bit of its files flips, counted through all of them in the order of their names.
    FlipFiles { label: String, bit: u64 },
    /// A bit of its manifest flips.
    FlipManifest { label: String, bit: u64 },
}

impl BackupFault {
    /// Does the damage; whether there was something to damage.
    pub fn strike(&self, backups: &mut BackupStore) -> bool {
        match self {
            BackupFault::Lose { label } => backups.remove(label),
            BackupFault::FlipFiles { label, bit } => backups.flip_files(label, *bit),
            BackupFault::FlipManifest { label, bit } => backups.flip_manifest(label, *bit),
        }
    }
}
