//! What breaks, and what an operator does about archive and backups, as statements.
//!
//! ```text
//! lose primary | lose segment 3 on 1 | lose history 2
//! corrupt record 0/3A40 on 1 | flip bit 800 of segment 3 on 1 | cut segment 3 on 1 to 512B | delay segment 3 by 1h
//! stop archiver | archiver lies | archiver duplicates | archiver truncates | archiver slow 10 | start archiver
//! stop streaming | start streaming
//! lose file 3 of backup b1 | flip bit 800 of file 3 of backup b1
//! flip bit 800 of page 0 of notes | fill disk | clock drift 200ppm
//! lose key 1 | rotate key
//! expire | hold backup b1 | release backup b1 | delete backup b1 | delete segment 3 on 1
//! ```

use super::amounts::{duration_text, parse_duration, parse_size, size_text};
use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::operators::{number, on_timeline, timeline};
use super::schedule::lsn;
use super::sql;
use super::statements::{label, needs_whole, operator_keyword};
use super::tending;
use crate::archive::Conduct;
use crate::cluster::{Command, Upkeep};
use crate::fault::Fault as Damage;
use crate::types::{Micros, SegmentNumber};

/// Behind `lose`.
pub(super) fn lose(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if cursor.takes_word("primary") {
        return Ok(Command::LosePrimary);
    }
    if !crate::WHOLE {
        return Err(needs_whole(cursor));
    }
    if cursor.takes_word("segment") {
        let segment = segment(cursor)?;
        return Ok(Command::Damage(Damage::LoseSegment { segment, timeline: on_timeline(cursor)? }));
    }
    if cursor.takes_word("history") {
        return Ok(Command::Damage(Damage::LoseHistory { timeline: timeline(cursor)? }));
    }
    if cursor.takes_word("file") {
        let (file, backup) = file_of_backup(cursor)?;
        return Ok(Command::Damage(Damage::LoseBackupFile { backup, file }));
    }
    if cursor.takes_word("key") {
        return Ok(Command::Damage(Damage::LoseKey { key: number(cursor, u64::from(u32::MAX))? as u32 }));
    }
    if cursor.takes_word("backup") {
        return tending::lose(cursor);
    }
    Err(cursor.expected("primary, segment, history, key, backup, file"))
}

/// The statements of this module that the smaller build leaves out; `None` if the verb is none of them.
pub(super) fn statement(verb: &str, cursor: &mut Cursor<'_>) -> Result<Option<Command>, ScriptError> {
    Ok(Some(match verb {
        "corrupt" => {
            if let Some(command) = tending::corrupt(cursor)? {
                return Ok(Some(command));
            }
            operator_keyword(cursor, "record")?;
            let lsn = lsn(cursor)?;
            Command::Damage(Damage::CorruptRecord { lsn, timeline: on_timeline(cursor)? })
        }
        "flip" => {
            operator_keyword(cursor, "bit")?;
            let bit = count(cursor)?;
            operator_keyword(cursor, "of")?;
            if cursor.takes_word("file") {
                let (file, backup) = file_of_backup(cursor)?;
                return Ok(Some(Command::Damage(Damage::FlipBackupFile { backup, file, bit })));
            }
            if cursor.takes_word("page") {
                let block = u32::try_from(count(cursor)?).unwrap_or(u32::MAX);
                operator_keyword(cursor, "of")?;
                return Ok(Some(Command::Damage(Damage::FlipPage { table: sql::name(cursor, "TABLE")?, block, bit })));
            }
            operator_keyword(cursor, "segment")?;
            let segment = segment(cursor)?;
            Command::Damage(Damage::FlipSegment { segment, timeline: on_timeline(cursor)?, bit })
        }
        "cut" => {
            operator_keyword(cursor, "segment")?;
            let segment = segment(cursor)?;
            let timeline = on_timeline(cursor)?;
            operator_keyword(cursor, "to")?;
            Command::Damage(Damage::CutSegment { segment, timeline, bytes: size(cursor)? })
        }
        "fill" => {
            operator_keyword(cursor, "disk")?;
            Command::Damage(Damage::FillDisk)
        }
        "delay" => {
            operator_keyword(cursor, "segment")?;
            let segment = segment(cursor)?;
            operator_keyword(cursor, "by")?;
            Command::Damage(Damage::DelaySegment { segment, by: duration(cursor)? })
        }
        "stop" => {
            if cursor.takes_word("streaming") {
                return Ok(Some(Command::Damage(Damage::BreakStream)));
            }
            operator_keyword(cursor, "archiver")?;
            Command::Damage(Damage::Archiver(Conduct::Fails))
        }
        "start" => {
            if cursor.takes_word("streaming") {
                return Ok(Some(Command::Upkeep(Upkeep::StartStreaming)));
            }
            operator_keyword(cursor, "archiver")?;
            Command::Upkeep(Upkeep::StartArchiver)
        }
        "archiver" => archiver(cursor)?,
        "rotate" => {
            operator_keyword(cursor, "key")?;
            Command::Upkeep(Upkeep::RotateKey)
        }
        "expire" => Command::Upkeep(Upkeep::Expire),
        "hold" => Command::Upkeep(Upkeep::Hold { backup: backup(cursor)? }),
        _ => return Ok(None),
    }))
}

