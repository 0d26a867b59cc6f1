//! A chart drawn by plotters: axes, the bands between median, 95th percentile and worst, the measured lines and the textbook's over them.
//!
//! The picture carries no marks, no legend and no words but its ticks. Those are the page's own, placed through the mapping of the very
//! coordinates that were drawn, which comes back with the picture. Every element is drawn in one of a few key colours that the
//! style sheet replaces by the theme's, so a change of theme needs no redraw. Plotters counts whole pixels, therefore everything is
//! drawn larger by [`FINE`] and shown at its size.

use super::axis;
use super::data::{ChartData, Dot, Form, Level, Unit, written};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// How many of the picture's units make a pixel of the page.
pub const FINE: i32 = 8;
/// Plotters writes a font's size divided by this.
const FONT_FACTOR: f64 = 1.24;
const FONT_PX: f64 = 13.0;
const TICK_PX: i32 = 4;
const AXIS_ROOM_PX: u32 = 26;

/// Room on the left for the labels of the other axis: one that begins near its least value has long ones.
pub fn label_room_px(form: Form) -> u32 {
    if form == Form::Frontier { 84 } else { 52 }
}

// Key colours: `study.css` says what each becomes, `download.rs` does for a file.
const GRID: RGBColor = RGBColor(1, 0, 1);
const AXIS: RGBColor = RGBColor(1, 0, 2);
const TICK_TEXT: RGBColor = RGBColor(1, 0, 3);
const BAND: RGBColor = RGBColor(1, 0, 4);
const MEDIAN: RGBColor = RGBColor(1, 0, 5);
const WORST: RGBColor = RGBColor(1, 0, 6);
const TEXTBOOK: RGBColor = RGBColor(1, 0, 7);
const OUTER_BAND: RGBColor = RGBColor(1, 0, 8);

/// What is to be drawn, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted<'a> {
    pub data: &'a ChartData,
    pub width: u32,
    pub height: u32,
    /// Room kept free on the right for the names of the lines, in pixels.
    pub names_room: u32,
}

/// The picture, and where things stand on it, in pixels of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawn {
    pub svg: String,
    pub width: u32,
    pub height: u32,
    /// Of each dot: its x, and the y of its values in the order of [`Level::ALL`].
    pub places: Vec<(f64, [f64; 3])>,
    /// The names of the lines, and where they end.
    pub ends: Vec<(&'static str, f64)>,
    /// Top, right end and bottom of the plotting area.
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    /// Room kept free on the right for the names of the lines.
    pub names_room: f64,
}

