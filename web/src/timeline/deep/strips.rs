//! What of the picture has changed since it was painted last, in strips across the axis: going through a run moves little of it, and painting is
//! what takes longest of a frame.
//!
//! Invariant: a strip in which any pixel differs is among those that are told.

use crate::timeline::layout::{Plan, Scene};
use crate::timeline::paint::{Palette, paint_shapes};
use crate::timeline::shapes::{Form, Hold, Picture, Point, Rect, Shape, Stroke, within};
use web_sys::CanvasRenderingContext2d;

/// How wide a strip is, in CSS pixels before it is laid on whole pixels of the screen.
const WIDE: f64 = 32.0;
/// A text may be so much wider than it was measured: kerning, letters of other scripts.
const LEEWAY: f64 = 1.25;
/// Edges are smoothed over a pixel.
const EDGE: f64 = 1.0;

/// How wide a text is, by its letters, size and weight.
type Measure<'a> = &'a dyn Fn(&str, f64, bool) -> f64;

/// The strips as they were painted last.
#[derive(Debug, Default)]
pub struct Strips {
    down: bool,
    size: (f64, f64),
    ratio: f64,
    /// What stands in each.
    marks: Vec<u64>,
}

impl Strips {
    /// The parts of the picture that are to be painted, and that they will be. `shapes` are with their bounds. `afresh`: nothing of what was
    /// painted is there any more.
    fn changed(&mut self, shapes: &[(&Shape, Rect)], plan: &Plan, ratio: f64, afresh: bool) -> Vec<Rect> {
        let size = (plan.width, plan.height);
        let long = if plan.down { size.1 } else { size.0 };
        let count = (long / WIDE).ceil().max(1.0) as usize;
        let edge = |at: usize| if at == count { long } else { (at as f64 * WIDE * ratio).round() / ratio };
        let marks = marked(shapes, plan.down, count, &edge);
        let is_other = afresh || (self.down, self.size, self.ratio) != (plan.down, size, ratio);
        let before = std::mem::replace(self, Strips { down: plan.down, size, ratio, marks }).marks;
        let is_changed = |at: usize| is_other || before.get(at) != self.marks.get(at);
        let mut parts: Vec<Rect> = Vec::new();
        for at in (0..count).filter(|at| is_changed(*at)) {
            let (from, to) = (edge(at), edge(at + 1));
            let part = match plan.down {
                true => Rect { x: 0.0, y: from, w: size.0, h: to - from },
                false => Rect { x: from, y: 0.0, w: to - from, h: size.1 },
            };
            // Neighbours are one part.
            match parts.last_mut() {
                Some(last) if plan.down && last.bottom() == from => last.h += part.h,
                Some(last) if !plan.down && last.right() == from => last.w += part.w,
                _ => parts.push(part),
            }
        }
        parts
    }
}

/// Paints what has changed, and nothing else.
pub fn paint(
    strips: &mut Strips,
    canvas: &CanvasRenderingContext2d,
    palette: &Palette,
    (scene, picture): (&Scene, &Picture),
    ratio: f64,
    afresh: bool,
) {
    let shapes = with_bounds(picture, scene.measure);
    let parts = strips.changed(&shapes, scene.plan, ratio, afresh);
    if parts.is_empty() {
        return;
    }
    // A canvas that refuses to be scaled shows nothing better.
    let _ = canvas.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    canvas.save();
    canvas.begin_path();
    parts.iter().for_each(|part| canvas.rect(part.x, part.y, part.w, part.h));
    canvas.clip();
    parts.iter().for_each(|part| canvas.clear_rect(part.x, part.y, part.w, part.h));
    let seen = shapes.iter().filter(|(_, bounds)| parts.iter().any(|part| part.meets(*bounds)));
    paint_shapes(canvas, palette, seen.map(|(shape, _)| *shape));
    canvas.restore();
}

fn with_bounds<'a>(picture: &'a Picture, measure: Measure) -> Vec<(&'a Shape, Rect)> {
    picture.shapes.iter().map(|shape| (shape, bounds(shape, measure))).collect()
}

