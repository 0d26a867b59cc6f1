//! Statements that wait.
//!
//! A statement that meets a row or a table in another's hands is parked in its session and runs when it can: one that was sent at 12:04 may
//! run at 12:14, and its records are of 12:14. A session that waits takes no other statement, as in psql: what is sent to it stands
//! behind. Whenever something is given up, those who wait are looked through, the longest waiting first, until none can go on.
//!
//! A statement whose session waits for the flush of its last commit is parked in the same way.
//!
//! A parked statement has changed nothing, though it may have its transaction's number already. It is carried out anew when its turn comes, with the eyes that it had when it began.
//!
//! It can also end in failure. As in PostgreSQL, each waiting statement looks once, after `deadlock timeout`, whether it waits for itself; if so
//! it is the victim (`CheckDeadLock`; a wait that only stands behind another is moved ahead of it first, as `DeadLockCheck` does). `lock timeout` ends a
//! wait that lasts longer than that. What fails like this is an event, for it happened.
//!
//! So is any error of a statement within a transaction block, for it aborts the block, or what was done since its innermost savepoint
//! (`AbortCurrentTransaction`): after it only ROLLBACK TO, ROLLBACK and COMMIT, which then rolls back, are taken. Whatever else is refused at
//! once was never sent, and changes nothing.

use super::locks::{Obstacle, ObstacleKind};
use super::{Cluster, Command, CommandError, EventKind};
use crate::server::Server;
use crate::txn::{Fate, Snapshot};
use crate::types::Micros;
use std::collections::VecDeque;

/// A statement that waits in its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub command: Command,
    /// When it was sent.
    pub sent: Micros,
    pub(super) obstacle: Obstacle,
    /// What it looks through: taken before it met the first row that was not free. One that waits for its table has not looked yet.
    pub(super) snapshot: Option<Snapshot>,
    /// Its place in the line: who came first has the lower number.
    pub(super) place: u64,
    /// When it looks whether it waits for itself; `None` once it has.
    check_at: Option<Micros>,
    /// When it has waited long enough.
    give_up_at: Option<Micros>,
    /// The holder has given something up: it may be this.
    look_again: bool,
    /// Statements that were sent meanwhile, each with when.
    behind: VecDeque<(Micros, Command)>,
}

impl Waiting {
    /// The session that holds what it waits for, or waits for it ahead.
    pub fn holder(&self) -> &str {
        &self.obstacle.holder
    }

    /// It and what stands behind it, each with when it was sent.
    pub(super) fn commands(&self) -> impl Iterator<Item = (Micros, &Command)> {
        [(self.sent, &self.command)].into_iter().chain(self.behind.iter().map(|(sent, command)| (*sent, command)))
    }

    pub(super) fn deadlines(&self) -> [Option<Micros>; 2] {
        [self.check_at, self.give_up_at]
    }

    /// When something happens to it by the clock.
    fn deadline(&self) -> Option<Micros> {
        self.check_at.into_iter().chain(self.give_up_at).min()
    }
}

/// What came of a statement.
enum Outcome {
    Done,
    Waits(Obstacle),
    Failed(CommandError),
}

impl Cluster {
    /// Notes what a statement has to wait for. The error says that the statement did not run; only the smaller build, which cannot wait,
    /// shows it to anybody.
    pub(super) fn meet(&mut self, obstacle: Obstacle) -> CommandError {
        if crate::WHOLE {
            *self.obstacle = Some(obstacle);
        }
        CommandError::NeedsWholeEngine
    }

