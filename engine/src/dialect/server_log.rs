//! A recovery in the lines that PostgreSQL 15 writes into its log about it, as codes with what they are about.
//!
//! They come from `xlogrecovery.c`, `xlog.c` and `postmaster.c`. Two of their habits are kept, as recorded servers have them: *redo done at*
//! names the record that the reader stands at, which was not replayed if replay stopped before it; and an inclusive LSN target leaves the
//! record at which it stops out of *last completed transaction*.
//!
//! A recovery that stops before it is consistent tells its stop too, and then that it must not.
//!
//! Left out: what the engine has no equivalent of (processes, the resources used, the checkpoint at the end of recovery), and failures
//! that PostgreSQL tells otherwise or not at all.

use crate::cluster::{AtTarget, Event, EventKind, RecoverySpec, Target};
use crate::recovery::{RecordNote, RecoveryFailure, StopReason};
use crate::script::time_text;
use crate::types::{Lsn, Micros, SegmentSize, Zone};
use crate::wal::Kind;

/// How grave a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Log,
    Hint,
    Fatal,
    Panic,
}

impl Level {
    /// The word in front of the line.
    pub fn word(self) -> &'static str {
        match self {
            Level::Log => "LOG",
            Level::Hint => "HINT",
            Level::Fatal => "FATAL",
            Level::Panic => "PANIC",
        }
    }
}

/// A line of the server's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Which of the events it tells of.
    pub event: usize,
    pub at: Micros,
    pub level: Level,
    /// The stable code of its sentence.
    pub code: &'static str,
    /// What the sentence needs, in text form.
    pub params: Vec<(&'static str, String)>,
}

/// What is known of a recovery beside its events.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    pub segment: SegmentSize,
    /// The zone that times are written in.
    pub zone: Zone,
    /// The last record that was replayed, and the first that was not, once replay has stopped.
    pub last_in: Option<RecordNote>,
    pub first_out: Option<RecordNote>,
}

/// What the server writes while these events happen, from the start of a recovery on.
pub fn log_lines<'a>(events: impl IntoIterator<Item = (usize, &'a Event)>, around: Around) -> Vec<LogLine> {
    let mut server = Writing {
        around,
        lines: Vec::new(),
        event: 0,
        at: Micros::ZERO,
        spec: None,
        replays: false,
        redo_done: false,
        reason: None,
        last_in: None,
        ends: [None; 2],
    };
    for (index, event) in events {
        (server.event, server.at) = (index, event.at);
        server.hear(&event.kind);
    }
    server.lines
}

/// A server's log being written.
struct Writing {
    around: Around,
    lines: Vec<LogLine>,
    event: usize,
    at: Micros,
    spec: Option<RecoverySpec>,
    replays: bool,
    redo_done: bool,
    reason: Option<StopReason>,
    last_in: Option<RecordNote>,
    /// The last commits and aborts that were replayed, the newest last.
    ends: [Option<RecordNote>; 2],
}

