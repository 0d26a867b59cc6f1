//! A restore of a restore of a restore: backups on each of several timelines, held against a model that knows of rows alone.

mod common;

use common::{pages, recover, recovered, rows, run};
use pitr_engine::types::{Lsn, Micros, Value, Xid};
use pitr_engine::{AtTarget, Cluster, Command, EventKind, RecoveryFailure, RecoverySpec, Target, verify};
use proptest::prelude::*;

const BEGIN: &str = "\
scenario seed 7, date 2026-03-04, segment 2KiB, page 1KiB, buffers 6, archive timeout 1m
00:00:00 ops CREATE TABLE notes (id int, text text)
00:01:00 ops backup b0
00:02:00 ops note 'it is complete'
";

/// The history that everybody on the current timeline sees: a row each, and the transaction that brought it.
type Line = Vec<(i64, Xid)>;

fn carry_out(cluster: &mut Cluster, command: &Command) -> Vec<EventKind> {
    let mut events = cluster.execute("ops", command).unwrap_or_else(|error| panic!("{command:?}: {error:?}"));
    // Long enough for backups to end and for the timeout to archive what was written.
    let until = Micros(cluster.now().0 + 130_000_000);
    loop {
        let advance = cluster.advance(until, 1000);
        events.extend(advance.events);
        if advance.status == pitr_engine::Status::Reached {
            return events.into_iter().map(|event| event.kind).collect();
        }
    }
}

fn insert(cluster: &mut Cluster, line: &mut Line, id: i64) {
    let row = vec![Value::Int(id), Value::Text("x".repeat(id as usize % 90))];
    let insert = Command::Insert { table: "notes".into(), columns: None, rows: vec![row] };
    let events = carry_out(cluster, &insert);
    let committed = events.iter().find_map(|event| match event {
        EventKind::Committed { xid, .. } => Some(*xid),
        _ => None,
    });
    line.push((id, committed.expect("it commits by itself")));
}

