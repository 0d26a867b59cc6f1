//! What a target lets in: how many rows, which transactions, which changes.

use super::days::{Lively, Wishes, lively, side};
use crate::questions::lived::{Lived, Restored};
use crate::questions::maker::{Expected, Maker, Offered};
use crate::questions::question::{Form, Kind, Question, Short, Shows};
use crate::questions::story::clock;
use pitr_engine::types::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many rows a table has after a recovery to a commit's very time, while another transaction is open.
pub fn rows_after_target(maker: &mut Maker) -> Option<Question> {
    let overlapping = maker.dice.between(3, 4) as usize;
    let undone = maker.dice.between(0, 1) as usize;
    let wishes = Wishes { transactions: 6, overlapping: Some(overlapping), undone: Some(undone), ..Wishes::default() };
    let day = lively(maker, wishes)?;
    let target = *day.ends.get(overlapping.checked_sub(1)?)?;
    let inclusive = maker.dice.flips();
    let to = |inclusive: bool| format!("from b1 to time '{}' {}", clock(target), side(inclusive));
    let count = |lived: &Lived, rest: &str| {
        let (does, restored) = lived.recovered(rest)?;
        Some((restored.tables.get(&day.table)?.len(), does))
    };
    let (rows, does) = count(&day.lived, &to(inclusive))?;
    maker.fact("target_time", clock(target));
    maker.fact("side", side(inclusive));
    maker.fact("other_side", side(!inclusive));
    let open = day.commits.get(day.commit_at(target)? + 1)?;
    maker.fact("open_xid", open.0.xid);
    maker.fact("open_began", day.lived.clock(open.1.began));
    maker.fact("open_commit", day.lived.clock(open.0.time?));
    let undone = day.lived.works().into_iter().find(|work| work.end.is_some() && work.committed().is_none())?;
    maker.fact("undone_xid", undone.xid);
    maker.fact("right_rows", rows);

    let mut offered = Offered::default();
    let say = |maker: &mut Maker, rows: usize| {
        maker.fact("count", rows);
        maker.choice("rows")
    };
    offered.right(say(maker, rows), does.clone(), None);
    let open_in = format!("from b1 to xid {} inclusive", open.0.xid);
    let wrong = [
        ("inclusive-flipped", to(!inclusive)),
        ("start-time-decides", open_in),
        ("snapshot-alone", "from b1 to immediate".to_owned()),
        ("everything-is-replayed", "from b1 to end".to_owned()),
    ];
    for (belief, rest) in wrong {
        let (rows, own) = count(&day.lived, &rest)?;
        let text = say(maker, rows);
        offered.wrong(text, own, maker.belief(belief));
    }
    let kept = Lived::of(day.lived.text.replace("ROLLBACK", "COMMIT"))?;
    let (rows, does) = count(&kept, &to(inclusive))?;
    let text = say(maker, rows);
    let shows = Shows::Elsewhere { history: kept.text, note: maker.note("had-committed") };
    offered.shown(text, does, maker.belief("rolled-back-counts"), shows);
    let kind = offered.single(&mut maker.dice)?;
    maker.question("count", &day.lived.text, day.statements(), kind)
}

/// The commits on both sides of a recovery's end.
fn sides(restored: &Restored) -> Option<(u32, u32)> {
    Some((restored.report.last_in?.xid.0, restored.report.first_out?.xid.0))
}

