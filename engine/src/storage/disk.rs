//! A disk that tells what is durable from what is merely written.
//!
//! A file is a list of chunks of one size: a log segment is a file of one chunk, a table's file has a chunk a page. A write is in the
//! system's cache until [`Disk::sync`]; a crash undoes any share of the writes since then. Chunks are shared with clones, backups and
//! the archive, and copied only when they change.

use crate::types::{RelationId, SegmentNumber, TimelineId};
use litemap::LiteMap;
use std::sync::Arc;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// One file.
#[derive(Debug, Clone, Default)]
struct File {
    chunks: Vec<Arc<Vec<u8>>>,
    /// What the writes since the last sync replaced, oldest first.
    unsynced: Vec<Overwritten>,
}

/// The chunk that a write replaced; `None` if the write made it.
#[derive(Debug, Clone)]
struct Overwritten {
    chunk: u32,
    before: Option<Arc<Vec<u8>>>,
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
        if file.chunks.len() <= index {
            // To undo it, the file ends here again.
            file.unsynced.push(Overwritten { chunk: file.chunks.len() as u32, before: None });
            file.chunks.resize(index + 1, Arc::default());
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
            file.unsynced.clear();
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

    /// Makes all writes to a file durable.
    pub fn sync(&mut self, name: FileName) {
        if let Some(file) = self.files.get_mut(&name) {
            file.unsynced.clear();
        }
    }

    /// A chunk as last written.
    pub fn chunk(&self, name: FileName, chunk: u32) -> Option<&Arc<Vec<u8>>> {
        self.files.get(&name)?.chunks.get(chunk as usize)
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

    /// Power off: writes since each file's last sync are gone.
    pub fn crash(&mut self) {
        for (_, file) in self.files.iter_mut() {
            for overwritten in core::mem::take(&mut file.unsynced).into_iter().rev() {
                match overwritten.before {
                    Some(before) => file.chunks[overwritten.chunk as usize] = before,
                    None => file.chunks.truncate(overwritten.chunk as usize),
                }
            }
        }
        self.files.retain(|_, file| !file.chunks.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileName = FileName::Relation(RelationId(16));

    #[test]
    fn a_crash_takes_what_was_not_synced() {
        let mut disk = Disk::default();
        disk.write_chunk(FILE, 0, Arc::new(vec![1; 4]));
        disk.sync(FILE);
        disk.write_chunk(FILE, 0, Arc::new(vec![2; 4]));
        disk.write_chunk(FILE, 2, Arc::new(vec![3; 4]));
        disk.write_into(FileName::Control, 0, &[9]);
        assert_eq!(disk.chunk_count(FILE), 3);
        disk.crash();
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
        disk.crash();
        assert_eq!(***disk.chunk(log, 0).unwrap(), [1, 1, 0, 0, 0, 0, 0, 0]);
    }
}
