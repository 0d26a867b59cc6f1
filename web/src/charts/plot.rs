//! A chart drawn by plotters: axes, the band between median and worst, the measured lines and the textbook's over them.
//!
//! The picture carries no marks, no legend and no words but its ticks. Those are the page's own, placed through the mapping of the very
//! coordinates that were drawn, which comes back with the picture. Every element is drawn in one of a few key colours that the
//! style sheet replaces by the theme's, so a change of theme needs no redraw. Plotters counts whole pixels, therefore everything is
//! drawn larger by [`FINE`] and shown at its size.

use super::axis;
use pitr_protocol::ChartPoint;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// How many of the picture's units make a pixel of the page.
const FINE: i32 = 8;
/// Plotters writes a font's size divided by this.
const FONT_FACTOR: f64 = 1.24;
const FONT_PX: f64 = 13.0;
const TICK_PX: i32 = 4;
const AXIS_ROOM_PX: u32 = 26;
const LABEL_ROOM_PX: u32 = 46;

// Key colours: `study.css` says what each becomes.
const GRID: RGBColor = RGBColor(1, 0, 1);
const AXIS: RGBColor = RGBColor(1, 0, 2);
const TICK_TEXT: RGBColor = RGBColor(1, 0, 3);
const BAND: RGBColor = RGBColor(1, 0, 4);
const MEDIAN: RGBColor = RGBColor(1, 0, 5);
const WORST: RGBColor = RGBColor(1, 0, 6);
const TEXTBOOK: RGBColor = RGBColor(1, 0, 7);

/// What is to be drawn, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted<'a> {
    pub points: &'a [ChartPoint],
    /// First and last policy that the chart will hold, in microseconds.
    pub x: (i64, i64),
    pub width: u32,
    pub height: u32,
    /// Room kept free on the right for the names of the lines, in pixels.
    pub names_room: u32,
}

/// The picture, and where things stand on it, in pixels of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawn {
    pub svg: String,
    /// Of each point: its x, the y of its median and the y of its worst.
    pub places: Vec<(f64, f64, f64)>,
    /// Of the last point: the y of the textbook's median and worst.
    pub textbook_ends: Option<(f64, f64)>,
    /// Top, right end and bottom of the plotting area.
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    /// Room kept free on the right for the names of the lines.
    pub names_room: f64,
}

