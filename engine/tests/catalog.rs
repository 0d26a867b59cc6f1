//! What the catalog says is put to the test: by recovering there, by damaging what it relies on.

mod common;
#[path = "common/history.rs"]
mod history;

use common::{after, pages, recover, recovered, rows, run};
use history::a_history;
use pitr_engine::types::{Lsn, Micros, SegmentNumber};
use pitr_engine::{
    BackupFault, BackupVerdict, Cluster, Command, Defect, EventKind, Fault, RecoveryFailure, RecoverySpec, Target,
    TimelineChoice, WhyEnd, segments_for, verify,
};
use proptest::prelude::*;

fn from(backup: &str, target: Target) -> RecoverySpec {
    RecoverySpec { backup: Some(backup.to_owned()), ..RecoverySpec::to(target) }
}

/// Recovers to both ends of what each backup claims to reach, and past them.
fn check_claims(cluster: &Cluster) -> usize {
    let mut claims = 0;
    for entry in cluster.catalog().backups {
        for reach in &entry.reaches {
            let to = |target| {
                let timeline = TimelineChoice::Number(reach.timeline);
                recover(cluster, &RecoverySpec { timeline, ..from(&entry.label, target) }).1
            };
            let Ok((earliest, latest)) = reach.range else {
                let code = reach.range.as_ref().unwrap_err().code();
                assert_eq!(to(Target::End).unwrap_err().code(), code, "{entry:?}");
                continue;
            };
            for point in [earliest, latest] {
                assert!(to(Target::Lsn(point.lsn)).is_ok(), "{point:?} of {entry:?}");
                if let Some(time) = point.time {
                    assert!(to(Target::Time(time)).is_ok(), "{point:?} of {entry:?}");
                }
            }
            let past = to(Target::Lsn(Lsn(latest.lsn.0 + 1))).unwrap_err();
            assert_eq!(past.code(), "target_not_reached", "{entry:?}");
            let before = to(Target::Lsn(entry.manifest.as_ref().unwrap().start)).unwrap_err();
            assert_eq!(before.code(), "before_consistent", "{entry:?}");
            if let Some(time) = latest.time {
                let past = to(Target::Time(Micros(time.0 + 1))).unwrap_err();
                assert_eq!(past.code(), "target_not_reached", "{entry:?}");
            }
            claims += 1;
        }
    }
    claims
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A chain restores what a full backup restores, and so does the full backup that it is merged into.
    #[test]
    fn a_chain_equals_a_full_backup(history in a_history()) {
        let run = run(&history);
        let cluster = run.cluster();
        let to_end = |backup: &str| recover(cluster, &from(backup, Target::End)).0;
        let (chain, full) = (to_end("last"), to_end("all"));
        prop_assert_eq!(rows(recovered(&chain)), rows(recovered(&full)));
        prop_assert_eq!(rows(recovered(&chain)), rows(cluster.primary().unwrap()));
        prop_assert_eq!(pages(recovered(&chain)), pages(recovered(&full)));
        let merge = Command::Merge { first: None, last: "last".into(), into: "merged".into() };
        let merged = after(cluster, &merge);
        let at_once = |backup: &str| recover(&merged, &from(backup, Target::Immediate)).0;
        let (of_chain, of_merged) = (at_once("last"), at_once("merged"));
        prop_assert_eq!(pages(recovered(&of_chain)), pages(recovered(&of_merged)));
        prop_assert!(merged.backups().get("merged").unwrap().read_manifest().unwrap().parent.is_none());
        for label in ["last", "all", "merged"] {
            let found = verify(merged.backups(), merged.archive(), label);
            prop_assert!(found.is_sound(), "{found:?}");
        }
    }

    #[test]
    fn the_earliest_and_latest_are_true(history in a_history(), lost in prop::option::of(2_u64..30)) {
        let run = run(&history);
        let mut cluster = run.cluster().clone();
        if let Some(segment) = lost {
            let fault = Fault::LoseSegment { timeline: pitr_engine::types::TimelineId(1), segment: SegmentNumber(segment) };
            // Where there are fewer segments nothing is lost.
            let _ = cluster.execute("ops", &Command::Damage(fault));
        }
        let claims = check_claims(&cluster);
        prop_assert!(lost.is_some() || claims >= 3, "{claims}");
    }

    /// A flipped bit is named by the verification of every backup that needs it, and no recovery gives wrong rows.
    #[test]
    fn a_flipped_bit_is_named(history in a_history(), which in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>(), in_manifest: bool) {
        let run = run(&history);
        let cluster = run.cluster();
        let labels: Vec<String> = cluster.backups().iter().map(|(label, _)| label.to_owned()).collect();
        let label = which.get(&labels).clone();
        let stored = cluster.backups().get(&label).unwrap();
        let fault = match in_manifest {
            true => BackupFault::FlipManifest { bit: bit.index(stored.manifest.len() * 8) as u64, label: label.clone() },
            false => BackupFault::FlipFiles { bit: bit.index(stored.bytes() as usize * 8) as u64, label: label.clone() },
        };
        let damaged = after(cluster, &Command::Damage(Fault::Backup(fault)));
        let names_it = |defect: &Defect| match defect {
            Defect::FileChecksum { backup, .. } => !in_manifest && *backup == label,
            Defect::Chain { element, .. } => in_manifest && *element == label,
            _ => false,
        };
        for backup in &labels {
            let (elements, _) = (cluster.catalog().backup(backup).unwrap().chain.clone(), ());
            let found = verify(damaged.backups(), damaged.archive(), backup);
            let (_, outcome) = match damaged.backups().get(backup).unwrap().read_manifest() {
                Some(_) => recover(&damaged, &from(backup, Target::End)),
                None => continue,
            };
            if elements.contains(&label) {
                prop_assert!(found.defects.iter().any(names_it), "{found:?}");
                let failure = outcome.unwrap_err();
                let named = match &failure {
                    RecoveryFailure::ChainBroken { element, .. } => element,
                    RecoveryFailure::BackupDamaged { backup } => backup,
                    other => panic!("{other:?}"),
                };
                prop_assert_eq!(named, &label);
            } else {
                prop_assert!(found.is_sound(), "{found:?}");
                prop_assert!(outcome.is_ok());
            }
        }
        // Without being told from which, a recovery finds one that is whole, if there is one.
        let (free, outcome) = recover(&damaged, &RecoverySpec::to(Target::End));
        if outcome.is_ok() {
            prop_assert_eq!(rows(recovered(&free)), rows(cluster.primary().unwrap()));
        } else {
            prop_assert_eq!(&label, "b1");
        }
    }

    /// The smallest set of segments suffices for its target, and every one of them is needed.
    #[test]
    fn the_smallest_set_of_segments(history in a_history(), at in any::<prop::sample::Index>()) {
        let run = run(&history);
        let cluster = run.cluster();
        let ends = pitr_engine::find_boundary(cluster.archive(), cluster.settings().segment, &cluster.backups().catalog()[0], &RecoverySpec::to(Target::End)).ends;
        let Some((note, _)) = ends.get(at.index(ends.len())) else { return Ok(()) };
        let spec = RecoverySpec { inclusive: false, ..from("b1", Target::Xid(note.xid)) };
        let manifest = &cluster.backups().get("b1").unwrap().read_manifest().unwrap();
        let Ok(needed) = segments_for(cluster.archive(), manifest, &spec) else {
            prop_assert!(recover(cluster, &spec).1.is_err());
            return Ok(());
        };
        let mut fewer = cluster.clone();
        let all: Vec<_> = cluster.archive().segments().map(|(timeline, segment, _)| (timeline, segment)).collect();
        for (timeline, segment) in all.into_iter().filter(|file| !needed.contains(file)) {
            fewer.execute("ops", &Command::Damage(Fault::LoseSegment { timeline, segment })).unwrap();
        }
        let (with_all, with_fewer) = (recover(cluster, &spec).0, recover(&fewer, &spec).0);
        prop_assert_eq!(rows(recovered(&with_all)), rows(recovered(&with_fewer)));
        for (timeline, segment) in needed {
            let without = after(&fewer, &Command::Damage(Fault::LoseSegment { timeline, segment }));
            prop_assert!(recover(&without, &spec).1.is_err());
        }
    }
}

