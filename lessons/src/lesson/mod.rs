//! Lessons: text and steps that an author writes in `content/lessons/`, and what the engine makes of them.
//!
//! `pitr_authoring::lesson` is the form, [`facts`] the words in which texts and conditions ask of a run, [`stage`] a lesson carried out. Checking
//! is for authors (feature `authoring`); the build leaves out a lesson that cannot be read, and says so.

#[cfg(feature = "authoring")]
mod check;
mod fact;
pub(crate) mod facts;
mod stage;

#[cfg(feature = "authoring")]
pub use check::check_lesson;
pub use fact::FactError;
pub use facts::Made;
pub use pitr_authoring::lesson::{Act, Choose, Condition, Front, Lesson, Section, Step, Typed};
pub use stage::{Came, Given, JudgeError, Judged, Staged, Stand};

use std::sync::OnceLock;

/// All lessons, in the order of their numbers.
pub fn lessons() -> &'static [Lesson] {
    static LESSONS: OnceLock<Vec<Lesson>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/lessons.postcard"));
    // What this build's own script wrote can be read; a test shows it.
    LESSONS.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}

/// The lesson of an id.
pub fn lesson(id: &str) -> Option<&'static Lesson> {
    lessons().iter().find(|lesson| lesson.front.id == id)
}
