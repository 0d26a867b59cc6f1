//! Chains: an incremental backup, the one that it continues, and so on down to a full one.
//!
//! Each element's manifest names its parent and the checksum of the parent's manifest, so a chain holds together or it is known where it
//! does not. A restore puts the base in place and the elements over it in order; each leaves every file as long as it found it, and the
//! last one's list of files is the list of files.

use super::{BackupFile, BackupStore, Manifest, StoredBackup};
use crate::archive::Archive;
use crate::codec::crc32c;
use crate::storage::{Disk, FileName};
use core::fmt;
use litemap::LiteMap;
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
    /// It is encrypted, and does not open: the key is lost, or somebody has changed it.
    Sealed,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChainFault::Lost => "lost",
            ChainFault::ManifestDamaged => "manifest_damaged",
            ChainFault::Changed => "changed",
            ChainFault::FileDamaged => "file_damaged",
            ChainFault::Misfit => "misfit",
            ChainFault::Sealed => "sealed",
        })
    }
}

impl BackupStore {
    /// The manifests of a backup and of all that it continues, the full one last; as far as they can be had, and what breaks the chain.
    pub fn elements(&self, label: &str) -> (Vec<Manifest>, Option<ChainBreak>) {
        let mut elements: Vec<Manifest> = Vec::new();
        let mut next = (label.to_owned(), None);
        // A chain that comes back to itself is longer than there are backups.
        while elements.len() < self.iter().count() {
            let (element, checksum) = next;
            match self.element(&element, checksum) {
                Ok(manifest) => {
                    let parent = manifest.parent.clone();
                    elements.push(manifest);
                    match parent {
                        Some(parent) => next = (parent.label, Some(parent.checksum)),
                        None => return (elements, None),
                    }
                }
                Err(why) => return (elements, Some(ChainBreak { element, why })),
            }
        }
        (elements, Some(ChainBreak { element: next.0, why: ChainFault::Lost }))
    }

    /// The manifest of an element whose manifest should have this checksum.
    fn element(&self, label: &str, checksum: Option<u32>) -> Result<Manifest, ChainFault> {
        let stored = self.get(label).filter(|backup| !backup.manifest.is_empty()).ok_or(ChainFault::Lost)?;
        let manifest = stored.read_manifest().ok_or(ChainFault::ManifestDamaged)?;
        let found = Manifest::checksum_of(&stored.manifest);
        let is_it = manifest.label == label && checksum.is_none_or(|checksum| found == Some(checksum));
        if is_it { Ok(manifest) } else { Err(ChainFault::Changed) }
    }

    /// The manifests of a backup and of all that it continues, the full one first.
    pub fn chain(&self, label: &str) -> Result<Vec<Manifest>, ChainBreak> {
        let (mut elements, broken) = self.elements(label);
        elements.reverse();
        broken.map_or(Ok(elements), Err)
    }

    /// What is stored of a file of an element, opened, with the checksum that its manifest says.
    fn opened(
        &self,
        archive: &Archive,
        manifest: &Manifest,
        file: &BackupFile,
    ) -> Result<Vec<Arc<Vec<u8>>>, ChainBreak> {
        let broken = |why| ChainBreak { element: manifest.label.clone(), why };
        let stored = self.get(&manifest.label);
        let opened = stored.and_then(|stored| archive.open_file(&manifest.label, stored, file.name));
        let chunks = opened.ok_or_else(|| broken(ChainFault::FileDamaged))?;
        let chunks = chunks.map_err(|_| broken(ChainFault::Sealed))?;
        if is_intact(file, &chunks) { Ok(chunks) } else { Err(broken(ChainFault::FileDamaged)) }
    }

    /// The files that a backup restores, put together from its chain; every byte's checksum is looked at.
    pub fn assemble(&self, archive: &Archive, label: &str) -> Result<Assembled, ChainBreak> {
        let mut disk = Disk::default();
        let mut last = None;
        for manifest in self.chain(label)? {
            let broken = |why| ChainBreak { element: manifest.label.clone(), why };
            for file in &manifest.files {
                let chunks = self.opened(archive, &manifest, file)?;
                if !apply(&mut disk, file, &chunks) {
                    return Err(broken(ChainFault::Misfit));
                }
            }
            last = Some(manifest);
        }
        let lost = || ChainBreak { element: label.to_owned(), why: ChainFault::Lost };
        let manifest = last.ok_or_else(lost)?;
        disk.keep(|name| manifest.file(name).is_some());
        Ok(Assembled { manifest, disk })
    }

