//! A recording's file, as types. What a file says beyond this is for people.

use core::fmt;
use pitr_engine::read_target_time;
use pitr_engine::types::{Lsn, TimelineId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Segments of a recorded server, in bytes.
pub const SEGMENT_BYTES: u32 = 1 << 20;

/// The rows of each table: key and value.
pub type Tables = BTreeMap<String, Vec<(i64, Option<String>)>>;

/// One recorded server, from its first timeline to its last, and its recoveries.
#[derive(Debug, Deserialize)]
pub struct Recording {
    pub format: u32,
    pub initial: Tables,
    #[serde(default)]
    pub sequences: BTreeMap<String, SequenceStart>,
    /// The XID that the first transaction after the initial state gets.
    pub first_xid: u32,
    pub segments: Vec<Stretch>,
    pub recoveries: Vec<RecordedRecovery>,
}

impl Recording {
    /// Reads a file's text; or says in a sentence what is wrong with it.
    pub fn read(text: &str) -> Result<Recording, String> {
        let recording: Recording = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match recording.format {
            1 => Ok(recording.with_times()),
            other => Err(format!("its format is {other}, and only 1 is known")),
        }
    }

    /// Gives a restore point the time at which a recovery that stopped there says that it was made, if its mark has none. Of several with
    /// that name it is the one between whose neighbours the time lies.
    fn with_times(mut self) -> Recording {
        let told: Vec<(String, i64)> =
            self.recoveries.iter().filter_map(|recovery| point_told(recovery.result.stop.as_deref()?)).collect();
        let mut marks: Vec<&mut Mark> = self.segments.iter_mut().flat_map(|stretch| &mut stretch.marks).collect();
        for at in 0..marks.len() {
            let (before, rest) = marks.split_at_mut(at);
            let Some((mark, after)) = rest.split_first_mut() else { break };
            if mark.kind == MarkKind::RestorePoint && mark.time_us.is_none() {
                let begin = before.iter().rev().find_map(|mark| mark.time_us).unwrap_or(i64::MIN);
                let end = after.iter().find_map(|mark| mark.time_us).unwrap_or(i64::MAX);
                let of_name = told.iter().filter(|(name, _)| mark.name.as_ref() == Some(name));
                mark.time_us = of_name.map(|(_, time)| *time).find(|time| (begin..=end).contains(time));
            }
        }
        self
    }
}

/// The name and the time of the restore point that this line of a server's log is about.
fn point_told(line: &str) -> Option<(String, i64)> {
    let (name, time) = line.strip_prefix("recovery stopping at restore point \"")?.split_once("\", time ")?;
    Some((name.to_owned(), read_target_time(time, 0).ok()?.0))
}

/// Where a sequence begins.
#[derive(Debug, Deserialize)]
pub struct SequenceStart {
    pub start: i64,
    pub increment: i64,
}

/// What happened on one timeline.
#[derive(Debug, Deserialize)]
pub struct Stretch {
    pub timeline: u32,
    /// What the server's clock showed when it was started.
    pub clock_us: Option<i64>,
    pub ops: Vec<Op>,
    pub marks: Vec<Mark>,
    /// The recovery that began this timeline.
    pub from_target: Option<RecordedTarget>,
    /// The timeline's history file.
    pub history: Option<String>,
}

/// A thing that a session or the operator did.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    Begin { session: String },
    Put { session: String, table: String, key: i64, value: Option<String> },
    Delete { session: String, table: String, key: i64, deleted: u64 },
    DeleteAll { session: String, table: String },
    Truncate { session: String, table: String },
    CreateTable { session: String, table: String },
    DropTable { session: String, table: String },
    Savepoint { session: String, name: String },
    RollbackTo { session: String, name: String },
    Release { session: String, name: String },
    Commit { session: String, xid: Option<u32> },
    Rollback { session: String, xid: Option<u32> },
    Nextval { session: String, sequence: String, count: u32, value: i64 },
    RestorePoint { name: String },
    Checkpoint,
    SwitchWal,
    BackupStart { label: String },
    BackupCopy { label: String },
    BackupStop { label: String },
    Clock { time_us: i64 },
}

/// A kind of record at which a recovery can be told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    Commit,
    Abort,
    RestorePoint,
    BackupEnd,
    TimelineStart,
    Sequence,
}

/// A record of the recorded log.
#[derive(Debug, Clone, Deserialize)]
pub struct Mark {
    pub kind: MarkKind,
    pub lsn: Position,
    /// Where the next record begins.
    pub next_lsn: Option<Position>,
    pub segment: SegmentName,
    pub xid: Option<u32>,
    pub time_us: Option<i64>,
    #[serde(default)]
    pub subxids: Vec<u32>,
    pub name: Option<String>,
    pub sequence: Option<String>,
}

/// A position in the recorded log, which is not one in the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Position(pub Lsn);

impl TryFrom<String> for Position {
    type Error = String;

    fn try_from(text: String) -> Result<Position, String> {
        text.parse().map(Position).map_err(|_| format!("{text:?} is not an LSN"))
    }
}

/// A segment file of the recorded archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SegmentName {
    pub timeline: TimelineId,
    pub number: u64,
}

impl TryFrom<String> for SegmentName {
    type Error = String;

