//! What tells two states of a table apart, row by row.
//!
//! Both sides come in the order of their primary key, which is the first column, so one walk over both finds everything. A side may
//! hold only the first rows of a large table; past the last row that both sides are known for nothing is claimed, and the
//! difference says that it is partial. Knows no words and no screen: a recovered table against the live one and a table that a
//! choice gave against the one that was wanted are the same walk.

use pitr_protocol::{Table, TableRow, Value};
use std::cmp::Ordering;

/// The rows of two states of a table, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableDiff {
    pub lines: Vec<DiffLine>,
    pub kept: u32,
    pub back: u32,
    pub gone: u32,
    pub changed: u32,
    /// Rows past those that were sent are not compared.
    pub partial: bool,
}

/// One key on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffLine {
    pub change: Change,
    /// The row as the second side has it; as the first has it where the second has none.
    pub row: TableRow,
    /// The first side's values of the columns that changed, by column; empty unless `change` says so.
    pub was: Vec<Option<Value>>,
}

/// What became of a row between the first side and the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Kept,
    /// Only the second side has it.
    Back,
    /// Only the first side has it.
    Gone,
    Changed,
}

impl Change {
    /// The code by which files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            Change::Kept => "kept",
            Change::Back => "back",
            Change::Gone => "gone",
            Change::Changed => "changed",
        }
    }
}

impl TableDiff {
    /// Whether every row that is known is the same on both sides.
    pub fn is_same(&self) -> bool {
        self.back == 0 && self.gone == 0 && self.changed == 0
    }

    fn push(&mut self, change: Change, row: &TableRow, was: Vec<Option<Value>>) {
        let count = match change {
            Change::Kept => &mut self.kept,
            Change::Back => &mut self.back,
            Change::Gone => &mut self.gone,
            Change::Changed => &mut self.changed,
        };
        *count += 1;
        self.lines.push(DiffLine { change, row: row.clone(), was });
    }
}

/// The difference from `first` to `second`; a table that a side does not have counts as empty.
pub fn difference(first: Option<&Table>, second: Option<&Table>) -> TableDiff {
    let known_to = [first, second].into_iter().flatten().filter_map(cut_off_at).min();
    let known = |row: &TableRow| match (&known_to, key(row)) {
        (Some(limit), Some(at)) => at <= limit,
        _ => true,
    };
    let mut diff = TableDiff { partial: known_to.is_some(), ..TableDiff::default() };
    let mut before = rows(first).iter().filter(|row| known(row)).peekable();
    let mut after = rows(second).iter().filter(|row| known(row)).peekable();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return diff,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => key(a).cmp(&key(b)),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        match (old, new) {
            (Some(old), None) => diff.push(Change::Gone, old, Vec::new()),
            (None, Some(new)) => diff.push(Change::Back, new, Vec::new()),
            (Some(old), Some(new)) if old.values == new.values => diff.push(Change::Kept, new, Vec::new()),
            (Some(old), Some(new)) => {
                let was = (0..new.values.len())
                    .map(|column| {
                        let old = old.values.get(column).cloned().unwrap_or(Value::Null);
                        (Some(&old) != new.values.get(column)).then_some(old)
                    })
                    .collect();
                diff.push(Change::Changed, new, was);
            }
            (None, None) => return diff,
        }
    }
}

/// The names of all tables of two states, those of the second first, in their order.
pub fn names<'a>(first: &'a [Table], second: &'a [Table]) -> Vec<&'a str> {
    let mut names: Vec<&str> = second.iter().map(|table| table.name.as_str()).collect();
    for table in first {
        if !names.contains(&table.name.as_str()) {
            names.push(&table.name);
        }
    }
    names
}

/// A table by its name.
pub fn named<'a>(tables: &'a [Table], name: &str) -> Option<&'a Table> {
    tables.iter().find(|table| table.name == name)
}

fn rows(table: Option<&Table>) -> &[TableRow] {
    table.map(|table| table.rows.as_slice()).unwrap_or_default()
}

fn key(row: &TableRow) -> Option<&Value> {
    row.values.first()
}

/// The last key that is known of a table that was not sent whole.
fn cut_off_at(table: &Table) -> Option<&Value> {
    let whole = table.rows.len() as u64 >= table.row_count;
    if whole { None } else { table.rows.last().and_then(key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::TableColumn;

    fn table(rows: &[(i64, &str)], row_count: u64) -> Table {
        Table {
            name: "users".to_owned(),
            columns: ["id", "city"].map(|name| TableColumn { name: name.to_owned() }).to_vec(),
            rows: rows
                .iter()
                .map(|(id, city)| TableRow { values: vec![Value::Int(*id), Value::Text((*city).to_owned())], xmin: 1 })
                .collect(),
            row_count,
        }
    }

    fn check(first: &[(i64, &str)], second: &[(i64, &str)], expected: &[(Change, i64)]) {
        let first = table(first, first.len() as u64);
        let second = table(second, second.len() as u64);
        let diff = difference(Some(&first), Some(&second));
        let found: Vec<_> = diff
            .lines
            .iter()
            .map(|line| match line.row.values[0] {
                Value::Int(id) => (line.change, id),
                ref other => panic!("a key that nobody gave: {other:?}"),
            })
            .collect();
        assert_eq!(found, expected);
        assert_eq!(diff.kept + diff.back + diff.gone + diff.changed, expected.len() as u32);
    }

    #[test]
    fn a_deleted_table_comes_back() {
        check(&[], &[(1, "Turin"), (2, "Delft")], &[(Change::Back, 1), (Change::Back, 2)]);
    }

    #[test]
    fn later_rows_are_gone_and_the_rest_is_kept() {
        check(
            &[(1, "Turin"), (2, "Delft"), (3, "Oslo")],
            &[(1, "Turin"), (2, "Delft")],
            &[(Change::Kept, 1), (Change::Kept, 2), (Change::Gone, 3)],
        );
    }

    #[test]
    fn rows_interleave_by_key() {
        check(
            &[(1, "Turin"), (4, "Oslo")],
            &[(2, "Delft"), (4, "Rome"), (5, "Bern")],
            &[(Change::Gone, 1), (Change::Back, 2), (Change::Changed, 4), (Change::Back, 5)],
        );
    }

    #[test]
    fn a_changed_row_tells_what_it_was() {
        let diff = difference(Some(&table(&[(1, "Turin")], 1)), Some(&table(&[(1, "Lisbon")], 1)));
        assert_eq!(diff.lines[0].was, vec![None, Some(Value::Text("Turin".to_owned()))]);
        assert!(!diff.is_same());
    }

    #[test]
    fn nothing_is_claimed_past_the_rows_that_were_sent() {
        let first = table(&[(1, "Turin"), (2, "Delft")], 900);
        let second = table(&[(1, "Turin"), (2, "Delft"), (3, "Oslo")], 3);
        let diff = difference(Some(&first), Some(&second));
        assert!(diff.partial);
        assert!(diff.is_same());
        assert_eq!(diff.kept, 2);
    }

    #[test]
    fn a_missing_table_is_an_empty_one() {
        let there = [table(&[(1, "Turin")], 1)];
        assert_eq!(difference(named(&there, "orders"), named(&there, "users")).back, 1);
        assert_eq!(names(&there, &[]), ["users"]);
    }
}
