//! Scenarios and self-checks on the engine, and the content that they are made of.
//!
//! What an author writes stands in `content/`: scenarios in the scenario language, questions and the glossary as TOML. Nothing here knows of a screen.
//!
//! Architecture invariant: this crate depends on the engine alone. Which answer is right is never written down: the engine finds out.

#![forbid(unsafe_code)]

#[cfg(feature = "whole")]
pub mod authored;
#[cfg(feature = "whole")]
mod continuation;
#[cfg(feature = "whole")]
mod glossary;
#[cfg(feature = "whole")]
pub mod lesson;
#[cfg(feature = "whole")]
pub mod questions;
#[cfg(feature = "whole")]
mod quiz;
#[cfg(feature = "whole")]
mod refusal;
mod scenarios;
#[cfg(feature = "whole")]
mod tables;

#[cfg(feature = "whole")]
pub use continuation::{Continuation, ContinuationError, continued};
#[cfg(feature = "whole")]
pub use glossary::glossary;
#[cfg(feature = "whole")]
pub use pitr_authoring::{term::Term, text};
#[cfg(feature = "whole")]
pub use quiz::{Asked, Consequence, Graded, MeasuredRow, Quiz, QuizError, quizzes};
pub use scenarios::{OPENING, opening};
#[cfg(feature = "whole")]
pub use scenarios::{SCENARIOS, Scenario, scenario};
