//! A history under way: the cluster that lives it, the script that tells it, and the commits that were acknowledged.
//!
//! A copy is a branch, and costs little: copies share pages and segments. So the history is lived once, and each of its disasters happens to a copy, as it would in a run of the whole script;
//! a test compares the two.

use super::history::History;
use crate::cluster::{Cluster, Command, Event, EventKind, Status};
use crate::fault::Fault;
use crate::script::{OPERATOR, Script, statement_text};
use crate::types::{Lsn, Micros, Xid};
use crate::wal::Kind;

/// How many things the cluster does at once.
const BUDGET: u32 = 1 << 20;

/// A commit that was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    pub xid: Xid,
    pub at: Micros,
    /// Its record.
    pub lsn: Lsn,
    pub end: Lsn,
}

/// Commits that are written and not yet acknowledged.
#[derive(Debug, Clone, Default)]
pub(super) struct Acknowledging {
    written: Vec<(Xid, Lsn, Lsn)>,
}

impl Acknowledging {
    /// Takes note of what happened; a commit that it acknowledges.
    pub fn hear(&mut self, event: &Event) -> Option<Acknowledged> {
        match &event.kind {
            EventKind::RecordWritten { record, .. } if record.kind == Kind::Commit => {
                self.written.push((record.xid, record.lsn, record.end));
                None
            }
            EventKind::Committed { xid, .. } if *xid != Xid::NONE => {
                let index = self.written.iter().position(|(written, ..)| written == xid)?;
                let (xid, lsn, end) = self.written.remove(index);
                Some(Acknowledged { xid, at: event.at, lsn, end })
            }
            _ => None,
        }
    }
}

/// The commits of a run, as its events tell them.
#[derive(Debug, Clone, Default)]
pub struct Commits {
    acknowledging: Acknowledging,
    acknowledged: Vec<Acknowledged>,
}

impl Commits {
    /// Takes note of what happened.
    pub fn hear(&mut self, events: &[Event]) {
        self.acknowledged.extend(events.iter().filter_map(|event| self.acknowledging.hear(event)));
    }

    /// One of them was somebody's mistake: nobody misses it.
    pub fn forget(&mut self, xid: Xid) {
        self.acknowledged.retain(|commit| commit.xid != xid);
    }

    /// In the order in which they were acknowledged.
    pub fn acknowledged(&self) -> &[Acknowledged] {
        &self.acknowledged
    }
}

/// A history as far as it has been lived.
#[derive(Debug, Clone)]
pub struct Timeline {
    script: Script,
    cluster: Cluster,
    /// How many of the script's commands have been carried out.
    done: usize,
    commits: Commits,
    /// A command was refused, which would make the run another than its script.
    refused: bool,
}

impl Timeline {
    /// At its beginning.
    pub fn new(history: &History) -> Timeline {
        let script = history.script.clone();
        let begin = script.commands.first().map_or(script.settings.date, |first| first.timed.at);
        let (cluster, _) = Cluster::new(script.settings.clone(), begin);
        Timeline { script, cluster, done: 0, commits: Commits::default(), refused: false }
    }

    /// Lives on up to an instant.
    pub fn run_to(&mut self, at: Micros) {
        while let Some(timed) = self.script.commands.get(self.done).map(|line| &line.timed) {
            if timed.at > at {
                break;
            }
            advance(&mut self.cluster, timed.at, &mut self.commits);
            match self.cluster.execute(&timed.session, &timed.command) {
                Ok(events) => self.commits.hear(&events),
                Err(_) => self.refused = true,
            }
            self.done += 1;
        }
        advance(&mut self.cluster, at, &mut self.commits);
    }

    /// Somebody does something, which becomes a line of the script.
    pub fn act(&mut self, at: Micros, session: &str, command: Command) {
        self.script.push(at, session, command);
        self.run_to(at);
    }

    /// Something breaks; where there are copies of it, one of them does, and that is noted.
    pub fn break_one(&mut self, at: Micros, fault: Fault, one_of_several: bool) {
        let command = Command::Damage(fault);
        let command = if one_of_several {
            Command::Note { text: format!("one of several copies: {}", statement_text(&command, self.script.zone())) }
        } else {
            command
        };
        self.act(at, OPERATOR, command);
    }

    /// Runs the recovery that was begun to its end.
    pub fn recover(&mut self) {
        let far = Micros(i64::MAX / 2);
        let is_over = |cluster: &Cluster| cluster.recovery().is_none_or(|recovery| recovery.outcome().is_some());
        while !is_over(&self.cluster) {
            let advance = self.cluster.advance_in_bulk(far, 1);
            self.commits.hear(&advance.events);
            if advance.status == Status::Reached {
                return;
            }
        }
    }

    /// The last commit was somebody's mistake: nobody misses it.
    pub fn forget_last_commit(&mut self) -> Option<Xid> {
        let xid = self.commits.acknowledged.last()?.xid;
        self.commits.forget(xid);
        Some(xid)
    }

    pub fn script(&self) -> &Script {
        &self.script
    }

    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    pub fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Whether every command was carried out.
    pub fn is_sound(&self) -> bool {
        !self.refused
    }
}

fn advance(cluster: &mut Cluster, until: Micros, commits: &mut Commits) {
    loop {
        let advance = cluster.advance(until, BUDGET);
        commits.hear(&advance.events);
        if advance.status == Status::Reached {
            return;
        }
    }
}
