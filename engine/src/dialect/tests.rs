//! Golden texts of each system, and what holds of all.

use super::*;
use crate::cluster::{AtTarget, Target, TimelineChoice};
use crate::types::{Lsn, Micros, TimelineId, Xid};

/// 02:59:59 of the worked example's day, and a part of a second.
fn just_before(us: i64) -> Target {
    Target::Time(Micros::of_date(2026, 3, 4).unwrap() + Micros::seconds(10_799) + Micros(us))
}

fn known() -> Known {
    Known { backups: vec!["b1".to_owned()], tables: vec!["users".to_owned(), "orders".to_owned()] }
}

fn from_b1(target: Target) -> RecoverySpec {
    RecoverySpec { backup: Some("b1".to_owned()), ..RecoverySpec::to(target) }
}

#[track_caller]
fn check(dialect: Dialect, spec: &RecoverySpec, golden: &str) {
    let lines: Vec<&str> = golden.lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect();
    assert_eq!(say(dialect, spec, &known()).to_string().trim_end(), lines.join("\n").trim());
}

#[test]
fn a_time_in_postgresql() {
    check(
        Dialect::PostgreSql,
        &from_b1(just_before(0)),
        r#"
        $ cp -a /srv/backups/b1 /srv/recovered
        postgresql.auto.conf:
            restore_command = 'cp /srv/archive/%f "%p"'
            recovery_target_time = '2026-03-04 02:59:59+00'
            recovery_target_inclusive = 'on'
            recovery_target_timeline = 'latest'
            recovery_target_action = 'promote'
        $ touch /srv/recovered/recovery.signal
        $ pg_ctl -D /srv/recovered start
        "#,
    );
}

#[test]
fn everything_before_a_transaction_in_postgresql() {
    let spec = RecoverySpec {
        inclusive: false,
        timeline: TimelineChoice::Number(TimelineId(2)),
        action: AtTarget::Pause,
        ..RecoverySpec::to(Target::Xid(Xid(113)))
    };
    check(
        Dialect::PostgreSql,
        &spec,
        r#"
        $ cp -a /srv/backups/b1 /srv/recovered
        postgresql.auto.conf:
            restore_command = 'cp /srv/archive/%f "%p"'
            recovery_target_xid = '113'
            recovery_target_inclusive = 'off'
            recovery_target_timeline = '2'
            recovery_target_action = 'pause'
        $ touch /srv/recovered/recovery.signal
        $ pg_ctl -D /srv/recovered start
        $ psql -c 'SELECT pg_wal_replay_resume()'
        note backup_is_yours
        "#,
    );
}

#[test]
fn a_name_in_postgresql_is_quoted() {
    let name = "Ada's \\ point".to_owned();
    let spec = RecoverySpec { action: AtTarget::Shutdown, ..from_b1(Target::Name(name)) };
    check(
        Dialect::PostgreSql,
        &spec,
        r#"
        $ cp -a /srv/backups/b1 /srv/recovered
        postgresql.auto.conf:
            restore_command = 'cp /srv/archive/%f "%p"'
            recovery_target_name = 'Ada''s \\ point'
            recovery_target_timeline = 'latest'
            recovery_target_action = 'shutdown'
        $ touch /srv/recovered/recovery.signal
        $ pg_ctl -D /srv/recovered start
        note shuts_down_again
        "#,
    );
    let long = from_b1(Target::Name("n".repeat(64)));
    assert_eq!(say(Dialect::PostgreSql, &long, &known()).notes, [Note::NameTooLong { bytes: 64 }]);
}

#[test]
fn the_end_in_postgresql_has_no_target() {
    let spec = RecoverySpec { action: AtTarget::Pause, ..from_b1(Target::End) };
    check(
        Dialect::PostgreSql,
        &spec,
        r#"
        $ cp -a /srv/backups/b1 /srv/recovered
        postgresql.auto.conf:
            restore_command = 'cp /srv/archive/%f "%p"'
            recovery_target_timeline = 'latest'
        $ touch /srv/recovered/recovery.signal
        $ pg_ctl -D /srv/recovered start
        note action_needs_target
        "#,
    );
}

#[test]
fn an_inclusive_time_in_mysql_is_the_second_after_it() {
    check(
        Dialect::MySql,
        &from_b1(just_before(0)),
        r#"
        $ mysql < b1.sql
        $ set -o pipefail
        $ TZ=UTC mysqlbinlog --start-position="$BACKUP_POSITION" --stop-datetime='2026-03-04 03:00:00' binlog.0* | mysql
        note second_comes_in, target 2026-03-04 02:59:59+00, stop 2026-03-04 03:00:00+00
        note time_of_the_start
        note zone_of_the_tool
        note not_reached_only_warns
        "#,
    );
}

