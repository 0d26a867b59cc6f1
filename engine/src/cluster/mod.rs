//! In the making.
mod command;
pub use command::{
    Assignment, Command, Comparison, Device, Devices, Expression, Filter, RecoverySpec, Settings, Target, TimedCommand,
};
