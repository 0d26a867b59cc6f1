//! Transactions, gathered from the events between their beginnings and their ends.

use super::Builder;
use pitr_engine::types::Xid;
use pitr_engine::{Change, Command};
use pitr_protocol::{Fate, TransactionSpan};

/// A transaction while its events are gone through.
pub(super) struct Open {
    /// The number that its first record carries.
    pub(super) xid: Xid,
    pub(super) session: String,
    pub(super) statement: String,
    pub(super) statements: u32,
    pub(super) rows: u64,
    pub(super) every_row: bool,
    pub(super) begin: (u32, i64),
    pub(super) first_lsn: u64,
}

impl Builder {
    /// What the session wrote, or, for work that goes on by itself, what it amounts to.
    pub(super) fn statement_text(&mut self, step: u32, session: &str, change: Change, table: &str) -> String {
        if let Some(text) = self.resumed_text(session) {
            return text;
        }
        let command = self.loaded.run.command_of(step as usize);
        let line = command.and_then(|command| self.loaded.statement(command));
        if let Some(line) = line
            && self.told_command != command
            && line.timed.session == session
            && matches!(
                *line.timed.command,
                Command::Insert { .. }
                    | Command::Update { .. }
                    | Command::Delete { .. }
                    | Command::CreateTable { .. }
                    | Command::Truncate { .. }
                    | Command::DropTable { .. }
                    | Command::AddColumn { .. }
            )
        {
            self.told_command = command;
            return line.statement.clone();
        }
        match change {
            Change::Created => format!("CREATE TABLE {table}"),
            Change::Inserted => format!("INSERT INTO {table}"),
            Change::Updated => format!("UPDATE {table}"),
            Change::Deleted => format!("DELETE FROM {table}"),
            Change::Emptied => format!("TRUNCATE {table}"),
            Change::Altered => format!("ALTER TABLE {table}"),
            Change::Dropped => format!("DROP TABLE {table}"),
        }
    }

    pub(super) fn end_transaction(&mut self, moment: (u32, i64), session: &str, xid: Xid, fate: Fate) -> String {
        self.resumed_text(session);
        self.begun.remove(session);
        let Some(open) = self.open.remove(session) else {
            return String::new();
        };
        if open.every_row && fate == Fate::Committed {
            self.incident = Some(self.transactions.len() as u32);
        }
        let statement = open.statement.clone();
        let end_lsn = self.ends.get(&xid).copied();
        self.push_transaction(open, xid, fate, moment, end_lsn);
        statement
    }

    pub(super) fn push_transaction(&mut self, open: Open, xid: Xid, fate: Fate, end: (u32, i64), end_lsn: Option<u64>) {
        let span = TransactionSpan {
            xid: xid.0,
            session: self.names.of(&open.session),
            statement: self.names.of(&open.statement),
            statements: open.statements,
            rows: u32::try_from(open.rows).unwrap_or(u32::MAX),
            fate,
            begin_step: open.begin.0,
            end_step: end.0,
            begin_us: open.begin.1,
            end_us: end.1,
            first_lsn: open.first_lsn,
            end_lsn,
        };
        self.transactions.push(span);
    }
}
