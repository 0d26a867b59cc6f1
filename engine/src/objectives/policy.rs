//! A policy: all that somebody decides about keeping and recovering a database, and what the database does.
//!
//! Where a scenario has a setting for it, the policy has that setting, under the same name; see [`Policy::settings`]. A real database's size and pace stand in its [`Shape`]: how they come down to
//! what the engine runs is [`history`](super::history)'s business.

use crate::archive::StoreKind;
use crate::cluster::{Effort, Settings};
use crate::types::Micros;

/// What is kept of a database, where, how long; how fast the machines are; what people do; what the database is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What a scenario's settings say: `backup every`, `backup chain`, `archive timeout`, `archive streaming`, `checkpoint timeout`, `retention`, `cold after`, `encryption`, the stores and the
    /// devices. Seed, date, scale and sizes are those of a history, and not looked at.
    pub settings: Settings,
    pub effort: Effort,
    /// How many copies are kept of everything, from 1 up. Each costs; what befalls one of several costs nothing else.
    pub copies: u32,
    /// Whether the recovered server is looked through before it is used.
    pub validate: bool,
    /// From a failure to somebody who knows of it, and from there to the decision to recover.
    pub detect: Micros,
    pub decide: Micros,
    pub shape: Shape,
}

/// What the database is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// How large it is when its history begins.
    pub database_bytes: u64,
    /// A transaction each time this long after the last, which inserts so many rows of so many bytes.
    pub commit_every: Micros,
    pub rows: u32,
    pub row_bytes: u32,
    /// What comes besides, all at once.
    pub burst: Option<Burst>,
    /// A log segment of the real server, a power of two.
    pub segment_bytes: u64,
}

/// A transaction of that many rows, each time this long after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    pub every: Micros,
    pub rows: u32,
}

/// What a row and a transaction cost in log beside the row itself, in bytes: the headers of PostgreSQL's records, round.
const ROW_LOG_BYTES: u64 = 50;
const COMMIT_LOG_BYTES: u64 = 34;

impl Shape {
    /// Bytes of log of a transaction.
    pub fn commit_bytes(&self) -> u64 {
        u64::from(self.rows.max(1)) * (u64::from(self.row_bytes) + ROW_LOG_BYTES) + COMMIT_LOG_BYTES
    }

    /// Bytes of log of so much time, bursts included.
    pub fn log_bytes(&self, span: Micros) -> u64 {
        let count = |every: Micros| u128::from((span.0.max(0) / every.0.max(1)).unsigned_abs());
        let burst = self.burst.map_or(0, |burst| {
            count(burst.every)
                * u128::from(u64::from(burst.rows) * (u64::from(self.row_bytes) + ROW_LOG_BYTES) + COMMIT_LOG_BYTES)
        });
        u64::try_from(count(self.commit_every) * u128::from(self.commit_bytes()) + burst).unwrap_or(u64::MAX)
    }

    /// How long the transactions take to fill a segment.
    pub fn fills_segment_in(&self) -> Micros {
        let commits = self.segment_bytes.div_ceil(self.commit_bytes().max(1));
        Micros(self.commit_every.0.saturating_mul(i64::try_from(commits).unwrap_or(i64::MAX)))
    }
}

impl Policy {
    /// From one base backup to the next, full or not.
    pub fn cadence(&self) -> Micros {
        self.settings.backup_every.unwrap_or(Micros::DAY).max(Micros::MINUTE)
    }

    /// From one full backup to the next.
    pub fn full_every(&self) -> Micros {
        Micros(self.cadence().0.saturating_mul(i64::from(self.settings.tuning.backup_chain) + 1))
    }

    /// How long a segment is open before it goes to the archive, if the transactions do not fill it sooner.
    pub fn segment_every(&self) -> Micros {
        let fills = self.shape.fills_segment_in();
        self.settings.archive_timeout.map_or(fills, |timeout| timeout.min(fills)).max(Micros::SECOND)
    }

    /// How far back anybody may want to go.
    pub fn window(&self) -> Micros {
        self.settings.archiving.retention.unwrap_or(Micros(self.full_every().0.saturating_mul(2)))
    }

    /// Whether log goes to the archive as it is flushed.
    pub fn streams(&self) -> bool {
        self.settings.archiving.streaming.is_some()
    }

    /// Puts log and backups into a kind of store, with the device that it usually has.
    pub fn store(&mut self, archive: StoreKind, backups: StoreKind) {
        let settings = &mut self.settings;
        (settings.archiving.archive_store, settings.devices.archive_store) = (archive, archive.device());
        (settings.archiving.backup_store, settings.devices.backup_store) = (backups, backups.device());
    }
}
