//! A run's events as the columns that the page draws.

mod crash;
mod kinds;
mod lookup;
mod pieces;
mod transactions;
mod waiting;

use crate::loaded::Loaded;
use crate::names::{NO_NAME, Names};
pub use kinds::record_kind;
use litemap::LiteMap;
use pitr_engine::script::{OPERATOR, time_text};
use pitr_engine::types::{Lsn, Micros, SegmentNumber, TimelineId, Xid};
use pitr_engine::{Event, EventKind, Kind, RecordNote, Target};
use pitr_protocol::{BackupSpan, Fate, Records, RunHead, SegmentSpan, StepKind, Steps, TimelineSpan, TransactionSpan};
use std::rc::Rc;
use transactions::Open;
use waiting::Parked;

/// Everything of a run that is drawn.
#[derive(Debug, Clone)]
pub struct Columns {
    pub head: RunHead,
    pub records: Records,
    pub steps: Steps,
    /// Where in the records a timeline begins to be written: from there to the next they ascend.
    pub begins: Vec<usize>,
}

/// What a step is about; see [`StepKind`] for what each means.
#[derive(Default)]
struct About<'a> {
    lsn: Lsn,
    xid: Xid,
    name: &'a str,
    text: &'a str,
    amount: u64,
}

/// Columns while the events are gone through.
pub struct Builder {
    loaded: Rc<Loaded>,
    /// Events that have been gone through.
    gone: usize,
    names: Names,
    sessions: Vec<u32>,
    records: Records,
    steps: Steps,
    transactions: Vec<TransactionSpan>,
    incident: Option<u32>,
    open: LiteMap<String, Open>,
    /// Where a session's BEGIN stands.
    begun: LiteMap<String, (u32, i64)>,
    ends: LiteMap<Xid, u64>,
    segments: Vec<SegmentSpan>,
    segment_index: LiteMap<(TimelineId, SegmentNumber), usize>,
    backups: Vec<BackupSpan>,
    timelines: Vec<TimelineSpan>,
    /// The command whose statement has been told last.
    told_command: Option<usize>,
    parked: Parked,
    last_replayed_us: i64,
    begins: Vec<usize>,
}

/// Goes through a run's events once.
pub fn columns(loaded: &Rc<Loaded>) -> Columns {
    let mut builder = Builder::new(loaded);
    builder.go_on(usize::MAX);
    builder.finish()
}

impl Builder {
    fn step(&mut self, kind: StepKind, event: &Event, about: About<'_>) {
        let About { lsn, xid, name, text, amount } = about;
        let name = if name.is_empty() { NO_NAME } else { self.names.of(name) };
        let text = if text.is_empty() { NO_NAME } else { self.names.of(text) };
        self.steps.kind.push(kind);
        self.steps.time_us.push(event.at.0);
        self.steps.lsn.push(lsn.0);
        self.steps.xid.push(xid.0);
        self.steps.name.push(name);
        self.steps.text.push(text);
        self.steps.amount.push(amount);
    }

    fn session(&mut self, name: &str) {
        let index = self.names.of(name);
        if !self.sessions.contains(&index) {
            self.sessions.push(index);
        }
    }

    fn file_name(&self, timeline: TimelineId, segment: SegmentNumber) -> String {
        self.loaded.run.settings().segment.file_name(timeline, segment)
    }

    fn segment(&mut self, timeline: TimelineId, segment: SegmentNumber) -> Option<&mut SegmentSpan> {
        self.segment_index.get(&(timeline, segment)).and_then(|index| self.segments.get_mut(*index))
    }

    fn open_segment(&mut self, timeline: TimelineId, segment: SegmentNumber, opened: (u32, i64)) {
        let start = self.loaded.run.settings().segment.start_of(segment).0;
        self.segment_index.insert((timeline, segment), self.segments.len());
        self.segments.push(SegmentSpan {
            timeline: timeline.0,
            number: segment.0,
            start_lsn: start,
            used_to_lsn: start,
            opened,
            sealed: None,
            sent: None,
            archived: None,
        });
    }

