//! What is pointed at anywhere on the page is ringed here; what is pointed at here has a name for all views.

use super::index::Index;
use super::{lanes, tree};
use crate::bench::happening::{Phase, itself, of_record, of_segment, record_at};
use crate::bench::histories::{segments_of, writer};
use crate::bench::parts;
use crate::bench::point::{Kind, Pointed};
use crate::bench::transactions::{self, meant, of_transaction, written_on};
use crate::state::Run;
use crate::timeline::layout::Scene;
use crate::timeline::shapes::{Form, Hit, Ink, Picture, Rect, Stroke, Thing};
use pitr_protocol::{RecordKind, SegmentSpan, TransactionSpan};
use std::collections::BTreeSet;

/// A thing of the picture, as all views know it.
pub fn pointed(run: &Run, thing: Thing) -> Option<Pointed> {
    let head = &run.head;
    Some(match thing {
        Thing::Record(index) => of_record(run, index)?,
        Thing::Transaction(index) => of_transaction(run, index)?,
        Thing::Segment(index) => of_segment(run, index)?,
        Thing::Backup(index) => Pointed::named(Kind::Backup, run.name(head.backups.get(index)?.label)),
        Thing::Timeline(index) => {
            Pointed { timeline: Some(head.timelines.get(index)?.id), ..Pointed::at(Kind::Timeline) }
        }
        Thing::Note(step) => itself(run, step),
        Thing::Phase(index) => Pointed::named(Kind::Phase, head.report.as_ref()?.phases.get(index)?.phase.code()),
    })
}

/// What is lit: all that is looked up for it once, so that a frame costs no more than what it shows.
#[derive(Debug, Default)]
pub struct Lit {
    pub pointed: Pointed,
    /// Where it stands, if it is a record, a transaction or a step.
    place: Option<Place>,
    /// The segments that hold it, or what it wrote.
    segments: Vec<(u32, u64)>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    us: i64,
    lsn: u64,
    /// The record itself, or the last of the transaction.
    record: Option<usize>,
}

impl Lit {
    pub fn new(run: &Run, pointed: Pointed) -> Lit {
        let phase = match (pointed.kind, &pointed.name) {
            (Kind::Phase, Some(code)) => Phase::of(run, code),
            _ => Phase::default(),
        };
        let place = place_of(run, &pointed);
        // Not every view tells the transaction of a record.
        let record = place.and_then(|place| place.record).filter(|_| pointed.kind == Kind::Record);
        let xid = record.and_then(|record| run.records.xid.get(record).copied()).filter(|xid| *xid > 0);
        let segments = segments(run, place, &pointed);
        Lit { place, segments, phase, pointed: Pointed { xid: pointed.xid.or(xid), ..pointed } }
    }
}

