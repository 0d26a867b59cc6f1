//! Questions without end: a template and a seed give a history, a question about it, and the right answer, which the engine finds out.
//!
//! * [`templates`] holds a function for each template: it tells a [`story`], asks the engine what comes of it ([`lived`]), and offers the results of wrong runs beside.
//! * [`maker`] fills in the words, which stand in `content/templates/`, and holds a question to what a good one is: where a history gives none, the next is drawn.
//! * [`grading`] says what an answer is worth, [`forms`] in how many ways it can be written.
//!
//! Invariant: the same template and seed are the same question everywhere, and grading changes nothing.

mod chance;
mod forms;
mod grading;
mod lived;
mod maker;
mod question;
mod story;
mod templates;
#[cfg(test)]
mod tests;
mod unforeseen;
mod worded;

pub use grading::grade;
pub use question::{
    Answer, Choice, Form, Item, Kind, KnownWrong, Misconception, Order, Place, Question, QuestionError, Short, Shows,
    Slip, TemplateInfo, Verdict,
};

pub use unforeseen::is_unforeseen;

use maker::Maker;
use pitr_authoring::outlines::OUTLINES;

/// How many histories are drawn for a question before that is given up. Most templates need one or two.
const ATTEMPTS: u32 = 400;

/// The templates, in the order in which a course has them.
pub fn templates() -> impl Iterator<Item = TemplateInfo> {
    OUTLINES.iter().filter_map(|outline| {
        let (_, words) = worded::worded(outline.id)?;
        Some(TemplateInfo { id: outline.id, title: &words.title, concepts: &words.concepts })
    })
}

/// The question of a template for a seed.
pub fn make(id: &str, seed: u64) -> Result<Question, QuestionError> {
    let no_template = || QuestionError::NoSuchTemplate { id: id.to_owned() };
    let (outline, words) = worded::worded(id).ok_or_else(no_template)?;
    let template = templates::template(outline.id).ok_or_else(no_template)?;
    let mut made = (0..ATTEMPTS).filter_map(|attempt| template(&mut Maker::new(outline, words, seed, attempt)));
    made.next().ok_or_else(|| QuestionError::NoHistory { id: id.to_owned() })
}
