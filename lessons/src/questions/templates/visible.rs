//! One row, changed by a transaction that stays open, by one that is rolled back, by a part that is undone: what does a recovery show?

use crate::questions::lived::Lived;
use crate::questions::maker::{Maker, Offered};
use crate::questions::question::{Question, Shows};
use crate::questions::story::{Story, clock};
use pitr_engine::types::Value;

/// What a row says after a recovery.
pub fn is_row_visible(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), ", archive timeout 10m")?;
    let backup_at = story.start() + 120;
    story.say(backup_at, "ops", "backup b1");
    let [one, two] = story.world.sessions.clone();
    let step = 60 * maker.dice.between(3, 5);
    let mut at = backup_at + 180;
    // The row is new, or was there when the backup was taken.
    let is_new = maker.dice.flips();
    let key = if is_new { story.next_id } else { maker.dice.between(1, story.rows) };
    if is_new {
        let insert = story.insert(1);
        story.transaction(&one, at, &[(at + 20, insert)], (at + 60, "COMMIT"));
        at += step;
    }
    let mut numbers: Vec<i64> = Vec::new();
    for _ in 0..40 {
        let number = story.number() + 10;
        if numbers.len() < 4 && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let [kept, undone_part, undone, open] = <[i64; 4]>::try_from(numbers).ok()?;
    // One that commits, with a part that is undone, or released.
    let released = maker.dice.flips();
    let part = if released { "RELEASE SAVEPOINT first_thought" } else { "ROLLBACK TO SAVEPOINT first_thought" };
    let statements = [
        (at + 20, story.update(key, kept)),
        (at + 30, "SAVEPOINT first_thought".to_owned()),
        (at + 50, story.update(key, undone_part)),
        (at + 60, part.to_owned()),
    ];
    story.transaction(&two, at, &statements, (at + 90, "COMMIT"));
    at += step;
    let statements = [(at + 20, story.update(key, undone))];
    story.transaction(&one, at, &statements, (at + 50, "ROLLBACK"));
    at += step;
    // The last is open at the target: it sets the number, or deletes the row.
    let deletes = maker.dice.flips();
    let statement = if deletes { story.delete(key) } else { story.update(key, open) };
    let begun = at;
    let committed = at + step;
    story.transaction(&two, begun, &[(begun + 20, statement)], (committed, "COMMIT"));
    let target = match maker.dice.between(0, 3) {
        // Before everything but the row itself, or behind everything.
        0 => committed + 30,
        _ => begun + 30 + 10 * maker.dice.between(0, 6),
    };
    let insert = story.insert(1);
    story.say(committed + 120, &one, insert);
    story.close(committed + 300);
    let lived = story.live()?;
    let (table, column) = (story.world.table.clone(), story.world.columns[3].clone());
    let shown_by = |lived: &Lived, rest: &str| {
        let (does, restored) = lived.recovered(rest)?;
        let rows = restored.tables.get(&table)?;
        let row = rows.iter().find(|row| row.first() == Some(&Value::Int(key)));
        Some((row.and_then(|row| row.get(3).cloned()), does))
    };
    let shows = |rest: &str| shown_by(&lived, rest);
    let said = |maker: &mut Maker, value: Option<Value>| match value {
        Some(value) => {
            maker.fact("number", value);
            maker.choice("value")
        }
        None => maker.choice("gone"),
    };
    maker.fact("table", &table);
    maker.fact("column", &column);
    maker.fact("key", key);
    maker.fact("target_time", clock(target));
    maker.fact("open_began", clock(begun));
    maker.fact("open_commit", clock(committed));
    maker.fact("backup_time", clock(backup_at));
    let to = format!("from b1 to time '{}' inclusive", clock(target));
    let (value, asked) = shows(&to)?;
    let mut offered = Offered::default();
    let right = said(maker, value.clone());
    maker.fact("right", &right);
    offered.right(right, asked, None);
    let works = lived.works();
    let last = works.iter().find(|work| lived.clock(work.began) == clock(begun))?;
    maker.fact("open_xid", last.xid);
    let is_open = target < committed;
    // As the row was in the backup, and as it is when the open transaction counts, or does not.
    let other = if is_open { "inclusive" } else { "exclusive" };
    let (value, does) = shows(&format!("from b1 to xid {} {other}", last.xid))?;
    let text = said(maker, value);
    offered.wrong(text, does, maker.belief(if is_open { "open-counts" } else { "start-before-target" }));
    // The part that was undone, or released, taken the other way.
    let (from, to_other) = if released {
        ("RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
    } else {
        ("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")
    };
    let mut elsewhere = |maker: &mut Maker, other: Lived, rest: &str, note: &str, belief: &str| {
        let (value, does) = shown_by(&other, rest)?;
        let text = said(maker, value);
        maker.fact("claimed", &text);
        let shows = Shows::Elsewhere { history: other.text, note: maker.note(note) };
        offered.shown(text, does, maker.belief(belief), shows);
        Some(())
    };
    if is_open {
        let part = Lived::of(lived.text.replace(from, to_other))?;
        let belief = if released { "released-is-undone" } else { "part-counts" };
        elsewhere(maker, part, &to, "part-otherwise", belief)?;
    }
    // What was rolled back, committed; where the last one counts, before that.
    let kept = Lived::of(lived.text.replace("  ROLLBACK\n", "  COMMIT\n"))?;
    let before = format!("from b1 to xid {} exclusive", last.xid);
    let rest = if is_open { &to } else { &before };
    elsewhere(maker, kept, rest, "had-committed", "rolled-back-counts")?;
    let (value, does) = shows("from b1 to immediate")?;
    let text = said(maker, value);
    offered.wrong(text, does, maker.belief("snapshot-alone"));
    let kind = offered.single(&mut maker.dice)?;
    let mut evidence: Vec<String> = lived
        .lines_from(lived.script.settings.date)
        .into_iter()
        .filter(|line| line.as_str() > clock(backup_at + 1).as_str())
        .collect();
    evidence.truncate(evidence.len().saturating_sub(2));
    maker.question(if is_open { "open" } else { "ended" }, &lived.text, evidence, kind)
}
