//! Whether what was recovered is right, as far as anybody can tell from the data.
//!
//! Pages are checked by their checksums (`checks`), tables by what the database itself promises of them: a row can be read as the table's
//! columns say, and no primary key stands twice. What must hold beyond that, only whoever knows the data can say: the invariants of the
//! scenario. How many of them fail is the divergence after the restore.
//!
//! A recovery can be exact and its result wrong, for it was asked for the wrong instant. So the verdict is reported and changes nothing.

use crate::cluster::{Invariant, Measure};
use crate::server::{Server, TableDef};
use crate::storage::{Field, read_fields};
use crate::types::{Value, Xid};
use serde::{Deserialize, Serialize};

/// What was found out about the tables of a recovered server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// By name. Those that open transactions have made are not among them.
    pub tables: Vec<TableCheck>,
    pub invariants: Vec<InvariantCheck>,
}

/// A table that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCheck {
    pub table: String,
    pub rows: u64,
    /// Rows with the primary key of another.
    pub doubled: u64,
    /// Rows that cannot be read as the table's columns say.
    pub unreadable: u64,
    /// A page of the table cannot be read at all: the numbers are those of the others.
    pub damaged: bool,
}

/// An invariant that was asked of the recovered server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvariantCheck {
    pub invariant: Invariant,
    /// The number of rows, or the sum; `None` if there is no such table or column, or it cannot be read.
    pub found: Option<i64>,
    pub holds: bool,
}

impl Validation {
    /// Looks at every table, and asks for every invariant.
    pub fn of(server: &Server, invariants: &[Invariant]) -> Validation {
        let tables = server.tables(Xid::NONE).unwrap_or_default();
        Validation {
            tables: tables.iter().map(|table| check_table(server, table)).collect(),
            invariants: invariants.iter().map(|invariant| check_invariant(server, invariant)).collect(),
        }
    }

    /// How many invariants do not hold.
    pub fn divergence(&self) -> u32 {
        self.invariants.iter().filter(|check| !check.holds).count() as u32
    }

    /// Whether nothing wrong was found.
    pub fn passed(&self) -> bool {
        let is_right = |table: &TableCheck| table.doubled == 0 && table.unreadable == 0 && !table.damaged;
        self.divergence() == 0 && self.tables.iter().all(is_right)
    }
}

fn check_table(server: &Server, table: &TableDef) -> TableCheck {
    let mut check = TableCheck { table: table.name.clone(), rows: 0, doubled: 0, unreadable: 0, damaged: false };
    let mut keys: Vec<Value> = Vec::new();
    for block in 0..server.block_count(table.relation) {
        let mut see = |bytes: &[u8]| {
            check.rows += 1;
            match key_of(table, bytes) {
                Some(key) => keys.push(key),
                None => check.unreadable += 1,
            }
        };
        if server.see_block(table.relation, block, &mut see).is_err() {
            check.damaged = true;
        }
    }
    // Sorted, for tables of millions of rows.
    keys.sort_unstable();
    check.doubled = keys.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    check
}

/// The key of a row, if it may be one of the table's: a key, no more values than columns, each of its column's type.
fn key_of(table: &TableDef, bytes: &[u8]) -> Option<Value> {
    let (mut key, mut fits) = (None, true);
    read_fields(bytes, |index, field| {
        fits &= table.columns.get(index).is_some_and(|column| field.fits(column.kind));
        if index == 0 {
            key = Some(field.to_value()).filter(|key| *key != Value::Null);
        }
    })?;
    key.filter(|_| fits)
}

