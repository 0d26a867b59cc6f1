//! The rows of a table that is longer than what every frame carries, a page at a time.

use crate::frame::{MOST_ROWS, tables, value};
use pitr_engine::types::{RelationId, Xid};
use pitr_engine::{Cluster, Recovery, Server, StoredRow};
use pitr_protocol::inside::{LongTable, RowsPage};
use pitr_protocol::{Problem, Table, TableColumn, TableRow};
use std::collections::BTreeMap;

/// So many rows are told at a time.
pub const PAGE_ROWS: usize = 200;

/// The tables that are longer than a frame's part of them, and a page of one: of the one asked for if it is among them, else of the first.
pub fn page(state: &Cluster, table: &str, recovered: bool, from: u64) -> Result<RowsPage, Problem> {
    let sides = [(false, state.primary().or(state.starting())), (true, readable(state))];
    let mut long = Vec::new();
    for (recovered, server) in sides {
        for table in server.map(tables).unwrap_or_default() {
            if table.row_count > MOST_ROWS as u64 {
                long.push(LongTable { name: table.name, recovered, rows: table.row_count });
            }
        }
    }
    let wanted = |one: &&LongTable| one.name == table && one.recovered == recovered;
    let Some(one) = long.iter().find(wanted).or(long.first()).cloned() else {
        return Ok(RowsPage { long, of: 0, from: 0, table: None });
    };
    let of = long.iter().position(|other| *other == one).unwrap_or_default() as u32;
    let from = from.min(one.rows.saturating_sub(1)) / PAGE_ROWS as u64 * PAGE_ROWS as u64;
    let server = sides[usize::from(one.recovered)].1;
    let table = server.and_then(|server| part(server, &one.name, from as usize));
    Ok(RowsPage { long, of, from, table })
}

/// The recovered server, from where its tables can be read.
fn readable(state: &Cluster) -> Option<&Server> {
    state.recovery().filter(|recovery| recovery.is_consistent()).and_then(Recovery::server)
}

fn part(server: &Server, name: &str, from: usize) -> Option<Table> {
    let def = server.table(name, Xid::NONE).ok().flatten()?;
    let rows = in_order(server, def.relation)?;
    let row = |row: StoredRow| {
        let mut values: Vec<_> = row.values.into_iter().map(value).collect();
        values.resize(def.columns.len(), pitr_protocol::Value::Null);
        TableRow { values, xmin: row.head.xmin.0 }
    };
    let row_count = rows.len() as u64;
    let rows = rows.into_iter().skip(from).take(PAGE_ROWS).map(row).collect();
    let columns = def.columns.iter().map(|column| TableColumn { name: column.name.clone() }).collect();
    Some(Table { name: name.to_owned(), columns, rows, row_count })
}

/// All rows by their keys.
fn in_order(server: &Server, relation: RelationId) -> Option<Vec<StoredRow>> {
    let rows = server.peek_rows(relation, Xid::NONE).ok()?;
    // Of those that have one key the last one read stands for all.
    let by_key: BTreeMap<_, _> = rows.into_iter().map(|row| (row.values.first().cloned(), row)).collect();
    Some(by_key.into_values().collect())
}
