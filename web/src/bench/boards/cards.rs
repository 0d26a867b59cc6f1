//! A board's gauges: what each shows where the page stands, what it should show, its line up to there; and the same as a table.

use super::Seen;
use super::lines::{HEIGHT, WIDTH, said, said_or_none};
use crate::tables::grid::head_cell;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::boards::GaugeTold;
use yew::Html;

/// Instants in the table behind the lines.
const INSTANTS: i64 = 10;

/// The gauges of a board just after a step.
pub fn cards(seen: &Seen, board: usize, step: u32, now_us: i64) -> Html {
    let cards = seen.on(board).map(|index| card(seen, index, step, now_us));
    tag("ul", "gauges").attr("style", &format!("--now:{}", share_of(seen, now_us))).all(cards.collect()).html()
}

/// How much of the run's time has passed, of 1.
fn share_of(seen: &Seen, now_us: i64) -> f64 {
    let span = (seen.end_us - seen.begin_us).max(1) as f64;
    ((now_us - seen.begin_us) as f64 / span).clamp(0.0, 1.0)
}

fn card(seen: &Seen, index: usize, step: u32, now_us: i64) -> Html {
    let (gauge, line) = (&seen.boards.gauges[index], &seen.lines[index]);
    let value = gauge.at(step, now_us);
    let is_met = value.and_then(|value| gauge.is_met(value));
    let state = match is_met {
        Some(true) => "is-met",
        Some(false) => "is-missed",
        None => "is-free",
    };
    let name = tag("span", "gauge-name").text(name_of(gauge));
    let name = if gauge.metric > 0 {
        name.child(plain("span", "gauge-metric", t("bench.boards.metric", &[("number", &gauge.metric.to_string())])))
    } else {
        name
    };
    let judged = match is_met {
        Some(met) => tag("span", "gauge-judged")
            .child(
                tag("span", "gauge-sign").attr("aria-hidden", "true").text((if met { "✓" } else { "✕" }).into()).html(),
            )
            .text(t(if met { "bench.boards.met" } else { "bench.boards.missed" }, &[]))
            .html(),
        None => none(),
    };
    let at = |class: &str, share: f64| {
        tag("span", class).attr("aria-hidden", "true").attr("style", &format!("--share:{share}")).html()
    };
    let bar = line.objective.map_or_else(none, |share| at("gauge-bar", share));
    let dot = value.filter(|_| !line.path.is_empty()).map_or_else(none, |value| at("gauge-dot", line.share(value)));
    tag("li", &format!("gauge {state}"))
        .attr("data-gauge", &gauge.name)
        .child(name.html())
        .child(plain("span", "gauge-value num", said_or_none(gauge.unit, value)))
        .child(tag("span", "gauge-aim").child(plain("span", "gauge-objective", objective(gauge))).child(judged).html())
        .child(group("span", "gauge-line", [bar, picture(&line.path), dot]))
        .html()
}

fn picture(path: &str) -> Html {
    let path = tag("path", "gauge-path").attr("d", path).attr("vector-effect", "non-scaling-stroke");
    let picture = tag("svg", "")
        .attr("viewBox", &format!("0 0 {WIDTH} {HEIGHT}"))
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .child(path.html());
    tag("span", "gauge-past").child(picture.html()).html()
}

pub fn name_of(gauge: &GaugeTold) -> String {
    t(&format!("bench.boards.gauge.{}", gauge.name), &[])
}

fn objective(gauge: &GaugeTold) -> String {
    let Some(objective) = gauge.objective else { return t("bench.boards.no_objective", &[]) };
    let value = said(gauge.unit, objective);
    let key = match (gauge.at_least, objective) {
        (true, _) => "bench.boards.at_least",
        (false, 0) => "bench.boards.none_wanted",
        (false, _) => "bench.boards.at_most",
    };
    t(key, &[("value", &value)])
}

/// What the lines of a board show: at instants evenly apart, up to where the page stands.
pub fn table(seen: &Seen, board: usize, now_us: i64, clock: impl Fn(i64) -> String) -> Html {
    let span = (now_us - seen.begin_us).max(0);
    let heads = seen.on(board).map(|index| head_cell("grid-num", name_of(&seen.boards.gauges[index])));
    let heads = [head_cell("", t("bench.boards.instant", &[]))].into_iter().chain(heads);
    let rows = (0..=INSTANTS).map(|number| {
        let at = seen.begin_us + span / INSTANTS * number;
        let at = if number == INSTANTS { now_us } else { at };
        let step = seen.step_at(at);
        let cells = seen.on(board).map(|index| {
            let gauge = &seen.boards.gauges[index];
            let shown = step.and_then(|step| gauge.at(step, at));
            plain("td", "num", said_or_none(gauge.unit, shown))
        });
        tag("tr", "").child(tag("th", "num").attr("scope", "row").text(clock(at)).html()).all(cells.collect()).html()
    });
    grid("bench.boards.table", heads.collect(), rows.collect())
}

/// A table that may scroll.
pub fn grid(caption: &str, heads: Vec<Html>, rows: Vec<Html>) -> Html {
    let caption = t(caption, &[]);
    let table = tag("table", "grid")
        .child(plain("caption", "", caption.clone()))
        .child(tag("thead", "").child(tag("tr", "").all(heads).html()).html())
        .child(tag("tbody", "").all(rows).html());
    tag("div", "scroller")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", &caption)
        .child(table.html())
        .html()
}
