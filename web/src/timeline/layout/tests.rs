//! What a picture shows of a small run, at its widths and at its steps.

use super::*;
use crate::timeline::shapes::Rect;
use crate::timeline::shapes::{Form, Ink, Thing};
use pitr_protocol::{
    BackupSpan, Fate, RecordKind, Records, RunHead, SegmentSpan, StepKind, Steps, TimelineSpan, TransactionSpan,
};

const MINUTE: i64 = 60_000_000;

/// A commit every five minutes of two sessions in turn, the last of them the damage.
fn run(commits: u32) -> Run {
    let mut head = RunHead {
        begin_us: 0,
        end_us: i64::from(commits + 1) * 5 * MINUTE,
        noticed_us: i64::from(commits + 1) * 5 * MINUTE,
        segment_bytes: 4096,
        names: vec!["app-1".into(), "app-2".into(), "DELETE FROM users".into(), "b1".into()],
        sessions: vec![0, 1],
        backups: vec![BackupSpan {
            label: 3,
            start: (0, 0),
            end: Some((0, MINUTE)),
            redo_lsn: 0x1000,
            end_lsn: Some(0x1080),
            bytes: 4096,
        }],
        timelines: vec![TimelineSpan { id: 1, parent: None, fork_lsn: 0, fork_us: 0, began: (0, 0) }],
        ..Default::default()
    };
    let (mut records, mut steps) = (Records::default(), Steps::default());
    for index in 0..commits {
        let (begin_us, end_us) = (i64::from(index) * 5 * MINUTE + 2 * MINUTE, i64::from(index + 1) * 5 * MINUTE);
        let lsn = 0x1000 + u64::from(index) * 256;
        for (kind, record, us, at) in [
            (StepKind::RecordWritten, RecordKind::Insert, begin_us, lsn),
            (StepKind::Committed, RecordKind::Commit, end_us, lsn + 128),
        ] {
            records.step.push(steps.kind.len() as u32);
            records.lsn.push(at);
            records.end_lsn.push(at + 128);
            records.kind.push(record);
            records.time_us.push(us);
            records.timeline.push(1);
            records.xid.push(101 + index);
            records.session.push(index % 2);
            steps.kind.push(kind);
            steps.time_us.push(us);
            steps.lsn.push(at);
            steps.xid.push(101 + index);
            steps.name.push(index % 2);
            steps.text.push(2);
            steps.amount.push(1);
        }
        head.transactions.push(TransactionSpan {
            xid: 101 + index,
            session: index % 2,
            statement: 2,
            statements: 1,
            rows: 1,
            fate: if index == 1 { Fate::RolledBack } else { Fate::Committed },
            begin_step: index * 2,
            end_step: index * 2 + 1,
            begin_us,
            end_us,
            first_lsn: lsn,
            end_lsn: Some(lsn + 128),
        });
        head.segments.push(SegmentSpan {
            timeline: 1,
            number: u64::from(index),
            start_lsn: lsn,
            used_to_lsn: lsn + 256,
            opened: (index * 2, begin_us),
            sealed: Some((index * 2 + 1, end_us)),
            sent: Some((index * 2 + 1, end_us)),
            archived: Some((index * 2 + 1, end_us)),
        });
    }
    head.incident = Some(commits - 1);
    head.noticed_step = steps.kind.len() as u32 - 1;
    Run::new(head, records, steps)
}

fn measure(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().count() as f64 * size * if bold { 0.6 } else { 0.55 }
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

#[test]
fn texts_neither_overlap_nor_leave_the_picture() {
    let run = run(14);
    let cut = Cut { us: 64 * MINUTE, lsn: 0x1c80, redo: Some((0x1000, 0)), kept: 11, left_out: 3, fails: false };
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
    let cut = Cut { us: 64 * MINUTE, lsn: 0x1c80, redo: Some((0x1000, 0)), kept: 11, left_out: 3, fails: false };
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
