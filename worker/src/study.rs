//! What a first visit does not need at once: sweeps and self-checks.
//!
//! The worker comes in two builds. The lab's own is as small as can be and never busy for long; the one with the feature `study` also
//! runs sweeps and grades answers, in a worker of its own that is fetched when a reader comes to them.

use crate::questions::Questions;
use crate::quiz::SelfCheck;
use crate::sweep::Sweeps;
use pitr_protocol::{Problem, Reply, Request};

/// A reply with whom it is for.
pub type Told = (u32, u32, Reply);

/// Sweeps under way, the self-check and the questions at hand.
#[derive(Debug, Default)]
pub struct Study {
    check: SelfCheck,
    questions: Questions,
    sweeps: Sweeps,
}

impl Study {
    /// Answers a request, if it is one for a study.
    pub fn answer(&mut self, id: u32, epoch: u32, request: &Request) -> Option<Result<Reply, Problem>> {
        Some(match request {
            // Anything else that is sealed is the workbench's, which asks about a run.
            Request::Bench(sealed) => {
                if let Some(asked) = pitr_protocol::questions::open(sealed) {
                    let told = self.questions.answer(asked);
                    return Some(Ok(Reply::Bench(pitr_protocol::questions::seal(&told))));
                }
                let told = self.sweeps.answer(id, epoch, pitr_protocol::sweep::open(sealed)?);
                Ok(Reply::Bench(pitr_protocol::sweep::seal(&told)))
            }
            Request::Questions { attempt } => self.check.questions(*attempt),
            Request::Answer { attempt, question, choice } => self.check.answer(*attempt, *question, *choice),
            _ => return None,
        })
    }

    /// Goes on with sweeps for a slice; what is to be told, and whether more is left.
    pub fn work(&mut self, clock: &dyn Fn() -> i64) -> (Vec<Told>, bool) {
        self.sweeps.work(clock)
    }
}
