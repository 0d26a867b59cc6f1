//! All of it behind one door.
//!
//! A [`Cluster`] is a primary server with its sessions, the archive and its archiver, the backup store, and a recovery beside them.
//! [`Cluster::execute`] takes a [`Command`] and returns what happened at once; [`Cluster::advance`] lets the virtual clock run, and
//! with it all that takes time: transfers to the archive, backups, recoveries, the timers. Nothing happens otherwise, so the same
//! commands make the same bytes on every machine.
//!
//! * [`statements`] carries out SQL.
//! * [`operations`] carries out the operator's verbs.
//! * [`backing_up`] is about base backups: taking them, choosing one.
//! * [`archiving`] is the archiver at work.
//! * [`streaming`] sends log to the archive as it is flushed.
//! * [`keeping`] is what is kept, where and how long.
//! * [`space`] is the disk that the log lies on, where it is limited.
//! * [`scheduling`] lets commands wait for a place in the log or an event.
//! * [`commits`] is about when a commit is acknowledged, [`checkpointing`] about when pages are written.
//! * [`crash`] cuts the primary's power and starts it again.
//! * [`tending`] is what is done with backups that are there.
//! * [`jobs`] is what goes on by the clock.
//! * [`logging`] puts records into the log and tells of what follows from it: flushes, segments, the archiver's queue.
//! * [`digest`] condenses all the bytes there are into one number.

mod alter;
mod archiving;
mod backing_up;
mod bulk;
mod checkpointing;
mod command;
mod commits;
mod crash;
mod digest;
mod error;
mod event;
mod explaining;
mod invariant;
mod jobs;
mod keeping;
mod locks;
mod logging;
mod operations;
mod salvage;
mod scheduling;
mod sequences;
mod sessions;
mod space;
mod statements;
mod streaming;
mod tending;
mod tuning;
mod waiting;
#[cfg(feature = "whole")]
mod work;
mod workload;

pub use command::{
    Assignment, AtTarget, Command, Comparison, Device, Devices, Effort, Expression, Filter, RecoverySpec, Settings,
    Target, TimedCommand, TimelineChoice, Upkeep,
};
pub use commits::LogEvent;
pub use crash::CrashEvent;
pub use digest::Digest;
pub use error::CommandError;
pub use event::{Change, Event, EventKind};
pub use explaining::{RowView, StatesApart};
pub use invariant::{Invariant, Measure};
pub use jobs::{Advance, Status};
pub use sessions::{Savepoint, Session};
pub use tuning::{PageImages, Tuning};
pub use waiting::Waiting;
#[cfg(feature = "whole")]
pub use work::{MOST_FILLED, MOST_ROWS, Work};

use crate::archive::{Archive, Archiver, Receiver};
use crate::backup::BackupStore;
use crate::beyond::Beyond;
use crate::recovery::Recovery;
use crate::server::Server;
use crate::types::{Lsn, Micros};
use backing_up::BackupJob;
use checkpointing::Checkpoints;
use commits::Commits;
use crash::Down;
use keeping::Keeping;
use litemap::LiteMap;
use scheduling::Schedule;
use std::collections::VecDeque;
use tending::Tending;
use workload::Workload;

/// A database with everything around it.
#[derive(Debug, Clone)]
pub struct Cluster {
    settings: Settings,
    now: Micros,
    /// How far the clock that timestamps are taken from is ahead of `now`.
    clock_ahead: Micros,
    /// `None` once it is lost, or while it is [`Down`].
    primary: Option<Server>,
    down: Beyond<Option<Down>>,
    commits: Beyond<Commits>,
    checkpoints: Beyond<Checkpoints>,
    sessions: LiteMap<String, Session>,
    archive: Archive,
    archiver: Archiver,
    receiver: Beyond<Receiver>,
    keeping: Beyond<Keeping>,
    schedule: Beyond<Schedule>,
    /// How many bytes of log the primary's disk holds, and whether it has been told that it is full.
    log_disk: Option<u64>,
    full_told: bool,
    /// The last commit's timestamp.
    last_commit: Micros,
    /// By how many millionths the clock that timestamps are taken from is fast, and since when.
    clock_drift: (i64, Micros),
    backups: BackupStore,
    backup_job: Option<BackupJob>,
    /// Work on backups that are there, with the time at which each will be done.
    tending: Beyond<VecDeque<(Micros, Tending)>>,
    workloads: Vec<Workload>,
    recovery: Option<Recovery>,
    invariants: Beyond<Vec<Invariant>>,
    /// When the log last went on to another segment, or was last found to have nothing worth it.
    last_switch: Micros,
    /// Where the log ended then.
    last_switch_end: Lsn,
    next_backup: Option<Micros>,
    backups_begun: u32,
    outbox: Vec<Event>,
    /// Nothing of the database's state: the digest does not know of it.
    names: Beyond<event::Names>,
    told: u64,
    /// What the statement that is being tried has to wait for.
    obstacle: Beyond<Option<locks::Obstacle>>,
    /// How many statements have begun to wait so far.
    waits_begun: u64,
    /// After how many events a copy of the cluster is to be put aside.
    watch_for: Option<u64>,
    watched: Option<Box<Cluster>>,
}

