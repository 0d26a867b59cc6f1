//! A disk that tells what is durable from what is merely written.
//!
//! A file is a list of chunks of one size: a log segment is a file of one chunk, a table's file has a chunk a page. A write is in the
//! system's cache until [`Disk::sync`]. When the power goes, each sector of [`SECTOR_BYTES`] that was written since then is found in any
//! of the states that it was in: a sector is written whole, a page is not. Chunks are shared with clones, backups and the archive, and
//! copied only when they change.
//!
//! What is done to a file's entry (removing it, marking it as archived) is durable at once, as after an fsync of its folder.

use crate::types::{RelationId, SegmentNumber, TimelineId};
use core::fmt;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a disk writes whole or not at all.
pub const SECTOR_BYTES: usize = 512;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FileName {
    /// Where recovery begins to read: see `checkpoint`.
    Control,
    /// A log segment.
    Log(TimelineId, SegmentNumber),
    /// The fate of every transaction.
    CommitLog,
    /// A table's pages.
    Relation(RelationId),
}

/// `control file`, `commit log`, `relation 16`, `log segment 3 on 1`.
impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileName::Control => f.write_str("control file"),
            FileName::CommitLog => f.write_str("commit log"),
            FileName::Relation(relation) => write!(f, "relation {}", relation.0),
            FileName::Log(timeline, segment) => write!(f, "log segment {} on {timeline}", segment.0),
        }
    }
}

/// One file.
#[derive(Debug, Clone, Default)]
struct File {
    chunks: Vec<Arc<Vec<u8>>>,
    /// What the writes since the last sync replaced, oldest first.
    unsynced: Vec<Overwritten>,
    /// How many chunks it had at the last sync, if it has grown since. An empty one behind them was never written.
    grown_from: Option<usize>,
    /// A log segment: whether it is known to be in the archive.
    archived: bool,
}

/// The chunk that a write replaced; `None` if the write made it.
#[derive(Debug, Clone)]
struct Overwritten {
    chunk: u32,
    before: Option<Arc<Vec<u8>>>,
}

impl File {
    /// Whether a chunk has only come between the end of the file, as it was at the last sync, and a write behind that.
    fn is_gap(&self, index: usize) -> bool {
        self.grown_from.is_some_and(|from| from <= index)
            && self.chunks.get(index).is_some_and(|chunk| chunk.is_empty())
    }

    fn synced(&mut self) {
        self.unsynced.clear();
        self.grown_from = None;
    }
}

/// The disk of one server.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: LiteMap<FileName, File>,
}

impl Disk {
    /// Puts a whole chunk in place. Chunks between the file's end and this one become empty.
    pub fn write_chunk(&mut self, name: FileName, chunk: u32, bytes: Arc<Vec<u8>>) {
        let file = self.files.entry(name).or_default();
        let index = chunk as usize;
        let length = file.chunks.len();
        if length <= index {
            file.grown_from.get_or_insert(length);
            file.chunks.resize(index + 1, Arc::default());
        }
        if file.is_gap(index) {
            file.unsynced.push(Overwritten { chunk, before: None });
        }
        let before = core::mem::replace(&mut file.chunks[index], bytes);
        file.unsynced.push(Overwritten { chunk, before: Some(before) });
    }

