//! In the making.
#![forbid(unsafe_code)]
mod cluster;
pub mod script;
pub mod types;
pub use cluster::{
    Assignment, Command, Comparison, Device, Devices, Expression, Filter, RecoverySpec, Settings, Target, TimedCommand,
};
