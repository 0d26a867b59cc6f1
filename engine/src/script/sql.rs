//! The SQL of the language: one table at a time, no joins.

use super::amounts::parse_duration;
use super::cursor::{Cursor, Token};
use super::errors::{Fault, ScriptError, clip};
use super::filters::filter;
use super::operators::number;
use super::statements::needs_whole;
use crate::cluster::{Assignment, Command, Expression};
use crate::types::{Column, ColumnType, Value};

/// Words that no table or column is called.
const RESERVED: [&str; 17] = [
    "and", "create", "delete", "false", "from", "insert", "into", "null", "or", "primary", "select", "set", "table",
    "true", "update", "values", "where",
];

/// `TABLE name (column type [PRIMARY KEY], ...)`
fn create_table(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.keyword("TABLE")?;
    let table = name(cursor, "NAME")?;
    open(cursor)?;
    let mut columns: Vec<Column> = Vec::new();
    loop {
        let start = *cursor;
        let name = name(cursor, "COLUMN")?;
        if columns.iter().any(|column| column.name == name) {
            return Err(start.fault_over(&name, Fault::ColumnTwice { column: clip(&name) }));
        }
        let kind = column_type(cursor)?;
        columns.push(Column { name, kind });
        if columns.len() == 1 && cursor.takes("primary") {
            cursor.keyword("KEY")?;
        }
        if !another(cursor)? {
            return Ok(Command::CreateTable { table, columns });
        }
    }
}

fn column_type(cursor: &mut Cursor<'_>) -> Result<ColumnType, ScriptError> {
    const NAMES: [(&str, ColumnType); 7] = [
        ("int", ColumnType::Int),
        ("integer", ColumnType::Int),
        ("text", ColumnType::Text),
        ("bool", ColumnType::Bool),
        ("boolean", ColumnType::Bool),
        ("timestamp", ColumnType::Timestamp),
        ("timestamptz", ColumnType::Timestamp),
    ];
    let found = NAMES.iter().find(|(name, _)| cursor.takes(name));
    found.map(|(_, kind)| *kind).ok_or_else(|| cursor.expected("int, text, bool, timestamp"))
}

/// `INTO table [(column, ...)] VALUES (value, ...), ...`
pub(super) fn insert(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.keyword("INTO")?;
    let table = name(cursor, "TABLE")?;
    let columns = if cursor.takes_symbol("(") { Some(column_list(cursor)?) } else { None };
    cursor.keyword("VALUES")?;
    let mut width = columns.as_ref().map(Vec::len);
    let mut rows = Vec::new();
    loop {
        let start = *cursor;
        let row = row(cursor)?;
        let expected = *width.get_or_insert(row.len());
        if row.len() != expected {
            let covered = start.rest().len() - cursor.rest().len();
            let covered = start.rest().get(..covered).unwrap_or_default().trim_end();
            return Err(start.fault_over(covered, Fault::ValueCount { found: row.len(), expected }));
        }
        rows.push(row);
        if !cursor.takes_symbol(",") {
            return Ok(Command::Insert { table, columns, rows });
        }
    }
}

/// `column, ...)`
fn column_list(cursor: &mut Cursor<'_>) -> Result<Vec<String>, ScriptError> {
    let mut columns = Vec::new();
    loop {
        let start = *cursor;
        let column = name(cursor, "COLUMN")?;
        if columns.contains(&column) {
            return Err(start.fault_over(&column, Fault::ColumnTwice { column: clip(&column) }));
        }
        columns.push(column);
        if !another(cursor)? {
            return Ok(columns);
        }
    }
}

/// `(value, ...)`
pub(super) fn row(cursor: &mut Cursor<'_>) -> Result<Vec<Value>, ScriptError> {
    open(cursor)?;
    let mut values = Vec::new();
    loop {
        values.push(literal(cursor)?);
        if !another(cursor)? {
            return Ok(values);
        }
    }
}

/// As [`row`] reads it.
pub(super) fn row_text(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    format!("({})", values.join(", "))
}

