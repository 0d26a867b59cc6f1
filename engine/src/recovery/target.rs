//! Where replay stops.
//!
//! The rules are those of PostgreSQL 15 (`recoveryStopsBefore` and `recoveryStopsAfter` in its `xlogrecovery.c`, documented under
//! "Recovery Target"); its recorded recoveries decide in doubt.
//!
//! * **time** looks at commits and aborts alone, and stops before the first whose timestamp is later than the target (inclusive), or
//!   not earlier (exclusive). The first such record in log order decides, whatever comes behind it.
//! * **XID** stops just after (inclusive) or just before (exclusive) the record that ends that transaction. Commits that stand earlier
//!   in the log are in, whatever their numbers; a committed subtransaction's number never matches.
//! * **LSN** is about the first record of any kind that starts at or past the target: it is replayed (inclusive) or not (exclusive).
//! * **name** stops just after the first restore point of that name.
//! * **immediate** stops at consistency. **end** does not stop.

use crate::cluster::Target;
use crate::wal::{Body, ReadRecord};
use serde::{Deserialize, Serialize};

/// Why replay stopped where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// Before the first commit or abort past the target time.
    BeforeTime,
    BeforeXid,
    AfterXid,
    BeforeLsn,
    AfterLsn,
    AtRestorePoint,
    AtConsistency,
    EndOfLog,
}

/// A target, asked about each record in turn.
#[derive(Debug, Clone)]
pub struct StopRule<'a> {
    pub target: &'a Target,
    pub inclusive: bool,
}

impl StopRule<'_> {
    /// Whether replay stops instead of replaying this record.
    pub fn stops_before(&self, found: &ReadRecord<'_>, consistent: bool) -> Option<StopReason> {
        match (self.target, &found.record.body) {
            (Target::Immediate, _) => consistent.then_some(StopReason::AtConsistency),
            (Target::Lsn(lsn), _) => (!self.inclusive && found.lsn >= *lsn).then_some(StopReason::BeforeLsn),
            (Target::Xid(xid), body) if body.ends_transaction() => {
                (!self.inclusive && found.record.xid == *xid).then_some(StopReason::BeforeXid)
            }
            (Target::Time(target), Body::Commit { time, .. } | Body::Abort { time, .. }) => {
                let past = if self.inclusive { time > target } else { time >= target };
                past.then_some(StopReason::BeforeTime)
            }
            _ => None,
        }
    }

    /// Whether replay stops having replayed this record.
    pub fn stops_after(&self, found: &ReadRecord<'_>, consistent: bool) -> Option<StopReason> {
        match (self.target, &found.record.body) {
            (Target::Immediate, _) => consistent.then_some(StopReason::AtConsistency),
            (Target::Lsn(lsn), _) => (self.inclusive && found.lsn >= *lsn).then_some(StopReason::AfterLsn),
            (Target::Xid(xid), body) if body.ends_transaction() => {
                (self.inclusive && found.record.xid == *xid).then_some(StopReason::AfterXid)
            }
            (Target::Name(wanted), Body::RestorePoint { name, .. }) => {
                (wanted == name).then_some(StopReason::AtRestorePoint)
            }
            _ => None,
        }
    }
}
