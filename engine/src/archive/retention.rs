//! What may go, and what must stay.
//!
//! The promise is a window: any time of the last N days can be recovered to. For that the newest backup that was complete before the window began
//! is needed, every later one, and the log from that backup on. So *a backup and the log that it needs expire together*: a backup goes once a
//! newer one covers the beginning of the window, and log goes once no backup that is kept could begin before it. A backup that is kept for another reason
//! (a legal hold, a lock, an incremental backup that continues it, a recovery that reads it) keeps the log without which it is of no use, from its
//! redo pointer to its own end; what lies between it and the window may go.
//!
//! Log that no backup can use is *orphaned*: its backup was deleted or lost. It goes with the rest.
//!
//! A lock binds everybody, the administrator too, until its date. A hold binds the retention job and people alike, until it is released.

use crate::backup::Manifest;
use crate::types::{Micros, SegmentNumber, TimelineId};
use serde::{Deserialize, Serialize};

/// Why something that is past the window is not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spared {
    /// Somebody has put a hold on it.
    Held { backup: String },
    /// The store is immutable: it cannot be deleted before then.
    Locked { object: String, until: Micros },
    /// A backup that is kept continues it.
    Continued { backup: String, by: String },
    /// A recovery reads it.
    InUse { backup: String },
}

impl Spared {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Spared::Held { .. } => "backup_held",
            Spared::Locked { .. } => "object_locked",
            Spared::Continued { .. } => "backup_continued",
            Spared::InUse { .. } => "backup_in_use",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Spared::Held { backup } | Spared::InUse { backup } => vec![("backup", backup.clone())],
            Spared::Locked { object, until } => vec![("object", object.clone()), ("until", until.to_string())],
            Spared::Continued { backup, by } => vec![("backup", backup.clone()), ("by", by.clone())],
        }
    }
}

/// A segment of the archive, and until when it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptSegment {
    pub timeline: TimelineId,
    pub segment: SegmentNumber,
    pub locked_until: Option<Micros>,
}

/// What a retention job is to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expiry {
    pub backups: Vec<String>,
    pub segments: Vec<(TimelineId, SegmentNumber)>,
    /// What is past the window and stays.
    pub spared: Vec<Spared>,
}

