//! What a thing that is pointed at has to do with others: by the run's columns, and by what the engine knows beyond them.

use crate::bench::point::{Kind, Pointed};
use crate::state::Run;
use crate::tables::grid::key_text;
use pitr_protocol::inside::Trace;

/// A record that is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    timeline: u32,
    lsn: u64,
}

/// All that is lit while something is pointed at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    itself: Pointed,
    records: Vec<Spot>,
    /// Ranges of the log, each with its timeline: what lies in them is lit.
    ranges: Vec<(u32, u64, u64)>,
    /// Segments: timeline and number.
    segments: Vec<(u32, u64)>,
    xids: Vec<u32>,
    /// Relation, where it is known, and block.
    pages: Vec<(u32, u32)>,
    /// Table and key, as an attribute holds it.
    rows: Vec<(String, String)>,
    /// A whole timeline, or all of a session's doings.
    timeline: Option<u32>,
}

/// The record at a position.
pub fn record_at(run: &Run, timeline: Option<u32>, lsn: u64) -> Option<usize> {
    let records = &run.records;
    let is_it =
        |at: &usize| records.lsn[*at] == lsn && timeline.is_none_or(|timeline| records.timeline[*at] == timeline);
    (0..records.lsn.len()).rev().find(is_it)
}

/// The segment that holds a position, as a timeline and a number.
fn segment_of(run: &Run, timeline: u32, lsn: u64) -> (u32, u64) {
    (timeline, lsn / u64::from(run.head.segment_bytes.max(1)))
}

impl Kin {
    /// By the columns alone.
    pub fn of(run: &Run, pointed: &Pointed) -> Kin {
        let mut kin = Kin { itself: pointed.clone(), ..Kin::default() };
        match pointed.kind {
            Kind::Record | Kind::Checkpoint | Kind::RestorePoint => {
                if let Some(at) = pointed.lsn.and_then(|lsn| record_at(run, pointed.timeline, lsn)) {
                    kin.take_record(run, at);
                    kin.xids.extend(Some(run.records.xid[at]).filter(|xid| *xid > 0));
                }
            }
            Kind::Xid => {
                let xid = pointed.xid.unwrap_or_default();
                kin.xids.push(xid);
                for at in (0..run.records.lsn.len()).filter(|at| xid > 0 && run.records.xid[*at] == xid) {
                    kin.take_record(run, at);
                }
            }
            Kind::Session => {
                let name = pointed.name.as_deref().unwrap_or_default();
                for at in 0..run.records.lsn.len() {
                    if run.name(run.records.session[at]) == name {
                        let spot = Spot { timeline: run.records.timeline[at], lsn: run.records.lsn[at] };
                        kin.records.push(spot);
                    }
                }
            }
            Kind::Segment => {
                let (timeline, number) = (pointed.timeline.unwrap_or(1), pointed.number.unwrap_or_default());
                let bytes = u64::from(run.head.segment_bytes.max(1));
                kin.segments.push((timeline, number));
                kin.ranges.push((timeline, number * bytes, (number + 1) * bytes));
            }
            Kind::Timeline => kin.timeline = pointed.timeline,
            Kind::Page | Kind::Row | Kind::Backup | Kind::Nothing => {}
        }
        if let (Kind::Row, Some(table), Some(key)) = (pointed.kind, &pointed.name, &pointed.key) {
            kin.rows.push((table.clone(), key.clone()));
        }
        kin
    }

    /// With what the engine has found.
    pub fn with(mut self, run: &Run, trace: &Trace) -> Kin {
        for (timeline, lsn) in &trace.records {
            match record_at(run, Some(*timeline), *lsn) {
                Some(at) => self.take_record(run, at),
                None => self.records.push(Spot { timeline: *timeline, lsn: *lsn }),
            }
        }
        self.pages.extend(&trace.pages);
        self.rows.extend(trace.rows.iter().map(|(table, key)| (table.clone(), key_text(key))));
        self
    }

    fn take_record(&mut self, run: &Run, at: usize) {
        let (timeline, lsn) = (run.records.timeline[at], run.records.lsn[at]);
        self.records.push(Spot { timeline, lsn });
        let segment = segment_of(run, timeline, lsn);
        if !self.segments.contains(&segment) {
            self.segments.push(segment);
        }
    }

