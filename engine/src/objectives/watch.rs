//! An operator's view of a cluster that lives through a disaster: gauges over time, the alerts that they set off, and the boards on which they stand.
//!
//! Of the usual alerts those are here that these metrics feed. Somebody is woken by a validation that failed, by a recovery that failed, and by log that does not come to the archive;
//! a ticket is written for a slow recovery and for a window that is running out. One cause is told once: a rule that goes on firing is one alert, and what a planned recovery
//! causes is muted.

use super::keeping::held;
use super::metric::Metric;
use super::plan::{Lived, Plan, Sweeper};
use super::policy::Policy;
use super::timeline::Timeline;
use crate::script::{Script, parse};
use crate::types::Micros;

/// Something that is read off a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gauge {
    /// M4: how old the oldest commit is that is not in the archive, in microseconds.
    PointAge,
    /// M6: thousandths of the window, as far as the database is that old.
    Coverage,
    /// Recoveries that run, since when, and those that have ended well or not.
    Restoring,
    RestoreTime,
    Restored,
    Failed,
    /// M8, M5: recoveries found wrong, invariants that do not hold.
    Invalid,
    Divergence,
    /// Backups that are complete; segments that wait to be archived; bytes that lie in the stores.
    Backups,
    Backlog,
    Stored,
    /// Records that the recovery has replayed.
    Replayed,
}

impl Gauge {
    pub const ALL: [Gauge; 12] = [
        Gauge::PointAge,
        Gauge::Coverage,
        Gauge::Restoring,
        Gauge::RestoreTime,
        Gauge::Restored,
        Gauge::Failed,
        Gauge::Invalid,
        Gauge::Divergence,
        Gauge::Backups,
        Gauge::Backlog,
        Gauge::Stored,
        Gauge::Replayed,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Gauge::PointAge => "point_age",
            Gauge::Coverage => "coverage",
            Gauge::Restoring => "restoring",
            Gauge::RestoreTime => "restore_time",
            Gauge::Restored => "restored",
            Gauge::Failed => "failed",
            Gauge::Invalid => "invalid",
            Gauge::Divergence => "divergence",
            Gauge::Backups => "backups",
            Gauge::Backlog => "backlog",
            Gauge::Stored => "stored",
            Gauge::Replayed => "replayed",
        }
    }
}

/// A dashboard: its stable name, and the gauges on it.
pub const BOARDS: [(&str, &[Gauge]); 3] = [
    ("executive", &[Gauge::Restored, Gauge::Failed, Gauge::RestoreTime, Gauge::Coverage, Gauge::Stored]),
    ("on_call", &[Gauge::Restoring, Gauge::RestoreTime, Gauge::Invalid, Gauge::PointAge]),
    ("debug", &[Gauge::Backups, Gauge::Backlog, Gauge::Replayed, Gauge::Divergence, Gauge::Failed]),
];

/// What the gauges show at an instant, in the order of [`Gauge::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub at: Micros,
    pub gauges: [i64; 12],
}

impl Look {
    pub fn read(&self, gauge: Gauge) -> i64 {
        self.gauges[gauge as usize]
    }

    /// Looks at a cluster whose database is there since `begin`.
    fn at(timeline: &Timeline, policy: &Policy, begin: Micros) -> Look {
        let cluster = timeline.cluster();
        let now = cluster.now();
        let archived = archived_to(timeline);
        let waits = timeline.commits().acknowledged().iter().find(|commit| commit.end > archived);
        let recovery = cluster.recovery();
        let outcome = recovery.and_then(|recovery| recovery.outcome());
        let report = outcome.and_then(Result::ok);
        let age = now - begin;
        let wanted = policy.window().min(age);
        // In its first hours a database has no past to go back to.
        let lag = Micros(policy.segment_every().0.saturating_mul(20));
        let covers = || i128::from(held(cluster, wanted).0) * 1000 / i128::from(wanted.0.max(1));
        let stored = cluster.storage().iter().map(crate::StoreVolume::bytes).sum::<u64>();
        let took = report.map_or_else(|| recovery.map_or(0, |recovery| (now - recovery.began()).0), |it| it.rto().0);
        Look {
            at: now,
            gauges: [
                waits.map_or(0, |commit| (now - commit.at).0),
                if wanted > lag { covers() as i64 } else { 1000 },
                i64::from(recovery.is_some() && outcome.is_none()),
                if matches!(outcome, Some(Err(_))) { 0 } else { took },
                i64::from(report.is_some()),
                i64::from(matches!(outcome, Some(Err(_)))),
                report.map_or(0, |report| i64::from(!report.passed())),
                report.map_or(0, |report| report.validation.divergence().into()),
                cluster.backups().catalog().len() as i64,
                cluster.archive_backlog() as i64,
                i64::try_from(stored).unwrap_or(i64::MAX),
                recovery.map_or(0, |recovery| recovery.replayed().0 as i64),
            ],
        }
    }
}

