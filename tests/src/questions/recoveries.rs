//! Questions about what a recovery brings back, judged by the model's rows and facts.

use super::asked::{Asked, agree, number_behind, numbers, same};
use crate::model::{Expected, Recovered};
use pitr_engine::types::{Micros, Value};
use pitr_engine::{Kind as RecordKind, RecoverySpec, Target};
use pitr_lessons::questions::{Answer, Choice, Kind, Place, Shows, grade};
use std::collections::BTreeSet;

/// Says whether the prompt asks for the target of a recovery.
fn asks_for(asked: &Asked, spec: &RecoverySpec) -> Result<(), String> {
    let target = match &spec.target {
        Target::Time(time) => asked.clock(Some(*time)),
        Target::Xid(xid) => xid.to_string(),
        other => other.to_string(),
    };
    let side = if spec.inclusive { "inclusive" } else { "exclusive" };
    let asks = asked.question.prompt.contains(&target) && asked.question.prompt.contains(side);
    if asks { Ok(()) } else { Err(format!("the prompt does not ask for {target} {side}")) }
}

/// The choices that a recovery of the history that is asked about gives; those of other histories are held elsewhere.
fn own_runs<'a>(asked: &Asked<'a>) -> Result<impl Iterator<Item = &'a Choice>, String> {
    Ok(asked.choices()?.iter().filter(|choice| choice.shows == Shows::Itself))
}

pub fn rows_after_target(asked: &Asked) -> Result<(), String> {
    let spec = asked.spec(&asked.right()?.does)?;
    asks_for(asked, &spec)?;
    let rows = |spec: &RecoverySpec| Ok::<_, String>(asked.table(&asked.recovers(spec)?)?.rows.len() as i64);
    let right = rows(&spec)?;
    for choice in own_runs(asked)? {
        // Each is what its own recovery gives.
        same(&choice.text, numbers(&choice.text), vec![rows(&asked.spec(&choice.does)?)?])?;
    }
    agree(asked.choices()?, |choice| Ok(numbers(&choice.text) == [right]))
}

/// The last commit that is replayed, and the first that is not.
fn sides(asked: &Asked, recovered: &Recovered) -> (i64, i64) {
    let commits = asked.commits();
    let out = commits.iter().position(|note| note.lsn.0 >= recovered.fork).unwrap_or(commits.len());
    let xid = |index: Option<usize>| index.and_then(|index| commits.get(index)).map_or(0, |note| note.xid.0.into());
    (xid(out.checked_sub(1)), xid(Some(out)))
}

pub fn last_in_first_out(asked: &Asked) -> Result<(), String> {
    let prompt = &asked.question.prompt;
    if let Ok(short) = asked.short() {
        let target = prompt.split_once(" to ").and_then(|(_, behind)| behind.split_once('.'));
        let target = target.map(|(target, _)| target.replace(',', "")).unwrap_or_default();
        let (_, first) = sides(asked, &asked.recovers(&asked.spec_of(&format!("from b1 to {target}"))?)?);
        return same("first out", numbers(&short.right[0]), vec![first]);
    }
    let spec = asked.spec(&asked.right()?.does)?;
    asks_for(asked, &spec)?;
    let right = sides(asked, &asked.recovers(&spec)?);
    for choice in own_runs(asked)? {
        let found = sides(asked, &asked.recovers(&asked.spec(&choice.does)?)?);
        same(&choice.text, numbers(&choice.text), vec![found.0, found.1])?;
    }
    agree(asked.choices()?, |choice| Ok(numbers(&choice.text) == [right.0, right.1]))
}

pub fn flip_inclusive(asked: &Asked) -> Result<(), String> {
    let exclusive = asked.spec(&asked.right()?.does)?;
    let inclusive = RecoverySpec { inclusive: true, ..exclusive.clone() };
    asks_for(asked, &exclusive)?;
    asks_for(asked, &inclusive)?;
    let (with, without) = (asked.recovers(&inclusive)?, asked.recovers(&exclusive)?);
    let (with, without) = (asked.table(&with)?, asked.table(&without)?);
    let keys: BTreeSet<&Value> = with.rows.keys().chain(without.rows.keys()).collect();
    let differ: BTreeSet<&Value> = keys.into_iter().filter(|key| with.rows.get(key) != without.rows.get(key)).collect();
    agree(asked.choices()?, |choice| {
        let key = numbers(&choice.text).first().copied().unwrap_or_default();
        Ok(differ.contains(&Value::Int(key)))
    })?;
    same(
        "rows that differ",
        differ.len(),
        asked.choices()?.iter().filter(|choice| choice.misconception.is_none()).count(),
    )
}

pub fn same_result(asked: &Asked) -> Result<(), String> {
    let prompt = &asked.question.prompt;
    let target = prompt.find("time '").and_then(|at| prompt.get(at..)).unwrap_or_default();
    let target: Vec<&str> = target.split([' ', ',', '?']).take(3).collect();
    let wanted = asked.recovers(&asked.spec_of(&format!("from b1 to {}", target.join(" ")))?)?;
    agree(asked.choices()?, |choice| {
        if !choice.does.contains(&choice.text) {
            return Err(format!("{:?} is not what it does", choice.text));
        }
        Ok(asked.recovers(&asked.spec(&choice.does)?)?.tables == wanted.tables)
    })
}

