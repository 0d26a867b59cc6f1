//! Sessions, their transactions and savepoints.
//!
//! A transaction gets its number at its first write, and so does each savepoint under which something is written: a *subtransaction*, whose
//! own number lets it be rolled back alone. Numbers are given out from the outside in (PostgreSQL's `AssignTransactionId`). A commit names the
//! subtransactions that committed with it in its record; a rollback to a savepoint logs an abort for each number that it undoes.

use super::locks::TableLock;
use super::waiting::Waiting;
use super::{Cluster, CommandError, EventKind};
use crate::beyond::Beyond;
use crate::server::Server;
use crate::txn::{Fate, Snapshot};
use crate::types::{Micros, Xid};

/// A connection to the primary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Between BEGIN and its end.
    pub in_transaction: bool,
    /// A statement of the transaction has failed: nothing but its end is taken, or a rollback to a savepoint.
    pub failed: bool,
    /// REPEATABLE READ; else READ COMMITTED.
    pub repeatable_read: bool,
    /// What a REPEATABLE READ transaction looks through, from its first statement on.
    pub snapshot: Beyond<Option<Snapshot>>,
    /// The transaction's number, from its first write on.
    pub xid: Xid,
    /// The savepoints that are set, outermost first.
    pub savepoints: Vec<Savepoint>,
    /// Numbers of released savepoints: they end as the transaction does.
    released: Vec<Xid>,
    /// In the order in which they were taken.
    pub(super) locks: Vec<TableLock>,
    /// How long its statements wait, zero for any time; `None`: as the scenario says.
    pub(super) lock_timeout: Option<Micros>,
    /// The statement that waits, if one does.
    pub waiting: Beyond<Option<Box<Waiting>>>,
}

/// A savepoint, and the subtransaction under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Savepoint {
    pub name: String,
    /// The subtransaction's number, from its first write on.
    pub xid: Xid,
    /// Numbers of savepoints that were released into this one.
    released: Vec<Xid>,
}

impl Session {
    /// The number that its writes carry: the innermost savepoint's, or the transaction's.
    fn writer(&self) -> Xid {
        self.savepoints.last().map_or(self.xid, |savepoint| savepoint.xid)
    }

    /// Takes the transaction out of its session; what belongs to the connection stays.
    fn take_transaction(&mut self) -> Session {
        let kept = Session {
            lock_timeout: self.lock_timeout,
            waiting: core::mem::take(&mut self.waiting),
            ..Session::default()
        };
        core::mem::replace(self, kept)
    }

    /// What its transaction's end takes of the log at most, be it a commit or a rollback.
    pub(super) fn log_to_end(&self) -> u64 {
        const RECORD_BYTES: u64 = 48;
        const XID_BYTES: u64 = 4;
        let parts = self.savepoints.iter().map(|savepoint| (savepoint.xid, savepoint.released.len()));
        let ends = parts.chain([(self.xid, self.released.len())]).filter(|(xid, _)| *xid != Xid::NONE);
        let files = XID_BYTES * 2 * self.locks.len() as u64;
        ends.map(|(_, released)| RECORD_BYTES + XID_BYTES * (released as u64 + 1)).sum::<u64>() + files
    }

    /// Makes everything under the savepoints from `index` on part of what is around them.
    fn release_from(&mut self, index: usize) {
        while self.savepoints.len() > index {
            if let Some(inner) = self.savepoints.pop() {
                let outer = self.savepoints.last_mut().map_or(&mut self.released, |outer| &mut outer.released);
                outer.extend([inner.xid].into_iter().filter(|xid| *xid != Xid::NONE).chain(inner.released));
            }
        }
        for lock in &mut self.locks {
            lock.level = lock.level.min(index);
        }
    }
}

impl Cluster {
    pub(super) fn session_xid(&self, session: &str) -> Xid {
        self.sessions.get(session).map_or(Xid::NONE, |session| session.xid)
    }

    /// Whether a session is between BEGIN and its end.
    pub(super) fn is_in_block(&self, session: &str) -> bool {
        self.sessions.get(session).is_some_and(|state| state.in_transaction)
    }

