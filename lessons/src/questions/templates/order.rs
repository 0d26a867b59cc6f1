//! In which order things reach log, disk, user and data file.

use crate::questions::lived::{Lived, Work};
use crate::questions::maker::Maker;
use crate::questions::question::{Item, Kind, Order, Question, Shows, Slip};
use crate::questions::story::{Story, clock};
use pitr_engine::EventKind;
use pitr_engine::types::Micros;

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

/// What happens to a change, each thing when it happens first, in order.
fn steps_of(lived: &Lived, table: &str, change: &str) -> Option<(Work, Vec<(Step, Micros)>)> {
    let work = lived.works().into_iter().find(|work| work.said() == change)?;
    let commit = work.committed()?;
    let mut steps: Vec<(Step, Micros)> = Vec::new();
    let is_in = |steps: &[(Step, Micros)], wanted: Step| steps.iter().any(|(step, _)| *step == wanted);
    for event in lived.run.events() {
        let step = match &event.kind {
            EventKind::RecordWritten { record, .. } if record.lsn == work.first => Step::Record,
            EventKind::RecordWritten { record, .. } if record.lsn == commit.lsn => Step::Commit,
            EventKind::LogFlushed { to, .. } if *to > commit.lsn => Step::Flush,
            EventKind::LogFlushed { to, .. } if *to > work.first => Step::EarlyFlush,
            EventKind::PageWritten { table: written, .. } if *written == *table && is_in(&steps, Step::Record) => {
                Step::Page
            }
            EventKind::Committed { xid, .. } if *xid == work.xid => Step::Told,
            _ => continue,
        };
        if !is_in(&steps, step) {
            steps.push((step, event.at));
        }
    }
    Some((work, steps))
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
    let neighbours = story.insert(1);
    story.transaction(&session, from, &[(written, change.clone())], (committed, "COMMIT"));
    story.say(committed + 60, "ops", "checkpoint");
    story.say(committed + 120, "ops", "note 'The end of the story.'");
    // The same story with what makes each of its variants.
    let told = |variant: &str| {
        let mut story = story.clone();
        match variant {
            "checkpoint" => story.say(between, "ops", "checkpoint"),
            "neighbour" => story.say(between, &other, neighbours.clone()),
            "early" => story.say(from - 10, &session, "SET synchronous_commit TO off"),
            _ => {}
        }
        story.live()
    };
    let variants = ["plain", "checkpoint", "neighbour", "early"];
    let variant = variants[plot as usize % variants.len()];
    let lived = told(variant)?;
    let table = story.world.table.clone();
    let (work, timed) = steps_of(&lived, &table, &change)?;
    let commit = work.committed()?;
    let steps: Vec<Step> = timed.iter().map(|(step, _)| *step).collect();
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
        // A history in which the two come the other way round; where there is none, when each of them happened.
        let turned = [
            ("early", "does-not-wait"),
            ("plain", if variant == "early" { "waits" } else { "plain" }),
            ("checkpoint", "checkpoint"),
        ];
        let turned = turned.into_iter().filter(|(other, _)| *other != variant).find_map(|(other, note)| {
            let lived = told(other)?;
            let (_, steps) = steps_of(&lived, &table, &change)?;
            let place = |wanted: Step| steps.iter().position(|(step, _)| *step == wanted);
            (place(pair[1])? < place(pair[0])?)
                .then(|| Shows::Elsewhere { history: lived.text, note: maker.note(note) })
        });
        let shows = turned.unwrap_or_else(|| {
            let said = |index: usize| {
                let (step, at) = timed.get(index).copied().unwrap_or((pair[0], Micros::ZERO));
                (lived.clock(at), maker.choice(step.name()))
            };
            let ((first_at, first), (then_at, then)) = (said(index), said(index + 1));
            Shows::Beside {
                claimed: format!("{then}. {first}."),
                found: format!("{first_at}: {first}. {then_at}: {then}."),
                note: maker.note("never"),
            }
        });
        slips.push(Slip { early, late, misconception: maker.belief(belief(pair[0], pair[1])), shows });
    }
    let evidence: Vec<String> = lived
        .lines_from(lived.script.settings.date)
        .into_iter()
        .filter(|line| line.as_str() >= clock(from - 31).as_str() && !line.contains("note '"))
        .collect();
    maker.question(variant, &lived.text, evidence, Kind::Order(Order { items, right, slips }))
}
