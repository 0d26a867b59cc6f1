//! The settings of [`Tuning`], which the smaller build does not read.

use super::{ScriptError, number};
use crate::cluster::Tuning;
use crate::script::cursor::Cursor;

/// What can be set.
pub(super) const KEYS: &[&str] = &["buffers"];

/// Reads the value of a key, one of [`KEYS`].
pub(super) fn read(tuning: &mut Tuning, key: &str, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    match key {
        "buffers" => tuning.buffers = number(cursor, Tuning::BUFFERS_MIN.into(), u32::MAX.into())? as u32,
        _ => debug_assert!(false, "{key} is no key"),
    }
    Ok(())
}

/// What differs from the defaults, a part each.
pub(super) fn parts(tuning: &Tuning) -> Vec<String> {
    let usual = Tuning::default();
    let Tuning { buffers } = tuning;
    let mut parts = Vec::new();
    let mut add = |unusual: bool, part: String| parts.extend(unusual.then_some(part));
    add(*buffers != usual.buffers, format!("buffers {buffers}"));
    parts
}
