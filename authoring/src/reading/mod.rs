//! Files read: TOML and Markdown made into this crate's types. Whatever is wrong is said with its line and what to do about it.

pub mod finding;
pub mod folders;
pub mod glossary;
pub mod lesson;
pub mod markdown;
pub mod quizzes;
pub mod schema;
mod sections;
mod table;
pub mod templates;

/// A line, from 1, and what is wrong there.
pub type Wrong = (usize, String);

/// What a TOML file holds, or a line of it and what is wrong there.
fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start + 1);
        (text.get(..offset).unwrap_or(text).lines().count().max(1), error.message().to_owned())
    })
}

/// The names in braces of a template.
fn holes(template: &str) -> impl Iterator<Item = &str> {
    crate::lesson::holes(template).into_iter().map(|(_, name)| name)
}
