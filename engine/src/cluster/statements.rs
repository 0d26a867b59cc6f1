//! SQL.
//!
//! A statement is checked whole before it changes anything, so one that is refused, or has to wait, leaves nothing behind.

use super::locks::{Obstacle, ObstacleKind};
use super::{Assignment, Change, Cluster, CommandError, Comparison, EventKind, Expression, Filter};
use crate::script::parse_time;
use crate::server::{DamagedPage, Server, StoredRow, TableDef};
use crate::storage::{MAX_ROW_BYTES, encode_row};
use crate::txn::Fate;
use crate::types::{Column, ColumnType, RelationId, Value, Xid};
use crate::wal::Body;

impl From<DamagedPage> for CommandError {
    fn from(damaged: DamagedPage) -> CommandError {
        CommandError::DamagedPage { relation: damaged.page.relation.0, block: damaged.page.block }
    }
}

impl Cluster {
    pub(super) fn primary_mut(&mut self) -> Result<&mut Server, CommandError> {
        self.primary.as_mut().ok_or(CommandError::NoPrimary)
    }

    /// The table that a session names, locked for its transaction.
    pub(super) fn named_table(
        &mut self,
        session: &str,
        table: &str,
        exclusive: bool,
    ) -> Result<TableDef, CommandError> {
        self.evict_surplus();
        let own = self.session_xid(session);
        let primary = self.primary.as_ref().ok_or(CommandError::NoPrimary)?;
        let tables = primary.tables(own)?;
        match tables.iter().find(|found| found.name == table) {
            Some(found) => {
                let found = found.clone();
                self.lock(session, table, exclusive)?;
                Ok(found)
            }
            None => {
                let known = tables.into_iter().map(|found| found.name).collect();
                Err(CommandError::NoSuchTable { table: table.to_owned(), known })
            }
        }
    }

    pub(super) fn create_table(&mut self, session: &str, table: &str, columns: &[Column]) -> Result<(), CommandError> {
        self.make_table(session, table, columns)?;
        self.commit_if_alone(session)
    }

    pub(super) fn make_table(
        &mut self,
        session: &str,
        table: &str,
        columns: &[Column],
    ) -> Result<TableDef, CommandError> {
        let own = self.session_xid(session);
        let primary = self.primary_mut()?;
        let is_sequence = crate::WHOLE && primary.sequences(own)?.iter().any(|(def, _)| def.name == table);
        if is_sequence || primary.table(table, own)?.is_some() {
            return Err(CommandError::TableExists { table: table.to_owned() });
        }
        for (index, column) in columns.iter().enumerate() {
            if columns[..index].iter().any(|before| before.name == column.name) {
                return Err(CommandError::DuplicateColumn { column: column.name.clone() });
            }
        }
        let row = crate::server::catalog_row(RelationId(0), table, columns);
        check_length(&row)?;
        // Another transaction may be making a table of that name, too.
        self.lock(session, table, true)?;
        let xid = self.xid_for_write(session)?;
        let (relation, appended) = self.primary_mut()?.create_relation(xid);
        self.tell_record(Some(session), appended, None, Some(table));
        let row = crate::server::catalog_row(relation, table, columns);
        let appended = self.primary_mut()?.insert_row(xid, RelationId::CATALOG, &row)?;
        self.tell_record(Some(session), appended, None, Some("catalog"));
        self.tell_statement(session, xid, Change::Created, table, 0, false);
        Ok(TableDef { relation, name: table.to_owned(), columns: columns.to_vec() })
    }

