//! The engine of PITR Lab: a database's log, storage, backups, archive and recovery, on a virtual clock.
//!
//! The door is [`Cluster`]: it takes [`Command`]s and tells [`Event`]s. A [`Run`] carries a whole script out and gives back the state
//! after any event. Read on in [`wal`] to learn how a database's log works, in [`recovery`] for what happens after a disaster.
//!
//! Architecture invariant: pure Rust without I/O, threads, clocks or randomness but a seed. The same commands make the same bytes,
//! natively and in Wasm. The engine returns codes and quantities; the words for them are found elsewhere.

#![forbid(unsafe_code)]

/// Whether this build has all of the engine. The page's first program leaves out what only some scripts use; the script language says so
/// (`needs_whole_engine`), and the page goes over to a program that has it. What both can do they do alike, to the last byte.
pub const WHOLE: bool = cfg!(feature = "whole");

mod archive;
mod backup;
mod beyond;
mod catalog;
mod checkpoint;
mod cluster;
mod codec;
mod fault;
mod random;
mod recovery;
mod run;
mod server;
mod storage;
mod txn;
mod wal;

#[doc(hidden)]
pub mod decoders;
#[cfg(feature = "whole")]
pub mod dialect;
pub mod explain;
pub mod objectives;
pub mod script;
pub mod types;

pub use archive::{
    Archive, ArchivePolicy, ArchivedSegment, Archiving, Conduct, ObjectName, Spared, StoreKind, StoreVolume, Unusable,
};
pub use backup::{BackupFile, BackupStore, ChainFault, Manifest, Parent, StoredBackup};
pub use catalog::{
    Catalog, Choice, Defect, Entry as CatalogEntry, Gap, Point, Reach, Restorable, Verdict as BackupVerdict,
    Verification, choose, segments_for, verify,
};
#[cfg(feature = "whole")]
pub use cluster::Work;
pub use cluster::{
    Advance, Assignment, AtTarget, Change, Cluster, Command, CommandError, Comparison, CrashEvent, Device, Devices,
    Digest, Effort, Event, EventKind, Expression, Filter, Invariant, LogEvent, Measure, PageImages, RecoverySpec,
    RowView, Savepoint, Session, Settings, StatesApart, Status, Target, TimedCommand, TimelineChoice, Tuning, Upkeep,
    Waiting,
};
pub use fault::{BackupFault, Condition, Fault, PowerLoss};
pub use random::next_random;
pub use recovery::{
    Boundary, CrashFailure, History, InvariantCheck, Phase, RecordNote, Recovery, RecoveryFailure,
    Report as RecoveryReport, StopReason, TableCheck, TargetTimeError, Validation, ZonedTime, find_boundary,
    read_target_time,
};
pub use run::{Refused, Run, RunError};
pub use server::{SequenceDef, Server, StoredRow, TableDef};
pub use storage::{Disk, FileName, PageError, Pool};
pub use txn::Snapshot;
pub use wal::{EndOfLog, Kind, LogReader, ReadRecord, SegmentSource, WhyEnd};
