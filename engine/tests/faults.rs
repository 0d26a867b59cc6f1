//! Goes through the table of faults in `engine/src/fault/mod.rs`: each is done to a small shop, and shows as the table says.

use pitr_engine::script::parse;
use pitr_engine::{Cluster, Event, EventKind, Status};

const TABLE: &str = include_str!("../src/fault/mod.rs");

/// The shop, with the settings that a fault needs, and the fault at 01:06.
fn script(fault: &str) -> String {
    let more = match fault {
        _ if fault.contains("key") => ", encryption on",
        _ if fault.contains("streaming") => ", archive streaming 0s only",
        _ => "",
    };
    // A disk that is full of log is only in the way where that log cannot be archived.
    let before = if fault.contains("disk") { "01:05:40 ops stop archiver\n" } else { "" };
    format!(
        "scenario segment 4KiB, archive timeout 1m{more}, xid 10
01:00:00 ops CREATE TABLE notes (id int, text text)
01:00:10 ops INSERT INTO notes VALUES (1, 'in the backup')
01:00:20 ops backup b1
01:02:00 app INSERT INTO notes VALUES (2, 'archived early')
01:04:00 app INSERT INTO notes VALUES (3, 'archived, too')
01:05:00 ops recover from b1 to end
01:05:30 ops checkpoint
{before}01:06:00 ops {fault}
01:06:10 ops backup b2
01:06:30 app INSERT INTO notes VALUES (4, 'after the fault')
01:08:00 app INSERT INTO notes VALUES (5, 'the last one')
01:10:30 ops recover from b1 to immediate along 2
01:11:00 ops recover from b1 to end along current
01:12:00 ops recover from b1 to xid 15 along current
01:13:00 ops recover from b2 to immediate along current
01:15:00 ops note 'over'
"
    )
}

/// Everything that was told as something wrong, or refused, from the fault on.
fn signs(fault: &str) -> Vec<String> {
    let script = parse(&script(fault)).unwrap_or_else(|error| panic!("{fault}: {error}"));
    let (mut cluster, _) = Cluster::new(script.settings.clone(), script.commands[0].timed.at);
    let mut signs = Vec::new();
    let mut struck = false;
    for line in &script.commands {
        let timed = &line.timed;
        loop {
            let advance = cluster.advance(timed.at, 64);
            signs.extend(advance.events.iter().filter(|_| struck).filter_map(sign));
            if advance.status == Status::Reached {
                break;
            }
        }
        struck |= line.statement == fault;
        match cluster.execute(&timed.session, &timed.command) {
            Ok(events) => signs.extend(events.iter().filter(|_| struck).filter_map(sign)),
            Err(error) => signs.push(error.code().to_owned()),
        }
    }
    assert!(struck, "{fault} is a line of its own");
    signs
}

fn sign(event: &Event) -> Option<String> {
    match &event.kind {
        EventKind::Archiving(what) => Some(what.name().to_owned()),
        EventKind::RecoveryFailed { failure } => Some(failure.code().to_owned()),
        EventKind::Validated { wrong: 1.., .. } => Some("pages_wrong".to_owned()),
        _ => None,
    }
}

#[test]
fn each_fault_shows_as_the_table_says() {
    let mut rows = 0;
    for row in TABLE.lines().filter_map(|line| line.strip_prefix("//! | `")) {
        let (fault, rest) = row.split_once("` |").expect("a fault");
        let expected = rest.rsplit('|').nth(1).expect("a code").trim().trim_matches('`');
        let signs = signs(fault);
        if expected == "-" {
            assert_eq!(signs, Vec::<String>::new(), "{fault}");
        } else {
            assert!(signs.iter().any(|sign| sign == expected), "{fault}: {expected} is not among {signs:?}");
        }
        rows += 1;
    }
    assert!(rows > 20, "{rows} rows");
}

#[test]
fn without_a_fault_nothing_shows() {
    assert_eq!(signs("note 'all is well'"), Vec::<String>::new());
}
