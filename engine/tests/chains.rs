//! Incremental backups, and what is restored from chains of them.

mod common;
#[path = "common/history.rs"]
mod history;

use common::{after, pages, recover, recovered, rows, run, try_run};
use history::a_history;
use pitr_engine::types::Xid;
use pitr_engine::{BackupFault, Cluster, Command, EventKind, Fault, RecoverySpec, RunError, Target};
use proptest::prelude::*;

/// A table of several pages, a full backup `b1`, and then what is to happen.
fn week(rest: &str) -> String {
    let mut text = String::from(
        "# A full snapshot, and small ones after it
scenario seed 7, date 2026-03-04, segment 4KiB, page 1KiB, archive timeout 1m
00:00:00 ops CREATE TABLE users (id int, name text)
00:00:00 ops CREATE TABLE orders (id int, what text)
",
    );
    for id in 0..60 {
        text.push_str(&format!("00:00:01 ops INSERT INTO users VALUES ({id}, 'somebody with the number {id}')\n"));
    }
    text.push_str("01:00:00 ops backup b1\n");
    text.push_str(rest);
    text
}

/// The code and parameters with which a script is refused.
fn refusal(text: &str) -> String {
    match try_run(text) {
        Err(RunError::Command(error)) => format!("{} {:?}", error.code(), error.params()),
        other => panic!("not refused: {:?}", other.map(|_| ())),
    }
}

#[test]
fn an_incremental_backup_stores_the_pages_that_were_changed() {
    let run = run(&week(
        "02:00:00 ops UPDATE users SET name = 'Grace' WHERE id = 1\n03:00:00 ops backup b2 incremental from b1\n",
    ));
    let backups = run.cluster().backups();
    let (full, increment) = (backups.get("b1").unwrap(), backups.get("b2").unwrap());
    let (full_manifest, manifest) = (full.read_manifest().unwrap(), increment.read_manifest().unwrap());
    assert_eq!(manifest.parent.as_ref().unwrap().label, "b1");
    let table = run.cluster().primary().unwrap().table("users", Xid::NONE).unwrap().unwrap();
    let file = |manifest: &pitr_engine::Manifest| {
        let is_it = |name| name == pitr_engine::FileName::Relation(table.relation);
        manifest.files.iter().find(|file| is_it(file.name)).unwrap().clone()
    };
    // The old version's page, and the last, where the new one went.
    let (before, after) = (file(&full_manifest), file(&manifest));
    assert_eq!(before.changed, None);
    assert!(before.length > 3, "{before:?}");
    assert_eq!(after.changed, Some(vec![0, after.length - 1]));
    assert!(manifest.bytes() < full_manifest.bytes());
    let told = run.events().iter().any(|event| {
        matches!(&event.kind, EventKind::BackupContinues { label, parent, since } if label == "b2" && parent == "b1" && *since == full_manifest.redo)
    });
    assert!(told);
}

#[test]
fn a_chain_restores_what_a_full_backup_restores() {
    let changes = "\
02:00:00 ops UPDATE users SET name = 'Grace' WHERE id = 1
02:00:01 ops INSERT INTO orders VALUES (1, 'a book')
03:00:00 ops backup b2 incremental
03:30:00 ops DELETE FROM users WHERE id < 30
03:30:01 ops TRUNCATE orders
03:30:02 ops INSERT INTO orders VALUES (2, 'another book')
04:00:00 ops backup b3 incremental
04:10:00 ops backup full
04:30:00 ops INSERT INTO orders VALUES (3, 'a third')
04:31:00 ops switch segment
";
    let chain = run(&week(&format!("{changes}05:00:00 ops recover from b3 to end\n")));
    let full = run(&week(&format!("{changes}05:00:00 ops recover from full to end\n")));
    assert_eq!(rows(recovered(chain.cluster())), rows(recovered(full.cluster())));
    assert_eq!(rows(recovered(chain.cluster())), rows(chain.cluster().primary().unwrap()));
    // Each element's bytes are fetched.
    let report = chain.cluster().recovery().unwrap().outcome().unwrap().unwrap();
    let bytes = |label| chain.cluster().backups().get(label).unwrap().bytes();
    assert_eq!(report.backup_bytes, bytes("b1") + bytes("b2") + bytes("b3"));
}

#[test]
fn a_backup_of_an_abandoned_branch_is_not_continued() {
    let fork = "\
02:00:00 ops INSERT INTO orders VALUES (1, 'a book')
02:10:00 ops restore point 'before'
03:00:00 ops backup b2 incremental
04:00:00 ops recover from b1 to name 'before'
04:10:00 ops switch over
";
    let refused = refusal(&week(&format!("{fork}05:00:00 ops backup b3 incremental from b2\n")));
    assert!(refused.starts_with("parent_not_on_timeline"), "{refused}");
    // Without a parent named, the newest on this timeline's own history.
    let run = run(&week(&format!(
        "{fork}05:00:00 ops INSERT INTO orders VALUES (5, 'a lamp')\n05:01:00 ops backup b3 incremental\n06:00:00 ops recover from b3 to end\n"
    )));
    let manifest = run.cluster().backups().get("b3").unwrap().read_manifest().unwrap();
    assert_eq!(manifest.parent.unwrap().label, "b1");
    assert_eq!(rows(recovered(run.cluster())), rows(run.cluster().primary().unwrap()));
}

