//! The catalog: what can be recovered to, from which backup, with which segments.
//!
//! All of it is found out from the stored bytes of backup store and archive, and from nothing of any server: what the catalog says holds
//! when every server is gone. It keeps nothing; it is made anew whenever it is asked for.
//!
//! * [`verify`] reads a backup, and the log that it needs, against what they say of themselves.
//! * [`reach`] finds the earliest and latest target of a backup, the gaps in the log, and the segments that a target needs.
//! * [`choice`] says which backup a recovery should start from, and why not another.

mod choice;
mod reach;
mod verify;

pub use choice::{Choice, Verdict, choose};
pub(crate) use choice::{choose_among, ends_in_time};
pub use reach::{Gap, Point, Reach, segments_for};
#[cfg(feature = "whole")]
pub(crate) use reach::{reach, reaches};
pub use verify::{Defect, Verification, verify};

use crate::archive::Archive;
use crate::backup::{BackupStore, Manifest};
use crate::types::{Micros, TimelineId};

/// What can be recovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The complete backups, the oldest first; those whose manifests cannot be read last.
    pub backups: Vec<Entry>,
}

/// A backup and what can be recovered from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    /// `None`: it cannot be read.
    pub manifest: Option<Manifest>,
    /// The backups that are restored for it, the full one first; as far as they are known.
    pub chain: Vec<String>,
    pub verification: Verification,
    /// Along each timeline on whose history it lies.
    pub reaches: Vec<Reach>,
}

/// Whether a backup's own bytes are whole, whatever is wrong with its log.
pub(crate) fn is_whole(found: &Verification) -> bool {
    found.defects.iter().all(|defect| {
        matches!(defect, Defect::SegmentMissing { .. } | Defect::LogEnds { .. } | Defect::NoBackupEnd { .. })
    })
}

/// A point that can be recovered to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restorable {
    pub backup: String,
    pub timeline: TimelineId,
    pub point: Point,
}

impl Entry {
    /// Whether its bytes are whole. What is wrong with the log shows in the reaches.
    pub fn is_whole(&self) -> bool {
        is_whole(&self.verification)
    }

    fn restorables(&self, pick: impl Fn((Point, Point)) -> Point) -> impl Iterator<Item = Restorable> {
        let reaches = self.reaches.iter().filter(|_| self.is_whole());
        reaches.filter_map(move |reach| {
            let point = pick(reach.range.clone().ok()?);
            Some(Restorable { backup: self.label.clone(), timeline: reach.timeline, point })
        })
    }
}

impl Catalog {
    /// Reads the backup store and the archive.
    pub fn read(backups: &BackupStore, archive: &Archive) -> Catalog {
        let readable = backups.catalog().into_iter().map(|manifest| (manifest.label.clone(), Some(manifest)));
        let unreadable =
            backups.iter().filter(|(_, stored)| !stored.manifest.is_empty() && stored.read_manifest().is_none());
        let all = readable.chain(unreadable.map(|(label, _)| (label.to_owned(), None)));
        let entries = all.map(|(label, manifest)| {
            let (elements, _) = backups.elements(&label);
            let chain = elements.into_iter().rev().map(|element| element.label).collect();
            let reaches = manifest.as_ref().map(|manifest| reach::reaches(manifest, archive)).unwrap_or_default();
            Entry { verification: verify(backups, archive, &label), label, manifest, chain, reaches }
        });
        Catalog { backups: entries.collect() }
    }

    /// What is known of a backup.
    pub fn backup(&self, label: &str) -> Option<&Entry> {
        self.backups.iter().find(|entry| entry.label == label)
    }

    /// The earliest point that anything can be recovered to.
    pub fn earliest(&self) -> Option<Restorable> {
        let all = self.backups.iter().flat_map(|entry| entry.restorables(|(earliest, _)| earliest));
        all.min_by_key(|found| (found.point.time.unwrap_or(Micros(i64::MAX)), found.point.lsn))
    }

    /// The latest.
    pub fn latest(&self) -> Option<Restorable> {
        let all = self.backups.iter().flat_map(|entry| entry.restorables(|(_, latest)| latest));
        all.max_by_key(|found| (found.point.time, found.point.lsn))
    }
}
