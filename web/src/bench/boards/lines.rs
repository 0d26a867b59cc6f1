//! A gauge's line over the whole run, as the path of a small picture; and what a gauge shows in words.
//!
//! The line is made once a run: what lies behind the playhead is laid open by the style, a number a frame.

use crate::format;
use crate::words::t;
use pitr_protocol::boards::{GaugeTold, GaugeUnit};

/// The picture's own width and height; it is stretched to its place.
pub const WIDTH: f64 = 240.0;
pub const HEIGHT: f64 = 40.0;
/// A line of more changes than that is drawn as the extremes of each column of the picture.
const MOST_EXACT: usize = 240;

/// A gauge's line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// The path; empty if there was never anything to be read.
    pub path: String,
    /// How high the objective lies, of 1.
    pub objective: Option<f64>,
    /// The value at the picture's top.
    pub most: i64,
}

/// A piece of a line: from a share of the run and a value to another.
type Piece = ((f64, i64), (f64, i64));

impl Line {
    /// The line of a gauge; `time` tells a step's instant.
    pub fn of(gauge: &GaugeTold, begin_us: i64, end_us: i64, time: impl Fn(u32) -> i64) -> Line {
        let pieces = pieces(gauge, begin_us, end_us, time);
        let seen = pieces.iter().map(|((_, from), (_, to))| *from.max(to)).max().unwrap_or(0);
        let whole = if gauge.unit == GaugeUnit::Thousandths { 1000 } else { 0 };
        // An objective that is far above all that was seen would leave nothing of the line.
        let near = gauge.objective.filter(|objective| *objective <= seen.saturating_mul(4));
        let most = seen.max(whole).max(near.unwrap_or(0)).max(1);
        let path = if pieces.len() > MOST_EXACT { coarse(&pieces, most) } else { exact(&pieces, most) };
        let objective = near.filter(|objective| *objective > 0).map(|objective| objective as f64 / most as f64);
        Line { path, objective, most }
    }

    /// How high a value lies, of 1.
    pub fn share(&self, value: i64) -> f64 {
        (value as f64 / self.most as f64).clamp(0.0, 1.0)
    }
}

fn height_of(value: i64, most: i64) -> f64 {
    // Room for the stroke at both edges.
    HEIGHT - 2.0 - (HEIGHT - 4.0) * (value as f64 / most as f64).clamp(0.0, 1.0)
}

fn pieces(gauge: &GaugeTold, begin_us: i64, end_us: i64, time: impl Fn(u32) -> i64) -> Vec<Piece> {
    let span = (end_us - begin_us).max(1) as f64;
    let share = |us: i64| ((us - begin_us) as f64 / span).clamp(0.0, 1.0);
    let piece = |index: usize| {
        let from = time(*gauge.steps.get(index)?);
        let to = gauge.steps.get(index + 1).map_or(end_us, |step| time(*step)).max(from);
        let (first, last) = (gauge.value_of(index, from)?, gauge.value_of(index, to)?);
        Some(((share(from), first), (share(to), last)))
    };
    (0..gauge.steps.len()).filter_map(piece).collect()
}

fn exact(pieces: &[Piece], most: i64) -> String {
    let mut path = String::new();
    let mut before: Option<f64> = None;
    for ((from, first), (to, last)) in pieces {
        let (x, y) = (format::px(from * WIDTH), format::px(height_of(*first, most)));
        // Where nothing is to be read the line is broken off.
        let joins = before.is_some_and(|before| (before - from).abs() < f64::EPSILON);
        path.push_str(&format!("{}{x} {y}", if joins { "L" } else { "M" }));
        path.push_str(&format!("L{} {}", format::px(to * WIDTH), format::px(height_of(*last, most))));
        before = Some(*to);
    }
    path
}

