//! The marks of a chart: for each policy its median, its 95th percentile and its worst, each a button that opens the very run.
//!
//! One of them can be reached by the Tab key; the arrow keys go from mark to mark: left and right along the policies, up and down
//! between worst and median. What a mark stands for is written beside it while it is looked at.

use super::data::{ChartData, Dot, Form, Level, written};
use super::figure::{ChartFigure, Msg};
use super::plot::{Drawn, label_room_px};
use crate::format;
use crate::tables::grid::word;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A mark: which policy's, and which of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    pub dot: usize,
    pub level: Level,
}

/// The marks, and what is written beside the one that is looked at. `standing` is the one that the Tab key finds.
pub fn marks(ctx: &Context<ChartFigure>, drawn: &Drawn, (standing, looked_at): (Place, Option<Place>)) -> Vec<Html> {
    let data = &ctx.props().data;
    let standing = if standing.dot < data.dots.len() { standing } else { Place::default() };
    let mut all = Vec::with_capacity(data.dots.len() * 3 + 1);
    let mut beside = Vec::new();
    for (index, (dot, (x, ys))) in data.dots.iter().zip(&drawn.places).enumerate() {
        for level in data.levels().iter().copied() {
            let place = Place { dot: index, level };
            let y = ys[level as usize];
            all.push(mark(ctx, dot, place, &at(*x, y), place == standing));
            if looked_at == Some(place) {
                beside.push(reading(data, dot, level, (*x, y), drawn));
            }
        }
        if dot.is_yours && looked_at.is_none() {
            beside.push(yours_note(data, dot, (*x, ys[2]), drawn));
        }
    }
    all.extend(beside);
    all
}

fn mark(ctx: &Context<ChartFigure>, dot: &Dot, place: Place, style: &str, is_standing: bool) -> Html {
    let ChartData { form, .. } = ctx.props().data.as_ref();
    let level = place.level.code();
    let yours = if dot.is_yours { " is-yours" } else { "" };
    let beaten = if *form == Form::Frontier && !dot.on_frontier { " is-beaten" } else { "" };
    let (link, opens, run) = (ctx.link(), ctx.props().open.clone(), dot.runs[place.level as usize]);
    tag("button", &[word("chart-mark is-", level, yours), beaten.to_owned()].concat())
        .attr("type", "button")
        .attr("style", style)
        .attr("tabindex", if is_standing { "0" } else { "-1" })
        .attr("data-mark", &mark_id(place))
        .attr("aria-label", &label(&ctx.props().data, dot, place.level))
        .on(ListenerKind::onclick, Callback::from(move |_: Event| opens.emit(run)))
        .on(ListenerKind::onmouseenter, link.callback(move |_| Msg::Look(Some(place))))
        .on(ListenerKind::onmouseleave, link.callback(|_| Msg::Look(None)))
        .on(ListenerKind::onfocus, link.callback(move |_| Msg::Stand(place)))
        .on(ListenerKind::onblur, link.callback(|_| Msg::Look(None)))
        .html()
}

/// How a mark is found again.
pub fn mark_id(place: Place) -> String {
    word(&place.dot.to_string(), "-", place.level.code())
}

/// A place on the picture as a style.
fn at(x: f64, y: f64) -> String {
    ["left:", &format::px(x), "px;top:", &format::px(y), "px"].concat()
}

/// `yours: every 5 min`, above the point of the policy that was chosen.
fn yours_note(data: &ChartData, dot: &Dot, (x, y): (f64, f64), drawn: &Drawn) -> Html {
    let short = drawn.right < 400.0 || data.form == Form::Frontier;
    let said = t(if short { "charts.yours.short" } else { "charts.yours" }, &[("policy", &dot.policy)]);
    let class = if x < 150.0 { "chart-yours is-right" } else { "chart-yours" };
    tag("span", class).attr("aria-hidden", "true").attr("style", &at(x, y)).text(said).html()
}

/// What the mark that is looked at stands for.
fn reading(data: &ChartData, dot: &Dot, level: Level, (x, y): (f64, f64), drawn: &Drawn) -> Html {
    let left_half = x < (drawn.right + f64::from(label_room_px(data.form))) / 2.0;
    let class = match (left_half, y < drawn.top + 90.0) {
        (true, false) => "chart-tip",
        (true, true) => "chart-tip is-below",
        (false, false) => "chart-tip is-left",
        (false, true) => "chart-tip is-left is-below",
    };
    let mut lines = vec![plain("strong", "", dot.policy.clone())];
    let line = |key: &str, params: &[(&str, &str)]| plain("span", "", t(key, params));
    match data.form {
        Form::Bands => {
            let [median, p95, worst] = dot.y.map(|y| data.value(y));
            lines.push(line("charts.tip.median", &[("value", &median)]));
            lines.push(line("charts.tip.p95", &[("value", &p95)]));
            lines.push(line("charts.tip.worst", &[("value", &worst)]));
            if let Some((median, worst)) = dot.textbook {
                let (median, worst) = (data.value(median), data.value(worst));
                lines.push(line("charts.tip.textbook", &[("median", &median), ("worst", &worst)]));
            }
        }
        Form::Line => lines.push(line("charts.tip.cost", &[("value", &data.value(dot.y[0]))])),
        Form::Frontier => {
            lines.push(line(&word("charts.tip.", data.code, ""), &[("value", &data.value(dot.y[0]))]));
            lines.push(line("charts.tip.cost", &[("value", &written(data.x_unit, dot.x))]));
            if dot.on_frontier {
                lines.push(line("charts.tip.frontier", &[]));
            }
        }
    }
    lines.push(plain("span", "chart-tip-do", t(&word("charts.tip.open_", opened(data, level), ""), &[])));
    let inner = tag("div", "").all(lines).html();
    tag("div", class).attr("aria-hidden", "true").attr("style", &at(x, y)).child(inner).html()
}

