//! What is read off a cluster, what it should be, and on which board it stands.

use crate::objectives::metric::{Direction, Metric, Unit};
use crate::types::Micros;

/// Something that is read off a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gauge {
    /// M1: of the recoveries that are over, those that came to their end.
    SuccessRate,
    /// M2: what the last recovery that came to its end took.
    RestoreTime,
    /// M6: of the time that somebody may want to go back to, what can be recovered to.
    Coverage,
    /// M9: what the stores cost a month for each GB of the database.
    CostPerGb,
    /// Bytes that lie in the stores.
    Stored,
    /// How long the recovery that runs has been running.
    Restoring,
    /// Records that the last recovery has replayed.
    Replayed,
    /// Recoveries found wrong, since the last that was found right.
    Invalid,
    /// M8: of the recoveries that were looked through, those found right.
    ValidationRate,
    /// M4: how old the oldest commit is that is not in the archive.
    PointAge,
    /// Segments that wait for the archiver, as far as the server knows.
    Backlog,
    /// Backups that are complete, and those of them that are found damaged when they are read.
    Backups,
    Broken,
    /// Places where the log in the archive cannot be read on, though there is more of it.
    Gaps,
    /// Records that the last recovery has replayed in each second of its replay.
    ReplayRate,
    /// M5: invariants that do not hold in the database that was recovered last.
    Divergence,
    /// Recoveries that failed, since the last that came to its end.
    Failed,
    /// Whatever was reported to have failed so far: statements, tries of the archiver, recoveries.
    Errors,
}

/// What a gauge shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// There is nothing to be read yet.
    Unknown,
    Is(i64),
    /// The time since an instant, in microseconds: it grows while nothing happens.
    Since(Micros),
}

impl Reading {
    /// The number that it shows at an instant.
    pub fn at(self, now: Micros) -> Option<i64> {
        match self {
            Reading::Unknown => None,
            Reading::Is(value) => Some(value),
            Reading::Since(since) => Some((now - since).0.max(0)),
        }
    }
}

/// A dashboard: its stable name, and the gauges on it.
pub const BOARDS: [(&str, &[Gauge]); 3] = [
    ("executive", &[Gauge::SuccessRate, Gauge::RestoreTime, Gauge::Coverage, Gauge::CostPerGb, Gauge::Stored]),
    (
        "on_call",
        &[Gauge::Restoring, Gauge::Replayed, Gauge::Invalid, Gauge::ValidationRate, Gauge::PointAge, Gauge::Backlog],
    ),
    (
        "debug",
        &[
            Gauge::Backups,
            Gauge::Broken,
            Gauge::Gaps,
            Gauge::ReplayRate,
            Gauge::Divergence,
            Gauge::Failed,
            Gauge::Errors,
        ],
    ),
];

impl Gauge {
    pub const ALL: [Gauge; 18] = [
        Gauge::SuccessRate,
        Gauge::RestoreTime,
        Gauge::Coverage,
        Gauge::CostPerGb,
        Gauge::Stored,
        Gauge::Restoring,
        Gauge::Replayed,
        Gauge::Invalid,
        Gauge::ValidationRate,
        Gauge::PointAge,
        Gauge::Backlog,
        Gauge::Backups,
        Gauge::Broken,
        Gauge::Gaps,
        Gauge::ReplayRate,
        Gauge::Divergence,
        Gauge::Failed,
        Gauge::Errors,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Gauge::SuccessRate => "success_rate",
            Gauge::RestoreTime => "restore_time",
            Gauge::Coverage => "coverage",
            Gauge::CostPerGb => "cost_per_gb",
            Gauge::Stored => "stored",
            Gauge::Restoring => "restoring",
            Gauge::Replayed => "replayed",
            Gauge::Invalid => "invalid",
            Gauge::ValidationRate => "validation_rate",
            Gauge::PointAge => "point_age",
            Gauge::Backlog => "backlog",
            Gauge::Backups => "backups",
            Gauge::Broken => "broken",
            Gauge::Gaps => "gaps",
            Gauge::ReplayRate => "replay_rate",
            Gauge::Divergence => "divergence",
            Gauge::Failed => "failed",
            Gauge::Errors => "errors",
        }
    }

    /// The metric of recovery that it is.
    pub fn metric(self) -> Option<Metric> {
        match self {
            Gauge::SuccessRate => Some(Metric::SuccessRate),
            Gauge::RestoreTime => Some(Metric::RestoreTime),
            Gauge::Coverage => Some(Metric::Coverage),
            Gauge::CostPerGb => Some(Metric::CostPerGb),
            Gauge::ValidationRate => Some(Metric::ValidationRate),
            Gauge::PointAge => Some(Metric::PointAge),
            Gauge::Divergence => Some(Metric::Divergence),
            _ => None,
        }
    }

    pub fn unit(self) -> Unit {
        match (self.metric(), self) {
            (Some(metric), _) => metric.definition().unit,
            (None, Gauge::Stored) => Unit::Bytes,
            (None, Gauge::Restoring) => Unit::Time,
            (None, _) => Unit::Count,
        }
    }

    /// What it should be at most, or at least, where there is a usual answer.
    pub fn objective(self) -> Option<(Direction, i64)> {
        match (self.metric(), self) {
            (Some(metric), _) => {
                let definition = metric.definition();
                Some((definition.better, i64::try_from(definition.target?).ok()?))
            }
            (None, Gauge::Restoring) => Gauge::RestoreTime.objective(),
            (None, Gauge::Invalid | Gauge::Broken | Gauge::Gaps | Gauge::Failed) => Some((Direction::Lower, 0)),
            (None, _) => None,
        }
    }
}
