//! The minimap: all of the run in a strip, with the part in sight as a window that can be dragged. Where we are is a mark of its own over
//! the painted strip, so that going through a run paints nothing here.

use super::columns::talls;
use super::written::Written;
use crate::state::{Run, View};
use crate::timeline::axis::{Axis, Scale};
use crate::timeline::layout::Cut;
use crate::timeline::paint::{Palette, paint};
use crate::timeline::shapes::{Ink, Picture, Point, Rect, Stroke, within};
use wasm_bindgen::JsCast;
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

/// Paints the strip.
pub fn show(canvas: &HtmlCanvasElement, shown: &Shown, axis: &Axis, written: &Written) {
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    let ratio = within(web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()), 1.0, 4.0);
    let (width, height) = ((shown.width * ratio).round() as u32, (HEIGHT * ratio).round() as u32);
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let picture = picture(shown, axis, written);
    paint(&context, &Palette::of(canvas), &picture, (shown.width, HEIGHT), ratio);
}