    /// Gives a table an empty file. The old one stays where it is until the transaction commits.
    pub(super) fn truncate(&mut self, session: &str, table: &str) -> Result<(), CommandError> {
        let (def, xid) = self.lock_table(session, table)?;
        let rows = self.matching(session, &def, None)?.len() as u64;
        let (relation, appended) = self.primary_mut()?.create_relation(xid);
        self.tell_record(Some(session), appended, None, Some(table));
        let own = self.session_xid(session);
        if let Some(entry) = self.primary_mut()?.catalog_entry(def.relation, own)? {
            let row = crate::server::catalog_row(relation, table, &def.columns);
            let appended = self.primary_mut()?.update_row(xid, entry.place, &row)?;
            self.tell_record(Some(session), appended, None, Some("catalog"));
        }
        self.tell_statement(session, xid, Change::Emptied, table, rows, true);
        self.commit_if_alone(session)
    }

    pub(super) fn drop_table(&mut self, session: &str, table: &str) -> Result<(), CommandError> {
        let (def, xid) = self.lock_table(session, table)?;
        let rows = self.matching(session, &def, None)?.len() as u64;
        let own = self.session_xid(session);
        if let Some(entry) = self.primary_mut()?.catalog_entry(def.relation, own)? {
            let appended = self.primary_mut()?.delete_row(xid, entry.place)?;
            self.tell_record(Some(session), appended, None, Some("catalog"));
        }
        self.tell_statement(session, xid, Change::Dropped, table, rows, true);
        self.commit_if_alone(session)
    }

    /// Locks a table against all others, and says so in the log: a server that replays it keeps readers away, too.
    pub(super) fn lock_table(&mut self, session: &str, table: &str) -> Result<(TableDef, Xid), CommandError> {
        let def = self.named_table(session, table, true)?;
        let xid = self.xid_for_write(session)?;
        let appended = self.primary_mut()?.log.append(xid, Body::Lock { relation: def.relation });
        self.tell_record(Some(session), appended, None, Some(table));
        Ok((def, xid))
    }

    pub(super) fn insert(
        &mut self,
        session: &str,
        table: &str,
        columns: Option<&[String]>,
        rows: &[Vec<Value>],
    ) -> Result<(), CommandError> {
        let def = self.named_table(session, table, false)?;
        let places = insert_places(&def, columns)?;
        let rows: Vec<Vec<Value>> =
            rows.iter().map(|row| self.row_to_insert(&def, &places, row)).collect::<Result<_, _>>()?;
        for (index, row) in rows.iter().enumerate() {
            let doubled = rows[..index].iter().any(|before| before.first() == row.first());
            self.check_key_free(session, &def, row, doubled)?;
        }
        let xid = self.xid_for_write(session)?;
        for row in &rows {
            let appended = self.primary_mut()?.insert_row(xid, def.relation, row)?;
            self.tell_record(Some(session), appended, None, Some(table));
        }
        self.tell_statement(session, xid, Change::Inserted, table, rows.len() as u64, false);
        self.commit_if_alone(session)
    }

    fn row_to_insert(&self, def: &TableDef, places: &[usize], row: &[Value]) -> Result<Vec<Value>, CommandError> {
        if row.len() != places.len() {
            let (wanted, got) = (places.len() as u64, row.len() as u64);
            return Err(CommandError::WrongValueCount { table: def.name.clone(), wanted, got });
        }
        let mut values = vec![Value::Null; def.columns.len()];
        for (place, value) in places.iter().zip(row) {
            values[*place] = self.fitting(&def.columns[*place], value)?;
        }
        if let (Some(Value::Null), Some(key)) = (values.first(), def.columns.first()) {
            return Err(CommandError::NullKey { table: def.name.clone(), column: key.name.clone() });
        }
        check_length(&values)?;
        Ok(values)
    }

    /// A literal as the column's type has it: an instant may be written as text.
    fn fitting(&self, column: &Column, value: &Value) -> Result<Value, CommandError> {
        if let (ColumnType::Timestamp, Value::Text(text)) = (column.kind, value)
            && let Ok(instant) = parse_time(text, self.timestamp(), self.settings.zone)
        {
            return Ok(Value::Timestamp(instant.0));
        }
        if value.fits(column.kind) {
            return Ok(value.clone());
        }
        let kind = column.kind.to_string();
        Err(CommandError::WrongType { column: column.name.clone(), kind, value: value.to_string() })
    }

