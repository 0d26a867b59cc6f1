//! Statements that wait: who waits for whom, in which order they go on, and how a wait ends in failure.

use pitr_engine::script::parse;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, EventKind, Run};
use proptest::prelude::*;

const SETUP: &str = "scenario date 2026-03-04\n\
    00:00:00 ops CREATE TABLE t (id int primary key, n int)\n\
    00:00:01 ops INSERT INTO t VALUES (1, 10), (2, 20)\n";

fn run(text: &str) -> Run {
    let script = parse(&format!("{SETUP}{text}")).expect("is a script");
    let zone_commands = script.commands.into_iter().map(|line| line.timed).collect();
    Run::new(script.settings, zone_commands).unwrap_or_else(|refused| panic!("{refused:?}\n{text}"))
}

/// What sessions did and when, a line each.
fn told(run: &Run) -> Vec<String> {
    let clock = |event: &pitr_engine::Event| run.settings().zone.local(event.at).clock();
    let lines = run.events().iter().filter_map(|event| {
        let what = match &event.kind {
            EventKind::StatementRan { session, change, rows, .. } => format!("{session} {change:?} {rows}"),
            EventKind::RowsRead { session, rows, .. } => format!("{session} Read {rows}"),
            EventKind::StatementWaits { session, table, key, holder } => {
                let key = key.as_ref().map(|key| format!(" row {key}")).unwrap_or_default();
                format!("{session} waits for {holder}: {table}{key}")
            }
            EventKind::StatementQueued { session, holder } => format!("{session} is busy waiting for {holder}"),
            EventKind::StatementResumed { session, sent } => {
                format!("{session} goes on, sent {}", run.settings().zone.local(*sent).clock())
            }
            EventKind::StatementFailed { session, error } => format!("{session} fails: {}", error.code()),
            EventKind::Committed { session, .. } if session != "ops" => format!("{session} commits"),
            EventKind::RolledBack { session, .. } => format!("{session} rolls back"),
            _ => return None,
        };
        Some(format!("{} {what}", clock(event)))
    });
    lines.skip(2).collect()
}

fn rows(cluster: &Cluster) -> Vec<Vec<Value>> {
    let server = cluster.primary().expect("there is a primary");
    let table = server.table("t", Xid::NONE).expect("can be read").expect("is there");
    let rows = server.peek_rows(table.relation, Xid::NONE).expect("can be read");
    let mut rows: Vec<_> = rows.into_iter().map(|row| row.values).collect();
    rows.sort();
    rows
}

#[track_caller]
fn check(text: &str, expected: &[&str]) -> Run {
    let run = run(text);
    assert_eq!(told(&run), expected, "{text}");
    let nobody = run.cluster().sessions().all(|(_, session)| session.waiting.is_none());
    assert!(nobody, "somebody still waits");
    run
}

#[test]
fn a_statement_waits_for_the_row_and_runs_when_it_is_free() {
    let run = check(
        "12:00:00 a BEGIN\n12:01:00 a UPDATE t SET n = n + 1 WHERE id = 1\n12:04:00 b UPDATE t SET n = n + 1 WHERE id = 1\n12:14:00 a COMMIT\n",
        &[
            "12:01:00 a Updated 1",
            "12:04:00 b waits for a: t row 1",
            "12:14:00 a commits",
            "12:14:00 b goes on, sent 12:04:00",
            "12:14:00 b Updated 1",
            "12:14:00 b commits",
        ],
    );
    assert_eq!(rows(run.cluster())[0], [Value::Int(1), Value::Int(12)]);
}

#[test]
fn a_rollback_frees_the_row_as_well() {
    let run = check(
        "12:00:00 a BEGIN\n12:00:01 a DELETE FROM t WHERE id = 1\n12:00:02 b UPDATE t SET n = 5 WHERE id = 1\n12:00:03 a ROLLBACK\n",
        &[
            "12:00:01 a Deleted 1",
            "12:00:02 b waits for a: t row 1",
            "12:00:03 a rolls back",
            "12:00:03 b goes on, sent 12:00:02",
            "12:00:03 b Updated 1",
            "12:00:03 b commits",
        ],
    );
    assert_eq!(rows(run.cluster())[0], [Value::Int(1), Value::Int(5)]);
}