/// `table SET column = value | column = column +- number, ... [WHERE ...]`
pub(super) fn update(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let table = name(cursor, "TABLE")?;
    cursor.keyword("SET")?;
    let mut set: Vec<Assignment> = Vec::new();
    loop {
        let start = *cursor;
        let column = name(cursor, "COLUMN")?;
        if set.iter().any(|assignment| assignment.column == column) {
            return Err(start.fault_over(&column, Fault::ColumnTwice { column: clip(&column) }));
        }
        if !cursor.takes_symbol("=") {
            return Err(cursor.expected("="));
        }
        let value = expression(cursor)?;
        set.push(Assignment { column, value });
        if !cursor.takes_symbol(",") {
            return Ok(Command::Update { table, set, filter: filter(cursor)? });
        }
    }
}

/// A literal, or `column + number`, or `column - number`.
fn expression(cursor: &mut Cursor<'_>) -> Result<Expression, ScriptError> {
    let is_column = { *cursor }.token().is_ok_and(|token| matches!(token, Token::Name(word) if !is_literal(word)));
    if !is_column {
        return literal(cursor).map(Expression::Literal);
    }
    let column = name(cursor, "VALUE")?;
    let negative = !cursor.takes_symbol("+");
    if negative && !cursor.takes_symbol("-") {
        return Err(cursor.expected("+, -"));
    }
    let start = *cursor;
    let number = integer(cursor, "NUMBER")?;
    let plus = if negative { number.checked_neg() } else { Some(number) };
    plus.map(|plus| Expression::ColumnPlus { column, plus })
        .ok_or_else(|| start.fault_over(start.rest(), bad_integer(start.rest())))
}

/// `FROM table [WHERE ...]`
pub(super) fn delete(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.keyword("FROM")?;
    Ok(Command::Delete { table: name(cursor, "TABLE")?, filter: filter(cursor)? })
}

