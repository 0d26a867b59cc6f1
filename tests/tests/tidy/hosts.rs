//! No tracked file knows on which machine it was made, or from where that machine had its packages.

use crate::{none, text, tracked};

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Put together, so that this file does not find itself.
    let mut marks: Vec<String> = ["root", "home", "work", "Users"].iter().map(|folder| format!("/{folder}/")).collect();
    marks.extend(["npmjs", "pypi", "yarnpkg", "npmmirror"].iter().map(|name| format!("{name}.")));
    marks.push(format!("static.crates{}", ".io"));
    let mut findings = Vec::new();
    for file in tracked() {
        let Some(content) = text(&file) else { continue };
        for (number, line) in content.lines().enumerate() {
            let found = marks.iter().filter(|mark| line.contains(*mark));
            findings.extend(found.map(|mark| format!("{file}:{}: {mark}", number + 1)));
        }
    }
    none(findings);
}

#[test]
fn every_locked_crate_is_the_public_one() {
    let lock = text("Cargo.lock").expect("is text");
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    none(sources.filter(|line| *line != public).map(|line| format!("Cargo.lock: {line}")).collect());
}

#[test]
fn the_lock_of_npm_names_no_place() {
    let lock = text("tests/e2e/package-lock.json").expect("is text");
    assert!(lock.contains("\"integrity\"") && !lock.contains("\"resolved\""), "{lock}");
}
