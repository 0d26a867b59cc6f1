//! What is made of runs: points, what the textbook says of them, frontiers, goals.

use super::sweeping::all;
use super::*;
use crate::types::Micros;

fn points(plan: &Plan) -> Vec<Point> {
    let runs = all(plan);
    (0..plan.points()).map(|number| Point::of(plan, number, &runs).expect("all its runs are there")).collect()
}

fn summaries(plan: &Plan) -> Vec<Summary> {
    points(plan).iter().map(|point| point.summary(plan)).collect()
}

fn only(metric: Metric, plan: Plan) -> Plan {
    Plan { loss: metric == Metric::Rpo, time: metric == Metric::Rto, keep: false, ..plan }
}

#[test]
fn the_loss_is_what_the_closed_formula_says() {
    // Failures at any time of the interval, a fixed interval, dense commits: half the interval, at worst all of it, and what shipping takes.
    let intervals = [30, 60, 300, 900].map(|seconds| seconds * Micros::SECOND.0).to_vec();
    for seed in [1, 7, 2026] {
        let plan = Plan::along(Preset::Server.policy(), Knob::ArchiveTimeout, intervals.clone(), seed);
        let plan = only(Metric::Rpo, Plan { failures: 27, ..plan });
        for point in points(&plan) {
            let spread = point.spread(Metric::Rpo, None).expect("was measured");
            let expected = point.expected(&plan, Metric::Rpo).expect("has a formula");
            let error = point.error(&plan, Metric::Rpo);
            // The failures are spread over three intervals, one in each of their ninths: so far is the median from the middle, and the worst from the end.
            let ninth = point.values[0].unsigned_abs() / 9;
            let apart = spread.median.0.abs_diff(expected.median);
            assert!(apart <= ninth + error, "{:?}: {spread:?} {expected:?}", point.values);
            assert!(spread.worst.0 <= expected.worst + error, "{:?}: {spread:?} {expected:?}", point.values);
            assert!(spread.worst.0 + ninth + error >= expected.worst, "{:?}: {spread:?} {expected:?}", point.values);
        }
        // From where on the log fills segments sooner the timeout closes none, and the textbook, which knows it, agrees still.
        let plan = Plan { axes: vec![Axis { knob: Knob::ArchiveTimeout, values: vec![3600 * 1_000_000] }], ..plan };
        let point = points(&plan).remove(0);
        let fills = plan.base.shape.fills_segment_in().0.unsigned_abs();
        assert!(point.worst(Metric::Rpo).expect("was measured") < fills + fills / 10, "{fills}");
        let said = remarks(&plan, &[point.summary(&plan)], Metric::Rpo);
        assert!(said.contains(&Remark::SegmentsFillFirst { at: 3600 * 1_000_000 }), "{said:?}");
    }
}

#[test]
fn a_stream_loses_what_is_under_way() {
    let plan = only(Metric::Rpo, Plan { failures: 27, ..Plan::of(Preset::Ledger.policy(), 7) });
    let point = points(&plan).remove(0);
    let spread = point.spread(Metric::Rpo, None).expect("was measured");
    let expected = point.expected(&plan, Metric::Rpo).expect("has a formula");
    assert!(spread.worst.0 <= expected.worst, "{spread:?} {expected:?}");
    assert!(spread.worst.0 + point.error(&plan, Metric::Rpo) >= expected.worst, "{spread:?} {expected:?}");
}

fn cadences(hours: &[i64]) -> Vec<i64> {
    hours.iter().map(|hours| hours * Micros::HOUR.0).collect()
}

#[test]
fn the_recovery_time_grows_with_the_cadence_as_the_textbook_says_and_log_comes_to_dominate() {
    let mut base = Preset::Server.policy();
    // Much log and a small database, recovered at once: what is replayed shows.
    (base.detect, base.decide) = (Micros::ZERO, Micros::SECOND);
    base.shape.database_bytes = 2_000_000_000;
    base.shape.commit_every = Micros(5_000);
    let plan = Plan::along(base, Knob::Cadence, cadences(&[1, 2, 4, 8, 16, 24]), 7);
    let plan = only(Metric::Rto, Plan { failures: 9, ..plan });
    let points = points(&plan);
    for pair in points.windows(2) {
        assert!(pair[0].value(Metric::Rto) < pair[1].value(Metric::Rto));
        assert!(pair[0].worst(Metric::Rto) < pair[1].worst(Metric::Rto));
    }
    for point in &points {
        let (measured, expected) =
            (point.value(Metric::Rto).expect("is"), point.expected(&plan, Metric::Rto).expect("is"));
        // The textbook's database does not grow, and its log is not rounded to segments.
        assert!(measured.abs_diff(expected.median) <= expected.median / 4 + point.error(&plan, Metric::Rto));
    }
    let said = remarks(&plan, &summaries(&plan), Metric::Rto);
    assert!(
        said.iter().any(|remark| matches!(remark, Remark::LogDominates { at } if *at > Micros::HOUR.0)),
        "{said:?}"
    );
    assert!(said.iter().any(|remark| matches!(remark, Remark::Agrees { .. } | Remark::Parts { .. })));
}

