//! The glossary, `content/glossary/*.toml`.

use super::{Wrong, from_toml};
use crate::term::Term;
use std::collections::BTreeSet;

/// A glossary as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GlossaryFile {
    term: Vec<Term>,
}

/// The most characters of a definition.
const DEFINITION_MAX: usize = 240;

/// A glossary's terms, or a line of it and what is wrong there.
pub fn read(text: &str, concepts: &str) -> Result<Vec<Term>, Wrong> {
    let glossary: GlossaryFile = from_toml(text)?;
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    let all: BTreeSet<&str> = glossary.term.iter().map(|term| term.id.as_str()).collect();
    for term in &glossary.term {
        let unknown = term.related.iter().find(|id| !all.contains(id.as_str()) || **id == term.id);
        let no_concept = term.concepts.iter().find(|id| !concepts.lines().any(|concept| concept == *id));
        let length = term.definition.chars().count();
        let wrong = if !ids.insert(&term.id) {
            "there is another term of this id".to_owned()
        } else if !names.insert(&term.name) {
            format!("another term is called {:?}", term.name)
        } else if length == 0 || length > DEFINITION_MAX {
            format!("its definition has {length} characters; 1 to {DEFINITION_MAX} are good")
        } else if let Some(id) = unknown {
            format!("related to {id:?}, which is no other term")
        } else if let Some(id) = no_concept {
            format!("explains {id:?}, which is no concept of concepts.txt")
        } else {
            continue;
        };
        let id = format!("id = {:?}", term.id);
        // Of two terms of one id the second is wrong.
        let line = text.lines().rev().position(|line| line == id).map_or(1, |behind| text.lines().count() - behind);
        return Err((line, format!("term {:?}: {wrong}", term.id)));
    }
    Ok(glossary.term)
}
