//! When a commit is acknowledged, and what goes on in the meantime.
//!
//! * *Synchronous*, as a rule: its record is flushed, then the session is told.
//! * *In a group*: with a commit delay the flush waits for others that could share it. The session is told, and others see its rows, after it;
//!   what it sends until then stands behind.
//! * *Asynchronous*: the session is told at once, others see its rows, and the record goes to disk when the log writer comes round. A crash
//!   before that takes the transaction away: the window is the log writer's delay, never more.
//!
//! A commit that gives up files (DROP, TRUNCATE) is always synchronous: they go behind its record on disk (PostgreSQL's `nrels > 0`).
//!
//! The commit log on disk never knows of a commit whose record is not there: a checkpoint flushes the log before it writes the commit log, and
//! it begins with no commit half done, because its redo pointer would lie behind a record that the commit log does not have yet.

use super::{Cluster, CommandError, EventKind};
use crate::codec::Writer;
use crate::txn::Fate;
use crate::types::{Lsn, Micros, SegmentNumber, TimelineId, Xid};
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// Commits that are under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Commits {
    /// Sessions that chose for themselves whether their commits wait.
    chosen: LiteMap<String, bool>,
    waiting: Vec<WaitingCommit>,
    /// When the group's flush is due.
    group_at: Option<Micros>,
    /// When the log writer flushes what was acknowledged early.
    writer_at: Option<Micros>,
}

/// A commit whose record is in the log buffer, and whose session has not been told.
#[derive(Debug, Clone)]
struct WaitingCommit {
    session: String,
    xid: Xid,
    parts: Vec<Xid>,
    end: Lsn,
}

impl Commits {
    /// All of it, for the digest; nothing if no commit is under way and no session has chosen anything.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        for (session, waits) in &self.chosen {
            out.text(session);
            out.u8(u8::from(*waits));
        }
        for WaitingCommit { session, xid, parts, end } in &self.waiting {
            out.text(session);
            out.lsn(*end);
            parts.iter().chain([xid]).for_each(|xid| out.xid(*xid));
        }
        for (kind, due) in [(1, self.group_at), (2, self.writer_at)] {
            if let Some(due) = due {
                out.u8(kind);
                out.time(due);
            }
        }
        out.finish()
    }
}

/// What the log does besides taking records in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogEvent {
    /// Acknowledged, and others see its rows; its record is on disk at `durable_by` at the latest.
    CommittedEarly { session: String, xid: Xid, durable_by: Micros },
    /// The commit record is in the log buffer and waits for a flush.
    CommitWaits { session: String, xid: Xid, until: Micros },
    /// A segment has left the server's disk: it is archived, and no crash recovery would read it.
    SegmentRecycled { timeline: TimelineId, segment: SegmentNumber },
}

impl Cluster {
    pub(super) fn set_synchronous_commit(&mut self, session: &str, on: bool) -> Result<(), CommandError> {
        self.primary.as_ref().ok_or(CommandError::NoPrimary)?;
        self.commits.chosen.insert(session.to_owned(), on);
        Ok(())
    }

    /// Whether a session has not been told yet that its last transaction has committed.
    pub(super) fn is_committing(&self, session: &str) -> bool {
        self.commits.waiting.iter().any(|commit| commit.session == session)
    }

    /// The session that waits for the commit of this transaction.
    pub(super) fn committing(&self, xid: Xid) -> Option<&String> {
        self.commits.waiting.iter().find(|commit| commit.xid == xid).map(|commit| &commit.session)
    }

    /// Takes care of a commit whose record is in the log and that need not be flushed by itself at once; whether it is one.
    pub(super) fn commit_later(&mut self, session: &str, xid: Xid, parts: &[Xid], end: Lsn) -> bool {
        let tuning = &self.settings.tuning;
        let waits = self.commits.chosen.get(session).copied().unwrap_or(tuning.synchronous_commit);
        let is_durable = self.primary.as_ref().is_none_or(|primary| primary.log.flushed() >= end);
        if is_durable || waits && tuning.commit_delay == Micros::ZERO {
            return false;
        }
        let session = session.to_owned();
        if waits {
            let until = *self.commits.group_at.get_or_insert(self.now + tuning.commit_delay);
            self.tell(EventKind::Log(LogEvent::CommitWaits { session: session.clone(), xid, until }));
            self.commits.waiting.push(WaitingCommit { session, xid, parts: parts.to_vec(), end });
            return true;
        }
        let durable_by = *self.commits.writer_at.get_or_insert(self.now + tuning.log_writer_delay);
        self.end_in_server(xid, parts);
        self.tell(EventKind::Log(LogEvent::CommittedEarly { session, xid, durable_by }));
        true
    }

    fn end_in_server(&mut self, xid: Xid, parts: &[Xid]) {
        if let Some(primary) = self.primary.as_mut() {
            for xid in parts.iter().chain([&xid]) {
                primary.end_transaction(*xid, Fate::Committed);
            }
        }
    }

    /// Acknowledges what a flush has made durable.
    pub(super) fn end_flushed_commits(&mut self, flushed: Lsn) {
        let done = self.commits.waiting.iter().take_while(|commit| commit.end <= flushed).count();
        for WaitingCommit { session, xid, parts, .. } in self.commits.waiting.drain(..done).collect::<Vec<_>>() {
            self.end_in_server(xid, &parts);
            self.tell(EventKind::Committed { session, xid });
        }
        // A flush takes all there is.
        (self.commits.group_at, self.commits.writer_at) = (None, None);
    }

    /// Whether the commit log in memory is ahead of the log on disk, or is about to change for a record that is in the log already.
    pub(super) fn has_commits_under_way(&self) -> bool {
        self.commits.group_at.is_some() || self.commits.writer_at.is_some()
    }

    /// When somebody flushes the log, if anything is waiting for it.
    pub(super) fn flush_due(&self) -> Option<Micros> {
        self.commits.group_at.into_iter().chain(self.commits.writer_at).min()
    }

    /// Flushes a log buffer that holds more than it may.
    pub(super) fn flush_if_full(&mut self) {
        let most = self.settings.tuning.log_buffer_bytes;
        if self.primary.as_ref().is_some_and(|primary| primary.log.buffered().1 > most) {
            self.flush();
        }
    }

    /// The server is gone, and with it its sessions and what they were waiting for.
    pub(super) fn forget_commits(&mut self) {
        *self.commits = Commits::default();
    }
}
