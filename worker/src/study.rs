//! What a first visit does not need at once: charts and self-checks.
//!
//! The worker comes in two builds. The lab's own is as small as can be and never busy for long; the one with the feature `study` also
//! computes charts and grades answers, in a worker of its own that is fetched when a reader comes to them.

use crate::long::{Long, Told};
use crate::quiz::SelfCheck;
use crate::sweep::Sweeps;
use pitr_protocol::{Problem, Reply, Request};

/// The charts' failure times are drawn from this; the page shows it.
const CHART_SEED: u64 = 7;

/// Charts under way, and the self-check at hand.
#[derive(Debug, Default)]
pub struct Study {
    long: Long,
    check: SelfCheck,
    sweeps: Sweeps,
}

impl Study {
    /// Answers a request, if it is one for a study.
    pub fn answer(&mut self, id: u32, epoch: u32, request: &Request) -> Option<Result<Reply, Problem>> {
        Some(match request {
            Request::Chart(chart) => Ok(self.long.begin(id, epoch, *chart, CHART_SEED)),
            Request::CancelCharts => {
                self.long.cancel();
                Ok(Reply::Done)
            }
            // Anything else that is sealed is the workbench's, which asks about a run.
            Request::Bench(sealed) => {
                let told = self.sweeps.answer(id, epoch, pitr_protocol::sweep::open(sealed)?);
                Ok(Reply::Bench(pitr_protocol::sweep::seal(&told)))
            }
            Request::Questions { attempt } => self.check.questions(*attempt),
            Request::Answer { attempt, question, choice } => self.check.answer(*attempt, *question, *choice),
            _ => return None,
        })
    }

    /// Goes on with the charts for a slice, then with sweeps.
    pub fn work(&mut self, clock: &dyn Fn() -> i64) -> (Vec<Told>, bool) {
        let (mut told, more) = self.long.work(clock);
        if more {
            return (told, more);
        }
        let (more_told, more) = self.sweeps.work(clock);
        told.extend(more_told);
        (told, more)
    }
}
