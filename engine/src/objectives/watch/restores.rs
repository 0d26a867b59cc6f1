//! The recoveries of a run, and what came of them.

use super::gauge::Reading;
use crate::cluster::{Cluster, Event, EventKind};
use crate::types::Micros;

/// What came of a recovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It came to its end, and what was recovered was found right, or not.
    Done { passed: bool },
    /// The code of its failure.
    Failed(String),
}

/// A recovery of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    pub step: u32,
    pub at: Micros,
    pub backup: String,
    /// At which step it ended, and how; `None`: it goes on, or waits.
    pub ended: Option<(u32, Ended)>,
    /// What it took without waiting for anybody, once it is over.
    pub took: Micros,
    /// Somebody said before that it would come.
    pub planned: bool,
}

/// A note that begins so announces the next recovery: nobody is to be called for what that causes.
pub const PLANNED: &str = "planned";

/// All recoveries so far.
#[derive(Debug, Default)]
pub(super) struct Restores {
    pub all: Vec<Restore>,
    announced: bool,
    /// When the last one began, without the time for which it waited; and when it began to wait.
    began: Micros,
    waits: Option<Micros>,
    pub replayed: u64,
    redo_began: Option<Micros>,
    redo_took: Micros,
    checked: u64,
    passed: u64,
    pub invalid: i64,
    pub failed: i64,
    pub divergence: Option<i64>,
}

impl Restores {
    /// Takes note of what happened; whether it was of a recovery. `state` is the cluster just after it, if it is asked for.
    pub fn hear(&mut self, step: u32, event: &Event, state: impl FnOnce() -> Cluster) -> bool {
        let is_of_recovery = matches!(
            event.kind,
            EventKind::RecoveryStarted { .. }
                | EventKind::FileRestored { .. }
                | EventKind::SegmentFetched { .. }
                | EventKind::RecordReplayed { .. }
                | EventKind::RecoveryStopped { .. }
                | EventKind::TimelineBegan { .. }
                | EventKind::RecoveryPaused
                | EventKind::RecoveryShutDown
                | EventKind::RecoveryFinished
                | EventKind::RecoveryFailed { .. }
        );
        if let EventKind::Noted { text, .. } = &event.kind {
            self.announced |= text.get(..PLANNED.len()).is_some_and(|word| word.eq_ignore_ascii_case(PLANNED));
        }
        if !is_of_recovery {
            return false;
        }
        if let Some(waits) = self.waits.take() {
            self.began = self.began + (event.at - waits);
        }
        match &event.kind {
            EventKind::RecoveryStarted { backup, .. } => {
                let planned = core::mem::take(&mut self.announced);
                let (at, backup) = (event.at, backup.clone());
                self.all.push(Restore { step, at, backup, ended: None, took: Micros::ZERO, planned });
                (self.began, self.replayed, self.redo_began) = (event.at, 0, None);
            }
            EventKind::RecordReplayed { .. } => {
                self.replayed += 1;
                let began = *self.redo_began.get_or_insert(event.at);
                self.redo_took = event.at - began;
            }
            EventKind::RecoveryPaused | EventKind::RecoveryShutDown => self.waits = Some(event.at),
            EventKind::RecoveryFinished => self.finished(step, event.at, &state()),
            EventKind::RecoveryFailed { failure } => {
                let took = event.at - self.began;
                self.failed += 1;
                self.end(step, took, Ended::Failed(failure.code().to_owned()));
            }
            _ => {}
        }
        true
    }

    fn finished(&mut self, step: u32, at: Micros, state: &Cluster) {
        let outcome = state.recovery().and_then(|recovery| recovery.outcome());
        let report = outcome.and_then(Result::ok);
        let (passed, divergence) = report.map_or((true, 0), |it| (it.passed(), it.validation.divergence()));
        self.checked += 1;
        self.passed += u64::from(passed);
        self.failed = 0;
        self.invalid = if passed { 0 } else { self.invalid + 1 };
        self.divergence = Some(divergence.into());
        let took = report.map_or(at - self.began, crate::recovery::Report::rto);
        self.end(step, took, Ended::Done { passed });
    }

    fn end(&mut self, step: u32, took: Micros, ended: Ended) {
        if let Some(last) = self.all.last_mut() {
            (last.ended, last.took) = (Some((step, ended)), took);
        }
    }

    /// How long the one that runs has been running.
    pub fn restoring(&self) -> Reading {
        match (self.all.last(), self.waits) {
            (Some(Restore { ended: None, .. }), None) => Reading::Since(self.began),
            (Some(Restore { ended: None, .. }), Some(waits)) => Reading::Is((waits - self.began).0),
            _ => Reading::Unknown,
        }
    }

    /// What the last one took that came to its end.
    pub fn took(&self) -> Reading {
        let done = |restore: &&Restore| matches!(restore.ended, Some((_, Ended::Done { .. })));
        self.all.iter().rev().find(done).map_or(Reading::Unknown, |last| Reading::Is(last.took.0))
    }

    /// Thousandths of those that are over that came to their end, and of those that were looked through that were found right.
    pub fn rates(&self) -> [Reading; 2] {
        let over = self.all.iter().filter(|restore| restore.ended.is_some()).count() as u64;
        let share = |part: u64, whole: u64| match (part * 1000).checked_div(whole) {
            Some(share) => Reading::Is(share as i64),
            None => Reading::Unknown,
        };
        [share(self.checked, over), share(self.passed, self.checked)]
    }

    /// Records a second of the virtual clock, once there are some.
    pub fn rate(&self) -> Reading {
        let rate = u128::from(self.replayed) * 1_000_000 / u128::from(self.redo_took.0.max(1).unsigned_abs());
        match self.redo_took > Micros::ZERO {
            true => Reading::Is(i64::try_from(rate).unwrap_or(i64::MAX)),
            false => Reading::Unknown,
        }
    }

    /// Whether the last one was announced.
    pub fn is_planned(&self) -> bool {
        self.all.last().is_some_and(|last| last.planned)
    }
}
