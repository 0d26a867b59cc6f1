//! The engine's measurements as the protocol's, and back.

use crate::problems::{of_script, problem};
use pitr_engine::StoreKind;
use pitr_engine::StoreVolume;
use pitr_engine::objectives as engine;
use pitr_engine::objectives::{
    Direction, Disaster, Grain, Knob, Lived, Measured, Metric, Part, Place, PolicyTextError, Preset, Spread, Summary,
    Unit,
};
use pitr_engine::types::Micros;
use pitr_protocol::Problem;
use pitr_protocol::sweep::{
    GrainTold, Judged, KnobTold, Known, MarginTold, Measure, MetricTold, PlaceTold, PointTold, RunTold, Said,
    SpreadTold, Volume,
};

/// Why a text is no policy.
pub fn of_policy(error: &PolicyTextError) -> Problem {
    match error {
        PolicyTextError::Value { key, text } => {
            problem(error.key(), vec![("key", (*key).to_owned()), ("text", text.clone()), ("allowed", String::new())])
        }
        PolicyTextError::Settings(error) => of_script(error),
    }
}

/// What there is to choose from.
pub fn known() -> Known {
    let metric = |metric: Metric| {
        let definition = metric.definition();
        MetricTold {
            id: definition.id.to_owned(),
            number: definition.number,
            unit: unit(definition.unit).to_owned(),
            lower_is_better: definition.better == Direction::Lower,
            target: definition.target,
            formula: definition.formula.to_owned(),
            source: definition.source.to_owned(),
        }
    };
    let preset = |preset: Preset| (preset.name().to_owned(), preset.policy().to_string());
    let store = |store: StoreKind| (store.word().to_owned(), store.micro_dollars_per_gb_month());
    Known {
        presets: Preset::ALL.into_iter().map(preset).collect(),
        disasters: Disaster::USUAL.iter().map(Disaster::to_string).collect(),
        knobs: Knob::ALL
            .iter()
            .map(|knob| KnobTold { name: knob.name().to_owned(), is_time: knob.is_time() })
            .collect(),
        metrics: Metric::ALL.into_iter().map(metric).collect(),
        stores: StoreKind::ALL.into_iter().map(store).collect(),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Time => "time",
        Unit::Bytes => "bytes",
        Unit::Count => "count",
        Unit::Thousandths => "thousandths",
        Unit::MicroDollars => "micro_dollars",
    }
}

/// A point's numbers.
pub fn point_told(summary: &Summary) -> PointTold {
    let measure = |measured: &Measured| Measure {
        metric: measured.metric.definition().id.to_owned(),
        value: measured.value,
        spread: measured.spread.map(|Spread { median, p95, worst, runs }| SpreadTold { median, p95, worst, runs }),
        expected: measured.expected.map(|expected| (expected.median, expected.worst)),
        error: measured.error,
    };
    let volume = |volume: &StoreVolume| Volume {
        store: volume.store.word().to_owned(),
        objects: volume.objects,
        log_bytes: volume.log_bytes,
        backup_bytes: volume.backup_bytes,
        micro_dollars: volume.micro_dollars_per_month(),
    };
    PointTold {
        number: summary.number,
        values: summary.values.clone(),
        runs: summary.runs,
        recovered: summary.recovered,
        failures: summary.failures.clone(),
        measures: summary.measures.iter().map(measure).collect(),
        window_us: summary.window.map(|(window, held)| (window.0, held.0)),
        volumes: summary.volumes.iter().map(volume).collect(),
        grains: summary.grains.iter().map(|grain| grain.map(grain_told)).collect(),
        recoveries: summary.recoveries,
        records: summary.records,
    }
}

fn grain_told(grain: Grain) -> GrainTold {
    GrainTold {
        factor: grain.factor,
        every_us: grain.every.0,
        scale: grain.scale,
        segment_bytes: grain.segment.bytes().into(),
        segment_thousandths: grain.segment_thousandths,
    }
}

/// The other way, as far as conclusions need it; `None` if it names a metric that there is not.
pub fn summary_of(told: &PointTold) -> Option<Summary> {
    let measured = |measure: &Measure| {
        Some(Measured {
            metric: Metric::named(&measure.metric)?,
            value: measure.value,
            spread: measure.spread.map(|SpreadTold { median, p95, worst, runs }| Spread { median, p95, worst, runs }),
            expected: measure.expected.map(|(median, worst)| engine::Expected { median, worst }),
            error: measure.error,
        })
    };
    Some(Summary {
        number: told.number,
        values: told.values.clone(),
        runs: told.runs,
        recovered: told.recovered,
        failures: told.failures.clone(),
        measures: told.measures.iter().map(measured).collect::<Option<_>>()?,
        window: told.window_us.map(|(window, held)| (Micros(window), Micros(held))),
        volumes: Vec::new(),
        grains: [None; 3],
        recoveries: told.recoveries,
        records: told.records,
    })
}

/// A run; the step is not known here.
pub fn run_told(number: u32, lived: &Lived) -> RunTold {
    let reading = &lived.reading;
    let told = RunTold {
        number,
        script: lived.script.clone(),
        command: lived.command,
        failed_us: reading.failed.0,
        ..RunTold::default()
    };
    match &reading.outcome {
        Err(why) => RunTold { failure: Some(why.clone()), ..told },
        Ok(recovered) => RunTold {
            parts: Part::ALL.map(|part| (part.name().to_owned(), recovered.part(part).0)).to_vec(),
            lost_us: recovered.loss.time.0,
            lost_transactions: recovered.loss.transactions,
            lost_bytes: recovered.loss.bytes,
            idle_us: recovered.loss.idle.0,
            ..told
        },
    }
}

pub fn said(key: &str, params: Vec<(&'static str, i64)>) -> Said {
    let params = params.into_iter().map(|(name, number)| (name.to_owned(), number)).collect();
    Said { key: key.to_owned(), params }
}

pub fn place_told(place: &Place) -> PlaceTold {
    let Place { point, x, y, on_frontier, is_current } = *place;
    PlaceTold { point, x, y, on_frontier, is_current }
}

pub fn judged_told(judged: &engine::Judged) -> Judged {
    let margin = |margin: &engine::Margin| MarginTold {
        metric: margin.metric.definition().id.to_owned(),
        wanted: margin.wanted,
        got: margin.got,
        thousandths: margin.thousandths(),
    };
    Judged {
        point: judged.point,
        meets: judged.meets(),
        margins: judged.margins.iter().map(margin).collect(),
        micro_dollars: judged.cost,
        turned: judged.turned.iter().map(|(knob, to)| (knob.name().to_owned(), *to)).collect(),
    }
}
