//! The history of a timeline: from which one it came, and where; and the file that says so.
//!
//! Each line of a history file is `parent TAB fork TAB reason`, one for each ancestor, the oldest first: a file stands for itself, whatever
//! became of its ancestors' files (PostgreSQL's `timeline.c`).

use super::{RecordNote, StopReason};
use crate::archive::Archive;
use crate::cluster::{Target, TimelineChoice};
use crate::types::{Lsn, SegmentNumber, SegmentSize, TimelineId};

/// A timeline and its ancestors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The timeline itself first, the oldest ancestor last.
    ages: Vec<Age>,
}

/// The part of the log that is a timeline's own. A timeline that was left before it began has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Age {
    timeline: TimelineId,
    begin: Lsn,
    /// `None`: it goes on.
    end: Option<Lsn>,
}

impl History {
    /// The history that is followed from a backup on one timeline along the one that was chosen; the number that was asked for if there is no such timeline.
    pub fn choose(choice: TimelineChoice, backup: TimelineId, archive: &Archive) -> Result<History, TimelineId> {
        let timeline = match choice {
            TimelineChoice::Current => backup,
            TimelineChoice::Latest => latest(backup, archive),
            TimelineChoice::Number(number) if number == TimelineId::FIRST || archive.has_history(number) => number,
            TimelineChoice::Number(number) => return Err(number),
        };
        Ok(History::of(timeline, archive))
    }

    /// The history that a timeline's file tells; without one it has no ancestors.
    pub fn of(timeline: TimelineId, archive: &Archive) -> History {
        let file = archive.history(timeline).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default();
        let mut ages = Vec::new();
        let mut begin = Lsn::ZERO;
        for (ancestor, fork) in file.lines().filter_map(ancestor) {
            ages.push(Age { timeline: ancestor, begin, end: Some(fork) });
            begin = fork;
        }
        ages.push(Age { timeline, begin, end: None });
        ages.reverse();
        History { ages }
    }

    /// The timeline itself.
    pub fn timeline(&self) -> TimelineId {
        self.ages.first().map_or(TimelineId::FIRST, |age| age.timeline)
    }

    /// Where another timeline's log parts from this one's; `None` if it does not.
    pub fn parts_from(&self, other: &History) -> Option<Lsn> {
        let mut fork = Lsn::ZERO;
        for (own, others) in self.ages.iter().rev().zip(other.ages.iter().rev()) {
            if own.timeline != others.timeline {
                return Some(fork);
            }
            if own.end != others.end {
                return own.end.into_iter().chain(others.end).min();
            }
            fork = own.end.unwrap_or(fork);
        }
        None
    }

    /// Whose own part a position lies in.
    pub fn timeline_at(&self, lsn: Lsn) -> TimelineId {
        let holds = |age: &&Age| age.begin <= lsn && age.end.is_none_or(|end| lsn < end);
        self.ages.iter().find(holds).map_or(TimelineId::FIRST, |age| age.timeline)
    }

    /// Whose file of a segment is read: the newest timeline that had begun by the end of that segment and has the file, but none older than the
    /// one whose file was read last. So a file that is missing may lead back to the ancestor's, past the fork.
    pub fn file_of(
        &self,
        segment: SegmentNumber,
        size: SegmentSize,
        last: Option<TimelineId>,
        archive: &Archive,
    ) -> Option<TimelineId> {
        self.ages
            .iter()
            .take_while(|age| last.is_none_or(|last| age.timeline >= last))
            .filter(|age| size.segment_of(age.begin) <= segment)
            .map(|age| age.timeline)
            .find(|timeline| archive.segment(*timeline, segment).is_some())
    }
}

/// Counting up, the last timeline that has a history file.
fn latest(from: TimelineId, archive: &Archive) -> TimelineId {
    let mut timeline = from;
    while archive.has_history(TimelineId(timeline.0.saturating_add(1))) {
        timeline = TimelineId(timeline.0 + 1);
    }
    timeline
}

/// The number for a timeline that branches off another: counting up, the first without a history file.
pub fn next_timeline(parent: TimelineId, archive: &Archive) -> TimelineId {
    TimelineId(latest(parent, archive).0.saturating_add(1))
}

fn ancestor(line: &str) -> Option<(TimelineId, Lsn)> {
    let mut parts = line.split('\t');
    Some((TimelineId(parts.next()?.trim().parse().ok()?), parts.next()?.trim().parse().ok()?))
}

/// The history file of a timeline that a recovery along `parent` began at `fork`: the parent's own file, and one more line.
pub fn history_file(parent: TimelineId, fork: Lsn, why: &str, archive: &Archive) -> Vec<u8> {
    let mut file = archive.history(parent).map(<[u8]>::to_vec).unwrap_or_default();
    if !file.is_empty() {
        file.push(b'\n');
    }
    file.extend_from_slice(format!("{}\t{fork}\t{why}\n", parent.0).as_bytes());
    file
}

/// Why a recovery ended where it did, in the words that PostgreSQL puts into the file. Two of them end in a line break of their own.
pub fn reason(
    why: StopReason,
    target: &Target,
    fork: Lsn,
    last_in: Option<RecordNote>,
    first_out: Option<RecordNote>,
) -> String {
    match (why, target) {
        (StopReason::BeforeXid, Target::Xid(xid)) => format!("before transaction {xid}"),
        (StopReason::AfterXid, Target::Xid(xid)) => format!("after transaction {xid}"),
        (StopReason::BeforeTime, _) => match first_out.and_then(|record| record.time) {
            Some(time) => format!("before {time}\n"),
            None => "before the target time\n".to_owned(),
        },
        (StopReason::BeforeLsn, _) => format!("before LSN {}\n", first_out.map_or(fork, |record| record.lsn)),
        (StopReason::AfterLsn, _) => format!("after LSN {}\n", last_in.map_or(fork, |record| record.lsn)),
        (StopReason::AtRestorePoint, Target::Name(name)) => format!("at restore point \"{name}\""),
        (StopReason::AtConsistency, _) => "reached consistency".to_owned(),
        _ => "no recovery target specified".to_owned(),
    }
}