    /// The part of a chain from one element to another, in order; what lies before it may be lost.
    pub fn part(&self, first: &str, last: &str) -> Result<Vec<Manifest>, ChainBreak> {
        let (mut elements, broken) = self.elements(last);
        let Some(length) = elements.iter().position(|manifest| manifest.label == first) else {
            let lost = || ChainBreak { element: first.to_owned(), why: ChainFault::Lost };
            return Err(broken.unwrap_or_else(lost));
        };
        elements.truncate(length + 1);
        elements.reverse();
        Ok(elements)
    }

    /// Makes one backup of a chain, or of a part of it, as if it had been taken when the last of it was; returns its bytes. It continues what the
    /// first of the part continues, and is a full one if that is.
    pub fn merge(&mut self, archive: &Archive, first: Option<&str>, last: &str, into: &str) -> Result<u64, ChainBreak> {
        let merged = self.merged(archive, first, last, into)?;
        if self.get(into).is_some() {
            return Err(ChainBreak { element: into.to_owned(), why: ChainFault::Changed });
        }
        let bytes = merged.bytes();
        *self.open(into) = merged;
        Ok(bytes)
    }

    /// What a merge would write.
    pub fn merged(
        &self,
        archive: &Archive,
        first: Option<&str>,
        last: &str,
        into: &str,
    ) -> Result<StoredBackup, ChainBreak> {
        let part = match first {
            Some(first) => self.part(first, last)?,
            None => self.chain(last)?,
        };
        let Some((base, newest)) = part.first().zip(part.last()) else {
            return Err(ChainBreak { element: last.to_owned(), why: ChainFault::Lost });
        };
        let mut overlay = Overlay::default();
        for manifest in &part {
            overlay.add(self, archive, manifest)?;
        }
        let mut merged = StoredBackup::default();
        let mut files = Vec::new();
        for listed in &newest.files {
            let Some(pieces) = overlay.files.remove(&listed.name) else { continue };
            let whole = base.parent.is_none() || pieces.whole;
            let changed: Vec<u32> = pieces.chunks.keys().copied().collect();
            if whole && changed.len() != listed.length as usize {
                return Err(ChainBreak { element: newest.label.clone(), why: ChainFault::Misfit });
            }
            let chunks: Vec<Arc<Vec<u8>>> = pieces.chunks.values().map(Arc::clone).collect();
            let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
            let bytes = parts.iter().map(|part| part.len() as u64).sum();
            let (checksum, changed) = (crc32c(&parts), (!whole).then_some(changed));
            files.push(BackupFile { name: listed.name, bytes, checksum, length: listed.length, changed });
            merged.files.insert(listed.name, chunks);
        }
        let manifest = Manifest { label: into.to_owned(), parent: base.parent.clone(), files, ..newest.clone() };
        merged.manifest = manifest.encode();
        Ok(merged)
    }
}

/// What elements of a chain hold together, a later one over an earlier.
#[derive(Debug, Default)]
struct Overlay {
    files: LiteMap<FileName, Pieces>,
}

#[derive(Debug, Default)]
struct Pieces {
    chunks: LiteMap<u32, Arc<Vec<u8>>>,
    /// Whether an element holds all of the file.
    whole: bool,
}

impl Overlay {
    fn add(&mut self, store: &BackupStore, archive: &Archive, manifest: &Manifest) -> Result<(), ChainBreak> {
        for file in &manifest.files {
            let broken = |why| ChainBreak { element: manifest.label.clone(), why };
            let chunks = store.opened(archive, manifest, file)?;
            let pieces = self.files.entry(file.name).or_default();
            // What was cut off, or is all here, hides what there was.
            pieces.whole |= file.changed.is_none();
            let is_kept = |number: u32| file.changed.is_some() && number < file.length;
            pieces.chunks.retain(|number, _| is_kept(*number));
            for (stored, chunk) in chunks.into_iter().enumerate() {
                let number = file.chunk_number(stored);
                if number >= file.length {
                    return Err(broken(ChainFault::Misfit));
                }
                pieces.chunks.insert(number, chunk);
            }
        }
        Ok(())
    }
}

