//! What authors write: the form of questions, lessons, terms and words, and how they are read from their files.
//!
//! The build of `pitr-lessons` reads the files with the feature `reading` and stores these types; the crate as a browser has it knows the types alone; the checker of content has both.
//! What is right, and whether a text tells the truth, the engine finds out elsewhere.
//!
//! Architecture invariant: this crate depends on none of ours. Only `reading::folders` knows of a disk.

#![forbid(unsafe_code)]

pub mod lesson;
pub mod outlines;
pub mod question;
pub mod quiz;
#[cfg(feature = "reading")]
pub mod reading;
pub mod term;
pub mod text;
pub mod words;
