//! No flipped bit in log, pages, commit log, control file, manifest or history files yields wrong rows.
//!
//! A sample of the bits; each and every one: `PITR_EVERY_BIT=1 cargo test --release -p pitr-tests --test flips`.
#![cfg(not(target_arch = "wasm32"))]

use pitr_engine::{RecoverySpec, Target, TimelineChoice};
use pitr_tests::decoders::absurd::places;
use pitr_tests::histories::{Plot, Random, tell};
use pitr_tests::model::flips::{bits, flip, matters};
use pitr_tests::model::hold::Ended;
use pitr_tests::model::{Backup, Expected};
use std::collections::BTreeMap;

/// Bits that are flipped in each place, where not all of them are.
const SAMPLE: usize = 40;

#[test]
fn no_flipped_bit_yields_wrong_rows() {
    let every = std::env::var_os("PITR_EVERY_BIT").is_some();
    let mut verdicts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut tried, mut chains) = (0_u32, 0);
    let history = |seed| (seed, Ended::of(&tell(seed, Plot { eras: 2, steps: 24, faults: false, workloads: false })));
    let with_chains = |(_, ended): &(u64, Ended)| ended.model.backups.iter().any(|backup| backup.continues.is_some());
    let histories = [3, 9, 11, 20].into_iter().map(history).chain((21..).map(history).filter(with_chains).take(3));
    for (seed, ended) in histories {
        let mut random = Random::new(seed);
        chains += ended.model.backups.iter().filter(|backup| backup.continues.is_some()).count();
        for backup in &ended.model.backups {
            for spec in specs(&ended, backup, &mut random) {
                for place in places(&ended.cluster).iter().filter(|place| matters(&ended, place, backup)) {
                    let all = bits(&ended.cluster, place);
                    let few = (0..SAMPLE).map(|_| random.below(all as u64) as usize);
                    let chosen: Vec<usize> = if every { (0..all).collect() } else { few.take(all).collect() };
                    for bit in chosen {
                        tried += 1;
                        match flip(&ended, place, bit, &spec) {
                            Ok(verdict) => *verdicts.entry(verdict).or_default() += 1,
                            Err(about) => wrong.push(format!("seed {seed}, to {}: {about}", spec.target)),
                        }
                    }
                }
            }
        }
    }
    println!("{tried} bits, {chains} incremental backups: {verdicts:?}");
    assert!(wrong.is_empty(), "{} of {tried} bits:\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n\n"));
    assert!(chains >= 2, "{chains} incremental backups");
    assert!(verdicts.len() >= 4, "not every outcome was met: {verdicts:?}");
}

/// To the end of the log, and to a time in it, along the newest timeline that the backup lies on.
fn specs(ended: &Ended, backup: &Backup, random: &mut Random) -> Vec<RecoverySpec> {
    let times: Vec<Target> = ended.model.facts.iter().filter_map(|fact| fact.note.time).map(Target::Time).collect();
    let time = random.pick(&times).cloned().unwrap_or(Target::Immediate);
    let to = |target| RecoverySpec { backup: Some(backup.label.clone()), ..RecoverySpec::to(target) };
    let current = RecoverySpec { timeline: TimelineChoice::Current, ..to(Target::End) };
    let reaches = |spec: &RecoverySpec| matches!(ended.model.expect(spec), Expected::Recovers(_));
    [to(Target::End), to(time), current].into_iter().filter(reaches).collect()
}
