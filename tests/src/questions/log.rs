//! Questions about the log itself, judged by its facts and by the plain script.

use super::asked::{Asked, agree, number_behind, numbers, same};
use pitr_engine::types::Lsn;
use pitr_engine::{Kind as RecordKind, Target};
use pitr_lessons::questions::Kind;
use std::collections::BTreeSet;

/// A text of a template's choices, as its file has it.
pub fn choice_text(words: &'static str, name: &str) -> Option<&'static str> {
    let choices = words.split_once("[choice]")?.1;
    let line = choices.lines().find(|line| line.split_once(" = ").is_some_and(|(key, _)| key == name))?;
    Some(line.split_once(" = ")?.1.trim_matches('"'))
}

/// A transaction survives if its commit record was flushed before the power went.
pub fn survives_crash(asked: &Asked) -> Result<(), String> {
    let flushed = asked.flushed();
    let survivors: BTreeSet<i64> =
        asked.commits().iter().filter(|note| note.lsn.0 < flushed).map(|note| note.xid.0.into()).collect();
    // Where the session does not wait for the disk, its last commit is lost; where the power goes at a commit, that one.
    let last = asked.commits().last().map(|note| i64::from(note.xid.0)).ok_or("no commit")?;
    same("the last commit survives", survivors.contains(&last), false)?;
    agree(asked.choices()?, |choice| Ok(numbers(&choice.text).iter().any(|xid| survivors.contains(xid))))
}

/// What comes when, told by the commands alone.
pub fn steps_told(script: &str) -> &'static [&'static str] {
    let lines: Vec<&str> = script.lines().collect();
    let found = |word: &str| lines.iter().rposition(|line| line.ends_with(word));
    let (Some(begin), Some(commit)) = (found("BEGIN"), found("COMMIT")) else { return &[] };
    let session_of = |line: &&str| line.split_whitespace().nth(1).map(str::to_owned);
    let session = lines.get(begin).and_then(session_of);
    let between = lines.get(begin + 1..commit).unwrap_or_default();
    if lines.iter().any(|line| line.contains("synchronous_commit TO off")) {
        &["record", "commit", "told", "flush", "page"]
    } else if between.iter().any(|line| line.ends_with("checkpoint")) {
        &["record", "early-flush", "page", "commit", "flush", "told"]
    } else if between.iter().any(|line| session_of(line) != session) {
        &["record", "early-flush", "commit", "flush", "told", "page"]
    } else {
        &["record", "commit", "flush", "told", "page"]
    }
}

/// Whether a text is that of a step: its words up to the first that is filled in, and behind the last.
pub fn is_step(text: &str, name: &str) -> bool {
    let words = include_str!("../../../lessons/content/templates/order-of-events.toml");
    let template = choice_text(words, name).unwrap_or("?");
    let first = template.split('{').next().unwrap_or_default();
    let last = template.rsplit('}').next().unwrap_or_default();
    text.starts_with(first) && text.ends_with(last)
}

pub fn order_of_events(asked: &Asked) -> Result<(), String> {
    let Kind::Order(order) = &asked.question.kind else { return Err("no order".to_owned()) };
    let expected = steps_told(&asked.question.script);
    same("steps", order.right.len(), expected.len())?;
    for (index, name) in order.right.iter().zip(expected) {
        let text = &order.items[*index].text;
        same(&format!("{text:?} is {name}"), is_step(text, name), true)?;
    }
    Ok(())
}

/// From the segment of the redo pointer to that of the first commit or abort past the target.
pub fn smallest_segments(asked: &Asked) -> Result<(), String> {
    let does = &asked.right()?.does;
    let recovery = does.lines().last().ok_or("nothing is done")?;
    let spec = asked.spec(&format!("{recovery}\n"))?;
    let Target::Time(target) = spec.target else { return Err("no time".to_owned()) };
    let label = spec.backup.clone().unwrap_or_default();
    same("asked", asked.question.prompt.contains(&asked.clock(Some(target))), true)?;
    same("asked", asked.question.prompt.contains(&label), true)?;
    let backup = asked.model.backups.iter().find(|backup| backup.label == label).ok_or("no such backup")?;
    let size = asked.model.segment_bytes;
    let past = asked.facts().into_iter().find(|fact| {
        let ends = matches!(fact.note.kind, RecordKind::Commit | RecordKind::Abort);
        ends && fact.note.lsn.0 >= backup.redo && fact.note.time.is_some_and(|time| time > target)
    });
    let past = past.ok_or("nothing is past the target")?;
    let needed = backup.redo / size..=(past.note.end.0 - 1) / size;
    agree(asked.choices()?, |choice| {
        let number = choice.text.get(16..).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        Ok(number.is_some_and(|number| needed.contains(&number)))
    })?;
    let right = asked.choices()?.iter().filter(|choice| choice.misconception.is_none()).count() as u64;
    same("segments", right, needed.end() - needed.start() + 1)
}

/// Differences of positions.
pub fn bytes_replayed(asked: &Asked) -> Result<(), String> {
    let xid = number_behind(&asked.question.prompt, "XID ").ok_or("no XID is asked for")?;
    let commit = asked
        .facts()
        .into_iter()
        .find(|fact| fact.note.kind == RecordKind::Commit && i64::from(fact.note.xid.0) == xid);
    let stop = commit.ok_or("it never commits")?.goes_on;
    let redo = |label: &str| {
        let backup = asked.model.backups.iter().find(|backup| backup.label == label);
        backup.map(|backup| backup.redo).ok_or("no such backup")
    };
    let (b1, b2) = (redo("b1")?, redo("b2")?);
    let prompt = &asked.question.prompt;
    let bytes = match (prompt.contains("b1"), prompt.contains("b2")) {
        (true, true) => b2 - b1,
        (true, false) => stop - b1,
        _ => stop - b2,
    };
    same("bytes", asked.short()?.right.clone(), vec![bytes.to_string()])
}

/// The commit's own position, or that of the record before it.
pub fn tightest_lsn(asked: &Asked) -> Result<(), String> {
    let prompt = &asked.question.prompt;
    let xid = number_behind(prompt, "XID ").ok_or("no XID is asked for")?;
    let facts = asked.facts();
    let is_commit = |kind: RecordKind, number: u32| kind == RecordKind::Commit && i64::from(number) == xid;
    let commit = facts.iter().position(|fact| is_commit(fact.note.kind, fact.note.xid.0)).ok_or("it never commits")?;
    let inclusive = prompt.contains("inclusive");
    let wanted = if inclusive { commit.checked_sub(1).ok_or("nothing is before it")? } else { commit };
    let lsn = facts[wanted].note.lsn;
    let right: Lsn = asked.short()?.right[0].parse().map_err(|_| "no LSN")?;
    same("LSN", right, lsn)?;
    // The next record would be one too many.
    let side = if inclusive { "inclusive" } else { "exclusive" };
    let replays =
        |lsn: Lsn| Ok::<_, String>(asked.recovers(&asked.spec_of(&format!("from b1 to lsn {lsn} {side}"))?)?.fork);
    same("it stops before the commit", replays(right)?, facts[commit].note.lsn.0)?;
    same("the next does not", replays(facts[wanted + 1].note.lsn)? > facts[commit].note.lsn.0, true)
}
