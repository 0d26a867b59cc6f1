//! What a run says about its damage: who did it, when, and what stands around it in the log.

use super::QuizError;
use super::template::Facts;
use pitr_engine::script::Script;
use pitr_engine::types::{Lsn, Micros, Xid, Zone};
use pitr_engine::{Change, EventKind, Kind, RecordNote, Run};

/// How many commits and aborts are shown on each side of the damage.
const NEIGHBOURS: usize = 2;

/// The damage of a run: the last committed statement that emptied a table.
#[derive(Debug, Clone)]
pub struct Damage {
    pub xid: Xid,
    pub at: Micros,
    /// Where its commit record stands.
    pub lsn: Lsn,
    pub statement: String,
    pub table: String,
    /// The last backup that was complete before it, and when that began.
    pub backup: String,
    backup_at: Micros,
    /// The last commit before it.
    good_at: Micros,
    noticed_at: Micros,
    zone: Zone,
    /// Commits and aborts around it, one line each.
    pub around: Vec<String>,
}

impl Damage {
    /// Finds it.
    pub fn of(script: &Script, run: &Run) -> Result<Damage, QuizError> {
        let zone = script.zone();
        let events = run.events();
        let ends: Vec<RecordNote> = events.iter().filter_map(|event| ended(&event.kind)).collect();
        let commit_of = |xid: Xid| ends.iter().position(|end| end.xid == xid && end.kind == Kind::Commit);
        let emptied = events.iter().filter_map(|event| match &event.kind {
            EventKind::StatementRan { xid, change: Change::Deleted, every_row: true, table, .. } => Some((*xid, table)),
            _ => None,
        });
        let (xid, table, index) = emptied
            .filter_map(|(xid, table)| Some((xid, table.clone(), commit_of(xid)?)))
            .next_back()
            .ok_or(QuizError::NoDamage)?;
        let commit = ends.get(index).ok_or(QuizError::NoDamage)?;
        let at = commit.time.ok_or(QuizError::NoDamage)?;
        let good_at = ends[..index].iter().rev().find(|end| end.kind == Kind::Commit).and_then(|end| end.time);
        let (backup, backup_at) = backup_before(run, at).ok_or(QuizError::NoDamage)?;
        let noticed = events.iter().find(|event| event.at > at && matches!(event.kind, EventKind::Noted { .. }));
        let first = index.saturating_sub(NEIGHBOURS);
        let around = ends.iter().skip(first).take(index - first + 1 + NEIGHBOURS);
        Ok(Damage {
            xid,
            at,
            lsn: commit.lsn,
            statement: statement_of(script, run, xid),
            table,
            backup,
            backup_at,
            good_at: good_at.unwrap_or(backup_at),
            noticed_at: noticed.ok_or(QuizError::NoDamage)?.at,
            zone,
            around: around.map(|end| line(end, script, run)).collect(),
        })
    }

    /// As texts and statements show it.
    pub fn facts(&self) -> Facts {
        let clock = |at: Micros| self.zone.local(at).clock();
        let second = Micros(self.at.0 - self.at.0.rem_euclid(Micros::SECOND.0));
        vec![
            ("damage", self.statement.clone()),
            ("table", self.table.clone()),
            ("damage_time", clock(self.at)),
            ("damage_xid", self.xid.to_string()),
            ("damage_lsn", self.lsn.to_string()),
            ("damage_second", clock(second)),
            ("second_before", clock(second - Micros::SECOND)),
            ("second_after", clock(second + Micros::SECOND)),
            ("good_time", clock(self.good_at)),
            ("backup", self.backup.clone()),
            ("backup_time", clock(self.backup_at)),
            ("noticed_time", clock(self.noticed_at)),
        ]
    }
}

/// The record, if it ends a transaction.
fn ended(kind: &EventKind) -> Option<RecordNote> {
    match kind {
        EventKind::RecordWritten { record, .. } if matches!(record.kind, Kind::Commit | Kind::Abort) => Some(*record),
        _ => None,
    }
}

/// The label and the beginning of the last backup that was complete before an instant.
fn backup_before(run: &Run, at: Micros) -> Option<(String, Micros)> {
    let catalog = run.cluster().backups().catalog();
    let manifest = catalog.into_iter().rev().find(|manifest| manifest.end_time < at)?;
    Some((manifest.label, manifest.start_time))
}

/// What a transaction's session wrote last.
fn statement_of(script: &Script, run: &Run, xid: Xid) -> String {
    let ran = |kind: &EventKind| matches!(kind, EventKind::StatementRan { xid: found, .. } if *found == xid);
    let event = run.events().iter().rposition(|event| ran(&event.kind));
    let command = event.and_then(|event| run.command_of(event));
    let line = command.and_then(|command| script.commands.get(command));
    line.map(|line| line.statement.clone()).unwrap_or_default()
}

/// `14:32:10  XID 206  0/61F8  DELETE FROM orders`
fn line(end: &RecordNote, script: &Script, run: &Run) -> String {
    let zone = script.zone();
    let clock = end.time.map(|time| zone.local(time).clock()).unwrap_or_default();
    let what = match end.kind {
        Kind::Abort => "ROLLBACK".to_owned(),
        _ => statement_of(script, run, end.xid),
    };
    format!("{clock}  XID {}  {}  {what}", end.xid, end.lsn)
}
