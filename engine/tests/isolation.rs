//! What a statement sees of others, in READ COMMITTED and in REPEATABLE READ. The cases are those of PostgreSQL's manual, chapter 13.2.

use pitr_engine::script::parse;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, EventKind, Run};

fn run(text: &str) -> Run {
    const SETUP: &str = "scenario date 2026-03-04\n\
        00:00:00 ops CREATE TABLE website (id int primary key, hits int)\n\
        00:00:01 ops INSERT INTO website VALUES (1, 9), (2, 10)\n";
    let script = parse(&format!("{SETUP}{text}")).expect("is a script");
    let commands = script.commands.into_iter().map(|line| line.timed).collect();
    Run::new(script.settings, commands).unwrap_or_else(|refused| panic!("{refused:?}\n{text}"))
}

fn rows(cluster: &Cluster) -> Vec<(i64, i64)> {
    let server = cluster.primary().expect("there is a primary");
    let table = server.table("website", Xid::NONE).expect("can be read").expect("is there");
    let rows = server.peek_rows(table.relation, Xid::NONE).expect("can be read");
    let mut rows: Vec<(i64, i64)> = rows
        .into_iter()
        .map(|row| match row.values[..] {
            [Value::Int(id), Value::Int(hits)] => (id, hits),
            _ => panic!("{row:?}"),
        })
        .collect();
    rows.sort();
    rows
}

/// How many rows each SELECT of a session read.
fn read(run: &Run, by: &str) -> Vec<u64> {
    let counts = run.events().iter().filter_map(|event| match &event.kind {
        EventKind::RowsRead { session, rows, .. } if session == by => Some(*rows),
        _ => None,
    });
    counts.collect()
}

fn failures(run: &Run) -> Vec<String> {
    let found = run.events().iter().filter_map(|event| match &event.kind {
        EventKind::StatementFailed { session, error } => Some(format!("{session} {}", error.code())),
        _ => None,
    });
    found.collect()
}

#[test]
fn each_statement_of_read_committed_sees_what_has_committed_and_one_of_repeatable_read_does_not() {
    for (level, seen) in [
        ("", [2, 3, 1]),
        (" ISOLATION LEVEL READ COMMITTED", [2, 3, 1]),
        (" ISOLATION LEVEL REPEATABLE READ", [2, 2, 2]),
    ] {
        let run = run(&format!(
            "12:00:00 a BEGIN{level}\n12:00:01 a SELECT * FROM website\n12:00:02 b INSERT INTO website VALUES (3, 0)\n12:00:03 a SELECT * FROM website\n\
             12:00:04 b DELETE FROM website WHERE id > 1\n12:00:05 a SELECT * FROM website\n12:00:06 a COMMIT\n12:00:07 a SELECT * FROM website\n"
        ));
        assert_eq!(read(&run, "a"), [seen[0], seen[1], seen[2], 1], "{level}");
    }
}

#[test]
fn the_snapshot_is_taken_by_the_first_statement_and_not_by_begin() {
    let run = run(
        "12:00:00 a BEGIN ISOLATION LEVEL REPEATABLE READ\n12:00:01 b INSERT INTO website VALUES (3, 0)\n12:00:02 a SELECT * FROM website\n",
    );
    assert_eq!(read(&run, "a"), [3]);
}

#[test]
fn a_transaction_sees_what_it_did_itself() {
    let run = run(
        "12:00:00 a BEGIN ISOLATION LEVEL REPEATABLE READ\n12:00:01 a SELECT * FROM website\n12:00:02 a INSERT INTO website VALUES (3, 0)\n\
         12:00:03 a SAVEPOINT s\n12:00:03 a DELETE FROM website WHERE id = 1\n12:00:04 a SELECT * FROM website\n12:00:05 a ROLLBACK TO s\n\
         12:00:06 a SELECT * FROM website\n12:00:07 a COMMIT\n",
    );
    assert_eq!(read(&run, "a"), [2, 2, 3]);
}

