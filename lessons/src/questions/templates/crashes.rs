//! A crash, and what the log on disk has of it; and in which order things reach log, disk and user.

use crate::questions::lived::{Lived, with_lines};
use crate::questions::maker::{Maker, Offered};
use crate::questions::question::{Question, Shows};
use crate::questions::story::{Day, Story, clock};
use crate::tables::Tables;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{EventKind, Kind as RecordKind};

/// What came into the log buffer, and how far it was flushed, up to an instant.
fn log_lines(lived: &Lived, from: &str, to: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for event in lived.run.events() {
        let at = lived.clock(event.at);
        if at.as_str() < from || at.as_str() > to {
            continue;
        }
        match &event.kind {
            EventKind::RecordWritten { record, .. } => {
                let what = match record.kind {
                    RecordKind::Commit => "commit",
                    RecordKind::Abort => "abort",
                    RecordKind::Checkpoint => "checkpoint",
                    _ => "change",
                };
                let of = if record.xid == Xid::NONE { String::new() } else { format!(" of XID {}", record.xid) };
                lines.push(format!("{at}  log buffer: {} {what}{of}", record.lsn));
            }
            EventKind::LogFlushed { to, .. } => lines.push(format!("{at}  log on disk up to {to}")),
            EventKind::Committed { session, xid } => {
                lines.push(format!("{at}  {session} is told that XID {xid} committed"))
            }
            EventKind::Crash(_) => {
                lines.push(format!("{at}  the power goes"));
                break;
            }
            _ => {}
        }
    }
    lines
}

/// Whether the first row of an INSERT is in the table.
fn is_there(tables: &Tables, table: &str, statement: &str) -> Option<bool> {
    let key: i64 = statement.split_once("VALUES (")?.1.split_once(',')?.0.trim().parse().ok()?;
    Some(tables.get(table)?.iter().any(|row| row.first() == Some(&Value::Int(key))))
}

/// Which transactions are there after a crash.
pub fn survives_crash(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), ", log writer 10m")?;
    let from = story.start() + 60;
    let undone = if maker.dice.flips() { Some(maker.dice.between(0, 2) as usize) } else { None };
    let day = Day { from, step: 120, transactions: 3, undone, adding: true, ..Day::default() };
    let ends = story.day(day);
    let [one, two] = story.world.sessions.clone();
    let at = ends.last()? + 30;
    // One stays open, and others flush its record along.
    let insert = story.insert(1);
    story.say(at, &one, "BEGIN");
    story.say(at + 10, &one, insert);
    let insert = story.insert(1);
    story.say(at + 40, &two, insert);
    let checkpoint = maker.dice.flips();
    if checkpoint {
        story.say(at + 50, "ops", "checkpoint");
    }
    let early = maker.dice.flips();
    let last = at + 80;
    if early {
        story.say(last - 10, &two, "SET synchronous_commit TO off");
    }
    let insert = story.insert(1);
    let mut crash = last + 20;
    let mut power = String::new();
    if early {
        story.say(last, &two, insert);
        power = format!("{}  ops     crash\n", clock(crash));
    } else {
        // Between the commit record and its flush.
        let mut quiet = story.clone();
        quiet.say(last, &two, insert.clone());
        let xid = quiet.live()?.works().last()?.xid;
        story.say(last - 5, "ops", format!("when commit of {xid} written crash"));
        story.say(last, &two, insert);
        crash = last;
    }
    // What comes of it is no part of the history that is asked about.
    let does = format!("{power}{}  ops     restart\n", clock(last + 60));
    let asked = story.live()?;
    let lived = Lived::of(asked.text_with(&does))?;
    // In which other histories what is lost here is there: one that is committed, one that waits, one whose commit is flushed.
    let committed = story.text().replace("  ROLLBACK\n", "  COMMIT\n");
    let mut closed = story.clone();
    closed.say(at + 20, &one, "COMMIT");
    let without = |word: &str| {
        let lines = asked.text.lines().filter(|line| !line.contains(word));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let waited = without("synchronous_commit");
    let flushed = without(" written crash");
    let later = format!("{}  ops     crash\n{}  ops     restart\n", clock(last + 20), clock(last + 60));
    let table = story.world.table.clone();
    let server = lived.run.cluster().primary()?;
    let tables = crate::tables::tables(server)?;
    let kept = |statement: &str| is_there(&tables, &table, statement);
    maker.fact("table", &table);
    maker.fact("crash_time", clock(crash));
    let works = lived.works();
    let mut durable = lived.run.events().iter().filter_map(|event| match event.kind {
        EventKind::LogFlushed { to, .. } if lived.clock(event.at) <= clock(crash) => Some(to),
        _ => None,
    });
    maker.fact("durable", durable.next_back()?);
    let mut offered = Offered::default();
    let mut survivors: Vec<String> = Vec::new();
    for work in works.iter().skip(1) {
        maker.fact("xid", work.xid);
        let text = maker.choice("transaction");
        if kept(work.said())? {
            survivors.push(work.xid.to_string());
            let belief = if checkpoint { "only-what-a-checkpoint-wrote" } else { "pages-must-be-written" };
            offered.right(text, does.clone(), Some(maker.belief(belief)));
            continue;
        }
        let (belief, history, does, note) = match work.end {
            Some(end) if end.kind == RecordKind::Abort => {
                ("rolled-back-returns", committed.clone(), &does, "had-committed")
            }
            Some(_) if early => ("told-is-durable", waited.clone(), &does, "had-waited"),
            Some(_) => ("written-is-durable", flushed.clone(), &later, "had-been-flushed"),
            None => ("flushed-change-is-committed", closed.text(), &does, "had-committed"),
        };
        let other = Lived::of(with_lines(&history, does))?;
        if !is_there(&crate::tables::tables(other.run.cluster().primary()?)?, &table, work.said())? {
            return None;
        }
        let shows = Shows::Elsewhere { history, note: maker.note(note) };
        offered.shown(text, does, maker.belief(belief), shows);
    }
    maker.fact("survivors", survivors.join(", "));
    let kind = offered.multiple()?;
    let evidence = log_lines(&lived, &clock(from - 30), &clock(crash));
    maker.question(if early { "told" } else { "written" }, &asked.text, evidence, kind)
}
