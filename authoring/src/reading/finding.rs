//! What is to be said of an author's file: where, what, and what to do about it.

use core::fmt;

/// Something that is wrong with a file, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
    pub remedy: String,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The rest loads, and nothing is wrong with it.
    Warning,
    /// What it is about cannot be asked.
    Error,
}

impl Finding {
    /// As one line, behind the file's name.
    pub fn said(&self, file: &str) -> String {
        format!("{file}:{self}")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warning => "warning",
            Weight::Error => "error",
        };
        write!(f, "{}: {weight}: {}; {}", self.line, self.what, self.remedy)
    }
}
