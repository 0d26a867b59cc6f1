//! Drives a cluster, and writes down what it did.

use super::{History, Plot, Random, Told};
use pitr_engine::script::Script;
use pitr_engine::types::{Micros, SegmentSize, Xid, Zone};
use pitr_engine::{AtTarget, Cluster, Command, Event, EventKind, RecordNote, Settings, Status};

/// Who writes.
pub(super) const SESSIONS: [&str; 4] = ["app-1", "app-2", "app-3", "batch"];
/// Who operates.
pub(super) const OPERATOR: &str = "ops";

/// A history being told.
#[derive(Debug)]
pub(super) struct Teller {
    pub random: Random,
    pub plot: Plot,
    pub cluster: Cluster,
    script: Script,
    told: Vec<Told>,
    refused: u32,
    /// Every record that was written, with its timeline: what targets are chosen from.
    pub records: Vec<(u32, RecordNote)>,
    pub restore_points: Vec<String>,
    /// For names that have not been used.
    pub names: u64,
    /// For keys that have not been used.
    pub keys: i64,
}

impl Teller {
    pub fn new(seed: u64, plot: Plot) -> Teller {
        let mut random = Random::new(seed);
        let settings = settings(&mut random, seed);
        let (cluster, events) = Cluster::new(settings.clone(), settings.date);
        let title = format!("A history out of seed {seed}");
        let script = Script { title, settings, ..Script::default() };
        let told = Vec::new();
        let mut teller = Teller {
            random,
            plot,
            cluster,
            script,
            told,
            refused: 0,
            records: Vec::new(),
            restore_points: Vec::new(),
            names: 0,
            keys: 0,
        };
        teller.heard(events);
        teller
    }

    pub fn tell(mut self) -> History {
        // A run begins with its first command: this one stands where the database was made.
        self.send(OPERATOR, Command::Note { text: "it begins".to_owned() });
        for era in 0..self.plot.eras {
            self.era(era);
        }
        self.wait_until_idle();
        // As the first, so that the run's clock comes as far as this one.
        self.send(OPERATOR, Command::Note { text: "it ends".to_owned() });
        let Teller { script, told, refused, cluster, .. } = self;
        History { script, told, refused, cluster }
    }

    fn era(&mut self, era: u64) {
        if era == 0 {
            for _ in 0..2 {
                self.create_table(SESSIONS[0]);
            }
        }
        let steps = self.random.between(self.plot.steps as i64 / 2, self.plot.steps as i64);
        let backup_at = self.random.below(1 + steps.unsigned_abs() / 2);
        for step in 0..steps.unsigned_abs() {
            if step == backup_at && (era == 0 || self.random.chance(60)) {
                self.begin_backup();
            }
            self.step();
        }
        if self.random.chance(80) {
            self.wait_until_idle();
            self.send(OPERATOR, Command::SwitchSegment);
        }
        if self.random.chance(30) {
            self.send(OPERATOR, Command::LosePrimary);
        }
        let tries = 1 + self.random.below(3);
        for _ in 0..tries {
            self.recover();
        }
        let last = era + 1 == self.plot.eras;
        if !last || self.random.chance(50) {
            self.move_over();
        }
    }

    fn step(&mut self) {
        let passes = match self.random.weighted(&[20, 40, 30, 9, 1]) {
            0 => 0,
            1 => self.random.between(1, 999_999),
            2 => self.random.between(1_000_000, 40_000_000),
            3 => self.random.between(1, 300) * 1_000_000,
            _ => self.random.between(1, 24) * 1_800_000_000,
        };
        self.pass(Micros(passes));
        if self.cluster.primary().is_none() {
            return;
        }
        if self.random.chance(14) {
            self.operate();
        } else {
            let session = SESSIONS[self.random.below(SESSIONS.len() as u64) as usize];
            self.speak(session);
        }
    }

    /// Lets the clock run.
    pub fn pass(&mut self, by: Micros) {
        self.run_to(self.cluster.now() + by);
    }

    fn run_to(&mut self, until: Micros) {
        loop {
            let advance = self.cluster.advance(until, 1000);
            self.heard(advance.events);
            if advance.status == Status::Reached {
                return;
            }
        }
    }

