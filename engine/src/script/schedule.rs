//! Statements that wait: `when CONDITION STATEMENT`, see [`Condition`].

use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::operators::number;
use super::statements::{Moment, label, operator_keyword, statement};
use super::targets::TargetTextError;
use crate::cluster::Command;
use crate::fault::Condition;
use crate::types::{Lsn, SegmentNumber, Xid};

/// Behind `when`; reads to the end of the line.
pub(super) fn when(cursor: &mut Cursor<'_>, moment: Moment) -> Result<Command, ScriptError> {
    let condition = condition(cursor)?;
    let start = *cursor;
    if cursor.takes_word("when") {
        return Err(start.fault_over("when", Fault::StandsAlone { word: "when".to_owned() }));
    }
    let then = Box::new(statement(*cursor, moment)?);
    cursor.take_rest();
    Ok(Command::When { condition, then })
}

fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, ScriptError> {
    for (word, reaches) in [
        ("log", Condition::LogReaches as fn(Lsn) -> Condition),
        ("flush", Condition::FlushReaches),
        ("replay", Condition::ReplayReaches),
    ] {
        if cursor.takes_word(word) {
            operator_keyword(cursor, "reaches")?;
            return Ok(reaches(lsn(cursor)?));
        }
    }
    if cursor.takes_word("commit") {
        operator_keyword(cursor, "of")?;
        let xid = Xid(number(cursor, u64::from(u32::MAX))? as u32);
        let written = either(cursor, "written", "acknowledged", "written, acknowledged")?;
        return Ok(if written { Condition::CommitWritten(xid) } else { Condition::CommitAcknowledged(xid) });
    }
    if cursor.takes_word("checkpoint") {
        let begins = either(cursor, "begins", "ends", "begins, ends")?;
        return Ok(if begins { Condition::CheckpointBegins } else { Condition::CheckpointEnds });
    }
    if cursor.takes_word("recovery") {
        let begins = either(cursor, "begins", "ends", "begins, ends")?;
        return Ok(if begins { Condition::RecoveryBegins } else { Condition::RecoveryEnds });
    }
    if cursor.takes_word("backup") {
        let label = label(cursor)?;
        let begins = either(cursor, "begins", "ends", "begins, ends")?;
        return Ok(if begins { Condition::BackupBegins(label) } else { Condition::BackupEnds(label) });
    }
    if cursor.takes_word("segment") {
        let segment = SegmentNumber(number(cursor, u64::MAX)?);
        let sealed = either(cursor, "sealed", "archived", "sealed, archived")?;
        return Ok(if sealed { Condition::SegmentSealed(segment) } else { Condition::SegmentArchived(segment) });
    }
    Err(cursor.expected_word("log, flush, commit, checkpoint, backup, segment, recovery, replay"))
}

/// Whether the first of two words is next; the other must be, else.
fn either(cursor: &mut Cursor<'_>, one: &str, other: &str, both: &'static str) -> Result<bool, ScriptError> {
    if cursor.takes_word(one) {
        return Ok(true);
    }
    if cursor.takes_word(other) { Ok(false) } else { Err(cursor.expected_word(both)) }
}

/// A position in the log.
pub(super) fn lsn(cursor: &mut Cursor<'_>) -> Result<Lsn, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    text.parse().map_err(|_| start.fault_over(text, TargetTextError::Lsn { text: clip(text) }.into()))
}

/// A condition as [`when`] reads it, without the `when`.
pub(super) fn condition_text(condition: &Condition) -> String {
    match condition {
        Condition::LogReaches(lsn) => format!("log reaches {lsn}"),
        Condition::FlushReaches(lsn) => format!("flush reaches {lsn}"),
        Condition::ReplayReaches(lsn) => format!("replay reaches {lsn}"),
        Condition::CommitWritten(xid) => format!("commit of {xid} written"),
        Condition::CommitAcknowledged(xid) => format!("commit of {xid} acknowledged"),
        Condition::CheckpointBegins => "checkpoint begins".to_owned(),
        Condition::CheckpointEnds => "checkpoint ends".to_owned(),
        Condition::RecoveryBegins => "recovery begins".to_owned(),
        Condition::RecoveryEnds => "recovery ends".to_owned(),
        Condition::BackupBegins(label) => format!("backup {label} begins"),
        Condition::BackupEnds(label) => format!("backup {label} ends"),
        Condition::SegmentSealed(segment) => format!("segment {} sealed", segment.0),
        Condition::SegmentArchived(segment) => format!("segment {} archived", segment.0),
    }
}