#[test]
fn growth_while_an_increment_is_copied_comes_from_the_log() {
    let mut changes = String::from("02:00:00 ops backup start b2 incremental\n02:00:01 ops backup copy b2\n");
    for id in 100..140 {
        changes.push_str(&format!("02:00:02 ops INSERT INTO users VALUES ({id}, 'came while it was copied')\n"));
    }
    changes
        .push_str("02:00:03 ops checkpoint\n02:00:04 ops backup stop b2\n03:00:00 ops recover from b2 to immediate\n");
    let run = run(&week(&changes));
    assert_eq!(rows(recovered(run.cluster())), rows(run.cluster().primary().unwrap()));
}

#[test]
fn there_must_be_something_to_continue() {
    let none = "scenario seed 1\n00:00:00 ops backup b1 incremental\n";
    assert!(refusal(none).starts_with("no_parent"));
    let unknown = week("02:00:00 ops backup b2 incremental from b9\n");
    assert!(refusal(&unknown).starts_with("no_such_backup"));
}

#[test]
fn looking_at_pages_takes_the_time_of_reading_them() {
    let took = |rest: &str| {
        let script = week(rest).replacen("scenario ", "scenario scale 1000000, validate 1MB/s, ", 1);
        let run = run(&script);
        let manifest = run.cluster().backups().get("b2").unwrap().read_manifest().unwrap();
        let pages: u32 = manifest.files.iter().filter(|file| file.changed.is_some()).map(|file| file.length).sum();
        let stored = manifest.bytes();
        (manifest.end_time - manifest.start_time, i64::from(pages), stored as i64)
    };
    let (time, pages, stored) = took("03:00:00 ops backup b2 incremental\n");
    assert!(pages > 3, "{pages}");
    // A page of 1 KiB stands for a million; beside it the latency of the store, and what goes there at 200 MB/s.
    let (reading, sending) = (pages * 1_024_000_000, 100_000 + stored * 5_000);
    assert_eq!(time.0, reading + sending);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn merges_of_any_part_restore_what_the_chain_does(
        history in a_history(),
        merges in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 1..6),
    ) {
        let mut cluster = run(&history).cluster().clone();
        let restored = |cluster: &Cluster, label: &str| {
            let spec = RecoverySpec { backup: Some(label.to_owned()), ..RecoverySpec::to(Target::Immediate) };
            let (after, outcome) = recover(cluster, &spec);
            prop_assert!(outcome.is_ok(), "{label}: {outcome:?}");
            Ok(pages(recovered(&after)))
        };
        // "last" ends the chain, "all" is a full backup of the same.
        let mut newest = "last".to_owned();
        let mut of: Vec<String> = Vec::new();
        for (number, (from, to, loses)) in merges.into_iter().enumerate() {
            let chain: Vec<String> =
                cluster.backups().elements(&newest).0.into_iter().rev().map(|manifest| manifest.label).collect();
            let (from, to) = (from.index(chain.len()), to.index(chain.len()));
            let (first, last) = (chain[from.min(to)].clone(), chain[from.max(to)].clone());
            let into = format!("m{number}");
            let before = restored(&cluster, &last)?;
            cluster = after(&cluster, &Command::Merge { first: Some(first.clone()), last: last.clone(), into: into.clone() });
            let manifest = cluster.backups().get(&into).and_then(|stored| stored.read_manifest());
            let manifest = manifest.expect("is there");
            prop_assert_eq!(manifest.parent.is_none(), first == chain[0], "{} of {:?}", into, chain);
            of.push(format!("{first}..{last}"));
            if last == newest {
                // What is merged is needed no more.
                for label in chain.iter().filter(|label| loses && chain.iter().position(|other| other == *label) >= Some(from.min(to))) {
                    cluster.execute("ops", &Command::Damage(Fault::Backup(BackupFault::Lose { label: label.clone() }))).expect("is there");
                }
                newest = into.clone();
            }
            prop_assert_eq!(restored(&cluster, &into)?, before, "{:?} of {:?}", of, chain);
        }
        let end = |cluster: &Cluster, label: &str| {
            let spec = RecoverySpec { backup: Some(label.to_owned()), ..RecoverySpec::to(Target::End) };
            let (after, outcome) = recover(cluster, &spec);
            prop_assert!(outcome.is_ok(), "{label}: {outcome:?}");
            Ok(rows(recovered(&after)))
        };
        prop_assert_eq!(end(&cluster, &newest)?, end(&cluster, "all")?, "{:?}", of);
    }
}

#[test]
fn scheduled_backups_continue_one_another_as_far_as_a_chain_may_go() {
    let text = "scenario seed 7, date 2026-03-04, backup every 1h, backup chain 2, archive timeout 10m\n\
        00:00:00 ops CREATE TABLE t (id int primary key, item text)\n\
        00:00:00 app workload t every 1m\n\
        07:30:00 ops note 'enough'\n";
    let script = pitr_engine::script::parse(text).expect("is a script");
    let run = pitr_engine::objectives::run_script(&script).expect("can be carried out");
    let backups = run.cluster().backups();
    let lengths: Vec<usize> =
        backups.catalog().iter().map(|it| backups.chain(&it.label).expect("is whole").len()).collect();
    assert_eq!(lengths, [1, 2, 3, 1, 2, 3, 1]);
}
