//! What was measured as charts: points become dots, codes become sentences.

use super::choices;
use super::sweeps::{Kind, Sweep, stands};
use crate::charts::data::{ChartData, Dot, Form, Unit};
use crate::charts::policy_label;
use crate::format;
use crate::tables::grid::word;
use crate::words::{count, t};
use pitr_protocol::sweep::{Measure, PointTold, PolicyTold, Said};

/// A chart: of which sweep, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub name: &'static str,
    pub kind: Kind,
    /// What stands on its other axis.
    pub metric: &'static str,
    form: Form,
}

/// What stands for the recovery time when its people are not counted.
const WITHOUT_PEOPLE: &str = "restore_time";

/// All charts, in their order on the page: below a time along a knob stands the cost along the same knob.
pub const SUBJECTS: [Subject; 6] = [
    Subject { name: "rto", kind: Kind::Cadence, metric: "rto", form: Form::Bands },
    Subject { name: "rpo", kind: Kind::Interval, metric: "rpo", form: Form::Bands },
    Subject { name: "cost_cadence", kind: Kind::CadenceCost, metric: "cost", form: Form::Line },
    Subject { name: "cost_interval", kind: Kind::IntervalCost, metric: "cost", form: Form::Line },
    Subject { name: "rto_cost", kind: Kind::Around, metric: "rto", form: Form::Frontier },
    Subject { name: "rpo_cost", kind: Kind::Around, metric: "rpo", form: Form::Frontier },
];

impl Subject {
    /// The same with or without the people in its recovery times: what they take is the same under each policy, and may hide what is not.
    pub fn counting(self, people: bool) -> Subject {
        if self.name == "rto" && !people { Subject { metric: WITHOUT_PEOPLE, ..self } } else { self }
    }

    /// Whether its runs are those from which losses are read.
    pub fn is_of_loss(self) -> bool {
        self.metric == "rpo" || self.kind == Kind::IntervalCost
    }
}

/// A metric of a point.
pub fn measure<'a>(point: &'a PointTold, metric: &str) -> Option<&'a Measure> {
    point.measures.iter().find(|measure| measure.metric == metric)
}

