//! Recovery: a base backup, then the log, record by record, up to the target.
//!
//! * [`target`] decides where replay stops. The rules are PostgreSQL's; replay and the look before it use the same code.
//! * [`boundary`] finds the cut that a target makes by reading the log alone.
//! * [`redo`] applies a record to pages and commit log.
//! * [`job`] is a recovery under way: fetch the backup, fetch log, replay, open on a new timeline, validate.
//! * [`crash`] is the other kind: a server that was cut off, from its own disk to the end of its own log.
//! * [`history`] is the file that a new timeline leaves in the archive.
//!
//! A recovery reads the backup store and the archive, and nothing of the server that was lost. It never looks at the clock to decide
//! anything.

mod boundary;
mod checks;
mod crash;
mod failure;
mod history;
mod job;
mod redo;
mod report;
mod source;
mod target;
mod target_time;
mod validation;

pub use boundary::{Boundary, find_boundary};
pub use crash::{CrashFailure, CrashRecovery, CrashStep};
pub use failure::RecoveryFailure;
pub use history::{History, without_checksum};
use job::relation_of;
pub use job::{Recovery, RecoveryStep};
pub use report::{Phase, RecordNote, Report};
pub use source::Archived;
pub use target::StopReason;
pub use target_time::{TargetTimeError, ZonedTime, read_target_time};
pub use validation::{InvariantCheck, TableCheck, Validation};