#[test]
fn an_exclusive_time_in_mysql_is_its_own_second() {
    let stop = "--stop-datetime='2026-03-04 02:59:59'";
    let whole = RecoverySpec { inclusive: false, ..from_b1(just_before(0)) };
    let said = say(Dialect::MySql, &whole, &known());
    assert!(said.to_string().contains(stop) && said.notes[0] == Note::TimeOfTheStart, "{said}");
    let broken = RecoverySpec { inclusive: false, ..from_b1(just_before(500_000)) };
    let said = say(Dialect::MySql, &broken, &known());
    let (Target::Time(target), Target::Time(stop_at)) = (just_before(500_000), just_before(0)) else { unreachable!() };
    assert!(said.to_string().contains(stop), "{said}");
    assert_eq!(said.notes[0], Note::SecondStaysOut { target, stop: stop_at });
}

#[test]
fn positions_in_mysql_are_those_of_its_own_log() {
    check(
        Dialect::MySql,
        &from_b1(Target::Lsn(Lsn(0x3A40))),
        r#"
        $ mysql < b1.sql
        $ set -o pipefail
        $ mysqlbinlog --start-position="$BACKUP_POSITION" --stop-position="$STOP_POSITION" binlog.0* | mysql
        note another_position, lsn 0/3A40
        note stop_is_exclusive
        note last_file_counts
        note not_reached_only_warns
        "#,
    );
    let before_xid = RecoverySpec { inclusive: false, ..from_b1(Target::Xid(Xid(113))) };
    let notes = say(Dialect::MySql, &before_xid, &known()).notes;
    assert_eq!(notes, [Note::NoXid { xid: Xid(113) }, Note::LastFileCounts, Note::NotReachedOnlyWarns]);
}

#[test]
fn what_mysql_has_no_words_for() {
    check(Dialect::MySql, &from_b1(Target::Name("here".to_owned())), "note no_names, name here");
    let spec = RecoverySpec {
        timeline: TimelineChoice::Number(TimelineId(3)),
        action: AtTarget::Pause,
        ..from_b1(Target::Immediate)
    };
    check(
        Dialect::MySql,
        &spec,
        "
        $ mysql < b1.sql
        note backup_alone
        note no_timelines, timeline 3
        note opens_at_once",
    );
    check(
        Dialect::MySql,
        &from_b1(Target::End),
        r#"
        $ mysql < b1.sql
        $ set -o pipefail
        $ mysqlbinlog --start-position="$BACKUP_POSITION" binlog.0* | mysql
        "#,
    );
}

#[test]
fn a_time_in_dynamodb() {
    check(
        Dialect::DynamoDb,
        &RecoverySpec { inclusive: false, ..RecoverySpec::to(just_before(1_000_000)) },
        r#"
        RestoreTableToPointInTime:
            {
              "SourceTableName": "users",
              "TargetTableName": "users-restored",
              "RestoreDateTime": 1772593199
            }
        RestoreTableToPointInTime:
            {
              "SourceTableName": "orders",
              "TargetTableName": "orders-restored",
              "RestoreDateTime": 1772593199
            }
        note whole_seconds, target 2026-03-04 03:00:00+00, asked 2026-03-04 02:59:59+00
        note edge_unknown, asked 2026-03-04 02:59:59+00
        note new_table
        note not_carried_over
        note one_table_each, tables 2
        "#,
    );
}

#[test]
fn dynamodb_knows_times_and_the_latest_alone() {
    for target in [Target::Lsn(Lsn(1)), Target::Xid(Xid(1)), Target::Name("here".to_owned()), Target::Immediate] {
        check(Dialect::DynamoDb, &from_b1(target), "note only_time");
    }
    let one = Known { tables: vec!["a \"b\"".to_owned()], ..Known::default() };
    let said = say(Dialect::DynamoDb, &from_b1(Target::End), &one);
    assert!(said.steps[0].text.contains(r#""SourceTableName": "a \"b\"""#), "{said}");
    assert!(said.steps[0].text.contains("\"UseLatestRestorableTime\": true"), "{said}");
    let backup = "b1".to_owned();
    assert_eq!(said.notes, [Note::LatestLags, Note::NewTable, Note::NotCarriedOver, Note::NoBackupChoice { backup }]);
}

#[test]
fn nothing_is_missing_but_what_a_note_tells_of() {
    let targets = [
        just_before(1),
        Target::Lsn(Lsn(7)),
        Target::Xid(Xid(7)),
        Target::Name("n".into()),
        Target::Immediate,
        Target::End,
    ];
    for (target, dialect) in targets.iter().flat_map(|target| Dialect::ALL.map(|dialect| (target, dialect))) {
        for inclusive in [true, false] {
            let said = say(dialect, &RecoverySpec { inclusive, ..from_b1(target.clone()) }, &known());
            assert!(!said.steps.is_empty() || !said.notes.is_empty(), "{dialect:?} {target}");
            // PostgreSQL is what the engine does: nothing differs.
            assert!(dialect != Dialect::PostgreSql || said.notes.is_empty(), "{target}: {said}");
        }
    }
}
