//! What is done with backups that are there, and to them, as statements.
//!
//! ```text
//! verify b3 | merge b1..b3 into b4 | merge b3 into b4, from its full backup on
//! lose backup b1 | corrupt backup b1 bit 800 | corrupt manifest b1 bit 12
//! ```

use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::statements::{label, operator_keyword};
use crate::cluster::Command;
use crate::fault::{BackupFault, Fault as Damage};

/// The statements of this module that begin with a verb of their own.
pub(super) fn statement(verb: &str, cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if verb == "verify" {
        return Ok(Command::Verify { label: label(cursor)? });
    }
    let range = label(cursor)?;
    operator_keyword(cursor, "into")?;
    let into = label(cursor)?;
    let (first, last) = match range.split_once("..") {
        Some((first, last)) if !first.is_empty() && !last.is_empty() => (Some(first.to_owned()), last.to_owned()),
        _ => (None, range),
    };
    Ok(Command::Merge { first, last, into })
}

/// Behind `lose backup`.
pub(super) fn lose(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    Ok(Command::Damage(Damage::Backup(BackupFault::Lose { label: label(cursor)? })))
}

/// Behind `corrupt`: `backup LABEL bit NUMBER` or `manifest LABEL bit NUMBER`; `None` if it is something else.
pub(super) fn corrupt(cursor: &mut Cursor<'_>) -> Result<Option<Command>, ScriptError> {
    let manifest = cursor.takes_word("manifest");
    if !manifest && !cursor.takes_word("backup") {
        return Ok(None);
    }
    let label = label(cursor)?;
    operator_keyword(cursor, "bit")?;
    let start = *cursor;
    let text = cursor.word();
    let Some(bit) = text.parse().ok().filter(|_| !text.starts_with('+')) else {
        let fault = Fault::BadNumber { text: clip(text), least: 0, most: u64::MAX.into() };
        return Err(if text.is_empty() { start.expected("NUMBER") } else { start.fault_over(text, fault) });
    };
    let fault = if manifest { BackupFault::FlipManifest { label, bit } } else { BackupFault::FlipFiles { label, bit } };
    Ok(Some(Command::Damage(Damage::Backup(fault))))
}

/// Damage to backups as a statement.
pub(super) fn damage_text(damage: &BackupFault) -> String {
    match damage {
        BackupFault::Lose { label } => format!("lose backup {label}"),
        BackupFault::FlipFiles { label, bit } => format!("corrupt backup {label} bit {bit}"),
        BackupFault::FlipManifest { label, bit } => format!("corrupt manifest {label} bit {bit}"),
    }
}

/// A merge as a statement.
pub(super) fn merge_text(first: Option<&str>, last: &str, into: &str) -> String {
    let first = first.map(|first| format!("{first}..")).unwrap_or_default();
    format!("merge {first}{last} into {into}")
}
