//! Power off and on again: what a server finds on its own disk is all it needs, and all it has.

use pitr_engine::script::parse;
use pitr_engine::types::{Value, Xid};
use pitr_engine::{Cluster, Command, CommandError, CrashEvent, EventKind, PowerLoss, Run, Server};

fn run(script: &str) -> Run {
    let script = parse(script).unwrap_or_else(|error| panic!("{error}"));
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    Run::new(script.settings, commands).unwrap_or_else(|refused| panic!("{refused:?}"))
}

fn rows(server: &Server, table: &str) -> Vec<Vec<Value>> {
    let def = server.table(table, Xid::NONE).ok().flatten().expect("the table is there");
    let mut rows: Vec<Vec<Value>> =
        server.peek_rows(def.relation, Xid::NONE).expect("is whole").into_iter().map(|row| row.values).collect();
    rows.sort();
    rows
}

/// Crashes a copy and starts it again, until it is open or cannot be.
fn after_crash(cluster: &Cluster, loss: PowerLoss) -> (Cluster, Vec<CrashEvent>) {
    let mut cluster = cluster.clone();
    let mut events = cluster.execute("ops", &Command::Crash(loss)).expect("there is something to crash");
    events.extend(cluster.execute("ops", &Command::Restart).expect("it is off"));
    while let Some(until) = cluster.busy_until() {
        events.extend(cluster.advance(until, 1000).events);
    }
    let crash = |event: pitr_engine::Event| match event.kind {
        EventKind::Crash(crash) => Some(crash),
        _ => None,
    };
    (cluster, events.into_iter().filter_map(crash).collect())
}

const NOTES: &str = "scenario seed 3, segment 4KiB, page 1KiB, xid 10
01:00:00 CREATE TABLE notes (id int primary key, text text)
01:00:01 INSERT INTO notes VALUES (1, 'one'), (2, 'two'), (3, 'three')
01:00:02 checkpoint
01:00:03 INSERT INTO notes VALUES (4, 'four')
01:00:04 app BEGIN
01:00:05 app DELETE FROM notes
";

