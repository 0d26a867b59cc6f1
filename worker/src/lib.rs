//! The engine and the lessons behind the protocol.
//!
//! [`Desk`] answers requests; it knows no browser, and is tested natively. In Wasm, `glue` gives it a mouth and an ear: the class `Lab`
//! that `worker.js` drives, in a Web Worker or, where none can be had, on the page's own thread.
//!
//! * [`loaded`] is a script carried out, and the recovery that was asked for behind it.
//! * [`columns`] turns a run's events into the columns that the page draws.
//! * [`frame`] turns the cluster at one step into what the machine and the tables show.
//! * [`cuts`] answers what a target would do before it is done.
//! * `waits` holds what takes longer than a message may: a `task` in which a run is carried out (`making`), laid out and sent.
//! * `study`, in a build of its own, grades self-checks and runs sweeps over policies.

#![forbid(unsafe_code)]

#[cfg(feature = "whole")]
mod all_rows;
#[cfg(feature = "whole")]
mod bench;
#[cfg(feature = "whole")]
mod boards;
mod columns;
mod cuts;
mod desk;
mod frame;
#[cfg(target_arch = "wasm32")]
mod glue;
#[cfg(feature = "whole")]
mod inside;
#[cfg(feature = "whole")]
mod lesson;
mod loaded;
#[cfg(feature = "whole")]
mod making;
mod names;
mod path;
mod problems;
#[cfg(feature = "whole")]
mod prose;
#[cfg(feature = "study")]
mod questions;
#[cfg(feature = "study")]
mod quiz;
mod reports;
#[cfg(feature = "whole")]
mod rows;
mod stops;
#[cfg(feature = "study")]
mod study;
#[cfg(feature = "study")]
mod sweep;
#[cfg(feature = "study")]
mod sweep_words;
#[cfg(feature = "whole")]
mod task;
#[cfg(feature = "whole")]
mod trace;
#[cfg(feature = "whole")]
mod waits;

pub use desk::Desk;
