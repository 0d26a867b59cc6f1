//! The lines that a recovering server writes into its log: the engine's, in the words of the language's file, beside the recorded ones.

use super::compare::Difference;
use super::places::Places;
use super::recording::{RecordedRecovery, TargetKind};
use super::texts::without_lsns;
use pitr_engine::dialect::{Around, LogLine, log_lines};
use pitr_engine::types::{Lsn, Zone};
use pitr_engine::{Event, Recovery};
use pitr_protocol::Words;

const WORDS: &str = include_str!("../../../locales/en.toml");

/// A line in words, as the page says it.
fn worded(words: &Words, line: &LogLine) -> String {
    let params: Vec<(&str, &str)> = line.params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.say(&format!("bench.pglog.{}", line.code), &params)
}

/// Says on which recorded lines the engine's log differs.
pub fn compare(
    places: &Places,
    recovery: &Recovery,
    events: &[Event],
    recorded: &RecordedRecovery,
    found: &mut Vec<Difference>,
) {
    let first_out = recovery.outcome().and_then(Result::ok).and_then(|report| report.first_record_out);
    let around = Around { segment: places.size(), zone: Zone::default(), first_out };
    let Ok(words) = Words::parse(WORDS) else {
        return found.push(Difference::new("the language's file", "sentences", "none"));
    };
    let lines: Vec<String> =
        log_lines(events.iter().enumerate(), around).iter().map(|line| worded(&words, line)).collect();
    let result = &recorded.result;
    let timeline = result.new_timeline.as_ref().map(|timeline| format!("selected new timeline ID: {timeline}"));
    // What stops a recovery that fails stands in no report of the engine's.
    let stop = result.stop.as_ref().filter(|_| first_out.is_some());
    let expected = [stop, result.redo_done.as_ref(), result.last_completed.as_ref(), timeline.as_ref()];
    let expected = expected.into_iter().chain([result.consistent.as_ref(), result.fatal.as_ref()]).flatten();
    for line in expected.filter(|line| !is_left_out(line, recorded)) {
        // A position on a branch that is left is one of another record in the engine's log.
        let approximate = recorded.target.kind == TargetKind::Lsn && !line.starts_with("consistent");
        let is_it = |own: &String| match approximate {
            true => without_lsns(line) == without_lsns(own),
            false => is_same(places, line, own),
        };
        if !lines.iter().any(is_it) {
            found.push(Difference::new("server log", line, lines.join("; ")));
        }
    }
}

/// What differs for reasons that are no part of the line.
fn is_left_out(line: &str, recorded: &RecordedRecovery) -> bool {
    let tells_time = line.contains(" time ");
    // When a restore point was made is not in its mark, and another zone's times are written otherwise.
    (tells_time && (recorded.target.has_own_zone() || line.contains("restore point")))
        // The engine has one word for all the ways in which a backup is not on a timeline.
        || line.starts_with("requested timeline ")
}

/// Whether a recorded line and one of the engine's are the same but for the positions, and the positions those of the same record.
fn is_same(places: &Places, recorded: &str, own: &str) -> bool {
    without_lsns(recorded) == without_lsns(own)
        && lsns(recorded).into_iter().zip(lsns(own)).all(|(recorded, own)| {
            let known = places.engines(recorded);
            known.is_empty() || known.contains(&own)
        })
}

fn lsns(line: &str) -> Vec<Lsn> {
    line.split([' ', '"']).filter_map(|word| word.parse().ok()).collect()
}
