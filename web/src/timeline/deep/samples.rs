//! A run for the tests of the picture in depth, and its picture.

use super::draw::{deepened, drawn};
use super::index::Index;
use crate::state::Run;
use crate::timeline::axis::{Axis, Scale, Window};
use crate::timeline::layout::{Plan, Scene};
use crate::timeline::samples::{in_turns, measure};
use crate::timeline::shapes::Picture;

/// So many transactions, ten seconds apart; every fifth is rolled back.
pub fn many(transactions: u32) -> Run {
    const APART: i64 = 10_000_000;
    let times = |number| (i64::from(number) * APART, i64::from(number) * APART + 8_000_000);
    let (mut head, records, steps) = in_turns(transactions, times, |number| number % 5 == 4);
    head.end_us = i64::from(transactions + 1) * APART;
    head.noticed_us = head.end_us;
    Run::new(head, records, steps)
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
        measure: &measure,
    };
    let picture = drawn(&scene, &index);
    (plan, picture)
}
