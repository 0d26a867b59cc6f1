//! Numbers, instants and amounts are written in one place of the page, so that they look alike everywhere and a language can have its own.

use crate::literals::literals;
use crate::{before_tests, none, rust_under};

/// Where they are written.
const PLACE: &str = "web/src/format.rs";

/// Whether a literal lays down how a number is to look: `{:02}`, `{at:04X}`, `{share:.1}`.
fn shapes_a_number(literal: &str) -> bool {
    literal.split('{').skip(1).any(|rest| {
        let hole = rest.split('}').next().unwrap_or_default();
        hole.split_once(':').is_some_and(|(_, form)| {
            form.starts_with(|first: char| first == '.' || first.is_ascii_digit()) || form.ends_with(['x', 'X', 'e'])
        })
    })
}

#[test]
fn numbers_are_written_in_one_place() {
    let mut findings = Vec::new();
    for (file, source) in rust_under(&["web/src/"]) {
        if file == PLACE {
            continue;
        }
        let found = literals(before_tests(&source)).into_iter().filter(|literal| shapes_a_number(literal));
        findings.extend(found.map(|literal| format!("{file}: {literal:?} belongs into {PLACE}")));
    }
    none(findings);
}

#[test]
fn forms_are_told_from_other_texts() {
    for form in ["{:02}", "{at:04X}", "{share:.1} %", "{:x}"] {
        assert!(shapes_a_number(form), "{form}");
    }
    for other in ["{}", "{name} at {lsn}", "{:?}", "left:{x}", ".where > .where-lsn"] {
        assert!(!shapes_a_number(other), "{other}");
    }
}
