//! A flipped bit where histories have none: in what is encrypted, in a segment that is still being streamed, in a page of the live database. It is found
//! by a name, or the log ends before it, or nothing has changed; never are there other rows.
//!
//! A sample of the bits; each and every one: `PITR_EVERY_BIT=1 cargo test --release -p pitr-tests --test flips_elsewhere`.
#![cfg(not(target_arch = "wasm32"))]

use pitr_engine::types::{Lsn, Value};
use pitr_engine::{Cluster, Command, EventKind, Fault, PowerLoss, RecoverySpec, Target};
use pitr_tests::carried::{carry_out, rows};
use pitr_tests::decoders::absurd::{Place, change, places};
use pitr_tests::histories::Random;
use pitr_tests::model::flips::bits;
use pitr_tests::model::hold::{recover, run_out};
use pitr_tests::model::{Expected, Tables};
use std::collections::BTreeMap;

const WORK: &str = "
01:00:00 ops    CREATE TABLE notes (id int primary key, text text)
01:00:05 app-1  INSERT INTO notes VALUES (1, 'in the first backup')
01:00:10 ops    backup b1
01:01:10 app-1  INSERT INTO notes VALUES (2, 'behind it'), (3, 'too')
01:01:20 app-2  UPDATE notes SET text = 'changed' WHERE id = 1
01:02:30 ops    backup b2 incremental
01:03:30 app-1  DELETE FROM notes WHERE id = 2
01:03:40 ops    switch segment
01:03:50 app-1  INSERT INTO notes VALUES (4, 'last')
01:03:55 app-2  BEGIN
01:03:56 app-2  INSERT INTO notes VALUES (5, 'never committed')
";

/// What the work comes to under these settings, the archiver being done.
fn worked(settings: &str) -> Cluster {
    let text = format!("# Bits are flipped\nscenario seed 3, date 2026-03-04, page 1KiB, xid 10, {settings}{WORK}");
    let end = format!("{text}01:09:00 ops    note 'all is archived'\n");
    carry_out(&end).unwrap_or_else(|error| panic!("{error}\n{end}")).run.cluster().clone()
}

fn chosen(all: usize, sample: usize, random: &mut Random) -> Vec<usize> {
    let every = std::env::var_os("PITR_EVERY_BIT").is_some();
    if every { (0..all).collect() } else { (0..sample.min(all)).map(|_| random.below(all as u64) as usize).collect() }
}

fn to_end(label: &str) -> RecoverySpec {
    RecoverySpec { backup: Some(label.to_owned()), ..RecoverySpec::to(Target::End) }
}

#[test]
fn what_is_encrypted_is_tampered_with() {
    let cluster = worked("segment 1KiB, archive timeout 20s, encryption on");
    let mut random = Random::new(5);
    let mut verdicts: BTreeMap<&str, u32> = BTreeMap::new();
    let redo = cluster.backups().catalog()[1].redo;
    for label in ["b1", "b2"] {
        let whole = recover(&cluster, &to_end(label));
        assert!(matches!(whole, Expected::Recovers(_)), "{whole:?}");
        for place in places(&cluster) {
            for bit in chosen(bits(&cluster, &place), 30, &mut random) {
                let mut flipped = cluster.clone();
                assert!(change(&mut flipped, &place, false, |bytes| bytes[bit / 8] ^= 1 << (bit % 8)));
                let found = recover(&flipped, &to_end(label));
                let sealed = matches!(place, Place::Segment(..) | Place::File(..));
                let verdict = match &found {
                    // What it does not read: the other backup, and segments of before its own beginning.
                    found if *found == whole => "not read",
                    Expected::Fails("object_tampered") if sealed => "object_tampered",
                    Expected::Fails("backup_damaged" | "chain_broken") => "the backup is refused",
                    Expected::Refused("no_such_backup") => "the backup is refused",
                    other => panic!("{label}, bit {bit} of {place:?}: {other:?}"),
                };
                // Of what is sealed and read every bit counts, of headers and free space too.
                if let (Place::Segment(_, segment), "not read", "b2") = (&place, verdict, label) {
                    assert!(segment.0 * 1024 < redo.0, "bit {bit} of {place:?}");
                }
                *verdicts.entry(verdict).or_default() += 1;
            }
        }
    }
    println!("{verdicts:?}");
    assert_eq!(verdicts.len(), 3, "{verdicts:?}");
}

/// What a recovery comes to whose log ends somewhere: the tables, by that end.
fn by_end(cluster: &Cluster, label: &str, whole: Lsn) -> BTreeMap<u64, Tables> {
    let mut tables = BTreeMap::new();
    for at in (0..=whole.0).step_by(8) {
        let spec = RecoverySpec { backup: Some(label.to_owned()), ..RecoverySpec::to(Target::Lsn(Lsn(at))) };
        if let Expected::Recovers(found) = recover(cluster, &spec) {
            tables.insert(found.fork, found.tables);
        }
    }
    tables
}