/// What may go at `now`. `catalog` is all complete backups, oldest first; `bound` says why a backup must not go.
pub fn expiry(
    now: Micros,
    window: Micros,
    catalog: &[Manifest],
    segments: &[KeptSegment],
    bound: impl Fn(&Manifest) -> Option<Spared>,
) -> Expiry {
    let begin = now - window;
    // The newest backup that covers the window's beginning; without one, all are needed.
    let covering = catalog.iter().rposition(|manifest| manifest.end_time <= begin).unwrap_or(0);
    let mut expiry = Expiry::default();
    let mut kept: Vec<&Manifest> = catalog.iter().skip(covering).collect();
    let mut whole_log_from = kept.iter().map(|manifest| manifest.required_segments.0).min();
    // Newest first, so that what continues a backup has been decided on before it.
    for manifest in catalog.iter().take(covering).rev() {
        let continues = |later: &&&Manifest| later.parent.as_ref().is_some_and(|it| it.label == manifest.label);
        let by = kept.iter().find(continues).map(|later| later.label.clone());
        let backup = manifest.label.clone();
        match bound(manifest).or(by.map(|by| Spared::Continued { backup, by })) {
            Some(why) => {
                expiry.spared.push(why);
                kept.push(manifest);
            }
            None => expiry.backups.push(manifest.label.clone()),
        }
    }
    if catalog.is_empty() {
        // Nothing can be recovered from log alone; but a backup may be under way.
        whole_log_from = Some(SegmentNumber(0));
    }
    for segment in segments {
        let needs = |manifest: &&Manifest| {
            let (first, last) = manifest.required_segments;
            manifest.timeline == segment.timeline && (first..=last).contains(&segment.segment)
        };
        if whole_log_from.is_none_or(|from| segment.segment >= from) || kept.iter().any(needs) {
            continue;
        }
        match segment.locked_until.filter(|until| *until > now) {
            Some(until) => {
                let object = super::ObjectName::Segment(segment.timeline, segment.segment).to_string();
                expiry.spared.push(Spared::Locked { object, until });
            }
            None => expiry.segments.push((segment.timeline, segment.segment)),
        }
    }
    expiry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::Parent;
    use crate::types::Lsn;
    use proptest::prelude::*;

    fn backup(label: &str, end_time: i64, segments: (u64, u64), parent: Option<&str>) -> Manifest {
        Manifest {
            label: label.to_owned(),
            system: 7,
            timeline: TimelineId(1),
            page_bytes: 8192,
            segment_bytes: 4096,
            redo: Lsn(segments.0 * 4096 + 40),
            checkpoint: Lsn(segments.0 * 4096 + 80),
            start: Lsn(segments.0 * 4096 + 120),
            end: Lsn(segments.1 * 4096 + 80),
            start_time: Micros(end_time - 1),
            end_time: Micros(end_time),
            required_segments: (SegmentNumber(segments.0), SegmentNumber(segments.1)),
            parent: parent.map(|label| Parent { label: label.to_owned(), checksum: 1 }),
            files: Vec::new(),
        }
    }

    fn segments(numbers: core::ops::Range<u64>) -> Vec<KeptSegment> {
        let segment =
            |number| KeptSegment { timeline: TimelineId(1), segment: SegmentNumber(number), locked_until: None };
        numbers.map(segment).collect()
    }

    fn numbers(expiry: &Expiry) -> Vec<u64> {
        expiry.segments.iter().map(|(_, segment)| segment.0).collect()
    }

    #[test]
    fn a_backup_and_its_log_go_together() {
        let catalog = [backup("b1", 10, (2, 3), None), backup("b2", 20, (5, 6), None), backup("b3", 30, (8, 9), None)];
        let at = |now| expiry(Micros(now), Micros(10), &catalog, &segments(1..12), |_| None);
        // At 29 the window begins at 19: b1 alone covers it. A moment later b2 does.
        assert_eq!((at(29).backups, numbers(&at(29))), (vec![], vec![1]));
        assert_eq!((at(30).backups, numbers(&at(30))), (vec!["b1".to_owned()], vec![1, 2, 3, 4]));
        assert_eq!(at(40).backups, ["b2", "b1"]);
    }

    #[test]
    fn what_is_bound_keeps_the_log_that_it_needs_and_no_more() {
        let catalog = [backup("b1", 10, (2, 3), None), backup("b2", 20, (5, 6), None), backup("b3", 30, (8, 9), None)];
        let hold =
            |manifest: &Manifest| (manifest.label == "b1").then(|| Spared::Held { backup: manifest.label.clone() });
        let held = expiry(Micros(100), Micros(10), &catalog, &segments(1..12), hold);
        assert_eq!((&held.backups[..], numbers(&held)), (&["b2".to_owned()][..], vec![1, 4, 5, 6, 7]));
        assert_eq!(held.spared, [Spared::Held { backup: "b1".into() }]);
    }

    #[test]
    fn what_a_kept_backup_continues_is_kept() {
        let catalog = [
            backup("full", 10, (2, 3), None),
            backup("one", 20, (5, 6), Some("full")),
            backup("two", 30, (8, 9), Some("one")),
        ];
        let expiry = expiry(Micros(100), Micros(10), &catalog, &segments(1..12), |_| None);
        assert_eq!((expiry.backups.len(), expiry.spared.len()), (0, 2));
        assert_eq!(numbers(&expiry), [1, 4, 7]);
    }

    #[test]
    fn a_lock_outlasts_the_window() {
        let catalog = [backup("b1", 10, (2, 3), None), backup("b2", 20, (5, 6), None)];
        let mut log = segments(1..8);
        log[0].locked_until = Some(Micros(200));
        let locked = expiry(Micros(100), Micros(10), &catalog, &log, |_| None);
        assert_eq!(locked.spared, [Spared::Locked { object: "segment 1 on 1".into(), until: Micros(200) }]);
        assert_eq!(numbers(&locked), [2, 3, 4]);
        log[0].locked_until = Some(Micros(100));
        assert_eq!(numbers(&expiry(Micros(100), Micros(10), &catalog, &log, |_| None)), [1, 2, 3, 4]);
    }

    #[test]
    fn without_a_backup_no_log_goes() {
        assert_eq!(expiry(Micros(100), Micros(10), &[], &segments(1..5), |_| None), Expiry::default());
    }

    proptest! {
        /// Whatever was taken when: after the job every time of the window that could be reached before can be reached still.
        #[test]
        fn nothing_of_the_window_is_lost(
            ends in proptest::collection::vec(1_i64..100, 1..8), now in 0_i64..150, window in 0_i64..150,
        ) {
            let mut ends = ends;
            ends.sort_unstable();
            ends.dedup();
            let catalog: Vec<Manifest> = ends.iter().enumerate()
                .map(|(index, end)| backup(&format!("b{index}"), *end, (index as u64 * 3 + 1, index as u64 * 3 + 2), None)).collect();
            let log = segments(1..40);
            let gone = expiry(Micros(now), Micros(window), &catalog, &log, |_| None);
            // A time is reached from a backup that ended by then, with all log from its redo pointer on.
            let reaches = |time: i64, gone: &Expiry| catalog.iter().any(|manifest| {
                manifest.end_time.0 <= time && !gone.backups.contains(&manifest.label)
                    && gone.segments.iter().all(|(_, segment)| *segment < manifest.required_segments.0)
            });
            for time in (now - window).max(0)..=now {
                prop_assert_eq!(reaches(time, &gone), reaches(time, &Expiry::default()), "time {}", time);
            }
        }
    }
}