    pub(super) fn begin(&mut self, session: &str, repeatable_read: bool) -> Result<(), CommandError> {
        if self.primary.is_none() {
            return Err(CommandError::NoPrimary);
        }
        if !crate::WHOLE && self.workloads.iter().any(|workload| workload.session() == session) {
            // Should the workload fail in the block, nobody is there to be told that the smaller build does not know what to do.
            return Err(CommandError::NeedsWholeEngine);
        }
        let state = self.sessions.entry(session.to_owned()).or_default();
        if state.in_transaction {
            return Err(CommandError::AlreadyInTransaction { session: session.to_owned() });
        }
        state.in_transaction = true;
        state.repeatable_read = repeatable_read;
        self.tell(EventKind::TransactionBegan { session: session.to_owned() });
        Ok(())
    }

    pub(super) fn commit(&mut self, session: &str) -> Result<(), CommandError> {
        let (state, _) = self.open_transaction(session)?;
        // The end of a transaction that has failed is a rollback, whatever it is called.
        let fate = if crate::WHOLE && state.failed { Fate::Aborted } else { Fate::Committed };
        self.end_transaction(session, fate)
    }

    pub(super) fn roll_back(&mut self, session: &str) -> Result<(), CommandError> {
        let (state, primary) = self.open_transaction(session)?;
        if !crate::WHOLE && primary.tables(state.xid)?.len() > primary.tables(Xid::NONE)?.len() {
            // There is a file to take away.
            return Err(CommandError::NeedsWholeEngine);
        }
        self.end_transaction(session, Fate::Aborted)
    }

    /// A session that is in a transaction, and the primary.
    fn open_transaction(&mut self, session: &str) -> Result<(&mut Session, &mut Server), CommandError> {
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        match self.sessions.get_mut(session) {
            Some(state) if state.in_transaction => Ok((state, primary)),
            _ => Err(CommandError::NotInTransaction { session: session.to_owned() }),
        }
    }

    pub(super) fn set_savepoint(&mut self, session: &str, name: &str) -> Result<(), CommandError> {
        let (state, _) = self.open_transaction(session)?;
        state.savepoints.push(Savepoint { name: name.to_owned(), ..Savepoint::default() });
        self.tell(EventKind::SavepointSet { session: session.to_owned(), name: name.to_owned() });
        Ok(())
    }

    pub(super) fn release(&mut self, session: &str, name: &str) -> Result<(), CommandError> {
        let (state, _) = self.open_transaction(session)?;
        let index = savepoint(state, name)?;
        state.release_from(index);
        self.tell(EventKind::SavepointReleased { session: session.to_owned(), name: name.to_owned() });
        Ok(())
    }

    /// Undoes what was done since a savepoint, which stays set.
    pub(super) fn roll_back_to(&mut self, session: &str, name: &str) -> Result<(), CommandError> {
        let (state, _) = self.open_transaction(session)?;
        savepoint(state, name)?;
        self.redo_savepoint(session, name);
        self.tell(EventKind::RolledBackTo { session: session.to_owned(), name: name.to_owned() });
        Ok(())
    }

    /// Aborts what was done under the innermost savepoint of that name, and sets it anew.
    pub(super) fn redo_savepoint(&mut self, session: &str, name: &str) {
        let index = self.sessions.get(session).and_then(|state| savepoint(state, name).ok());
        let Some(index) = index else {
            return;
        };
        self.abort_savepoints(session, index);
        if let Some(state) = self.sessions.get_mut(session) {
            state.savepoints.push(Savepoint { name: name.to_owned(), ..Savepoint::default() });
            state.locks.retain(|lock| lock.level <= index);
            state.failed = false;
        }
        self.let_look_again(session);
    }

    /// Aborts the subtransactions under the savepoints from `index` on, the innermost first.
    fn abort_savepoints(&mut self, session: &str, index: usize) {
        let now = self.timestamp();
        loop {
            let (Some(state), Some(primary)) = (self.sessions.get_mut(session), self.primary.as_mut()) else {
                return;
            };
            if state.savepoints.len() <= index {
                return;
            }
            let Some(inner) = state.savepoints.pop().filter(|inner| inner.xid != Xid::NONE) else {
                continue;
            };
            #[cfg(feature = "whole")]
            let dropped = match state.locks.iter().any(|lock| lock.exclusive) {
                true => primary.files_made(inner.xid, &inner.released),
                false => Vec::new(),
            };
            #[cfg(not(feature = "whole"))]
            let dropped = [];
            let appended = primary.log_end(inner.xid, inner.released.clone(), Fate::Aborted, now, &dropped);
            for xid in inner.released.into_iter().chain([inner.xid]) {
                primary.end_transaction(xid, Fate::Aborted);
            }
            self.tell_record(Some(session), appended, Some(now), None);
            #[cfg(feature = "whole")]
            self.drop_files(&dropped);
        }
    }

