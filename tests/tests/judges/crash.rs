//! The judge of the crash matrix objects to doctored outcomes, in the right words.

use pitr_engine::types::{Lsn, Micros, RelationId, Value, Xid};
use pitr_engine::{CrashFailure, PageImages, PowerLoss};
use pitr_tests::crash_matrix::judge::{Before, Found, judge, judge_end, judge_failure};
use pitr_tests::crash_matrix::model::Tables;
use pitr_tests::crash_matrix::workload::{Worked, work};

fn worked(seed: u64) -> Worked {
    work(seed, 50, PageImages::On)
}

/// The tables after the transactions of these places in the order of commits.
fn tables(worked: &Worked, is_in: impl Fn(usize) -> bool) -> Tables {
    let mut tables = Tables::new();
    for (_, commit) in worked.commits.iter().enumerate().filter(|(place, _)| is_in(*place)) {
        commit.changes.iter().for_each(|change| change.apply(&mut tables));
    }
    tables
}

/// A server that is back with the first commits, to be doctored; and how it was before, all being durable.
fn after(worked: &Worked, commits: usize) -> (Before, Found) {
    let end = Lsn(worked.commits[commits - 1].end);
    let found = Found {
        end,
        tables: rows(tables(worked, |place| place < commits)),
        next_xid: Xid(worked.records.iter().map(|(_, xid)| xid.0).max().unwrap_or(0) + 1),
        next_value: Some(i64::MAX),
        torn: Vec::new(),
    };
    let told = worked.commits[..commits].iter().filter_map(|commit| commit.told).map(|(number, ..)| number).max();
    (Before { durable: end, told: told.unwrap_or(0), now: Micros(i64::MAX) }, found)
}

fn rows(tables: Tables) -> std::collections::BTreeMap<String, Vec<Vec<Value>>> {
    tables.into_iter().map(|(name, rows)| (name, rows.into_values().collect())).collect()
}

fn objection(worked: &Worked, before: &Before, found: &Found) -> String {
    judge(worked, before, found).expect_err("an objection")
}

#[test]
fn what_is_as_it_must_be_is_accepted() {
    for seed in 1..=8 {
        let worked = worked(seed);
        for commits in [1, worked.commits.len() / 2, worked.commits.len()] {
            let (before, found) = after(&worked, commits);
            assert_eq!(judge(&worked, &before, &found), Ok(0), "workload {seed}, {commits} commits");
        }
    }
}

#[test]
fn an_acknowledged_commit_that_is_missing() {
    let worked = worked(1);
    let durably =
        |commit: &&_| matches!(commit, pitr_tests::crash_matrix::workload::Commit { told: Some((_, _, true)), .. });
    let gone = worked.commits.iter().rfind(durably).expect("commits that wait");
    let place = worked.commits.iter().position(|commit| commit.xid == gone.xid).expect("is one of them");
    // The engine says itself that less was durable, so that only the acknowledgement speaks against it.
    let (before, found) = after(&worked, place);
    let before = Before { told: gone.told.expect("was told").0, ..before };
    assert_eq!(objection(&worked, &before, &found), format!("XID {} was acknowledged and is gone", gone.xid));
    // A moment before it was told nobody could object.
    let before = Before { told: before.told - 1, now: Micros::ZERO, ..before };
    assert!(judge(&worked, &before, &found).is_ok());
}

#[test]
fn a_log_that_ends_before_what_was_durable() {
    let worked = worked(1);
    let (before, found) = after(&worked, 5);
    let before = Before { durable: Lsn(worked.commits[5].end), ..before };
    assert!(objection(&worked, &before, &found).contains("and was durable up to"));
}

#[test]
fn a_transaction_without_its_commit_record() {
    let worked = worked(2);
    let half = worked.commits.len() / 2;
    let (before, found) = after(&worked, half);
    let mut met = (false, false);
    for more in half..worked.commits.len() {
        let tables = rows(tables(&worked, |place| place < half || place == more));
        if tables == found.tables {
            continue;
        }
        let said = objection(&worked, &before, &Found { tables, ..found.clone() });
        if said.contains(&format!("XID {} is visible, and its commit record did not survive", worked.commits[more].xid))
        {
            met.0 = true;
        } else {
            let survived = format!("transactions are visible, the commit records of the first {half} survived");
            assert!(said.contains(&survived) || said.contains("no choice of transactions"), "{said}");
            met.1 |= said.contains(&survived);
        }
    }
    assert_eq!(met, (true, true));
}

#[test]
fn visible_transactions_that_are_no_beginning_of_the_order_of_commits() {
    let worked = worked(3);
    let all = worked.commits.len();
    let (before, found) = after(&worked, all);
    let mut met = 0;
    for left_out in 0..all - 1 {
        let tables = rows(tables(&worked, |place| place != left_out));
        if tables == found.tables {
            continue;
        }
        let said = objection(&worked, &before, &Found { tables, ..found.clone() });
        met += u32::from(said.contains("is not visible, and some that committed after it are"));
    }
    assert!(met > 5, "{met}");
    // The last ones missing are a beginning, but not the one whose records are there.
    let (_, fewer) = after(&worked, all - 4);
    let said = objection(&worked, &before, &Found { tables: fewer.tables, ..found });
    assert!(said.starts_with("the first ") && said.contains(&format!("of the first {all} survived")), "{said}");
}

