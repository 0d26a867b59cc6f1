//! What the picture in depth shows of a run, from afar and from near.

use super::index::Index;
use super::samples::{forked, many, shown_at};
use crate::state::Run;
use crate::timeline::axis::{Axis, Scale, Window};
use crate::timeline::layout::Plan;
use crate::timeline::samples::measure;
use crate::timeline::shapes::{Form, Hold, Picture, Rect, Thing};
use pitr_protocol::StepKind;

fn shown(run: &Run, width: f64, scale: Scale, window: Window) -> (Plan, Picture) {
    shown_at(run, width, scale, window, run.last_step())
}

fn texts(picture: &Picture) -> Vec<(&str, Rect)> {
    let said = picture.shapes.iter().filter_map(|shape| match &shape.form {
        Form::Text { at, font, text } => {
            let w = measure(text, font.size, font.bold);
            let x = match font.hold {
                Hold::Start => at.x,
                Hold::Middle => at.x - w / 2.0,
                Hold::End => at.x - w,
            };
            Some((text.as_str(), Rect { x, y: at.y - 7.0, w, h: 14.0 }))
        }
        _ => None,
    });
    said.collect()
}

#[test]
fn a_hundred_thousand_are_drawn_by_pixel() {
    let run = many(50_000);
    for width in [1360.0, 356.0] {
        let (plan, picture) = shown(&run, width, Scale::Time, Window::default());
        let most = plan.length * 8.0 + 400.0;
        assert!((picture.shapes.len() as f64) < most, "{} shapes at {width}", picture.shapes.len());
        assert!(picture.hits.len() as f64 <= plan.length + 10.0, "{} at {width}", picture.hits.len());
    }
}

#[test]
fn from_near_each_record_says_what_it_is() {
    let run = many(50_000);
    let axis = Axis::new(&run, Scale::Lsn);
    let at = axis.share(run.records.lsn[1000] as f64);
    let window = Window { from: at, to: axis.share(run.records.end_lsn[1005] as f64) };
    let (plan, picture) = shown(&run, 1360.0, Scale::Lsn, window);
    let touched: Vec<&Rect> = picture
        .hits
        .iter()
        .filter(|hit| matches!(hit.thing, Thing::Record(1000..=1005)))
        .map(|hit| &hit.rect)
        .collect();
    assert_eq!(touched.len(), 6);
    // An insert has 120 bytes, a commit 80: so do their blocks.
    let (insert, commit) = (touched[0].w, touched[1].w);
    assert!((insert / commit - 1.5).abs() < 0.05, "{insert} to {commit}");
    let said = texts(&picture);
    for words in ["120 B", "80 B", &crate::format::lsn(run.records.lsn[1002])] {
        assert!(said.iter().any(|(text, _)| *text == words), "{words}");
    }
    for (text, rect) in said {
        assert!(rect.x >= -0.5 && rect.right() <= plan.width + 0.5, "{text:?} leaves: {rect:?}");
    }
}

#[test]
fn by_time_records_of_one_instant_stand_beside_each_other() {
    let mut run = many(40);
    let us = run.records.time_us[20];
    run.records.time_us[20..24].fill(us);
    let axis = Axis::new(&run, Scale::Time);
    let window = Window { from: axis.share(us as f64 - 4e3), to: axis.share(us as f64 + 4e3) };
    let (_, picture) = shown(&run, 1360.0, Scale::Time, window);
    let blocks: Vec<Rect> =
        picture.hits.iter().filter(|hit| matches!(hit.thing, Thing::Record(20..=23))).map(|hit| hit.rect).collect();
    assert_eq!(blocks.len(), 4);
    for (place, block) in blocks.iter().enumerate() {
        assert!(blocks.iter().skip(place + 1).all(|other| !other.meets(*block)), "{blocks:?}");
    }
}

#[test]
fn a_savepoint_stands_on_its_transaction() {
    let mut run = many(3);
    run.head.names.push("SAVEPOINT s".to_owned());
    run.steps.kind[2] = StepKind::StatementDone;
    run.steps.text[2] = 3;
    let (_, picture) = shown(&run, 1360.0, Scale::Time, Window::default());
    let marks = picture.hits.iter().filter(|hit| matches!(hit.thing, Thing::Note(2))).count();
    assert_eq!(marks, 1);
}

#[test]
fn a_checkpoint_points_back_to_its_redo() {
    let mut run = many(6);
    // A record in the middle is a checkpoint that began a few records before.
    run.records.kind[8] = pitr_protocol::RecordKind::Checkpoint;
    run.steps.kind[4] = StepKind::CheckpointStarted;
    run.steps.lsn[4] = run.records.lsn[4];
    let index = Index::new(&run);
    let checkpoints = &index.written(Scale::Time, run.last_step()).checkpoints;
    assert_eq!(checkpoints.len(), 1);
    assert_eq!(checkpoints[0].redo_lsn, run.records.lsn[4]);
    let (plan, picture) = shown(&run, 1360.0, Scale::Lsn, Window::default());
    let axis = Axis::new(&run, Scale::Lsn);
    let px = |lsn: u64| plan.start + axis.px(lsn as f64, Window::default(), plan.length);
    let (from, to) = (px(run.records.lsn[8]), px(run.records.lsn[4]));
    let arrow = picture.shapes.iter().any(|shape| {
        matches!(shape.form, Form::Line { from: a, to: b, .. } if (a.x - from).abs() < 1.0 && (b.x - to).abs() < 1.0)
    });
    assert!(arrow, "from {from} back to {to}");
}

/// The records that can be touched, in the lane of the log and on the lines of the tree.
fn records(plan: &Plan, picture: &Picture) -> (Vec<usize>, Vec<usize>) {
    let hits = picture.hits.iter().filter_map(|hit| match hit.thing {
        Thing::Record(record) => Some((record, hit.rect.centre().y)),
        _ => None,
    });
    let (lane, tree): (Vec<_>, Vec<_>) = hits.partition(|(_, y)| (plan.log.from..plan.log.to).contains(y));
    let sorted = |hits: Vec<(usize, f64)>| {
        let mut records: Vec<usize> = hits.into_iter().map(|(record, _)| record).collect();
        records.sort_unstable();
        records.dedup();
        records
    };
    (sorted(lane), sorted(tree))
}

#[test]
fn the_log_goes_on_where_a_recovered_server_has_taken_over() {
    let run = forked();
    let (all, fork) = (run.records.lsn.len(), 12);
    let switch = (0..=run.last_step()).find(|step| run.step_kind(*step) == StepKind::SwitchedOver).unwrap();
    // Twenty records of the first timeline, and eight of the second, which lie at the positions of the first's last eight.
    let (first, left, second) = (0..20, fork..20, 20..all);
    let both = |one: std::ops::Range<usize>, other: std::ops::Range<usize>| one.chain(other).collect::<Vec<usize>>();
    let shown = |scale, step| {
        let (plan, picture) = shown_at(&run, 4000.0, scale, Window::default(), step);
        records(&plan, &picture)
    };
    let along_the_clock = shown(Scale::Time, run.last_step());
    assert_eq!(along_the_clock, (both(first.clone(), second.clone()), vec![]), "along the clock all of it");
    assert_eq!(
        shown(Scale::Lsn, switch - 1),
        (both(first, 0..0), second.clone().collect()),
        "before, the first timeline's"
    );
    assert_eq!(
        shown(Scale::Lsn, switch),
        (both(0..fork, second), left.collect()),
        "then the other's, and the rest where it was left"
    );
}
