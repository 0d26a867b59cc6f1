//! What a recovery would do to the rows there are now, found out by carrying it out on a copy of the cluster that nobody sees.

use crate::cuts;
use crate::loaded::{Loaded, go_on};
use crate::problems::{of_failure, problem};
use pitr_engine::types::{Value, Xid};
use pitr_engine::{AtTarget, RecoverySpec, Server};
use pitr_protocol::bench::TableBalance;
use pitr_protocol::{Problem, TargetSpec};
use std::collections::{BTreeMap, BTreeSet};

/// The most log that is replayed for it, in records: it is asked for whenever the target moves.
const MOST_RECORDS: usize = 50_000;

/// Every table's rows by their keys.
type Tables = BTreeMap<String, BTreeMap<Option<Value>, Vec<Value>>>;

/// Each table of either side; in the order of their names.
pub fn balance(loaded: &Loaded, asked: &TargetSpec) -> Result<Vec<TableBalance>, Problem> {
    let spec = cuts::read_target(loaded, asked)?;
    if loaded.run.events().len() > MOST_RECORDS {
        return Err(problem("too_long_to_try", vec![]));
    }
    // What is looked at is what the server has at the target, whatever is to happen there.
    let spec = RecoverySpec { action: AtTarget::Promote, ..spec };
    let cluster = loaded.base.cluster();
    let now = cluster.primary().map(rows).unwrap_or_default();
    let mut tried = loaded.trial(&spec).ok_or_else(|| problem("no_backup", vec![]))?;
    while go_on(&mut tried) {}
    let recovery = tried.recovery().ok_or_else(|| problem("no_backup", vec![]))?;
    if let Some(Err(failure)) = recovery.outcome() {
        return Err(of_failure(failure));
    }
    let then = recovery.server().map(rows).unwrap_or_default();
    let names: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
    let none = BTreeMap::new();
    let balance = |name: &String| table(name, now.get(name).unwrap_or(&none), then.get(name).unwrap_or(&none));
    Ok(names.into_iter().map(balance).collect())
}

fn rows(server: &Server) -> Tables {
    let tables = server.tables(Xid::NONE).unwrap_or_default();
    let read = |table: pitr_engine::TableDef| {
        let rows = server.peek_rows(table.relation, Xid::NONE).ok()?;
        let by_key = rows.into_iter().map(|row| (row.values.first().cloned(), row.values)).collect();
        Some((table.name, by_key))
    };
    tables.into_iter().filter_map(read).collect()
}

fn table(
    name: &str,
    now: &BTreeMap<Option<Value>, Vec<Value>>,
    then: &BTreeMap<Option<Value>, Vec<Value>>,
) -> TableBalance {
    let mut balance = TableBalance { table: name.to_owned(), kept: 0, back: 0, gone: 0, changed: 0 };
    for (key, row) in then {
        match now.get(key) {
            None => balance.back += 1,
            Some(other) if other == row => balance.kept += 1,
            Some(_) => balance.changed += 1,
        }
    }
    balance.gone = now.keys().filter(|key| !then.contains_key(*key)).count() as u32;
    balance
}
