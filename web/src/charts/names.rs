//! The names of the lines, written at their right ends: nobody has to look colours up in a legend.

use super::axis;
use super::plot::Drawn;
use crate::tables::grid::word;
use crate::view::{group, none, tag};
use crate::words::t;
use yew::prelude::*;

/// From one name to the next, in pixels.
const APART: f64 = 16.0;

/// How much room the names take on the right of a chart.
pub fn room(width: u32, has_names: bool) -> u32 {
    match (has_names, width < 420) {
        (false, _) => 24,
        (true, true) => 84,
        (true, false) => 132,
    }
}

/// A name, from where its line ends to where it is written, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub code: &'static str,
    pub said: String,
    pub from: (i32, i32),
    pub to: (i32, i32),
}

/// The names, each as near to its line's end as the others let it.
pub fn names(drawn: &Drawn) -> Vec<Name> {
    let Some((x, _)) = drawn.places.last() else { return Vec::new() };
    let short = if drawn.names_room < 100.0 { ".short" } else { "" };
    let wanted: Vec<f64> = drawn.ends.iter().map(|(_, y)| *y).collect();
    let placed = axis::spread(&wanted, APART, drawn.top + 4.0, drawn.bottom - 4.0);
    let name = |((code, end), y): (&(&'static str, f64), f64)| Name {
        code,
        said: t(&word("charts.line.", code, short), &[]),
        // Whole pixels are fine enough for words.
        from: (*x as i32 + 9, end.round() as i32),
        to: (drawn.right as i32 + 8, y.round() as i32),
    };
    drawn.ends.iter().zip(placed).map(name).collect()
}

/// The names over the picture.
pub fn of_lines(drawn: &Drawn) -> Html {
    let names = names(drawn);
    if names.is_empty() {
        return none();
    }
    let mut svg = tag("svg", "chart-names").attr("aria-hidden", "true").attr("focusable", "false");
    for Name { code, said, from, to } in names {
        let lead = tag("path", "line-lead").attr("d", &lead(from, to)).html();
        let text = tag("text", "").attr("x", &to.0.to_string()).attr("y", &(to.1 + 5).to_string()).text(said).html();
        svg = svg.child(group("g", &word("line-name is-", code, ""), [lead, text]));
    }
    svg.html()
}

/// The way from a line's end to its name.
pub fn lead(from: (i32, i32), to: (i32, i32)) -> String {
    format!("M{} {}h3L{} {}", from.0, from.1, to.0 - 2, to.1)
}
