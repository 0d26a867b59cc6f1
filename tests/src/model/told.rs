//! Facts out of what a history tells.

use super::rows::{Change, Tables, apply, changes};
use super::sequences::{Next, Sequences};
use super::workloads::Workloads;
use crate::histories::Told;
use pitr_engine::types::{Lsn, Micros, Xid};
use pitr_engine::{Command, Event, EventKind, Fault, Kind, RecordNote, Settings};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A record of the log, as far as it matters when a recovery looks at it.
#[derive(Debug, Clone)]
pub struct Fact {
    pub timeline: u32,
    pub note: RecordNote,
    /// Where the log goes on.
    pub goes_on: u64,
    /// The restore point's name.
    pub name: Option<String>,
    /// What a commit makes so.
    pub changes: Vec<(String, Change)>,
    /// Of a sequence's record: which it is, and what it gives next where this has been replayed.
    pub sequence: Option<(String, i64)>,
    /// What sequences gave next after this record and before the next, on the pages.
    pub drawn: Vec<(String, i64)>,
}

/// One timeline among all that ever were, whatever its number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(usize);

/// A base backup that is complete.
#[derive(Debug, Clone)]
pub struct Backup {
    pub label: String,
    pub timeline: u32,
    pub name: Name,
    pub redo: u64,
    /// Facts: the checkpoint that began it, and the record that ended it.
    pub checkpoint: usize,
    pub end: usize,
    /// What the clock showed when it was complete.
    pub end_time: Micros,
    /// The backup that an incremental one continues.
    pub continues: Option<String>,
}

/// A session between two commits.
#[derive(Debug, Clone, Default)]
struct Session {
    said: Option<Command>,
    /// What waits, or was sent while something did, in order.
    parked: VecDeque<Command>,
    /// Whether `said` is being carried out, rather than parked.
    running: bool,
    /// The tables as the statement found them that has been waiting: rows that came later are none of its own.
    found: Option<Tables>,
    changes: Vec<(String, Change)>,
    /// Each with how many changes there were when it was set.
    savepoints: Vec<(String, usize)>,
}

/// All that a history told.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub segment_bytes: u64,
    pub facts: Vec<Fact>,
    /// The facts of each timeline from the beginning of the database on, in the order of the log.
    /// A number is given again when its history file is lost, so each timeline has a name of its own here.
    pub linear: BTreeMap<Name, Vec<usize>>,
    pub backups: Vec<Backup>,
    /// The ancestors that each history file tells, oldest first: timeline, and where the next begins.
    pub histories: BTreeMap<u32, Vec<(u32, u64)>>,
    /// The archive's files, by the timeline's number and the segment: whose they are.
    pub archived: BTreeMap<(u32, u64), Name>,
    /// Records that are damaged, by the timeline of the file and the position.
    pub corrupt: BTreeSet<(u32, u64)>,
    /// The tables of the primary, as everybody sees them.
    pub live: Tables,
    /// What did not go as the model has it.
    pub surprises: Vec<String>,
    sessions: BTreeMap<String, Session>,
    rows_made: u64,
    clock_ahead: Micros,
    checkpoint: usize,
    backup: Option<Backup>,
    /// The recovery under way: whose file of each segment was fetched, and the facts that were replayed.
    fetched: BTreeMap<u64, Name>,
    replayed: Vec<usize>,
    recovering_from: Option<Backup>,
    recovered: Tables,
    recovered_sequences: Next,
    sequences: Sequences,
    pub workloads: Workloads,
    /// The timeline that the primary writes, and that of the server recovered last.
    primary: Name,
    newest: Name,
}

impl Model {
    /// The model of a history.
    pub fn of(settings: &Settings, told: &[Told]) -> Model {
        let mut model = Model { segment_bytes: settings.segment.bytes().into(), ..Model::default() };
        model.linear.insert(model.primary, Vec::new());
        model.workloads.seed = settings.seed;
        for told in told {
            match told {
                Told::Sent(timed) => {
                    model.pass(timed.at);
                    if let Command::Workload { table, every } = &*timed.command {
                        model.workloads.begin(&timed.session, table, *every, timed.at, &model.live);
                    }
                    model.hear_command(&timed.session, &timed.command);
                }
                Told::Happened(event) => model.hear(event),
            }
        }
        model
    }