/// Nothing, or `[TRANSACTION] [ISOLATION LEVEL READ COMMITTED | REPEATABLE READ]`
pub(super) fn begin(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.takes("transaction");
    if !cursor.takes("isolation") {
        return Ok(Command::Begin);
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    cursor.keyword("LEVEL")?;
    if cursor.takes("repeatable") {
        cursor.keyword("READ")?;
        return Ok(Command::BeginRepeatableRead);
    }
    if !cursor.takes("read") {
        return Err(cursor.expected("READ COMMITTED, REPEATABLE READ"));
    }
    cursor.keyword("COMMITTED")?;
    Ok(Command::Begin)
}

/// Nothing, or `TO [SAVEPOINT] name`
pub(super) fn rollback(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if cursor.is_at_end() {
        return Ok(Command::Rollback);
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    cursor.keyword("TO")?;
    cursor.takes_word("savepoint");
    Ok(Command::RollbackTo { name: name(cursor, "NAME")? })
}

/// `[SAVEPOINT] name`
pub(super) fn release(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.takes_word("savepoint");
    Ok(Command::Release { name: name(cursor, "NAME")? })
}

/// `TABLE table ADD [COLUMN] column type`
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.keyword("TABLE")?;
    let table = name(cursor, "TABLE")?;
    cursor.keyword("ADD")?;
    cursor.takes("column");
    let name = name(cursor, "COLUMN")?;
    Ok(Command::AddColumn { table, column: Column { name, kind: column_type(cursor)? } })
}

/// `[TABLE] table`
pub(super) fn truncate(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.takes_word("table");
    Ok(Command::Truncate { table: name(cursor, "TABLE")? })
}

/// `TABLE table`
pub(super) fn drop_table(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    cursor.keyword("TABLE")?;
    Ok(Command::DropTable { table: name(cursor, "TABLE")? })
}

/// `TABLE ...`, or `SEQUENCE name [START number] [INCREMENT number]`
pub(super) fn create(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if !cursor.takes_word("sequence") {
        return create_table(cursor);
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    let name = name(cursor, "NAME")?;
    let start = if cursor.takes_word("start") { integer(cursor, "NUMBER")? } else { 1 };
    let increment = if cursor.takes_word("increment") { integer(cursor, "NUMBER")? } else { 1 };
    Ok(Command::CreateSequence { name, start, increment })
}

/// `lock_timeout [= | TO] 'duration'`, or `0`
pub(super) fn set(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if cursor.takes("synchronous_commit") {
        return super::commits::set(cursor);
    }
    if !cursor.takes("lock_timeout") {
        return Err(cursor.expected("lock_timeout, synchronous_commit"));
    }
    if !cursor.takes_symbol("=") {
        cursor.takes("to");
    }
    let start = *cursor;
    let text = match cursor.token()? {
        Token::Text(text) => text,
        Token::Number("0") => "0s".to_owned(),
        _ => return Err(start.expected("'5s', 0")),
    };
    match parse_duration(&text) {
        Some(timeout) => Ok(Command::SetLockTimeout { timeout }),
        None => Err(start.fault_over(start.rest(), Fault::BadDuration { text: clip(&text) })),
    }
}

/// `sequence [count]`
pub(super) fn next_value(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let sequence = name(cursor, "NAME")?;
    let count = if cursor.is_at_end() { 1 } else { number(cursor, MOST_DRAWN)? as u32 };
    Ok(Command::NextValue { sequence, count })
}

/// The most values that one statement draws.
const MOST_DRAWN: u64 = 1_000_000;

/// `* FROM table [WHERE ...]`
pub(super) fn select(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if !cursor.takes_symbol("*") {
        return Err(cursor.expected("*"));
    }
    cursor.keyword("FROM")?;
    Ok(Command::Select { table: name(cursor, "TABLE")?, filter: filter(cursor)? })
}

/// The name of a table or column, in lower case.
pub(super) fn name(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<String, ScriptError> {
    let start = *cursor;
    match cursor.token() {
        Ok(Token::Name(name)) if !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)) => {
            Ok(name.to_ascii_lowercase())
        }
        _ => Err(start.expected(expected)),
    }
}

/// `7`, `-7`, `'Grace'`, `true`, `false`, `NULL`
pub(super) fn literal(cursor: &mut Cursor<'_>) -> Result<Value, ScriptError> {
    let mut ahead = *cursor;
    let value = match ahead.token()? {
        Token::Text(text) => Value::Text(text),
        Token::Name(name) if name.eq_ignore_ascii_case("null") => Value::Null,
        Token::Name(name) if name.eq_ignore_ascii_case("true") => Value::Bool(true),
        Token::Name(name) if name.eq_ignore_ascii_case("false") => Value::Bool(false),
        Token::Number(_) | Token::Symbol("-" | "+") => return integer(cursor, "VALUE").map(Value::Int),
        _ => return Err(cursor.expected("VALUE")),
    };
    *cursor = ahead;
    Ok(value)
}

fn is_literal(word: &str) -> bool {
    ["null", "true", "false"].iter().any(|literal| literal.eq_ignore_ascii_case(word))
}

/// A whole number with or without a sign.
pub(super) fn integer(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<i64, ScriptError> {
    let start = *cursor;
    let sign = if cursor.takes_symbol("-") {
        "-"
    } else {
        cursor.takes_symbol("+");
        ""
    };
    let behind_sign = *cursor;
    match cursor.token() {
        Ok(Token::Number(digits)) => {
            let text = format!("{sign}{digits}");
            text.parse().map_err(|_| start.fault_over(&text, bad_integer(&text)))
        }
        _ => Err(behind_sign.expected(if sign.is_empty() { expected } else { "NUMBER" })),
    }
}

fn bad_integer(text: &str) -> Fault {
    Fault::BadNumber { text: clip(text), least: i64::MIN.into(), most: i64::MAX.into() }
}

fn open(cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    if cursor.takes_symbol("(") { Ok(()) } else { Err(cursor.expected("(")) }
}

/// Whether a list goes on: a comma, or its closing parenthesis.
fn another(cursor: &mut Cursor<'_>) -> Result<bool, ScriptError> {
    let more = cursor.takes_symbol(",");
    if more || cursor.takes_symbol(")") { Ok(more) } else { Err(cursor.expected(", )")) }
}