#[test]
fn a_crash_at_every_step_of_a_crash_recovery_comes_to_the_same() {
    let before = run(NOTES);
    let (once, events) = after_crash(before.cluster(), PowerLoss::Clean);
    let expected = rows(once.primary().expect("is open"), "notes");
    assert_eq!(expected.len(), 4);
    assert!(matches!(events.last(), Some(CrashEvent::Ready { next_xid: Xid(13), .. })), "{events:?}");
    let script = format!("{NOTES}01:00:06 crash\n01:00:07 restart\n");
    let whole = run(&script);
    let crash = whole.events().iter().position(|event| matches!(event.kind, EventKind::Crash(_))).expect("crashed");
    let mut tried = 0;
    for event in crash + 1..whole.events().len() {
        for loss in
            [PowerLoss::Clean, PowerLoss::TornPages, PowerLoss::MidFlush { bytes: 20 }, PowerLoss::Drawn { seed: 9 }]
        {
            let (again, events) = after_crash(&whole.state_at(event), loss);
            assert!(matches!(events.last(), Some(CrashEvent::Ready { .. })), "event {event}, {loss:?}: {events:?}");
            assert_eq!(rows(again.primary().expect("is open"), "notes"), expected, "event {event}, {loss:?}");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn commands_are_refused_while_the_server_is_down_and_while_it_starts() {
    let mut cluster = run(NOTES).cluster().clone();
    let refused = |cluster: &mut Cluster, command: Command| cluster.execute("app", &command).err();
    assert_eq!(refused(&mut cluster, Command::Restart), Some(CommandError::ServerRunning));
    cluster.execute("ops", &Command::Crash(PowerLoss::Clean)).expect("it runs");
    assert_eq!(refused(&mut cluster, Command::Begin), Some(CommandError::ServerDown));
    assert_eq!(refused(&mut cluster, Command::Crash(PowerLoss::Clean)), Some(CommandError::ServerDown));
    assert!(cluster.sessions().next().is_none(), "sessions end with the server");
    cluster.execute("ops", &Command::Restart).expect("it is off");
    assert_eq!(refused(&mut cluster, Command::Checkpoint), Some(CommandError::ServerStarting));
    assert_eq!(refused(&mut cluster, Command::Restart), Some(CommandError::ServerRunning));
    cluster.execute("ops", &Command::LosePrimary).expect("a server that starts can be lost");
    assert_eq!(refused(&mut cluster, Command::Restart), Some(CommandError::NoPrimary));
}

#[test]
fn a_commit_record_that_came_through_whole_counts_though_nobody_was_told() {
    let script = parse(&format!("{NOTES}01:00:06 app COMMIT\n")).expect("reads");
    let mut cluster = run(NOTES).cluster().clone();
    let (durable, tail) = {
        let log = &cluster.primary().expect("runs").log;
        (log.flushed(), log.buffered().1)
    };
    // The commit record goes into the buffer, and the power goes while it is being flushed.
    cluster.advance(script.commands.last().expect("is there").timed.at, 1);
    let whole = run(&script.to_string());
    let flushed = whole.events().iter().rposition(|event| matches!(event.kind, EventKind::LogFlushed { .. }));
    let written = whole.state_at(flushed.expect("a commit flushes") - 1);
    let buffered = written.primary().expect("runs").log.buffered().1;
    assert!(buffered > tail);
    let left = |bytes: u64| {
        let (after, _) = after_crash(&written, PowerLoss::MidFlush { bytes });
        rows(after.primary().expect("is open"), "notes").len()
    };
    // The commit record takes 40 bytes. Zeros at its end need not arrive: the disk has zeros there anyway.
    let first_whole = (1..=buffered).find(|bytes| left(*bytes) == 0).expect("all of it is enough");
    assert!((buffered - 16..buffered).contains(&first_whole), "{first_whole} of {buffered} bytes from {durable}");
    for bytes in 1..=buffered {
        assert_eq!(left(bytes), if bytes < first_whole { 4 } else { 0 }, "{bytes} of {buffered} bytes");
    }
}

#[test]
fn a_leftover_behind_the_end_of_the_log_never_comes_back() {
    // The same statements again and again, each time cut off so that any of their sectors may stay behind.
    let mut cluster = run(NOTES).cluster().clone();
    for seed in 1..40 {
        let (after, events) = after_crash(&cluster, PowerLoss::Drawn { seed });
        assert!(matches!(events.last(), Some(CrashEvent::Ready { .. })), "seed {seed}: {events:?}");
        assert_eq!(rows(after.primary().expect("is open"), "notes").len(), 4, "seed {seed}");
        cluster = after;
        let delete = Command::Delete { table: "notes".to_owned(), filter: None };
        cluster.execute("app", &Command::Begin).expect("begins");
        cluster.execute("app", &delete).expect("deletes");
    }
}

#[test]
fn the_archiver_takes_up_what_is_on_the_disk_and_not_marked() {
    let script = "scenario seed 3, segment 1KiB, page 1KiB, archive store 1MB/s 1s
01:00:00 CREATE TABLE notes (id int primary key, text text)
01:00:01 workload notes every 100ms
01:00:05 crash
01:00:06 restart
01:02:00 note 'by now all has gone'
";
    let run = run(script);
    let cluster = run.cluster();
    let primary = cluster.primary().expect("runs");
    let full = primary.log.segment_size().segment_of(primary.log.flushed()).0 - 1;
    let archived: Vec<u64> = cluster.archive().segments().map(|(_, segment, _)| segment.0).collect();
    assert!(full > 5 && archived.len() as u64 > full / 2, "{archived:?} of {full}");
    assert_eq!(archived, (1..=archived.len() as u64).collect::<Vec<_>>(), "in order, none left out");
    let sent_twice = |segment: u64| {
        let sent = |kind: &EventKind| matches!(kind, EventKind::SegmentSent { segment: sent, .. } if sent.0 == segment);
        run.events().iter().filter(|event| sent(&event.kind)).count()
    };
    let twice: Vec<u64> = (1..=full).filter(|segment| sent_twice(*segment) > 1).collect();
    assert_eq!(twice.len(), 1, "only the one that was on its way is sent again: {twice:?}");
}

#[test]
fn a_backup_that_was_being_taken_is_void() {
    let script = "scenario seed 3
01:00:00 CREATE TABLE notes (id int primary key)
01:00:01 backup start b1
01:00:02 crash
01:00:03 restart
01:00:10 backup b2
";
    let run = run(script);
    let void = |event: &pitr_engine::Event| matches!(&event.kind, EventKind::Crash(CrashEvent::PowerOff { void_backup: Some(label), .. }) if label == "b1");
    assert!(run.events().iter().any(void));
    let labels: Vec<&str> = run.cluster().backups().iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["b2"]);
}

#[test]
fn a_recovered_server_that_took_over_can_crash_at_once() {
    let script = format!(
        "{NOTES}01:00:06 backup b1\n01:01:00 INSERT INTO notes VALUES (5, 'five')\n01:01:01 switch segment
01:01:10 recover to end\n01:02:00 switch over\n01:02:00 crash\n01:02:01 restart\n"
    );
    let run = run(&script);
    let primary = run.cluster().primary().expect("is open");
    assert_eq!((rows(primary, "notes").len(), primary.log.timeline().0), (5, 2));
}

/// Carries a script out whose server may go in the middle of it, and starts that server again; all that was told of the crash.
fn crashed_by_schedule(script: &str) -> (Cluster, Vec<CrashEvent>) {
    let script = parse(script).unwrap_or_else(|error| panic!("{error}"));
    let first = script.commands.first().expect("is there").timed.at;
    let (mut cluster, mut events) = Cluster::new(script.settings, first);
    for line in &script.commands {
        events.extend(cluster.advance(line.timed.at, u32::MAX).events);
        match cluster.execute(&line.timed.session, &line.timed.command) {
            Ok(more) => events.extend(more),
            Err(error) => assert_eq!(error, CommandError::ServerDown),
        }
    }
    events.extend(cluster.execute("ops", &Command::Restart).expect("it is off"));
    while let Some(until) = cluster.busy_until() {
        events.extend(cluster.advance(until, 1000).events);
    }
    let crash = |event: pitr_engine::Event| match event.kind {
        EventKind::Crash(crash) => Some(crash),
        _ => None,
    };
    (cluster, events.into_iter().filter_map(crash).collect())
}

#[test]
fn a_scheduled_crash_is_one_at_its_very_event() {
    let lines = "01:00:06 app COMMIT\n01:00:07 app INSERT INTO notes VALUES (5, 'five')\n01:00:08 checkpoint\n";
    let whole = run(&format!("{NOTES}{lines}"));
    let mut tried = 0;
    for (event, told) in whole.events().iter().enumerate().skip(12) {
        let condition = match &told.kind {
            EventKind::RecordWritten { record, .. } => format!("log reaches {}", record.end),
            EventKind::LogFlushed { to, .. } => format!("flush reaches {to}"),
            EventKind::Committed { xid, .. } => format!("commit of {xid} acknowledged"),
            _ => continue,
        };
        for (form, loss) in [
            ("", PowerLoss::Clean),
            (" tearing pages", PowerLoss::TornPages),
            (" keeping 50 bytes", PowerLoss::MidFlush { bytes: 50 }),
            (" drawn 9", PowerLoss::Drawn { seed: 9 }),
        ] {
            let at = format!("{condition}{form}");
            let (once, expected) = after_crash(&whole.state_at(event), loss);
            let (scheduled, found) = crashed_by_schedule(
                &NOTES
                    .replacen("01:00:00", &format!("01:00:00 ops when {condition} crash{form}\n01:00:00"), 1)
                    .replace(
                        "\n01:00:05 app DELETE FROM notes\n",
                        &format!("\n01:00:05 app DELETE FROM notes\n{lines}"),
                    ),
            );
            assert_eq!(found, expected, "{at}");
            let rows_of = |cluster: &Cluster| rows(cluster.primary().expect("is open"), "notes");
            assert_eq!(rows_of(&scheduled), rows_of(&once), "{at}");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}