    fn hear_command(&mut self, session: &str, command: &Command) {
        match command {
            Command::Damage(Fault::LoseSegment { timeline, segment }) => {
                self.archived.remove(&(timeline.0, segment.0));
                self.mend_file(timeline.0, segment.0);
            }
            Command::Damage(Fault::LoseHistory { timeline }) => drop(self.histories.remove(&timeline.0)),
            // Struck a second time, the bit is as it was.
            Command::Damage(Fault::CorruptRecord { timeline, lsn }) => {
                let place = (timeline.0, lsn.0);
                if !self.corrupt.remove(&place) {
                    self.corrupt.insert(place);
                }
            }
            _ => {
                let session = self.sessions.entry(session.to_owned()).or_default();
                session.said = Some(command.clone());
                session.running = true;
            }
        }
    }

    /// The clock has come to here.
    fn pass(&mut self, now: Micros) {
        let sessions = &self.sessions;
        let waits = |session: &str| sessions.get(session).is_some_and(|session| !session.parked.is_empty());
        self.workloads.pass(now, &self.live, waits);
    }

    /// A session does something with a table: it may be a workload that says so.
    fn hear_workload(&mut self, session: &str, table: &str, now: Micros) {
        if let Some(said) = self.workloads.statement(session, table, now, &self.live) {
            let session = self.sessions.entry(session.to_owned()).or_default();
            session.said = Some(said);
            session.running = true;
        }
    }

    fn hear(&mut self, event: &Event) {
        self.pass(event.at);
        match &event.kind {
            EventKind::RecordWritten { session: Some(session), record, table: Some(table), .. }
                if record.kind == Kind::Insert =>
            {
                self.hear_workload(session, table, event.at);
            }
            EventKind::StatementWaits { session, table, .. } => self.hear_workload(session, table, event.at),
            _ => {}
        }
        match &event.kind {
            EventKind::RecordWritten { session, timeline, record, .. } => {
                self.hear_record(session.as_deref(), timeline.0, *record);
                if record.kind == Kind::Sequence {
                    self.hear_sequence_record(session.as_deref().unwrap_or_default(), record.end);
                }
            }
            EventKind::SequenceDrawn { session, sequence, value } => self.hear_draw(session, sequence, *value),
            EventKind::CheckpointStarted { redo } => self.sequences.redo = redo.0,
            EventKind::BackupContinues { parent, .. } => {
                if let Some(backup) = &mut self.backup {
                    backup.continues = Some(parent.clone());
                }
            }
            EventKind::RestorePointMade { name, .. } => {
                if let Some(fact) = self.facts.last_mut() {
                    fact.name = Some(name.clone());
                }
            }
            EventKind::StatementRan { session, rows, .. } => self.hear_statement(session, *rows),
            EventKind::StatementWaits { session, key, .. } => {
                let mut seen = self.live.clone();
                let session = self.sessions.entry(session.clone()).or_default();
                apply(&mut seen, &session.changes);
                // Who waits for a table has not looked at rows yet.
                if key.is_some() {
                    session.found.get_or_insert(seen);
                }
                session.running = false;
                let said = session.said.take();
                said.into_iter().for_each(|said| session.parked.push_front(said));
            }
            EventKind::StatementQueued { session, .. } => {
                let session = self.sessions.entry(session.clone()).or_default();
                session.running = false;
                session.parked.extend(session.said.take());
            }
            EventKind::StatementResumed { session, .. } => {
                let session = self.sessions.entry(session.clone()).or_default();
                session.running = true;
                session.said = session.parked.pop_front();
            }
            EventKind::StatementFailed { session, error } => {
                let aborts = error.code() != "already_in_transaction";
                let session = self.sessions.entry(session.clone()).or_default();
                if !session.running {
                    session.parked.pop_front();
                }
                session.found = None;
                let kept = session.savepoints.last().map_or(0, |(_, changes)| *changes);
                if aborts {
                    session.changes.truncate(kept);
                }
            }
            EventKind::SavepointSet { session, name } => {
                let session = self.sessions.entry(session.clone()).or_default();
                session.savepoints.push((name.clone(), session.changes.len()));
            }
            EventKind::RolledBackTo { session, name } => {
                let session = self.sessions.entry(session.clone()).or_default();
                if let Some(at) = session.savepoints.iter().rposition(|(set, _)| set == name) {
                    session.changes.truncate(session.savepoints[at].1);
                    session.savepoints.truncate(at + 1);
                }
            }
            EventKind::SavepointReleased { session, name } => {
                let session = self.sessions.entry(session.clone()).or_default();
                if let Some(at) = session.savepoints.iter().rposition(|(set, _)| set == name) {
                    session.savepoints.truncate(at);
                }
            }
            EventKind::Committed { session, .. } | EventKind::RolledBack { session, .. } => {
                let ended = self.sessions.remove(session).unwrap_or_default();
                let left = Session { parked: ended.parked, ..Session::default() };
                self.sessions.insert(session.clone(), left);
            }
            EventKind::CheckpointDone { lsn, .. } => {
                let found = self.facts.iter().rposition(|fact| fact.note.lsn == *lsn);
                self.checkpoint = found.unwrap_or(self.checkpoint);
            }
            EventKind::BackupStarted { label, redo } => {
                let timeline = self.facts.last().map_or(1, |fact| fact.timeline);
                let (label, redo, checkpoint, name) = (label.clone(), redo.0, self.checkpoint, self.primary);
                let (end, end_time, continues) = (0, Micros::ZERO, None);
                self.backup = Some(Backup { label, timeline, name, redo, checkpoint, end, end_time, continues });
            }
            EventKind::BackupFinished { end, .. } => {
                let found =
                    self.facts.iter().rposition(|fact| fact.note.kind == Kind::BackupEnd && fact.note.end == *end);
                if let (Some(backup), Some(end)) = (self.backup.take(), found) {
                    self.backups.push(Backup { end, end_time: event.at + self.clock_ahead, ..backup });
                }
            }
            EventKind::SegmentArchived { timeline, segment, .. } => {
                self.mend_file(timeline.0, segment.0);
                self.archived.insert((timeline.0, segment.0), self.primary);
            }
            EventKind::ClockSet { to } => self.clock_ahead = *to - event.at,
            EventKind::PrimaryLost => {
                self.sessions.clear();
                self.workloads.end();
            }
            _ => self.hear_of_recovery(&event.kind),
        }
    }

