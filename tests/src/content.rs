//! Content as authors write it, checked: what `cargo xtask content` says of a folder.

use pitr_authoring::lesson::Lesson;
use pitr_authoring::reading::folders;
use pitr_authoring::reading::lesson::{Fault, read_lesson};
use pitr_lessons::lesson::check_lesson;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What was found in a folder of content.
#[derive(Debug, Default)]
pub struct Checked {
    /// The lessons that could be read.
    pub lessons: Vec<Lesson>,
    pub faults: Vec<Fault>,
    /// Ids of `concepts.txt`, and those of them that no lesson covers yet.
    pub concepts: usize,
    pub uncovered: Vec<String>,
}

/// Reads and checks all lessons of a folder of content.
pub fn check(content: &Path) -> Checked {
    let around = folders::around(content);
    let mut checked = Checked { concepts: around.concepts.len(), ..Checked::default() };
    for folder in folders::lessons(content) {
        match read_lesson(&folder, &around) {
            Ok(lesson) => {
                checked.faults.extend(check_lesson(&lesson, &folder));
                checked.lessons.push(lesson);
            }
            Err(faults) => checked.faults.extend(faults),
        }
    }
    checked.lessons.sort_by_key(|lesson| lesson.front.number);
    for pair in checked.lessons.windows(2) {
        if let [first, second] = pair
            && first.front.number == second.front.number
        {
            let file = content.join("lessons").join(&second.front.id).join("lesson.md");
            let text = fs::read_to_string(&file).unwrap_or_default();
            let line = 1 + text.lines().position(|line| line.starts_with("number")).unwrap_or(0);
            let what = format!("{:?} has the number {} too", first.front.id, first.front.number);
            checked.faults.push(Fault { file, line, what, remedy: "give each lesson a number of its own".into() });
        }
    }
    let covered: BTreeSet<&String> = checked.lessons.iter().flat_map(|lesson| &lesson.front.concepts).collect();
    checked.uncovered = around.concepts.iter().filter(|concept| !covered.contains(concept)).cloned().collect();
    checked
}

/// The last line of what is said: counts, as JSON.
pub fn counts(checked: &Checked, questions: usize, templates: usize, errors: usize) -> String {
    let covered = checked.concepts - checked.uncovered.len();
    let (lessons, concepts) = (checked.lessons.len(), checked.concepts);
    format!(
        "{{\"lessons\":{lessons},\"questions\":{questions},\"templates\":{templates},\"concepts\":{concepts},\"covered\":{covered},\"errors\":{errors}}}"
    )
}
