//! `cargo xtask run FILE`: carries a script out and prints what happened: events, tables, report, digest, and which claims do not hold. A script
//! that says itself what is to be shown is printed with just that. A link stands for its script, told up to the step at which it was made.

use pitr_engine::script::{Claim, Expectation};
use pitr_engine::types::{Micros, Zone};
use pitr_engine::{Cluster, Command, EventKind, RecordNote, RecoveryReport, Server};
use pitr_tests::carried::{Carried, carry_out, carry_out_what_can_be, rows};
use pitr_tests::linked::{Linked, linked};
use pitr_tests::printed::printed;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("error: name a script: cargo xtask run FILE");
        return ExitCode::FAILURE;
    };
    let told = match std::fs::read_to_string(&file) {
        Ok(text) => told(&text),
        Err(_) if !std::path::Path::new(&file).exists() => told_link(&file),
        Err(error) => Err(error.to_string()),
    };
    let outcome = match told {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("error: {file}: {error}");
            return ExitCode::FAILURE;
        }
    };
    for fault in &outcome.unmet {
        eprintln!("error: {file}: {fault}");
    }
    println!("{} of {} expectations hold", outcome.expected - outcome.unmet.len(), outcome.expected);
    if outcome.unmet.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What came of a script's claims.
struct Outcome {
    expected: usize,
    unmet: Vec<String>,
}

impl Outcome {
    fn of(carried: &Carried) -> Outcome {
        let is_claim = |expected: &&Expectation| !matches!(expected.claim, Claim::Shown { .. });
        Outcome { expected: carried.script.expectations.iter().filter(is_claim).count(), unmet: carried.unmet() }
    }
}

/// Carries a script out and tells of it.
fn told(text: &str) -> Result<Outcome, String> {
    if text.lines().any(|line| line.starts_with("show ")) {
        print!("{}", printed(text)?);
        return carry_out_what_can_be(text).map(|carried| Outcome::of(&carried));
    }
    let carried = carry_out(text)?;
    let (outcome, events) = (Outcome::of(&carried), carried.run.events().len());
    tell(carried, events);
    Ok(outcome)
}

/// Carries out what a link holds, and tells of it up to its step.
fn told_link(address: &str) -> Result<Outcome, String> {
    let Linked { link, carried } = linked(address)?;
    let events = carried.run.events().len();
    let told = link.step.map_or(events, |step| (step as usize).saturating_add(1));
    if told > events {
        return Err(format!("the link stands at step {}, and the run has steps 0 to {}", told - 1, events - 1));
    }
    let outcome = Outcome::of(&carried);
    tell(carried, told);
    if let Some(target) = &link.target {
        let edge = if target.inclusive { "inclusive" } else { "exclusive" };
        let from = target.backup.as_deref().unwrap_or("any backup");
        println!("target {} {} {edge} from {from}", target.kind, target.text);
    }
    for (name, value) in &link.view {
        println!("view {name} {value}");
    }
    Ok(outcome)
}

/// Tells of the first events, and of the state after them; by then the run is given up, for the tables of a long one take memory, too.
fn tell(carried: Carried, events: usize) {
    println!("# {}", carried.script.title);
    let zone = carried.script.zone();
    for (index, event) in carried.run.events().iter().enumerate().take(events) {
        println!("{index:>6} {} {:?}", clock(event.at, zone), event.kind);
        if let EventKind::RowExplained { .. } = event.kind {
            explanation(&carried, index);
        }
    }
    let cluster = carried.run.state_at(events.saturating_sub(1));
    drop(carried);
    state(&cluster, zone);
}

fn state(cluster: &Cluster, zone: Zone) {
    if let Some(primary) = cluster.primary() {
        tables("now", primary);
    }
    if let Some(recovery) = cluster.recovery() {
        match recovery.outcome() {
            Some(Ok(report)) => report_lines(report, zone),
            Some(Err(failure)) => println!("\nThe recovery failed: {} {:?}", failure.code(), failure.params()),
            None => println!("\nThe recovery is not done."),
        }
        if let Some(server) = recovery.server() {
            tables("recovered", server);
        }
    }
    println!("\ndigest {}", cluster.digest());
}

/// The chain of records that stands behind an answer.
fn explanation(carried: &Carried, event: usize) {
    let run = &carried.run;
    let command = run.command_of(event).and_then(|command| run.commands().get(command));
    if let Some(Command::ExplainRow { table, key, view }) = command.map(|timed| &*timed.command)
        && let Ok(chain) = run.state_at(event).explain_row(table, key, view)
    {
        for line in chain.to_string().lines() {
            println!("       {line}");
        }
    }
}

fn tables(which: &str, server: &Server) {
    let Ok(defs) = server.tables(pitr_engine::types::Xid::NONE) else {
        println!("\nThe tables of the {which} database cannot be read: a page is damaged.");
        return;
    };
    for def in defs {
        let rows = rows(server, &def.name).unwrap_or_default();
        println!("\n{} {which}, {} rows", def.name, rows.len());
        let columns: Vec<&str> = def.columns.iter().map(|column| column.name.as_str()).collect();
        println!("  {}", columns.join(" | "));
        for row in rows {
            let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
            println!("  {}", cells.join(" | "));
        }
    }
}

fn report_lines(report: &RecoveryReport, zone: Zone) {
    let note = |note: Option<RecordNote>| match note {
        Some(note) => {
            let time = note.time.map(|time| format!(" at {}", clock(time, zone))).unwrap_or_default();
            format!("{} {:?} of XID {}{time}", note.lsn, note.kind, note.xid)
        }
        None => "none".to_owned(),
    };
    println!("\nRecovered from {} to {}: {:?}", report.backup, report.spec.target, report.reason);
    println!("  last in    {}", note(report.last_in));
    println!("  first out  {}", note(report.first_out));
    println!("  replayed   {} records, {} bytes, {} commits", report.records, report.record_bytes, report.transactions);
    println!("  restored   {} bytes of backup, {} segments", report.backup_bytes, report.segments);
    println!("  timeline   {} from {} at {}", report.timeline, report.parent, report.fork);
    for (phase, took) in pitr_engine::Phase::ALL.iter().zip(report.took) {
        println!("  {:<11}{} µs", format!("{phase:?}"), took.0);
    }
    if let Some(end) = report.log_end {
        println!("  log ends   at {}: {}", end.at, end.why);
    }
    println!("  in all     {} µs on the virtual clock", report.rto().0);
}

fn clock(at: Micros, zone: Zone) -> String {
    pitr_engine::script::time_text(at, zone)
}
