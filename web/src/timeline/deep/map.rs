//! The minimap: all of the run in a strip, with the part in sight as a window that can be dragged. Where we are is a mark of its own over
//! the painted strip, so that going through a run paints nothing here.

use super::columns::talls;
use super::written::Written;
use crate::state::{Run, View};
use crate::timeline::axis::{Axis, Scale};
use crate::timeline::layout::Cut;
use crate::timeline::paint::{Palette, paint};
use crate::timeline::shapes::{Ink, Picture, Point, Rect, Stroke, within};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

pub const HEIGHT: f64 = 36.0;
const COLUMN: f64 = 2.0;

/// What the strip shows; painted again when any of it has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub run: View<Run>,
    pub scale: Scale,
    pub cut: Option<Cut>,
    pub width: f64,
    pub look: u32,
    /// The timeline that the server is on.
    pub live: u32,
}

/// The strip's picture: how much was written where, the damage, and the target.
pub fn picture(shown: &Shown, axis: &Axis, written: &Written) -> Picture {
    let mut picture = Picture::default();
    let (run, width) = (&shown.run, shown.width);
    if !run.is_there() || width < 1.0 {
        return picture;
    }
    let base = HEIGHT - 3.0;
    let value = |px: f64| axis.value(px / width);
    let px = |us: i64, lsn: u64| axis.share(if shown.scale == Scale::Time { us as f64 } else { lsn as f64 }) * width;
    let columns = (width / COLUMN).ceil() as usize;
    let places: Vec<usize> =
        (0..=columns).map(|column| written.place(run, shown.scale, value(column as f64 * COLUMN))).collect();
    let counts = places.iter().zip(places.iter().skip(1)).map(|(from, to)| to.saturating_sub(*from));
    picture.line(Ink::Line, 1.0, Point { x: 0.0, y: base }, Point { x: width, y: base }, 1.0, Stroke::Solid);
    for (column, tall) in talls(counts).into_iter().enumerate().filter(|(_, tall)| *tall > 0.0) {
        let tall = (HEIGHT - 12.0) * tall;
        let rect = Rect { x: column as f64 * COLUMN, y: base - tall, w: COLUMN - 0.5, h: tall };
        picture.fill(Ink::MarkSoft, 1.0, rect, 0.0);
    }
    let mut upright = |ink, at: f64, wide: f64, stroke| {
        let at = within(at, 1.0, width - 1.0);
        picture.line(ink, 1.0, Point { x: at, y: 2.0 }, Point { x: at, y: HEIGHT - 2.0 }, wide, stroke);
    };
    if let Some(damage) = run.incident() {
        upright(Ink::Alarm, px(damage.end_us, damage.end_lsn.unwrap_or(damage.first_lsn)), 2.0, Stroke::Solid);
    }
    if let Some(cut) = &shown.cut {
        upright(Ink::Accent, px(cut.us, cut.lsn), 2.5, Stroke::Solid);
    }
    picture
}

/// Where we are: a dotted upright on a canvas of its own. In a frame that moves nothing else of the page's elements a style that changes would
/// cost more than to paint it.
#[derive(Debug, Default)]
pub struct Mark {
    /// What it is painted on, and for which width and look.
    on: Option<(CanvasRenderingContext2d, (f64, u32))>,
    at: f64,
}

impl Mark {
    const WIDE: f64 = 1.5;

    /// Goes to that share of a strip that is so wide, in the colours of a look.
    pub fn go(&mut self, canvas: &HtmlCanvasElement, (width, look): (f64, u32), share: f64) {
        let at = within(share * width, 1.0, width - 1.0);
        let is_there = self.on.as_ref().is_some_and(|(_, made)| *made == (width, look));
        if is_there && self.at == at {
            return;
        }
        if !is_there {
            self.on = prepared(canvas, width).map(|(context, ratio)| {
                // A canvas that refuses to be scaled shows nothing better; without dashes the line is solid.
                let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
                let _ = context.set_line_dash(&Array::of1(&JsValue::from(Mark::WIDE)));
                context.set_stroke_style_str(Palette::of(canvas).colour(Ink::Text));
                context.set_line_width(Mark::WIDE);
                (context, (width, look))
            });
        }
        if let Some((context, _)) = &self.on {
            // Edges are smoothed over a pixel.
            context.clear_rect(self.at - Mark::WIDE - 1.0, 0.0, 2.0 * Mark::WIDE + 2.0, HEIGHT);
            context.begin_path();
            context.move_to(at, 2.0);
            context.line_to(at, HEIGHT - 2.0);
            context.stroke();
        }
        self.at = at;
    }
}

/// A canvas of the strip's size, and its pixels in a CSS pixel.
fn prepared(canvas: &HtmlCanvasElement, width: f64) -> Option<(CanvasRenderingContext2d, f64)> {
    let context = canvas.get_context("2d").ok().flatten()?.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let ratio = within(web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()), 1.0, 4.0);
    let (width, height) = ((width * ratio).round() as u32, (HEIGHT * ratio).round() as u32);
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    Some((context, ratio))
}

/// Paints the strip.
pub fn show(canvas: &HtmlCanvasElement, shown: &Shown, axis: &Axis, written: &Written) {
    let Some((context, ratio)) = prepared(canvas, shown.width) else {
        return;
    };
    let picture = picture(shown, axis, written);
    paint(&context, &Palette::of(canvas), &picture, (shown.width, HEIGHT), ratio);
}