/// `backup LABEL`, or `segment NUMBER on TIMELINE`, behind `delete`; `None`: something else stands there.
pub(super) fn delete(cursor: &mut Cursor<'_>) -> Result<Option<Command>, ScriptError> {
    if cursor.takes_word("backup") {
        return Ok(Some(Command::Upkeep(Upkeep::DeleteBackup { backup: label(cursor)? })));
    }
    if cursor.takes_word("segment") {
        let segment = segment(cursor)?;
        return Ok(Some(Command::Upkeep(Upkeep::DeleteSegment { segment, timeline: on_timeline(cursor)? })));
    }
    Ok(None)
}

/// `backup LABEL` behind `release`; `None`: something else stands there.
pub(super) fn release(cursor: &mut Cursor<'_>) -> Result<Option<Command>, ScriptError> {
    let mut ahead = *cursor;
    if !ahead.takes_word("backup") || ahead.is_at_end() {
        return Ok(None);
    }
    *cursor = ahead;
    Ok(Some(Command::Upkeep(Upkeep::Release { backup: label(cursor)? })))
}

/// `[backup] LABEL`
fn backup(cursor: &mut Cursor<'_>) -> Result<String, ScriptError> {
    let mut ahead = *cursor;
    if ahead.takes_word("backup") && !ahead.is_at_end() {
        *cursor = ahead;
    }
    label(cursor)
}

fn archiver(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let conducts = [("lies", Conduct::Lies), ("duplicates", Conduct::Duplicates), ("truncates", Conduct::Truncates)];
    for (word, conduct) in conducts {
        if cursor.takes_word(word) {
            return Ok(Command::Damage(Damage::Archiver(conduct)));
        }
    }
    if cursor.takes_word("slow") {
        let times = number(cursor, u64::from(u32::MAX))? as u32;
        return Ok(Command::Damage(Damage::SlowArchiver { times }));
    }
    Err(cursor.expected_word("lies, duplicates, truncates, slow NUMBER"))
}