impl Writing {
    fn write(&mut self, level: Level, code: &'static str, params: Vec<(&'static str, String)>) {
        self.lines.push(LogLine { event: self.event, at: self.at, level, code, params });
    }

    fn log(&mut self, code: &'static str, params: Vec<(&'static str, String)>) {
        self.write(Level::Log, code, params);
    }

    fn time(&self, time: Option<Micros>) -> (&'static str, String) {
        ("time", time.map(|time| time_text(time, self.around.zone)).unwrap_or_default())
    }

    fn hear(&mut self, what: &EventKind) {
        match what {
            EventKind::RecoveryStarted { spec, .. } => self.start(spec),
            EventKind::SegmentFetched { timeline, segment, .. } => {
                let file = self.around.segment.file_name(*timeline, *segment);
                self.log("restored_file", vec![("file", file)]);
            }
            EventKind::RecordReplayed { record, .. } => self.replay(*record),
            EventKind::ConsistencyReached { lsn } => {
                self.log("consistent", vec![at(*lsn)]);
                self.log("read_only", Vec::new());
            }
            EventKind::RecoveryStopped { reason, .. } => {
                self.reason = Some(*reason);
                self.stop(*reason);
                if self.spec.as_ref().is_some_and(|spec| spec.action == AtTarget::Promote) {
                    self.end_redo();
                }
            }
            EventKind::RecoveryPaused => {
                self.log("pausing", Vec::new());
                self.write(Level::Hint, "resume", Vec::new());
            }
            EventKind::RecoveryShutDown => self.log("shutdown_at_target", Vec::new()),
            EventKind::TimelineBegan { timeline, .. } => {
                self.end_redo();
                self.log("new_timeline", vec![("timeline", timeline.to_string())]);
                self.log("complete", Vec::new());
            }
            EventKind::RecoveryFinished => self.log("ready", Vec::new()),
            EventKind::RecoveryFailed { failure } => self.fail(failure),
            _ => {}
        }
    }

    fn start(&mut self, spec: &RecoverySpec) {
        match &spec.target {
            Target::Time(time) => {
                let time = self.time(Some(*time));
                self.log("starting_time", vec![time]);
            }
            Target::Xid(xid) => self.log("starting_xid", vec![("xid", xid.to_string())]),
            Target::Name(name) => self.log("starting_name", vec![("name", name.clone())]),
            Target::Lsn(lsn) => self.log("starting_lsn", vec![at(*lsn)]),
            Target::Immediate => self.log("starting_immediate", Vec::new()),
            Target::End => self.log("starting_end", Vec::new()),
        }
        self.spec = Some(spec.clone());
        (self.replays, self.redo_done, self.reason) = (false, false, None);
        (self.last_in, self.ends) = (None, [None; 2]);
    }

    fn replay(&mut self, record: RecordNote) {
        if !self.replays {
            self.replays = true;
            self.log("redo_starts", vec![at(record.lsn)]);
        }
        self.last_in = Some(record);
        if matches!(record.kind, Kind::Commit | Kind::Abort) {
            self.ends = [self.ends[1], Some(record)];
        }
    }

    fn stop(&mut self, reason: StopReason) {
        let (last, first) = (self.last_in, self.around.first_out);
        let lsn = |note: Option<RecordNote>| vec![at(note.map_or(Lsn::ZERO, |note| note.lsn))];
        match reason {
            StopReason::BeforeTime | StopReason::BeforeXid => {
                self.stop_at_end(first, ["stopping_before_commit", "stopping_before_abort"]);
            }
            StopReason::AfterXid => self.stop_at_end(last, ["stopping_after_commit", "stopping_after_abort"]),
            StopReason::BeforeLsn => self.log("stopping_before_lsn", lsn(first)),
            StopReason::AfterLsn => self.log("stopping_after_lsn", lsn(last)),
            StopReason::AtRestorePoint => {
                let name = match self.spec.as_ref().map(|spec| &spec.target) {
                    Some(Target::Name(name)) => name.clone(),
                    _ => String::new(),
                };
                let time = self.time(last.and_then(|note| note.time));
                self.log("stopping_at_name", vec![("name", name), time]);
            }
            StopReason::AtConsistency => self.log("stopping_consistent", Vec::new()),
            // That there is no more log is no line of its own.
            StopReason::EndOfLog => {}
        }
    }

    fn stop_at_end(&mut self, note: Option<RecordNote>, [commit, abort]: [&'static str; 2]) {
        let is_abort = note.is_some_and(|note| note.kind == Kind::Abort);
        let xid = note.map(|note| note.xid).unwrap_or_default();
        let time = self.time(note.and_then(|note| note.time));
        self.log(if is_abort { abort } else { commit }, vec![("xid", xid.to_string()), time]);
    }

    /// Once, when replay is over for good.
    fn end_redo(&mut self) {
        if self.redo_done || !self.replays {
            return;
        }
        self.redo_done = true;
        let stands_before = matches!(
            self.reason,
            Some(StopReason::BeforeTime | StopReason::BeforeXid | StopReason::BeforeLsn | StopReason::AtConsistency)
        );
        let reader = self.around.first_out.filter(|_| stands_before).or(self.last_in);
        self.log("redo_done", vec![at(reader.map_or(Lsn::ZERO, |note| note.lsn))]);
        let [before, newest] = self.ends;
        let left_out = self.reason == Some(StopReason::AfterLsn) && newest == self.last_in;
        let last = if left_out { before } else { newest };
        if last.is_some() {
            let time = self.time(last.and_then(|note| note.time));
            self.log("last_completed", vec![time]);
        }
    }

    fn fail(&mut self, failure: &RecoveryFailure) {
        match failure {
            RecoveryFailure::BeforeConsistent { target, .. } => {
                // A record that must not be the last is no step of the recovery, but it was replayed.
                self.last_in = self.around.last_in;
                if let Some(reason) = early_stop(target, self.around.first_out.is_some()) {
                    self.stop(reason);
                }
                self.write(Level::Fatal, "before_consistent", Vec::new());
            }
            RecoveryFailure::TargetNotReached { .. } => {
                self.end_redo();
                self.write(Level::Fatal, "target_not_reached", Vec::new());
            }
            RecoveryFailure::BackupIncomplete { .. } => {
                self.end_redo();
                self.write(Level::Fatal, "backup_incomplete", Vec::new());
            }
            RecoveryFailure::NoSuchTimeline { timeline } => {
                self.write(Level::Fatal, "no_such_timeline", vec![("timeline", timeline.to_string())]);
            }
            RecoveryFailure::BackupCutOff { .. } => self.write(Level::Panic, "backup_cut_off", Vec::new()),
            RecoveryFailure::BackupNotOnTimeline { .. } => {
                self.write(Level::Fatal, "backup_not_on_timeline", Vec::new());
            }
            _ => {}
        }
    }
}

/// Why replay stopped in a log that is not consistent yet.
fn early_stop(target: &Target, before: bool) -> Option<StopReason> {
    Some(match (target, before) {
        (Target::Time(_), _) => StopReason::BeforeTime,
        (Target::Xid(_), true) => StopReason::BeforeXid,
        (Target::Xid(_), false) => StopReason::AfterXid,
        (Target::Lsn(_), true) => StopReason::BeforeLsn,
        (Target::Lsn(_), false) => StopReason::AfterLsn,
        (Target::Name(_), _) => StopReason::AtRestorePoint,
        (Target::Immediate | Target::End, _) => return None,
    })
}

fn at(lsn: Lsn) -> (&'static str, String) {
    ("lsn", lsn.to_string())
}
