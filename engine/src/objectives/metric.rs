//! What is measured, as data: what each metric is called, counted in, wanted to be, and what a textbook says of it.

use super::plan::{Lived, RunResult};
use super::reading::{Part, Recovered};

/// What a metric is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds of the virtual clock.
    Time,
    Bytes,
    Count,
    /// Thousandths of a whole.
    Thousandths,
    /// Millionths of a dollar: a month, or a month and GB.
    MicroDollars,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Lower,
    Higher,
}

/// A quantity that is measured of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// From the failure to a server that takes connections; its parts are [`Part`].
    Rto,
    Of(Part),
    /// Committed and acknowledged work that is lost: in time, commits, bytes of log.
    Rpo,
    LostTransactions,
    LostBytes,
    /// M1
    SuccessRate,
    /// M2
    RestoreTime,
    /// M4
    PointAge,
    /// M5
    Divergence,
    /// M6
    Coverage,
    /// M8
    ValidationRate,
    /// M9
    CostPerGb,
    Storage,
    Cost,
    Granularity,
}

/// What is to be said of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// Its stable name.
    pub id: &'static str,
    /// Its number among the metrics of recovery, 1 to 10, if it has one.
    pub number: Option<u8>,
    pub unit: Unit,
    pub better: Direction,
    /// What it should be at most, or at least, where there is a usual answer.
    pub target: Option<u64>,
    /// What a textbook expects, in the policy's own words; empty if it expects nothing but the definition.
    pub formula: &'static str,
    /// Where that is from.
    pub source: &'static str,
}

const MANUAL: &str = "PostgreSQL manual, \"Continuous Archiving and Point-in-Time Recovery\"";
const SRE: &str = "Beyer et al., \"Site Reliability Engineering\" (2016), chapter 26";
const PRICES: &str = "list prices of the size that large providers ask, see the kinds of stores";

impl Metric {
    pub const ALL: [Metric; 21] = [
        Metric::Rto,
        Metric::Of(Part::Detect),
        Metric::Of(Part::Decide),
        Metric::Of(Part::FetchBackup),
        Metric::Of(Part::FetchLog),
        Metric::Of(Part::Redo),
        Metric::Of(Part::Validate),
        Metric::Of(Part::Switch),
        Metric::Rpo,
        Metric::LostTransactions,
        Metric::LostBytes,
        Metric::SuccessRate,
        Metric::RestoreTime,
        Metric::PointAge,
        Metric::Divergence,
        Metric::Coverage,
        Metric::ValidationRate,
        Metric::CostPerGb,
        Metric::Storage,
        Metric::Cost,
        Metric::Granularity,
    ];

    /// The metric with a stable name.
    pub fn named(id: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.definition().id == id)
    }

    /// What is to be said of it.
    pub fn definition(self) -> Definition {
        use Direction::{Higher, Lower};
        let of = |id, number, unit, better, target, formula, source| Definition {
            id,
            number,
            unit,
            better,
            target,
            formula,
            source,
        };
        let (minute, hour) = (60_000_000, 3_600_000_000);
        match self {
            Metric::Rto => of(
                "rto",
                None,
                Unit::Time,
                Lower,
                Some(hour),
                "detect + decide + database / backup store + log(age) / archive store + log(age) / redo + promote + database / validate; age = cadence / 2, at worst cadence",
                SRE,
            ),
            Metric::Of(part) => of(part.name(), None, Unit::Time, Lower, None, "", ""),
            Metric::Rpo => of(
                "rpo",
                None,
                Unit::Time,
                Lower,
                Some(5 * minute),
                "archive timeout / 2 + shipping, at worst archive timeout + shipping; streaming: the delay",
                MANUAL,
            ),
            Metric::LostTransactions => of(
                "lost_transactions",
                None,
                Unit::Count,
                Lower,
                Some(0),
                "the loss in time / the time between commits",
                "",
            ),
            Metric::LostBytes => {
                of("lost_bytes", None, Unit::Bytes, Lower, Some(0), "the loss in time * the rate of the log", "")
            }
            Metric::SuccessRate => {
                of("success_rate", Some(1), Unit::Thousandths, Higher, Some(990), "successes / attempts", SRE)
            }
            Metric::RestoreTime => {
                of("restore_time", Some(2), Unit::Time, Lower, Some(hour), "the recovery time without its people", SRE)
            }
            Metric::PointAge => of(
                "point_age",
                Some(4),
                Unit::Time,
                Lower,
                Some(5 * minute),
                "archive timeout / 2 + shipping + the time between commits",
                MANUAL,
            ),
            Metric::Divergence => of("divergence", Some(5), Unit::Count, Lower, Some(0), "failed invariants", ""),
            Metric::Coverage => of(
                "coverage",
                Some(6),
                Unit::Thousandths,
                Higher,
                Some(1000),
                "what can be recovered to / the retention window",
                MANUAL,
            ),
            Metric::ValidationRate => of(
                "validation_rate",
                Some(8),
                Unit::Thousandths,
                Higher,
                Some(1000),
                "recoveries found right / recoveries looked through",
                SRE,
            ),
            Metric::CostPerGb => of("cost_per_gb", Some(9), Unit::MicroDollars, Lower, None, "cost / database", PRICES),
            Metric::Storage => of(
                "storage",
                None,
                Unit::Bytes,
                Lower,
                None,
                "copies * (backups in the window * database + window * the rate of the log)",
                MANUAL,
            ),
            Metric::Cost => of("cost", None, Unit::MicroDollars, Lower, None, "storage * price, tier by tier", PRICES),
            Metric::Granularity => of("granularity", None, Unit::Count, Lower, Some(1), "commits at one instant", ""),
        }
    }

    /// Whether it has one value a policy, and not one a run.
    pub fn is_of_policy(self) -> bool {
        matches!(
            self,
            Metric::SuccessRate
                | Metric::ValidationRate
                | Metric::Coverage
                | Metric::CostPerGb
                | Metric::Storage
                | Metric::Cost
        )
    }

    /// The recovery of a run that it is read from.
    pub fn lived(self, result: &RunResult) -> Option<&Lived> {
        match self {
            Metric::Rpo | Metric::LostTransactions | Metric::LostBytes | Metric::PointAge | Metric::Granularity => {
                result.of_loss()
            }
            _ => result.time.as_ref().or(result.loss.as_ref()),
        }
    }

    /// What a run comes to; `None` if it was not recovered, or the metric is not one of runs.
    pub fn of_run(self, result: &RunResult) -> Option<u64> {
        let lived = self.lived(result)?;
        let time = |span: crate::types::Micros| span.0.max(0).unsigned_abs();
        let recovered: &Recovered = lived.reading.outcome.as_ref().ok()?;
        Some(match self {
            Metric::Rto => time(recovered.rto()),
            Metric::Of(part) => time(recovered.part(part)),
            Metric::RestoreTime => time(recovered.restore_time()),
            Metric::Rpo => time(recovered.loss.time),
            Metric::LostTransactions => recovered.loss.transactions,
            Metric::LostBytes => recovered.loss.bytes,
            Metric::PointAge => time(recovered.point_age),
            Metric::Divergence => recovered.divergence.into(),
            Metric::Granularity => lived.reading.granularity,
            _ => return None,
        })
    }
}
