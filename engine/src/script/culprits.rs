//! Which word of a statement a server complains of: an error tells of names and values, a person looks for the word.
//!
//! The statement is walked through as it was read. Where no word of it is to blame (a row is too long, a server is down, a key that is not given)
//! there is none, and the whole statement is.

use super::Place;
use super::cursor::{Cursor, Token, split_comment};
use super::sql;
use super::statements::read_between;
use crate::archive::Spared;
use crate::cluster::{Cluster, Command, CommandError};
use crate::recovery::RecoveryFailure;
use crate::types::{Value, Xid};

/// The word of a statement that an error is about. The statement stands alone and reads as `command`, and `state` is what refuses it.
pub fn culprit(statement: &str, command: &Command, error: &CommandError, state: &Cluster) -> Option<Place> {
    let mut start = Cursor::new(1, split_comment(statement).0);
    start.head();
    match error {
        CommandError::NoSuchTable { table, .. }
        | CommandError::TableExists { table }
        | CommandError::LockedInRecovery { table } => named(start, table),
        CommandError::SchemaDiffers { table, .. } => last(start, |start| named_behind(start, table)),
        CommandError::NoSuchSequence { sequence, .. } | CommandError::SequenceUsedUp { sequence } => {
            named(start, sequence)
        }
        CommandError::NoSuchSavepoint { name, .. } => named(start, name),
        CommandError::NoSuchColumn { column, .. }
        | CommandError::DuplicateColumn { column }
        | CommandError::NumberOutOfRange { column } => named(behind_table(start, command)?, column),
        CommandError::WrongValueCount { got, .. } => {
            let has = |row: &Row| row.values.len() as u64 == *got;
            rows(start)?.into_iter().find(has).map(|row| row.place)
        }
        CommandError::WrongType { column, value, .. } => {
            set_to(start, command, column, value, state)?.into_iter().next()
        }
        CommandError::NullKey { column, .. } => set_to(start, command, column, "NULL", state)?.into_iter().next(),
        CommandError::DuplicateKey { table, key } => {
            let column = columns(state, table)?.into_iter().next()?;
            // Of a key that is given twice, the second is one too many.
            set_to(start, command, &column, key, state)?.pop()
        }
        CommandError::BackupExists { label }
        | CommandError::BackupRunning { label }
        | CommandError::BackupNotRunning { label }
        | CommandError::NoSuchBackup { label, .. } => labelled(start, label),
        CommandError::NotHeld { backup } | CommandError::ChainBroken { backup, .. } => labelled(start, backup),
        CommandError::ParentNotOnTimeline { parent, .. } => labelled(start, parent),
        CommandError::NotInChain { first, .. } => labelled(start, first),
        CommandError::Spared(Spared::Held { backup } | Spared::InUse { backup } | Spared::Continued { backup, .. }) => {
            labelled(start, backup)
        }
        CommandError::NothingToDamage => Some(start.place_over(start.rest())),
        _ => None,
    }
}

/// The word of a statement by which the recovery that it asks for fails: its target, its timeline or its backup.
pub fn culprit_of_recovery(statement: &str, failure: &RecoveryFailure) -> Option<Place> {
    let mut start = Cursor::new(1, split_comment(statement).0);
    start.head();
    match failure {
        RecoveryFailure::BeforeConsistent { .. } | RecoveryFailure::TargetNotReached { .. } => target(start),
        RecoveryFailure::NoSuchTimeline { .. } | RecoveryFailure::HistoryDamaged { .. } => along(start),
        RecoveryFailure::BackupNotOnTimeline { backup, .. } => labelled(start, backup).or_else(|| along(start)),
        RecoveryFailure::BackupIncomplete { backup, .. }
        | RecoveryFailure::BackupCutOff { backup, .. }
        | RecoveryFailure::BackupDamaged { backup }
        | RecoveryFailure::ChainBroken { backup, .. } => labelled(start, backup),
        RecoveryFailure::PageDamaged { .. } | RecoveryFailure::Unusable(_) => None,
    }
}

/// The target that a recovery is to come to.
fn target(mut cursor: Cursor<'_>) -> Option<Place> {
    if cursor.takes_word("from") {
        cursor.word();
    }
    cursor.takes_word("to").then_some(())?;
    let kind = cursor;
    let name = cursor.word();
    let before = cursor;
    match name.to_ascii_lowercase().as_str() {
        "time" | "name" => drop(cursor.text().ok()?),
        "lsn" | "xid" => drop(cursor.word()),
        _ => return Some(kind.place_over(name)),
    }
    Some(before.place_over(read_between(&before, &cursor)))
}

/// The timeline that a recovery is to follow.
fn along(mut cursor: Cursor<'_>) -> Option<Place> {
    while !cursor.takes_word("along") {
        // A word ends at a quote, where no other word begins.
        if cursor.word().is_empty() && cursor.token().ok()? == Token::End {
            return None;
        }
    }
    let before = cursor;
    Some(before.place_over(cursor.word()))
}

/// The first name that is this one.
fn named(start: Cursor<'_>, name: &str) -> Option<Place> {
    named_behind(start, name).map(|(place, _)| place)
}

