//! A scenario that was carried out, and what came of it: transactions, recoveries, rows.

use crate::tables::{Tables, tables};
use pitr_engine::objectives::run_script;
use pitr_engine::script::{Script, parse};
use pitr_engine::types::{Lsn, Micros, Xid};
use pitr_engine::{EventKind, Kind, Manifest, RecordNote, RecoveryFailure, RecoveryReport, Run};
use std::collections::BTreeMap;

/// A scenario and its run.
#[derive(Debug, Clone)]
pub struct Lived {
    pub text: String,
    pub script: Script,
    pub run: Run,
}

/// A recovery that was tried behind a scenario.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The lines that do it.
    pub does: String,
    pub outcome: Result<Restored, RecoveryFailure>,
}

/// A recovery that came to its target.
#[derive(Debug, Clone)]
pub struct Restored {
    pub report: RecoveryReport,
    pub tables: Tables,
}

/// A transaction that wrote.
#[derive(Debug, Clone)]
pub struct Work {
    pub xid: Xid,
    pub session: String,
    pub began: Micros,
    /// When each statement ran, and its text.
    pub statements: Vec<(Micros, String)>,
    /// Where its first record stands.
    pub first: Lsn,
    /// Its commit or abort.
    pub end: Option<RecordNote>,
}

impl Work {
    pub fn committed(&self) -> Option<RecordNote> {
        self.end.filter(|end| end.kind == Kind::Commit)
    }

    /// What it did, in its own words.
    pub fn said(&self) -> &str {
        self.statements.last().map_or("", |(_, statement)| statement)
    }
}

impl Lived {
    /// Reads a scenario and carries it out; `None` if it is none, or something in it is refused.
    pub fn of(text: String) -> Option<Lived> {
        let script = parse(&text).ok()?;
        let run = run_script(&script).ok()?;
        Some(Lived { text, script, run })
    }

    /// The wall clock of an instant.
    pub fn clock(&self, at: Micros) -> String {
        self.script.zone().local(at).clock()
    }

    /// A line behind the scenario.
    pub fn line(&self, statement: &str) -> String {
        let now = self.run.cluster().now();
        let whole = Micros(now.0.div_euclid(Micros::MINUTE.0) * Micros::MINUTE.0) + Micros::MINUTE;
        format!("{}  ops     {statement}\n", self.clock(whole))
    }

    /// The scenario with lines behind it.
    pub fn text_with(&self, lines: &str) -> String {
        with_lines(&self.text, lines)
    }

    /// The run with lines behind it; `None` if they are refused.
    pub fn run_with(&self, lines: &str) -> Option<Run> {
        let script = parse(&self.text_with(lines)).ok()?;
        let more = script.commands.into_iter().skip(self.script.commands.len()).map(|line| line.timed).collect();
        self.run.with(more).ok()
    }

    /// Recovers as `recover REST` says.
    pub fn recover(&self, rest: &str) -> Option<Tried> {
        self.try_lines(self.line(&format!("recover {rest}")))
    }

    /// Carries out lines with a recovery in them.
    pub fn try_lines(&self, does: String) -> Option<Tried> {
        let run = self.run_with(&does)?;
        let outcome = restored(&run)?;
        Some(Tried { does, outcome })
    }

    /// As [`Lived::recover`], if it comes to its target.
    pub fn recovered(&self, rest: &str) -> Option<(String, Restored)> {
        let tried = self.recover(rest)?;
        Some((tried.does, tried.outcome.ok()?))
    }

