//! Where archive and backups are kept: four kinds of stores, as data.
//!
//! | kind | durability over a year | first byte | a GB for a month | for |
//! | --- | --- | --- | --- | --- |
//! | `local` | 99 % (one disk) | 0.5 ms | 0.10 $ | development, basic recovery |
//! | `nas` | 99.99 % (RAID) | 5 ms | 0.15 $ | operational recovery |
//! | `object` | 99.999999999 % | 100 ms | 0.023 $ | the archive |
//! | `cold` | 99.999999999 % | 100 ms to write, 4 hours to read | 0.001 $ | compliance |
//!
//! The figures are round ones of the right size: of one disk's yearly failure rate, of a RAID's, of what the large object stores promise and
//! charge. What they are here to show is their order. Prices are whole millionths of a dollar, a GB is 10^9 bytes.

use crate::cluster::Device;
use crate::types::Micros;
use serde::{Deserialize, Serialize};

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StoreKind {
    Local,
    Nas,
    #[default]
    Object,
    Cold,
}

impl StoreKind {
    /// All of them, from the nearest to the farthest.
    pub const ALL: [StoreKind; 4] = [StoreKind::Local, StoreKind::Nas, StoreKind::Object, StoreKind::Cold];

    /// The word for it in scripts.
    pub fn word(self) -> &'static str {
        match self {
            StoreKind::Local => "local",
            StoreKind::Nas => "nas",
            StoreKind::Object => "object",
            StoreKind::Cold => "cold",
        }
    }

    /// Latency and bandwidth.
    pub fn device(self) -> Device {
        match self {
            StoreKind::Local => Device { latency: Micros(500), bytes_per_second: 500_000_000 },
            StoreKind::Nas => Device { latency: Micros(5_000), bytes_per_second: 300_000_000 },
            StoreKind::Object | StoreKind::Cold => Device { latency: Micros(100_000), bytes_per_second: 200_000_000 },
        }
    }

    /// How long what is to be read has to be asked for in advance. All that is asked for at once comes at once.
    pub fn retrieval(self) -> Micros {
        match self {
            StoreKind::Cold => Micros(4 * Micros::HOUR.0),
            StoreKind::Local | StoreKind::Nas | StoreKind::Object => Micros::ZERO,
        }
    }

    /// What a GB costs for a month, in millionths of a dollar.
    pub fn micro_dollars_per_gb_month(self) -> u64 {
        match self {
            StoreKind::Local => 100_000,
            StoreKind::Nas => 150_000,
            StoreKind::Object => 23_000,
            StoreKind::Cold => 1_000,
        }
    }

    /// The chance that an object is still there after a year, in nines: 11 stands for 99.999999999 %.
    pub fn nines(self) -> u8 {
        match self {
            StoreKind::Local => 2,
            StoreKind::Nas => 4,
            StoreKind::Object | StoreKind::Cold => 11,
        }
    }
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreVolume {
    pub store: StoreKind,
    pub objects: u64,
    /// Bytes times the scenario's scale: of log, of backups.
    pub log_bytes: u64,
    pub backup_bytes: u64,
}

impl StoreVolume {
    pub fn bytes(&self) -> u64 {
        self.log_bytes.saturating_add(self.backup_bytes)
    }

    /// What it costs for a month, in millionths of a dollar, rounded up.
    pub fn micro_dollars_per_month(&self) -> u64 {
        let cost = u128::from(self.bytes()) * u128::from(self.store.micro_dollars_per_gb_month());
        u64::try_from(cost.div_ceil(1_000_000_000)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stores_stand_in_their_order() {
        let all = StoreKind::ALL;
        assert!(all.windows(2).all(|pair| pair[0].device().latency <= pair[1].device().latency));
        assert!(all.windows(2).all(|pair| pair[0].nines() <= pair[1].nines()));
        assert!(StoreKind::Cold.micro_dollars_per_gb_month() < StoreKind::Object.micro_dollars_per_gb_month());
        let volume = StoreVolume { store: StoreKind::Object, objects: 1, log_bytes: 1_500_000_000, backup_bytes: 0 };
        assert_eq!(volume.micro_dollars_per_month(), 34_500);
    }
}
