//! A run as its operators would have seen it, gone through a slice at a time: what the engine's watch saw, as columns.

use crate::loaded::Loaded;
use pitr_engine::objectives::{BOARDS, Column, Direction, Ended, Gauge, Rule, Shown, Unit, Watch, Watched};
use pitr_engine::types::Micros;
use pitr_protocol::boards::{
    AlertTold, Boards, GaugeTold, GaugeUnit, RestoreOutcome, RestoreTold, RuleTold, ShownKind,
};
use std::rc::Rc;

/// Events that are gone through between two looks at the clock.
const EVENTS: usize = 512;

/// A run that is being gone through.
#[derive(Debug)]
pub struct Watching {
    loaded: Rc<Loaded>,
    watch: Watch,
}

impl Watching {
    /// At its beginning.
    pub fn of(loaded: &Rc<Loaded>) -> Watching {
        Watching { watch: Watch::new(&loaded.run), loaded: Rc::clone(loaded) }
    }

    /// Goes on while there is time; whether all of it has been gone through.
    pub fn work(&mut self, has_time: impl Fn() -> bool) -> bool {
        loop {
            if self.watch.go_on(&self.loaded.run, EVENTS) {
                return true;
            }
            if !has_time() {
                return false;
            }
        }
    }

    /// What was seen.
    pub fn told(self) -> Boards {
        let run = &self.loaded.run;
        let watched = self.watch.finish(run);
        let rule = |rule: &Rule| {
            let (gauge, above) = rule.watches();
            RuleTold {
                name: rule.name().to_owned(),
                gauge: gauge as u8,
                above,
                threshold: rule.threshold(run.settings()),
                holds_us: rule.holds_for().0,
                pages: rule.pages(),
                metrics: rule.metrics().iter().filter_map(|metric| metric.definition().number).collect(),
            }
        };
        let board =
            |(name, gauges): &(&str, &[Gauge])| ((*name).to_owned(), gauges.iter().map(|gauge| *gauge as u8).collect());
        Boards {
            gauges: Gauge::ALL.iter().map(|of| gauge(*of, watched.column(*of))).collect(),
            boards: BOARDS.iter().map(board).collect(),
            rules: Rule::ALL.iter().map(rule).collect(),
            alerts: alerts(&watched),
            restores: restores(watched),
        }
    }
}

fn gauge(gauge: Gauge, column: &Column) -> GaugeTold {
    let metric = gauge.metric().and_then(|metric| metric.definition().number);
    let objective = gauge.objective();
    let kind = |shown: Shown| match shown {
        Shown::Unknown => (ShownKind::Unknown, 0),
        Shown::Is(value) => (ShownKind::Is, value),
        Shown::Since(Micros(since)) => (ShownKind::Since, since),
    };
    let (kinds, values) = column.changes().map(|(_, shown)| kind(shown)).unzip();
    GaugeTold {
        name: gauge.name().to_owned(),
        metric: metric.unwrap_or(0),
        unit: match gauge.unit() {
            Unit::Time => GaugeUnit::Time,
            Unit::Bytes => GaugeUnit::Bytes,
            Unit::Count => GaugeUnit::Count,
            Unit::Thousandths => GaugeUnit::Thousandths,
            Unit::MicroDollars => GaugeUnit::MicroDollars,
        },
        objective: objective.map(|(_, objective)| objective),
        at_least: objective.is_some_and(|(better, _)| better == Direction::Higher),
        steps: column.changes().map(|(step, _)| step).collect(),
        kinds,
        values,
    }
}

fn alerts(watched: &Watched) -> Vec<AlertTold> {
    let told = watched.alerts.iter().map(|alert| AlertTold {
        rule: alert.rule as u8,
        from_us: alert.from.0,
        step: alert.step,
        until: alert.until.map(|(at, step)| (at.0, step)),
        value: alert.value,
        muted: alert.muted,
    });
    told.collect()
}

fn restores(watched: Watched) -> Vec<RestoreTold> {
    let told = watched.restores.into_iter().map(|restore| {
        let ended = restore.ended.as_ref().map(|(step, _)| *step);
        let (outcome, failure) = match restore.ended.map(|(_, ended)| ended) {
            None => (RestoreOutcome::Running, String::new()),
            Some(Ended::Done { passed: true }) => (RestoreOutcome::Right, String::new()),
            Some(Ended::Done { passed: false }) => (RestoreOutcome::Wrong, String::new()),
            Some(Ended::Failed(code)) => (RestoreOutcome::Failed, code),
        };
        RestoreTold {
            step: restore.step,
            at_us: restore.at.0,
            backup: restore.backup,
            ended,
            took_us: restore.took.0,
            outcome,
            failure,
            planned: restore.planned,
        }
    });
    told.collect()
}
