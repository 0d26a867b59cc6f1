//! What a picture shows of a small run, at its widths and at its steps.

use super::*;
use crate::timeline::samples::{LSN_APART, in_turns, measure};
use crate::timeline::shapes::Rect;
use crate::timeline::shapes::{Form, Ink, Thing};
use pitr_protocol::{BackupSpan, SegmentSpan};

const MINUTE: i64 = 60_000_000;

/// A commit every five minutes of two sessions in turn, the last of them the damage.
fn run(commits: u32) -> Run {
    let times = |index| (i64::from(index) * 5 * MINUTE + 2 * MINUTE, i64::from(index + 1) * 5 * MINUTE);
    let (mut head, records, steps) = in_turns(commits, times, |index| index == 1);
    head.end_us = i64::from(commits + 1) * 5 * MINUTE;
    head.noticed_us = head.end_us;
    head.names.push("b1".into());
    head.backups.push(BackupSpan {
        label: 3,
        start: (0, 0),
        end: Some((0, MINUTE)),
        redo_lsn: 0x1000,
        end_lsn: Some(0x1080),
        bytes: 4096,
    });
    for index in 0..commits {
        let (begin_us, end_us) = times(index);
        let (opened, done) = ((index * 2, begin_us), Some((index * 2 + 1, end_us)));
        let start_lsn = 0x1000 + u64::from(index) * LSN_APART;
        let used_to_lsn = start_lsn + LSN_APART;
        let number = u64::from(index);
        let (sealed, sent, archived) = (done, done, done);
        head.segments.push(SegmentSpan { timeline: 1, number, start_lsn, used_to_lsn, opened, sealed, sent, archived });
    }
    head.incident = Some(commits - 1);
    Run::new(head, records, steps)
}

fn shown(run: &Run, width: f64, down: bool, step: u32, cut: Option<&Cut>) -> (Plan, Picture) {
    let axis = Axis::new(run, Scale::Time);
    let plan = Plan::new(run, width, down);
    let scene = Scene {
        run,
        axis: &axis,
        window: Window::default(),
        plan: &plan,
        step,
        before: step,
        progress: 1.0,
        find: None,
        cut,
        measure: &measure,
    };
    let picture = picture(&scene);
    (plan, picture)
}