    fn check_key_free(
        &mut self,
        session: &str,
        def: &TableDef,
        row: &[Value],
        doubled: bool,
    ) -> Result<(), CommandError> {
        let Some(key) = row.first() else {
            return Ok(());
        };
        let own = self.session_xid(session);
        let (table, text) = (def.name.clone(), key.to_string());
        match self.primary_mut()?.has_key(def.relation, key, own)? {
            Some(Xid::NONE) => Err(CommandError::DuplicateKey { table, key: text }),
            Some(holder) => Err(self.meet_row(table, text, holder)),
            None if doubled => Err(CommandError::DuplicateKey { table, key: text }),
            None => Ok(()),
        }
    }

    /// Another transaction has the row, or the key, in its hands.
    pub(super) fn meet_row(&mut self, table: String, key: String, xid: Xid) -> CommandError {
        let holder = self.session_of(xid).cloned().unwrap_or_default();
        self.meet(Obstacle { table, kind: ObstacleKind::Row { key, xid }, holder })
    }

    pub(super) fn update(
        &mut self,
        session: &str,
        table: &str,
        set: &[Assignment],
        filter: Option<&Filter>,
    ) -> Result<(), CommandError> {
        let def = self.named_table(session, table, false)?;
        self.check_assignments(&def, set)?;
        let found = self.rows_to_change(session, &def, filter)?;
        let mut changed: Vec<(StoredRow, Vec<Value>)> = Vec::with_capacity(found.len());
        for row in found {
            let values = self.assigned(&def, set, &row.values)?;
            changed.push((row, values));
        }
        self.check_new_keys(session, &def, &changed)?;
        let mut xid = self.session_xid(session);
        if !changed.is_empty() {
            xid = self.xid_for_write(session)?;
        }
        for (row, values) in &changed {
            let appended = self.primary_mut()?.update_row(xid, row.place, values)?;
            self.tell_record(Some(session), appended, None, Some(table));
        }
        let rows = changed.len() as u64;
        self.tell_statement(session, xid, Change::Updated, table, rows, filter.is_none());
        self.commit_if_alone(session)
    }

    /// Refuses what no row could take, whether there is one or not.
    fn check_assignments(&self, def: &TableDef, set: &[Assignment]) -> Result<(), CommandError> {
        for assignment in set {
            let place = place_of(def, &assignment.column)?;
            match &assignment.value {
                Expression::Literal(value) => self.fitting(&def.columns[place], value).map(|_| ())?,
                Expression::ColumnPlus { column, .. } => place_of(def, column).map(|_| ())?,
            }
        }
        Ok(())
    }

    fn assigned(&self, def: &TableDef, set: &[Assignment], row: &[Value]) -> Result<Vec<Value>, CommandError> {
        // Columns that were added later are missing from older rows.
        let mut values = row.to_vec();
        values.resize(def.columns.len(), Value::Null);
        let before = values.clone();
        for assignment in set {
            let place = place_of(def, &assignment.column)?;
            let value = match &assignment.value {
                Expression::Literal(value) => value.clone(),
                Expression::ColumnPlus { column, plus } => match &before[place_of(def, column)?] {
                    Value::Null => Value::Null,
                    Value::Int(int) => Value::Int(
                        int.checked_add(*plus).ok_or(CommandError::NumberOutOfRange { column: column.clone() })?,
                    ),
                    other => {
                        let (column, value) = (column.clone(), other.to_string());
                        return Err(CommandError::WrongType { column, kind: "int".to_owned(), value });
                    }
                },
            };
            values[place] = self.fitting(&def.columns[place], &value)?;
        }
        if let (Some(Value::Null), Some(key)) = (values.first(), def.columns.first()) {
            return Err(CommandError::NullKey { table: def.name.clone(), column: key.name.clone() });
        }
        check_length(&values)?;
        Ok(values)
    }

