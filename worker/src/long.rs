//! Work that takes longer than a message may: the charts, one recovery at a time.

use pitr_engine::objectives::{Sweep, SweepKind, SweepStep};
use pitr_protocol::{Chart, ChartHead, ChartPoint, Reply};
use std::collections::VecDeque;

/// A slice of work is over when it has taken this long, microseconds.
const SLICE_US: i64 = 8_000;

/// The charts that are being computed, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Long {
    sweeps: VecDeque<Under>,
}

/// A chart under way, and whom to tell.
#[derive(Debug)]
struct Under {
    id: u32,
    epoch: u32,
    chart: Chart,
    sweep: Sweep,
    worked_us: i64,
}

/// A reply with whom it is for.
pub type Told = (u32, u32, Reply);

impl Long {
    /// Begins a chart; the same one, if it is being computed for somebody else, goes on for them as well.
    pub fn begin(&mut self, id: u32, epoch: u32, chart: Chart, seed: u64) -> Reply {
        let kind = match chart {
            Chart::RtoAgainstCadence => SweepKind::RtoAgainstCadence,
            Chart::RpoAgainstInterval => SweepKind::RpoAgainstInterval,
        };
        let sweep = Sweep::new(kind, seed);
        let head = sweep.head();
        self.sweeps.push_back(Under { id, epoch, chart, sweep, worked_us: 0 });
        Reply::ChartBegins(ChartHead {
            chart,
            points: head.points,
            first_x_us: head.first.0,
            last_x_us: head.last.0,
            runs_per_point: head.runs_per_point,
            scale: head.scale,
            seed: head.seed,
        })
    }

    /// Drops everything.
    pub fn cancel(&mut self) {
        self.sweeps.clear();
    }

    /// Works for a slice; what is to be told, and whether more is left. Charts take turns, so that each shows its first points soon.
    pub fn work(&mut self, clock: &dyn Fn() -> i64) -> (Vec<Told>, bool) {
        let begun = clock();
        let mut told = Vec::new();
        while let Some(mut under) = self.sweeps.pop_front() {
            let before = clock();
            let step = under.sweep.next_run();
            under.worked_us += clock() - before;
            let Under { id, epoch, chart, .. } = under;
            match step {
                SweepStep::Ran => self.sweeps.push_front(under),
                SweepStep::Point(point) => {
                    let point = ChartPoint {
                        x_us: point.policy.0,
                        median_us: point.median.0,
                        worst_us: point.worst.0,
                        textbook_median_us: point.textbook_median.0,
                        textbook_worst_us: point.textbook_worst.0,
                        median_script: point.median_script,
                        worst_script: point.worst_script,
                    };
                    told.push((id, epoch, Reply::ChartPoint { chart, point }));
                    self.sweeps.push_back(under);
                }
                SweepStep::Done => {
                    let recoveries = under.sweep.recoveries();
                    told.push((id, epoch, Reply::ChartDone { chart, recoveries, wall_us: under.worked_us }));
                }
            }
            if clock() - begun >= SLICE_US {
                break;
            }
        }
        (told, !self.sweeps.is_empty())
    }
}
