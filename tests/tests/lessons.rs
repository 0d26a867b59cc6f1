//! The shipped lessons are sound, and the checker tells whatever can be wrong with one by file, line and remedy.

#![cfg(not(target_arch = "wasm32"))]

use pitr_authoring::reading::lesson::Fault;
use pitr_lessons::lesson::{Given, Staged, lessons};
use pitr_tests::content::{check, counts};
use std::fs;
use std::path::{Path, PathBuf};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/content")
}

#[test]
fn the_shipped_lessons_are_sound() {
    let checked = check(&shipped());
    assert_eq!(checked.faults, []);
    assert!(!checked.lessons.is_empty());
    // What the build has stored is what lies there.
    assert_eq!(lessons(), checked.lessons);
    assert!(
        counts(&checked, 2, 16, 0)
            .starts_with(&format!("{{\"lessons\":{},\"questions\":2,\"templates\":16,", checked.lessons.len()))
    );
}

#[test]
fn texts_are_complete_under_any_seed() {
    for lesson in lessons() {
        for seed in [0, 3, 77] {
            let staged = Staged::new(lesson, seed).unwrap();
            for section in &lesson.sections {
                for blocks in [&section.predict, &section.observe, &section.explain] {
                    let text = format!("{:?}", staged.text(blocks).unwrap());
                    assert!(!text.contains("{}") && !text.contains("{ }"), "{}: {text}", lesson.front.id);
                }
            }
        }
    }
}

#[test]
fn another_seed_is_another_history_with_the_same_answers() {
    let lesson = lessons().iter().find(|lesson| lesson.front.id == "one-bad-write").unwrap();
    let told = |seed| {
        let staged = Staged::new(lesson, seed).unwrap();
        let right = (0..3).map(|option| staged.judge(0, &Given::Option(option)).unwrap().right).collect::<Vec<_>>();
        (staged.value("delete_time").unwrap(), right)
    };
    assert_eq!(told(0), ("03:00:00".to_owned(), vec![false, false, true]));
    let (time, right) = told(5);
    assert_ne!(time, "03:00:00");
    assert_eq!(right, [false, false, true]);
}

/// A copy of the shipped content in which one file's words are others, checked.
fn spoilt(name: &str, file: &str, from: &str, to: &str) -> Vec<Fault> {
    changed(name, file, |text| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    })
}

/// A copy of the shipped content in which one file has been changed, checked.
fn changed(name: &str, file: &str, change: impl Fn(&str) -> Vec<u8>) -> Vec<Fault> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("content-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let lesson = folder.join("lessons/one-bad-write");
    fs::create_dir_all(&lesson).unwrap();
    fs::create_dir_all(folder.join("scenarios")).unwrap();
    fs::create_dir_all(folder.join("glossary")).unwrap();
    for copied in [
        "concepts.txt",
        "glossary/en.toml",
        "scenarios/worked-example.pitr",
        "lessons/one-bad-write/lesson.md",
        "lessons/one-bad-write/steps.toml",
    ] {
        fs::copy(shipped().join(copied), folder.join(copied)).unwrap();
    }
    let path = lesson.join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(&text)).unwrap();
    check(&folder).faults
}

/// What the checker says first, of which file and line.
fn first(name: &str, file: &str, from: &str, to: &str) -> (String, usize, String) {
    let faults = spoilt(name, file, from, to);
    let fault = faults.first().unwrap_or_else(|| panic!("{name}: nothing is said of {to:?}"));
    assert!(!fault.remedy.is_empty(), "{fault}");
    let file = fault.file.file_name().unwrap().to_string_lossy().into_owned();
    (file, fault.line, fault.what.clone())
}

#[test]
fn what_is_wrong_with_the_front_matter() {
    let said = |name: &str, from: &str, to: &str| first(name, "lesson.md", from, to).2;
    assert!(said("matter", "+++\nid", "id").contains("no front matter"));
    assert!(said("schema", "minutes = 5", "minutes = \"five\"").contains("invalid type"));
    assert!(said("key", "minutes = 5", "minutes = 5\nlenght = 3").contains("unknown field"));
    assert!(said("id", "id = \"one-bad-write\"", "id = \"two\"").contains("not the folder's name"));
    assert!(said("concept", "\"redo\"", "\"undo\"").contains("no concept"));
    assert!(said("before", "scenario =", "prerequisites = [\"none\"]\nscenario =").contains("no other lesson"));
    assert!(said("long", "minutes = 5", "minutes = 6").contains("6 minutes"));
    assert!(said("asks", "\"rows-after-target\", ", "").contains("two questions"));
    assert!(said("scenario", "\"worked-example\"", "\"no-such\"").contains("no scenario"));
}

