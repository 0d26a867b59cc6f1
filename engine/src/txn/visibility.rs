//! Which row versions a statement sees.

use super::{CommitLog, Fate, Snapshot};
use crate::storage::RowHead;
use crate::types::Xid;
use litemap::LiteMap;

/// The eyes of a statement: it sees what has committed, or had when its snapshot was taken, and what its own transaction did.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'a> {
    pub commit_log: &'a CommitLog,
    /// Running transactions and subtransactions, each with the transaction that it is part of.
    pub active: &'a LiteMap<Xid, Xid>,
    /// The reader's own transaction, if it has a number.
    pub own: Xid,
    /// `None`: all that has committed by now.
    pub snapshot: Option<&'a Snapshot>,
}

impl Visibility<'_> {
    fn counts(&self, xid: Xid) -> bool {
        if xid == Xid::NONE {
            return false;
        }
        let is_own = || self.own != Xid::NONE && self.active.get(&xid) == Some(&self.own);
        let had_ended = || !crate::WHOLE || self.snapshot.is_none_or(|snapshot| snapshot.has_ended(xid));
        self.commit_log.fate(xid) == Fate::Committed && had_ended() || is_own()
    }

    /// Whether a row version with this head is seen: made by a transaction that counts, and not ended by one.
    pub fn sees(&self, head: RowHead) -> bool {
        self.counts(head.xmin) && !self.counts(head.xmax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_seen_by_the_fates_of_two_transactions() {
        let mut commit_log = CommitLog::default();
        let (committed, aborted, open, own) = (Xid(1), Xid(2), Xid(3), Xid(4));
        commit_log.set(committed, Fate::Committed);
        commit_log.set(aborted, Fate::Aborted);
        // A subtransaction that is part of ours counts as ours.
        let part_of_own = Xid(5);
        let active = [(open, open), (own, own), (part_of_own, own)].into_iter().collect();
        let eyes = Visibility { commit_log: &commit_log, active: &active, own, snapshot: None };
        for (xmin, xmax, seen) in [
            (committed, Xid::NONE, true),
            (committed, aborted, true),
            (committed, open, true),
            (committed, committed, false),
            (committed, own, false),
            (own, Xid::NONE, true),
            (own, own, false),
            (part_of_own, Xid::NONE, true),
            (committed, part_of_own, false),
            (open, Xid::NONE, false),
            (aborted, Xid::NONE, false),
            (Xid::NONE, Xid::NONE, false),
        ] {
            assert_eq!(eyes.sees(RowHead { xmin, xmax }), seen, "xmin {xmin}, xmax {xmax}");
        }
    }

    #[test]
    fn what_committed_after_the_snapshot_is_not_seen_in_it() {
        let mut commit_log = CommitLog::default();
        let (before, during, after) = (Xid(1), Xid(2), Xid(3));
        let snapshot = Snapshot::of([during].into_iter(), after);
        for xid in [before, during, after] {
            commit_log.set(xid, Fate::Committed);
        }
        let active = LiteMap::new();
        let eyes = Visibility { commit_log: &commit_log, active: &active, own: Xid::NONE, snapshot: Some(&snapshot) };
        for (xmin, xmax, seen) in [
            (before, Xid::NONE, true),
            (before, before, false),
            (before, during, true),
            (before, after, true),
            (during, Xid::NONE, false),
            (after, Xid::NONE, false),
        ] {
            assert_eq!(eyes.sees(RowHead { xmin, xmax }), seen, "xmin {xmin}, xmax {xmax}");
        }
    }
}
