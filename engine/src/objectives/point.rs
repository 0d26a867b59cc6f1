//! What all runs of one policy come to: a point of a chart, with the runs behind it.

use super::disaster::Disaster;
use super::expected::Expected;
use super::history::Grain;
use super::keeping::Keeping;
use super::metric::Metric;
use super::plan::{Plan, RunResult};

/// Median, 95th percentile and worst, each with the number of the very run that it is the value of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub median: (u64, u32),
    pub p95: (u64, u32),
    pub worst: (u64, u32),
    pub runs: u32,
}

impl Spread {
    /// By nearest rank: each is one of the values. Values that are equal stand in the order of their runs.
    pub fn of(values: impl IntoIterator<Item = (u64, u32)>) -> Option<Spread> {
        let mut values: Vec<(u64, u32)> = values.into_iter().collect();
        values.sort_unstable();
        let count = values.len();
        let rank = (count * 95).div_ceil(100).saturating_sub(1);
        Some(Spread {
            median: *values.get(count / 2)?,
            p95: *values.get(rank)?,
            worst: *values.last()?,
            runs: count as u32,
        })
    }
}

/// A policy, measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub number: u32,
    /// Of the plan's axes.
    pub values: Vec<i64>,
    pub runs: Vec<RunResult>,
    pub keeping: Option<Keeping>,
}

impl Point {
    /// The point that runs belong to, in any order; `None` until all of them are there.
    pub fn of(plan: &Plan, number: u32, runs: &[RunResult]) -> Option<Point> {
        Point::so_far(plan, number, runs).filter(|point| point.runs.len() as u32 == plan.runs_per_point())
    }

    /// The same as far as it has come; `None` until there is a run.
    pub fn so_far(plan: &Plan, number: u32, runs: &[RunResult]) -> Option<Point> {
        let mut runs: Vec<RunResult> = runs.iter().filter(|run| run.point == number).cloned().collect();
        runs.sort_by_key(|run| run.number);
        runs.dedup_by_key(|run| run.number);
        if runs.is_empty() {
            return None;
        }
        let keeping = runs.iter().find_map(|run| run.keeping.clone());
        Some(Point { number, values: plan.values(number), runs, keeping })
    }

    /// How a metric is spread over the runs of a kind of disaster, or of all.
    pub fn spread(&self, metric: Metric, of: Option<u32>) -> Option<Spread> {
        let runs = self.runs.iter().filter(|run| of.is_none_or(|of| run.disaster == of));
        Spread::of(runs.filter_map(|run| Some((metric.of_run(run)?, run.number))))
    }

    /// A metric's one number: the policy's own, or the median of its runs.
    pub fn value(&self, metric: Metric) -> Option<u64> {
        let keeping = self.keeping.as_ref();
        match metric {
            Metric::SuccessRate => Some(share(self.recovered(), self.runs.len() as u64)),
            Metric::ValidationRate => {
                let looked = self.runs.iter().filter_map(|run| {
                    let lived = Metric::Rto.lived(run)?;
                    lived.reading.outcome.as_ref().ok()?.passed
                });
                let (all, passed) = looked.fold((0, 0), |(all, passed), did| (all + 1, passed + u64::from(did)));
                (all > 0).then(|| share(passed, all))
            }
            Metric::Coverage => keeping.map(Keeping::coverage_thousandths),
            Metric::CostPerGb => keeping.map(Keeping::micro_dollars_per_gb),
            Metric::Storage => keeping.map(Keeping::bytes),
            Metric::Cost => keeping.map(|keeping| keeping.micro_dollars),
            _ => self.spread(metric, None).map(|spread| spread.median.0),
        }
    }

    /// The worst of its runs; the policy's own number where it has one.
    pub fn worst(&self, metric: Metric) -> Option<u64> {
        if metric.is_of_policy() {
            return self.value(metric);
        }
        self.spread(metric, None).map(|spread| spread.worst.0)
    }

    /// Runs that came to their end.
    pub fn recovered(&self) -> u64 {
        let is_recovered = |run: &&RunResult| Metric::Rto.lived(run).is_some_and(|it| it.reading.outcome.is_ok());
        self.runs.iter().filter(is_recovered).count() as u64
    }

    /// The failures of the others: the code, and in how many runs.
    pub fn failures(&self) -> Vec<(String, u32)> {
        let mut failures: Vec<(String, u32)> = Vec::new();
        for run in &self.runs {
            let failure = Metric::Rto.lived(run).and_then(|lived| lived.reading.outcome.as_ref().err());
            let Some(why) = failure else { continue };
            match failures.iter_mut().find(|(known, _)| known == why) {
                Some((_, count)) => *count += 1,
                None => failures.push((why.clone(), 1)),
            }
        }
        failures
    }

    /// How coarse the history was from which a metric is read.
    pub fn grain(&self, metric: Metric) -> Option<Grain> {
        if metric.is_of_policy() {
            return self.keeping.as_ref().map(|keeping| keeping.grain);
        }
        self.runs.iter().find_map(|run| Some(metric.lived(run)?.grain))
    }

    /// By how much a metric may be off for that, in its unit; 0 for those that are shares of runs or counts.
    pub fn error(&self, plan: &Plan, metric: Metric) -> u64 {
        if let Some(keeping) = self.keeping.as_ref().filter(|_| metric.is_of_policy()) {
            return keeping.error(&plan.policy(self.number), metric);
        }
        let Some(grain) = self.grain(metric) else { return 0 };
        let error = match metric {
            Metric::Rpo | Metric::PointAge => grain.loss_error(),
            Metric::Rto | Metric::RestoreTime | Metric::Of(_) => grain.time_error(&plan.policy(self.number).settings),
            _ => return 0,
        };
        error.0.max(0).unsigned_abs()
    }

    /// What the textbook expects where nothing else goes wrong than the loss of the primary.
    pub fn expected(&self, plan: &Plan, metric: Metric) -> Option<Expected> {
        let usual = plan.disasters.iter().all(|disaster| *disaster == Disaster::LosePrimary);
        usual.then(|| Expected::of(&plan.policy(self.number), metric)).flatten()
    }

    /// Recoveries and the records that they replayed.
    pub fn work(&self) -> (u32, u64) {
        let lived = self.runs.iter().flat_map(RunResult::lived);
        lived.fold((0, 0), |(count, records), lived| {
            let replayed = lived.reading.outcome.as_ref().map_or(0, |recovered| recovered.records);
            (count + 1, records + replayed)
        })
    }
}

fn share(part: u64, whole: u64) -> u64 {
    part.saturating_mul(1000) / whole.max(1)
}
