//! What a workload's transactions do, when it is more than inserting a row.
//!
//! * **inserts**: so many rows in one statement.
//! * **transfers**: so many times, a little of the first number behind the key goes from one row to another, in one transaction. Whatever
//!   happens, the sum of that column stays the same.
//! * **fills**: as many rows as that in all, a thousand at a time, and then no more: what a table holds when a scenario begins.
//! * **mixed**: so many statements in one transaction, 12 of 20 inserting a row, 6 updating one and 2 deleting one.
//!
//! Rows are named by their keys, drawn from 1 to the highest that the workload knows; a mixed one may draw a key that is gone.
//! Left out on purpose: think times and waiting for an answer. A session that waits for a lock leaves its turns out.

use super::{Assignment, Cluster, Command, Comparison, Expression, Filter};
use crate::random::next_random;
use crate::server::TableDef;
use crate::types::{ColumnType, Micros, Value, Xid};
use serde::{Deserialize, Serialize};

/// The most rows or statements of one transaction.
pub const MOST_ROWS: u32 = 1000;
/// The most rows that a table is filled with.
pub const MOST_FILLED: u32 = 1_000_000;
/// The most that one transfer moves.
const MOST_MOVED: u64 = 10;

/// What a transaction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    Inserts {
        rows: u32,
    },
    Transfers {
        count: u32,
    },
    Mixed {
        statements: u32,
    },
    /// Rows that are still to come.
    Fills {
        rows: u32,
    },
}

/// The row with a key.
fn of_key(def: &TableDef, key: i64) -> Option<Filter> {
    let column = def.columns.first()?.name.clone();
    Some(Filter::Compare { column, operator: Comparison::Equal, value: Value::Int(key) })
}

/// The first number behind the key.
fn number_column(def: &TableDef) -> Option<&str> {
    let column = def.columns.iter().skip(1).find(|column| column.kind == ColumnType::Int)?;
    Some(&column.name)
}

impl Cluster {
    /// One transaction of a workload. What the database refuses is left out, or ends the transaction.
    pub(super) fn run_work(&mut self, index: usize, def: &TableDef, work: Work) {
        let now = self.now;
        let Some(workload) = self.workloads.get_mut(index) else {
            return;
        };
        let session = workload.session().to_owned();
        let statements = match work {
            Work::Inserts { rows } => {
                let rows = (0..rows.min(MOST_ROWS)).map(|_| workload.row(&def.columns, now)).collect();
                // Nobody looks at the answer: another session may have used a key.
                let _ = self.take_turn(&session, &Command::Insert { table: def.name.clone(), columns: None, rows });
                return;
            }
            Work::Fills { rows } => {
                let batch = rows.min(MOST_ROWS);
                let filled = (0..batch).map(|_| workload.row(&def.columns, now)).collect();
                workload.fills_on(rows - batch);
                let _ =
                    self.take_turn(&session, &Command::Insert { table: def.name.clone(), columns: None, rows: filled });
                return;
            }
            Work::Transfers { count } => {
                (0..count.min(MOST_ROWS)).flat_map(|_| self.transfer(index, def).into_iter().flatten()).collect()
            }
            Work::Mixed { statements } => {
                (0..statements.min(MOST_ROWS)).filter_map(|_| self.mixed(index, def, now)).collect::<Vec<_>>()
            }
        };
        // Somebody else may have left a transaction open in this session: it is not this workload's to end.
        if statements.is_empty() || self.take_turn(&session, &Command::Begin).is_err() {
            return;
        }
        for statement in &statements {
            let _ = self.take_turn(&session, statement);
        }
        let _ = self.take_turn(&session, &Command::Commit);
    }

    /// Both halves, or nothing if one of the rows is gone or there are no two.
    fn transfer(&mut self, index: usize, def: &TableDef) -> Option<[Command; 2]> {
        let column = number_column(def)?.to_owned();
        let workload = self.workloads.get_mut(index)?;
        let keys = workload.known_keys()?;
        let mut draw = |below: u64| next_random(workload.random()) % below.max(1);
        let from = draw(keys);
        let to = (from + 1 + draw(keys.saturating_sub(1))) % keys;
        let amount = draw(MOST_MOVED) as i64 + 1;
        let [from, to] = [from, to].map(|key| key as i64 + 1);
        let primary = self.primary.as_mut()?;
        let mut is_there = |key| {
            let seen = primary.rows_with_key(def.relation, &Value::Int(key), Xid::NONE, None);
            seen.is_ok_and(|rows| !rows.is_empty())
        };
        if from == to || !is_there(from) || !is_there(to) {
            return None;
        }
        let change = |key, plus| {
            let value = Expression::ColumnPlus { column: column.clone(), plus };
            let set = vec![Assignment { column: column.clone(), value }];
            Command::Update { table: def.name.clone(), set, filter: of_key(def, key) }
        };
        Some([change(from, -amount), change(to, amount)])
    }

