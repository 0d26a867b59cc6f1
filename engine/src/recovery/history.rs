//! The history of a timeline: from which one it came, and where; and the file that says so.
//!
//! Its last line is a checksum of the others, as a comment: a server that knows of none passes it over. A history whose file is damaged is not followed,
//! as a wrong fork would lead to the rows of a branch that nobody asked for.
//!
//! Each line of a history file is `parent TAB fork TAB reason`, one for each ancestor, the oldest first: a file stands for itself, whatever
//! became of its ancestors' files (PostgreSQL's `timeline.c`).

use super::{RecordNote, RecoveryFailure, StopReason};
use crate::archive::Archive;
use crate::cluster::{Target, TimelineChoice};
use crate::codec::crc32c;
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
    /// The history that is followed from a backup on one timeline along the one that was chosen.
    pub fn choose(choice: TimelineChoice, backup: TimelineId, archive: &Archive) -> Result<History, RecoveryFailure> {
        let timeline = match choice {
            TimelineChoice::Current => backup,
            TimelineChoice::Latest => latest(backup, archive),
            TimelineChoice::Number(number) if number == TimelineId::FIRST || archive.has_history(number) => number,
            TimelineChoice::Number(timeline) => return Err(RecoveryFailure::NoSuchTimeline { timeline }),
        };
        if crate::WHOLE && archive.history(timeline).is_some_and(|file| without_checksum(file).is_none()) {
            return Err(RecoveryFailure::HistoryDamaged { timeline });
        }
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

    /// Whether a timeline's file of a segment is part of this history.
    pub fn owns(&self, timeline: TimelineId, segment: SegmentNumber, size: SegmentSize) -> bool {
        let age = self.ages.iter().find(|age| age.timeline == timeline);
        age.is_some_and(|age| {
            size.segment_of(age.begin) <= segment && age.end.is_none_or(|end| segment <= size.segment_of(end))
        })
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
    let mut file = archive.history(parent).and_then(without_checksum).unwrap_or_default().to_vec();
    if !file.is_empty() {
        file.push(b'\n');
    }
    file.extend_from_slice(format!("{}\t{fork}\t{why}\n", parent.0).as_bytes());
    let checksum = checksum_line(&file);
    file.extend_from_slice(checksum.as_bytes());
    file
}

/// How long the line of the checksum is.
const CHECKSUM_LINE_BYTES: usize = 19;

/// `# CRC-32C 0123ABCD`
fn checksum_line(lines: &[u8]) -> String {
    format!("# CRC-32C {:08X}\n", crc32c(&[lines]))
}

/// A history file's lines; `None` if they are not those that the checksum behind them was computed of.
pub fn without_checksum(file: &[u8]) -> Option<&[u8]> {
    let (lines, checksum) = file.split_at_checked(file.len().checked_sub(CHECKSUM_LINE_BYTES)?)?;
    (checksum_line(lines).as_bytes() == checksum).then_some(lines)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flipped_bit_of_a_history_file_passes() {
        let mut archive = Archive::default();
        archive
            .put_history(TimelineId(2), history_file(TimelineId::FIRST, Lsn(0x1A40), "after transaction 7", &archive));
        let file = history_file(TimelineId(2), Lsn(0x3A40), "before LSN 0/3A40\n", &archive);
        let text = "1\t0/1A40\tafter transaction 7\n\n2\t0/3A40\tbefore LSN 0/3A40\n\n";
        assert_eq!(without_checksum(&file), Some(text.as_bytes()));
        archive.put_history(TimelineId(3), file.clone());
        let chosen = History::choose(TimelineChoice::Latest, TimelineId::FIRST, &archive);
        let (first, last) = chosen.map(|history| (history.timeline_at(Lsn(0x1000)), history.timeline())).unwrap();
        assert_eq!((first, last), (TimelineId(1), TimelineId(3)));
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            archive.put_history(TimelineId(3), damaged);
            let chosen = History::choose(TimelineChoice::Latest, TimelineId::FIRST, &archive);
            assert_eq!(chosen, Err(RecoveryFailure::HistoryDamaged { timeline: TimelineId(3) }), "bit {bit}");
        }
        archive.put_history(TimelineId(3), Vec::new());
        assert!(History::choose(TimelineChoice::Latest, TimelineId::FIRST, &archive).is_err());
    }
}
