//! The numbers behind a chart as a table, for whoever would rather read them.

use super::{axis, code};
use crate::format;
use crate::state::{Action, use_session};
use crate::tables::scroller::Scroller;
use crate::words::t;
use pitr_protocol::{Chart, ChartPoint, ScriptSource};
use yew::prelude::*;

#[derive(Properties, PartialEq, Debug)]
pub struct PointsProps {
    pub chart: Chart,
    pub points: Vec<ChartPoint>,
}

#[component]
pub fn PointsTable(PointsProps { chart, points }: &PointsProps) -> Html {
    let session = use_session();
    let name = code(*chart);
    let caption = t(&format!("charts.{name}.table"), &[]);
    let rows = points.iter().map(|point| {
        let open = |script: &str| {
            let source = ScriptSource::Text(script.to_owned());
            session.on(move |_: MouseEvent| Action::Load(source.clone()))
        };
        let cell = |us: i64, script: &str, which: &str| {
            let policy = axis::policy_label(point.x_us);
            let label = t(&format!("charts.open_{which}"), &[("value", &format::duration(us)), ("policy", &policy)]);
            html! {
                <td class="is-number">
                    <button type="button" class="link" aria-label={label} onclick={open(script)}>{ format::duration(us) }</button>
                </td>
            }
        };
        html! {
            <tr key={point.x_us}>
                <th scope="row">{ axis::policy_label(point.x_us) }</th>
                { cell(point.median_us, &point.median_script, "median") }
                <td class="is-number">{ format::duration(point.textbook_median_us) }</td>
                { cell(point.worst_us, &point.worst_script, "worst") }
                <td class="is-number">{ format::duration(point.textbook_worst_us) }</td>
            </tr>
        }
    });
    html! {
        <details class="chart-table">
            <summary>{ t("charts.table", &[]) }</summary>
            <Scroller label={caption.clone()}>
                <table class="grid">
                    <caption class="visually-hidden">{ caption }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ t(&format!("charts.{name}.x"), &[]) }</th>
                            <th scope="col" class="is-number">{ t("charts.line.median", &[]) }</th>
                            <th scope="col" class="is-number">{ t("charts.line.textbook_median", &[]) }</th>
                            <th scope="col" class="is-number">{ t("charts.line.worst", &[]) }</th>
                            <th scope="col" class="is-number">{ t("charts.line.textbook_worst", &[]) }</th>
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </Scroller>
        </details>
    }
}
