//! What the study asks of a worker about objectives: sweeps over policies, the runs behind their points, and what follows from them.
//!
//! These travel as the workbench's questions do, sealed in [`Request::Bench`](crate::Request::Bench) and [`Reply::Bench`](crate::Reply::Bench), behind a byte that no question of the
//! workbench begins with. A study's worker answers them whether it has a run or not; several workers can each take a range of a plan's points.
//!
//! Policies and disasters go in the engine's text forms (`backup every 1d, archive timeout 5m, ...`; `wrong_delete 20m`), metrics, knobs and findings by their stable names. Times are
//! microseconds, money is millionths of a dollar, shares are thousandths.

use crate::Problem;
use crate::bench;
use crate::wire::{Wire, wire};

/// No question or answer of the workbench begins with it.
const MARK: u8 = 0xFF;

wire! {
    /// A question.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Ask {
        /// What there is to choose from. Answered by [`Told::Known`].
        Known,
        /// A policy as its knobs stand, and which of them a person has turned. Answered by [`Told::Policy`], or [`Told::Refused`].
        Policy { text: String, turned: Vec<(String, i64)> },
        /// Run a plan's points, from the first of a range to the last but one. Answered by [`Told::Begins`], a [`Told::Point`] for each (and for the first of them one before, of the runs
        /// so far), [`Told::Done`]. A plan that runs under the same ticket is dropped.
        Begin { ticket: u32, plan: PlanSpec, from: u32, to: u32 },
        /// Drop it at once. Answered by [`Told::Dropped`].
        Drop { ticket: u32 },
        /// One run of a plan, as a script. Answered by [`Told::Run`].
        Run { plan: PlanSpec, number: u32, of_loss: bool },
        /// What follows from a plan's points. Answered by [`Told::Concluded`].
        Conclude { plan: PlanSpec, points: Vec<PointTold>, goal: GoalSpec },
    }

    /// A plan: which policies, which disasters, how often, from which seed.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct PlanSpec {
        /// The base, in its text form.
        pub policy: String,
        pub axes: Vec<AxisSpec>,
        pub disasters: Vec<String>,
        /// How often each disaster happens to each policy.
        pub failures: u32,
        pub seed: u64,
        /// Whether recovery times, losses at the log's edge, and what is stored are measured.
        pub time: bool,
        pub loss: bool,
        pub keep: bool,
        /// 1: as fine as can be.
        pub coarser: u32,
    }

    /// A knob, by its name, and the values that it is turned to.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct AxisSpec {
        pub knob: String,
        pub values: Vec<i64>,
    }

    /// What must hold in the worst of the runs.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct GoalSpec {
        pub rto_us: Option<i64>,
        pub rpo_us: Option<i64>,
        pub micro_dollars: Option<u64>,
    }

    /// An answer.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Told {
        Known(Known),
        Policy(PolicyTold),
        Begins { ticket: u32, points: u32, runs: u32 },
        Point { ticket: u32, point: PointTold },
        Done { ticket: u32, recoveries: u32, records: u64, wall_us: i64 },
        Dropped { ticket: u32 },
        Run(RunTold),
        Concluded(Conclusion),
        Refused(Problem),
    }

    /// What there is to choose from, by stable names.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Known {
        /// A preset and its policy's text.
        pub presets: Vec<(String, String)>,
        pub disasters: Vec<String>,
        pub knobs: Vec<KnobTold>,
        pub metrics: Vec<MetricTold>,
        /// Stores, with their price a GB and month.
        pub stores: Vec<(String, u64)>,
    }

    /// A knob.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct KnobTold {
        pub name: String,
        /// Whether its values are microseconds.
        pub is_time: bool,
    }

    /// A metric's definition.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct MetricTold {
        pub id: String,
        /// `1` for M1.
        pub number: Option<u8>,
        /// `time`, `bytes`, `count`, `thousandths`, `micro_dollars`.
        pub unit: String,
        pub lower_is_better: bool,
        pub target: Option<u64>,
        pub formula: String,
        pub source: String,
    }

    /// A policy, as text and as its knobs stand.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct PolicyTold {
        pub text: String,
        pub knobs: Vec<(String, i64)>,
    }

    /// A policy, measured.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct PointTold {
        pub number: u32,
        /// Of the plan's axes.
        pub values: Vec<i64>,
        /// Runs so far, and those of them that were recovered.
        pub runs: u32,
        pub recovered: u32,
        /// Why the others were not.
        pub failures: Vec<(String, u32)>,
        pub measures: Vec<Measure>,
        /// The retention window, and how much of it can be recovered to.
        pub window_us: Option<(i64, i64)>,
        pub volumes: Vec<Volume>,
        /// How coarse the histories were for recovery times, losses, and what is stored.
        pub grains: Vec<Option<GrainTold>>,
        pub recoveries: u32,
        pub records: u64,
    }

    /// A metric's numbers, in its unit.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Measure {
        pub metric: String,
        pub value: u64,
        pub spread: Option<SpreadTold>,
        /// The textbook's median and worst.
        pub expected: Option<(u64, u64)>,
        /// By how much it may be off since the history was scaled down.
        pub error: u64,
    }

    /// Each with the number of the run that it is the value of.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SpreadTold {
        pub median: (u64, u32),
        pub p95: (u64, u32),
        pub worst: (u64, u32),
        pub runs: u32,
    }

    /// What lies in a store.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Volume {
        pub store: String,
        pub objects: u64,
        pub log_bytes: u64,
        pub backup_bytes: u64,
        pub micro_dollars: u64,
    }

    /// How coarse a history was.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct GrainTold {
        /// One commit stands for so many, and comes each so often.
        pub factor: u64,
        pub every_us: i64,
        /// The scenario's scale.
        pub scale: u64,
        pub segment_bytes: u64,
        /// One segment stands for so many thousandths of one.
        pub segment_thousandths: u64,
    }

    /// A run, to be opened in the lab.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct RunTold {
        pub number: u32,
        pub script: String,
        /// The moment of the disaster: which of the script's commands it is, counted from 0; which step is the first behind it; when.
        pub command: u32,
        pub step: u32,
        pub failed_us: i64,
        /// `None`, or why it could not be recovered.
        pub failure: Option<String>,
        /// The parts of its recovery time, by name.
        pub parts: Vec<(String, i64)>,
        pub lost_us: i64,
        pub lost_transactions: u64,
        pub lost_bytes: u64,
        /// Of the loss in time, how long nothing had been committed before the failure.
        pub idle_us: i64,
    }

    /// What follows from a plan's points.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Conclusion {
        /// Recovery time against cost, loss against cost.
        pub rto_frontier: Vec<PlaceTold>,
        pub rpo_frontier: Vec<PlaceTold>,
        /// What is to be said of recovery times, and of losses, along a plan's only axis.
        pub rto_remarks: Vec<Said>,
        pub rpo_remarks: Vec<Said>,
        /// The same of recovery times without the people in them.
        pub restore_remarks: Vec<Said>,
        /// What is to be said of the base, if it is among the points.
        pub findings: Vec<Said>,
        /// Every policy, those that meet the goal first, the cheapest first.
        pub judged: Vec<Judged>,
        /// Whether the base meets the goal.
        pub current_meets: Option<bool>,
        /// The knob whose turning alone meets the goal at the least cost, to what, and the point.
        pub cheapest_knob: Option<TurnTold>,
        /// The point of the base.
        pub current: Option<u32>,
    }

    /// A policy among others.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct PlaceTold {
        pub point: u32,
        pub x: u64,
        pub y: u64,
        pub on_frontier: bool,
        pub is_current: bool,
    }

    /// A sentence: its stable name and its numbers.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Said {
        pub key: String,
        pub params: Vec<(String, i64)>,
    }

    /// A policy against a goal.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Judged {
        pub point: u32,
        pub meets: bool,
        pub margins: Vec<MarginTold>,
        pub micro_dollars: Option<u64>,
        /// The knobs in which it differs from the base, and how they stand.
        pub turned: Vec<(String, i64)>,
    }

    /// A knob, what it is turned to, and the point that this makes.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct TurnTold {
        pub knob: String,
        pub to: i64,
        pub point: u32,
    }

    /// How far a policy is from a goal in one metric.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct MarginTold {
        pub metric: String,
        pub wanted: u64,
        pub got: Option<u64>,
        /// Better by so many thousandths of what was wanted; negative: worse.
        pub thousandths: Option<i64>,
    }
}

