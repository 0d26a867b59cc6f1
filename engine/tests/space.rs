//! A limited disk holds the log, whichever way commits are acknowledged; a statement that does not fit changes nothing.

use pitr_engine::script::parse;
use pitr_engine::types::{Micros, SegmentSize};
use pitr_engine::{Cluster, Command, CommandError, Settings};
use proptest::prelude::*;

const LIMIT: u64 = 6 * 1024;

fn settings(synchronous: bool, group: bool, page_bytes: u32) -> Settings {
    let mut settings = Settings { page_bytes, segment: SegmentSize::new(1024).expect("is one"), ..Settings::default() };
    settings.archiving.log_disk = Some(LIMIT);
    settings.tuning.synchronous_commit = synchronous;
    settings.tuning.commit_delay = if group { Micros(50_000) } else { Micros::ZERO };
    settings.tuning.log_writer_delay = Micros(200_000);
    settings
}

fn command(text: &str) -> Command {
    let script =
        parse(&format!("scenario date 2026-03-04\n00:00:00 {text}\n")).unwrap_or_else(|error| panic!("{error}"));
    Command::clone(&script.commands[0].timed.command)
}

/// What a session says next.
fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..40_u32, 0..700_usize).prop_map(|(key, length)| format!("INSERT INTO t VALUES ({key}, '{}')", "x".repeat(length))),
        2 => (0..40_u32).prop_map(|key| format!("UPDATE t SET v = 'changed' WHERE id = {key}")),
        1 => Just("UPDATE t SET v = 'all'".to_owned()),
        1 => Just("DELETE FROM t".to_owned()),
        3 => Just("BEGIN".to_owned()),
        2 => Just("COMMIT".to_owned()),
        1 => Just("ROLLBACK".to_owned()),
        2 => Just("SAVEPOINT s".to_owned()),
        1 => Just("ROLLBACK TO s".to_owned()),
        1 => Just("RELEASE s".to_owned()),
        1 => Just("SET synchronous_commit TO off".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn no_flush_goes_past_the_limit(
        kind in (any::<bool>(), any::<bool>(), prop_oneof![Just(1024_u32), Just(2048)]),
        said in proptest::collection::vec((0..3_usize, statement(), 0..400_000_i64), 10..70),
    ) {
        let (mut cluster, _) = Cluster::new(settings(kind.0, kind.1, kind.2), Micros::ZERO);
        cluster.execute("ops", &command("CREATE TABLE t (id int, v text)")).expect("fits");
        cluster.execute("ops", &command("stop archiver")).expect("runs");
        let mut at = cluster.now();
        for (session, text, pause) in said {
            at = at + Micros(pause);
            while cluster.now() < at {
                cluster.advance(at, 1);
                prop_assert!(cluster.log_disk_bytes() <= LIMIT, "before {text}");
            }
            let before = cluster.digest();
            match cluster.execute(["a", "b", "c"][session], &command(&text)) {
                Err(CommandError::DiskFull { .. }) => {
                    prop_assert!(!matches!(text.as_str(), "COMMIT" | "ROLLBACK"), "a transaction can be ended: {text}");
                    prop_assert_eq!(cluster.digest(), before, "{}", text);
                }
                _ => prop_assert!(cluster.log_disk_bytes() <= LIMIT, "after {text}"),
            }
        }
        cluster.advance(at + Micros::seconds(600), u32::MAX);
        prop_assert!(cluster.log_disk_bytes() <= LIMIT);
        for session in ["a", "b", "c"] {
            let done = cluster.execute(session, &Command::Rollback);
            prop_assert!(!matches!(done, Err(CommandError::DiskFull { .. })), "{done:?}");
        }
        cluster.advance(at + Micros::seconds(1200), u32::MAX);
        prop_assert!(cluster.log_disk_bytes() <= LIMIT);
    }
}

#[test]
fn a_disk_that_gets_full_is_met_by_these_tests() {
    let (mut cluster, _) = Cluster::new(settings(false, false, 1024), Micros::ZERO);
    cluster.execute("ops", &command("CREATE TABLE t (id int, v text)")).expect("fits");
    cluster.execute("ops", &command("stop archiver")).expect("runs");
    let insert = |key: u32| command(&format!("INSERT INTO t VALUES ({key}, '{}')", "x".repeat(500)));
    let refused = (1..20).find_map(|key| cluster.execute("a", &insert(key)).err());
    assert!(
        matches!(refused, Some(CommandError::DiskFull { waiting: 0, .. })),
        "nothing of it was flushed: {refused:?}"
    );
    cluster.advance(Micros::seconds(10), u32::MAX);
    assert!(cluster.log_disk_bytes() > LIMIT - 2048 && cluster.log_disk_bytes() <= LIMIT);
}
