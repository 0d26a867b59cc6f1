//! Tables, sequences, sessions, and what became of a recovery.

use super::Place;
use super::words::{columns, count, duration, note, plain};
use crate::carried::{rows, words};
use pitr_engine::script::invariant_text;
use pitr_engine::types::{Micros, Xid};
use pitr_engine::{AtTarget, Phase, RecordNote, RecoveryReport, Server, Target, TimelineChoice};

const UNREADABLE: &str = "a page cannot be read";

impl Place<'_> {
    /// The rows of a table that everybody sees, in the order of the primary key.
    pub(super) fn table(&self, of: (&Server, &str), name: &str) -> Result<Vec<String>, String> {
        let (server, which) = of;
        let Ok(def) = server.table(name, Xid::NONE) else {
            return Ok(vec![format!("{name}, {which}: {UNREADABLE}")]);
        };
        let Some(def) = def else {
            return Ok(vec![format!("{name}, {which}: no such table")]);
        };
        let Some(found) = rows(server, name) else {
            return Ok(vec![format!("{name}, {which}: {UNREADABLE}")]);
        };
        let mut lines = vec![format!("{name}, {which}, {}", count(found.len() as u64, "row"))];
        if !found.is_empty() {
            let head = def.columns.iter().map(|column| column.name.clone()).collect();
            let cells = found.iter().map(|row| row.iter().map(ToString::to_string).collect());
            lines.extend(columns(&std::iter::once(head).chain(cells).collect::<Vec<_>>()));
        }
        Ok(lines)
    }

    pub(super) fn tables(&self, of: (&Server, &str)) -> Result<Vec<String>, String> {
        let Ok(defs) = of.0.tables(Xid::NONE) else {
            return Ok(vec![format!("the tables, {}: {UNREADABLE}", of.1)]);
        };
        if defs.is_empty() {
            return Ok(vec![format!("no tables, {}", of.1)]);
        }
        let mut lines = Vec::new();
        for def in defs {
            lines.extend(self.table(of, &def.name)?);
        }
        Ok(lines)
    }

    pub(super) fn sequences(&self, of: (&Server, &str)) -> Result<Vec<String>, String> {
        let (server, which) = of;
        let Ok(sequences) = server.sequences(Xid::NONE) else {
            return Ok(vec![format!("the sequences, {which}: {UNREADABLE}")]);
        };
        Ok(sequences.iter().map(|(def, next)| format!("{}, {which}: next is {next}", def.name)).collect())
    }

    pub(super) fn sessions(&self) -> Vec<String> {
        let sessions = self.state.sessions().map(|(name, session)| {
            let number = |xid: Xid| if xid == Xid::NONE { "no XID yet".to_owned() } else { format!("XID {xid}") };
            let mut line = match session.in_transaction {
                true if session.failed => format!("{name} in a transaction that has failed"),
                true => format!("{name} in a transaction, {}", number(session.xid)),
                false => format!("{name} idle"),
            };
            for savepoint in &session.savepoints {
                line += &format!(", savepoint {} with {}", savepoint.name, number(savepoint.xid));
            }
            if let Some(waiting) = &*session.waiting {
                line += &format!(", waiting for {}", waiting.holder());
            }
            line
        });
        sessions.collect()
    }

    /// What the last recovery did, or why it failed.
    pub(super) fn report(&self) -> Vec<String> {
        match self.state.recovery() {
            None => vec!["no recovery".to_owned()],
            Some(recovery) => match recovery.outcome() {
                None if recovery.is_paused() => vec!["the recovery waits at its target".to_owned()],
                None if recovery.is_down() => vec!["shut down at its target".to_owned()],
                None => vec!["the recovery is still under way".to_owned()],
                Some(Err(failure)) => vec![format!("failed: {}", words(failure.code(), &failure.params()))],
                Some(Ok(report)) => self.report_lines(report),
            },
        }
    }

    /// How long the last recovery took, phase by phase.
    pub(super) fn rto(&self) -> Vec<String> {
        let Some(Ok(report)) = self.state.recovery().and_then(|recovery| recovery.outcome()) else {
            return self.report();
        };
        let phases = Phase::ALL.iter().zip(report.took).map(|(phase, took)| (plain(&format!("{phase:?}")), took));
        let [fetching, replaying] = report.overlapped;
        let beside = [("fetched beside", fetching), ("replayed beside", replaying)];
        let beside = beside.into_iter().filter(|(_, took)| *took > Micros::ZERO);
        let beside = beside.map(|(what, took)| (what.to_owned(), took));
        let rows = phases.chain([("in all".to_owned(), report.rto())]).chain(beside);
        columns(&rows.map(|(phase, took)| vec![phase, duration(took)]).collect::<Vec<_>>())
    }

    /// What was found out about the recovered tables.
    pub(super) fn validation(&self) -> Vec<String> {
        let Some(Ok(report)) = self.state.recovery().and_then(|recovery| recovery.outcome()) else {
            return self.report();
        };
        let checked = &report.validation;
        let mut lines = vec![match report.passed() {
            true => "passed".to_owned(),
            false => format!("not passed, divergence {}", checked.divergence()),
        }];
        lines.push(format!("  {} checked, {} wrong", count(report.pages_checked.into(), "page"), report.pages_wrong));
        for table in &checked.tables {
            let damaged = if table.damaged { ", a page of it damaged" } else { "" };
            let wrong = format!("{} doubled, {} unreadable{damaged}", table.doubled, table.unreadable);
            lines.push(format!("  {}: {}, {wrong}", table.table, count(table.rows, "row")));
        }
        for check in &checked.invariants {
            let verdict = if check.holds { "holds" } else { "does not hold" };
            let found = check.found.map_or("nothing to measure".to_owned(), |found| format!("found {found}"));
            lines.push(format!("  {}: {verdict}, {found}", invariant_text(&check.invariant)));
        }
        lines
    }

    fn report_lines(&self, report: &RecoveryReport) -> Vec<String> {
        let script = &self.carried.script;
        let record = |of: Option<RecordNote>| of.map_or("none".to_owned(), |of| note(&of, script));
        let spec = &report.spec;
        let target = match &spec.target {
            Target::Time(time) => format!("time {}", self.instant(*time)),
            Target::Lsn(lsn) => format!("LSN {lsn}"),
            Target::Name(name) => format!("name '{name}'"),
            other => other.to_string(),
        };
        let side = match &spec.target {
            Target::Time(_) | Target::Lsn(_) | Target::Xid(_) if spec.inclusive => " inclusive",
            Target::Time(_) | Target::Lsn(_) | Target::Xid(_) => " exclusive",
            _ => "",
        };
        let along = match spec.timeline {
            TimelineChoice::Latest => String::new(),
            TimelineChoice::Current => " along current".to_owned(),
            TimelineChoice::Number(number) => format!(" along {number}"),
        };
        let pause = match spec.action {
            AtTarget::Promote => "",
            AtTarget::Pause => " pause",
            AtTarget::Shutdown => " shutdown",
        };
        let reason = plain(&format!("{:?}", report.reason));
        let mut lines = vec![format!("recovered from {} to {target}{side}{along}{pause}: {reason}", report.backup)];
        let sum = format!(
            "{}, {}, {}",
            count(report.records, "record"),
            count(report.transactions.into(), "commit"),
            count(report.segments.into(), "segment")
        );
        let pages = format!("{} checked, {} wrong", count(report.pages_checked.into(), "page"), report.pages_wrong);
        let rows: Vec<Vec<String>> = [
            ("last in", record(report.last_in)),
            ("first out", record(report.first_out)),
            ("last record", record(report.last_record_in)),
            ("next record", record(report.first_record_out)),
            ("replayed", sum),
            ("log ends", report.log_end.map(|end| format!("at {}: {}", end.at, end.why)).unwrap_or_default()),
            ("timeline", format!("{} from {} at {}", report.timeline, report.parent, report.fork)),
            ("pages", pages),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect();
        lines.extend(columns(&rows).into_iter().map(|line| format!("  {line}")));
        lines
    }
}