    fn hear_record(&mut self, session: Option<&str>, timeline: u32, note: RecordNote) {
        let goes_on = match note.kind {
            Kind::SegmentSwitch => note.end.0.next_multiple_of(self.segment_bytes),
            _ => note.end.0,
        };
        let mut changes = Vec::new();
        if note.kind == Kind::Commit
            && let Some(session) = session.and_then(|session| self.sessions.get_mut(session))
        {
            changes = core::mem::take(&mut session.changes);
        }
        apply(&mut self.live, &changes);
        let linear = self.linear.entry(self.primary).or_default();
        let before = linear.last().and_then(|before| self.facts.get_mut(*before));
        if let Some(before) = before.filter(|before| before.note.kind == Kind::TimelineStart) {
            let header = if note.lsn.0 % self.segment_bytes == 40 { 40 } else { 0 };
            before.note.end = Lsn(note.lsn.0 - header);
            before.goes_on = before.note.end.0;
        }
        linear.push(self.facts.len());
        self.facts.push(Fact { timeline, note, goes_on, name: None, changes, sequence: None, drawn: Vec::new() });
    }

    fn hear_sequence_record(&mut self, session: &str, end: Lsn) {
        let session = self.sessions.entry(session.to_owned()).or_default();
        let found = session.said.as_ref().and_then(|said| self.sequences.logged(said, end.0));
        let Some((name, next, is_new)) = found else {
            self.surprises.push(format!("a sequence's record that ends at {end}, by {:?}", session.said));
            return;
        };
        if is_new {
            session.changes.push((name.clone(), Change::CreateSequence));
        }
        if let Some(fact) = self.facts.last_mut() {
            fact.drawn.extend(is_new.then(|| (name.clone(), next)));
            fact.sequence = Some((name, next));
        }
    }

    fn hear_draw(&mut self, session: &str, name: &str, value: i64) {
        let said = self.sessions.get(session).and_then(|session| session.said.as_ref());
        let Some(Command::NextValue { count, .. }) = said else { return };
        match self.sequences.drawn(name, *count) {
            Some((last, next)) if last == value => {
                self.facts.last_mut().into_iter().for_each(|fact| fact.drawn.push((name.to_owned(), next)));
            }
            other => self.surprises.push(format!("{value} was drawn from {name}, not {other:?}")),
        }
    }

    fn hear_statement(&mut self, session: &str, rows: u64) {
        let mut seen = self.live.clone();
        let state = self.sessions.entry(session.to_owned()).or_default();
        apply(&mut seen, &state.changes);
        // Of a statement that has waited only those rows are its own that it had found before, as they were then.
        if let (Some(found), Some(Command::Update { table, filter, .. } | Command::Delete { table, filter })) =
            (state.found.take(), &state.said)
        {
            let known = found.get(table).map(|found| found.ids_matching(filter.as_ref())).unwrap_or_default();
            if let Some(table) = seen.get_mut(table) {
                table.rows.retain(|key, _| table.ids.0.get(key).is_some_and(|id| known.contains(id)));
            }
        }
        let Some((more, count)) = state.said.as_ref().and_then(|said| changes(said, &seen, &mut self.rows_made)) else {
            return;
        };
        if count != rows {
            self.surprises.push(format!("{session} changed {rows} rows, not {count}, by {:?}", state.said));
        }
        state.changes.extend(more);
    }

