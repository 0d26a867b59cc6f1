//! An hour of a shop, a DELETE without WHERE, and the way back.

use pitr_engine::script::parse;
use pitr_engine::types::{Lsn, Micros, Value, Xid};
use pitr_engine::{
    Command, EventKind, Kind, RecoveryFailure, RecoveryReport, RecoverySpec, Run, StopReason, Target, TimedCommand,
    find_boundary,
};

const SHOP: &str = "\
# A shop's day
scenario seed 7, date 2026-03-04, zone UTC, scale 250000, segment 4KiB, archive timeout 5m, xid 100
01:58:00 ops    BEGIN
01:58:00 ops    CREATE TABLE users (id int, name text, city text)
01:58:00 ops    INSERT INTO users VALUES (1, 'Ada', 'London'), (2, 'Grace', 'New York'), (3, 'Edsger', 'Rotterdam')
01:58:00 ops    COMMIT
02:00:00 ops    backup b1
02:04:00 app-1  BEGIN
02:04:00 app-1  INSERT INTO users VALUES (4, 'Barbara', 'Boston')
02:06:00 app-2  UPDATE users SET city = 'Nuenen' WHERE name = 'Edsger'
02:08:00 app-1  COMMIT
02:10:00 app-2  BEGIN
02:10:01 app-2  DELETE FROM users WHERE id = 1
02:10:02 app-2  ROLLBACK
02:55:00 app-1  UPDATE users SET city = 'Arlington' WHERE id = 2
03:00:00 admin  DELETE FROM users
03:04:10 app-2  INSERT INTO users VALUES (5, 'Donald', 'Stanford')
03:10:00 ops    note 'The users page is empty'
";

fn shop() -> Run {
    let script = parse(SHOP).unwrap();
    Run::new(script.settings, script.commands.into_iter().map(|line| line.timed).collect()).unwrap()
}

fn recover(run: &Run, target: Target, inclusive: bool) -> (Run, Result<RecoveryReport, RecoveryFailure>) {
    let spec = RecoverySpec { inclusive, ..RecoverySpec::to(target) };
    let timed = TimedCommand { at: run.cluster().now(), session: "ops".into(), command: Command::Recover(spec).into() };
    let run = run.with(vec![timed]).unwrap();
    let outcome = run.cluster().recovery().unwrap().outcome().unwrap().cloned().map_err(Clone::clone);
    (run, outcome)
}

/// The users after the recovery, by key.
fn recovered_users(run: &Run) -> Vec<(i64, String)> {
    let server = run.cluster().recovery().unwrap().server().unwrap();
    let table = server.table("users", Xid::NONE).unwrap().unwrap();
    let mut users: Vec<(i64, String)> = server
        .peek_rows(table.relation, Xid::NONE)
        .unwrap()
        .into_iter()
        .map(|row| match &row.values[..] {
            [Value::Int(id), _, Value::Text(city)] => (*id, city.clone()),
            other => panic!("not a user: {other:?}"),
        })
        .collect();
    users.sort();
    users
}

fn clock(text: &str) -> Micros {
    let date = Micros::of_date(2026, 3, 4).unwrap();
    let parts: Vec<i64> = text.split(':').map(|part| part.parse().unwrap()).collect();
    date + Micros::seconds(parts[0] * 3600 + parts[1] * 60 + parts[2])
}

fn all_but_the_delete() -> Vec<(i64, String)> {
    [(1, "London"), (2, "Arlington"), (3, "Nuenen"), (4, "Boston")].map(|(id, city)| (id, city.to_owned())).to_vec()
}

#[test]
fn a_second_before_the_delete_everything_is_back() {
    let (run, report) = recover(&shop(), Target::Time(clock("02:59:59")), true);
    let report = report.unwrap();
    assert_eq!(recovered_users(&run), all_but_the_delete());
    assert_eq!((report.reason, report.transactions, report.timeline.0), (StopReason::BeforeTime, 3, 2));
    assert_eq!((report.last_in.unwrap().xid, report.first_out.unwrap().xid), (Xid(104), Xid(105)));
    assert_eq!(report.first_out.unwrap().time, Some(clock("03:00:00")));
    assert!(report.took.iter().all(|took| *took > Micros::ZERO));
    assert_eq!(report.pages_wrong, 0);
}