/// Seals a question or an answer.
pub fn seal<T: Wire>(value: &T) -> Vec<u8> {
    bench::seal_behind(MARK, value)
}

/// Opens one; `None` if it is something else, such as the workbench's.
pub fn open<T: Wire>(bytes: &[u8]) -> Option<T> {
    bench::open_behind(MARK, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_can_be_opened_and_is_nothing_of_the_workbench() {
        let plan = PlanSpec {
            policy: "copies 2".into(),
            axes: vec![AxisSpec { knob: "cadence".into(), values: vec![1, -2] }],
            failures: 9,
            ..PlanSpec::default()
        };
        let ask = Ask::Begin { ticket: 3, plan, from: 0, to: 8 };
        let sealed = seal(&ask);
        assert_eq!(open(&sealed), Some(ask));
        assert_eq!(bench::open::<bench::Ask>(&sealed), None);
        assert_eq!(open::<Ask>(&bench::seal(&bench::Ask::Open { link: "x".into() })), None);
        let spread = SpreadTold { median: (1, 2), p95: (3, 4), worst: (5, 6), runs: 9 };
        let measure =
            Measure { metric: "rto".into(), spread: Some(spread), expected: Some((7, 8)), ..Measure::default() };
        let point =
            PointTold { measures: vec![measure], grains: vec![None], window_us: Some((9, 8)), ..PointTold::default() };
        let told = Told::Point { ticket: 3, point };
        assert_eq!(open(&seal(&told)), Some(told));
        assert_eq!(open::<Told>(&[MARK, 99]), None);
    }
}