    /// What recoveries that belong to the history do: they make timelines.
    fn hear_of_recovery(&mut self, kind: &EventKind) {
        match kind {
            EventKind::RecoveryStarted { backup, .. } => {
                self.fetched.clear();
                self.replayed.clear();
                self.recovering_from = self.backups.iter().find(|known| known.label == *backup).cloned();
            }
            EventKind::SegmentFetched { timeline, segment, .. } => {
                let of = self.archived.get(&(timeline.0, segment.0)).copied().unwrap_or_default();
                self.fetched.insert(segment.0, of);
            }
            EventKind::RecordReplayed { record, .. } => {
                let file = self.fetched.get(&(record.lsn.0 / self.segment_bytes)).copied().unwrap_or_default();
                match self.fact_at(file, record.lsn.0) {
                    Some(fact) => self.replayed.push(fact),
                    None => self.surprises.push(format!("{} was replayed, and never written", record.lsn)),
                }
            }
            EventKind::TimelineBegan { timeline, parent, fork } => {
                let mut ancestors = self.histories.get(&parent.0).cloned().unwrap_or_default();
                ancestors.push((parent.0, fork.0));
                self.histories.insert(timeline.0, ancestors);
                let Some(backup) = &self.recovering_from else { return };
                let path = self.path(backup, &self.replayed);
                self.recovered = self.tables_of(&path);
                self.recovered_sequences = self.all_sequences_of(backup, &self.replayed);
                self.newest = Name(self.linear.len());
                self.linear.insert(self.newest, path);
                self.begin_timeline(timeline.0, *fork);
            }
            EventKind::SwitchedOver { .. } => {
                self.live = self.recovered.clone();
                self.sequences.taken_over(&self.recovered_sequences, u64::MAX);
                self.primary = self.newest;
            }
            _ => {}
        }
    }

    /// The first record of a new timeline is told by nobody but the log. How long it is shows when the next follows.
    fn begin_timeline(&mut self, timeline: u32, fork: Lsn) {
        let lsn = Lsn(self.record_start(fork.0));
        let end = Lsn(lsn.0 + 48);
        let note = RecordNote { lsn, end, kind: Kind::TimelineStart, xid: Xid::NONE, time: None };
        self.linear.entry(self.newest).or_default().push(self.facts.len());
        // Its pages have the sequences as they were recovered, whatever its parent drew afterwards.
        let drawn = self.recovered_sequences.clone().into_iter().collect();
        let (changes, sequence) = (Vec::new(), None);
        self.facts.push(Fact { timeline, note, goes_on: end.0, name: None, changes, sequence, drawn });
    }

    /// Where a record can begin: at a multiple of 8, behind the 40 bytes that a segment says about itself.
    pub fn record_start(&self, from: u64) -> u64 {
        let aligned = from.next_multiple_of(8);
        aligned + 40_u64.saturating_sub(aligned % self.segment_bytes)
    }

    /// A file of the archive is gone, or another is there instead: nothing of it is damaged.
    fn mend_file(&mut self, timeline: u32, segment: u64) {
        let bytes = self.segment_bytes;
        self.corrupt.retain(|(file, lsn)| *file != timeline || lsn / bytes != segment);
    }

    /// The facts up to a recovery's end: those before its backup's redo pointer, and those that were replayed.
    pub fn path(&self, backup: &Backup, replayed: &[usize]) -> Vec<usize> {
        let of_backup = self.linear.get(&backup.name).map(Vec::as_slice).unwrap_or_default();
        let before = of_backup.iter().copied().filter(|fact| self.facts[*fact].note.lsn.0 < backup.redo);
        before.chain(replayed.iter().copied()).collect()
    }

    /// What is in the tables when these facts are all there is.
    pub fn tables_of(&self, path: &[usize]) -> Tables {
        let mut tables = Tables::new();
        for fact in path {
            apply(&mut tables, &self.facts[*fact].changes);
        }
        tables
    }

    /// The fact that begins at a position of a timeline's log.
    pub fn fact_at(&self, timeline: Name, lsn: u64) -> Option<usize> {
        self.linear.get(&timeline)?.iter().copied().find(|fact| self.facts[*fact].note.lsn.0 == lsn)
    }
}
