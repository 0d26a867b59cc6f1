//! What the page and the worker say to each other.
//!
//! The page knows this crate and no engine; the worker turns these messages into the engine's commands and its events into these
//! columns. Everything here is plain data: times are microseconds since 1970-01-01 UTC, log positions are byte positions (LSNs),
//! steps are indices into the run's events. Sentences are not here either: a [`Problem`] and a [`StepKind`] are codes with
//! parameters, and the file of the language says them.
//!
//! Architecture invariant: this crate depends on neither side, and holds no behaviour beyond encoding, text forms and arithmetic on
//! what it carries.

#![forbid(unsafe_code)]

pub mod bench;
pub mod boards;
mod columns;
mod frame;
pub mod inside;
pub mod lesson;
mod message;
mod permalink;
mod problem;
pub mod prose;
pub mod questions;
mod quiz;
mod report;
pub mod sweep;
mod target;
mod text;
mod wire;
mod words;

pub use columns::{
    BackupSpan, Fate, RecordKind, Records, RunHead, SegmentSpan, StepKind, Steps, TimelineSpan, TransactionSpan,
};
pub use frame::{
    BackupShelf, Frame, PageCell, PageState, RecoveryPhase, RecoveryView, SessionView, Shelf, Table, TableColumn,
    TableRow, Value,
};
pub use message::{Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, ScriptSource, decode, encode};
pub use permalink::{LinkError, LinkedScript, LinkedTarget, PERMALINK_CHARACTERS, PERMALINK_VERSION, Permalink};
pub use problem::{Place, Problem};
pub use quiz::{Consequence, Grade, MeasuredRow, Question};
pub use report::{Lost, Phase, Report, StopReason};
pub use target::{Along, AtTarget, Boundary, Granularity, RecordLine, Signals, Stop, TargetKind, TargetSpec};
pub use text::{bytes_text, clock_text, date_text, duration_text, lsn_text, segment_text};
pub use words::{Words, WordsError};
