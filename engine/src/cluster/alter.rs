//! ALTER TABLE ... ADD COLUMN.
//!
//! Only the catalog's row changes: a row version says how many values it has, and what is missing at its end is NULL (PostgreSQL reads
//! such rows in the same way, `heap_getattr`). So the table may be as large as it likes; what takes long is the wait for its lock.

use super::statements::check_length;
use super::{Change, Cluster, CommandError};
use crate::server::catalog_row;
use crate::types::Column;

impl Cluster {
    pub(super) fn add_column(&mut self, session: &str, table: &str, column: &Column) -> Result<(), CommandError> {
        let def = self.named_table(session, table, true)?;
        if def.column(&column.name).is_some() {
            return Err(CommandError::DuplicateColumn { column: column.name.clone() });
        }
        let columns: Vec<Column> = def.columns.iter().chain([column]).cloned().collect();
        let row = catalog_row(def.relation, table, &columns);
        check_length(&row)?;
        let (def, xid) = self.lock_table(session, table)?;
        let own = self.session_xid(session);
        if let Some(entry) = self.primary_mut()?.catalog_entry(def.relation, own)? {
            let appended = self.primary_mut()?.update_row(xid, entry.place, &row)?;
            self.tell_record(Some(session), appended, None, Some("catalog"));
        }
        self.tell_statement(session, xid, Change::Altered, table, 0, false);
        self.commit_if_alone(session)
    }
}
