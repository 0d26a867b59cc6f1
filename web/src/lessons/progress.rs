//! How far somebody has come: in the browser's storage, and nowhere else. Lines of text, so that an export can be read.
//!
//! ```text
//! pitr-lab progress 1
//! one-bad-write which price
//! first-recovery worked done
//! ```
//!
//! A line is a lesson, the steps of it that were answered, and `done` at the end of one that was gone through. What stands in the storage may be anything.

use std::fmt::Write;

const KEY: &str = "pitr-lab.progress";
const HEAD: &str = "pitr-lab progress ";
const VERSION: u32 = 1;
const DONE: &str = "done";
/// The most that is read.
const BYTES_MAX: usize = 64 * 1024;

/// The lessons that were begun.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    lessons: Vec<Came>,
}

/// How far one has come.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Came {
    id: String,
    steps: Vec<String>,
    done: bool,
}

/// Why a text is no progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It was written by a later version of the lab.
    Version(String),
    /// Its line of this number is not of the form.
    Line(usize),
}

/// Whether it can be an id of a lesson or a step.
fn is_id(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 64
        && word.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
}

impl Progress {
    /// Reads a text that may be anything.
    pub fn read(text: &str) -> Result<Progress, Unreadable> {
        let mut lines = text.lines().map(str::trim).enumerate();
        let version = lines.next().and_then(|(_, head)| head.strip_prefix(HEAD)).filter(|_| text.len() <= BYTES_MAX);
        let version = version.ok_or(Unreadable::Line(1))?;
        if version.parse() != Ok(VERSION) {
            return Err(Unreadable::Version(version.chars().take(12).collect()));
        }
        let mut progress = Progress::default();
        for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let mut words: Vec<&str> = line.split(' ').collect();
            let done = words.len() > 1 && words.last() == Some(&DONE);
            if done {
                words.pop();
            }
            if !words.iter().all(|word| is_id(word)) {
                return Err(Unreadable::Line(index + 1));
            }
            let (Some(id), steps) = (words.first(), words.get(1..).unwrap_or_default()) else { continue };
            steps.iter().for_each(|step| progress.answered(id, step));
            if done {
                progress.finished(id);
            }
        }
        Ok(progress)
    }

    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}{VERSION}\n");
        for lesson in &self.lessons {
            text.push_str(&lesson.id);
            lesson.steps.iter().map(String::as_str).chain(lesson.done.then_some(DONE)).for_each(|word| {
                let _ = write!(text, " {word}");
            });
            text.push('\n');
        }
        text
    }

    /// What the browser has kept; nothing where it keeps nothing.
    pub fn stored() -> Result<Progress, Unreadable> {
        let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        text.map_or_else(|| Ok(Progress::default()), |text| Progress::read(&text))
    }

    /// A full or forbidden store: then it lasts as long as the page.
    pub fn store(&self) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, &self.text());
        }
    }

    pub fn erase(&mut self) {
        self.lessons.clear();
        if let Some(storage) = storage() {
            let _ = storage.remove_item(KEY);
        }
    }

    fn of(&mut self, id: &str) -> &mut Came {
        let at = self.lessons.iter().position(|came| came.id == id).unwrap_or_else(|| {
            self.lessons.push(Came { id: id.to_owned(), steps: Vec::new(), done: false });
            self.lessons.len() - 1
        });
        &mut self.lessons[at]
    }

    /// A step of a lesson was answered.
    pub fn answered(&mut self, id: &str, step: &str) {
        let came = self.of(id);
        if !came.steps.iter().any(|known| known == step) {
            came.steps.push(step.to_owned());
        }
    }

    /// A lesson was gone through.
    pub fn finished(&mut self, id: &str) {
        self.of(id).done = true;
    }

    pub fn is_done(&self, id: &str) -> bool {
        self.lessons.iter().any(|came| came.id == id && came.done)
    }

    pub fn has_answered(&self, id: &str, step: &str) -> bool {
        self.lessons.iter().any(|came| came.id == id && came.steps.iter().any(|known| known == step))
    }

    /// How many steps of a lesson were answered.
    pub fn steps(&self, id: &str) -> usize {
        self.lessons.iter().find(|came| came.id == id).map_or(0, |came| came.steps.len())
    }

    pub fn is_empty(&self) -> bool {
        self.lessons.is_empty()
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back() {
        let mut progress = Progress::default();
        progress.answered("one-bad-write", "which");
        progress.answered("one-bad-write", "price");
        progress.answered("one-bad-write", "which");
        progress.answered("forks", "fork");
        progress.finished("forks");
        assert_eq!(progress.text(), "pitr-lab progress 1\none-bad-write which price\nforks fork done\n");
        let again = Progress::read(&progress.text()).unwrap();
        assert_eq!(again, progress);
        assert!(again.is_done("forks") && !again.is_done("one-bad-write"));
        assert_eq!(again.steps("one-bad-write"), 2);
        assert!(again.has_answered("forks", "fork") && !again.has_answered("forks", "which"));
    }

    #[test]
    fn nonsense_is_said_to_be_so() {
        assert_eq!(Progress::read(""), Err(Unreadable::Line(1)));
        assert_eq!(Progress::read("{\"lessons\":3}"), Err(Unreadable::Line(1)));
        assert_eq!(Progress::read("pitr-lab progress 9\nforks"), Err(Unreadable::Version("9".to_owned())));
        assert_eq!(Progress::read("pitr-lab progress 1\nforks fork\n<b>\n"), Err(Unreadable::Line(3)));
        let long = format!("pitr-lab progress 1\n{}", "a\n".repeat(BYTES_MAX));
        assert_eq!(Progress::read(&long), Err(Unreadable::Line(1)));
        assert_eq!(Progress::read("pitr-lab progress 1\n\n"), Ok(Progress::default()));
    }
}