/// A number for what stands in each strip.
fn marked(shapes: &[(&Shape, Rect)], down: bool, count: usize, edge: &impl Fn(usize) -> f64) -> Vec<u64> {
    let mut marks = vec![0; count];
    for (shape, Rect { x, y, w, h }) in shapes {
        let (from, to) = if down { (*y, y + h) } else { (*x, x + w) };
        // One more on each side than can be, since edges lie on whole pixels.
        let at = |value: f64| within((value / WIDE).floor(), -1.0, count as f64) as isize;
        let (first, last) = ((at(from) - 1).max(0) as usize, (at(to) + 1).max(0) as usize);
        let look = Look::of(shape);
        for (strip, mark) in marks.iter_mut().enumerate().take(last + 1).skip(first) {
            let (begin, end) = (edge(strip), edge(strip + 1));
            if to > begin && from < end {
                *mark = mixed(*mark, look.mark_within(down, begin, end));
            }
        }
    }
    marks
}

/// What a strip shows of a shape.
enum Look {
    /// It looks alike between its ends, which reach so far into it: a strip is the same however far it goes on elsewhere.
    Even { kind: u64, rect: Rect, ends: f64 },
    /// A number for all that it is.
    Whole(u64),
}

impl Look {
    fn of(shape: &Shape) -> Look {
        let with = |kind: u8, numbers: &[f64]| {
            let ink = mixed(mixed(u64::from(kind), shape.ink as u64), u64::from(shape.alpha.to_bits()));
            numbers.iter().fold(ink, |mark, number| mixed(mark, number.to_bits()))
        };
        // A disc is no ring that has the same numbers: each form has a kind of its own.
        let whole = |kind: u8, numbers: &[f64]| Look::Whole(with(kind, numbers));
        match &shape.form {
            Form::Fill { rect, radius } => Look::Even { kind: with(1, &[*radius]), rect: *rect, ends: *radius },
            Form::Outline { rect, radius, width, stroke: Stroke::Solid } => {
                Look::Even { kind: with(2, &[*radius, *width]), rect: *rect, ends: radius + width }
            }
            Form::Outline { rect, radius, width, stroke } => {
                whole(3, &[rect.x, rect.y, rect.w, rect.h, *radius, *width, *stroke as u8 as f64])
            }
            Form::Line { from, to, width, stroke: Stroke::Solid } if from.x == to.x || from.y == to.y => {
                let (x, y) = (from.x.min(to.x), from.y.min(to.y));
                let rect = Rect { x, y, w: (to.x - from.x).abs(), h: (to.y - from.y).abs() };
                Look::Even { kind: with(4, &[*width]), rect, ends: *width }
            }
            Form::Line { from, to, width, stroke } => {
                whole(5, &[from.x, from.y, to.x, to.y, *width, *stroke as u8 as f64])
            }
            Form::Branch { from, to, down, width, stroke } => {
                let way = f64::from(u8::from(*down));
                whole(6, &[from.x, from.y, to.x, to.y, *width, *stroke as u8 as f64, way])
            }
            Form::Disc { at, radius } => whole(7, &[at.x, at.y, *radius]),
            Form::Ring { at, radius, width } => whole(8, &[at.x, at.y, *radius, *width]),
            Form::Cross { at, radius, width } => whole(9, &[at.x, at.y, *radius, *width]),
            Form::Triangle { corners: [a, b, c] } => whole(10, &[a.x, a.y, b.x, b.y, c.x, c.y]),
            // Its lines are counted from its foot.
            Form::Hatch { rect } => Look::Even { kind: with(11, &[rect.bottom()]), rect: *rect, ends: 0.0 },
            Form::Text { at, text, font } => {
                let look = u8::from(font.bold) + 2 * u8::from(font.halo) + 4 * font.hold as u8;
                let mark = with(12, &[at.x, at.y, font.size, f64::from(look)]);
                Look::Whole(text.bytes().fold(mark, |mark, byte| mixed(mark, u64::from(byte))))
            }
        }
    }

