//! What the server has written, in the order of the axis: all of it along the clock, or the history that a timeline has, along the log.

use super::index::Checkpoint;
use crate::bench::histories::{Histories, Part};
use crate::state::Run;
use crate::timeline::axis::Scale;
use crate::timeline::layout::storage::{Link, chain};
use pitr_protocol::RecordKind;
use std::ops::Range;

/// How many records of each fate stand between two places of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub all: usize,
    pub commits: usize,
    pub aborts: usize,
}

/// Records, sessions' transactions and segments; places are places in `records`.
#[derive(Debug, Default)]
pub struct Written {
    /// Places in the run's columns, and by when each of them had been written.
    records: Vec<u32>,
    at_us: Vec<i64>,
    commits: Vec<u32>,
    aborts: Vec<u32>,
    /// Each session's transactions, which do not overlap.
    sessions: Vec<Vec<u32>>,
    pub segments: Vec<Link>,
    pub checkpoints: Vec<Checkpoint>,
}

impl Written {
    /// All that the server has written, whichever timeline it was on.
    pub fn by_time(run: &Run, histories: &Histories) -> Written {
        let is_live = |timeline: u32| histories.live().iter().any(|(_, each)| *each == timeline);
        let mut written = Written::of(run, |timeline, _| is_live(timeline), |_| true);
        for (step, timeline) in histories.live() {
            let since_us = if *step == 0 { i64::MIN } else { run.step_time(*step) };
            let until_us = histories.left(*timeline).map_or(i64::MAX, |step| run.step_time(step));
            for link in chain(&run.head, *timeline) {
                // The server is there between taking over and being taken over from.
                let from_us = link.from_us.max(since_us).min(link.to_us);
                written.segments.push(Link { from_us, to_us: link.to_us.min(until_us).max(from_us), ..link });
            }
        }
        written
    }

    /// The log of a timeline with what it shares with those that it comes from.
    pub fn by_lsn(run: &Run, histories: &Histories, timeline: u32) -> Written {
        let parts = histories.parts(timeline);
        let holds = |timeline: u32, lsn: u64| {
            parts.iter().any(|part| part.timeline == timeline && (part.from..part.to).contains(&lsn))
        };
        let mut written = Written::of(run, holds, |place| {
            let one = run.head.transactions.get(place);
            one.is_some_and(|one| holds(histories.live_at(one.end_step), one.first_lsn))
        });
        written.segments = segments(run, &parts);
        written
    }

    fn of(run: &Run, has: impl Fn(u32, u64) -> bool, has_transaction: impl Fn(usize) -> bool) -> Written {
        let (head, records) = (&run.head, &run.records);
        let mut written = Written::default();
        written.records.reserve(records.lsn.len());
        written.at_us.reserve(records.lsn.len());
        let mut latest = i64::MIN;
        for (record, timeline) in records.timeline.iter().enumerate() {
            let (Some(kind), Some(us), Some(lsn)) =
                (records.kind.get(record), records.time_us.get(record), records.lsn.get(record))
            else {
                break;
            };
            if !has(*timeline, *lsn) {
                continue;
            }
            let place = written.records.len() as u32;
            match kind {
                RecordKind::Commit => written.commits.push(place),
                RecordKind::Abort => written.aborts.push(place),
                _ => {}
            }
            latest = latest.max(*us);
            written.records.push(record as u32);
            written.at_us.push(latest);
        }
        written.sessions = head.sessions.iter().map(|_| Vec::new()).collect();
        for (place, transaction) in head.transactions.iter().enumerate().filter(|(place, _)| has_transaction(*place)) {
            let session = head.sessions.iter().position(|session| *session == transaction.session);
            if let Some(own) = session.and_then(|session| written.sessions.get_mut(session)) {
                own.push(place as u32);
            }
        }
        for own in &mut written.sessions {
            own.sort_by_key(|place| head.transactions.get(*place as usize).map_or(0, |transaction| transaction.end_us));
        }
        written
    }

