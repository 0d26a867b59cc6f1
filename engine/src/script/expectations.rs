//! What must hold, and what is to be seen: the claims of a golden test.
//!
//! `expect [live | recovered] table NAME rows N`, `expect ... row NAME (values)`, `expect ... no row NAME (values)`. Without saying which database, it is
//! the recovered one if a recovery came before, else the live one.
//!
//! `show WORDS` asks whoever carries the script out to print something there. What can be shown is the printer's to say: the words are kept as they are.

use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::sql;
use crate::types::Value;
use serde::{Deserialize, Serialize};

/// Something that must hold at its place in the script.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// Its line in the text, counted from 1.
    pub line: u32,
    /// How many of the script's commands come before it.
    pub after: u32,
    pub database: Database,
    pub claim: Claim,
}

/// Where a line stands is no part of what it says.
impl PartialEq for Expectation {
    fn eq(&self, other: &Expectation) -> bool {
        (self.after, self.database, &self.claim) == (other.after, other.database, &other.claim)
    }
}

/// The database that an expectation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Database {
    Live,
    /// What the last recovery gave.
    Recovered,
}

/// What is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claim {
    /// The table is there and has this many rows.
    Rows { table: String, rows: u64 },
    /// The table has a row of these values.
    Row { table: String, values: Vec<Value> },
    /// The table is there and has no row of these values.
    NoRow { table: String, values: Vec<Value> },
    /// Nothing is claimed: something is to be shown there.
    Shown { what: String },
}

/// Reads what stands behind `expect`.
pub(super) fn expectation(cursor: &mut Cursor<'_>, after: u32, recovered: bool) -> Result<Expectation, ScriptError> {
    let line = cursor.line_number();
    let database = if cursor.takes("live") {
        Database::Live
    } else if cursor.takes("recovered") {
        Database::Recovered
    } else {
        usual_database(recovered)
    };
    let claim = if cursor.takes("table") {
        let table = sql::name(cursor, "TABLE")?;
        cursor.keyword("rows")?;
        Claim::Rows { table, rows: count(cursor)? }
    } else {
        let no = cursor.takes("no");
        if !cursor.takes("row") {
            return Err(cursor.expected(if no { "row" } else { "table, row, no row" }));
        }
        let table = sql::name(cursor, "TABLE")?;
        let values = sql::row(cursor)?;
        if no { Claim::NoRow { table, values } } else { Claim::Row { table, values } }
    };
    cursor.finish()?;
    Ok(Expectation { line, after, database, claim })
}

/// Keeps what stands behind `show`.
pub(super) fn shown(cursor: &Cursor<'_>, after: u32) -> Expectation {
    let what = cursor.rest().trim().to_owned();
    Expectation { line: cursor.line_number(), after, database: Database::Live, claim: Claim::Shown { what } }
}

fn usual_database(recovered: bool) -> Database {
    if recovered { Database::Recovered } else { Database::Live }
}

fn count(cursor: &mut Cursor<'_>) -> Result<u64, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    if text.is_empty() {
        return Err(start.expected("NUMBER"));
    }
    let number = text.parse().ok().filter(|_| !text.starts_with('+'));
    number.ok_or_else(|| start.fault_over(text, Fault::BadNumber { text: clip(text), least: 0, most: u64::MAX.into() }))
}

/// As [`expectation`] reads it, with `expect`.
pub(super) fn expectation_text(expectation: &Expectation, recovered: bool) -> String {
    let database = match expectation.database {
        database if database == usual_database(recovered) => "",
        Database::Live => "live ",
        Database::Recovered => "recovered ",
    };
    let claim = match &expectation.claim {
        Claim::Rows { table, rows } => format!("table {table} rows {rows}"),
        Claim::Row { table, values } => format!("row {table} {}", sql::row_text(values)),
        Claim::NoRow { table, values } => format!("no row {table} {}", sql::row_text(values)),
        Claim::Shown { what } => return format!("show {what}").trim_end().to_owned(),
    };
    format!("expect {database}{claim}")
}
