//! The consequence of every wrong answer, as a reader opens it: it runs, and shows what the answer claims, or says why it cannot.
//!
//! Here the engine is asked, for it is what a reader sees; what is right is judged elsewhere, without it.

use super::asked::{Asked, number_behind, numbers};
use pitr_engine::types::{SegmentNumber, TimelineId, Value, Xid};
use pitr_engine::{EventKind, RecoveryReport, Run, Server, Target};
use pitr_lessons::questions::{Answer, Kind, Shows, grade};

/// Beliefs that no run of the engine bears out, with the reason; a template may set their claim beside what was found, and no other.
const NO_RUN: [(&str, &str, &str); 12] = [
    ("order-of-events", "*", "no server has two of its steps in that order: where one has, its history is shown"),
    ("earliest-of-backup", "end-is-no-commit", "nothing committed when the backup was complete"),
    ("bytes-replayed", "from-the-backups-end", "no replay begins at the end of a backup"),
    ("bytes-replayed", "stops-before-the-commit", "the commit begins a segment, and no replay stops just before that"),
    ("bytes-replayed", "from-the-beginning", "no replay begins where all log does"),
    ("flip-inclusive", "*", "the claim is of two recoveries: that they differ in a row in which they do not"),
    ("timeline-of-row", "*", "the claim is of all timelines: one recovery shows it to be wrong"),
    ("history-file", "parents-history", "the first timeline has no history file"),
    ("history-file", "segment-for-history", "no fork is told by a segment"),
    ("history-file", "parents-segment", "the parent's segment was never archived that far"),
    ("history-file", "child-begins-a-segment", "no timeline begins with a segment of its own"),
    ("history-file", "history-for-segment", "no log is in a history file"),
];

/// A wrong answer, what is believed by who gives it, and what is shown.
struct Wrong<'a> {
    text: &'a str,
    /// Of two steps that are turned round, the one that comes first.
    earlier: &'a str,
    belief: &'a str,
    shows: &'a Shows,
    answer: Answer,
}

fn all<'a>(asked: &Asked<'a>) -> Vec<Wrong<'a>> {
    match &asked.question.kind {
        Kind::Single(choices) | Kind::Multiple(choices) => {
            let wrong = choices.iter().enumerate().filter_map(|(index, choice)| {
                let belief = choice.misconception.as_ref()?.id.as_str();
                Some(Wrong {
                    text: &choice.text,
                    earlier: "",
                    belief,
                    shows: &choice.shows,
                    answer: Answer::Choice(index),
                })
            });
            wrong.collect()
        }
        Kind::Short(short) => {
            let wrong = short.known_wrong.iter().map(|known| Wrong {
                text: &known.text,
                earlier: "",
                belief: &known.misconception.id,
                shows: &known.shows,
                answer: Answer::Text(known.text.clone()),
            });
            wrong.collect()
        }
        Kind::Order(order) => {
            let wrong = order.slips.iter().map(|slip| {
                let mut answer = order.right.clone();
                let place = |item: usize| order.right.iter().position(|own| *own == item).unwrap_or(0);
                answer.swap(place(slip.early), place(slip.late));
                let text = |item: usize| order.items.get(item).map_or("", |item| item.text.as_str());
                let (belief, shows) = (slip.misconception.id.as_str(), &slip.shows);
                Wrong { text: text(slip.late), earlier: text(slip.early), belief, shows, answer: Answer::Order(answer) }
            });
            wrong.collect()
        }
        // Its targets are recovered to by whoever judges them.
        Kind::Place(_) => Vec::new(),
    }
}

/// Holds every wrong answer of a question to what it shows.
pub fn check(asked: &Asked) -> Result<(), String> {
    let template = asked.question.id.as_str();
    for wrong in all(asked) {
        let failed = |why: String| format!("{:?} ({}): {why}", wrong.text, wrong.belief);
        let script = grade(asked.question, &wrong.answer).consequence.ok_or_else(|| failed("nothing runs".into()))?;
        let (_, run) = super::asked::live(&script).map_err(failed)?;
        if matches!(wrong.shows, Shows::Beside { .. }) {
            let known = |(of, belief, _): &(&str, &str, &str)| *of == template && ["*", wrong.belief].contains(belief);
            if !NO_RUN.iter().any(known) {
                return Err(failed("a run could show it, and none does".to_owned()));
            }
            continue;
        }
        if !shows(asked, &wrong, &script, &run).map_err(failed)? {
            return Err(failed(format!("it is not what is seen in\n{script}")));
        }
    }
    Ok(())
}

fn outcome(run: &Run) -> Result<Option<&RecoveryReport>, String> {
    let outcome =
        run.cluster().recovery().and_then(|recovery| recovery.outcome()).ok_or("no recovery came to an end")?;
    Ok(outcome.ok())
}

