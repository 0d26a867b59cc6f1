//! A table as it is shown: its rows in the order of their key, or what became of them between two states.
//!
//! Knows what it is given and nothing of the run: the recovered tables and what a choice in the self-check led to are shown by the
//! same grids. Values are written as the run's zone writes them.

use crate::format;
use crate::tables::diff::{Change, DiffLine, TableDiff};
use crate::tables::mark::{Mark, Sign};
use crate::tables::scroller::Scroller;
use crate::words::{count, t};
use pitr_protocol::{Table, TableColumn, TableRow, Value};
use yew::prelude::*;

#[derive(Properties, PartialEq, Debug)]
pub struct RowsProps {
    pub table: Table,
    /// The table's accessible name, word for word.
    pub caption: AttrValue,
    pub zone_offset_s: i32,
    /// What an empty table says.
    pub empty: AttrValue,
}

/// All rows of a table that were sent.
#[component]
pub fn Rows(RowsProps { table, caption, zone_offset_s, empty }: &RowsProps) -> Html {
    let hidden = table.row_count.saturating_sub(table.rows.len() as u64);
    html! {
        <div class="grid-card">
            <p class="grid-count">{ count("tables.rows", table.row_count, &[]) }</p>
            <Scroller label={caption.clone()}>
                <table class="grid">
                    <caption>{ caption }</caption>
                    <thead>{ header(&table.columns, None) }</thead>
                    <tbody>{ for table.rows.iter().map(|row| plain_row(row, *zone_offset_s)) }</tbody>
                </table>
            </Scroller>
            if table.rows.is_empty() {
                <p class="grid-empty">{ empty }</p>
            }
            if hidden > 0 {
                <p class="grid-note">{ count("tables.more", hidden, &[]) }</p>
            }
        </div>
    }
}

/// Whose words a difference takes: `diff.<set>.<change>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffWords {
    /// From the live database to the recovered one: back, gone, changed.
    Recovery,
    /// From what was wanted to what a choice gave: too much, missing, other.
    Answer,
}

impl DiffWords {
    fn code(self) -> &'static str {
        match self {
            DiffWords::Recovery => "recovery",
            DiffWords::Answer => "answer",
        }
    }
}

#[derive(Properties, PartialEq, Debug)]
pub struct DifferenceProps {
    pub columns: Vec<TableColumn>,
    pub diff: TableDiff,
    pub caption: AttrValue,
    pub words: DiffWords,
    pub zone_offset_s: i32,
}

/// The rows that differ, each with what became of it; those that do not are counted.
#[component]
pub fn Difference(props: &DifferenceProps) -> Html {
    let DifferenceProps { columns, diff, caption, words, zone_offset_s } = props;
    let set = words.code();
    let differing = diff.lines.iter().filter(|line| line.change != Change::Kept);
    let same = count(&format!("diff.{set}.same"), u64::from(diff.kept), &[]);
    html! {
        <div class={classes!("grid-card", "grid-diff", format!("is-{set}"))}>
            <p class="grid-count">{ summary(diff, set) }</p>
            <Scroller label={caption.clone()}>
                <table class="grid">
                    <caption>{ caption }</caption>
                    <thead>{ header(columns, Some(t("diff.column", &[]))) }</thead>
                    <tbody>{ for differing.map(|line| differing_row(line, set, *zone_offset_s)) }</tbody>
                </table>
            </Scroller>
            if diff.is_same() {
                <p class="grid-empty">{ t(&format!("diff.{set}.none"), &[("same", &same)]) }</p>
            } else if diff.kept > 0 {
                <p class="grid-note">{ same }</p>
            }
            if diff.partial {
                <p class="grid-note">{ t("diff.partial", &[]) }</p>
            }
        </div>
    }
}

/// `8 back, 1 changed`; nothing for no difference.
fn summary(diff: &TableDiff, set: &str) -> String {
    let parts: Vec<String> = [(Change::Back, diff.back), (Change::Gone, diff.gone), (Change::Changed, diff.changed)]
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(change, rows)| {
            let word = t(&format!("diff.{set}.{}", change.code()), &[]);
            t("diff.part", &[("count", &format::count(u64::from(rows))), ("word", &word)])
        })
        .collect();
    if parts.is_empty() { t("diff.no_part", &[]) } else { parts.join(", ") }
}

fn header(columns: &[TableColumn], leading: Option<String>) -> Html {
    html! {
        <tr>
            if let Some(leading) = leading {
                <th scope="col">{ leading }</th>
            }
            { for columns.iter().map(|column| html! { <th scope="col">{ &column.name }</th> }) }
            <th scope="col" class="grid-writer">{ t("tables.writer", &[]) }</th>
        </tr>
    }
}

fn plain_row(row: &TableRow, zone_offset_s: i32) -> Html {
    let cells = row.values.iter().enumerate().map(|(column, value)| {
        let shown = value_html(value, zone_offset_s);
        if column == 0 {
            html! { <th scope="row" class={value_class(value)}>{ shown }</th> }
        } else {
            html! { <td class={value_class(value)}>{ shown }</td> }
        }
    });
    html! { <tr key={row_key(row)}>{ for cells }{ writer(row) }</tr> }
}

fn differing_row(line: &DiffLine, set: &str, zone_offset_s: i32) -> Html {
    let sign = match line.change {
        Change::Back => Sign::Back,
        Change::Gone => Sign::Gone,
        Change::Changed => Sign::Changed,
        Change::Kept => Sign::Kept,
    };
    let word = t(&format!("diff.{set}.{}", line.change.code()), &[]);
    let cells = line.row.values.iter().enumerate().map(|(column, value)| {
        let new = value_html(value, zone_offset_s);
        let shown = match line.was.get(column) {
            Some(Some(old)) => html! {
                <>
                    <ins>{ new }</ins>
                    { " " }
                    <del>{ value_html(old, zone_offset_s) }</del>
                </>
            },
            _ => new,
        };
        if column == 0 {
            html! { <th scope="row" class={value_class(value)}>{ shown }</th> }
        } else {
            html! { <td class={value_class(value)}>{ shown }</td> }
        }
    });
    html! {
        <tr key={row_key(&line.row)} class={format!("is-{}", line.change.code())}>
            <td class="grid-word"><Mark {sign} />{ word }</td>
            { for cells }
            { writer(&line.row) }
        </tr>
    }
}

fn writer(row: &TableRow) -> Html {
    html! { <td class="grid-writer">{ row.xmin }</td> }
}

fn row_key(row: &TableRow) -> String {
    row.values.first().map_or_else(String::new, |value| value_text(value, 0))
}

fn value_class(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "is-number",
        Value::Null => "is-null",
        _ => "is-text",
    }
}

fn value_html(value: &Value, zone_offset_s: i32) -> Html {
    html! { { value_text(value, zone_offset_s) } }
}

fn value_text(value: &Value, zone_offset_s: i32) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Timestamp(us) => {
            format!("{} {}", pitr_protocol::date_text(*us, zone_offset_s), format::clock(*us, zone_offset_s))
        }
    }
}