fn texts(picture: &Picture) -> Vec<(&str, Rect)> {
    picture
        .shapes
        .iter()
        .filter_map(|shape| match &shape.form {
            Form::Text { at, text, font } => {
                let w = measure(text, font.size, font.bold);
                let x = match font.hold {
                    super::super::shapes::Hold::Start => at.x,
                    super::super::shapes::Hold::Middle => at.x - w / 2.0,
                    super::super::shapes::Hold::End => at.x - w,
                };
                Some((text.as_str(), Rect { x, y: at.y - 7.0, w, h: 14.0 }))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn every_transaction_can_be_touched_and_is_named() {
    let run = run(14);
    for (width, down) in [(1360.0, false), (750.0, false), (356.0, true)] {
        let (_, picture) = shown(&run, width, down, run.last_step(), None);
        let touched = picture.hits.iter().filter(|hit| matches!(hit.thing, Thing::Transaction(_))).count();
        assert_eq!(touched, 14, "{width}");
        let named = texts(&picture);
        for xid in [101, 108, 114] {
            assert!(named.iter().any(|(text, _)| text.contains(&xid.to_string())), "{xid} at {width}");
        }
    }
}

/// Between the eleventh transaction and the last three, so many minutes after the run's begin.
fn cut(minutes: i64, flag: &str) -> Cut {
    let flag = flag.to_owned();
    Cut { us: minutes * MINUTE, lsn: 0x1c80, redo: Some((0x1000, 0)), kept: 11, left_out: 3, fails: false, flag }
}

#[test]
fn texts_neither_overlap_nor_leave_the_picture() {
    let run = run(14);
    let cut = cut(64, "");
    for (width, down) in [(1360.0, false), (750.0, false), (356.0, true)] {
        let (plan, picture) = shown(&run, width, down, run.last_step(), Some(&cut));
        let texts = texts(&picture);
        for (index, (text, rect)) in texts.iter().enumerate() {
            assert!(rect.x >= 0.0 && rect.right() <= plan.width + 1.0, "{text:?} leaves at {width}: {rect:?}");
            assert!(rect.y >= -1.0 && rect.bottom() <= plan.height + 1.0, "{text:?} leaves at {width}: {rect:?}");
            if !down {
                for (other, place) in &texts[index + 1..] {
                    assert!(!rect.meets(*place), "{text:?} and {other:?} at {width}: {rect:?} {place:?}");
                }
            }
        }
    }
}

#[test]
fn what_stays_behind_is_said_beside_the_flag_however_long_that_is() {
    let run = run(14);
    for (flag, us) in
        [("02:59:59", 64), ("the end of the log", 64), ("after XID 4294967295", 20), ("the end of the log", 69)]
    {
        let cut = cut(us, flag);
        let (plan, picture) = shown(&run, 1000.0, false, run.last_step(), Some(&cut));
        let along = Axis::new(&run, Scale::Time).px(cut.us as f64, Window::default(), plan.length);
        let middle = plan.start + along + plan.lean(along);
        let half = measure(flag, 15.0, true) / 2.0 + 16.0;
        let beside =
            texts(&picture).into_iter().filter(|(_, rect)| (rect.y..=rect.bottom()).contains(&plan.flag.middle()));
        let beside: Vec<(&str, Rect)> = beside.collect();
        assert!(beside.iter().any(|(text, _)| text.contains("behind")), "{flag}: {beside:?}");
        for (text, rect) in beside {
            let is_clear = rect.right() <= middle - half || rect.x >= middle + half;
            assert!(is_clear, "{text:?} lies under {flag:?}: {rect:?}, {middle} and {half} to each side");
        }
    }
}

#[test]
fn what_has_not_happened_is_faint() {
    let run = run(6);
    let alarm = |step| {
        let (_, picture) = shown(&run, 1000.0, false, step, None);
        let bar =
            picture.shapes.iter().find(|shape| shape.ink == Ink::Alarm && matches!(shape.form, Form::Fill { .. }));
        bar.map(|bar| bar.alpha)
    };
    assert_eq!(alarm(0), Some(FAINT));
    assert_eq!(alarm(run.last_step()), Some(1.0));
}

#[test]
fn a_rolled_back_transaction_is_struck_and_the_damage_crossed() {
    let run = run(6);
    let (_, picture) = shown(&run, 1000.0, false, run.last_step(), None);
    assert!(picture.shapes.iter().any(|shape| shape.ink == Ink::Alarm && matches!(shape.form, Form::Cross { .. })));
    let struck = picture.shapes.iter().any(|shape| {
        shape.ink == Ink::Muted && matches!(shape.form, Form::Line { from, to, .. } if from.y == to.y && to.x > from.x)
    });
    assert!(struck);
}

#[test]
fn the_cut_hatches_what_stays_behind() {
    let run = run(14);
    let cut = cut(64, "");
    let (plan, picture) = shown(&run, 1360.0, false, run.last_step(), Some(&cut));
    let hatched = picture.shapes.iter().find_map(|shape| match shape.form {
        Form::Hatch { rect } => Some(rect),
        _ => None,
    });
    let hatched = hatched.expect("there is a hatched part");
    let axis = Axis::new(&run, Scale::Time);
    let at = plan.start + axis.px(cut.us as f64, Window::default(), plan.length);
    assert!((hatched.x - at).abs() < 0.5);
    assert!(texts(&picture).iter().any(|(text, _)| text.contains('3') && text.contains("behind")));
}

#[test]
fn a_long_run_is_drawn_by_pixel() {
    let run = run(2000);
    let (plan, picture) = shown(&run, 1360.0, false, run.last_step(), None);
    let records = picture.hits.iter().filter(|hit| matches!(hit.thing, Thing::Record(_))).count() as f64;
    assert!(records <= plan.length + 2.0, "{records}");
}

#[test]
fn a_run_too_long_to_be_drawn_whole_shows_its_ground() {
    let run = run(super::MOST_TRANSACTIONS as u32);
    let (_, picture) = shown(&run, 1360.0, false, run.last_step(), None);
    assert!(picture.shapes.len() < 200, "{}", picture.shapes.len());
    assert!(picture.hits.iter().any(|hit| matches!(hit.thing, Thing::Timeline(_))));
}