impl Cluster {
    /// A new database at an instant, with what happened when it was made.
    pub fn new(settings: Settings, now: Micros) -> (Cluster, Vec<Event>) {
        let primary = Server::create(&settings);
        let mut cluster = Cluster {
            now,
            clock_ahead: Micros::ZERO,
            primary: Some(primary),
            down: Beyond::default(),
            commits: Beyond::default(),
            checkpoints: Beyond::default(),
            sessions: LiteMap::new(),
            archive: Archive::default(),
            archiver: Archiver::default(),
            receiver: Beyond::default(),
            keeping: Beyond::default(),
            schedule: Beyond::default(),
            log_disk: settings.archiving.log_disk,
            full_told: false,
            last_commit: Micros(i64::MIN),
            clock_drift: (0, now),
            backups: BackupStore::default(),
            backup_job: None,
            tending: Beyond::default(),
            workloads: Vec::new(),
            recovery: None,
            invariants: Beyond::default(),
            last_switch: now,
            last_switch_end: Lsn::ZERO,
            next_backup: settings.backup_every.map(|every| now + every),
            backups_begun: 0,
            outbox: Vec::new(),
            names: Beyond::default(),
            told: 0,
            obstacle: Beyond::default(),
            waits_begun: 0,
            watch_for: None,
            watched: None,
            settings,
        };
        // A server that has just been made can always be checkpointed.
        if crate::WHOLE {
            cluster.begin_keeping();
        }
        let made = cluster.checkpoint();
        debug_assert!(made.is_ok());
        let events = cluster.take_events();
        (cluster, events)
    }

    /// Carries a command out, in a session; returns what happened, or why nothing did.
    pub fn execute(&mut self, session: &str, command: &Command) -> Result<Vec<Event>, CommandError> {
        let before = (crate::WHOLE && self.log_disk.is_some()).then(|| self.before_statement(session, command));
        let mut done = if crate::WHOLE { self.take_turn(session, command) } else { self.carry_out(session, command) };
        if let Some(before) = before.filter(|_| done.is_ok()) {
            done = self.refuse_if_full(before);
        }
        if crate::WHOLE {
            self.carry_out_due();
        }
        let events = self.take_events();
        match done {
            Ok(()) => Ok(events),
            Err(CommandError::NoPrimary) if crate::WHOLE => Err(self.why_no_primary()),
            // It aborts the block, which the smaller build cannot do.
            Err(_) if !crate::WHOLE && self.is_in_block(session) => Err(CommandError::NeedsWholeEngine),
            Err(error) => Err(error),
        }
    }

    /// Carries a command out now, if nothing is in its way.
    fn carry_out(&mut self, session: &str, command: &Command) -> Result<(), CommandError> {
        match command {
            Command::Begin => self.begin(session, false),
            Command::Commit => self.commit(session),
            Command::Rollback => self.roll_back(session),
            Command::CreateTable { table, columns } => self.create_table(session, table, columns),
            Command::Insert { table, columns, rows } => self.insert(session, table, columns.as_deref(), rows),
            Command::Update { table, set, filter } => self.update(session, table, set, filter.as_ref()),
            Command::Delete { table, filter } => self.delete(session, table, filter.as_ref()),
            Command::Select { table, filter } => self.select(session, table, filter.as_ref()),
            Command::Checkpoint => self.checkpoint(),
            Command::SwitchSegment => self.switch_segment(),
            Command::RestorePoint { name } => self.make_restore_point(session, name),
            Command::Backup { label } => self.begin_backup(label, false),
            Command::Recover(spec) => self.begin_recovery(spec),
            Command::Workload { table, every } => self.begin_workload(session, table, *every),
            #[cfg(feature = "whole")]
            Command::WorkloadOf { table, every, work } => {
                self.begin_workload(session, table, *every)?;
                self.last_workload_does(*work);
                Ok(())
            }
            Command::LosePrimary => self.lose_primary(),
            Command::Note { text } => {
                self.tell(EventKind::Noted { session: session.to_owned(), text: text.clone() });
                Ok(())
            }
            more if crate::WHOLE => self.execute_more(session, more),
            _ => Err(CommandError::NeedsWholeEngine),
        }
    }

