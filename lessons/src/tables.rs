//! What is in a server's tables.

use pitr_engine::Server;
use pitr_engine::types::{Value, Xid};
use std::collections::BTreeMap;

/// The rows of each table that everybody sees, in the order of their keys.
pub type Tables = BTreeMap<String, Vec<Vec<Value>>>;

/// A server's tables; `None` if they cannot be read.
pub fn tables(server: &Server) -> Option<Tables> {
    let mut tables = Tables::new();
    for table in server.tables(Xid::NONE).ok()? {
        let rows = server.peek_rows(table.relation, Xid::NONE).ok()?;
        let mut rows: Vec<Vec<Value>> = rows.into_iter().map(|row| row.values).collect();
        rows.sort();
        tables.insert(table.name, rows);
    }
    Some(tables)
}
