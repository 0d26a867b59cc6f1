//! A script carried out, and held to its claims.

use pitr_engine::script::{Claim, Database, Expectation, Script, parse};
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, Run, RunError, Server};

/// A script and its run.
#[derive(Debug)]
pub struct Carried {
    pub script: Script,
    pub run: Run,
}

/// Reads a script and carries it out; or says where and why that cannot be.
pub fn carry_out(text: &str) -> Result<Carried, String> {
    let script = parse(text).map_err(|error| error.to_string())?;
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    let run = Run::new(script.settings.clone(), commands).map_err(|refused| {
        let line = script.commands.get(refused.command).map_or(0, |line| line.line);
        match refused.error {
            RunError::Command(error) => format!("line {line}: {}: {:?}", error.code(), error.params()),
            RunError::TooLong { events } => format!("line {line}: more than {events} events"),
        }
    })?;
    Ok(Carried { script, run })
}

impl Carried {
    /// The claims that do not hold, a line each.
    pub fn unmet(&self) -> Vec<String> {
        let unmet = self.script.expectations.iter().filter_map(|claim| Some((claim.line, self.fault(claim)?)));
        unmet.map(|(line, fault)| format!("line {line}: {fault}")).collect()
    }

    /// What is the case instead, if an expectation is not met.
    fn fault(&self, expected: &Expectation) -> Option<String> {
        let state = self.state_before(expected.after as usize);
        let server = match expected.database {
            Database::Live => state.primary(),
            Database::Recovered => state.recovery().and_then(|recovery| recovery.server()),
        };
        let Some(server) = server else {
            return Some("there is no such database then".to_owned());
        };
        let (Claim::Rows { table, .. } | Claim::Row { table, .. } | Claim::NoRow { table, .. }) = &expected.claim;
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
    fn state_before(&self, command: usize) -> Cluster {
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
