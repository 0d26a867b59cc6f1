//! A sweep as a plan: which policies, which disasters, how often, from which seed. Its runs are numbered, and each is what it is whoever runs it: several workers can take ranges of
//! them, in any order, and what they find is the same put together.

use super::disaster::Disaster;
use super::history::{Grain, History, Lens, Wanted};
use super::keeping::Keeping;
use super::knob::Knob;
use super::policy::Policy;
use super::reading::{Reading, Timing};
use super::spread::{draw, spread};
use super::timeline::Timeline;
use crate::cluster::Command;
use crate::script::{OPERATOR, duration_text};
use crate::types::Micros;
use core::ops::Range;

/// A knob and the values that it is turned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    pub knob: Knob,
    pub values: Vec<i64>,
}

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub base: Policy,
    /// Every combination is a policy; without an axis there is one, the base. The last axis turns fastest.
    pub axes: Vec<Axis>,
    /// Each happens as often as the others to each policy.
    pub disasters: Vec<Disaster>,
    /// How often each happens to each policy. An odd number has a run in its middle.
    pub failures: u32,
    pub seed: u64,
    /// Which histories are lived: recovery times are read from the first, losses at the log's edge from the second, what is stored from the third.
    pub time: bool,
    pub loss: bool,
    pub keep: bool,
    /// One commit stands for that many times as many as it has to: 1 is the finest. Coarse plans are done sooner.
    pub coarser: u32,
}

/// The most runs that a plan may have.
pub const MOST_RUNS: u32 = 20_000;

impl Plan {
    /// A plan of all that can be measured of one policy.
    pub fn of(base: Policy, seed: u64) -> Plan {
        let disasters = vec![Disaster::LosePrimary];
        Plan { base, axes: Vec::new(), disasters, failures: 9, seed, time: true, loss: true, keep: true, coarser: 1 }
    }

    /// The same along one knob.
    pub fn along(base: Policy, knob: Knob, values: Vec<i64>, seed: u64) -> Plan {
        Plan { axes: vec![Axis { knob, values }], ..Plan::of(base, seed) }
    }

    /// How many policies there are.
    pub fn points(&self) -> u32 {
        let points = self.axes.iter().fold(1_u32, |points, axis| points.saturating_mul(axis.values.len() as u32));
        points.min(MOST_RUNS / self.runs_per_point().max(1))
    }

    pub fn runs_per_point(&self) -> u32 {
        (self.disasters.len() as u32).saturating_mul(self.failures)
    }

    pub fn runs(&self) -> u32 {
        self.points().saturating_mul(self.runs_per_point())
    }

    /// The values of the knobs at a point, in the order of the axes.
    pub fn values(&self, point: u32) -> Vec<i64> {
        let mut rest = point as usize;
        let mut values: Vec<i64> = Vec::new();
        for axis in self.axes.iter().rev() {
            let count = axis.values.len().max(1);
            values.push(axis.values.get(rest % count).copied().unwrap_or(0));
            rest /= count;
        }
        values.reverse();
        values
    }

    /// The policy of a point.
    pub fn policy(&self, point: u32) -> Policy {
        let mut policy = self.base.clone();
        for (axis, value) in self.axes.iter().zip(self.values(point)) {
            axis.knob.turn(&mut policy, value);
        }
        policy
    }

    /// The point whose policy the base is, if there is one.
    pub fn point_of_base(&self) -> Option<u32> {
        (0..self.points()).find(|point| self.policy(*point) == self.base)
    }

    /// What the histories of a policy must have room for.
    fn wanted(&self, policy: &Policy) -> Wanted {
        let longest = |span: &dyn Fn(&Disaster) -> Micros| self.disasters.iter().map(span).max().unwrap_or_default();
        let behind = longest(&|disaster| disaster.goes_on_for(policy));
        Wanted { before: longest(&|disaster| disaster.begins_before()), behind, coarser: self.coarser }
    }
}

/// A disaster that was lived through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lived {
    pub lens: Lens,
    pub grain: Grain,
    pub reading: Reading,
    /// The whole run as a script; which of its commands, counted from 0, the disaster is.
    pub script: String,
    pub command: u32,
}

/// What a numbered run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    pub number: u32,
    pub point: u32,
    /// Which of the plan's disasters.
    pub disaster: u32,
    pub time: Option<Lived>,
    pub loss: Option<Lived>,
    /// With the first run of each point.
    pub keeping: Option<Keeping>,
}

impl RunResult {
    /// The run from which losses are read.
    pub fn of_loss(&self) -> Option<&Lived> {
        self.loss.as_ref().or(self.time.as_ref())
    }

    /// All recoveries that were run.
    pub fn lived(&self) -> impl Iterator<Item = &Lived> {
        self.time.iter().chain(&self.loss)
    }
}

