//! A chain as text: codes and values alone, so that it is the same in every language.
//!
//! ```text
//! users 5: absent, commit_past_stop, stop 0/4180
//!   0/3A40  XID 108 inserted (5, 'Ada'); in; committed at 0/3AB0, 2026-03-04 02:35:00+00, in
//!   0/4110  XID 113 deleted (5, 'Ada'); in; committed at 0/4180, 2026-03-04 03:00:00+00, past_stop
//! ```

use super::{Act, Ending, Link, RowChain, Standing, Verdict};
use crate::types::Value;
use crate::wal::EndOfLog;
use core::fmt;

impl Verdict {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Present => "present",
            Verdict::Deleted => "deleted",
            Verdict::KeyChanged => "key_changed",
            Verdict::TableEmptied => "table_emptied",
            Verdict::TableDropped => "table_dropped",
            Verdict::RolledBack => "rolled_back",
            Verdict::NeverEnded => "never_ended",
            Verdict::CommitPastStop => "commit_past_stop",
            Verdict::WrittenPastStop => "written_past_stop",
            Verdict::OtherTimeline => "other_timeline",
            Verdict::LogLost => "log_lost",
            Verdict::NoTable => "no_table",
            Verdict::NeverWritten => "never_written",
        }
    }
}

impl Standing {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Standing::InBackup => "in_backup",
            Standing::In => "in",
            Standing::Past => "past_stop",
            Standing::OtherTimeline => "other_timeline",
        }
    }
}

impl fmt::Display for RowChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let presence = if self.values.is_some() { "there" } else { "absent" };
        write!(f, "{} {}: {presence}, {}, stop {}", self.table, self.key, self.verdict.code(), self.stop)?;
        if let Some(reason) = self.reason {
            write!(f, " {reason:?}")?;
        }
        writeln!(f)?;
        if let Some(values) = &self.values {
            writeln!(f, "  is {}", row(values))?;
        }
        for link in &self.links {
            writeln!(f, "  {link}")?;
        }
        for end in &self.ends {
            if self.is_news(end) {
                writeln!(f, "  {}  log cannot be read on: {}", end.at, end.why)?;
            }
        }
        Ok(())
    }
}

impl RowChain {
    /// Whether it is worth telling that the log cannot be read on there: not of its ordinary end, unless more might have been found there.
    fn is_news(&self, end: &EndOfLog) -> bool {
        let might_be_there = matches!(self.verdict, Verdict::NeverWritten | Verdict::NeverEnded | Verdict::NoTable);
        let is_last = self.ends.last() == Some(end);
        !(is_last && end.why.is_quiet()) || (might_be_there && self.reason.is_some())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((timeline, lsn)) if self.standing == Standing::OtherTimeline => write!(f, "{lsn} on {timeline}")?,
            Some((_, lsn)) => write!(f, "{lsn}")?,
            None => f.write_str("before the log")?,
        }
        write!(f, "  XID {} {}; {}; {}", self.xid, self.act, self.standing.code(), self.ending)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Inserted { values } => write!(f, "inserted {}", row(values)),
            Act::Updated { from: Some(from), to } => write!(f, "updated {} to {}", row(from), row(to)),
            Act::Updated { from: None, to } => write!(f, "updated to {}", row(to)),
            Act::Deleted { values } => write!(f, "deleted {}", row(values)),
            Act::TableCreated => f.write_str("created the table"),
            Act::TableEmptied => f.write_str("emptied the table"),
            Act::TableDropped => f.write_str("dropped the table"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Committed { by, lsn, time, standing } => {
                write!(f, "committed by XID {by} at {lsn}, {time}, {}", standing.code())
            }
            Ending::Aborted { by, lsn, time, standing } => {
                write!(f, "rolled back by XID {by} at {lsn}, {time}, {}", standing.code())
            }
            Ending::CommittedBefore => f.write_str("committed before the log"),
            Ending::AbortedBefore => f.write_str("rolled back before the log"),
            Ending::Open => f.write_str("never ended"),
        }
    }
}

fn row(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("({})", values.join(", "))
}
