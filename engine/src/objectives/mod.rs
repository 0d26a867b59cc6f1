//! Recovery objectives, measured: what RTO and RPO a policy gives, found by letting the machine fail and recovering it.
//!
//! A [`Sweep`] goes through policies of one kind. For each it loses the primary at [`RUNS_PER_POINT`] instants, one in every ninth of a cycle of the
//! policy, drawn from a seed, and runs each recovery to its end. A point is the median and the worst of them, beside what the textbook expects
//! ([`textbook`]). Each run is a script, so that any point can be opened and looked at.
//!
//! Invariants: integers alone; the same seed gives the same points; one call of [`Sweep::next_run`] does one recovery, so that whoever asks can do other things in between.
//!
//! What the whole engine has beside that measures any [`Policy`]. Its [`History`] is lived once, and each of its disasters ([`Disaster`]) happens to a copy of it. A [`Plan`] numbers its runs, so that
//! several workers can share them; [`Point`] and [`Summary`] say what the runs of a policy come to, [`frontier`], [`Goal`] and [`remarks`] what follows from that. Each [`Metric`] is defined as
//! data. [`watch()`] shows any run as its operators would have seen it.
//!
//! [`Signals`] measures one policy of any scenario instead, all four objectives at once.

#[cfg(feature = "whole")]
mod disaster;
#[cfg(feature = "whole")]
mod expected;
#[cfg(feature = "whole")]
mod frontier;
#[cfg(feature = "whole")]
mod goal;
#[cfg(feature = "whole")]
mod history;
#[cfg(all(test, feature = "whole"))]
mod honest;
#[cfg(all(test, feature = "whole"))]
mod judging;
#[cfg(feature = "whole")]
mod keeping;
#[cfg(feature = "whole")]
mod knob;
mod measure;
#[cfg(feature = "whole")]
mod metric;
#[cfg(feature = "whole")]
mod parting;
#[cfg(feature = "whole")]
mod plan;
#[cfg(feature = "whole")]
mod point;
mod policies;
#[cfg(feature = "whole")]
mod policy;
#[cfg(feature = "whole")]
mod policy_text;
#[cfg(feature = "whole")]
mod presets;
#[cfg(feature = "whole")]
mod reading;
mod signals;
mod spread;
#[cfg(feature = "whole")]
mod summary;
mod sweep;
#[cfg(all(test, feature = "whole"))]
mod sweeping;
#[cfg(test)]
mod tests;
mod textbook;
#[cfg(feature = "whole")]
mod timeline;
#[cfg(feature = "whole")]
mod watch;

#[cfg(feature = "whole")]
pub use disaster::Disaster;
#[cfg(feature = "whole")]
pub use expected::Expected;
#[cfg(feature = "whole")]
pub use frontier::{Place, frontier};
#[cfg(feature = "whole")]
pub use goal::{Answer, Finding, Goal, Judged, Margin};
#[cfg(feature = "whole")]
pub use history::{Grain, History, Lens, Wanted};
#[cfg(feature = "whole")]
pub use keeping::{Keeping, held};
#[cfg(feature = "whole")]
pub use knob::Knob;
pub use measure::{Outcome, RunFailure, run_script};
#[cfg(feature = "whole")]
pub use metric::{Definition, Direction, Metric, Unit};
#[cfg(feature = "whole")]
pub use parting::{Remark, remarks};
#[cfg(feature = "whole")]
pub use plan::{Axis, Lived, MOST_RUNS, Plan, RunResult, Sweeper};
#[cfg(feature = "whole")]
pub use point::{Point, Spread};
#[cfg(feature = "whole")]
pub use policy::{Burst, Policy, Shape};
#[cfg(feature = "whole")]
pub use policy_text::PolicyTextError;
#[cfg(feature = "whole")]
pub use presets::Preset;
#[cfg(feature = "whole")]
pub use reading::{Loss, Part, Reading, Recovered};
pub use signals::{Signals, kept_bytes, lost_at};
pub use spread::{draw, spread};
#[cfg(feature = "whole")]
pub use summary::{Measured, Summary};
pub use sweep::{RUNS_PER_POINT, Sweep, SweepHead, SweepKind, SweepPoint, SweepStep};
#[cfg(feature = "whole")]
pub use watch::{Alert, BOARDS, Column, Ended, Gauge, PLANNED, Reading as Shown, Restore, Rule, Watch, Watched, watch};