/// Damage as a statement.
pub(super) fn damage_text(damage: &Damage) -> String {
    match damage {
        Damage::LoseSegment { timeline, segment } => format!("lose segment {} on {timeline}", segment.0),
        Damage::LoseHistory { timeline } => format!("lose history {timeline}"),
        Damage::CorruptRecord { timeline, lsn } => format!("corrupt record {lsn} on {timeline}"),
        Damage::FlipSegment { timeline, segment, bit } => {
            format!("flip bit {bit} of segment {} on {timeline}", segment.0)
        }
        Damage::CutSegment { timeline, segment, bytes } => {
            format!("cut segment {} on {timeline} to {}", segment.0, size_text(u64::from(*bytes)))
        }
        Damage::DelaySegment { segment, by } => format!("delay segment {} by {}", segment.0, duration_text(*by)),
        Damage::Archiver(Conduct::Fails) => "stop archiver".to_owned(),
        Damage::Archiver(Conduct::Honest) => "start archiver".to_owned(),
        Damage::Archiver(Conduct::Lies) => "archiver lies".to_owned(),
        Damage::Archiver(Conduct::Duplicates) => "archiver duplicates".to_owned(),
        Damage::Archiver(Conduct::Truncates) => "archiver truncates".to_owned(),
        Damage::LoseBackupFile { backup, file } => format!("lose file {file} of backup {backup}"),
        Damage::FlipBackupFile { backup, file, bit } => format!("flip bit {bit} of file {file} of backup {backup}"),
        Damage::FlipPage { table, block, bit } => format!("flip bit {bit} of page {block} of {table}"),
        Damage::FillDisk => "fill disk".to_owned(),
        Damage::ClockDrift { ppm } => format!("clock drift {ppm}ppm"),
        Damage::LoseKey { key } => format!("lose key {key}"),
        Damage::Backup(damage) => tending::damage_text(damage),
        Damage::BreakStream => "stop streaming".to_owned(),
        Damage::SlowArchiver { times } => format!("archiver slow {times}"),
    }
}

/// What an operator does as a statement.
pub(super) fn upkeep_text(upkeep: &Upkeep) -> String {
    match upkeep {
        Upkeep::StartArchiver => "start archiver".to_owned(),
        Upkeep::StartStreaming => "start streaming".to_owned(),
        Upkeep::Expire => "expire".to_owned(),
        Upkeep::RotateKey => "rotate key".to_owned(),
        Upkeep::Hold { backup } => format!("hold backup {backup}"),
        Upkeep::Release { backup } => format!("release backup {backup}"),
        Upkeep::DeleteBackup { backup } => format!("delete backup {backup}"),
        Upkeep::DeleteSegment { timeline, segment } => format!("delete segment {} on {timeline}", segment.0),
    }
}

/// `NUMBER of backup LABEL`
fn file_of_backup(cursor: &mut Cursor<'_>) -> Result<(u32, String), ScriptError> {
    let file = number(cursor, u64::from(u32::MAX))? as u32;
    operator_keyword(cursor, "of")?;
    operator_keyword(cursor, "backup")?;
    Ok((file, label(cursor)?))
}

/// `200ppm` or `-200ppm`, behind `clock drift`.
pub(super) fn drift(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    const MOST: i64 = 1_000_000;
    let start = *cursor;
    let text = cursor.word();
    let ppm = text.strip_suffix("ppm").and_then(|number| number.parse().ok());
    match ppm.filter(|ppm| (-MOST..=MOST).contains(ppm)) {
        Some(ppm) => Ok(Command::Damage(Damage::ClockDrift { ppm })),
        None if text.is_empty() => Err(start.expected("200ppm")),
        None => {
            let fault = Fault::BadNumber { text: clip(text), least: (-MOST).into(), most: MOST.into() };
            Err(start.fault_over(text, fault))
        }
    }
}

fn segment(cursor: &mut Cursor<'_>) -> Result<SegmentNumber, ScriptError> {
    Ok(SegmentNumber(number(cursor, u64::MAX)?))
}

/// A number from 0 up.
fn count(cursor: &mut Cursor<'_>) -> Result<u64, ScriptError> {
    if cursor.takes_word("0") {
        return Ok(0);
    }
    number(cursor, u64::MAX)
}

fn duration(cursor: &mut Cursor<'_>) -> Result<Micros, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    if text.is_empty() {
        return Err(start.expected("DURATION"));
    }
    parse_duration(text).ok_or_else(|| start.fault_over(text, Fault::BadDuration { text: clip(text) }))
}

fn size(cursor: &mut Cursor<'_>) -> Result<u32, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    if text.is_empty() {
        return Err(start.expected("SIZE"));
    }
    let bytes = parse_size(text).and_then(|bytes| u32::try_from(bytes).ok());
    bytes.ok_or_else(|| start.fault_over(text, Fault::BadSize { text: clip(text) }))
}
