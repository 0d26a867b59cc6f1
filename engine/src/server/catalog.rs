//! The table of tables: relation 1, rows like any other.
//!
//! Its columns are the relation's number, the table's name, and the table's columns as text (`id int, name text`). A table that an
//! open transaction has created is seen by that transaction alone, and gone if it rolls back.

use super::{DamagedPage, Server};
use crate::types::{Column, ColumnType, RelationId, Value, Xid};
use crate::wal::{Appended, Body};
use litemap::LiteMap;

/// A table as the catalog has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDef {
    pub relation: RelationId,
    pub name: String,
    pub columns: Vec<Column>,
}

impl TableDef {
    /// A column's place, by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

impl Server {
    /// The tables that a transaction sees, by name.
    pub fn tables(&self, own: Xid) -> Result<Vec<TableDef>, DamagedPage> {
        let rows = self.peek_rows(RelationId::CATALOG, own)?;
        let mut by_name: LiteMap<String, TableDef> = LiteMap::new();
        for table in rows.into_iter().filter_map(|row| table_def(&row.values)) {
            by_name.insert(table.name.clone(), table);
        }
        Ok(by_name.into_tuple_vec().into_iter().map(|(_, table)| table).collect())
    }

    /// A table that a transaction sees.
    pub fn table(&self, name: &str, own: Xid) -> Result<Option<TableDef>, DamagedPage> {
        Ok(self.tables(own)?.into_iter().find(|table| table.name == name))
    }

    /// A number for a new table's file, and the record of it.
    pub fn create_relation(&mut self, xid: Xid) -> (RelationId, Appended) {
        let relation = self.next_relation;
        self.next_relation = RelationId(relation.0.saturating_add(1));
        self.blocks.entry(relation).or_insert(0);
        (relation, self.log.append(xid, Body::CreateRelation { relation }))
    }
}

/// The catalog's row for a table.
pub fn catalog_row(relation: RelationId, name: &str, columns: &[Column]) -> Vec<Value> {
    let columns: Vec<String> = columns.iter().map(|column| format!("{} {}", column.name, column.kind)).collect();
    vec![Value::Int(i64::from(relation.0)), Value::Text(name.to_owned()), Value::Text(columns.join(", "))]
}

fn table_def(row: &[Value]) -> Option<TableDef> {
    let [Value::Int(relation), Value::Text(name), Value::Text(columns)] = row else {
        return None;
    };
    let columns = columns
        .split(", ")
        .map(|column| {
            let (name, kind) = column.rsplit_once(' ')?;
            let kind = match kind {
                "int" => ColumnType::Int,
                "text" => ColumnType::Text,
                "bool" => ColumnType::Bool,
                "timestamp" => ColumnType::Timestamp,
                _ => return None,
            };
            Some(Column { name: name.to_owned(), kind })
        })
        .collect::<Option<Vec<Column>>>()?;
    Some(TableDef { relation: RelationId(u32::try_from(*relation).ok()?), name: name.clone(), columns })
}
