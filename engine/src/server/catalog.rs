//! The table of tables: relation 1, rows like any other.
//!
//! Its columns are the relation's number, the table's name, and the table's columns as text (`id int, name text`); a sequence has a row, too
//! (`sequence 1 1`: start and increment). What an open transaction has created, dropped or emptied is so for that transaction alone, until it
//! commits: a TRUNCATE gives the table another file.

use super::{DamagedPage, Server, StoredRow};
#[cfg(feature = "whole")]
use crate::storage::decode_values;
#[cfg(feature = "whole")]
use crate::types::PageId;
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

    /// The name that the catalog has ever had for each relation with blocks, its own included: also of what a transaction that is open
    /// has made, and of what was dropped.
    #[cfg(feature = "whole")]
    pub fn relation_names(&self) -> LiteMap<RelationId, String> {
        let mut names = LiteMap::new();
        names.insert(RelationId::CATALOG, "catalog".to_owned());
        for block in 0..self.block_count(RelationId::CATALOG) {
            let Ok(page) = self.peek_page(PageId { relation: RelationId::CATALOG, block }) else { continue };
            let rows = (0..page.slot_count()).filter_map(|slot| decode_values(page.row(slot)?));
            for row in rows {
                if let [Value::Int(relation), Value::Text(name), ..] = row.values.as_slice()
                    && let Ok(relation) = u32::try_from(*relation)
                {
                    names.insert(RelationId(relation), name.clone());
                }
            }
        }
        names
    }

    /// The row of the catalog that is about a relation.
    pub fn catalog_entry(&self, relation: RelationId, own: Xid) -> Result<Option<StoredRow>, DamagedPage> {
        let number = Value::Int(i64::from(relation.0));
        Ok(self.peek_rows(RelationId::CATALOG, own)?.into_iter().find(|row| row.values.first() == Some(&number)))
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
    catalog_row_of(relation, name, columns.join(", "))
}

/// The catalog's row for anything that has a file and a name.
pub(super) fn catalog_row_of(relation: RelationId, name: &str, about: String) -> Vec<Value> {
    vec![Value::Int(i64::from(relation.0)), Value::Text(name.to_owned()), Value::Text(about)]
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