/// The worst of a metric's runs, and its number; the policy's own value where it has one.
fn worst(point: &PointTold, metric: &str) -> Option<(u64, Option<u32>)> {
    let measure = measure(point, metric)?;
    Some(measure.spread.map_or((measure.value, None), |spread| (spread.worst.0, Some(spread.worst.1))))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The chart of a subject as far as its sweep has come; `with_runs` is the sweep whose runs it opens.
pub fn chart(subject: Subject, sweep: &Sweep, with_runs: &Sweep, policy: &PolicyTold) -> ChartData {
    let Subject { name, kind, metric, form } = subject;
    let all = sweep.runs_per_point();
    let points = sweep.points.iter().flatten();
    let mut dots: Vec<Dot> = match form {
        Form::Bands => points.filter_map(|point| bands(point, kind, metric, policy, all)).collect(),
        Form::Line => points.filter_map(|point| line(point, kind, with_runs, policy, all)).collect(),
        Form::Frontier => points.filter_map(|point| place(sweep, point, metric, policy)).collect(),
    };
    dots.sort_by_key(|dot| (dot.x, dot.y));
    let axis = sweep.plan.axes.first();
    let x = axis
        .map_or((0, 0), |axis| (axis.values.first().copied().unwrap_or(0), axis.values.last().copied().unwrap_or(0)));
    ChartData {
        code: name,
        form,
        x_unit: if form == Form::Frontier { Unit::Money } else { Unit::Time },
        y_unit: if metric == "cost" { Unit::Money } else { Unit::Time },
        y: t(&word("objectives.axis.", metric, if form == Form::Frontier { ".worst" } else { "" }), &[]),
        y_logarithmic: form == Form::Frontier && metric == "rpo",
        x,
        dots,
        progress: progress(sweep),
        remarks: remarks(subject, sweep),
        source: source(subject, sweep),
    }
}

fn bands(point: &PointTold, kind: Kind, metric: &str, policy: &PolicyTold, all: u32) -> Option<Dot> {
    let measure = measure(point, metric)?;
    let spread = measure.spread?;
    let values = [spread.median, spread.p95, spread.worst];
    Some(Dot {
        y: values.map(|(value, _)| signed(value)),
        runs: values.map(|(_, run)| run),
        textbook: measure.expected.map(|(median, worst)| (signed(median), signed(worst))),
        ..along(point, kind, policy, all)
    })
}

fn line(point: &PointTold, kind: Kind, with_runs: &Sweep, policy: &PolicyTold, all: u32) -> Option<Dot> {
    let cost = signed(measure(point, "cost")?.value);
    let metric = if kind == Kind::CadenceCost { "rto" } else { "rpo" };
    let recovered = with_runs.points.get(point.number as usize).and_then(Option::as_ref);
    let spread = recovered.and_then(|point| measure(point, metric)).and_then(|measure| measure.spread);
    let run = spread.map_or(point.number * with_runs.runs_per_point(), |spread| spread.median.1);
    Some(Dot { y: [cost; 3], runs: [run; 3], ..along(point, kind, policy, all) })
}

/// A policy along a knob.
fn along(point: &PointTold, kind: Kind, policy: &PolicyTold, all: u32) -> Dot {
    let x = point.values.first().copied().unwrap_or(0);
    Dot {
        x,
        policy: t("charts.every", &[("policy", &policy_label(x))]),
        is_yours: kind.knob().is_some_and(|knob| stands(policy, knob) == x),
        is_whole: point.runs >= all,
        ..Dot::default()
    }
}

/// A policy among others; one that was not recovered each time has no place.
fn place(sweep: &Sweep, point: &PointTold, metric: &str, policy: &PolicyTold) -> Option<Dot> {
    if point.recovered < point.runs || point.runs < sweep.runs_per_point() {
        return None;
    }
    let (y, run) = worst(point, metric)?;
    let run = run.unwrap_or(point.number * sweep.runs_per_point());
    let turned = turned(sweep, point, policy);
    let places = sweep.conclusion.iter().flat_map(|conclusion| match metric {
        "rto" => &conclusion.rto_frontier,
        _ => &conclusion.rpo_frontier,
    });
    Some(Dot {
        x: signed(worst(point, "cost")?.0),
        y: [signed(y); 3],
        runs: [run; 3],
        is_yours: turned.is_empty(),
        policy: say_turned(&turned),
        on_frontier: places.into_iter().any(|place| place.point == point.number && place.on_frontier),
        is_whole: true,
        ..Dot::default()
    })
}

/// In which knobs a point differs from the chosen policy.
fn turned(sweep: &Sweep, point: &PointTold, policy: &PolicyTold) -> Vec<(String, i64)> {
    let axes = sweep.plan.axes.iter().zip(&point.values);
    let differs = axes.filter(|(axis, value)| stands(policy, &axis.knob) != **value);
    differs.map(|(axis, value)| (axis.knob.clone(), *value)).collect()
}

/// `Snapshot cadence 1 h, Streaming off`; as chosen if nothing is turned.
pub fn say_turned(turned: &[(String, i64)]) -> String {
    if turned.is_empty() {
        return t("objectives.as_chosen", &[]);
    }
    let said = turned.iter().map(|(knob, value)| {
        let value = choices::said(knob, *value, &[]);
        t("objectives.turned", &[("knob", &t(&word("objectives.knob.", knob, ""), &[])), ("value", &value)])
    });
    said.collect::<Vec<_>>().join(", ")
}

fn progress(sweep: &Sweep) -> String {
    match sweep.ended_ms {
        Some(ended) => {
            let wall = format::duration(((ended - sweep.began_ms.unwrap_or(ended)) * 1000.0) as i64);
            match sweep.recoveries {
                0 => count("charts.stored", u64::from(sweep.whole), &[("wall", &wall)]),
                recoveries => count("charts.done", u64::from(recoveries), &[("wall", &wall)]),
            }
        }
        None if sweep.began_ms.is_none() => t("charts.waiting", &[]),
        None => {
            let (done, all) = (format::count(u64::from(sweep.whole)), format::count(sweep.points.len() as u64));
            t("charts.running", &[("done", &done), ("all", &all)])
        }
    }
}

/// What is to be said of a chart: where it parts from the textbook, and what decides.
fn remarks(subject: Subject, sweep: &Sweep) -> Vec<String> {
    let Some(conclusion) = &sweep.conclusion else { return Vec::new() };
    let (said, knob) = match (subject.metric, subject.kind.knob()) {
        ("rto", Some(knob)) => (&conclusion.rto_remarks, knob),
        (WITHOUT_PEOPLE, Some(knob)) => (&conclusion.restore_remarks, knob),
        ("rpo", Some(knob)) => (&conclusion.rpo_remarks, knob),
        _ => return Vec::new(),
    };
    said.iter().map(|said| say("objectives.remark.", said, knob)).collect()
}

/// A code and its numbers in words: values of the knob, shares, spans of time, counts.
pub fn say(family: &str, said: &Said, knob: &str) -> String {
    let in_words = said.params.iter().map(|(name, value)| {
        let text = match name.as_str() {
            "at" => choices::said(knob, *value, &[]),
            "thousandths" => format::percent(*value),
            "of" | "runs" => format::count(value.max(&0).unsigned_abs()),
            _ => format::duration(*value),
        };
        (name.as_str(), text)
    });
    let params: Vec<(&str, String)> = in_words.collect();
    let params: Vec<(&str, &str)> = params.iter().map(|(name, text)| (*name, text.as_str())).collect();
    t(&word(family, &said.key, ""), &params)
}

/// Where the numbers come from, and how coarse the histories were.
fn source(subject: Subject, sweep: &Sweep) -> String {
    if matches!(subject.kind, Kind::CadenceCost | Kind::IntervalCost) {
        return [t("charts.source.stored", &[]), scale(subject, sweep)].join(" ").trim_end().to_owned();
    }
    let (runs, seed) = (format::count(u64::from(sweep.runs_per_point())), sweep.plan.seed.to_string());
    let drawn = t("charts.source", &[("runs", &runs), ("seed", &seed)]);
    [drawn, scale(subject, sweep)].join(" ").trim_end().to_owned()
}

/// How coarse the histories were, and by how much that may be off; empty until there is one.
fn scale(subject: Subject, sweep: &Sweep) -> String {
    let lens = match subject.metric {
        "rto" | WITHOUT_PEOPLE => 0,
        "rpo" if sweep.plan.loss => 1,
        "rpo" => 0,
        _ => 2,
    };
    let points = || sweep.points.iter().flatten();
    let Some(factor) = points().filter_map(|point| Some((*point.grains.get(lens)?)?.factor)).max() else {
        return String::new();
    };
    let error = points().filter_map(|point| Some(measure(point, subject.metric)?.error)).max().unwrap_or(0);
    let (said, error) = (format::count(factor), format::duration(signed(error)));
    match (subject.metric, factor) {
        (_, 0 | 1) => t("charts.scale.exact", &[]),
        ("cost", _) => t("charts.scale.stored", &[("factor", &said)]),
        _ => t("charts.scale.down", &[("factor", &said), ("error", &error)]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweeps::Conditions;
    use super::*;
    use pitr_protocol::sweep::{Conclusion, GrainTold, PlaceTold, SpreadTold};

    fn policy() -> PolicyTold {
        let knobs = [("cadence", 86_400_000_000), ("archive_timeout", 300_000_000), ("streaming", 0), ("workers", 1)];
        let knobs = knobs.map(|(name, value)| (name.to_owned(), value)).to_vec();
        PolicyTold { text: String::new(), knobs }
    }

    fn point(sweep: &Sweep, number: u32) -> PointTold {
        let spread = SpreadTold { median: (60_000_000, 3), p95: (90_000_000, 4), worst: (99_000_000, 5), runs: 27 };
        let time = |metric: &str| Measure {
            metric: metric.to_owned(),
            value: 60_000_000,
            spread: Some(spread),
            expected: Some((50_000_000, 100_000_000)),
            error: 2_000_000,
        };
        let cost =
            Measure { metric: "cost".to_owned(), value: u64::from(9 - number) * 1_000_000, ..Measure::default() };
        let mut rest = number as usize;
        let mut values: Vec<i64> = Vec::new();
        for axis in sweep.plan.axes.iter().rev() {
            values.insert(0, axis.values[rest % axis.values.len()]);
            rest /= axis.values.len();
        }
        let runs = sweep.runs_per_point();
        let grain = Some(GrainTold { factor: 40, ..GrainTold::default() });
        let measures = vec![time("rto"), time("rpo"), cost];
        PointTold { number, values, runs, recovered: runs, measures, grains: vec![grain; 3], ..PointTold::default() }
    }

    #[test]
    fn points_become_dots_and_the_chosen_policy_is_marked() {
        let conditions = Conditions { disasters: vec!["lose_primary".to_owned()], seed: 7 };
        for subject in SUBJECTS {
            let mut sweep = Sweep::new(subject.kind, &policy(), &conditions);
            assert!(chart(subject, &sweep, &sweep, &policy()).dots.is_empty());
            let count = sweep.points.len().min(9) as u32;
            for number in 0..count {
                let point = point(&sweep, number);
                sweep.take(point, 1500.0);
            }
            let place = PlaceTold { point: 1, on_frontier: true, ..PlaceTold::default() };
            let said = Said { key: "log_dominates".to_owned(), params: vec![("at".to_owned(), 14_400_000_000)] };
            sweep.conclusion = Some(Conclusion {
                rto_frontier: vec![place],
                rpo_frontier: vec![place],
                rto_remarks: vec![said],
                ..Conclusion::default()
            });
            let data = chart(subject, &sweep, &sweep, &policy());
            assert_eq!(data.dots.len() as u32, count, "{}", subject.name);
            assert!(data.dots.is_sorted_by_key(|dot| dot.x), "{}", subject.name);
            let yours = data.dots.iter().filter(|dot| dot.is_yours).count();
            assert!(yours <= 1 && (yours == 1 || subject.kind == Kind::Around), "{}: {yours}", subject.name);
            assert!(data.source.contains("40"), "{}", data.source);
            assert_eq!(data.source.contains("seed 7"), subject.form != Form::Line, "{}", data.source);
            match subject.form {
                Form::Bands => assert_eq!(data.dots[0].runs, [3, 4, 5]),
                Form::Line => assert_eq!(data.dots[0].y[0] % 1_000_000, 0),
                Form::Frontier => assert_eq!(data.dots.iter().filter(|dot| dot.on_frontier).count(), 1),
            }
            let is_rto = subject.name == "rto";
            assert_eq!(data.remarks.iter().filter(|said| said.contains("4 h")).count(), usize::from(is_rto));
        }
    }

    #[test]
    fn what_is_turned_is_said() {
        assert_eq!(say_turned(&[]), t("objectives.as_chosen", &[]));
        let said = say_turned(&[("cadence".to_owned(), 3_600_000_000), ("workers".to_owned(), 4)]);
        assert!(said.contains("1 h, ") && said.ends_with('4'), "{said}");
    }
}
