//! What the page knows, and how it changes: a plain reducer.
//!
//! [`Model::apply`] takes an [`Action`] (a person's wish, or what the link heard) and gives back [`Effect`]s for the link and the timer to
//! carry out. No browser is needed here, and none is used: the tests run natively.
//!
//! Invariants: a run is replaced only by another complete one; an answer of an earlier epoch changes nothing; of seeks and boundary
//! questions only the latest counts.

mod action;
mod cursor;
mod gate;
mod model;
mod pace;
pub(crate) mod run;
mod session;
mod target;
#[cfg(test)]
mod tests;

pub use action::{Action, Effect};
pub use cursor::{Cursor, Speed};
pub use model::{Model, OPENING};
pub use run::{Run, View};
pub use session::{
    Desk, Numbers, Session, Ticket, use_health, use_outcome, use_run, use_session, use_target, value_of,
};
pub use target::{Target, same_cut};

use pitr_protocol::{Problem, Report};

/// The recovery: asked for, refused, or done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// A recovery has been asked for and its run has not come yet.
    pub asked: bool,
    /// Why the last one that was asked for cannot be.
    pub refused: Option<Problem>,
    /// The report of the recovery that the run ends with.
    pub report: Option<View<Report>>,
    /// Whether that recovery has been watched to its end: from then on report and recovered tables stay.
    pub reached: bool,
    /// Why the last script that was loaded was turned down.
    pub load_refused: Option<Problem>,
    /// Whether a script is being loaded.
    pub loading: bool,
}

/// How the connection to the worker is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    pub state: Connection,
    /// The engine runs on the page's own thread.
    pub fallback: bool,
    /// What the last crash was; stays until it is dismissed.
    pub crash: Option<View<Crash>>,
}

/// The states of the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Connection {
    #[default]
    Starting,
    Ready,
    /// The worker was replaced and the run is being restored.
    Restoring,
    /// It cannot be had.
    Failed,
}

/// A crash of the worker, as it is offered for a bug report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    pub message: String,
    /// The run's script, and what was asked when it happened.
    pub script: String,
}

/// Where the story stands: what the next thing to do is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// No run yet.
    #[default]
    Starting,
    /// A run, as it opened.
    Opened,
    /// Somewhere in the run, playing or stepping.
    Watching,
    /// The target has been moved.
    Chosen,
    /// Inside the recovery.
    Recovering,
    /// At the recovery's end.
    Recovered,
}

/// Where the story stands.
pub fn stage(run: &Run, cursor: &Cursor, target: &Target, outcome: &Outcome) -> Stage {
    let at_rest = cursor.step == run.head.noticed_step && !cursor.playing;
    match run.head.recovery_step {
        _ if !run.is_there() => Stage::Starting,
        _ if outcome.asked => Stage::Recovering,
        Some(_) if cursor.step == run.last_step() && outcome.report.is_some() => Stage::Recovered,
        Some(begin) if cursor.step >= begin => Stage::Recovering,
        _ if at_rest && target.touched => Stage::Chosen,
        _ if at_rest => Stage::Opened,
        _ => Stage::Watching,
    }
}
