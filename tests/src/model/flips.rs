//! One flipped bit anywhere in what recoveries read.
//!
//! Where the log ends before it, the rows must be those that the model has there; where a file is refused, it is refused by name. What may never be is
//! a recovery that comes to its target with other rows.

use super::hold::{Ended, difference, recover, run_out};
use super::{Backup, Expected, Recovered};
use crate::decoders::absurd::{Place, change};
use pitr_engine::{Cluster, Command, EventKind, FileName, RecoverySpec, Target};

/// How many bits there are at a place.
pub fn bits(cluster: &Cluster, place: &Place) -> usize {
    let bytes = match place {
        Place::Record(..) => 0,
        Place::Segment(timeline, segment) => {
            cluster.archive().segment(*timeline, *segment).map_or(0, |archived| archived.bytes.len())
        }
        Place::History(timeline) => cluster.archive().history(*timeline).map_or(0, <[u8]>::len),
        Place::File(label, name, chunk) => {
            let chunks = cluster.backups().get(label).and_then(|backup| backup.files.get(name));
            chunks.and_then(|chunks| chunks.get(*chunk as usize)).map_or(0, |bytes| bytes.len())
        }
        Place::Manifest(label) => cluster.backups().get(label).map_or(0, |backup| backup.manifest.len()),
    };
    bytes * 8
}

/// Flips a bit, recovers, and says what came of it; or what is wrong with that.
pub fn flip(ended: &Ended, place: &Place, bit: usize, spec: &RecoverySpec) -> Result<&'static str, String> {
    let mut cluster = ended.cluster.clone();
    change(&mut cluster, place, false, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
    let whole = ended.model.expect(spec);
    let found = recover(&cluster, spec);
    let verdict = judge(ended, place, &whole, &found, spec);
    if let Some(label) = &spec.backup
        && matches!(place, Place::File(..) | Place::Manifest(_))
        && is_verified(&mut cluster, label)
    {
        return Err(format!("bit {bit} of {place:?}: backup {label} is verified, and nothing is found"));
    }
    verdict.map_err(|expected| format!("bit {bit} of {place:?}: {}", difference(&expected, &found)))
}

/// Whether a backup's verification finds nothing wrong with it.
fn is_verified(cluster: &mut Cluster, label: &str) -> bool {
    let Ok(mut events) = cluster.execute("ops", &Command::Verify { label: label.to_owned() }) else { return false };
    events.extend(run_out(cluster));
    let found = events.into_iter().find_map(|event| match event.kind {
        EventKind::BackupVerified { found } => Some(found),
        _ => None,
    });
    found.is_none_or(|found| found.defects.is_empty())
}

/// Whether an outcome may follow from a flipped bit; if not, what was to be expected.
pub fn judge(
    ended: &Ended,
    place: &Place,
    whole: &Expected,
    found: &Expected,
    spec: &RecoverySpec,
) -> Result<&'static str, Box<Expected>> {
    let in_backup = matches!(place, Place::File(..) | Place::Manifest(_));
    match (whole, found) {
        (whole, found) if whole == found => Ok("as if nothing were"),
        // What a backup's checksums cover is found damaged before anything is recovered from it.
        (_, Expected::Fails("backup_damaged")) | (_, Expected::Refused("no_such_backup" | "no_backup"))
            if in_backup =>
        {
            Ok("the backup is refused")
        }
        (_, Expected::Fails("chain_broken")) if in_backup => Ok("the chain is broken"),
        (_, Expected::Fails("history_damaged")) if matches!(place, Place::History(_)) => Ok("the history is refused"),
        (_, Expected::Fails("target_not_reached" | "backup_incomplete" | "backup_not_on_timeline")) if !in_backup => {
            Ok("the log ends before the target")
        }
        (Expected::Recovers(whole), Expected::Recovers(found)) if spec.target == Target::End && !in_backup => {
            // Shorter, and otherwise the same.
            let shorter = ended.model.cut_at(whole, found.fork);
            let timeline = found.timeline;
            match shorter {
                Some(shorter) if (Recovered { timeline, ..shorter.clone() }) == *found => {
                    Ok("the log ends before the bit")
                }
                Some(shorter) => Err(Expected::Recovers(shorter).into()),
                None => Err(Expected::Recovers(whole.clone()).into()),
            }
        }
        _ => Err(whole.clone().into()),
    }
}

/// Whether a place matters for a recovery from a backup: of backups, its own alone, and those that it continues.
pub fn matters(ended: &Ended, place: &Place, backup: &Backup) -> bool {
    let of = |label: &str| ended.model.backups.iter().find(|backup| backup.label == label);
    let mut chain = core::iter::successors(Some(backup), |backup| of(backup.continues.as_ref()?));
    match place {
        Place::File(label, name, _) => !matches!(name, FileName::Log(..)) && chain.any(|backup| backup.label == *label),
        Place::Manifest(label) => chain.any(|backup| backup.label == *label),
        _ => true,
    }
}
