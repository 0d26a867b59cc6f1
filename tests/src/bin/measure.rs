//! The engine's share of `cargo xtask bench`: a line `name number` for each figure, measured now and here.
//!
//! Each figure is the best of several tries: what disturbs a measurement only ever makes it slower.

use pitr_engine::types::Micros;
use pitr_engine::{Cluster, Command, RecoverySpec, Status, Target};
use pitr_tests::carried::carry_out;
use std::hint::black_box;
use std::time::Instant;

const TRIES: u32 = 3;

/// A database like the worked example's, with enough log behind its backup to be timed.
const LOAD: &str = "\
# A day of small transactions
scenario seed 7, date 2026-03-04, segment 1MiB, archive timeout 5m
00:00:00 ops   CREATE TABLE orders (id int primary key, user_id int, item text, amount int)
00:00:01 ops   INSERT INTO orders VALUES (1, 1, 'Rope memory', 2)
00:01:00 ops   backup b1
00:02:00 load  workload orders every 1s
01:02:00 ops   note 'enough'
";

fn main() {
    // `bench` lets us be compiled by a first call that measures nothing.
    if std::env::args().nth(1).as_deref() == Some("--compiled") {
        return;
    }
    let carried = carry_out(LOAD).unwrap_or_else(|error| panic!("the load is a script: {error}"));
    let cluster = carried.run.cluster();
    let (records, seconds) = replay(cluster);
    let replay_per_second = f64::from(u32::try_from(records).unwrap_or(u32::MAX)) / seconds;
    println!("replay_records_per_second {replay_per_second:.0}");
    println!("replay_records {records}");

    let log: Vec<u8> =
        cluster.archive().segments().flat_map(|(_, _, archived)| archived.bytes.iter().copied()).collect();
    let bare_seconds = best(|| bare_pass(&log));
    println!("replay_share_of_bare_pass_percent {:.1}", 100.0 * bare_seconds / seconds);

    let events = carried.run.events().len() as f64;
    let run_seconds = best(|| drop(black_box(carry_out(LOAD))));
    println!("run_events_per_second {:.0}", events / run_seconds);
}

/// Recovers to the end of the log. Returns how many records were replayed, and the seconds that it took.
fn replay(cluster: &Cluster) -> (u64, f64) {
    let spec = RecoverySpec { backup: Some("b1".to_owned()), ..RecoverySpec::to(Target::End) };
    let mut records = 0;
    let seconds = best(|| {
        let mut cluster = cluster.clone();
        if let Err(error) = cluster.execute("ops", &Command::Recover(spec.clone())) {
            panic!("the load can be recovered: {}", error.code());
        }
        while cluster.recovery().is_some_and(|recovery| recovery.outcome().is_none()) {
            let advance = cluster.advance(cluster.now() + Micros::HOUR, 4096);
            assert!(advance.status == Status::MoreToDo || !advance.events.is_empty(), "the recovery goes on");
        }
        match cluster.recovery().and_then(|recovery| recovery.outcome()) {
            Some(Ok(report)) => records = report.records,
            other => panic!("the load can be recovered: {other:?}"),
        }
    });
    (records, seconds)
}

/// What reading a log costs at the very least: its checksum, and a copy of it.
fn bare_pass(log: &[u8]) {
    const CASTAGNOLI: crc::Crc<u32, crc::Table<16>> = crc::Crc::<u32, crc::Table<16>>::new(&crc::CRC_32_ISCSI);
    black_box(CASTAGNOLI.checksum(black_box(log)));
    black_box(black_box(log).to_vec());
}

fn best(mut work: impl FnMut()) -> f64 {
    let tries = (0..TRIES).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    });
    tries.fold(f64::INFINITY, f64::min)
}
