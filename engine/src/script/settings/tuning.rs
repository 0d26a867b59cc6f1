//! The settings of [`Tuning`], which the smaller build does not read.

use super::{ScriptError, duration, number};
use crate::cluster::Tuning;
use crate::script::amounts::duration_text;
use crate::script::cursor::Cursor;
use crate::types::Micros;

/// What can be set.
pub(super) const KEYS: &[&str] = &["buffers", "deadlock timeout", "lock timeout", "backup verify"];

/// Reads the value of a key, one of [`KEYS`].
pub(super) fn read(tuning: &mut Tuning, key: &str, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    match key {
        "buffers" => tuning.buffers = number(cursor, Tuning::BUFFERS_MIN.into(), u32::MAX.into())? as u32,
        "deadlock timeout" => tuning.deadlock_timeout = duration(cursor, Micros(1))?,
        "lock timeout" => tuning.lock_timeout = duration(cursor, Micros::ZERO)?,
        "backup verify" => tuning.verify_backups = switch(cursor)?,
        _ => debug_assert!(false, "{key} is no key"),
    }
    Ok(())
}

/// What differs from the defaults, a part each.
pub(super) fn parts(tuning: &Tuning) -> Vec<String> {
    let usual = Tuning::default();
    let Tuning { buffers, deadlock_timeout, lock_timeout, verify_backups } = tuning;
    let mut parts = Vec::new();
    let mut add = |unusual: bool, part: String| parts.extend(unusual.then_some(part));
    add(*buffers != usual.buffers, format!("buffers {buffers}"));
    let timeouts = [
        ("deadlock timeout", *deadlock_timeout, usual.deadlock_timeout),
        ("lock timeout", *lock_timeout, usual.lock_timeout),
    ];
    for (key, timeout, usual) in timeouts {
        add(timeout != usual, format!("{key} {}", duration_text(timeout)));
    }
    add(*verify_backups, "backup verify on".to_owned());
    parts
}

/// `on` or `off`
fn switch(cursor: &mut Cursor<'_>) -> Result<bool, ScriptError> {
    if cursor.takes_word("on") {
        return Ok(true);
    }
    if cursor.takes_word("off") { Ok(false) } else { Err(cursor.expected_word("on, off")) }
}
