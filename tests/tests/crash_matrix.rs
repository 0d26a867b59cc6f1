//! A sample of the crash matrix, all of which is `cargo xtask crashes`; and what it meets too seldom.

use pitr_engine::types::{Column, ColumnType, Lsn, Micros, SegmentNumber, TimelineId, Value, Xid};
use pitr_engine::{Cluster, Command, Event, EventKind, FileName, PowerLoss, Settings};
use pitr_tests::carried::rows;
use pitr_tests::crash_matrix::{Extent, run};

#[test]
fn whatever_is_lost_what_was_acknowledged_is_there_and_nothing_else() {
    let tried = run(Extent::SAMPLE, |_| ()).unwrap_or_else(|fault| panic!("{fault}"));
    println!("{} crashes: {tried:?}", tried.crashes());
    // That nothing was found wrong means something only if there was something to find.
    assert!(tried.clean > 200 && tried.cut > 200 && tried.torn > 400 && tried.again > 200, "{tried:?}");
    assert!(tried.lost_early > 0 && tried.named > 0, "{tried:?}");
}

/// Sectors come to the disk in any order: behind a record that is lost another may have survived. Where the log goes on it could seem to follow, if what is
/// written instead of the lost one is as long. Then a transaction that the first recovery has not seen would be there after the second.
#[test]
fn what_a_crash_left_behind_the_end_of_the_log_never_comes_back() {
    let mut met = 0;
    for padding in 0..64 {
        for seed in 1..=8 {
            let (mut cluster, lost, left) = a_commit_behind_an_insert(padding);
            send(&mut cluster, "ops", Command::Crash(PowerLoss::Drawn { seed }));
            let leftover = cluster.idle_disk().is_some_and(|disk| {
                let bytes = disk.chunk(FileName::Log(TimelineId::FIRST, SegmentNumber(1)), 0);
                let is_there = |at: Lsn| bytes.is_some_and(|bytes| bytes[at.0 as usize - 4096 + 8] != 0);
                is_there(left) && !is_there(lost)
            });
            let mut found = Vec::new();
            for _ in 0..2 {
                send(&mut cluster, "ops", Command::Restart);
                while let Some(at) = cluster.busy_until() {
                    cluster.advance(at, 1000);
                }
                found.push(rows(cluster.primary().expect("is back"), "notes").expect("a table"));
                send(&mut cluster, "ops", Command::Crash(PowerLoss::Clean));
            }
            met += u32::from(leftover);
            assert_eq!(found[0], found[1], "padding {padding}, seed {seed}");
        }
    }
    assert!(met > 3, "{met}");
}

/// In the log buffer stand an insert, as long as a checkpoint's record, and behind it the commit of another transaction; both their places.
fn a_commit_behind_an_insert(padding: usize) -> (Cluster, Lsn, Lsn) {
    let mut settings = Settings { first_xid: Xid(10), ..Settings::default() };
    settings.tuning.log_writer_delay = Micros::HOUR;
    let (mut cluster, _) = Cluster::new(settings.clone(), settings.date);
    let columns = vec![Column { name: "id".to_owned(), kind: ColumnType::Int }];
    let insert = |id| Command::Insert { table: "notes".to_owned(), columns: None, rows: vec![vec![Value::Int(id)]] };
    send(&mut cluster, "ops", Command::CreateTable { table: "notes".to_owned(), columns });
    send(&mut cluster, "app-1", Command::SetSynchronousCommit { on: false });
    for command in [Command::Begin, insert(1)] {
        send(&mut cluster, "app-1", command);
    }
    // Moves what follows along the sectors.
    send(&mut cluster, "ops", Command::RestorePoint { name: "x".repeat(1 + 8 * padding) });
    send(&mut cluster, "ops", Command::Checkpoint);
    send(&mut cluster, "app-3", insert(3));
    send(&mut cluster, "app-2", Command::Begin);
    let lost = written(&send(&mut cluster, "app-2", insert(2)));
    let left = written(&send(&mut cluster, "app-1", Command::Commit));
    assert_eq!(left.since(lost), 56, "as long as a checkpoint's record");
    (cluster, lost, left)
}

fn send(cluster: &mut Cluster, session: &str, command: Command) -> Vec<Event> {
    cluster.execute(session, &command).unwrap_or_else(|error| panic!("{command:?}: {error:?}"))
}

/// Where the one record begins that was written.
fn written(events: &[Event]) -> Lsn {
    let mut records = events.iter().filter_map(|event| match &event.kind {
        EventKind::RecordWritten { record, .. } => Some(record.lsn),
        _ => None,
    });
    records.next().expect("a record")
}