    /// Whether a thing of some view is to be lit. `relation` is known of pages alone.
    pub fn holds(&self, thing: &Pointed, relation: Option<u32>) -> bool {
        if self.itself.kind == Kind::Nothing {
            return false;
        }
        let is_timeline = |timeline: u32| self.timeline == Some(timeline);
        match thing.kind {
            Kind::Record | Kind::Checkpoint | Kind::RestorePoint => thing.lsn.is_some_and(|lsn| {
                let timeline = thing.timeline.unwrap_or(1);
                self.records.contains(&Spot { timeline, lsn })
                    || is_timeline(timeline)
                    || self.ranges.iter().any(|(of, from, to)| *of == timeline && (*from..*to).contains(&lsn))
            }),
            Kind::Segment => {
                let timeline = thing.timeline.unwrap_or(1);
                thing.number.is_some_and(|number| self.segments.contains(&(timeline, number))) || is_timeline(timeline)
            }
            Kind::Xid => thing.xid.is_some_and(|xid| self.xids.contains(&xid)),
            Kind::Page => {
                let block = thing.number.and_then(|block| u32::try_from(block).ok());
                let known = relation.zip(block).is_some_and(|page| self.pages.contains(&page));
                known || (thing.name == self.itself.name && self.is_same(thing))
            }
            Kind::Row => match (&thing.name, &thing.key) {
                (Some(table), Some(key)) => self.rows.iter().any(|(name, known)| name == table && known == key),
                _ => false,
            },
            Kind::Timeline => thing.timeline.is_some_and(is_timeline),
            Kind::Backup | Kind::Session => self.is_same(thing),
            Kind::Nothing => false,
        }
    }

    fn is_same(&self, thing: &Pointed) -> bool {
        thing.kind == self.itself.kind && thing.name == self.itself.name && thing.number == self.itself.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{RecordKind, Records, RunHead, Steps, Value};

    fn run() -> Run {
        let records = Records {
            lsn: vec![0x1028, 0x1100, 0x2028],
            end_lsn: vec![0x1100, 0x1200, 0x2100],
            timeline: vec![1, 1, 1],
            time_us: vec![0; 3],
            kind: vec![RecordKind::Checkpoint, RecordKind::Insert, RecordKind::Commit],
            xid: vec![0, 7, 7],
            session: vec![u32::MAX, 0, 0],
            step: vec![1, 2, 3],
        };
        let head = RunHead { segment_bytes: 4096, names: vec!["app".into()], ..RunHead::default() };
        Run::new(head, records, Steps::default())
    }

    fn record(lsn: u64) -> Pointed {
        Pointed { timeline: Some(1), lsn: Some(lsn), ..Pointed::at(Kind::Record) }
    }

    fn segment(number: u64) -> Pointed {
        Pointed { timeline: Some(1), number: Some(number), ..Pointed::at(Kind::Segment) }
    }

    fn row(key: &str) -> Pointed {
        Pointed { name: Some("t".into()), key: Some(key.into()), ..Pointed::at(Kind::Row) }
    }

    #[test]
    fn a_record_lights_its_segment_its_transaction_and_by_the_engine_its_page_and_row() {
        let run = run();
        let kin = Kin::of(&run, &record(0x1100));
        assert!(kin.holds(&record(0x1100), None) && !kin.holds(&record(0x1028), None));
        assert!(kin.holds(&segment(1), None) && !kin.holds(&segment(2), None));
        assert!(kin.holds(&Pointed { xid: Some(7), ..Pointed::at(Kind::Xid) }, None));
        let page = Pointed { name: Some("t".into()), number: Some(0), ..Pointed::at(Kind::Page) };
        assert!(!kin.holds(&page, Some(16)) && !kin.holds(&row("i3"), None));
        let trace = Trace { records: vec![(1, 0x1100)], pages: vec![(16, 0)], rows: vec![("t".into(), Value::Int(3))] };
        let kin = kin.with(&run, &trace);
        assert!(kin.holds(&page, Some(16)) && !kin.holds(&page, Some(17)));
        assert!(kin.holds(&row("i3"), None) && !kin.holds(&row("i4"), None));
    }

    #[test]
    fn a_segment_lights_its_records_and_a_transaction_all_that_it_wrote() {
        let run = run();
        let kin = Kin::of(&run, &segment(1));
        assert!(
            kin.holds(&record(0x1028), None) && kin.holds(&record(0x1100), None) && !kin.holds(&record(0x2028), None)
        );
        let kin = Kin::of(&run, &Pointed { xid: Some(7), ..Pointed::at(Kind::Xid) });
        assert!(
            !kin.holds(&record(0x1028), None) && kin.holds(&record(0x1100), None) && kin.holds(&record(0x2028), None)
        );
        assert!(kin.holds(&segment(1), None) && kin.holds(&segment(2), None));
        let kin = Kin::of(&run, &Pointed { name: Some("app".into()), ..Pointed::at(Kind::Session) });
        assert!(kin.holds(&record(0x2028), None) && !kin.holds(&record(0x1028), None));
    }

    #[test]
    fn nothing_lights_nothing() {
        let kin = Kin::of(&run(), &Pointed::default());
        assert!([record(0x1100), segment(1), row("i1")].iter().all(|thing| !kin.holds(thing, Some(1))));
    }
}
