//! Arrows between the crates point one way: web -> protocol <- worker -> lessons -> engine and authoring, and only web and worker know of a browser.

use crate::{none, root};
use std::process::Command;

const BROWSER: [&str; 7] = ["wasm-bindgen", "js-sys", "web-sys", "yew", "gloo-events", "gloo-render", "gloo-timers"];
const CLOCK: [&str; 7] = ["chrono", "time", "jiff", "humantime", "web-time", "instant", "tokio"];
const CHANCE: [&str; 6] = ["getrandom", "rand", "rand_core", "fastrand", "oorandom", "uuid"];

/// The crates that a crate reaches by its normal dependencies, natively or in Wasm.
fn reached(package: &str) -> Vec<String> {
    let mut names = Vec::new();
    for wasm in [false, true] {
        let mut tree = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        tree.current_dir(root()).args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        if wasm {
            tree.args(["--target", "wasm32-unknown-unknown"]);
        }
        let tree = tree.output().expect("cargo can be started");
        assert!(tree.status.success(), "cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
        let lines = String::from_utf8_lossy(&tree.stdout).into_owned();
        names.extend(lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned));
    }
    assert!(names.iter().any(|name| name == package), "cargo tree shows {package}");
    names.sort();
    names.dedup();
    names
}

#[test]
fn arrows_point_one_way() {
    let pure = || BROWSER.iter().chain(&CLOCK).chain(&CHANCE).copied();
    let forbidden: [(&str, Vec<&str>); 7] = [
        (
            "pitr-engine",
            pure().chain(["pitr-authoring", "pitr-lessons", "pitr-protocol", "pitr-worker", "pitr-web"]).collect(),
        ),
        (
            "pitr-authoring",
            pure().chain(["pitr-engine", "pitr-lessons", "pitr-protocol", "pitr-worker", "pitr-web"]).collect(),
        ),
        // No parser of what authors write reaches a browser.
        ("pitr-lab", vec!["pulldown-cmark", "toml"]),
        ("pitr-lessons", pure().chain(["pitr-protocol", "pitr-worker", "pitr-web"]).collect()),
        (
            "pitr-protocol",
            pure().chain(["pitr-engine", "pitr-authoring", "pitr-lessons", "pitr-worker", "pitr-web"]).collect(),
        ),
        ("pitr-worker", CHANCE.iter().copied().chain(["pitr-web", "pitr-lab", "yew"]).collect()),
        ("pitr-web", vec!["pitr-engine", "pitr-authoring", "pitr-lessons", "pitr-worker"]),
    ];
    let mut findings = Vec::new();
    for (package, forbidden) in forbidden {
        let reached = reached(package);
        let wrong = forbidden.iter().filter(|name| reached.iter().any(|reached| reached == *name));
        findings.extend(wrong.map(|name| format!("{package} reaches {name}")));
    }
    none(findings);
}

#[test]
fn the_pinned_crates_match_the_pinned_tools() {
    let tools = crate::text("xtask/src/tools.rs").expect("is text");
    let pinned =
        tools.split("package: \"wasm-bindgen-cli\", version: \"").nth(1).and_then(|rest| rest.split('"').next());
    let locked = crate::text("Cargo.lock").expect("is text");
    let locked = locked.split("name = \"wasm-bindgen\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(pinned, locked, "xtask installs the wasm-bindgen that Cargo.lock names");
    assert!(pinned.is_some());
}
