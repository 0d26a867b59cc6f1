//! A crash, and what the log on disk has of it; and in which order things reach log, disk and user.

use crate::questions::lived::Lived;
use crate::questions::maker::{Maker, Offered};
use crate::questions::question::{Item, Kind, Order, Question, Slip};
use crate::questions::story::{Day, Story, clock};
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
    let table = story.world.table.clone();
    let server = lived.run.cluster().primary()?;
    let rows = crate::questions::lived::tables(server)?.remove(&table)?;
    let kept = |statement: &str| {
        let key: i64 = statement.split_once("VALUES (")?.1.split_once(',')?.0.trim().parse().ok()?;
        Some(rows.iter().any(|row| row.first() == Some(&Value::Int(key))))
    };
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
        let belief = match work.end {
            Some(end) if end.kind == RecordKind::Abort => "rolled-back-returns",
            Some(_) if early => "told-is-durable",
            Some(_) => "written-is-durable",
            None => "flushed-change-is-committed",
        };
        offered.wrong(text, does.clone(), maker.belief(belief));
    }
    maker.fact("survivors", survivors.join(", "));
    let kind = offered.multiple()?;
    let evidence = log_lines(&lived, &clock(from - 30), &clock(crash));
    maker.question(if early { "told" } else { "written" }, &asked.text, evidence, kind)
}

/// A step on a change's way, by the name of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Record,
    EarlyFlush,
    Commit,
    Flush,
    Told,
    Page,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Step::Record => "record",
            Step::EarlyFlush => "early-flush",
            Step::Commit => "commit",
            Step::Flush => "flush",
            Step::Told => "told",
            Step::Page => "page",
        }
    }
}

/// What somebody believes who takes `late` for the earlier one.
fn belief(early: Step, late: Step) -> &'static str {
    match (early, late) {
        (Step::EarlyFlush | Step::Flush, Step::Page) => "page-before-log",
        (Step::Page, Step::Commit) => "page-waits-for-commit",
        (Step::Told, Step::Page) => "told-waits-for-page",
        (Step::Told, Step::Flush) => "told-waits-always",
        (Step::Commit | Step::Flush, Step::Told) => "told-too-early",
        (Step::EarlyFlush, Step::Commit) => "flush-waits-for-commit",
        _ => "flush-before-record",
    }
}

/// In which order a change reaches log buffer, disk, user and data file.
pub fn order_of_events(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), ", log writer 10s")?;
    let [one, two] = story.world.sessions.clone();
    let (session, other) = if maker.dice.flips() { (one, two) } else { (two, one) };
    let from = story.start() + 60 + 10 * maker.dice.between(0, 12);
    story.say(from - 30, "ops", "checkpoint");
    let plot = maker.dice.between(0, 3);
    let adds = maker.dice.flips();
    let row = maker.dice.between(1, story.rows);
    let number = story.number() + 1;
    let change = if adds { story.insert(1) } else { story.update(row, number) };
    let written = from + maker.dice.between(10, 25);
    let committed = written + maker.dice.between(60, 90);
    let between = written + maker.dice.between(15, 40);
    let variant = match plot {
        0 => "plain",
        1 => {
            story.say(between, "ops", "checkpoint");
            "checkpoint"
        }
        2 => {
            let insert = story.insert(1);
            story.say(between, &other, insert);
            "neighbour"
        }
        _ => {
            story.say(from - 10, &session, "SET synchronous_commit TO off");
            "early"
        }
    };
    story.transaction(&session, from, &[(written, change.clone())], (committed, "COMMIT"));
    story.say(committed + 60, "ops", "checkpoint");
    story.say(committed + 120, "ops", "note 'The end of the story.'");
    let lived = story.live()?;
    let table = story.world.table.clone();
    let work = lived.works().into_iter().find(|work| work.said() == change)?;
    let commit = work.committed()?;
    let mut steps: Vec<Step> = Vec::new();
    for event in lived.run.events() {
        let step = match &event.kind {
            EventKind::RecordWritten { record, .. } if record.lsn == work.first => Step::Record,
            EventKind::RecordWritten { record, .. } if record.lsn == commit.lsn => Step::Commit,
            EventKind::LogFlushed { to, .. } if *to > commit.lsn => Step::Flush,
            EventKind::LogFlushed { to, .. } if *to > work.first => Step::EarlyFlush,
            EventKind::PageWritten { table: written, .. } if *written == table && steps.contains(&Step::Record) => {
                Step::Page
            }
            EventKind::Committed { xid, .. } if *xid == work.xid => Step::Told,
            _ => continue,
        };
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    maker.fact("table", &table);
    maker.fact("session", &session);
    maker.fact("other_session", &other);
    maker.fact("xid", work.xid);
    maker.fact("lsn", work.first);
    maker.fact("commit_lsn", commit.lsn);
    maker.fact("verb", if adds { "INSERT" } else { "UPDATE" });
    let all = [Step::Record, Step::Commit, Step::Flush, Step::Told, Step::Page];
    let wants_early = matches!(variant, "checkpoint" | "neighbour");
    if all.iter().any(|step| !steps.contains(step)) || steps.contains(&Step::EarlyFlush) != wants_early {
        return None;
    }
    let mut shown: Vec<usize> = (0..steps.len()).collect();
    maker.dice.shuffle(&mut shown);
    if shown.is_sorted() {
        shown.rotate_left(1);
    }
    let place = |step: usize| shown.iter().position(|shown| *shown == step);
    let items = shown.iter().filter_map(|index| steps.get(*index)).map(|step| Item { text: maker.choice(step.name()) });
    let items: Vec<Item> = items.collect();
    let right: Vec<usize> = (0..steps.len()).filter_map(place).collect();
    let mut slips = Vec::new();
    for (index, pair) in steps.windows(2).enumerate() {
        let (early, late) = (place(index)?, place(index + 1)?);
        slips.push(Slip { early, late, misconception: maker.belief(belief(pair[0], pair[1])) });
    }
    let evidence: Vec<String> = lived
        .lines_from(lived.script.settings.date)
        .into_iter()
        .filter(|line| line.as_str() >= clock(from - 31).as_str() && !line.contains("note '"))
        .collect();
    maker.question(variant, &lived.text, evidence, Kind::Order(Order { items, right, slips }))
}
