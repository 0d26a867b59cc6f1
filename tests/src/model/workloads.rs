//! Transactions that come by themselves: what each inserts, and when.
//!
//! A workload says nothing when it falls out, so the clock is watched: whatever lies behind is over, with a row that was refused or with none at all.

use super::rows::Tables;
use crate::histories::Random;
use pitr_engine::Command;
use pitr_engine::types::{ColumnType, Micros, Value};

const ITEMS: [&str; 8] = ["lamp", "chair", "kettle", "radio", "clock", "mirror", "carpet", "shelf"];

/// One source of transactions.
#[derive(Debug, Clone)]
struct Workload {
    session: String,
    table: String,
    every: Micros,
    next_at: Micros,
    next_key: i64,
    random: Random,
}

/// All of them, in the order in which they were begun.
#[derive(Debug, Clone, Default)]
pub struct Workloads {
    all: Vec<Workload>,
    pub seed: u64,
    /// Statements that were heard of.
    pub heard: u32,
}

impl Workloads {
    /// One begins.
    pub fn begin(&mut self, session: &str, table: &str, every: Micros, now: Micros, live: &Tables) {
        let keys = live.get(table).into_iter().flat_map(|table| table.rows.keys());
        let highest = keys.filter_map(|key| if let Value::Int(key) = key { Some(*key) } else { None }).max();
        let number = self.all.len() as u64;
        self.all.push(Workload {
            session: session.to_owned(),
            table: table.to_owned(),
            every,
            next_at: now + every,
            next_key: highest.unwrap_or(0) + 1,
            random: Random::new(self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        });
    }

    /// They end with the server.
    pub fn end(&mut self) {
        self.all.clear();
    }

    /// What was due before now, and was not heard of. Who waits for something says nothing.
    pub fn pass(&mut self, now: Micros, live: &Tables, waits: impl Fn(&str) -> bool) {
        for workload in &mut self.all {
            while workload.next_at < now {
                let waits = waits(&workload.session);
                workload.statement(live, waits);
            }
        }
    }

    /// The statement of a session that is heard of at this very moment, if it is a workload's.
    pub fn statement(&mut self, session: &str, table: &str, now: Micros, live: &Tables) -> Option<Command> {
        let mut due = self.all.iter_mut().filter(|workload| workload.next_at == now);
        let found = due.find(|workload| workload.session == session && workload.table == table)?;
        self.heard += 1;
        found.statement(live, false)
    }
}

impl Workload {
    /// The next is due; what it says, if anything.
    fn statement(&mut self, live: &Tables, waits: bool) -> Option<Command> {
        let now = self.next_at;
        self.next_at = now + self.every;
        let kinds = live.get(&self.table).filter(|_| !waits)?.kinds.clone();
        let mut row = Vec::new();
        for (column, kind) in kinds.into_iter().enumerate() {
            let drawn = self.random.number();
            row.push(match kind {
                ColumnType::Int if column == 0 => Value::Int(self.next_key),
                ColumnType::Int => Value::Int((drawn % 100) as i64 + 1),
                ColumnType::Text if column == 0 => Value::Text(format!("k{}", self.next_key)),
                ColumnType::Text => Value::Text(ITEMS[(drawn % 8) as usize].to_owned()),
                ColumnType::Bool => Value::Bool(drawn.is_multiple_of(2)),
                ColumnType::Timestamp => Value::Timestamp(now.0),
            });
        }
        self.next_key += 1;
        Some(Command::Insert { table: self.table.clone(), columns: None, rows: vec![row] })
    }
}
