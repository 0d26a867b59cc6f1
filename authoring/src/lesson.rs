//! A lesson as an author writes it: the front matter of `lesson.md`, its text in blocks, and `steps.toml`.
//!
//! The same types serve whoever reads the files (the build script, the checker) and the crate, which has them as postcard. Texts are templates: `{name}` stands for a value
//! of the run, named in `steps.toml`.

use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A lesson, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    pub front: Front,
    /// The scenario's text.
    pub script: String,
    pub intro: Text,
    pub sections: Vec<Section>,
    pub machine: Machine,
}

/// What stands between the `+++` lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    pub id: String,
    pub number: u32,
    pub title: String,
    /// The one idea.
    pub idea: String,
    /// Ids of `concepts.txt`.
    pub concepts: Vec<String>,
    pub minutes: u32,
    /// Ids of lessons.
    #[serde(default)]
    pub prerequisites: Vec<String>,
    /// `scenario.pitr`, which lies beside, or the stem of a shipped scenario.
    pub scenario: String,
    /// Two templates of questions.
    pub questions: Vec<String>,
    /// A template of an earlier lesson.
    #[serde(default)]
    pub recall: Option<String>,
    /// Numbers that texts may name though they are no values of the run, each with the reason.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
}

/// The text of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub id: String,
    pub title: String,
    /// Read before the answer.
    pub predict: Text,
    /// What is to be seen in the lab once the engine has run.
    pub observe: Text,
    pub explain: Text,
}

/// `steps.toml`: what the engine does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Names that texts can show, and what the engine finds for them (`facts.rs` tells the language).
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Lines of the scenario language put behind the scenario: a run by a name.
    #[serde(default)]
    pub runs: BTreeMap<String, String>,
    /// In the order of the text's sections.
    #[serde(default)]
    pub step: Vec<Step>,
}

/// A step. It has one of `choose`, `type` and `act`, or none: then it is read and watched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    /// Where the lab stands while the step is read.
    #[serde(default)]
    pub scene: Scene,
    /// Where it goes once the answer is locked in; a choice that does something shows its own run.
    #[serde(default)]
    pub after: Option<Scene>,
    /// Three, each telling more than the one before; none for a step that is watched.
    #[serde(default)]
    pub hints: Vec<String>,
    #[serde(default)]
    pub choose: Option<Choose>,
    #[serde(default, rename = "type")]
    pub typed: Option<Typed>,
    #[serde(default)]
    pub act: Option<Act>,
}

/// A state of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// One of `runs`; the scenario itself if none is named.
    #[serde(default)]
    pub run: Option<String>,
    /// A moment of it, as values name them; its end if none is named.
    #[serde(default)]
    pub at: Option<String>,
    /// A target, in the scenario language: `from b1 to time '{before}' inclusive`.
    #[serde(default)]
    pub target: Option<String>,
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choose {
    /// For options that do something: what must hold in the run of a right one.
    #[serde(default)]
    pub want: Vec<String>,
    /// For options that say something: what a right one says.
    #[serde(default)]
    pub answer: Option<String>,
    pub option: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub id: String,
    pub text: String,
    /// Lines of the scenario language, put behind the scene's run.
    #[serde(default)]
    pub does: Option<String>,
    /// A value.
    #[serde(default)]
    pub says: Option<String>,
    /// What the author expects; the checker asks the engine.
    #[serde(default)]
    pub right: bool,
    pub feedback: String,
}

/// A number, a position, a time, typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// `number`, `lsn`, `xid` or `time`.
    pub form: String,
    pub label: String,
    /// The right one, as a value.
    pub answer: String,
    pub feedback: String,
    /// Wrong ones that somebody may well give, and why.
    #[serde(default)]
    pub wrong: Vec<Wrong>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    pub is: String,
    pub feedback: String,
}

/// Something done in the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Lines that do it, put behind the scene's run: the checker sees that it can be done, and whoever is stuck can have it shown.
    pub solution: String,
    pub until: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What must hold of the run in the lab.
    pub is: String,
    /// The same for the learner.
    pub says: String,
}

/// The names in braces of a text, with where they stand in it. A brace that nobody closes has all behind it for its name, which no value has.
pub fn holes(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('{')) {
        let begin = from + open + 1;
        let name = text.get(begin..).and_then(|rest| rest.split('}').next()).unwrap_or_default();
        found.push((begin, name));
        from = begin + name.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_that_nobody_closes_is_told_too() {
        assert_eq!(holes("from {b1} to {end}"), [(6, "b1"), (14, "end")]);
        assert_eq!(holes("{a}{b"), [(1, "a"), (4, "b")]);
        assert_eq!(holes("none"), []);
    }
}
