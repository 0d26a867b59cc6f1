//! The operator's verbs beyond a single word: backups by hand, the clock, timelines.

use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::sql;
use super::statements::{Moment, filled_text, label, needs_whole, operator_keyword, read_between};
use super::targets::TargetTextError;
use super::times::{parse_time, time_text};
use crate::cluster::{AtTarget, Command, Effort, TimelineChoice};
use crate::types::{TimelineId, Zone};

/// The most segments that are fetched ahead, and the most workers.
const MOST_AT_ONCE: u64 = 64;

/// `LABEL`, or `start LABEL`, `copy LABEL`, `stop LABEL`; behind a label that begins a backup: `incremental [from LABEL]`
pub(super) fn backup(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let first = label(cursor)?;
    if cursor.is_at_end() {
        return Ok(Command::Backup { label: first });
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    if !matches!(first.as_str(), "start" | "copy" | "stop") {
        return incremental(cursor, first, false);
    }
    let label = label(cursor)?;
    match first.as_str() {
        "start" if cursor.is_at_end() => Ok(Command::BackupStart { label }),
        "start" => incremental(cursor, label, true),
        "copy" => Ok(Command::BackupCopy { label }),
        _ => Ok(Command::BackupStop { label }),
    }
}

/// `incremental [from LABEL]`, or `of recovery`
fn incremental(cursor: &mut Cursor<'_>, label: String, by_hand: bool) -> Result<Command, ScriptError> {
    if !by_hand && cursor.takes_word("of") {
        operator_keyword(cursor, "recovery")?;
        return Ok(Command::BackupOfRecovery { label });
    }
    if !cursor.takes_word("incremental") {
        // One word too many: the end of the line says so.
        return Ok(Command::Backup { label });
    }
    let parent = if cursor.takes_word("from") { Some(self::label(cursor)?) } else { None };
    Ok(Command::IncrementalBackup { label, parent, by_hand })
}

/// An incremental backup as a statement.
pub(super) fn incremental_text(label: &str, parent: Option<&str>, by_hand: bool) -> String {
    let start = if by_hand { "start " } else { "" };
    let from = parent.map(|parent| format!(" from {parent}")).unwrap_or_default();
    format!("backup {start}{label} incremental{from}")
}

/// `point 'NAME'`, or `table TABLE [into TABLE] [from recovery]`
pub(super) fn restore(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if !cursor.takes_word("table") {
        operator_keyword(cursor, "point")?;
        return Ok(Command::RestorePoint { name: filled_text(cursor)? });
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    let table = sql::name(cursor, "TABLE")?;
    let into = if cursor.takes_word("into") { Some(sql::name(cursor, "TABLE")?) } else { None };
    if cursor.takes_word("from") {
        operator_keyword(cursor, "recovery")?;
    }
    Ok(Command::RestoreTable { table, into })
}

/// `segment`, or `over`
pub(super) fn switch(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if cursor.takes_word("over") {
        if !crate::WHOLE {
            return Err(needs_whole(cursor));
        }
        return Ok(Command::SwitchOver);
    }
    operator_keyword(cursor, "segment")?;
    Ok(Command::SwitchSegment)
}

/// `'TIME'`
pub(super) fn clock(cursor: &mut Cursor<'_>, moment: Moment) -> Result<Command, ScriptError> {
    if cursor.takes_word("drift") {
        return super::faults::drift(cursor);
    }
    let start = *cursor;
    let text = cursor.text()?;
    let to = parse_time(&text, moment.now, moment.zone)
        .map_err(|error| start.fault_over(read_between(&start, cursor), TargetTextError::Time(error).into()))?;
    Ok(Command::SetClock { to })
}

/// `[along latest | current | NUMBER] [prefetch N] [workers N] [pause | shutdown]`
pub(super) fn along(cursor: &mut Cursor<'_>) -> Result<(TimelineChoice, Effort, AtTarget), ScriptError> {
    let (mut choice, mut effort) = (TimelineChoice::Latest, Effort::default());
    if cursor.is_at_end() {
        return Ok((choice, effort, AtTarget::Promote));
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    if cursor.takes_word("along") {
        choice = if cursor.takes_word("latest") {
            TimelineChoice::Latest
        } else if cursor.takes_word("current") {
            TimelineChoice::Current
        } else {
            TimelineChoice::Number(timeline(cursor)?)
        };
    }
    if cursor.takes_word("prefetch") {
        effort.prefetch = number(cursor, MOST_AT_ONCE)? as u32;
    }
    if cursor.takes_word("workers") {
        effort.workers = number(cursor, MOST_AT_ONCE)? as u32;
    }
    let action = if cursor.takes_word("pause") {
        AtTarget::Pause
    } else if cursor.takes_word("shutdown") {
        AtTarget::Shutdown
    } else {
        AtTarget::Promote
    };
    Ok((choice, effort, action))
}

/// What [`along`] reads, with a blank in front; nothing for the defaults.
pub(super) fn along_text(choice: TimelineChoice, effort: Effort, action: AtTarget) -> String {
    let mut text = match choice {
        TimelineChoice::Latest => String::new(),
        TimelineChoice::Current => " along current".to_owned(),
        TimelineChoice::Number(number) => format!(" along {number}"),
    };
    let usual = Effort::default();
    if effort.prefetch != usual.prefetch {
        text += &format!(" prefetch {}", effort.prefetch);
    }
    if effort.workers != usual.workers {
        text += &format!(" workers {}", effort.workers);
    }
    text + match action {
        AtTarget::Promote => "",
        AtTarget::Pause => " pause",
        AtTarget::Shutdown => " shutdown",
    }
}

/// Setting the clock as a statement.
pub(super) fn clock_text(to: crate::types::Micros, zone: Zone) -> String {
    format!("clock '{}'", time_text(to, zone))
}

/// A number from 1 up.
pub(super) fn number(cursor: &mut Cursor<'_>, most: u64) -> Result<u64, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    match text.parse().ok().filter(|number| (1..=most).contains(number)) {
        Some(number) => Ok(number),
        None if text.is_empty() => Err(start.expected("NUMBER")),
        None => Err(start.fault_over(text, Fault::BadNumber { text: clip(text), least: 1, most: most.into() })),
    }
}

pub(super) fn timeline(cursor: &mut Cursor<'_>) -> Result<TimelineId, ScriptError> {
    Ok(TimelineId(number(cursor, u64::from(u32::MAX))? as u32))
}

pub(super) fn on_timeline(cursor: &mut Cursor<'_>) -> Result<TimelineId, ScriptError> {
    operator_keyword(cursor, "on")?;
    timeline(cursor)
}
