//! What can be said of archive, faults and upkeep.

use crate::archive::{ArchivePolicy, Conduct, StoreKind, WhenFull};
use crate::cluster::{Command, Upkeep};
use crate::fault::{Condition, Fault};
use crate::types::{Lsn, Micros, SegmentNumber, TimelineId, Xid};
use proptest::prelude::*;

fn a_span() -> impl Strategy<Value = Micros> {
    (1_i64..1_000_000_000_000_000).prop_map(Micros)
}

fn a_label() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.-]{1,8}"
}

pub fn a_policy() -> impl Strategy<Value = ArchivePolicy> {
    let store = || prop::sample::select(StoreKind::ALL.to_vec());
    let span = || prop::option::of(a_span());
    let every = (1_000_000_i64..1_000_000_000_000).prop_map(Micros);
    ((span(), any::<bool>()), (store(), store()), (span(), span(), span(), every)).prop_map(
        |((streaming, only), (archive_store, backup_store), (cold_after, retention, immutable, expire_every))| {
            ArchivePolicy {
                streaming,
                segments: streaming.is_none() || !only,
                archive_store,
                backup_store,
                cold_after,
                retention,
                expire_every,
                immutable,
                encryption: !only,
                log_disk: streaming.map(|delay| delay.0 as u64),
                when_full: if only { WhenFull::Lose } else { WhenFull::Stop },
            }
        },
    )
}

fn a_fault() -> impl Strategy<Value = Fault> {
    let timeline = || (1..=u32::MAX).prop_map(TimelineId);
    let segment = || (1_u64..).prop_map(SegmentNumber);
    prop_oneof![
        (timeline(), segment()).prop_map(|(timeline, segment)| Fault::LoseSegment { timeline, segment }),
        (timeline(), any::<u64>()).prop_map(|(timeline, lsn)| Fault::CorruptRecord { timeline, lsn: Lsn(lsn) }),
        timeline().prop_map(|timeline| Fault::LoseHistory { timeline }),
        (timeline(), segment(), any::<u64>()).prop_map(|(timeline, segment, bit)| Fault::FlipSegment {
            timeline,
            segment,
            bit
        }),
        (timeline(), segment(), any::<u32>()).prop_map(|(timeline, segment, bytes)| Fault::CutSegment {
            timeline,
            segment,
            bytes
        }),
        (segment(), a_span()).prop_map(|(segment, by)| Fault::DelaySegment { segment, by }),
        prop::sample::select(vec![Conduct::Fails, Conduct::Lies, Conduct::Duplicates, Conduct::Truncates])
            .prop_map(Fault::Archiver),
        (1..=u32::MAX).prop_map(|times| Fault::SlowArchiver { times }),
        Just(Fault::BreakStream),
        (1..=u32::MAX).prop_map(|key| Fault::LoseKey { key }),
        (a_label(), 1..=u32::MAX).prop_map(|(backup, file)| Fault::LoseBackupFile { backup, file }),
        (a_label(), 1..=u32::MAX, any::<u64>()).prop_map(|(backup, file, bit)| Fault::FlipBackupFile {
            backup,
            file,
            bit
        }),
        ("[a-z]{3,8}_", any::<u32>(), any::<u64>()).prop_map(|(table, block, bit)| Fault::FlipPage {
            table,
            block,
            bit
        }),
        Just(Fault::FillDisk),
        (-1_000_000_i64..=1_000_000).prop_map(|ppm| Fault::ClockDrift { ppm }),
    ]
}

fn an_upkeep() -> impl Strategy<Value = Upkeep> {
    let label = || "[a-zA-Z0-9_.-]{1,8}";
    prop_oneof![
        Just(Upkeep::StartArchiver),
        Just(Upkeep::StartStreaming),
        Just(Upkeep::Expire),
        Just(Upkeep::RotateKey),
        label().prop_map(|backup| Upkeep::Hold { backup }),
        label().prop_map(|backup| Upkeep::Release { backup }),
        label().prop_map(|backup| Upkeep::DeleteBackup { backup }),
        ((1..=u32::MAX), 1_u64..).prop_map(|(timeline, number)| Upkeep::DeleteSegment {
            timeline: TimelineId(timeline),
            segment: SegmentNumber(number)
        }),
    ]
}

fn a_condition() -> impl Strategy<Value = Condition> {
    let label = || "[a-zA-Z0-9_.-]{1,8}";
    let lsn = || any::<u64>().prop_map(Lsn);
    let xid = || (1..=u32::MAX).prop_map(Xid);
    let segment = || (1_u64..).prop_map(SegmentNumber);
    prop_oneof![
        lsn().prop_map(Condition::LogReaches),
        lsn().prop_map(Condition::FlushReaches),
        lsn().prop_map(Condition::ReplayReaches),
        xid().prop_map(Condition::CommitWritten),
        xid().prop_map(Condition::CommitAcknowledged),
        Just(Condition::CheckpointBegins),
        Just(Condition::CheckpointEnds),
        Just(Condition::RecoveryBegins),
        Just(Condition::RecoveryEnds),
        label().prop_map(Condition::BackupBegins),
        label().prop_map(Condition::BackupEnds),
        segment().prop_map(Condition::SegmentSealed),
        segment().prop_map(Condition::SegmentArchived),
    ]
}

/// A command that waits for something.
pub fn a_scheduled_command() -> impl Strategy<Value = Command> {
    let then = prop_oneof![a_command(), Just(Command::LosePrimary), Just(Command::Checkpoint)];
    (a_condition(), then).prop_map(|(condition, then)| Command::When { condition, then: Box::new(then) })
}

pub fn a_command() -> impl Strategy<Value = Command> {
    prop_oneof![a_fault().prop_map(Command::Damage), an_upkeep().prop_map(Command::Upkeep)]
}
