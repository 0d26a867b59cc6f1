//! The numbers behind a chart as a table, for whoever would rather read them.

use super::{axis, code, open_run};
use crate::format;
use crate::state::Session;
use crate::tables::grid::{grid, head_cell, word};
use crate::view::{group, plain, tag};
use crate::words::t;
use pitr_protocol::{Chart, ChartPoint};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

pub fn points_table(chart: Chart, points: &[ChartPoint], session: &Session) -> Html {
    let name = code(chart);
    let cell = |us: i64, script: &str, key: &str, policy: &str| {
        let label = t(key, &[("value", &format::duration(us)), ("policy", policy)]);
        let button = tag("button", "link")
            .attr("type", "button")
            .attr("aria-label", &label)
            .on(ListenerKind::onclick, open_run(session, script))
            .text(format::duration(us));
        group("td", "is-number", [button.html()])
    };
    let textbook = |us: i64| plain("td", "is-number", format::duration(us));
    let rows = points.iter().map(|point| {
        let policy = axis::policy_label(point.x_us);
        let cells = [
            tag("th", "").attr("scope", "row").text(policy.clone()).html(),
            cell(point.median_us, &point.median_script, "charts.open_median", &policy),
            textbook(point.textbook_median_us),
            cell(point.worst_us, &point.worst_script, "charts.open_worst", &policy),
            textbook(point.textbook_worst_us),
        ];
        group("tr", "", cells)
    });
    let head = [
        head_cell("", t(&word("charts.", name, ".x"), &[])),
        head_cell("is-number", t("charts.line.median", &[])),
        head_cell("is-number", t("charts.line.textbook_median", &[])),
        head_cell("is-number", t("charts.line.worst", &[])),
        head_cell("is-number", t("charts.line.textbook_worst", &[])),
    ];
    let caption = t(&word("charts.", name, ".table"), &[]);
    let table = grid(&caption, "grid", (points.len(), head.len()), group("tr", "", head), rows.collect());
    group("details", "chart-table", [plain("summary", "", t("charts.table", &[])), table])
}
