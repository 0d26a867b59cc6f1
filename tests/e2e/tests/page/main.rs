//! The page, end to end: one subject a file.

mod accessibility;
mod charts;
mod contrast;
mod crash;
mod digest;
mod fallback;
mod glossary;
mod inside;
mod keyboard;
mod loading;
mod look;
mod mistakes;
mod motion;
mod pointing;
mod quiz;
mod recover_kinds;
mod recover_timelines;
mod recover_waits;
mod recovery;
mod recovery_steps;
mod scenarios;
mod statement;
mod target;
mod transport;
mod widths;
mod workbench;
