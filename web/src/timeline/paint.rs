//! A picture onto a canvas, in the colours of the theme.

use super::shapes::{Form, Hold, Ink, Picture, Point, Rect, Shape, Stroke, Type};
use js_sys::Array;
use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, Element};

/// The theme's colours, as the style sheet has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Palette {
    colours: [String; 12],
    family: String,
}

const PROPERTIES: [(Ink, &str); 12] = [
    (Ink::Text, "--ink"),
    (Ink::Muted, "--ink-soft"),
    (Ink::Mark, "--mark"),
    (Ink::MarkSoft, "--mark-soft"),
    (Ink::Line, "--line"),
    (Ink::Surface, "--surface"),
    (Ink::Accent, "--accent"),
    (Ink::AccentSoft, "--accent-soft"),
    (Ink::OnAccent, "--on-accent"),
    (Ink::Alarm, "--danger"),
    (Ink::AlarmSoft, "--danger-soft"),
    (Ink::Good, "--good"),
];

impl Palette {
    /// The colours that hold for an element.
    pub fn of(element: &Element) -> Palette {
        let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
        let value = |property: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(property).ok());
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        Palette { colours: PROPERTIES.map(|(_, property)| value(property)), family: value("font-family") }
    }

    pub fn colour(&self, ink: Ink) -> &str {
        let index = PROPERTIES.iter().position(|(each, _)| *each == ink);
        index.and_then(|index| self.colours.get(index)).map_or("#888", String::as_str)
    }

    fn font(&self, size: f64, bold: bool) -> String {
        format!("{} {}px {}", if bold { 600 } else { 400 }, crate::format::px(size), self.family)
    }
}

/// How wide texts are. The canvas is asked once for each letter, since measuring costs more than painting does; kerning is left out.
#[derive(Debug)]
pub struct Ruler {
    /// By letter, regular and bold, at `SIZE`; 0 for one not measured yet.
    widths: Vec<Cell<f64>>,
}

/// Letters that are measured one by one; others count as wide as an `m`.
const LETTERS: usize = 128;
const SIZE: f64 = 13.0;

impl Default for Ruler {
    fn default() -> Ruler {
        Ruler { widths: vec![Cell::new(0.0); 2 * LETTERS] }
    }
}

impl Ruler {
    /// The width of a text on that canvas.
    pub fn measure(
        &self,
        canvas: &CanvasRenderingContext2d,
        palette: &Palette,
        text: &str,
        size: f64,
        bold: bool,
    ) -> f64 {
        let letters = text.bytes().filter(|byte| byte & 0xc0 != 0x80);
        let widths = letters.map(|byte| self.letter(canvas, palette, if byte < 128 { byte } else { b'm' }, bold));
        widths.sum::<f64>() * size / SIZE
    }

    fn letter(&self, canvas: &CanvasRenderingContext2d, palette: &Palette, letter: u8, bold: bool) -> f64 {
        let Some(cell) = self.widths.get(usize::from(letter) + if bold { LETTERS } else { 0 }) else {
            return 0.0;
        };
        if cell.get() == 0.0 {
            canvas.set_font(&palette.font(SIZE, bold));
            let text = char::from(letter).to_string();
            cell.set(canvas.measure_text(&text).map_or(0.0, |metrics| metrics.width()).max(0.01));
        }
        cell.get()
    }
}

/// Paints a picture over whatever was there.
pub fn paint(canvas: &CanvasRenderingContext2d, palette: &Palette, picture: &Picture, size: (f64, f64), ratio: f64) {
    // A canvas that refuses to be scaled shows nothing better.
    let _ = canvas.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    canvas.clear_rect(0.0, 0.0, size.0, size.1);
    paint_shapes(canvas, palette, picture.shapes.iter());
}

/// Paints shapes over what is there.
pub fn paint_shapes<'a>(canvas: &CanvasRenderingContext2d, palette: &Palette, shapes: impl Iterator<Item = &'a Shape>) {
    canvas.set_line_cap("butt");
    canvas.set_text_baseline("middle");
    let mut brush = Brush { canvas, palette, fill: None, stroke: None, line: None, font: None };
    let mut alpha = 1.0;
    for shape in shapes {
        if std::mem::replace(&mut alpha, shape.alpha) != shape.alpha {
            canvas.set_global_alpha(f64::from(alpha));
        }
        brush.shape(shape);
    }
    canvas.set_global_alpha(1.0);
}

/// The canvas, and what it was last set to: setting a colour or a font is dear.
struct Brush<'a> {
    canvas: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    fill: Option<Ink>,
    stroke: Option<Ink>,
    line: Option<(f64, Stroke)>,
    font: Option<(f64, bool)>,
}

