//! What can be turned about a policy, one thing at a time.

use super::policy::{Burst, Policy};
use crate::archive::StoreKind;
use crate::types::Micros;

/// A thing to turn. Its values are whole numbers: microseconds, bytes, counts; 0 is off where that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knob {
    /// `backup every`
    Cadence,
    /// `backup chain`
    Chain,
    /// `archive timeout`; off: segments go when they are full.
    ArchiveTimeout,
    /// `archive streaming`: how far behind.
    Streaming,
    /// `checkpoint timeout`
    Checkpoint,
    /// `retention`
    Retention,
    /// `cold after`
    ColdAfter,
    Copies,
    Prefetch,
    Workers,
    /// 1: on.
    Validation,
    Detect,
    Decide,
    /// The store of the backups and of the archive: which of [`StoreKind::ALL`].
    BackupStore,
    ArchiveStore,
    /// How many bytes a second come from each of them, and how many are replayed and checked.
    BackupSpeed,
    ArchiveSpeed,
    RedoSpeed,
    ValidateSpeed,
    Database,
    CommitEvery,
    RowBytes,
    /// `burst`: how many rows at once, and how often; each off puts both off.
    BurstRows,
    BurstEvery,
}

/// What a burst is like of which only the one or the other is said.
const USUAL_BURST: Burst = Burst { every: Micros(6 * Micros::HOUR.0), rows: 100_000 };
/// The least speed, bytes a second.
const LEAST_SPEED: i64 = 1_000;