#[test]
fn what_is_wrong_with_the_text() {
    let said = |name: &str, from: &str, to: &str| first(name, "lesson.md", from, to);
    let (file, line, what) = said("number", "It is {noticed_time}.", "It is 03:10.");
    assert_eq!((file.as_str(), what.as_str()), ("lesson.md", "the number 03:10 is typed by hand"));
    assert_eq!(line, 12);
    assert!(said("value", "{noticed_time}", "{nobody}").2.contains("no value \"nobody\""));
    assert!(said("link", "glossary:wal", "glossary:whale").2.contains("leads nowhere"));
    assert!(said("picture", "It is", "![](night.svg)\n\nIt is").2.contains("no description"));
    assert!(said("drawing", "It is", "![Night](night.svg)\n\nIt is").2.contains("no drawing"));
    assert!(said("part", "### Observe", "### Watch").2.contains("no part of a step"));
    assert!(said("heading", "## Three ways out {#which}", "## Three ways out").2.contains("no id"));
    assert!(said("html", "It is", "<b>It</b> is").2.contains("no place"));
    assert!(said("lacks", "### Predict\n\nNobody", "Nobody").2.contains("no part of its step"));
}

#[test]
fn what_is_wrong_with_the_steps() {
    let said = |name: &str, from: &str, to: &str| first(name, "steps.toml", from, to);
    let (file, _, what) = said("right", "right = true\n", "");
    assert_eq!(file, "steps.toml");
    assert!(what.contains("0 of them right"), "{what}");
    let (_, line, what) =
        said("engine", "does = \"recover from b1 to end\"", "does = \"recover from b1 to time '{second_before}'\"");
    assert!(what.contains("\"all\" of \"which\" is right when the engine does it"), "{what}");
    assert!(line > 30, "{line}");
    assert!(said("fact", "rows users in best", "rows user in best").2.contains("no table user"));
    assert!(said("words", "rows users in best", "how many users").2.contains("nothing that a run can be asked"));
    assert!(said("run", "to immediate\"\nbest", "to nowhere\"\nbest").2.contains("the engine refuses it"));
    assert!(
        said(
            "solution",
            "solution = \"recover from b1 to time '{second_before}' inclusive\"",
            "solution = \"recover from b1 to end\""
        )
        .2
        .contains("does not come to")
    );
    assert!(said("done", "is = \"outcome = 'recovered'\"", "is = \"outcome = 'none'\"").2.contains("does not come to"));
    assert!(
        said("hints", "    \"You want everything up to {second_before}, and nothing after that.\",\n", "")
            .2
            .contains("2 hints")
    );
    assert!(said("typed", "the mistake in it?", "the mistake at 3 in it?").2.contains("the number 3 is typed by hand"));
    assert!(said("order", "id = \"price\"", "id = \"prize\"").2.contains("steps.toml has"));
    assert!(said("toml", "[values]", "[values").2.len() > 5);
}

#[test]
fn what_is_wrong_with_the_scenario_is_told_on_its_own_line() {
    let scenario = "../../scenarios/worked-example.pitr";
    let line_of = |text: &str, words: &str| 1 + text.lines().position(|line| line.contains(words)).unwrap();
    let shipped = fs::read_to_string(shipped().join("scenarios/worked-example.pitr")).unwrap();
    let (file, line, what) = first("scenario-verb", scenario, "backup b1", "bakcup b1");
    assert_eq!((file.as_str(), line), ("worked-example.pitr", line_of(&shipped, "backup b1")), "{what}");
    assert!(what.contains("unknown verb near: word bakcup"), "{what}");
    let (file, line, what) = first("scenario-table", scenario, "DELETE FROM users\n", "DELETE FROM uesrs\n");
    assert_eq!((file.as_str(), line), ("worked-example.pitr", line_of(&shipped, "admin  DELETE FROM users")), "{what}");
    assert!(what.contains("no such table") && what.contains("uesrs") && !what.contains("NoSuch"), "{what}");
}

#[test]
fn files_as_editors_leave_them_are_lessons() {
    let windows =
        changed("windows", "lesson.md", |text| format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes());
    assert!(windows.is_empty(), "{windows:?}");
}

#[test]
fn what_is_no_text_is_told_for_that() {
    let said = |name: &str, faults: Vec<Fault>| {
        let [fault] = &faults[..] else { panic!("{name}: {faults:?}") };
        assert!(!fault.remedy.is_empty());
        (fault.file.file_name().unwrap().to_string_lossy().into_owned(), fault.line, fault.what.clone())
    };
    let broken = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend(b"\n\xff\xfe\n");
        bytes
    };
    let lines = fs::read_to_string(shipped().join("lessons/one-bad-write/lesson.md")).unwrap().lines().count();
    let (file, line, what) = said("utf8", changed("utf8", "lesson.md", broken));
    assert_eq!((file.as_str(), line, what.as_str()), ("lesson.md", lines + 2, "it is not UTF-8"));
    let huge = |text: &str| format!("{text}{}", "word ".repeat(1 << 20)).into_bytes();
    let (file, line, what) = said("huge", changed("huge", "steps.toml", huge));
    assert_eq!((file.as_str(), line), ("steps.toml", 1));
    assert!(what.contains("bytes, 4194304 are allowed"), "{what}");
}