    /// The transactions in the order of their first records.
    pub fn works(&self) -> Vec<Work> {
        let mut works: Vec<Work> = Vec::new();
        let mut began: BTreeMap<String, Micros> = BTreeMap::new();
        for (index, event) in self.run.events().iter().enumerate() {
            match &event.kind {
                EventKind::TransactionBegan { session } => drop(began.insert(session.clone(), event.at)),
                EventKind::RecordWritten { session: Some(session), record, .. } if record.xid != Xid::NONE => {
                    let known = works.iter_mut().find(|work| work.xid == record.xid);
                    let is_end = matches!(record.kind, Kind::Commit | Kind::Abort);
                    match known {
                        Some(work) if is_end => work.end = Some(*record),
                        Some(_) => {}
                        None => works.push(Work {
                            xid: record.xid,
                            session: session.to_string(),
                            began: began.get(&**session).copied().unwrap_or(event.at),
                            statements: Vec::new(),
                            first: record.lsn,
                            end: None,
                        }),
                    }
                    if is_end {
                        began.remove(&**session);
                    }
                }
                EventKind::StatementRan { xid, .. } => {
                    let said = self.run.command_of(index).and_then(|command| self.script.commands.get(command));
                    if let (Some(work), Some(said)) = (works.iter_mut().find(|work| work.xid == *xid), said) {
                        work.statements.push((event.at, said.statement.clone()));
                    }
                }
                _ => {}
            }
        }
        works
    }

    /// The transactions that committed, in the order of their commits.
    pub fn commits(&self) -> Vec<(RecordNote, Work)> {
        let mut commits: Vec<(RecordNote, Work)> =
            self.works().into_iter().filter_map(|work| Some((work.committed()?, work))).collect();
        commits.sort_by_key(|(note, _)| note.lsn);
        commits
    }

    /// The records that the primary wrote, in order.
    pub fn records(&self) -> Vec<RecordNote> {
        let records = self.run.events().iter().filter_map(|event| match &event.kind {
            EventKind::RecordWritten { record, .. } => Some(*record),
            _ => None,
        });
        records.collect()
    }

    pub fn manifest(&self, label: &str) -> Option<Manifest> {
        self.run.cluster().backups().catalog().into_iter().find(|manifest| manifest.label == label)
    }

    /// The script's lines from an instant on, as they are written, each with the transaction that wrote by it.
    pub fn lines_from(&self, from: Micros) -> Vec<String> {
        let mut wrote: BTreeMap<usize, Xid> = BTreeMap::new();
        for (index, event) in self.run.events().iter().enumerate() {
            if let (EventKind::StatementRan { xid, .. }, Some(command)) = (&event.kind, self.run.command_of(index)) {
                wrote.insert(command, *xid);
            }
        }
        let lines = self.script.commands.iter().enumerate().filter(|(_, line)| line.timed.at >= from);
        lines
            .map(|(index, line)| {
                let xid = wrote.get(&index).map(|xid| format!("XID {xid}")).unwrap_or_default();
                let (at, session) = (self.clock(line.timed.at), &line.timed.session);
                format!("{at}  {session:<6}  {xid:<7}  {}", line.statement)
            })
            .collect()
    }

    /// Commits and aborts from a position on, a line each: time, XID, LSN, and what the transaction did.
    pub fn ends_from(&self, from: Lsn) -> Vec<String> {
        let mut ends: Vec<(RecordNote, Work)> =
            self.works().into_iter().filter_map(|work| Some((work.end?, work))).collect();
        ends.sort_by_key(|(note, _)| note.lsn);
        let behind = ends.iter().filter(|(note, _)| note.lsn >= from);
        behind
            .map(|(note, work)| {
                let what = if note.kind == Kind::Commit { "commit" } else { "abort " };
                let at = self.clock(note.time.unwrap_or_default());
                format!("{at}  {}  XID {}  {what}  {}", note.lsn, note.xid, clipped(work.said()))
            })
            .collect()
    }
}

/// The beginning of a statement, if it is long.
pub fn clipped(statement: &str) -> String {
    match statement.char_indices().nth(56) {
        Some((end, _)) => format!("{} ...", statement.get(..end).unwrap_or_default().trim_end()),
        None => statement.to_owned(),
    }
}

/// A script's text with lines behind it.
pub fn with_lines(text: &str, lines: &str) -> String {
    format!("{}\n{lines}", text.trim_end_matches('\n'))
}

/// What the last recovery of a run came to; `None` if there was none, or it is not over.
pub fn restored(run: &Run) -> Option<Result<Restored, RecoveryFailure>> {
    let recovery = run.cluster().recovery()?;
    match recovery.outcome()? {
        Ok(report) => Some(Ok(Restored { report: report.clone(), tables: tables(recovery.server()?)? })),
        Err(failure) => Some(Err(failure.clone())),
    }
}
