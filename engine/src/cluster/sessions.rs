//! Sessions and their transactions.

use super::{Cluster, CommandError, EventKind};
use crate::txn::Fate;
use crate::types::Xid;

/// A connection to the primary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Between BEGIN and its end.
    pub in_transaction: bool,
    /// The transaction's number, from its first write on.
    pub xid: Xid,
}

impl Cluster {
    pub(super) fn session_xid(&self, session: &str) -> Xid {
        self.sessions.get(session).map_or(Xid::NONE, |session| session.xid)
    }

    pub(super) fn begin(&mut self, session: &str) -> Result<(), CommandError> {
        if self.primary.is_none() {
            return Err(CommandError::NoPrimary);
        }
        let state = self.sessions.entry(session.to_owned()).or_default();
        if state.in_transaction {
            return Err(CommandError::AlreadyInTransaction { session: session.to_owned() });
        }
        state.in_transaction = true;
        self.tell(EventKind::TransactionBegan { session: session.to_owned() });
        Ok(())
    }

    pub(super) fn commit(&mut self, session: &str) -> Result<(), CommandError> {
        self.check_in_transaction(session)?;
        self.end_transaction(session, Fate::Committed)
    }

    pub(super) fn roll_back(&mut self, session: &str) -> Result<(), CommandError> {
        self.check_in_transaction(session)?;
        self.end_transaction(session, Fate::Aborted)
    }

    fn check_in_transaction(&self, session: &str) -> Result<(), CommandError> {
        if self.primary.is_none() {
            return Err(CommandError::NoPrimary);
        }
        match self.sessions.get(session) {
            Some(state) if state.in_transaction => Ok(()),
            _ => Err(CommandError::NotInTransaction { session: session.to_owned() }),
        }
    }

    /// The number of a session's transaction, given out now if it has none.
    pub(super) fn xid_for_write(&mut self, session: &str) -> Result<Xid, CommandError> {
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let state = self.sessions.entry(session.to_owned()).or_default();
        if state.xid == Xid::NONE {
            if primary.next_xid() == Xid(u32::MAX) {
                return Err(CommandError::OutOfXids);
            }
            state.xid = primary.assign_xid();
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

    /// Ends a session's transaction. A commit is acknowledged only once its record is on disk; a rollback need not wait. A
    /// transaction that wrote nothing leaves no record.
    fn end_transaction(&mut self, session: &str, fate: Fate) -> Result<(), CommandError> {
        let xid = self.session_xid(session);
        if xid != Xid::NONE {
            let now = self.now;
            let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
            let appended = primary.log_end(xid, fate, now);
            self.tell_record(Some(session), appended, Some(now), None);
            if fate == Fate::Committed {
                self.flush();
            }
            if let Some(primary) = self.primary.as_mut() {
                primary.end_transaction(xid, fate);
            }
        }
        let was_open = self.sessions.insert(session.to_owned(), Session::default()).unwrap_or_default();
        if xid != Xid::NONE || was_open.in_transaction {
            let session = session.to_owned();
            self.tell(match fate {
                Fate::Committed => EventKind::Committed { session, xid },
                Fate::Aborted | Fate::Open => EventKind::RolledBack { session, xid },
            });
        }
        Ok(())
    }
}
