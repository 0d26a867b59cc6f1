//! What a session sets for its commits.

use super::cursor::Cursor;
use super::errors::ScriptError;
use crate::cluster::Command;

/// Behind `SET synchronous_commit`: `TO on | off`; `=` and nothing do for `TO`.
pub(super) fn set(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    if !cursor.takes_symbol("=") {
        cursor.takes("to");
    }
    let on = cursor.takes("on");
    if !on && !cursor.takes("off") {
        return Err(cursor.expected("on, off"));
    }
    Ok(Command::SetSynchronousCommit { on })
}