impl Knob {
    pub const ALL: [Knob; 24] = [
        Knob::Cadence,
        Knob::Chain,
        Knob::ArchiveTimeout,
        Knob::Streaming,
        Knob::Checkpoint,
        Knob::Retention,
        Knob::ColdAfter,
        Knob::Copies,
        Knob::Prefetch,
        Knob::Workers,
        Knob::Validation,
        Knob::Detect,
        Knob::Decide,
        Knob::BackupStore,
        Knob::ArchiveStore,
        Knob::BackupSpeed,
        Knob::ArchiveSpeed,
        Knob::RedoSpeed,
        Knob::ValidateSpeed,
        Knob::Database,
        Knob::CommitEvery,
        Knob::RowBytes,
        Knob::BurstRows,
        Knob::BurstEvery,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Knob::Cadence => "cadence",
            Knob::Chain => "chain",
            Knob::ArchiveTimeout => "archive_timeout",
            Knob::Streaming => "streaming",
            Knob::Checkpoint => "checkpoint",
            Knob::Retention => "retention",
            Knob::ColdAfter => "cold_after",
            Knob::Copies => "copies",
            Knob::Prefetch => "prefetch",
            Knob::Workers => "workers",
            Knob::Validation => "validation",
            Knob::Detect => "detect",
            Knob::Decide => "decide",
            Knob::BackupStore => "backup_store",
            Knob::ArchiveStore => "archive_store",
            Knob::BackupSpeed => "backup_speed",
            Knob::ArchiveSpeed => "archive_speed",
            Knob::RedoSpeed => "redo_speed",
            Knob::ValidateSpeed => "validate_speed",
            Knob::Database => "database",
            Knob::CommitEvery => "commit_every",
            Knob::RowBytes => "row_bytes",
            Knob::BurstRows => "burst_rows",
            Knob::BurstEvery => "burst_every",
        }
    }

    /// Whether its values are spans of time.
    pub fn is_time(self) -> bool {
        !matches!(
            self,
            Knob::Chain
                | Knob::Copies
                | Knob::Prefetch
                | Knob::Workers
                | Knob::Validation
                | Knob::BackupStore
                | Knob::ArchiveStore
                | Knob::BackupSpeed
                | Knob::ArchiveSpeed
                | Knob::RedoSpeed
                | Knob::ValidateSpeed
                | Knob::Database
                | Knob::RowBytes
                | Knob::BurstRows
        )
    }

    /// How it stands.
    pub fn read(self, policy: &Policy) -> i64 {
        let off = |span: Option<Micros>| span.map_or(0, |span| span.0);
        let place = |kind| StoreKind::ALL.iter().position(|other| *other == kind).unwrap_or(0) as i64;
        let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let set = &policy.settings;
        match self {
            Knob::Cadence => policy.cadence().0,
            Knob::Chain => set.tuning.backup_chain.into(),
            Knob::ArchiveTimeout => off(set.archive_timeout),
            Knob::Streaming => off(set.archiving.streaming),
            Knob::Checkpoint => off(set.tuning.checkpoint_timeout),
            Knob::Retention => off(set.archiving.retention),
            Knob::ColdAfter => off(set.archiving.cold_after),
            Knob::Copies => policy.copies.into(),
            Knob::Prefetch => policy.effort.prefetch.into(),
            Knob::Workers => policy.effort.workers.into(),
            Knob::Validation => policy.validate.into(),
            Knob::Detect => policy.detect.0,
            Knob::Decide => policy.decide.0,
            Knob::BackupStore => place(set.archiving.backup_store),
            Knob::ArchiveStore => place(set.archiving.archive_store),
            Knob::BackupSpeed => bytes(set.devices.backup_store.bytes_per_second),
            Knob::ArchiveSpeed => bytes(set.devices.archive_store.bytes_per_second),
            Knob::RedoSpeed => bytes(set.devices.redo_bytes_per_second),
            Knob::ValidateSpeed => bytes(set.devices.validate_bytes_per_second),
            Knob::Database => bytes(policy.shape.database_bytes),
            Knob::CommitEvery => policy.shape.commit_every.0,
            Knob::RowBytes => policy.shape.row_bytes.into(),
            Knob::BurstRows => policy.shape.burst.map_or(0, |burst| burst.rows.into()),
            Knob::BurstEvery => off(policy.shape.burst.map(|burst| burst.every)),
        }
    }

    /// Turns it. What is out of its range is set to the nearest that is not.
    pub fn turn(self, policy: &mut Policy, to: i64) {
        let span = |least: Micros| Micros(to.clamp(least.0, 400 * Micros::DAY.0));
        let off = |least: Micros| (to > 0).then(|| span(least));
        let count = |least: i64, most: i64| to.clamp(least, most) as u32;
        let speed = to.max(LEAST_SPEED).unsigned_abs();
        let burst = policy.shape.burst.unwrap_or(USUAL_BURST);
        let set = &mut policy.settings;
        match self {
            Knob::Cadence => set.backup_every = Some(span(Micros::MINUTE)),
            Knob::Chain => set.tuning.backup_chain = count(0, 100),
            Knob::ArchiveTimeout => set.archive_timeout = off(Micros::SECOND),
            Knob::Streaming => set.archiving.streaming = off(Micros(1)),
            Knob::Checkpoint => set.tuning.checkpoint_timeout = off(Micros::SECOND),
            Knob::Retention => set.archiving.retention = off(Micros::HOUR),
            Knob::ColdAfter => set.archiving.cold_after = off(Micros::HOUR),
            Knob::Copies => policy.copies = count(1, 10),
            Knob::Prefetch => policy.effort.prefetch = count(0, 100),
            Knob::Workers => policy.effort.workers = count(1, 100),
            Knob::Validation => policy.validate = to != 0,
            Knob::Detect => policy.detect = span(Micros::ZERO),
            Knob::Decide => policy.decide = span(Micros::ZERO),
            Knob::BackupStore => {
                let archive = set.archiving.archive_store;
                let (kind, device) = (kind(to), set.devices.archive_store);
                policy.store(archive, kind);
                policy.settings.devices.archive_store = device;
            }
            Knob::ArchiveStore => {
                let backups = set.archiving.backup_store;
                let (kind, device) = (kind(to), set.devices.backup_store);
                policy.store(kind, backups);
                policy.settings.devices.backup_store = device;
            }
            Knob::BackupSpeed => set.devices.backup_store.bytes_per_second = speed,
            Knob::ArchiveSpeed => set.devices.archive_store.bytes_per_second = speed,
            Knob::RedoSpeed => set.devices.redo_bytes_per_second = speed,
            Knob::ValidateSpeed => set.devices.validate_bytes_per_second = speed,
            Knob::Database => policy.shape.database_bytes = to.clamp(1 << 20, 1 << 50).unsigned_abs(),
            Knob::CommitEvery => policy.shape.commit_every = span(Micros::MILLISECOND),
            Knob::RowBytes => policy.shape.row_bytes = count(1, 1 << 20),
            Knob::BurstRows => policy.shape.burst = (to > 0).then(|| Burst { rows: count(1, 10_000_000), ..burst }),
            Knob::BurstEvery => policy.shape.burst = off(Micros::SECOND).map(|every| Burst { every, ..burst }),
        }
    }
}

fn kind(index: i64) -> StoreKind {
    let last = StoreKind::ALL.len() as i64 - 1;
    StoreKind::ALL[index.clamp(0, last) as usize]
}
