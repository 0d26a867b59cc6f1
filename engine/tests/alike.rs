//! The two builds of the engine: what the smaller one can do it does as the whole one does, to the last byte; the rest it hands over.
//!
//! The tests are the same for both: `cargo test -p pitr-engine --test alike`, and once more with `--no-default-features`.

use pitr_engine::script::parse;
use pitr_engine::{CommandError, Run, RunError, WHOLE};

const SETUP: &str = "scenario date 2026-03-04, xid 10\n\
    00:00:00 ops CREATE TABLE t (id int, n int)\n\
    00:00:01 ops INSERT INTO t VALUES (1, 10), (2, 20)\n";

/// The digest to which a script comes, or why it is refused.
fn outcome(text: &str) -> Result<String, CommandError> {
    let script = parse(&format!("{SETUP}{text}")).expect("both builds can read it");
    let commands = script.commands.into_iter().map(|line| line.timed).collect();
    match Run::new(script.settings, commands) {
        Ok(run) => Ok(run.cluster().digest().to_string()),
        Err(refused) => match refused.error {
            RunError::Command(error) => Err(error),
            RunError::TooLong { events } => panic!("{events} events"),
        },
    }
}

/// Scripts that both builds carry out, with the digests to which they come.
#[track_caller]
fn both_do(scripts: &[(&str, &str)]) {
    let found: Vec<_> = scripts.iter().map(|(text, _)| outcome(text)).collect();
    let expected: Vec<_> = scripts.iter().map(|(_, digest)| Ok((*digest).to_owned())).collect();
    assert_eq!(found, expected);
}

/// Scripts that the smaller build hands over.
#[track_caller]
fn only_the_whole_does(scripts: &[(&str, &str)]) {
    if WHOLE {
        return both_do(scripts);
    }
    for (text, _) in scripts {
        assert_eq!(outcome(text), Err(CommandError::NeedsWholeEngine), "{text}");
    }
}

#[track_caller]
fn both_refuse(text: &str, code: &str) {
    assert_eq!(outcome(text).map_err(|error| error.code()), Err(code), "{text}");
}

#[test]
fn a_block_without_an_error() {
    both_do(&[
        ("01:00:00 a BEGIN\n01:00:01 a INSERT INTO t VALUES (3, 30)\n01:00:02 a COMMIT\n", "9da18213771419e5"),
        ("01:00:00 a BEGIN\n01:00:01 a DELETE FROM t\n01:00:02 a ROLLBACK\n", "bedaf0158cb2978a"),
        ("01:00:00 a BEGIN\n01:00:01 a UPDATE t SET n = n + 1\n01:00:02 ops lose primary\n", "dc05f868aeb24f08"),
    ]);
}

#[test]
fn an_error_outside_a_block() {
    both_refuse("01:00:00 a INSERT INTO t VALUES (2, 30)\n", "duplicate_key");
    both_refuse("01:00:00 a SELECT * FROM u\n", "no_such_table");
    both_refuse("01:00:00 a COMMIT\n", "not_in_transaction");
    both_refuse("01:00:00 a BEGIN\n01:00:01 ops lose primary\n01:00:02 a SELECT * FROM t\n", "no_primary");
}

#[test]
fn an_error_in_a_block() {
    only_the_whole_does(&[
        (
            "01:00:00 a BEGIN\n01:00:01 a INSERT INTO t VALUES (3, 30), (4, 40)\n\
             01:00:01 a INSERT INTO t VALUES (2, 30)\n01:00:02 a COMMIT\n",
            "5ae0a06bd8e44855",
        ),
        (
            "01:00:00 a BEGIN\n01:00:01 a DELETE FROM t\n01:00:01 a SELECT * FROM u\n01:00:02 a ROLLBACK\n",
            "c54ed629b918f0c0",
        ),
        ("01:00:00 a BEGIN\n01:00:01 a UPDATE t SET id = 1 WHERE id = 2\n01:00:02 a COMMIT\n", "f2cca366fe9c29b2"),
    ]);
}

#[test]
fn a_table_made_in_a_block() {
    both_do(&[("01:00:00 a BEGIN\n01:00:01 a CREATE TABLE u (id int)\n01:00:02 a COMMIT\n", "639cba8f3bc0598b")]);
    // The record of a rollback names the file.
    only_the_whole_does(&[(
        "01:00:00 a BEGIN\n01:00:01 a CREATE TABLE u (id int)\n01:00:02 a ROLLBACK\n",
        "768bb4b1cf4756e8",
    )]);
}

#[test]
fn a_workload_in_a_block() {
    // Its row is refused in the middle of a block, at a time when nobody sends anything.
    only_the_whole_does(&[
        (
            "01:00:00 a BEGIN\n01:00:00 a workload t every 2s\n\
             01:00:01 b INSERT INTO t VALUES (3, 0)\n01:00:03 a COMMIT\n",
            "d47a66884ce41d92",
        ),
        (
            "01:00:00 a workload t every 2s\n01:00:00 a BEGIN\n\
             01:00:01 b INSERT INTO t VALUES (3, 0)\n01:00:03 a COMMIT\n",
            "d47a66884ce41d92",
        ),
    ]);
}
