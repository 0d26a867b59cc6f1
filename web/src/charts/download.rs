//! A chart as a file: its numbers, its picture with names and title and the theme's colours, and that picture painted.

use super::data::{ChartData, Form, Level};
use super::files::{save_painted, save_text};
use super::names::{Name, lead, names};
use super::plot::Drawn;
use super::table::csv;
use crate::format;
use crate::tables::grid::word;
use crate::words::t;
use std::fmt::Write as _;
use web_sys::Element;

/// What a chart can be taken along as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Svg,
    Png,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Csv, Kind::Svg, Kind::Png];

    /// What its files end with.
    fn ending(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Svg => "svg",
            Kind::Png => "png",
        }
    }

    /// What the kind is called.
    pub fn said(self) -> String {
        t(&word("charts.file.", self.ending(), ""), &[])
    }
}

/// The theme's colours, by the names that the style sheets have for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colours {
    pub surface: String,
    pub ink: String,
    pub ink_soft: String,
    pub line: String,
    pub line_strong: String,
    pub accent: String,
    pub accent_soft: String,
}

impl Colours {
    /// Those that an element has now.
    pub fn of(element: &Element) -> Option<Colours> {
        let style = web_sys::window()?.get_computed_style(element).ok()??;
        let read = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_owned();
        Some(Colours {
            surface: read("--surface"),
            ink: read("--ink"),
            ink_soft: read("--ink-soft"),
            line: read("--line"),
            line_strong: read("--line-strong"),
            accent: read("--accent"),
            accent_soft: read("--accent-soft"),
        })
    }
}

/// Gives the chart away as a file.
pub fn save(kind: Kind, data: &ChartData, drawn: &Drawn, colours: &Colours) {
    let name = [data.code.replace('_', "-"), ".".to_owned(), kind.ending().to_owned()].concat();
    match kind {
        Kind::Csv => save_text(&name, "text/csv", &csv(data)),
        Kind::Svg => save_text(&name, "image/svg+xml", &alone(data, drawn, colours)),
        Kind::Png => save_painted(&name, &alone(data, drawn, colours), drawn.width, drawn.height + ABOVE + BELOW),
    }
}

/// Room for the title and the names of the axes, in pixels.
const ABOVE: u32 = 56;
const BELOW: u32 = 30;
const FONT: &str = "font-family=\"Inter, system-ui, sans-serif\"";

/// The picture with all that the page writes and marks around it.
pub fn alone(data: &ChartData, drawn: &Drawn, colours: &Colours) -> String {
    let Colours { surface, ink, ink_soft, line, line_strong, accent, accent_soft } = colours;
    let (width, height) = (drawn.width, drawn.height + ABOVE + BELOW);
    let key = |number: u8| format!("#01000{number}");
    let stroke = |number: u8| format!("stroke=\"{}\"", key(number));
    let inner = drawn
        .svg
        .replace(&stroke(6), &format!("stroke=\"{accent}\" stroke-opacity=\"0.55\""))
        .replace(&stroke(7), &format!("stroke=\"{ink}\" stroke-opacity=\"0.75\" stroke-dasharray=\"40 40\""))
        .replace(&format!("fill=\"{}\"", key(8)), &format!("fill=\"{accent_soft}\" fill-opacity=\"0.55\""))
        .replace(&key(1), line)
        .replace(&key(2), line_strong)
        .replace(&key(3), ink_soft)
        .replace(&key(4), accent_soft)
        .replace(&key(5), accent);
    let said = |part: &str| escaped(&t(&word("charts.", data.code, part), &[]));
    let (title, x, y) = (said(".title"), said(".x"), escaped(&data.y));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" {FONT}>\
         <title>{title}</title><desc>{}</desc><rect width=\"{width}\" height=\"{height}\" fill=\"{surface}\"/>\
         <text x=\"12\" y=\"24\" font-size=\"17\" font-weight=\"650\" fill=\"{ink}\">{title}</text>\
         <text x=\"12\" y=\"46\" font-size=\"13\" fill=\"{ink_soft}\">{y}</text>\
         <text x=\"{}\" y=\"{}\" font-size=\"13\" text-anchor=\"end\" fill=\"{ink_soft}\">{x}</text>\
         <g transform=\"translate(0 {ABOVE})\">{}",
        escaped(&data.source),
        format::px(drawn.right),
        height - 12,
        inner.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", usize::from(!inner.contains("xmlns="))),
    );
    for Name { code, said, from, to } in names(drawn) {
        let (fill, weight) = match code {
            "median" => (accent, 700),
            "textbook_median" | "textbook_worst" => (ink, 400),
            _ => (accent, 400),
        };
        let _ = write!(
            svg,
            "<path d=\"{}\" fill=\"none\" stroke=\"{line_strong}\"/><text x=\"{}\" y=\"{}\" font-size=\"13\" font-weight=\"{weight}\" fill=\"{fill}\">{}</text>",
            lead(from, to),
            to.0,
            to.1 + 5,
            escaped(&said)
        );
    }
    for (dot, (x, ys)) in data.dots.iter().zip(&drawn.places) {
        for level in data.levels().iter().copied() {
            let (x, y) = (format::px(*x), format::px(ys[level as usize]));
            let is_open = data.form == Form::Frontier && !dot.on_frontier;
            let radius = if dot.is_yours && level == Level::Median { 8 } else { 5 };
            let _ = match level {
                Level::Median if is_open => {
                    write!(
                        svg,
                        "<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\" fill=\"{surface}\" stroke=\"{ink_soft}\" stroke-width=\"1.5\"/>"
                    )
                }
                Level::Median if dot.is_yours => {
                    write!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{accent}\"/>")
                }
                Level::Median => {
                    write!(
                        svg,
                        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{surface}\" stroke=\"{accent}\" stroke-width=\"2.5\"/>"
                    )
                }
                Level::P95 | Level::Worst => {
                    write!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\" fill=\"{accent}\"/>")
                }
            };
        }
    }
    svg.push_str("</g></svg>");
    svg
}

fn escaped(said: &str) -> String {
    said.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::data::Dot;
    use super::super::plot::{Wanted, draw};
    use super::*;

    #[test]
    fn a_picture_stands_alone() {
        let dot = |minutes: i64| Dot {
            x: minutes * 60_000_000,
            y: [minutes * 30_000_000, minutes * 40_000_000, minutes * 60_000_000],
            textbook: Some((minutes * 30_000_000, minutes * 60_000_000)),
            is_yours: minutes == 5,
            ..Dot::default()
        };
        let data = ChartData {
            source: "a < b & \"c\"".to_owned(),
            ..ChartData::sample(Form::Bands, [1, 5, 60].map(dot).to_vec())
        };
        let drawn = draw(&Wanted { data: &data, width: 600, height: 300, names_room: 132 }).unwrap();
        let colours = ["#111111", "#222222", "#333333", "#444444", "#555555", "#666666", "#777777"].map(str::to_owned);
        let [surface, ink, ink_soft, line, line_strong, accent, accent_soft] = colours;
        let svg = alone(&data, &drawn, &Colours { surface, ink, ink_soft, line, line_strong, accent, accent_soft });
        assert!(!svg.contains("#01000"), "every key colour has become the theme's: {svg}");
        assert!(svg.contains("a &lt; b &amp; &quot;c&quot;") && svg.contains("xmlns=\"http://www.w3.org/2000/svg\""));
        assert_eq!(svg.matches("<circle").count(), 9);
        assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
        assert!(svg.contains(&t("charts.line.textbook_median", &[])));
    }
}
