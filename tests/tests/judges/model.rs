//! What holds recoveries to the model objects to doctored outcomes, and to doctored bytes whose checksums agree.

use pitr_engine::types::{TimelineId, Value};
use pitr_engine::{Event, EventKind, Kind, RecoverySpec, Target};
use pitr_tests::decoders::absurd::{Place, change};
use pitr_tests::histories::{History, Plot, Told, tell};
use pitr_tests::model::flips::judge as judge_flip;
use pitr_tests::model::hold::{Ended, judge};
use pitr_tests::model::{Expected, Recovered, Table};

/// A history with a recovery to the end that replays something, and what the model has it come to.
fn history() -> (History, Ended, RecoverySpec, Recovered) {
    let plot = Plot { eras: 1, steps: 60, faults: false, workloads: false };
    let spec = RecoverySpec::to(Target::End);
    (1..)
        .find_map(|seed| {
            let history = tell(seed, plot);
            let ended = Ended::of(&history);
            let Expected::Recovers(whole) = ended.model.expect(&spec) else { return None };
            let rows = whole.tables.values().map(|table| table.rows.len()).max()?;
            let enough = whole.commits > 3 && rows > 2 && ended.try_one(&spec).is_ok();
            enough.then_some((history, ended, spec.clone(), whole))
        })
        .expect("there are many histories")
}

fn some_table(recovered: &mut Recovered) -> (String, &mut Table) {
    let (name, table) = recovered.tables.iter_mut().find(|(_, table)| table.rows.len() > 2).expect("rows");
    (name.clone(), table)
}

#[test]
fn an_outcome_that_differs_in_one_thing() {
    let (_, ended, _, whole) = history();
    assert_eq!(judge(&Expected::Recovers(whole.clone()), &Expected::Recovers(whole.clone())), Ok("recovered"));
    let objection = |doctor: &dyn Fn(&mut Recovered)| {
        let mut doctored = whole.clone();
        doctor(&mut doctored);
        judge(&Expected::Recovers(whole.clone()), &Expected::Recovers(doctored)).expect_err("an objection")
    };
    let name = some_table(&mut whole.clone()).0;
    let gone = objection(&|doctored| drop(some_table(doctored).1.rows.pop_first()));
    assert!(gone.contains(&format!("{name}: missing [")) && !gone.contains("not expected"), "{gone}");
    let more = objection(&|doctored| {
        some_table(doctored).1.rows.insert(Value::Int(-7), vec![Value::Int(-7), Value::Null]);
    });
    assert!(more.contains(&format!("{name}: not expected [Int(-7)")) && !more.contains("missing"), "{more}");
    let other = objection(&|doctored| {
        let table = some_table(doctored).1;
        table.rows.values_mut().next().expect("a row")[1] = Value::Text("doctored".to_owned());
    });
    assert!(other.contains("missing [") && other.contains("doctored"), "{other}");
    let no_table = objection(&|doctored| drop(doctored.tables.remove(&name)));
    assert!(no_table.contains(&format!("{name}: missing")), "{no_table}");
    let number = objection(&|doctored| {
        doctored.sequences.insert("q".to_owned(), 7);
    });
    assert!(number.contains("sequences: {") && number.contains("\"q\": 7"), "{number}");
    let ghost = objection(&|doctored| drop(doctored.tables.insert("ghost".to_owned(), Table::default())));
    assert!(ghost.contains("ghost: not expected"), "{ghost}");
    let mut said = vec![
        objection(&|doctored| doctored.timeline += 1),
        objection(&|doctored| doctored.parent += 1),
        objection(&|doctored| doctored.fork += 8),
        objection(&|doctored| doctored.commits -= 1),
        objection(&|doctored| doctored.records += 1),
        objection(&|doctored| doctored.backup.push('x')),
    ];
    for said in &said {
        let (expected, found) = said.split_once('\n').expect("two lines");
        assert_ne!(expected.trim_start_matches("expected "), found.trim_start_matches("found    "), "{said}");
    }
    said.sort();
    said.dedup();
    assert_eq!(said.len(), 6);
    let failed = judge(&Expected::Recovers(whole.clone()), &Expected::Fails("target_not_reached"));
    assert!(failed.is_err_and(|said| said.ends_with("found failure target_not_reached")));
    let fails = Expected::Fails("target_not_reached");
    assert!(judge(&fails, &Expected::Fails("backup_incomplete")).is_err());
    assert!(judge(&fails, &Expected::Recovers(whole.clone())).is_err());
    assert_eq!(judge(&fails, &fails), Ok("target_not_reached"));
    assert!(ended.model.surprises.is_empty());
}

