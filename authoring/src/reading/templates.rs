//! The words of templates, `content/templates/*.toml`, and the places where their histories happen, `content/worlds.toml`.

use super::{Wrong, from_toml, holes};
use crate::outlines::{Outline, UNFORESEEN};
use crate::words::{TemplateWords, Worlds};
use std::collections::BTreeMap;

/// A template's words: all that its outline wants, and nothing that it does not know; or a line and what is wrong there.
pub fn read(text: &str, outline: &Outline, concepts: &str) -> Result<TemplateWords, Wrong> {
    let words: TemplateWords = from_toml(text)?;
    let line_of = |what: &str| text.lines().position(|line| line.contains(what)).unwrap_or(0) + 1;
    if let Some(id) = words.concepts.iter().find(|id| !concepts.lines().any(|concept| concept == *id)) {
        return Err((line_of(id), format!("{id:?} is no concept of concepts.txt")));
    }
    let keys = [
        ("prompt", outline.variants, words.prompt.keys().collect::<Vec<_>>()),
        ("explanation", outline.variants, words.explanation.keys().collect()),
        ("choice", outline.choices, words.choice.keys().collect()),
        ("misconception", outline.misconceptions, words.misconception.keys().collect()),
        ("note", outline.notes, words.note.keys().collect()),
    ];
    for (section, wanted, there) in keys {
        if let Some(missing) = wanted.iter().find(|key| !there.iter().any(|other| other == *key)) {
            return Err((line_of(&format!("[{section}]")), format!("[{section}] wants {missing:?}")));
        }
        if let Some(unknown) = there.iter().find(|key| !wanted.contains(&key.as_str())) {
            return Err((line_of(unknown), format!("[{section}] knows no {unknown:?}: {}", wanted.join(", "))));
        }
    }
    if let Some((variant, _)) = words.prompt.iter().find(|(_, ways)| ways.is_empty()) {
        return Err((line_of(variant), format!("{variant:?} wants a way to ask it")));
    }
    let texts = words.prompt.values().flatten().chain(words.explanation.values());
    let texts = texts.chain(words.choice.values()).chain(words.misconception.values());
    let texts = texts.chain(words.note.values());
    for said in texts {
        let first = said.lines().next().unwrap_or_default();
        if said.trim().is_empty() {
            return Err((line_of("\"\""), "a text is empty".to_owned()));
        }
        if let Some(hole) = holes(said).find(|hole| !outline.names.contains(hole)) {
            return Err((line_of(first), format!("{{{hole}}} is none of {}", outline.names.join(", "))));
        }
    }
    Ok(words)
}

/// The places where histories happen: each has enough of everything.
pub fn read_worlds(text: &str) -> Result<Worlds, Wrong> {
    let worlds: Worlds = from_toml(text)?;
    let poor = worlds.world.iter().find(|world| {
        let [from, to, step] = world.numbers;
        let words = world.people.len() < 2 || world.things.len() < 2;
        words || step < 1 || (to - from) / step < 3
    });
    match poor {
        _ if worlds.world.is_empty() => Err((1, "wants a [[world]]".to_owned())),
        Some(world) => {
            let line = text.lines().position(|line| line.contains(&world.title)).unwrap_or(0) + 1;
            Err((line, format!("world {:?} wants two people, two things and four numbers at least", world.title)))
        }
        None => Ok(worlds),
    }
}

/// What is said of answers that nobody foresaw: a sentence for each kind of them, with `{answer}` if it likes.
pub fn read_unforeseen(text: &str) -> Result<BTreeMap<String, String>, Wrong> {
    let words: BTreeMap<String, String> = from_toml(text)?;
    let line_of = |id: &str| text.lines().position(|line| line.starts_with(id)).unwrap_or(0) + 1;
    if let Some(missing) = UNFORESEEN.iter().find(|id| words.get(**id).is_none_or(|said| said.trim().is_empty())) {
        return Err((line_of(missing), format!("wants {missing:?}")));
    }
    for (id, said) in &words {
        if !UNFORESEEN.contains(&id.as_str()) {
            return Err((line_of(id), format!("knows no {id:?}: {}", UNFORESEEN.join(", "))));
        }
        if let Some(hole) = holes(said).find(|hole| *hole != "answer") {
            return Err((line_of(id), format!("{{{hole}}} is not {{answer}}")));
        }
    }
    Ok(words)
}
