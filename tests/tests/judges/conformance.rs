//! The comparer of recorded recoveries objects to doctored recordings, and its program ends with 1.

use pitr_tests::conform::recording::Recording;
use pitr_tests::conform::{Summary, compare_all};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE: &str = "case-02000.json";

fn recorded() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pg15-tree").join(FILE);
    let text = std::fs::read_to_string(file).expect("a recording");
    serde_json::from_str(&text).expect("is JSON")
}

fn played(recorded: &Value) -> Summary {
    compare_all(FILE, &Recording::read(&recorded.to_string()).expect("is a recording"))
}

/// Changes the first recovery of which `change` finds something to change; the difference that is told of it.
fn objection(change: impl Fn(&mut Value) -> Option<()>) -> String {
    let mut doctored = recorded();
    let recoveries = doctored["recoveries"].as_array_mut().expect("a list");
    let index = recoveries.iter_mut().position(|recovery| change(recovery).is_some()).expect("something to change");
    let summary = played(&doctored);
    assert!(!summary.is_clean() && summary.disagree == 1 && summary.agree + 1 == summary.recoveries);
    let told: Vec<String> = summary.disagreements.iter().map(ToString::to_string).collect();
    assert!(told.iter().all(|line| line.starts_with(&format!("{FILE} recovery {index} ("))), "{told:?}");
    told.join("\n")
}

/// A text in a result, to be changed.
fn text(recovery: &mut Value, field: &str, change: impl Fn(&str) -> String) -> Option<()> {
    let before = recovery["result"][field].as_str().filter(|text| change(text) != *text)?.to_owned();
    recovery["result"][field] = change(&before).into();
    Some(())
}

fn rows(recovery: &mut Value) -> Option<&mut Vec<Value>> {
    recovery["result"]
        .get_mut("tables")?
        .as_object_mut()?
        .get_mut("accounts")?
        .as_array_mut()
        .filter(|rows| rows.len() > 1)
}

#[test]
fn an_undoctored_recording_agrees() {
    let summary = played(&recorded());
    assert!(summary.is_clean() && summary.agree == summary.recoveries && summary.agree > 10, "{}", summary.json());
}

#[test]
fn rows_that_are_others() {
    let table = "table accounts: expected";
    assert!(objection(|recovery| rows(recovery).map(|rows| rows[0][1] = "doctored".into())).contains(table));
    assert!(objection(|recovery| rows(recovery).map(|rows| drop(rows.remove(1)))).contains(table));
    assert!(objection(|recovery| rows(recovery).map(|rows| rows[0][0] = 77.into())).contains(table));
    let no_table = |recovery: &mut Value| {
        rows(recovery)?;
        recovery["result"]["tables"].as_object_mut()?.remove("accounts").map(|_| ())
    };
    assert!(objection(no_table).contains("table accounts: expected no such table"));
}

#[test]
fn another_stop() {
    let digit = |text: &str| text.replace("transaction 7", "transaction 9");
    assert!(objection(|recovery| text(recovery, "stop", digit)).contains("server log: expected recovery stopping"));
    let side = |text: &str| text.replace("stopping after", "stopping before");
    assert!(
        objection(|recovery| text(recovery, "stop", side)).contains("server log: expected recovery stopping before")
    );
    let later = |text: &str| text.replace("time 2026", "time 2027");
    assert!(
        objection(|recovery| text(recovery, "last_completed", later)).contains("server log: expected last completed")
    );
    let none = |recovery: &mut Value| recovery["result"].as_object_mut()?.remove("stop").map(drop);
    assert!(objection(none).contains("server log: expected no line, got recovery stopping"));
}

#[test]
fn another_xid_asked_for() {
    let other = |recovery: &mut Value| {
        let xid = recovery["target"]["xid"].as_u64().filter(|_| recovery["result"]["outcome"] == "recovered")?;
        recovery["target"]["xid"] = (xid + 100_000).into();
        Some(())
    };
    assert!(objection(other).contains("the recovery: expected recovered, got target_not_reached"));
}

#[test]
fn another_timeline_or_parent() {
    let other = |recovery: &mut Value| text(recovery, "new_timeline", |_| "17".to_owned());
    assert!(objection(other).contains("new timeline: expected \"17\""));
    let parent = |recovery: &mut Value| text(recovery, "history", |file| file.replacen("1\t", "3\t", 1));
    assert!(objection(parent).contains("history file: expected \"3\\t"), "{}", objection(parent));
    let orphan = |recovery: &mut Value| text(recovery, "history", |_| String::new());
    assert!(objection(orphan).contains("history file: expected \"\""));
}

#[test]
fn another_sequence_and_another_ending() {
    let next = |recovery: &mut Value| {
        let value = recovery["result"].get_mut("sequences")?.get_mut("ids")?;
        *value = (value.as_i64()? + 1).into();
        Some(())
    };
    assert!(objection(next).contains("next values: expected"));
    let failure = |recovery: &mut Value| text(recovery, "category", |_| "history_damaged".to_owned());
    assert!(objection(failure).contains("the recovery: expected history_damaged"));
    let failed = |recovery: &mut Value| text(recovery, "outcome", |text| text.replace("recovered", "failed"));
    assert!(objection(failed).contains("got recovered"));
}

/// Runs the program over a folder with one file.
fn program(name: &str, content: &str) -> (Option<i32>, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(FILE), content).expect("is written");
    let run = Command::new(env!("CARGO_BIN_EXE_conform")).arg(&folder).output().expect("runs");
    let told = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (run.status.code(), told.concat())
}

#[test]
fn the_program_says_so_and_ends_with_1() {
    let (code, told) = program("undoctored", &recorded().to_string());
    assert!(code == Some(0) && told.contains("\"disagree\":0"), "{told}");
    let mut doctored = recorded();
    let changed = doctored["recoveries"]
        .as_array_mut()
        .and_then(|all| all.iter_mut().find_map(|recovery| rows(recovery).map(|rows| rows[0][1] = "doctored".into())));
    assert!(changed.is_some());
    let (code, told) = program("doctored", &doctored.to_string());
    assert!(code == Some(1) && told.contains("table accounts: expected") && told.contains("\"disagree\":1"), "{told}");
    let (code, told) = program("torn", &recorded().to_string()[1..]);
    assert!(code == Some(1) && told.contains("is no recording that can be played"), "{told}");
}
