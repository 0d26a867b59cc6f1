//! Sweeps over policies: a run at a time, so that whoever asked can ask for something else at once.

use crate::problems::problem;
use crate::sweep_words as words;
use pitr_engine::objectives::{
    Disaster, Finding, Goal, Knob, MOST_RUNS, Metric, Plan, Point, Policy, Preset, RunResult, Sweeper, frontier,
    remarks, run_script,
};
use pitr_engine::script::parse;
use pitr_engine::types::Micros;
use pitr_protocol::sweep::{Ask, Conclusion, GoalSpec, PlanSpec, PointTold, PolicyTold, RunTold, Told, TurnTold};
use pitr_protocol::{Problem, Reply};
use std::collections::VecDeque;

/// A slice of work is over when it has taken this long, microseconds.
const SLICE_US: i64 = 8_000;

/// The sweeps that are being run, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Sweeps {
    under: VecDeque<Under>,
}

/// A sweep under way, and whom to tell.
#[derive(Debug)]
struct Under {
    id: u32,
    epoch: u32,
    ticket: u32,
    sweeper: Sweeper,
    /// Of the point that is being run.
    runs: Vec<RunResult>,
    /// Whether anything has been shown of it.
    has_shown: bool,
    recoveries: u32,
    records: u64,
    worked_us: i64,
}

impl Sweeps {
    /// Answers a question; what it says may go on in [`Sweeps::work`].
    pub fn answer(&mut self, id: u32, epoch: u32, ask: Ask) -> Told {
        let told = match ask {
            Ask::Known => Ok(Told::Known(words::known())),
            Ask::Policy { text, turned } => policy_told(&text, &turned).map(Told::Policy),
            Ask::Begin { ticket, plan, from, to } => plan_of(&plan).map(|plan| {
                self.drop(ticket);
                self.begin(id, epoch, ticket, plan, from..to)
            }),
            Ask::Drop { ticket } => {
                self.drop(ticket);
                Ok(Told::Dropped { ticket })
            }
            Ask::Run { plan, number, of_loss } => plan_of(&plan).and_then(|plan| one_run(plan, number, of_loss)),
            Ask::Conclude { plan, points, goal } => {
                plan_of(&plan).and_then(|plan| Ok(Told::Concluded(conclude(&plan, &points, &goal)?)))
            }
        };
        told.unwrap_or_else(Told::Refused)
    }

    fn begin(&mut self, id: u32, epoch: u32, ticket: u32, plan: Plan, points: core::ops::Range<u32>) -> Told {
        let per_point = plan.runs_per_point();
        let points = points.start.min(plan.points())..points.end.min(plan.points());
        let runs = points.start * per_point..points.end * per_point;
        let told = Told::Begins { ticket, points: points.len() as u32, runs: runs.len() as u32 };
        self.under.push_back(Under {
            id,
            epoch,
            ticket,
            sweeper: Sweeper::new(plan, runs),
            runs: Vec::new(),
            has_shown: false,
            recoveries: 0,
            records: 0,
            worked_us: 0,
        });
        told
    }

    fn drop(&mut self, ticket: u32) {
        self.under.retain(|under| under.ticket != ticket);
    }

    /// Works for a slice; what is to be told, and whether more is left. Sweeps take turns, point by point.
    pub fn work(&mut self, clock: &dyn Fn() -> i64) -> (Vec<(u32, u32, Reply)>, bool) {
        let begun = clock();
        let mut told = Vec::new();
        while let Some(mut under) = self.under.pop_front() {
            let before = clock();
            let news = under.step();
            under.worked_us += clock() - before;
            let is_done = matches!(news, Some(Told::Done { .. }));
            let is_point = matches!(&news, Some(Told::Point { .. })) && under.runs.is_empty();
            if let Some(mut news) = news {
                if let Told::Done { wall_us, .. } = &mut news {
                    *wall_us = under.worked_us;
                }
                told.push((under.id, under.epoch, Reply::Bench(pitr_protocol::sweep::seal(&news))));
            }
            match (is_done, is_point) {
                (true, _) => {}
                (false, true) => self.under.push_back(under),
                (false, false) => self.under.push_front(under),
            }
            if clock() - begun >= SLICE_US {
                break;
            }
        }
        (told, !self.under.is_empty())
    }
}

