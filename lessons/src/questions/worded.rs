//! The words of templates and worlds, as the build script has stored them.

use pitr_authoring::outlines::{OUTLINES, Outline};
use pitr_authoring::words::{TemplateWords, World, Worlds};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// All words, by the template's id.
fn words() -> &'static BTreeMap<String, TemplateWords> {
    static WORDS: OnceLock<BTreeMap<String, TemplateWords>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/templates.postcard"));
    // What this build's own script wrote can be read; a test shows it.
    WORDS.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}

/// Where stories happen.
pub fn worlds() -> &'static [World] {
    static WORLDS: OnceLock<Vec<World>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/worlds.postcard"));
    WORLDS.get_or_init(|| postcard::from_bytes::<Worlds>(bytes).map(|worlds| worlds.world).unwrap_or_default())
}

/// A template's outline and its words.
pub fn worded(id: &str) -> Option<(&'static Outline, &'static TemplateWords)> {
    let outline = OUTLINES.iter().find(|outline| outline.id == id)?;
    Some((outline, words().get(id)?))
}

/// What is said of answers that nobody foresaw.
pub fn unforeseen_words() -> &'static BTreeMap<String, String> {
    static WORDS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/unforeseen.postcard"));
    WORDS.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}