/// A history of the point that is being run, with copies of it at the instants where something branched off.
#[derive(Debug)]
struct Trunk {
    history: History,
    /// In order of time; the first is its beginning.
    at: Vec<(Micros, Timeline)>,
}

impl Trunk {
    fn new(history: History) -> Trunk {
        let begin = (history.begin(), Timeline::new(&history));
        Trunk { history, at: vec![begin] }
    }

    /// The history at an instant.
    fn branch(&mut self, at: Micros) -> Timeline {
        let index = self.at.partition_point(|(there, _)| *there <= at);
        let (there, nearest) = &self.at[index.saturating_sub(1)];
        if *there == at {
            return nearest.clone();
        }
        let mut timeline = nearest.clone();
        timeline.run_to(at);
        self.at.insert(index, (at, timeline.clone()));
        timeline
    }
}

/// Runs a plan's runs, one at a time: between two of them whoever asks can do other things, or stop.
#[derive(Debug)]
pub struct Sweeper {
    plan: Plan,
    left: Range<u32>,
    /// Of the point that is being run.
    policy: Option<(u32, Policy)>,
    trunks: [Option<Trunk>; 2],
}

impl Sweeper {
    /// All runs of a plan, or a range of them.
    pub fn new(plan: Plan, range: Range<u32>) -> Sweeper {
        let left = range.start..range.end.min(plan.runs());
        Sweeper { plan, left, policy: None, trunks: [None, None] }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Runs that are still to be done.
    pub fn left(&self) -> u32 {
        self.left.len() as u32
    }

    /// Does the next run.
    pub fn next_run(&mut self) -> Option<RunResult> {
        let number = self.left.next()?;
        let per_point = self.plan.runs_per_point().max(1);
        let (point, index) = (number / per_point, number % per_point);
        let kinds = self.plan.disasters.len().max(1) as u32;
        let (disaster, failure) = (index % kinds, index / kinds);
        let happens = *self.plan.disasters.get(disaster as usize)?;
        let policy = match &self.policy {
            Some((of, policy)) if *of == point => policy.clone(),
            _ => {
                self.trunks = [None, None];
                self.policy.insert((point, self.plan.policy(point))).1.clone()
            }
        };
        let seed = draw(self.plan.seed, disaster);
        let time = self.plan.time.then(|| self.live(&policy, Lens::Time, happens, failure, seed));
        let at_edge = self.plan.loss && happens.is_at_the_edge();
        let loss = at_edge.then(|| self.live(&policy, Lens::Loss, happens, failure, seed));
        let keeping =
            (self.plan.keep && index == 0).then(|| Keeping::measure(&policy, self.plan.coarser, self.plan.seed));
        Some(RunResult { number, point, disaster, time, loss, keeping })
    }

    /// Lets a disaster happen in a history, and recovers.
    fn live(&mut self, policy: &Policy, lens: Lens, disaster: Disaster, failure: u32, seed: u64) -> Lived {
        let (wanted, of_plan) = (self.plan.wanted(policy), self.plan.seed);
        let trunk = &mut self.trunks[usize::from(lens == Lens::Loss)];
        let trunk = trunk.get_or_insert_with(|| Trunk::new(History::of(policy, lens, wanted, of_plan)));
        let (begin, grain) = (trunk.history.begin(), trunk.history.grain);
        let after = spread(trunk.history.from, trunk.history.cycle, self.plan.failures, seed, failure);
        let failed = begin + after;
        // Just before anything happens at that instant: the whole script has the history's own work of the instant first, too.
        let mut branch = trunk.branch(Micros((failed - disaster.begins_before()).0 - 1));
        let (spec, until) = disaster.strike(&mut branch, policy, failed, draw(seed, failure ^ 0x5bd1));
        let detect = disaster.detected_after(policy);
        let asked = failed + detect + policy.decide;
        branch.act(asked, OPERATOR, Command::Recover(spec));
        branch.recover();
        let timing = Timing { failed, asked, until, detect, factor: grain.factor };
        let mut reading = Reading::of(branch.cluster(), branch.commits(), policy, timing);
        if !branch.is_sound() {
            reading.outcome = Err(reading.outcome.err().unwrap_or_else(|| "refused".to_owned()));
        }
        let mut script = branch.script().clone();
        script.title = title(policy, disaster, after);
        let command = script.commands.iter().position(|line| line.timed.at >= failed).unwrap_or(0) as u32;
        Lived { lens, grain, reading, script: script.to_string(), command }
    }
}

/// What happens, and when, in the language's own words.
fn title(policy: &Policy, disaster: Disaster, after: Micros) -> String {
    let every = duration_text(policy.cadence());
    format!("backup every {every}: {} +{}", disaster.name().replace('_', " "), duration_text(after))
}
