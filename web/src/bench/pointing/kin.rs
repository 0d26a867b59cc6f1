//! What a thing that is pointed at has to do with others: by the run's columns, and by what the engine knows beyond them.

use crate::bench::happening::{Phase, record_at};
use crate::bench::histories::{parts, segments_of, writer};
use crate::bench::parts::belong;
use crate::bench::point::{Kind, Pointed};
use crate::bench::transactions::{meant, written_on};
use crate::state::Run;
use crate::tables::grid::key_text;
use pitr_protocol::inside::Trace;
use pitr_protocol::{TimelineSpan, TransactionSpan};

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
    /// An XID, and of a transaction that is known, where there are several timelines, the one that it was written on and its first position.
    xids: Vec<(u32, Option<(u32, u64)>)>,
    /// The run's.
    timelines: Vec<TimelineSpan>,
    /// Relation and block, and the same by the relation's name: not every view knows both.
    pages: Vec<(u32, u32)>,
    named_pages: Vec<(String, u32)>,
    /// Table and key, as an attribute holds it.
    rows: Vec<(String, String)>,
    /// A whole timeline.
    timeline: Option<u32>,
    /// By their names.
    sessions: Vec<String>,
    backups: Vec<String>,
    /// In order.
    steps: Vec<u32>,
}

/// The parts of a timeline's log between two positions, each of the timeline that wrote it.
fn ranges_of(run: &Run, timeline: u32, from: u64, to: u64) -> Vec<(u32, u64, u64)> {
    let parts = parts(&run.head.timelines, timeline).into_iter();
    let within = parts.map(|part| (part.timeline, part.from.max(from), part.to.min(to)));
    within.filter(|(_, from, to)| from < to).collect()
}

/// Whether a record is one of a timeline's log; of no matter which where none is told.
fn is_in(run: &Run, at: usize, timeline: Option<u32>) -> bool {
    let (own, lsn) = (run.records.timeline[at], run.records.lsn[at]);
    timeline.is_none_or(|timeline| writer(&run.head.timelines, timeline, lsn) == own)
}

fn known(run: &Run, span: &TransactionSpan) -> (u32, Option<(u32, u64)>) {
    (span.xid, written_on(run, span).map(|timeline| (timeline, span.first_lsn)))
}