    /// A recovered server has taken over: it brings the segments along that it has written until then, from that of the fork on.
    fn take_over(&mut self, timeline: TimelineId) {
        let size = self.loaded.run.settings().segment;
        let Some(began) = self.timelines.iter().find(|one| one.id == timeline.0).cloned() else { return };
        let written = self.records.timeline.iter().rposition(|own| *own == timeline.0);
        let end = written.and_then(|last| self.records.lsn.get(last)).map_or(began.fork_lsn, |lsn| *lsn);
        let last = size.segment_of(Lsn(end));
        let mut segment = size.segment_of(Lsn(began.fork_lsn));
        while segment <= last {
            if !self.segment_index.contains_key(&(timeline, segment)) {
                self.open_segment(timeline, segment, began.began);
            }
            segment = segment.next();
        }
    }

    fn event(&mut self, step: u32, event: &Event) {
        let moment = (step, event.at.0);
        match &event.kind {
            EventKind::TransactionBegan { session } => {
                self.session(session);
                self.begun.insert(session.clone(), moment);
                self.step(StepKind::TransactionBegan, event, About { name: session, ..About::default() });
            }
            EventKind::RecordWritten { session, timeline, record, .. } => {
                self.record(moment, session.as_deref(), *timeline, record);
                let (name, code) = (session.as_deref().unwrap_or_default(), record_kind(record.kind).code());
                let bytes = record.end.since(record.lsn);
                self.step(
                    StepKind::RecordWritten,
                    event,
                    About { lsn: record.lsn, xid: record.xid, name, text: code, amount: bytes },
                );
            }
            EventKind::StatementRan { session, xid, change, table, rows, every_row } => {
                self.session(session);
                let statement = self.statement_text(step, session, *change, table);
                if let Some(open) = self.open.get_mut(session) {
                    open.statement.clone_from(&statement);
                    open.statements += 1;
                    open.rows += rows;
                    open.every_row |= *every_row && *rows > 0;
                }
                self.step(
                    StepKind::StatementRan,
                    event,
                    About { xid: *xid, name: session, text: &statement, amount: *rows, ..About::default() },
                );
            }
            EventKind::RowsRead { session, table, rows } => {
                self.session(session);
                let statement = format!("SELECT * FROM {table}");
                self.step(
                    StepKind::RowsRead,
                    event,
                    About { name: session, text: &statement, amount: *rows, ..About::default() },
                );
            }
            EventKind::LogFlushed { timeline, from, to } => {
                let size = self.loaded.run.settings().segment;
                let name = self.file_name(*timeline, size.segment_of(Lsn(to.0.saturating_sub(1))));
                self.step(
                    StepKind::LogFlushed,
                    event,
                    About { lsn: *to, text: &name, amount: to.since(*from), ..About::default() },
                );
            }
            EventKind::Committed { session, xid } => {
                let statement = self.end_transaction(moment, session, *xid, Fate::Committed);
                let lsn = Lsn(self.ends.get(xid).copied().unwrap_or(0));
                self.step(
                    StepKind::Committed,
                    event,
                    About { lsn, xid: *xid, name: session, text: &statement, ..About::default() },
                );
            }
            EventKind::RolledBack { session, xid } => {
                let statement = self.end_transaction(moment, session, *xid, Fate::RolledBack);
                let lsn = Lsn(self.ends.get(xid).copied().unwrap_or(0));
                self.step(
                    StepKind::RolledBack,
                    event,
                    About { lsn, xid: *xid, name: session, text: &statement, ..About::default() },
                );
            }
            EventKind::SegmentOpened { timeline, segment } => {
                let start = self.loaded.run.settings().segment.start_of(*segment);
                self.open_segment(*timeline, *segment, moment);
                let name = self.file_name(*timeline, *segment);
                self.step(StepKind::SegmentOpened, event, About { lsn: start, text: &name, ..About::default() });
            }
            EventKind::SegmentSealed { timeline, segment, used_to } => {
                if let Some(span) = self.segment(*timeline, *segment) {
                    (span.sealed, span.used_to_lsn) = (Some(moment), used_to.0);
                }
                let used = used_to.since(self.loaded.run.settings().segment.start_of(*segment));
                let name = self.file_name(*timeline, *segment);
                self.step(
                    StepKind::SegmentSealed,
                    event,
                    About { lsn: *used_to, text: &name, amount: used, ..About::default() },
                );
            }
            EventKind::SegmentSent { timeline, segment } => {
                if let Some(span) = self.segment(*timeline, *segment) {
                    span.sent = Some(moment);
                }
                let bytes = u64::from(self.loaded.run.settings().segment.bytes());
                let name = self.file_name(*timeline, *segment);
                self.step(StepKind::SegmentSent, event, About { text: &name, amount: bytes, ..About::default() });
            }
            EventKind::SegmentArchived { timeline, segment, bytes } => {
                if let Some(span) = self.segment(*timeline, *segment) {
                    span.archived = Some(moment);
                }
                let name = self.file_name(*timeline, *segment);
                self.step(StepKind::SegmentArchived, event, About { text: &name, amount: *bytes, ..About::default() });
            }
            EventKind::PageWritten { page, table } => {
                self.step(
                    StepKind::PageWritten,
                    event,
                    About { text: table, amount: u64::from(page.block), ..About::default() },
                );
            }
            EventKind::CheckpointStarted { redo } => {
                self.step(StepKind::CheckpointStarted, event, About { lsn: *redo, ..About::default() });
            }
            EventKind::CheckpointDone { lsn, pages, .. } => {
                self.step(StepKind::CheckpointDone, event, About { lsn: *lsn, amount: *pages, ..About::default() });
            }
            EventKind::BackupStarted { label, redo } => {
                let name = self.names.of(label);
                let span =
                    BackupSpan { label: name, start: moment, end: None, redo_lsn: redo.0, end_lsn: None, bytes: 0 };
                self.backups.push(span);
                self.step(StepKind::BackupStarted, event, About { lsn: *redo, name: label, ..About::default() });
            }
            EventKind::BackupCopied { label, file, pages } => {
                self.step(
                    StepKind::BackupCopied,
                    event,
                    About { name: label, text: file, amount: *pages, ..About::default() },
                );
            }
            EventKind::BackupFinished { label, end, bytes } => {
                let name = self.names.of(label);
                if let Some(span) = self.backups.iter_mut().find(|span| span.label == name) {
                    (span.end, span.end_lsn, span.bytes) = (Some(moment), Some(end.0), *bytes);
                }
                self.step(
                    StepKind::BackupFinished,
                    event,
                    About { lsn: *end, name: label, amount: *bytes, ..About::default() },
                );
            }
            EventKind::RestorePointMade { name, lsn } => {
                self.step(StepKind::RestorePointMade, event, About { lsn: *lsn, name, ..About::default() });
            }
            EventKind::Noted { session, text } => {
                self.step(StepKind::Noted, event, About { name: session, text, ..About::default() });
            }
            EventKind::PrimaryLost => self.step(StepKind::PrimaryLost, event, About::default()),
            EventKind::RecoveryStarted { backup, spec } => {
                let target = self.target_text(&spec.target);
                self.step(StepKind::RecoveryStarted, event, About { name: backup, text: &target, ..About::default() });
            }
            EventKind::FileRestored { backup, file, bytes } => {
                self.step(
                    StepKind::FileRestored,
                    event,
                    About { name: backup, text: file, amount: *bytes, ..About::default() },
                );
            }
            EventKind::SegmentFetched { timeline, segment, bytes } => {
                let name = self.file_name(*timeline, *segment);
                self.step(StepKind::SegmentFetched, event, About { text: &name, amount: *bytes, ..About::default() });
            }
            EventKind::RecordReplayed { record, table } => {
                if let Some(time) = record.time {
                    self.last_replayed_us = time.0;
                }
                let (table, code) = (table.as_deref().unwrap_or_default(), record_kind(record.kind).code());
                let bytes = record.end.since(record.lsn);
                self.step(
                    StepKind::RecordReplayed,
                    event,
                    About { lsn: record.lsn, xid: record.xid, name: table, text: code, amount: bytes },
                );
            }
            EventKind::ConsistencyReached { lsn } => {
                self.step(StepKind::ConsistencyReached, event, About { lsn: *lsn, ..About::default() });
            }
            EventKind::RecoveryStopped { reason, .. } => {
                let code = crate::reports::reason(*reason).code();
                self.step(StepKind::RecoveryStopped, event, About { text: code, ..About::default() });
            }
            EventKind::TimelineBegan { timeline, parent, fork } => {
                self.timelines.push(TimelineSpan {
                    id: timeline.0,
                    parent: Some(parent.0),
                    fork_lsn: fork.0,
                    fork_us: self.last_replayed_us,
                    began: moment,
                });
                self.step(
                    StepKind::TimelineBegan,
                    event,
                    About { lsn: *fork, amount: u64::from(timeline.0), ..About::default() },
                );
            }
            EventKind::Validated { pages, .. } => {
                self.step(StepKind::Validated, event, About { amount: u64::from(*pages), ..About::default() });
            }
            EventKind::SavepointSet { session, .. }
            | EventKind::RolledBackTo { session, .. }
            | EventKind::SavepointReleased { session, .. }
            | EventKind::RowExplained { session, .. }
            | EventKind::TableRestored { session, .. }
            | EventKind::SequenceDrawn { session, .. } => self.statement_done(step, event, session),
            EventKind::InvariantDeclared { .. }
            | EventKind::ClockSet { .. }
            | EventKind::Damaged { .. }
            | EventKind::BackupContinues { .. }
            | EventKind::BackupVerified { .. }
            | EventKind::BackupsMerged { .. } => self.statement_done(step, event, OPERATOR),
            EventKind::BackupPassedOver { backup, .. } => self.happened(event, "backup_passed_over", backup),
            EventKind::MergeFailed { label, .. } => self.happened(event, "merge_failed", label),
            EventKind::InvariantChecked { .. }
            | EventKind::StatementWaits { .. }
            | EventKind::StatementQueued { .. }
            | EventKind::StatementResumed { .. }
            | EventKind::StatementFailed { .. } => {
                if pitr_engine::WHOLE {
                    self.waiting(step, event);
                }
            }
            EventKind::Archiving(what) if pitr_engine::WHOLE => {
                let params = what.params();
                let about = ["object", "backup", "key", "from", "lsn", "limit"];
                let name = about.iter().find_map(|wanted| params.iter().find(|(name, _)| name == wanted));
                self.happened(event, what.name(), name.map_or(OPERATOR, |(_, value)| value));
            }
            EventKind::Archiving(_) => {}
            EventKind::Scheduled => self.statement_done(step, event, OPERATOR),
            EventKind::ScheduledRefused { error } => {
                self.step(
                    StepKind::StatementDone,
                    event,
                    About { name: OPERATOR, text: error.code(), ..About::default() },
                );
            }
            EventKind::RecoveryShutDown => self.happened(event, "recovery_shut_down", OPERATOR),
            EventKind::Crash(happened) if pitr_engine::WHOLE => self.crash(step, event, happened),
            EventKind::Log(happened) if pitr_engine::WHOLE => self.log_event(step, event, happened),
            EventKind::Crash(_) | EventKind::Log(_) => {}
            EventKind::RecoveryPaused => self.step(StepKind::RecoveryPaused, event, About::default()),
            EventKind::SwitchedOver { timeline } => {
                if pitr_engine::WHOLE {
                    self.take_over(*timeline);
                }
                self.step(StepKind::SwitchedOver, event, About { amount: u64::from(timeline.0), ..About::default() });
            }
            EventKind::RecoveryFinished => self.step(StepKind::RecoveryFinished, event, About::default()),
            EventKind::RecoveryFailed { failure } => {
                self.step(StepKind::RecoveryFailed, event, About { text: failure.code(), ..About::default() });
            }
        }
    }

