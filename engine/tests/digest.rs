//! The digest tells states apart that no byte on any disk tells apart yet.

use pitr_engine::Cluster;
use pitr_engine::script::parse;

/// The cluster right after the last line, with nothing of what is still to come.
fn after(settings: &str, lines: &str) -> Cluster {
    let text = format!(
        "scenario date 2026-03-04{settings}\n00:00:00 ops CREATE TABLE t (id int)\n00:00:00 ops checkpoint\n\
         00:00:01 ops INSERT INTO t VALUES (1)\n00:00:01 ops checkpoint\n{lines}"
    );
    let script = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let first = script.commands.first().expect("is there").timed.at;
    let (mut cluster, _) = Cluster::new(script.settings, first);
    for line in &script.commands {
        cluster.advance(line.timed.at, u32::MAX);
        cluster.execute(&line.timed.session, &line.timed.command).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    }
    cluster
}

#[track_caller]
fn check_apart(one: &Cluster, other: &Cluster) {
    assert_eq!((one.now(), one.told()), (other.now(), other.told()), "as far as can be seen they are the same");
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.digest(), one.clone().digest());
}

#[test]
fn a_commit_that_waits_is_in_the_digest() {
    let insert = "00:01:00 a INSERT INTO t VALUES (2)\n";
    check_apart(&after(", commit delay 5s", insert), &after(", commit delay 6s", insert));
}

#[test]
fn an_early_commit_is_in_the_digest() {
    let insert = "00:01:00 a SET synchronous_commit TO off\n00:01:00 a INSERT INTO t VALUES (2)\n";
    check_apart(&after(", log writer 5s", insert), &after(", log writer 6s", insert));
}

#[test]
fn how_a_session_commits_is_in_the_digest() {
    let set = |session: &str| format!("00:01:00 {session} SET synchronous_commit TO off\n");
    check_apart(&after("", &set("a")), &after("", &set("b")));
}

#[test]
fn a_checkpoint_under_way_is_in_the_digest() {
    let note = "00:00:02 a INSERT INTO t VALUES (2)\n00:01:10 a note 'one has begun'\n";
    let settings = |spread: &str| format!(", checkpoint timeout 1m, checkpoint spread {spread}");
    check_apart(&after(&settings("40s"), note), &after(&settings("50s"), note));
}