const THREE: &str = "\
scenario seed 7, date 2026-03-04, segment 4KiB, archive timeout 1m, backup verify on
00:00:00 ops CREATE TABLE users (id int, name text)
00:00:01 ops INSERT INTO users VALUES (1, 'Ada')
01:00:00 ops backup b1
02:00:00 ops INSERT INTO users VALUES (2, 'Grace')
03:00:00 ops backup b2 incremental
04:00:00 ops INSERT INTO users VALUES (3, 'Edsger')
05:00:00 ops backup b3
06:00:00 ops INSERT INTO users VALUES (4, 'Barbara')
07:00:00 ops INSERT INTO users VALUES (5, 'Donald')
07:10:00 ops note 'all is archived'
";

fn three(rest: &str) -> pitr_engine::Run {
    run(&format!("{THREE}{rest}"))
}

#[test]
fn every_backup_is_verified_when_it_is_complete() {
    let run = three("");
    let found = run.events().iter().filter_map(|event| match &event.kind {
        EventKind::BackupVerified { found } => Some((found.backup.as_str(), found.elements, found.is_sound())),
        _ => None,
    });
    assert_eq!(found.collect::<Vec<_>>(), [("b1", 1, true), ("b2", 2, true), ("b3", 1, true)]);
}

#[test]
fn the_newest_that_is_whole_is_chosen_and_the_others_are_explained() {
    let spec = RecoverySpec::to(Target::Time(Micros(1_772_582_400_000_000 + 6 * 3_600_000_000)));
    let whole = three("");
    let choice = whole.cluster().explain_choice(&spec);
    assert_eq!(
        choice.considered.iter().map(|(label, verdict)| (label.as_str(), verdict.clone())).collect::<Vec<_>>(),
        [("b3", BackupVerdict::Chosen), ("b2", BackupVerdict::Older), ("b1", BackupVerdict::Older),]
    );
    let damaged = three("08:00:00 ops corrupt backup b3 bit 1000\n09:00:00 ops recover to time '06:00:00'\n");
    let choice = damaged.cluster().explain_choice(&spec);
    assert_eq!(choice.chosen.as_ref().map(|manifest| manifest.label.as_str()), Some("b2"));
    assert_eq!(choice.considered[0].1, BackupVerdict::Rejected(RecoveryFailure::BackupDamaged { backup: "b3".into() }));
    assert_eq!(damaged.cluster().recovery().unwrap().backup(), "b2");
    assert!(
        damaged
            .events()
            .iter()
            .any(|event| matches!(&event.kind, EventKind::BackupPassedOver { backup, .. } if backup == "b3"))
    );
    assert_eq!(rows(recovered(damaged.cluster()))[0].1.len(), 4);
    // The base of the chain gone too.
    let broken = three("08:00:00 ops corrupt backup b3 bit 1000\n08:00:00 ops lose backup b1\n");
    let choice = broken.cluster().explain_choice(&spec);
    assert_eq!(choice.chosen, None);
    assert!(
        matches!(&choice.considered[1].1, BackupVerdict::Rejected(RecoveryFailure::ChainBroken { element, .. }) if element == "b1")
    );
}