impl Under {
    /// Does one run; what is to be told of it. The first run of all shows its point at once, so that there is something to see.
    fn step(&mut self) -> Option<Told> {
        let ticket = self.ticket;
        let Some(run) = self.sweeper.next_run() else {
            return Some(Told::Done { ticket, recoveries: self.recoveries, records: self.records, wall_us: 0 });
        };
        for lived in run.lived() {
            self.recoveries += 1;
            self.records += lived.reading.outcome.as_ref().map_or(0, |recovered| recovered.records);
        }
        let number = run.point;
        self.runs.push(run);
        let plan = self.sweeper.plan();
        let point = match Point::of(plan, number, &self.runs) {
            Some(point) => Some(point),
            None if !self.has_shown => Point::so_far(plan, number, &self.runs),
            None => None,
        }?;
        self.has_shown = true;
        let told = words::point_told(&point.summary(plan));
        if told.runs == plan.runs_per_point() {
            self.runs.clear();
        }
        Some(Told::Point { ticket, point: told })
    }
}

/// A text that is no policy, or names something that there is not.
fn bad(what: &'static str, text: &str) -> Problem {
    problem("bad_setting", vec![("key", what.to_owned()), ("text", text.to_owned()), ("allowed", String::new())])
}

fn policy_of(text: &str) -> Result<Policy, Problem> {
    Policy::parse(text).map_err(|error| words::of_policy(&error))
}

fn policy_told(text: &str, turned: &[(String, i64)]) -> Result<PolicyTold, Problem> {
    let preset = Preset::ALL.into_iter().find(|preset| preset.name() == text);
    let mut policy = preset.map_or_else(|| policy_of(text), |preset| Ok(preset.policy()))?;
    for (name, to) in turned {
        knob_of(name)?.turn(&mut policy, *to);
    }
    let knobs = Knob::ALL.iter().map(|knob| (knob.name().to_owned(), knob.read(&policy))).collect();
    Ok(PolicyTold { text: policy.to_string(), knobs })
}

fn knob_of(name: &str) -> Result<Knob, Problem> {
    Knob::ALL.into_iter().find(|knob| knob.name() == name).ok_or_else(|| bad("knob", name))
}

/// The plan that a page asks for.
pub fn plan_of(spec: &PlanSpec) -> Result<Plan, Problem> {
    let axes = spec
        .axes
        .iter()
        .map(|axis| Ok(pitr_engine::objectives::Axis { knob: knob_of(&axis.knob)?, values: axis.values.clone() }));
    let disasters = spec.disasters.iter().map(|text| Disaster::parse(text).ok_or_else(|| bad("disaster", text)));
    let plan = Plan {
        base: policy_of(&spec.policy)?,
        axes: axes.collect::<Result<_, Problem>>()?,
        disasters: disasters.collect::<Result<_, Problem>>()?,
        failures: spec.failures.max(1),
        seed: spec.seed,
        time: spec.time,
        loss: spec.loss,
        keep: spec.keep,
        coarser: spec.coarser.max(1),
    };
    if plan.runs() == 0 {
        return Err(problem(
            "bad_number",
            vec![
                ("text", plan.runs_per_point().to_string()),
                ("least", "1".to_owned()),
                ("most", MOST_RUNS.to_string()),
            ],
        ));
    }
    Ok(plan)
}

/// A run that somebody wants to look at.
fn one_run(plan: Plan, number: u32, of_loss: bool) -> Result<Told, Problem> {
    let mut sweeper = Sweeper::new(Plan { keep: false, ..plan }, number..number.saturating_add(1));
    let nothing = || bad("run", &number.to_string());
    let result = sweeper.next_run().ok_or_else(nothing)?;
    let lived = if of_loss { result.of_loss() } else { result.time.as_ref().or(result.loss.as_ref()) };
    let lived = lived.ok_or_else(nothing)?;
    let script = parse(&lived.script).map_err(|error| crate::problems::of_script(&error))?;
    let step = run_script(&script).ok().and_then(|run| run.sent_after(lived.command as usize)).unwrap_or(0);
    Ok(Told::Run(RunTold { step: step as u32, ..words::run_told(number, lived) }))
}

