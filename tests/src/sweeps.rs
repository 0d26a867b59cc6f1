//! Sweeps over policies, to be measured and to be compared between machines.

use pitr_engine::objectives::{
    Disaster, Knob, Metric, Plan, Point, Policy, Preset, RunResult, Summary, Sweeper, frontier,
};
use pitr_engine::types::Micros;
use std::fmt::Write as _;

/// A recovery counts if it replays at least so many records.
pub const LEAST_RECORDS: u64 = 1_000;

/// A chart's sweep: eight cadences of base backups of a busy shop, and 41 losses of the primary under each.
pub fn chart() -> Plan {
    let mut base: Policy = Preset::Server.policy();
    base.shape.database_bytes = 500_000_000;
    base.shape.commit_every = Micros(5_000);
    let hours = [1, 2, 3, 4, 6, 8, 12, 24].map(|hours| hours * Micros::HOUR.0);
    let plan = Plan::along(base, Knob::Cadence, hours.to_vec(), 7);
    Plan { failures: 41, loss: false, keep: false, ..plan }
}

/// What a sweep came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Recoveries that replayed [`LEAST_RECORDS`] at least, and their records.
    pub recoveries: u32,
    pub records: u64,
    /// All of them.
    pub runs: u32,
}

/// Runs it all; `first` hears when the first run is done.
pub fn sweep(plan: &Plan, mut first: impl FnMut()) -> Swept {
    let mut sweeper = Sweeper::new(plan.clone(), 0..plan.runs());
    let mut swept = Swept::default();
    while let Some(run) = sweeper.next_run() {
        if swept.runs == 0 {
            first();
        }
        swept.runs += 1;
        for lived in run.lived() {
            let records = lived.reading.outcome.as_ref().map_or(0, |recovered| recovered.records);
            swept.recoveries += u32::from(records >= LEAST_RECORDS);
            swept.records += if records >= LEAST_RECORDS { records } else { 0 };
        }
    }
    swept
}

/// What [`lines`] was last accepted to be.
pub const LINES: &str = include_str!("../golden/sweeps.txt");

/// A small sweep of every preset and every disaster, number by number: a line a point, and one for each run behind it.
pub fn lines() -> String {
    let mut text =
        String::from("# What a sweep of each preset measures, natively and in a browser: UPDATE_GOLDEN=1 accepts.\n");
    for preset in Preset::ALL {
        let base = preset.policy();
        let cadences = vec![base.cadence().0 / 2, base.cadence().0];
        let plan = Plan::along(base, Knob::Cadence, cadences, 7);
        let plan = Plan { disasters: Disaster::USUAL.to_vec(), failures: 1, coarser: 8, ..plan };
        let mut sweeper = Sweeper::new(plan.clone(), 0..plan.runs());
        let runs: Vec<RunResult> = std::iter::from_fn(|| sweeper.next_run()).collect();
        let points = (0..plan.points()).filter_map(|number| Point::of(&plan, number, &runs));
        let points: Vec<Summary> = points.map(|point| point.summary(&plan)).collect();
        let _ = writeln!(text, "{}", preset.name());
        for point in &points {
            let _ = write!(text, "  backup every {}us", point.values[0]);
            for measured in &point.measures {
                let worst = measured.spread.map_or(measured.value, |spread| spread.worst.0);
                let _ = write!(text, " {}={}/{worst}", measured.metric.definition().id, measured.value);
            }
            let _ = writeln!(text, " failures={:?}", point.failures);
        }
        let on = frontier(&plan, &points, Metric::Cost, Metric::Rto);
        let on = on.iter().filter(|place| place.on_frontier).map(|place| place.point);
        let _ = writeln!(text, "  frontier {:?}", on.collect::<Vec<_>>());
        for run in runs.iter().flat_map(RunResult::lived) {
            let _ = writeln!(text, "  {:016x}", fnv(&run.script));
        }
    }
    text
}

/// FNV-1a.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
