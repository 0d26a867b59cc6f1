//! Random work of several sessions, which never get into one another's way: each has keys and a table of its own.
//!
//! Transactions of several statements and single ones, savepoints, rollbacks, tables made, emptied and dropped, sequences; commits that wait,
//! that share a flush, and that do not wait; checkpoints at once and over a time; few buffers, small pages, small segments.

use super::model::{Change, Open, Tables};
use crate::histories::Random;
use pitr_engine::types::{Column, ColumnType, Micros, SegmentSize, Value, Xid};
use pitr_engine::{
    Cluster, Command, Comparison, EventKind, Filter, Kind, LogEvent, PageImages, Settings, TimedCommand, Tuning,
};
use std::collections::{BTreeMap, BTreeSet};

const SESSIONS: [&str; 3] = ["app-1", "app-2", "app-3"];

/// A transaction whose commit record came into the log.
#[derive(Debug, Clone)]
pub struct Commit {
    pub xid: Xid,
    /// End of its record.
    pub end: u64,
    pub changes: Vec<Change>,
    /// After how many events its session was told, when, and whether only once it was on disk.
    pub told: Option<(u64, Micros, bool)>,
}

/// Work that has been done, and all that is known of it.
#[derive(Debug)]
pub struct Worked {
    pub seed: u64,
    pub settings: Settings,
    /// What was sent and accepted.
    pub commands: Vec<TimedCommand>,
    /// When the work was over.
    pub until: Micros,
    /// In the order of their records.
    pub commits: Vec<Commit>,
    /// Values of the sequence whose drawing was acknowledged: after how many events, and the value.
    pub drawn: Vec<(u64, i64)>,
    /// Records by their ends, each with its XID.
    pub records: Vec<(u64, Xid)>,
}

struct Worker {
    random: Random,
    cluster: Cluster,
    open: BTreeMap<usize, Open>,
    /// What is committed and seen by all.
    committed: Tables,
    worked: Worked,
    /// Changes of the transaction that is about to commit, by session.
    committing: BTreeMap<String, Vec<Change>>,
    /// Sessions that wait for the flush of their last commit.
    waiting: BTreeSet<String>,
}

/// The settings of a seed.
pub fn settings(seed: u64, images: PageImages) -> Settings {
    let mut random = Random::new(seed ^ 0x5E77);
    let pick = |random: &mut Random, from: &[u64]| *random.pick(from).unwrap_or(&0);
    let segment = pick(&mut random, &[1024, 2048, 4096]) as u32;
    let tuning = Tuning {
        buffers: pick(&mut random, &[4, 5, 8, 64]) as u32,
        page_images: images,
        synchronous_commit: true,
        log_writer_delay: Micros(pick(&mut random, &[50_000, 200_000, 2_000_000]) as i64),
        commit_delay: Micros(pick(&mut random, &[0, 0, 0, 300_000]) as i64),
        log_buffer_bytes: pick(&mut random, &[1024, 1 << 20]),
        checkpoint_timeout: random.chance(40).then_some(Micros(9_000_000)),
        checkpoint_bytes: random.chance(40).then_some(6000),
        checkpoint_spread: Micros(pick(&mut random, &[0, 2_000_000, 5_000_000]) as i64),
        recycle_segments: random.chance(50),
        ..Tuning::default()
    };
    Settings {
        seed,
        segment: SegmentSize::new(segment).unwrap_or(SegmentSize::TEACHING),
        page_bytes: 1024,
        first_xid: Xid(100),
        tuning,
        ..Settings::default()
    }
}

/// Does the work of a seed.
pub fn work(seed: u64, steps: u32, images: PageImages) -> Worked {
    let settings = settings(seed, images);
    let (cluster, events) = Cluster::new(settings.clone(), settings.date);
    let worked = Worked {
        seed,
        settings,
        commands: Vec::new(),
        until: Micros::ZERO,
        commits: Vec::new(),
        drawn: Vec::new(),
        records: Vec::new(),
    };
    let mut worker = Worker {
        random: Random::new(seed),
        cluster,
        open: BTreeMap::new(),
        committed: Tables::new(),
        worked,
        committing: BTreeMap::new(),
        waiting: BTreeSet::new(),
    };
    worker.learn(0, &events);
    worker.create("shared");
    worker.send("app-1", Command::CreateSequence { name: "numbers".to_owned(), start: 1, increment: 1 });
    for _ in 0..steps {
        worker.step();
    }
    worker.worked.until = worker.cluster.now();
    worker.worked
}

