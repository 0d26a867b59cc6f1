//! What is kept, where, how long, and what that costs: retention, holds, locks, tiers.

use super::{Cluster, CommandError};
use crate::archive::{Archiving, Expiry, KeptSegment, KeyRing, ObjectName, Spared, StoreKind, StoreVolume, expiry};
use crate::backup::Manifest;
use crate::types::{Micros, SegmentNumber, TimelineId};

/// Holds, and when the retention job runs next.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    holds: Vec<String>,
    next_expiry: Option<Micros>,
}

impl Cluster {
    /// When the retention job or the move to a colder store is due.
    pub(super) fn next_keeping(&self) -> Option<Micros> {
        if !crate::WHOLE {
            return None;
        }
        self.settings.archiving.retention?;
        self.keeping.next_expiry
    }

    /// When the next segment is old enough for the cold store.
    pub(super) fn next_cooling(&self) -> Option<Micros> {
        if !crate::WHOLE {
            return None;
        }
        let after = self.settings.archiving.cold_after?;
        let warm = self.archive.segments().filter(|(_, _, archived)| !archived.cold);
        warm.map(|(_, _, archived)| archived.at + after).min()
    }

    /// The retention job, by the clock.
    pub(super) fn expiry_due(&mut self) {
        let every = self.settings.archiving.expire_every.max(Micros::SECOND);
        self.keeping.next_expiry = Some(self.now + every);
        self.expire();
    }

    /// The clock of the retention job starts with the cluster.
    pub(super) fn begin_keeping(&mut self) {
        let policy = &self.settings.archiving;
        self.keeping.next_expiry = Some(self.now + policy.expire_every.max(Micros::SECOND));
        if policy.encryption {
            self.archive.keys = KeyRing::new(self.settings.seed);
        }
    }

    /// Deletes what is past the window; nothing if there is no window.
    pub(super) fn expire(&mut self) {
        let Some(window) = self.settings.archiving.retention else {
            return;
        };
        let catalog = self.backups.catalog();
        let segments: Vec<KeptSegment> = self
            .archive
            .segments()
            .map(|(timeline, segment, archived)| KeptSegment {
                timeline,
                segment,
                locked_until: self.locked_until(archived.at),
            })
            .collect();
        let Expiry { backups, segments, spared } =
            expiry(self.timestamp(), window, &catalog, &segments, |manifest| self.binding(manifest));
        for label in backups {
            self.backups.remove(&label);
            self.tell_archiving(Archiving::BackupExpired { backup: label });
        }
        for (timeline, segment) in segments {
            self.archive.lose_segment(timeline, segment);
            self.tell_archiving(Archiving::SegmentExpired { timeline, segment });
        }
        for why in spared {
            self.tell_archiving(Archiving::Spared(why));
        }
    }

    /// Until when the store lets nobody delete what it has had since then.
    fn locked_until(&self, since: Micros) -> Option<Micros> {
        self.settings.archiving.immutable.map(|immutable| since + immutable)
    }

    /// Why a backup must not be deleted.
    fn binding(&self, manifest: &Manifest) -> Option<Spared> {
        let backup = manifest.label.clone();
        if self.keeping.holds.contains(&backup) {
            return Some(Spared::Held { backup });
        }
        if let Some(until) = self.locked_until(manifest.end_time).filter(|until| *until > self.now) {
            return Some(Spared::Locked { object: format!("backup {backup}"), until });
        }
        let reading = self.recovery.as_ref().filter(|recovery| recovery.outcome().is_none());
        (reading.is_some_and(|recovery| recovery.backup() == backup)).then_some(Spared::InUse { backup })
    }

    fn complete_backup(&self, label: &str) -> Result<Manifest, CommandError> {
        let catalog = self.backups.catalog();
        let known = catalog.iter().map(|manifest| manifest.label.clone()).collect();
        let found = catalog.into_iter().find(|manifest| manifest.label == label);
        found.ok_or_else(|| CommandError::NoSuchBackup { label: label.to_owned(), known })
    }

    /// Puts a hold on a backup: neither the retention job nor anybody else deletes it, or the log that it needs.
    pub(super) fn hold(&mut self, label: &str) -> Result<(), CommandError> {
        self.complete_backup(label)?;
        if !self.keeping.holds.iter().any(|held| held == label) {
            self.keeping.holds.push(label.to_owned());
        }
        self.tell_archiving(Archiving::HoldPlaced { backup: label.to_owned() });
        Ok(())
    }

    /// Takes a hold away.
    pub(super) fn release_hold(&mut self, label: &str) -> Result<(), CommandError> {
        if !self.keeping.holds.iter().any(|held| held == label) {
            return Err(CommandError::NotHeld { backup: label.to_owned() });
        }
        self.keeping.holds.retain(|held| held != label);
        self.tell_archiving(Archiving::HoldReleased { backup: label.to_owned() });
        Ok(())
    }

