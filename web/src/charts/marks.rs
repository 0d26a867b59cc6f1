//! The marks of a chart: two for each point, the median's and the worst's, each a button that opens the very run.
//!
//! One of them can be reached by the Tab key; the arrow keys go from mark to mark: left and right along the policies, up and down
//! between worst and median. What a mark stands for is written beside it while it is looked at.

use super::figure::{ChartFigure, Msg};
use super::plot::Drawn;
use super::{axis, code, open_run};
use crate::format;
use crate::tables::grid::word;
use crate::view::{group, plain, tag};
use crate::words::t;
use pitr_protocol::{Chart, ChartPoint};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A mark: which point's, and which of its two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    pub point: usize,
    pub worst: bool,
}

impl Place {
    /// Where the mark stands among all of them.
    pub fn index(self) -> u32 {
        self.point as u32 * 2 + u32::from(self.worst)
    }
}

/// The marks, and what is written beside the one that is looked at. `standing` is the one that the Tab key finds.
pub fn marks(
    ctx: &Context<ChartFigure>,
    drawn: &Drawn,
    points: &[ChartPoint],
    (standing, looked_at): (Place, Option<Place>),
    yours: Option<i64>,
) -> Vec<Html> {
    let chart = ctx.props().chart;
    let standing = if standing.point < points.len() { standing } else { Place::default() };
    let mut all = Vec::with_capacity(points.len() * 2 + 1);
    let mut beside = Vec::new();
    for (index, (point, (x, median, worst))) in points.iter().zip(&drawn.places).enumerate() {
        let is_yours = Some(point.x_us) == yours;
        for (is_worst, y) in [(false, *median), (true, *worst)] {
            let place = Place { point: index, worst: is_worst };
            let class = match (is_worst, is_yours) {
                (false, false) => "chart-mark is-median",
                (false, true) => "chart-mark is-median is-yours",
                (true, _) => "chart-mark is-worst",
            };
            let script = if is_worst { &point.worst_script } else { &point.median_script };
            let link = ctx.link();
            let mark = tag("button", class)
                .attr("type", "button")
                .attr("style", &at(*x, y))
                .attr("tabindex", if place == standing { "0" } else { "-1" })
                .attr("aria-label", &label(chart, point, is_worst, is_yours))
                .on(ListenerKind::onclick, open_run(&ctx.props().session, script))
                .on(ListenerKind::onmouseenter, link.callback(move |_| Msg::Look(Some(place))))
                .on(ListenerKind::onmouseleave, link.callback(|_| Msg::Look(None)))
                .on(ListenerKind::onfocus, link.callback(move |_| Msg::Stand(place)))
                .on(ListenerKind::onblur, link.callback(|_| Msg::Look(None)));
            all.push(mark.html());
            if looked_at == Some(place) {
                beside.push(reading(chart, point, is_worst, (*x, y), drawn));
            }
        }
        if is_yours && looked_at.is_none() {
            beside.push(yours_note(point, (*x, *worst), drawn));
        }
    }
    all.extend(beside);
    all
}

/// A place on the picture as a style.
fn at(x: f64, y: f64) -> String {
    ["left:", &crate::format::px(x), "px;top:", &crate::format::px(y), "px"].concat()
}

/// `yours: every 5 min`, above the point of the run's own policy.
fn yours_note(point: &ChartPoint, (x, y): (f64, f64), drawn: &Drawn) -> Html {
    let key = if drawn.right < 400.0 { "charts.yours.short" } else { "charts.yours" };
    let said = t(key, &[("policy", &axis::policy_label(point.x_us))]);
    tag("span", "chart-yours").attr("aria-hidden", "true").attr("style", &at(x, y)).text(said).html()
}

/// What the mark that is looked at stands for.
fn reading(chart: Chart, point: &ChartPoint, worst: bool, (x, y): (f64, f64), drawn: &Drawn) -> Html {
    let left_half = x < (drawn.right + 46.0) / 2.0;
    let class = match (left_half, y < drawn.top + 70.0) {
        (true, false) => "chart-tip",
        (true, true) => "chart-tip is-below",
        (false, false) => "chart-tip is-left",
        (false, true) => "chart-tip is-left is-below",
    };
    let value = |key: &str, measured: i64, textbook: i64| {
        let said = t(key, &[("value", &format::duration(measured)), ("textbook", &format::duration(textbook))]);
        plain("span", "", said)
    };
    let open = if worst { "charts.tip.open_worst" } else { "charts.tip.open_median" };
    let lines = [
        plain("strong", "", policy(chart, point)),
        value("charts.tip.median", point.median_us, point.textbook_median_us),
        value("charts.tip.worst", point.worst_us, point.textbook_worst_us),
        plain("span", "chart-tip-do", t(open, &[])),
    ];
    tag("div", class).attr("aria-hidden", "true").attr("style", &at(x, y)).child(group("div", "", lines)).html()
}

/// `every 60 min`.
fn policy(chart: Chart, point: &ChartPoint) -> String {
    t(&word("charts.", code(chart), ".policy"), &[("policy", &axis::policy_label(point.x_us))])
}

/// `every 60 min: median 3 min 20 s, worst 5 min; opens the median run`.
fn label(chart: Chart, point: &ChartPoint, worst: bool, yours: bool) -> String {
    let said = t(
        if worst { "charts.mark.worst" } else { "charts.mark.median" },
        &[
            ("policy", &policy(chart, point)),
            ("median", &format::duration(point.median_us)),
            ("worst", &format::duration(point.worst_us)),
        ],
    );
    if yours { t("charts.mark.yours", &[("mark", &said)]) } else { said }
}

/// Where a key leads from a mark; `None` for keys that are not the chart's.
pub fn step(from: Place, key: &str, count: usize) -> Option<Place> {
    let last = count.checked_sub(1)?;
    let Place { point, worst } = from;
    let next = match key {
        "ArrowLeft" => Place { point: point.saturating_sub(1), worst },
        "ArrowRight" => Place { point: (point + 1).min(last), worst },
        "ArrowUp" => Place { point, worst: true },
        "ArrowDown" => Place { point, worst: false },
        "Home" => Place { point: 0, worst },
        "End" => Place { point: last, worst },
        _ => return None,
    };
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_the_marks_and_stay_inside() {
        let mark = |point, worst| Place { point, worst };
        assert_eq!(step(mark(0, false), "ArrowRight", 3), Some(mark(1, false)));
        assert_eq!(step(mark(2, false), "ArrowRight", 3), Some(mark(2, false)));
        assert_eq!(step(mark(0, true), "ArrowLeft", 3), Some(mark(0, true)));
        assert_eq!(step(mark(1, false), "ArrowUp", 3), Some(mark(1, true)));
        assert_eq!(step(mark(1, true), "ArrowDown", 3), Some(mark(1, false)));
        assert_eq!(step(mark(1, true), "End", 3), Some(mark(2, true)));
        assert_eq!(step(mark(1, true), "Enter", 3), None);
        assert_eq!(step(mark(0, false), "Home", 0), None);
    }

    #[test]
    fn places_are_written_in_pixels() {
        assert_eq!(at(12.34, 7.0), "left:12.34px;top:7.00px");
    }
}
