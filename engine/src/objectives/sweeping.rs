//! Plans, their runs, and what stands in their scripts.

use super::history::{COMMIT_BYTES, ROW_BYTES};
use super::reading::Timing;
use super::timeline::Commits;
use super::*;
use crate::cluster::Target;
use crate::run::Run;
use crate::script::parse;
use crate::types::Micros;

pub(super) fn all(plan: &Plan) -> Vec<RunResult> {
    let mut sweeper = Sweeper::new(plan.clone(), 0..plan.runs());
    core::iter::from_fn(|| sweeper.next_run()).collect()
}

fn every_disaster(policy: Policy, failures: u32) -> Plan {
    Plan { disasters: Disaster::USUAL.to_vec(), failures, ..Plan::of(policy, 7) }
}

#[test]
fn every_preset_recovers_or_says_why_not() {
    for preset in Preset::ALL {
        let plan = every_disaster(preset.policy(), 3);
        for result in all(&plan) {
            assert_eq!(result.keeping.is_some(), result.number == 0);
            let disaster = plan.disasters[result.disaster as usize];
            for lived in result.lived() {
                let sealed = plan.base.settings.archiving.encryption && disaster == Disaster::KeyLost;
                let recovered = match &lived.reading.outcome {
                    Err(why) => {
                        assert_eq!((sealed, &**why), (true, "key_lost"), "{preset:?} {disaster}\n{}", lived.script);
                        continue;
                    }
                    Ok(recovered) => recovered,
                };
                assert!(!sealed, "{preset:?} {disaster}");
                assert_eq!((recovered.passed, recovered.divergence), (Some(true), 0), "{}", lived.script);
                let before = disaster.detected_after(&plan.base) + plan.base.decide;
                assert_eq!(recovered.rto() - recovered.restore_time(), before);
                assert_eq!(lived.reading.asked - lived.reading.failed, before);
                assert!(recovered.loss.idle <= recovered.loss.time && recovered.loss.time <= recovered.point_age);
                assert_eq!(recovered.loss.time > Micros::ZERO, recovered.loss.transactions > 0);
            }
        }
    }
}

#[test]
fn a_branch_is_what_the_whole_script_comes_to() {
    for preset in [Preset::Server, Preset::Ledger] {
        let plan = every_disaster(preset.policy(), 2);
        for result in all(&plan) {
            let disaster = plan.disasters[result.disaster as usize];
            for lived in result.lived() {
                let script = parse(&lived.script).unwrap_or_else(|error| panic!("{error}\n{}", lived.script));
                assert_eq!(script.to_string(), lived.script);
                assert_eq!(Policy::of_script(&script), Some(plan.base.clone()));
                let run = run_script(&script).unwrap_or_else(|error| panic!("{error:?}\n{}", lived.script));
                assert_eq!(reading_of(&run, &plan.base, disaster, lived), lived.reading, "{}", lived.script);
                let command = &run.commands()[lived.command as usize];
                assert_eq!(command.at, lived.reading.failed);
                assert!(run.sent_after(lived.command as usize).is_some());
            }
        }
    }
}

/// What a whole run tells of the disaster in it.
fn reading_of(run: &Run, policy: &Policy, disaster: Disaster, lived: &Lived) -> Reading {
    let mut commits = Commits::default();
    commits.hear(run.events());
    let spec = run.cluster().recovery().expect("there was a recovery").spec().clone();
    if let Target::Xid(xid) = spec.target {
        commits.forget(xid);
    }
    let Reading { failed, asked, .. } = lived.reading;
    let until = if disaster.goes_on_for(policy) > Micros::ZERO { asked } else { failed };
    let detect = disaster.detected_after(policy);
    Reading::of(run.cluster(), &commits, policy, Timing { failed, asked, until, detect, factor: lived.grain.factor })
}