    /// Writes into the one chunk of a file that holds it, which must exist and be long enough; what does not fit is not written.
    pub fn write_into(&mut self, name: FileName, offset: usize, bytes: &[u8]) {
        let Some(file) = self.files.get_mut(&name) else {
            return;
        };
        let Some(chunk) = file.chunks.first_mut() else {
            return;
        };
        // An append to a segment keeps the bytes before it: only the first write since a sync must remember the chunk as it was.
        if file.unsynced.is_empty() {
            file.unsynced.push(Overwritten { chunk: 0, before: Some(Arc::clone(chunk)) });
        }
        if let Some(place) = Arc::make_mut(chunk).get_mut(offset..offset + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    /// Cuts a file off behind that many chunks, durably. Only a restore does this, before there is a server.
    pub fn shorten(&mut self, name: FileName, chunks: u32) {
        if let Some(file) = self.files.get_mut(&name) {
            file.chunks.truncate(chunks as usize);
            file.synced();
        }
    }

    /// Keeps only some files, durably.
    pub fn keep(&mut self, is_kept: impl Fn(FileName) -> bool) {
        self.files.retain(|name, _| is_kept(*name));
    }

    /// As [`Disk::write_into`] and [`Disk::sync`] at once: there is nothing between them to go back to, so nothing is copied.
    pub fn write_durably(&mut self, name: FileName, offset: usize, bytes: &[u8]) {
        self.sync(name);
        let chunk = self.files.get_mut(&name).and_then(|file| file.chunks.first_mut());
        if let Some(place) = chunk.and_then(|chunk| Arc::make_mut(chunk).get_mut(offset..offset + bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }

    /// A chunk changes where it lies, on the disk itself; whether it has.
    pub fn rot(&mut self, name: FileName, chunk: u32, change: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
        let chunk = self.files.get_mut(&name).and_then(|file| file.chunks.get_mut(chunk as usize));
        chunk.is_some_and(|bytes| change(Arc::make_mut(bytes)))
    }

    /// Makes all writes to a file durable.
    pub fn sync(&mut self, name: FileName) {
        if let Some(file) = self.files.get_mut(&name) {
            file.synced();
        }
    }

    /// A chunk as last written.
    pub fn chunk(&self, name: FileName, chunk: u32) -> Option<&Arc<Vec<u8>>> {
        self.files.get(&name)?.chunks.get(chunk as usize)
    }

    /// A chunk as it is found if the power goes and nothing of what was written since its file's last sync has come to the disk.
    pub fn durable_chunk(&self, name: FileName, chunk: u32) -> Option<&Arc<Vec<u8>>> {
        let file = self.files.get(&name)?;
        match file.unsynced.iter().find(|overwritten| overwritten.chunk == chunk) {
            Some(overwritten) => overwritten.before.as_ref(),
            None if file.is_gap(chunk as usize) => None,
            None => file.chunks.get(chunk as usize),
        }
    }

    /// How many chunks a file has; 0 if there is no such file.
    pub fn chunk_count(&self, name: FileName) -> u32 {
        self.files.get(&name).map_or(0, |file| file.chunks.len() as u32)
    }

    /// Whether a file exists.
    pub fn has(&self, name: FileName) -> bool {
        self.files.contains_key(&name)
    }

    /// The files, in the order of their names.
    pub fn files(&self) -> impl Iterator<Item = FileName> + '_ {
        self.files.keys().copied()
    }

    /// Takes a file away.
    pub fn remove(&mut self, name: FileName) {
        self.files.remove(&name);
    }

    /// Notes that a file need not be archived any more.
    pub fn mark_archived(&mut self, name: FileName) {
        if let Some(file) = self.files.get_mut(&name) {
            file.archived = true;
        }
    }

    /// Whether a file has been marked as archived.
    pub fn is_archived(&self, name: FileName) -> bool {
        self.files.get(&name).is_some_and(|file| file.archived)
    }

    /// Power off. `pick` says for each sector that was written since its file's last sync which of its states is found when the power is back:
    /// 0 is the durable one, up to the number that it is given, which is the last written.
    pub fn crash(&mut self, mut pick: impl FnMut(FileName, SectorPlace, usize) -> usize) {
        for (name, file) in self.files.iter_mut() {
            let mut states: BTreeMap<u32, Vec<Option<Arc<Vec<u8>>>>> = BTreeMap::new();
            for Overwritten { chunk, before } in core::mem::take(&mut file.unsynced) {
                states.entry(chunk).or_default().push(before);
            }
            for (chunk, befores) in states.into_iter().rev() {
                let found = found_chunk(&befores, &file.chunks[chunk as usize], |place, newest| {
                    pick(*name, SectorPlace { chunk, ..place }, newest)
                });
                match found {
                    None if chunk as usize + 1 == file.chunks.len() => {
                        file.chunks.truncate(chunk as usize);
                        while file.chunks.len().checked_sub(1).is_some_and(|last| file.is_gap(last)) {
                            file.chunks.pop();
                        }
                    }
                    found => {
                        let hole = || Arc::new(vec![0; file.chunks[chunk as usize].len()]);
                        file.chunks[chunk as usize] = found.unwrap_or_else(hole);
                    }
                }
            }
            file.grown_from = None;
        }
        self.files.retain(|_, file| !file.chunks.is_empty());
    }
}

/// A sector of a file: in which chunk, and which of how many there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectorPlace {
    pub chunk: u32,
    pub sector: usize,
    pub of: usize,
}

/// What is found of a chunk that was in these states, and last in `newest`; `None` if it is not there.
fn found_chunk(
    befores: &[Option<Arc<Vec<u8>>>],
    newest: &Arc<Vec<u8>>,
    mut pick: impl FnMut(SectorPlace, usize) -> usize,
) -> Option<Arc<Vec<u8>>> {
    let of = newest.len().div_ceil(SECTOR_BYTES);
    let picks: Vec<usize> =
        (0..of).map(|sector| pick(SectorPlace { chunk: 0, sector, of }, befores.len()).min(befores.len())).collect();
    if picks.iter().all(|pick| *pick == 0) {
        return befores.first().cloned().flatten();
    }
    if picks.iter().all(|pick| *pick == befores.len()) {
        return Some(Arc::clone(newest));
    }
    let mut bytes = vec![0; newest.len()];
    for (sector, place) in bytes.chunks_mut(SECTOR_BYTES).enumerate() {
        let pick = picks[sector];
        let state = if pick == befores.len() { Some(newest) } else { befores[pick].as_ref() };
        let from = sector * SECTOR_BYTES;
        // A sector that the file did not have in that state reads as zeros.
        if let Some(found) = state.and_then(|state| state.get(from..from + place.len())) {
            place.copy_from_slice(found);
        }
    }
    Some(Arc::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_durable_is_told_from_what_is_written() {
        let (name, mut disk) = (FileName::Relation(RelationId(16)), Disk::default());
        let bytes = |byte| Arc::new(vec![byte; 8]);
        disk.write_chunk(name, 0, bytes(1));
        assert_eq!((disk.chunk(name, 0), disk.durable_chunk(name, 0)), (Some(&bytes(1)), None));
        disk.sync(name);
        disk.write_chunk(name, 0, bytes(2));
        disk.write_chunk(name, 0, bytes(3));
        assert_eq!((disk.chunk(name, 0), disk.durable_chunk(name, 0)), (Some(&bytes(3)), Some(&bytes(1))));
        disk.sync(name);
        assert_eq!(disk.durable_chunk(name, 0), Some(&bytes(3)));
    }

    const FILE: FileName = FileName::Relation(RelationId(16));

    #[test]
    fn what_lies_between_the_end_and_a_write_costs_little_and_goes_with_it() {
        let far = 1 << 20;
        let mut disk = Disk::default();
        disk.write_chunk(FILE, 0, Arc::new(vec![1; 4]));
        disk.sync(FILE);
        disk.write_chunk(FILE, far, Arc::new(vec![2; 4]));
        assert_eq!(disk.files.get(&FILE).map(|file| file.unsynced.len()), Some(2));
        assert_eq!((disk.chunk_count(FILE), disk.durable_chunk(FILE, far - 1)), (far + 1, None));
        let mut other = disk.clone();
        other.write_chunk(FILE, 7, Arc::new(vec![3; 4]));
        assert_eq!(other.durable_chunk(FILE, 7), None);
        disk.crash(|_, _, _| 0);
        assert_eq!(disk.chunk_count(FILE), 1);
        // The nearer of two writes is there, the farther is not.
        other.crash(|_, place, newest| if place.chunk == 7 { newest } else { 0 });
        assert_eq!((other.chunk_count(FILE), other.chunk(FILE, 7).map(|chunk| chunk[0])), (8, Some(3)));
        other.sync(FILE);
        assert_eq!(other.durable_chunk(FILE, 5).map(|chunk| chunk.len()), Some(0), "a hole is a hole");
    }

    #[test]
    fn a_crash_takes_what_was_not_synced() {
        let mut disk = Disk::default();
        disk.write_chunk(FILE, 0, Arc::new(vec![1; 4]));
        disk.sync(FILE);
        disk.write_chunk(FILE, 0, Arc::new(vec![2; 4]));
        disk.write_chunk(FILE, 2, Arc::new(vec![3; 4]));
        disk.write_into(FileName::Control, 0, &[9]);
        assert_eq!(disk.chunk_count(FILE), 3);
        disk.crash(|_, _, _| 0);
        assert_eq!(disk.chunk_count(FILE), 1);
        assert_eq!(disk.chunk(FILE, 0).map(|chunk| chunk[0]), Some(1));
        assert!(!disk.has(FileName::Control));
    }

    #[test]
    fn appends_since_a_sync_are_lost_together() {
        let log = FileName::Log(TimelineId(1), SegmentNumber(1));
        let mut disk = Disk::default();
        disk.write_chunk(log, 0, Arc::new(vec![0; 8]));
        disk.write_into(log, 0, &[1, 1]);
        disk.sync(log);
        disk.write_into(log, 2, &[2, 2]);
        disk.write_into(log, 4, &[3, 3]);
        disk.write_into(log, 7, &[4, 4]);
        assert_eq!(***disk.chunk(log, 0).unwrap(), [1, 1, 2, 2, 3, 3, 0, 0]);
        disk.crash(|_, _, _| 0);
        assert_eq!(***disk.chunk(log, 0).unwrap(), [1, 1, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_page_write_is_torn_between_sectors_and_a_sector_is_not() {
        let mut disk = Disk::default();
        disk.write_chunk(FILE, 0, Arc::new(vec![1; 2048]));
        disk.sync(FILE);
        disk.write_chunk(FILE, 0, Arc::new(vec![2; 2048]));
        disk.write_chunk(FILE, 0, Arc::new(vec![3; 2048]));
        disk.write_chunk(FILE, 1, Arc::new(vec![4; 2048]));
        disk.crash(|_, place, newest| {
            assert_eq!((place.of, newest), (4, 2));
            if place.chunk == 0 { [2, 0, 1, 2][place.sector] } else { 0 }
        });
        let sectors: Vec<u8> = disk.chunk(FILE, 0).unwrap().chunks(512).map(|sector| sector[511]).collect();
        assert_eq!((sectors, disk.chunk_count(FILE)), (vec![3, 1, 2, 3], 1));
        // What has come through is durable.
        disk.crash(|_, _, _| panic!("nothing is left to be lost"));
    }

    #[test]
    fn what_is_done_to_an_entry_stays_done() {
        let mut disk = Disk::default();
        let log = |segment| FileName::Log(TimelineId(1), SegmentNumber(segment));
        for segment in 1..=2 {
            disk.write_chunk(log(segment), 0, Arc::new(vec![0; 8]));
            disk.sync(log(segment));
        }
        disk.mark_archived(log(2));
        disk.remove(log(1));
        disk.crash(|_, _, _| 0);
        assert!(disk.is_archived(log(2)) && !disk.has(log(1)) && !disk.is_archived(log(1)));
    }
}
