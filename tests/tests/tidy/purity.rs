//! The engine, the lessons and the forms of what authors write are pure: the same commands make the same bytes, on every machine.

use crate::{before_tests, none, rust_under};

/// What would bring in a clock, a file, a thread, chance, or arithmetic that differs from machine to machine.
const FORBIDDEN: [(&str, &str); 17] = [
    ("Instant::now", "a clock"),
    ("SystemTime", "a clock"),
    ("std::fs", "files"),
    ("std::net", "the network"),
    ("std::thread", "threads"),
    ("std::env", "the environment"),
    ("std::process", "processes"),
    ("HashMap", "an order that differs from run to run"),
    ("HashSet", "an order that differs from run to run"),
    ("RandomState", "chance"),
    ("rand::", "chance"),
    (".powf(", "arithmetic that differs between machines"),
    (".exp(", "arithmetic that differs between machines"),
    (".ln(", "arithmetic that differs between machines"),
    (".log10(", "arithmetic that differs between machines"),
    (".sin(", "arithmetic that differs between machines"),
    ("usize::to_le_bytes", "a width that differs between machines"),
];

#[test]
fn the_engine_is_pure() {
    let mut findings = Vec::new();
    for (file, source) in rust_under(&["engine/src/", "lessons/src/", "authoring/src/"]) {
        // Only where lessons are read from a disk is there a disk.
        if file.ends_with("tests.rs") || file == "authoring/src/reading/folders.rs" {
            continue;
        }
        for (number, line) in before_tests(&source).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let found = FORBIDDEN.iter().filter(|(word, _)| code.contains(word));
            findings.extend(found.map(|(word, why)| format!("{file}:{}: {word} brings in {why}", number + 1)));
        }
    }
    none(findings);
}

#[test]
fn no_crate_of_ours_is_unsafe() {
    let crates = [
        "engine/src/lib.rs",
        "authoring/src/lib.rs",
        "lessons/src/lib.rs",
        "protocol/src/lib.rs",
        "tests/src/lib.rs",
        "xtask/src/lib.rs",
    ];
    let is_safe = |file: &&str| crate::text(file).is_some_and(|source| source.contains("#![forbid(unsafe_code)]"));
    none(
        crates.iter().filter(|file| !is_safe(file)).map(|file| format!("{file} does not forbid unsafe code")).collect(),
    );
}