    /// Refuses an update that gives a row the primary key of another.
    fn check_new_keys(
        &mut self,
        session: &str,
        def: &TableDef,
        changed: &[(StoredRow, Vec<Value>)],
    ) -> Result<(), CommandError> {
        let given_up = |key: Option<&Value>| changed.iter().any(|(row, _)| row.values.first() == key);
        for (index, (row, values)) in changed.iter().enumerate() {
            let key = values.first();
            if row.values.first() == key {
                continue;
            }
            let doubled = changed[..index].iter().any(|(_, before)| before.first() == key);
            if doubled || !given_up(key) {
                self.check_key_free(session, def, values, doubled)?;
            }
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, session: &str, table: &str, filter: Option<&Filter>) -> Result<(), CommandError> {
        let def = self.named_table(session, table, false)?;
        let found = self.rows_to_change(session, &def, filter)?;
        let mut xid = self.session_xid(session);
        if !found.is_empty() {
            xid = self.xid_for_write(session)?;
        }
        for row in &found {
            let appended = self.primary_mut()?.delete_row(xid, row.place)?;
            self.tell_record(Some(session), appended, None, Some(table));
        }
        self.tell_statement(session, xid, Change::Deleted, table, found.len() as u64, filter.is_none());
        self.commit_if_alone(session)
    }

    pub(super) fn select(&mut self, session: &str, table: &str, filter: Option<&Filter>) -> Result<(), CommandError> {
        let def = self.named_table(session, table, false)?;
        let rows = self.matching(session, &def, filter)?.len() as u64;
        self.tell(EventKind::RowsRead { session: session.to_owned(), table: table.to_owned(), rows });
        self.commit_if_alone(session)
    }

    /// The rows that a statement is to change, none of them in another's hands. A version that has been updated since stands for its successor.
    fn rows_to_change(
        &mut self,
        session: &str,
        def: &TableDef,
        filter: Option<&Filter>,
    ) -> Result<Vec<StoredRow>, CommandError> {
        let own = self.session_xid(session);
        let rows = self.matching(session, def, filter)?;
        let filter = filter.map(|filter| self.fitting_filter(def, filter)).transpose()?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let (mut version, mut is_newer) = (Some(row), false);
            while let Some(row) = version.take() {
                let primary = self.primary_mut()?;
                let key = || row.values.first().map(Value::to_string).unwrap_or_default();
                if let Some(holder) = primary.locked_by(row.head, own) {
                    let key = key();
                    return Err(self.meet_row(def.name.clone(), key, holder));
                }
                if !crate::WHOLE || primary.commit_log.fate(row.head.xmax) != Fate::Committed {
                    // The newest version counts, if it still is what was asked for (PostgreSQL's `EvalPlanQual`).
                    let asked_for = |filter: &Filter| !is_newer || holds(filter, def, &row.values);
                    if filter.as_ref().is_none_or(asked_for) {
                        found.push(row);
                    }
                    break;
                }
                // Another has changed the row since this statement, or its transaction, took its snapshot.
                if self.sessions.get(session).is_some_and(|state| state.repeatable_read) {
                    let (table, key) = (def.name.clone(), key());
                    self.xid_for_write(session)?;
                    return Err(CommandError::CouldNotSerialize { session: session.to_owned(), table, key });
                }
                (version, is_newer) = (self.primary_mut()?.successor(&row)?, true);
            }
        }
        Ok(found)
    }

    fn matching(
        &mut self,
        session: &str,
        def: &TableDef,
        filter: Option<&Filter>,
    ) -> Result<Vec<StoredRow>, CommandError> {
        let filter = filter.map(|filter| self.fitting_filter(def, filter)).transpose()?;
        let own = self.session_xid(session);
        let key = filter.as_ref().filter(|_| crate::WHOLE).and_then(|filter| key_of(filter, def));
        let snapshot = self.snapshot_of(session);
        let primary = self.primary_mut()?;
        let mut rows = match key {
            Some(key) => primary.rows_with_key(def.relation, key, own, snapshot.as_ref())?,
            None => primary.rows(def.relation, own, snapshot.as_ref())?,
        };
        rows.retain(|row| filter.as_ref().is_none_or(|filter| holds(filter, def, &row.values)));
        Ok(rows)
    }

