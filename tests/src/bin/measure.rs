//! The engine's share of `cargo xtask bench`: a line `name number` for each figure, measured now and here.
//!
//! Each time is the best of several tries: what disturbs a measurement only ever makes it slower. What is compared is measured in turns.

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::main();
}

/// Memory is counted by an allocator that Wasm does not need.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use peak_alloc::PeakAlloc;
    use pitr_tests::carried::carry_out;
    use pitr_tests::speed::{Disaster, Replayed};
    use std::hint::black_box;
    use std::time::{Duration, Instant};

    /// Counts what is allocated, for the peak of a replay.
    #[global_allocator]
    static MEMORY: PeakAlloc = PeakAlloc;

    const TRIES: u32 = 5;
    /// Of the log that is held against a bare pass.
    const LOG_BYTES: u64 = 256 << 20;
    /// As many as Wasm replays for comparison: see `measure-wasm`.
    const WASM_RECORDS: u64 = 1_000_000;

    /// An hour of an order a second, with all that is told of it.
    const LOAD: &str = "\
# An hour of small transactions
scenario seed 7, date 2026-03-04, segment 1MiB, archive timeout 5m
00:00:00 ops   CREATE TABLE orders (id int primary key, user_id int, item text, amount int)
00:00:01 ops   INSERT INTO orders VALUES (1, 1, 'Rope memory', 2)
00:01:00 ops   backup b1
00:02:00 load  workload orders every 1s
01:02:00 ops   note 'enough'
";

    pub fn main() {
        // `bench` lets us be compiled by a first call that measures nothing.
        if std::env::args().nth(1).as_deref() == Some("--compiled") {
            return;
        }
        against_a_bare_pass();
        let few = seconds_per_record(10_000, 100);
        let wasm = seconds_per_record(WASM_RECORDS, TRIES);
        println!("replay_wasm_records {WASM_RECORDS}");
        println!("replay_native_ns_per_record {:.1}", wasm * 1e9);
        let many = seconds_per_record(10_000_000, 2);
        println!("replay_cost_1e7_over_1e4 {:.3}", many / few);

        let carried = carry_out(LOAD).unwrap_or_else(|error| panic!("the load is a script: {error}"));
        let events = carried.run.events().len() as f64;
        let run_seconds = (0..3).map(|_| timed(|| drop(black_box(carry_out(LOAD))))).min().unwrap_or_default();
        println!("run_events_per_second {:.0}", events / run_seconds.as_secs_f64());
    }

    /// Replays a long log, and reads it bare, in turns.
    fn against_a_bare_pass() {
        let began = Instant::now();
        // A record is 72 bytes long on average.
        let disaster = Disaster::after(LOG_BYTES / 72);
        let write_seconds = began.elapsed().as_secs_f64();
        let mut copy = vec![1; disaster.log_bytes()];
        let (mut replay, mut bare) = (Duration::MAX, Duration::MAX);
        let mut replayed = None;
        for _ in 0..TRIES {
            let (did, took) = replay_once(&disaster);
            replay = replay.min(took);
            replayed = Some(did);
            bare = bare.min(timed(|| {
                black_box(disaster.bare_pass(black_box(&mut copy)));
            }));
        }
        drop(copy);
        let Some(Replayed { records, record_bytes, table_bytes }) = replayed else {
            return;
        };
        MEMORY.reset_peak_usage();
        replay_once(&disaster);
        let data = disaster.log_bytes() as f64 + table_bytes as f64;
        println!("write_records_per_second {:.0}", records as f64 / write_seconds);
        println!("replay_records {records}");
        println!("replay_log_bytes {}", disaster.log_bytes());
        println!("replay_record_bytes_average {:.1}", record_bytes as f64 / records as f64);
        println!("replay_records_per_second {:.0}", records as f64 / replay.as_secs_f64());
        println!("bare_records_per_second {:.0}", records as f64 / bare.as_secs_f64());
        println!("replay_native_over_bare {:.3}", bare.as_secs_f64() / replay.as_secs_f64());
        println!("replay_memory_over_data {:.3}", MEMORY.peak_usage() as f64 / data);
    }

    fn seconds_per_record(records: u64, tries: u32) -> f64 {
        let disaster = Disaster::after(records);
        let tries = (0..tries).map(|_| {
            let (replayed, took) = replay_once(&disaster);
            took.as_secs_f64() / replayed.records as f64
        });
        tries.fold(f64::INFINITY, f64::min)
    }

    fn replay_once(disaster: &Disaster) -> (Replayed, Duration) {
        let (replayed, began, done) = disaster.replay(Instant::now);
        (replayed, done - began)
    }

    fn timed(work: impl FnOnce()) -> Duration {
        let began = Instant::now();
        work();
        began.elapsed()
    }
}