    fn record(&mut self, moment: (u32, i64), session: Option<&str>, timeline: TimelineId, record: &RecordNote) {
        let name = session.map_or(NO_NAME, |session| self.names.of(session));
        let records = &mut self.records;
        if pitr_engine::WHOLE && records.timeline.last() != Some(&timeline.0) {
            self.begins.push(records.lsn.len());
        }
        records.lsn.push(record.lsn.0);
        records.end_lsn.push(record.end.0);
        records.timeline.push(timeline.0);
        records.time_us.push(record.time.map_or(moment.1, |time| time.0));
        records.kind.push(record_kind(record.kind));
        records.xid.push(record.xid.0);
        records.session.push(name);
        records.step.push(moment.0);
        let Some(session) = session.filter(|_| record.xid != Xid::NONE) else {
            return;
        };
        if matches!(record.kind, Kind::Commit | Kind::Abort) {
            self.ends.insert(record.xid, record.lsn.0);
        } else if !self.open.contains_key(session) {
            let open = Open {
                session: session.to_owned(),
                statement: String::new(),
                statements: 0,
                rows: 0,
                every_row: false,
                begin: self.begun.get(session).copied().unwrap_or(moment),
                first_lsn: record.lsn.0,
                xid: record.xid,
            };
            self.open.insert(session.to_owned(), open);
        }
    }

