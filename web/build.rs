//! Cuts the language's file down to what the lab says: the sentences of the study come with the study.

use std::path::Path;
use std::{env, fs};

/// Families of keys that the study alone asks for.
const STUDY: [&str; 4] = ["charts.", "objective.", "quiz.", "study."];
const LANGUAGE: &str = "../locales/en.toml";

fn main() {
    println!("cargo::rerun-if-changed={LANGUAGE}");
    println!("cargo::rerun-if-changed=build.rs");
    let whole = fs::read_to_string(LANGUAGE).expect("locales/en.toml is there");
    let lab: Vec<&str> = whole
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| !STUDY.iter().any(|family| line.trim_start_matches('"').starts_with(family)))
        .collect();
    let folder = env::var_os("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&folder).join("lab.toml"), lab.join("\n")).expect("the folder can be written to");
}
