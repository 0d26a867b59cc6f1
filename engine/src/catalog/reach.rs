//! How far a backup reaches: what can be recovered to from it, along which timelines, and what gaps in the log cut off.
//!
//! A reach is told in targets that work, so that it can be put to the test: a recovery to the earliest and to the latest succeeds, and one
//! past the latest does not.
//!
//! * As LSNs, inclusive: from the backup-end record to the last record that can be read.
//! * As times, inclusive: a time target needs a commit or abort that is later, or the replay would never know that it may stop; so the
//!   latest is a microsecond before the last timestamp, and the last commit itself is reached by LSN, XID or `end` alone. Timestamps need not
//!   ascend: a time earlier than that of a commit before the backup's end would stop the replay there, where the copy is still torn.
//!
//! A *gap* is a place where the log cannot be read on although there is more of it: what lies behind can be looked at, and counted, but
//! not recovered to from any backup before the gap.

use crate::archive::Archive;
use crate::backup::Manifest;
use crate::cluster::{RecoverySpec, Target, TimelineChoice};
use crate::recovery::{Archived, History, RecordNote, RecoveryFailure, StopReason, find_boundary};
use crate::types::{Lsn, Micros, SegmentNumber, SegmentSize, TimelineId};
use crate::wal::{LogReader, SEGMENT_HEADER_BYTES, SegmentHeader, SegmentSource, WhyEnd};
use std::collections::BTreeSet;

/// A place in the log that a recovery can have as its target, and the time target that comes nearest to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The start of a record; as a target it is inclusive.
    pub lsn: Lsn,
    /// `None`: no time would do.
    pub time: Option<Micros>,
}

/// What can be recovered to from a backup along a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    pub timeline: TimelineId,
    /// The earliest and the latest, or why there is nothing.
    pub range: Result<(Point, Point), RecoveryFailure>,
    /// The last commit or abort that can be recovered.
    pub last: Option<RecordNote>,
    /// Where the log that can be read ends.
    pub log_end: Lsn,
    pub gaps: Vec<Gap>,
}

/// Log that cannot be read although there is more behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Where the next record would have begun.
    pub at: Lsn,
    pub why: WhyEnd,
    /// Segments that are not in the archive, up to the next that is.
    pub missing: Vec<SegmentNumber>,
    /// Where records can be read again; `None`: nowhere.
    pub resumes: Option<Lsn>,
    /// Commits and aborts behind the gap, up to the next gap or the end.
    pub cut_off: u32,
    /// The last of them.
    pub last: Option<RecordNote>,
}

/// All timelines along which a backup can be followed, its own among them.
pub fn reaches(manifest: &Manifest, archive: &Archive) -> Vec<Reach> {
    let Some(size) = SegmentSize::new(manifest.segment_bytes) else {
        return Vec::new();
    };
    let known: BTreeSet<TimelineId> =
        archive.histories().map(|(timeline, _)| timeline).chain([manifest.timeline]).collect();
    let along = known.into_iter().map(|timeline| reach(manifest, archive, size, timeline));
    along.filter(|reach| !matches!(reach.range, Err(RecoveryFailure::BackupNotOnTimeline { .. }))).collect()
}

/// What can be recovered to along one timeline.
pub fn reach(manifest: &Manifest, archive: &Archive, size: SegmentSize, timeline: TimelineId) -> Reach {
    let spec = RecoverySpec { timeline: TimelineChoice::Number(timeline), ..RecoverySpec::to(Target::End) };
    // A timeline without history file can be followed by a backup that was taken on it.
    let spec =
        if timeline == manifest.timeline { RecoverySpec { timeline: TimelineChoice::Current, ..spec } } else { spec };
    let boundary = find_boundary(archive, size, manifest, &spec);
    let history = History::of(timeline, archive);
    let log_end = boundary.cut;
    let range = boundary.outcome.clone().and_then(|_| {
        let start = backup_end_record(manifest, archive, &history, size);
        let last = boundary.last_record_in.map(|note| note.lsn);
        let (Some(start), Some(last)) = (start, last) else {
            let backup = manifest.label.clone();
            let (why, needed) = (WhyEnd::Nothing, manifest.end);
            return Err(RecoveryFailure::BackupIncomplete { backup, log_end, why, needed });
        };
        let times = |before: bool| {
            let ends = boundary.ends.iter().filter(move |(note, _)| (note.lsn < manifest.end) == before);
            ends.filter_map(|(note, _)| note.time).max()
        };
        let (before, behind) = (times(true), times(false).map(|time| Micros(time.0.saturating_sub(1))));
        let earliest = before.map_or(manifest.end_time, |before| before.max(manifest.end_time));
        let reached = behind.filter(|latest| before.is_none_or(|before| *latest >= before));
        let earliest = Point { lsn: start, time: reached.map(|latest| earliest.min(latest)) };
        Ok((earliest, Point { lsn: last, time: reached }))
    });
    let gaps = gaps(manifest, archive, &history, size);
    Reach { timeline, range, last: boundary.last_in(), log_end, gaps }
}

