//! What the workbench asks: statements to carry out, bytes to take apart, rows to explain.
//!
//! These questions travel sealed in [`Request::Bench`](crate::Request::Bench) and [`Reply::Bench`](crate::Reply::Bench), so that the
//! lab's program, which passes them on and never reads them, need not carry their code.

use crate::boards::Boards;
use crate::inside::{Inside, RelationPages, RowsPage, ServerLine, Trace, TraceOf};
use crate::lesson::{LessonAsk, LessonTold};
use crate::wire::{Reader, Wire, wire};
use crate::{Problem, TargetSpec, Value};

/// The id under which a [`Told::Progress`] comes, which no question has.
pub const PROGRESS_ID: u32 = u32::MAX;

wire! {
    /// A question of the workbench.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Ask {
        /// Carry a statement out in a session: at the end of the run, or, if a step is named, just after that step, as another run that
        /// shares what came before. Answered by [`Told::Script`]; the run on show stays as it is.
        Execute { session: String, statement: String, after: Option<u32> },
        /// As `Execute`, several of them, each so many microseconds after the one before.
        ExecuteAll { session: String, statements: Vec<(u64, String)>, after: Option<u32> },
        /// What the run's things are called just after a step. Answered by [`Told::Names`].
        Names { step: u32 },
        /// What a thing's bytes say, as it is just after a step. Answered by [`Told::Anatomy`].
        Take { thing: Thing, step: u32 },
        /// Why a row is there, or is not, just after a step. Answered by [`Told::Why`].
        Why { table: String, key: Value, recovered: bool, step: u32 },
        /// A link to the run on show, standing at a step, seen as the page sees it. Answered by [`Told::Link`].
        Link { step: u32, target: Option<TargetSpec>, view: Vec<(String, String)> },
        /// The digest of everything that there is just after a step. Answered by [`Told::Digest`].
        Digest { step: u32 },
        /// What a link says. Answered by [`Told::Linked`].
        Open { link: String },
        /// A recovery to a target in the words of other systems. Answered by [`Told::Elsewhere`].
        Elsewhere(TargetSpec),
        /// What a recovery to a target would do to the rows there are now. Answered by [`Told::Rows`].
        Rows(TargetSpec),
        /// The rows of a long table from one on, in the order of their keys, just after a step. Answered by [`Told::RowsFrom`].
        RowsFrom { table: String, recovered: bool, from: u64, step: u32 },
        /// What lies inside the machine's parts just after a step. Answered by [`Told::Inside`].
        Inside { step: u32 },
        /// The relations that have pages just after a step. Answered by [`Told::Relations`].
        Relations { step: u32 },
        /// What something has to do with, just after a step. Answered by [`Told::Trace`].
        Trace { of: TraceOf, step: u32 },
        /// What the server of the run's recovery writes into its log. Answered by [`Told::ServerLog`].
        ServerLog,
        /// The run as its operators would have seen it. Answered by [`Told::Boards`], once all of it has been gone through: until then other questions are answered. Asked again, what was asked
        /// before is refused with the code `cancelled`; so it is if another run comes.
        Boards,
        /// A shipped scenario, by its file's stem. Answered by [`Told::Linked`].
        Scenario { stem: String },
        /// About a lesson. Answered by [`Told::Lesson`].
        Lesson(LessonAsk),
        /// Think better of the run that is on its way: it is refused with the code `cancelled`, and the run that was there stays.
        /// Answered by [`Reply::Done`](crate::Reply::Done).
        Cancel,
    }

    /// Something that is made of bytes.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Thing {
        /// What stands in the log at a position: a record, or a segment's header.
        Log { timeline: u32, lsn: u64 },
        /// A segment by its first position: a page of its records, the first with its header.
        Segment { timeline: u32, lsn: u64, page: u32 },
        /// A page of the live server's, or of the recovered one's, as it would be written.
        Page { relation: u32, name: String, block: u32, recovered: bool },
        Manifest { label: String },
        ControlFile { recovered: bool },
        /// A chunk of the commit log's file.
        CommitLog { recovered: bool, chunk: u32 },
        History { timeline: u32 },
    }

    /// An answer.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Told {
        /// The run with the statement in it, as a script.
        Script(String),
        Anatomy(Anatomy),
        Why(WhyRow),
        /// What stands behind the `#` of an address.
        Link(String),
        /// In the engine's text form: the same for the same commands, wherever they are carried out.
        Digest(String),
        /// A run as a script, and the step at which it is to be shown; `None`: where it opens. How it is seen is the page's to read.
        Linked { script: String, step: Option<u32>, target: Option<TargetSpec>, view: Vec<(String, String)> },
        Elsewhere(Vec<System>),
        Rows(Vec<TableBalance>),
        RowsFrom(RowsPage),
        Inside(Inside),
        Relations(Vec<RelationPages>),
        Trace(Trace),
        ServerLog(Vec<ServerLine>),
        Boards(Boards),
        Lesson(LessonTold),
        Names(Names),
        Refused(Problem),
        /// How far a run is that takes long; `None` when it is over. Not an answer: sent under [`PROGRESS_ID`].
        Progress(Option<Progress>),
    }

    /// How far a run is on its way to the page.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Progress {
        pub phase: Phase,
        /// Log records that have been written, or replayed.
        pub records: u64,
        /// How many there will be, if that is known.
        pub of: Option<u64>,
        /// How much of all is done, of 1,000.
        pub permille: u32,
        /// Whether there is another run that can stay.
        pub can_be_cancelled: bool,
    }

    /// What is being done for a run that takes long.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Phase {
        CarryingOut,
        Replaying,
        /// What happened is laid out as the page draws it, and sent.
        LayingOut,
    }

    /// A table as it is against the table that a recovery would give, in rows.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TableBalance {
        pub table: String,
        /// The same on both sides.
        pub kept: u32,
        /// Not there now, and there in the recovered table.
        pub back: u32,
        /// There now, and not in the recovered table.
        pub gone: u32,
        /// Of the same key, with other values.
        pub changed: u32,
    }

    /// What a statement can name.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Names {
        /// How statements begin, as shown to a person.
        pub verbs: Vec<String>,
        /// By name, each with its columns.
        pub tables: Vec<(String, Vec<String>)>,
        pub sequences: Vec<String>,
        /// Labels, the oldest first.
        pub backups: Vec<String>,
        pub restore_points: Vec<String>,
    }

    /// A recovery in the words of one system.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct System {
        /// A code: `postgresql`, `mysql`, `dynamodb`.
        pub name: String,
        /// What is done, in this order; nothing where the system has no equivalent.
        pub steps: Vec<SystemStep>,
        /// What differs there: codes, with their parameters.
        pub notes: Vec<Problem>,
    }

    /// A thing to do there.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SystemStep {
        /// A file's or a request's name; empty for lines of a shell.
        pub of: String,
        pub is_request: bool,
        pub text: String,
    }

    /// Bytes, and the fields that they are made of.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Anatomy {
        /// A code: `record`, `page`, `manifest`.
        pub what: String,
        /// Where the first byte stands in the log, if it is of the log.
        pub lsn: Option<u64>,
        /// The fields may go on behind them, over what is not sent.
        pub bytes: Vec<u8>,
        /// Which part it is of a thing that is taken apart in parts, from 0, and how many there are.
        pub part: u32,
        pub parts: u32,
        /// From the outside in: a field, then its parts.
        pub fields: Vec<Part>,
        /// What is wrong with the bytes: at which of them, and a code.
        pub troubles: Vec<(u32, String)>,
        /// Of a page: the row versions that it holds.
        pub rows: Vec<PageRow>,
    }

    /// A row version of a page that is taken apart.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PageRow {
        /// Its number among the page's slots.
        pub slot: u32,
        /// Its first value.
        pub key: Option<Value>,
        /// Timeline and LSN of the record that put it there, if that can be had.
        pub writer: Option<(u32, u64)>,
    }

    /// A field of bytes.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Part {
        /// How many fields it is a part of.
        pub depth: u8,
        /// A code: `xid`, `hole_offset`.
        pub name: String,
        pub index: Option<u32>,
        /// Its bytes: the first, and the first behind.
        pub from: u32,
        pub to: u32,
        /// What they say, in the engine's text form; empty for a group.
        pub says: String,
        pub sort: Sort,
    }

    /// What a field is to a reader.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sort {
        Group,
        /// A record of a segment, or the end of one: the record at its position has a decoding of its own.
        Record,
        /// Bytes that say no more than they are.
        Bytes,
        Unused,
        Plain,
        /// A position in the log, which can be gone to.
        Lsn,
        GoodChecksum,
        BadChecksum,
    }

    /// Why a row is there, or is not.
    #[derive(Debug, Clone, PartialEq)]
    pub struct WhyRow {
        pub table: String,
        pub key: String,
        /// A code: `present`, `deleted`, `commit_past_stop`.
        pub verdict: String,
        /// The row, in the engine's text form.
        pub row: Option<String>,
        /// The first byte of the log that does not count.
        pub stop_lsn: u64,
        /// All that was done to the row, in log order.
        pub links: Vec<WhyLink>,
        /// Where the log could not be read on, and why: codes.
        pub ends: Vec<(u64, String)>,
    }

    /// A record of the chain.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WhyLink {
        /// A code: `inserted`, `updated`, `deleted`, `table_emptied`.
        pub act: String,
        /// The row that it made, or took away, in the engine's text form.
        pub row: String,
        pub xid: u32,
        /// `None` if it is older than the log that can be read.
        pub lsn: Option<u64>,
        pub timeline: u32,
        /// A code: `in`, `in_backup`, `past_stop`, `other_timeline`.
        pub standing: String,
        /// A code: `committed`, `rolled_back`, `committed_before`, `rolled_back_before`, `open`.
        pub ending: String,
        /// The record of its end.
        pub end: Option<WhyEnd>,
    }

    /// The record by which a transaction ended.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WhyEnd {
        pub xid: u32,
        pub lsn: u64,
        pub time_us: i64,
        /// As of a link.
        pub standing: String,
    }
}

/// Seals a question or an answer.
pub fn seal<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.put(&mut bytes);
    bytes
}

/// Seals it behind a byte that tells whose it is.
pub(crate) fn seal_behind<T: Wire>(mark: u8, value: &T) -> Vec<u8> {
    let mut bytes = vec![mark];
    value.put(&mut bytes);
    bytes
}

/// Opens what was sealed behind a byte; `None` if it is something else.
pub(crate) fn open_behind<T: Wire>(mark: u8, bytes: &[u8]) -> Option<T> {
    bytes.strip_prefix(&[mark]).and_then(open)
}

/// Opens one from bytes that may be anything.
pub fn open<T: Wire>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader::new(bytes);
    let value = T::take(&mut reader);
    reader.finished_well().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_can_be_opened() {
        let ask = Ask::Why { table: "users".into(), key: Value::Int(3), recovered: true, step: 7 };
        let mut sealed = seal(&ask);
        assert_eq!(open(&sealed), Some(ask));
        sealed.push(0);
        assert_eq!(open::<Ask>(&sealed), None);
        assert_eq!(open::<Told>(&[9]), None);
    }
}
