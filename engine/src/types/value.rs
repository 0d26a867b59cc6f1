//! What a row holds.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A value of a column. Values of one type are ordered; NULL equals nothing, not even itself, in a comparison of the language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bool(bool),
    /// Microseconds since 1970-01-01 UTC.
    Timestamp(i64),
}

impl Value {
    /// Whether a column of this type may hold it.
    pub fn fits(&self, kind: ColumnType) -> bool {
        match self {
            Value::Null => true,
            Value::Int(_) => kind == ColumnType::Int,
            Value::Text(_) => kind == ColumnType::Text,
            Value::Bool(_) => kind == ColumnType::Bool,
            Value::Timestamp(_) => kind == ColumnType::Timestamp,
        }
    }
}

/// As the language writes it: `NULL`, `7`, `'Grace'`, `true`, `'2026-03-04 02:59:59+00'`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Int(int) => int.fmt(f),
            Value::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Value::Bool(bool) => bool.fmt(f),
            Value::Timestamp(us) => write!(f, "'{}'", super::Micros(*us)),
        }
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnType {
    Int,
    Text,
    Bool,
    Timestamp,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ColumnType::Int => "int",
            ColumnType::Text => "text",
            ColumnType::Bool => "bool",
            ColumnType::Timestamp => "timestamp",
        })
    }
}

/// A column of a table. The first column of a table is its primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
}
