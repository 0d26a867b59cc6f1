//! One table out of a recovered server, back into the live one.
//!
//! Where a table was lost and the rest of the database is fine, the recovery stands beside the live server, and only that table's rows are
//! brought over: as a transaction of ordinary inserts, logged like all others, so that backups, archive and later recoveries have them. By
//! default they go into a table of their own, to be looked at first. Into a table that is there, only those rows go whose keys it lacks:
//! one that is there already is left as it is, and counted, whether it is the same or differs. What is to become of those that differ is
//! for a person to say. (What a `pg_dump --table` of the recovered server, read into the live one, amounts to.)

use super::{Change, Cluster, CommandError, EventKind};
use crate::server::{Server, TableDef};
use crate::types::{Column, Value, Xid};

impl Cluster {
    /// Brings a table of the recovered server over; `None`: into a new one, called after it.
    pub(super) fn restore_table(&mut self, session: &str, table: &str, into: Option<&str>) -> Result<(), CommandError> {
        let (source, rows) = self.recovered_table(table)?;
        let own = self.session_xid(session);
        let name = into.map_or_else(|| format!("{table}_restored"), str::to_owned);
        let is_there = self.primary_mut()?.table(&name, own)?.is_some();
        let target = match is_there && into.is_some() {
            true => self.named_table(session, &name, false)?,
            false => self.make_table(session, &name, &source.columns)?,
        };
        if target.columns != source.columns {
            let (has, needs) = (columns_text(&target.columns), columns_text(&source.columns));
            return Err(CommandError::SchemaDiffers { table: name, has, needs });
        }
        let own = self.session_xid(session);
        let (mut new, mut same, mut differing) = (Vec::new(), 0, 0);
        for row in rows {
            let Some(key) = row.first() else { continue };
            let primary = self.primary_mut()?;
            match primary.has_key(target.relation, key, own)? {
                None => new.push(row),
                Some(Xid::NONE) => {
                    let mut there = primary.rows_with_key(target.relation, key, own, None)?;
                    let is_same = there.pop().is_some_and(|there| padded(there.values, &target) == row);
                    *(if is_same { &mut same } else { &mut differing }) += 1;
                }
                Some(holder) => {
                    let key = key.to_string();
                    return Err(self.meet_row(name, key, holder));
                }
            }
        }
        let mut xid = own;
        if !new.is_empty() {
            xid = self.xid_for_write(session)?;
        }
        for row in &new {
            let appended = self.primary_mut()?.insert_row(xid, target.relation, row)?;
            self.tell_record(Some(session), appended, None, Some(&name));
        }
        let inserted = new.len() as u64;
        self.tell_statement(session, xid, Change::Inserted, &name, inserted, false);
        let (session_name, table) = (session.to_owned(), table.to_owned());
        self.tell(EventKind::TableRestored { session: session_name, table, into: name, inserted, same, differing });
        self.commit_if_alone(session)
    }

    /// A table of the server that the last recovery has made, and its rows, each with a value for every column.
    fn recovered_table(&self, table: &str) -> Result<(TableDef, Vec<Vec<Value>>), CommandError> {
        let recovery = self.recovery.as_ref();
        let recovery = recovery.filter(|recovery| recovery.is_paused() || matches!(recovery.outcome(), Some(Ok(_))));
        let server: &Server = recovery.and_then(|recovery| recovery.server()).ok_or(CommandError::NothingRecovered)?;
        let tables = server.tables(Xid::NONE)?;
        let Some(def) = tables.iter().find(|found| found.name == table).cloned() else {
            let known = tables.into_iter().map(|found| found.name).collect();
            return Err(CommandError::NoSuchTable { table: table.to_owned(), known });
        };
        if recovery.is_some_and(|recovery| recovery.is_paused()) && server.locked_tables().contains(&def.relation) {
            return Err(CommandError::LockedInRecovery { table: table.to_owned() });
        }
        let rows = server.peek_rows(def.relation, Xid::NONE)?;
        let rows = rows.into_iter().map(|row| padded(row.values, &def)).collect();
        Ok((def, rows))
    }
}

/// A row with NULL in the columns that came later.
fn padded(mut values: Vec<Value>, def: &TableDef) -> Vec<Value> {
    values.resize(def.columns.len(), Value::Null);
    values
}

fn columns_text(columns: &[Column]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("{} {}", column.name, column.kind)).collect();
    columns.join(", ")
}