fn ids(server: &pitr_engine::Server) -> Vec<i64> {
    let rows = rows(server).swap_remove(0).1.into_iter();
    let ids = rows.map(|row| match row[0] {
        Value::Int(id) => id,
        _ => panic!("no id"),
    });
    ids.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Four times: write, back up, write, recover to some transaction, go on from there.
    #[test]
    fn to_depth_four(
        levels in prop::collection::vec((1_usize..6, any::<bool>(), 1_usize..6, any::<prop::sample::Index>(), any::<bool>()), 4),
    ) {
        let mut cluster = run(BEGIN).cluster().clone();
        let (mut line, mut next) = (Line::new(), 1_i64);
        for (level, (before, full, behind, at, inclusive)) in levels.into_iter().enumerate() {
            let mut write = |cluster: &mut Cluster, line: &mut Line, count: usize| {
                for _ in 0..count {
                    insert(cluster, line, next);
                    next += 1;
                }
            };
            write(&mut cluster, &mut line, before);
            let label = format!("b{}", level + 1);
            carry_out(&mut cluster, &match full {
                true => Command::Backup { label: label.clone() },
                false => Command::IncrementalBackup { label: label.clone(), parent: None, by_hand: false },
            });
            write(&mut cluster, &mut line, behind);
            let known = verify(cluster.backups(), cluster.archive(), &label);
            prop_assert!(known.is_sound(), "{known:?}");
            // From whichever backup it is chosen, any transaction can be gone back to.
            let (index, (_, xid)) = (at.index(line.len()), line[at.index(line.len())]);
            let spec = RecoverySpec { inclusive, ..RecoverySpec::to(Target::Xid(xid)) };
            carry_out(&mut cluster, &Command::Recover(spec));
            let kept = index + usize::from(inclusive);
            prop_assert_eq!(ids(recovered(&cluster)), line[..kept].iter().map(|(id, _)| *id).collect::<Vec<_>>());
            carry_out(&mut cluster, &Command::SwitchOver);
            line.truncate(kept);
            prop_assert_eq!(cluster.primary().unwrap().log.timeline().0, level as u32 + 2);
        }
        // A last one, on the fifth timeline.
        insert(&mut cluster, &mut line, 1000);
        carry_out(&mut cluster, &Command::IncrementalBackup { label: "last".into(), parent: None, by_hand: false });
        insert(&mut cluster, &mut line, 1001);
        let (end, outcome) = recover(&cluster, &RecoverySpec { backup: Some("last".into()), ..RecoverySpec::to(Target::End) });
        prop_assert!(outcome.is_ok());
        prop_assert_eq!(ids(recovered(&end)), line.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        // What the catalog says of all these branches holds.
        for entry in cluster.catalog().backups {
            prop_assert!(entry.is_whole(), "{entry:?}");
            for reach in &entry.reaches {
                let timeline = pitr_engine::TimelineChoice::Number(reach.timeline);
                let to = |target| recover(&cluster, &RecoverySpec { backup: Some(entry.label.clone()), timeline, ..RecoverySpec::to(target) }).1;
                match &reach.range {
                    Ok((earliest, latest)) => {
                        prop_assert!(to(Target::Lsn(earliest.lsn)).is_ok() && to(Target::Lsn(latest.lsn)).is_ok(), "{entry:?}");
                        prop_assert!(to(Target::Lsn(Lsn(latest.lsn.0 + 1))).is_err(), "{entry:?}");
                    }
                    Err(failure) => prop_assert_eq!(to(Target::End).unwrap_err().code(), failure.code()),
                }
            }
        }
    }

    /// A backup of a server that waits at its target restores what that server shows, and can be gone on from.
    #[test]
    fn of_a_server_that_waits(count in 3_usize..12, at in any::<prop::sample::Index>(), checkpoint in any::<prop::sample::Index>()) {
        let mut cluster = run(BEGIN).cluster().clone();
        let mut line = Line::new();
        for id in 0..count {
            insert(&mut cluster, &mut line, id as i64);
            if id == checkpoint.index(count) {
                carry_out(&mut cluster, &Command::Checkpoint);
            }
        }
        let stop = at.index(count);
        let spec = RecoverySpec { action: AtTarget::Pause, ..RecoverySpec::to(Target::Xid(line[stop].1)) };
        carry_out(&mut cluster, &Command::Recover(spec));
        carry_out(&mut cluster, &Command::BackupOfRecovery { label: "standby".into() });
        let known = verify(cluster.backups(), cluster.archive(), "standby");
        prop_assert!(known.is_sound(), "{known:?}");
        let waiting = pages(cluster.recovery().unwrap().server().unwrap());
        carry_out(&mut cluster, &Command::Resume);
        let from = |backup: &str, target| RecoverySpec {
            backup: Some(backup.into()),
            timeline: pitr_engine::TimelineChoice::Current,
            ..RecoverySpec::to(target)
        };
        let (at_once, outcome) = recover(&cluster, &from("standby", Target::Immediate));
        prop_assert!(outcome.is_ok(), "{:?}", outcome);
        prop_assert_eq!(pages(recovered(&at_once)), waiting);
        let (ends, ends_of_first) = (recover(&cluster, &from("standby", Target::End)).0, recover(&cluster, &from("b0", Target::End)).0);
        prop_assert_eq!(pages(recovered(&ends)), pages(recovered(&ends_of_first)));
        prop_assert_eq!(ids(recovered(&ends)).len(), count);
        let earlier = recover(&cluster, &from("standby", Target::Xid(line[0].1))).1;
        let is_refused = matches!(earlier, Err(RecoveryFailure::BeforeConsistent { .. } | RecoveryFailure::TargetNotReached { .. }));
        prop_assert!(stop == 0 || is_refused, "{:?}", earlier);
    }
}