impl Kin {
    /// By the columns alone.
    pub fn of(run: &Run, pointed: &Pointed) -> Kin {
        let timelines = run.head.timelines.clone();
        let mut kin = Kin { itself: pointed.clone(), timelines, ..Kin::default() };
        match pointed.kind {
            Kind::Record | Kind::Checkpoint | Kind::RestorePoint => {
                if let Some(at) = pointed.lsn.and_then(|lsn| record_at(run, pointed.timeline, lsn)) {
                    kin.take_record(run, at);
                    kin.take_xid(run, run.records.xid[at], Some(run.records.timeline[at]));
                    kin.sessions.push(run.name(run.records.session[at]).to_owned());
                }
            }
            Kind::Xid => {
                let xid = pointed.xid.unwrap_or_default();
                kin.take_xid(run, xid, pointed.timeline);
                for at in (0..run.records.lsn.len()).filter(|at| xid > 0 && run.records.xid[*at] == xid) {
                    if is_in(run, at, pointed.timeline) {
                        kin.take_record(run, at);
                    }
                }
                let own = meant(run, xid, pointed.timeline).filter_map(|place| run.head.transactions.get(place));
                kin.sessions.extend(own.map(|span| run.name(span.session).to_owned()));
            }
            Kind::Session => {
                let name = pointed.name.as_deref().unwrap_or_default();
                for at in 0..run.records.lsn.len() {
                    if run.name(run.records.session[at]) == name {
                        let spot = Spot { timeline: run.records.timeline[at], lsn: run.records.lsn[at] };
                        kin.records.push(spot);
                    }
                }
                let own = run.head.transactions.iter().filter(|span| run.name(span.session) == name);
                kin.xids.extend(own.map(|span| known(run, span)));
                kin.sessions.push(name.to_owned());
            }
            Kind::Step => {
                kin.steps.extend(pointed.number.and_then(|step| u32::try_from(step).ok()));
                kin.take_xid(run, pointed.xid.unwrap_or_default(), pointed.timeline);
                kin.sessions.extend(pointed.name.clone());
            }
            Kind::Phase => kin.take_phase(Phase::of(run, pointed.name.as_deref().unwrap_or_default())),
            Kind::Segment => {
                let (timeline, number) = (pointed.timeline.unwrap_or(1), pointed.number.unwrap_or_default());
                let bytes = u64::from(run.head.segment_bytes.max(1));
                kin.segments.push((timeline, number));
                kin.ranges.extend(ranges_of(run, timeline, number * bytes, (number + 1) * bytes));
            }
            Kind::Timeline => kin.timeline = pointed.timeline,
            Kind::Page | Kind::Row | Kind::Backup | Kind::Part | Kind::Nothing => {}
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
        for (relation, block) in &trace.pages {
            let name = trace.relations.iter().find(|(known, _)| known == relation);
            self.named_pages.extend(name.map(|(_, name)| (name.clone(), *block)));
        }
        self.rows.extend(trace.rows.iter().map(|(table, key)| (table.clone(), key_text(key))));
        self
    }

    fn take_record(&mut self, run: &Run, at: usize) {
        let (timeline, lsn) = (run.records.timeline[at], run.records.lsn[at]);
        self.records.push(Spot { timeline, lsn });
        for segment in segments_of(run, timeline, lsn) {
            if !self.segments.contains(&segment) {
                self.segments.push(segment);
            }
        }
    }

    fn take_xid(&mut self, run: &Run, xid: u32, timeline: Option<u32>) {
        let own = meant(run, xid, timeline).filter_map(|place| run.head.transactions.get(place));
        let before = self.xids.len();
        self.xids.extend(own.map(|span| known(run, span)));
        if self.xids.len() == before && xid > 0 {
            self.xids.push((xid, None));
        }
    }

    fn take_phase(&mut self, phase: Phase) {
        for thing in phase.things {
            match thing.kind {
                Kind::Backup => self.backups.extend(thing.name),
                Kind::Timeline => self.timeline = thing.timeline,
                _ => self.segments.extend(thing.timeline.zip(thing.number)),
            }
        }
        (self.steps, self.ranges) = (phase.steps, phase.stretches);
    }

    pub fn is_of_nothing(&self) -> bool {
        self.itself.kind == Kind::Nothing
    }

    pub fn is_of_session(&self) -> bool {
        self.itself.kind == Kind::Session
    }

    /// Whether a line that tells of a step is to be lit.
    pub fn has_step(&self, step: Option<u32>) -> bool {
        step.is_some_and(|step| self.steps.binary_search(&step).is_ok())
    }

    /// Whether a thing of some view is to be lit. `relation` is known of pages alone.
    pub fn holds(&self, thing: &Pointed, relation: Option<u32>) -> bool {
        if self.is_of_nothing() {
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
            Kind::Xid => self.xids.iter().any(|(xid, written)| {
                let is_in = |timeline| written.is_none_or(|(own, lsn)| writer(&self.timelines, timeline, lsn) == own);
                thing.xid == Some(*xid) && thing.timeline.is_none_or(is_in)
            }),
            Kind::Page => {
                let block = thing.number.and_then(|block| u32::try_from(block).ok());
                let is_known = match (relation, block, &thing.name) {
                    (Some(relation), Some(block), _) => self.pages.contains(&(relation, block)),
                    (None, Some(block), Some(name)) => self.named_pages.contains(&(name.clone(), block)),
                    _ => false,
                };
                is_known || self.is_same(thing)
            }
            Kind::Row => match (&thing.name, &thing.key) {
                (Some(table), Some(key)) => self.rows.iter().any(|(name, known)| name == table && known == key),
                _ => false,
            },
            Kind::Timeline => thing.timeline.is_some_and(is_timeline),
            Kind::Backup => {
                self.is_same(thing) || thing.name.as_ref().is_some_and(|label| self.backups.contains(label))
            }
            Kind::Session => thing.name.as_ref().is_some_and(|name| self.sessions.contains(name)),
            Kind::Part => {
                let names = self.itself.name.as_ref().zip(thing.name.as_ref());
                self.itself.kind == Kind::Part && names.is_some_and(|(own, other)| belong(own, other))
            }
            Kind::Step => self.has_step(thing.number.and_then(|step| u32::try_from(step).ok())),
            Kind::Phase => self.is_same(thing),
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
    use crate::bench::happening::of_record;
    use crate::bench::transactions::{of_transaction, of_xid};
    use crate::timeline::deep::samples::forked;
    use pitr_protocol::{Fate, RecordKind, Records, RunHead, Steps, TransactionSpan, Value};

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
        let transaction = TransactionSpan {
            xid: 7,
            session: 0,
            statement: u32::MAX,
            statements: 1,
            rows: 1,
            fate: Fate::Committed,
            begin_step: 2,
            begin_us: 0,
            end_step: 3,
            end_us: 0,
            first_lsn: 0x1100,
            end_lsn: Some(0x2028),
        };
        let head = RunHead {
            segment_bytes: 4096,
            names: vec!["app".into()],
            transactions: vec![transaction],
            ..RunHead::default()
        };
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
        let trace = Trace {
            records: vec![(1, 0x1100)],
            pages: vec![(16, 0)],
            relations: vec![(16, "t".into())],
            rows: vec![("t".into(), Value::Int(3))],
        };
        let kin = kin.with(&run, &trace);
        assert!(kin.holds(&page, Some(16)) && !kin.holds(&page, Some(17)));
        assert!(kin.holds(&page, None), "where the relation's number is not known, its name is");
        let other = Pointed { number: Some(1), ..page };
        assert!(!kin.holds(&other, None) && !kin.holds(&other, Some(16)));
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
        let session = Pointed::named(Kind::Session, "app");
        assert!(kin.holds(&session, None), "and the session that it is of");
        let kin = Kin::of(&run, &session);
        assert!(kin.holds(&record(0x2028), None) && !kin.holds(&record(0x1028), None));
        assert!(kin.holds(&session, None) && !kin.holds(&Pointed::named(Kind::Session, "ops"), None));
        assert!(kin.holds(&Pointed { xid: Some(7), ..Pointed::at(Kind::Xid) }, None), "its row in the table");
    }

    #[test]
    fn of_several_timelines_each_lights_its_own() {
        let run = forked();
        let fork = run.head.timelines[1].fork_lsn;
        let last = run.records.lsn.len() - 1;
        let (first, again) = (19, last);
        let at = |place| of_record(&run, place).unwrap();
        let spans = [9, run.head.transactions.len() - 1].map(|place| of_transaction(&run, place).unwrap());
        assert_eq!((at(first).lsn, spans[0].xid), (at(again).lsn, spans[1].xid), "position and XID were given twice");
        for (own, other, [span, others]) in
            [(first, again, [&spans[0], &spans[1]]), (again, first, [&spans[1], &spans[0]])]
        {
            for kin in [Kin::of(&run, &at(own)), Kin::of(&run, span)] {
                assert!(kin.holds(&at(own), None) && !kin.holds(&at(other), None));
                assert!(kin.holds(span, None) && !kin.holds(others, None));
            }
        }
        assert!(Kin::of(&run, &of_xid(spans[0].xid.unwrap())).holds(&spans[1], None), "no word of where: both");
        let number = fork / u64::from(run.head.segment_bytes);
        let segment =
            |timeline| Pointed { timeline: Some(timeline), number: Some(number), ..Pointed::at(Kind::Segment) };
        let shared = (0..20).rev().find(|at| run.records.lsn[*at] < fork).unwrap();
        let kin = Kin::of(&run, &at(shared));
        assert!(kin.holds(&segment(1), None) && kin.holds(&segment(2), None), "it was brought along");
        assert!(
            Kin::of(&run, &segment(2)).holds(&at(shared), None) && !Kin::of(&run, &segment(2)).holds(&at(12), None)
        );
    }

    #[test]
    fn a_box_lights_its_lanes_and_a_step_its_transaction_and_its_session() {
        let run = run();
        let part = |code| Pointed::named(Kind::Part, code);
        let kin = Kin::of(&run, &part("log"));
        assert!(["log", "buffer", "disk"].iter().all(|code| kin.holds(&part(code), None)));
        assert!(!kin.holds(&part("archive"), None) && !kin.holds(&record(0x1100), None));
        let step = Pointed { number: Some(2), xid: Some(7), ..Pointed::named(Kind::Step, "app") };
        let kin = Kin::of(&run, &step);
        assert!(kin.holds(&step, None) && kin.has_step(Some(2)) && !kin.has_step(Some(3)) && !kin.has_step(None));
        assert!(kin.holds(&Pointed { xid: Some(7), ..Pointed::at(Kind::Xid) }, None));
        assert!(kin.holds(&Pointed::named(Kind::Session, "app"), None));
    }

    #[test]
    fn a_phase_lights_its_steps_its_backup_and_its_stretch_of_the_log() {
        let mut kin = Kin { itself: Pointed::named(Kind::Phase, "redo"), ..Kin::default() };
        let things = vec![Pointed::named(Kind::Backup, "b1"), segment(1)];
        kin.take_phase(Phase { steps: vec![8, 9], things, stretches: vec![(1, 0x1100, 0x2000)] });
        assert!(kin.has_step(Some(9)) && kin.holds(&Pointed::named(Kind::Backup, "b1"), None));
        assert!(kin.holds(&segment(1), None) && kin.holds(&record(0x1100), None) && !kin.holds(&record(0x2028), None));
        assert!(kin.holds(&Pointed::named(Kind::Phase, "redo"), None));
        assert!(!kin.holds(&Pointed::named(Kind::Phase, "promote"), None));
    }

    #[test]
    fn nothing_lights_nothing() {
        let kin = Kin::of(&run(), &Pointed::default());
        assert!([record(0x1100), segment(1), row("i1")].iter().all(|thing| !kin.holds(thing, Some(1))));
    }
}
