//! What is pointed at anywhere on the page is ringed here; what is pointed at here has a name for all views.

use super::lanes;
use crate::bench::happening::{Phase, itself, of_record, of_segment};
use crate::bench::parts;
use crate::bench::point::{Kind, Pointed};
use crate::state::Run;
use crate::timeline::layout::Scene;
use crate::timeline::shapes::{Form, Hit, Ink, Picture, Rect, Stroke, Thing};
use pitr_protocol::RecordKind;
use std::collections::BTreeSet;

/// A thing of the picture, as all views know it.
pub fn pointed(run: &Run, thing: Thing) -> Option<Pointed> {
    let head = &run.head;
    Some(match thing {
        Thing::Record(index) => of_record(run, index)?,
        Thing::Transaction(index) => Pointed { xid: Some(head.transactions.get(index)?.xid), ..Pointed::at(Kind::Xid) },
        Thing::Segment(index) => of_segment(run, index)?,
        Thing::Backup(index) => Pointed::named(Kind::Backup, run.name(head.backups.get(index)?.label)),
        Thing::Timeline(index) => {
            Pointed { timeline: Some(head.timelines.get(index)?.id), ..Pointed::at(Kind::Timeline) }
        }
        Thing::Note(step) => itself(run, step),
        Thing::Phase(index) => Pointed::named(Kind::Phase, head.report.as_ref()?.phases.get(index)?.phase.code()),
    })
}

