//! Files of questions in a folder, whosever they are: read, checked, and what is to be said of them.

use pitr_lessons::authored::check::check;
use pitr_lessons::authored::finding::Weight;
use pitr_lessons::authored::schema::{is_of_questions, read};
use std::fs;
use std::path::{Path, PathBuf};

/// More folders one in the other than this are a loop of links.
const DEEPEST: usize = 32;

/// What was found of questions.
#[derive(Debug, Default)]
pub struct Authored {
    pub files: usize,
    /// Those that load.
    pub questions: usize,
    /// A line each: the file, the line, what, and what to do about it.
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
}

/// Reads and checks every file of questions in a folder and in the folders in it; `scenarios` holds those that are shipped.
pub fn questions_in(folder: &Path, scenarios: &Path) -> Authored {
    let mut found = Authored::default();
    let mut files = Vec::new();
    collect(folder, 0, &mut files, &mut found);
    files.sort();
    for path in files {
        of_file(&path, scenarios, &mut found);
    }
    found
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, found: &mut Authored) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            found.errors.push(format!("{}: error: {error}; name a folder that can be read", folder.display()));
            return;
        }
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && depth < DEEPEST {
            collect(&path, depth + 1, files, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

fn of_file(path: &Path, scenarios: &Path, found: &mut Authored) {
    let file = path.display().to_string();
    let text = match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            found.errors.push(format!("{file}:{line}: error: it is not UTF-8; save it as UTF-8"));
            return;
        }
        Err(error) => {
            found.errors.push(format!("{file}:1: error: {error}; see whether the file can be read"));
            return;
        }
    };
    if !is_of_questions(&text) {
        return;
    }
    found.files += 1;
    let beside = path.parent().unwrap_or(Path::new("."));
    let scenario = |stem: &str| {
        let is_name = !stem.is_empty() && stem.chars().all(|char| char.is_alphanumeric() || "-_.".contains(char));
        let file = format!("{stem}.pitr");
        let places = [beside.join(&file), scenarios.join(&file)];
        is_name.then(|| places.iter().find_map(|place| fs::read_to_string(place).ok())).flatten()
    };
    let reading = read(&text, &scenario);
    let checked = reading.questions.iter().flat_map(check);
    for finding in reading.findings.iter().cloned().chain(checked) {
        match finding.weight {
            Weight::Error => found.errors.push(finding.said(&file)),
            Weight::Warning => found.warnings.push(finding.said(&file)),
        }
    }
    found.questions += reading.questions.len();
}