/// The files that a chain restores.
#[derive(Debug)]
pub struct Assembled {
    /// The last element's.
    pub manifest: Manifest,
    disk: Disk,
}

impl Assembled {
    pub fn bytes(&self) -> u64 {
        let chunks = |name| (0..self.disk.chunk_count(name)).filter_map(move |chunk| self.disk.chunk(name, chunk));
        self.disk.files().flat_map(chunks).map(|chunk| chunk.len() as u64).sum()
    }
}

/// Whether what is stored of a file has the checksum and the length that its manifest says.
pub fn is_intact(file: &BackupFile, chunks: &[Arc<Vec<u8>>]) -> bool {
    let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
    let is_as_long = || !crate::WHOLE || parts.iter().map(|part| part.len() as u64).sum::<u64>() == file.bytes;
    crc32c(&parts) == file.checksum && chunks.len() == file.stored() && is_as_long()
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

#[cfg(test)]
mod tests {
    use super::super::Parent;
    use super::*;
    use crate::storage::FileName;
    use crate::types::{Lsn, Micros, RelationId, SegmentNumber, TimelineId};

    type Chunks<'a> = &'a [(u32, u8)];

    const fn relation(number: u32) -> FileName {
        FileName::Relation(RelationId(number))
    }

    /// Puts a backup into the store: each file with its length and the chunks that are stored of it, one byte each.
    fn put(store: &mut BackupStore, label: &str, parent: Option<&str>, files: &[(FileName, u32, Chunks<'_>)]) {
        let parent = parent.map(|parent| {
            let checksum = store.get(parent).and_then(|stored| Manifest::checksum_of(&stored.manifest));
            Parent { label: parent.to_owned(), checksum: checksum.unwrap_or(0) }
        });
        let mut stored = StoredBackup::default();
        let mut listed = Vec::new();
        for (name, length, chunks) in files {
            let bytes: Vec<u8> = chunks.iter().map(|(_, byte)| *byte).collect();
            let numbers = chunks.iter().map(|(number, _)| *number).collect();
            let changed = parent.is_some().then_some(numbers);
            let (stored_bytes, checksum) = (bytes.len() as u64, crc32c(&[&bytes]));
            listed.push(BackupFile { name: *name, bytes: stored_bytes, checksum, length: *length, changed });
            stored.files.insert(*name, bytes.iter().map(|byte| Arc::new(vec![*byte])).collect());
        }
        let manifest = Manifest {
            label: label.to_owned(),
            system: 7,
            timeline: TimelineId(1),
            page_bytes: 1,
            segment_bytes: 4096,
            redo: Lsn(0x1028),
            checkpoint: Lsn(0x1100),
            start: Lsn(0x1180),
            end: Lsn(0x1200),
            start_time: Micros(5),
            end_time: Micros(6),
            required_segments: (SegmentNumber(1), SegmentNumber(1)),
            parent,
            files: listed,
        };
        stored.manifest = manifest.encode();
        *store.open(label) = stored;
    }

    fn files(store: &BackupStore, label: &str) -> Result<Vec<(FileName, Vec<u8>)>, ChainBreak> {
        let disk = store.assemble(&Archive::default(), label)?.disk;
        let bytes = |name| (0..disk.chunk_count(name)).map(|chunk| disk.chunk(name, chunk).unwrap()[0]).collect();
        Ok(disk.files().map(|name| (name, bytes(name))).collect())
    }

    fn base() -> BackupStore {
        let mut store = BackupStore::default();
        let five: Chunks<'_> = &[(0, 10), (1, 11), (2, 12), (3, 13), (4, 14)];
        put(&mut store, "b1", None, &[(relation(16), 5, five), (relation(17), 1, &[(0, 70)])]);
        store
    }

    #[test]
    fn files_are_shortened_dropped_and_grow_again() {
        let mut store = base();
        put(&mut store, "b2", Some("b1"), &[(relation(16), 2, &[(1, 21)]), (relation(18), 1, &[(0, 80)])]);
        put(&mut store, "b3", Some("b2"), &[(relation(16), 4, &[(2, 32), (3, 33)]), (relation(18), 1, &[])]);
        let at = |label| files(&store, label).unwrap();
        assert_eq!(at("b1"), [(relation(16), vec![10, 11, 12, 13, 14]), (relation(17), vec![70])]);
        assert_eq!(at("b2"), [(relation(16), vec![10, 21]), (relation(18), vec![80])]);
        assert_eq!(at("b3"), [(relation(16), vec![10, 21, 32, 33]), (relation(18), vec![80])]);
        assert_eq!(store.merge(&Archive::default(), None, "b3", "b4"), Ok(5));
        assert_eq!(files(&store, "b4"), files(&store, "b3"));
        assert!(store.merge(&Archive::default(), None, "b3", "b1").is_err());
    }

    #[test]
    fn a_part_of_a_chain_becomes_one_element_of_it() {
        let mut store = base();
        put(&mut store, "b2", Some("b1"), &[(relation(16), 2, &[(1, 21)]), (relation(18), 1, &[(0, 80)])]);
        put(&mut store, "b3", Some("b2"), &[(relation(16), 4, &[(2, 32), (3, 33)]), (relation(18), 1, &[])]);
        put(&mut store, "b4", Some("b3"), &[(relation(16), 4, &[(0, 40)])]);
        let archive = Archive::default();
        assert_eq!(store.merge(&archive, Some("b2"), "b3", "m1"), Ok(4));
        assert_eq!(files(&store, "m1"), files(&store, "b3"));
        assert_eq!(store.merge(&archive, Some("b3"), "b4", "m2"), Ok(3));
        assert_eq!(files(&store, "m2"), files(&store, "b4"));
        // What is not part of it may be lost, and what it was made of from now on.
        for lost in ["b3", "b4", "m2"] {
            assert!(store.remove(lost));
        }
        assert_eq!(files(&store, "m1").unwrap(), [(relation(16), vec![10, 21, 32, 33]), (relation(18), vec![80])]);
        let lost = ChainBreak { element: "b3".into(), why: ChainFault::Lost };
        assert_eq!(store.merge(&archive, Some("b3"), "m1", "m3"), Err(lost));
    }

    #[test]
    fn an_element_that_leaves_a_hole_does_not_fit() {
        let mut store = base();
        put(&mut store, "b2", Some("b1"), &[(relation(16), 2, &[])]);
        // The third chunk is nobody's: that of the base was cut off.
        put(&mut store, "b3", Some("b2"), &[(relation(16), 4, &[(3, 33)])]);
        let broken = ChainBreak { element: "b3".into(), why: ChainFault::Misfit };
        assert_eq!(files(&store, "b3"), Err(broken));
    }

    #[test]
    fn each_break_is_named() {
        let mut store = base();
        put(&mut store, "b2", Some("b1"), &[(relation(16), 5, &[(1, 21)])]);
        put(&mut store, "b3", Some("b2"), &[(relation(16), 5, &[])]);
        let breaks = |store: &BackupStore, element: &str, why| {
            assert_eq!(files(store, "b3"), Err(ChainBreak { element: element.into(), why }));
        };
        let mut lost = store.clone();
        assert!(lost.remove("b1"));
        breaks(&lost, "b1", ChainFault::Lost);
        let mut changed = store.clone();
        put(&mut changed, "b2", None, &[(relation(16), 1, &[(0, 1)])]);
        breaks(&changed, "b2", ChainFault::Changed);
        let mut rotten = store.clone();
        assert!(rotten.flip_files("b2", 3));
        breaks(&rotten, "b2", ChainFault::FileDamaged);
        let mut unreadable = store.clone();
        assert!(unreadable.flip_manifest("b1", 100));
        breaks(&unreadable, "b1", ChainFault::ManifestDamaged);
        // An incomplete one is none, and one that continues itself has no end.
        store.open("b9");
        assert_eq!(store.chain("b9").unwrap_err().why, ChainFault::Lost);
    }
}