/// Whether a thing of the picture is what is pointed at, or belongs to it.
fn is_meant(run: &Run, thing: Thing, lit: &Pointed) -> bool {
    let records = &run.records;
    match (lit.kind, thing) {
        (Kind::Record | Kind::Checkpoint | Kind::RestorePoint, Thing::Record(index)) => {
            let other = |timeline| records.timeline.get(index).is_some_and(|own| *own != timeline);
            lit.lsn.is_some() && records.lsn.get(index).copied() == lit.lsn && !lit.timeline.is_some_and(other)
        }
        (Kind::Record | Kind::Xid | Kind::Step, Thing::Transaction(index)) => {
            let own = run.head.transactions.get(index).map(|one| one.xid);
            lit.xid.is_some() && own == lit.xid
        }
        (Kind::Xid, Thing::Record(index)) => lit.xid.is_some() && records.xid.get(index).copied() == lit.xid,
        (Kind::Record | Kind::Checkpoint | Kind::RestorePoint, Thing::Segment(index)) => {
            let size = u64::from(run.head.segment_bytes);
            let holds = |lsn: u64| {
                run.head.segments.get(index).is_some_and(|one| lsn >= one.start_lsn && lsn < one.start_lsn + size)
            };
            lit.lsn.is_some_and(holds)
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
    let xids: BTreeSet<u32> = path.iter().filter_map(|place| run.records.xid.get(*place)).copied().collect();
    let is_of = |hit: &&Hit| match hit.thing {
        Thing::Transaction(index) => run.head.transactions.get(index).is_some_and(|one| xids.contains(&one.xid)),
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
pub fn draw(scene: &Scene, picture: &mut Picture, lit: &Pointed) {
    if lit.kind == Kind::Nothing {
        return;
    }
    lanes::draw(scene, picture, lit);
    let phase = (lit.kind == Kind::Phase).then(|| Phase::of(scene.run, lit.name.as_deref().unwrap_or_default()));
    let is_of_phase = |thing: Thing| {
        let own = pointed(scene.run, thing);
        phase.as_ref().is_some_and(|phase| own.is_some_and(|own| phase.things.contains(&own)))
    };
    let is_rung = |hit: &&Hit| is_meant(scene.run, hit.thing, lit) || is_of_phase(hit.thing);
    let rings: Vec<Hit> = picture.hits.iter().filter(is_rung).copied().collect();
    let is_itself = |hit: &Hit| match lit.kind {
        Kind::Xid => matches!(hit.thing, Thing::Transaction(_)),
        Kind::Step => matches!(hit.thing, Thing::Note(_)),
        _ => matches!(hit.thing, Thing::Record(_)),
    };
    let is_there = rings.iter().any(is_itself);
    for hit in rings {
        picture.outline(Ink::Accent, 1.0, hit.rect.grown(3.0), 5.0, 2.0, Stroke::Solid);
    }
    phase.iter().flat_map(|phase| &phase.stretches).for_each(|stretch| draw_stretch(scene, picture, *stretch));
    let Some((us, lsn)) = place_of(scene.run, lit).filter(|_| !is_there) else { return };
    let (at, plan) = (scene.along(us, lsn), scene.plan);
    let over = if matches!(lit.kind, Kind::Xid | Kind::Step) { plan.lanes() } else { plan.log };
    if plan.is_seen(at, at) {
        picture.line(Ink::Accent, 1.0, plan.point(at, over.from), plan.point(at, over.to), 3.0, Stroke::Solid);
    }
}

/// Where a record, the end of a transaction or a step stands along the axis.
fn place_of(run: &Run, lit: &Pointed) -> Option<(i64, u64)> {
    match lit.kind {
        Kind::Xid => run.transaction(lit.xid?).map(|span| (span.end_us, span.end_lsn.unwrap_or(span.first_lsn))),
        Kind::Step => {
            let step = u32::try_from(lit.number?).ok()?;
            Some((run.step_time(step), run.lsn_at(step)))
        }
        Kind::Segment => None,
        _ => {
            let lsn = lit.lsn?;
            let place = match lit.timeline.filter(|_| run.head.timelines.len() > 1) {
                Some(timeline) => places(run, &[(timeline, lsn)]).first().copied()?,
                None => run.records.lsn.partition_point(|at| *at < lsn),
            };
            let us = run.records.time_us.get(place).filter(|_| run.records.lsn.get(place) == Some(&lsn))?;
            Some((*us, lsn))
        }
    }
}

/// Frames a stretch of the first timeline's log, which has the log's lane.
fn draw_stretch(scene: &Scene, picture: &mut Picture, (timeline, from, to): (u32, u64, u64)) {
    let (records, plan) = (&scene.run.records, scene.plan);
    if scene.run.head.timelines.first().is_some_and(|first| first.id != timeline) {
        return;
    }
    let mut own =
        (0..records.lsn.len()).filter(|at| records.timeline[*at] == timeline && (from..to).contains(&records.lsn[*at]));
    let Some(first) = own.next() else { return };
    let last = own.next_back().unwrap_or(first);
    let begin = scene.along(records.time_us[first], records.lsn[first]);
    let end = scene.along(records.time_us[last], records.end_lsn[last]).max(begin + 2.0);
    if plan.is_seen(begin, end) {
        let frame = plan.rect((plan.clip(begin - 2.0), plan.clip(end + 2.0)), (plan.log.from, plan.log.to));
        picture.outline(Ink::Accent, 1.0, frame, 4.0, 2.0, Stroke::Solid);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{many, shown_at};
    use super::*;
    use crate::timeline::axis::{Axis, Scale, Window};
    use crate::timeline::layout::Plan;
    use crate::timeline::samples::measure;
    use pitr_protocol::StepKind;

    /// What is added to the picture of a run while something is pointed at: how many frames, how many lines.
    fn added(run: &Run, lit: &Pointed) -> (usize, usize) {
        let (axis, window) = (Axis::new(run, Scale::Time), Window::default());
        let (plan, mut picture): (Plan, Picture) = shown_at(run, 1360.0, Scale::Time, window, run.last_step());
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
        draw(&scene, &mut picture, lit);
        let added = picture.shapes.get(before..).unwrap_or_default();
        let count = |is_it: fn(&Form) -> bool| added.iter().filter(|shape| is_it(&shape.form)).count();
        (count(|form| matches!(form, Form::Outline { .. })), count(|form| matches!(form, Form::Line { .. })))
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
}
