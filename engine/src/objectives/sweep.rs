//! A sweep: policy after policy, failure after failure, one recovery at a time.

use super::measure::{Outcome, run_script};
use super::policies::{cycle_begin, failure, policies, settings};
use super::spread::spread;
use super::textbook::{CalmDay, Expectation};
use crate::types::Micros;

/// Failures of each policy: one in every ninth of its cycle. An odd number, so that the median is one of them.
pub const RUNS_PER_POINT: u32 = 9;

/// What is measured against what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SweepKind {
    /// Time to recover, against the time between base backups.
    RtoAgainstCadence,
    /// Data lost, in time, against the archive timeout.
    RpoAgainstInterval,
}

/// What a sweep will hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepHead {
    pub kind: SweepKind,
    pub points: u32,
    /// The policies of the first and the last point.
    pub first: Micros,
    pub last: Micros,
    pub runs_per_point: u32,
    /// That of all its runs.
    pub scale: u64,
    pub seed: u64,
}

/// One policy, several failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepPoint {
    /// The cadence or the archive timeout.
    pub policy: Micros,
    pub median: Micros,
    pub worst: Micros,
    /// What the textbook expects of them.
    pub textbook_median: Micros,
    pub textbook_worst: Micros,
    /// The scripts of the very runs whose results `median` and `worst` are.
    pub median_script: String,
    pub worst_script: String,
}

/// What came of asking for the next run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepStep {
    /// A recovery is done, its point is not.
    Ran,
    /// That was the last failure of a policy.
    Point(SweepPoint),
    /// There are no more.
    Done,
}

/// A sweep under way.
#[derive(Debug, Clone)]
pub struct Sweep {
    kind: SweepKind,
    seed: u64,
    /// Which policy is being tried.
    policy: usize,
    /// Its failures so far: the result, and which failure it was.
    results: Vec<(Micros, u32)>,
    tried: u32,
    recoveries: u32,
    calm: Option<CalmDay>,
}

impl Sweep {
    /// A sweep that has not run anything yet.
    pub fn new(kind: SweepKind, seed: u64) -> Sweep {
        Sweep { kind, seed, policy: 0, results: Vec::new(), tried: 0, recoveries: 0, calm: None }
    }

    /// What it will hold.
    pub fn head(&self) -> SweepHead {
        let policies = policies(self.kind);
        let first = policies.first().copied().unwrap_or_default();
        SweepHead {
            kind: self.kind,
            points: policies.len() as u32,
            first,
            last: policies.last().copied().unwrap_or_default(),
            runs_per_point: RUNS_PER_POINT,
            scale: settings(self.kind, first, self.seed).scale,
            seed: self.seed,
        }
    }

    /// Recoveries that have been run.
    pub fn recoveries(&self) -> u32 {
        self.recoveries
    }

    /// Loses the primary once more and recovers it.
    pub fn next_run(&mut self) -> SweepStep {
        let Some(policy) = policies(self.kind).get(self.policy).copied() else {
            return SweepStep::Done;
        };
        if self.tried < RUNS_PER_POINT {
            let script = failure(self.kind, policy, self.seed, self.failure_time(policy, self.tried));
            let outcome = run_script(&script).ok().map(|run| Outcome::of(&run));
            // A policy under which nothing can be recovered would have no point; none of these is like that, which a test shows.
            if let Some(Ok(outcome)) = outcome {
                self.results.push((self.measured(&outcome), self.tried));
            }
            self.tried += 1;
            self.recoveries += 1;
        }
        if self.tried < RUNS_PER_POINT {
            return SweepStep::Ran;
        }
        let point = self.point(policy);
        self.policy += 1;
        self.tried = 0;
        self.results.clear();
        point.map_or(SweepStep::Ran, SweepStep::Point)
    }

    fn measured(&self, outcome: &Outcome) -> Micros {
        match self.kind {
            SweepKind::RtoAgainstCadence => outcome.rto,
            SweepKind::RpoAgainstInterval => outcome.rpo,
        }
    }

    fn point(&mut self, policy: Micros) -> Option<SweepPoint> {
        self.results.sort_unstable();
        let (median, median_run) = *self.results.get(self.results.len() / 2)?;
        let (worst, worst_run) = *self.results.last()?;
        let Expectation { median: textbook_median, worst: textbook_worst } = self.textbook(policy);
        let script = |run| failure(self.kind, policy, self.seed, self.failure_time(policy, run)).to_string();
        let (median_script, worst_script) = (script(median_run), script(worst_run));
        Some(SweepPoint { policy, median, worst, textbook_median, textbook_worst, median_script, worst_script })
    }

    fn textbook(&mut self, policy: Micros) -> Expectation {
        match self.kind {
            SweepKind::RtoAgainstCadence => {
                let seed = self.seed;
                self.calm.get_or_insert_with(|| CalmDay::watch(seed)).rto(policy)
            }
            SweepKind::RpoAgainstInterval => Expectation::rpo(&settings(self.kind, policy, self.seed), policy),
        }
    }

    /// When a failure comes, from the first base backup on, in whole milliseconds.
    fn failure_time(&self, policy: Micros, run: u32) -> Micros {
        let begin = cycle_begin(self.kind, policy);
        spread(begin, policy, RUNS_PER_POINT, self.seed ^ policy.0.unsigned_abs(), run)
    }
}