#[test]
fn the_first_to_update_wins_in_repeatable_read() {
    // Whether the other has committed already or is waited for; where it rolls back, nothing has changed.
    for (text, failed) in [
        (
            "12:00:02 b UPDATE website SET hits = 0 WHERE id = 1\n12:00:03 a UPDATE website SET hits = 1 WHERE id = 1\n",
            true,
        ),
        ("12:00:02 b DELETE FROM website WHERE id = 1\n12:00:03 a UPDATE website SET hits = 1 WHERE id = 1\n", true),
        (
            "12:00:02 b BEGIN\n12:00:02 b UPDATE website SET hits = 0\n12:00:03 a DELETE FROM website WHERE id = 1\n12:00:04 b COMMIT\n",
            true,
        ),
        (
            "12:00:02 b BEGIN\n12:00:02 b UPDATE website SET hits = 0\n12:00:03 a DELETE FROM website WHERE id = 1\n12:00:04 b ROLLBACK\n",
            false,
        ),
        (
            "12:00:02 b UPDATE website SET hits = 0 WHERE id = 2\n12:00:03 a UPDATE website SET hits = 1 WHERE id = 1\n",
            false,
        ),
    ] {
        let run = run(&format!(
            "12:00:00 a BEGIN ISOLATION LEVEL REPEATABLE READ\n12:00:01 a SELECT * FROM website\n{text}12:00:05 a COMMIT\n"
        ));
        assert_eq!(failures(&run), if failed { vec!["a could_not_serialize"] } else { vec![] }, "{text}");
    }
}

#[test]
fn a_row_that_was_waited_for_is_looked_at_again() {
    // The manual's website: before the first commit neither row has 10 hits that could be deleted; the one that had 10 has 11 afterwards,
    // and the one that has 10 now had 9 in the snapshot.
    let run = run(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE website SET hits = hits + 1\n12:00:02 b DELETE FROM website WHERE hits = 10\n12:00:03 a COMMIT\n",
    );
    assert_eq!(rows(run.cluster()), [(1, 10), (2, 11)]);
}

#[test]
fn the_newest_version_counts_however_often_and_whereto_the_row_was_changed() {
    let run = run(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE website SET hits = hits + 1 WHERE id = 1\n12:00:02 a UPDATE website SET hits = hits + 1 WHERE id = 1\n\
         12:00:02 a UPDATE website SET id = 7 WHERE id = 1\n12:00:03 b UPDATE website SET hits = hits + 100 WHERE hits = 9 OR id = 7\n\
         12:00:03 c UPDATE website SET hits = hits + 1000 WHERE hits < 10\n12:00:04 a COMMIT\n",
    );
    assert_eq!(rows(run.cluster()), [(2, 10), (7, 111)]);
}

#[test]
fn what_was_rolled_back_in_between_is_no_successor() {
    let run = run(
        "12:00:00 a BEGIN\n12:00:00 a SAVEPOINT s\n12:00:01 a UPDATE website SET hits = 50 WHERE id = 1\n12:00:01 a ROLLBACK TO s\n\
         12:00:02 a DELETE FROM website WHERE id = 1\n12:00:03 b UPDATE website SET hits = hits + 100 WHERE id = 1\n12:00:04 a COMMIT\n",
    );
    assert_eq!(rows(run.cluster()), [(2, 10)]);
}

#[test]
fn rows_that_came_while_it_waited_are_not_seen_by_a_statement() {
    let run = run(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE website SET hits = 0 WHERE id = 1\n12:00:01 a INSERT INTO website VALUES (3, 9)\n\
         12:00:02 b UPDATE website SET hits = 77 WHERE hits < 10\n12:00:03 a COMMIT\n",
    );
    assert_eq!(rows(run.cluster()), [(1, 77), (2, 10), (3, 9)]);
}

#[test]
fn a_reader_that_waited_for_a_truncate_finds_the_table_empty_in_any_isolation() {
    // TRUNCATE is not versioned: the table has another file (the manual's caveat, chapter 13.6).
    let run = run(
        "12:00:00 a BEGIN ISOLATION LEVEL REPEATABLE READ\n12:00:00 ops CREATE TABLE other (id int)\n12:00:01 a SELECT * FROM other\n12:00:02 b TRUNCATE website\n\
         12:00:03 a SELECT * FROM website\n",
    );
    assert_eq!(read(&run, "a"), [0, 0]);
}