/// From `b2` a recovery to half past one would succeed, with a row of two o'clock.
#[test]
fn a_backup_that_ends_behind_the_target_is_not_chosen() {
    let run = three("08:00:00 ops recover to time '01:30:00'\n");
    assert_eq!(run.cluster().recovery().unwrap().backup(), "b1");
    assert_eq!(rows(recovered(run.cluster()))[0].1.len(), 1);
    let spec = run.cluster().recovery().unwrap().spec().clone();
    let considered = run.cluster().explain_choice(&spec).considered;
    assert!(
        matches!(&considered[1].1, BackupVerdict::Rejected(RecoveryFailure::BeforeConsistent { .. })),
        "{considered:?}"
    );
}

#[test]
fn a_gap_is_named_with_what_it_cuts_off() {
    let run = three("");
    let size = run.settings().segment;
    // The first segment behind the end of b3.
    let lost = size.segment_of(run.cluster().backups().get("b3").unwrap().read_manifest().unwrap().end).next();
    let fault = Fault::LoseSegment { timeline: pitr_engine::types::TimelineId(1), segment: lost };
    let cluster = after(run.cluster(), &Command::Damage(fault));
    let catalog = cluster.catalog();
    let reach = &catalog.backup("b1").unwrap().reaches[0];
    assert_eq!(reach.gaps.len(), 1);
    let gap = &reach.gaps[0];
    assert_eq!((gap.why, gap.missing.as_slice()), (WhyEnd::NoSegment(lost), &[lost][..]));
    assert_eq!(gap.cut_off, 1);
    assert_eq!(gap.resumes.map(|lsn| size.segment_of(lsn)), Some(lost.next()));
    check_claims(&cluster);
}

#[test]
fn what_is_claimed_of_a_tree_of_timelines_is_true() {
    let run = three(
        "\
08:00:00 ops recover from b1 to time '03:30:00'
08:30:00 ops switch over
09:00:00 ops INSERT INTO users VALUES (6, 'on timeline 2')
09:10:00 ops backup b4 incremental
09:30:00 ops INSERT INTO users VALUES (7, 'on timeline 2')
10:00:00 ops INSERT INTO users VALUES (8, 'on timeline 2')
10:30:00 ops note 'all is archived'
",
    );
    let catalog = run.cluster().catalog();
    let along =
        |label: &str| catalog.backup(label).unwrap().reaches.iter().map(|reach| reach.timeline.0).collect::<Vec<_>>();
    assert_eq!((along("b1"), along("b3"), along("b4")), (vec![1, 2], vec![1], vec![2]));
    assert_eq!(catalog.backup("b4").unwrap().chain, ["b1", "b2", "b4"]);
    check_claims(run.cluster());
}
