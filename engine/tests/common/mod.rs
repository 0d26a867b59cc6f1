//! What the tests of backups have in common: scripts carried out, recoveries of a copy, random histories.
#![allow(dead_code, reason = "each test program uses a part of it")]

use pitr_engine::script::parse;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, Command, RecoveryFailure, RecoveryReport, RecoverySpec, Run, RunError, Server};
use proptest::prelude::*;

/// A script carried out.
pub fn run(text: &str) -> Run {
    try_run(text).unwrap_or_else(|error| panic!("{error:?} in\n{text}"))
}

pub fn try_run(text: &str) -> Result<Run, RunError> {
    let script = parse(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let commands = script.commands.into_iter().map(|line| line.timed).collect();
    Run::new(script.settings, commands).map_err(|refused| refused.error)
}

/// The code and parameters with which a script is refused.
pub fn refusal(text: &str) -> String {
    match try_run(text) {
        Err(RunError::Command(error)) => format!("{} {:?}", error.code(), error.params()),
        other => panic!("not refused: {:?}", other.map(|_| ())),
    }
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

/// Lines of a random history: what is done in each of its minutes. Chains of backups `b1`, `b2`, ... run through it, the first of them full.
pub fn a_history() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        4 => (0_u32..40, 0_usize..60).prop_map(|(id, length)| format!("INSERT INTO notes VALUES ({id}, '{}')", "x".repeat(length))),
        3 => (0_u32..40, 0_u32..9).prop_map(|(id, n)| format!("UPDATE notes SET text = 'changed {n}' WHERE id = {id}")),
        2 => (0_u32..40).prop_map(|id| format!("DELETE FROM notes WHERE id < {id}")),
        2 => (0_u32..1000).prop_map(|id| format!("INSERT INTO other VALUES ({id})")),
        1 => Just("TRUNCATE other".to_owned()),
        1 => Just("checkpoint".to_owned()),
        1 => Just("switch segment".to_owned()),
        1 => Just("rollback".to_owned()),
        2 => Just("backup full".to_owned()),
        4 => Just("backup incremental".to_owned()),
        2 => Just("backup by hand".to_owned()),
    ];
    let sizes = (10_u32..13, 10_u32..12, 4_u32..12, any::<u32>());
    (prop::collection::vec(step, 5..45), sizes).prop_map(|(steps, (segment, page, buffers, seed))| {
        let mut text = format!(
            "scenario seed {seed}, date 2026-03-04, segment {}B, page {}B, buffers {buffers}, archive timeout 3m\n\
            00:00:00 ops CREATE TABLE notes (id int, text text)\n00:00:00 ops CREATE TABLE other (id int)\n",
            1 << segment, 1 << page
        );
        for id in 100..130 {
            text.push_str(&format!("00:00:00 ops INSERT INTO notes VALUES ({id}, 'there from the beginning')\n"));
        }
        text.push_str("00:00:30 ops backup b1\n");
        let (mut backups, mut by_hand, mut copied, mut keys) = (1, false, false, std::collections::BTreeSet::new());
        for (minute, step) in (1..).zip(steps) {
            let time = format!("{:02}:{:02}:00", minute / 60, minute % 60);
            let statement = match step.as_str() {
                "rollback" => {
                    text.push_str(&format!("{time} app BEGIN\n{time} app DELETE FROM notes\n"));
                    "ROLLBACK".to_owned()
                }
                "backup by hand" if by_hand && !copied => {
                    copied = true;
                    format!("backup copy b{backups}")
                }
                "backup by hand" if by_hand => {
                    by_hand = false;
                    copied = false;
                    format!("backup stop b{backups}")
                }
                kind if kind.starts_with("backup") => {
                    if by_hand {
                        continue;
                    }
                    backups += 1;
                    by_hand = kind == "backup by hand";
                    match kind {
                        "backup full" => format!("backup b{backups}"),
                        "backup incremental" => format!("backup b{backups} incremental"),
                        _ => format!("backup start b{backups} incremental from b{}", backups - 1),
                    }
                }
                insert if insert.starts_with("INSERT") => {
                    // A key that was ever used is not used again: what is refused ends a run.
                    let key = insert.split_once(')').map_or(insert, |(key, _)| key);
                    let key = key.split_once(',').map_or(key, |(key, _)| key).to_owned();
                    if !keys.insert(key) {
                        continue;
                    }
                    insert.to_owned()
                }
                other => other.to_owned(),
            };
            text.push_str(&format!("{time} app {statement}\n"));
        }
        let end = "01:00:00";
        if by_hand {
            text.push_str(&format!("{end} ops backup stop b{backups}\n"));
        }
        text.push_str(&format!("{end} ops backup last incremental\n01:01:00 ops backup all\n01:02:00 ops INSERT INTO other VALUES (5000)\n"));
        text.push_str("01:03:00 ops INSERT INTO other VALUES (5001)\n01:04:00 ops switch segment\n01:10:00 ops note 'all is archived'\n");
        text
    })
}
