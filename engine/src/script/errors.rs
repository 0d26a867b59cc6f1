//! What can be wrong with a script, as values: a stable code, typed parameters, a place.
//!
//! The sentences stand in the files of languages (`error.<code>`). What a parameter shows is notation, the same in every language: words of the
//! scenario language, and capitals for what a person fills in (`TABLE`, `DURATION`).

use super::targets::TargetTextError;
use super::times::TimeTextError;
use super::{settings, statements};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A script cannot be read, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    pub place: Place,
    pub fault: Fault,
}

/// A place in a script, counted from 1; columns and widths count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub width: u32,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    ScriptTooLong {
        bytes: usize,
        limit: usize,
    },
    TooManyLines {
        limit: usize,
    },
    /// No statement begins like this; `nearest` is the verb that was meant, if one is near.
    UnknownVerb {
        word: String,
        nearest: Option<&'static str>,
    },
    /// `scenario`, `expect` and `show` happen at no time and in no session.
    StandsAlone {
        word: String,
    },
    UnexpectedWord {
        found: String,
        expected: &'static str,
    },
    /// The line is over, and this is missing.
    EndsEarly {
        expected: &'static str,
    },
    /// This build leaves the statement out, see [`crate::WHOLE`].
    NeedsWholeEngine,
    /// The statement is complete, and there is more.
    LeftOver {
        found: String,
    },
    UnterminatedText {
        text: String,
    },
    BadNumber {
        text: String,
        least: i128,
        most: i128,
    },
    BadDuration {
        text: String,
    },
    BadSize {
        text: String,
    },
    BadRate {
        text: String,
    },
    Time(TimeTextError),
    Target(TargetTextError),
    UnknownSetting {
        key: String,
        nearest: Option<&'static str>,
    },
    SettingTwice {
        key: &'static str,
    },
    /// A value of the right form that the machine cannot have.
    BadSetting {
        key: &'static str,
        text: String,
        allowed: &'static str,
    },
    /// Settings after the first command.
    LateSettings,
    /// A clock time earlier than the line before: if the next day is meant, its date must say so.
    ClockGoesBack {
        text: String,
        before: String,
        dated: String,
    },
    TimeGoesBack {
        text: String,
        before: String,
    },
    /// Parentheses in parentheses.
    NestingTooDeep {
        limit: usize,
    },
    TooManyConditions {
        limit: usize,
    },
    ColumnTwice {
        column: String,
    },
    /// A row has another number of values than there are columns for.
    ValueCount {
        found: usize,
        expected: usize,
    },
}

impl Fault {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::ScriptTooLong { .. } => "script_too_long",
            Fault::TooManyLines { .. } => "too_many_lines",
            Fault::UnknownVerb { nearest: None, .. } => "unknown_verb",
            Fault::UnknownVerb { nearest: Some(_), .. } => "unknown_verb_near",
            Fault::StandsAlone { .. } => "stands_alone",
            Fault::UnexpectedWord { .. } => "unexpected_word",
            Fault::EndsEarly { .. } => "ends_early",
            Fault::LeftOver { .. } => "left_over",
            Fault::NeedsWholeEngine => "needs_whole_engine",
            Fault::UnterminatedText { .. } => "unterminated_text",
            Fault::BadNumber { .. } => "bad_number",
            Fault::BadDuration { .. } => "bad_duration",
            Fault::BadSize { .. } => "bad_size",
            Fault::BadRate { .. } => "bad_rate",
            Fault::Time(error) => error.code(),
            Fault::Target(error) => error.code(),
            Fault::UnknownSetting { nearest: None, .. } => "unknown_setting",
            Fault::UnknownSetting { nearest: Some(_), .. } => "unknown_setting_near",
            Fault::SettingTwice { .. } => "setting_twice",
            Fault::BadSetting { .. } => "bad_setting",
            Fault::LateSettings => "late_settings",
            Fault::ClockGoesBack { .. } => "clock_goes_back",
            Fault::TimeGoesBack { .. } => "time_goes_back",
            Fault::NestingTooDeep { .. } => "nesting_too_deep",
            Fault::TooManyConditions { .. } => "too_many_conditions",
            Fault::ColumnTwice { .. } => "column_twice",
            Fault::ValueCount { .. } => "value_count",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Fault::ScriptTooLong { bytes, limit } => vec![("bytes", bytes.to_string()), ("limit", limit.to_string())],
            Fault::TooManyLines { limit } | Fault::NestingTooDeep { limit } | Fault::TooManyConditions { limit } => {
                vec![("limit", limit.to_string())]
            }
            Fault::UnknownVerb { word, nearest } => with_nearest(
                vec![("word", word.clone()), ("verbs", statements::verbs().collect::<Vec<_>>().join(", "))],
                *nearest,
            ),
            Fault::StandsAlone { word } => vec![("word", word.clone())],
            Fault::UnexpectedWord { found, expected } => {
                vec![("found", found.clone()), ("expected", (*expected).to_owned())]
            }
            Fault::EndsEarly { expected } => vec![("expected", (*expected).to_owned())],
            Fault::LeftOver { found } => vec![("found", found.clone())],
            Fault::UnterminatedText { text }
            | Fault::BadDuration { text }
            | Fault::BadSize { text }
            | Fault::BadRate { text } => vec![("text", text.clone())],
            Fault::BadNumber { text, least, most } => {
                vec![("text", text.clone()), ("least", least.to_string()), ("most", most.to_string())]
            }
            Fault::Time(error) => error.params(),
            Fault::Target(error) => error.params(),
            Fault::UnknownSetting { key, nearest } => with_nearest(
                vec![("key", key.clone()), ("settings", settings::keys().collect::<Vec<_>>().join(", "))],
                *nearest,
            ),
            Fault::SettingTwice { key } => vec![("key", (*key).to_owned())],
            Fault::BadSetting { key, text, allowed } => {
                vec![("key", (*key).to_owned()), ("text", text.clone()), ("allowed", (*allowed).to_owned())]
            }
            Fault::LateSettings | Fault::NeedsWholeEngine => Vec::new(),
            Fault::ClockGoesBack { text, before, dated } => {
                vec![("text", text.clone()), ("before", before.clone()), ("dated", dated.clone())]
            }
            Fault::TimeGoesBack { text, before } => vec![("text", text.clone()), ("before", before.clone())],
            Fault::ColumnTwice { column } => vec![("column", column.clone())],
            Fault::ValueCount { found, expected } => {
                vec![("found", found.to_string()), ("expected", expected.to_string())]
            }
        }
    }
}

fn with_nearest(mut params: Vec<(&'static str, String)>, nearest: Option<&'static str>) -> Vec<(&'static str, String)> {
    params.extend(nearest.map(|nearest| ("nearest", nearest.to_owned())));
    params
}

impl ScriptError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        self.fault.params()
    }
}

/// For a log, not for a person: `3:12 bad_number text=x ...`.
impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.place.line, self.place.column, self.code())?;
        self.params().iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl core::error::Error for ScriptError {}

impl From<TimeTextError> for Fault {
    fn from(error: TimeTextError) -> Fault {
        Fault::Time(error)
    }
}

impl From<TargetTextError> for Fault {
    fn from(error: TargetTextError) -> Fault {
        Fault::Target(error)
    }
}

/// What was found, cut to a length that fits into a sentence.
pub(super) fn clip(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
