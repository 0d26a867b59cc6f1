//! From a place on the axis to a step or to a target: pure, so that pointer and test say the same.

use super::axis::Scale;
use crate::format;
use crate::state::{Run, Target};
use pitr_protocol::{Stop, TargetKind};

/// Within so many pixels a stop draws the target to itself.
const MAGNET_PX: f64 = 6.0;

/// The last step that has happened at a value of the axis.
pub fn step_at(run: &Run, scale: Scale, value: f64) -> u32 {
    let after = match scale {
        Scale::Time => run.steps.time_us.partition_point(|us| *us as f64 <= value),
        Scale::Lsn => {
            let records = run.records.lsn.partition_point(|lsn| *lsn as f64 <= value);
            let step = records.checked_sub(1).and_then(|last| run.records.step.get(last));
            return step.copied().unwrap_or(0);
        }
    };
    (after as u32).saturating_sub(1)
}

/// The target's text at a value of the axis. A time is a round one, unless a stop is near; LSN and XID are those of the nearest stop.
fn target_at(run: &Run, target: &Target, scale: Scale, value: f64, per_px: f64) -> Option<String> {
    let distance = |stop: &Stop| {
        let at = match scale {
            Scale::Time => stop.time_us as f64,
            Scale::Lsn => stop.lsn as f64,
        };
        (at - value).abs()
    };
    let nearest = target
        .stops
        .iter()
        .min_by(|left, right| distance(left).partial_cmp(&distance(right)).unwrap_or(std::cmp::Ordering::Equal));
    let snapped = nearest.filter(|stop| {
        let is_near = distance(stop) <= MAGNET_PX * per_px;
        is_near || target.spec.kind != TargetKind::Time || scale == Scale::Lsn
    });
    if let Some(stop) = snapped {
        return Some(stop.text.clone());
    }
    if target.spec.kind != TargetKind::Time || scale == Scale::Lsn {
        return None;
    }
    let unit = round_unit(per_px);
    let us = (value / unit).round() * unit;
    Some(format::target_time(us as i64, run.head.end_us, run.head.zone_offset_s))
}

/// The text of a target that is dragged to a value of the axis, of which a pixel is so much, if that is another than it has.
pub fn dragged_to((value, per_px): (f64, f64), run: &Run, target: &Target, scale: Scale) -> Option<String> {
    target_at(run, target, scale, value, per_px).filter(|text| *text != target.spec.text)
}

/// The roundest unit of time that a pixel can still tell apart.
fn round_unit(per_px: f64) -> f64 {
    const UNITS: [f64; 7] = [60e6, 30e6, 10e6, 5e6, 1e6, 0.1e6, 0.001e6];
    UNITS.into_iter().find(|unit| *unit <= per_px * 3.0).unwrap_or(1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::View;
    use pitr_protocol::{RunHead, StepKind, Steps, TargetSpec};

    const THREE: i64 = 1_772_593_200_000_000; // 2026-03-04 03:00 UTC

    #[test]
    fn a_time_is_round_unless_a_stop_is_near() {
        let run = Run { head: RunHead { end_us: THREE + 600_000_000, ..Default::default() }, ..Default::default() };
        let stop = Stop { text: "02:59:59".into(), time_us: THREE - 1_000_000, lsn: 7, xid: 113 };
        let mut target = Target { stops: View::new(vec![stop]), ..Default::default() };
        let at = |target: &Target, seconds: f64| {
            target_at(&run, target, Scale::Time, THREE as f64 + seconds * 1e6, 3_400_000.0)
        };
        assert_eq!(at(&target, -12.0).as_deref(), Some("02:59:59"));
        assert_eq!(at(&target, -123.0).as_deref(), Some("02:58:00"));
        target.spec = TargetSpec { kind: TargetKind::Xid, ..target.spec };
        assert_eq!(at(&target, -1230.0).as_deref(), Some("02:59:59"), "an XID is always that of a stop");
    }

    #[test]
    fn the_last_step_that_has_happened() {
        let steps = Steps { time_us: vec![10, 20, 20, 30], kind: vec![StepKind::Other; 4], ..Default::default() };
        let run = Run::new(RunHead::default(), Default::default(), steps);
        assert_eq!(step_at(&run, Scale::Time, 25.0), 2);
        assert_eq!(step_at(&run, Scale::Time, 5.0), 0);
        assert_eq!(step_at(&run, Scale::Time, 99.0), 3);
        assert_eq!(step_at(&run, Scale::Lsn, 99.0), 0);
    }
}