impl Worker {
    /// Learns from what happened since so many events had been told.
    fn learn(&mut self, before: u64, events: &[pitr_engine::Event]) {
        for (number, event) in (before + 1..).zip(events) {
            match &event.kind {
                EventKind::RecordWritten { session, record, .. } => {
                    self.worked.records.push((record.end.0, record.xid));
                    if record.kind == Kind::Commit {
                        let changes = session.as_deref().and_then(|session| self.committing.remove(session));
                        let changes = changes.unwrap_or_default();
                        self.worked.commits.push(Commit { xid: record.xid, end: record.end.0, changes, told: None });
                    }
                }
                EventKind::Committed { session, xid } => {
                    self.waiting.remove(session);
                    self.told(*xid, (number, event.at, true));
                }
                EventKind::Log(LogEvent::CommitWaits { session, .. }) => drop(self.waiting.insert(session.clone())),
                EventKind::Log(LogEvent::CommittedEarly { xid, .. }) => self.told(*xid, (number, event.at, false)),
                _ => {}
            }
        }
    }

    fn told(&mut self, xid: Xid, told: (u64, Micros, bool)) {
        if let Some(commit) = self.worked.commits.iter_mut().find(|commit| commit.xid == xid) {
            commit.told = Some(told);
            commit.changes.iter().for_each(|change| change.apply(&mut self.committed));
        }
    }

    /// Sends a command; whether it was accepted.
    fn send(&mut self, session: &str, command: Command) -> bool {
        // As a run does: first whatever is due.
        self.wait(0);
        let before = self.cluster.told();
        let was = self.cluster.clone();
        let Ok(events) = self.cluster.execute(session, &command) else {
            // It may have made room in the buffers; the run that is crashed has not heard of it at all.
            self.cluster = was;
            return false;
        };
        self.learn(before, &events);
        self.sent(session, command);
        true
    }

    fn sent(&mut self, session: &str, command: Command) {
        let timed = TimedCommand { at: self.cluster.now(), session: session.to_owned(), command: command.into() };
        self.worked.commands.push(timed);
    }

    fn wait(&mut self, micros: i64) {
        let until = self.cluster.now() + Micros(micros);
        loop {
            let before = self.cluster.told();
            let advance = self.cluster.advance(until, 1);
            self.learn(before, &advance.events);
            if advance.status == pitr_engine::Status::Reached {
                return;
            }
        }
    }

    fn step(&mut self) {
        match self.random.weighted(&[60, 12, 3, 2, 4, 19]) {
            0 => {
                let session = self.random.below(SESSIONS.len() as u64) as usize;
                self.act(session);
            }
            1 => {
                let micros = self.random.between(10_000, 900_000);
                self.wait(micros);
            }
            2 => drop(self.send("ops", Command::Checkpoint)),
            3 => drop(self.send("ops", Command::SwitchSegment)),
            4 => {
                let session = self.random.below(SESSIONS.len() as u64) as usize;
                let on = self.random.chance(50);
                self.send(SESSIONS[session], Command::SetSynchronousCommit { on });
            }
            _ => self.wait(50_000),
        }
    }

    /// Something that a session does.
    fn act(&mut self, session: usize) {
        let name = SESSIONS[session];
        if self.waiting.contains(name) {
            // What it sent now would be carried out later, on other rows than it sees.
            return;
        }
        let in_transaction = self.open.contains_key(&session);
        match self.random.weighted(&[14, 10, 4, 5, 5, 40, 6, 8]) {
            0 if !in_transaction => {
                if self.send(name, Command::Begin) {
                    self.open.insert(session, Open::default());
                }
            }
            1 if in_transaction => {
                let open = self.open.remove(&session).unwrap_or_default();
                self.committing.insert(name.to_owned(), open.changes.clone());
                if !self.send(name, Command::Commit) {
                    self.open.insert(session, open);
                }
            }
            2 if in_transaction => {
                if self.send(name, Command::Rollback) {
                    self.open.remove(&session);
                }
            }
            3 if in_transaction => {
                let point = format!("s{}", self.random.below(3));
                if self.send(name, Command::Savepoint { name: point.clone() })
                    && let Some(open) = self.open.get_mut(&session)
                {
                    open.savepoints.push((point, open.changes.len()));
                }
            }
            4 if in_transaction => {
                let last = self.open.get_mut(&session).and_then(Open::roll_back_to_last);
                if let Some(point) = last {
                    assert!(self.send(name, Command::RollbackTo { name: point }), "a savepoint that is set");
                }
            }
            6 => self.define(session),
            7 => self.draw(session),
            _ => self.change_row(session),
        }
    }

    /// Carries a statement out, in the session's transaction or as one of its own.
    fn change(&mut self, session: usize, command: Command, changes: Vec<Change>) {
        let name = SESSIONS[session];
        if !self.open.contains_key(&session) {
            self.committing.insert(name.to_owned(), changes);
            self.send(name, command);
        } else if self.send(name, command)
            && let Some(open) = self.open.get_mut(&session)
        {
            open.changes.extend(changes);
        }
    }