/// Up to where log has come to the archive, in whole segments or as a stream.
fn archived_to(timeline: &Timeline) -> crate::types::Lsn {
    let cluster = timeline.cluster();
    let size = cluster.settings().segment;
    let whole = cluster.archive().segments().map(|(_, segment, _)| size.start_of(segment.next())).max();
    let streamed = timeline.commits().streamed_to();
    whole.into_iter().chain(streamed).max().unwrap_or(crate::types::Lsn::ZERO)
}

/// What sets an alert off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Commits older than the threshold are not in the archive.
    PointAge,
    RestoreFailed,
    /// What was recovered is wrong: pages, tables or invariants.
    ValidationFailed,
    SlowRestore,
    /// Less of the window can be recovered to than should be.
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

    /// The gauge that it looks at, and whether it fires above the threshold; else below.
    pub fn watches(self) -> (Gauge, bool) {
        match self {
            Rule::PointAge => (Gauge::PointAge, true),
            Rule::RestoreFailed => (Gauge::Failed, true),
            Rule::ValidationFailed => (Gauge::Invalid, true),
            Rule::SlowRestore => (Gauge::RestoreTime, true),
            Rule::WindowRunsOut => (Gauge::Coverage, false),
        }
    }

    /// Past which value it fires. A policy that closes a segment seldom has old commits all the time, and is not woken for that.
    pub fn threshold(self, policy: &Policy) -> i64 {
        let target = |metric: Metric| metric.definition().target.unwrap_or(0) as i64;
        match self {
            Rule::PointAge => target(Metric::PointAge).max(policy.segment_every().0.saturating_mul(2)),
            Rule::SlowRestore => target(Metric::RestoreTime),
            Rule::WindowRunsOut => 900,
            Rule::RestoreFailed | Rule::ValidationFailed => 0,
        }
    }
}

/// An alert: from the first look at which its rule held to the first at which it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    pub rule: Rule,
    pub from: Micros,
    /// `None`: it goes on.
    pub until: Option<Micros>,
    /// The worst that was seen, and the threshold.
    pub value: i64,
    pub threshold: i64,
    /// A planned recovery is the cause.
    pub muted: bool,
}

/// The alerts that a series of looks sets off. In `planned` somebody recovers on purpose: what a recovery causes then wakes nobody.
pub fn alerts(policy: &Policy, looks: &[Look], planned: Option<(Micros, Micros)>) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = Vec::new();
    for look in looks {
        for rule in Rule::ALL {
            let ((gauge, above), threshold) = (rule.watches(), rule.threshold(policy));
            let value = look.read(gauge);
            let fires = if above { value > threshold } else { value < threshold };
            let open = alerts.iter_mut().find(|alert| alert.rule == rule && alert.until.is_none());
            match (open, fires) {
                (Some(alert), true) => {
                    alert.value = if above { alert.value.max(value) } else { alert.value.min(value) };
                }
                (Some(alert), false) => alert.until = Some(look.at),
                (None, true) => {
                    let is_planned = planned.is_some_and(|(from, until)| (from..=until).contains(&look.at));
                    let muted = is_planned && !matches!(rule, Rule::PointAge | Rule::WindowRunsOut);
                    alerts.push(Alert { rule, from: look.at, until: None, value, threshold, muted });
                }
                (None, false) => {}
            }
        }
    }
    alerts
}

/// Looks at a disaster's run from a while before the failure to a while after the recovery.
pub fn watch(policy: &Policy, lived: &Lived, looks: u32) -> Vec<Look> {
    let Ok(script) = parse(&lived.script) else {
        return Vec::new();
    };
    let (failed, asked) = (lived.reading.failed, lived.reading.asked);
    let took = lived.reading.outcome.as_ref().map_or(Micros::ZERO, |recovered| recovered.restore_time());
    let before = Micros(policy.segment_every().0.saturating_mul(30)).max(asked - failed);
    let (from, to) = (failed - before, asked + took + Micros::MINUTE);
    watch_script(policy, script, from, to, looks)
}

/// Looks at a script's run that many times, from one instant to another.
pub fn watch_script(policy: &Policy, script: Script, from: Micros, to: Micros, looks: u32) -> Vec<Look> {
    let begin = script.settings.date;
    let mut timeline = Timeline::of(script);
    let step = Micros(((to - from).0 / i64::from(looks.max(2) - 1)).max(1));
    let instants = (0..looks).map(|look| from.max(begin) + Micros(step.0.saturating_mul(look.into())));
    let look = |at| {
        timeline.run_to(at);
        Look::at(&timeline, policy, begin)
    };
    instants.map(look).collect()
}

