//! A script carried out, and held to its claims.
//!
//! A golden script may hold lines that are refused, by the language or by the cluster: such a line does nothing, and what was said of it stands
//! beside it.

use pitr_engine::script::{Claim, Database, Expectation, Script, parse};
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, Refused, Run, RunError, Server};
use std::collections::BTreeMap;

/// A script and its run.
#[derive(Debug)]
pub struct Carried {
    pub script: Script,
    pub run: Run,
    /// Lines that were refused, by number, and in what words.
    pub refused: BTreeMap<u32, String>,
}

/// Reads a script and carries it out; or says where and why that cannot be.
pub fn carry_out(text: &str) -> Result<Carried, String> {
    let script = parse(text).map_err(|error| error.to_string())?;
    let run = run(&script).map_err(|refused| format!("line {}: {}", line_of(&script, &refused), why(&refused)))?;
    Ok(Carried { script, run, refused: BTreeMap::new() })
}

/// Reads a script and carries out what is not refused; or says why nothing can be.
pub fn carry_out_what_can_be(text: &str) -> Result<Carried, String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut refused = BTreeMap::new();
    loop {
        let (line, why) = match parse(&lines.join("\n")) {
            Err(error) => (error.place.line, words(error.fault.code(), &error.fault.params())),
            Ok(script) => match run(&script) {
                Ok(run) => return Ok(Carried { script, run, refused }),
                Err(refused) => (line_of(&script, &refused), why(&refused)),
            },
        };
        // A line that was refused once is empty from then on, so this comes to an end.
        // Only what somebody does can be refused: settings and claims are the script's own.
        let is_done = |line: &&mut &str| line.starts_with(|char: char| char.is_ascii_digit());
        match lines.get_mut(line as usize - 1).filter(is_done) {
            Some(line) => *line = "",
            None => return Err(format!("line {line}: {why}")),
        }
        refused.insert(line, why);
    }
}

fn run(script: &Script) -> Result<Run, Refused> {
    Run::new(script.settings.clone(), script.commands.iter().map(|line| line.timed.clone()).collect())
}

/// The line of a command that was refused; the last of the script if that cannot be told.
fn line_of(script: &Script, refused: &Refused) -> u32 {
    script.commands.get(refused.command).map_or(script.last_line(), |line| line.line)
}

fn why(refused: &Refused) -> String {
    match &refused.error {
        RunError::Command(error) => words(error.code(), &error.params()),
        RunError::TooLong { events } => format!("more than {events} events"),
    }
}

/// The beginning of a text, if it is long: a list of all verbs, say.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text.to_owned(),
    }
}

/// A code, and its parameters in parentheses.
pub fn words(code: &str, params: &[(&str, String)]) -> String {
    let params = params.iter().filter(|(_, value)| !value.is_empty());
    let params: Vec<String> = params.map(|(name, value)| format!("{name} {}", clipped(value))).collect();
    if params.is_empty() { code.to_owned() } else { format!("{code} ({})", params.join(", ")) }
}

impl Carried {
    /// The claims that do not hold, a line each.
    pub fn unmet(&self) -> Vec<String> {
        let unmet = self.script.expectations.iter().filter_map(|claim| Some((claim.line, self.fault(claim)?)));
        unmet.map(|(line, fault)| format!("line {line}: {fault}")).collect()
    }

    /// What is the case instead, if an expectation is not met.
    fn fault(&self, expected: &Expectation) -> Option<String> {
        let (Claim::Rows { table, .. } | Claim::Row { table, .. } | Claim::NoRow { table, .. }) = &expected.claim
        else {
            return None;
        };
        let state = self.state_before(expected.after as usize);
        let server = match expected.database {
            Database::Live => state.primary(),
            Database::Recovered => state.recovery().and_then(|recovery| recovery.server()),
        };
        let Some(server) = server else {
            return Some("there is no such database then".to_owned());
        };
        let Some(rows) = rows(server, table) else {
            return Some(format!("there is no table {table} then"));
        };
        match &expected.claim {
            Claim::Rows { rows: wanted, .. } if rows.len() as u64 != *wanted => {
                Some(format!("table {table} has {} rows, not {wanted}", rows.len()))
            }
            Claim::Row { values, .. } if !rows.contains(values) => Some(format!("table {table} has no such row")),
            Claim::NoRow { values, .. } if rows.contains(values) => Some(format!("table {table} has such a row")),
            _ => None,
        }
    }

    /// The cluster just before a command is sent; at the end if there is no such command.
    pub fn state_before(&self, command: usize) -> Cluster {
        match self.run.sent_after(command) {
            Some(events) => self.run.state_at((events as usize).saturating_sub(1)),
            None => self.run.cluster().clone(),
        }
    }
}

/// The rows of a table that everybody sees, in the order of the primary key.
pub fn rows(server: &Server, table: &str) -> Option<Vec<Vec<Value>>> {
    let table = server.table(table, Xid::NONE).ok()??;
    let mut rows: Vec<Vec<Value>> =
        server.peek_rows(table.relation, Xid::NONE).ok()?.into_iter().map(|row| row.values).collect();
    rows.sort();
    Some(rows)
}
