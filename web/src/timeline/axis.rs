//! The axis: from instants or log positions to pixels and back, with long idle stretches folded.
//!
//! An axis is a broken line through *knots*: pairs of a value and its share of the whole. A stretch in which nothing happens is given no
//! more than a fixed share, so that a quiet night does not squeeze the minute that matters. Invariant: values and shares both grow.

use super::shapes::within;
use crate::format;
use crate::state::Run;

/// What the axis measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scale {
    #[default]
    Time,
    Lsn,
}

/// A run's axis, all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Axis {
    pub scale: Scale,
    /// Value and share, both growing; two or more, or none.
    knots: Vec<(f64, f64)>,
    /// Values between which time is folded.
    pub folds: Vec<(f64, f64)>,
    zone_offset_s: i32,
    segment_bytes: f64,
}

/// The part of the axis that is in sight, as shares of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub from: f64,
    pub to: f64,
}

impl Default for Window {
    fn default() -> Window {
        Window { from: 0.0, to: 1.0 }
    }
}

/// The closest that one can look.
const SHORTEST_WINDOW: f64 = 0.002;

impl Window {
    pub fn is_all(self) -> bool {
        self == Window::default()
    }

    /// Both ends in millionths of the whole, and back.
    pub fn millionths(self) -> String {
        let millionths = |share: f64| ((share * 1e6) as u32).to_string();
        [&millionths(self.from), " ", &millionths(self.to)].concat()
    }

    pub fn of_millionths(text: &str) -> Option<Window> {
        let (from, to) = text.split_once(' ')?;
        let share = |text: &str| text.parse::<u32>().ok().map(|share| f64::from(share) / 1e6);
        Some(Window { from: share(from)?, to: share(to)? }).filter(|window| window.from < window.to && window.to <= 1.0)
    }

    /// Nearer by a factor over 1, farther by one under it; the given share stays where it is.
    pub fn zoomed(self, factor: f64, about: f64) -> Window {
        self.zoomed_to(factor, about, SHORTEST_WINDOW)
    }

    /// The same, down to a shortest one.
    pub fn zoomed_to(self, factor: f64, about: f64, shortest: f64) -> Window {
        let length = within((self.to - self.from) / factor, shortest, 1.0);
        let left = (about - self.from) / (self.to - self.from);
        Window { from: 0.0, to: length }.moved(about - left * length)
    }

    /// Moved by a share of the whole, within it.
    pub fn moved(self, by: f64) -> Window {
        let length = self.to - self.from;
        let from = within(self.from + by, 0.0, 1.0 - length);
        Window { from, to: from + length }
    }
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub px: f64,
    pub label: String,
}

const MINUTE: f64 = 60e6;
const TIME_STEPS: [f64; 20] = [
    1e3,
    1e4,
    1e5,
    1e6,
    5e6,
    10e6,
    30e6,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
    30.0 * MINUTE,
    60.0 * MINUTE,
    120.0 * MINUTE,
    180.0 * MINUTE,
    360.0 * MINUTE,
    720.0 * MINUTE,
    1440.0 * MINUTE,
    10_080.0 * MINUTE,
];

/// A gap longer than this share of all that is not such a gap is folded to that share.
const FOLD_SHARE: f64 = 0.25;
const FOLDED_SHARE: f64 = 0.05;
/// Room before the first and after the last value, so that marks and handles at the ends are whole.
const MARGIN: f64 = 0.012;

impl Axis {
    pub fn new(run: &Run, scale: Scale) -> Axis {
        let head = &run.head;
        let (mut knots, folds) = match scale {
            Scale::Time => {
                let begin = head.begin_us as f64;
                let end = (head.end_us as f64).max(begin + 1e6);
                let times = run.steps.time_us.iter().map(|us| *us as f64);
                folded(begin, end, times)
            }
            Scale::Lsn => {
                let begin = run.records.lsn.first().map_or(0.0, |lsn| *lsn as f64);
                let end = run.records.end_lsn.iter().max().map_or(1.0, |lsn| *lsn as f64).max(begin + 1.0);
                (vec![(begin, 0.0), (end, end - begin)], Vec::new())
            }
        };
        let length = knots.last().map_or(1.0, |(_, share)| *share).max(1.0);
        for (_, share) in &mut knots {
            *share = MARGIN + *share / length * (1.0 - 2.0 * MARGIN);
        }
        let segment_bytes = f64::from(head.segment_bytes.max(1));
        Axis { scale, knots, folds, zone_offset_s: head.zone_offset_s, segment_bytes }
    }

