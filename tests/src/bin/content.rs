//! `cargo xtask content [DIR] [--watch]`: checks the lessons and the questions of a folder, and counts what there is. Errors name file, line and remedy; the last line is JSON.
//!
//! With `--watch` it looks at the files again and again, and checks anew when one of them has changed.

#[cfg(not(target_arch = "wasm32"))]
use pitr_lessons::questions::templates;
#[cfg(not(target_arch = "wasm32"))]
use pitr_tests::authored::{Authored, files_in, questions_in};
#[cfg(not(target_arch = "wasm32"))]
use pitr_tests::content::{check, counts};
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};
#[cfg(not(target_arch = "wasm32"))]
use std::process::ExitCode;
#[cfg(not(target_arch = "wasm32"))]
use std::time::{Duration, SystemTime};

/// How long between two looks at the files.
#[cfg(not(target_arch = "wasm32"))]
const LOOK: Duration = Duration::from_millis(500);

#[cfg(not(target_arch = "wasm32"))]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let watch = words.iter().any(|word| word == "--watch");
    let folder = words.iter().find(|word| !word.starts_with("--"));
    let folder = folder.map_or_else(shipped, PathBuf::from);
    let folder = folder.canonicalize().unwrap_or(folder);
    if !folder.is_dir() {
        eprintln!("error: there is no folder {}: name one with files of questions or lessons in it", folder.display());
        return ExitCode::FAILURE;
    }
    let seen = looks(&folder);
    let errors = tell(&folder);
    if watch {
        look_on(&folder, seen);
    }
    if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Looks at the files for ever, and checks them when one has changed.
#[cfg(not(target_arch = "wasm32"))]
fn look_on(folder: &Path, mut seen: Looks) -> ! {
    loop {
        std::thread::sleep(LOOK);
        let now = looks(folder);
        if now != seen {
            seen = now;
            println!();
            tell(folder);
        }
    }
}

/// The content that the lab ships.
#[cfg(not(target_arch = "wasm32"))]
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/content")
}

/// Checks, says what was found, and how many errors that were.
#[cfg(not(target_arch = "wasm32"))]
fn tell(folder: &Path) -> usize {
    let checked = check(folder);
    for fault in &checked.faults {
        eprintln!("error: {fault}");
    }
    for lesson in &checked.lessons {
        let front = &lesson.front;
        println!(
            "lesson {:>2} {:<24} {} steps, {} minutes: {}",
            front.number,
            front.id,
            lesson.sections.len(),
            front.minutes,
            front.idea
        );
    }
    if !checked.uncovered.is_empty() {
        println!("no lesson covers yet: {}", checked.uncovered.join(", "));
    }
    let asked = questions_in(folder, &shipped().join("scenarios"));
    asked.errors.iter().chain(&asked.warnings).for_each(|said| eprintln!("{said}"));
    println!("{} questions in {} files", asked.questions, asked.files);
    if asked.files == 0 && checked.lessons.is_empty() && checked.faults.is_empty() {
        let what = "warning: there are no questions and no lessons in it";
        eprintln!(
            "{}: {what}; begin a question with a line `[[questions]]`, put lessons into lessons/NAME/",
            folder.display()
        );
    }
    let errors = checked.faults.len() + asked.errors.len();
    println!("{}", counts(&checked, asked.questions, templates().count(), errors));
    errors
}

/// What a file was like when it was looked at: when it was changed, and how long it was.
#[cfg(not(target_arch = "wasm32"))]
type Looks = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// The files as they are now. One that is put back as it was long ago is another as well.
#[cfg(not(target_arch = "wasm32"))]
fn looks(folder: &Path) -> Looks {
    let files = files_in(folder, &mut Authored::default()).into_iter();
    let look = |path: PathBuf| {
        let about = path.metadata().ok();
        let (changed, bytes) =
            (about.as_ref().and_then(|about| about.modified().ok()), about.map_or(0, |about| about.len()));
        (path, changed, bytes)
    };
    files.map(look).collect()
}

/// There are no files in a browser.
#[cfg(target_arch = "wasm32")]
fn main() {}
