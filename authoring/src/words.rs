//! What an author writes in `content/templates/` and `content/worlds.toml`.
//!
//! Texts have names in braces, which are filled in from the run that a question is about. Which texts a template wants, and which names it knows, is its outline
//! ([`crate::outlines`]); the build holds the files to it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The words of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateWords {
    pub title: String,
    /// Of `content/concepts.txt`.
    pub concepts: Vec<String>,
    /// By the question's variant, ways to ask it, of which the seed picks one.
    pub prompt: BTreeMap<String, Vec<String>>,
    /// By variant, why the right answer is right.
    pub explanation: BTreeMap<String, String>,
    /// What is offered, by name.
    #[serde(default)]
    pub choice: BTreeMap<String, String>,
    /// By id, what people believe, set right.
    pub misconception: BTreeMap<String, String>,
    /// What is said of a run that is another than was asked for, or that does not come to what was claimed.
    #[serde(default)]
    pub note: BTreeMap<String, String>,
}

/// Where the histories happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worlds {
    pub world: Vec<World>,
}

/// A small business with one table: a key, two texts and a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// The first line of its scenarios.
    pub title: String,
    pub table: String,
    /// Of the four columns.
    pub columns: [String; 4],
    /// The sessions that work in it.
    pub sessions: [String; 2],
    /// Values of the second and of the third column.
    pub people: Vec<String>,
    pub things: Vec<String>,
    /// Values of the fourth column: from, to, and in steps of.
    pub numbers: [i64; 3],
    /// What somebody says who notices that the table is empty.
    pub noticed: String,
}
