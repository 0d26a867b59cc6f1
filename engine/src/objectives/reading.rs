//! What one disaster came to, measured on the virtual clock.

use super::policy::Policy;
use super::timeline::{Acknowledged, Commits};
use crate::cluster::Cluster;
use crate::recovery::{Phase, Report};
use crate::types::{Lsn, Micros};

/// The phases of a recovery time, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Detect,
    Decide,
    FetchBackup,
    FetchLog,
    Redo,
    Validate,
    /// The new server is opened, on its new timeline.
    Switch,
}

impl Part {
    pub const ALL: [Part; 7] =
        [Part::Detect, Part::Decide, Part::FetchBackup, Part::FetchLog, Part::Redo, Part::Validate, Part::Switch];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Part::Detect => "detect",
            Part::Decide => "decide",
            Part::FetchBackup => "fetch_backup",
            Part::FetchLog => "fetch_log",
            Part::Redo => "redo",
            Part::Validate => "validate",
            Part::Switch => "switch",
        }
    }

    fn of(phase: Phase) -> Part {
        match phase {
            Phase::FetchBackup => Part::FetchBackup,
            Phase::FetchLog => Part::FetchLog,
            Phase::Redo => Part::Redo,
            Phase::Promote => Part::Switch,
            Phase::Validate => Part::Validate,
        }
    }
}

/// Committed and acknowledged work that was not recovered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loss {
    /// From the instant up to which every commit can be recovered, which is just before the first that was lost, to the failure; 0 if none was.
    pub time: Micros,
    /// Of that, how long before the failure nothing had been committed; and, which is no part of it, how long nothing had been before the first that was lost.
    pub idle: Micros,
    pub idle_before: Micros,
    /// Commits, and bytes of log, of the real database.
    pub transactions: u64,
    pub bytes: u64,
}

/// A recovery that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// In the order of [`Part::ALL`].
    pub parts: [Micros; 7],
    pub loss: Loss,
    /// From the last thing that could be recovered to the failure: M4. Idle time is in it.
    pub point_age: Micros,
    /// Records that were replayed.
    pub records: u64,
    /// Bytes of backup and of log that were fetched, of the real database.
    pub backup_bytes: u64,
    pub log_bytes: u64,
    /// Whether the look through the recovered server found nothing wrong; `None` if nobody looked.
    pub passed: Option<bool>,
    /// Invariants that do not hold: M5.
    pub divergence: u32,
}

impl Recovered {
    /// From the failure to a server that takes connections, and is known to be right if the policy wants that.
    pub fn rto(&self) -> Micros {
        self.parts.iter().fold(Micros::ZERO, |sum, part| sum + *part)
    }

    /// From the request to that server: M2.
    pub fn restore_time(&self) -> Micros {
        let before = self.parts[Part::Detect as usize] + self.parts[Part::Decide as usize];
        self.rto() - before
    }

    pub fn part(&self, part: Part) -> Micros {
        self.parts[part as usize]
    }
}

/// What came of a disaster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When it failed, and when the recovery was asked for.
    pub failed: Micros,
    pub asked: Micros,
    /// Or why nothing could be recovered: the code of the failure.
    pub outcome: Result<Recovered, String>,
    /// The most commits at one instant, of the real database: so many a time target cannot tell apart.
    pub granularity: u64,
}

/// How a disaster was timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timing {
    pub failed: Micros,
    pub asked: Micros,
    /// Commits after this are nobody's loss: the server was known to be the wrong one.
    pub until: Micros,
    pub detect: Micros,
    /// One commit stands for so many.
    pub factor: u64,
}

impl Reading {
    /// What a cluster tells whose recovery is over.
    pub(super) fn of(cluster: &Cluster, commits: &Commits, policy: &Policy, timing: Timing) -> Reading {
        let Timing { failed, asked, until, .. } = timing;
        let all = commits.acknowledged();
        let counted = &all[..all.partition_point(|commit| commit.at <= until)];
        let granularity = most_together(counted).saturating_mul(timing.factor);
        let outcome = match cluster.recovery().and_then(|recovery| recovery.outcome()) {
            None => Err("no_recovery".to_owned()),
            Some(Err(failure)) => Err(failure.code().to_owned()),
            Some(Ok(report)) => Ok(recovered(report, counted, policy, timing, cluster.settings().scale)),
        };
        Reading { failed, asked, outcome, granularity }
    }
}

fn recovered(report: &Report, counted: &[Acknowledged], policy: &Policy, timing: Timing, scale: u64) -> Recovered {
    let mut parts = [Micros::ZERO; 7];
    parts[Part::Detect as usize] = timing.detect;
    parts[Part::Decide as usize] = timing.asked - timing.failed - timing.detect;
    for phase in Phase::ALL {
        parts[Part::of(phase) as usize] = report.took[phase as usize];
    }
    if !policy.validate {
        parts[Part::Validate as usize] = Micros::ZERO;
    }
    let kept = counted.iter().rev().find(|commit| commit.lsn < report.fork);
    let end = timing.until;
    Recovered {
        parts,
        loss: loss(counted, report.fork, end, timing.factor, scale),
        point_age: end - kept.map_or(report.began.min(end), |commit| commit.at),
        records: report.records,
        backup_bytes: report.backup_bytes.saturating_mul(scale),
        log_bytes: report.segment_bytes.saturating_mul(scale),
        passed: policy.validate.then(|| report.passed()),
        divergence: report.validation.divergence(),
    }
}

/// The commits whose records do not lie before the end of what was recovered.
fn loss(counted: &[Acknowledged], fork: Lsn, end: Micros, factor: u64, scale: u64) -> Loss {
    let Some(first) = counted.iter().position(|commit| commit.lsn >= fork) else {
        return Loss::default();
    };
    let lost = counted.iter().filter(|commit| commit.lsn >= fork);
    let (count, last) = lost.fold((0, &counted[first]), |(count, _), commit| (count + 1, commit));
    let before = first.checked_sub(1).map_or(counted[first].at, |before| counted[before].at);
    Loss {
        time: end - counted[first].at,
        idle: end - last.at,
        idle_before: counted[first].at - before,
        transactions: factor.saturating_mul(count),
        bytes: last.end.since(fork).saturating_mul(scale),
    }
}

fn most_together(commits: &[Acknowledged]) -> u64 {
    commits.chunk_by(|one, next| one.at == next.at).map(|together| together.len() as u64).max().unwrap_or(0)
}
