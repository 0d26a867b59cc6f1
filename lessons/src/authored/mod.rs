//! Questions that people write: mdbook-quiz's TOML, with keys of ours for a history and for what the engine computes.
//!
//! Their form and how it is read is `pitr-authoring`'s; here they are asked on their histories, and checked (feature `authoring`).

pub mod ask;
#[cfg(feature = "authoring")]
pub mod check;

use ask::{AskError, Posed};
pub use pitr_authoring::question::{Lines, Written};
use std::sync::OnceLock;

/// The shipped questions, by the stems of their files.
pub fn shipped() -> &'static [(String, Vec<Written>)] {
    static FILES: OnceLock<Vec<(String, Vec<Written>)>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/written.postcard"));
    // What this build's own script wrote can be read; a test shows it.
    FILES.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}

/// The shipped question of a name, `FILE-STEM/QUESTION-ID`, asked; `None` if there is none.
pub fn posed(name: &str, seed: u64) -> Option<Result<Posed, AskError>> {
    let (stem, id) = name.split_once('/')?;
    let (_, questions) = shipped().iter().find(|(own, _)| own == stem)?;
    let written = questions.iter().find(|written| written.id == id)?;
    Some(ask::ask(written, name, seed))
}
