//! The form of a file: it says what it is for, and has one subject.

use crate::{none, rust_under, text, tracked};

/// The most lines that a file may have, content and data aside.
const LINES_MAX: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

#[test]
fn every_module_says_what_it_is_for() {
    let all = rust_under(&[""]);
    none(
        all.iter()
            .filter(|(_, source)| !source.starts_with("//! "))
            .map(|(file, _)| format!("{file} does not open with //!"))
            .collect(),
    );
}

#[test]
fn no_file_has_grown_a_second_subject() {
    let mut findings = Vec::new();
    for file in tracked() {
        let is_source = [".rs", ".js", ".css", ".html"].iter().any(|end| file.ends_with(end));
        let may_be_longer = LONGER.iter().any(|(longer, _)| *longer == file);
        let lines = if is_source { text(&file).map_or(0, |text| text.lines().count()) } else { 0 };
        if lines > LINES_MAX && !may_be_longer {
            findings.push(format!("{file} has {lines} lines, {LINES_MAX} are allowed: which second subject moved in?"));
        }
    }
    none(findings);
}

#[test]
fn nothing_is_left_unfinished_or_unsaid() {
    let mut findings = Vec::new();
    // Put together, so that this file does not find itself.
    let marks = ["TO", "FIX", "XX"].map(|begin| {
        format!(
            "{begin}{}",
            if begin == "TO" {
                "DO"
            } else if begin == "FIX" {
                "ME"
            } else {
                "X"
            }
        )
    });
    for (file, source) in rust_under(&[""]) {
        for (number, line) in source.lines().enumerate() {
            let found =
                marks.iter().filter(|mark| line.split(|c: char| !c.is_alphanumeric()).any(|word| word == *mark));
            findings.extend(found.map(|mark| format!("{file}:{}: {mark}", number + 1)));
            if line.trim_start().starts_with("//! In the making") {
                findings.push(format!("{file}:{}: a module that is still to be written", number + 1));
            }
        }
    }
    none(findings);
}
