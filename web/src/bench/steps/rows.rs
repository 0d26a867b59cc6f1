//! The tables as a reader of the recovering server would see them at the step, with what the step changed in them.

use crate::format;
use crate::state::Run;
use crate::tables::diff::{Change, DiffLine, difference, named, names};
use crate::tables::grid::{head_cell, key_text, value_text};
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::{Frame, Table, Value};
use yew::prelude::*;

/// Rows of a table that are shown, around those that changed.
const SHOWN: usize = 24;

pub fn view(run: &Run, step: u32, frame: Option<&Frame>, before: Option<&Frame>) -> Html {
    let title = plain("h3", "bench-family", t("bench.steps.rows", &[]));
    let body = match frame.and_then(|frame| frame.recovery.as_ref()) {
        None => plain("p", "bench-hint", t("bench.steps.rows_hint", &[])),
        Some(recovery) if !recovery.consistent => plain("p", "bench-hint", t("bench.steps.rows_not_yet", &[])),
        Some(recovery) => {
            let earlier = before.and_then(|frame| frame.recovery.as_ref()).filter(|recovery| recovery.consistent);
            let tables = &recovery.tables;
            let was = earlier.map(|earlier| earlier.tables.as_slice());
            let all = names(was.unwrap_or_default(), tables);
            let shown = all.iter().map(|name| table(run, name, named(tables, name), was));
            tag("div", "steps-tables").all(shown.collect()).html()
        }
    };
    // What is on show is of this step alone: nothing of another step may be taken for it.
    tag("div", "steps-rows").key(format!("rows-{step}")).child(title).child(body).html()
}

fn table(run: &Run, name: &str, now: Option<&Table>, was: Option<&[Table]>) -> Html {
    let zone = run.head.zone_offset_s;
    let empty = Table { name: name.to_owned(), columns: Vec::new(), rows: Vec::new(), row_count: 0 };
    let now = now.unwrap_or(&empty);
    // Where nothing is known of before, nothing is told to have changed.
    let before = was.map_or(Some(now), |was| named(was, name));
    let diff = difference(before, Some(now));
    let changed = diff.lines.iter().position(|line| line.change != Change::Kept);
    let from = changed.unwrap_or(0).saturating_sub(SHOWN / 3).min(diff.lines.len().saturating_sub(SHOWN));
    let shown = diff.lines.iter().skip(from).take(SHOWN);
    let rows: Vec<Html> = shown.map(|line| row(name, line, zone)).collect();
    let hidden = (diff.lines.len().saturating_sub(rows.len())) as u64;
    let mut heads = vec![head_cell("", t("bench.steps.change", &[]))];
    heads.extend(now.columns.iter().map(|column| head_cell("", column.name.clone())));
    let caption = t("bench.steps.table", &[("table", name), ("rows", &count("unit.rows", now.row_count, &[]))]);
    let grid = tag("table", "grid steps-grid")
        .child(plain("caption", "", caption.clone()))
        .child(tag("thead", "").child(tag("tr", "").all(heads).html()).html())
        .child(tag("tbody", "").all(rows).html());
    let note = match hidden {
        0 => none(),
        hidden => plain("p", "grid-note", t("bench.steps.more", &[("count", &format::count(hidden))])),
    };
    let scroller = tag("div", "scroller")
        .attr("role", "group")
        .attr("tabindex", "0")
        .attr("aria-label", &caption)
        .child(grid.html());
    group("div", "", [scroller.html(), note])
}

fn row(table: &str, line: &DiffLine, zone_offset_s: i32) -> Html {
    let (sign, class) = match line.change {
        Change::Back => (Some(Sign::Back), "is-back"),
        Change::Gone => (Some(Sign::Gone), "is-gone"),
        Change::Changed => (Some(Sign::Changed), "is-changed"),
        Change::Kept => (None, ""),
    };
    let word = match line.change {
        Change::Back => t("bench.steps.came", &[]),
        Change::Gone => t("bench.steps.went", &[]),
        Change::Changed => t("bench.steps.changed", &[]),
        Change::Kept => String::new(),
    };
    let cells = line.row.values.iter().enumerate().map(|(column, value)| {
        let class = if matches!(value, Value::Int(_)) { "is-number" } else { "" };
        let cell = if column == 0 { tag("th", class).attr("scope", "row") } else { tag("td", class) };
        let shown = value_text(value, zone_offset_s);
        match line.was.get(column) {
            Some(Some(old)) => cell
                .child(plain("ins", "", shown))
                .text(" ".to_owned())
                .child(plain("del", "", value_text(old, zone_offset_s)))
                .html(),
            _ => cell.text(shown).html(),
        }
    });
    let word = tag("td", "grid-word").child(sign.map_or_else(none, mark)).text(word).html();
    let mut whole = tag("tr", class);
    if let Some(key) = line.row.values.first() {
        whole = whole.attr("data-point", "row").attr("data-name", table).attr("data-key", &key_text(key));
    }
    whole.child(word).all(cells.collect()).html()
}
