//! A run for the tests of the picture in depth, and its picture.

use super::draw::{deepened, drawn};
use super::index::Index;
use crate::state::Run;
use crate::timeline::axis::{Axis, Scale, Window};
use crate::timeline::layout::{Plan, Scene};
use crate::timeline::samples::{in_turns, measure};
use crate::timeline::shapes::Picture;
use pitr_protocol::{RunHead, SegmentSpan, StepKind, TimelineSpan, TransactionSpan};

/// So many transactions, ten seconds apart; every fifth is rolled back.
pub fn many(transactions: u32) -> Run {
    const APART: i64 = 10_000_000;
    let times = |number| (i64::from(number) * APART, i64::from(number) * APART + 8_000_000);
    let (mut head, records, steps) = in_turns(transactions, times, |number| number % 5 == 4);
    head.end_us = i64::from(transactions + 1) * APART;
    head.noticed_us = head.end_us;
    Run::new(head, records, steps)
}

/// Ten transactions; then the server is recovered to the sixth, takes over, and four more follow on its timeline. Segments are short.
pub fn forked() -> Run {
    const SEGMENT: u64 = 512;
    let mut run = many(10);
    let (head, records, steps) = (&mut run.head, &mut run.records, &mut run.steps);
    let (fork, later) = (12, 200_000_000);
    let mut step = |kind: StepKind, us: i64, amount: u64| {
        steps.kind.push(kind);
        steps.time_us.push(us);
        [&mut steps.name, &mut steps.text].into_iter().for_each(|texts| texts.push(0));
        steps.lsn.push(0);
        steps.xid.push(0);
        steps.amount.push(amount);
        steps.kind.len() as u32 - 1
    };
    let (fork_lsn, fork_us) = (records.lsn[fork], records.time_us[fork - 1]);
    let began = (step(StepKind::TimelineBegan, later, 2), later);
    step(StepKind::SwitchedOver, later + 1, 2);
    head.timelines.push(TimelineSpan { id: 2, parent: Some(1), fork_lsn, fork_us, began });
    for place in fork..fork + 8 {
        let us = records.time_us[place] + later;
        let at = step(StepKind::RecordWritten, us, 0);
        let columns = [&mut records.lsn, &mut records.end_lsn];
        columns.into_iter().for_each(|column| column.push(column[place]));
        records.timeline.push(2);
        records.time_us.push(us);
        records.kind.push(records.kind[place]);
        records.xid.push(records.xid[place]);
        records.session.push(records.session[place]);
        records.step.push(at);
        if place % 2 == 1 {
            let one = head.transactions[place / 2].clone();
            let times = (one.begin_us + later, one.end_us + later);
            let (begin_step, end_step) = (at - 1, at);
            head.transactions.push(TransactionSpan { begin_step, end_step, begin_us: times.0, end_us: times.1, ..one });
        }
    }
    head.segment_bytes = SEGMENT as u32;
    let mut before: Option<(u32, u64)> = None;
    for record in 0..records.lsn.len() {
        let (timeline, number) = (records.timeline[record], records.lsn[record] / SEGMENT);
        let opened = (records.step[record], records.time_us[record]);
        if before.replace((timeline, number)) == Some((timeline, number)) {
            continue;
        }
        if let Some(last) = head.segments.last_mut().filter(|last| last.timeline == timeline) {
            last.sealed = Some(opened);
        }
        let start_lsn = number * SEGMENT;
        let (sealed, sent, archived) = (None, None, None);
        let used_to_lsn = start_lsn + SEGMENT;
        head.segments.push(SegmentSpan { timeline, number, start_lsn, used_to_lsn, opened, sealed, sent, archived });
    }
    let (head, records, steps) = (run.head, run.records, run.steps);
    let end_us = steps.time_us.last().copied().unwrap_or_default();
    let noticed_step = steps.kind.len() as u32 - 1;
    Run::new(RunHead { end_us, noticed_us: end_us, noticed_step, ..head }, records, steps)
}

/// The picture at a step, and where things lie in it.
pub fn shown_at(run: &Run, width: f64, scale: Scale, window: Window, step: u32) -> (Plan, Picture) {
    let (axis, index) = (Axis::new(run, scale), Index::new(run));
    let plan = deepened(Plan::new(run, width, width < 560.0), run, !index.faults.is_empty());
    let scene = Scene {
        run,
        axis: &axis,
        window,
        plan: &plan,
        step,
        before: step,
        progress: 1.0,
        cut: None,
        find: None,
        measure: &measure,
    };
    let picture = drawn(&scene, &index, 1);
    (plan, picture)
}