fn report(run: &Run) -> Result<&RecoveryReport, String> {
    outcome(run)?.ok_or_else(|| "the recovery failed".to_owned())
}

/// The rows of the one table.
fn rows(server: Option<&Server>) -> Result<Vec<Vec<Value>>, String> {
    let server = server.ok_or("no server runs")?;
    let tables = server.tables(Xid::NONE).map_err(|error| format!("{error:?}"))?;
    let table = tables.first().ok_or("no table")?;
    let rows = server.peek_rows(table.relation, Xid::NONE).map_err(|error| format!("{error:?}"))?;
    Ok(rows.into_iter().map(|row| row.values).collect())
}

fn recovered(run: &Run) -> Result<Vec<Vec<Value>>, String> {
    report(run)?;
    rows(run.cluster().recovery().and_then(|recovery| recovery.server()))
}

/// Whether a run shows what an answer claims.
fn shows(asked: &Asked, wrong: &Wrong, script: &str, run: &Run) -> Result<bool, String> {
    let does = script.lines().last().unwrap_or_default();
    let claimed = numbers(wrong.text);
    Ok(match asked.question.id.as_str() {
        "rows-after-target" => claimed == [recovered(run)?.len() as i64],
        "last-in-first-out" => {
            let report = report(run)?;
            let xid = |note: Option<pitr_engine::RecordNote>| note.map_or(0, |note| i64::from(note.xid.0));
            let (last, first) = (xid(report.last_in), xid(report.first_out));
            claimed == [last, first] || claimed == [first]
        }
        "is-row-visible" => {
            let prompt = &asked.question.prompt;
            let key = number_behind(prompt, "row ").or_else(|| number_behind(prompt, "id "));
            let rows = recovered(run)?;
            let row = rows.iter().find(|row| key.is_some_and(|key| row.first() == Some(&Value::Int(key))));
            match row.and_then(|row| row.last()) {
                Some(Value::Int(number)) => claimed == [*number],
                _ => claimed.is_empty(),
            }
        }
        // The row that the transaction adds is there after the restart.
        "survives-crash" => {
            let xid = claimed.first().copied().unwrap_or_default();
            let command = run.events().iter().enumerate().find_map(|(index, event)| match &event.kind {
                EventKind::StatementRan { xid: own, .. } if i64::from(own.0) == xid => run.command_of(index),
                _ => None,
            });
            let (parsed, _) = super::asked::live(script)?;
            let statement = command.and_then(|command| parsed.commands.get(command)).map(|line| line.statement.clone());
            let statement = statement.ok_or("nobody knows what it did")?;
            let key = number_behind(&statement, "(").ok_or("it added no row")?;
            rows(run.cluster().primary())?.iter().any(|row| row.first() == Some(&Value::Int(key)))
        }
        // The two come the other way round: what is late is there first.
        "order-of-events" => {
            let told = super::log::steps_told(script);
            let place = |text: &str| told.iter().position(|name| super::log::is_step(text, name));
            matches!((place(wrong.text), place(wrong.earlier)), (Some(late), Some(early)) if late < early)
        }
        // What was to be replayed is the distance of two positions.
        "bytes-replayed" => {
            let report = report(run)?;
            let backup = asked.model.backups.iter().find(|backup| backup.label == report.backup).ok_or("no backup")?;
            claimed == [(report.fork.0 - backup.redo) as i64]
        }
        // A file that is read, or that is missing for the recovery along that timeline.
        "history-file" => {
            let size = asked.script.settings.segment;
            let name = |timeline: TimelineId, segment: SegmentNumber| size.file_name(timeline, segment);
            let fetched = run.events().iter().skip(asked.run.events().len()).any(|event| match event.kind {
                EventKind::SegmentFetched { timeline, segment, .. } => name(timeline, segment) == wrong.text,
                _ => false,
            });
            let along = wrong.text.strip_suffix(".history").and_then(|stem| u32::from_str_radix(stem, 16).ok());
            fetched || along.is_some_and(|along| does.ends_with(&format!("along {along}")))
        }
        // What is said is done; whether it does what it should, others judge.
        "commits-lost" | "same-result" | "earliest-of-backup" => does.contains(wrong.text),
        "tightest-lsn" => match asked.spec(&format!("{does}\n"))?.target {
            Target::Lsn(lsn) => lsn.to_string() == wrong.text,
            _ => false,
        },
        "backups-that-reach" => {
            let label = wrong.text.split(',').next().unwrap_or_default();
            does.contains(&format!("from {label} ")) && outcome(run)?.is_none_or(|report| report.backup == label)
        }
        "can-follow" => {
            let label = wrong.text.split(',').next().unwrap_or_default();
            does.contains(&format!("from {label} ")) && outcome(run)?.is_none()
        }
        // Without the segment the recovery does as well.
        "smallest-segments" => script.contains("lose segment") && outcome(run)?.is_some(),
        other => return Err(format!("nobody holds {other}")),
    })
}
