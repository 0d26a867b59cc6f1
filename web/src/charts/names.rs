//! The names of the lines, written at their right ends: nobody has to look colours up in a legend.

use super::axis;
use super::plot::Drawn;
use crate::words::t;
use pitr_protocol::ChartPoint;
use yew::prelude::*;

/// From one name to the next, in pixels.
const APART: f64 = 16.0;

/// How much room the names take on the right of a chart.
pub fn room(width: u32) -> u32 {
    if width < 420 { 84 } else { 132 }
}

/// The names, each as near to its line's end as the others let it.
pub fn of_lines(drawn: &Drawn, points: &[ChartPoint]) -> Html {
    let (Some((x, median, worst)), Some((textbook_median, textbook_worst))) =
        (drawn.places.last().copied(), drawn.textbook_ends)
    else {
        return Html::default();
    };
    if points.is_empty() {
        return Html::default();
    }
    let short = if drawn.names_room < 100.0 { ".short" } else { "" };
    let lines = [
        ("worst", worst),
        ("textbook_worst", textbook_worst),
        ("median", median),
        ("textbook_median", textbook_median),
    ];
    let ends = lines.map(|(_, y)| y);
    let placed = axis::spread(&ends, APART, drawn.top + 4.0, drawn.bottom - 4.0);
    let names = lines.iter().zip(placed).map(|((name, end), y)| {
        let from = x + 9.0;
        let to = drawn.right + 8.0;
        html! {
            <g class={format!("line-name is-{}", name.replace('_', "-"))}>
                <path class="line-lead" d={format!("M{from:.1} {end:.1}H{:.1}L{:.1} {y:.1}", from + 3.0, to - 2.0)} />
                <text x={format!("{to:.1}")} y={format!("{:.1}", y + 4.5)}>{ t(&format!("charts.line.{name}{short}"), &[]) }</text>
            </g>
        }
    });
    html! { <svg class="chart-names" aria-hidden="true" focusable="false">{ for names }</svg> }
}