#[test]
fn an_early_commit_lost_after_its_window() {
    let mut met = 0;
    for seed in 1..=12 {
        let worked = worked(seed);
        let window = worked.settings.tuning.log_writer_delay;
        for place in 1..worked.commits.len() {
            let Some((told, at, false)) = worked.commits[place].told else { continue };
            let (before, found) = after(&worked, place);
            let within = Before { told, now: at + window, ..before };
            if judge(&worked, &within, &found) != Ok(1) {
                continue;
            }
            met += 1;
            let past = Before { now: at + window + Micros(1), ..within };
            let ago = format!("was acknowledged {} µs ago and is gone", window.0 + 1);
            assert!(objection(&worked, &past, &found).contains(&ago));
        }
    }
    assert!(met > 3, "{met}");
}

#[test]
fn rows_that_nobody_wrote() {
    let worked = worked(4);
    let (before, found) = after(&worked, worked.commits.len());
    let table = found.tables.iter().find(|(_, rows)| rows.len() > 1).expect("rows").0.clone();
    let doctored = |change: &dyn Fn(&mut Vec<Vec<Value>>)| {
        let mut found = found.clone();
        change(found.tables.get_mut(&table).expect("is there"));
        objection(&worked, &before, &found)
    };
    let no_choice = "no choice of transactions makes it so";
    // As when the other half of a torn page is an older one.
    assert!(doctored(&|rows| rows[1][2] = Value::Text("somebody else's".to_owned())).contains(no_choice));
    assert!(doctored(&|rows| rows.insert(1, rows[0].clone())).contains(no_choice));
    assert!(doctored(&|rows| drop(rows.remove(0))).contains(&format!("table {table} has")));
    let mut more = found.clone();
    more.tables.insert("ghost".to_owned(), Vec::new());
    assert!(objection(&worked, &before, &more).contains("there are the tables"));
}

#[test]
fn a_torn_page_that_nobody_noticed() {
    let worked = work(5, 50, PageImages::Off);
    let (before, found) = after(&worked, worked.commits.len());
    let torn = vec![(RelationId(16), 2)];
    let said = objection(&worked, &before, &Found { torn: torn.clone(), ..found });
    assert_eq!(said, "block 2 of relation 16 is torn, and nobody has noticed");
    let failure = |block| CrashFailure::PageTorn { relation: RelationId(16), block, lsn: Lsn(0x1100) };
    let (off, loss) = (PageImages::Off, PowerLoss::TornPages);
    assert_eq!(judge_failure(off, loss, failure(2), &torn), Ok(()));
    // A page that is whole must not be called torn; with images, or where none can be torn, the server must start.
    assert!(judge_failure(off, loss, failure(1), &torn).is_err_and(|said| said.contains("is said to be torn")));
    for (images, loss) in [(PageImages::On, loss), (PageImages::Compressed, loss), (off, PowerLoss::Clean)] {
        assert!(judge_failure(images, loss, failure(2), &torn).is_err_and(|said| said.contains("does not start")));
    }
    let other = CrashFailure::CheckpointMissing { checkpoint: Lsn(0x1100) };
    assert!(judge_failure(off, loss, other, &torn).is_err_and(|said| said.contains("does not start")));
}

#[test]
fn numbers_that_are_given_twice() {
    let worked = (1..).map(worked).find(|worked| worked.drawn.len() > 2).expect("draws");
    let (before, found) = after(&worked, worked.commits.len());
    let before = Before { told: u64::MAX, ..before };
    let used = worked.records.iter().map(|(_, xid)| *xid).max().expect("records");
    let said = |found: Found| judge(&worked, &Before { durable: found.end, ..before }, &found);
    let all = Found { end: Lsn(u64::MAX), ..found };
    assert!(said(all.clone()).is_ok());
    assert!(said(Found { next_xid: used, ..all.clone() }).is_err_and(|said| said.contains("the next XID is")));
    let drawn = worked.drawn.iter().map(|(_, value)| *value).max();
    for next_value in [drawn, None] {
        let said = said(Found { next_value, ..all.clone() });
        assert!(said.is_err_and(|said| said.contains("was drawn from the sequence")));
    }
}

#[test]
fn a_log_that_ends_elsewhere_than_it_was_cut() {
    let worked = worked(6);
    let (third, fourth) = (Lsn(worked.records[2].0), Lsn(worked.records[3].0));
    let inside = Lsn(fourth.0 - 8);
    let (zeros, leftovers) = (|_: Lsn, _: Lsn| true, |_: Lsn, _: Lsn| false);
    assert_eq!(judge_end(&worked, third, inside, leftovers), Ok(()));
    // A whole record is passed over; a record comes out of half its bytes.
    assert!(judge_end(&worked, third, fourth, zeros).is_err_and(|said| said.contains("is not replayed")));
    assert!(judge_end(&worked, fourth, inside, leftovers).is_err_and(|said| said.contains("is said to end at")));
    assert_eq!(judge_end(&worked, fourth, inside, zeros), Ok(()));
}
