//! What the tests of backups have in common: scripts carried out, recoveries of a copy.

use pitr_engine::script::parse;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, Command, RecoveryFailure, RecoveryReport, RecoverySpec, Run, RunError, Server};

/// A script carried out.
pub fn run(text: &str) -> Run {
    try_run(text).unwrap_or_else(|error| panic!("{error:?} in\n{text}"))
}

pub fn try_run(text: &str) -> Result<Run, RunError> {
    let script = parse(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let commands = script.commands.into_iter().map(|line| line.timed).collect();
    Run::new(script.settings, commands).map_err(|refused| refused.error)
}

/// Lets a copy of a cluster carry a command out, and all that follows from it.
pub fn after(cluster: &Cluster, command: &Command) -> Cluster {
    let mut copy = cluster.clone();
    copy.execute("ops", command).unwrap_or_else(|error| panic!("{error:?}"));
    while let Some(until) = copy.busy_until() {
        copy.advance(until, 1000);
    }
    copy
}

/// What a recovery comes to, in a copy of a cluster.
pub fn recover(cluster: &Cluster, spec: &RecoverySpec) -> (Cluster, Result<RecoveryReport, RecoveryFailure>) {
    let copy = after(cluster, &Command::Recover(spec.clone()));
    let outcome = copy.recovery().unwrap().outcome().unwrap().cloned().map_err(Clone::clone);
    (copy, outcome)
}

/// The server that the last recovery has made.
pub fn recovered(cluster: &Cluster) -> &Server {
    let outcome = cluster.recovery().unwrap().outcome().unwrap();
    assert!(outcome.is_ok(), "{outcome:?}");
    cluster.recovery().unwrap().server().unwrap()
}

/// All rows that everybody sees, table by table.
pub fn rows(server: &Server) -> Vec<(String, Vec<Vec<Value>>)> {
    let tables = server.tables(Xid::NONE).unwrap().into_iter();
    let tables = tables.map(|table| {
        let rows = server.peek_rows(table.relation, Xid::NONE).unwrap().into_iter();
        let mut rows: Vec<Vec<Value>> = rows.map(|row| row.values).collect();
        rows.sort();
        (table.name, rows)
    });
    tables.collect()
}

/// The bytes of all pages of all tables that everybody sees, but for their holes and checksums.
pub fn pages(server: &Server) -> Vec<(u32, u32, Vec<u8>)> {
    let mut pages = Vec::new();
    for table in server.tables(Xid::NONE).unwrap() {
        for block in 0..server.block_count(table.relation) {
            let id = pitr_engine::types::PageId { relation: table.relation, block };
            let mut bytes = server.peek_page(id).unwrap().without_hole();
            // The checksum is that of the time when the page last left memory.
            bytes[8..12].fill(0);
            pages.push((table.relation.0, block, bytes));
        }
    }
    pages
}