    /// The number that a session's next write carries, given out now if there is none, with those around it.
    pub(super) fn xid_for_write(&mut self, session: &str) -> Result<Xid, CommandError> {
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let state = self.sessions.entry(session.to_owned()).or_default();
        let Session { xid: top, savepoints, .. } = state;
        let around = savepoints.iter_mut().map(|savepoint| &mut savepoint.xid);
        let mut of = Xid::NONE;
        for xid in core::iter::once(&mut *top).chain(around) {
            if *xid == Xid::NONE {
                if primary.next_xid() == Xid(u32::MAX) {
                    return Err(CommandError::OutOfXids);
                }
                *xid = primary.assign_xid(of);
            }
            if of == Xid::NONE {
                of = *xid;
            }
        }
        Ok(state.writer())
    }

    /// The number of a session's transaction itself, given out now if it has none.
    pub(super) fn top_xid_for_write(&mut self, session: &str) -> Result<Xid, CommandError> {
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let state = self.sessions.entry(session.to_owned()).or_default();
        if state.xid == Xid::NONE {
            if primary.next_xid() == Xid(u32::MAX) {
                return Err(CommandError::OutOfXids);
            }
            state.xid = primary.assign_xid(Xid::NONE);
        }
        Ok(state.xid)
    }

    /// A statement outside a transaction is one of its own.
    pub(super) fn commit_if_alone(&mut self, session: &str) -> Result<(), CommandError> {
        match self.sessions.get(session) {
            Some(state) if state.in_transaction => Ok(()),
            _ => self.end_transaction(session, Fate::Committed),
        }
    }

    /// Ends a session's transaction. A commit is acknowledged only once its record is on disk; a rollback that leaves no file need not wait. A
    /// transaction that wrote nothing leaves no record.
    pub(super) fn end_transaction(&mut self, session: &str, fate: Fate) -> Result<(), CommandError> {
        if fate != Fate::Committed {
            self.abort_savepoints(session, 0);
        }
        let mut state = self.sessions.entry(session.to_owned()).or_default().take_transaction();
        state.release_from(0);
        let (xid, parts) = (state.xid, state.released);
        if xid != Xid::NONE {
            let now = self.timestamp();
            let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
            #[cfg(feature = "whole")]
            let dropped = match fate {
                _ if state.locks.iter().all(|lock| !lock.exclusive) => Vec::new(),
                Fate::Committed => primary.files_given_up(xid, &parts),
                Fate::Aborted | Fate::Open => primary.files_made(xid, &parts),
            };
            #[cfg(not(feature = "whole"))]
            let dropped = [];
            let appended = primary.log_end(xid, parts.clone(), fate, now, &dropped);
            self.tell_record(Some(session), appended, Some(now), None);
            // Files go only behind a record that is on disk, so such a commit waits for no other and is never early.
            let may_wait = crate::WHOLE && fate == Fate::Committed && dropped.is_empty();
            if may_wait && self.commit_later(session, xid, &parts, appended.end) {
                return Ok(());
            }
            if fate == Fate::Committed {
                self.flush();
            }
            if let Some(primary) = self.primary.as_mut() {
                for xid in parts.into_iter().chain([xid]) {
                    primary.end_transaction(xid, fate);
                }
            }
            #[cfg(feature = "whole")]
            self.drop_files(&dropped);
        }
        if xid != Xid::NONE || state.in_transaction {
            let session = session.to_owned();
            self.tell(match fate {
                Fate::Committed => EventKind::Committed { session, xid },
                Fate::Aborted | Fate::Open => EventKind::RolledBack { session, xid },
            });
        }
        Ok(())
    }

    /// Takes files away that the last record gives up, behind that record on disk: a replay that does not come to it would miss them.
    /// (PostgreSQL flushes for a commit alone: its crash recovery overlooks whatever is missing.)
    #[cfg(feature = "whole")]
    fn drop_files(&mut self, files: &[crate::types::RelationId]) {
        if !files.is_empty() {
            self.flush();
            if let Some(primary) = self.primary.as_mut() {
                primary.drop_files(files);
            }
        }
    }
}

/// The place of the innermost savepoint of that name.
fn savepoint(state: &Session, name: &str) -> Result<usize, CommandError> {
    state.savepoints.iter().rposition(|savepoint| savepoint.name == name).ok_or_else(|| {
        let known = state.savepoints.iter().map(|savepoint| savepoint.name.clone()).collect();
        CommandError::NoSuchSavepoint { name: name.to_owned(), known }
    })
}