/// The segments of a record, or of all that a transaction wrote.
fn segments(run: &Run, place: Option<Place>, pointed: &Pointed) -> Vec<(u32, u64)> {
    let records = &run.records;
    let mut all = Vec::new();
    let mut take = |record: usize| {
        if let (Some(timeline), Some(lsn)) = (records.timeline.get(record), records.lsn.get(record)) {
            all.extend(segments_of(run, *timeline, *lsn));
        }
    };
    match pointed.kind {
        Kind::Xid => {
            let xid = pointed.xid.unwrap_or_default();
            for span in meant(run, xid, pointed.timeline).filter_map(|place| run.head.transactions.get(place)) {
                let steps = run.records_at(span.begin_step).saturating_sub(1)..run.records_at(span.end_step);
                steps.filter(|record| records.xid.get(*record) == Some(&xid)).for_each(&mut take);
            }
        }
        Kind::Record | Kind::Checkpoint | Kind::RestorePoint => {
            place.and_then(|place| place.record).into_iter().for_each(take);
        }
        _ => {}
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Where a record, the end of a transaction or a step stands.
fn place_of(run: &Run, pointed: &Pointed) -> Option<Place> {
    match pointed.kind {
        Kind::Xid => {
            let span = run.head.transactions.get(meant(run, pointed.xid?, pointed.timeline).next_back()?)?;
            let lsn = span.end_lsn.unwrap_or(span.first_lsn);
            Some(Place { us: span.end_us, lsn, record: record_at(run, written_on(run, span), lsn) })
        }
        Kind::Step => {
            let step = u32::try_from(pointed.number?).ok()?;
            Some(Place { us: run.step_time(step), lsn: run.lsn_at(step), record: None })
        }
        Kind::Record | Kind::Checkpoint | Kind::RestorePoint => {
            let lsn = pointed.lsn?;
            let record = record_at(run, pointed.timeline, lsn)?;
            Some(Place { us: *run.records.time_us.get(record)?, lsn, record: Some(record) })
        }
        _ => None,
    }
}

/// Whether a thing of the picture is what is pointed at, or belongs to it.
fn is_meant(run: &Run, thing: Thing, Lit { pointed: lit, segments, .. }: &Lit) -> bool {
    let (records, timelines) = (&run.records, &run.head.timelines);
    // Below a fork timelines have the same log, above it the same positions are others.
    let is_of = |own: u32, lsn: u64| lit.timeline.is_none_or(|timeline| writer(timelines, timeline, lsn) == own);
    let is_record = |index: usize| {
        records.timeline.get(index).zip(records.lsn.get(index)).is_some_and(|(own, lsn)| is_of(*own, *lsn))
    };
    match (lit.kind, thing) {
        (Kind::Record | Kind::Checkpoint | Kind::RestorePoint, Thing::Record(index)) => {
            lit.lsn.is_some() && records.lsn.get(index).copied() == lit.lsn && is_record(index)
        }
        (Kind::Record | Kind::Xid | Kind::Step, Thing::Transaction(index)) => {
            let span = run.head.transactions.get(index);
            lit.xid.is_some() && span.is_some_and(|span| transactions::is_meant(run, span, lit.xid, lit.timeline))
        }
        (Kind::Xid, Thing::Record(index)) => {
            lit.xid.is_some() && records.xid.get(index).copied() == lit.xid && is_record(index)
        }
        (_, Thing::Segment(index)) if lit.kind != Kind::Segment => {
            let is_it = |one: &SegmentSpan| segments.contains(&(one.timeline, one.number));
            run.head.segments.get(index).is_some_and(is_it)
        }
        (Kind::Step, Thing::Note(step)) => lit.number == Some(step.into()),
        (Kind::Session, Thing::Note(_)) => pointed(run, thing).is_some_and(|own| own.name == lit.name),
        // Of the pages in memory the records that change them are the counterpart, of those on disk the checkpoints.
        (Kind::Part, Thing::Record(index)) => match (lit.name.as_deref(), records.kind.get(index)) {
            (Some(parts::PAGES), Some(kind)) => {
                matches!(kind, RecordKind::Insert | RecordKind::Update | RecordKind::Delete)
            }
            (Some(parts::FILES), Some(kind)) => *kind == RecordKind::Checkpoint,
            _ => false,
        },
        (Kind::Segment, Thing::Segment(_))
        | (Kind::Backup, Thing::Backup(_))
        | (Kind::Phase, Thing::Phase(_))
        | (Kind::Timeline, Thing::Timeline(_)) => pointed(run, thing).as_ref().is_some_and(|own| {
            (own.number, &own.name, own.timeline) == (lit.number, &lit.name, lit.timeline.or(own.timeline))
        }),
        _ => false,
    }
}

/// The places of records in the columns, in log order.
pub fn places(run: &Run, records: &[(u32, u64)]) -> Vec<usize> {
    let wanted: BTreeSet<(u32, u64)> = records.iter().copied().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let own = run.records.timeline.iter().copied().zip(run.records.lsn.iter().copied());
    own.enumerate().filter(|(_, record)| wanted.contains(record)).map(|(place, _)| place).collect()
}

/// The way from record to record that has made a row or a page what it is: a line along the log, a knot at each, its transactions ringed.
pub fn draw_path(scene: &Scene, picture: &mut Picture, path: &[usize]) {
    if path.is_empty() {
        return;
    }
    let (run, plan) = (scene.run, scene.plan);
    let xid = |place: &usize| (run.records.xid.get(*place).copied(), run.records.timeline.get(*place).copied());
    let xids: BTreeSet<(Option<u32>, Option<u32>)> = path.iter().map(xid).collect();
    let wrote =
        |one: &TransactionSpan| xids.iter().any(|(xid, timeline)| transactions::is_meant(run, one, *xid, *timeline));
    let is_of = |hit: &&Hit| match hit.thing {
        Thing::Transaction(index) => run.head.transactions.get(index).is_some_and(wrote),
        Thing::Record(place) => path.contains(&place),
        _ => false,
    };
    let rings: Vec<Rect> = picture.hits.iter().filter(is_of).map(|hit| hit.rect).collect();
    for ring in rings {
        picture.outline(Ink::Accent, 1.0, ring.grown(2.5), 5.0, 1.75, Stroke::Solid);
    }
    let over = if plan.down { plan.log.to - 3.0 } else { plan.log.from + 1.0 };
    // What the lane of the log does not show stands on its timeline's line.
    let on_its_line = |place: usize| {
        let hit = picture.hits.iter().find(|hit| hit.thing == Thing::Record(place))?.rect.centre();
        let across = if plan.down { hit.x } else { hit.y };
        (!(plan.log.from..=plan.log.to).contains(&across)).then_some(across)
    };
    let knot = |place: &usize| {
        let (us, lsn) = (run.records.time_us.get(*place)?, run.records.lsn.get(*place)?);
        Some((scene.along(*us, *lsn), on_its_line(*place).unwrap_or(over)))
    };
    let knots: Vec<(f64, f64)> = path.iter().filter_map(knot).collect();
    for pair in knots.windows(2) {
        if let [from, to] = pair
            && plan.is_seen(from.0.min(to.0), from.0.max(to.0))
        {
            let (from, to) = (plan.point(plan.clip(from.0), from.1), plan.point(plan.clip(to.0), to.1));
            picture.line(Ink::Accent, 1.0, from, to, 2.0, Stroke::Solid);
        }
    }
    for (along, over) in knots.into_iter().filter(|(along, _)| plan.is_seen(*along, *along)) {
        picture.add(Ink::Surface, 1.0, Form::Disc { at: plan.point(along, over), radius: 6.0 });
        picture.add(Ink::Accent, 1.0, Form::Disc { at: plan.point(along, over), radius: 4.0 });
    }
}

/// Rings what is pointed at; what is hidden in a crowd has a line.
pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index, lit: &Lit) {
    let Lit { pointed: thing, place, phase, .. } = lit;
    if thing.kind == Kind::Nothing {
        return;
    }
    lanes::draw(scene, picture, thing);
    let is_of_phase = |other: Thing| {
        !phase.things.is_empty() && pointed(scene.run, other).is_some_and(|other| phase.things.contains(&other))
    };
    let is_rung = |hit: &&Hit| is_meant(scene.run, hit.thing, lit) || is_of_phase(hit.thing);
    let rings: Vec<Hit> = picture.hits.iter().filter(is_rung).copied().collect();
    let is_itself = |hit: &Hit| match thing.kind {
        Kind::Xid => matches!(hit.thing, Thing::Transaction(_)),
        Kind::Step => matches!(hit.thing, Thing::Note(_)),
        _ => matches!(hit.thing, Thing::Record(_)),
    };
    let is_there = rings.iter().any(is_itself);
    for hit in rings {
        picture.outline(Ink::Accent, 1.0, hit.rect.grown(3.0), 5.0, 2.0, Stroke::Solid);
    }
    phase.stretches.iter().for_each(|stretch| draw_stretch(scene, picture, index, *stretch));
    let Some(place) = place.filter(|_| !is_there) else { return };
    let (at, plan) = (scene.along(place.us, place.lsn), scene.plan);
    let is_in_log = |record| index.written(scene.axis.scale, scene.step).has_record(record);
    let over = match thing.kind {
        _ if !place.record.is_none_or(is_in_log) => plan.timelines,
        Kind::Xid | Kind::Step => plan.lanes(),
        _ => plan.log,
    };
    if plan.is_seen(at, at) {
        picture.line(Ink::Accent, 1.0, plan.point(at, over.from), plan.point(at, over.to), 3.0, Stroke::Solid);
    }
}

/// Frames a stretch of a timeline's log, in the lane of the log or on the timeline's own line.
fn draw_stretch(scene: &Scene, picture: &mut Picture, index: &Index, (timeline, from, to): (u32, u64, u64)) {
    let (records, plan) = (&scene.run.records, scene.plan);
    let found = index.find(scene.run, timeline, from + 1);
    if records.lsn.get(found).is_none_or(|lsn| *lsn >= to) {
        return;
    }
    let last = index.last_before(scene.run, timeline, to).unwrap_or(found);
    let (Some(first_us), Some(first_lsn)) = (records.time_us.get(found), records.lsn.get(found)) else { return };
    let (Some(last_us), Some(last_lsn)) = (records.time_us.get(last), records.end_lsn.get(last)) else { return };
    let begin = scene.along(*first_us, *first_lsn);
    let end = scene.along(*last_us, *last_lsn).max(begin + 2.0);
    if !plan.is_seen(begin, end) {
        return;
    }
    let lane = match index.written(scene.axis.scale, scene.step).has_record(found) {
        true => plan.log,
        false => tree::lane(scene, timeline),
    };
    let frame = plan.rect((plan.clip(begin - 2.0), plan.clip(end + 2.0)), (lane.from, lane.to));
    picture.outline(Ink::Accent, 1.0, frame, 4.0, 2.0, Stroke::Solid);
}

#[cfg(test)]
mod tests {
    use super::super::samples::{forked, many, shown_at};
    use super::*;
    use crate::timeline::axis::{Axis, Scale, Window};
    use crate::timeline::layout::Plan;
    use crate::timeline::samples::measure;
    use crate::timeline::shapes::Point;
    use pitr_protocol::StepKind;

    /// What is added to the picture of a run while something is lit: the frames and the lines' ends.
    fn shown(run: &Run, scale: Scale, lit: &Lit) -> (Plan, Picture, Vec<Rect>, Vec<(Point, Point)>) {
        let (axis, window, index) = (Axis::new(run, scale), Window::default(), Index::new(run));
        let (plan, mut picture) = shown_at(run, 1360.0, scale, window, run.last_step());
        let scene = Scene {
            run,
            axis: &axis,
            window,
            plan: &plan,
            step: run.last_step(),
            before: run.last_step(),
            progress: 1.0,
            cut: None,
            find: None,
            measure: &measure,
        };
        let before = picture.shapes.len();
        draw(&scene, &mut picture, &index, lit);
        let added = picture.shapes.get(before..).unwrap_or_default();
        let frames = added.iter().filter_map(|shape| match shape.form {
            Form::Outline { rect, .. } => Some(rect),
            _ => None,
        });
        let lines = added.iter().filter_map(|shape| match shape.form {
            Form::Line { from, to, .. } => Some((from, to)),
            _ => None,
        });
        let (frames, lines) = (frames.collect(), lines.collect());
        (plan, picture, frames, lines)
    }

    /// How many frames, how many lines.
    fn added(run: &Run, pointed: &Pointed) -> (usize, usize) {
        let lit = Lit::new(run, pointed.clone());
        let (_, _, frames, lines) = shown(run, Scale::Time, &lit);
        (frames.len(), lines.len())
    }

    /// The things that are ringed.
    fn ringed(run: &Run, pointed: &Pointed) -> Vec<Thing> {
        let lit = Lit::new(run, pointed.clone());
        let (_, picture, frames, _) = shown(run, Scale::Time, &lit);
        let is_rung = |hit: &&Hit| frames.contains(&hit.rect.grown(3.0));
        picture.hits.iter().filter(is_rung).map(|hit| hit.thing).collect()
    }

    #[test]
    fn a_savepoint_lights_its_mark_and_its_transaction() {
        let mut run = many(3);
        run.head.names.push("SAVEPOINT s".to_owned());
        run.steps.kind[2] = StepKind::StatementDone;
        run.steps.text[2] = 3;
        let savepoint = pointed(&run, Thing::Note(2)).unwrap();
        assert_eq!((savepoint.kind, savepoint.number), (Kind::Step, Some(2)));
        assert_eq!(savepoint.xid, Some(run.head.transactions[1].xid));
        assert_eq!(added(&run, &savepoint), (2, 0), "a ring around each");
        let hidden = Pointed { number: Some(0), xid: None, ..savepoint };
        assert_eq!(added(&run, &hidden), (0, 1), "what has no mark has a line");
    }

    #[test]
    fn a_session_has_its_lane_and_a_transaction_in_a_crowd_a_line() {
        let run = many(20_000);
        assert_eq!(added(&run, &Pointed::named(Kind::Session, "app-1")), (1, 0));
        let xid = Some(run.head.transactions[9_000].xid);
        assert_eq!(added(&run, &Pointed { xid, ..Pointed::at(Kind::Xid) }), (0, 1));
        assert_eq!(added(&run, &Pointed::named(Kind::Part, "disk")), (2, 0));
    }

    #[test]
    fn what_changes_pages_is_the_counterpart_of_the_pages() {
        let run = many(4);
        let changes = run.records.kind.iter().filter(|kind| **kind == RecordKind::Insert).count();
        assert_eq!(added(&run, &Pointed::named(Kind::Part, parts::PAGES)), (changes, 0));
        assert_eq!(added(&run, &Pointed::named(Kind::Part, parts::FILES)), (0, 0), "no checkpoint is there");
    }

    /// The segments' places of a timeline that are among the things.
    fn timelines_of(run: &Run, things: &[Thing]) -> Vec<u32> {
        let of = |thing: &Thing| match thing {
            Thing::Segment(place) => run.head.segments.get(*place).map(|one| one.timeline),
            _ => None,
        };
        things.iter().filter_map(of).collect()
    }

    #[test]
    fn what_lies_past_a_fork_lights_its_own_timelines_alone() {
        let run = forked();
        let last = run.records.lsn.len() - 1;
        let (first, again) = (19, last);
        assert_eq!(run.records.lsn[first], run.records.lsn[again], "the same position on both");
        for (place, timeline) in [(first, 1), (again, 2)] {
            let record = pointed(&run, Thing::Record(place)).unwrap();
            let things = ringed(&run, &record);
            assert!(things.contains(&Thing::Record(place)), "{things:?}");
            assert_eq!(timelines_of(&run, &things), [timeline], "{things:?}");
            let transactions = things.iter().filter(|thing| matches!(thing, Thing::Transaction(_)));
            assert_eq!(transactions.count(), 1, "the XID was given twice: {things:?}");
        }
        let transaction = Thing::Transaction(run.head.transactions.len() - 1);
        let things = ringed(&run, &pointed(&run, transaction).unwrap());
        let others = things.iter().filter(|thing| matches!(thing, Thing::Transaction(_)) && **thing != transaction);
        assert_eq!(others.count(), 0, "{things:?}");
        assert!(things.contains(&Thing::Record(last)) && !things.contains(&Thing::Record(first)), "{things:?}");
        assert_eq!(timelines_of(&run, &things), [2], "and the segment that it is in");
    }

    #[test]
    fn what_a_fork_has_copied_lights_both_segments() {
        let run = forked();
        let (fork, size) = (run.head.timelines[1].fork_lsn, u64::from(run.head.segment_bytes));
        let is_before = |at: &usize| (fork / size * size..fork).contains(&run.records.lsn[*at]);
        let shared = (0..20).find(is_before).expect("the segment of the fork begins with what the first has written");
        let things = ringed(&run, &pointed(&run, Thing::Record(shared)).unwrap());
        let mut timelines = timelines_of(&run, &things);
        timelines.sort_unstable();
        assert_eq!(timelines, [1, 2], "{things:?}");
    }

    #[test]
    fn a_phase_frames_its_stretch_of_each_timeline() {
        let run = forked();
        let fork = run.head.timelines[1].fork_lsn;
        let (from, to) = (run.records.lsn[2], run.records.lsn[run.records.lsn.len() - 1] + 1);
        let stretches = vec![(1, from, fork), (2, fork, to)];
        let phase = Phase { stretches, ..Phase::default() };
        let lit = Lit { pointed: Pointed::named(Kind::Phase, "redo"), phase, ..Lit::default() };
        let (plan, _, frames, _) = shown(&run, Scale::Time, &lit);
        assert_eq!(frames.len(), 2, "both are in the lane of the log");
        assert!(frames.iter().all(|frame| frame.y == plan.log.from) && frames[0].right() < frames[1].x, "{frames:?}");
        let stretches = vec![(1, fork, to)];
        let lit = Lit { phase: Phase { stretches, ..Phase::default() }, ..lit };
        let (plan, _, frames, _) = shown(&run, Scale::Lsn, &lit);
        assert_eq!(frames.len(), 1);
        assert!(frames[0].y >= plan.timelines.from, "along the log what was left lies on its own line: {frames:?}");
    }

    #[test]
    fn a_position_is_looked_up_on_the_timeline_that_is_meant() {
        let run = forked();
        let hidden = Pointed { timeline: Some(1), lsn: Some(run.records.lsn[19]), ..Pointed::at(Kind::Record) };
        let lit = Lit::new(&run, hidden.clone());
        assert_eq!(lit.place.and_then(|place| place.record), Some(19));
        let lit = Lit::new(&run, Pointed { timeline: Some(2), ..hidden });
        assert_eq!(lit.place.and_then(|place| place.record), Some(run.records.lsn.len() - 1));
    }
}
