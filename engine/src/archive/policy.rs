//! What can be set about the archive.

use super::StoreKind;
use crate::types::Micros;
use serde::{Deserialize, Serialize};

/// How log is kept, and how long. Only the whole engine reads it from a script; the smaller build runs with the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivePolicy {
    /// Log is sent to the archive as it is flushed, this long later than the store's own latency makes it.
    pub streaming: Option<Micros>,
    /// Whole segments are sent to the archive.
    pub segments: bool,
    /// Where log and backups are kept.
    pub archive_store: StoreKind,
    pub backup_store: StoreKind,
    /// Segments that have been in the archive this long are moved to the cold store.
    pub cold_after: Option<Micros>,
    /// The window: any time this far back can be recovered to. What is needed for that stays, what is not goes.
    pub retention: Option<Micros>,
    /// How often what is past the window is deleted.
    pub expire_every: Micros,
    /// The stores let nobody delete anything before it is that old.
    pub immutable: Option<Micros>,
    /// Segments and backups are encrypted.
    pub encryption: bool,
    /// How many bytes of log the primary's disk holds; `None`: any number.
    pub log_disk: Option<u64>,
    /// What happens when it is full of log that could not be archived.
    pub when_full: WhenFull,
}

/// The choice where log cannot be archived and its disk is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum WhenFull {
    /// The server refuses to write.
    #[default]
    Stop,
    /// The oldest log goes, archived or not.
    Lose,
}

impl Default for ArchivePolicy {
    fn default() -> ArchivePolicy {
        ArchivePolicy {
            streaming: None,
            segments: true,
            archive_store: StoreKind::Object,
            backup_store: StoreKind::Object,
            cold_after: None,
            retention: None,
            expire_every: Micros::DAY,
            immutable: None,
            encryption: false,
            log_disk: None,
            when_full: WhenFull::Stop,
        }
    }
}
