//! Visibility snapshots: which transactions had committed at one instant.
//!
//! ```text
//!        xmin              xmax
//! -------|-----------------|------>  numbers
//!  ended   ended or running  not begun
//! ```
//!
//! A transaction below `xmin` had ended, one from `xmax` on had not begun, and of those between the running ones are listed. What became
//! of those that had ended stands in the commit log. (PostgreSQL's `SnapshotData`, `XidInMVCCSnapshot`.)
//!
//! A statement of a READ COMMITTED transaction looks through a snapshot of its own, taken when it begins; in REPEATABLE READ the
//! first statement's serves for all. Numbers do not wrap around here.

use crate::types::Xid;

/// Which transactions had ended at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The first that was still running; `xmax` if none was.
    pub xmin: Xid,
    /// The first that had no number yet.
    pub xmax: Xid,
    /// Those between that were running, subtransactions too, in order.
    pub running: Vec<Xid>,
}

impl Snapshot {
    /// A snapshot of an instant at which these are running, in order, and `next` is the number to be given out next.
    pub fn of(running: impl Iterator<Item = Xid>, next: Xid) -> Snapshot {
        let running: Vec<Xid> = running.collect();
        Snapshot { xmin: running.first().copied().unwrap_or(next), xmax: next, running }
    }

    /// Whether a transaction had ended.
    pub fn has_ended(&self, xid: Xid) -> bool {
        xid < self.xmin || xid < self.xmax && self.running.binary_search(&xid).is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_of_numbers() {
        let snapshot = Snapshot::of([Xid(5), Xid(7)].into_iter(), Xid(9));
        let ended: Vec<u32> = (1..12).filter(|xid| snapshot.has_ended(Xid(*xid))).collect();
        assert_eq!(ended, [1, 2, 3, 4, 6, 8]);
        assert!(Snapshot::of([].into_iter(), Xid(9)).has_ended(Xid(8)));
    }
}
