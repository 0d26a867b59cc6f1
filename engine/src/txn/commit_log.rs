//! The commit log: two bits for each transaction.
//!
//! ```text
//! 00  in progress, or never ended: not visible
//! 01  committed
//! 10  aborted
//! ```
//!
//! It lives in memory in chunks and is written to its file by a checkpoint; what came later is in the log's commit and abort records.
//! A chunk none of whose transactions has ended takes no memory and is empty in the file: numbers may begin anywhere.

use crate::types::Xid;
use litemap::LiteMap;
use std::sync::Arc;

/// Bytes of a chunk: 4096 transactions.
const CHUNK_BYTES: usize = 1024;
const PER_CHUNK: u32 = CHUNK_BYTES as u32 * 4;

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Running, or cut off before its end.
    Open,
    Committed,
    Aborted,
}

/// The fates of all transactions.
#[derive(Debug, Clone, Default)]
pub struct CommitLog {
    /// The chunks that are not empty, by number.
    chunks: LiteMap<u32, Arc<Vec<u8>>>,
    changed: LiteMap<u32, ()>,
}

impl CommitLog {
    /// The commit log that a file's chunks hold; it ends before one that is neither whole nor empty.
    pub fn from_chunks(chunks: impl Iterator<Item = Arc<Vec<u8>>>) -> CommitLog {
        let is_chunk = |chunk: &Arc<Vec<u8>>| chunk.len() == CHUNK_BYTES || chunk.is_empty();
        let whole = (0..).zip(chunks.take_while(is_chunk));
        CommitLog { chunks: whole.filter(|(_, chunk)| !chunk.is_empty()).collect(), changed: LiteMap::new() }
    }

    /// The fate of a transaction.
    pub fn fate(&self, xid: Xid) -> Fate {
        let byte = self
            .chunks
            .get(&(xid.0 / PER_CHUNK))
            .and_then(|chunk| chunk.get((xid.0 % PER_CHUNK / 4) as usize))
            .copied()
            .unwrap_or(0);
        match byte >> (xid.0 % 4 * 2) & 3 {
            1 => Fate::Committed,
            2 => Fate::Aborted,
            _ => Fate::Open,
        }
    }

    /// Notes the end of a transaction.
    pub fn set(&mut self, xid: Xid, fate: Fate) {
        let index = xid.0 / PER_CHUNK;
        let bits = match fate {
            Fate::Open => 0,
            Fate::Committed => 1,
            Fate::Aborted => 2,
        };
        let shift = xid.0 % 4 * 2;
        let chunk = Arc::make_mut(self.chunks.entry(index).or_default());
        chunk.resize(CHUNK_BYTES, 0);
        let byte = &mut chunk[(xid.0 % PER_CHUNK / 4) as usize];
        *byte = *byte & !(3 << shift) | bits << shift;
        self.changed.insert(index, ());
    }

    /// The chunks that have changed since this was last asked, by number.
    pub fn take_changed(&mut self) -> Vec<(u32, Arc<Vec<u8>>)> {
        core::mem::take(&mut self.changed)
            .into_iter()
            .filter_map(|(index, ())| Some((index, Arc::clone(self.chunks.get(&index)?))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_are_kept_apart() {
        let mut log = CommitLog::default();
        for xid in [1, 2, 3, 4, 5000] {
            log.set(Xid(xid), if xid % 2 == 0 { Fate::Committed } else { Fate::Aborted });
        }
        log.set(Xid(3), Fate::Committed);
        let fates: Vec<Fate> = (0..6).map(|xid| log.fate(Xid(xid))).collect();
        use Fate::{Aborted, Committed, Open};
        assert_eq!(fates, [Open, Aborted, Committed, Committed, Committed, Open]);
        assert_eq!(log.fate(Xid(5000)), Committed);
        assert_eq!(log.fate(Xid(u32::MAX)), Open);
        let changed = log.take_changed();
        assert_eq!(changed.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1]);
        assert!(log.take_changed().is_empty());
        let again = CommitLog::from_chunks(changed.into_iter().map(|(_, chunk)| chunk));
        assert_eq!(again.fate(Xid(5000)), Committed);
    }

    #[test]
    fn numbers_may_begin_anywhere() {
        let mut log = CommitLog::default();
        log.set(Xid(u32::MAX - 1), Fate::Committed);
        assert_eq!(log.fate(Xid(u32::MAX - 1)), Fate::Committed);
        assert_eq!(log.fate(Xid(4096)), Fate::Open);
        let changed = log.take_changed();
        assert_eq!(changed.len(), 1, "the chunks before hold nothing");
        let file = [vec![Arc::default(); 7], vec![Arc::clone(&changed[0].1)]].concat();
        assert_eq!(CommitLog::from_chunks(file.into_iter()).fate(Xid(8 * PER_CHUNK - 2)), Fate::Committed);
    }
}