    /// Somebody deletes a backup, by right or not.
    pub(super) fn delete_backup(&mut self, session: &str, label: &str) -> Result<(), CommandError> {
        let manifest = self.complete_backup(label)?;
        let of_a_held_chain = self.keeping.holds.iter().find(|held| {
            let chain = self.backups.chain(held).unwrap_or_default();
            chain.iter().any(|element| element.label == label)
        });
        if let Some(held) = of_a_held_chain {
            return Err(CommandError::Spared(Spared::Held { backup: held.clone() }));
        }
        if let Some(why) = self.binding(&manifest) {
            return Err(CommandError::Spared(why));
        }
        self.backups.remove(label);
        self.tell_archiving(Archiving::BackupDeleted { session: session.to_owned(), backup: label.to_owned() });
        Ok(())
    }

    /// Somebody deletes a segment from the archive, by right or not.
    pub(super) fn delete_segment(
        &mut self,
        session: &str,
        timeline: TimelineId,
        segment: SegmentNumber,
    ) -> Result<(), CommandError> {
        let object = ObjectName::Segment(timeline, segment).to_string();
        let Some(at) = self.archive.segment(timeline, segment).map(|archived| archived.at) else {
            return Err(CommandError::NothingToDamage);
        };
        let needs = |manifest: &Manifest| {
            let (first, last) = manifest.required_segments;
            manifest.timeline == timeline && (first..=last).contains(&segment)
        };
        let held = self.backups.catalog().into_iter().find(|it| self.keeping.holds.contains(&it.label) && needs(it));
        if let Some(manifest) = held {
            return Err(CommandError::Spared(Spared::Held { backup: manifest.label }));
        }
        if let Some(until) = self.locked_until(at).filter(|until| *until > self.now) {
            return Err(CommandError::Spared(Spared::Locked { object, until }));
        }
        self.archive.lose_segment(timeline, segment);
        self.tell_archiving(Archiving::SegmentDeleted { session: session.to_owned(), timeline, segment });
        Ok(())
    }

    /// Encrypts a backup that is complete. Without the key it cannot be kept: whether it could.
    pub(super) fn seal_backup(&mut self, label: &str) -> bool {
        if self.archive.keys.current() == 0 {
            return true;
        }
        let sealed = self.archive.seal_backup(label, self.backups.open(label));
        if !sealed {
            self.backups.remove(label);
            let object = ObjectName::Backup(label.to_owned());
            self.tell_archiving(Archiving::NoKey { object, key: self.archive.keys.current() });
        }
        sealed
    }

    /// From now on a new key seals.
    pub(super) fn rotate_key(&mut self) -> Result<(), CommandError> {
        let key = self.archive.keys.rotate().ok_or(CommandError::NotEncrypted)?;
        self.tell_archiving(Archiving::KeyRotated { key });
        Ok(())
    }

    /// A key is gone, and with it what it sealed.
    pub(super) fn lose_key(&mut self, key: u32) -> bool {
        let lost = self.archive.keys.lose(key);
        if lost {
            let mut objects = self.archive.sealed_with(key);
            let backups = self.backups.iter().filter(|(_, backup)| backup.key == key);
            objects.extend(backups.map(|(label, _)| ObjectName::Backup(label.to_owned())));
            self.tell_archiving(Archiving::KeyLost { key, objects });
        }
        lost
    }

    /// Moves segments that are old enough to the cold store.
    pub(super) fn cool(&mut self) {
        let Some(after) = self.settings.archiving.cold_after else {
            return;
        };
        for (timeline, segment) in self.archive.cool(self.now - after) {
            self.tell_archiving(Archiving::SegmentMoved { timeline, segment, to: StoreKind::Cold });
        }
    }

    /// The backups that are held.
    pub fn holds(&self) -> &[String] {
        &self.keeping.holds
    }

    /// What archive and backups take in each store, and so what they cost. Stores that hold nothing are left out.
    pub fn storage(&self) -> Vec<StoreVolume> {
        let policy = &self.settings.archiving;
        let mut volumes: Vec<StoreVolume> = StoreKind::ALL
            .into_iter()
            .map(|store| StoreVolume { store, objects: 0, log_bytes: 0, backup_bytes: 0 })
            .collect();
        let scaled = |bytes: u64| bytes.saturating_mul(self.settings.scale);
        let log = self.archive.segments().chain(self.archive.partial_segments());
        for (_, _, archived) in log {
            let store = if archived.cold { StoreKind::Cold } else { policy.archive_store };
            if let Some(volume) = volumes.iter_mut().find(|volume| volume.store == store) {
                volume.objects += 1;
                volume.log_bytes += scaled(archived.bytes.len() as u64);
            }
        }
        for (_, backup) in self.backups.iter() {
            if let Some(volume) = volumes.iter_mut().find(|volume| volume.store == policy.backup_store) {
                volume.objects += backup.files.len() as u64 + 1;
                volume.backup_bytes += scaled(backup.bytes() + backup.manifest.len() as u64);
            }
        }
        volumes.retain(|volume| volume.objects > 0);
        volumes
    }
}
