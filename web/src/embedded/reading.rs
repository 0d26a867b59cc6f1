//! What a host asks in words: a target, as the scenario language has it, and a place in the run.

use crate::state::Run;
use pitr_protocol::{TargetKind, TargetSpec};

/// A recovery target: `[from BACKUP] [to] [KIND] TEXT [inclusive | exclusive]`. Without a kind, the text's form tells it. `None` if it says
/// nothing; whether there is such a place in the log is for the engine to say.
pub fn target(text: &str) -> Option<TargetSpec> {
    let words = words(text)?;
    let mut words = words.iter().map(String::as_str).peekable();
    let mut backup = None;
    if words.next_if_eq(&"from").is_some() {
        backup = Some(words.next()?.to_owned());
    }
    words.next_if_eq(&"to");
    let named = |word: &str| TargetKind::ALL.into_iter().find(|kind| kind.code() == word);
    let kind = words.peek().and_then(|word| named(word));
    if kind.is_some() {
        words.next();
    }
    let mut rest: Vec<&str> = words.collect();
    let inclusive = match rest.last() {
        Some(&"exclusive") => false,
        Some(&"inclusive") => true,
        _ => return spec(kind, &rest, true, backup),
    };
    rest.pop();
    spec(kind, &rest, inclusive, backup)
}

fn spec(kind: Option<TargetKind>, rest: &[&str], inclusive: bool, backup: Option<String>) -> Option<TargetSpec> {
    let text = rest.join(" ");
    let kind = kind.or_else(|| kind_of(&text))?;
    if kind.has_text() == text.is_empty() {
        return None;
    }
    Some(TargetSpec { inclusive, backup, ..TargetSpec::new(kind, &text) })
}

/// By its form: `0/3A40` is a position in the log, `113` a transaction, all with a colon a time, and anything else a name.
fn kind_of(text: &str) -> Option<TargetKind> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text {
        "" => None,
        _ if lsn(text).is_some() => Some(TargetKind::Lsn),
        _ if digits(text) => Some(TargetKind::Xid),
        _ if text.contains(':') => Some(TargetKind::Time),
        _ => Some(TargetKind::Name),
    }
}

/// The words of a text, those in single quotes as one; `None` if a quote does not end.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'')?,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Some(words)
}

fn lsn(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let half = |text: &str| u32::from_str_radix(text, 16).ok();
    Some(u64::from(half(high)?) << 32 | u64::from(half(low)?))
}

/// The step that a text names: its number, `start`, `end`, a position in the log, or a time of the run's last day (or of the last before,
/// where the run is not so far yet), with or without a date. Of a time or a position, the last step that is not behind it.
pub fn place(run: &Run, text: &str) -> Option<u32> {
    let last = run.last_step();
    let text = text.trim();
    match text {
        "start" => return Some(0),
        "end" => return Some(last),
        _ => {}
    }
    if let Ok(step) = text.parse::<u32>() {
        return Some(step.min(last));
    }
    let behind = |is_behind: &dyn Fn(u32) -> bool| {
        let (mut from, mut to) = (0, last + 1);
        while from < to {
            let middle = from + (to - from) / 2;
            if is_behind(middle) { to = middle } else { from = middle + 1 }
        }
        from.saturating_sub(1)
    };
    if let Some(lsn) = lsn(text) {
        return Some(behind(&|step| run.lsn_at(step) > lsn));
    }
    let (date, clock) = text.split_once([' ', 'T']).map_or((None, text), |(date, clock)| (Some(date), clock));
    let of_day = of_day(clock)?;
    let zone = i64::from(run.head.zone_offset_s) * 1_000_000;
    let day = match date {
        Some(date) => day_of(run, date)?,
        None => {
            let local = run.head.end_us + zone;
            let today = local.div_euclid(DAY_US);
            if today * DAY_US + of_day > local { today - 1 } else { today }
        }
    };
    let us = day * DAY_US + of_day - zone;
    Some(behind(&|step| run.step_time(step) > us))
}

const DAY_US: i64 = 86_400_000_000;

