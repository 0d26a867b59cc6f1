//! One run, and what it says about the objectives.

use crate::cluster::EventKind;
use crate::recovery::{RecoveryFailure, Report};
use crate::run::{Refused, Run};
use crate::script::Script;
use crate::types::{Micros, Xid};

/// What a run's recovery came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub report: Report,
    /// Recovery time: from the request to a server that takes connections.
    pub rto: Micros,
    /// Data loss: from the last commit that was recovered to the last that had been acknowledged; 0 if they are the same.
    pub rpo: Micros,
    /// How many acknowledged commits were not recovered.
    pub lost: u32,
}

/// Why a run says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunFailure {
    /// A command was refused.
    Refused(Refused),
    /// The recovery did not come to its target.
    Failed(RecoveryFailure),
    /// There was no recovery in it.
    NoRecovery,
}

/// Carries a script out.
pub fn run_script(script: &Script) -> Result<Run, Refused> {
    Run::new(script.settings.clone(), script.commands.iter().map(|line| line.timed.clone()).collect())
}

impl Outcome {
    /// What the last recovery of a run came to.
    pub fn of(run: &Run) -> Result<Outcome, RunFailure> {
        let outcome = run.cluster().recovery().and_then(|recovery| recovery.outcome());
        let report = match outcome {
            None => return Err(RunFailure::NoRecovery),
            Some(Err(failure)) => return Err(RunFailure::Failed(failure.clone())),
            Some(Ok(report)) => report.clone(),
        };
        let commits = || {
            run.events().iter().filter_map(|event| match &event.kind {
                EventKind::Committed { xid, .. } if *xid != Xid::NONE => Some(event.at),
                _ => None,
            })
        };
        // The recovered commits are the first of all: what is lost is lost at the end.
        let kept = report.last_in.and_then(|note| note.time).unwrap_or(report.began);
        let last = commits().next_back().unwrap_or(kept);
        let lost = commits().filter(|at| *at > kept).count() as u32;
        Ok(Outcome { rto: report.rto(), rpo: (last - kept).max(Micros::ZERO), lost, report })
    }
}
