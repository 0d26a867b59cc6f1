//! What lies in the stores, and what of the past can be recovered to with it.
//!
//! A backup that is whole and whose log can be read to the archive's end reaches as far as the archive does, and goes on doing so until something befalls one of
//! them: so backup and log are read when they come and when something has happened to the stores, not each time.

use super::edge::Edge;
use super::gauge::Reading;
use crate::archive::{Archiving, StoreVolume};
use crate::backup::Manifest;
use crate::catalog::{is_whole, reaches, verify};
use crate::cluster::{Cluster, EventKind};
use crate::objectives::keeping::database_bytes;
use crate::types::Micros;

/// How far a backup reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Far {
    /// As far as the archive.
    Open,
    /// Up to a gap in the log.
    To(Micros),
    /// Nothing can be recovered from it.
    Nowhere,
}

/// A backup that was read.
#[derive(Debug, Clone)]
struct Known {
    label: String,
    ended: Micros,
    whole: bool,
    /// The log that it needs is still on its way to the archive: it is read again.
    fresh: bool,
    far: Far,
    gaps: usize,
}

/// What has befallen the stores since they were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stirred {
    Not,
    /// Something came or went as it should.
    Moved,
    /// What was known of backups and log may not hold any more.
    Damaged,
}

/// What was found when the stores were looked at last.
#[derive(Debug)]
pub(super) struct Stores {
    known: Vec<Known>,
    pub stored: i64,
    pub cost_per_gb: Reading,
    /// Since when there is something to go back to.
    first_backup: Option<Micros>,
}

impl Stores {
    pub fn new() -> Stores {
        Stores { known: Vec::new(), stored: 0, cost_per_gb: Reading::Unknown, first_backup: None }
    }

    /// What an event does to the stores.
    pub fn stirred(kind: &EventKind) -> Stirred {
        match kind {
            EventKind::Damaged { .. } | EventKind::SwitchedOver { .. } => Stirred::Damaged,
            EventKind::Archiving(archiving) => match archiving {
                Archiving::Partial { .. }
                | Archiving::SegmentDeleted { .. }
                | Archiving::KeyLost { .. }
                | Archiving::ArchiveGap { .. } => Stirred::Damaged,
                Archiving::Streamed { .. }
                | Archiving::SegmentComplete { .. }
                | Archiving::DuplicateAccepted { .. }
                | Archiving::BackupExpired { .. }
                | Archiving::BackupDeleted { .. }
                | Archiving::SegmentExpired { .. }
                | Archiving::SegmentMoved { .. } => Stirred::Moved,
                _ => Stirred::Not,
            },
            EventKind::BackupFinished { .. } | EventKind::BackupsMerged { .. } | EventKind::SegmentArchived { .. } => {
                Stirred::Moved
            }
            _ => Stirred::Not,
        }
    }

    /// Looks at them.
    pub fn look(&mut self, cluster: &Cluster, edge: &Edge, stirred: Stirred) {
        let mut catalog = cluster.backups().catalog();
        catalog.sort_by_key(|manifest| manifest.end_time);
        if stirred == Stirred::Damaged {
            self.known.clear();
        }
        let is_there = |known: &Known| catalog.iter().any(|manifest| manifest.label == known.label);
        self.known.retain(|known| !known.fresh && is_there(known));
        for manifest in &catalog {
            let index = self.known.partition_point(|known| known.ended <= manifest.end_time);
            if !self.known.iter().any(|known| known.label == manifest.label) {
                self.known.insert(index, read(cluster, manifest, edge));
            }
        }
        let first = self.known.iter().find(|known| known.whole && !known.fresh).map(|known| known.ended);
        self.first_backup = self.first_backup.or(first);
        let volumes = cluster.storage();
        let stored: u64 = volumes.iter().map(StoreVolume::bytes).sum();
        self.stored = i64::try_from(stored).unwrap_or(i64::MAX);
        let database = cluster.primary().map_or(0, database_bytes).saturating_mul(cluster.settings().scale);
        let cost: u64 = volumes.iter().map(StoreVolume::micro_dollars_per_month).sum();
        if let Some(cost) = (u128::from(cost) * 1_000_000_000).checked_div(u128::from(database)) {
            self.cost_per_gb = Reading::Is(i64::try_from(cost).unwrap_or(i64::MAX));
        }
    }

    /// Complete backups, and those that are damaged.
    pub fn backups(&self) -> [i64; 2] {
        [self.known.len() as i64, self.known.iter().filter(|known| !known.whole).count() as i64]
    }

    /// The most gaps that there are behind a backup.
    pub fn gaps(&self) -> i64 {
        self.known.iter().map(|known| known.gaps as i64).max().unwrap_or(0)
    }

    /// Thousandths of the window that can be recovered to. What is so new that it may still be on its way is not asked for: that is the point age's to watch.
    pub fn coverage(&self, edge: &Edge, now: Micros, begin: Micros, window: Option<Micros>, grace: Micros) -> Reading {
        let lives_to = edge.lives_to(now);
        let since = match self.first_backup {
            Some(first) => first,
            // A new database has an hour for its first backup.
            None if lives_to - begin <= Micros::HOUR => return Reading::Unknown,
            None => return Reading::Is(0),
        };
        let from = window.map_or(since, |window| since.max(lives_to - window));
        let until = lives_to - grace;
        if until <= from {
            return Reading::Unknown;
        }
        let (mut held, mut to) = (0, from);
        for known in &self.known {
            let far = match known.far {
                Far::Open => edge.covers_to(now),
                Far::To(far) => far,
                Far::Nowhere => continue,
            };
            let (begins, ends) = (known.ended.max(to), far.min(until));
            held += (ends - begins).0.max(0);
            to = to.max(ends);
        }
        let share = i128::from(held) * 1000 / i128::from((until - from).0);
        Reading::Is(i64::try_from(share).unwrap_or(0))
    }
}

fn read(cluster: &Cluster, manifest: &Manifest, edge: &Edge) -> Known {
    // What is wrong with the log shows in how far it reaches.
    let whole = is_whole(&verify(cluster.backups(), cluster.archive(), &manifest.label));
    let timeline = cluster.primary().map(|primary| primary.log.timeline());
    let along = reaches(manifest, cluster.archive());
    let reach = along.iter().find(|reach| Some(reach.timeline) == timeline).or(along.last());
    let is_of_use = reach.is_some_and(|reach| reach.range.is_ok());
    let gaps = reach.map_or(0, |reach| reach.gaps.len());
    let far = match reach {
        Some(reach) if whole && is_of_use && gaps > 0 => {
            Far::To(reach.last.and_then(|last| last.time).unwrap_or(manifest.end_time))
        }
        Some(_) if whole && is_of_use => Far::Open,
        _ => Far::Nowhere,
    };
    let fresh = !is_of_use && edge.will_hold(manifest.end);
    Known { label: manifest.label.clone(), ended: manifest.end_time, whole, fresh, far, gaps }
}
