//! What the project promises of itself, checked like anything else: the arrows between its crates, the purity of its engine, the
//! form of its files, the truth of its documents, the completeness of its languages.

mod arrows;
mod documents;
mod form;
mod fuzz;
mod hosts;
mod literals;
mod locales;
mod numbers;
mod purity;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file that git tracks, with its path from the root. What somebody is still writing is nobody's promise yet.
fn tracked() -> Vec<String> {
    let listed =
        Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git lists its files");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let files = String::from_utf8(listed.stdout).expect("paths are text");
    let files: Vec<String> = files.split('\0').filter(|file| !file.is_empty()).map(str::to_owned).collect();
    assert!(files.iter().any(|file| file == "Cargo.toml"), "git lists the workspace's files");
    files.into_iter().filter(|file| root().join(file).is_file()).collect()
}

/// The text of a tracked file, if it is text.
fn text(file: &str) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))).ok()
}

/// The tracked Rust files under these folders, with their texts.
fn rust_under(folders: &[&str]) -> Vec<(String, String)> {
    let within = |file: &String| file.ends_with(".rs") && folders.iter().any(|folder| file.starts_with(folder));
    let files: Vec<(String, String)> =
        tracked().into_iter().filter(within).filter_map(|file| Some((file.clone(), text(&file)?))).collect();
    assert!(!files.is_empty(), "there is Rust under {folders:?}");
    files
}

/// The source before its unit tests, which may do what the source may not.
fn before_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap_or(source)
}

/// Fails with every finding.
fn none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}
