//! What must hold of a scenario's data, whatever happens: declared by its author, and asked of every server that a recovery makes.

use super::Comparison;
use serde::{Deserialize, Serialize};

/// A claim about a table of which a person, not the database, knows that it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invariant {
    pub name: String,
    pub table: String,
    pub measure: Measure,
    pub operator: Comparison,
    pub value: i64,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// How many rows the table has.
    Rows,
    /// The sum of an int column; NULL counts nothing.
    Sum { column: String },
}

impl Comparison {
    /// Whether it holds between two values.
    pub fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
        }
    }
}
