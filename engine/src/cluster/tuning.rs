//! Settings that the simplest scenarios leave alone.

use crate::types::Micros;
use serde::{Deserialize, Serialize};

/// What an operator tunes. Only the whole engine reads these from a script; the smaller build runs with the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tuning {
    /// How many pages the buffer pool holds (PostgreSQL's `shared_buffers`), 4 at least.
    pub buffers: u32,
    /// How long a statement waits for a lock before it looks for a deadlock (PostgreSQL's `deadlock_timeout`).
    pub deadlock_timeout: Micros,
    /// How long a statement waits for a lock, zero for any time (PostgreSQL's `lock_timeout`); a session may say otherwise.
    pub lock_timeout: Micros,
    /// Every backup is verified as soon as it is complete.
    pub verify_backups: bool,
    /// How many incremental backups follow each full one of those that come by `backup every`; 0: they are all full.
    pub backup_chain: u32,
    /// What the first change of a page after a checkpoint logs (PostgreSQL's `full_page_writes` and `wal_compression`).
    pub page_images: PageImages,
    /// Whether a commit is acknowledged only when it is on disk (PostgreSQL's `synchronous_commit`). A session may choose for itself.
    pub synchronous_commit: bool,
    /// A commit that did not wait is on disk this long after it was acknowledged at the latest (PostgreSQL's `wal_writer_delay`).
    pub log_writer_delay: Micros,
    /// How long a commit waits for others that could share its flush (PostgreSQL's `commit_delay`, without `commit_siblings`).
    pub commit_delay: Micros,
    /// The log buffer is flushed when more than this is in it (PostgreSQL's `wal_buffers`).
    pub log_buffer_bytes: u64,
    /// A checkpoint begins this long after the last one began.
    pub checkpoint_timeout: Option<Micros>,
    /// A checkpoint begins when that many bytes of log have come since the last one began (PostgreSQL's `max_wal_size`, in effect).
    pub checkpoint_bytes: Option<u64>,
    /// Over how long such a checkpoint spreads the writing of its pages (PostgreSQL's `checkpoint_completion_target`, as a duration).
    pub checkpoint_spread: Micros,
    /// Whether log segments leave the server's disk when they are archived and no crash recovery would read them.
    pub recycle_segments: bool,
}

/// How a page goes into the log when it is first changed after a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageImages {
    /// As its change alone: a page write that is torn by a crash cannot be repaired.
    Off,
    /// Whole, but for the unused bytes in its middle.
    On,
    /// Whole and compressed.
    Compressed,
}

impl Tuning {
    /// The least number of pages with which any statement can be carried out.
    pub const BUFFERS_MIN: u32 = 4;
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            buffers: 256,
            deadlock_timeout: Micros::SECOND,
            lock_timeout: Micros::ZERO,
            verify_backups: false,
            backup_chain: 0,
            page_images: PageImages::On,
            synchronous_commit: true,
            log_writer_delay: Micros(200_000),
            commit_delay: Micros::ZERO,
            log_buffer_bytes: 16 << 20,
            checkpoint_timeout: None,
            checkpoint_bytes: None,
            checkpoint_spread: Micros::ZERO,
            recycle_segments: false,
        }
    }
}
