//! Recovery objectives, measured: what RTO and RPO a policy gives, found by letting the machine fail and recovering it.
//!
//! A [`Sweep`] goes through policies of one kind. For each it loses the primary at [`RUNS_PER_POINT`] instants, one in every ninth of a cycle of the
//! policy, drawn from a seed, and runs each recovery to its end. A point is the median and the worst of them, beside what the textbook expects
//! ([`textbook`]). Each run is a script, so that any point can be opened and looked at.
//!
//! Invariants: integers alone; the same seed gives the same points; one call of [`Sweep::next_run`] does one recovery, so that whoever asks can do other things in between.
//!
//! [`Signals`] measures one policy of any scenario instead, all four objectives at once.

mod measure;
mod policies;
mod signals;
mod spread;
mod sweep;
#[cfg(test)]
mod tests;
mod textbook;

pub use measure::{Outcome, RunFailure, run_script};
pub use signals::{Signals, kept_bytes, lost_at};
pub use spread::{draw, spread};
pub use sweep::{RUNS_PER_POINT, Sweep, SweepHead, SweepKind, SweepPoint, SweepStep};
