//! Where a recovery can be stopped and looked at: its steps, and among them those that matter most; and its phases with their shares.

use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::{Phase, RecoveryPhase, StepKind};
use yew::prelude::*;

/// The steps of the run's recovery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stations {
    pub first: u32,
    pub last: u32,
    pub consistent: Option<u32>,
    pub stop: Option<u32>,
    /// Replayed records, by step.
    pub replayed: Vec<u32>,
}

impl Stations {
    pub fn of(run: &Run) -> Stations {
        let Some(first) = run.head.recovery_step.filter(|_| run.is_there()) else {
            return Stations::default();
        };
        let last = run.last_step();
        let of_kind = |kind: StepKind| (first..=last).filter(move |step| run.step_kind(*step) == kind);
        Stations {
            first,
            last,
            consistent: of_kind(StepKind::ConsistencyReached).next(),
            stop: of_kind(StepKind::RecoveryStopped).next_back(),
            replayed: of_kind(StepKind::RecordReplayed).collect(),
        }
    }

    pub fn are_there(&self) -> bool {
        self.last > self.first
    }

    pub fn last_position(&self) -> u32 {
        self.last - self.first
    }

    /// The place of a step in the recovery, counted from its first.
    pub fn position(&self, step: u32) -> Option<u32> {
        (self.are_there() && (self.first..=self.last).contains(&step)).then(|| step - self.first)
    }

    /// How many records have been replayed by the end of a step.
    pub fn replayed_by(&self, step: u32) -> usize {
        self.replayed.partition_point(|at| *at <= step)
    }

    pub fn is_consistent_at(&self, step: u32) -> bool {
        self.consistent.is_some_and(|at| at <= step)
    }
}

/// The phase that a step belongs to.
pub fn phase_of(run: &Run, stations: &Stations, step: u32) -> RecoveryPhase {
    let kinds = (stations.first..=step.min(stations.last)).rev().map(|step| run.step_kind(step));
    kinds.into_iter().find_map(phase_of_kind).unwrap_or(RecoveryPhase::FetchBackup)
}

/// The phase that a step of a kind belongs to; `None` if that is whichever is at hand.
pub fn phase_of_kind(kind: StepKind) -> Option<RecoveryPhase> {
    match kind {
        StepKind::RecoveryStarted | StepKind::FileRestored => Some(RecoveryPhase::FetchBackup),
        StepKind::SegmentFetched => Some(RecoveryPhase::FetchLog),
        StepKind::RecordReplayed | StepKind::ConsistencyReached | StepKind::RecoveryPaused => Some(RecoveryPhase::Redo),
        StepKind::RecoveryStopped | StepKind::TimelineBegan => Some(RecoveryPhase::Promote),
        StepKind::Validated | StepKind::InvariantHolds | StepKind::InvariantFails | StepKind::RecoveryFinished => {
            Some(RecoveryPhase::Validate)
        }
        _ => None,
    }
}

/// Whole percents that add up to a hundred: what is cut off goes to those that lose most by it.
pub fn percents(phases: &[Phase]) -> Vec<u32> {
    let all: i128 = phases.iter().map(|phase| i128::from(phase.took_us.max(0))).sum();
    if all == 0 {
        return vec![0; phases.len()];
    }
    let exact: Vec<i128> = phases.iter().map(|phase| i128::from(phase.took_us.max(0)) * 100).collect();
    let mut whole: Vec<u32> = exact.iter().map(|share| (share / all) as u32).collect();
    let mut order: Vec<usize> = (0..phases.len()).collect();
    order.sort_by_key(|index| core::cmp::Reverse(exact[*index] % all));
    let missing = 100_u32.saturating_sub(whole.iter().sum());
    order.into_iter().take(missing as usize).for_each(|index| whole[index] += 1);
    whole
}