impl Brush<'_> {
    fn fill_with(&mut self, ink: Ink) {
        if self.fill.replace(ink) != Some(ink) {
            self.canvas.set_fill_style_str(self.palette.colour(ink));
        }
    }

    fn stroke_with(&mut self, ink: Ink, width: f64, stroke: Stroke) {
        if self.stroke.replace(ink) != Some(ink) {
            self.canvas.set_stroke_style_str(self.palette.colour(ink));
        }
        if self.line.replace((width, stroke)) == Some((width, stroke)) {
            return;
        }
        self.canvas.set_line_width(width);
        let dashes = match stroke {
            Stroke::Solid => Array::new(),
            Stroke::Dashed => Array::of2(&JsValue::from(5), &JsValue::from(4)),
            Stroke::Dotted => Array::of2(&JsValue::from(1.5), &JsValue::from(3.5)),
        };
        // Without dashes the line is solid: less told, nothing wrong.
        let _ = self.canvas.set_line_dash(&dashes);
    }

    fn round_rect(&self, rect: Rect, radius: f64) {
        let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0).max(0.0);
        self.canvas.begin_path();
        if radius > 0.0 {
            // Only a negative radius is refused.
            let _ = self.canvas.round_rect_with_f64(rect.x, rect.y, rect.w, rect.h, radius);
        } else {
            self.canvas.rect(rect.x, rect.y, rect.w, rect.h);
        }
    }

    fn circle(&self, at: Point, radius: f64) {
        self.canvas.begin_path();
        let _ = self.canvas.arc(at.x, at.y, radius, 0.0, std::f64::consts::TAU);
    }

    fn shape(&mut self, shape: &Shape) {
        let ink = shape.ink;
        match &shape.form {
            Form::Fill { rect, radius } => {
                self.fill_with(ink);
                if *radius > 0.0 && rect.w > 2.0 {
                    self.round_rect(*rect, *radius);
                    self.canvas.fill();
                } else {
                    self.canvas.fill_rect(rect.x, rect.y, rect.w, rect.h);
                }
            }
            Form::Outline { rect, radius, width, stroke } => {
                self.stroke_with(ink, *width, *stroke);
                self.round_rect(rect.grown(-width / 2.0), *radius);
                self.canvas.stroke();
            }
            Form::Line { from, to, width, stroke } => {
                self.stroke_with(ink, *width, *stroke);
                self.canvas.begin_path();
                // On whole pixels a thin line is sharp.
                let sharp = |value: f64| if *width <= 1.0 { value.floor() + 0.5 } else { value };
                let (same_x, same_y) = (from.x == to.x, from.y == to.y);
                let place = |point: &Point| {
                    (if same_x { sharp(point.x) } else { point.x }, if same_y { sharp(point.y) } else { point.y })
                };
                let (from, to) = (place(from), place(to));
                self.canvas.move_to(from.0, from.1);
                self.canvas.line_to(to.0, to.1);
                self.canvas.stroke();
            }
            Form::Branch { from, to, down, width, stroke } => {
                self.stroke_with(ink, *width, *stroke);
                self.canvas.begin_path();
                self.canvas.move_to(from.x, from.y);
                let (half_x, half_y) = (f64::midpoint(from.x, to.x), f64::midpoint(from.y, to.y));
                if *down {
                    self.canvas.bezier_curve_to(from.x, half_y, to.x, half_y, to.x, to.y);
                } else {
                    self.canvas.bezier_curve_to(half_x, from.y, half_x, to.y, to.x, to.y);
                }
                self.canvas.stroke();
            }
            Form::Disc { at, radius } => {
                self.fill_with(ink);
                self.circle(*at, *radius);
                self.canvas.fill();
            }
            Form::Ring { at, radius, width } => {
                self.stroke_with(ink, *width, Stroke::Solid);
                self.circle(*at, *radius);
                self.canvas.stroke();
            }
            Form::Cross { at, radius, width } => {
                self.stroke_with(ink, *width, Stroke::Solid);
                self.canvas.begin_path();
                for (x, y) in [(-1.0, -1.0), (-1.0, 1.0)] {
                    self.canvas.move_to(at.x + x * radius, at.y + y * radius);
                    self.canvas.line_to(at.x - x * radius, at.y - y * radius);
                }
                self.canvas.stroke();
            }
            Form::Triangle { corners: [first, second, third] } => {
                self.fill_with(ink);
                self.canvas.begin_path();
                self.canvas.move_to(first.x, first.y);
                self.canvas.line_to(second.x, second.y);
                self.canvas.line_to(third.x, third.y);
                self.canvas.fill();
            }
            Form::Hatch { rect } => self.hatch(ink, *rect),
            Form::Text { at, text, font } => self.text(ink, *at, text, *font),
        }
    }

    fn hatch(&mut self, ink: Ink, rect: Rect) {
        self.stroke_with(ink, 1.0, Stroke::Solid);
        self.canvas.save();
        self.canvas.begin_path();
        self.canvas.rect(rect.x, rect.y, rect.w, rect.h);
        self.canvas.clip();
        self.canvas.begin_path();
        // Counted from the picture's corner, so that the lines stand still while the edge moves.
        let mut at = ((rect.x - rect.bottom()) / 9.0).floor() * 9.0;
        while at < rect.right() {
            self.canvas.move_to(at + rect.bottom(), 0.0);
            self.canvas.line_to(at, rect.bottom());
            at += 9.0;
        }
        self.canvas.stroke();
        self.canvas.restore();
    }

    fn text(&mut self, ink: Ink, at: Point, text: &str, font: Type) {
        if self.font.replace((font.size, font.bold)) != Some((font.size, font.bold)) {
            self.canvas.set_font(&self.palette.font(font.size, font.bold));
        }
        self.canvas.set_text_align(match font.hold {
            Hold::Start => "left",
            Hold::Middle => "center",
            Hold::End => "right",
        });
        if font.halo {
            self.stroke_with(Ink::Surface, 4.0, Stroke::Solid);
            self.canvas.set_line_join("round");
            let _ = self.canvas.stroke_text(text, at.x, at.y);
        }
        self.fill_with(ink);
        // Text that cannot be drawn is in the table and the labels as well.
        let _ = self.canvas.fill_text(text, at.x, at.y);
    }
}
