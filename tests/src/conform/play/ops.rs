//! Each op of a recording as the engine's commands, and what the recording says came of it.

use super::{OPERATOR, Player, create_table, text};
use crate::conform::compare::Difference;
use crate::conform::recording::{Mark, MarkKind, Op, Stretch};
use pitr_engine::types::{Micros, TimelineId, Value, Xid};
use pitr_engine::{Assignment, Command, Comparison, Event, EventKind, Expression, Filter};

impl Player {
    pub(super) fn run_op(&mut self, op: &Op, stretch: &Stretch) -> Result<(), Difference> {
        match op {
            Op::Clock { time_us } => {
                self.clock = Micros(*time_us);
                Ok(())
            }
            Op::Begin { session } => self.run(session, &Command::Begin, stretch).map(drop),
            Op::Savepoint { session, name } => {
                self.run(session, &Command::Savepoint { name: name.clone() }, stretch).map(drop)
            }
            Op::Release { session, name } => {
                self.run(session, &Command::Release { name: name.clone() }, stretch).map(drop)
            }
            Op::RollbackTo { session, name } => self.roll_back_to(session, name, stretch),
            Op::Commit { session, xid } => self.commit(session, xid.map_or(Xid::NONE, Xid), stretch),
            Op::Rollback { session, xid } => self.roll_back(session, xid.map_or(Xid::NONE, Xid), stretch),
            Op::Put { session, table, key, value } => self.put(session, table, *key, text(value), stretch),
            Op::Delete { session, table, key, deleted } => {
                let command = Command::Delete { table: table.clone(), filter: Some(key_is(*key)) };
                let events = self.run(session, &command, stretch)?;
                self.expect("rows deleted", deleted, &rows(&events));
                Ok(())
            }
            Op::DeleteAll { session, table } => {
                self.run(session, &Command::Delete { table: table.clone(), filter: None }, stretch).map(drop)
            }
            Op::Truncate { session, table } => {
                self.run(session, &Command::Truncate { table: table.clone() }, stretch).map(drop)
            }
            Op::CreateTable { session, table } => self.run(session, &create_table(table), stretch).map(drop),
            Op::DropTable { session, table } => {
                self.run(session, &Command::DropTable { table: table.clone() }, stretch).map(drop)
            }
            Op::Nextval { session, sequence, count, value } => self.draw(session, sequence, *count, *value, stretch),
            Op::RestorePoint { name } => {
                self.run_marked(OPERATOR, &Command::RestorePoint { name: name.clone() }, stretch).map(drop)
            }
            Op::Checkpoint => self.run(OPERATOR, &Command::Checkpoint, stretch).map(drop),
            Op::SwitchWal => self.run(OPERATOR, &Command::SwitchSegment, stretch).map(drop),
            Op::BackupStart { label } => {
                // A backup of PostgreSQL begins with a segment of its own.
                self.run(OPERATOR, &Command::SwitchSegment, stretch)?;
                self.places.add_backup(label, TimelineId(stretch.timeline));
                self.run(OPERATOR, &Command::BackupStart { label: label.clone() }, stretch).map(drop)
            }
            Op::BackupCopy { label } => {
                self.run(OPERATOR, &Command::BackupCopy { label: label.clone() }, stretch).map(drop)
            }
            Op::BackupStop { label } => {
                self.run_marked(OPERATOR, &Command::BackupStop { label: label.clone() }, stretch).map(drop)
            }
        }
    }

    /// Carries out a command that is not known to make a mark, at the time that the recorded clock shows.
    fn run(&mut self, session: &str, command: &Command, stretch: &Stretch) -> Result<Vec<Event>, Difference> {
        self.execute(OPERATOR, &Command::SetClock { to: self.clock })?;
        let events = self.execute(session, command)?;
        self.match_marks(&events, stretch)?;
        Ok(events)
    }

    /// Carries out a command that makes the next mark, at the time of that mark and in its segment.
    fn run_marked(&mut self, session: &str, command: &Command, stretch: &Stretch) -> Result<Vec<Event>, Difference> {
        if let Some(mark) = stretch.marks.get(self.matched) {
            self.clock = mark.time_us.map_or(self.clock, Micros);
            self.align(mark, stretch)?;
        }
        self.run(session, command, stretch)
    }

    fn commit(&mut self, session: &str, xid: Xid, stretch: &Stretch) -> Result<(), Difference> {
        let events = if xid == Xid::NONE {
            self.run(session, &Command::Commit, stretch)?
        } else {
            if let Some(mark) = stretch.marks.get(self.matched) {
                self.compare_subtransactions(session, mark);
            }
            self.run_marked(session, &Command::Commit, stretch)?
        };
        let got = events.iter().find_map(|event| match &event.kind {
            EventKind::Committed { xid, .. } => Some(*xid),
            _ => None,
        });
        self.expect("XID committed", &xid, &got.unwrap_or(Xid::NONE));
        Ok(())
    }

    /// Holds the savepoints that are still set to the recorded numbers: those of released ones are among the recorded too.
    fn compare_subtransactions(&mut self, session: &str, mark: &Mark) {
        let state = self.cluster.sessions().find(|(name, _)| *name == session).map(|(_, state)| state.clone());
        let set = state.map(|state| state.savepoints).unwrap_or_default();
        let wrong = set.into_iter().map(|savepoint| savepoint.xid);
        let wrong: Vec<Xid> = wrong.filter(|xid| *xid != Xid::NONE && !mark.subxids.contains(&xid.0)).collect();
        if !wrong.is_empty() {
            let what = format!("subtransactions of the commit of {:?}", mark.xid);
            self.differences.push(Difference::new(what, format!("{:?}", mark.subxids), format!("{wrong:?} too")));
        }
    }

