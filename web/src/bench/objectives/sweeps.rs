//! The sweeps of a policy: along its snapshot cadence, along its archive interval, and through the policies around it.

use super::choices::{CADENCES, INTERVALS, with};
use pitr_protocol::sweep::{AxisSpec, Conclusion, PlanSpec, PointTold, PolicyTold};
use std::rc::Rc;

/// Failures of each policy along a knob, and of each around the chosen one; odd, so that the median is one of them.
const FAILURES: u32 = 27;
const FAILURES_BY_CADENCE: u32 = 41;
const FAILURES_AROUND: u32 = 3;
/// How often each of several kinds of disaster happens.
const FAILURES_OF_EACH: u32 = 5;
const FAILURES_OF_EACH_AROUND: u32 = 1;
/// Policies around the chosen one are run that much coarser, and those that stream: each small piece that goes to the archive is a request.
const COARSER_AROUND: u32 = 4;
const COARSER_STREAMING: u32 = 8;

/// How many kinds there are.
const KINDS: u32 = Kind::ALL.len() as u32;

/// What is swept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Cadence,
    Interval,
    /// What is stored under the same policies. A sweep of its own: it takes longer than a recovery, and nobody need wait for it to see one.
    CadenceCost,
    IntervalCost,
    Around,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Cadence, Kind::Interval, Kind::CadenceCost, Kind::IntervalCost, Kind::Around];

    /// Which kind a job's mark is of.
    pub fn of_mark(mark: u32) -> (u32, Kind) {
        (mark / KINDS, Kind::ALL[(mark % KINDS) as usize])
    }

    /// The mark of jobs of so many-th sweeps.
    pub fn mark(self, generation: u32) -> u32 {
        generation.wrapping_mul(KINDS).wrapping_add(self as u32)
    }

    /// The knob that a sweep goes along.
    pub fn knob(self) -> Option<&'static str> {
        match self {
            Kind::Cadence | Kind::CadenceCost => Some("cadence"),
            Kind::Interval | Kind::IntervalCost => Some("archive_timeout"),
            Kind::Around => None,
        }
    }

    /// The sweep whose runs its points open: the one of the same policies that has recoveries.
    pub fn with_runs(self) -> Kind {
        match self {
            Kind::Cadence | Kind::CadenceCost => Kind::Cadence,
            Kind::Interval | Kind::IntervalCost => Kind::Interval,
            Kind::Around => Kind::Around,
        }
    }
}

/// What is chosen besides the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// In the engine's text form.
    pub disasters: Vec<String>,
    pub seed: u64,
}

/// A sweep, and what has come of it.
#[derive(Debug, Clone)]
pub struct Sweep {
    pub plan: Rc<PlanSpec>,
    /// By number; some of the first run alone.
    pub points: Vec<Option<PointTold>>,
    /// Points of which all runs are there.
    pub whole: u32,
    pub recoveries: u32,
    pub records: u64,
    /// When it was begun; `None` while nobody has come near it.
    pub began_ms: Option<f64>,
    /// When all of it was there.
    pub ended_ms: Option<f64>,
    pub conclusion: Option<Conclusion>,
}

/// How a knob of a policy stands.
pub fn stands(policy: &PolicyTold, knob: &str) -> i64 {
    policy.knobs.iter().find(|(name, _)| name == knob).map_or(0, |(_, value)| *value)
}

/// Whether what is lost by a disaster shows at the log's edge; else it is read from the history of recovery times.
fn is_at_the_edge(disaster: &str) -> bool {
    ["lose_primary", "wrong_delete", "archive_stalled"].iter().any(|name| disaster.starts_with(name))
}

impl Sweep {
    pub fn new(kind: Kind, policy: &PolicyTold, conditions: &Conditions) -> Sweep {
        let plan = plan(kind, policy, conditions);
        let points = plan.axes.iter().map(|axis| axis.values.len()).product();
        Sweep {
            plan: Rc::new(plan),
            points: vec![None; points],
            whole: 0,
            recoveries: 0,
            records: 0,
            began_ms: None,
            ended_ms: None,
            conclusion: None,
        }
    }

    /// Takes in a point; whether that was the last.
    pub fn take(&mut self, point: PointTold, now_ms: f64) -> bool {
        let all = self.runs_per_point();
        let Some(place) = self.points.get_mut(point.number as usize) else { return false };
        let was_whole = place.as_ref().is_some_and(|point| point.runs >= all);
        if point.runs >= all && !was_whole {
            self.whole += 1;
            self.recoveries += point.recoveries;
            self.records += point.records;
        }
        *place = Some(point);
        let is_done = self.whole as usize == self.points.len();
        if is_done && self.ended_ms.is_none() {
            self.ended_ms = Some(now_ms);
            return true;
        }
        false
    }

    pub fn runs_per_point(&self) -> u32 {
        self.plan.failures * self.plan.disasters.len() as u32
    }

    /// The points that are whole, in order.
    pub fn whole_points(&self) -> Vec<PointTold> {
        let all = self.runs_per_point();
        self.points.iter().flatten().filter(|point| point.runs >= all).cloned().collect()
    }
}

/// What is stored has to do with no disaster; a plan has one.
const STORED: &str = "lose_primary";

