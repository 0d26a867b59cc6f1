//! The numbers behind a chart: as a table for whoever would rather read them, and as lines of a file.

use super::data::{ChartData, Dot, Form, Level, Unit, written};
use super::figure::ChartFigure;
use crate::tables::grid::{grid, head_cell, word};
use crate::view::{group, plain, tag};
use crate::words::t;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

pub fn points_table(ctx: &Context<ChartFigure>) -> Html {
    let data = &ctx.props().data;
    let open = |dot: &Dot, level: Level, key: &str| {
        let value = data.value(dot.y[level as usize]);
        let label = t(key, &[("value", &value), ("policy", &dot.policy)]);
        let (opens, run) = (ctx.props().open.clone(), dot.runs[level as usize]);
        let button = tag("button", "link")
            .attr("type", "button")
            .attr("aria-label", &label)
            .on(ListenerKind::onclick, Callback::from(move |_: Event| opens.emit(run)))
            .text(value);
        group("td", "is-number", [button.html()])
    };
    let number = |value: String| plain("td", "is-number", value);
    let row = |dot: &Dot| {
        let policy =
            if dot.is_yours { t("charts.table.yours", &[("policy", &dot.policy)]) } else { dot.policy.clone() };
        let mut cells = vec![tag("th", "").attr("scope", "row").text(policy).html()];
        match data.form {
            Form::Bands => {
                let (median, worst) = dot
                    .textbook
                    .map_or((String::new(), String::new()), |(median, worst)| (data.value(median), data.value(worst)));
                cells.extend([
                    open(dot, Level::Median, "charts.open_median"),
                    open(dot, Level::P95, "charts.open_p95"),
                    open(dot, Level::Worst, "charts.open_worst"),
                    number(median),
                    number(worst),
                ]);
            }
            Form::Line => cells.push(open(dot, Level::Median, "charts.open_median")),
            Form::Frontier => {
                let on = if dot.on_frontier { t("charts.table.on_frontier", &[]) } else { String::new() };
                cells.extend([
                    number(written(data.x_unit, dot.x)),
                    open(dot, Level::Worst, "charts.open_worst"),
                    plain("td", "", on),
                ]);
            }
        }
        tag("tr", "").all(cells).html()
    };
    let head: Vec<Html> = heads(data)
        .into_iter()
        .enumerate()
        .map(|(index, said)| head_cell(if index == 0 { "" } else { "is-number" }, said))
        .collect();
    let caption = t(&word("charts.", data.code, ".table"), &[]);
    let size = (data.dots.len(), head.len());
    let rows = data.dots.iter().map(row).collect();
    let table = grid(&caption, "grid", size, tag("tr", "").all(head).html(), rows);
    group("details", "chart-table", [plain("summary", "", t("charts.table", &[])), table])
}

/// What the columns hold.
fn heads(data: &ChartData) -> Vec<String> {
    let x = t(&word("charts.", data.code, ".x"), &[]);
    let mut heads = vec![x];
    match data.form {
        Form::Bands => {
            let lines = ["median", "p95", "worst", "textbook_median", "textbook_worst"];
            heads.extend(lines.map(|line| t(&word("charts.line.", line, ""), &[])));
        }
        Form::Line => heads.push(data.y.clone()),
        Form::Frontier => {
            heads[0] = t("charts.table.policy", &[]);
            heads.push(t(&word("charts.", data.code, ".x"), &[]));
            heads.push(data.y.clone());
            heads.push(t("charts.table.frontier", &[]));
        }
    }
    heads
}

/// The same as lines of comma-separated values, times in seconds and money in dollars: numbers that a program can read.
pub fn csv(data: &ChartData) -> String {
    let unit = |unit: Unit| match unit {
        Unit::Time => "s",
        Unit::Money => "usd_per_month",
    };
    let number = |value: i64| crate::format::millionths(value);
    let (x, y) = (unit(data.x_unit), unit(data.y_unit));
    let mut lines = vec![match data.form {
        Form::Bands => {
            format!(
                "policy,x_{x},median_{y},p95_{y},worst_{y},textbook_median_{y},textbook_worst_{y},median_run,p95_run,worst_run,yours"
            )
        }
        Form::Line => format!("policy,x_{x},value_{y},run,yours"),
        Form::Frontier => format!("policy,x_{x},y_{y},run,on_frontier,yours"),
    }];
    for dot in &data.dots {
        let mut cells = vec![format!("\"{}\"", dot.policy.replace('"', "\"\"")), number(dot.x)];
        match data.form {
            Form::Bands => {
                cells.extend(dot.y.map(number));
                let (median, worst) = dot.textbook.map_or_else(Default::default, |(a, b)| (number(a), number(b)));
                cells.extend([median, worst]);
                cells.extend(dot.runs.map(|run| run.to_string()));
            }
            Form::Line => cells.extend([number(dot.y[0]), dot.runs[0].to_string()]),
            Form::Frontier => {
                cells.extend([number(dot.y[0]), dot.runs[0].to_string(), u8::from(dot.on_frontier).to_string()]);
            }
        }
        cells.push(u8::from(dot.is_yours).to_string());
        lines.push(cells.join(","));
    }
    lines.push(String::new());
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_line_for_each_policy() {
        let dot = Dot {
            x: 3_600_000_000,
            y: [1_500_000, 2_000_000, 3_000_001],
            runs: [4, 5, 6],
            textbook: Some((1_000_000, 2_000_000)),
            policy: "every \"1 h\"".to_owned(),
            is_yours: true,
            ..Dot::default()
        };
        let data = ChartData::sample(Form::Bands, vec![dot]);
        let lines = csv(&data);
        let lines: Vec<&str> = lines.split("\r\n").collect();
        assert_eq!(lines[1], "\"every \"\"1 h\"\"\",3600,1.5,2,3.000001,1,2,4,5,6,1");
        assert_eq!(lines[0].split(',').count(), 11);
        let flat = csv(&ChartData { form: Form::Frontier, y_unit: Unit::Money, ..data });
        assert!(flat.starts_with("policy,x_s,y_usd_per_month,run,on_frontier,yours\r\n"), "{flat}");
    }
}