/// Where a backup's end record begins.
fn backup_end_record(manifest: &Manifest, archive: &Archive, history: &History, size: SegmentSize) -> Option<Lsn> {
    let mut reader = LogReader::new(Archived::new(archive, history, size), size, manifest.redo);
    loop {
        let found = reader.read().ok()?;
        if found.goes_on >= manifest.end {
            return (found.goes_on == manifest.end).then_some(found.lsn);
        }
    }
}

/// Reads on behind each place where the log cannot be read.
fn gaps(manifest: &Manifest, archive: &Archive, history: &History, size: SegmentSize) -> Vec<Gap> {
    let own = archive.segments().filter(|(timeline, segment, _)| history.owns(*timeline, *segment, size));
    let there: BTreeSet<SegmentNumber> = own.map(|(_, segment, _)| segment).collect();
    let mut gaps: Vec<Gap> = Vec::new();
    let mut from = manifest.redo;
    loop {
        let mut reader = LogReader::new(Archived::new(archive, history, size), size, from);
        let end = loop {
            match reader.read() {
                Ok(found) => {
                    if found.record.body.ends_transaction()
                        && let Some(gap) = gaps.last_mut()
                    {
                        gap.cut_off += 1;
                        gap.last = Some(RecordNote::of(&found));
                    }
                }
                Err(end) => break end,
            }
        };
        let broken = match end.why {
            WhyEnd::NoSegment(segment) | WhyEnd::BadHeader(segment) => segment,
            _ => size.segment_of(end.at),
        };
        let next = there.range(broken.next()..).find_map(|segment| first_record(*segment, archive, history, size));
        let is_the_end = matches!(end.why, WhyEnd::NoSegment(_) | WhyEnd::Nothing);
        if is_the_end && there.range(broken.next()..).next().is_none() {
            return gaps;
        }
        let until = next.map_or(broken.next(), |next| size.segment_of(next));
        let missing = (broken.0..until.0).map(SegmentNumber).filter(|segment| !there.contains(segment)).collect();
        gaps.push(Gap { at: end.at, why: end.why, missing, resumes: next, cut_off: 0, last: None });
        match next {
            Some(next) => from = next,
            None => return gaps,
        }
    }
}

/// Where the first record of a segment begins that does not come from the one before; `None` if the segment cannot be read or has none.
fn first_record(segment: SegmentNumber, archive: &Archive, history: &History, size: SegmentSize) -> Option<Lsn> {
    let (_, bytes) = Archived::new(archive, history, size).segment(segment)?;
    let header = SegmentHeader::decode(&bytes).filter(|_| bytes.len() == size.bytes() as usize)?;
    let offset = SEGMENT_HEADER_BYTES as u64 + u64::from(header.continued);
    let is_in_it = header.start == size.start_of(segment) && offset < u64::from(size.bytes());
    is_in_it.then(|| header.start.advanced(offset.next_multiple_of(8)))
}

/// The smallest set of segments with which a recovery comes to its target; or why it does not come to it.
pub fn segments_for(
    archive: &Archive,
    manifest: &Manifest,
    spec: &RecoverySpec,
) -> Result<Vec<(TimelineId, SegmentNumber)>, RecoveryFailure> {
    let incomplete = || RecoveryFailure::BackupIncomplete {
        backup: manifest.label.clone(),
        log_end: manifest.redo,
        why: WhyEnd::BadLength,
        needed: manifest.end,
    };
    let size = SegmentSize::new(manifest.segment_bytes).ok_or_else(incomplete)?;
    let boundary = find_boundary(archive, size, manifest, spec);
    let reason = boundary.outcome?;
    // The record that ends the replay is read, whether it is replayed or not.
    let decides = match reason {
        StopReason::BeforeTime | StopReason::BeforeXid | StopReason::BeforeLsn => boundary.first_record_out,
        _ => boundary.last_record_in,
    };
    let end = decides.map_or(manifest.end, |note| note.end);
    let history = History::choose(spec.timeline, manifest.timeline, archive);
    let history = history?;
    let mut source = Archived::new(archive, &history, size);
    let (first, last) = (size.segment_of(manifest.redo), size.segment_of(Lsn(end.0.saturating_sub(1))));
    let files = (first.0..=last.0).map(SegmentNumber);
    Ok(files.filter_map(|segment| Some((source.segment(segment)?.0, segment))).collect())
}
