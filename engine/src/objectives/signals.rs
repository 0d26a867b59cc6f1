//! The four signals of a policy, measured together: data loss, recovery time, storage, and how fine a target can cut.

use super::measure::{Outcome, RunFailure, run_script};
use super::spread::spread;
use crate::cluster::{Cluster, Command, EventKind, RecoverySpec, Target};
use crate::run::Run;
use crate::script::{OPERATOR, Script};
use crate::types::{Micros, Xid};
use std::collections::BTreeMap;

/// Failures within the window, one in each ninth of it: odd, so that the median is one of them.
const FAILURES: u32 = 9;

/// What a policy gives, over several failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    /// The worst data loss, in time.
    pub rpo: Micros,
    /// The median recovery time.
    pub rto: Micros,
    /// The most that lay in backups and archive, in bytes times `scale`.
    pub storage: u64,
    /// The most commits at one instant: so many a time target cannot tell apart.
    pub granularity: u32,
}

impl Signals {
    /// Lets a scenario go on until its primary is lost, nine times within a window, and recovers to the end of the archive each time.
    pub fn measure(scenario: &Script, begin: Micros, window: Micros, seed: u64) -> Result<Signals, RunFailure> {
        let mut signals = Signals { rpo: Micros::ZERO, rto: Micros::ZERO, storage: 0, granularity: 0 };
        let mut recovery_times = Vec::new();
        for failure in 0..FAILURES {
            let lost = spread(begin, window, FAILURES, seed, failure);
            let run = run_script(&lost_at(scenario, lost)).map_err(RunFailure::Refused)?;
            let outcome = Outcome::of(&run)?;
            recovery_times.push(outcome.rto);
            signals.rpo = signals.rpo.max(outcome.rpo);
            signals.storage = signals.storage.max(kept_bytes(run.cluster()));
            signals.granularity = signals.granularity.max(commits_together(&run));
        }
        recovery_times.sort_unstable();
        signals.rto = recovery_times.get(recovery_times.len() / 2).copied().unwrap_or_default();
        Ok(signals)
    }
}

/// A scenario whose primary is lost at an instant, and recovered at once as far as the archive goes.
fn lost_at(scenario: &Script, lost: Micros) -> Script {
    let mut script = scenario.clone();
    script.push(lost, OPERATOR, Command::LosePrimary);
    let spec = RecoverySpec::to(Target::End);
    script.push(lost, OPERATOR, Command::Recover(spec));
    script
}

/// Bytes in the backup store and the archive, times `scale`.
fn kept_bytes(cluster: &Cluster) -> u64 {
    let backups: u64 = cluster.backups().iter().map(|(_, backup)| backup.bytes()).sum();
    let log: u64 = cluster.archive().segments().map(|(_, _, segment)| segment.bytes.len() as u64).sum();
    backups.saturating_add(log).saturating_mul(cluster.settings().scale)
}

/// The most commits that a run has at one instant.
fn commits_together(run: &Run) -> u32 {
    let mut commits: BTreeMap<Micros, u32> = BTreeMap::new();
    for event in run.events() {
        if matches!(&event.kind, EventKind::Committed { xid, .. } if *xid != Xid::NONE) {
            *commits.entry(event.at).or_default() += 1;
        }
    }
    commits.into_values().max().unwrap_or(0)
}
