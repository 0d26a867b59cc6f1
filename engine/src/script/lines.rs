//! From the text to the script, line by line: comments, settings, times, sessions.

use super::cursor::{Cursor, split_comment};
use super::errors::{Fault, Place, ScriptError, clip};
use super::expectations::{Expectation, expectation, shown};
use super::settings::SettingsReader;
use super::statements::{Moment, is_verb, nearest_verb, needs_whole, statement, unknown_verb};
use super::times::{TimeTextError, date_text, midnight, parse_clock, parse_date};
use super::{MAX_BYTES, MAX_LINES, OPERATOR, Remark, Script, ScriptLine};
use crate::cluster::{Command, TimedCommand};
use crate::types::{Micros, Zone};

/// Reads a script.
pub fn parse(text: &str) -> Result<Script, ScriptError> {
    if text.len() > MAX_BYTES {
        let fault = Fault::ScriptTooLong { bytes: text.len(), limit: MAX_BYTES };
        return Err(ScriptError { place: Place { line: 1, column: 1, width: 1 }, fault });
    }
    let mut reader = Reader::default();
    // A byte order mark is no part of the text.
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if number as usize > MAX_LINES {
            return Err(Cursor::new(number, "").fault_over("", Fault::TooManyLines { limit: MAX_LINES }));
        }
        reader.line(number, line)?;
    }
    Ok(reader.finish())
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    title: String,
    settings: SettingsReader,
    commands: Vec<ScriptLine>,
    expectations: Vec<Expectation>,
    remarks: Vec<Remark>,
    recovered: bool,
}

impl Reader {
    fn line(&mut self, number: u32, line: &str) -> Result<(), ScriptError> {
        let (code, comment) = split_comment(line);
        if let Some(comment) = comment {
            self.comment(number, comment);
        }
        let cursor = Cursor::new(number, code);
        if cursor.is_at_end() {
            return Ok(());
        }
        let mut behind_verb = cursor;
        match behind_verb.head().to_ascii_lowercase().as_str() {
            "scenario" => self.scenario(cursor, behind_verb),
            "expect" => {
                let after = u32::try_from(self.commands.len()).unwrap_or(u32::MAX);
                self.expectations.push(expectation(&mut behind_verb, after, self.recovered)?);
                Ok(())
            }
            "show" => {
                if !crate::WHOLE {
                    return Err(needs_whole(&cursor));
                }
                let after = u32::try_from(self.commands.len()).unwrap_or(u32::MAX);
                self.expectations.push(shown(&behind_verb, after));
                Ok(())
            }
            _ => self.command(cursor),
        }
    }

    /// The first comment that says something is the title, whatever signs underline it.
    fn comment(&mut self, line: u32, comment: &str) {
        let comment = &comment.replace('\r', " ");
        let bare = comment.trim_matches(|char: char| char == '#' || char.is_whitespace());
        if self.title.is_empty() && !bare.is_empty() {
            self.title = bare.to_owned();
        } else {
            let text = comment.strip_prefix('#').unwrap_or(comment).trim().to_owned();
            self.remarks.push(Remark { line, text });
        }
    }

    fn scenario(&mut self, start: Cursor<'_>, mut cursor: Cursor<'_>) -> Result<(), ScriptError> {
        if !self.commands.is_empty() || !self.expectations.is_empty() {
            return Err(start.fault_over(start.rest(), Fault::LateSettings));
        }
        self.settings.read(&mut cursor)
    }

    fn command(&mut self, mut cursor: Cursor<'_>) -> Result<(), ScriptError> {
        let at = self.time(&mut cursor)?;
        let session = self.session(&mut cursor)?;
        let line = cursor.line_number();
        let source = cursor.rest().to_owned();
        let command = statement(cursor, Moment { now: at, zone: self.zone() })?;
        self.recovered |= matches!(command, Command::Recover(_));
        self.commands.push(ScriptLine {
            timed: TimedCommand { at, session, command: command.into() },
            line,
            statement: source,
        });
        Ok(())
    }

