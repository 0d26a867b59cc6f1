//! Whether what is measured is true: against closed formulas where those are exact, and against histories that are not scaled down.

use super::sweeping::all;
use super::*;
use crate::types::Micros;

/// What the runs of a plan lost, in microseconds.
fn losses(plan: &Plan) -> Vec<i64> {
    let of = |run: &RunResult| Some(run.of_loss()?.reading.outcome.as_ref().ok()?.loss.time.0);
    all(plan).iter().map(|run| of(run).expect("is recovered")).collect()
}

#[test]
fn the_mean_loss_is_half_the_interval_and_the_worst_all_of_it_and_what_shipping_takes() {
    // Failures at any time with the same chance, a segment closed by the clock, commits as dense as can be: nothing but the interval decides.
    for (seconds, seed) in [(30, 1), (60, 7), (300, 7), (300, 2026), (600, 3)] {
        let interval = seconds * Micros::SECOND.0;
        let plan = Plan::along(Preset::Server.policy(), Knob::ArchiveTimeout, vec![interval], seed);
        let plan = Plan { failures: 45, time: false, keep: false, ..plan };
        let (store, bytes) = (plan.base.settings.devices.archive_store, plan.base.shape.segment_bytes);
        let shipping = store.latency.0 + (bytes as i64) * 1_000_000 / (store.bytes_per_second as i64);
        let grain =
            all(&Plan { failures: 1, ..plan.clone() })[0].loss.as_ref().map(|lived| lived.grain).expect("is lived");
        let lost = losses(&plan);
        let mean = lost.iter().sum::<i64>() / lost.len() as i64;
        // One failure falls into each 15th of an interval, wherever in it: so far may the mean be off, and the worst be short.
        let off = interval / 15;
        assert!((mean - (interval / 2 + shipping)).abs() <= off / 2 + grain.every.0, "{seconds} s: {mean}");
        let worst = lost.iter().copied().max().expect("there are some");
        assert!(worst <= interval + shipping + grain.every.0, "{seconds} s: {worst}");
        assert!(worst >= interval + shipping - off - grain.every.0, "{seconds} s: {worst}");
        // And evenly between: as many below each quarter as a quarter.
        for quarter in 1..4 {
            let below = lost.iter().filter(|lost| **lost - shipping < interval * quarter / 4).count() as i64;
            assert!(
                (below - 45 * quarter / 4).abs() <= 3 + 45 * grain.every.0 / interval,
                "{seconds} s: {below} below {quarter}/4"
            );
        }
    }
}

/// A small shop whose history is run as it is: one commit stands for one.
fn small_shop() -> Policy {
    let mut policy = Preset::Server.policy();
    policy.shape = Shape {
        database_bytes: 200_000,
        commit_every: Micros::seconds(10),
        rows: 1,
        row_bytes: 37,
        burst: None,
        segment_bytes: 1 << 20,
    };
    Knob::Cadence.turn(&mut policy, 4 * Micros::HOUR.0);
    // Machines so slow that the amounts show.
    let devices = &mut policy.settings.devices;
    (devices.backup_store.bytes_per_second, devices.archive_store.bytes_per_second) = (10_000, 1_000_000);
    (devices.redo_bytes_per_second, devices.validate_bytes_per_second) = (5_000, 50_000);
    policy
}

#[test]
fn a_scaled_down_history_is_as_far_off_as_it_says() {
    let exact = Plan { failures: 15, ..Plan::of(small_shop(), 3) };
    let exact_runs = all(&exact);
    let grain = exact_runs[0].time.as_ref().map(|lived| lived.grain).expect("is lived");
    assert_eq!((grain.factor, grain.scale), (1, 1));
    for coarser in [2, 4, 8] {
        let scaled = all(&Plan { coarser, ..exact.clone() });
        for (exact, scaled) in exact_runs.iter().zip(&scaled) {
            let of = |lived: &Option<Lived>| lived.as_ref().and_then(|it| it.reading.outcome.clone().ok()).expect("is");
            let grain = scaled.time.as_ref().map(|lived| lived.grain).expect("is lived");
            assert_eq!(grain.factor, u64::from(coarser));
            let (one, other) = (of(&exact.time), of(&scaled.time));
            let apart = Micros((one.rto() - other.rto()).0.abs());
            let error = grain.time_error(&small_shop().settings);
            assert!(apart <= error, "x{coarser}: {:?} {:?}", one.parts, other.parts);
            let (one, other) = (of(&exact.loss), of(&scaled.loss));
            let grain = scaled.loss.as_ref().map(|lived| lived.grain).expect("is lived");
            let apart = Micros((one.loss.time - other.loss.time).0.abs());
            assert!(apart <= grain.loss_error(), "x{coarser}: {:?} {:?}", one.loss, other.loss);
        }
    }
}

#[test]
fn what_is_stored_is_as_far_off_as_it_says() {
    let mut shop = small_shop();
    Knob::Cadence.turn(&mut shop, Micros::HOUR.0);
    shop.settings.archiving.retention = Some(Micros(2 * Micros::HOUR.0));
    let measure = |coarser: u32| {
        let plan = Plan { failures: 1, time: false, coarser, ..Plan::of(shop.clone(), 3) };
        let point = Point::of(&plan, 0, &all(&plan)).expect("all its runs are there");
        (plan, point)
    };
    let (_, exact) = measure(1);
    assert_eq!(exact.keeping.as_ref().map(|keeping| (keeping.grain.factor, keeping.grain.scale)), Some((1, 1)));
    for coarser in [2, 4, 8] {
        let (plan, scaled) = measure(coarser);
        for metric in [Metric::Storage, Metric::Cost, Metric::CostPerGb, Metric::Coverage] {
            let [one, other] = [&exact, &scaled].map(|point| point.value(metric).expect("was measured"));
            let error = scaled.error(&plan, metric);
            assert!(one.abs_diff(other) <= error, "x{coarser} {metric:?}: {one} {other}, and {error} is said");
            // And it is said so that it says something.
            assert!(error <= one / 2, "x{coarser} {metric:?}: {error} of {one}");
        }
    }
}