/// What is run for a kind of sweep.
fn plan(kind: Kind, policy: &PolicyTold, conditions: &Conditions) -> PlanSpec {
    let around =
        |knob: &str, others: &[i64]| AxisSpec { knob: knob.to_owned(), values: with(others, stands(policy, knob)) };
    let several = conditions.disasters.len() > 1;
    let plan = PlanSpec {
        policy: policy.text.clone(),
        axes: Vec::new(),
        disasters: conditions.disasters.clone(),
        failures: if several { FAILURES_OF_EACH } else { FAILURES },
        seed: conditions.seed,
        time: true,
        loss: true,
        keep: true,
        coarser: 1,
    };
    let mut interval = around("archive_timeout", &INTERVALS);
    // Off has no place among intervals.
    interval.values.retain(|value| *value > 0);
    let cadence = around("cadence", &CADENCES);
    let coarser = if stands(policy, "streaming") > 0 { COARSER_AROUND } else { 1 };
    let stored =
        PlanSpec { failures: 1, coarser, disasters: vec![STORED.to_owned()], time: false, loss: false, ..plan.clone() };
    match kind {
        Kind::Cadence => {
            let failures = if several { FAILURES_OF_EACH } else { FAILURES_BY_CADENCE };
            PlanSpec { axes: vec![cadence], failures, loss: false, keep: false, ..plan }
        }
        Kind::Interval => {
            let time = !conditions.disasters.iter().all(|disaster| is_at_the_edge(disaster));
            let coarser = if stands(policy, "streaming") > 0 { COARSER_STREAMING } else { 1 };
            PlanSpec { axes: vec![interval], time, coarser, keep: false, ..plan }
        }
        Kind::CadenceCost => PlanSpec { axes: vec![cadence], ..stored },
        Kind::IntervalCost => PlanSpec { axes: vec![interval], ..stored },
        Kind::Around => {
            let (minute, hour) = (60_000_000, 3_600_000_000);
            let axes = vec![
                around("cadence", &[hour, 6 * hour, 24 * hour]),
                around("archive_timeout", &[minute, 15 * minute]),
                around("streaming", &[0, 200_000]),
                around("workers", &[1, 4]),
            ];
            let failures = if several { FAILURES_OF_EACH_AROUND } else { FAILURES_AROUND };
            let coarser = if stands(policy, "streaming") > 0 { 2 * COARSER_STREAMING } else { COARSER_AROUND };
            PlanSpec { axes, failures, coarser, ..plan }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PolicyTold {
        let knobs = [("cadence", 3_600_000_000 * 8), ("archive_timeout", 0), ("streaming", 0), ("workers", 1)];
        PolicyTold { text: "copies 1".to_owned(), knobs: knobs.map(|(name, value)| (name.to_owned(), value)).to_vec() }
    }

    fn conditions(disasters: &[&str]) -> Conditions {
        Conditions { disasters: disasters.iter().map(|it| (*it).to_owned()).collect(), seed: 7 }
    }

    #[test]
    fn the_chosen_policy_is_among_those_that_are_run() {
        let sweep = Sweep::new(Kind::Cadence, &policy(), &conditions(&["lose_primary"]));
        assert!(sweep.plan.axes[0].values.contains(&stands(&policy(), "cadence")));
        assert_eq!((sweep.points.len(), sweep.runs_per_point()), (CADENCES.len(), FAILURES_BY_CADENCE));
        let interval = Sweep::new(Kind::Interval, &policy(), &conditions(&["key_lost", "lose_primary"]));
        assert_eq!(interval.plan.axes[0].values, INTERVALS);
        assert!(interval.plan.time && interval.runs_per_point() == 2 * FAILURES_OF_EACH);
        let at_edge = Sweep::new(Kind::Interval, &policy(), &conditions(&["wrong_delete 20m"]));
        assert!(!at_edge.plan.time && at_edge.plan.loss);
        let cost = Sweep::new(Kind::IntervalCost, &policy(), &conditions(&["key_lost"]));
        assert_eq!((&cost.plan.axes, cost.runs_per_point()), (&at_edge.plan.axes, 1));
    }

    #[test]
    fn a_sweep_is_done_when_each_point_is_whole() {
        let mut sweep = Sweep::new(Kind::Around, &policy(), &conditions(&["lose_primary"]));
        let (count, all) = (sweep.points.len() as u32, sweep.runs_per_point());
        let point = |number, runs| PointTold { number, runs, recoveries: runs, ..PointTold::default() };
        for number in (1..count).rev() {
            assert!(!sweep.take(point(number, 1), 1.0) && !sweep.take(point(number, all), 2.0));
        }
        assert!(!sweep.take(point(0, 1), 3.0));
        assert_eq!((sweep.whole, sweep.whole_points().len() as u32), (count - 1, count - 1));
        assert!(sweep.take(point(0, all), 4.0));
        assert!(!sweep.take(point(0, all), 5.0) && !sweep.take(point(count, all), 5.0));
        assert_eq!((sweep.recoveries, sweep.ended_ms), (count * all, Some(4.0)));
        assert!(sweep.whole_points().is_sorted_by_key(|point| point.number));
    }

    #[test]
    fn a_mark_tells_its_sweep() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_mark(kind.mark(9)), (9, kind));
        }
    }
}
