//! Policies to begin with: five places, with round numbers of the right size.

use super::policy::{Burst, Policy, Shape};
use crate::archive::StoreKind;
use crate::cluster::{Effort, Settings};
use crate::types::Micros;

/// A policy that stands for a kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preset {
    /// One machine, one disk beside it, a nightly copy.
    Laptop,
    /// A server with a NAS.
    Server,
    /// A managed service: streaming to an object store, five weeks.
    Cloud,
    /// A great deal of data, loaded in batches, most of it cold.
    Warehouse,
    /// Little data that must not be lost.
    Ledger,
}

const KIB: u64 = 1 << 10;
const MB: u64 = 1_000_000;
const GB: u64 = 1_000 * MB;

impl Preset {
    pub const ALL: [Preset; 5] = [Preset::Laptop, Preset::Server, Preset::Cloud, Preset::Warehouse, Preset::Ledger];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Laptop => "laptop",
            Preset::Server => "server",
            Preset::Cloud => "cloud",
            Preset::Warehouse => "warehouse",
            Preset::Ledger => "ledger",
        }
    }

    /// What is done there.
    pub fn policy(self) -> Policy {
        let minutes = |count: i64| Micros(count * Micros::MINUTE.0);
        let hours = |count: i64| Micros(count * Micros::HOUR.0);
        let days = |count: i64| Micros(count * Micros::DAY.0);
        let mut policy = Policy {
            settings: Settings::default(),
            effort: Effort::default(),
            copies: 1,
            validate: true,
            detect: minutes(5),
            decide: minutes(10),
            shape: Shape {
                database_bytes: 20 * GB,
                commit_every: Micros(20_000),
                rows: 1,
                row_bytes: 200,
                burst: None,
                segment_bytes: 16 << 20,
            },
        };
        let set = &mut policy.settings;
        match self {
            Preset::Laptop => {
                (set.backup_every, set.archive_timeout, set.archiving.retention) =
                    (Some(hours(24)), Some(minutes(60)), Some(days(7)));
                policy.shape = Shape {
                    database_bytes: 2 * GB,
                    commit_every: Micros::SECOND,
                    segment_bytes: 1024 * KIB,
                    ..policy.shape
                };
                policy.store(StoreKind::Local, StoreKind::Local);
                policy.detect = hours(1);
            }
            Preset::Server => {
                (set.backup_every, set.archive_timeout, set.archiving.retention) =
                    (Some(hours(24)), Some(minutes(5)), Some(days(14)));
                policy.store(StoreKind::Nas, StoreKind::Nas);
            }
            Preset::Cloud => {
                (set.backup_every, set.archive_timeout, set.archiving.retention) =
                    (Some(hours(24)), Some(minutes(5)), Some(days(35)));
                set.archiving.streaming = Some(Micros(100_000));
                set.archiving.encryption = true;
                policy.effort = Effort { prefetch: 4, workers: 2 };
                policy.shape = Shape { database_bytes: 100 * GB, commit_every: Micros(5_000), ..policy.shape };
                (policy.detect, policy.decide) = (minutes(1), minutes(5));
            }
            Preset::Warehouse => {
                (set.backup_every, set.archive_timeout, set.archiving.retention) =
                    (Some(hours(24)), Some(minutes(15)), Some(days(35)));
                set.tuning.backup_chain = 6;
                set.archiving.cold_after = Some(days(14));
                policy.effort = Effort { prefetch: 8, workers: 4 };
                policy.shape = Shape {
                    database_bytes: 2_000 * GB,
                    commit_every: Micros(100_000),
                    rows: 20,
                    row_bytes: 400,
                    burst: Some(Burst { every: hours(6), rows: 10_000_000 }),
                    segment_bytes: 64 << 20,
                };
            }
            Preset::Ledger => {
                (set.backup_every, set.archive_timeout, set.archiving.retention) =
                    (Some(hours(6)), Some(minutes(1)), Some(days(90)));
                set.archiving.streaming = Some(Micros(10_000));
                set.archiving.encryption = true;
                set.tuning.backup_chain = 3;
                policy.effort = Effort { prefetch: 4, workers: 4 };
                policy.copies = 2;
                policy.shape = Shape { database_bytes: 40 * GB, commit_every: Micros(4_000), rows: 2, ..policy.shape };
                (policy.detect, policy.decide) = (minutes(1), minutes(2));
            }
        }
        policy
    }
}
