//! Recovery targets, and where they cut the log.

use crate::LinkedTarget;
use crate::wire::wire;
use crate::{Problem, RecordKind};

wire! {
    /// A target as a person gives it: its text is read by the worker.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TargetSpec {
        /// The backup's label; `None` lets the lab choose the newest that ends before the target.
        pub backup: Option<String>,
        pub kind: TargetKind,
        /// Empty for the kinds that have none.
        pub text: String,
        /// Applies to time, LSN and XID.
        pub inclusive: bool,
        pub along: Along,
        pub action: AtTarget,
    }

    /// In whose terms a target is given.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum TargetKind {
        Time,
        Lsn,
        Xid,
        /// A restore point.
        Name,
        /// As soon as the backup is consistent.
        Immediate,
        /// All the log there is.
        End,
    }

    /// Which timeline is followed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Along {
        /// The highest number, counting up from the backup's own.
        Latest,
        /// The backup's own.
        Current,
        Number(u32),
    }

    /// What happens at the target.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum AtTarget {
        Promote,
        /// The server can be read, and waits for [`crate::Request::Resume`].
        Pause,
        /// The server stops, and waits for [`crate::Request::Continue`].
        Shutdown,
    }

    /// A place where a recovery can stop.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Stop {
        /// The target's text, as it would be typed.
        pub text: String,
        /// Where it is drawn.
        pub time_us: i64,
        pub lsn: u64,
        pub xid: u32,
    }

    /// The cut that a target makes, found in the log's bytes without a recovery.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Boundary {
        pub spec: TargetSpec,
        /// The backup that would be used.
        pub backup: String,
        /// If nobody has named one: those newer than it, and why a recovery from each would fail. The first parameter is its label.
        pub passed_over: Vec<Problem>,
        /// What the text was read as: for a time the instant with its offset, for an LSN or XID its text form.
        pub resolved: String,
        /// Where the cut is drawn. For a time target `cut_us` is that time.
        pub cut_us: i64,
        pub cut_lsn: u64,
        /// The timeline that would be followed: a server that is promoted forks off it.
        pub followed: u32,
        /// The last commit or abort that is replayed, and the first that is not; `None` past the ends.
        pub last_in: Option<RecordLine>,
        pub first_out: Option<RecordLine>,
        /// The very records next to the cut, of any kind.
        pub last_record_in: Option<RecordLine>,
        pub first_record_out: Option<RecordLine>,
        /// Commits and aborts around the cut, in log order, with whether each is in.
        pub around: Vec<(RecordLine, bool)>,
        /// Committed transactions since the backup's start that are kept and left out.
        pub kept: u32,
        pub left_out: u32,
        pub signals: Signals,
        /// Why a recovery to this target would fail, if it would.
        pub problem: Option<Problem>,
    }

    /// A log record in a line.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RecordLine {
        pub lsn: u64,
        pub end_lsn: u64,
        pub time_us: i64,
        pub xid: u32,
        pub kind: RecordKind,
        /// What its transaction did, as its session wrote it; empty for none.
        pub statement: String,
    }

    /// The four signals of a recovery to this target, each measured.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Signals {
        /// Committed work before the damage that the recovery would lose: from the last commit kept to the last good one. 0 if none.
        pub rpo_us: i64,
        pub rpo_transactions: u32,
        /// From the request to a server that takes connections, on the virtual clock; `None` if the recovery would fail.
        pub rto_us: Option<i64>,
        pub rto_phases: Vec<crate::Phase>,
        /// Bytes kept in backups and archive, times `scale`.
        pub kept_backup_bytes: u64,
        pub kept_log_bytes: u64,
        pub kept_backups: u32,
        /// Log kept, in time.
        pub kept_log_us: i64,
        pub granularity: Granularity,
    }

    /// How fine a target of this kind can cut here.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Granularity {
        /// Any commit apart from any other.
        Transaction,
        /// Commits at the same instant fall together.
        Instant { commits_together: u32 },
        /// Any record.
        Record,
    }
}

impl TargetKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [TargetKind; 6] =
        [TargetKind::Time, TargetKind::Lsn, TargetKind::Xid, TargetKind::Name, TargetKind::Immediate, TargetKind::End];

    /// The word for it in the scenario language, and in the keys of files of languages.
    pub fn code(self) -> &'static str {
        ["time", "lsn", "xid", "name", "immediate", "end"][self as usize]
    }

    /// Whether a text says where.
    pub fn has_text(self) -> bool {
        self <= TargetKind::Name
    }

    /// Whether what stands exactly at the target can be kept or left out.
    pub fn has_sides(self) -> bool {
        self <= TargetKind::Xid
    }
}

impl AtTarget {
    /// All of them, in the order in which they are offered.
    pub const ALL: [AtTarget; 3] = [AtTarget::Promote, AtTarget::Pause, AtTarget::Shutdown];

    /// The code by which files of languages name it.
    pub fn code(self) -> &'static str {
        ["promote", "pause", "shutdown"][self as usize]
    }
}

impl TargetSpec {
    /// A target with everything else as it is by default.
    pub fn new(kind: TargetKind, text: &str) -> TargetSpec {
        let text = text.to_owned();
        TargetSpec { backup: None, kind, text, inclusive: true, along: Along::Latest, action: AtTarget::Promote }
    }

    /// As a link holds it.
    pub fn linked(&self) -> LinkedTarget {
        LinkedTarget {
            kind: self.kind.code().to_owned(),
            text: self.text.clone(),
            inclusive: self.inclusive,
            backup: self.backup.clone(),
            timeline: match self.along {
                Along::Latest => None,
                Along::Current => Some("current".to_owned()),
                Along::Number(number) => Some(number.to_string()),
            },
            action: match self.action {
                AtTarget::Promote => None,
                AtTarget::Pause => Some("pause".to_owned()),
                AtTarget::Shutdown => Some("shutdown".to_owned()),
            },
        }
    }

    /// The target of a link; `None` if it is of a kind that is not known.
    pub fn of_link(link: &LinkedTarget) -> Option<TargetSpec> {
        let kind = TargetKind::ALL.into_iter().find(|kind| kind.code() == link.kind)?;
        let along = match link.timeline.as_deref() {
            None | Some("latest") => Along::Latest,
            Some("current") => Along::Current,
            Some(number) => Along::Number(number.parse().ok()?),
        };
        let action = match link.action.as_deref() {
            Some("pause") => AtTarget::Pause,
            Some("shutdown") => AtTarget::Shutdown,
            _ => AtTarget::Promote,
        };
        let (backup, text) = (link.backup.clone(), link.text.clone());
        Some(TargetSpec { backup, kind, text, inclusive: link.inclusive, along, action })
    }

    /// Whether it says where to stop; a text that is still empty does not.
    pub fn is_given(&self) -> bool {
        !self.kind.has_text() || !self.text.is_empty()
    }
}