    /// Carries a command out when it is its turn.
    pub(super) fn take_turn(&mut self, session: &str, command: &Command) -> Result<(), CommandError> {
        if !command.is_statement() {
            self.carry_out(session, command)?;
            self.wake_if_flushed();
            return Ok(());
        }
        let now = self.now;
        if let Some(waiting) = self.sessions.get_mut(session).and_then(|state| state.waiting.as_mut()) {
            waiting.behind.push_back((now, command.clone()));
            let holder = waiting.obstacle.holder.clone();
            self.tell(EventKind::StatementQueued { session: session.to_owned(), holder });
            return Ok(());
        }
        let before = self.sessions.get(session);
        let (held, had_snapshot) = before.map_or((0, false), |state| (state.locks.len(), state.snapshot.is_some()));
        match self.attempt(session, command) {
            Outcome::Done => self.wake(),
            Outcome::Waits(obstacle) => self.park(session, command.clone(), now, obstacle),
            Outcome::Failed(error) if error.is_outcome() || self.aborts_block(session, command, &error) => {
                self.fail(session, error);
                self.wake();
            }
            Outcome::Failed(error) => {
                if let Some(state) = self.sessions.get_mut(session) {
                    state.locks.truncate(held);
                    *state.snapshot = state.snapshot.take().filter(|_| had_snapshot);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether a statement that fails so takes its transaction block along. What is brought over from a recovered server is asked for by
    /// the operator's tool, which looks before it sends anything.
    fn aborts_block(&self, session: &str, command: &Command, error: &CommandError) -> bool {
        self.sessions.get(session).is_some_and(|state| state.in_transaction && !state.failed)
            && error.aborts_block()
            && !matches!(command, Command::RestoreTable { .. })
    }

    fn attempt(&mut self, session: &str, command: &Command) -> Outcome {
        if self.is_committing(session) {
            let (table, holder) = (String::new(), session.to_owned());
            return Outcome::Waits(Obstacle { table, kind: ObstacleKind::Commit, holder });
        }
        let failed = self.sessions.get(session).is_some_and(|state| state.failed);
        if failed && !matches!(command, Command::Commit | Command::Rollback | Command::RollbackTo { .. }) {
            return Outcome::Failed(CommandError::TransactionFailed { session: session.to_owned() });
        }
        if let (Some(state), Some(primary)) = (self.sessions.get_mut(session), &self.primary)
            && state.repeatable_read
            && state.snapshot.is_none()
            && !command.is_transaction_control()
        {
            *state.snapshot = Some(primary.snapshot());
        }
        *self.obstacle = None;
        match (self.carry_out(session, command), self.obstacle.take()) {
            (Ok(()), _) => Outcome::Done,
            (Err(_), Some(obstacle)) => Outcome::Waits(obstacle),
            (Err(error), None) => Outcome::Failed(error),
        }
    }

    /// Carries out one that waited, if what it writes fits on the disk.
    fn attempt_again(&mut self, session: &str, command: &Command) -> Outcome {
        let before = self.log_disk.is_some().then(|| self.before_statement(session, command));
        match (self.attempt(session, command), before) {
            (Outcome::Done, Some(before)) => {
                self.refuse_if_full(before).map_or_else(Outcome::Failed, |()| Outcome::Done)
            }
            (outcome, _) => outcome,
        }
    }

    fn park(&mut self, session: &str, command: Command, sent: Micros, obstacle: Obstacle) {
        self.waits_begun += 1;
        let waiting = Waiting {
            command,
            sent,
            obstacle: obstacle.clone(),
            snapshot: None,
            place: self.waits_begun,
            check_at: None,
            give_up_at: None,
            look_again: false,
            behind: VecDeque::new(),
        };
        *self.sessions.entry(session.to_owned()).or_default().waiting = Some(Box::new(waiting));
        self.wait_for(session, obstacle);
    }

    /// A parked statement waits for this from now on. It keeps its place in the line.
    fn wait_for(&mut self, session: &str, obstacle: Obstacle) {
        let snapshot = self.primary.as_ref().map(Server::snapshot);
        // Whoever is to write has its number before it waits, as in PostgreSQL (`heap_update`, `LogAccessExclusiveLockPrepare`). If there is
        // none left, it is told so when it goes on.
        let locks = !matches!(obstacle.kind, ObstacleKind::Table { exclusive: false } | ObstacleKind::Commit);
        if locks {
            let _ = self.xid_for_write(session);
        }
        let may_time_out = obstacle.kind != ObstacleKind::Commit;
        let (now, settings) = (self.now, &self.settings);
        let Some(state) = self.sessions.get_mut(session) else {
            return;
        };
        let lock_timeout = state.lock_timeout.unwrap_or(settings.tuning.lock_timeout);
        let Some(waiting) = state.waiting.as_mut() else {
            return;
        };
        waiting.check_at = may_time_out.then(|| now + settings.tuning.deadlock_timeout);
        waiting.give_up_at = Some(now + lock_timeout).filter(|_| may_time_out && lock_timeout > Micros::ZERO);
        waiting.look_again = false;
        waiting.obstacle = obstacle.clone();
        if matches!(obstacle.kind, ObstacleKind::Row { .. }) && waiting.snapshot.is_none() {
            waiting.snapshot = snapshot;
        }
        let Obstacle { table, kind, holder } = obstacle;
        let key = match kind {
            ObstacleKind::Row { key, .. } => Some(key),
            ObstacleKind::Table { .. } | ObstacleKind::Commit => None,
        };
        self.tell(EventKind::StatementWaits { session: session.to_owned(), table, key, holder });
    }

    /// Those who wait, in line.
    fn line(&self) -> Vec<String> {
        let waiting = self.sessions.iter().filter_map(|(name, state)| Some((state.waiting.as_ref()?.place, name)));
        let mut line: Vec<(u64, &String)> = waiting.collect();
        line.sort();
        line.into_iter().map(|(_, name)| name.clone()).collect()
    }

    /// What a session's statement looks through; `None`: what has committed by now.
    pub(super) fn snapshot_of(&self, session: &str) -> Option<Snapshot> {
        let state = self.sessions.get(session).filter(|_| crate::WHOLE)?;
        let statement = || state.waiting.as_ref().and_then(|waiting| waiting.snapshot.clone());
        state.snapshot.as_ref().cloned().or_else(statement)
    }

    /// What was given up by this session may be what others wait for.
    pub(super) fn let_look_again(&mut self, session: &str) {
        for (_, state) in self.sessions.iter_mut() {
            if let Some(waiting) = state.waiting.as_mut().filter(|waiting| waiting.obstacle.holder == session) {
                waiting.look_again = true;
            }
        }
    }

    /// Whether a parked statement has a chance to go on.
    fn may_go_on(&self, session: &str) -> bool {
        let Some(waiting) = self.sessions.get(session).and_then(|state| state.waiting.as_ref()) else {
            return false;
        };
        match &waiting.obstacle.kind {
            ObstacleKind::Table { exclusive } => self.ahead_of(session, &waiting.obstacle.table, *exclusive).is_empty(),
            ObstacleKind::Commit => !self.is_committing(session),
            ObstacleKind::Row { xid, .. } => {
                waiting.look_again || self.primary.as_ref().is_none_or(|primary| primary.running(*xid).is_none())
            }
        }
    }

    /// Lets everybody go on who can.
    pub(super) fn wake(&mut self) {
        while let Some(session) = self.line().into_iter().find(|session| self.may_go_on(session)) {
            self.resume(&session);
        }
        let somebody_waits = self.sessions.iter().any(|(_, state)| state.waiting.is_some());
        if let Some(primary) = self.primary.as_mut().filter(|_| !somebody_waits) {
            primary.forget_successors();
        }
    }

    /// Lets those go on who waited for a flush, after what may have been one.
    pub(super) fn wake_if_flushed(&mut self) {
        if self.sessions.iter().any(|(_, state)| state.waiting.is_some()) {
            self.wake();
        }
    }

    /// Whether a session has not been answered yet.
    pub(super) fn is_busy(&self, session: &str) -> bool {
        self.is_committing(session) || self.sessions.get(session).is_some_and(|state| state.waiting.is_some())
    }

    /// Carries a parked statement out, and then what was sent behind it.
    fn resume(&mut self, session: &str) {
        let waiting = self.sessions.get(session).and_then(|state| state.waiting.as_ref());
        let Some((command, sent)) = waiting.map(|waiting| (waiting.command.clone(), waiting.sent)) else {
            return;
        };
        self.tell(EventKind::StatementResumed { session: session.to_owned(), sent });
        match self.attempt_again(session, &command) {
            Outcome::Done => self.go_on_behind(session),
            Outcome::Waits(obstacle) => self.wait_for(session, obstacle),
            Outcome::Failed(error) => self.give_up(session, error),
        }
    }

    /// Ends a parked statement in failure, and goes on with what was sent behind it.
    fn give_up(&mut self, session: &str, error: CommandError) {
        self.fail(session, error);
        self.go_on_behind(session);
    }

    /// The parked statement of a session is over.
    fn go_on_behind(&mut self, session: &str) {
        let waiting = self.sessions.get_mut(session).and_then(|state| state.waiting.take());
        let mut behind = waiting.map(|waiting| waiting.behind).unwrap_or_default();
        while let Some((sent, command)) = behind.pop_front() {
            self.tell(EventKind::StatementResumed { session: session.to_owned(), sent });
            match self.attempt_again(session, &command) {
                Outcome::Done => {}
                Outcome::Failed(error) => self.fail(session, error),
                Outcome::Waits(obstacle) => {
                    self.park(session, command, sent, obstacle);
                    if let Some(waiting) = self.sessions.get_mut(session).and_then(|state| state.waiting.as_mut()) {
                        waiting.behind = behind;
                    }
                    return;
                }
            }
        }
    }

    /// A statement has failed: what it belongs to is undone.
    fn fail(&mut self, session: &str, error: CommandError) {
        let aborts = error.aborts_block();
        self.tell(EventKind::StatementFailed { session: session.to_owned(), error: error.into() });
        let Some(state) = self.sessions.get(session).filter(|state| aborts || !state.in_transaction) else {
            return;
        };
        let (in_transaction, was_failed, innermost) = (state.in_transaction, state.failed, state.savepoints.last());
        match innermost.map(|savepoint| savepoint.name.clone()) {
            _ if was_failed => {}
            Some(name) => self.redo_savepoint(session, &name),
            // A primary that is lost has no log to say it in.
            None => drop(self.end_transaction(session, Fate::Aborted)),
        }
        if let Some(state) = self.sessions.get_mut(session) {
            (state.in_transaction, state.failed) = (in_transaction, in_transaction);
        }
    }

    /// When the next parked statement looks for a deadlock or gives up.
    pub(super) fn lock_deadline(&self) -> Option<Micros> {
        self.sessions.iter().filter_map(|(_, state)| state.waiting.as_ref()?.deadline()).min()
    }

    /// Does what is due for the parked statement whose deadline is the next.
    pub(super) fn meet_lock_deadline(&mut self) {
        let due = |cluster: &Cluster, session: &String| {
            cluster.sessions.get(session).and_then(|state| state.waiting.as_ref()?.deadline())
        };
        let next = self.lock_deadline();
        let Some(session) = self.line().into_iter().find(|session| due(self, session) == next) else {
            return;
        };
        let Some(waiting) = self.sessions.get_mut(&session).and_then(|state| state.waiting.as_mut()) else {
            return;
        };
        if waiting.check_at == next {
            waiting.check_at = None;
            if let Some(cycle) = self.break_deadlock(&session) {
                self.give_up(&session, CommandError::Deadlock { session: session.clone(), cycle });
            }
        } else {
            let (table, holder) = (waiting.obstacle.table.clone(), waiting.obstacle.holder.clone());
            self.give_up(&session, CommandError::LockTimeout { session: session.clone(), table, holder });
        }
        self.wake();
    }

    /// Looks whether a session waits for itself. Where one of the cycle only stands behind another, it is moved ahead; if nothing helps, this is the
    /// cycle: each waits for the next, the last for the first.
    fn break_deadlock(&mut self, session: &str) -> Option<Vec<String>> {
        let mut moved: Vec<(String, String)> = Vec::new();
        loop {
            let cycle = self.cycle(session)?;
            let can_move = |from: &String, to: &String| !moved.contains(&(to.clone(), from.clone()));
            let soft = cycle.iter().enumerate().find_map(|(index, (from, only_waits))| {
                let to = cycle.get(index + 1).map_or(session, |(next, _)| next).to_owned();
                (*only_waits && can_move(from, &to)).then(|| (from.clone(), to))
            });
            let Some((from, to)) = soft else {
                return Some(cycle.into_iter().map(|(session, _)| session).collect());
            };
            self.move_ahead(&from, &to);
            moved.push((from, to));
        }
    }

    /// The way from a session back to itself along who waits for whom; with each, whether it only stands behind the next.
    fn cycle(&self, session: &str) -> Option<Vec<(String, bool)>> {
        let mut seen: Vec<String> = Vec::new();
        let mut way: Vec<(String, Vec<(String, bool)>)> = vec![(session.to_owned(), self.waits_for(session))];
        let mut steps: Vec<bool> = Vec::new();
        while let Some((_, next)) = way.last_mut() {
            let Some((to, only_waits)) = next.pop() else {
                way.pop();
                steps.pop();
                continue;
            };
            if to == session {
                let names = way.into_iter().map(|(name, _)| name);
                return Some(names.zip(steps.into_iter().chain([only_waits])).collect());
            }
            if !seen.contains(&to) {
                seen.push(to.clone());
                steps.push(only_waits);
                let next = self.waits_for(&to);
                way.push((to, next));
            }
        }
        None
    }

    /// Whom a session waits for, and whether it only stands behind them. The first comes last.
    fn waits_for(&self, session: &str) -> Vec<(String, bool)> {
        let Some(waiting) = self.sessions.get(session).and_then(|state| state.waiting.as_ref()) else {
            return Vec::new();
        };
        let mut found: Vec<(String, bool)> = match &waiting.obstacle.kind {
            ObstacleKind::Table { exclusive } => {
                let ahead = self.ahead_of(session, &waiting.obstacle.table, *exclusive);
                ahead.into_iter().map(|ahead| (ahead.session, ahead.only_waits)).collect()
            }
            ObstacleKind::Commit => Vec::new(),
            ObstacleKind::Row { xid, .. } => {
                self.session_of(*xid).map(|holder| (holder.clone(), false)).into_iter().collect()
            }
        };
        found.reverse();
        found
    }

    /// Puts one who waits right in front of another.
    fn move_ahead(&mut self, session: &str, of: &str) {
        let mut line = self.line();
        let mut places: Vec<u64> = Vec::new();
        for name in &line {
            places
                .extend(self.sessions.get(name).and_then(|state| state.waiting.as_ref()).map(|waiting| waiting.place));
        }
        line.retain(|name| name != session);
        let at = line.iter().position(|name| name == of).unwrap_or(line.len());
        line.insert(at, session.to_owned());
        for (name, place) in line.iter().zip(places) {
            if let Some(waiting) = self.sessions.get_mut(name).and_then(|state| state.waiting.as_mut()) {
                waiting.place = place;
            }
        }
    }
}
