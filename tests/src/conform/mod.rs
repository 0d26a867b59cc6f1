//! Recorded recoveries of a real PostgreSQL 15, played through the engine and compared.
//!
//! A recording (`tests/pg15/README.md` and its two siblings) holds what sessions did, and for each of many recoveries what the database
//! came back as. The engine does the same work and is asked for the same recoveries: it is right where it ends the same way, with the
//! same rows, or for the same reason without any.
//!
//! - [`recording`]: the files as types.
//! - [`play`]: a recording's work, done by a cluster.
//! - [`places`]: where the recording's log positions and files are in the engine's log.
//! - [`compare`]: a recovery, and how it differs from the recorded one.
//! - [`server_log`]: the lines of the server's log, line by line.
//! - [`texts`]: the lines that both servers write about a recovery.
//! - [`zones`]: target times as texts, with the rules of named zones, which the engine does not know.

pub mod compare;
pub mod places;
pub mod play;
pub mod recording;
pub mod server_log;
pub mod texts;
pub mod zones;

use compare::Difference;
use core::fmt;
use play::play;
use recording::{RecordedTarget, Recording};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What came of some recordings.
#[derive(Debug, Default)]
pub struct Summary {
    pub cases: usize,
    pub recoveries: usize,
    pub agree: usize,
    pub disagree: usize,
    /// A line for each point on which engine and recording differ.
    pub disagreements: Vec<Disagreement>,
    /// A sentence for each file or folder that is no recording.
    pub unreadable: Vec<String>,
}

/// A point on which engine and recording differ.
#[derive(Debug, Clone)]
pub struct Disagreement {
    pub file: String,
    /// Which of the file's recoveries, and its target; `None`: the work before them already came out otherwise.
    pub recovery: Option<(usize, String)>,
    pub difference: Difference,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        match &self.recovery {
            Some((index, target)) => write!(f, " recovery {index} ({target})")?,
            None => f.write_str(" work")?,
        }
        write!(f, ": {}", self.difference)
    }
}

impl Summary {
    /// Whether every recording was read, and every recovery agrees.
    pub fn is_clean(&self) -> bool {
        self.disagreements.is_empty() && self.unreadable.is_empty() && self.disagree == 0
    }

    /// One line for machines.
    pub fn json(&self) -> String {
        let Summary { cases, recoveries, agree, disagree, .. } = self;
        format!(
            "{{\"cases\":{cases},\"recoveries\":{recoveries},\"agree\":{agree},\"disagree\":{disagree},\"skipped\":0}}"
        )
    }

    fn add(&mut self, other: Summary) {
        self.cases += other.cases;
        self.recoveries += other.recoveries;
        self.agree += other.agree;
        self.disagree += other.disagree;
        self.disagreements.extend(other.disagreements);
        self.unreadable.extend(other.unreadable);
    }
}

/// Plays all recordings of these folders, as many at a time as there are processors.
pub fn run(folders: &[PathBuf]) -> Summary {
    let mut summary = Summary::default();
    let mut files = Vec::new();
    for folder in folders {
        match recordings_of(folder) {
            Ok(found) => files.extend(found),
            Err(sentence) => summary.unreadable.push(sentence),
        }
    }
    let next = AtomicUsize::new(0);
    let played: Vec<Mutex<Option<Summary>>> = files.iter().map(|_| Mutex::new(None)).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // Whoever is free takes the next file.
                while let Some((file, slot)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    files.get(index).zip(played.get(index))
                } {
                    let summary = run_file(file);
                    *slot.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(summary);
                }
            });
        }
    });
    for slot in played {
        let found = slot.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        summary.add(found.unwrap_or_default());
    }
    summary
}

/// The recordings of a folder, by name.
fn recordings_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let is_recording = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with("case-") && name.ends_with(".json"))
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_recording).collect();
    files.sort();
    match files.is_empty() {
        true => Err(format!("{} holds no recording: none of its files is called case-*.json", folder.display())),
        false => Ok(files),
    }
}

/// Plays one recording.
fn run_file(path: &Path) -> Summary {
    let unreadable = |sentence: String| Summary {
        unreadable: vec![format!("{} is no recording that can be played: {sentence}", path.display())],
        ..Summary::default()
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return unreadable(error.to_string()),
    };
    let recording = match Recording::read(&text) {
        Ok(recording) => recording,
        Err(sentence) => return unreadable(sentence),
    };
    compare_all(&path.display().to_string(), &recording)
}

/// Plays a recording that has been read.
pub fn compare_all(file: &str, recording: &Recording) -> Summary {
    let mut summary = Summary { cases: 1, recoveries: recording.recoveries.len(), ..Summary::default() };
    let mut note = |recovery: Option<(usize, &RecordedTarget)>, difference: Difference| {
        let recovery = recovery.map(|(index, target)| (index, target.to_string()));
        summary.disagreements.push(Disagreement { file: file.to_owned(), recovery, difference });
    };
    let played = match unless_it_panics(|| play(recording)) {
        Ok(Ok(played)) => played,
        Ok(Err(difference)) | Err(difference) => {
            note(None, difference);
            summary.disagree = summary.recoveries;
            return summary;
        }
    };
    for difference in &played.differences {
        note(None, difference.clone());
    }
    let mut disagree = 0;
    for (index, recovery) in recording.recoveries.iter().enumerate() {
        let differences =
            unless_it_panics(|| compare::differences(&played, recovery)).unwrap_or_else(|panicked| vec![panicked]);
        disagree += usize::from(!differences.is_empty());
        for difference in differences {
            note(Some((index, &recovery.target)), difference);
        }
    }
    summary.disagree = disagree;
    summary.agree = summary.recoveries - disagree;
    summary
}

/// An engine that panics over one recovery shall not hide what it does with the others.
fn unless_it_panics<T>(work: impl FnOnce() -> T) -> Result<T, Difference> {
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(work))
        .map_err(|_| Difference::new("what to do", "an answer", "a panic"))
}
