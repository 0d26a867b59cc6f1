//! Targets of a recovery as people write them: a kind and a text.

use super::errors::clip;
use super::times::{TimeTextError, parse_time};
use crate::cluster::Target;
use crate::types::{Lsn, Micros, Xid, Zone};

/// A text is not a target of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetTextError {
    Time(TimeTextError),
    /// Two hex numbers of up to eight digits and a slash between.
    Lsn {
        text: String,
    },
    /// A number from 1 to 4294967295.
    Xid {
        text: String,
    },
    /// A restore point has a name.
    EmptyName,
    /// There is no such kind.
    Kind {
        kind: String,
    },
}

impl TargetTextError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            TargetTextError::Time(error) => error.code(),
            TargetTextError::Lsn { .. } => "bad_lsn",
            TargetTextError::Xid { .. } => "bad_xid",
            TargetTextError::EmptyName => "empty_name",
            TargetTextError::Kind { .. } => "unknown_target_kind",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            TargetTextError::Time(error) => error.params(),
            TargetTextError::Lsn { text } | TargetTextError::Xid { text } => vec![("text", text.clone())],
            TargetTextError::EmptyName => Vec::new(),
            TargetTextError::Kind { kind } => vec![("kind", kind.clone()), ("kinds", KINDS.join(", "))],
        }
    }
}

/// The kinds of targets, as the language names them.
pub(super) const KINDS: [&str; 6] = ["time", "lsn", "xid", "name", "immediate", "end"];

/// The target of a kind (`time`, `lsn`, `xid`, `name`, `immediate`, `end`) that a text means, as typed into a box: without quotes. `immediate` and `end` have no text.
pub fn parse_target(kind: &str, text: &str, now: Micros, zone: Zone) -> Result<Target, TargetTextError> {
    let text = text.trim();
    match kind {
        "time" => parse_time(text, now, zone).map(Target::Time).map_err(TargetTextError::Time),
        "lsn" => text.parse().map(Target::Lsn).map_err(|_| TargetTextError::Lsn { text: clip(text) }),
        "xid" => parse_xid(text).map(Target::Xid).ok_or_else(|| TargetTextError::Xid { text: clip(text) }),
        "name" if text.is_empty() => Err(TargetTextError::EmptyName),
        "name" => Ok(Target::Name(text.to_owned())),
        "immediate" => Ok(Target::Immediate),
        "end" => Ok(Target::End),
        _ => Err(TargetTextError::Kind { kind: clip(kind) }),
    }
}

/// A number from 1 up; 0 is no transaction.
fn parse_xid(text: &str) -> Option<Xid> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|xid| is_number && *xid != 0).map(Xid)
}

/// A target's kind and its text: what [`parse_target`] reads.
pub(super) fn target_text(target: &Target, zone: Zone) -> (&'static str, String) {
    match target {
        Target::Time(instant) => ("time", super::times::time_text(*instant, zone)),
        Target::Lsn(Lsn(lsn)) => ("lsn", Lsn(*lsn).to_string()),
        Target::Xid(xid) => ("xid", xid.to_string()),
        Target::Name(name) => ("name", name.clone()),
        Target::Immediate => ("immediate", String::new()),
        Target::End => ("end", String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, text: &str, expected: Result<Target, &str>) {
        let target = parse_target(kind, text, Micros::of_date(2026, 3, 4).unwrap() + Micros::HOUR, Zone::default());
        assert_eq!(target.map_err(|error| error.code()), expected, "{kind} {text:?}");
    }

    #[test]
    fn what_is_typed_into_a_box() {
        check("time", " 00:59:59 ", Ok(Target::Time(Micros::of_date(2026, 3, 4).unwrap() + Micros::seconds(3599))));
        check("time", "00:59:61", Err("no_such_clock"));
        check("time", "", Err("bad_time"));
        check("lsn", "0/3a40", Ok(Target::Lsn(Lsn(0x3A40))));
        check("lsn", "3A40", Err("bad_lsn"));
        check("xid", "113", Ok(Target::Xid(Xid(113))));
        for text in ["", "0", "+113", "-1", "4294967296", "one"] {
            check("xid", text, Err("bad_xid"));
        }
        check("name", "before the import", Ok(Target::Name("before the import".to_owned())));
        check("name", " ", Err("empty_name"));
        check("end", "", Ok(Target::End));
        check("never", "", Err("unknown_target_kind"));
    }
}
