//! Which row versions a statement sees.

use super::{CommitLog, Fate};
use crate::storage::RowHead;
use crate::types::Xid;

/// The eyes of a statement: it sees what had committed when it began, and what its own transaction did.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'a> {
    pub commit_log: &'a CommitLog,
    /// The reader's own transaction, if it has a number.
    pub own: Xid,
}

impl Visibility<'_> {
    fn counts(&self, xid: Xid) -> bool {
        xid != Xid::NONE && (xid == self.own || self.commit_log.fate(xid) == Fate::Committed)
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
        let eyes = Visibility { commit_log: &commit_log, own };
        for (xmin, xmax, seen) in [
            (committed, Xid::NONE, true),
            (committed, aborted, true),
            (committed, open, true),
            (committed, committed, false),
            (committed, own, false),
            (own, Xid::NONE, true),
            (own, own, false),
            (open, Xid::NONE, false),
            (aborted, Xid::NONE, false),
            (Xid::NONE, Xid::NONE, false),
        ] {
            assert_eq!(eyes.sees(RowHead { xmin, xmax }), seen, "xmin {xmin}, xmax {xmax}");
        }
    }
}
