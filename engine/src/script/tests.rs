//! The language as a whole: what is read, what is refused and where.

use super::*;
use crate::cluster::{Device, Devices, RecoverySpec, Target};
use crate::types::Xid;

fn read(text: &str) -> Script {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A statement and the text that it prints as.
fn check(statement: &str, canonical: &str) {
    let now = Micros::of_date(2026, 3, 4).unwrap() + Micros::seconds(11_400);
    let command =
        parse_statement(statement, now, Zone::default()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    assert_eq!(statement_text(&command, Zone::default()), canonical, "{statement}");
    assert_eq!(parse_statement(canonical, now, Zone::default()).as_ref(), Ok(&command), "{canonical}");
}

/// A script, and what is wrong with it: code, the characters that are marked, one of the parameters.
fn refuse(text: &str, code: &str, marked: &str, param: (&str, &str)) {
    let error = parse(text).expect_err(text);
    assert_eq!(error.code(), code, "{text}: {error}");
    let line: Vec<char> = text.lines().nth(error.place.line as usize - 1).unwrap_or_default().chars().collect();
    let covered = line.iter().skip(error.place.column as usize - 1).take(error.place.width as usize);
    assert_eq!(covered.collect::<String>(), marked, "{text}: {error}");
    let (name, value) = param;
    let found = error.params().into_iter().find(|(found, _)| *found == name).map(|(_, value)| value);
    assert!(name.is_empty() || found.as_deref() == Some(value), "{text}: {error}");
}

const DESIGN_EXAMPLE: &str = "\
# The 03:00 DELETE                              first comment: the title, or a golden test's claim
scenario seed 7, date 2026-03-04, zone UTC, scale 250000, segment 4KiB, archive timeout 5m
02:00:00 ops    backup b1
02:01:12 app-1  BEGIN
02:04:58 app-1  INSERT INTO users VALUES (7, 'Grace', 'Porto')
02:05:00 app-1  COMMIT
03:00:00 admin  DELETE FROM users
03:10:00 ops    recover from b1 to time '02:59:59' inclusive
expect table users rows 8                       golden tests hold expectations in the same file
";

#[test]
fn the_example_of_the_design() {
    let script = read(&DESIGN_EXAMPLE.replace("golden tests", "# golden tests"));
    let midnight = Micros::of_date(2026, 3, 4).unwrap();
    assert!(script.title.starts_with("The 03:00 DELETE"));
    assert_eq!((script.settings.seed, script.settings.scale), (7, 250_000));
    assert_eq!((script.settings.date, script.settings.archive_timeout), (midnight, Some(Micros::seconds(300))));
    let sessions: Vec<&str> = script.commands.iter().map(|line| line.timed.session.as_str()).collect();
    assert_eq!(sessions, ["ops", "app-1", "app-1", "app-1", "admin", "ops"]);
    let last = script.commands.last().unwrap();
    assert_eq!((last.line, last.timed.at), (8, midnight + Micros::seconds(11_400)));
    assert_eq!(last.statement, "recover from b1 to time '02:59:59' inclusive");
    let target = Target::Time(midnight + Micros::seconds(10_799));
    let spec = RecoverySpec { backup: Some("b1".to_owned()), ..RecoverySpec::to(target) };
    assert_eq!(*last.timed.command, Command::Recover(spec));
    let claim = Claim::Rows { table: "users".to_owned(), rows: 8 };
    assert_eq!(script.expectations, [Expectation { line: 9, after: 6, database: Database::Recovered, claim }]);
}

#[test]
fn statements() {
    check("begin;", "BEGIN");
    check("COMMIT ; ;", "COMMIT");
    check("Rollback # said twice", "ROLLBACK");
    check("create table T(ID int primary key, name text)", "CREATE TABLE t (id int, name text)");
    check("CREATE TABLE t (a integer, b boolean, c timestamptz)", "CREATE TABLE t (a int, b bool, c timestamp)");
    check(
        "INSERT INTO t VALUES (1,'it''s # one',NULL),(-2,'',true)",
        "INSERT INTO t VALUES (1, 'it''s # one', NULL), (-2, '', true)",
    );
    check("INSERT INTO t(b,a)VALUES(1,2)", "INSERT INTO t (b, a) VALUES (1, 2)");
    check("savepoint S1", "SAVEPOINT s1");
    check("rollback to savepoint s1", "ROLLBACK TO s1");
    check("RELEASE SAVEPOINT s1", "RELEASE s1");
    check("truncate table t", "TRUNCATE t");
    check("drop table t", "DROP TABLE t");
    check("create sequence ids", "CREATE SEQUENCE ids START 1 INCREMENT 1");
    check("nextval ids 21", "NEXTVAL ids 21");
    check("backup start b2", "backup start b2");
    check("recover to end along 3 pause", "recover to end along 3 pause");
    check("lose segment 3 on 1", "lose segment 3 on 1");
    check("corrupt record 0/3a40 on 1", "corrupt record 0/3A40 on 1");
    check("UPDATE t SET n=n-1,s='x' WHERE id<>3", "UPDATE t SET n = n - 1, s = 'x' WHERE id <> 3");
    check("UPDATE t SET n = m + -4", "UPDATE t SET n = m - 4");
    check("UPDATE t SET n = n + -9223372036854775808", "UPDATE t SET n = n + -9223372036854775808");
    check("delete from t", "DELETE FROM t");
    check("SELECT * FROM t WHERE a=1 OR b=2 AND c!=3", "SELECT * FROM t WHERE a = 1 OR b = 2 AND c <> 3");
    check("DELETE FROM t WHERE (a=1 OR b=2) AND (c>=3)", "DELETE FROM t WHERE (a = 1 OR b = 2) AND c >= 3");
    check("DELETE FROM t WHERE a<1 AND (b>2 AND c<=3)", "DELETE FROM t WHERE a < 1 AND (b > 2 AND c <= 3)");
    check("CHECKPOINT", "checkpoint");
    check("switch  segment", "switch segment");
    check("restore point 'before the import'", "restore point 'before the import'");
    check("backup nightly-2026.03", "backup nightly-2026.03");
    check("recover to time '02:59:59'", "recover to time '2026-03-04 02:59:59+00' inclusive");
    check(
        "recover from b1 to time '04:00:00+02' exclusive",
        "recover from b1 to time '2026-03-04 02:00:00+00' exclusive",
    );
    check("recover to LSN 0/3a40 exclusive", "recover to lsn 0/3A40 exclusive");
    check("recover from b1 to xid 113", "recover from b1 to xid 113 inclusive");
    check("recover to name 'x'", "recover to name 'x'");
    check("recover to immediate", "recover to immediate");
    check("recover to end", "recover to end");
    check("workload orders every 90s", "workload orders every 1m30s");
    check("lose primary", "lose primary");
    check("note 'Where is everybody?'", "note 'Where is everybody?'");
}

#[test]
fn times_and_sessions() {
    let script = read(
        "scenario date 2026-03-04, zone +02:00\nbackup b0\n02:00 app-1 BEGIN\napp-1 COMMIT\n02:00:00.25 checkpoint\n2026-03-05 01:00 checkpoint\n01:30 checkpoint\n2026-03-06T00:00:00 checkpoint",
    );
    let at: Vec<String> = script.commands.iter().map(|line| line.timed.at.to_string()).collect();
    assert_eq!(
        at,
        [
            "2026-03-03 22:00:00+00",
            "2026-03-04 00:00:00+00",
            "2026-03-04 00:00:00+00",
            "2026-03-04 00:00:00.25+00",
            "2026-03-04 23:00:00+00",
            "2026-03-04 23:30:00+00",
            "2026-03-05 22:00:00+00",
        ]
    );
    let sessions: Vec<&str> = script.commands.iter().map(|line| line.timed.session.as_str()).collect();
    assert_eq!(sessions, ["ops", "app-1", "app-1", "ops", "ops", "ops", "ops"]);
}

#[test]
fn settings_are_read() {
    let script = read(
        "scenario scale 3, page 1KiB, segment 16MiB, backup every 60m\nscenario xid 101, backup store 100MB/s 2s, archive store 1GB/s 0s, redo 5MB/s, validate 7kB/s, promote 0s",
    );
    let settings = script.settings;
    assert_eq!((settings.page_bytes, settings.segment.bytes(), settings.first_xid), (1024, 16 << 20, Xid(101)));
    assert_eq!((settings.backup_every, settings.archive_timeout), (Some(Micros::HOUR), None));
    let devices = Devices {
        backup_store: Device { latency: Micros::seconds(2), bytes_per_second: 100_000_000 },
        archive_store: Device { latency: Micros::ZERO, bytes_per_second: 1_000_000_000 },
        redo_bytes_per_second: 5_000_000,
        validate_bytes_per_second: 7000,
        promote: Micros::ZERO,
    };
    assert_eq!(settings.devices, devices);
}

#[test]
fn expectations_are_about_the_last_recovery() {
    let text = "backup b\nexpect table t rows 0\nrecover to end\nexpect row t (1, 'a')\nexpect live no row t (1, 'a')\nexpect recovered table t rows 1";
    let found: Vec<(u32, Database)> = read(text).expectations.iter().map(|one| (one.after, one.database)).collect();
    let expected = [(1, Database::Live), (2, Database::Recovered), (2, Database::Live), (2, Database::Recovered)];
    assert_eq!(found, expected);
}

#[test]
fn what_is_wrong_and_where() {
    refuse("02:00 ops bakcup b1", "unknown_verb_near", "bakcup", ("nearest", "backup"));
    refuse("bakcup b1", "unknown_verb_near", "bakcup", ("nearest", "backup"));
    refuse("frobnicate users", "unknown_verb", "frobnicate", ("word", "frobnicate"));
    refuse("web BEGIN\nweb frobnicate", "unknown_verb", "frobnicate", ("word", "frobnicate"));
    refuse("02:00:00", "ends_early", "", ("expected", "STATEMENT"));
    refuse("02:00:00 show events", "stands_alone", "show", ("word", "show"));
    refuse("app-1 scenario seed 7", "stands_alone", "scenario", ("word", "scenario"));
    refuse("insert users", "unexpected_word", "users", ("expected", "INTO"));
    refuse("INSERT INTO values (1)", "unexpected_word", "values", ("expected", "TABLE"));
    refuse("CREATE TABLE t (a int,", "ends_early", "", ("expected", "COLUMN"));
    refuse("CREATE TABLE t (a float)", "unexpected_word", "float", ("expected", "int, text, bool, timestamp"));
    refuse("CREATE TABLE t (a int, b int primary key)", "unexpected_word", "primary", ("expected", ", )"));
    refuse("CREATE TABLE t (a int, A text)", "column_twice", "A", ("column", "a"));
    refuse("INSERT INTO t VALUES (1, 2), (3)", "value_count", "(3)", ("expected", "2"));
    refuse("INSERT INTO t (a, b) VALUES (1)", "value_count", "(1)", ("found", "1"));
    refuse("INSERT INTO t VALUES (1e5)", "bad_number", "1e5", ("text", "1e5"));
    refuse("INSERT INTO t VALUES (9223372036854775808)", "bad_number", "9223372036854775808", ("", ""));
    refuse("UPDATE t SET a = b", "ends_early", "", ("expected", "+, -"));
    refuse("UPDATE t SET a = 1, a = 2", "column_twice", "a", ("column", "a"));
    refuse("DELETE FROM t WHERE a LIKE 'x'", "unexpected_word", "LIKE", ("expected", "= <> < <= > >="));
    refuse("DELETE FROM t extra words", "left_over", "extra words", ("found", "extra words"));
    refuse("BEGIN; COMMIT", "left_over", "; COMMIT", ("", ""));
    refuse("note 'never closed", "unterminated_text", "'never closed", ("text", "'never closed"));
    refuse("note never", "unexpected_word", "never", ("expected", "'TEXT'"));
    refuse("workload t every 5", "bad_duration", "5", ("text", "5"));
    refuse("workload t every 0s", "bad_duration", "0s", ("", ""));
    refuse("recover to", "ends_early", "", ("", ""));
    refuse("recover b1", "unexpected_word", "b1", ("expected", "from LABEL, to"));
    refuse("recover to noon", "unknown_target_kind", "noon", ("kind", "noon"));
    refuse("recover to time '25:00'", "no_such_clock", "'25:00'", ("text", "25:00"));
    refuse("recover to time '02:00 CEST' inclusive", "zone_name", "'02:00 CEST'", ("zone", "CEST"));
    refuse("recover to lsn 3A40", "bad_lsn", "3A40", ("text", "3A40"));
    refuse("recover to xid 0", "bad_xid", "0", ("text", "0"));
    refuse("recover to end exclusive", "left_over", "exclusive", ("", ""));
    refuse("restore point ' '", "empty_name", "' '", ("", ""));
    refuse("02:00 BEGIN\n01:59 COMMIT", "clock_goes_back", "01:59", ("dated", "2026-01-02 01:59"));
    refuse(
        "02:00 BEGIN\n2026-01-01 01:59 COMMIT",
        "time_goes_back",
        "2026-01-01 01:59",
        ("before", "2026-01-01 02:00:00"),
    );
    refuse("2025-12-31 23:59 BEGIN", "time_goes_back", "2025-12-31 23:59", ("", ""));
    refuse("26:00 BEGIN", "no_such_clock", "26:00", ("", ""));
    refuse("2026-02-30 02:00 BEGIN", "no_such_day", "2026-02-30", ("", ""));
    refuse("2026-02-01", "ends_early", "", ("expected", "HH:MM:SS"));
    refuse("2026-02-01x 02:00 BEGIN", "bad_time", "2026-02-01x", ("", ""));
    refuse("scenario", "ends_early", "", ("expected", "KEY VALUE"));
    refuse("scenario seed 7,", "ends_early", "", ("expected", "KEY VALUE"));
    refuse("scenario sede 7", "unknown_setting_near", "sede", ("nearest", "seed"));
    refuse("scenario archive timeuot 7", "unknown_setting_near", "archive timeuot", ("nearest", "archive timeout"));
    refuse("scenario colour red", "unknown_setting", "colour", ("key", "colour"));
    refuse("scenario seed 7, seed 8", "setting_twice", "seed", ("key", "seed"));
    refuse("scenario seed -7", "bad_number", "-7", ("least", "0"));
    refuse("scenario seed 7 8", "unexpected_word", "8", ("expected", ","));
    refuse("scenario zone Europe/Rome", "zone_name", "Europe/Rome", ("zone", "Europe/Rome"));
    refuse("scenario date 2026-2", "bad_time", "2026-2", ("", ""));
    refuse("scenario segment 5KiB", "bad_setting", "5KiB", ("key", "segment"));
    refuse("scenario segment big", "bad_size", "big", ("text", "big"));
    refuse("scenario page 64KiB", "bad_setting", "64KiB", ("key", "page"));
    refuse("scenario redo 5", "bad_rate", "5", ("text", "5"));
    refuse("scenario backup store 5MB/s", "ends_early", "", ("expected", "DURATION"));
    refuse("BEGIN\nscenario seed 7", "late_settings", "scenario seed 7", ("", ""));
    refuse("expect nothing", "unexpected_word", "nothing", ("expected", "table, row, no row"));
    refuse("expect live recovered table t rows 1", "unexpected_word", "recovered", ("", ""));
    refuse("expect table t rows many", "bad_number", "many", ("", ""));
    let deep = format!("DELETE FROM t WHERE {}a = 1", "(".repeat(100_000));
    refuse(&deep, "nesting_too_deep", "(", ("limit", "32"));
    let wide = format!("DELETE FROM t WHERE a = 1{}", " AND a = 1".repeat(90_000));
    refuse(&wide, "too_many_conditions", "a", ("limit", "100"));
    refuse(&"\n".repeat(100_001), "too_many_lines", "", ("limit", "100000"));
    refuse(&" ".repeat(MAX_BYTES + 1), "script_too_long", " ", ("limit", "1048576"));
}

#[test]
fn every_error_has_its_sentence() {
    let words = include_str!("../../../locales/en.toml");
    let sentence = |code: &str| {
        let key = format!("\"error.{code}\" = ");
        let line = words.lines().find_map(|line| line.strip_prefix(&key));
        line.unwrap_or_else(|| panic!("locales/en.toml has no error.{code}"))
    };
    let (text, some) = ("x".to_owned(), Some("x"));
    let word = || text.clone();
    let faults = [
        Fault::ScriptTooLong { bytes: 2, limit: 1 },
        Fault::TooManyLines { limit: 1 },
        Fault::UnknownVerb { word: word(), nearest: None },
        Fault::UnknownVerb { word: word(), nearest: some },
        Fault::StandsAlone { word: word() },
        Fault::UnexpectedWord { found: word(), expected: "x" },
        Fault::EndsEarly { expected: "x" },
        Fault::LeftOver { found: word() },
        Fault::UnterminatedText { text: word() },
        Fault::BadNumber { text: word(), least: 0, most: 1 },
        Fault::BadDuration { text: word() },
        Fault::BadSize { text: word() },
        Fault::BadRate { text: word() },
        Fault::Time(TimeTextError::Form { text: word() }),
        Fault::Time(TimeTextError::NoSuchDay { text: word() }),
        Fault::Time(TimeTextError::NoSuchClock { text: word() }),
        Fault::Time(TimeTextError::ZoneName { zone: word() }),
        Fault::Time(TimeTextError::BadOffset { text: word() }),
        Fault::Target(TargetTextError::Lsn { text: word() }),
        Fault::Target(TargetTextError::Xid { text: word() }),
        Fault::Target(TargetTextError::EmptyName),
        Fault::Target(TargetTextError::Kind { kind: word() }),
        Fault::UnknownSetting { key: word(), nearest: None },
        Fault::UnknownSetting { key: word(), nearest: some },
        Fault::SettingTwice { key: "x" },
        Fault::BadSetting { key: "x", text: word(), allowed: "x" },
        Fault::LateSettings,
        Fault::ClockGoesBack { text: word(), before: word(), dated: word() },
        Fault::TimeGoesBack { text: word(), before: word() },
        Fault::NestingTooDeep { limit: 1 },
        Fault::TooManyConditions { limit: 1 },
        Fault::ColumnTwice { column: word() },
        Fault::ValueCount { found: 1, expected: 2 },
    ];
    for fault in &faults {
        let sentence = sentence(fault.code());
        let names: Vec<&str> = fault.params().iter().map(|(name, _)| *name).collect();
        for hole in sentence.split('{').skip(1) {
            let name = hole.split('}').next().unwrap_or_default();
            assert!(names.contains(&name), "error.{} shows {{{name}}}, which it does not have", fault.code());
        }
    }
    let mut codes: Vec<&str> = faults.iter().map(Fault::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), faults.len(), "two faults share a code");
}

#[test]
fn comments_and_blank_lines_stay() {
    let text = "# The title\nscenario seed 7, date 2026-03-04, zone UTC, scale 1, segment 4KiB\n# what comes first\n02:00:00  ops    backup b1  # the base\n\n02:01:00  app-1  BEGIN\nexpect table t rows 8\n# the end\n";
    assert_eq!(read(text).to_string(), text);
}

#[test]
fn a_command_is_added_at_the_end() {
    let mut script = read(DESIGN_EXAMPLE.split("expect").next().unwrap());
    let at = script.commands.last().unwrap().timed.at + Micros::SECOND;
    script.push(
        at,
        "ops",
        Command::Recover(RecoverySpec { inclusive: false, ..RecoverySpec::to(Target::Xid(Xid(113))) }),
    );
    assert!(script.to_string().ends_with("\n03:10:01  ops    recover to xid 113 exclusive\n"), "{script}");
    assert_eq!(read(&script.to_string()), script);
}

/// The words of the language by themselves: all of them are known where they stand.
#[test]
fn every_verb_is_read() {
    for verb in statements::verbs() {
        let error = parse(verb).err();
        assert!(!error.as_ref().is_some_and(|error| error.code().starts_with("unknown_verb")), "{verb}: {error:?}");
    }
}
