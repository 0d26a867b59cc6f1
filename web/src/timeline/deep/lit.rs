//! What is pointed at anywhere on the page is ringed here; what is pointed at here has a name for all views.

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
        Thing::Record(index) => {
            let kind = match run.records.kind.get(index)? {
                RecordKind::Checkpoint => Kind::Checkpoint,
                RecordKind::RestorePoint => Kind::RestorePoint,
                _ => Kind::Record,
            };
            Pointed {
                lsn: run.records.lsn.get(index).copied(),
                timeline: run.records.timeline.get(index).copied(),
                xid: run.records.xid.get(index).copied().filter(|xid| *xid > 0),
                ..Pointed::at(kind)
            }
        }
        Thing::Transaction(index) => Pointed { xid: Some(head.transactions.get(index)?.xid), ..Pointed::at(Kind::Xid) },
        Thing::Segment(index) => {
            let segment = head.segments.get(index)?;
            Pointed {
                timeline: Some(segment.timeline),
                number: Some(segment.number),
                lsn: Some(segment.start_lsn),
                ..Pointed::at(Kind::Segment)
            }
        }
        Thing::Backup(index) => {
            let name = run.name(head.backups.get(index)?.label).to_owned();
            Pointed { name: Some(name), ..Pointed::at(Kind::Backup) }
        }
        Thing::Timeline(index) => {
            Pointed { timeline: Some(head.timelines.get(index)?.id), ..Pointed::at(Kind::Timeline) }
        }
        Thing::Note(_) | Thing::Phase(_) => return None,
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
        (Kind::Record | Kind::Xid, Thing::Transaction(index)) => {
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
        (Kind::Segment, Thing::Segment(_))
        | (Kind::Backup, Thing::Backup(_))
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
    let along = |place: &usize| {
        let (us, lsn) = (run.records.time_us.get(*place)?, run.records.lsn.get(*place)?);
        Some(scene.along(*us, *lsn))
    };
    let knots: Vec<f64> = path.iter().filter_map(along).collect();
    for pair in knots.windows(2) {
        if let [from, to] = pair
            && plan.is_seen(from.min(*to), from.max(*to))
        {
            let (from, to) = (plan.point(plan.clip(*from), over), plan.point(plan.clip(*to), over));
            picture.line(Ink::Accent, 1.0, from, to, 2.0, Stroke::Solid);
        }
    }
    for knot in knots.into_iter().filter(|knot| plan.is_seen(*knot, *knot)) {
        picture.add(Ink::Surface, 1.0, Form::Disc { at: plan.point(knot, over), radius: 6.0 });
        picture.add(Ink::Accent, 1.0, Form::Disc { at: plan.point(knot, over), radius: 4.0 });
    }
}

/// Rings what is pointed at; a record that is hidden in a crowd has a line.
pub fn draw(scene: &Scene, picture: &mut Picture, lit: &Pointed) {
    if lit.kind == Kind::Nothing {
        return;
    }
    let rings: Vec<_> = picture.hits.iter().filter(|hit| is_meant(scene.run, hit.thing, lit)).copied().collect();
    let has_record = rings.iter().any(|hit| matches!(hit.thing, Thing::Record(_)));
    for hit in rings {
        picture.outline(Ink::Accent, 1.0, hit.rect.grown(3.0), 5.0, 2.0, Stroke::Solid);
    }
    let Some(lsn) = lit.lsn.filter(|_| !has_record && lit.kind != Kind::Segment) else {
        return;
    };
    let records = &scene.run.records;
    let place = records.lsn.partition_point(|at| *at < lsn);
    let Some(us) = records.time_us.get(place).filter(|_| records.lsn.get(place) == Some(&lsn)) else {
        return;
    };
    let at = scene.along(*us, lsn);
    let plan = scene.plan;
    if plan.is_seen(at, at) {
        let (from, to) = (plan.point(at, plan.log.from), plan.point(at, plan.log.to));
        picture.line(Ink::Accent, 1.0, from, to, 3.0, Stroke::Solid);
    }
}