/// A date of the run, as a day counted from 1970-01-01; of other dates nobody asks.
fn day_of(run: &Run, date: &str) -> Option<i64> {
    let zone = i64::from(run.head.zone_offset_s) * 1_000_000;
    let day = |us: i64| (us + zone).div_euclid(DAY_US);
    (day(run.head.begin_us)..=day(run.head.end_us)).find(|day| pitr_protocol::date_text(day * DAY_US, 0) == date)
}

/// Microseconds since midnight of `HH:MM[:SS[.ffffff]]`.
fn of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let mut whole =
        |most: i64| parts.next().map(|part| part.parse::<i64>().ok().filter(|part| (0..=most).contains(part)));
    let (hour, minute) = (whole(23)??, whole(59)??);
    let second = clock.split(':').nth(2).unwrap_or("0");
    if clock.split(':').count() > 3 {
        return None;
    }
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let second = second.parse::<i64>().ok().filter(|second| (0..=60).contains(second))?;
    if fraction.is_empty() || fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction = fraction.parse::<i64>().ok()? * 10_i64.pow(6 - fraction.len() as u32);
    Some(((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{Records, RunHead, StepKind, Steps};

    #[test]
    fn targets_are_read_as_the_language_writes_them() {
        let is = |text: &str, kind: TargetKind, says: &str, inclusive: bool| {
            let read = target(text);
            let expected = TargetSpec { inclusive, ..TargetSpec::new(kind, says) };
            assert_eq!(read.map(|spec| TargetSpec { backup: None, ..spec }), Some(expected), "{text}");
        };
        is("02:59:59", TargetKind::Time, "02:59:59", true);
        is("time '2026-03-04 02:59:59' exclusive", TargetKind::Time, "2026-03-04 02:59:59", false);
        is("2026-03-04 02:59:59 exclusive", TargetKind::Time, "2026-03-04 02:59:59", false);
        is("from b1 to lsn 0/5C18", TargetKind::Lsn, "0/5C18", true);
        is("0/5C18 inclusive", TargetKind::Lsn, "0/5C18", true);
        is("113", TargetKind::Xid, "113", true);
        is("xid 113 exclusive", TargetKind::Xid, "113", false);
        is("name 'before the cleanup'", TargetKind::Name, "before the cleanup", true);
        is("before-release", TargetKind::Name, "before-release", true);
        is("end", TargetKind::End, "", true);
        is("to immediate", TargetKind::Immediate, "", true);
        assert_eq!(target("from b2 to end").and_then(|spec| spec.backup).as_deref(), Some("b2"));
        for nothing in ["", " ", "time", "end 5", "from", "name 'open", "inclusive", "to"] {
            assert_eq!(target(nothing), None, "{nothing:?}");
        }
    }

    /// Four steps, at 23:00 and 23:30 of one day, and at 01:00 and 02:00 of the next, two hours east of UTC.
    fn run() -> Run {
        let hour = 3_600_000_000;
        let day = 20_516 * DAY_US;
        let times = [21 * hour, 21 * hour + hour / 2, 23 * hour, 24 * hour];
        let head =
            RunHead { zone_offset_s: 7200, begin_us: day + times[0], end_us: day + times[3], ..RunHead::default() };
        let steps = Steps {
            time_us: times.iter().map(|us| day + us).collect(),
            kind: vec![StepKind::Noted; 4],
            ..Steps::default()
        };
        let records =
            Records { step: vec![1, 3], lsn: vec![0x20, 0x40], end_lsn: vec![0x40, 0x60], ..Records::default() };
        Run::new(head, records, steps)
    }

    #[test]
    fn places_are_found() {
        let run = run();
        let is = |text: &str, step: u32| assert_eq!(place(&run, text), Some(step), "{text}");
        is("start", 0);
        is("end", 3);
        is("2", 2);
        is("99", 3);
        is("01:30", 2);
        is("01:00:00", 2);
        is("00:59:59.999999", 1);
        is("23:10", 0);
        is("22:00", 0);
        is("2026-03-04 23:45", 1);
        is("2026-03-05 01:00", 2);
        is("0/40", 2);
        is("0/60", 3);
        is("0/3F", 0);
        for nothing in
            ["", "soon", "25:00", "01:61", "01:00:00.1234567", "2026-03-09 01:00", "1/2/3", "-1", "01:00:00:00"]
        {
            assert_eq!(place(&run, nothing), None, "{nothing:?}");
        }
    }
}
