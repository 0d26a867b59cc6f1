//! Which heads and labels of the page are terms: by the key of what they say, and where they stand.
//!
//! A label that is a term's very name need not be listed: see [`NAMES`]. Nothing is asked of the lab for this: its elements are found by where
//! they stand and what they say, in whatever language that is.

/// Where they stand, and there: the keys of what they say, and the terms.
type Heads = (&'static str, &'static [(&'static str, &'static str)]);

pub const HEADS: [Heads; 13] = [
    (
        ".signal-name",
        &[
            ("signal.rpo", "rpo"),
            ("signal.rto", "rto"),
            ("signal.storage", "storage-cost"),
            ("signal.granularity", "granularity"),
        ],
    ),
    (".where > .where-lsn", &[("transport.lsn", "lsn")]),
    (
        ".recover .panel-title, .recover .form-label, .recover .segment > span, .recover .check",
        &[
            ("recover.title", "point-in-time-recovery"),
            ("recover.backup", "base-backup"),
            ("recover.kind", "recovery-target"),
            ("recover.kind.time", "recovery-target-time"),
            ("recover.kind.lsn", "recovery-target-lsn"),
            ("recover.kind.xid", "recovery-target-xid"),
            ("recover.kind.name", "restore-point"),
            ("recover.kind.immediate", "immediate"),
            ("recover.kind.end", "end-of-log"),
            ("recover.target", "recovery-target"),
            ("recover.inclusive", "inclusive"),
            ("recover.timeline", "timeline"),
            ("recover.action", "promotion"),
        ],
    ),
    (
        ".machine h3",
        &[
            ("machine.buffer", "log-buffer"),
            ("machine.disk", "wal"),
            ("machine.archive", "archive"),
            ("machine.pages", "buffer-pool"),
            ("machine.files", "page"),
            ("machine.snapshots", "base-backup"),
            ("machine.server", "restore-beside"),
        ],
    ),
    (
        ".progress-phase > span",
        &[
            ("phase.fetch_backup", "base-backup"),
            ("phase.fetch_log", "archive"),
            ("phase.redo", "replay"),
            ("phase.promote", "promotion"),
            ("phase.validate", "validation"),
        ],
    ),
    (".report h3", &[("report.time", "rto"), ("report.price", "rpo")]),
    (
        ".facts > dt",
        &[
            ("report.fact.last_in", "commit"),
            ("report.fact.first_out", "recovery-target"),
            ("report.fact.last_record_in", "wal-record"),
            ("report.fact.first_record_out", "wal-record"),
            ("report.fact.backup", "base-backup"),
            ("report.fact.log", "wal"),
            ("report.fact.replayed", "replay"),
            ("report.fact.consistent", "consistency-point"),
            ("report.fact.timeline", "timeline"),
            ("report.fact.checked", "validation"),
        ],
    ),
    (".grid-writer", &[("tables.writer", "xid")]),
    (".as-table thead th", &[("table.column_xid", "xid"), ("table.column_lsn", "lsn")]),
    (
        ".bench-log caption, .bench-log thead th",
        &[
            ("bench.log.title", "wal"),
            ("bench.log.lsn", "lsn"),
            ("bench.log.what", "wal-record"),
            ("bench.log.xid", "xid"),
        ],
    ),
    (".bench h3", &[("bench.tree.title", "timeline")]),
    (".chart .panel-title", &[("charts.rto.title", "rto"), ("charts.rpo.title", "rpo")]),
    (
        ".grade-measured th, .chart-table th",
        &[
            ("objective.rpo", "rpo"),
            ("objective.rto", "rto"),
            ("objective.storage", "storage-cost"),
            ("objective.granularity", "granularity"),
        ],
    ),
];

/// Where a label is a term if it has a term's name.
pub const NAMES: &str =
    "main :is(h2, h3, h4, dt, legend), main .bench-fields th, main thead th[scope=col], .study :is(h2, h3, dt, th)";
/// Where it is not, whatever it says: the picture called a timeline is no branch of the log; and columns are called as their author likes.
pub const NOT: &str =
    ".timeline-card h2, .tables .grid:not(.bench-log) *, .visually-hidden, button, a, summary, dialog *";

/// What a person sees as one thing, whose terms are walked through together.
pub const CARD: &str = ".panel, section, body";

#[cfg(test)]
mod tests {
    use super::super::terms::Terms;
    use super::*;

    #[test]
    fn every_head_is_said_and_every_term_is_in_the_glossary() {
        let terms = Terms::all();
        for (place, heads) in HEADS {
            for (key, term) in heads {
                assert!(crate::words::has(key), "{place} says nothing by {key}");
                assert!(terms.of(term).is_some(), "{key} of {place} names {term}, which the glossary lacks");
            }
        }
    }

    #[test]
    fn the_terms_that_nobody_should_miss_are_heads_somewhere() {
        let ids: Vec<&str> = HEADS.iter().flat_map(|(_, heads)| heads.iter().map(|(_, term)| *term)).collect();
        for wanted in ["rpo", "rto", "granularity", "lsn", "xid", "base-backup", "archive", "timeline", "wal"] {
            assert!(ids.contains(&wanted), "{wanted}");
        }
    }
}