/// The same, and what stands behind it.
fn named_behind<'a>(mut cursor: Cursor<'a>, name: &str) -> Option<(Place, Cursor<'a>)> {
    loop {
        let start = cursor;
        match cursor.token().ok()? {
            Token::End => return None,
            Token::Name(found) if found.eq_ignore_ascii_case(name) => return Some((start.place_over(found), cursor)),
            _ => {}
        }
    }
}

/// The last of what can be found again behind itself.
fn last<'a>(mut cursor: Cursor<'a>, find: impl Fn(Cursor<'a>) -> Option<(Place, Cursor<'a>)>) -> Option<Place> {
    let mut found = None;
    while let Some((place, behind)) = find(cursor) {
        (found, cursor) = (Some(place), behind);
    }
    found
}

/// What stands behind the name of the statement's table: a column may be called as its table is.
fn behind_table<'a>(start: Cursor<'a>, command: &Command) -> Option<Cursor<'a>> {
    let (Command::Insert { table, .. }
    | Command::Update { table, .. }
    | Command::Delete { table, .. }
    | Command::Select { table, .. }
    | Command::AddColumn { table, .. }
    | Command::ExplainRow { table, .. }) = command
    else {
        return Some(start);
    };
    named_behind(start, table).map(|(_, behind)| behind)
}

/// A row of an INSERT: all of it, and each of its values.
struct Row {
    place: Place,
    values: Vec<(Place, Value)>,
}

/// The rows of an INSERT.
fn rows(mut cursor: Cursor<'_>) -> Option<Vec<Row>> {
    while !cursor.takes("values") {
        if cursor.token().ok()? == Token::End {
            return None;
        }
    }
    let mut rows = Vec::new();
    loop {
        let start = cursor;
        let mut values = Vec::new();
        cursor.takes_symbol("(").then_some(())?;
        loop {
            let before = cursor;
            let value = sql::literal(&mut cursor).ok()?;
            values.push((before.place_over(read_between(&before, &cursor)), value));
            if !cursor.takes_symbol(",") {
                break;
            }
        }
        cursor.takes_symbol(")").then_some(())?;
        rows.push(Row { place: start.place_over(read_between(&start, &cursor)), values });
        if !cursor.takes_symbol(",") {
            return Some(rows);
        }
    }
}

/// The columns of a table of the live server, in their order.
fn columns(state: &Cluster, table: &str) -> Option<Vec<String>> {
    let tables = state.primary()?.tables(Xid::NONE).ok()?;
    let table = tables.into_iter().find(|known| known.name == table)?;
    Some(table.columns.into_iter().map(|column| column.name).collect())
}

/// Where a statement gives a column this value, or compares it with it; else where it names the column.
fn set_to(start: Cursor<'_>, command: &Command, column: &str, value: &str, state: &Cluster) -> Option<Vec<Place>> {
    let Command::Insert { table, columns: own, .. } = command else {
        let behind = behind_table(start, command)?;
        return compared(behind, column, value).or_else(|| named(behind, column)).map(|place| vec![place]);
    };
    let columns = own.clone().or_else(|| columns(state, table))?;
    let index = columns.iter().position(|name| name == column)?;
    let given = rows(start)?.into_iter().filter_map(|row| row.values.into_iter().nth(index));
    Some(given.filter(|(_, found)| found.to_string() == value).map(|(place, _)| place).collect())
}

/// The literal of this value that stands behind a column and a sign.
fn compared(mut cursor: Cursor<'_>, column: &str, value: &str) -> Option<Place> {
    while let Some((_, behind)) = named_behind(cursor, column) {
        cursor = behind;
        let mut before = behind;
        let sign = matches!(before.token(), Ok(Token::Symbol("=" | "<" | "<=" | "<>" | "!=" | ">" | ">=")));
        let mut after = before;
        if sign && sql::literal(&mut after).is_ok_and(|found| found.to_string() == value) {
            return Some(before.place_over(read_between(&before, &after)));
        }
    }
    None
}