#[test]
fn a_rollback_to_a_savepoint_frees_what_came_after_it() {
    check(
        "12:00:00 a BEGIN\n12:00:00 a SAVEPOINT s\n12:00:01 a UPDATE t SET n = 0 WHERE id = 1\n\
         12:00:02 b UPDATE t SET n = 5 WHERE id = 1\n12:00:03 a ROLLBACK TO s\n12:00:04 a COMMIT\n",
        &[
            "12:00:01 a Updated 1",
            "12:00:02 b waits for a: t row 1",
            "12:00:03 b goes on, sent 12:00:02",
            "12:00:03 b Updated 1",
            "12:00:03 b commits",
            "12:00:04 a commits",
        ],
    );
    // The same with a lock on the table, which a savepoint that is rolled back gives up, and a released one does not.
    for (end, freed) in [("ROLLBACK TO s", "12:00:03"), ("RELEASE s", "12:00:04")] {
        let run = run(&format!(
            "12:00:00 a BEGIN\n12:00:00 a SAVEPOINT s\n12:00:01 a TRUNCATE t\n12:00:02 b SELECT * FROM t\n12:00:03 a {end}\n12:00:04 a COMMIT\n"
        ));
        let expected = format!("{freed} b goes on, sent 12:00:02");
        assert!(told(&run).contains(&expected), "{end}: {:?}", told(&run));
    }
}

#[test]
fn a_truncate_that_waits_makes_all_who_come_later_wait() {
    check(
        "12:00:00 reader BEGIN\n12:00:01 reader SELECT * FROM t\n12:04:00 admin TRUNCATE t\n12:05:00 app SELECT * FROM t\n\
         12:06:00 other INSERT INTO t VALUES (3, 30)\n12:07:00 reader SELECT * FROM t\n12:14:00 reader COMMIT\n",
        &[
            "12:00:01 reader Read 2",
            "12:04:00 admin waits for reader: t",
            "12:05:00 app waits for admin: t",
            "12:06:00 other waits for admin: t",
            "12:07:00 reader Read 2",
            "12:14:00 reader commits",
            "12:14:00 admin goes on, sent 12:04:00",
            "12:14:00 admin Emptied 2",
            "12:14:00 admin commits",
            "12:14:00 app goes on, sent 12:05:00",
            "12:14:00 app Read 0",
            "12:14:00 other goes on, sent 12:06:00",
            "12:14:00 other Inserted 1",
            "12:14:00 other commits",
        ],
    );
}

#[test]
fn a_session_that_waits_takes_its_next_lines_afterwards() {
    check(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE t SET n = 0\n12:00:02 b BEGIN\n12:00:03 b UPDATE t SET n = 7 WHERE id = 2\n\
         12:00:04 b COMMIT\n12:00:05 b SELECT * FROM t\n12:00:09 a COMMIT\n",
        &[
            "12:00:01 a Updated 2",
            "12:00:03 b waits for a: t row 2",
            "12:00:04 b is busy waiting for a",
            "12:00:05 b is busy waiting for a",
            "12:00:09 a commits",
            "12:00:09 b goes on, sent 12:00:03",
            "12:00:09 b Updated 1",
            "12:00:09 b goes on, sent 12:00:04",
            "12:00:09 b commits",
            "12:00:09 b goes on, sent 12:00:05",
            "12:00:09 b Read 2",
        ],
    );
}

#[test]
fn an_insert_waits_to_learn_whether_the_key_will_be_there() {
    let outcomes = [("COMMIT", "b fails: duplicate_key"), ("ROLLBACK", "b Inserted 1")];
    for (end, outcome) in outcomes {
        let run = run(&format!(
            "12:00:00 a BEGIN\n12:00:01 a INSERT INTO t VALUES (3, 1)\n12:00:02 b INSERT INTO t VALUES (3, 2)\n12:00:03 a {end}\n"
        ));
        assert!(told(&run).contains(&format!("12:00:03 {outcome}")), "{end}: {:?}", told(&run));
    }
    // A key that another is about to take away.
    let outcomes = [("COMMIT", "b Inserted 1"), ("ROLLBACK", "b fails: duplicate_key")];
    for (end, outcome) in outcomes {
        let run = run(&format!(
            "12:00:00 a BEGIN\n12:00:01 a DELETE FROM t WHERE id = 1\n12:00:02 b INSERT INTO t VALUES (1, 2)\n12:00:03 a {end}\n"
        ));
        assert!(told(&run).contains(&format!("12:00:03 {outcome}")), "{end}: {:?}", told(&run));
    }
}

