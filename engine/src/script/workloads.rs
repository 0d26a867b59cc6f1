//! What a workload does, behind `workload TABLE every DURATION`.
//!
//! ```text
//! inserts 20 | transfers 10 | mixed 20 | fills 5000
//! ```

use super::cursor::Cursor;
use super::errors::ScriptError;
use super::operators::number;
use crate::cluster::{MOST_FILLED, MOST_ROWS, Work};

pub(super) fn work(cursor: &mut Cursor<'_>) -> Result<Work, ScriptError> {
    for (word, does) in [
        ("inserts", (|rows| Work::Inserts { rows }) as fn(u32) -> Work),
        ("transfers", |count| Work::Transfers { count }),
        ("mixed", |statements| Work::Mixed { statements }),
    ] {
        if cursor.takes_word(word) {
            return number(cursor, MOST_ROWS.into()).map(|count| does(count as u32));
        }
    }
    if cursor.takes_word("fills") {
        return number(cursor, MOST_FILLED.into()).map(|rows| Work::Fills { rows: rows as u32 });
    }
    Err(cursor.expected_word("inserts, transfers, mixed, fills"))
}

/// What [`work`] reads.
pub(super) fn work_text(work: Work) -> String {
    match work {
        Work::Inserts { rows } => format!("inserts {rows}"),
        Work::Transfers { count } => format!("transfers {count}"),
        Work::Mixed { statements } => format!("mixed {statements}"),
        Work::Fills { rows } => format!("fills {rows}"),
    }
}
