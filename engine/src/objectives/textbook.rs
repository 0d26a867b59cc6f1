//! What the textbook expects, so that it can be drawn over what was measured.
//!
//! **Data loss**, with an archive that gets a segment every `I` and takes `s` to ship it. What is in the archive when the machine dies is at least `s` old and
//! at most `I + s`, and a failure comes at any time of the cycle with the same chance:
//!
//! ```text
//! median = I/2 + s          worst = I + s          s = latency + segment x scale / bandwidth
//! ```
//!
//! (PostgreSQL's manual, "Continuous Archiving": `archive_timeout` limits how old unarchived data can be.)
//!
//! **Recovery time**, with a base backup every `C` that takes `d` until its last segment is in the archive too. The newest backup of use is between `d` and `C + d` old, counted
//! from its beginning, where replay begins; the log written since is its age times the rate of the log:
//!
//! ```text
//! RTO(age) = latency + B x scale / bandwidth                            restore the backup of B bytes
//!          + (1 + age x n) x (latency + segment x scale / bandwidth)    fetch the backup's own segment, and n for each unit of time
//!          + age x r x scale / redo rate                                replay r bytes for each unit of time
//!          + promotion + B x scale / validation rate
//! median = RTO(C/2 + d)     worst = RTO(C + d)
//! ```
//!
//! The devices are those of the settings, each term is [`Device::takes`](crate::Device::takes). `B`, `d`, `n` and `r` are what somebody would read off a calm day of this
//! database: a day's run without a failure. The database is taken not to grow, as a textbook does.

use super::measure::run_script;
use super::policies::{calm, settings};
use super::sweep::SweepKind;
use crate::cluster::{EventKind, Settings};
use crate::types::Micros;

/// An expectation of the median and of the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expectation {
    pub median: Micros,
    pub worst: Micros,
}

impl Expectation {
    /// Of the data loss under an archive timeout.
    pub fn rpo(settings: &Settings, interval: Micros) -> Expectation {
        let segment = u64::from(settings.segment.bytes()).saturating_mul(settings.scale);
        let shipping = settings.devices.archive_store.takes(segment);
        Expectation { median: Micros(interval.0 / 2) + shipping, worst: interval + shipping }
    }
}

/// What a day without a failure shows.
#[derive(Debug, Clone)]
pub(super) struct CalmDay {
    settings: Settings,
    /// Of a base backup, before `scale`.
    backup_bytes: u64,
    backup_took: Micros,
    /// Of the whole day: segments that were archived behind the backup, bytes of records.
    segments: i64,
    record_bytes: u64,
}

impl CalmDay {
    /// Lets a day pass.
    pub fn watch(seed: u64) -> CalmDay {
        // Without the backups that come on schedule: with them the day would not be calm.
        let mut script = calm(SweepKind::RtoAgainstCadence, Micros::DAY, seed, Micros::DAY);
        script.settings.backup_every = None;
        let mut day = CalmDay {
            settings: settings(SweepKind::RtoAgainstCadence, Micros::DAY, seed),
            backup_bytes: 0,
            backup_took: Micros::ZERO,
            segments: 0,
            record_bytes: 0,
        };
        let Ok(run) = run_script(&script) else {
            return day;
        };
        let mut backup_began: Option<Micros> = None;
        let mut is_complete = false;
        for event in run.events() {
            match &event.kind {
                EventKind::BackupStarted { .. } => backup_began = Some(event.at),
                EventKind::BackupFinished { bytes, .. } => {
                    day.backup_bytes = *bytes;
                    day.backup_took = event.at - backup_began.unwrap_or(event.at);
                    is_complete = true;
                }
                EventKind::SegmentArchived { .. } if is_complete => day.segments += 1,
                EventKind::RecordWritten { record, .. } if backup_began.is_some() => {
                    day.record_bytes += record.end.since(record.lsn);
                }
                _ => {}
            }
        }
        // The first of them is the backup's own.
        day.segments = (day.segments - 1).max(0);
        day
    }

    /// Of the recovery time under a cadence of base backups.
    pub fn rto(&self, cadence: Micros) -> Expectation {
        let of_use = self.backup_took + self.segment_takes();
        let half = Micros(cadence.0 / 2);
        Expectation { median: self.rto_at_age(half + of_use), worst: self.rto_at_age(cadence + of_use) }
    }

    /// The way of a segment to the archive or from there.
    fn segment_takes(&self) -> Micros {
        let segment = u64::from(self.settings.segment.bytes()).saturating_mul(self.settings.scale);
        self.settings.devices.archive_store.takes(segment)
    }

    fn rto_at_age(&self, age: Micros) -> Micros {
        let (devices, scale) = (&self.settings.devices, self.settings.scale);
        let database = self.backup_bytes.saturating_mul(scale);
        let segment = self.segment_takes();
        let day_of_segments = Micros(segment.0.saturating_mul(self.segments));
        let day_of_redo = Micros::for_bytes(self.record_bytes.saturating_mul(scale), devices.redo_bytes_per_second);
        devices.backup_store.takes(database)
            + segment
            + share(day_of_segments, age)
            + share(day_of_redo, age)
            + devices.promote
            + Micros::for_bytes(database, devices.validate_bytes_per_second)
    }
}

/// What falls to an age, of what falls to a day.
fn share(of_day: Micros, age: Micros) -> Micros {
    let share = i128::from(of_day.0) * i128::from(age.0) / i128::from(Micros::DAY.0);
    Micros(i64::try_from(share).unwrap_or(i64::MAX))
}
