//! Base backups: a copy of the data files taken while writes go on, and what a recovery must know to use it.
//!
//! A backup begins with a checkpoint, whose redo pointer is where a recovery from it begins to read the log. Pages are copied one
//! by one as they stand on the disk at that moment, so the copy as a whole is of no one moment; the log from the redo pointer to the
//! backup's end record makes it consistent. The *manifest* tells all this, with the checksum of every file.
//!
//! * [`manifest`] draws a manifest's bytes.
//! * [`chain`] puts incremental backups together with what they continue.
//! * [`store`] is where backups are kept.

mod chain;
mod manifest;
mod store;

pub use chain::{ChainBreak, ChainFault, apply, is_intact};
pub use manifest::{BackupFile, MAGIC, Manifest, Parent};
pub use store::{BackupStore, StoredBackup};
