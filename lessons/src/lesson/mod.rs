//! Lessons: text and steps that an author writes in `content/lessons/`, and what the engine makes of them.
//!
//! [`written`] is the form, [`facts`] the words in which texts and conditions ask of a run, [`stage`] a lesson carried out. Reading and checking the files
//! is for authors (feature `authoring`) and for the build, which leaves out a lesson that is wrong and says so.

#[cfg(feature = "authoring")]
mod check;
mod fact;
pub(crate) mod facts;
#[cfg(feature = "authoring")]
mod markdown;
#[cfg(feature = "authoring")]
mod read;
mod stage;
mod written;

#[cfg(feature = "authoring")]
pub use check::check_lesson;
pub use fact::FactError;
pub use facts::Made;
#[cfg(feature = "authoring")]
pub use read::{Around, Fault, Folder, read_lesson};
pub use stage::{Came, Given, JudgeError, Judged, Staged, Stand};
pub use written::{Act, Block, Choose, Condition, Front, Lesson, Section, Span, Step, Style, Typed};

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
