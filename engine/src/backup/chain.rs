//! Chains: an incremental backup, the one that it continues, and so on down to a full one.
//!
//! Each element's manifest names its parent and the checksum of the parent's manifest, so a chain holds together or it is known where it
//! does not. A restore puts the base in place and the elements over it in order; each leaves every file as long as it found it, and the
//! last one's list of files is the list of files.

use super::{BackupFile, BackupStore, Manifest};
use crate::codec::crc32c;
use crate::storage::Disk;
use core::fmt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The element at which a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainBreak {
    pub element: String,
    pub why: ChainFault,
}

/// What is wrong with an element of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainFault {
    /// There is no such backup, or it was never completed.
    Lost,
    /// Its manifest cannot be read.
    ManifestDamaged,
    /// It is another backup than the one that was continued, under the same label.
    Changed,
    /// A file is missing or has another checksum than its manifest says.
    FileDamaged,
    /// Its files do not fit those of its parent.
    Misfit,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChainFault::Lost => "lost",
            ChainFault::ManifestDamaged => "manifest_damaged",
            ChainFault::Changed => "changed",
            ChainFault::FileDamaged => "file_damaged",
            ChainFault::Misfit => "misfit",
        })
    }
}

impl BackupStore {
    /// The manifests of a backup and of all that it continues, the full one first.
    pub fn chain(&self, label: &str) -> Result<Vec<Manifest>, ChainBreak> {
        let mut chain: Vec<Manifest> = Vec::new();
        let mut element = label.to_owned();
        let mut checksum = None;
        loop {
            let broken = |why| ChainBreak { element: element.clone(), why };
            // A chain that comes back to itself is longer than there are backups.
            if chain.len() >= self.iter().count() {
                return Err(broken(ChainFault::Lost));
            }
            let stored = self.get(&element).filter(|backup| !backup.manifest.is_empty());
            let stored = stored.ok_or_else(|| broken(ChainFault::Lost))?;
            let manifest = stored.read_manifest().ok_or_else(|| broken(ChainFault::ManifestDamaged))?;
            if manifest.label != element
                || checksum.is_some_and(|checksum| Manifest::checksum_of(&stored.manifest) != Some(checksum))
            {
                return Err(broken(ChainFault::Changed));
            }
            let parent = manifest.parent.clone();
            chain.push(manifest);
            match parent {
                Some(parent) => {
                    element = parent.label;
                    checksum = Some(parent.checksum);
                }
                None => break,
            }
        }
        chain.reverse();
        Ok(chain)
    }
}

/// Whether what is stored of a file has the checksum that its manifest says.
pub fn is_intact(file: &BackupFile, chunks: &[Arc<Vec<u8>>]) -> bool {
    let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
    crc32c(&parts) == file.checksum && chunks.len() == file.stored()
}

/// Brings a file to where an element of a chain has it; whether the element fits what the ones before it have left.
pub fn apply(disk: &mut Disk, file: &BackupFile, chunks: &[Arc<Vec<u8>>]) -> bool {
    if crate::WHOLE {
        disk.shorten(file.name, file.length);
    }
    for (stored, chunk) in chunks.iter().enumerate() {
        disk.write_chunk(file.name, file.chunk_number(stored), Arc::clone(chunk));
    }
    disk.sync(file.name);
    // A chunk that no element has would have been left empty.
    let whole = |number| disk.chunk(file.name, number).is_some_and(|chunk| !chunk.is_empty());
    !crate::WHOLE || file.changed.is_none() || (0..file.length).all(whole)
}