    /// Something that has a sentence of its own, `event.<code>`, about something.
    fn happened(&mut self, event: &Event, code: &str, name: &str) {
        self.step(StepKind::StatementDone, event, About { name, text: code, ..About::default() });
    }

    /// A statement that has no more to show than that it was carried out.
    fn statement_done(&mut self, step: u32, event: &Event, session: &str) {
        let text = self.resumed_text(session).unwrap_or_else(|| self.sent_text(step));
        self.step(StepKind::StatementDone, event, About { name: session, text: &text, ..About::default() });
    }

    fn target_text(&self, target: &Target) -> String {
        match target {
            Target::Time(time) => time_text(*time, self.loaded.run.settings().zone),
            other => other.to_string(),
        }
    }

    pub fn finish(mut self) -> Columns {
        let loaded = Rc::clone(&self.loaded);
        let (run, settings) = (&loaded.run, loaded.run.settings());
        let last = (run.events().len().saturating_sub(1) as u32, run.cluster().now().0);
        for (_, open) in core::mem::take(&mut self.open) {
            let xid = open.xid;
            self.push_transaction(open, xid, Fate::Open, last, None);
        }
        if let Some(primary) = run.cluster().primary()
            && let Some(span) = self.segments.last_mut()
            && span.sealed.is_none()
        {
            span.used_to_lsn = primary.log.end().0;
        }
        // A recovery whose server has taken over is part of what happened; and one that was continued began where it began at first.
        let recovery_step =
            loaded.recovery_command().and_then(|command| run.sent_after(command)).map(|sent| sent as usize);
        let noticed_step = recovery_step.map_or(last.0, |step| step.saturating_sub(1) as u32);
        let mut head = RunHead {
            title: loaded.script.title.clone(),
            script: loaded.script.to_string(),
            seed: settings.seed,
            scale: settings.scale,
            segment_bytes: settings.segment.bytes(),
            page_bytes: settings.page_bytes,
            archive_timeout_us: settings.archive_timeout.unwrap_or(Micros::ZERO).0,
            zone_offset_s: settings.zone.offset_s,
            begin_us: run.begin().0,
            end_us: last.1,
            step_count: self.steps.kind.len() as u32,
            record_count: self.records.lsn.len() as u32,
            noticed_step,
            noticed_us: loaded.noticed().0,
            names: Vec::new(),
            sessions: self.sessions,
            transactions: self.transactions,
            segments: self.segments,
            backups: self.backups,
            timelines: self.timelines,
            incident: self.incident,
            proposed_target: String::new(),
            report: None,
            recovery_step: recovery_step.map(|step| step as u32),
        };
        head.names = self.names.into_names();
        Columns { head, records: self.records, steps: self.steps, begins: self.begins }
    }
}
