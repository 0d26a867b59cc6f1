//! The primary's power.

use super::cursor::Cursor;
use super::errors::ScriptError;
use super::operators::number;
use super::statements::operator_keyword;
use crate::fault::PowerLoss;

/// `[keeping NUMBER bytes | tearing pages | drawn NUMBER]`
pub(super) fn power_loss(cursor: &mut Cursor<'_>) -> Result<PowerLoss, ScriptError> {
    if cursor.takes_word("keeping") {
        let bytes = number(cursor, u64::MAX)?;
        operator_keyword(cursor, "bytes")?;
        return Ok(PowerLoss::MidFlush { bytes });
    }
    if cursor.takes_word("tearing") {
        operator_keyword(cursor, "pages")?;
        return Ok(PowerLoss::TornPages);
    }
    if cursor.takes_word("drawn") {
        return Ok(PowerLoss::Drawn { seed: number(cursor, u64::MAX)? });
    }
    Ok(PowerLoss::Clean)
}

/// What [`power_loss`] reads, with `crash` in front.
pub(super) fn crash_text(loss: PowerLoss) -> String {
    match loss {
        PowerLoss::Clean => "crash".to_owned(),
        PowerLoss::MidFlush { bytes } => format!("crash keeping {bytes} bytes"),
        PowerLoss::TornPages => "crash tearing pages".to_owned(),
        PowerLoss::Drawn { seed } => format!("crash drawn {seed}"),
    }
}
