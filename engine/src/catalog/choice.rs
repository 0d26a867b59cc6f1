//! Which backup a recovery starts from, and why not another.
//!
//! The newest that had ended by the target, reaches it and is intact: less log is to be replayed from it than from any older one. A backup is passed over
//! if it is damaged, itself or what it continues, and if the recovery from it would fail; the reason is that failure.

use crate::archive::Archive;
use crate::backup::{BackupStore, ChainBreak, ChainFault, Manifest};
use crate::cluster::{RecoverySpec, Target};
use crate::recovery::{RecoveryFailure, find_boundary};
use crate::types::SegmentSize;

/// The backups that could be started from, and what is said of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// `None`: from none of them can the target be reached.
    pub chosen: Option<Manifest>,
    /// The newest first.
    pub considered: Vec<(String, Verdict)>,
}

/// What is said of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Chosen,
    /// It would do, but a newer one does with less log.
    Older,
    Rejected(RecoveryFailure),
}

impl Choice {
    /// Those that were passed over because they are damaged, newer than the one that was chosen.
    pub fn damaged(&self) -> impl Iterator<Item = (&str, &RecoveryFailure)> {
        let newer = self.considered.iter().take_while(|(_, verdict)| *verdict != Verdict::Chosen);
        newer.filter_map(|(label, verdict)| match verdict {
            Verdict::Rejected(why @ (RecoveryFailure::BackupDamaged { .. } | RecoveryFailure::ChainBroken { .. })) => {
                Some((label.as_str(), why))
            }
            _ => None,
        })
    }
}

/// Looks at every backup, the newest first. Those whose manifests cannot be read come last: nobody knows how new they are.
pub fn choose(backups: &BackupStore, archive: &Archive, size: SegmentSize, spec: &RecoverySpec) -> Choice {
    choose_among(backups, archive, size, spec, false)
}

/// The same; `enough` says that nothing has to be said of those behind the one that is chosen.
pub fn choose_among(
    backups: &BackupStore,
    archive: &Archive,
    size: SegmentSize,
    spec: &RecoverySpec,
    enough: bool,
) -> Choice {
    let mut choice = Choice { chosen: None, considered: Vec::new() };
    for manifest in backups.catalog().into_iter().rev() {
        if enough && choice.chosen.is_some() {
            return choice;
        }
        let verdict = match usable(backups, archive, size, spec, &manifest) {
            Ok(()) if choice.chosen.is_some() => Verdict::Older,
            Ok(()) => Verdict::Chosen,
            Err(failure) => Verdict::Rejected(failure),
        };
        choice.considered.push((manifest.label.clone(), verdict.clone()));
        if verdict == Verdict::Chosen {
            choice.chosen = Some(manifest);
        }
    }
    let unreadable =
        backups.iter().filter(|(_, backup)| !backup.manifest.is_empty() && backup.read_manifest().is_none());
    choice.considered.extend(unreadable.map(|(label, _)| {
        let backup = label.to_owned();
        (backup.clone(), Verdict::Rejected(RecoveryFailure::BackupDamaged { backup }))
    }));
    choice
}

/// Whether a backup had ended by a time target. From one that had not a recovery may well succeed: what was committed before the backup, and
/// later than the target, is no longer in the log that is read. But it is in the backup.
pub fn ends_in_time(manifest: &Manifest, spec: &RecoverySpec) -> bool {
    !matches!(spec.target, Target::Time(target) if target < manifest.end_time)
}

/// Whether a recovery from a backup comes to its target.
fn usable(
    backups: &BackupStore,
    archive: &Archive,
    size: SegmentSize,
    spec: &RecoverySpec,
    manifest: &Manifest,
) -> Result<(), RecoveryFailure> {
    let backup = || manifest.label.clone();
    if !ends_in_time(manifest, spec) {
        return Err(RecoveryFailure::BeforeConsistent {
            target: spec.target.clone(),
            backup: backup(),
            stop: manifest.redo,
            consistent: manifest.end,
            consistent_time: manifest.end_time,
        });
    }
    backups.assemble(archive, &manifest.label).map_err(|ChainBreak { element, why }| match manifest.parent {
        _ if why == ChainFault::Sealed => RecoveryFailure::ChainBroken { backup: backup(), element, why },
        Some(_) => RecoveryFailure::ChainBroken { backup: backup(), element, why },
        None => RecoveryFailure::BackupDamaged { backup: backup() },
    })?;
    find_boundary(archive, size, manifest, spec).outcome.map(|_| ())
}
