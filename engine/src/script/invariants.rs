//! `invariant NAME: rows TABLE >= 1`, `invariant NAME: sum TABLE.COLUMN = 1000`

use super::cursor::Cursor;
use super::errors::ScriptError;
use super::filters::{comparison, operator_text};
use super::sql;
use crate::cluster::{Command, Invariant, Measure};

pub(super) fn invariant(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let start = *cursor;
    let name = cursor.head().to_owned();
    if name.is_empty() {
        return Err(start.expected("NAME"));
    }
    if !cursor.takes_symbol(":") {
        return Err(cursor.expected(":"));
    }
    let is_sum = cursor.takes("sum");
    if !is_sum && !cursor.takes("rows") {
        return Err(cursor.expected("rows, sum"));
    }
    let table = sql::name(cursor, "TABLE")?;
    let measure = if is_sum {
        if !cursor.takes_symbol(".") {
            return Err(cursor.expected("."));
        }
        Measure::Sum { column: sql::name(cursor, "COLUMN")? }
    } else {
        Measure::Rows
    };
    let operator = comparison(cursor)?;
    let value = sql::integer(cursor, "NUMBER")?;
    Ok(Command::Invariant(Invariant { name, table, measure, operator, value }))
}

/// As [`invariant`] reads it.
pub fn invariant_text(invariant: &Invariant) -> String {
    let Invariant { name, table, measure, operator, value } = invariant;
    let measured = match measure {
        Measure::Rows => format!("rows {table}"),
        Measure::Sum { column } => format!("sum {table}.{column}"),
    };
    format!("invariant {name}: {measured} {} {value}", operator_text(*operator))
}
