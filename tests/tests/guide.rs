//! The authors' guide tells no lies: its example of a scenario is carried out, and what it names is there.

use pitr_tests::carried::carry_out;
use std::path::{Path, PathBuf};

fn guide(page: &str) -> String {
    let file = root().join("docs/guide/src").join(page);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn its_scenario_does_what_it_expects() {
    let page = guide("scenarios.md");
    let example =
        page.split("```pitr\n").nth(1).and_then(|rest| rest.split("```").next()).expect("there is an example");
    let carried = carry_out(example).expect("it can be carried out");
    assert_eq!(carried.script.expectations.len(), 3);
    assert_eq!(carried.unmet(), Vec::<String>::new());
}

#[test]
fn the_element_has_what_the_guide_names() {
    let (page, messages) = (guide("embedding.md"), guide("messages.md"));
    let element = std::fs::read_to_string(root().join("embed/embed.js")).expect("the element is there");
    let types = std::fs::read_to_string(root().join("embed/embed.d.ts")).expect("its types are there");
    let rules =
        element.split("const RULES = {").nth(1).and_then(|rest| rest.split("\n};").next()).expect("it has rules");
    let attributes = rules.lines().filter_map(|line| line.trim().split_once(": [")).map(|(name, _)| name);
    let mut count = 0;
    for attribute in attributes {
        assert!(page.contains(&format!("`{attribute}`")), "the guide tells of {attribute}");
        count += 1;
    }
    assert_eq!(count, 12);
    for event in ["ready", "step", "recovered", "answered", "error"] {
        assert!(
            page.contains(&format!("| `{event}` |")) && types.contains(&format!("  {event}: CustomEvent")),
            "{event}"
        );
    }
    let frame = std::fs::read_to_string(root().join("web/js/frame.js")).expect("the frame's script is there");
    let kinds = frame.split("\"kind is one of ").nth(1).and_then(|rest| rest.split('"').next()).expect("it has kinds");
    for kind in kinds.split(", ") {
        assert!(messages.contains(&format!("`{kind}`")), "the guide tells of {kind}");
    }
}

#[test]
fn its_pages_are_in_its_table() {
    let summary = guide("SUMMARY.md");
    let pages = std::fs::read_dir(root().join("docs/guide/src")).expect("there are pages").flatten();
    for page in pages.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        assert!(page == "SUMMARY.md" || summary.contains(&format!("({page})")), "{page} is in no table");
    }
}
