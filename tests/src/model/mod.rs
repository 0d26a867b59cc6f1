//! A model of a database and its recoveries that knows nothing of pages, bytes or commit logs.
//!
//! It is told what a history told: which commands were sent, which records were written, under which numbers transactions committed. Out of that it keeps
//! a list of facts for each timeline, and for each commit what it did to the rows. What a recovery must come to follows from these by the rules of
//! PostgreSQL, coded here once more and as plainly as can be.
//!
//! * [`rows`] is what statements do to tables, as maps of rows.
//! * [`sequences`] is what sequences give next.
//! * [`told`] makes facts of what a history tells.
//! * [`workloads`] is what comes by itself.
//! * [`timelines`] is whose log is read where: history files and the archive's files.
//! * [`hold`] holds recoveries to it.
//! * [`flips`] holds recoveries of damaged bytes to it.
//! * [`shrink`] makes a history that breaks a promise as short as it goes.
//! * [`predict`] is where a recovery stops, or why it fails, and what is in the tables then.

pub mod flips;
pub mod hold;
mod predict;
mod rows;
mod sequences;
pub mod shrink;
mod timelines;
mod told;
mod workloads;

pub use predict::{Expected, Recovered};
pub use rows::{Table, Tables};
pub use sequences::Next;
pub use told::{Backup, Fact, Model};