    fn mark_within(&self, down: bool, begin: f64, end: f64) -> u64 {
        let (kind, Rect { x, y, w, h }, ends) = match self {
            Look::Even { kind, rect, ends } => (*kind, *rect, *ends),
            Look::Whole(mark) => return *mark,
        };
        let (from, to, over, thick) = if down { (y, y + h, x, w) } else { (x, x + w, y, h) };
        let reach = ends + EDGE;
        let numbers = [from.max(begin - reach), to.min(end + reach), over, thick];
        numbers.into_iter().fold(kind, |mark, number| mixed(mark, number.to_bits()))
    }
}

/// Where a shape paints.
fn bounds(shape: &Shape, measure: Measure) -> Rect {
    let around = |points: &[Point], by: f64| {
        let fold =
            |of: fn(&Point) -> f64, pick: fn(f64, f64) -> f64| points.iter().map(of).reduce(pick).unwrap_or_default();
        let (left, right) = (fold(|point| point.x, f64::min), fold(|point| point.x, f64::max));
        let (top, bottom) = (fold(|point| point.y, f64::min), fold(|point| point.y, f64::max));
        Rect { x: left, y: top, w: right - left, h: bottom - top }.grown(by)
    };
    let tight = match &shape.form {
        Form::Fill { rect, .. } | Form::Hatch { rect } => *rect,
        Form::Outline { rect, width, .. } => rect.grown(*width),
        Form::Line { from, to, width, .. } | Form::Branch { from, to, width, .. } => around(&[*from, *to], *width),
        Form::Disc { at, radius } => around(&[*at], *radius),
        Form::Ring { at, radius, width } | Form::Cross { at, radius, width } => around(&[*at], radius + width),
        Form::Triangle { corners } => around(corners, 0.0),
        Form::Text { at, text, font } => {
            let wide = measure(text, font.size, font.bold) * LEEWAY + font.size;
            let x = match font.hold {
                Hold::Start => at.x - font.size,
                Hold::Middle => at.x - wide / 2.0,
                Hold::End => at.x - wide + font.size,
            };
            Rect { x, y: at.y - font.size, w: wide, h: 2.0 * font.size }.grown(2.0)
        }
    };
    tight.grown(EDGE)
}

