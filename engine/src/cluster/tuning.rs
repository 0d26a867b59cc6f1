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
}

impl Tuning {
    /// The least number of pages with which any statement can be carried out.
    pub const BUFFERS_MIN: u32 = 4;
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning { buffers: 256, deadlock_timeout: Micros::SECOND, lock_timeout: Micros::ZERO, verify_backups: false }
    }
}
