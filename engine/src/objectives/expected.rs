//! What the textbook expects of a policy, so that it can be drawn over what was measured.
//!
//! With a database of `B` bytes, log at a rate of `r` bytes a second in segments of `S`, a base backup every `C` that takes `d`, a segment every `I` that takes
//! `s` to ship, and a failure at any time with the same chance:
//!
//! ```text
//! loss           median I/2 + s              worst I + s            s = latency + S / bandwidth
//!   streaming    the delay behind, for both
//! recovery       detect + decide + fetch(B) + age/I x (latency + S / bandwidth) + age x r / redo + promote + B / validate
//!                median age C/2 + d          worst age C + d
//! storage        copies x (backups in the window x B + (window + C) x S/I)
//! ```
//!
//! A textbook takes the database not to grow, a chain of incremental backups to cost its full one and the log between, requests to come one after another,
//! and one worker to replay. Where it says otherwise than what was measured, [`parting`](super::parting) says so.

use super::metric::Metric;
use super::policy::Policy;
use crate::archive::StoreVolume;
use crate::types::Micros;

/// An expectation of the median and of the worst, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    pub median: u64,
    pub worst: u64,
}

impl Expected {
    /// Of a metric under a policy; `None` where the textbook has nothing to say.
    pub fn of(policy: &Policy, metric: Metric) -> Option<Expected> {
        let both = |median: Micros, worst: Micros| {
            let [median, worst] = [median, worst].map(|span| span.0.max(0).unsigned_abs());
            Some(Expected { median, worst })
        };
        let people = policy.detect + policy.decide;
        match metric {
            Metric::Rpo => {
                let (median, worst) = loss(policy);
                both(median, worst)
            }
            Metric::Rto => {
                let (median, worst) = restore(policy);
                both(median + people, worst + people)
            }
            Metric::RestoreTime => {
                let (median, worst) = restore(policy);
                both(median, worst)
            }
            Metric::Storage => Some(stored(policy)).map(|volume| Expected { median: volume, worst: volume }),
            Metric::Cost => {
                let kind = policy.settings.archiving.backup_store;
                let volume = StoreVolume { store: kind, objects: 1, log_bytes: 0, backup_bytes: stored(policy) };
                let cost = volume.micro_dollars_per_month();
                Some(Expected { median: cost, worst: cost })
            }
            _ => None,
        }
    }
}

fn loss(policy: &Policy) -> (Micros, Micros) {
    let store = policy.settings.devices.archive_store;
    if let Some(delay) = policy.settings.archiving.streaming {
        let behind = delay + store.takes(policy.shape.commit_bytes());
        return (behind, behind);
    }
    let (interval, shipping) = (policy.segment_every(), store.takes(policy.shape.segment_bytes));
    (Micros(interval.0 / 2) + shipping, interval + shipping)
}

fn restore(policy: &Policy) -> (Micros, Micros) {
    let devices = &policy.settings.devices;
    let database = policy.shape.database_bytes;
    let took = devices.backup_store.takes(database) + devices.archive_store.takes(policy.shape.segment_bytes);
    let at = |age: Micros, incrementals: i64| {
        let segments = age.0 / policy.segment_every().0.max(1) + 1;
        let fetched = Micros(devices.archive_store.takes(policy.shape.segment_bytes).0.saturating_mul(segments));
        let redo = Micros::for_bytes(policy.shape.log_bytes(age), devices.redo_bytes_per_second);
        // An incremental backup is about the log since the one before.
        let one = policy.shape.log_bytes(policy.cadence()).min(database);
        let chain = Micros(devices.backup_store.takes(one).0.saturating_mul(incrementals));
        let validation = Micros::for_bytes(database, devices.validate_bytes_per_second);
        let validated = if policy.validate { validation } else { Micros::ZERO };
        devices.backup_store.takes(database) + chain + fetched + redo + devices.promote + validated
    };
    let (cadence, chain) = (policy.cadence(), i64::from(policy.settings.tuning.backup_chain));
    (at(Micros(cadence.0 / 2) + took, chain / 2), at(cadence + took, chain))
}

fn stored(policy: &Policy) -> u64 {
    let (window, cadence, full) = (policy.window(), policy.cadence(), policy.full_every());
    let count = |span: Micros, every: Micros| u128::from((span.0 / every.0.max(1)).unsigned_abs());
    let fulls = count(window, full) + 1;
    let incrementals = fulls * u128::from(policy.settings.tuning.backup_chain);
    let database = u128::from(policy.shape.database_bytes);
    let one = u128::from(policy.shape.log_bytes(cadence)).min(database);
    let segments = count(window + full, policy.segment_every());
    let bytes = fulls * database + incrementals * one + segments * u128::from(policy.shape.segment_bytes);
    u64::try_from(bytes * u128::from(policy.copies)).unwrap_or(u64::MAX)
}