/// The lowest and the highest of each column.
fn coarse(pieces: &[Piece], most: i64) -> String {
    let mut columns: Vec<Option<(i64, i64)>> = vec![None; WIDTH as usize + 1];
    for ((from, first), (to, last)) in pieces {
        let (left, right) = ((from * WIDTH) as usize, (to * WIDTH) as usize);
        for (index, column) in columns.iter_mut().enumerate().take(right + 1).skip(left) {
            let along = if right > left { (index - left) as f64 / (right - left) as f64 } else { 1.0 };
            let here = first + ((last - first) as f64 * along) as i64;
            let (low, high) = if right > left { (here, here) } else { (*first.min(last), *first.max(last)) };
            *column = Some(column.map_or((low, high), |(lowest, highest)| (lowest.min(low), highest.max(high))));
        }
    }
    let mut path = String::new();
    for (index, column) in columns.iter().enumerate() {
        let Some((low, high)) = column else { continue };
        let joins = index.checked_sub(1).is_some_and(|before| columns[before].is_some());
        let x = format::px(index as f64);
        let (top, bottom) = (format::px(height_of(*high, most)), format::px(height_of(*low, most)));
        path.push_str(&format!("{}{x} {bottom}L{x} {top}", if joins { "L" } else { "M" }));
    }
    path
}

/// A value of a gauge in words.
pub fn said(unit: GaugeUnit, value: i64) -> String {
    match unit {
        GaugeUnit::Time => format::duration(value),
        GaugeUnit::Bytes => format::bytes(value.max(0).unsigned_abs()),
        GaugeUnit::Count => format::count(value.max(0).unsigned_abs()),
        GaugeUnit::Thousandths => format::percent(value),
        GaugeUnit::MicroDollars => format::dollars(value.max(0).unsigned_abs()),
    }
}

/// The same where there may be nothing to be read.
pub fn said_or_none(unit: GaugeUnit, value: Option<i64>) -> String {
    value.map_or_else(|| t("bench.boards.unknown", &[]), |value| said(unit, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::boards::ShownKind;

    fn gauge(changes: &[(u32, ShownKind, i64)]) -> GaugeTold {
        GaugeTold {
            name: "point_age".into(),
            metric: 4,
            unit: GaugeUnit::Time,
            objective: Some(50),
            at_least: false,
            steps: changes.iter().map(|(step, ..)| *step).collect(),
            kinds: changes.iter().map(|(_, kind, _)| *kind).collect(),
            values: changes.iter().map(|(.., value)| *value).collect(),
        }
    }

    #[test]
    fn a_line_rises_falls_and_breaks_off() {
        use ShownKind::{Is, Since, Unknown};
        let changes = [(0, Is, 0), (10, Since, 10), (50, Is, 0), (60, Unknown, 0), (80, Is, 20)];
        let line = Line::of(&gauge(&changes), 0, 100, i64::from);
        assert_eq!(line.most, 50, "as high as its objective, which is near");
        assert_eq!(line.objective, Some(1.0));
        let pen_ups = line.path.matches('M').count();
        assert_eq!(pen_ups, 2, "{}", line.path);
        assert!(line.path.starts_with("M0.00 38.00L24.00 38.00L24.00 38.00L120.00 9.20L120.00 38.00"), "{}", line.path);
        assert!(line.path.contains("M192.00 23.60L240.00 23.60"), "{}", line.path);
        let far = GaugeTold { objective: Some(5_000), ..gauge(&changes) };
        assert_eq!(Line::of(&far, 0, 100, i64::from).objective, None);
        assert_eq!(Line::of(&gauge(&[]), 0, 100, i64::from).path, "");
    }

    #[test]
    fn a_long_line_keeps_its_extremes() {
        let changes: Vec<_> = (0..50_000).map(|step| (step, ShownKind::Is, i64::from(step % 2) * 1_000)).collect();
        let line = Line::of(&gauge(&changes), 0, 50_000, i64::from);
        assert!(line.path.len() < 8_000, "{}", line.path.len());
        // Each column of the picture goes from the lowest to the highest; at its very edge stands the run's last value alone.
        assert_eq!((line.path.matches("38.00L").count(), line.most), (240, 1_000));
        assert!(line.path.ends_with("L240.00 2.00L240.00 2.00"), "{}", line.path);
        assert!(line.path.contains(" 2.00"));
    }

    #[test]
    fn values_are_said_in_their_units() {
        assert_eq!([985, 1000].map(|share| said(GaugeUnit::Thousandths, share)), ["98.5\u{202f}%", "100\u{202f}%"]);
        assert_eq!(said(GaugeUnit::MicroDollars, 1_234_567), "$1.23");
        assert_eq!(said(GaugeUnit::Count, -1), "0");
        assert_eq!(said_or_none(GaugeUnit::Time, None), "–");
    }
}