#[test]
fn however_a_plan_is_split_it_comes_to_the_same() {
    let axes = vec![
        Axis { knob: Knob::Cadence, values: vec![Micros::HOUR.0, 4 * Micros::HOUR.0] },
        Axis { knob: Knob::ArchiveTimeout, values: vec![Micros::MINUTE.0, 0] },
    ];
    let plan = Plan { axes, ..every_disaster(Preset::Server.policy(), 2) };
    let whole = all(&plan);
    assert_eq!(whole.len() as u32, plan.runs());
    assert_eq!((plan.points(), plan.runs()), (4, 4 * 12));
    for parts in [2, 3, 7] {
        let mut joined: Vec<RunResult> = Vec::new();
        for part in (0..parts).rev() {
            let mut sweeper = Sweeper::new(plan.clone(), plan.runs() * part / parts..plan.runs() * (part + 1) / parts);
            joined.extend(core::iter::from_fn(|| sweeper.next_run()));
        }
        joined.sort_by_key(|result| result.number);
        assert_eq!(joined, whole, "in {parts} parts");
    }
    // Another seed is another sweep.
    let others = all(&Plan { seed: 8, ..plan.clone() });
    assert!(whole.iter().zip(&others).filter(|(one, other)| one.time == other.time).count() == 0);
}

#[test]
fn a_policy_reads_as_it_is_written() {
    for preset in Preset::ALL {
        for knob in Knob::ALL {
            for value in [0, 1, 3, 90_000_000, 5_000_000_000] {
                let mut policy = preset.policy();
                assert_eq!(Policy::parse(&policy.to_string()), Ok(policy.clone()), "{policy}");
                knob.turn(&mut policy, value);
                assert_eq!(Policy::parse(&policy.to_string()), Ok(policy.clone()), "{policy}");
                // What was read can be set again and changes nothing.
                let mut again = policy.clone();
                knob.turn(&mut again, knob.read(&policy));
                assert_eq!(again, policy, "{knob:?} {value}");
            }
        }
    }
    for (text, key) in [
        ("copies 0", "bad_setting"),
        ("validation maybe", "bad_setting"),
        ("wal 5MiB", "bad_setting"),
        ("burst 5", "bad_setting"),
        ("backup every never", "bad_duration"),
        ("nonsense 5", "unknown_setting"),
    ] {
        assert_eq!(Policy::parse(text).expect_err(text).key(), key, "{text}");
    }
}

#[test]
fn disasters_read_as_they_are_written() {
    for disaster in Disaster::USUAL {
        assert_eq!(Disaster::parse(&disaster.to_string()), Some(disaster));
    }
    for text in ["", "fire", "wrong_delete soon", "key_lost 5m"] {
        assert_eq!(Disaster::parse(text), None, "{text}");
    }
}

#[test]
fn what_a_commit_and_a_row_take_is_what_is_reckoned_with() {
    let text = "scenario seed 7, date 2026-03-04, page 1KiB, segment 1MiB\n\
        00:00:00 ops CREATE TABLE orders (id int primary key, user_id int, item text, placed timestamp)\n\
        00:00:00 past workload orders every 10ms fills 8000\n\
        00:00:01 ops checkpoint\n\
        00:00:01 app workload orders every 1s\n\
        00:50:00 ops note 'enough'\n";
    let run = run_script(&parse(text).expect("is a script")).expect("can be carried out");
    let mut commits = Commits::default();
    commits.hear(run.events());
    let single = &commits.acknowledged()[commits.acknowledged().len() - 2900..];
    let bytes = single[single.len() - 1].end.since(single[0].end) / (single.len() as u64 - 1);
    assert!((COMMIT_BYTES - 3..=COMMIT_BYTES + 3).contains(&bytes), "{bytes}");
    let table = run.cluster().primary().expect("it is there");
    let def = table.table("orders", crate::types::Xid::NONE).expect("can be read").expect("is there");
    let row = u64::from(table.block_count(def.relation)) * 1024 / (8000 + commits.acknowledged().len() as u64);
    assert!((ROW_BYTES - 3..=ROW_BYTES + 3).contains(&row), "{row}");
}