/// The first word that is this label, alone or as an end of a range.
fn labelled(mut cursor: Cursor<'_>, label: &str) -> Option<Place> {
    while !cursor.is_at_end() {
        let start = cursor;
        let word = cursor.word();
        let (first, behind) = word.split_once("..").unwrap_or((word, ""));
        if word == label || first == label {
            return Some(start.place_over(label));
        }
        if behind == label {
            let place = start.place_over(label);
            return Some(Place { column: place.column + first.chars().count() as u32 + 2, ..place });
        }
        if word.is_empty() {
            cursor.token().ok()?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::run::{Run, RunError};

    const BEFORE: &str = "\
CREATE TABLE t (id int PRIMARY KEY, name text, n int)
INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 2)
CREATE SEQUENCE s
backup b1
";

    /// A statement that is refused behind [`BEFORE`], with the word that is to blame in brackets, if one is.
    fn check(code: &str, marked: &str) {
        let statement = &marked.replace(['[', ']'], "");
        let script =
            parse(&format!("{BEFORE}01:00:00 {statement}\n")).unwrap_or_else(|error| panic!("{error}\n{statement}"));
        let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
        let mut run = Run::begun(script.settings.clone(), commands);
        let refused = loop {
            match run.go_on() {
                Ok(is_over) => assert!(!is_over, "{statement}: it is carried out"),
                Err(refused) => break refused,
            }
        };
        let RunError::Command(error) = refused.error else { panic!("{statement}: {refused:?}") };
        assert_eq!(error.code(), code, "{statement}: {error:?}");
        let line = &script.commands[refused.command];
        assert_eq!(line.statement, *statement);
        let found = culprit(statement, &line.timed.command, &error, run.cluster());
        assert_eq!(self::marked(statement, found), marked);
    }

    /// A statement with a place of it in brackets.
    fn marked(statement: &str, place: Option<Place>) -> String {
        let Some(place) = place else { return statement.to_owned() };
        let chars: Vec<char> = statement.chars().collect();
        let (before, rest) = chars.split_at(place.column as usize - 1);
        let (covered, behind) = rest.split_at(place.width as usize);
        [before, &['['], covered, &[']'], behind].concat().into_iter().collect()
    }

    #[test]
    fn names_that_nothing_has() {
        for statement in [
            "INSERT INTO [Tz] VALUES (1, 'tz', 1)",
            "UPDATE [Tz] SET n = 1",
            "DELETE FROM [Tz] WHERE id = 1",
            "SELECT * FROM [Tz]",
            "TRUNCATE [Tz]",
            "DROP TABLE [Tz]",
            "ALTER TABLE [Tz] ADD tz int",
            "workload [Tz] every 5s",
        ] {
            check("no_such_table", statement);
        }
        check("table_exists", "CREATE TABLE [t] (t int)");
        check("no_such_sequence", "nextval [q] 3");
        check("no_such_column", "INSERT INTO t (id, [nme]) VALUES (3, 'x')");
        check("no_such_column", "UPDATE t SET [t] = 1");
        check("no_such_column", "UPDATE t SET [t] = 1 WHERE id = 99");
        check("no_such_column", "UPDATE t SET n = [m] + 1 WHERE id = 99");
        check("no_such_column", "UPDATE t SET name = 'm' WHERE [m] = 1");
        check("duplicate_column", "ALTER TABLE t ADD COLUMN [name] text");
    }

    #[test]
    fn values_that_do_not_fit() {
        check("wrong_value_count", "INSERT INTO t VALUES [(3, 'x')]");
        check("wrong_type", "INSERT INTO t VALUES (3, [3], 3)");
        check("wrong_type", "INSERT INTO t (n, id) VALUES (['ö#'], 3)");
        check("null_key", "INSERT INTO t VALUES (3, 'x', 3), ([NULL], NULL, 3)");
        check("null_key", "INSERT INTO t (name) VALUES ('x')");
        check("duplicate_key", "INSERT INTO t VALUES (3, 'x', 2), ([2], 'y', 2)");
        check("duplicate_key", "UPDATE t SET id = [2] WHERE n = 1");
        check("wrong_type", "UPDATE t SET n = ['x'] WHERE n = 1");
        check("wrong_type", "UPDATE t SET n = ['x'] WHERE id = 99");
        check("wrong_type", "UPDATE t SET n = [name] + 1");
        check("number_out_of_range", "UPDATE t SET [n] = n + 9223372036854775807");
        check("wrong_type", "DELETE FROM t WHERE id = 1 OR id = ['x']");
    }

    #[test]
    fn labels_and_what_is_not_there() {
        check("backup_exists", "backup [b1]");
        check("no_such_backup", "verify [b9]");
        check("no_such_backup", "recover from [b9] to end");
        check("no_such_backup", "backup b2 incremental from [b9]");
        check("no_such_backup", "merge b1..[b9] into b4");
        check("not_held", "release backup [b1]");
        check("backup_not_running", "backup stop [b1]");
        check("nothing_to_damage", "lose [segment 99 on 1]");
        check("not_in_transaction", "ROLLBACK TO s9");
    }

    #[test]
    fn what_a_recovery_cannot_come_to() {
        for statement in [
            "recover to name ['nowhere']",
            "recover to xid [99] exclusive along 1 # never given",
            "recover from b1 to lsn [0/1000] pause",
            "recover to time ['01:00:30']",
            "recover to end along [7]",
            "recover from b1 to time '01:00:00' along [7] prefetch 2",
        ] {
            let plain = statement.replace(['[', ']'], "");
            let script = parse(&format!("{BEFORE}01:00:00 {plain}\n")).unwrap_or_else(|error| panic!("{error}"));
            let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
            let run = Run::new(script.settings.clone(), commands).unwrap_or_else(|error| panic!("{error:?}"));
            let outcome = run.cluster().recovery().and_then(|recovery| recovery.outcome());
            let failure = outcome.and_then(|outcome| outcome.err()).expect("it fails");
            assert_eq!(marked(&plain, culprit_of_recovery(&plain, failure)), statement, "{failure:?}");
        }
    }
}