    /// Places of the records that lie between two values of the axis, with one more on either side.
    pub fn range(&self, run: &Run, scale: Scale, from: f64, to: f64) -> Range<usize> {
        let lo = self.place(run, scale, from).saturating_sub(1);
        let hi = (self.place(run, scale, to) + 1).min(self.records.len());
        lo..hi.max(lo)
    }

    /// How many records lie before a value of the axis.
    pub fn place(&self, run: &Run, scale: Scale, value: f64) -> usize {
        match scale {
            Scale::Time => self.at_us.partition_point(|us| (*us as f64) < value),
            Scale::Lsn => {
                let lsn = |record: &u32| run.records.lsn.get(*record as usize).copied().unwrap_or_default();
                self.records.partition_point(|record| (lsn(record) as f64) < value)
            }
        }
    }

    /// The record at a place.
    pub fn record(&self, place: usize) -> Option<usize> {
        self.records.get(place).map(|record| *record as usize)
    }

    /// What stands between two places.
    pub fn count(&self, places: &Range<usize>) -> Count {
        let within = |some: &[u32]| {
            let before = |place: usize| some.partition_point(|at| (*at as usize) < place);
            before(places.end) - before(places.start)
        };
        Count { all: places.len(), commits: within(&self.commits), aborts: within(&self.aborts) }
    }

    /// A session's transactions that are in sight between two values; a session has one at a time.
    pub fn transactions(&self, run: &Run, session: usize, scale: Scale, (from, to): (f64, f64)) -> &[u32] {
        let Some(own) = self.sessions.get(session) else {
            return &[];
        };
        let of = |place: &u32| run.head.transactions.get(*place as usize);
        let begin = own.partition_point(|place| {
            of(place).is_some_and(|one| match scale {
                Scale::Time => (one.end_us as f64) < from,
                Scale::Lsn => (one.end_lsn.unwrap_or(one.first_lsn) as f64) < from,
            })
        });
        let end = own.partition_point(|place| {
            of(place).is_some_and(|one| match scale {
                Scale::Time => one.begin_us as f64 <= to,
                Scale::Lsn => one.first_lsn as f64 <= to,
            })
        });
        own.get(begin..end.max(begin)).unwrap_or_default()
    }

    /// Where a record stands, if it is there: they were written in the order of the axis.
    pub fn place_of(&self, record: usize) -> Option<usize> {
        self.records.binary_search(&(record as u32)).ok()
    }

    pub fn has_record(&self, record: usize) -> bool {
        self.place_of(record).is_some()
    }

    /// Whether it has where the log ended at a step.
    pub fn has_step(&self, run: &Run, step: u32) -> bool {
        run.records_at(step).checked_sub(1).is_none_or(|last| self.has_record(last))
    }

    /// Whether it has a transaction.
    pub fn has(&self, run: &Run, place: usize) -> bool {
        let end = |place: usize| run.head.transactions.get(place).map_or(0, |one| one.end_us);
        self.sessions.iter().any(|own| {
            let from = own.partition_point(|each| end(*each as usize) < end(place));
            own.iter()
                .skip(from)
                .take_while(|each| end(**each as usize) == end(place))
                .any(|each| *each as usize == place)
        })
    }

    /// The transaction of the same session behind one.
    pub fn next_in_session(&self, session: usize, end_us: i64, run: &Run) -> Option<usize> {
        let own = self.sessions.get(session)?;
        let ended = |place: &u32| run.head.transactions.get(*place as usize).is_some_and(|one| one.end_us <= end_us);
        own.get(own.partition_point(ended)).map(|place| *place as usize)
    }
}

