//! What can be done at the press of a button: statements ready-made for the run on show.

use crate::format;
use crate::state::Run;
use crate::words::t;
use pitr_protocol::bench::Names;

const SECOND_US: u64 = 1_000_000;
const MINUTE_US: u64 = 60 * SECOND_US;
const HOUR_US: i64 = 3_600_000_000;
/// How long a generator is watched at work.
const WATCHED_US: u64 = 2 * MINUTE_US;

/// Statements of one session, each so long after the one before, in µs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub session: Option<&'static str>,
    pub statements: Vec<(u64, String)>,
}

impl Act {
    /// What it is called where it is told what was done.
    pub fn name(&self) -> String {
        self.statements.iter().map(|(_, statement)| statement.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The code of the family that it belongs to.
    pub family: &'static str,
    /// The code of its name.
    pub name: &'static str,
    pub act: Act,
}

/// The families, in their order.
pub const FAMILIES: [&str; 3] = ["keep", "work", "break"];

pub fn all(run: &Run, names: &Names) -> Vec<Ready> {
    let backups = run.head.backups.len();
    let tables = tables(run, names);
    let table = tables.first().map_or("users", String::as_str);
    let archived = run.head.segments.iter().rev().find(|segment| segment.archived.is_some());
    let (segment, timeline) = archived.map_or((1, 1), |span| (span.number, span.timeline));
    let at = |us: i64| {
        // With its date, since it may lie ahead.
        format::dated(run.head.end_us + us, run.head.zone_offset_s)
    };
    let mut ready = vec![
        one("keep", "backup", format!("backup b{}", backups + 1)),
        one("keep", "restore_point", format!("restore point 'point {}'", run.head.step_count)),
        one("keep", "checkpoint", "checkpoint"),
        one("keep", "switch", "switch segment"),
        orders(&tables),
        transfers(&tables),
        generator("mixed", "mix", vec![format!("workload {table} every 10s mixed 4")]),
        Ready {
            family: "work",
            name: "pass",
            act: Act { session: None, statements: vec![(MINUTE_US, format!("note '{}'", t("bench.passed", &[])))] },
        },
        one("break", "delete", format!("DELETE FROM {table}")),
        one("break", "drop", format!("DROP TABLE {table}")),
        one("break", "crash", "crash"),
        one("break", "tear", "crash tearing pages"),
        one("break", "restart", "restart"),
        one("break", "flip", format!("flip bit 5000 of segment {segment} on {timeline}")),
        one("break", "lose_segment", format!("lose segment {segment} on {timeline}")),
        one("break", "stop_archiver", "stop archiver"),
        one("break", "start_archiver", "start archiver"),
        one("break", "fill", "fill disk"),
        one("break", "clock", format!("clock '{}'", at(-HOUR_US))),
        one("break", "clock_on", format!("clock '{}'", at(HOUR_US))),
        one("break", "lose_primary", "lose primary"),
    ];
    if let Some(label) = run.head.backups.last().map(|backup| run.name(backup.label)) {
        ready.push(one("break", "lose_backup", format!("lose backup {label}")));
    }
    ready
}

fn one(family: &'static str, name: &'static str, statement: impl Into<String>) -> Ready {
    Ready { family, name, act: Act { session: None, statements: vec![(0, statement.into())] } }
}

/// Work in a session of its own, and two minutes in which it goes on.
fn generator(name: &'static str, session: &'static str, statements: Vec<String>) -> Ready {
    let mut statements: Vec<(u64, String)> = statements.into_iter().map(|statement| (0, statement)).collect();
    statements.push((WATCHED_US, format!("note '{}'", t("bench.worked", &[]))));
    Ready { family: "work", name, act: Act { session: Some(session), statements } }
}

fn orders(tables: &[String]) -> Ready {
    let mut statements = Vec::new();
    if !has(tables, "orders") {
        statements.push("CREATE TABLE orders (id int primary key, user_id int, item text, amount int)".to_owned());
    }
    statements.push("workload orders every 10s inserts 2".to_owned());
    generator("orders", "shop", statements)
}

/// Between accounts whose balances always have the same sum, which a recovery can be held to.
fn transfers(tables: &[String]) -> Ready {
    let mut statements = Vec::new();
    if !has(tables, "accounts") {
        statements.extend(
            [
                "CREATE TABLE accounts (id int primary key, balance int)",
                "INSERT INTO accounts VALUES (1, 100), (2, 100), (3, 100), (4, 100)",
                "invariant money: sum accounts.balance = 400",
            ]
            .map(str::to_owned),
        );
    }
    statements.push("workload accounts every 10s transfers 2".to_owned());
    generator("transfers", "bank", statements)
}

fn has(tables: &[String], name: &str) -> bool {
    tables.iter().any(|table| table == name)
}

/// The tables that are there, as the engine says; before it was asked, those that the script makes.
pub fn tables(run: &Run, names: &Names) -> Vec<String> {
    if !names.verbs.is_empty() {
        return names.tables.iter().map(|(table, _)| table.clone()).collect();
    }
    let mut tables: Vec<String> = Vec::new();
    for line in run.head.script.lines() {
        if let Some(rest) = line.split("CREATE TABLE ").nth(1)
            && let Some(name) = rest.split([' ', '(']).next()
            && !has(&tables, name)
        {
            tables.push(name.to_owned());
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{Records, RunHead, Steps};

    fn run(script: &str) -> Run {
        Run::new(RunHead { script: script.into(), ..RunHead::default() }, Records::default(), Steps::default())
    }

    #[test]
    fn every_button_has_its_words_and_its_family() {
        for ready in all(&run(""), &Names::default()) {
            assert!(crate::words::has(&format!("bench.do.{}", ready.name)), "{}", ready.name);
            assert!(FAMILIES.contains(&ready.family), "{}", ready.name);
        }
    }

    #[test]
    fn what_a_generator_needs_is_made_once() {
        let made = |run: &Run, names: &Names| {
            let ready = all(run, names).into_iter().find(|ready| ready.name == "transfers").unwrap();
            ready.act.statements.len()
        };
        let bare = made(&run("01:00:00 ops CREATE TABLE users (id int)"), &Names::default());
        let there = made(&run("01:00:00 ops CREATE TABLE accounts (id int)"), &Names::default());
        assert_eq!((bare, there), (5, 2));
        // What the engine says goes before what the script once made.
        let names = Names { verbs: vec!["BEGIN".into()], ..Names::default() };
        assert_eq!(made(&run("01:00:00 ops CREATE TABLE accounts (id int)"), &names), 5);
    }
}
