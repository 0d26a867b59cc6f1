//! What an author writes: the questions of the files in `content/quizzes/`.
//!
//! Read by the build of `pitr-lessons`, which stores it as postcard. Texts are templates: `{name}` is filled in from the
//! run that a question is about; the names are listed in `reading/quizzes.rs`, which knows what can be wrong with a file.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file of questions, asked in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuizFile {
    pub question: Vec<Question>,
}

/// A question. It has either `recover` or `measure`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub text: String,
    #[serde(default)]
    pub recover: Option<RecoverTask>,
    #[serde(default)]
    pub measure: Option<MeasureTask>,
    pub explain: Explanations,
    pub choice: Vec<Choice>,
}

/// A choice is a recovery: right if it gives the tables that a recovery to just before the damage gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverTask {
    /// Stems of scenarios: the first attempt has the first, each attempt the next, the last one stays, varied by its seed.
    pub scenarios: Vec<String>,
}

/// A choice is an objective: right if it is the one that changes most between two archive timeouts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureTask {
    /// A scenario; `{interval}` in it is the archive timeout.
    pub script: String,
    /// Between which timeouts each attempt changes: before, after. After the last comes the first again.
    pub intervals: Vec<(String, String)>,
    /// How texts say a timeout.
    #[serde(default)]
    pub spoken: BTreeMap<String, String>,
    /// When the window opens in which the primary is lost, as a time of the scenario, and how long it is.
    pub from: String,
    pub window: String,
}

/// What is said to an answer, by what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanations {
    pub right: String,
    /// The damage was replayed.
    #[serde(default)]
    pub damaged: Option<String>,
    /// Good commits are missing.
    #[serde(default)]
    pub short: Option<String>,
    /// The recovery failed.
    #[serde(default)]
    pub failed: Option<String>,
    /// Another objective changes more.
    #[serde(default)]
    pub other: Option<String>,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub text: String,
    /// For `recover`: the statement that it stands for.
    #[serde(default)]
    pub does: Option<String>,
    /// For `measure`: `rpo`, `rto`, `storage` or `granularity`.
    #[serde(default)]
    pub objective: Option<String>,
    /// What somebody believes who chooses it, set right. Said if it turns out to be wrong.
    #[serde(default)]
    pub misconception: Option<String>,
    /// The scenarios in which it is offered; in all if none is named.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Of the choices of one name only one is offered at a time.
    #[serde(default)]
    pub one_of: Option<String>,
}
