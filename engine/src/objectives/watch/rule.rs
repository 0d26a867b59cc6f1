//! What calls an operator, and when.
//!
//! Of the usual alerts those are here that these metrics feed. Somebody is woken by a recovery that failed, by one that was found wrong, and by log that does not come to the
//! archive; a ticket is written for a slow recovery and for a window that is running out. Nobody is called for what recovery costs (M9): it has no usual target.
//!
//! One cause is told once: a rule that goes on holding is one alert, and pages, tables and invariants found wrong in one recovery are one. What a recovery causes that was announced is muted.

use super::gauge::{Gauge, Reading};
use crate::cluster::Settings;
use crate::objectives::metric::Metric;
use crate::types::Micros;

/// What sets an alert off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// M4: commits older than the threshold are not in the archive.
    PointAge,
    /// M1
    RestoreFailed,
    /// M5, M8: what was recovered is wrong: pages, tables or invariants.
    ValidationFailed,
    /// M2: a recovery takes longer than it may.
    SlowRestore,
    /// M6: less of the window can be recovered to than should be.
    WindowRunsOut,
}

impl Rule {
    pub const ALL: [Rule; 5] =
        [Rule::PointAge, Rule::RestoreFailed, Rule::ValidationFailed, Rule::SlowRestore, Rule::WindowRunsOut];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Rule::PointAge => "point_age",
            Rule::RestoreFailed => "restore_failed",
            Rule::ValidationFailed => "validation_failed",
            Rule::SlowRestore => "slow_restore",
            Rule::WindowRunsOut => "window_runs_out",
        }
    }

    /// Whether somebody is woken; else it is a ticket.
    pub fn pages(self) -> bool {
        !matches!(self, Rule::SlowRestore | Rule::WindowRunsOut)
    }

    /// The metrics that feed it.
    pub fn metrics(self) -> &'static [Metric] {
        match self {
            Rule::PointAge => &[Metric::PointAge],
            Rule::RestoreFailed => &[Metric::SuccessRate],
            Rule::ValidationFailed => &[Metric::Divergence, Metric::ValidationRate],
            Rule::SlowRestore => &[Metric::RestoreTime],
            Rule::WindowRunsOut => &[Metric::Coverage],
        }
    }

    /// The gauge that it looks at, and whether it holds above the threshold; else below.
    pub fn watches(self) -> (Gauge, bool) {
        match self {
            Rule::PointAge => (Gauge::PointAge, true),
            Rule::RestoreFailed => (Gauge::Failed, true),
            Rule::ValidationFailed => (Gauge::Invalid, true),
            Rule::SlowRestore => (Gauge::Restoring, true),
            Rule::WindowRunsOut => (Gauge::Coverage, false),
        }
    }

    /// Past which value it holds, in the gauge's unit. Where segments are closed seldom commits are old all the time, and nobody is woken for that.
    pub fn threshold(self, settings: &Settings) -> i64 {
        let target = |metric: Metric| metric.definition().target.unwrap_or(0) as i64;
        match self {
            Rule::PointAge => {
                let timeout = settings.archive_timeout.unwrap_or(Micros::ZERO);
                target(Metric::PointAge).max(timeout.0.saturating_mul(2))
            }
            Rule::SlowRestore => target(Metric::RestoreTime),
            Rule::WindowRunsOut => 900,
            Rule::RestoreFailed | Rule::ValidationFailed => 0,
        }
    }

    /// For how long it must hold before anybody is called.
    pub fn holds_for(self) -> Micros {
        match self {
            Rule::PointAge => Micros::MINUTE,
            Rule::WindowRunsOut => Micros(10 * Micros::MINUTE.0),
            Rule::RestoreFailed | Rule::ValidationFailed | Rule::SlowRestore => Micros::ZERO,
        }
    }

    /// Whether a recovery is its cause.
    fn is_of_recovery(self) -> bool {
        matches!(self, Rule::RestoreFailed | Rule::ValidationFailed | Rule::SlowRestore)
    }
}

/// An alert: from when its rule has held for long enough to when it does not hold any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    pub rule: Rule,
    pub from: Micros,
    /// The first step of the run that is not before that.
    pub step: u32,
    /// `None`: it goes on.
    pub until: Option<(Micros, u32)>,
    /// The worst that was seen, and the threshold.
    pub value: i64,
    pub threshold: i64,
    /// A recovery that was announced is the cause.
    pub muted: bool,
}

/// A rule, and whether it holds.
#[derive(Debug)]
pub(super) struct Watcher {
    rule: Rule,
    threshold: i64,
    since: Option<Micros>,
    /// The alert that it has set off, and that goes on.
    open: Option<Alert>,
}

impl Watcher {
    pub fn new(rule: Rule, settings: &Settings) -> Watcher {
        Watcher { rule, threshold: rule.threshold(settings), since: None, open: None }
    }

    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Looks at what its gauge shows at an instant; an alert that has come to its end is given back.
    pub fn look(&mut self, reading: Reading, now: Micros, step: u32, planned: bool) -> Option<Alert> {
        let (_, above) = self.rule.watches();
        let value = reading.at(now);
        let holds = value.is_some_and(|value| if above { value > self.threshold } else { value < self.threshold });
        let Some(value) = value.filter(|_| holds) else {
            self.since = None;
            let over = self.open.take()?;
            return Some(Alert { until: Some((now, step)), ..over });
        };
        // A time that grows passed the threshold some time before it was looked at.
        let passed = match reading {
            Reading::Since(since) => since + Micros(self.threshold + 1),
            _ => now,
        };
        let from = *self.since.get_or_insert(passed) + self.rule.holds_for();
        match &mut self.open {
            Some(alert) => alert.value = if above { alert.value.max(value) } else { alert.value.min(value) },
            None if from <= now => {
                let (rule, threshold) = (self.rule, self.threshold);
                let muted = planned && rule.is_of_recovery();
                self.open = Some(Alert { rule, from, step, until: None, value, threshold, muted });
            }
            None => {}
        }
        None
    }

    /// The alert that goes on.
    pub fn goes_on(&self) -> Option<Alert> {
        self.open
    }
}