/// Which transaction is the last in, which the first out, where numbers do not follow commits.
pub fn last_in_first_out(maker: &mut Maker) -> Option<Question> {
    let overlapping = maker.dice.between(2, 4) as usize;
    let wishes = Wishes { transactions: 6, overlapping: Some(overlapping), adding: true, ..Wishes::default() };
    let day = lively(maker, wishes)?;
    // The commit before that of the transaction which was open for long, or that one itself.
    let index = overlapping - maker.dice.between(0, 1) as usize;
    let at = *day.ends.get(index)?;
    let commit = day.commits.get(day.commit_at(at)?)?.0;
    let inclusive = maker.dice.flips();
    let by_time = maker.dice.flips();
    let target = if by_time { format!("time '{}'", clock(at)) } else { format!("xid {}", commit.xid) };
    let to = |inclusive: bool| format!("from b1 to {target} {}", side(inclusive));
    let (does, restored) = day.lived.recovered(&to(inclusive))?;
    let (last, first) = sides(&restored)?;
    maker.fact("target", &target);
    maker.fact("side", side(inclusive));
    maker.fact("other_side", side(!inclusive));
    maker.fact("last_in", last);
    maker.fact("first_out", first);
    maker.fact("last_time", day.lived.clock(restored.report.last_in?.time?));
    maker.fact("first_time", day.lived.clock(restored.report.first_out?.time?));
    let evidence = day.lived.ends_from(day.commits.get(1)?.0.lsn);

    let order: Vec<u32> = day.commits.iter().map(|(note, _)| note.xid.0).collect();
    let place = order.iter().position(|xid| *xid == last)?;
    let mut ascending = order.clone();
    ascending.sort_unstable();
    let flipped = day.lived.recovered(&to(!inclusive))?;
    let flipped_sides = sides(&flipped.1)?;
    let earlier = day.lived.recovered(&format!("from b1 to xid {last} exclusive"))?;
    let later = day.lived.recovered(&format!("from b1 to xid {first} inclusive"))?;
    let by_number = match (ascending.get(place), ascending.get(place + 1)) {
        (Some(last), Some(first)) => Some((*last, *first)),
        _ => None,
    };
    if maker.dice.between(0, 2) == 0 {
        let right = vec![first.to_string()];
        let mut expected = Expected::default();
        // A recovery that leaves out a commit first is one to it, exclusive.
        let leaves_out = |xid: u32| day.lived.recovered(&format!("from b1 to xid {xid} exclusive"));
        expected.wrong(flipped_sides.1, flipped.0, maker.belief("inclusive-flipped"));
        if let Some((_, first)) = by_number {
            expected.wrong(first, leaves_out(first)?.0, maker.belief("numbers-follow-commits"));
        }
        expected.wrong(last, leaves_out(last)?.0, maker.belief("last-for-first"));
        expected.wrong(sides(&later.1)?.1, later.0, maker.belief("one-too-late"));
        let date_us = day.lived.script.settings.date.0;
        let known_wrong = expected.known(&right)?;
        let does = day.lived.line("recover from b1 to xid {answer} exclusive");
        let scale = Some(order.iter().map(u32::to_string).collect());
        let short =
            Short { form: Form::Xid, right, known_wrong, does, note: String::new(), scale, offset_s: 0, date_us };
        return maker.question("first-out", &day.lived.text, evidence, Kind::Short(short));
    }
    let mut offered = Offered::default();
    let say = |maker: &mut Maker, (last, first): (u32, u32)| {
        maker.fact("in", last);
        maker.fact("out", first);
        maker.choice("pair")
    };
    offered.right(say(maker, (last, first)), does.clone(), None);
    let text = say(maker, flipped_sides);
    offered.wrong(text, flipped.0, maker.belief("inclusive-flipped"));
    if let Some(pair) = by_number.filter(|pair| *pair != (last, first)) {
        // As it would be, had the one that was open for long written only just before its commit.
        let other = Lived::of(day.numbered_by_commit(overlapping)?)?;
        let at = day.lived.clock(restored.report.last_in?.time?);
        let (does, restored) = other.recovered(&format!("from b1 to time '{at}' inclusive"))?;
        if sides(&restored)? != pair {
            return None;
        }
        let text = say(maker, pair);
        let shows = Shows::Elsewhere { history: other.text, note: maker.note("numbers-in-order") };
        offered.shown(text, does, maker.belief("numbers-follow-commits"), shows);
    }
    let text = say(maker, sides(&earlier.1)?);
    offered.wrong(text, earlier.0, maker.belief("one-too-early"));
    let text = say(maker, sides(&later.1)?);
    offered.wrong(text, later.0, maker.belief("one-too-late"));
    let kind = offered.single(&mut maker.dice)?;
    maker.question("pair", &day.lived.text, evidence, kind)
}