fn conclude(plan: &Plan, points: &[PointTold], goal: &GoalSpec) -> Result<Conclusion, Problem> {
    let points: Option<Vec<_>> = points.iter().map(words::summary_of).collect();
    let points = points.ok_or_else(|| bad("metric", ""))?;
    let along = |metric| {
        let said = if plan.axes.len() == 1 { remarks(plan, &points, metric) } else { Vec::new() };
        said.iter().map(|remark| words::said(remark.key(), remark.params())).collect()
    };
    let places = |metric| frontier(plan, &points, Metric::Cost, metric).iter().map(words::place_told).collect();
    let goal = Goal { rto: goal.rto_us.map(Micros), rpo: goal.rpo_us.map(Micros), cost: goal.micro_dollars };
    let answer = goal.judge(plan, &points);
    let current = plan.point_of_base();
    let base = current.and_then(|number| points.iter().find(|point| point.number == number));
    let findings = base.map(Finding::all).unwrap_or_default();
    Ok(Conclusion {
        rto_frontier: places(Metric::Rto),
        rpo_frontier: places(Metric::Rpo),
        rto_remarks: along(Metric::Rto),
        rpo_remarks: along(Metric::Rpo),
        restore_remarks: along(Metric::RestoreTime),
        findings: findings.iter().map(|finding| words::said(finding.key(), finding.params())).collect(),
        judged: answer.policies.iter().map(words::judged_told).collect(),
        current_meets: answer.current,
        cheapest_knob: answer.cheapest_knob.map(|(knob, to, point)| TurnTold {
            knob: knob.name().to_owned(),
            to,
            point,
        }),
        current,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::sweep::{AxisSpec, open};

    fn spec() -> PlanSpec {
        PlanSpec {
            policy: Preset::Server.policy().to_string(),
            axes: vec![AxisSpec { knob: "cadence".into(), values: vec![Micros::HOUR.0, 86_400_000_000] }],
            disasters: vec!["lose_primary".into(), "key_lost".into()],
            failures: 3,
            seed: 7,
            time: true,
            loss: true,
            keep: true,
            coarser: 4,
        }
    }

    /// All that is told of a range of a plan's points.
    fn run(sweeps: &mut Sweeps, from: u32, to: u32) -> Vec<Told> {
        let mut all = vec![sweeps.answer(5, 1, Ask::Begin { ticket: 9, plan: spec(), from, to })];
        loop {
            let (told, more) = sweeps.work(&|| 0);
            all.extend(told.iter().map(|(id, epoch, reply)| {
                assert_eq!((*id, *epoch), (5, 1));
                match reply {
                    Reply::Bench(sealed) => open(sealed).expect("is sealed"),
                    other => panic!("{other:?}"),
                }
            }));
            if !more {
                return all;
            }
        }
    }

    fn points(told: &[Told]) -> Vec<PointTold> {
        let all = told.iter().filter_map(|told| match told {
            Told::Point { point, .. } if point.runs == 6 => Some(point.clone()),
            _ => None,
        });
        all.collect()
    }

    #[test]
    fn points_come_one_after_another_however_the_plan_is_split() {
        let mut sweeps = Sweeps::default();
        let told = run(&mut sweeps, 0, 2);
        assert_eq!(told[0], Told::Begins { ticket: 9, points: 2, runs: 12 });
        // Something is to be seen after the first run.
        assert!(matches!(&told[1], Told::Point { point, .. } if point.runs == 1), "{:?}", told[1]);
        assert!(matches!(told[told.len() - 1], Told::Done { recoveries: 18, .. }), "{:?}", told[told.len() - 1]);
        let whole = points(&told);
        assert_eq!(whole.iter().map(|point| point.number).collect::<Vec<_>>(), [0, 1]);
        let mut split = points(&run(&mut sweeps, 1, 2));
        split.extend(points(&run(&mut sweeps, 0, 1)));
        split.sort_by_key(|point| point.number);
        assert_eq!(split, whole);

        let goal = GoalSpec { rto_us: Some(7_200_000_000), ..GoalSpec::default() };
        let concluded = sweeps.answer(6, 1, Ask::Conclude { plan: spec(), points: whole.clone(), goal });
        let Told::Concluded(conclusion) = concluded else { panic!("{concluded:?}") };
        assert_eq!((conclusion.current, conclusion.current_meets), (Some(1), Some(true)));
        assert_eq!((conclusion.rto_frontier.len(), conclusion.judged.len()), (2, 2));
        assert!(!conclusion.findings.is_empty() && !conclusion.rto_remarks.is_empty());
        assert!(conclusion.restore_remarks.iter().all(|said| said.key != "people_dominate"));

        // The run whose value a point shows is the run that is opened.
        let measure = whole[0].measures.iter().find(|measure| measure.metric == "rto").expect("is measured");
        let (value, number) = measure.spread.expect("is of runs").worst;
        let told = sweeps.answer(7, 1, Ask::Run { plan: spec(), number, of_loss: false });
        let Told::Run(run) = told else { panic!("{told:?}") };
        assert_eq!(run.parts.iter().map(|(_, us)| *us).sum::<i64>(), value as i64);
        assert!(run.step > 0 && parse(&run.script).is_ok(), "{}", run.script);
    }

    #[test]
    fn a_sweep_is_dropped_at_once() {
        let mut sweeps = Sweeps::default();
        sweeps.answer(5, 1, Ask::Begin { ticket: 9, plan: spec(), from: 0, to: 2 });
        assert!(sweeps.work(&|| 0).1 || sweeps.under.is_empty());
        sweeps.answer(5, 1, Ask::Begin { ticket: 9, plan: spec(), from: 0, to: 2 });
        assert_eq!(sweeps.under.len(), 1);
        assert_eq!(sweeps.answer(6, 1, Ask::Drop { ticket: 9 }), Told::Dropped { ticket: 9 });
        assert_eq!(sweeps.work(&|| 0), (Vec::new(), false));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut sweeps = Sweeps::default();
        let mut ask = |change: &dyn Fn(&mut PlanSpec)| {
            let mut plan = spec();
            change(&mut plan);
            match sweeps.answer(5, 1, Ask::Begin { ticket: 1, plan, from: 0, to: 9 }) {
                Told::Refused(problem) => problem.code,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(ask(&|plan| plan.policy = "copies 0".into()), "bad_setting");
        assert_eq!(ask(&|plan| plan.policy = "backup every never".into()), "bad_duration");
        assert_eq!(ask(&|plan| plan.axes[0].knob = "volume".into()), "bad_setting");
        assert_eq!(ask(&|plan| plan.disasters = vec!["fire".into()]), "bad_setting");
        assert_eq!(ask(&|plan| plan.disasters.clear()), "bad_number");
        assert_eq!(ask(&|plan| plan.failures = u32::MAX), "bad_number");
    }

    #[test]
    fn what_there_is_is_told() {
        let mut sweeps = Sweeps::default();
        let Told::Known(known) = sweeps.answer(1, 1, Ask::Known) else { panic!("is known") };
        assert_eq!((known.presets.len(), known.disasters.len()), (5, 6));
        for (name, text) in &known.presets {
            let turned = vec![("copies".to_owned(), 3)];
            let told = sweeps.answer(1, 1, Ask::Policy { text: name.clone(), turned });
            let Told::Policy(policy) = told else { panic!("{told:?}") };
            assert!(policy.text.contains("copies 3") && policy.knobs.contains(&("copies".to_owned(), 3)));
            let same = sweeps.answer(1, 1, Ask::Policy { text: text.clone(), turned: vec![] });
            assert!(matches!(same, Told::Policy(same) if same.text == *text));
        }
    }
}