    /// What the smaller build leaves out.
    fn execute_more(&mut self, session: &str, command: &Command) -> Result<(), CommandError> {
        match command {
            Command::BeginRepeatableRead => self.begin(session, true),
            Command::Savepoint { name } => self.set_savepoint(session, name),
            Command::RollbackTo { name } => self.roll_back_to(session, name),
            Command::Release { name } => self.release(session, name),
            Command::Truncate { table } => self.truncate(session, table),
            Command::RestoreTable { table, into } => self.restore_table(session, table, into.as_deref()),
            Command::AddColumn { table, column } => self.add_column(session, table, column),
            Command::DropTable { table } => self.drop_table(session, table),
            Command::CreateSequence { name, start, increment } => {
                self.create_sequence(session, name, *start, *increment)
            }
            Command::NextValue { sequence, count } => self.draw(session, sequence, *count),
            Command::SetLockTimeout { timeout } => {
                self.sessions.entry(session.to_owned()).or_default().lock_timeout = Some(*timeout);
                Ok(())
            }
            Command::BackupStart { label } => self.begin_backup(label, true),
            Command::IncrementalBackup { label, parent, by_hand } => {
                self.begin_incremental(label, parent.as_deref(), *by_hand)
            }
            Command::BackupOfRecovery { label } => self.begin_backup_of_recovery(label),
            Command::Verify { label } => self.begin_verification(label),
            Command::Merge { first, last, into } => self.begin_merge(first.as_deref(), last, into),
            Command::BackupCopy { label } => self.copy_backup(label),
            Command::BackupStop { label } => self.stop_backup(label),
            Command::Invariant(invariant) => {
                self.invariants.retain(|known| known.name != invariant.name);
                self.invariants.push(invariant.clone());
                self.tell(EventKind::InvariantDeclared { invariant: invariant.clone().into() });
                Ok(())
            }
            Command::Resume => self.resume_recovery(),
            Command::Continue(spec) => self.restart_recovery(spec),
            Command::SwitchOver => self.switch_over(),
            Command::SetClock { to } => {
                self.clock_ahead = *to - self.now;
                self.clock_drift.1 = self.now;
                self.tell(EventKind::ClockSet { to: *to });
                Ok(())
            }
            Command::Damage(fault) => self.damage(fault),
            Command::ExplainRow { table, key, view } => self.tell_row(session, table, key, view),
            Command::When { condition, then } => self.arm(session, condition, then),
            Command::Upkeep(what) => self.upkeep(session, what),
            Command::Crash(loss) => self.crash(*loss),
            Command::Restart => self.restart(),
            Command::SetSynchronousCommit { on } => self.set_synchronous_commit(session, *on),
            _ => Ok(()),
        }
    }

    fn tell(&mut self, kind: EventKind) {
        self.outbox.push(Event { at: self.now, kind });
        self.told += 1;
        if self.watch_for == Some(self.told) {
            self.watch_for = None;
            let mut copy = self.clone();
            copy.outbox.clear();
            self.watched = Some(Box::new(copy));
        }
        if crate::WHOLE && !self.schedule.is_empty() {
            self.check_schedule();
        }
    }

    fn take_events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.outbox)
    }

    /// Puts a copy aside when that many events have been told in all.
    pub(crate) fn watch_for(&mut self, told: u64) {
        self.watch_for = Some(told);
        self.watched = None;
    }

    /// The copy that was put aside.
    pub(crate) fn take_watched(&mut self) -> Option<Cluster> {
        self.watched.take().map(|copy| *copy)
    }

    /// Events told so far.
    pub fn told(&self) -> u64 {
        self.told
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The virtual clock.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// What the clock shows that timestamps in the log are taken from. It can be set, and go back.
    pub fn timestamp(&self) -> Micros {
        let mut ahead = self.clock_ahead;
        if crate::WHOLE && self.clock_drift.0 != 0 {
            let (ppm, since) = self.clock_drift;
            let drifted = i128::from((self.now - since).0) * i128::from(ppm) / 1_000_000;
            ahead = ahead + Micros(i64::try_from(drifted).unwrap_or(0));
        }
        self.now + ahead
    }

    /// The primary server; `None` once it is lost.
    pub fn primary(&self) -> Option<&Server> {
        self.primary.as_ref()
    }

    /// The sessions that have sent something, by name.
    pub fn sessions(&self) -> impl Iterator<Item = (&str, &Session)> {
        self.sessions.iter().map(|(name, session)| (name.as_str(), session))
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Segments that are sealed and not in the archive.
    pub fn archive_backlog(&self) -> usize {
        self.archiver.backlog()
    }

    pub fn backups(&self) -> &BackupStore {
        &self.backups
    }

    /// What recoveries read, for tests to damage.
    #[doc(hidden)]
    pub fn stores_mut(&mut self) -> (&mut Archive, &mut BackupStore) {
        (&mut self.archive, &mut self.backups)
    }

    /// The last recovery, under way or over.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }
}
