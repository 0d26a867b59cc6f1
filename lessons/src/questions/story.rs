//! Histories that people can read: a small business, two sessions, a handful of transactions at times that can be said aloud.
//!
//! A story is written as lines of the scenario language; nothing is known about it but what the engine makes of it, see [`super::lived`].

use super::chance::Dice;
use super::lived::Lived;
use super::worded::worlds;
use pitr_authoring::words::World;
use std::fmt::Write as _;

/// A story in the making. Times are seconds of its day.
#[derive(Debug, Clone)]
pub struct Story {
    pub world: &'static World,
    pub dice: Dice,
    head: String,
    /// Time, session, statement; in no order yet.
    lines: Vec<(i64, String, String)>,
    /// The next key that was never used.
    pub next_id: i64,
    /// Keys that were there at first.
    pub rows: i64,
}

/// What happens between the first backup and the end of the day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Day {
    /// When the first transaction begins, and how far one is from the next.
    pub from: i64,
    pub step: i64,
    pub transactions: usize,
    /// Opened before the one before it, and committed behind it.
    pub overlapping: Option<usize>,
    /// Committed at the very instant of the one before it.
    pub twin: Option<usize>,
    /// Rolled back.
    pub undone: Option<usize>,
    /// Transactions only add rows.
    pub adding: bool,
}

impl Story {
    /// A business with some rows in its table. `settings` goes behind the others: `, scale 1000` and the like.
    pub fn begin(mut dice: Dice, settings: &str) -> Option<Story> {
        let world = dice.pick(worlds())?;
        let (month, day) = (dice.between(1, 12), dice.between(1, 28));
        let (seed, xid) = (dice.between(1, 9999), dice.between(100, 889));
        let head = format!(
            "# {}\nscenario seed {seed}, date 2026-{month:02}-{day:02}, zone UTC, segment 4KiB, xid {xid}{settings}\n",
            world.title
        );
        let rows = dice.between(6, 8);
        let mut story = Story { world, dice, head, lines: Vec::new(), next_id: 1, rows };
        let start = story.dice.between(8, 17) * 3600 + story.dice.between(0, 5) * 600;
        let [id, person, thing, number] = &world.columns;
        story.say(start, "ops", "BEGIN");
        let columns = format!("{id} int primary key, {person} text, {thing} text, {number} int");
        story.say(start + 5, "ops", format!("CREATE TABLE {} ({columns})", world.table));
        let insert = story.insert(rows);
        story.say(start + 10, "ops", insert);
        story.say(start + 20, "ops", "COMMIT");
        Some(story)
    }

    /// When it began.
    pub fn start(&self) -> i64 {
        self.lines.iter().map(|line| line.0).min().unwrap_or_default()
    }

    pub fn say(&mut self, at: i64, session: &str, statement: impl Into<String>) {
        self.lines.push((at, session.to_owned(), statement.into()));
    }

    /// A transaction of its own: from, its statements, its end.
    pub fn transaction(&mut self, session: &str, from: i64, statements: &[(i64, String)], end: (i64, &str)) {
        self.say(from, session, "BEGIN");
        for (at, statement) in statements {
            self.say(*at, session, statement.clone());
        }
        self.say(end.0, session, end.1);
    }

    /// A statement that adds so many new rows.
    pub fn insert(&mut self, count: i64) -> String {
        let mut text = format!("INSERT INTO {} VALUES ", self.world.table);
        for index in 0..count {
            let comma = if index == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}{}", self.row());
        }
        text
    }

    /// The values of a new row.
    fn row(&mut self) -> String {
        let id = self.next_id;
        self.next_id += 1;
        let person = self.dice.pick(&self.world.people).map_or("", String::as_str);
        let thing = self.dice.pick(&self.world.things).map_or("", String::as_str);
        format!("({id}, '{person}', '{thing}', {})", self.number())
    }

    /// A value for the fourth column.
    pub fn number(&mut self) -> i64 {
        let [from, to, step] = self.world.numbers;
        from + self.dice.between(0, (to - from) / step.max(1)) * step
    }

    /// A statement that sets the number of a row.
    pub fn update(&self, id: i64, number: i64) -> String {
        format!("UPDATE {} SET {} = {number} WHERE id = {id}", self.world.table, self.world.columns[3])
    }

    pub fn delete(&self, id: i64) -> String {
        format!("DELETE FROM {} WHERE id = {id}", self.world.table)
    }

    /// Tells a day; returns when each of its transactions ended. Each touches rows of its own, so that nobody waits.
    pub fn day(&mut self, day: Day) -> Vec<i64> {
        let sessions = &self.world.sessions;
        let mut ends: Vec<i64> = Vec::new();
        let mut at = day.from;
        for index in 0..day.transactions {
            let session = &sessions[index % 2];
            let end = at + day.step - 10 * self.dice.between(0, 5);
            let end = if day.twin == Some(index) { ends.last().copied().unwrap_or(end) } else { end };
            let begin = if day.twin == Some(index) { end - 20 } else { end - 10 * self.dice.between(6, 9) };
            // Right behind the last one of the same session.
            let begin = if day.overlapping == Some(index) { at - day.step + 20 } else { begin };
            let row = index as i64 + 1;
            let statement = match self.dice.between(0, if day.adding { 1 } else { 4 }) {
                _ if row > self.rows => self.insert(1),
                0 | 1 => {
                    let count = self.dice.between(1, 3);
                    self.insert(count)
                }
                2 => self.delete(row),
                _ => {
                    let number = self.number() + 1;
                    self.update(row, number)
                }
            };
            let word = if day.undone == Some(index) { "ROLLBACK" } else { "COMMIT" };
            let first = if day.overlapping == Some(index) { begin + 10 } else { begin + 10 * self.dice.between(1, 2) };
            self.transaction(session, begin, &[(first.min(end), statement)], (end, word));
            ends.push(end);
            if day.twin != Some(index) {
                at += day.step;
            }
        }
        ends
    }

    /// Everything written so far goes to the archive; the last line is a minute later.
    pub fn close(&mut self, at: i64) {
        self.say(at, "ops", "switch segment");
        self.say(at + 120, "ops", "note 'All of it has been archived.'");
    }

    /// The story as a scenario.
    pub fn text(&self) -> String {
        let mut lines = self.lines.clone();
        lines.sort_by_key(|line| line.0);
        let mut text = self.head.clone();
        for (at, session, statement) in lines {
            let _ = writeln!(text, "{}  {session:<6}  {statement}", clock(at));
        }
        text
    }

    /// Carried out; `None` if something in it is refused.
    pub fn live(&self) -> Option<Lived> {
        Lived::of(self.text())
    }
}

/// `02:59:59`
pub fn clock(at: i64) -> String {
    format!("{:02}:{:02}:{:02}", at / 3600, at / 60 % 60, at % 60)
}
