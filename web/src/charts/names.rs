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
pub fn room(width: u32) -> u32 {
    if width < 420 { 84 } else { 132 }
}

/// The names, each as near to its line's end as the others let it.
pub fn of_lines(drawn: &Drawn) -> Html {
    let (Some((x, median, worst)), Some((textbook_median, textbook_worst))) =
        (drawn.places.last().copied(), drawn.textbook_ends)
    else {
        return none();
    };
    let short = if drawn.names_room < 100.0 { ".short" } else { "" };
    let lines = [
        ("worst", worst),
        ("textbook_worst", textbook_worst),
        ("median", median),
        ("textbook_median", textbook_median),
    ];
    let placed = axis::spread(&lines.map(|(_, y)| y), APART, drawn.top + 4.0, drawn.bottom - 4.0);
    let mut names = tag("svg", "chart-names").attr("aria-hidden", "true").attr("focusable", "false");
    for ((name, end), y) in lines.into_iter().zip(placed) {
        // Whole pixels are fine enough for words.
        let (from, to) = (x as i32 + 9, drawn.right as i32 + 8);
        let (end, y) = (end.round() as i32, y.round() as i32);
        let lead = ["M", &from.to_string(), " ", &end.to_string(), "h3L", &(to - 2).to_string(), " ", &y.to_string()];
        let lead = tag("path", "line-lead").attr("d", &lead.concat()).html();
        let said = t(&word("charts.line.", name, short), &[]);
        let name = word("line-name is-", name, "");
        let text = tag("text", "").attr("x", &to.to_string()).attr("y", &(y + 5).to_string()).text(said).html();
        names = names.child(group("g", &name, [lead, text]));
    }
    names.html()
}