    fn create(&mut self, table: &str) {
        let columns = [("id", ColumnType::Int), ("n", ColumnType::Int), ("text", ColumnType::Text)];
        let columns = columns.map(|(name, kind)| Column { name: name.to_owned(), kind }).to_vec();
        self.change(
            0,
            Command::CreateTable { table: table.to_owned(), columns },
            vec![Change::Create(table.to_owned())],
        );
    }

    fn sees(&self, session: usize) -> Tables {
        self.open.get(&session).map_or_else(|| self.committed.clone(), |open| open.sees(&self.committed))
    }

    /// Makes, empties or drops the session's own table.
    fn define(&mut self, session: usize) {
        let table = format!("own_{session}");
        if !self.sees(session).contains_key(&table) {
            let columns = [("id", ColumnType::Int), ("n", ColumnType::Int), ("text", ColumnType::Text)];
            let columns = columns.map(|(name, kind)| Column { name: name.to_owned(), kind }).to_vec();
            let create = Command::CreateTable { table: table.clone(), columns };
            self.change(session, create, vec![Change::Create(table)]);
        } else if self.random.chance(60) {
            self.change(session, Command::Truncate { table: table.clone() }, vec![Change::Empty(table)]);
        } else {
            self.change(session, Command::DropTable { table: table.clone() }, vec![Change::Drop(table)]);
        }
    }

    /// Draws a value by itself, so that it is known when it was acknowledged.
    fn draw(&mut self, session: usize) {
        if self.open.contains_key(&session) {
            return;
        }
        self.wait(0);
        let before = self.cluster.told();
        self.committing.insert(SESSIONS[session].to_owned(), Vec::new());
        let command = Command::NextValue { sequence: "numbers".to_owned(), count: 1 };
        let was = self.cluster.clone();
        let Ok(events) = self.cluster.execute(SESSIONS[session], &command) else {
            self.cluster = was;
            return;
        };
        self.learn(before, &events);
        self.sent(SESSIONS[session], command);
        let value = events.iter().find_map(|event| match event.kind {
            EventKind::SequenceDrawn { value, .. } => Some(value),
            _ => None,
        });
        // What has not waited for its flush may be drawn again.
        let waited = self.cluster.primary().is_some_and(|primary| primary.log.buffered().0 == 0);
        if let Some(value) = value.filter(|_| waited) {
            self.worked.drawn.push((self.cluster.told(), value));
        }
    }

    /// Inserts, updates or deletes a row of the session's own keys.
    fn change_row(&mut self, session: usize) {
        let own = format!("own_{session}");
        let tables = self.sees(session);
        let table = if tables.contains_key(&own) && self.random.chance(40) { own } else { "shared".to_owned() };
        let Some(rows) = tables.get(&table) else {
            return;
        };
        let mine: Vec<i64> = rows.keys().copied().filter(|key| *key % 3 == session as i64).collect();
        let filter = |key: i64| {
            Some(Filter::Compare { column: "id".to_owned(), operator: Comparison::Equal, value: Value::Int(key) })
        };
        match self.random.pick(&mine).copied().filter(|_| self.random.chance(55)) {
            Some(key) if self.random.chance(30) => {
                let delete = Command::Delete { table: table.clone(), filter: filter(key) };
                self.change(session, delete, vec![Change::Remove(table, key)]);
            }
            Some(key) => {
                let mut row = rows.get(&key).cloned().unwrap_or_default();
                let text = self.text();
                row[2] = Value::Text(text.clone());
                let value = pitr_engine::Expression::Literal(Value::Text(text));
                let set = vec![pitr_engine::Assignment { column: "text".to_owned(), value }];
                let update = Command::Update { table: table.clone(), set, filter: filter(key) };
                self.change(session, update, vec![Change::Put(table, key, row)]);
            }
            None => {
                let some = self.random.between(1, 3);
                let first = self.random.between(0, 400) * 9 + session as i64;
                let keys: Vec<i64> = (0..some).map(|index| first + 3 * index).collect();
                if keys.iter().any(|key| rows.contains_key(key)) {
                    return;
                }
                let row = |worker: &mut Worker, key: i64| {
                    vec![Value::Int(key), Value::Int(worker.random.between(0, 9)), Value::Text(worker.text())]
                };
                let rows: Vec<Vec<Value>> = keys.iter().map(|key| row(self, *key)).collect();
                let changes = keys.iter().zip(&rows);
                let changes = changes.map(|(key, row)| Change::Put(table.clone(), *key, row.clone())).collect();
                self.change(session, Command::Insert { table, columns: None, rows }, changes);
            }
        }
    }

    fn text(&mut self) -> String {
        let length = self.random.between(0, 60) as usize;
        let letter = char::from(b'a' + self.random.below(26) as u8);
        letter.to_string().repeat(length)
    }
}