#[test]
fn the_stream_ends_before_the_bit() {
    let cluster = worked("segment 4KiB, archive streaming 300ms only");
    let partial: Vec<Place> =
        cluster.archive().partial_segments().map(|(of, number, _)| Place::Segment(of, number)).collect();
    assert_eq!(partial.len(), 1, "a segment is being streamed");
    let mut random = Random::new(7);
    let Expected::Recovers(whole) = recover(&cluster, &to_end("b1")) else { panic!("it recovers") };
    let Place::Segment(timeline, segment) = partial[0].clone() else { panic!("a segment") };
    let used = whole.fork - segment.0 * 4096;
    let ends = by_end(&cluster, "b1", Lsn(whole.fork));
    let (mut shorter, mut same) = (0, 0);
    // As many in the part that has come as in what is still empty.
    let mut all = chosen(used as usize * 8, 150, &mut random);
    all.extend(chosen(4096 * 8, 50, &mut random));
    for bit in all {
        let mut flipped = cluster.clone();
        change(&mut flipped, &Place::Segment(timeline, segment), false, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
        match recover(&flipped, &to_end("b1")) {
            Expected::Recovers(found) if found.fork == whole.fork => {
                assert_eq!(found, whole, "bit {bit}");
                same += 1;
            }
            Expected::Recovers(found) => {
                assert!(
                    found.fork < whole.fork && ends.get(&found.fork) == Some(&found.tables),
                    "bit {bit}: {found:?}"
                );
                shorter += 1;
            }
            other => panic!("bit {bit}: {other:?}"),
        }
    }
    println!("{shorter} end before the bit, {same} as if nothing were");
    assert!(shorter > 50 && same > 10, "{shorter}, {same}");
}

#[test]
fn a_page_of_the_live_database_is_named_or_healed() {
    let cluster = worked("segment 4KiB, archive timeout 20s");
    let mut random = Random::new(9);
    let live = |cluster: &Cluster| -> Option<Vec<Vec<Value>>> { rows(cluster.primary()?, "notes") };
    let mut verdicts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut note = |verdict| *verdicts.entry(verdict).or_default() += 1;
    let wanted = live(&cluster).expect("rows");
    // Once with a change since the last checkpoint, whose image heals the page, once without.
    for changed in [true, false] {
        let mut cluster = cluster.clone();
        if !changed {
            cluster.execute("ops", &Command::Checkpoint).expect("a checkpoint");
        }
        for bit in chosen(1024 * 8, 200, &mut random) {
            let mut flipped = cluster.clone();
            let fault = Fault::FlipPage { table: "notes".to_owned(), block: 0, bit: bit as u64 };
            flipped.execute("ops", &Command::Damage(fault)).expect("there is such a bit");
            // In memory the page is as it was; a backup copies what is on the disk, and is found out.
            assert_eq!(live(&flipped), Some(wanted.clone()));
            flipped.execute("ops", &Command::Backup { label: "rotten".to_owned() }).expect("a backup");
            run_out(&mut flipped);
            let mut events = flipped.execute("ops", &Command::Verify { label: "rotten".to_owned() }).expect("verified");
            events.extend(run_out(&mut flipped));
            let found = events.into_iter().find_map(|event| match event.kind {
                EventKind::BackupVerified { found } => Some(found),
                _ => None,
            });
            let clean = found.expect("is verified").defects.is_empty();
            // The checkpoint of the backup has written the page anew if it was changed in memory.
            note(if clean { "the backup is clean" } else { "verification names it" });
            assert_eq!(clean, changed, "bit {bit}");
            // The server starts again with nothing in memory.
            let mut flipped = cluster.clone();
            let fault = Fault::FlipPage { table: "notes".to_owned(), block: 0, bit: bit as u64 };
            flipped.execute("ops", &Command::Damage(fault)).expect("there is such a bit");
            flipped.execute("ops", &Command::Crash(PowerLoss::Clean)).expect("off");
            flipped.execute("ops", &Command::Restart).expect("on");
            run_out(&mut flipped);
            match live(&flipped) {
                Some(found) => {
                    assert_eq!(found, wanted, "bit {bit}");
                    note("healed");
                }
                None => note("not read"),
            }
            assert_eq!(live(&flipped).is_some(), changed, "bit {bit}");
        }
    }
    println!("{verdicts:?}");
    assert_eq!(verdicts.len(), 4, "{verdicts:?}");
}