    /// The share of the whole at which a value lies; ends go on at the slope of the nearest piece.
    pub fn share(&self, value: f64) -> f64 {
        let (left, right) = self.piece(|(at, _)| at <= value);
        let span = right.0 - left.0;
        if span <= 0.0 { left.1 } else { left.1 + (value - left.0) / span * (right.1 - left.1) }
    }

    /// The value at a share, within the ends.
    pub fn value(&self, share: f64) -> f64 {
        let (left, right) = self.piece(|(_, at)| at <= share);
        let span = right.1 - left.1;
        let value = if span <= 0.0 { left.0 } else { left.0 + (share - left.1) / span * (right.0 - left.0) };
        within(value, self.first(), self.last())
    }

    pub fn first(&self) -> f64 {
        self.knots.first().map_or(0.0, |knot| knot.0)
    }

    pub fn last(&self) -> f64 {
        self.knots.last().map_or(0.0, |knot| knot.0)
    }

    fn piece(&self, before: impl Fn((f64, f64)) -> bool) -> ((f64, f64), (f64, f64)) {
        let next = self.knots.partition_point(|knot| before(*knot)).clamp(1, self.knots.len().max(2) - 1);
        let left = self.knots.get(next - 1).copied().unwrap_or((0.0, 0.0));
        (left, self.knots.get(next).copied().unwrap_or((1.0, 1.0)))
    }

    /// Where a value lies in a picture of that length that shows the window.
    pub fn px(&self, value: f64, window: Window, length: f64) -> f64 {
        (self.share(value) - window.from) / (window.to - window.from) * length
    }

    /// The value at a place of such a picture.
    pub fn value_at(&self, px: f64, window: Window, length: f64) -> f64 {
        self.value(window.from + px / length.max(1.0) * (window.to - window.from))
    }

    /// Marks at round values, no nearer to each other than that.
    pub fn ticks(&self, window: Window, length: f64, apart: f64) -> Vec<Tick> {
        if self.knots.len() < 2 {
            return Vec::new();
        }
        let (from, to) = (self.value(window.from), self.value(window.to));
        // Per value, as it is where nothing is folded: the steepest of the pieces in sight.
        let density = self
            .knots
            .windows(2)
            .filter_map(|pair| match pair {
                [left, right] if right.0 > from && left.0 < to && right.0 > left.0 => {
                    Some((right.1 - left.1) / (right.0 - left.0))
                }
                _ => None,
            })
            .fold(0.0, f64::max)
            * length
            / (window.to - window.from);
        let step = self.tick_step(apart / density.max(f64::MIN_POSITIVE));
        let shift = match self.scale {
            Scale::Time => f64::from(self.zone_offset_s) * 1e6,
            Scale::Lsn => 0.0,
        };
        let mut ticks: Vec<Tick> = Vec::new();
        let mut value = ((from + shift) / step).ceil() * step - shift;
        while value <= to && ticks.len() < 400 {
            let px = self.px(value, window, length);
            if ticks.last().is_none_or(|last| px - last.px >= apart * 0.9) && !self.is_folded(value) {
                ticks.push(Tick { value, px, label: self.label(value) });
            }
            value += step;
        }
        ticks
    }

    fn is_folded(&self, value: f64) -> bool {
        self.folds.iter().any(|(from, to)| value > *from && value < *to)
    }

    fn tick_step(&self, at_least: f64) -> f64 {
        match self.scale {
            Scale::Time => TIME_STEPS.into_iter().find(|step| *step >= at_least).unwrap_or(TIME_STEPS[19]),
            Scale::Lsn => {
                let mut step = self.segment_bytes;
                while step > 16.0 && step / 2.0 >= at_least {
                    step /= 2.0;
                }
                while step < at_least {
                    step *= 2.0;
                }
                step
            }
        }
    }

    /// A value as it stands at the axis.
    pub fn label(&self, value: f64) -> String {
        match self.scale {
            Scale::Time => format::clock_short(value.round() as i64, self.zone_offset_s),
            Scale::Lsn => format::lsn(value.max(0.0) as u64),
        }
    }
}

/// Points of a line, or stretches from one value to another.
type Pairs = Vec<(f64, f64)>;

