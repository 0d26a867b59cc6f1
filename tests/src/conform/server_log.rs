//! The lines that a recovering server writes into its log: the engine's, in the words of the language's file, beside the recorded ones.

use super::compare::Difference;
use super::places::Places;
use super::recording::{Outcome, RecordedRecovery, RecordedResult};
use super::texts::without_lsns;
use super::zones::written_in;
use pitr_engine::dialect::{Around, Level, LogLine, log_lines};
use pitr_engine::types::Lsn;
use pitr_engine::{Event, Recovery};
use pitr_protocol::Words;

const WORDS: &str = include_str!("../../../locales/en.toml");

/// A line in words, as the page says it.
fn worded(words: &Words, line: &LogLine) -> String {
    let params: Vec<(&str, &str)> = line.params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.say(&format!("bench.pglog.{}", line.code), &params)
}

/// How the lines begin that recordings have, the line that this one has, and whether all have it that there is.
fn kept(result: &RecordedResult) -> [(&'static str, Option<String>, bool); 5] {
    let timeline = result.new_timeline.as_ref().map(|timeline| format!("selected new timeline ID: {timeline}"));
    [
        ("recovery stopping ", result.stop.clone(), true),
        ("redo done at ", result.redo_done.clone(), false),
        ("last completed transaction ", result.last_completed.clone(), result.outcome == Outcome::Recovered),
        ("selected new timeline ", timeline, true),
        ("consistent recovery state ", result.consistent.clone(), false),
    ]
}

/// Says on which lines the engine's log differs from the recorded one. Where the target's place is `elsewhere`, at no mark, the two logs
/// stop at other records.
pub fn compare(
    places: &Places,
    elsewhere: bool,
    recovery: &Recovery,
    events: &[Event],
    recorded: &RecordedRecovery,
    found: &mut Vec<Difference>,
) {
    let (last_in, first_out) = recovery.around_stop();
    let around = Around { segment: places.size(), zone: written_in(&recorded.target), last_in, first_out };
    let Ok(words) = Words::parse(WORDS) else {
        return found.push(Difference::new("the language's file", "sentences", "none"));
    };
    let lines = log_lines(events.iter().enumerate(), around);
    let worded: Vec<String> = lines.iter().map(|line| worded(&words, line)).collect();
    let agree = |expected: Option<&str>, own: Option<&str>| match (expected, own) {
        (Some(expected), Some(own)) => {
            without_lsns(expected) == without_lsns(own) && (elsewhere || are_same_places(places, expected, own))
        }
        (expected, own) => expected == own,
    };
    let mut hold = |expected: Option<&str>, own: Option<&str>| {
        if !agree(expected, own) {
            found.push(Difference::new("server log", expected.unwrap_or("no line"), own.unwrap_or("no line")));
        }
    };
    for (begins, expected, is_always_there) in kept(&recorded.result) {
        if is_always_there || expected.is_some() {
            hold(expected.as_deref(), worded.iter().find(|line| line.starts_with(begins)).map(String::as_str));
        }
    }
    let fatal = lines.iter().position(|line| matches!(line.level, Level::Fatal | Level::Panic));
    // The engine has one word for all the ways in which a backup is not on a timeline.
    let expected = recorded.result.fatal.as_deref().filter(|line| !line.starts_with("requested timeline "));
    if expected.is_some() {
        hold(expected, fatal.map(|at| worded[at].as_str()));
    }
}

/// Whether the positions in a recorded line and in one of the engine's are those of the same records.
fn are_same_places(places: &Places, recorded: &str, own: &str) -> bool {
    lsns(recorded).into_iter().zip(lsns(own)).all(|(recorded, own)| {
        let known = places.engines(recorded);
        known.is_empty() || known.contains(&own)
    })
}

fn lsns(line: &str) -> Vec<Lsn> {
    line.split([' ', '"']).filter_map(|word| word.parse().ok()).collect()
}