/// A disaster of a policy, to be watched: the first run of a plan of its own.
pub fn to_watch(plan: &Plan) -> Option<Lived> {
    let plan = Plan { time: true, loss: false, keep: false, ..plan.clone() };
    Sweeper::new(plan, 0..1).next_run()?.time
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objectives::{Disaster, Preset};

    fn seen(policy: Policy, disaster: Disaster) -> (Vec<Look>, Vec<Rule>) {
        let plan = Plan { disasters: vec![disaster], failures: 1, coarser: 2, ..Plan::of(policy.clone(), 7) };
        let lived = to_watch(&plan).expect("is lived");
        let looks = watch(&policy, &lived, 60);
        let mut rules: Vec<Rule> = alerts(&policy, &looks, None).iter().map(|alert| alert.rule).collect();
        rules.sort_unstable();
        (looks, rules)
    }

    /// A shop whose commits are near one another also when they are scaled down.
    fn dense() -> Policy {
        let mut policy = Preset::Server.policy();
        policy.shape.database_bytes = 200_000_000;
        policy.settings.backup_every = Some(Micros(2 * Micros::HOUR.0));
        policy.decide = Micros::MINUTE;
        policy
    }

    #[test]
    fn a_stalled_archive_wakes_somebody_and_a_healthy_one_nobody() {
        let stalled = Disaster::ArchiveStalled { since: Micros(40 * Micros::MINUTE.0) };
        let (looks, rules) = seen(dense(), stalled);
        // What is not in the archive is missing from the window, too.
        assert!(rules.iter().all(|rule| matches!(rule, Rule::PointAge | Rule::WindowRunsOut)), "{looks:?}");
        let all = alerts(&dense(), &looks, None);
        let fired = all.iter().find(|alert| alert.rule == Rule::PointAge).expect("somebody is woken");
        assert!(fired.rule.pages() && fired.value > fired.threshold);
        // It is noticed before the primary is lost: that is what the alert is for.
        let lost = looks.iter().position(|look| look.read(Gauge::Restoring) == 1).expect("it is recovered");
        assert!(fired.from < looks[lost].at - dense().detect);
        let (looks, rules) = seen(dense(), Disaster::WrongDelete { noticed: Micros(5 * Micros::MINUTE.0) });
        assert_eq!(rules, [], "{looks:?}");
    }

    #[test]
    fn a_recovery_that_fails_wakes_somebody_and_a_slow_one_writes_a_ticket() {
        let mut sealed = dense();
        sealed.settings.archiving.encryption = true;
        let (looks, rules) = seen(sealed, Disaster::KeyLost);
        assert!(rules.contains(&Rule::RestoreFailed), "{rules:?}");
        assert_eq!(looks[looks.len() - 1].read(Gauge::Failed), 1);
        let mut slow = dense();
        slow.settings.devices.backup_store.bytes_per_second = 40_000;
        let delete = Disaster::WrongDelete { noticed: Micros(5 * Micros::MINUTE.0) };
        let (looks, rules) = seen(slow.clone(), delete);
        assert!(rules.contains(&Rule::SlowRestore) && !Rule::SlowRestore.pages(), "{rules:?}");
        // In a drill that was planned it is seen, and muted.
        let planned = Some((looks[0].at, looks[looks.len() - 1].at));
        let muted = alerts(&slow, &looks, planned);
        assert!(muted.iter().any(|alert| alert.rule == Rule::SlowRestore && alert.muted));
    }

    #[test]
    fn an_alert_is_told_once_and_ends() {
        let look = |at: i64, coverage: i64, invalid: i64| {
            let mut gauges = [0; 12];
            (gauges[Gauge::Coverage as usize], gauges[Gauge::Invalid as usize]) = (coverage, invalid);
            Look { at: Micros(at), gauges }
        };
        let looks = [look(1, 1000, 0), look(2, 850, 0), look(3, 700, 1), look(4, 950, 1), look(5, 899, 1)];
        let fired = alerts(&Preset::Server.policy(), &looks, None);
        let of = |rule: Rule| fired.iter().filter(|alert| alert.rule == rule).copied().collect::<Vec<_>>();
        let window = of(Rule::WindowRunsOut);
        assert_eq!(window.len(), 2);
        assert_eq!((window[0].from, window[0].until, window[0].value), (Micros(2), Some(Micros(4)), 700));
        assert_eq!((window[1].from, window[1].until), (Micros(5), None));
        assert_eq!(of(Rule::ValidationFailed).len(), 1);
        assert!(of(Rule::ValidationFailed)[0].rule.pages());
    }

    #[test]
    fn every_gauge_stands_on_a_board() {
        for (index, gauge) in Gauge::ALL.into_iter().enumerate() {
            assert_eq!(gauge as usize, index);
            assert!(BOARDS.iter().any(|(_, gauges)| gauges.contains(&gauge)), "{}", gauge.name());
        }
    }
}