    /// A filter whose columns exist and whose literals have their columns' types.
    fn fitting_filter(&self, def: &TableDef, filter: &Filter) -> Result<Filter, CommandError> {
        Ok(match filter {
            Filter::Compare { column, operator, value } => {
                let value = self.fitting(&def.columns[place_of(def, column)?], value)?;
                Filter::Compare { column: column.clone(), operator: *operator, value }
            }
            Filter::Null { column, null } => {
                place_of(def, column)?;
                Filter::Null { column: column.clone(), null: *null }
            }
            Filter::And(left, right) => {
                Filter::And(self.fitting_filter(def, left)?.into(), self.fitting_filter(def, right)?.into())
            }
            Filter::Or(left, right) => {
                Filter::Or(self.fitting_filter(def, left)?.into(), self.fitting_filter(def, right)?.into())
            }
        })
    }

    pub(super) fn tell_statement(
        &mut self,
        session: &str,
        xid: Xid,
        change: Change,
        table: &str,
        rows: u64,
        every_row: bool,
    ) {
        let (session, table) = (session.to_owned(), table.to_owned());
        self.tell(EventKind::StatementRan { session, xid, change, table, rows, every_row });
    }
}

fn place_of(def: &TableDef, column: &str) -> Result<usize, CommandError> {
    def.column(column).ok_or_else(|| CommandError::NoSuchColumn {
        table: def.name.clone(),
        column: column.to_owned(),
        known: def.columns.iter().map(|column| column.name.clone()).collect(),
    })
}

/// The places in a row that an INSERT gives values for.
fn insert_places(def: &TableDef, columns: Option<&[String]>) -> Result<Vec<usize>, CommandError> {
    let Some(columns) = columns else {
        return Ok((0..def.columns.len()).collect());
    };
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let place = place_of(def, column)?;
        if places.contains(&place) {
            return Err(CommandError::DuplicateColumn { column: column.clone() });
        }
        places.push(place);
    }
    Ok(places)
}

pub(super) fn check_length(values: &[Value]) -> Result<(), CommandError> {
    match encode_row(Xid::NONE, values).len() {
        bytes if bytes > MAX_ROW_BYTES => {
            Err(CommandError::RowTooLong { bytes: bytes as u64, longest: MAX_ROW_BYTES as u64 })
        }
        _ => Ok(()),
    }
}

/// The primary key that a row must have to meet a filter, if it says one.
fn key_of<'a>(filter: &'a Filter, def: &TableDef) -> Option<&'a Value> {
    match filter {
        Filter::And(left, right) => key_of(left, def).or_else(|| key_of(right, def)),
        Filter::Compare { column, operator: Comparison::Equal, value } if def.column(column) == Some(0) => Some(value),
        _ => None,
    }
}

/// Whether a row meets a filter that fits its table.
fn holds(filter: &Filter, def: &TableDef, row: &[Value]) -> bool {
    match filter {
        Filter::And(left, right) => holds(left, def, row) && holds(right, def, row),
        Filter::Or(left, right) => holds(left, def, row) || holds(right, def, row),
        Filter::Null { column, null } => {
            let found = def.column(column).and_then(|place| row.get(place)).unwrap_or(&Value::Null);
            (*found == Value::Null) == *null
        }
        Filter::Compare { column, operator, value } => {
            let found = def.column(column).and_then(|place| row.get(place)).unwrap_or(&Value::Null);
            if *found == Value::Null || *value == Value::Null {
                return false;
            }
            operator.holds(found, value)
        }
    }
}
