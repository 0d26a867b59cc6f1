//! Sequences: numbers that are given out once, whatever becomes of the transaction that drew them.
//!
//! A sequence is a relation of one page with one row: the last value, how many more values the log covers, and whether any was drawn at
//! all. A draw is not undone by a rollback, and not every draw is logged: a record covers 32 values in advance, and the next is written when
//! they are used up, or at the first draw after a checkpoint. So after a recovery the sequence goes on behind what was covered: values are
//! skipped, and values that an abandoned timeline gave out are given out again. (PostgreSQL's `nextval_internal`, `SEQ_LOG_VALS`.)

use super::{DamagedPage, Server, catalog_row_of};
use crate::storage::{PageError, decode_values, encode_row};
use crate::types::{Lsn, PageId, RelationId, Value, Xid};
use crate::wal::{Appended, Body};

/// How many values a record covers beyond the one that is drawn.
const VALUES_IN_ADVANCE: i64 = 32;

/// A sequence as the catalog has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceDef {
    pub relation: RelationId,
    pub name: String,
    pub start: i64,
    pub increment: i64,
}

/// The row of a sequence's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    /// The value drawn last; the first to be drawn as long as none was.
    last: i64,
    /// How many more draws the log covers.
    covered: i64,
    drawn: bool,
}

impl State {
    fn row(self) -> Vec<u8> {
        // No transaction's: nobody has to commit for it to count.
        encode_row(Xid::NONE, &[Value::Int(self.last), Value::Int(self.covered), Value::Bool(self.drawn)])
    }

    fn next(self, increment: i64) -> Option<i64> {
        if self.drawn { self.last.checked_add(increment) } else { Some(self.last) }
    }
}

impl Server {
    /// The sequences that a transaction sees, each with the value that it would give out next.
    pub fn sequences(&self, own: Xid) -> Result<Vec<(SequenceDef, i64)>, DamagedPage> {
        let rows = self.peek_rows(RelationId::CATALOG, own)?;
        let defs = rows.iter().filter_map(|row| sequence_def(&row.values));
        defs.map(|def| {
            let next = self.sequence_state(def.relation)?.next(def.increment);
            Ok((def, next.unwrap_or(i64::MAX)))
        })
        .collect()
    }

    /// Makes a sequence: its file, its page, and its row in the catalog.
    pub fn create_sequence(
        &mut self,
        xid: Xid,
        name: &str,
        start: i64,
        increment: i64,
    ) -> Result<[Appended; 3], DamagedPage> {
        let (relation, created) = self.create_relation(xid);
        let state = State { last: start, covered: 0, drawn: false };
        let logged = self.log_sequence(xid, relation, state, state);
        let row = catalog_row_of(relation, name, format!("sequence {start} {increment}"));
        Ok([created, logged, self.insert_row(xid, RelationId::CATALOG, &row)?])
    }

    /// Whether the next draw writes a record, for which its transaction needs a number.
    pub fn draw_is_logged(&self, def: &SequenceDef) -> Result<bool, DamagedPage> {
        let state = self.sequence_state(def.relation)?;
        let lsn = self.peek_page(page_of(def.relation))?.lsn();
        Ok(!state.drawn || state.covered < 1 || lsn <= self.redo)
    }

    /// Draws the next value. `None` at the end of 64 bits.
    pub fn draw(&mut self, def: &SequenceDef, xid: Xid) -> Result<Option<(i64, Option<Appended>)>, DamagedPage> {
        let is_logged = self.draw_is_logged(def)?;
        let state = self.sequence_state(def.relation)?;
        let Some(value) = state.next(def.increment) else {
            return Ok(None);
        };
        if !is_logged {
            self.put_sequence(def.relation, State { last: value, covered: state.covered - 1, drawn: true }, None);
            return Ok(Some((value, None)));
        }
        let ahead = def.increment.saturating_mul(VALUES_IN_ADVANCE);
        let logged = State { last: value.saturating_add(ahead), covered: 0, drawn: true };
        let now = State { last: value, covered: VALUES_IN_ADVANCE, drawn: true };
        Ok(Some((value, Some(self.log_sequence(xid, def.relation, logged, now)))))
    }

    fn log_sequence(&mut self, xid: Xid, relation: RelationId, logged: State, now: State) -> Appended {
        let appended = self.log.append(xid, Body::Sequence { relation, row: &logged.row() });
        self.put_sequence(relation, now, Some(appended.end));
        appended
    }

    /// Puts a state into the page. A draw that is not logged leaves the page's LSN as it is.
    fn put_sequence(&mut self, relation: RelationId, state: State, end: Option<Lsn>) {
        let lsn = self.peek_page(page_of(relation)).map_or(Lsn::ZERO, |page| page.lsn());
        self.note_sequence(relation, &state.row(), end.unwrap_or(lsn));
    }

    fn sequence_state(&self, relation: RelationId) -> Result<State, DamagedPage> {
        let id = page_of(relation);
        let page = self.peek_page(id)?;
        let row = page.row(0).and_then(decode_values).map(|version| version.values);
        match row.as_deref() {
            Some([Value::Int(last), Value::Int(covered), Value::Bool(drawn)]) => {
                Ok(State { last: *last, covered: *covered, drawn: *drawn })
            }
            _ => Err(DamagedPage { page: id, why: PageError::Misplaced }),
        }
    }
}

fn page_of(relation: RelationId) -> PageId {
    PageId { relation, block: 0 }
}

/// The sequence that a row of the catalog is about, if it is about one.
fn sequence_def(row: &[Value]) -> Option<SequenceDef> {
    let [Value::Int(relation), Value::Text(name), Value::Text(about)] = row else {
        return None;
    };
    let (start, increment) = about.strip_prefix("sequence ")?.split_once(' ')?;
    Some(SequenceDef {
        relation: RelationId(u32::try_from(*relation).ok()?),
        name: name.clone(),
        start: start.parse().ok()?,
        increment: increment.parse().ok()?,
    })
}
