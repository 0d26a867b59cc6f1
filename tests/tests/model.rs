//! For every history and target, a recovery comes to what the model has: the same rows on the same timeline, or the same failure.
//!
//! More histories: `PITR_HISTORIES=2000 cargo test --release -p pitr-tests --test model`.
#![cfg(not(target_arch = "wasm32"))]

use pitr_tests::histories::{History, Plot, Random, tell};
use pitr_tests::model::hold::{Broken, Ended, Outcomes};
use pitr_tests::model::shrink::shrink;

/// Recoveries tried of each history.
const RECOVERIES: u64 = 40;

fn plot(seed: u64) -> Plot {
    Plot {
        eras: 1 + seed % 5,
        steps: 20 + seed % 7 * 10,
        faults: seed.is_multiple_of(2),
        workloads: seed.is_multiple_of(3),
    }
}

fn hold(seed: u64, history: &History) -> Result<Outcomes, Box<Broken>> {
    let ended = Ended::of(history);
    let count = if ended.model.backups.is_empty() { 2 } else { RECOVERIES };
    let mut random = Random::new(seed);
    let mut outcomes = ended.hold(&mut random, count)?;
    outcomes.insert("from chains and from what they merge into", ended.merges(&mut random)?);
    Ok(outcomes)
}

#[test]
fn every_recovery_is_the_models() {
    let histories = std::env::var("PITR_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(240);
    let mut outcomes = Outcomes::new();
    for seed in 1..=histories {
        let history = tell(seed, plot(seed));
        match hold(seed, &history) {
            Ok(more) => more.into_iter().for_each(|(outcome, count)| *outcomes.entry(outcome).or_default() += count),
            Err(broken) => {
                let short = shrink(&history, 300, |shorter| hold(seed, shorter).is_err());
                let broken = hold(seed, &short).err().unwrap_or(broken);
                panic!("seed {seed}: {:?}\n{}\n\n{}", broken.spec, broken.about, short.script);
            }
        }
    }
    println!("{outcomes:?}");
    // Every way in which a recovery can come out was met, and all that makes one remarkable.
    const ALL: [&str; 13] = [
        "recovered",
        "target_not_reached",
        "before_consistent",
        "no_such_timeline",
        "backup_not_on_timeline",
        "backup_incomplete",
        "backup_cut_off",
        "from a chain",
        "of a restored database",
        "four timelines deep",
        "sequences",
        "workloads",
        "from chains and from what they merge into",
    ];
    for outcome in ALL {
        assert!(outcomes.get(outcome).is_some_and(|count| *count > 0), "{outcome} never came out: {outcomes:?}");
    }
}
