//! What statements do to tables.

use pitr_engine::types::{ColumnType, Value};
use pitr_engine::{Command, Comparison, Expression, Filter};
use std::collections::{BTreeMap, BTreeSet};

/// A table: the names of its columns, and its rows by primary key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub kinds: Vec<ColumnType>,
    pub rows: BTreeMap<Value, Vec<Value>>,
    pub ids: Ids,
}

/// A number for each row, by its key, that it keeps when its key changes. Tables are equal whatever these are.
#[derive(Debug, Clone, Default)]
pub struct Ids(pub BTreeMap<Value, u64>);

impl PartialEq for Ids {
    fn eq(&self, _: &Ids) -> bool {
        true
    }
}

impl Eq for Ids {}

/// All tables, by name.
pub type Tables = BTreeMap<String, Table>;

/// A change of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Create { columns: Vec<String>, kinds: Vec<ColumnType> },
    CreateSequence,
    Drop,
    Empty,
    Remove { key: Value },
    Put { row: Vec<Value>, id: u64 },
}

/// Applies changes, each of the table that it names.
pub fn apply(tables: &mut Tables, changes: &[(String, Change)]) {
    for (name, change) in changes {
        match change {
            Change::Create { columns, kinds } => {
                let (columns, kinds) = (columns.clone(), kinds.clone());
                tables.insert(name.clone(), Table { columns, kinds, ..Table::default() });
            }
            Change::CreateSequence => {}
            Change::Drop => drop(tables.remove(name)),
            Change::Empty => {
                if let Some(table) = tables.get_mut(name) {
                    table.rows.clear();
                }
            }
            Change::Remove { key } => {
                if let Some(table) = tables.get_mut(name) {
                    table.rows.remove(key);
                }
            }
            Change::Put { row, id } => {
                if let Some(table) = tables.get_mut(name) {
                    table.ids.0.insert(row[0].clone(), *id);
                    table.rows.insert(row[0].clone(), row.clone());
                }
            }
        }
    }
}

/// What a statement changes in the tables as its session sees them, and how many rows it is about; `None` if it is no statement that changes rows.
/// `next` numbers new rows.
pub fn changes(command: &Command, seen: &Tables, next: &mut u64) -> Option<(Vec<(String, Change)>, u64)> {
    let none = Table::default();
    let found = |name: &String| seen.get(name).unwrap_or(&none);
    Some(match command {
        Command::CreateTable { table, columns } => {
            let kinds = columns.iter().map(|column| column.kind).collect();
            let columns = columns.iter().map(|column| column.name.clone()).collect();
            (vec![(table.clone(), Change::Create { columns, kinds })], 0)
        }
        Command::DropTable { table } => (vec![(table.clone(), Change::Drop)], found(table).rows.len() as u64),
        Command::Truncate { table } => (vec![(table.clone(), Change::Empty)], found(table).rows.len() as u64),
        Command::Insert { table, columns, rows } => {
            let all = &found(table).columns;
            let named = columns.as_ref().unwrap_or(all);
            let put = rows.iter().map(|values| {
                let value_of =
                    |column: &String| named.iter().position(|name| name == column).map(|at| values[at].clone());
                let row = all.iter().map(|column| value_of(column).unwrap_or(Value::Null)).collect();
                *next += 1;
                (table.clone(), Change::Put { row, id: *next })
            });
            (put.collect(), rows.len() as u64)
        }
        Command::Delete { table, filter } => {
            let gone = matching(found(table), filter.as_ref());
            let count = gone.len() as u64;
            (gone.into_iter().map(|row| (table.clone(), Change::Remove { key: row[0].clone() })).collect(), count)
        }
        Command::Update { table, set, filter } => {
            let of = found(table);
            let place = |column: &String| of.columns.iter().position(|name| name == column).unwrap_or(0);
            let before = matching(of, filter.as_ref());
            let mut changes: Vec<(String, Change)> = Vec::new();
            changes.extend(before.iter().map(|row| (table.clone(), Change::Remove { key: row[0].clone() })));
            for old in &before {
                let mut row = old.clone();
                for assignment in set {
                    row[place(&assignment.column)] = match &assignment.value {
                        Expression::Literal(value) => value.clone(),
                        Expression::ColumnPlus { column, plus } => match &old[place(column)] {
                            Value::Int(int) => Value::Int(int + plus),
                            other => other.clone(),
                        },
                    };
                }
                let id = of.ids.0.get(&old[0]).copied().unwrap_or_default();
                changes.push((table.clone(), Change::Put { row, id }));
            }
            (changes, before.len() as u64)
        }
        _ => return None,
    })
}

impl Table {
    /// The numbers of the rows that a filter takes.
    pub fn ids_matching(&self, filter: Option<&Filter>) -> BTreeSet<u64> {
        matching(self, filter).iter().filter_map(|row| self.ids.0.get(&row[0]).copied()).collect()
    }
}

fn matching(table: &Table, filter: Option<&Filter>) -> Vec<Vec<Value>> {
    let rows = table.rows.values();
    rows.filter(|row| filter.is_none_or(|filter| holds(filter, table, row))).cloned().collect()
}

fn holds(filter: &Filter, table: &Table, row: &[Value]) -> bool {
    match filter {
        Filter::And(left, right) => holds(left, table, row) && holds(right, table, row),
        Filter::Or(left, right) => holds(left, table, row) || holds(right, table, row),
        Filter::Null { column, null } => {
            let found = table.columns.iter().position(|name| name == column).and_then(|at| row.get(at));
            found.is_none_or(|value| *value == Value::Null) == *null
        }
        Filter::Compare { column, operator, value } => {
            let Some(found) = table.columns.iter().position(|name| name == column).map(|at| &row[at]) else {
                return false;
            };
            let (Value::Int(found), Value::Int(value)) = (found, value) else { return false };
            match operator {
                Comparison::Equal => found == value,
                Comparison::NotEqual => found != value,
                Comparison::Less => found < value,
                Comparison::LessOrEqual => found <= value,
                Comparison::Greater => found > value,
                Comparison::GreaterOrEqual => found >= value,
            }
        }
    }
}
