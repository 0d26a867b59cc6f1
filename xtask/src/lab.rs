//! The commands that need the engine: each is a program of the crate `pitr-tests`, compiled for speed.

use crate::args::Given;
use crate::child::{cargo, run as run_child};
use crate::paths;
use crate::say::{Outcome, fail, say};
use std::path::PathBuf;
use std::process::Command;

/// A program of `pitr-tests`.
pub fn program(name: &str) -> Command {
    let mut program = cargo();
    program.args(["run", "--quiet", "--profile", "fast", "--package", "pitr-tests", "--bin", name, "--"]);
    program
}

/// The file or folder that a command is about, as meant from where the command was typed.
fn operand(given: &Given) -> PathBuf {
    let file = given.operand().unwrap_or_default();
    match std::env::current_dir() {
        Ok(here) => here.join(file),
        Err(_) => paths::root().join(file),
    }
}

pub fn conform(given: &Given) -> Outcome {
    let folder = operand(given);
    if !folder.is_dir() {
        return fail(format!("there is no folder {}: name one of recordings, such as tests/pg15", folder.display()));
    }
    run_child(program("conform").arg(&folder), "playing the recordings")
}

pub fn crash_matrix(given: &Given) -> Outcome {
    let mut matrix = program("crash-matrix");
    matrix.args(given.value("workloads"));
    run_child(&mut matrix, "crashing")
}

pub fn run(given: &Given) -> Outcome {
    let file = operand(given);
    // Behind its last sign a link has a version, a point, and nothing that a file's name ends with.
    let word = given.operand().unwrap_or_default();
    let end = word.rsplit(['#', '/', '?', '=', '&']).next().unwrap_or_default();
    let is_link = end.split_once('.').is_some_and(|(version, _)| version.parse::<u32>().is_ok());
    if is_link && !file.exists() {
        return run_child(program("run-script").arg(word), "running what the link holds");
    }
    if !file.is_file() {
        return fail(format!(
            "there is no file {}: name a script, such as one of lessons/content/scenarios",
            file.display()
        ));
    }
    run_child(program("run-script").arg(&file), "running the script")
}

pub fn content(given: &Given) -> Outcome {
    // Authors wait for it: it is compiled quickly, and has little to do.
    let mut checker = cargo();
    checker.args(["run", "--quiet", "--package", "pitr-tests", "--bin", "content", "--"]);
    if given.operand().is_some() {
        checker.arg(operand(given));
    }
    if given.has("watch") {
        checker.arg("--watch");
    }
    if given.operand().is_some() || given.has("watch") {
        return run_child(&mut checker, "checking the content");
    }
    say("checking scenarios, questions, the glossary and sentences");
    run_child(cargo().args(["test", "--quiet", "--package", "pitr-lessons"]), "checking the lessons' content")?;
    let counted = ["--lib", "concepts_are_explained", "--", "--nocapture"];
    run_child(
        cargo().args(["test", "--quiet", "--package", "pitr-lessons"]).args(counted),
        "counting what the glossary explains",
    )?;
    run_child(
        cargo().args(["test", "--quiet", "--package", "pitr-tests", "--test", "tidy", "--", "locales"]),
        "checking the files of the languages",
    )?;
    say("checking lessons");
    run_child(&mut checker, "checking the lessons")
}