/// The word for the run that a mark opens: where a policy has one value, that of the run which it is of.
fn opened(data: &ChartData, level: Level) -> &'static str {
    match data.form {
        Form::Bands => level.code(),
        Form::Line => "median",
        Form::Frontier => "worst",
    }
}

/// `every 60 min: median 3 min 20 s, worst 5 min; opens the median run`.
fn label(data: &ChartData, dot: &Dot, level: Level) -> String {
    let [median, p95, worst] = dot.y.map(|y| data.value(y));
    let cost = written(data.x_unit, dot.x);
    let key = match data.form {
        Form::Bands => word("charts.mark.", level.code(), ""),
        Form::Line | Form::Frontier => word("charts.mark.", data.code, ""),
    };
    let params =
        [("policy", dot.policy.as_str()), ("median", &median), ("p95", &p95), ("worst", &worst), ("cost", &cost)];
    let said = t(&key, &params);
    if dot.is_yours { t("charts.mark.yours", &[("mark", &said)]) } else { said }
}

/// Where a key leads from a mark; `None` for keys that are not the chart's.
pub fn step(from: Place, key: &str, count: usize, levels: &[Level]) -> Option<Place> {
    let last = count.checked_sub(1)?;
    let Place { dot, level } = from;
    let index = levels.iter().position(|each| *each == level).unwrap_or(0);
    let at = |index: usize| levels.get(index).copied().unwrap_or(level);
    let next = match key {
        "ArrowLeft" => Place { dot: dot.saturating_sub(1), level },
        "ArrowRight" => Place { dot: (dot + 1).min(last), level },
        "ArrowUp" => Place { dot, level: at(index + 1) },
        "ArrowDown" => Place { dot, level: at(index.saturating_sub(1)) },
        "Home" => Place { dot: 0, level },
        "End" => Place { dot: last, level },
        _ => return None,
    };
    Some(next)
}

/// The legend of marks that are no lines.
pub fn legend(data: &ChartData) -> Html {
    if data.form != Form::Frontier {
        return none();
    }
    let entry = |class: &str, key: &str| {
        let sign = tag("span", class).attr("aria-hidden", "true").html();
        group("li", "", [sign, plain("span", "", t(key, &[]))])
    };
    group(
        "ul",
        "chart-legend",
        [
            entry("chart-sign is-yours", "charts.legend.yours"),
            entry("chart-sign", "charts.legend.frontier"),
            entry("chart-sign is-beaten", "charts.legend.beaten"),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_the_marks_and_stay_inside() {
        let mark = |dot, level| Place { dot, level };
        let go = |from, key, count| step(from, key, count, &Level::ALL);
        assert_eq!(go(mark(0, Level::Median), "ArrowRight", 3), Some(mark(1, Level::Median)));
        assert_eq!(go(mark(2, Level::Median), "ArrowRight", 3), Some(mark(2, Level::Median)));
        assert_eq!(go(mark(0, Level::Worst), "ArrowLeft", 3), Some(mark(0, Level::Worst)));
        assert_eq!(go(mark(1, Level::Median), "ArrowUp", 3), Some(mark(1, Level::P95)));
        assert_eq!(go(mark(1, Level::P95), "ArrowUp", 3), Some(mark(1, Level::Worst)));
        assert_eq!(go(mark(1, Level::Worst), "ArrowUp", 3), Some(mark(1, Level::Worst)));
        assert_eq!(go(mark(1, Level::Worst), "ArrowDown", 3), Some(mark(1, Level::P95)));
        assert_eq!(go(mark(1, Level::Worst), "End", 3), Some(mark(2, Level::Worst)));
        assert_eq!(go(mark(1, Level::Worst), "Enter", 3), None);
        assert_eq!(go(mark(0, Level::Median), "Home", 0), None);
        assert_eq!(step(mark(0, Level::Median), "ArrowUp", 3, &[Level::Median]), Some(mark(0, Level::Median)));
    }

    #[test]
    fn places_are_written_in_pixels() {
        assert_eq!(at(12.34, 7.0), "left:12.34px;top:7.00px");
    }
}