    fn zone(&self) -> Zone {
        self.settings.settings.zone
    }

    /// The time of the line before; the first line's is midnight of the scenario's date.
    fn last(&self) -> Micros {
        self.commands.last().map_or(self.settings.settings.date, |line| line.timed.at)
    }

    /// `[[YYYY-MM-DD] HH:MM[:SS[.ffffff]]]`: without a date the day of the line before, without anything its time.
    fn time(&self, cursor: &mut Cursor<'_>) -> Result<Micros, ScriptError> {
        let (start, zone, last) = (*cursor, self.zone(), self.last());
        if !start.rest().starts_with(|char: char| char.is_ascii_digit()) {
            return Ok(last);
        }
        let word = cursor.word();
        let at_word = |error: TimeTextError| start.fault_over(word, error.into());
        let Some((date, clock_behind_t)) = split_date(word) else {
            let of_day = parse_clock(word).map_err(at_word)?;
            let today = midnight(zone.local(last));
            let at = zone.instant(today + of_day);
            if at >= last {
                return Ok(at);
            }
            let tomorrow = date_text(today + Micros::DAY);
            let dated = format!("{tomorrow} {word}");
            let fault =
                Fault::ClockGoesBack { text: clip(word), before: zone.local(last).clock(), dated: clip(&dated) };
            return Err(start.fault_over(word, fault));
        };
        let date = parse_date(date).map_err(at_word)?;
        let of_day = match clock_behind_t {
            Some(clock) => parse_clock(clock).map_err(at_word)?,
            None => {
                let clock_start = *cursor;
                let clock = cursor.word();
                if clock.is_empty() {
                    return Err(clock_start.expected("HH:MM:SS"));
                }
                parse_clock(clock).map_err(|error| clock_start.fault_over(clock, error.into()))?
            }
        };
        let at = zone.instant(date + of_day);
        if at < last {
            let covered = start.rest().len() - cursor.rest().len();
            let covered = start.rest().get(..covered).unwrap_or_default().trim_end();
            let local = zone.local(last);
            let before = format!("{} {}", date_text(local), local.clock());
            return Err(start.fault_over(covered, Fault::TimeGoesBack { text: clip(covered), before }));
        }
        Ok(at)
    }

    /// The session's name, if a word stands before the verb.
    fn session(&self, cursor: &mut Cursor<'_>) -> Result<String, ScriptError> {
        let mut ahead = *cursor;
        let first = ahead.head();
        if first.is_empty() || is_verb(first) {
            return Ok(OPERATOR.to_owned());
        }
        let behind_first = ahead;
        let second = ahead.head();
        if is_verb(second) {
            *cursor = behind_first;
            return Ok(first.to_owned());
        }
        // One of the two is a verb that is spelt wrong.
        let known = first == OPERATOR || self.commands.iter().rev().take(1000).any(|line| line.timed.session == first);
        let second_is_wrong = known || nearest_verb(first).is_none() && nearest_verb(second).is_some();
        if second_is_wrong && !second.is_empty() {
            return Err(behind_first.fault_over(second, unknown_verb(second)));
        }
        Err(cursor.fault_over(first, unknown_verb(first)))
    }

    fn finish(self) -> Script {
        Script {
            title: self.title,
            settings: self.settings.settings,
            commands: self.commands,
            expectations: self.expectations,
            remarks: self.remarks,
        }
    }
}

/// A word that begins with a date: the date, and what stands behind a `T`.
fn split_date(word: &str) -> Option<(&str, Option<&str>)> {
    let length = word.find(|char: char| !char.is_ascii_digit() && char != '-').unwrap_or(word.len());
    let (date, behind) = word.split_at_checked(length)?;
    if !date.contains('-') {
        return None;
    }
    match behind.strip_prefix(['T', 't']) {
        Some(clock) => Some((date, Some(clock))),
        // Something else behind a date makes it none: its error shows the whole word.
        None if behind.is_empty() => Some((date, None)),
        None => Some((word, None)),
    }
}