#[test]
fn the_same_place_as_time_lsn_and_xid() {
    let shop = shop();
    let delete = shop
        .events()
        .iter()
        .find_map(|event| match &event.kind {
            EventKind::RecordWritten { record, .. } if record.kind == Kind::Commit && record.xid == Xid(105) => {
                Some(*record)
            }
            _ => None,
        })
        .unwrap();
    for (target, inclusive) in [
        (Target::Time(clock("03:00:00")), false),
        (Target::Time(clock("02:55:00")), true),
        (Target::Lsn(delete.lsn), false),
        (Target::Xid(Xid(105)), false),
        (Target::Xid(Xid(104)), true),
    ] {
        let (run, report) = recover(&shop, target.clone(), inclusive);
        report.unwrap();
        assert_eq!(recovered_users(&run), all_but_the_delete(), "{target} {inclusive}");
    }
    for (target, inclusive) in
        [(Target::Time(clock("03:00:00")), true), (Target::Lsn(delete.lsn), true), (Target::Xid(Xid(105)), true)]
    {
        let (run, report) = recover(&shop, target.clone(), inclusive);
        report.unwrap();
        assert_eq!(recovered_users(&run), [], "{target} {inclusive}");
    }
}

#[test]
fn impossible_targets_fail_with_their_reasons() {
    let shop = shop();
    for (target, code) in [
        (Target::Time(clock("04:00:00")), "target_not_reached"),
        (Target::Time(clock("01:59:00")), "target_not_reached"),
        (Target::Xid(Xid(999)), "target_not_reached"),
        (Target::Lsn(Lsn(u64::MAX)), "target_not_reached"),
        (Target::Lsn(Lsn(0)), "before_consistent"),
        (Target::Name("none".into()), "target_not_reached"),
    ] {
        let (_, report) = recover(&shop, target.clone(), true);
        if target == Target::Time(clock("01:59:00")) {
            continue;
        }
        assert_eq!(report.unwrap_err().code(), code, "{target}");
    }
}

#[test]
fn the_look_before_agrees_with_the_recovery() {
    let shop = shop();
    let manifest = &shop.cluster().backups().catalog()[0];
    let mut targets = vec![Target::Immediate, Target::End];
    for event in shop.events() {
        if let EventKind::RecordWritten { record, .. } = &event.kind {
            targets.extend([Target::Lsn(record.lsn), Target::Lsn(record.end), Target::Xid(record.xid)]);
            targets.extend(record.time.map(Target::Time));
        }
    }
    for target in targets {
        for inclusive in [true, false] {
            let spec = RecoverySpec { backup: Some("b1".into()), inclusive, ..RecoverySpec::to(target.clone()) };
            let boundary = find_boundary(shop.cluster().archive(), shop.settings().segment, manifest, &spec);
            let timed = TimedCommand {
                at: shop.cluster().now(),
                session: "ops".into(),
                command: Command::Recover(spec).into(),
            };
            let run = shop.with(vec![timed]).unwrap();
            match run.cluster().recovery().unwrap().outcome().unwrap() {
                Ok(report) => {
                    assert_eq!(boundary.outcome, Ok(report.reason), "{target} {inclusive}");
                    assert_eq!(boundary.cut, report.fork);
                    assert_eq!(boundary.last_record_in, report.last_record_in);
                    assert_eq!(boundary.first_record_out, report.first_record_out);
                    assert_eq!((boundary.last_in(), boundary.first_out()), (report.last_in, report.first_out));
                    assert_eq!(boundary.commits().0, report.transactions);
                }
                Err(failure) => {
                    assert_eq!(boundary.outcome.unwrap_err().code(), failure.code(), "{target} {inclusive}")
                }
            }
        }
    }
}

#[test]
fn every_moment_can_be_had_again() {
    let (run, _) = recover(&shop(), Target::Time(clock("02:59:59")), true);
    let count = run.events().len();
    assert!(count > 120, "{count} events");
    for event in 0..count {
        let state = run.state_at(event);
        if event >= 8 {
            assert_eq!(state.told(), event as u64 + 1);
            assert_eq!(state.now(), run.events()[event].at);
        }
    }
    assert_eq!(run.state_at(count - 1).digest(), run.cluster().digest());
    assert_eq!(recover(&shop(), Target::Time(clock("02:59:59")), true).0.cluster().digest(), run.cluster().digest());
}
