//! What was measured against what is expected, and that it is the same each time.

use super::*;
use crate::cluster::EventKind;
use crate::script::parse;
use crate::types::Micros;

fn points(kind: SweepKind, seed: u64) -> Vec<SweepPoint> {
    let mut sweep = Sweep::new(kind, seed);
    let mut points = Vec::new();
    loop {
        match sweep.next_run() {
            SweepStep::Ran => {}
            SweepStep::Point(point) => points.push(point),
            SweepStep::Done => break,
        }
    }
    let head = sweep.head();
    assert_eq!(points.len() as u32, head.points);
    assert_eq!(sweep.recoveries(), head.points * head.runs_per_point);
    assert_eq!((points[0].policy, points.last().unwrap().policy), (head.first, head.last));
    points
}

/// Whether a measured value lies within so many hundredths of the expected one.
fn is_near(measured: Micros, expected: Micros, hundredths: i64) -> bool {
    (measured.0 - expected.0).abs() <= expected.0 / 100 * hundredths
}

#[test]
fn data_loss_follows_the_archive_interval() {
    for seed in [1, 7, 2026] {
        for point in points(SweepKind::RpoAgainstInterval, seed) {
            // The median of nine lies within its ninth of the cycle, half a ninth to each side; a commit is up to a hundredth away.
            assert!(is_near(point.median, point.textbook_median, 17), "seed {seed}: {point:?}");
            assert!(is_near(point.worst, point.textbook_worst, 15), "seed {seed}: {point:?}");
            assert!(point.worst <= point.textbook_worst, "seed {seed}: {point:?}");
        }
    }
}

#[test]
fn recovery_time_grows_with_the_cadence() {
    for seed in [1, 7, 2026] {
        let points = points(SweepKind::RtoAgainstCadence, seed);
        for pair in points.windows(2) {
            assert!(pair[0].median < pair[1].median && pair[0].worst < pair[1].worst, "seed {seed}: {pair:?}");
        }
        for point in &points {
            assert!(point.median <= point.worst);
            assert!(is_near(point.median, point.textbook_median, 25), "seed {seed}: {point:?}");
            assert!(is_near(point.worst, point.textbook_worst, 25), "seed {seed}: {point:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_points() {
    for kind in [SweepKind::RtoAgainstCadence, SweepKind::RpoAgainstInterval] {
        assert_eq!(points(kind, 7), points(kind, 7));
        assert_ne!(points(kind, 7), points(kind, 8));
    }
}

#[test]
fn a_point_opens_the_run_that_it_is() {
    for kind in [SweepKind::RtoAgainstCadence, SweepKind::RpoAgainstInterval] {
        for point in points(kind, 3) {
            for (text, expected) in [(&point.median_script, point.median), (&point.worst_script, point.worst)] {
                let run = run_script(&parse(text).unwrap()).unwrap();
                let outcome = Outcome::of(&run).unwrap();
                let measured = match kind {
                    SweepKind::RtoAgainstCadence => outcome.rto,
                    SweepKind::RpoAgainstInterval => outcome.rpo,
                };
                assert_eq!(measured, expected, "{text}");
                let commits = run.events().iter().filter(|event| matches!(event.kind, EventKind::Committed { .. }));
                assert!(commits.count() <= 300 && run.events().len() < 5000, "too heavy to look at: {text}");
                assert_eq!(outcome.lost > 0, outcome.rpo > Micros::ZERO);
            }
        }
    }
}
