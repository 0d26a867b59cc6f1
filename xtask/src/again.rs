//! Tests of the page that failed are run once more, alone.
//!
//! A browser on a busy machine stalls for seconds now and then. What fails twice, the second time with the machine to itself, fails; what passes then
//! is told of by name, since a test that is sometimes wrong, or a page that is, wants mending too. More than a few at once are no stall.

use crate::child::run;
use crate::say::{Doing, Outcome, say};
use crate::test::with_filter;
use std::fs;
use std::path::Path;
use std::process::Command;

/// More failures than this are not run again.
const FEW: usize = 3;

/// Runs just the tests whose paths follow, one after the other.
const ALONE: [&str; 5] = ["--test", "page", "--", "--exact", "--test-threads=1"];

/// Each test that fails adds its path, on a line of its own, to the file that this variable names.
pub const FAILED: &str = "PITR_FAILED";

/// Runs the tests. `tests` makes the command, without a filter.
pub fn run_page_tests(tests: impl Fn() -> Command, filter: &str, note: &Path) -> Outcome {
    let what = "testing the page in Chromium";
    let noted = |tests: &mut Command| {
        // What a run before this one left.
        let _ = fs::remove_file(note);
        run(tests.env(FAILED, note), what)
    };
    let first = noted(with_filter(&mut tests(), filter));
    let failed = failed(note)?;
    if first.is_ok() || failed.is_empty() || failed.len() > FEW {
        return first;
    }
    say(format!("once more, alone: {}", failed.join(", ")));
    noted(tests().args(ALONE).args(&failed))?;
    say(format!("UNSTEADY, failed among others and passed alone: {}", failed.join(", ")));
    Ok(())
}

fn failed(note: &Path) -> Outcome<Vec<String>> {
    if !note.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(note).doing(format!("reading {}", note.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}