/// A history's segments. That of a fork is there twice, and counts as the younger timeline's.
fn segments(run: &Run, parts: &[Part]) -> Vec<Link> {
    let size = u64::from(run.head.segment_bytes);
    let mut links: Vec<Link> = Vec::new();
    let start = |link: &Link| run.head.segments.get(link.place).map_or(0, |one| one.start_lsn);
    for part in parts {
        let own = chain(&run.head, part.timeline);
        let own = own.into_iter().filter(|link| start(link) < part.to && start(link) + size > part.from);
        let own: Vec<Link> = own.collect();
        if let Some(from) = own.first().map(start) {
            links.retain(|link| start(link) < from);
        }
        links.extend(own);
    }
    links
}

#[cfg(test)]
mod tests {
    use super::super::samples::{forked, many};
    use super::*;

    fn by_time(run: &Run) -> Written {
        Written::by_time(run, &Histories::new(run))
    }

    #[test]
    fn counts_are_those_of_going_through_all() {
        let run = many(1000);
        let written = by_time(&run);
        for (from, to) in [(0.0, 1e15), (3e9, 9e9), (5e9, 5e9)] {
            let places = written.place(&run, Scale::Time, from)..written.place(&run, Scale::Time, to);
            let inside = |record: &usize| {
                let us = run.records.time_us[*record] as f64;
                us >= from && us < to
            };
            let all: Vec<usize> = (0..run.records.lsn.len()).filter(inside).collect();
            let of = |kind| all.iter().filter(|record| run.records.kind[**record] == kind).count();
            let expected = Count { all: all.len(), commits: of(RecordKind::Commit), aborts: of(RecordKind::Abort) };
            assert_eq!(written.count(&places), expected, "{from} to {to}");
        }
    }

    #[test]
    fn what_a_session_has_in_sight() {
        let run = many(100);
        let written = by_time(&run);
        let seen = |session, at| written.transactions(&run, session, Scale::Time, at);
        let all: usize = (0..2).map(|session| seen(session, (0.0, 1e15)).len()).sum();
        assert_eq!(all, 100);
        let some = run.head.transactions[40].clone();
        let at = (some.begin_us as f64 + 1.0, some.end_us as f64 - 1.0);
        assert_eq!(seen(0, at), &[40]);
        assert_eq!(written.next_in_session(0, some.end_us, &run), Some(42));
        assert!(written.has(&run, 40) && !written.has(&run, 100));
    }

    #[test]
    fn each_history_ascends_and_has_its_own() {
        let run = forked();
        let histories = Histories::new(&run);
        let lsns = |written: &Written| -> Vec<(u32, u64)> {
            let of = |record: &u32| (run.records.timeline[*record as usize], run.records.lsn[*record as usize]);
            written.records.iter().map(of).collect()
        };
        let all = lsns(&Written::by_time(&run, &histories));
        assert_eq!(all.len(), run.records.lsn.len(), "the clock shows all");
        let fork = run.head.timelines[1].fork_lsn;
        for timeline in [1, 2] {
            let written = Written::by_lsn(&run, &histories, timeline);
            let own = lsns(&written);
            assert!(own.windows(2).all(|pair| pair[0].1 < pair[1].1), "{own:?}");
            assert!(own.iter().all(|(of, lsn)| if *lsn < fork { *of == 1 } else { *of == timeline }), "{own:?}");
            assert!((0..run.records.lsn.len()).filter(|record| written.has_record(*record)).count() == own.len());
            let starts: Vec<u64> =
                written.segments.iter().map(|link| run.head.segments[link.place].start_lsn).collect();
            assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "each number stands once: {starts:?}");
            let shown = (0..run.head.transactions.len()).filter(|place| written.has(&run, *place)).count();
            assert!(shown < run.head.transactions.len(), "those of the other history are not there");
        }
    }

    #[test]
    fn along_the_clock_one_server_follows_the_other() {
        let run = forked();
        let written = by_time(&run);
        assert!(written.segments.windows(2).all(|pair| pair[0].to_us <= pair[1].from_us), "{:?}", written.segments);
        let of: Vec<u32> = written.segments.iter().map(|link| run.head.segments[link.place].timeline).collect();
        assert!(of.first() == Some(&1) && of.last() == Some(&2), "{of:?}");
    }
}
