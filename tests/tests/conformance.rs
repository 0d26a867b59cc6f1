//! The engine recovers to what a real PostgreSQL recovered to, in every recorded case.

#![cfg(not(target_arch = "wasm32"))]

use pitr_tests::conform;
use std::path::Path;

fn check(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let summary = conform::run(&[folder]);
    let lines: Vec<String> = summary.disagreements.iter().map(ToString::to_string).collect();
    assert!(summary.is_clean(), "{}\n{}\n{}", summary.unreadable.join("\n"), lines.join("\n"), summary.json());
    assert!(summary.recoveries > 0 && summary.agree == summary.recoveries, "{}", summary.json());
}

#[test]
fn two_timelines() {
    check("pg15");
}

#[test]
fn trees_of_timelines() {
    check("pg15-tree");
}

#[test]
fn equal_and_falling_timestamps() {
    check("pg15-clock");
}
