//! The same recovery in the words of other systems: what a person would type or send there for the choice made here.
//!
//! A [`Said`] is steps in their order, each a file, a shell call or a request, and [`Note`]s on what has no equivalent there or differs.
//! Where a system cannot do a thing at all there are no steps, and a note says what would come closest.
//!
//! ```text
//! choice                  PostgreSQL 15             mysqlbinlog                DynamoDB
//! time                    recovery_target_time      --stop-datetime            RestoreDateTime
//! LSN                     recovery_target_lsn       --stop-position            none
//! XID                     recovery_target_xid       --stop-position            none
//! name                    recovery_target_name      none                       none
//! immediate               recovery_target           the backup alone           none
//! end                     no target                 no stop                    UseLatestRestorableTime
//! in or out               ..._inclusive             by naming the next place   by naming another second
//! timeline                ..._timeline              none                       none
//! action at the target    ..._action                none                       none
//! ```
//!
//! What is said of PostgreSQL is the engine's own rule; of `mysqlbinlog`, what was seen on MariaDB 10.11; of DynamoDB, what its
//! documentation says, and where it says nothing, that.
//!
//! What PostgreSQL's server writes into its log while it recovers is said by [`log_lines`].
//!
//! Left out on purpose: SQL Server and Oracle, and how much a recovery does at once, which changes no result. Sentences are not here.

mod dynamodb;
mod mysql;
mod note;
mod postgresql;
mod server_log;
#[cfg(test)]
mod tests;

pub use note::Note;
pub use postgresql::settings as postgresql_settings;
pub use server_log::{Around, Level, LogLine, log_lines};

use crate::cluster::{AtTarget, RecoverySpec, TimelineChoice};
use core::fmt;

/// A system that has words of its own for a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    PostgreSql,
    MySql,
    DynamoDb,
}

impl Dialect {
    pub const ALL: [Dialect; 3] = [Dialect::PostgreSql, Dialect::MySql, Dialect::DynamoDb];
}

/// What a recovery is about, besides the choice itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The backup that the recovery starts from, after those that it builds on. None: nobody knows yet.
    pub backups: Vec<String>,
    pub tables: Vec<String>,
}

/// A recovery in the words of one system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In their order; none where the system has no equivalent.
    pub steps: Vec<Step>,
    pub notes: Vec<Note>,
}

/// A thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub form: Form,
    pub text: String,
}

/// What a step's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines for a shell.
    Shell,
    /// Lines to add to a file of this name.
    File(&'static str),
    /// The body of a request to the API of this name, in JSON.
    Request(&'static str),
}

/// Says a recovery in the words of a system.
pub fn say(dialect: Dialect, spec: &RecoverySpec, known: &Known) -> Said {
    match dialect {
        Dialect::PostgreSql => postgresql::say(spec, known),
        Dialect::MySql => mysql::say(spec, known),
        Dialect::DynamoDb => dynamodb::say(spec, known),
    }
}

impl Said {
    fn does(&mut self, form: Form, text: impl Into<String>) {
        self.steps.push(Step { form, text: text.into() });
    }

    /// Of a system that knows no timelines and does nothing at a target but open.
    fn lacks_timelines_and_actions(&mut self, spec: &RecoverySpec) {
        match spec.timeline {
            TimelineChoice::Latest => {}
            TimelineChoice::Current => self.notes.push(Note::NoTimelines { timeline: None }),
            TimelineChoice::Number(number) => self.notes.push(Note::NoTimelines { timeline: Some(number) }),
        }
        if spec.action != AtTarget::Promote {
            self.notes.push(Note::OpensAtOnce);
        }
    }
}

/// The steps as a person would copy them, then the codes of the notes with their parameters.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { form, text } in &self.steps {
            let (heading, prompt) = match form {
                Form::Shell => ("", "$ "),
                Form::File(name) => (*name, "    "),
                Form::Request(name) => (*name, "    "),
            };
            if !heading.is_empty() {
                writeln!(f, "{heading}:")?;
            }
            for line in text.lines() {
                writeln!(f, "{prompt}{line}")?;
            }
        }
        for note in &self.notes {
            let params: Vec<String> = note.params().iter().map(|(name, value)| format!(", {name} {value}")).collect();
            writeln!(f, "note {}{}", note.key(), params.concat())?;
        }
        Ok(())
    }
}

/// A word of a shell's line, quoted if it is not plain.
fn shell_word(text: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "._-/=".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
