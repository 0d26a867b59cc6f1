//! WHERE: comparisons of a column with a literal, and whether it is NULL, joined by AND and OR. AND binds tighter; parentheses say otherwise.
//!
//! A filter is a tree that others walk by recursion, so that both its depth and its number of comparisons are bounded here.

use super::cursor::{Cursor, Token};
use super::errors::{Fault, ScriptError};
use super::sql;
use super::statements::needs_whole;
use crate::cluster::{Comparison, Filter};

/// The most parentheses in parentheses.
const MAX_NESTING: usize = 32;

/// The most comparisons of one filter, and so the greatest depth of its tree.
const MAX_CONDITIONS: usize = 100;

/// `[WHERE ...]`
pub(super) fn filter(cursor: &mut Cursor<'_>) -> Result<Option<Filter>, ScriptError> {
    if !cursor.takes("where") {
        return Ok(None);
    }
    let mut reader = Reader { cursor: *cursor, nesting: 0, conditions: 0 };
    let filter = reader.any()?;
    *cursor = reader.cursor;
    Ok(Some(filter))
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    nesting: usize,
    conditions: usize,
}

impl Reader<'_> {
    /// `... OR ...`
    fn any(&mut self) -> Result<Filter, ScriptError> {
        let mut left = self.all()?;
        while self.cursor.takes("or") {
            left = Filter::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    /// `... AND ...`
    fn all(&mut self) -> Result<Filter, ScriptError> {
        let mut left = self.one()?;
        while self.cursor.takes("and") {
            left = Filter::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    /// A comparison, or a filter in parentheses.
    fn one(&mut self) -> Result<Filter, ScriptError> {
        let start = self.cursor;
        if !self.cursor.takes_symbol("(") {
            return self.comparison();
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(start.fault_over("(", Fault::NestingTooDeep { limit: MAX_NESTING }));
        }
        let inner = self.any()?;
        if !self.cursor.takes_symbol(")") {
            return Err(self.cursor.expected(")"));
        }
        self.nesting -= 1;
        Ok(inner)
    }

    /// `column operator literal`, or `column IS [NOT] NULL`
    fn comparison(&mut self) -> Result<Filter, ScriptError> {
        let start = self.cursor;
        let column = sql::name(&mut self.cursor, "COLUMN")?;
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(start.fault_over(&column, Fault::TooManyConditions { limit: MAX_CONDITIONS }));
        }
        let before_operator = self.cursor;
        if self.cursor.takes("is") {
            if !crate::WHOLE {
                return Err(needs_whole(&before_operator));
            }
            let null = !self.cursor.takes("not");
            self.cursor.keyword("NULL")?;
            return Ok(Filter::Null { column, null });
        }
        let operator = comparison(&mut self.cursor)?;
        Ok(Filter::Compare { column, operator, value: sql::literal(&mut self.cursor)? })
    }
}

/// `= <> < <= > >=`
pub(super) fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, ScriptError> {
    let start = *cursor;
    Ok(match cursor.token()? {
        Token::Symbol("=") => Comparison::Equal,
        Token::Symbol("<>" | "!=") => Comparison::NotEqual,
        Token::Symbol("<") => Comparison::Less,
        Token::Symbol("<=") => Comparison::LessOrEqual,
        Token::Symbol(">") => Comparison::Greater,
        Token::Symbol(">=") => Comparison::GreaterOrEqual,
        _ => return Err(start.expected("= <> < <= > >=")),
    })
}

/// As [`filter`] reads it, without the WHERE.
pub(super) fn filter_text(filter: &Filter) -> String {
    match filter {
        Filter::Compare { column, operator, value } => format!("{column} {} {value}", operator_text(*operator)),
        Filter::Null { column, null: true } => format!("{column} IS NULL"),
        Filter::Null { column, null: false } => format!("{column} IS NOT NULL"),
        Filter::And(left, right) => {
            let left = wrapped(left, matches!(**left, Filter::Or(..)));
            format!("{left} AND {}", wrapped(right, matches!(**right, Filter::And(..) | Filter::Or(..))))
        }
        Filter::Or(left, right) => {
            format!("{} OR {}", filter_text(left), wrapped(right, matches!(**right, Filter::Or(..))))
        }
    }
}

fn wrapped(filter: &Filter, wrap: bool) -> String {
    let text = filter_text(filter);
    if wrap { format!("({text})") } else { text }
}

pub(super) fn operator_text(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
