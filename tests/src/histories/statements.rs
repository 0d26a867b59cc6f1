//! What the sessions send.

use super::Random;
use super::teller::Teller;
use pitr_engine::types::{Column, ColumnType, Value};
use pitr_engine::{Assignment, Command, Comparison, Expression, Filter};

impl Teller {
    /// A session's next statement.
    pub(super) fn speak(&mut self, session: &str) {
        let state = self.cluster.sessions().find(|(name, _)| *name == session).map(|(_, state)| state.clone());
        let state = state.unwrap_or_default();
        let savepoints: Vec<String> = state.savepoints.iter().map(|savepoint| savepoint.name.clone()).collect();
        let [insert, update, delete, read] = [30, 18, 8, 3];
        if !state.in_transaction {
            match self.random.weighted(&[40, insert, update, delete, read, 4, 4, 3, 1, 1]) {
                0 => self.says(session, Command::Begin),
                1 => self.insert(session),
                2 => self.update(session),
                3 => self.delete(session),
                4 => self.read(session),
                5 => self.create_table(session),
                6 => self.create_sequence(session),
                7 => self.draw(session),
                8 => self.empty(session),
                _ => self.drop_table(session),
            }
            return;
        }
        match self.random.weighted(&[insert, update, delete, read, 9, 7, 4, 22, 6, 4, 2, 1, 2, 2]) {
            0 => self.insert(session),
            1 => self.update(session),
            2 => self.delete(session),
            3 => self.read(session),
            4 => {
                // Names may be used again: the innermost counts.
                let name = format!("s{}", self.random.below(3));
                self.says(session, Command::Savepoint { name });
            }
            5 => {
                if let Some(name) = self.random.pick(&savepoints).cloned() {
                    self.says(session, Command::RollbackTo { name });
                }
            }
            6 => {
                if let Some(name) = self.random.pick(&savepoints).cloned() {
                    self.says(session, Command::Release { name });
                }
            }
            7 => self.says(session, Command::Commit),
            8 => self.says(session, Command::Rollback),
            9 => self.draw(session),
            10 => self.empty(session),
            11 => self.drop_table(session),
            12 => self.create_table(session),
            _ => self.create_sequence(session),
        }
    }

    fn says(&mut self, session: &str, command: Command) {
        self.send(session, command);
    }

    fn a_table(&mut self, session: &str) -> Option<String> {
        let tables = self.tables(session);
        self.random.pick(&tables).cloned()
    }

    pub(super) fn create_table(&mut self, session: &str) {
        let table = self.new_name("t");
        let mut columns = vec![column("id", ColumnType::Int), column("name", ColumnType::Text)];
        columns.push(column("quantity", ColumnType::Int));
        if self.random.chance(50) {
            columns.push(column("paid", ColumnType::Bool));
            columns.push(column("due", ColumnType::Timestamp));
        }
        self.says(session, Command::CreateTable { table, columns });
    }

    fn insert(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        let count = [1, 1, 1, 2, 5][self.random.below(5) as usize];
        let mut rows = Vec::new();
        for _ in 0..count {
            self.keys += 1;
            // Now and then a key that may be taken.
            let key = if self.random.chance(5) { 1 + self.random.below(20) as i64 } else { self.keys };
            rows.push(vec![Value::Int(key), a_text(&mut self.random), a_quantity(&mut self.random)]);
        }
        let columns = ["id", "name", "quantity"].map(str::to_owned).to_vec();
        self.says(session, Command::Insert { table, columns: Some(columns), rows });
    }

    fn update(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        let set = match self.random.weighted(&[50, 30, 5]) {
            0 => ("quantity", Expression::ColumnPlus { column: "quantity".into(), plus: self.random.between(-9, 9) }),
            1 => ("name", Expression::Literal(a_text(&mut self.random))),
            _ => ("id", Expression::ColumnPlus { column: "id".into(), plus: 1000 }),
        };
        let set = vec![Assignment { column: set.0.to_owned(), value: set.1 }];
        let filter = self.a_filter(4);
        self.says(session, Command::Update { table, set, filter });
    }

    fn delete(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        let filter = self.a_filter(4);
        self.says(session, Command::Delete { table, filter });
    }

    fn read(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        let filter = self.a_filter(40);
        self.says(session, Command::Select { table, filter });
    }

    fn empty(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        self.says(session, Command::Truncate { table });
    }

    fn drop_table(&mut self, session: &str) {
        let Some(table) = self.a_table(session) else { return };
        self.says(session, Command::DropTable { table });
    }

    fn create_sequence(&mut self, session: &str) {
        let name = self.new_name("q");
        let (start, increment) = (self.random.between(-5, 100), self.random.between(1, 10));
        self.says(session, Command::CreateSequence { name, start, increment });
    }

    fn draw(&mut self, session: &str) {
        let primary = self.cluster.primary();
        let sequences = primary.and_then(|primary| primary.sequences(pitr_engine::types::Xid::NONE).ok());
        let names: Vec<String> = sequences.unwrap_or_default().into_iter().map(|(def, _)| def.name).collect();
        let Some(sequence) = self.random.pick(&names).cloned() else { return };
        let count = 1 + self.random.below(40) as u32;
        self.says(session, Command::NextValue { sequence, count });
    }

    /// A WHERE, mostly about one key; none in that many of a hundred cases.
    fn a_filter(&mut self, none_percent: u64) -> Option<Filter> {
        if self.random.chance(none_percent) {
            return None;
        }
        let near = self.keys - self.random.below(12) as i64;
        let operators = [Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::GreaterOrEqual];
        let key = compare("id", Comparison::Equal, near);
        Some(match self.random.weighted(&[70, 15, 8, 7]) {
            0 => key,
            1 => compare("id", Comparison::Greater, near),
            2 => Filter::Or(key.into(), compare("id", Comparison::Equal, self.random.between(1, 20)).into()),
            _ => {
                let operator = *self.random.pick(&operators).unwrap_or(&Comparison::Equal);
                let quantity = compare("quantity", operator, self.random.between(0, 50));
                Filter::And(compare("id", Comparison::LessOrEqual, near).into(), quantity.into())
            }
        })
    }
}

fn column(name: &str, kind: ColumnType) -> Column {
    Column { name: name.to_owned(), kind }
}

fn compare(column: &str, operator: Comparison, value: i64) -> Filter {
    Filter::Compare { column: column.to_owned(), operator, value: Value::Int(value) }
}

fn a_text(random: &mut Random) -> Value {
    const NAMES: [&str; 6] = ["Ada", "Grace", "Edsger", "it's", "Zoë", ""];
    let name = random.pick(&NAMES).copied().unwrap_or_default();
    match random.weighted(&[80, 15, 5]) {
        0 => Value::Text(name.to_owned()),
        1 => Value::Text(name.repeat(random.below(60) as usize)),
        _ => Value::Null,
    }
}

fn a_quantity(random: &mut Random) -> Value {
    match random.weighted(&[90, 5, 5]) {
        0 => Value::Int(random.between(0, 99)),
        1 => Value::Int(i64::MAX - random.between(0, 5)),
        _ => Value::Null,
    }
}