/// Records of a kind in the archive that hold a recovery's part of the log.
fn records(history: &History, kind: Kind) -> Vec<Place> {
    let written = history.told.iter().filter_map(|told| match told {
        Told::Happened(Event { kind: EventKind::RecordWritten { record, .. }, .. }) if record.kind == kind => {
            Some(Place::Record(TimelineId::FIRST, record.lsn))
        }
        _ => None,
    });
    written.collect()
}

#[test]
fn a_recovery_of_other_bytes_whose_checksums_agree() {
    let (history, ended, spec, _) = history();
    let objections = |kind: Kind, doctor: &dyn Fn(&mut Vec<u8>)| -> Vec<String> {
        let doctored = records(&history, kind).into_iter().filter_map(|place| {
            let mut cluster = ended.cluster.clone();
            change(&mut cluster, &place, true, doctor);
            Ended { cluster, model: ended.model.clone() }.try_one(&spec).err()
        });
        doctored.collect()
    };
    // The last byte of a row is one of its last value's.
    let rows = objections(Kind::Insert, &|bytes| *bytes.last_mut().expect("bytes") ^= 1);
    assert!(rows.iter().any(|said| said.contains("not expected") && said.contains("missing")), "{rows:?}");
    // A commit of an XID that is nobody's.
    let commits = objections(Kind::Commit, &|bytes| bytes[4] ^= 0x40);
    assert!(commits.iter().any(|said| said.contains("missing")), "{commits:?}");
}

#[test]
fn what_may_not_come_of_a_flipped_bit() {
    let (history, ended, spec, whole) = history();
    let model = Expected::Recovers(whole.clone());
    let log = records(&history, Kind::Commit).remove(0);
    let manifest = Place::Manifest(whole.backup.clone());
    let judged = |place: &Place, found: &Expected| judge_flip(&ended, place, &model, found, &spec);
    assert_eq!(judged(&log, &model), Ok("as if nothing were"));
    let damaged = Expected::Fails("backup_damaged");
    assert_eq!(judged(&manifest, &damaged), Ok("the backup is refused"));
    // No bit of the log makes a backup's checksums disagree.
    assert!(judged(&log, &damaged).is_err() && judged(&log, &Expected::Fails("no_such_timeline")).is_err());
    let end = whole.replayed.len() / 2;
    let fork = ended.model.facts[whole.replayed[end]].goes_on;
    let shorter = ended.model.cut_at(&whole, fork).expect("a record ends there");
    assert_eq!(judged(&log, &Expected::Recovers(shorter.clone())), Ok("the log ends before the bit"));
    // Nothing but the log may be shorter, and what is shorter must be otherwise the same.
    assert!(judged(&manifest, &Expected::Recovers(shorter.clone())).is_err());
    let doctored = [
        Recovered { tables: whole.tables.clone(), ..shorter.clone() },
        Recovered { commits: shorter.commits + 1, ..shorter.clone() },
        Recovered { fork: shorter.fork + 8, ..shorter },
    ];
    for found in doctored {
        assert!(judged(&log, &Expected::Recovers(found.clone())).is_err(), "{found:?}");
    }
    let mut other = whole.clone();
    some_table(&mut other).1.rows.pop_last();
    assert!(judged(&log, &Expected::Recovers(other)).is_err());
}