fn check_invariant(server: &Server, invariant: &Invariant) -> InvariantCheck {
    let found = measure(server, invariant);
    let holds = found.is_some_and(|found| invariant.operator.holds(&found, &i128::from(invariant.value)));
    // A sum that no 64 bits can hold is shown as the nearest that they can.
    let found = found.map(|found| found.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
    InvariantCheck { invariant: invariant.clone(), found, holds }
}

fn measure(server: &Server, invariant: &Invariant) -> Option<i128> {
    let table = server.table(&invariant.table, Xid::NONE).ok().flatten()?;
    let summed = match &invariant.measure {
        Measure::Rows => None,
        Measure::Sum { column } => Some(table.column(column)?),
    };
    let (mut rows, mut sum) = (0_i128, Some(0_i128));
    let mut see = |bytes: &[u8]| {
        rows += 1;
        read_fields(bytes, |index, field| {
            if Some(index) == summed {
                sum = match field {
                    Field::Int(int) => sum.and_then(|sum| sum.checked_add(i128::from(int))),
                    Field::Null => sum,
                    _ => None,
                };
            }
        })
    };
    server.see_all(table.relation, &mut see).ok()?;
    if summed.is_some() { sum } else { Some(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Comparison, Settings};
    use crate::server::catalog_row;
    use crate::txn::Fate;
    use crate::types::{Column, ColumnType, RelationId};

    /// A server with a table `t (id int, n int)` of these rows, of which the last is not committed.
    fn server(rows: &[&[Value]]) -> Server {
        let mut server = Server::create(&Settings::default());
        let xid = server.assign_xid(Xid::NONE);
        let (relation, _) = server.create_relation(xid);
        let column = |name: &str| Column { name: name.to_owned(), kind: ColumnType::Int };
        let row = catalog_row(relation, "t", &[column("id"), column("n")]);
        server.insert_row(xid, RelationId::CATALOG, &row).expect("there is room");
        let open = server.assign_xid(Xid::NONE);
        for (index, row) in rows.iter().enumerate() {
            let by = if index + 1 == rows.len() { open } else { xid };
            server.insert_row(by, relation, row).expect("there is room");
        }
        server.end_transaction(xid, Fate::Committed);
        server
    }

    fn invariant(measure: Measure, operator: Comparison, value: i64) -> Invariant {
        Invariant { name: "i".to_owned(), table: "t".to_owned(), measure, operator, value }
    }

    #[test]
    fn what_is_wrong_with_a_tables_rows_is_counted() {
        let int = Value::Int;
        let text = || Value::Text("x".to_owned());
        for (rows, found) in [
            (vec![vec![int(1), int(2)], vec![int(2)], vec![int(9), int(9)]], (2, 0, 0)),
            (vec![vec![int(1), int(2)], vec![int(1), int(3)], vec![int(1), int(9)], vec![int(1)]], (3, 2, 0)),
            (
                vec![vec![int(1), text()], vec![Value::Null], vec![int(1), int(1), int(1)], vec![], vec![int(1)]],
                (4, 0, 4),
            ),
        ] {
            let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
            let validation = Validation::of(&server(&rows), &[]);
            let check = &validation.tables[0];
            assert_eq!((check.rows, check.doubled, check.unreadable), found, "{rows:?}");
            assert_eq!(validation.passed(), found.1 + found.2 == 0);
        }
    }

    #[test]
    fn invariants_are_measured() {
        let rows: [&[Value]; 4] = [
            &[Value::Int(1), Value::Int(i64::MAX)],
            &[Value::Int(2), Value::Null],
            &[Value::Int(3), Value::Int(1)],
            &[],
        ];
        let server = server(&rows);
        let sum = |column: &str| Measure::Sum { column: column.to_owned() };
        for (measure, operator, value, found, holds) in [
            (Measure::Rows, Comparison::Equal, 3, Some(3), true),
            (Measure::Rows, Comparison::GreaterOrEqual, 4, Some(3), false),
            (sum("id"), Comparison::Less, 7, Some(6), true),
            // The sum is past 64 bits, and compared as what it is.
            (sum("n"), Comparison::Equal, i64::MAX, Some(i64::MAX), false),
            (sum("n"), Comparison::Greater, i64::MAX, Some(i64::MAX), true),
            (sum("nowhere"), Comparison::NotEqual, 1, None, false),
        ] {
            let invariant = invariant(measure, operator, value);
            let check = Validation::of(&server, core::slice::from_ref(&invariant)).invariants.remove(0);
            assert_eq!((check.found, check.holds), (found, holds), "{invariant:?}");
        }
    }
}