/// The rows of a table by their keys.
fn by_key(restored: &Restored, table: &str) -> BTreeMap<i64, Vec<Value>> {
    let rows = restored.tables.get(table).into_iter().flatten();
    rows.filter_map(|row| match row.first() {
        Some(Value::Int(key)) => Some((*key, row.clone())),
        _ => None,
    })
    .collect()
}

/// The keys of rows that are in one, and not so in the other.
fn apart(one: &BTreeMap<i64, Vec<Value>>, other: &BTreeMap<i64, Vec<Value>>) -> BTreeSet<i64> {
    let keys = one.keys().chain(other.keys());
    keys.filter(|key| one.get(key) != other.get(key)).copied().collect()
}

/// Which rows change when a target is taken the other way.
pub fn flip_inclusive(maker: &mut Maker) -> Option<Question> {
    let twin = maker.dice.between(2, 3) as usize;
    let wishes = Wishes { transactions: 6, twin: Some(twin), ..Wishes::default() };
    let day: Lively = lively(maker, wishes)?;
    let at = *day.ends.get(twin)?;
    let first = day.commit_at(at)?;
    let by_time = maker.dice.flips();
    let target_xid = day.commits.get(first + maker.dice.between(0, 1) as usize)?.0.xid;
    let target = if by_time { format!("time '{}'", clock(at)) } else { format!("xid {target_xid}") };
    let recover = |inclusive: bool| day.lived.recovered(&format!("from b1 to {target} {}", side(inclusive)));
    let (with, without) = (recover(true)?, recover(false)?);
    let changed = apart(&by_key(&with.1, &day.table), &by_key(&without.1, &day.table));
    // What each of the commits around changed.
    let mut offered: BTreeMap<i64, usize> = BTreeMap::new();
    let mut before: Option<BTreeMap<i64, Vec<Value>>> = None;
    for index in first.checked_sub(2)?..(first + 3).min(day.commits.len()) {
        let xid = day.commits.get(index)?.0.xid;
        let (_, restored) = day.lived.recovered(&format!("from b1 to xid {xid} inclusive"))?;
        let rows = by_key(&restored, &day.table);
        if let Some(before) = &before {
            offered.extend(apart(before, &rows).into_iter().take(2).map(|key| (key, index)));
        }
        before = Some(rows);
    }
    maker.fact("target", &target);
    maker.fact("target_time", clock(at));
    let keys = |keys: &BTreeSet<i64>| keys.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    maker.fact("changed", keys(&changed));
    maker.fact("first_xid", day.commits.get(first)?.0.xid);
    maker.fact("second_xid", day.commits.get(first + 1)?.0.xid);
    // All that changes is offered.
    if changed.iter().any(|key| !offered.contains_key(key)) || offered.len() > 7 {
        return None;
    }
    let mut choices = Offered::default();
    for (key, index) in offered {
        maker.fact("key", key);
        let text = maker.choice("row");
        if changed.contains(&key) {
            let belief = if by_time { "one-of-two" } else { "boundary-counts-always" };
            choices.right(text, without.0.clone(), Some(maker.belief(belief)));
        } else {
            let belief = if (first..first + 2).contains(&index) {
                "same-time-same-fate"
            } else if index < first {
                "earlier-changes-too"
            } else {
                "later-changes-too"
            };
            let said = |value: &Value| match value {
                Value::Text(text) => text.clone(),
                other => other.to_string(),
            };
            let row = by_key(&with.1, &day.table).remove(&key);
            let both = row.map(|row| row.iter().map(said).collect::<Vec<_>>().join(", "));
            maker.fact("both", both.unwrap_or_else(|| "-".to_owned()));
            let found = maker.note("same-either-way");
            let shows = Shows::Beside { claimed: text.clone(), found: keys(&changed), note: found };
            choices.shown(text, without.0.clone(), maker.belief(belief), shows);
        }
    }
    let kind = choices.multiple()?;
    let variant = if by_time { "time" } else { "xid" };
    maker.question(variant, &day.lived.text, day.statements(), kind)
}
