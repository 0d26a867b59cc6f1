//! The glossary: what the page's terms mean, as an author wrote it in `content/glossary/`.
//!
//! That ids are unique, related terms exist and definitions are short, the build has checked.

use pitr_authoring::term::Term;
use std::sync::OnceLock;

/// Every term, in the author's order.
pub fn glossary() -> &'static [Term] {
    static TERMS: OnceLock<Vec<Term>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/glossary.postcard"));
    // What the build wrote reads back.
    TERMS.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Concepts that no term explains yet: a ratchet, which is only ever turned down.
    const UNEXPLAINED_MAX: usize = 27;

    #[test]
    fn terms_are_there() {
        assert!(glossary().len() > 100);
        let ids: BTreeSet<&str> = glossary().iter().map(|term| term.id.as_str()).collect();
        for wanted in [
            "lsn",
            "xid",
            "wal-record",
            "segment",
            "checkpoint",
            "redo-pointer",
            "full-page-image",
            "base-backup",
            "incremental-backup",
            "backup-manifest",
            "timeline",
            "history-file",
            "restore-point",
            "archive",
            "archive-timeout",
            "rpo",
            "rto",
            "recovery-target",
            "inclusive",
            "consistency-point",
            "promotion",
            "buffer-pool",
            "dirty-page",
            "eviction",
            "commit-log",
            "savepoint",
            "visibility-snapshot",
            "torn-page",
            "fsync",
            "group-commit",
            "asynchronous-commit",
        ] {
            assert!(ids.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn concepts_are_explained_or_counted() {
        let explained: BTreeSet<&str> = glossary().iter().flat_map(|term| &term.concepts).map(String::as_str).collect();
        let concepts: Vec<&str> = include_str!("../content/concepts.txt").lines().collect();
        let unexplained: Vec<&str> = concepts.iter().copied().filter(|concept| !explained.contains(concept)).collect();
        println!(
            "glossary: {} terms, {} of {} concepts; none yet for {}",
            glossary().len(),
            concepts.len() - unexplained.len(),
            concepts.len(),
            unexplained.join(", ")
        );
        assert_eq!(concepts.iter().collect::<BTreeSet<_>>().len(), concepts.len(), "a concept stands there once");
        assert!(unexplained.len() <= UNEXPLAINED_MAX, "{} concepts have no term", unexplained.len());
    }

    /// A word of the database's snapshot of visibility is not one of backups.
    #[test]
    fn a_snapshot_is_a_backup_or_called_otherwise() {
        for term in glossary().iter().filter(|term| term.name.to_lowercase().contains("snapshot")) {
            assert!(["base-backup", "visibility-snapshot"].contains(&term.id.as_str()), "{}", term.id);
        }
    }
}
