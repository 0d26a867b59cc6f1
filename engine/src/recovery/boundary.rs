//! The cut that a target makes, found by reading the log without replaying it.

use super::checks::check_is_on;
use super::history::History;
use super::source::Archived;
use super::target::StopRule;
use super::{RecordNote, RecoveryFailure, StopReason};
use crate::archive::Archive;
use crate::backup::Manifest;
use crate::cluster::{RecoverySpec, Target};
use crate::types::{Lsn, SegmentSize};
use crate::wal::{EndOfLog, Kind, LogReader};

/// Where a recovery would stop, and what stands on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary {
    /// Why it would stop, or why it would fail.
    pub outcome: Result<StopReason, RecoveryFailure>,
    /// The first byte that would not be replayed.
    pub cut: Lsn,
    /// The records next to the cut, of any kind.
    pub last_record_in: Option<RecordNote>,
    pub first_record_out: Option<RecordNote>,
    /// All commits and aborts from the backup's redo pointer on, and whether each would be replayed.
    pub ends: Vec<(RecordNote, bool)>,
}

impl Boundary {
    /// The last commit or abort that would be replayed.
    pub fn last_in(&self) -> Option<RecordNote> {
        self.ends.iter().rev().find(|(_, inside)| *inside).map(|(note, _)| *note)
    }

    /// The first commit or abort that would not.
    pub fn first_out(&self) -> Option<RecordNote> {
        self.ends.iter().find(|(_, inside)| !*inside).map(|(note, _)| *note)
    }

    /// The commits that would be lost.
    pub fn lost(&self) -> impl Iterator<Item = RecordNote> + '_ {
        self.ends.iter().filter(|(note, inside)| !*inside && note.kind == Kind::Commit).map(|(note, _)| *note)
    }

    /// How many commits would be replayed, and how many not.
    pub fn commits(&self) -> (u32, u32) {
        let commits = self.ends.iter().filter(|(note, _)| note.kind == Kind::Commit);
        commits.fold((0, 0), |(kept, left), (_, inside)| if *inside { (kept + 1, left) } else { (kept, left + 1) })
    }
}

/// Reads the archive from a backup's redo pointer to its end, and says where the recovery stops.
pub fn find_boundary(archive: &Archive, size: SegmentSize, manifest: &Manifest, spec: &RecoverySpec) -> Boundary {
    let rule = StopRule { target: &spec.target, inclusive: spec.inclusive };
    let chosen = History::choose(spec.timeline, manifest.timeline, archive);
    let (history, mut failure) = match chosen {
        Ok(history) => {
            let failure = check_is_on(&history, manifest, size, archive).err();
            (history, failure)
        }
        Err(failure) => (History::of(manifest.timeline, archive), Some(failure)),
    };
    let mut reader = LogReader::new(Archived::new(archive, &history, size), size, manifest.redo);
    let mut stop: Option<(StopReason, bool)> = None;
    let mut consistent = false;
    let (mut last_record_in, mut first_record_out) = (None, None);
    let mut cut = manifest.redo;
    let mut ends = Vec::new();
    let EndOfLog { at: log_end, why } = loop {
        let found = match reader.read() {
            Ok(found) => found,
            Err(end) => break end,
        };
        let note = RecordNote::of(&found);
        if stop.is_none() {
            stop = rule.stops_before(&found, consistent).map(|reason| (reason, consistent));
        }
        let inside = stop.is_none();
        if found.record.body.ends_transaction() {
            ends.push((note, inside));
        }
        if inside && !consistent && note.kind == Kind::TimelineStart && failure.is_none() {
            let backup = manifest.label.clone();
            failure = Some(RecoveryFailure::BackupCutOff { backup, fork: note.lsn, needed: manifest.end });
        }
        if !inside {
            first_record_out = first_record_out.or(Some(note));
            continue;
        }
        last_record_in = Some(note);
        cut = found.goes_on;
        consistent |= manifest.is_consistent_behind(&found);
        stop = rule.stops_after(&found, consistent).map(|reason| (reason, consistent));
    };
    // What would have been met behind the stop is never fetched.
    if stop.is_none() && failure.is_none() {
        failure = reader.source().unusable().cloned().map(RecoveryFailure::Unusable);
    }
    let outcome = match stop {
        _ if failure.is_some() => failure.map_or(Ok(StopReason::EndOfLog), Err),
        Some((reason, true)) => Ok(reason),
        Some((_, false)) => Err(RecoveryFailure::BeforeConsistent {
            target: spec.target.clone(),
            backup: manifest.label.clone(),
            stop: cut,
            consistent: manifest.end,
            consistent_time: manifest.end_time,
        }),
        None if spec.target != Target::End => Err(RecoveryFailure::TargetNotReached {
            target: spec.target.clone(),
            log_end,
            why,
            last: ends.last().map(|(note, _)| *note),
        }),
        None if consistent => Ok(StopReason::EndOfLog),
        None => Err(RecoveryFailure::BackupIncomplete {
            backup: manifest.label.clone(),
            log_end,
            why,
            needed: manifest.end,
        }),
    };
    Boundary { outcome, cut, last_record_in, first_record_out, ends }
}