    /// A rollback logs the end of each numbered savepoint and then its own. They are recorded at times of their own, so each is undone
    /// by itself.
    fn roll_back(&mut self, session: &str, xid: Xid, stretch: &Stretch) -> Result<(), Difference> {
        if xid == Xid::NONE {
            let events = self.run(session, &Command::Rollback, stretch)?;
            self.expect("XID rolled back", &xid, &rolled_back(&events));
            return Ok(());
        }
        self.undo_savepoints(session, 0, stretch)?;
        let events = self.run_marked(session, &Command::Rollback, stretch)?;
        self.expect("XID rolled back", &xid, &rolled_back(&events));
        Ok(())
    }

    fn roll_back_to(&mut self, session: &str, name: &str, stretch: &Stretch) -> Result<(), Difference> {
        let index = self.savepoints(session).iter().rposition(|(set, _)| set == name).unwrap_or(0);
        self.undo_savepoints(session, index + 1, stretch)?;
        let numbered = self.savepoints(session).last().is_some_and(|(_, xid)| *xid != Xid::NONE);
        let command = Command::RollbackTo { name: name.to_owned() };
        let events = match numbered {
            true => self.run_marked(session, &command, stretch),
            false => self.run(session, &command, stretch),
        };
        events.map(drop)
    }

    /// Undoes and forgets the savepoints from `index` on, the innermost first.
    fn undo_savepoints(&mut self, session: &str, index: usize, stretch: &Stretch) -> Result<(), Difference> {
        for (name, xid) in self.savepoints(session).into_iter().skip(index).rev() {
            if xid != Xid::NONE {
                self.run_marked(session, &Command::RollbackTo { name: name.clone() }, stretch)?;
            }
            self.run(session, &Command::Release { name }, stretch)?;
        }
        Ok(())
    }

    /// A session's savepoints with their numbers, outermost first.
    fn savepoints(&self, session: &str) -> Vec<(String, Xid)> {
        let state = self.cluster.sessions().find(|(name, _)| *name == session).map(|(_, state)| state);
        let set = state.map(|state| state.savepoints.as_slice()).unwrap_or_default();
        set.iter().map(|savepoint| (savepoint.name.clone(), savepoint.xid)).collect()
    }

    fn put(&mut self, session: &str, table: &str, key: i64, value: Value, stretch: &Stretch) -> Result<(), Difference> {
        let set = vec![Assignment { column: "value".to_owned(), value: Expression::Literal(value.clone()) }];
        let update = Command::Update { table: table.to_owned(), set, filter: Some(key_is(key)) };
        let before = self.numbers(session);
        if rows(&self.run(session, &update, stretch)?) == 0 {
            // An update of no row takes no number; the insert behind it does.
            let after = self.numbers(session);
            self.expect("XIDs after an update of no row", &before, &after);
            let rows = vec![vec![Value::Int(key), value]];
            self.run(session, &Command::Insert { table: table.to_owned(), columns: None, rows }, stretch)?;
        }
        Ok(())
    }

    /// The numbers that a session's transaction and savepoints have.
    fn numbers(&self, session: &str) -> Vec<Xid> {
        let state = self.cluster.sessions().find(|(name, _)| *name == session).map(|(_, state)| state);
        let top = state.map_or(Xid::NONE, |state| state.xid);
        [top].into_iter().chain(self.savepoints(session).into_iter().map(|(_, xid)| xid)).collect()
    }

    fn draw(
        &mut self,
        session: &str,
        sequence: &str,
        count: u32,
        value: i64,
        stretch: &Stretch,
    ) -> Result<(), Difference> {
        let command = Command::NextValue { sequence: sequence.to_owned(), count };
        let next = stretch.marks.get(self.matched).filter(|mark| mark.kind == MarkKind::Sequence);
        if let Some(mark) = next {
            // Only some draws are logged, so whether this one makes the mark is tried on a copy.
            let tried = self.cluster.clone().execute(session, &command);
            let is_logged = |event: &Event| matches!(&event.kind, EventKind::RecordWritten { record, .. } if record.kind == pitr_engine::Kind::Sequence);
            if tried.is_ok_and(|events| events.iter().any(is_logged)) {
                self.expect("sequence logged", &mark.sequence.as_deref(), &Some(sequence));
                self.align(mark, stretch)?;
            }
        }
        let events = self.run(session, &command, stretch)?;
        let drawn = events.iter().find_map(|event| match &event.kind {
            EventKind::SequenceDrawn { value, .. } => Some(*value),
            _ => None,
        });
        self.expect("value drawn", &Some(value), &drawn);
        Ok(())
    }

    fn expect<T: PartialEq + core::fmt::Debug>(&mut self, what: &str, expected: &T, got: &T) {
        if expected != got {
            let what = format!("{what} before mark {}", self.matched);
            self.differences.push(Difference::new(what, format!("{expected:?}"), format!("{got:?}")));
        }
    }
}

fn key_is(key: i64) -> Filter {
    Filter::Compare { column: "key".to_owned(), operator: Comparison::Equal, value: Value::Int(key) }
}

/// The rows that a statement changed.
fn rows(events: &[Event]) -> u64 {
    let ran = events.iter().find_map(|event| match &event.kind {
        EventKind::StatementRan { rows, .. } => Some(*rows),
        _ => None,
    });
    ran.unwrap_or(0)
}

fn rolled_back(events: &[Event]) -> Xid {
    let ended = events.iter().find_map(|event| match &event.kind {
        EventKind::RolledBack { xid, .. } => Some(*xid),
        _ => None,
    });
    ended.unwrap_or(Xid::NONE)
}
