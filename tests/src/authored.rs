//! Files of questions in a folder, whosever they are: read, checked, and what is to be said of them.

use pitr_authoring::reading::finding::Weight;
use pitr_authoring::reading::folders::text;
use pitr_authoring::reading::schema::{is_of_questions, read};
use pitr_lessons::authored::check::check;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
    let files = files_in(folder, &mut found);
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        of_file(path, scenarios, &mut found);
    }
    found
}

/// The files of a folder and of the folders in it, each once, wherever links lead; folders that cannot be read are said.
pub fn files_in(folder: &Path, found: &mut Authored) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            continue;
        }
        match fs::read_dir(&folder) {
            Ok(entries) => {
                let (inner, own): (Vec<PathBuf>, Vec<PathBuf>) =
                    entries.flatten().map(|entry| entry.path()).partition(|path| path.is_dir());
                folders.extend(inner);
                files.extend(own);
            }
            Err(error) => {
                found.errors.push(format!("{}: error: {error}; name a folder that can be read", folder.display()))
            }
        }
    }
    files.sort();
    files
}

fn of_file(path: &Path, scenarios: &Path, found: &mut Authored) {
    let file = path.display().to_string();
    let text = match text(path) {
        Ok(text) => text,
        Err(why) => return found.errors.push(format!("{file}:{}: error: {}; {}", why.line, why.what, why.remedy)),
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
