//! How a recovery can fail.

use super::RecordNote;
use crate::archive::Unusable;
use crate::backup::ChainFault;
use crate::cluster::Target;
use crate::types::{Lsn, Micros, TimelineId};
use crate::wal::WhyEnd;
use serde::{Deserialize, Serialize};

/// A recovery that did not come to its target. Nothing of it is kept; the live database was never touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecoveryFailure {
    /// The target lies before the end of the backup: the copy would still be torn there.
    BeforeConsistent { target: Target, backup: String, stop: Lsn, consistent: Lsn, consistent_time: Micros },
    /// The log that could be had ends before the target is met. `last` is the last commit or abort in it.
    TargetNotReached { target: Target, log_end: Lsn, why: WhyEnd, last: Option<RecordNote> },
    /// The log ends before the backup's own end.
    BackupIncomplete { backup: String, log_end: Lsn, why: WhyEnd, needed: Lsn },
    /// The timeline that was asked for has no history file.
    NoSuchTimeline { timeline: TimelineId },
    /// The history file of the timeline does not have the checksum that stands in it.
    HistoryDamaged { timeline: TimelineId },
    /// The checkpoint that began the backup does not stand in the log of that timeline and its ancestors. `of` is the backup's own timeline.
    BackupNotOnTimeline { backup: String, of: TimelineId, timeline: TimelineId, checkpoint: Lsn },
    /// The timeline forks off while the backup was being taken: on its log the backup never ends.
    BackupCutOff { backup: String, fork: Lsn, needed: Lsn },
    /// A file of the backup does not have the checksum that its manifest gives.
    BackupDamaged { backup: String },
    /// An incremental backup cannot be put together with what it continues: this element of the chain is not as it was.
    ChainBroken { backup: String, element: String, why: ChainFault },
    /// A page cannot be had in the state that a record expects.
    PageDamaged { lsn: Lsn },
    /// An object of the archive that it needs is there, and cannot be used.
    Unusable(Unusable),
}

impl RecoveryFailure {
    /// The stable code; all but the four about damage are those of the recorded recoveries of PostgreSQL.
    pub fn code(&self) -> &'static str {
        match self {
            RecoveryFailure::BeforeConsistent { .. } => "before_consistent",
            RecoveryFailure::TargetNotReached { .. } => "target_not_reached",
            RecoveryFailure::BackupIncomplete { .. } => "backup_incomplete",
            RecoveryFailure::NoSuchTimeline { .. } => "no_such_timeline",
            RecoveryFailure::HistoryDamaged { .. } => "history_damaged",
            RecoveryFailure::BackupNotOnTimeline { .. } => "backup_not_on_timeline",
            RecoveryFailure::BackupCutOff { .. } => "backup_cut_off",
            RecoveryFailure::BackupDamaged { .. } => "backup_damaged",
            RecoveryFailure::ChainBroken { .. } => "chain_broken",
            RecoveryFailure::PageDamaged { .. } => "page_damaged",
            RecoveryFailure::Unusable(unusable) if crate::WHOLE => unusable.code(),
            RecoveryFailure::Unusable(_) => "",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            RecoveryFailure::BeforeConsistent { target, backup, stop, consistent, consistent_time } => vec![
                ("target", target.to_string()),
                ("backup", backup.clone()),
                ("stop", stop.to_string()),
                ("consistent", consistent.to_string()),
                ("consistent_time", consistent_time.to_string()),
            ],
            RecoveryFailure::TargetNotReached { target, log_end, why, last } => vec![
                ("target", target.to_string()),
                ("log_end", log_end.to_string()),
                ("last_time", last.and_then(|note| note.time).map(|time| time.to_string()).unwrap_or_default()),
                ("last_xid", last.map(|note| note.xid.to_string()).unwrap_or_default()),
                ("why", why_text(*why)),
            ],
            RecoveryFailure::BackupIncomplete { backup, log_end, why, needed } => vec![
                ("backup", backup.clone()),
                ("log_end", log_end.to_string()),
                ("needed", needed.to_string()),
                ("why", why_text(*why)),
            ],
            RecoveryFailure::NoSuchTimeline { timeline } | RecoveryFailure::HistoryDamaged { timeline } => {
                vec![("timeline", timeline.to_string())]
            }
            RecoveryFailure::BackupNotOnTimeline { backup, of, timeline, checkpoint } => vec![
                ("backup", backup.clone()),
                ("of", of.to_string()),
                ("timeline", timeline.to_string()),
                ("checkpoint", checkpoint.to_string()),
            ],
            RecoveryFailure::BackupCutOff { backup, fork, needed } => {
                vec![("backup", backup.clone()), ("fork", fork.to_string()), ("needed", needed.to_string())]
            }
            RecoveryFailure::BackupDamaged { backup } => vec![("backup", backup.clone())],
            RecoveryFailure::ChainBroken { backup, element, why } => {
                vec![("backup", backup.clone()), ("element", element.clone()), ("why", why.to_string())]
            }
            RecoveryFailure::PageDamaged { lsn } => vec![("lsn", lsn.to_string())],
            RecoveryFailure::Unusable(unusable) if crate::WHOLE => unusable.params(),
            RecoveryFailure::Unusable(_) => Vec::new(),
        }
    }
}

/// Why the log ends, for those who want to know more than that it does.
fn why_text(why: WhyEnd) -> String {
    if crate::WHOLE { why.to_string() } else { String::new() }
}
