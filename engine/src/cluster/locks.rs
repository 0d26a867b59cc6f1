//! Table locks: who holds which, who has to wait for whom.
//!
//! ```text
//!              shared   exclusive      shared:    every statement that reads or writes rows
//! shared         -         waits       exclusive: CREATE, TRUNCATE, DROP and ALTER TABLE
//! exclusive    waits       waits
//! ```
//!
//! These are PostgreSQL's ACCESS SHARE and ROW EXCLUSIVE in one, for they never meet, and its ACCESS EXCLUSIVE. A lock is held until the
//! transaction ends, or is rolled back to a savepoint that was set before. Tables are locked by name: a TRUNCATE gives one another file.
//!
//! The queue is fair (`LockAcquireExtended`, `ProcSleep`): a request waits for those who hold a lock in its way, and behind those who already wait for
//! one. So a TRUNCATE that waits makes all who come later wait, readers too. Whoever already holds a lock on the table goes ahead of those
//! who wait for it to be given up.
//!
//! Rows need no locks of their own: the row version itself says which transaction has ended it.

use super::{Cluster, CommandError, Session};

/// A table lock that a session's transaction holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLock {
    pub table: String,
    pub exclusive: bool,
    /// How many savepoints were set when it was taken.
    pub level: usize,
}

/// What a statement has to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub table: String,
    pub kind: ObstacleKind,
    /// The session that holds it, or waits for it ahead.
    pub holder: String,
}

/// What kind of thing is in somebody's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObstacleKind {
    /// A lock on the table.
    Table { exclusive: bool },
    /// A row, by its key, in the hands of another transaction.
    Row { key: String, xid: crate::types::Xid },
    /// The flush of the session's own last commit.
    Commit,
}

impl Session {
    /// The strongest lock that it holds on a table: exclusive or not.
    pub(super) fn lock_on(&self, table: &str) -> Option<bool> {
        self.locks.iter().filter(|lock| lock.table == table).map(|lock| lock.exclusive).max()
    }
}

impl Cluster {
    /// Locks a table for a session's transaction, or notes who is in the way. The smaller build has no statement that locks others out.
    pub(super) fn lock(&mut self, session: &str, table: &str, exclusive: bool) -> Result<(), CommandError> {
        if !crate::WHOLE {
            return Ok(());
        }
        if let Some(holder) = self.ahead_of(session, table, exclusive).into_iter().next() {
            return Err(self.meet(Obstacle {
                table: table.to_owned(),
                kind: ObstacleKind::Table { exclusive },
                holder: holder.session,
            }));
        }
        let state = self.sessions.entry(session.to_owned()).or_default();
        if state.lock_on(table).is_none_or(|held| exclusive && !held) {
            let level = state.savepoints.len();
            state.locks.push(TableLock { table: table.to_owned(), exclusive, level });
        }
        Ok(())
    }

    /// Everybody whom a request for a table lock has to wait for: those who hold one in its way, then those who wait ahead of it.
    pub(super) fn ahead_of(&self, session: &str, table: &str, exclusive: bool) -> Vec<Ahead> {
        let own = self.sessions.get(session);
        let held = own.and_then(|state| state.lock_on(table));
        if held.is_some_and(|held| held || !exclusive) {
            return Vec::new();
        }
        let others = || self.sessions.iter().filter(|(other, _)| other.as_str() != session);
        let holding = others().filter(|(_, state)| state.lock_on(table).is_some_and(|held| held || exclusive));
        let mut ahead: Vec<Ahead> =
            holding.map(|(other, _)| Ahead { session: other.clone(), only_waits: false }).collect();
        if held.is_none() {
            let place = own.and_then(|state| state.waiting.as_ref()).map_or(u64::MAX, |waiting| waiting.place);
            let mut waiting: Vec<(u64, &String)> = others()
                .filter_map(|(other, state)| Some((other, state.waiting.as_ref()?)))
                .filter(|(_, waiting)| {
                    let wants = match waiting.obstacle.kind {
                        ObstacleKind::Table { exclusive } => Some(exclusive),
                        ObstacleKind::Row { .. } | ObstacleKind::Commit => None,
                    };
                    let in_the_way = wants.is_some_and(|theirs| theirs || exclusive);
                    waiting.place < place && waiting.obstacle.table == table && in_the_way
                })
                .map(|(other, waiting)| (waiting.place, other))
                .collect();
            waiting.sort();
            ahead.extend(waiting.into_iter().map(|(_, other)| Ahead { session: other.clone(), only_waits: true }));
        }
        ahead
    }

    /// The session whose transaction has this number.
    pub(super) fn session_of(&self, xid: crate::types::Xid) -> Option<&String> {
        let holder = self.sessions.iter().find(|(_, state)| state.xid == xid).map(|(name, _)| name);
        holder.or_else(|| if crate::WHOLE { self.committing(xid) } else { None })
    }
}

/// Somebody whom a request has to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    pub session: String,
    /// It does not hold the lock, it only came first.
    pub only_waits: bool,
}
