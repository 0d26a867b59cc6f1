//! Work that goes on by itself: a transaction every so often, from a seed.

#[cfg(feature = "whole")]
use super::Work;
use super::{Cluster, Command};
use crate::random::next_random;
use crate::server::StoredRow;
use crate::types::{Column, ColumnType, Micros, Value, Xid};

/// One source of transactions.
#[derive(Debug, Clone)]
pub struct Workload {
    session: String,
    table: String,
    every: Micros,
    next_at: Micros,
    next_key: i64,
    random: u64,
    #[cfg(feature = "whole")]
    work: Option<Work>,
}

impl Workload {
    /// A workload whose first transaction comes one interval from now, with keys behind those that are there.
    pub(super) fn new(
        session: &str,
        table: &str,
        every: Micros,
        now: Micros,
        seed: u64,
        rows: &[StoredRow],
    ) -> Workload {
        let highest = rows.iter().filter_map(|row| match row.values.first() {
            Some(Value::Int(key)) => Some(*key),
            _ => None,
        });
        Workload {
            session: session.to_owned(),
            table: table.to_owned(),
            // A workload of no interval would never let the clock go on.
            every: every.max(Micros::MILLISECOND),
            next_at: now + every.max(Micros::MILLISECOND),
            next_key: highest.max().unwrap_or(0).saturating_add(1),
            random: seed,
            #[cfg(feature = "whole")]
            work: None,
        }
    }

    /// The one that was due has fallen out.
    pub(super) fn fell_out(&mut self, now: Micros) {
        self.next_at = now + self.every;
    }

    /// It fills a table, and so many rows are still to come.
    #[cfg(feature = "whole")]
    pub(super) fn fills_on(&mut self, rows: u32) {
        self.work = Some(Work::Fills { rows });
        if rows == 0 {
            self.next_at = Micros(i64::MAX);
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }

    pub(super) fn next_at(&self) -> Micros {
        self.next_at
    }

    #[cfg(feature = "whole")]
    pub(super) fn random(&mut self) -> &mut u64 {
        &mut self.random
    }

    /// How many keys there are, from 1 on; `None` if there is none.
    #[cfg(feature = "whole")]
    pub(super) fn known_keys(&self) -> Option<u64> {
        u64::try_from(self.next_key - 1).ok().filter(|keys| *keys > 0)
    }

    /// A row for the table.
    pub(super) fn row(&mut self, columns: &[Column], now: Micros) -> Vec<Value> {
        const ITEMS: [&str; 8] = ["lamp", "chair", "kettle", "radio", "clock", "mirror", "carpet", "shelf"];
        let mut row = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let drawn = next_random(&mut self.random);
            row.push(match column.kind {
                ColumnType::Int if index == 0 => Value::Int(self.next_key),
                ColumnType::Int => Value::Int((drawn % 100) as i64 + 1),
                ColumnType::Text if index == 0 => Value::Text(format!("k{}", self.next_key)),
                ColumnType::Text => Value::Text(ITEMS[(drawn % 8) as usize].to_owned()),
                ColumnType::Bool => Value::Bool(drawn.is_multiple_of(2)),
                ColumnType::Timestamp => Value::Timestamp(now.0),
            });
        }
        self.next_key = self.next_key.saturating_add(1);
        row
    }
}

impl Cluster {
    /// The workload that has just begun does more than insert a row.
    #[cfg(feature = "whole")]
    pub(super) fn last_workload_does(&mut self, work: Work) {
        if let Some(workload) = self.workloads.last_mut() {
            workload.work = Some(work);
        }
    }

    /// Runs the next transaction of a workload. If the database refuses it, that one is left out.
    pub(super) fn run_workload(&mut self, index: usize) {
        let now = self.now;
        let is_busy = crate::WHOLE && self.workloads.get(index).is_some_and(|workload| self.is_busy(&workload.session));
        let Some(workload) = self.workloads.get_mut(index) else {
            return;
        };
        if is_busy {
            // It has not been answered yet, and asks for nothing more.
            workload.next_at = now + workload.every;
            return;
        }
        let (session, table) = (workload.session.clone(), workload.table.clone());
        let def = self.primary.as_ref().and_then(|primary| primary.table(&table, Xid::NONE).ok().flatten());
        let workload = &mut self.workloads[index];
        workload.next_at = now + workload.every;
        #[cfg(feature = "whole")]
        if let (Some(def), Some(work)) = (&def, workload.work) {
            self.run_work(index, def, work);
            return;
        }
        if let Some(def) = def {
            let rows = vec![workload.row(&def.columns, now)];
            // Nobody looks at the answer: another session may have used the key.
            let _ = if crate::WHOLE {
                self.take_turn(&session, &Command::Insert { table, columns: None, rows })
            } else {
                self.insert(&session, &table, None, &rows)
            };
        }
    }
}