/// Order counts: what is painted later lies above.
fn mixed(mark: u64, value: u64) -> u64 {
    (mark ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{many, shown_at};
    use super::*;
    use crate::state::Run;
    use crate::timeline::axis::{Scale, Window};
    use crate::timeline::samples::measure;
    use crate::timeline::shapes::{Ink, Type};

    fn at(run: &Run, width: f64, step: u32) -> (Plan, Picture) {
        shown_at(run, width, Scale::Time, Window::default(), step)
    }

    fn changed(strips: &mut Strips, plan: &Plan, picture: &Picture) -> Vec<Rect> {
        strips.changed(&with_bounds(picture, &measure), plan, 1.0, false)
    }

    fn long(parts: &[Rect], down: bool) -> f64 {
        parts.iter().map(|part| if down { part.h } else { part.w }).sum()
    }

    #[test]
    fn all_is_painted_once_and_then_what_a_step_moves() {
        let run = many(50_000);
        for width in [1360.0, 356.0] {
            let mut strips = Strips::default();
            let half = run.last_step() / 2;
            let (plan, picture) = at(&run, width, half);
            let whole = if plan.down { plan.height } else { plan.width };
            assert_eq!(long(&changed(&mut strips, &plan, &picture), plan.down), whole, "nothing is there yet");
            assert!(changed(&mut strips, &plan, &picture).is_empty(), "all is there");
            let (plan, picture) = at(&run, width, half + run.last_step() / 50);
            let parts = changed(&mut strips, &plan, &picture);
            assert!(!parts.is_empty() && long(&parts, plan.down) < whole * 0.35, "{parts:?} of {whole}");
        }
    }

    #[test]
    fn another_size_or_a_lost_canvas_is_painted_afresh() {
        let run = many(100);
        let mut strips = Strips::default();
        let (plan, picture) = at(&run, 1000.0, 50);
        changed(&mut strips, &plan, &picture);
        let shapes = with_bounds(&picture, &measure);
        assert_eq!(long(&strips.changed(&shapes, &plan, 1.0, true), false), 1000.0);
        assert_eq!(long(&strips.changed(&shapes, &plan, 1.5, false), false), 1000.0);
        let (plan, picture) = at(&run, 980.0, 50);
        assert_eq!(long(&changed(&mut strips, &plan, &picture), false), 980.0);
    }

    /// What of a strip of 1,000 pixels changes from one shape to another.
    fn between(before: impl Fn(&mut Picture), after: impl Fn(&mut Picture)) -> Option<(f64, f64)> {
        let run = many(100);
        let plan = Plan::new(&run, 1000.0, false);
        let (mut first, mut second) = (Picture::default(), Picture::default());
        before(&mut first);
        after(&mut second);
        let mut strips = Strips::default();
        changed(&mut strips, &plan, &first);
        let parts = changed(&mut strips, &plan, &second);
        Some((parts.first()?.x, parts.last()?.right()))
    }

    #[test]
    fn where_an_end_moves_its_strips_are_painted_and_no_others() {
        let bar = |to: f64| {
            move |picture: &mut Picture| {
                picture.fill(Ink::Mark, 1.0, Rect { x: 10.0, y: 5.0, w: to - 10.0, h: 9.0 }, 3.0);
            }
        };
        let (from, to) = between(bar(400.0), bar(500.0)).expect("the bar is longer");
        assert!((352.0..400.0).contains(&from) && (500.0..=544.0).contains(&to), "{from} to {to}");
        assert_eq!(between(bar(400.0), bar(400.0)), None);
        let line = |to: f64, stroke| {
            move |picture: &mut Picture| {
                let (from, to) = (Point { x: 10.0, y: 20.0 }, Point { x: to, y: 20.0 });
                picture.line(Ink::Mark, 1.0, from, to, 2.0, stroke);
            }
        };
        let (from, _) = between(line(400.0, Stroke::Solid), line(500.0, Stroke::Solid)).expect("the line is longer");
        assert!(from >= 352.0, "{from}");
        let (from, _) = between(line(400.0, Stroke::Dashed), line(500.0, Stroke::Solid)).expect("no dashes any more");
        assert!(from < 32.0, "{from}");
    }

    #[test]
    fn a_hatch_that_gets_another_foot_is_painted_all_over() {
        let hatch = |bottom: f64| {
            move |picture: &mut Picture| {
                let rect = Rect { x: 10.0, y: 5.0, w: 700.0, h: bottom - 5.0 };
                picture.add(Ink::AlarmSoft, 1.0, Form::Hatch { rect });
            }
        };
        let (from, to) = between(hatch(100.0), hatch(104.0)).expect("its lines lie elsewhere");
        assert!(from < 32.0 && to > 700.0, "{from} to {to}");
    }

    #[test]
    fn words_ink_and_order_count() {
        let word = |text: &'static str, ink| {
            move |picture: &mut Picture| {
                picture.text(ink, 1.0, Point { x: 500.0, y: 20.0 }, text, Type::SMALL);
            }
        };
        let (from, to) = between(word("02:00", Ink::Text), word("03:00", Ink::Text)).expect("another word");
        assert!(from < 480.0 && to > 520.0, "{from} to {to}");
        assert!(between(word("02:00", Ink::Text), word("02:00", Ink::Muted)).is_some());
        let both = |first: Ink, second: Ink| {
            move |picture: &mut Picture| {
                for ink in [first, second] {
                    picture.fill(ink, 1.0, Rect { x: 200.0, y: 5.0, w: 9.0, h: 9.0 }, 0.0);
                }
            }
        };
        assert!(between(both(Ink::Mark, Ink::Good), both(Ink::Good, Ink::Mark)).is_some(), "the other lies above");
    }
}
