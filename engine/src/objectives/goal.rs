//! A goal, and which policies meet it: answered by runs, and by no formula.

use super::knob::Knob;
use super::metric::Metric;
use super::plan::{Axis, Plan};
use super::summary::Summary;
use crate::types::Micros;

/// What must hold in the worst of the runs. `None`: anything will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Goal {
    pub rto: Option<Micros>,
    pub rpo: Option<Micros>,
    /// Millionths of a dollar a month.
    pub cost: Option<u64>,
}

/// How far a policy is from a goal in one metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    pub metric: Metric,
    pub wanted: u64,
    /// `None`: a run was not recovered.
    pub got: Option<u64>,
}

impl Margin {
    pub fn is_met(&self) -> bool {
        self.got.is_some_and(|got| got <= self.wanted)
    }

    /// By how many thousandths of what was wanted it is better; negative where it is worse.
    pub fn thousandths(&self) -> Option<i64> {
        let (got, wanted) = (i128::from(self.got?), i128::from(self.wanted));
        i64::try_from((wanted - got) * 1000 / wanted.max(1)).ok()
    }
}

/// What is said of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub point: u32,
    /// Of what the goal asks for.
    pub margins: Vec<Margin>,
    /// Millionths of a dollar a month, if that was measured.
    pub cost: Option<u64>,
    /// The knobs in which it differs from the base, with how they stand.
    pub turned: Vec<(Knob, i64)>,
}

impl Judged {
    pub fn meets(&self) -> bool {
        self.margins.iter().all(Margin::is_met)
    }
}

/// The answer to a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Every policy: those that meet the goal first, the cheapest first.
    pub policies: Vec<Judged>,
    /// Of those that meet it and differ from the base in one knob, the cheapest: the knob to turn, and to what. `None` if the base meets it itself, or no single knob does.
    pub cheapest_knob: Option<(Knob, i64, u32)>,
    /// Whether the base meets it; `None` if it was not among the policies.
    pub current: Option<bool>,
}

impl Goal {
    /// Judges every policy of a plan that was measured.
    pub fn judge(&self, plan: &Plan, points: &[Summary]) -> Answer {
        let mut policies: Vec<Judged> = points.iter().map(|point| self.judged(plan, point)).collect();
        let unknown = u64::MAX;
        policies.sort_by_key(|judged| {
            let misses = judged.margins.iter().filter(|margin| !margin.is_met()).count();
            (misses, judged.cost.unwrap_or(unknown), judged.turned.len(), judged.point)
        });
        let current = plan.point_of_base().and_then(|base| policies.iter().find(|judged| judged.point == base));
        let current = current.map(Judged::meets);
        let one_knob = policies.iter().find(|judged| judged.meets() && judged.turned.len() == 1);
        let cheapest_knob = one_knob.filter(|_| current != Some(true));
        let cheapest_knob = cheapest_knob.map(|judged| (judged.turned[0].0, judged.turned[0].1, judged.point));
        Answer { cheapest_knob, policies, current }
    }

    fn judged(&self, plan: &Plan, point: &Summary) -> Judged {
        let all_recovered = point.is_sound();
        let margin = |metric: Metric, wanted: u64| {
            let got = point.worst(metric).filter(|_| all_recovered);
            Margin { metric, wanted, got }
        };
        let time = |span: Micros| span.0.max(0).unsigned_abs();
        let rto = self.rto.map(|wanted| margin(Metric::Rto, time(wanted)));
        let rpo = self.rpo.map(|wanted| margin(Metric::Rpo, time(wanted)));
        let cost = self.cost.map(|wanted| margin(Metric::Cost, wanted));
        let policy = plan.policy(point.number);
        let turned = plan.axes.iter().map(|axis| axis.knob);
        let turned = turned.filter(|knob| knob.read(&policy) != knob.read(&plan.base));
        Judged {
            point: point.number,
            margins: rto.into_iter().chain(rpo).chain(cost).collect(),
            cost: point.value(Metric::Cost),
            turned: turned.map(|knob| (knob, knob.read(&policy))).collect(),
        }
    }
}

impl Plan {
    /// A grid around a policy, itself among it: what may be turned to come nearer to a goal.
    pub fn grid(base: super::Policy, seed: u64) -> Plan {
        let around = |knob: Knob, others: &[i64]| {
            let mut values = vec![knob.read(&base)];
            values.extend(others);
            values.sort_unstable();
            values.dedup();
            Axis { knob, values }
        };
        let hours = |count: i64| count * Micros::HOUR.0;
        let axes = vec![
            around(Knob::Cadence, &[hours(1), hours(6), hours(24)]),
            around(Knob::ArchiveTimeout, &[Micros::MINUTE.0, 15 * Micros::MINUTE.0]),
            around(Knob::Streaming, &[0, 200_000]),
            around(Knob::Workers, &[1, 4]),
        ];
        Plan { axes, failures: 5, coarser: 2, ..Plan::of(base, seed) }
    }
}

/// Something that can be said of what a policy keeps: "your 35-day window holds 33.2 days".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// So much of the window can be recovered to.
    WindowHolds { window: Micros, held: Micros },
    /// All of it, but for what is newer than the newest log in the archive.
    WindowIsWhole { window: Micros },
    /// Of so many disasters, so many could not be recovered from.
    NotRecovered { of: u32, runs: u32 },
    /// So much is at stake each time.
    Loses { median: Micros, worst: Micros },
}

impl Finding {
    /// Its stable name.
    pub fn key(&self) -> &'static str {
        match self {
            Finding::WindowHolds { .. } => "window_holds",
            Finding::WindowIsWhole { .. } => "window_is_whole",
            Finding::NotRecovered { .. } => "not_recovered",
            Finding::Loses { .. } => "loses",
        }
    }

    /// What the sentence about it needs: microseconds, counts.
    pub fn params(&self) -> Vec<(&'static str, i64)> {
        match *self {
            Finding::WindowHolds { window, held } => vec![("window", window.0), ("held", held.0)],
            Finding::WindowIsWhole { window } => vec![("window", window.0)],
            Finding::NotRecovered { of, runs } => vec![("of", of.into()), ("runs", runs.into())],
            Finding::Loses { median, worst } => vec![("median", median.0), ("worst", worst.0)],
        }
    }

    /// All that is to be said of a policy that was measured.
    pub fn all(point: &Summary) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some((window, held)) = point.window {
            findings.push(match point.value(Metric::Coverage) {
                Some(995..) => Finding::WindowIsWhole { window },
                _ => Finding::WindowHolds { window, held },
            });
        }
        if !point.is_sound() {
            findings.push(Finding::NotRecovered { of: point.runs, runs: point.runs - point.recovered });
        }
        if let Some(spread) = point.measured(Metric::Rpo).and_then(|measured| measured.spread) {
            let span = |us: u64| Micros(i64::try_from(us).unwrap_or(i64::MAX));
            findings.push(Finding::Loses { median: span(spread.median.0), worst: span(spread.worst.0) });
        }
        findings
    }
}
