//! A point in numbers alone: what charts draw and conclusions are drawn from, without the runs behind it.

use super::expected::Expected;
use super::history::Grain;
use super::metric::Metric;
use super::plan::Plan;
use super::point::{Point, Spread};
use crate::archive::StoreVolume;
use crate::types::Micros;

/// What is said of a policy in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The number of the point.
    pub number: u32,
    /// Of the plan's axes.
    pub values: Vec<i64>,
    /// Runs that are in it; a point of fewer than all of them is a first look.
    pub runs: u32,
    pub recovered: u32,
    /// Why the others were not: the code, and in how many runs.
    pub failures: Vec<(String, u32)>,
    /// In the order of [`Metric::ALL`], those that have a value.
    pub measures: Vec<Measured>,
    /// How far back anybody may want to go, and how much of that can be recovered to.
    pub window: Option<(Micros, Micros)>,
    /// What lies where.
    pub volumes: Vec<StoreVolume>,
    /// Of the histories for recovery times, for losses and for what is stored: how coarse they were.
    pub grains: [Option<Grain>; 3],
    /// Recoveries that were run, and the records that they replayed.
    pub recoveries: u32,
    pub records: u64,
}

/// A metric's numbers, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub metric: Metric,
    pub value: u64,
    /// Over the runs, if it is theirs.
    pub spread: Option<Spread>,
    pub expected: Option<Expected>,
    /// By how much it may be off since the history was scaled down.
    pub error: u64,
}

impl Point {
    /// Its numbers.
    pub fn summary(&self, plan: &Plan) -> Summary {
        let measured = |metric: Metric| {
            Some(Measured {
                metric,
                value: self.value(metric)?,
                spread: self.spread(metric, None),
                expected: self.expected(plan, metric),
                error: self.error(plan, metric),
            })
        };
        let (recoveries, records) = self.work();
        Summary {
            number: self.number,
            values: self.values.clone(),
            runs: self.runs.len() as u32,
            recovered: self.recovered() as u32,
            failures: self.failures(),
            measures: Metric::ALL.into_iter().filter_map(measured).collect(),
            window: self.keeping.as_ref().map(|keeping| (keeping.window, keeping.held)),
            volumes: self.keeping.as_ref().map(|keeping| keeping.volumes.clone()).unwrap_or_default(),
            grains: [Metric::Rto, Metric::Rpo, Metric::Cost].map(|metric| self.grain(metric)),
            recoveries,
            records,
        }
    }
}

impl Summary {
    pub fn measured(&self, metric: Metric) -> Option<&Measured> {
        self.measures.iter().find(|measured| measured.metric == metric)
    }

    /// A metric's one number.
    pub fn value(&self, metric: Metric) -> Option<u64> {
        self.measured(metric).map(|measured| measured.value)
    }

    /// The worst of its runs; the policy's own number where it has one.
    pub fn worst(&self, metric: Metric) -> Option<u64> {
        let measured = self.measured(metric)?;
        Some(measured.spread.map_or(measured.value, |spread| spread.worst.0))
    }

    /// Whether every run was recovered.
    pub fn is_sound(&self) -> bool {
        self.recovered == self.runs
    }
}