#[test]
fn of_two_tables_of_one_name_the_second_waits_for_the_first() {
    for (end, outcome) in [("COMMIT", "b fails: table_exists"), ("ROLLBACK", "b Created 0")] {
        let run = run(&format!(
            "12:00:00 a BEGIN\n12:00:01 a CREATE TABLE u (id int)\n12:00:02 b CREATE TABLE u (id int)\n12:00:03 a {end}\n"
        ));
        assert!(told(&run).contains(&format!("12:00:03 {outcome}")), "{end}: {:?}", told(&run));
    }
}

#[test]
fn a_deadlock_has_the_victim_whose_second_is_over_first() {
    // b has waited for longer than a second when a completes the circle: a looks a second later.
    let run = check(
        "12:00:00 a BEGIN\n12:00:00 b BEGIN\n12:00:01 a UPDATE t SET n = 1 WHERE id = 1\n12:00:01 b UPDATE t SET n = 2 WHERE id = 2\n\
         12:00:02 b UPDATE t SET n = 2 WHERE id = 1\n12:00:05 a UPDATE t SET n = 1 WHERE id = 2\n12:00:09 b COMMIT\n12:00:10 a COMMIT\n",
        &[
            "12:00:01 a Updated 1",
            "12:00:01 b Updated 1",
            "12:00:02 b waits for a: t row 1",
            "12:00:05 a waits for b: t row 2",
            "12:00:06 a fails: deadlock",
            "12:00:06 a rolls back",
            "12:00:06 b goes on, sent 12:00:02",
            "12:00:06 b Updated 1",
            "12:00:09 b commits",
            "12:00:10 a rolls back",
        ],
    );
    assert_eq!(rows(run.cluster()), [[Value::Int(1), Value::Int(2)], [Value::Int(2), Value::Int(2)]]);
    let cycle = run.events().iter().find_map(|event| match &event.kind {
        EventKind::StatementFailed { error, .. } => match &**error {
            pitr_engine::CommandError::Deadlock { cycle, .. } => Some(cycle.clone()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(cycle, Some(vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn a_deadlock_that_is_only_one_of_standing_in_line_is_resolved_by_moving_ahead() {
    // c stands behind b's TRUNCATE, which waits for a, who waits for c's row: c may go ahead.
    check(
        "12:00:00 a BEGIN\n12:00:00 ops CREATE TABLE u (id int, n int)\n12:00:00 ops INSERT INTO u VALUES (1, 1)\n\
         12:00:01 a SELECT * FROM t\n12:00:01 c BEGIN\n12:00:01 c UPDATE u SET n = 2\n12:00:02 b TRUNCATE t\n12:00:03 c SELECT * FROM t\n\
         12:00:03.500 a UPDATE u SET n = 3\n12:00:06 c COMMIT\n12:00:07 a COMMIT\n",
        &[
            "12:00:00 ops Created 0",
            "12:00:00 ops Inserted 1",
            "12:00:01 a Read 2",
            "12:00:01 c Updated 1",
            "12:00:02 b waits for a: t",
            "12:00:03 c waits for b: t",
            "12:00:03.5 a waits for c: u row 1",
            "12:00:04 c goes on, sent 12:00:03",
            "12:00:04 c Read 2",
            "12:00:06 c commits",
            "12:00:06 a goes on, sent 12:00:03.5",
            "12:00:06 a Updated 1",
            "12:00:07 a commits",
            "12:00:07 b goes on, sent 12:00:02",
            "12:00:07 b Emptied 2",
            "12:00:07 b commits",
        ],
    );
}

#[test]
fn a_wait_can_be_limited() {
    check(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE t SET n = 0 WHERE id = 1\n12:00:02 b SET lock_timeout '5s'\n12:00:02 b BEGIN\n\
         12:00:02 b UPDATE t SET n = 9 WHERE id = 2\n12:00:02 b UPDATE t SET n = 9 WHERE id = 1\n12:00:09 b COMMIT\n12:00:10 a COMMIT\n",
        &[
            "12:00:01 a Updated 1",
            "12:00:02 b Updated 1",
            "12:00:02 b waits for a: t row 1",
            "12:00:07 b fails: lock_timeout",
            "12:00:07 b rolls back",
            "12:00:09 b rolls back",
            "12:00:10 a commits",
        ],
    );
}

#[test]
fn a_failure_under_a_savepoint_undoes_no_more_than_that() {
    let run = check(
        "12:00:00 a BEGIN\n12:00:01 a UPDATE t SET n = 0 WHERE id = 1\n12:00:02 b SET lock_timeout '5s'\n12:00:02 b BEGIN\n\
         12:00:02 b UPDATE t SET n = 9 WHERE id = 2\n12:00:02 b SAVEPOINT s\n12:00:02 b UPDATE t SET n = 9 WHERE id = 1\n\
         12:00:09 b ROLLBACK TO s\n12:00:09 b COMMIT\n12:00:10 a ROLLBACK\n",
        &[
            "12:00:01 a Updated 1",
            "12:00:02 b Updated 1",
            "12:00:02 b waits for a: t row 1",
            "12:00:07 b fails: lock_timeout",
            "12:00:09 b commits",
            "12:00:10 a rolls back",
        ],
    );
    assert_eq!(rows(run.cluster()), [[Value::Int(1), Value::Int(10)], [Value::Int(2), Value::Int(9)]]);
}

#[test]
fn who_waits_is_in_the_digest_and_dies_with_the_primary() {
    let text = "12:00:00 a BEGIN\n12:00:01 a UPDATE t SET n = 0 WHERE id = 1\n12:00:02 b DELETE FROM t WHERE id = ";
    let digests: Vec<_> =
        ["1", "1 AND n > 0"].iter().map(|end| run(&format!("{text}{end}\n")).cluster().digest()).collect();
    assert_ne!(digests[0], digests[1], "only the statement that waits differs");
    let lost = run(&format!("{text}1\n12:00:03 ops lose primary\n"));
    assert_eq!(lost.cluster().sessions().count(), 0);
}

/// What a session of a random workload does next.
#[derive(Debug, Clone, Copy)]
enum Step {
    Add(i64),
    Read,
    Truncated,
    Begin,
    Commit,
    Rollback,
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1_i64..4).prop_map(Step::Add),
        1 => Just(Step::Read),
        1 => Just(Step::Truncated),
        2 => Just(Step::Begin),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
    ]
}

/// The steps as a script that is refused nowhere: what a session may send is known from what it has sent.
fn script_of(steps: &[(usize, u8, Step)]) -> String {
    let mut text = SETUP.replace("(1, 10), (2, 20)", "(1, 0), (2, 0), (3, 0)");
    text.push_str("00:00:02 ops CREATE TABLE u (id int)\n");
    let mut open = [false; 4];
    let mut millis = 0;
    for (session, pause, step) in steps {
        millis += u64::from(*pause) * 20;
        let statement = match (step, open[*session]) {
            (Step::Add(key), _) => format!("UPDATE t SET n = n + 1 WHERE id = {key}"),
            (Step::Read, _) => "SELECT * FROM u".to_owned(),
            (Step::Truncated, _) => "TRUNCATE u".to_owned(),
            (Step::Begin, false) => "BEGIN".to_owned(),
            (Step::Commit, true) => "COMMIT".to_owned(),
            (Step::Rollback, true) => "ROLLBACK".to_owned(),
            _ => continue,
        };
        open[*session] = match step {
            Step::Begin => true,
            Step::Commit | Step::Rollback => false,
            _ => open[*session],
        };
        text.push_str(&format!(
            "00:{:02}:{:02}.{:03} s{session} {statement}\n",
            1 + millis / 60_000,
            millis / 1000 % 60,
            millis % 1000
        ));
    }
    text
}

/// Sends a script's commands one after the other; what is refused was never sent. Then everybody commits.
fn carry_out(text: &str) -> (Cluster, Vec<pitr_engine::Event>) {
    let script = parse(text).expect("is a script");
    let (mut cluster, mut events) = Cluster::new(script.settings.clone(), script.settings.date);
    for line in script.commands {
        while cluster.now() < line.timed.at {
            events.extend(cluster.advance(line.timed.at, 64).events);
        }
        events.extend(cluster.execute(&line.timed.session, &line.timed.command).unwrap_or_default());
    }
    for _ in 0..20 {
        for session in 0..4 {
            let done = cluster.execute(&format!("s{session}"), &pitr_engine::Command::Commit);
            events.extend(done.unwrap_or_default());
        }
        let later = cluster.now() + pitr_engine::types::Micros::SECOND;
        while cluster.now() < later {
            events.extend(cluster.advance(later, 64).events);
        }
    }
    (cluster, events)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Nobody waits for ever where everybody ends, and the counters hold as many as were added and committed: no update is lost.
    #[test]
    fn nobody_is_left_waiting_and_no_update_is_lost(steps in prop::collection::vec((0_usize..4, 0_u8..60, a_step()), 1..60)) {
        let text = script_of(&steps);
        let (cluster, events) = carry_out(&text);
        for (name, session) in cluster.sessions() {
            prop_assert!(session.waiting.is_none(), "{} waits\n{}", name, text);
            prop_assert!(!session.in_transaction, "{} is open\n{}", name, text);
        }
        // What a session has changed since its last end counts when it commits.
        let mut pending = [0_u64; 4];
        let mut added = 0;
        let number = |session: &str| session.strip_prefix('s').and_then(|number| number.parse::<usize>().ok());
        for event in &events {
            match &event.kind {
                EventKind::StatementRan { session, rows, change: pitr_engine::Change::Updated, .. } => {
                    if let Some(number) = number(session) { pending[number] += rows; }
                }
                EventKind::Committed { session, .. } => {
                    if let Some(number) = number(session) { added += core::mem::take(&mut pending[number]); }
                }
                EventKind::RolledBack { session, .. } => {
                    if let Some(number) = number(session) { pending[number] = 0; }
                }
                _ => {}
            }
        }
        let total: i64 = rows(&cluster).iter().map(|row| match row[1] { Value::Int(n) => n, _ => 0 }).sum();
        prop_assert_eq!(total, added as i64, "{}", text);
    }
}

#[test]
fn what_stands_behind_two_commits_waits_for_both_flushes() {
    let text = format!(
        "{}01:00:00 a INSERT INTO t VALUES (3, 30)\n01:00:00 a INSERT INTO t VALUES (4, 40)\n\
         01:00:00 a INSERT INTO t VALUES (5, 50)\n01:00:00.05 b UPDATE t SET n = 0 WHERE id = 3\n",
        SETUP.replacen("2026-03-04", "2026-03-04, commit delay 100ms", 1)
    );
    let script = parse(&text).expect("is a script");
    let commands = script.commands.into_iter().map(|line| line.timed).collect();
    let run = Run::new(script.settings, commands).expect("nothing is refused");
    let expected = [
        "01:00:00 a Inserted 1",
        "01:00:00 a waits for a: ",
        "01:00:00 a is busy waiting for a",
        // A row that nobody sees yet.
        "01:00:00.05 b Updated 0",
        "01:00:00.1 a commits",
        "01:00:00.1 a goes on, sent 01:00:00",
        "01:00:00.1 a Inserted 1",
        "01:00:00.1 a goes on, sent 01:00:00",
        "01:00:00.1 a waits for a: ",
        "01:00:00.2 a commits",
        "01:00:00.2 a goes on, sent 01:00:00",
        "01:00:00.2 a Inserted 1",
        "01:00:00.3 a commits",
    ];
    assert_eq!(told(&run), expected);
    assert_eq!(rows(run.cluster()).len(), 5);
}