#[test]
fn where_workers_share_the_replay_the_textbook_is_too_slow() {
    let mut base = Preset::Server.policy();
    (base.detect, base.decide) = (Micros::ZERO, Micros::SECOND);
    (base.shape.database_bytes, base.shape.commit_every) = (2_000_000_000, Micros(5_000));
    (base.effort.workers, base.effort.prefetch) = (8, 8);
    let plan = only(Metric::Rto, Plan::along(base, Knob::Cadence, cadences(&[24]), 7));
    let said = remarks(&plan, &summaries(&plan), Metric::Rto);
    assert!(said.iter().any(|remark| matches!(remark, Remark::Parts { measured_higher: false, .. })), "{said:?}");
}

#[test]
fn ranks_are_values_of_runs() {
    let spread = Spread::of([(5, 0), (1, 1), (9, 2), (7, 3), (3, 4)]).expect("there are values");
    assert_eq!((spread.median, spread.p95, spread.worst, spread.runs), ((5, 0), (9, 2), (9, 2), 5));
    let spread = Spread::of((0..100).map(|value| (value, value as u32))).expect("there are values");
    assert_eq!((spread.median.0, spread.p95.0, spread.worst.0), (50, 94, 99));
    assert_eq!(Spread::of([]), None);
}

#[test]
fn the_frontier_is_what_nothing_beats() {
    let plan = Plan { failures: 3, coarser: 4, ..Plan::grid(Preset::Server.policy(), 7) };
    let points = summaries(&plan);
    for (x, y) in [(Metric::Cost, Metric::Rto), (Metric::Cost, Metric::Rpo)] {
        let places = frontier(&plan, &points, x, y);
        assert_eq!(places.len(), points.len());
        assert_eq!(places.iter().filter(|place| place.is_current).count(), 1);
        let on: Vec<_> = places.iter().filter(|place| place.on_frontier).collect();
        assert!(!on.is_empty() && on.len() < places.len(), "{places:?}");
        for place in &places {
            let beaten = places
                .iter()
                .any(|other| other.x <= place.x && other.y <= place.y && (other.x < place.x || other.y < place.y));
            assert_eq!(place.on_frontier, !beaten, "{place:?}");
        }
    }
}

#[test]
fn a_goal_is_answered_by_runs() {
    let plan = Plan { failures: 3, coarser: 4, ..Plan::grid(Preset::Server.policy(), 7) };
    let points = summaries(&plan);
    let minutes = |count: i64| Micros(count * Micros::MINUTE.0);
    let goal = Goal { rto: Some(minutes(40)), rpo: Some(minutes(2)), cost: None };
    let answer = goal.judge(&plan, &points);
    // Five minutes of archive timeout lose more than two minutes.
    assert_eq!(answer.current, Some(false));
    let (knob, to, point) = answer.cheapest_knob.expect("one knob does");
    assert!(matches!(knob, Knob::ArchiveTimeout | Knob::Streaming), "{knob:?} {to}");
    let turned = answer.policies.iter().find(|judged| judged.point == point).expect("is judged");
    assert!(turned.meets() && turned.margins.iter().all(|margin| margin.thousandths() >= Some(0)));
    let met = answer.policies.iter().take_while(|judged| judged.meets()).count();
    assert!(met > 0 && answer.policies[met..].iter().all(|judged| !judged.meets()));
    assert!(answer.policies[..met].windows(2).all(|pair| pair[0].cost <= pair[1].cost));
    // What nothing can do nothing does.
    let answer = Goal { rto: Some(Micros::SECOND), rpo: None, cost: None }.judge(&plan, &points);
    assert!(answer.cheapest_knob.is_none() && answer.policies.iter().all(|judged| !judged.meets()));
    assert_eq!(Goal::default().judge(&plan, &points).current, Some(true));
}

#[test]
fn a_window_holds_what_can_be_recovered_to() {
    let point = |policy: Policy| {
        let plan = Plan { failures: 1, time: false, ..Plan::of(policy, 7) };
        let point = points(&plan).remove(0);
        (plan, point)
    };
    let (plan, whole) = point(Preset::Server.policy());
    assert!(Finding::all(&whole.summary(&plan)).iter().any(|it| matches!(it, Finding::WindowIsWhole { .. })));
    // A backup of two weeks ago is deleted once one of last week covers the window's beginning; so it is not kept too long.
    let keeping = whole.keeping.expect("was measured");
    assert!(keeping.backups >= 14 && keeping.backups <= 16, "{keeping:?}");
    let expected = Expected::of(&Preset::Server.policy(), Metric::Storage).expect("has a formula");
    let bytes = keeping.volumes.iter().map(crate::StoreVolume::bytes).sum::<u64>();
    assert!(bytes > expected.median / 2 && bytes < expected.median * 2, "{bytes} {expected:?}");
}

#[test]
fn every_metric_is_defined_and_measured() {
    let plan = Plan { failures: 3, ..Plan::of(Preset::Warehouse.policy(), 7) };
    let point = points(&plan).remove(0);
    for metric in Metric::ALL {
        let definition = metric.definition();
        assert_eq!(Metric::named(definition.id), Some(metric));
        assert!(point.value(metric).is_some(), "{metric:?}");
        assert_eq!(point.spread(metric, None).is_none(), metric.is_of_policy(), "{metric:?}");
    }
    let numbers: Vec<u8> = Metric::ALL.iter().filter_map(|metric| metric.definition().number).collect();
    assert_eq!(numbers, [1, 2, 4, 5, 6, 8, 9]);
}
