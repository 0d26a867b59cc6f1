//! From the script back to text that reads as the same script.
//!
//! Statements are printed as they were written. Times and sessions stand in columns, a blank line stays where lines were left blank.

use super::amounts::duration_text;
use super::expectations::expectation_text;
use super::faults::{damage_text, upkeep_text};
use super::filters::filter_text;
use super::invariants::invariant_text;
use super::operators::{along_text, clock_text, incremental_text};
use super::power::crash_text;
use super::schedule::condition_text;
use super::settings::settings_text;
use super::sql::row_text;
use super::targets::target_text;
use super::tending::merge_text;
use super::times::{date_text, midnight};
use super::{Script, ScriptLine};
use crate::cluster::{Assignment, Command, Expression, Filter, RecoverySpec, RowView, Target};
use crate::types::{Micros, Zone};
use core::fmt;

/// The widest session's name that others are aligned to.
const SESSION_WIDTH: usize = 12;

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.title.is_empty() {
            writeln!(f, "# {}", one_line(&self.title))?;
        }
        writeln!(f, "{}", settings_text(&self.settings))?;
        let mut lines = numbered_lines(self).into_iter().peekable();
        let mut last: Option<u32> = None;
        while let Some((number, text)) = lines.next() {
            if last.is_some_and(|last| number > last + 1) {
                writeln!(f)?;
            }
            last = Some(number);
            f.write_str(&text)?;
            // A comment on the same line stands behind.
            while let Some((_, remark)) = lines.next_if(|(next, text)| *next == number && text.starts_with('#')) {
                if text.starts_with('#') {
                    writeln!(f)?
                } else {
                    f.write_str("  ")?
                }
                f.write_str(&remark)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The lines behind the settings, each with the number that it had.
fn numbered_lines(script: &Script) -> Vec<(u32, String)> {
    let width = script.commands.iter().map(|line| line.timed.session.chars().count());
    let width = width.filter(|width| *width <= SESSION_WIDTH).max().unwrap_or(0);
    let zone = script.settings.zone;
    let mut lines = Vec::new();
    let mut expectations = script.expectations.iter().peekable();
    let mut last = script.settings.date;
    let mut recovered = false;
    for (index, line) in script.commands.iter().enumerate() {
        while let Some(expectation) = expectations.next_if(|expectation| expectation.after as usize <= index) {
            lines.push((expectation.line, expectation_text(expectation, recovered)));
        }
        lines.push((line.line, command_line(line, last, zone, width)));
        last = line.timed.at;
        recovered |= matches!(*line.timed.command, Command::Recover(_));
    }
    lines.extend(expectations.map(|expectation| (expectation.line, expectation_text(expectation, recovered))));
    let remarks = script.remarks.iter();
    let remarks = remarks.map(|remark| (remark.line, format!("# {}", one_line(&remark.text)).trim_end().to_owned()));
    merged(lines, remarks.collect())
}

/// Lines and remarks in order; a remark stands behind the line whose number it has.
fn merged(lines: Vec<(u32, String)>, remarks: Vec<(u32, String)>) -> Vec<(u32, String)> {
    let mut remarks = remarks.into_iter().peekable();
    let mut all = Vec::new();
    for (number, line) in lines {
        while let Some(remark) = remarks.next_if(|(remark, _)| *remark < number) {
            all.push(remark);
        }
        all.push((number, line));
    }
    all.extend(remarks);
    all
}

/// `02:05:00  app-1  COMMIT`
fn command_line(line: &ScriptLine, last: Micros, zone: Zone, width: usize) -> String {
    let local = zone.local(line.timed.at);
    let same_day = midnight(local) == midnight(zone.local(last));
    let date = if same_day { String::new() } else { format!("{} ", date_text(local)) };
    format!("{date}{}  {:width$}  {}", local.clock(), line.timed.session, line.statement)
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A command as a statement of the language. `zone` is that of the script, for the times in it.
pub fn statement_text(command: &Command, zone: Zone) -> String {
    match command {
        Command::Begin => "BEGIN".to_owned(),
        Command::Commit => "COMMIT".to_owned(),
        Command::Rollback => "ROLLBACK".to_owned(),
        Command::CreateTable { table, columns } => {
            let columns: Vec<String> =
                columns.iter().map(|column| format!("{} {}", column.name, column.kind)).collect();
            format!("CREATE TABLE {table} ({})", columns.join(", "))
        }
        Command::Insert { table, columns, rows } => {
            let columns = columns.as_ref().map(|columns| format!(" ({})", columns.join(", "))).unwrap_or_default();
            let rows: Vec<String> = rows.iter().map(|row| row_text(row)).collect();
            format!("INSERT INTO {table}{columns} VALUES {}", rows.join(", "))
        }
        Command::Update { table, set, filter } => {
            let set: Vec<String> = set.iter().map(assignment_text).collect();
            format!("UPDATE {table} SET {}{}", set.join(", "), where_text(filter))
        }
        Command::Delete { table, filter } => format!("DELETE FROM {table}{}", where_text(filter)),
        Command::Select { table, filter } => format!("SELECT * FROM {table}{}", where_text(filter)),
        Command::Checkpoint => "checkpoint".to_owned(),
        Command::SwitchSegment => "switch segment".to_owned(),
        Command::RestorePoint { name } => format!("restore point {}", quoted(name)),
        Command::Backup { label } => format!("backup {label}"),
        Command::Recover(spec) => recovery_text(spec, zone),
        Command::Workload { table, every } => format!("workload {table} every {}", duration_text(*every)),
        #[cfg(feature = "whole")]
        Command::WorkloadOf { table, every, work } => {
            format!("workload {table} every {} {}", duration_text(*every), super::workloads::work_text(*work))
        }
        Command::LosePrimary => "lose primary".to_owned(),
        Command::Note { text } => format!("note {}", quoted(text)),
        more if crate::WHOLE => statement_text_of_more(more, zone),
        _ => String::new(),
    }
}

/// The statements that the smaller build leaves out.
fn statement_text_of_more(command: &Command, zone: Zone) -> String {
    match command {
        Command::BeginRepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ".to_owned(),
        Command::Savepoint { name } => format!("SAVEPOINT {name}"),
        Command::RollbackTo { name } => format!("ROLLBACK TO {name}"),
        Command::Release { name } => format!("RELEASE {name}"),
        Command::Truncate { table } => format!("TRUNCATE {table}"),
        Command::RestoreTable { table, into } => {
            let into = into.as_ref().map(|into| format!(" into {into}")).unwrap_or_default();
            format!("restore table {table}{into} from recovery")
        }
        Command::AddColumn { table, column } => {
            format!("ALTER TABLE {table} ADD COLUMN {} {}", column.name, column.kind)
        }
        Command::DropTable { table } => format!("DROP TABLE {table}"),
        Command::CreateSequence { name, start, increment } => {
            format!("CREATE SEQUENCE {name} START {start} INCREMENT {increment}")
        }
        Command::NextValue { sequence, count: 1 } => format!("NEXTVAL {sequence}"),
        Command::NextValue { sequence, count } => format!("NEXTVAL {sequence} {count}"),
        Command::SetLockTimeout { timeout } => format!("SET lock_timeout '{}'", duration_text(*timeout)),
        Command::BackupStart { label } => format!("backup start {label}"),
        Command::IncrementalBackup { label, parent, by_hand } => incremental_text(label, parent.as_deref(), *by_hand),
        Command::BackupOfRecovery { label } => format!("backup {label} of recovery"),
        Command::Verify { label } => format!("verify {label}"),
        Command::Merge { first, last, into } => merge_text(first.as_deref(), last, into),
        Command::BackupCopy { label } => format!("backup copy {label}"),
        Command::BackupStop { label } => format!("backup stop {label}"),
        Command::Invariant(invariant) => invariant_text(invariant),
        Command::Resume => "resume".to_owned(),
        Command::Continue(spec) => recovery_text(spec, zone).replacen("recover", "continue", 1),
        Command::ExplainRow { table, key, view } => {
            let view = match view {
                RowView::Now => String::new(),
                RowView::Recovery => " in recovery".to_owned(),
                RowView::Target(spec) => recovery_text(spec, zone).replacen("recover", "", 1),
            };
            format!("explain {table} {key}{view}")
        }
        Command::SwitchOver => "switch over".to_owned(),
        Command::SetClock { to } => clock_text(*to, zone),
        Command::Damage(fault) => damage_text(fault),
        Command::Upkeep(what) => upkeep_text(what),
        Command::When { condition, then } => {
            format!("when {} {}", condition_text(condition), statement_text(then, zone))
        }
        Command::Crash(loss) => crash_text(*loss),
        Command::Restart => "restart".to_owned(),
        Command::SetSynchronousCommit { on } => format!("SET synchronous_commit TO {}", if *on { "on" } else { "off" }),
        _ => String::new(),
    }
}

fn recovery_text(spec: &RecoverySpec, zone: Zone) -> String {
    let from = spec.backup.as_ref().map(|label| format!(" from {label}")).unwrap_or_default();
    let (kind, text) = target_text(&spec.target, zone);
    let text = match &spec.target {
        Target::Time(_) | Target::Name(_) => format!(" {}", quoted(&text)),
        Target::Lsn(_) | Target::Xid(_) => format!(" {text}"),
        Target::Immediate | Target::End => String::new(),
    };
    let side = match (&spec.target, spec.inclusive) {
        (Target::Name(_) | Target::Immediate | Target::End, _) => "",
        (_, true) => " inclusive",
        (_, false) => " exclusive",
    };
    let along = along_text(spec.timeline, spec.effort, spec.action);
    format!("recover{from} to {kind}{text}{side}{along}")
}

fn assignment_text(assignment: &Assignment) -> String {
    let value = match &assignment.value {
        Expression::Literal(value) => value.to_string(),
        Expression::ColumnPlus { column, plus } if *plus < 0 => match plus.checked_neg() {
            Some(minus) => format!("{column} - {minus}"),
            None => format!("{column} + {plus}"),
        },
        Expression::ColumnPlus { column, plus } => format!("{column} + {plus}"),
    };
    format!("{} = {value}", assignment.column)
}

fn where_text(filter: &Option<Filter>) -> String {
    filter.as_ref().map(|filter| format!(" WHERE {}", filter_text(filter))).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