    fn try_from(text: String) -> Result<SegmentName, String> {
        let part = |from: usize| text.get(from..from + 8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match (text.len(), part(0), part(8), part(16)) {
            (24, Some(timeline), Some(high), Some(low)) => {
                let per_high = (1 << 32) / u64::from(SEGMENT_BYTES);
                Ok(SegmentName { timeline: TimelineId(timeline), number: u64::from(high) * per_high + u64::from(low) })
            }
            _ => Err(format!("{text:?} is not the name of a log segment")),
        }
    }
}

/// A recovery that was really done.
#[derive(Debug, Deserialize)]
pub struct RecordedRecovery {
    pub target: RecordedTarget,
    pub result: RecordedResult,
}

/// What a recovery was asked for.
#[derive(Debug, Deserialize)]
pub struct RecordedTarget {
    #[serde(rename = "type")]
    pub kind: TargetKind,
    pub backup: String,
    #[serde(default)]
    pub timeline: Along,
    pub inclusive: Option<bool>,
    pub xid: Option<u32>,
    pub name: Option<String>,
    pub lsn: Option<Position>,
    pub lsn_of: Option<PlaceName>,
    /// The instant; of a text that the server refuses there is none.
    pub time_us: Option<i64>,
    /// What the configuration says, if it is not the instant in its usual form.
    pub text: Option<String>,
    /// Other lines of the configuration, before the target's and after it.
    #[serde(default)]
    pub settings: Vec<(String, String)>,
    #[serde(default)]
    pub settings_after: Vec<(String, String)>,
    #[serde(default)]
    pub action: Action,
    pub fault: Option<RecordedFault>,
}

impl RecordedTarget {
    /// The zone in which the server reads and writes times, if it is not UTC: the last line about it counts, wherever the target stands.
    pub fn zone(&self) -> Option<&str> {
        let lines = self.settings.iter().chain(&self.settings_after);
        lines.rev().find(|(name, _)| name.eq_ignore_ascii_case("timezone")).map(|(_, zone)| zone.as_str())
    }
}

/// What a person needs to know it again by.
impl fmt::Display for RecordedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)?;
        match self.kind {
            TargetKind::Time => write!(f, " {:?}", self.time_us)?,
            TargetKind::Xid => write!(f, " {:?}", self.xid)?,
            TargetKind::Name => write!(f, " {:?}", self.name)?,
            TargetKind::Lsn => {
                write!(f, " {}", self.lsn.map_or(Lsn::ZERO, |lsn| lsn.0))?;
                if let Some(place) = &self.lsn_of {
                    write!(f, " at {:?} {} {:?}", place.edge, place.kind, place.timeline)?;
                }
            }
            TargetKind::Immediate | TargetKind::End => {}
        }
        if let Some(text) = &self.text {
            write!(f, " {text:?} {:?} {:?}", self.settings, self.settings_after)?;
        }
        write!(f, " from {} along {:?}", self.backup, self.timeline)?;
        if let Some(inclusive) = self.inclusive {
            f.write_str(if inclusive { " inclusive" } else { " exclusive" })?;
        }
        if self.action == Action::Pause {
            f.write_str(" pause")?;
        }
        match &self.fault {
            Some(fault) => write!(f, " {fault:?}"),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Time,
    Xid,
    Lsn,
    Name,
    Immediate,
    End,
}

/// `recovery_target_timeline`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Along {
    #[default]
    Latest,
    Current,
    Number(u32),
}

impl TryFrom<String> for Along {
    type Error = String;

    fn try_from(text: String) -> Result<Along, String> {
        match text.as_str() {
            "latest" => Ok(Along::Latest),
            "current" => Ok(Along::Current),
            number => number.parse().map(Along::Number).map_err(|_| format!("{text:?} is not a timeline")),
        }
    }
}

/// What the server did when it had reached its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    #[default]
    Promote,
    Pause,
}

/// An LSN in words, for an engine whose LSNs differ.
#[derive(Debug, Clone, Deserialize)]
pub struct PlaceName {
    /// That of the mark, or `past_end`.
    pub kind: String,
    pub xid: Option<u32>,
    pub name: Option<String>,
    pub timeline: Option<u32>,
    pub mark_lsn: Option<Position>,
    pub edge: Option<Edge>,
}

/// Which byte of a record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    Start,
    Inside,
    /// The first byte after it.
    End,
}

/// Damage to the archive before the recovery.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordedFault {
    MissingSegment { segment: SegmentName },
    CorruptRecord { mark_lsn: Position, mark_kind: MarkKind, segment: SegmentName },
    MissingHistory { timeline: u32 },
}

/// What came of a recovery.
#[derive(Debug, Deserialize)]
pub struct RecordedResult {
    pub outcome: Outcome,
    pub category: Option<String>,
    pub tables: Option<Tables>,
    /// The value that each sequence gave next.
    pub sequences: Option<BTreeMap<String, i64>>,
    pub new_timeline: Option<String>,
    /// The new timeline's history file.
    pub history: Option<String>,
    /// The server's line about where it stopped.
    pub stop: Option<String>,
    /// The server's line about the last transaction that it replayed.
    pub last_completed: Option<String>,
    /// The server's line about the last record that its reader stood at.
    pub redo_done: Option<String>,
    /// The server's line about the point from which on it could stop.
    pub consistent: Option<String>,
    /// The server's line about why it gave up.
    pub fatal: Option<String>,
    pub paused: Option<Paused>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Recovered,
    Failed,
}

/// What a server showed while it waited at its target.
#[derive(Debug, Deserialize)]
pub struct Paused {
    /// Whether every table that could be read read as after promotion.
    pub same: bool,
    /// Tables that could not be read.
    pub locked: Vec<String>,
    pub sequences: BTreeMap<String, i64>,
}
