//! What a run tells: numbers, times, positions, and their texts.

use pitr_engine::script::parse_time;
use pitr_engine::types::{Lsn, Micros, Xid, Zone};
use std::fmt;

/// Something that a run tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    Number(i64),
    Time(Micros),
    Span(Micros),
    Lsn(Lsn),
    Xid(Xid),
    Text(String),
}

/// Why there is no such fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactError {
    /// It is not in the language above.
    Form { text: String },
    /// The run has no such thing.
    NoSuch { what: String },
    /// There is no such run.
    NoRun { run: String },
    /// A name in braces that nothing stands for, or that stands for itself.
    NoValue { name: String },
    /// A run cannot be carried out.
    Refused { why: String },
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactError::Form { text } => write!(f, "`{text}` is nothing that a run can be asked"),
            FactError::NoSuch { what } => write!(f, "the run has no {what}"),
            FactError::NoRun { run } => write!(f, "there is no run {run:?}"),
            FactError::NoValue { name } => write!(f, "there is no value {name:?}"),
            FactError::Refused { why } => write!(f, "the engine refuses it: {why}"),
        }
    }
}

impl Fact {
    /// As texts show it.
    pub fn text(&self, zone: Zone) -> String {
        match self {
            Fact::Number(number) => number.to_string(),
            Fact::Time(at) => zone.local(*at).clock(),
            Fact::Span(span) => spoken(*span),
            Fact::Lsn(lsn) => lsn.to_string(),
            Fact::Xid(xid) => xid.to_string(),
            Fact::Text(text) => text.clone(),
        }
    }

    /// What two facts are compared by.
    pub fn size(&self) -> Option<i128> {
        Some(match self {
            Fact::Number(number) => i128::from(*number),
            Fact::Time(at) | Fact::Span(at) => i128::from(at.0),
            Fact::Lsn(lsn) => i128::from(lsn.0),
            Fact::Xid(xid) => i128::from(xid.0),
            Fact::Text(_) => return None,
        })
    }

    /// A text that somebody typed, read as such a fact is written.
    pub fn read(text: &str, form: &str, now: Micros, zone: Zone) -> Option<Fact> {
        let text = text.trim();
        match form {
            "number" => text.parse().ok().map(Fact::Number),
            "xid" => text.parse().ok().map(|xid| Fact::Xid(Xid(xid))),
            "lsn" => text.parse().ok().map(Fact::Lsn),
            "time" => parse_time(text, now, zone).ok().map(Fact::Time),
            _ => None,
        }
    }
}

/// A duration as one says it.
fn spoken(span: Micros) -> String {
    let units = [("hour", Micros::HOUR.0), ("minute", Micros::MINUTE.0), ("second", Micros::SECOND.0)];
    let mut left = span.0.max(0);
    let mut parts = Vec::new();
    for (name, us) in units {
        let count = left / us;
        left %= us;
        if count > 0 {
            parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() { "less than a second".to_owned() } else { parts.join(" ") }
}