    fn mixed(&mut self, index: usize, def: &TableDef, now: Micros) -> Option<Command> {
        let workload = self.workloads.get_mut(index)?;
        let table = def.name.clone();
        let choice = next_random(workload.random()) % 20;
        let key = workload.known_keys().map(|keys| (next_random(workload.random()) % keys) as i64 + 1);
        Some(match (choice, key, number_column(def)) {
            (12..18, Some(key), Some(column)) => {
                let value = Expression::Literal(Value::Int((next_random(workload.random()) % 100) as i64 + 1));
                let set = vec![Assignment { column: column.to_owned(), value }];
                Command::Update { table, set, filter: of_key(def, key) }
            }
            (18.., Some(key), _) => Command::Delete { table, filter: of_key(def, key) },
            _ => Command::Insert { table, columns: None, rows: vec![workload.row(&def.columns, now)] },
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::{Cluster, Command, EventKind};
    use crate::script::{parse, statement_text};
    use crate::types::{Micros, Value, Xid, Zone};
    use crate::{Kind, Run};

    fn run(workload: &str) -> Run {
        let text = format!(
            "# Work\n01:00 ops CREATE TABLE t (id int primary key, amount int, item text)\n\
             01:00 ops INSERT INTO t VALUES (1, 100, ''), (2, 100, ''), (3, 100, ''), (4, 100, '')\n\
             01:00 app {workload}\n01:00:10 ops note 'done'\n"
        );
        let script = parse(&text).unwrap_or_else(|error| panic!("{error}"));
        Run::new(script.settings, script.commands.into_iter().map(|line| line.timed).collect()).unwrap()
    }

    fn amounts(cluster: &Cluster) -> Vec<i64> {
        let primary = cluster.primary().unwrap();
        let def = primary.table("t", Xid::NONE).unwrap().unwrap();
        let rows = primary.peek_rows(def.relation, Xid::NONE).unwrap();
        let amount = |values: Vec<Value>| match values[1] {
            Value::Int(amount) => amount,
            _ => panic!("{values:?}"),
        };
        rows.into_iter().map(|row| amount(row.values)).collect()
    }

    fn count(run: &Run, kind: Kind) -> usize {
        let is_one =
            |event: &EventKind| matches!(event, EventKind::RecordWritten { record, .. } if record.kind == kind);
        run.events().iter().filter(|event| is_one(&event.kind)).count()
    }

    #[test]
    fn inserts_come_many_at_a_time() {
        let run = run("workload t every 1s inserts 7");
        assert_eq!(amounts(run.cluster()).len(), 4 + 10 * 7);
    }

    #[test]
    fn a_table_is_filled_and_then_left_alone() {
        let run = run("workload t every 1s fills 2500");
        assert_eq!(amounts(run.cluster()).len(), 4 + 2500);
        assert!(run.cluster().busy_until().is_none());
    }

    #[test]
    fn transfers_keep_the_sum() {
        let run = run("workload t every 500ms transfers 3");
        let after = amounts(run.cluster());
        assert_eq!((after.len(), after.iter().sum::<i64>()), (4, 400));
        assert!(after.iter().any(|amount| *amount != 100), "{after:?}");
        assert_eq!(count(&run, Kind::Update), 20 * 3 * 2);
        // Whoever looks between two transactions finds the same.
        for step in (41..run.events().len()).step_by(41) {
            assert_eq!(amounts(&run.state_at(step)).iter().sum::<i64>(), 400, "{step}");
        }
    }

    #[test]
    fn mixed_work_does_all_three() {
        let run = run("workload t every 200ms mixed 5");
        for kind in [Kind::Insert, Kind::Update, Kind::Delete] {
            assert!(count(&run, kind) > 5, "{kind:?}: {}", count(&run, kind));
        }
    }

    #[test]
    fn a_seed_is_a_load() {
        assert_eq!(run("workload t every 1s mixed 9").events(), run("workload t every 1s mixed 9").events());
    }

    #[test]
    fn it_reads_as_it_is_written() {
        for text in [
            "workload t every 1s inserts 7",
            "workload t every 500ms transfers 1000",
            "workload t every 1m30s mixed 20",
            "workload t every 1s fills 1000000",
        ] {
            let script = parse(&format!("01:00 app {text}\n")).unwrap();
            let command = &script.commands[0].timed.command;
            assert!(matches!(**command, Command::WorkloadOf { every, .. } if every > Micros::ZERO));
            assert_eq!(statement_text(command, Zone::default()), text);
        }
        for (text, code) in [
            ("workload t every 1s transfers", "ends_early"),
            ("workload t every 1s transfers 0", "bad_number"),
            ("workload t every 1s inserts 1001", "bad_number"),
            ("workload t every 1s queries 5", "unexpected_word"),
        ] {
            assert_eq!(parse(&format!("01:00 app {text}\n")).unwrap_err().fault.code(), code, "{text}");
        }
    }
}
