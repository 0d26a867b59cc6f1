//! Self-checks. Which choice is right is known to the worker alone.

use crate::wire::wire;
use crate::{Problem, Report, Table};

wire! {
    /// A question as it is shown. Its texts come from the lesson's content.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Question {
        pub id: String,
        pub text: String,
        /// What the log says around the moment, one line each; empty for none.
        pub evidence: Vec<String>,
        pub choices: Vec<String>,
    }

    /// What became of a choice.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Grade {
        pub right: bool,
        /// Why, from the lesson's content.
        pub explanation: String,
        pub consequence: Consequence,
    }

    /// What the engine found when it did what the choice says.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Consequence {
        /// The recovery ran: its report, the tables that it gives, the ones that were to be had, and the script that does it all again.
        Recovered { report: Box<Report>, recovered: Vec<Table>, wanted: Vec<Table>, script: String },
        /// The recovery failed, as it would on a server.
        Failed { problem: Problem, script: String },
        /// The choice turned a knob: each objective before and after, by its code (`rpo`, `rto`, `storage`, `granularity`), as text forms.
        Measured { rows: Vec<MeasuredRow> },
    }

    /// An objective measured under two policies.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MeasuredRow {
        /// `rpo`, `rto`, `storage` or `granularity`.
        pub objective: String,
        /// Microseconds for the times, bytes (times `scale`) for storage, commits that fall together for granularity.
        pub before: i64,
        pub after: i64,
    }
}
