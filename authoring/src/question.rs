//! A question as somebody wrote it, read and checked. Which values stand in it is found out when it is asked.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A question that was written by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The author's, or its number in the file.
    pub id: String,
    /// What lists call it; empty: as its prompt begins.
    pub title: String,
    /// The line on which it begins.
    pub line: u32,
    pub prompt: Text,
    /// What it has in common with others of its group.
    pub part: Text,
    pub kind: WrittenKind,
    /// What is said once it is answered.
    pub context: Text,
    pub history: Option<History>,
}

impl Written {
    /// What a list calls it: its title, or what it asks, without what only its history can say.
    pub fn title(&self) -> String {
        if !self.title.is_empty() {
            return self.title.clone();
        }
        self.prompt.words()
    }
}

/// How it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WrittenKind {
    /// Of the choices the first ones are right. `many`: each right one must be found, and it is not said how many there are.
    Choice {
        many: bool,
        right: Vec<Offer>,
        wrong: Vec<Offer>,
        order: Order,
    },
    Short(WrittenShort),
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offer {
    pub text: Text,
    pub mistake: Mistake,
}

/// What is known of a wrong answer, or done by a right one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mistake {
    /// Why it is wrong.
    pub feedback: Text,
    /// What a misconception is called.
    pub misconception: String,
    /// The statement that does what it says; empty for none.
    pub does: String,
}

/// In which order choices are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    Shuffled,
    Sorted,
    /// As they were written, with the right ones from this place on.
    At(u32),
}

/// A short answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenShort {
    pub right: Vec<String>,
    pub form: WrittenForm,
    pub lines: Lines,
    /// What the engine computes the answer from.
    pub computed: Option<String>,
    pub known_wrong: Vec<(String, Mistake)>,
}

/// What a short answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WrittenForm {
    Text,
    Number,
    Lsn,
    Xid,
    Time,
    FileName,
}

/// What there is to write into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lines {
    One,
    Many,
    Code,
}

/// The history that a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// In the scenario language.
    pub script: String,
    /// Always told from this seed, whoever asks.
    pub seed: Option<u64>,
    /// Whether another seed is another day.
    pub varies: bool,
    /// Names that texts can show, and what the engine finds for them.
    pub values: Vec<(String, String)>,
    /// Lines put behind the script: a run by a name.
    pub runs: Vec<(String, String)>,
}
