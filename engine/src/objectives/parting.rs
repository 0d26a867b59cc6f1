//! Where what was measured and what the textbook says part, and what it is that decides: as codes with their quantities, for a sentence.

use super::metric::Metric;
use super::plan::Plan;
use super::reading::Part;
use super::summary::{Measured, Summary};

/// Something worth saying of a sweep along one knob. `at` is the knob's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// From there on the log that is to be fetched and replayed sets the recovery time, and no longer the backup.
    LogDominates { at: i64 },
    /// It is the backup everywhere.
    BackupDominates,
    /// Most of the time is people's everywhere.
    PeopleDominate { thousandths: u64 },
    /// From there on measurement and textbook are more than a tenth apart, and more than the history's coarseness explains; how far, at most, and which is higher.
    Parts { at: i64, thousandths: u64, measured_higher: bool },
    /// They agree everywhere, to so many thousandths.
    Agrees { thousandths: u64 },
    /// Some of the runs could not be recovered, from there on.
    Fails { at: i64, runs: u32 },
    /// The archive timeout changes nothing any more from there on: the log fills segments sooner.
    SegmentsFillFirst { at: i64 },
}

impl Remark {
    /// Its stable name.
    pub fn key(&self) -> &'static str {
        match self {
            Remark::LogDominates { .. } => "log_dominates",
            Remark::BackupDominates => "backup_dominates",
            Remark::PeopleDominate { .. } => "people_dominate",
            Remark::Parts { measured_higher: true, .. } => "measured_above",
            Remark::Parts { .. } => "measured_below",
            Remark::Agrees { .. } => "agrees",
            Remark::Fails { .. } => "some_fail",
            Remark::SegmentsFillFirst { .. } => "segments_fill_first",
        }
    }

    /// What the sentence about it needs: a name each, whether it is a value of the knob, and the number.
    pub fn params(&self) -> Vec<(&'static str, i64)> {
        let whole = |thousandths: u64| i64::try_from(thousandths).unwrap_or(i64::MAX);
        match *self {
            Remark::LogDominates { at } | Remark::SegmentsFillFirst { at } => vec![("at", at)],
            Remark::BackupDominates => Vec::new(),
            Remark::PeopleDominate { thousandths } | Remark::Agrees { thousandths } => {
                vec![("thousandths", whole(thousandths))]
            }
            Remark::Parts { at, thousandths, .. } => vec![("at", at), ("thousandths", whole(thousandths))],
            Remark::Fails { at, runs } => vec![("at", at), ("runs", runs.into())],
        }
    }
}

/// What there is to say of a metric along a plan's only axis; the points in its order.
pub fn remarks(plan: &Plan, points: &[Summary], metric: Metric) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let value = |point: &Summary| point.values.first().copied().unwrap_or(0);
    if let Some(first) = points.iter().find(|point| !point.is_sound()) {
        remarks.push(Remark::Fails { at: value(first), runs: first.runs - first.recovered });
    }
    if matches!(metric, Metric::Rto | Metric::RestoreTime) {
        remarks.extend(who_dominates(points, metric, value));
    }
    if metric == Metric::Rpo {
        // In ascending order: from where on a longer timeout is not what closes a segment.
        let is_filled = |point: &&Summary| {
            let policy = plan.policy(point.number);
            let timeout = policy.settings.archive_timeout;
            timeout.is_some_and(|timeout| timeout > policy.shape.fills_segment_in()) && !policy.streams()
        };
        remarks.extend(points.iter().find(is_filled).map(|point| Remark::SegmentsFillFirst { at: value(point) }));
    }
    remarks.extend(against_textbook(points, metric, value));
    remarks
}

fn who_dominates(points: &[Summary], metric: Metric, value: impl Fn(&Summary) -> i64) -> Option<Remark> {
    let median = |point: &Summary, part: Part| point.value(Metric::Of(part)).unwrap_or(0);
    let sum = |point: &Summary, parts: &[Part]| parts.iter().map(|part| median(point, *part)).sum::<u64>();
    let people = |point: &Summary| sum(point, &[Part::Detect, Part::Decide]);
    let shares = points.iter().filter_map(|point| {
        let whole = point.value(metric)?;
        Some(people(point).saturating_mul(1000) / whole.max(1))
    });
    let least = shares.min()?;
    if metric == Metric::Rto && least > 500 {
        return Some(Remark::PeopleDominate { thousandths: least });
    }
    let log = |point: &Summary| {
        sum(point, &[Part::FetchLog, Part::Redo]) > sum(point, &[Part::FetchBackup, Part::Validate, Part::Switch])
    };
    // From the first point on behind which there is none of the other kind.
    let last_other = points.iter().rposition(|point| !log(point));
    match last_other {
        None => points.first().map(|point| Remark::LogDominates { at: value(point) }),
        Some(index) if index + 1 < points.len() => Some(Remark::LogDominates { at: value(&points[index + 1]) }),
        Some(_) => points.iter().all(|point| !log(point)).then_some(Remark::BackupDominates),
    }
}

fn against_textbook(points: &[Summary], metric: Metric, value: impl Fn(&Summary) -> i64) -> Option<Remark> {
    let (mut parts, mut agrees): (Option<(i64, u64, bool)>, Option<u64>) = (None, None);
    for point in points {
        let Some(&Measured { value: measured, expected: Some(expected), error, .. }) = point.measured(metric) else {
            continue;
        };
        let apart = measured.abs_diff(expected.median);
        let thousandths = apart.saturating_mul(1000) / expected.median.max(1);
        agrees = Some(agrees.unwrap_or(0).max(thousandths));
        if thousandths > 100 && apart > error {
            let higher = measured > expected.median;
            let (at, most, was_higher) = parts.unwrap_or((value(point), 0, higher));
            let is_most = thousandths > most;
            parts = Some((at, thousandths.max(most), if is_most { higher } else { was_higher }));
        }
    }
    match parts {
        Some((at, thousandths, measured_higher)) => Some(Remark::Parts { at, thousandths, measured_higher }),
        None => agrees.map(|thousandths| Remark::Agrees { thousandths }),
    }
}
