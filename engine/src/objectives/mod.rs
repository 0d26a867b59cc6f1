//! Recovery objectives, measured: what RTO and RPO a policy gives, found by letting the machine fail and recovering it.
//!
//! Any [`Policy`] is measured, in the whole engine: its [`History`] is lived once, and each of its disasters ([`Disaster`]) happens to a copy of it. A [`Plan`] numbers its runs, so that
//! several workers can share them, and each is a script, so that any of them can be opened and looked at; [`Point`] and [`Summary`] say what the runs of a policy come to, [`frontier`], [`Goal`] and
//! [`remarks`] what follows from that, beside what a textbook expects ([`Expected`]). Each [`Metric`] is defined as data. [`watch()`] shows any run as its operators would have seen it.
//!
//! Invariant: integers alone; the same seed gives the same points.
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
#[cfg(all(test, feature = "whole"))]
mod sweeping;
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
pub use signals::Signals;
pub use spread::{draw, spread};
#[cfg(feature = "whole")]
pub use summary::{Measured, Summary};
#[cfg(feature = "whole")]
pub use watch::{Alert, BOARDS, Column, Ended, Gauge, PLANNED, Reading as Shown, Restore, Rule, Watch, Watched, watch};
