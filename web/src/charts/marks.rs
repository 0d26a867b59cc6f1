//! The marks of a chart: two for each point, the median's and the worst's, each a button that opens the very run.
//!
//! One of them can be reached by the Tab key; the arrow keys go from mark to mark: left and right along the policies, up and down
//! between worst and median. What a mark stands for is written beside it while it is looked at.

use super::plot::Drawn;
use super::{axis, code};
use crate::format;
use crate::state::{Action, use_session};
use crate::words::t;
use pitr_protocol::{Chart, ChartPoint, ScriptSource};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// A mark: which point's, and which of its two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    point: usize,
    worst: bool,
}

#[derive(Properties, PartialEq, Debug)]
pub struct MarksProps {
    pub chart: Chart,
    pub drawn: Rc<Drawn>,
    pub points: Vec<ChartPoint>,
    /// The policy of the run on show, where the chart can have a point for it.
    pub yours: Option<i64>,
}

#[component]
pub fn Marks(MarksProps { chart, drawn, points, yours }: &MarksProps) -> Html {
    let session = use_session();
    let group = use_node_ref();
    let current = use_state_eq(|| Place { point: 0, worst: false });
    let looked_at = use_state_eq(|| None::<Place>);

    let open = {
        let points = points.clone();
        Callback::from(move |Place { point, worst }: Place| {
            if let Some(point) = points.get(point) {
                let script = if worst { &point.worst_script } else { &point.median_script };
                session.act(Action::Load(ScriptSource::Text(script.clone())));
                super::show_top();
            }
        })
    };
    let keys = {
        let (group, current, count) = (group.clone(), current.clone(), points.len());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(next) = step(*current, &event.key(), count) {
                event.prevent_default();
                current.set(next);
                focus(&group, next);
            }
        })
    };

    let reachable = if current.point < points.len() { *current } else { Place { point: 0, worst: false } };
    let places = points.iter().zip(&drawn.places).enumerate().flat_map(|(index, (point, (x, median, worst)))| {
        [(false, *median), (true, *worst)].map(|(is_worst, y)| (Place { point: index, worst: is_worst }, point, *x, y))
    });
    let marks = places.map(|(place, point, x, y)| {
        let is_yours = Some(point.x_us) == *yours;
        let (click, enter, leave) = (open.clone(), looked_at.clone(), looked_at.clone());
        let (focus_in, focus_out, here) = (looked_at.clone(), looked_at.clone(), current.clone());
        let class =
            classes!("chart-mark", if place.worst { "is-worst" } else { "is-median" }, is_yours.then_some("is-yours"));
        html! {
            <button type="button" key={format!("{}{}", place.point, place.worst)} {class}
                id={mark_id(*chart, place)}
                style={format!("left:{x:.1}px;top:{y:.1}px")}
                tabindex={if place == reachable { "0" } else { "-1" }}
                aria-label={label(*chart, point, place.worst, is_yours)}
                onclick={move |_| click.emit(place)}
                onmouseenter={move |_| enter.set(Some(place))}
                onmouseleave={move |_| leave.set(None)}
                onfocus={move |_| { here.set(place); focus_in.set(Some(place)); }}
                onblur={move |_| focus_out.set(None)}
            />
        }
    });
    let shown = (*looked_at).and_then(|place| Some((place, points.get(place.point)?, drawn.places.get(place.point)?)));
    html! {
        <div ref={group} class="chart-marks" role="group" aria-label={t("charts.marks", &[])} onkeydown={keys}>
            { for marks }
            { yours_note(points, drawn, *yours, looked_at.is_none()) }
            if let Some((place, point, at)) = shown {
                { reading(*chart, place, point, at, drawn) }
            }
        </div>
    }
}

