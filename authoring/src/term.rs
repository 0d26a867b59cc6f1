//! What an author writes in `content/glossary/`.

use serde::{Deserialize, Serialize};

/// A term that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub id: String,
    /// As it is written in a text.
    pub name: String,
    /// A sentence or two.
    pub definition: String,
    /// The ids of terms to read on with.
    pub related: Vec<String>,
    /// The concepts of `content/concepts.txt` that it explains.
    #[serde(default)]
    pub concepts: Vec<String>,
}
