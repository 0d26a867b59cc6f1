//! The scenario language: a whole run as readable text.
//!
//! A scenario, a golden test, the statement box, a bug report and a permalink are the same thing: lines of
//! `[time] [session] statement`, plain data once they are read.
//!
//! ```text
//! # The 03:00 DELETE                              the first comment is the title
//! scenario seed 7, date 2026-03-04, zone UTC, segment 4KiB, archive timeout 5m
//! 02:00:00  ops    backup b1
//! 02:05:00  app-1  INSERT INTO users VALUES (9, 'Annie', 'Cleveland')
//! 03:00:00  admin  DELETE FROM users
//! 03:10:00  ops    recover from b1 to time '02:59:59' inclusive
//! expect table users rows 9
//! ```
//!
//! - A line without a time happens at the time of the line before, the first one at midnight of the scenario's date. Times never go back.
//! - A line without a session is sent by [`OPERATOR`].
//! - `#` begins a comment, except in a text.
//! - SQL for data, plain verbs for the operator, `expect` for what must hold, `show` for what is to be printed there; keywords in any case. Names of tables and columns are folded to lower case.
//!
//! Invariants: reading is total (any text gives a script or an error with its place, in bounded stack), and a script that was read prints as text that
//! reads back as an equal script, comments included.
//!
//! Left out on purpose: what only a running cluster can know (whether a table exists, what type a column has) is not checked here.

mod amounts;
mod commits;
mod compiled;
#[cfg(feature = "whole")]
mod culprits;
mod cursor;
mod errors;
mod expectations;
mod faults;
mod filters;
mod invariants;
mod lines;
mod near;
mod operators;
mod power;
mod print;
#[cfg(test)]
mod round_trips;
mod schedule;
mod settings;
mod sql;
mod statements;
mod targets;
mod tending;
#[cfg(test)]
mod tests;
mod times;
#[cfg(feature = "whole")]
mod workloads;

pub use amounts::{duration_text, parse_duration};
#[cfg(feature = "whole")]
pub(crate) use amounts::{parse_size, size_text};
#[cfg(feature = "whole")]
pub use culprits::{culprit, culprit_of_recovery};
pub use errors::{Fault, Place, ScriptError};
pub use expectations::{Claim, Database, Expectation};
pub use invariants::invariant_text;
pub use lines::parse;
pub use print::statement_text;
#[cfg(feature = "whole")]
pub(crate) use settings::settings_text;
pub use statements::{parse_statement, verbs};
pub use targets::{TargetTextError, parse_target};
pub use times::{TimeTextError, parse_time, time_text};

use crate::cluster::{Command, Settings, TimedCommand};
use crate::types::{Micros, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The session of a line that names none.
pub const OPERATOR: &str = "ops";

/// The most bytes that a script may have.
pub const MAX_BYTES: usize = 1 << 20;

/// The most lines that a script may have.
pub const MAX_LINES: usize = 100_000;

/// A run as data: what the machines are, what happens to them, what must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Script {
    pub title: String,
    pub settings: Settings,
    /// In order of time.
    pub commands: Vec<ScriptLine>,
    pub expectations: Vec<Expectation>,
    /// The comments but the title.
    pub remarks: Vec<Remark>,
}

/// A command and where it came from.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct ScriptLine {
    pub timed: TimedCommand,
    /// Its line in the text, counted from 1.
    pub line: u32,
    /// What was written, without time, session, `;` and comment. Reads as `timed.command`.
    pub statement: String,
}

/// A comment.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct Remark {
    pub line: u32,
    pub text: String,
}

/// Where a line stands is no part of what it says.
impl PartialEq for ScriptLine {
    fn eq(&self, other: &ScriptLine) -> bool {
        self.timed == other.timed && self.statement == other.statement
    }
}

/// Where a comment stands is no part of what it says.
impl PartialEq for Remark {
    fn eq(&self, other: &Remark) -> bool {
        self.text == other.text
    }
}

impl Script {
    /// Adds a command at the end, under the last line. It must not be earlier than the last command.
    pub fn push(&mut self, at: Micros, session: &str, command: impl Into<Arc<Command>>) {
        let command = command.into();
        let statement = statement_text(&command, self.settings.zone);
        let timed = TimedCommand { at, session: session.to_owned(), command };
        self.commands.push(ScriptLine { timed, line: self.last_line() + 1, statement });
    }

    /// The last line on which anything stands; that of the settings if nothing else does.
    pub fn last_line(&self) -> u32 {
        let commands = self.commands.iter().map(|command| command.line);
        let expectations = self.expectations.iter().map(|expectation| expectation.line);
        let remarks = self.remarks.iter().map(|remark| remark.line);
        commands.chain(expectations).chain(remarks).max().unwrap_or(2)
    }

    /// The zone of the times in the text.
    pub fn zone(&self) -> Zone {
        self.settings.zone
    }
}