    /// Lets the clock run until no backup and no recovery is under way.
    pub fn wait_until_idle(&mut self) {
        while let Some(at) = self.cluster.busy_until() {
            self.run_to(at);
        }
    }

    /// Sends a command now; whether it was accepted.
    pub fn send(&mut self, session: &str, command: Command) -> bool {
        // As a run does it: what is due at this very instant comes first.
        let at = self.cluster.now();
        self.run_to(at);
        match self.cluster.execute(session, &command) {
            Ok(events) => {
                self.script.push(at, session, command);
                let sent = self.script.commands.last().map(|line| Told::Sent(line.timed.clone()));
                self.told.extend(sent);
                self.heard(events);
                true
            }
            Err(_) => {
                self.refused += 1;
                false
            }
        }
    }

    fn heard(&mut self, events: Vec<Event>) {
        for event in events {
            match &event.kind {
                EventKind::RecordWritten { timeline, record, .. } => self.records.push((timeline.0, *record)),
                EventKind::RestorePointMade { name, .. } => self.restore_points.push(name.clone()),
                _ => {}
            }
            self.told.push(Told::Happened(event));
        }
    }

    /// A name that nothing has yet.
    pub fn new_name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// The tables that a session sees.
    pub fn tables(&self, session: &str) -> Vec<String> {
        let xid = self.cluster.sessions().find(|(name, _)| *name == session).map_or(Xid::NONE, |(_, state)| state.xid);
        let tables = self.cluster.primary().and_then(|primary| primary.tables(xid).ok()).unwrap_or_default();
        tables.into_iter().map(|table| table.name).collect()
    }

    /// The new server takes over, if there is one; a recovery that waits at its target is let on first.
    fn move_over(&mut self) {
        for _ in 0..6 {
            self.wait_until_idle();
            if self.cluster.recovery().is_some_and(|recovery| recovery.is_paused()) {
                self.send(OPERATOR, Command::Resume);
                self.wait_until_idle();
            }
            if self.send(OPERATOR, Command::SwitchOver) {
                return;
            }
            let spec = self.safe_recovery();
            if !self.send(OPERATOR, Command::Recover(spec)) {
                return;
            }
        }
    }

    fn recover(&mut self) {
        let spec = self.recovery();
        let pauses = spec.action == AtTarget::Pause;
        if !self.send(OPERATOR, Command::Recover(spec)) {
            return;
        }
        // Sometimes life goes on meanwhile.
        let meanwhile = if self.random.chance(30) { self.random.below(6) } else { 0 };
        for _ in 0..meanwhile {
            self.step();
        }
        self.wait_until_idle();
        if pauses && self.random.chance(60) {
            self.send(OPERATOR, Command::Resume);
            self.wait_until_idle();
        }
    }
}

/// Machines of all sorts: small segments and pages, so that every boundary is met.
fn settings(random: &mut Random, seed: u64) -> Settings {
    let mut settings = Settings { seed, ..Settings::default() };
    let segment = *random.pick(&[1 << 10, 1 << 11, 1 << 12, 1 << 14]).unwrap_or(&4096);
    settings.segment = SegmentSize::new(segment).unwrap_or(SegmentSize::TEACHING);
    settings.page_bytes = *random.pick(&[1 << 10, 1 << 11, 1 << 13]).unwrap_or(&8192);
    settings.scale = *random.pick(&[1, 1000, 20_000, 100_000]).unwrap_or(&1);
    settings.zone = Zone { offset_s: *random.pick(&[0, 0, 3600, -12_600]).unwrap_or(&0) };
    settings.date = settings.zone.instant(settings.date);
    // Some numbers lie around the end of a commit log's chunk.
    settings.first_xid = Xid(*random.pick(&[1, 100, 4090, 700_000]).unwrap_or(&1));
    settings.archive_timeout = random.chance(50).then(|| Micros::seconds(random.between(20, 600)));
    settings.backup_every = random.chance(20).then(|| Micros::seconds(random.between(600, 7200)));
    settings
}