/// An axis whose ticks were chosen beforehand.
struct Axis {
    range: Range<f64>,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Axis {
    /// How far along the axis a value stands: 0 at its beginning, 1 at its end.
    fn share(&self, value: f64) -> f64 {
        let Range { start, end } = self.range;
        let value = value.max(start);
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

/// The axis of the policies, or of the first of two values, and where its ticks have labels.
fn x_axis(data: &ChartData, plot_px: f64) -> (Axis, Vec<bool>) {
    if data.form == Form::Frontier {
        let all = || data.dots.iter().map(|dot| dot.x);
        // A tenth to spare on both sides, so that no mark stands on an axis.
        let (low, high) = (all().min().unwrap_or(1), all().max().unwrap_or(1));
        let ticks = axis::log_ticks(data.x_unit, low - low / 10, high + high / 10);
        let range = ticks[0] as f64..ticks[ticks.len() - 1] as f64;
        let axis = Axis { range, logarithmic: true, ticks: floats(&ticks) };
        let places: Vec<f64> = axis.ticks.iter().map(|tick| axis.share(*tick) * plot_px).collect();
        let labelled = axis::thinned(&places, 64.0);
        return (axis, labelled);
    }
    // A little air on both sides, in the logarithm's terms, so that the outermost marks stand free of the axis.
    let (first, last) = (data.x.0 as f64, data.x.1.max(data.x.0 + 1) as f64);
    let air = (last / first).ln() * 14.0 / plot_px;
    let ticks: Vec<i64> = data.dots.iter().map(|dot| dot.x).collect();
    let range = (first * (-air).exp())..(last * air.exp());
    let axis = Axis { range, logarithmic: true, ticks: floats(&ticks) };
    let places: Vec<f64> = axis.ticks.iter().map(|tick| axis.share(*tick) * plot_px).collect();
    let labelled = axis::thinned(&places, 56.0);
    (axis, labelled)
}

/// The other axis, and its step if its ticks are evenly apart.
fn y_axis(data: &ChartData, height: u32) -> (Axis, Option<i64>) {
    let all = || data.dots.iter().flat_map(values);
    let top = all().max().unwrap_or(0);
    if data.y_logarithmic {
        // Nothing has its place at the lowest tick, a good way below the least that is something.
        let least = all().filter(|value| *value > 0).min().unwrap_or(1_000_000);
        let room = if all().any(|value| value <= 0) { 10 } else { 1 };
        let ticks = axis::log_ticks(Unit::Time, least / room, top);
        let (low, high) = (ticks[0] as f64, ticks[ticks.len() - 1] as f64);
        return (Axis { range: low..high, logarithmic: true, ticks: floats(&ticks) }, None);
    }
    let (top, most) = (top.saturating_add(top / 50), i64::from(height / 50).max(2));
    let ticks = match data.form {
        Form::Frontier => axis::close_ticks(data.y_unit, all().min().unwrap_or(0), top, most),
        _ => axis::linear_ticks(data.y_unit, top, most),
    };
    let (low, high) = (ticks[0] as f64, ticks[ticks.len() - 1] as f64);
    let step = ticks[1] - ticks[0];
    (Axis { range: low..high, logarithmic: false, ticks: floats(&ticks) }, Some(step))
}

fn floats(ticks: &[i64]) -> Vec<f64> {
    ticks.iter().map(|tick| *tick as f64).collect()
}

fn values(dot: &Dot) -> impl Iterator<Item = i64> {
    let textbook = dot.textbook.into_iter().flat_map(|(median, worst)| [median, worst]);
    dot.y.into_iter().chain(textbook)
}

/// Draws the chart; `None` if there is no room for it.
pub fn draw(wanted: &Wanted) -> Option<Drawn> {
    let Wanted { data, width, height, names_room } = *wanted;
    let label_room = label_room_px(data.form);
    let too_small = width < label_room + names_room + 60 || height < AXIS_ROOM_PX + 60;
    if too_small || (data.form != Form::Frontier && data.x.0 <= 0) {
        return None;
    }
    let fine = FINE as u32;
    let plot_px = f64::from(width - label_room - names_room);
    let (x_axis, labelled) = x_axis(data, plot_px);
    let (y_axis, y_step) = y_axis(data, height);
    let (low, high) = (y_axis.range.start, y_axis.range.end);
    let has_nothing = data.dots.iter().flat_map(values).any(|value| value <= 0);
    let x_ticks = x_axis.ticks.clone();
    let x_label = |x: &f64| {
        let index = x_ticks.iter().position(|tick| tick == x);
        let shown = index.and_then(|index| labelled.get(index)).copied().unwrap_or(false);
        match (shown, data.x_unit) {
            (false, _) => String::new(),
            (true, Unit::Time) => axis::policy_label(*x as i64),
            (true, unit @ Unit::Money) => axis::linear_label(unit, *x as i64, *x as i64, false),
        }
    };
    let y_label = |y: &f64| match y_step {
        Some(_) if low > 0.0 => written(data.y_unit, *y as i64),
        Some(step) => axis::linear_label(data.y_unit, *y as i64, step, *y == high),
        None if *y == low && has_nothing => written(Unit::Time, 0),
        None => axis::policy_label(*y as i64),
    };

    let mut svg = String::new();
    let mut drawn = Drawn { width, height, ..Drawn::default() };
    {
        let area = SVGBackend::with_string(&mut svg, (width * fine, height * fine)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin_top(10 * FINE)
            .margin_right(names_room * fine)
            .x_label_area_size(AXIS_ROOM_PX * fine)
            .y_label_area_size(label_room * fine)
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

        let line = |level: Level| -> Vec<(f64, f64)> {
            data.dots.iter().map(|dot| (dot.x as f64, dot.y[level as usize] as f64)).collect()
        };
        let between = |low: Level, high: Level| {
            let mut outline = line(high);
            outline.extend(line(low).iter().rev());
            outline
        };
        let textbook = |of: fn((i64, i64)) -> i64| -> Vec<(f64, f64)> {
            data.dots.iter().filter_map(|dot| Some((dot.x as f64, of(dot.textbook?) as f64))).collect()
        };
        let dashed = TEXTBOOK.stroke_width(3 * fine / 2);
        let thin = WORST.stroke_width(3 * fine / 2);
        let thick = MEDIAN.stroke_width(5 * fine / 2);
        let mut lines = Vec::new();
        match data.form {
            Form::Bands => {
                let outer = between(Level::P95, Level::Worst);
                chart.draw_series([Polygon::new(outer, OUTER_BAND.filled())]).ok()?;
                let inner = between(Level::Median, Level::P95);
                chart.draw_series([Polygon::new(inner, BAND.filled())]).ok()?;
                lines.extend([(line(Level::Worst), thin), (line(Level::P95), thin), (line(Level::Median), thick)]);
                lines.extend([(textbook(|(_, worst)| worst), dashed), (textbook(|(median, _)| median), dashed)]);
            }
            Form::Line => lines.push((line(Level::Median), thick)),
            Form::Frontier => {
                let on = data.dots.iter().filter(|dot| dot.on_frontier);
                lines.push((on.map(|dot| (dot.x as f64, dot.y[0] as f64)).collect(), thick));
            }
        }
        for (line, style) in lines {
            chart.draw_series([PathElement::new(line, style)]).ok()?;
        }

        let pixels = |x: f64, y: f64| {
            let (x, y) = chart.backend_coord(&(x, y));
            (f64::from(x) / f64::from(FINE), f64::from(y) / f64::from(FINE))
        };
        let place = |dot: &Dot| (pixels(dot.x as f64, low).0, dot.y.map(|y| pixels(dot.x as f64, y as f64).1));
        drawn.places = data.dots.iter().map(place).collect();
        if let (Form::Bands, Some(last)) = (data.form, data.dots.last()) {
            let end = |y: i64| pixels(last.x as f64, y as f64).1;
            drawn.ends.push(("worst", end(last.y[2])));
            drawn.ends.extend(last.textbook.map(|(_, worst)| ("textbook_worst", end(worst))));
            drawn.ends.push(("p95", end(last.y[1])));
            drawn.ends.push(("median", end(last.y[0])));
            drawn.ends.extend(last.textbook.map(|(median, _)| ("textbook_median", end(median))));
        }
        (_, drawn.top) = pixels(data.x.0 as f64, high);
        (_, drawn.bottom) = pixels(data.x.0 as f64, low);
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

    fn data(minutes: &[i64], form: Form) -> ChartData {
        let dot = |minutes: &i64| {
            let x = minutes * 60_000_000;
            Dot { x, y: [x / 2, x * 3 / 4, x], textbook: Some((x / 2, x)), on_frontier: true, ..Dot::default() }
        };
        ChartData::sample(form, minutes.iter().map(dot).collect())
    }

    fn wanted(data: &ChartData) -> Wanted<'_> {
        Wanted { data, width: 600, height: 300, names_room: 90 }
    }

    #[test]
    fn marks_stand_where_the_lines_are_drawn() {
        for form in [Form::Bands, Form::Line, Form::Frontier] {
            let data = data(&[1, 5, 15, 60], form);
            let drawn = draw(&wanted(&data)).unwrap();
            let (x, [median, p95, worst]) = drawn.places[3];
            let fine = |length: f64| length * f64::from(FINE);
            assert!(drawn.svg.contains(&format!("{},{}", fine(x), fine(median))), "{form:?}: {}", drawn.svg);
            assert!(worst < p95 && p95 < median && median < drawn.bottom && drawn.top <= worst);
            assert!(drawn.places.is_sorted_by(|a, b| a.0 < b.0));
            assert_eq!(drawn.ends.len(), if form == Form::Bands { 5 } else { 0 });
        }
    }

    #[test]
    fn a_chart_whose_points_are_still_to_come_has_its_axes() {
        for form in [Form::Bands, Form::Line, Form::Frontier] {
            let none = data(&[], form);
            let drawn = draw(&wanted(&none)).unwrap();
            assert!(drawn.places.is_empty() && drawn.ends.is_empty());
            assert_eq!(draw(&wanted(&data(&[5], form))).unwrap().places.len(), 1);
        }
    }

    #[test]
    fn a_loss_of_nothing_has_a_place_among_tens() {
        let mut data = data(&[1, 5], Form::Frontier);
        data.y_logarithmic = true;
        data.dots[0].y = [0; 3];
        let drawn = draw(&wanted(&data)).unwrap();
        assert_eq!(drawn.places[0].1[0], drawn.bottom);
    }

    #[test]
    fn no_room_is_no_chart() {
        let few = data(&[], Form::Bands);
        assert!(draw(&Wanted { width: 120, ..wanted(&few) }).is_none());
        assert!(draw(&wanted(&ChartData { x: (0, 0), ..few })).is_none());
    }
}