/// The phases as a bar, and in words with seconds and percents; the one at hand is marked.
pub fn phases(run: &Run, stations: &Stations, step: u32) -> Html {
    let Some(report) = run.head.report.as_ref() else { return none() };
    let now = stations.position(step).map(|_| phase_of(run, stations, step));
    let mut bar = tag("div", "phase-bar steps-bar").attr("aria-hidden", "true");
    let mut list = tag("ol", "steps-phases").attr("aria-label", &t("bench.steps.phases", &[]));
    for (phase, percent) in report.phases.iter().zip(percents(&report.phases)) {
        let code = phase.phase.code();
        let is_now = now == Some(phase.phase);
        if phase.took_us > 0 {
            let class = format!("phase-share is-{code}{}", if is_now { " is-at-hand" } else { "" });
            bar = bar.child(tag("span", &class).attr("style", &format!("flex-grow:{}", phase.took_us)).html());
        }
        let mut line =
            tag("li", if is_now { "is-at-hand" } else { "" }).attr("data-point", "phase").attr("data-name", code);
        if is_now {
            line = line.attr("aria-current", "step");
        }
        let took =
            t("bench.steps.took", &[("time", &format::duration(phase.took_us)), ("percent", &percent.to_string())]);
        let line = line
            .child(tag("span", &format!("phase-key is-{code}")).attr("aria-hidden", "true").html())
            .child(plain("span", "", t(&format!("phase.{code}"), &[])))
            .child(plain("strong", "num", took));
        list = list.child(line.html());
    }
    group("div", "steps-timing", [bar.html(), list.html()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{Records, RunHead, Steps};

    fn run(kinds: &[StepKind], recovery_step: Option<u32>) -> Run {
        let count = kinds.len();
        let steps = Steps {
            kind: kinds.to_vec(),
            time_us: vec![0; count],
            lsn: vec![0; count],
            xid: vec![0; count],
            name: vec![u32::MAX; count],
            text: vec![u32::MAX; count],
            amount: vec![0; count],
        };
        Run::new(RunHead { recovery_step, ..RunHead::default() }, Records::default(), steps)
    }

    #[test]
    fn the_stations_are_the_recoverys_own() {
        use StepKind as S;
        let kinds = [
            S::Noted,
            S::RecoveryStarted,
            S::FileRestored,
            S::SegmentFetched,
            S::RecordReplayed,
            S::ConsistencyReached,
            S::RecordReplayed,
            S::RecoveryStopped,
            S::TimelineBegan,
            S::Validated,
            S::RecoveryFinished,
        ];
        let run = run(&kinds, Some(1));
        let stations = Stations::of(&run);
        assert_eq!((stations.first, stations.last, stations.last_position()), (1, 10, 9));
        assert_eq!((stations.consistent, stations.stop), (Some(5), Some(7)));
        assert_eq!((stations.position(0), stations.position(1), stations.position(10)), (None, Some(0), Some(9)));
        assert_eq!((stations.replayed_by(3), stations.replayed_by(4), stations.replayed_by(10)), (0, 1, 2));
        assert!(!stations.is_consistent_at(4) && stations.is_consistent_at(5));
        let phases = [1, 2, 3, 4, 5, 7, 9].map(|step| phase_of(&run, &stations, step));
        use RecoveryPhase as P;
        assert_eq!(phases, [P::FetchBackup, P::FetchBackup, P::FetchLog, P::Redo, P::Redo, P::Promote, P::Validate]);
    }

    #[test]
    fn a_run_without_a_recovery_has_none() {
        assert!(!Stations::of(&run(&[StepKind::Noted], None)).are_there());
        assert_eq!(Stations::default().position(0), None);
    }

    #[test]
    fn percents_add_up_to_a_hundred() {
        let phases = |took: &[i64]| -> Vec<Phase> {
            took.iter().map(|took| Phase { phase: RecoveryPhase::Redo, took_us: *took }).collect()
        };
        assert_eq!(percents(&phases(&[1, 1, 1])), [34, 33, 33]);
        assert_eq!(percents(&phases(&[0, 999, 1])), [0, 100, 0]);
        assert_eq!(percents(&phases(&[0, 0])), [0, 0]);
        assert_eq!(percents(&phases(&[i64::MAX, i64::MAX])), [50, 50]);
    }
}