/// Knots over the instants at which something happens, and the stretches that were folded.
fn folded(begin: f64, end: f64, times: impl Iterator<Item = f64>) -> (Pairs, Pairs) {
    let mut gaps: Vec<(f64, f64)> = Vec::new();
    let mut last = begin;
    for at in times.chain(std::iter::once(end)) {
        if at > last {
            gaps.push((last, at));
            last = at;
        }
    }
    let span = end - begin;
    let idle = |limit: f64| gaps.iter().map(|gap| gap.1 - gap.0).filter(|gap| *gap > limit).sum::<f64>();
    let busy = (span - idle(span * FOLD_SHARE)).max(span * 0.001);
    let limit = busy * FOLD_SHARE;
    let mut knots = vec![(begin, 0.0)];
    let mut folds = Vec::new();
    let mut share = 0.0;
    let mut from = begin;
    for gap in gaps {
        if gap.1 - gap.0 > limit && busy < span * 0.9 {
            share += gap.0 - from;
            if gap.0 > begin {
                knots.push((gap.0, share));
            }
            share += busy * FOLDED_SHARE;
            knots.push((gap.1, share));
            folds.push(gap);
            from = gap.1;
        }
    }
    if end > from {
        knots.push((end, share + end - from));
    }
    (knots, folds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{RunHead, Steps};

    fn run(minutes: &[i64]) -> Run {
        let time_us: Vec<i64> = minutes.iter().map(|minute| minute * 60_000_000).collect();
        let head = RunHead {
            begin_us: time_us[0],
            end_us: *time_us.last().unwrap(),
            segment_bytes: 4096,
            ..Default::default()
        };
        let kind = vec![pitr_protocol::StepKind::Other; time_us.len()];
        Run::new(head, Default::default(), Steps { time_us, kind, ..Default::default() })
    }

    #[test]
    fn values_come_back() {
        let axis = Axis::new(&run(&[0, 5, 10, 12, 60]), Scale::Time);
        for minute in [0.0, 3.0, 11.0, 59.0] {
            let value = minute * MINUTE;
            assert!((axis.value(axis.share(value)) - value).abs() < 1.0, "{minute}");
        }
        assert!(axis.share(0.0) > 0.0 && axis.share(60.0 * MINUTE) < 1.0, "there is a margin");
    }

    #[test]
    fn a_part_in_millionths_comes_back() {
        let part = Window { from: 0.25, to: 0.500_001 };
        let back = Window::of_millionths(&part.millionths()).unwrap();
        assert!((back.from - part.from).abs() < 2e-6 && (back.to - part.to).abs() < 2e-6, "{back:?}");
        assert_eq!(Window::of_millionths(&Window::default().millionths()), Some(Window::default()));
        for nonsense in ["", "1", "1 x", "5 5", "9 2", "0 1000001", "-1 5"] {
            assert_eq!(Window::of_millionths(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_quiet_night_is_folded() {
        let minutes: Vec<i64> = (0..30).chain(600..630).collect();
        let axis = Axis::new(&run(&minutes), Scale::Time);
        assert_eq!(axis.folds, vec![(29.0 * MINUTE, 600.0 * MINUTE)]);
        let folded = axis.share(600.0 * MINUTE) - axis.share(29.0 * MINUTE);
        assert!(folded < 0.06, "{folded}");
        assert!(axis.ticks(Window::default(), 1000.0, 70.0).iter().all(|tick| !axis.is_folded(tick.value)));

        let even: Vec<i64> = (0..15).map(|commit| commit * 5).collect();
        assert!(Axis::new(&run(&even), Scale::Time).folds.is_empty(), "an even day is not");
    }

    #[test]
    fn ticks_stand_at_round_values() {
        let minutes: Vec<i64> = (118..=190).collect();
        let axis = Axis::new(&run(&minutes), Scale::Time);
        let ticks = axis.ticks(Window::default(), 1200.0, 74.0);
        let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels.first(), Some(&"02:00"));
        assert!(labels.contains(&"03:00"), "{labels:?}");
        assert!(ticks.windows(2).all(|pair| pair[1].px - pair[0].px >= 66.0));
    }

    #[test]
    fn a_window_stays_inside() {
        let near = Window::default().zoomed(4.0, 0.9);
        assert!((near.to - near.from - 0.25).abs() < 1e-9);
        assert!((0.9 - near.from) / 0.25 - 0.9 < 1e-9, "the share under the pointer stays");
        assert!(near.moved(5.0).to <= 1.0 + 1e-9);
        assert!(near.zoomed(0.01, 0.5).is_all());
    }
}
