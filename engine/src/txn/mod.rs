//! Transactions: their numbers, their fates, and who sees what.
//!
//! A transaction gets its XID at its first write. What became of it stands in the [commit log](commit_log), two bits each; a row
//! version is visible by the fates of the two transactions in its head. So nothing ever has to be undone: a transaction without a
//! commit is simply not seen.

mod commit_log;
mod snapshot;
mod visibility;

pub use commit_log::{CommitLog, Fate};
pub use snapshot::Snapshot;
pub use visibility::Visibility;
