//! What has no equivalent in another system, or differs there.

use crate::types::{Lsn, Micros, TimelineId, Xid};

/// A difference between the choice and what a system makes of it. Its sentence is the entry `study.dialect.<key>` of a language's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The lab chooses the newest backup that ends in time. A server replays what it is given.
    BackupIsYours,
    /// A restore of one full backup: the ones that others build on are merged first.
    FullBackupOnly { backups: Vec<String> },
    /// Without a target the server promotes at the end, whatever action is set.
    ActionNeedsTarget,
    /// A restore point's name has at most 63 bytes.
    NameTooLong { bytes: usize },
    /// A server that shuts down at its target does so at each start until the target is taken away.
    ShutsDownAgain,

    /// What committed at the target comes in only with all of its second.
    SecondComesIn { target: Micros, stop: Micros },
    /// What committed before the target, but in its second, stays out.
    SecondStaysOut { target: Micros, stop: Micros },
    /// The time of an event is when its `COMMIT`, or its single statement, began.
    TimeOfTheStart,
    /// Times are read in the zone of the tool's machine.
    ZoneOfTheTool,
    /// Positions are those of another log.
    AnotherPosition { lsn: Lsn },
    /// A transaction goes by the place of its events, or by its GTID.
    NoXid { xid: Xid },
    /// An event that starts at the stop stays out: whoever wants it names the place behind it.
    StopIsExclusive,
    /// A numeric stop counts in the last file named.
    LastFileCounts,
    /// A stop that is never reached is a warning, and all is replayed.
    NotReachedOnlyWarns,
    /// The log has no named points.
    NoNames { name: String },
    /// A restored dump is consistent at once: no log is read.
    BackupAlone,
    /// There are no timelines: the files that are named are the history.
    NoTimelines { timeline: Option<TimelineId> },
    /// Changes go to a server that is open already.
    OpensAtOnce,

    /// A restore makes a new table, and leaves the old one as it is.
    NewTable,
    /// Settings of the table that the new one does not have.
    NotCarriedOver,
    /// One request a table; nothing keeps their moments together.
    OneTableEach { tables: usize },
    /// Time is all that can be named.
    OnlyTime,
    /// Times have whole seconds.
    WholeSeconds { target: Micros, asked: Micros },
    /// Whether a change in that very second is in, the documentation does not say.
    EdgeUnknown { asked: Micros },
    /// The latest restorable time lies some minutes back.
    LatestLags,
    /// The service finds its own copy to start from.
    NoBackupChoice { backup: String },
}

impl Note {
    /// By which files of languages name it.
    pub fn key(&self) -> &'static str {
        match self {
            Note::BackupIsYours => "backup_is_yours",
            Note::FullBackupOnly { .. } => "full_backup_only",
            Note::ActionNeedsTarget => "action_needs_target",
            Note::NameTooLong { .. } => "name_too_long",
            Note::ShutsDownAgain => "shuts_down_again",
            Note::SecondComesIn { .. } => "second_comes_in",
            Note::SecondStaysOut { .. } => "second_stays_out",
            Note::TimeOfTheStart => "time_of_the_start",
            Note::ZoneOfTheTool => "zone_of_the_tool",
            Note::AnotherPosition { .. } => "another_position",
            Note::NoXid { .. } => "no_xid",
            Note::StopIsExclusive => "stop_is_exclusive",
            Note::LastFileCounts => "last_file_counts",
            Note::NotReachedOnlyWarns => "not_reached_only_warns",
            Note::NoNames { .. } => "no_names",
            Note::BackupAlone => "backup_alone",
            Note::NoTimelines { .. } => "no_timelines",
            Note::OpensAtOnce => "opens_at_once",
            Note::NewTable => "new_table",
            Note::NotCarriedOver => "not_carried_over",
            Note::OneTableEach { .. } => "one_table_each",
            Note::OnlyTime => "only_time",
            Note::WholeSeconds { .. } => "whole_seconds",
            Note::EdgeUnknown { .. } => "edge_unknown",
            Note::LatestLags => "latest_lags",
            Note::NoBackupChoice { .. } => "no_backup_choice",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Note::FullBackupOnly { backups } => vec![("backups", backups.join(", "))],
            Note::NameTooLong { bytes } => vec![("bytes", bytes.to_string())],
            Note::SecondComesIn { target, stop } | Note::SecondStaysOut { target, stop } => {
                vec![("target", target.to_string()), ("stop", stop.to_string())]
            }
            Note::AnotherPosition { lsn } => vec![("lsn", lsn.to_string())],
            Note::NoXid { xid } => vec![("xid", xid.to_string())],
            Note::NoNames { name } => vec![("name", name.clone())],
            Note::NoTimelines { timeline } => {
                vec![("timeline", timeline.map_or("current".to_owned(), |timeline| timeline.to_string()))]
            }
            Note::OneTableEach { tables } => vec![("tables", tables.to_string())],
            Note::WholeSeconds { target, asked } => {
                vec![("target", target.to_string()), ("asked", asked.to_string())]
            }
            Note::EdgeUnknown { asked } => vec![("asked", asked.to_string())],
            Note::NoBackupChoice { backup } => vec![("backup", backup.clone())],
            Note::BackupIsYours
            | Note::ActionNeedsTarget
            | Note::ShutsDownAgain
            | Note::TimeOfTheStart
            | Note::ZoneOfTheTool
            | Note::StopIsExclusive
            | Note::LastFileCounts
            | Note::NotReachedOnlyWarns
            | Note::BackupAlone
            | Note::OpensAtOnce
            | Note::NewTable
            | Note::NotCarriedOver
            | Note::OnlyTime
            | Note::LatestLags => Vec::new(),
        }
    }
}
