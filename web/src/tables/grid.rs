//! A table as it is shown: its rows in the order of their key, or what became of them between two states.
//!
//! Knows what it is given and nothing of the run: the recovered tables and what a choice in the self-check led to are shown by the
//! same grids. Values are written as the run's zone writes them.

use crate::format;
use crate::tables::diff::{Change, DiffLine, TableDiff};
use crate::tables::mark::{Sign, mark};
use crate::view::{none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::{Table, TableColumn, TableRow, Value};
use yew::prelude::*;

/// From so many rows or columns on a table may have to scroll: then it can be reached and scrolled by keyboard.
const ROWS_AT_ONCE: usize = 14;
const COLUMNS_AT_ONCE: usize = 4;

/// All rows of a table that were sent. `caption` is its accessible name, word for word.
pub fn rows(table: &Table, caption: &str, recovered: bool, zone_offset_s: i32) -> Html {
    let hidden = table.row_count.saturating_sub(table.rows.len() as u64);
    let why = Some((table.name.as_str(), recovered));
    let body = table.rows.iter().map(|row| row_html(tag("tr", ""), row, &[], why, zone_offset_s)).collect();
    let size = (table.rows.len(), table.columns.len());
    let empty = match table.rows.is_empty() {
        true => plain("p", "grid-empty", t("tables.empty", &[("name", &table.name)])),
        false => none(),
    };
    let more = if hidden > 0 { plain("p", "grid-note", count("tables.more", hidden, &[])) } else { none() };
    tag("div", "grid-card")
        .child(plain("p", "grid-count", count("tables.rows", table.row_count, &[])))
        .child(grid(caption, "grid", size, header(&table.columns, None), body))
        .child(empty)
        .child(more)
        .html()
}

/// A part of a table's rows, which the study shows.
pub fn page(table: &Table, caption: &str, recovered: bool, zone_offset_s: i32) -> Html {
    let why = Some((table.name.as_str(), recovered));
    let body = table.rows.iter().map(|row| row_html(tag("tr", ""), row, &[], why, zone_offset_s)).collect();
    let size = (table.rows.len(), table.columns.len());
    tag("div", "grid-card").child(grid(caption, "grid", size, header(&table.columns, None), body)).html()
}

/// Whose words a difference takes: `diff.<set>.<change>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffWords<'a> {
    /// From the live database to the recovered one: back, gone, changed; of which table, whose rows can be asked about.
    Recovery { table: &'a str },
    /// From what was wanted to what a choice gave: too much, missing, other.
    Answer,
}

/// The rows that differ, each with what became of it; those that do not are counted.
pub fn difference(
    columns: &[TableColumn],
    diff: &TableDiff,
    caption: &str,
    set: DiffWords<'_>,
    zone_offset_s: i32,
) -> Html {
    let (set, class, table) = match set {
        DiffWords::Recovery { table } => ("recovery", "grid-card grid-diff", table),
        DiffWords::Answer => ("answer", "grid-card grid-diff is-answer", ""),
    };
    let differing = diff.lines.iter().filter(|line| line.change != Change::Kept);
    let body: Vec<Html> = differing.map(|line| differing_row(line, set, table, zone_offset_s)).collect();
    let same = count(&word("diff.", set, ".same"), u64::from(diff.kept), &[]);
    let note = if diff.is_same() {
        plain("p", "grid-empty", t(&word("diff.", set, ".none"), &[("same", &same)]))
    } else if diff.kept > 0 {
        plain("p", "grid-note", same)
    } else {
        none()
    };
    let partial = if diff.partial { plain("p", "grid-note", t("diff.partial", &[])) } else { none() };
    let size = (body.len(), columns.len() + 1);
    tag("div", class)
        .child(plain("p", "grid-count", summary(diff, set)))
        .child(grid(caption, "grid", size, header(columns, Some(t("diff.column", &[]))), body))
        .child(note)
        .child(partial)
        .html()
}

/// A table of rows that are there already, in a region of its own if it may have to scroll.
pub fn grid(caption: &str, class: &str, (rows, columns): (usize, usize), head: Html, body: Vec<Html>) -> Html {
    let table = tag("table", class)
        .child(plain("caption", "", caption.to_owned()))
        .child(tag("thead", "").child(head).html())
        .child(tag("tbody", "").all(body).html());
    let scroller = tag("div", "scroller").child(table.html());
    if rows <= ROWS_AT_ONCE && columns < COLUMNS_AT_ONCE {
        return scroller.html();
    }
    let label = t("tables.scrolls", &[("name", caption)]);
    scroller.attr("role", "region").attr("aria-label", &label).attr("tabindex", "0").html()
}

/// Three words of a key put together.
pub fn word(first: &str, second: &str, third: &str) -> String {
    [first, second, third].concat()
}

/// `8 back, 1 changed`.
pub fn summary(diff: &TableDiff, set: &str) -> String {
    let mut said = String::new();
    for (change, rows) in [(Change::Back, diff.back), (Change::Gone, diff.gone), (Change::Changed, diff.changed)] {
        if rows > 0 {
            let word = t(&[word("diff.", set, "."), change.code().to_owned()].concat(), &[]);
            let separator = if said.is_empty() { "" } else { ", " };
            said.push_str(separator);
            said.push_str(&t("diff.part", &[("count", &format::count(u64::from(rows))), ("word", &word)]));
        }
    }
    if said.is_empty() { t("diff.no_part", &[]) } else { said }
}

/// A column's head.
pub fn head_cell(class: &str, said: String) -> Html {
    tag("th", class).attr("scope", "col").text(said).html()
}

fn header(columns: &[TableColumn], leading: Option<String>) -> Html {
    let mut cells: Vec<Html> = leading.into_iter().map(|said| head_cell("", said)).collect();
    cells.extend(columns.iter().map(|column| head_cell("", column.name.clone())));
    cells.push(head_cell("grid-writer", t("tables.writer", &[])));
    tag("tr", "").all(cells).html()
}

/// The row's cells, each with what it was before if that is another value, and who wrote it.
fn row_html(
    mut line: crate::view::Tag,
    row: &TableRow,
    was: &[Option<Value>],
    why: Option<(&str, bool)>,
    zone_offset_s: i32,
) -> Html {
    for (column, value) in row.values.iter().enumerate() {
        let class = match value {
            Value::Int(_) => "is-number",
            Value::Null => "is-null",
            _ => "",
        };
        let cell = match column {
            0 => tag("th", class).attr("scope", "row"),
            _ => tag("td", class),
        };
        let shown = value_text(value, zone_offset_s);
        let cell = match was.get(column) {
            Some(Some(old)) => cell.child(plain("ins", "", shown)).text(" ".to_owned()).child(plain(
                "del",
                "",
                value_text(old, zone_offset_s),
            )),
            _ => cell.text(shown),
        };
        line = line.child(cell.html());
    }
    let mut writer = tag("td", "grid-writer").text(row.xmin.to_string());
    if let (Some((table, recovered)), Some(key)) = (why, row.values.first()) {
        // The workbench, once it has come, hears of it.
        let button = tag("button", "link why").attr("type", "button").attr("data-table", table);
        let button = button.attr("data-why", &key_text(key)).flag("data-recovered", recovered);
        writer = writer.child(button.text(t("tables.why", &[])).html());
    }
    line.child(writer.html()).html()
}

fn differing_row(line: &DiffLine, set: &str, table: &str, zone_offset_s: i32) -> Html {
    let (sign, class) = match line.change {
        Change::Back => (Sign::Back, "is-back"),
        Change::Gone => (Sign::Gone, "is-gone"),
        Change::Changed => (Sign::Changed, "is-changed"),
        Change::Kept => (Sign::Kept, "is-kept"),
    };
    let said = t(&[word("diff.", set, "."), line.change.code().to_owned()].concat(), &[]);
    let first = tag("td", "grid-word").child(mark(sign)).text(said).html();
    // Of what the recovery brings back the question is why it is not there now; of everything else, what the recovery has made of it.
    let why = (!table.is_empty()).then_some((table, line.change != Change::Back));
    row_html(tag("tr", class).child(first), &line.row, &line.was, why, zone_offset_s)
}

/// A key as an attribute holds it: `i7`, `tAda`; what [`key_of`] reads.
pub fn key_text(key: &Value) -> String {
    match key {
        Value::Null => String::new(),
        Value::Int(int) => word("i", &int.to_string(), ""),
        Value::Text(text) => word("t", text, ""),
        Value::Bool(bool) => word("b", &bool.to_string(), ""),
        Value::Timestamp(us) => word("s", &us.to_string(), ""),
    }
}

/// The key of a row that somebody asks about.
pub fn key_of(text: &str) -> Option<Value> {
    let rest = text.get(1..)?;
    Some(match text.as_bytes().first()? {
        b'i' => Value::Int(rest.parse().ok()?),
        b't' => Value::Text(rest.to_owned()),
        b'b' => Value::Bool(rest.parse().ok()?),
        b's' => Value::Timestamp(rest.parse().ok()?),
        _ => return None,
    })
}

/// A value as the grids show it.
pub fn value_text(value: &Value, zone_offset_s: i32) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) => "false".to_owned(),
        Value::Timestamp(us) => {
            word(&pitr_protocol::date_text(*us, zone_offset_s), " ", &format::clock(*us, zone_offset_s))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_attribute() {
        for key in [Value::Int(-7), Value::Text("é:b".into()), Value::Bool(true), Value::Timestamp(9)] {
            assert_eq!(key_of(&key_text(&key)), Some(key));
        }
        assert_eq!(key_of(&key_text(&Value::Null)), None);
        assert_eq!(key_of("ix"), None);
    }
}