/// An axis of durations whose ticks were chosen beforehand.
struct Axis {
    range: Range<f64>,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Axis {
    /// How far along the axis a value stands: 0 at its beginning, 1 at its end.
    fn share(&self, value: f64) -> f64 {
        let Range { start, end } = self.range;
        if self.logarithmic { (value / start).ln() / (end / start).ln() } else { (value - start) / (end - start) }
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.share(*value) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

/// Draws the chart; `None` if there is no room for it.
pub fn draw(wanted: &Wanted) -> Option<Drawn> {
    let Wanted { points, x: (first_x, last_x), width, height, names_room } = *wanted;
    if width < LABEL_ROOM_PX + names_room + 60 || height < AXIS_ROOM_PX + 60 || first_x <= 0 {
        return None;
    }
    let fine = FINE as u32;
    let plot_px = f64::from(width - LABEL_ROOM_PX - names_room);
    let top = points
        .iter()
        .flat_map(|point| [point.worst_us, point.median_us, point.textbook_worst_us, point.textbook_median_us])
        .max()
        .unwrap_or(0);
    let y_ticks = axis::linear_ticks(top, i64::from(height / 50).max(2));
    let y_top = y_ticks.last().copied().unwrap_or(1);
    let y_step = y_ticks.get(1).copied().unwrap_or(1);

    // A little air on both sides, in the logarithm's terms, so that the outermost marks stand free of the axis.
    let span = ((last_x.max(first_x + 1)) as f64 / first_x as f64).ln();
    let air = span * 12.0 / plot_px;
    let x_range = (first_x as f64 * (-air).exp())..(last_x.max(first_x + 1) as f64 * air.exp());
    let x_axis =
        Axis { range: x_range, logarithmic: true, ticks: points.iter().map(|point| point.x_us as f64).collect() };
    let y_axis =
        Axis { range: 0.0..y_top as f64, logarithmic: false, ticks: y_ticks.iter().map(|tick| *tick as f64).collect() };
    let x_places: Vec<f64> = x_axis.ticks.iter().map(|tick| x_axis.share(*tick) * plot_px).collect();
    let labelled = axis::thinned(&x_places, 56.0);
    let x_label = |x: &f64| {
        let index = points.iter().position(|point| point.x_us as f64 == *x);
        let shown = index.and_then(|index| labelled.get(index)).copied().unwrap_or(false);
        if shown { axis::policy_label(*x as i64) } else { String::new() }
    };
    let y_label = |y: &f64| axis::linear_label(*y as i64, y_step, *y as i64 == y_top);

    let mut svg = String::new();
    let mut drawn = Drawn::default();
    {
        let area = SVGBackend::with_string(&mut svg, (width * fine, height * fine)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin_top(10 * FINE)
            .margin_right(names_room * fine)
            .x_label_area_size(AXIS_ROOM_PX * fine)
            .y_label_area_size(LABEL_ROOM_PX * fine)
            .build_cartesian_2d(x_axis, y_axis)
            .ok()?;
        let font = ("sans-serif", FONT_PX * FONT_FACTOR * f64::from(FINE)).into_font().color(&TICK_TEXT);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.stroke_width(fine))
            .axis_style(AXIS.stroke_width(fine))
            .set_tick_mark_size(LabelAreaPosition::Bottom, TICK_PX * FINE)
            .set_tick_mark_size(LabelAreaPosition::Left, TICK_PX * FINE)
            .x_label_style(font.clone().pos(Pos::new(HPos::Center, VPos::Top)))
            .y_label_style(font.pos(Pos::new(HPos::Right, VPos::Center)))
            .x_label_formatter(&x_label)
            .y_label_formatter(&y_label)
            .draw()
            .ok()?;

        let line = |value: fn(&ChartPoint) -> i64| -> Vec<(f64, f64)> {
            points.iter().map(|point| (point.x_us as f64, value(point) as f64)).collect()
        };
        let (median, worst) = (line(|point| point.median_us), line(|point| point.worst_us));
        let mut band = worst.clone();
        band.extend(median.iter().rev());
        let dashed = TEXTBOOK.stroke_width(3 * fine / 2);
        chart.draw_series([Polygon::new(band, BAND.filled())]).ok()?;
        for (line, style) in [
            (worst, WORST.stroke_width(3 * fine / 2)),
            (median, MEDIAN.stroke_width(5 * fine / 2)),
            (line(|point| point.textbook_worst_us), dashed),
            (line(|point| point.textbook_median_us), dashed),
        ] {
            chart.draw_series([PathElement::new(line, style)]).ok()?;
        }

        let pixels = |x: i64, y: i64| {
            let (x, y) = chart.backend_coord(&(x as f64, y as f64));
            (f64::from(x) / f64::from(FINE), f64::from(y) / f64::from(FINE))
        };
        drawn.places = points
            .iter()
            .map(|point| {
                let (x, median_y) = pixels(point.x_us, point.median_us);
                (x, median_y, pixels(point.x_us, point.worst_us).1)
            })
            .collect();
        drawn.textbook_ends = points.last().map(|point| {
            (pixels(point.x_us, point.textbook_median_us).1, pixels(point.x_us, point.textbook_worst_us).1)
        });
        (_, drawn.top) = pixels(first_x, y_top);
        (_, drawn.bottom) = pixels(first_x, 0);
        drawn.right = f64::from(width - names_room);
        drawn.names_room = f64::from(names_room);
        area.present().ok()?;
    }
    // Shown at its size in the page, whatever the units inside; out of the tree of assistive technology, which has the marks and the table.
    let opening = format!("<svg width=\"{}\" height=\"{}\"", width * fine, height * fine);
    let shown = format!("<svg aria-hidden=\"true\" focusable=\"false\" width=\"{width}\" height=\"{height}\"");
    drawn.svg = svg.replacen(&opening, &shown, 1);
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(minutes: i64) -> ChartPoint {
        let x_us = minutes * 60_000_000;
        ChartPoint {
            x_us,
            median_us: x_us / 2,
            worst_us: x_us,
            textbook_median_us: x_us / 2,
            textbook_worst_us: x_us,
            median_script: String::new(),
            worst_script: String::new(),
        }
    }

    fn wanted(points: &[ChartPoint]) -> Wanted<'_> {
        Wanted { points, x: (60_000_000, 3_600_000_000), width: 600, height: 300, names_room: 90 }
    }

    #[test]
    fn marks_stand_where_the_lines_are_drawn() {
        let points: Vec<_> = [1, 5, 15, 60].map(point).to_vec();
        let drawn = draw(&wanted(&points)).unwrap();
        let (x, median, worst) = drawn.places[3];
        assert!(drawn.svg.contains(&format!("{},{}", x * f64::from(FINE), worst * f64::from(FINE))), "{}", drawn.svg);
        assert!(worst < median && median < drawn.bottom && drawn.top <= worst);
        assert!(drawn.places.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_chart_whose_points_are_still_to_come_has_its_axes() {
        let drawn = draw(&wanted(&[])).unwrap();
        assert!(drawn.places.is_empty() && drawn.textbook_ends.is_none());
        let one = [point(5)];
        assert_eq!(draw(&wanted(&one)).unwrap().places.len(), 1);
    }

    #[test]
    fn no_room_is_no_chart() {
        assert!(draw(&Wanted { width: 120, ..wanted(&[]) }).is_none());
        assert!(draw(&Wanted { x: (0, 0), ..wanted(&[]) }).is_none());
    }
}