/// `yours: every 5 min`, above the point of the run's own policy.
fn yours_note(points: &[ChartPoint], drawn: &Drawn, yours: Option<i64>, visible: bool) -> Html {
    let index = points.iter().position(|point| Some(point.x_us) == yours);
    let Some((point, (x, _, worst))) = index.and_then(|index| Some((points.get(index)?, drawn.places.get(index)?)))
    else {
        return Html::default();
    };
    if !visible {
        return Html::default();
    }
    let key = if drawn.right < 400.0 { "charts.yours.short" } else { "charts.yours" };
    let said = t(key, &[("policy", &axis::policy_label(point.x_us))]);
    html! {
        <span class="chart-yours" aria-hidden="true" style={format!("left:{x:.1}px;top:{worst:.1}px")}>{ said }</span>
    }
}

/// What the mark that is looked at stands for.
fn reading(
    chart: Chart,
    place: Place,
    point: &ChartPoint,
    (x, median, worst): &(f64, f64, f64),
    drawn: &Drawn,
) -> Html {
    let y = if place.worst { *worst } else { *median };
    let left_half = *x < (drawn.right + 46.0) / 2.0;
    let side = if left_half { "is-right" } else { "is-left" };
    let below = y < drawn.top + 70.0;
    html! {
        <span class={classes!("chart-tip", side, below.then_some("is-below"))} aria-hidden="true" style={format!("left:{x:.1}px;top:{y:.1}px")}>
            <strong>{ t(&format!("charts.{}.policy", code(chart)), &[("policy", &axis::policy_label(point.x_us))]) }</strong>
            <span>{ t("charts.tip.median", &[("value", &format::duration(point.median_us)), ("textbook", &format::duration(point.textbook_median_us))]) }</span>
            <span>{ t("charts.tip.worst", &[("value", &format::duration(point.worst_us)), ("textbook", &format::duration(point.textbook_worst_us))]) }</span>
            <span class="chart-tip-do">{ t(if place.worst { "charts.tip.open_worst" } else { "charts.tip.open_median" }, &[]) }</span>
        </span>
    }
}

/// `every 60 min: median 3 min 20 s, worst 5 min; opens the median run`.
fn label(chart: Chart, point: &ChartPoint, worst: bool, yours: bool) -> String {
    let policy = t(&format!("charts.{}.policy", code(chart)), &[("policy", &axis::policy_label(point.x_us))]);
    let said = t(
        if worst { "charts.mark.worst" } else { "charts.mark.median" },
        &[
            ("policy", &policy),
            ("median", &format::duration(point.median_us)),
            ("worst", &format::duration(point.worst_us)),
        ],
    );
    if yours { t("charts.mark.yours", &[("mark", &said)]) } else { said }
}

/// Where a key leads from a mark; `None` for keys that are not the chart's.
fn step(from: Place, key: &str, count: usize) -> Option<Place> {
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

fn mark_id(chart: Chart, place: Place) -> String {
    format!("mark-{}-{}-{}", code(chart), place.point, if place.worst { "worst" } else { "median" })
}

fn focus(group: &NodeRef, place: Place) {
    let index = place.point * 2 + usize::from(place.worst);
    let mark = group.cast::<web_sys::Element>().and_then(|group| group.children().item(index as u32));
    if let Some(mark) = mark.and_then(|mark| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(mark).ok()) {
        let _ = mark.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_the_marks_and_stay_inside() {
        let at = |point, worst| Place { point, worst };
        assert_eq!(step(at(0, false), "ArrowRight", 3), Some(at(1, false)));
        assert_eq!(step(at(2, false), "ArrowRight", 3), Some(at(2, false)));
        assert_eq!(step(at(0, true), "ArrowLeft", 3), Some(at(0, true)));
        assert_eq!(step(at(1, false), "ArrowUp", 3), Some(at(1, true)));
        assert_eq!(step(at(1, true), "ArrowDown", 3), Some(at(1, false)));
        assert_eq!(step(at(1, true), "End", 3), Some(at(2, true)));
        assert_eq!(step(at(1, true), "Enter", 3), None);
        assert_eq!(step(at(0, false), "Home", 0), None);
    }
}