/// The commits before the damage, and its own, by their positions.
fn damage(asked: &Asked) -> Result<(Vec<u64>, u64), String> {
    let admin = asked.script.commands.iter().rfind(|line| line.timed.session == "admin");
    let at = admin.map(|line| line.timed.at).ok_or("nobody did any damage")?;
    let commits = asked.commits();
    let index = commits.iter().position(|note| note.time == Some(at)).ok_or("the damage never committed")?;
    Ok((commits[..index].iter().map(|note| note.lsn.0).collect(), commits[index].lsn.0))
}

/// Whether a recovery keeps exactly the commits before the damage.
fn keeps_the_good(asked: &Asked, spec: &RecoverySpec) -> Result<bool, String> {
    let (good, damage) = damage(asked)?;
    Ok(match asked.expect(spec) {
        Expected::Recovers(recovered) => recovered.fork <= damage && good.iter().all(|lsn| *lsn < recovered.fork),
        _ => false,
    })
}

pub fn commits_lost(asked: &Asked) -> Result<(), String> {
    if let Kind::Place(place) = &asked.question.kind {
        return place_of_damage(asked, place);
    }
    agree(asked.choices()?, |choice| {
        if !choice.does.contains(&choice.text) {
            return Err(format!("{:?} is not what it does", choice.text));
        }
        keeps_the_good(asked, &asked.spec(&choice.does)?)
    })
}

/// Targets at every commit, and a little before and behind.
fn place_of_damage(asked: &Asked, place: &Place) -> Result<(), String> {
    let (mut right, mut wrong) = (0, 0);
    let near = asked.commits().into_iter().rev().filter_map(|note| note.time).take(4);
    for at in near.flat_map(|at| [at - Micros(1), at, at + Micros::SECOND]) {
        if !(place.from_us..=place.to_us).contains(&at.0) {
            continue;
        }
        let target = format!("time '{}' inclusive", asked.clock(Some(at)));
        let found = keeps_the_good(asked, &asked.spec_of(&format!("from {} to {target}", place.backup))?)?;
        let verdict = grade(asked.question, &Answer::Target(target.clone()));
        same(&target, verdict.right, found)?;
        same(&target, verdict.misconception.is_none(), found)?;
        if found {
            right += 1;
        } else {
            wrong += 1;
        }
    }
    if right > 0 && wrong > 0 { Ok(()) } else { Err(format!("{right} right places, {wrong} wrong")) }
}

/// What is offered when there is no such row, as the template's file has it.
fn gone() -> &'static str {
    let words = include_str!("../../../lessons/content/templates/is-row-visible.toml");
    super::log::choice_text(words, "gone").unwrap_or_default()
}

pub fn is_row_visible(asked: &Asked) -> Result<(), String> {
    let spec = asked.spec(&asked.right()?.does)?;
    let prompt = &asked.question.prompt;
    asks_for(asked, &spec)?;
    let key = number_behind(prompt, "row ").or_else(|| number_behind(prompt, "id ")).ok_or("no row is asked for")?;
    let shows = |spec: &RecoverySpec| {
        let recovered = asked.recovers(spec)?;
        let row = asked.table(&recovered)?.rows.get(&Value::Int(key)).and_then(|row| row.last().cloned());
        Ok::<_, String>(row)
    };
    let says = |text: &str, row: &Option<Value>| match row {
        Some(Value::Int(number)) => numbers(text) == [*number],
        _ => text == gone(),
    };
    let right = shows(&spec)?;
    for choice in own_runs(asked)? {
        same(&choice.text, says(&choice.text, &shows(&asked.spec(&choice.does)?)?), true)?;
    }
    agree(asked.choices()?, |choice| Ok(says(&choice.text, &right)))
}

pub fn backups_that_reach(asked: &Asked) -> Result<(), String> {
    let Target::Time(target) = asked.spec(&asked.right()?.does)?.target else { return Err("no time".to_owned()) };
    let oldest =
        asked.recovers(&asked.spec_of(&format!("from b1 to time '{}' inclusive", asked.clock(Some(target))))?)?;
    agree(asked.choices()?, |choice| {
        let label = choice.text.split(',').next().unwrap_or_default();
        let backup = asked.model.backups.iter().find(|backup| backup.label == label).ok_or("no such backup")?;
        let in_time = backup.end_time <= target;
        let reaches = match asked.expect(&asked.spec(&choice.does)?) {
            Expected::Recovers(recovered) => recovered.tables == oldest.tables,
            _ => false,
        };
        same(&choice.text, in_time, reaches)?;
        Ok(in_time)
    })
}

pub fn earliest_of_backup(asked: &Asked) -> Result<(), String> {
    let backup = asked.model.backups.iter().find(|backup| backup.label == "b2").ok_or("no backup b2")?;
    let end = asked.model.facts[backup.end].note.lsn;
    let mut commits =
        asked.facts().into_iter().filter(|fact| fact.note.kind == RecordKind::Commit && fact.note.lsn < end);
    let last = commits.next_back().and_then(|fact| fact.note.time);
    same("the earliest", asked.short()?.right.clone(), vec![asked.clock(last)])
}
