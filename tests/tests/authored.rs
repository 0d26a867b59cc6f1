//! Files of questions in folders, and the guide that says how to write them.

#![cfg(not(target_arch = "wasm32"))]

use pitr_authoring::reading::schema::read;
use pitr_tests::authored::{Authored, questions_in};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of this test's own, gone when it is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("deep/er")).expect("a folder can be made");
        Folder(folder)
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.join(file), text).expect("a file can be written");
    }

    fn found(&self) -> Authored {
        questions_in(&self.0, &scenarios())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn scenarios() -> PathBuf {
    root().join("lessons/content/scenarios")
}

const GOOD: &str = "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"b\"\n";

#[test]
fn the_guides_example_is_without_fault() {
    let guide = fs::read_to_string(root().join("docs/guide/src/questions.md")).expect("the guide is there");
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has an example");
    let folder = Folder::new("guide");
    folder.write("example.toml", example);
    let found = folder.found();
    assert_eq!((found.files, found.questions), (1, 2));
    assert_eq!((found.errors, found.warnings), (vec![], vec![]));
    // Every key of ours that the example uses is one that the guide's table tells of.
    let reading = read(example, &|stem| fs::read_to_string(scenarios().join(format!("{stem}.pitr"))).ok());
    assert!(reading.questions.iter().any(|written| written.history.as_ref().is_some_and(|history| history.varies)));
}

#[test]
fn folders_are_read_to_the_bottom_and_the_good_outlive_the_bad() {
    let folder = Folder::new("deep");
    folder.write("deep/er/good.toml", GOOD);
    folder.write("deep/broken.toml", "[[questions]]\ntype = \n");
    folder.write("not-text.toml", b"[[questions]]\n\xff\xfe");
    folder.write("book.toml", "[book]\ntitle = \"x\"\n");
    folder.write("notes.md", "[[questions]]");
    let tracing = "[[questions]]\ntype = \"Tracing\"\nprompt.program = \"\"\nanswer.doesCompile = true\n";
    folder.write("mixed.toml", format!("{tracing}\n{GOOD}"));
    let found = folder.found();
    assert_eq!((found.files, found.questions), (3, 2));
    assert_eq!(found.errors.len(), 2, "{:?}", found.errors);
    let has = |lines: &[String], start: &str, part: &str| {
        lines.iter().any(|line| line.contains(start) && line.contains(part) && line.contains("; "))
    };
    assert!(has(&found.errors, "broken.toml:2: error", ""), "{:?}", found.errors);
    assert!(has(&found.errors, "not-text.toml:2: error", "UTF-8"), "{:?}", found.errors);
    assert!(has(&found.warnings, "mixed.toml:2: warning", "Tracing"), "{:?}", found.warnings);
}

#[test]
fn a_scenario_may_lie_beside() {
    let folder = Folder::new("beside");
    let script = "# A table\nscenario seed 1, date 2026-03-04\n01:00:00 ops CREATE TABLE t (id int primary key)\n";
    folder.write("deep/own.pitr", script);
    let asked = "[[questions]]\ntype = \"ShortAnswer\"\nscenario = \"own\"\nprompt.prompt = \"?\"\n";
    folder.write("deep/a.toml", format!("{asked}answer.computed = \"rows t\"\n"));
    let found = folder.found();
    assert_eq!((found.questions, found.errors), (1, vec![]));
    folder.write("deep/a.toml", format!("{asked}answer.computed = \"rows nothing\"\n"));
    let found = folder.found();
    assert!(
        found.errors[0].contains("a.toml:1: error: question \"1\": the run has no table nothing"),
        "{:?}",
        found.errors
    );
    folder.write("deep/a.toml", asked.replace("\"own\"", "\"../own\""));
    assert!(folder.found().errors[0].contains("there is no scenario"), "a name leads nowhere else");
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let found = questions_in(Path::new("/no/such/folder"), &scenarios());
    assert_eq!(found.errors.len(), 1);
}

#[test]
fn a_letter_too_few_is_no_reason_to_pass_a_file_over() {
    let folder = Folder::new("letter");
    folder.write("single.toml", GOOD.replace("[[questions]]", "[[question]]"));
    // Nobody's questions, though they are called so.
    folder.write("other.toml", "[[question]]\ntext = \"?\"\n");
    let found = folder.found();
    assert_eq!((found.files, found.questions), (1, 0));
    assert!(found.errors[0].contains("single.toml:1: error: the file has no `questions`"), "{:?}", found.errors);
    assert!(found.warnings[0].contains("did you mean `questions`?"), "{:?}", found.warnings);
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_gone_round_once() {
    let folder = Folder::new("loop");
    folder.write("deep/a.toml", GOOD);
    std::os::unix::fs::symlink(&folder.0, folder.0.join("deep/er/back")).expect("a link can be made");
    std::os::unix::fs::symlink("/no/such.toml", folder.0.join("gone.toml")).expect("a link can be made");
    let found = folder.found();
    assert_eq!((found.files, found.questions, found.errors.len()), (1, 1, 1), "{:?}", found.errors);
    assert!(found.errors[0].contains("gone.toml:1: error: "), "{:?}", found.errors);
}

#[test]
fn files_as_editors_leave_them_load() {
    let folder = Folder::new("editors");
    folder.write("windows.toml", format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    let found = folder.found();
    assert_eq!((found.questions, found.errors, found.warnings), (1, vec![], vec![]));
}

#[test]
fn what_no_author_means_is_told_by_file_line_and_remedy() {
    let folder = Folder::new("kinds");
    let said = |text: &str| {
        folder.write("a.toml", text);
        let found = folder.found();
        let line = found.errors.first().cloned().unwrap_or_else(|| panic!("nothing is said of {text}"));
        let (_, behind) = line.split_once("a.toml:").expect("the file is named");
        assert!(behind.contains("; "), "a remedy: {behind}");
        behind.to_owned()
    };
    let with = |more: &str| format!("{GOOD}\n{GOOD}{more}");
    assert!(said(&with("prompt.prompt = \"again\"\n")).starts_with("10: error: "));
    assert!(said(&GOOD.replace("\"?\"", "[")).starts_with("4: error: "));
    assert!(said(&with("script = \"nonsense\"\n")).starts_with("6: error: question \"2\": line 1 of its script"));
    assert!(said(&with("scenario = \"none\"\n")).starts_with("10: error: there is no scenario \"none\""));
    let computed = "scenario = \"worked-example\"\nanswer.computed = \"rows users in live\"\n";
    assert!(said(&with(computed)).starts_with("6: error: question \"2\": "));
    let deep = format!("x = {}{}\n", "[".repeat(5000), "]".repeat(5000));
    assert!(said(&with(&deep)).starts_with("10: error: "));
    assert!(said(&format!("{GOOD}# {}", "long ".repeat(1 << 20))).starts_with("1: error: the file has "));
}
