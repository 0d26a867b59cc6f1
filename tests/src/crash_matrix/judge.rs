//! Says of a server that is back whether it may be as it is. It is given what was done, how things stood when the power went, and what is there;
//! never a cluster, so that it can be given what no engine should come to (`tests/tests/judges.rs`).

use super::model::Tables;
use super::workload::Worked;
use pitr_engine::types::{Lsn, Micros, RelationId, Value, Xid};
use pitr_engine::{CrashFailure, PageImages, PowerLoss};
use std::collections::BTreeMap;

/// How things stood when the power went.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// Up to where the log was durable.
    pub durable: Lsn,
    /// How many events had been told.
    pub told: u64,
    pub now: Micros,
}

/// What is there when the server is back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Up to where the log was replayed.
    pub end: Lsn,
    /// Rows in the order of their keys, by table.
    pub tables: BTreeMap<String, Vec<Vec<Value>>>,
    pub next_xid: Xid,
    /// What the sequence gives next, if there is one.
    pub next_value: Option<i64>,
    /// Pages of the disk whose checksums do not agree.
    pub torn: Vec<(RelationId, u32)>,
}

/// Holds a server that is back against the model; how many early acknowledged commits it has lost.
pub fn judge(worked: &Worked, before: &Before, found: &Found) -> Result<u64, String> {
    if found.end < before.durable {
        return Err(format!("the log ends at {}, and was durable up to {}", found.end, before.durable));
    }
    let mut lost = 0;
    for commit in worked.commits.iter().filter(|commit| commit.end > found.end.0) {
        let Some((_, at, durably)) = commit.told.filter(|(number, ..)| *number <= before.told) else {
            continue;
        };
        if durably {
            return Err(format!("XID {} was acknowledged and is gone", commit.xid));
        }
        lost += 1;
        let ago = before.now - at;
        if ago > worked.settings.tuning.log_writer_delay {
            return Err(format!("XID {} was acknowledged {} µs ago and is gone", commit.xid, ago.0));
        }
    }
    compare(worked, found)?;
    if let Some((relation, block)) = found.torn.first() {
        return Err(format!("block {block} of relation {} is torn, and nobody has noticed", relation.0));
    }
    let used = worked.records.iter().filter(|(record, _)| *record <= found.end.0).map(|(_, xid)| *xid).max();
    if used.is_some_and(|used| found.next_xid <= used) {
        return Err(format!("the next XID is {}, {used:?} was used", found.next_xid));
    }
    let drawn = worked.drawn.iter().filter(|(number, _)| *number <= before.told).map(|(_, value)| *value).max();
    if drawn.is_some_and(|drawn| found.next_value.is_none_or(|next| next <= drawn)) {
        return Err(format!("{drawn:?} was drawn from the sequence, {:?} is next", found.next_value));
    }
    Ok(lost)
}

/// The log was cut at `cut`: every record before it is replayed, and none behind it but for zeros, which the disk has anyway; `zeros` says
/// whether it has only these from one position to another.
pub fn judge_end(worked: &Worked, end: Lsn, cut: Lsn, zeros: impl Fn(Lsn, Lsn) -> bool) -> Result<(), String> {
    let ends = worked.records.iter().map(|(end, _)| *end);
    if let Some(missed) = ends.filter(|record| *record <= cut.0).max().filter(|last| *last > end.0) {
        return Err(format!("the record that ends at {} is not replayed, the log ends at {end}", Lsn(missed)));
    }
    if end <= cut || zeros(cut, end) { Ok(()) } else { Err(format!("cut at {cut}, the log is said to end at {end}")) }
}

/// Whether a server may refuse to start: only over a page that is torn indeed, and of which the log need not have an image.
pub fn judge_failure(
    images: PageImages,
    loss: PowerLoss,
    failure: CrashFailure,
    torn: &[(RelationId, u32)],
) -> Result<(), String> {
    match failure {
        CrashFailure::PageTorn { relation, block, .. }
            if images == PageImages::Off && matches!(loss, PowerLoss::TornPages | PowerLoss::Drawn { .. }) =>
        {
            let is_torn = torn.contains(&(relation, block));
            if is_torn { Ok(()) } else { Err(format!("block {block} of relation {} is said to be torn", relation.0)) }
        }
        failure => Err(format!("it does not start: {failure:?}")),
    }
}

/// What the tables hold after these transactions.
fn after<'a>(worked: &'a Worked, is_in: impl Fn(usize, u64) -> bool + 'a) -> Tables {
    let mut tables = Tables::new();
    for (place, commit) in worked.commits.iter().enumerate() {
        if is_in(place, commit.end) {
            commit.changes.iter().for_each(|change| change.apply(&mut tables));
        }
    }
    tables
}

fn same(found: &Found, expected: &Tables) -> bool {
    let rows = |(table, rows): (&String, &Vec<Vec<Value>>)| {
        expected.get(table).is_some_and(|wanted| rows.iter().eq(wanted.values()))
    };
    found.tables.len() == expected.len() && found.tables.iter().all(rows)
}

fn compare(worked: &Worked, found: &Found) -> Result<(), String> {
    let end = found.end.0;
    let expected = after(worked, |_, commit| commit <= end);
    if same(found, &expected) {
        return Ok(());
    }
    let what = difference(found, &expected);
    // Which transactions would make it so?
    let survived = worked.commits.iter().filter(|commit| commit.end <= end).count();
    let visible = (0..=worked.commits.len()).find(|first| same(found, &after(worked, |place, _| place < *first)));
    if let Some(visible) = visible {
        let which = "the commit records of the first";
        return Err(format!("the first {visible} transactions are visible, {which} {survived} survived: {what}"));
    }
    for (place, commit) in worked.commits.iter().enumerate() {
        let survives = commit.end <= end;
        if same(found, &after(worked, |other, at| (at <= end) != (other == place))) {
            let xid = commit.xid;
            return Err(match survives {
                true => format!("XID {xid} is not visible, and some that committed after it are: {what}"),
                false => format!("XID {xid} is visible, and its commit record did not survive: {what}"),
            });
        }
    }
    Err(format!("no choice of transactions makes it so: {what}"))
}

/// The first table that differs.
fn difference(found: &Found, expected: &Tables) -> String {
    if !found.tables.keys().eq(expected.keys()) {
        let names = |names: Vec<&String>| format!("{names:?}");
        return format!(
            "there are the tables {}, not {}",
            names(found.tables.keys().collect()),
            names(expected.keys().collect())
        );
    }
    let differs = found.tables.iter().find_map(|(table, rows)| {
        let wanted = expected.get(table).filter(|wanted| !rows.iter().eq(wanted.values()))?;
        let keys = |row: &Vec<Value>| row.first().map(ToString::to_string).unwrap_or_default();
        let found: Vec<String> = rows.iter().map(keys).collect();
        let wanted: Vec<String> = wanted.values().map(keys).collect();
        Some(format!("table {table} has {found:?}, not {wanted:?} (or other values)"))
    });
    differs.unwrap_or_default()
}
