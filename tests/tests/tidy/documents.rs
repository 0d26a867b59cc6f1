//! Documents tell the truth about files and commands: what they name is there.

use crate::{none, root, text};

const DOCUMENTS: [&str; 2] = ["README.md", "ARCHITECTURE.md"];

/// What is built or installed and therefore is not there at first.
const MADE: [&str; 2] = ["dist", "target"];

/// Ends of file names, by which a name without a slash is known as a file's.
const ENDS: [&str; 11] = [".rs", ".md", ".toml", ".html", ".css", ".js", ".json", ".pitr", ".png", ".txt", "/"];

/// The words between backticks, and the targets of links and pictures.
fn named(document: &str) -> Vec<String> {
    let quoted = document.split('`').skip(1).step_by(2).filter(|word| !word.contains(char::is_whitespace));
    let linked = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    quoted.chain(linked).map(str::to_owned).collect()
}

/// Whether a word is meant as a path of this repository.
fn is_path(word: &str) -> bool {
    let begins_well = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '.' || c.is_ascii_uppercase());
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let first = word.split('/').next().unwrap_or_default();
    let is_ours = word.contains('/') && root().join(first).exists() && !first.is_empty();
    begins_well && is_plain && (is_ours || ENDS.iter().any(|end| word.ends_with(end)))
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut findings = Vec::new();
    for document in DOCUMENTS {
        let content = text(document).unwrap_or_else(|| panic!("{document} is text"));
        for word in named(&content).iter().filter(|word| is_path(word)) {
            let first = word.split('/').next().unwrap_or_default();
            if !MADE.contains(&first) && !root().join(word).exists() {
                findings.push(format!("{document} names {word}, which is not there"));
            }
        }
    }
    none(findings);
}

#[test]
fn every_command_that_a_document_names_exists() {
    let declared = text("xtask/src/main.rs").expect("is text");
    let mut findings = Vec::new();
    for document in DOCUMENTS {
        let content = text(document).unwrap_or_else(|| panic!("{document} is text"));
        for rest in content.split("cargo xtask ").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            if !name.is_empty() && !declared.contains(&format!("name: \"{name}\",")) {
                findings.push(format!("{document} names `cargo xtask {name}`, which there is not"));
            }
        }
    }
    none(findings);
}

#[test]
fn architecture_stays_short() {
    let lines = text("ARCHITECTURE.md").expect("is text").lines().count();
    assert!(lines < 300, "ARCHITECTURE.md has {lines} lines: a map is read in one go");
}
