//! A recovery under way.
//!
//! It goes from one thing to the next on the virtual clock, one [`Recovery::step`] at a time: a file restored, a segment fetched, a
//! record replayed. So it can be watched, paused and looked into at each.

mod bulk;
mod fetch;
mod pace;
mod progress;
mod restart;
mod restore;
#[cfg(test)]
mod tests;

use super::checks::check_pages;
use super::history::{History, history_file, next_timeline, reason as reason_text};
use super::redo::redo;
use super::source::{Archived, Fetched};
use super::target::StopRule;
use super::{Phase, RecordNote, RecoveryFailure, Report, StopReason, Validation};
use crate::archive::{Archive, StoreKind};
use crate::backup::{BackupStore, Manifest};
use crate::cluster::{AtTarget, Devices, Invariant, RecoverySpec, Settings};
use crate::server::{Promotion, Server};
use crate::storage::{Disk, FileName};
use crate::types::{Lsn, Micros, RelationId, SegmentNumber, TimelineId};
use crate::wal::{Body, EndOfLog, Kind, LogReader, ReadRecord, SegmentSource};
use pace::{Pace, pages_of};
use std::sync::Arc;

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveryStep {
    /// Something that takes time has begun; nothing to tell yet.
    Waiting,
    /// It waits at its target until it is resumed.
    Paused,
    /// It has shut down at its target, until it is started again.
    ShutDown,
    FileRestored {
        /// The element of the chain that it comes from.
        backup: String,
        name: FileName,
        bytes: u64,
    },
    SegmentFetched {
        timeline: TimelineId,
        segment: SegmentNumber,
        bytes: u64,
    },
    /// A record was replayed; `consistent` if it is the one at which the backup becomes consistent.
    Replayed {
        record: RecordNote,
        relation: Option<RelationId>,
        consistent: bool,
    },
    Stopped {
        reason: StopReason,
    },
    TimelineBegan {
        timeline: TimelineId,
        parent: TimelineId,
        fork: Lsn,
    },
    Validated {
        pages: u32,
        wrong: u32,
    },
    Finished,
    Failed(RecoveryFailure),
}

/// What it does next, at `next_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Plan,
    /// Which element of the chain, and which of its files.
    RestoreFile(usize, usize),
    FetchSegment(SegmentNumber),
    Redo,
    Pause(StopReason),
    Paused(StopReason),
    ShutDown(StopReason),
    Down(StopReason),
    Restart,
    Promote(StopReason),
    Validate(StopReason),
    Finish(StopReason),
    Over,
}

/// From where a server in recovery could begin to replay again: a checkpoint that it has replayed (PostgreSQL's restartpoint).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartPoint {
    pub redo: Lsn,
    pub checkpoint: Lsn,
    pub timeline: TimelineId,
}

/// A recovery, beside the live database.
#[derive(Debug, Clone)]
pub struct Recovery {
    spec: RecoverySpec,
    manifest: Manifest,
    /// The backup and all that it continues, the full one first; known once the recovery is planned.
    chain: Vec<Manifest>,
    /// The timelines that are followed.
    history: History,
    /// Whose file was fetched last.
    last_file: Option<TimelineId>,
    devices: Devices,
    scale: u64,
    doing: Doing,
    next_at: Micros,
    began: Micros,
    /// The new server's disk, until the server stands on it.
    disk: Disk,
    server: Option<Server>,
    reader: LogReader<Fetched>,
    /// The page size and the like that the new server is made with.
    settings: Settings,
    consistent: bool,
    /// The last checkpoint that was replayed; before one was, the backup's own.
    restart: RestartPoint,
    restored_bytes: u64,
    records: u64,
    record_bytes: u64,
    transactions: u32,
    replayed_to: Lsn,
    /// The redo pointer of the newest checkpoint replayed, or that the backup began with, and its record.
    restart_point: (Lsn, Lsn),
    /// For a server that was started again: where it had come to.
    minimum: Option<Lsn>,
    ahead: fetch::Ahead,
    pace: Pace,
    /// Where and why the log ended, if it was replayed to its end.
    log_end: Option<EndOfLog>,
    last_record_in: Option<RecordNote>,
    last_in: Option<RecordNote>,
    first_record_out: Option<RecordNote>,
    took: [Micros; 5],
    timeline: TimelineId,
    checked: (u32, u32),
    /// When what it needs from the cold store is there, once it has asked for it.
    cold_ready: Option<Micros>,
    /// What is asked of the new server at the end, and what was found.
    pub(crate) invariants: Vec<Invariant>,
    pub(crate) validation: Validation,
    outcome: Option<Result<Box<Report>, RecoveryFailure>>,
}

impl Recovery {
    /// A recovery that begins now, from the backup that `manifest` describes.
    pub fn begin(spec: RecoverySpec, manifest: Manifest, settings: &Settings, now: Micros) -> Recovery {
        let reader = LogReader::new(Fetched::default(), settings.segment, manifest.redo);
        let history = History::of(manifest.timeline, &Archive::default());
        Recovery {
            spec,
            history,
            last_file: None,
            devices: settings.devices.clone(),
            scale: settings.scale,
            doing: Doing::Plan,
            next_at: now,
            began: now,
            disk: Disk::default(),
            server: None,
            reader,
            settings: settings.clone(),
            consistent: false,
            restart: RestartPoint { redo: manifest.redo, checkpoint: manifest.checkpoint, timeline: manifest.timeline },
            restored_bytes: 0,
            records: 0,
            record_bytes: 0,
            transactions: 0,
            replayed_to: manifest.redo,
            restart_point: (manifest.redo, manifest.checkpoint),
            minimum: None,
            ahead: fetch::Ahead::default(),
            pace: Pace::default(),
            log_end: None,
            last_record_in: None,
            last_in: None,
            first_record_out: None,
            took: [Micros::ZERO; 5],
            timeline: manifest.timeline,
            checked: (0, 0),
            cold_ready: None,
            invariants: Vec::new(),
            validation: Validation::default(),
            outcome: None,
            chain: Vec::new(),
            manifest,
        }
    }

    /// Does what is due at `now`.
    /// `clock` is what the new server's clock shows.
    pub fn step(&mut self, now: Micros, clock: Micros, archive: &mut Archive, backups: &BackupStore) -> RecoveryStep {
        let step = match self.doing {
            Doing::Plan => self.plan(now, archive, backups),
            Doing::RestoreFile(element, index) => self.restore_file(element, index, now, archive, backups),
            Doing::FetchSegment(segment) => self.fetch_segment(segment, now, archive),
            Doing::Redo => self.replay_next(now, archive),
            Doing::Pause(reason) => {
                self.doing = Doing::Paused(reason);
                Ok(RecoveryStep::Paused)
            }
            Doing::ShutDown(reason) if crate::WHOLE => self.shut_down(reason),
            Doing::Restart if crate::WHOLE => self.start_again(now, archive),
            Doing::Paused(_) | Doing::ShutDown(_) | Doing::Down(_) | Doing::Restart => Ok(RecoveryStep::Waiting),
            Doing::Promote(reason) => self.promote(reason, now, clock, archive),
            Doing::Validate(reason) => self.validate(reason, now),
            Doing::Finish(reason) => self.finish(reason, archive),
            Doing::Over => Ok(RecoveryStep::Waiting),
        };
        step.unwrap_or_else(|failure| self.fail(failure))
    }

    fn fail(&mut self, failure: RecoveryFailure) -> RecoveryStep {
        self.doing = Doing::Over;
        self.outcome = Some(Err(failure.clone()));
        RecoveryStep::Failed(failure)
    }

    /// What was done while something else was: fetching log while replaying, and workers beside the slowest.
    fn overlapped(&self) -> [Micros; 2] {
        let took = |phase: Phase| self.took[phase as usize];
        let fetching = self.ahead.fetching() - took(Phase::FetchLog);
        let working = self.pace.work() - took(Phase::Redo);
        [fetching, working].map(|beside| beside.max(Micros::ZERO))
    }

    /// Goes on with something that takes this long, which counts towards a phase.
    fn wait(&mut self, doing: Doing, phase: Phase, now: Micros, takes: Micros) {
        self.doing = doing;
        self.next_at = now + takes;
        let took = &mut self.took[phase as usize];
        *took = *took + takes;
    }

    #[cfg_attr(feature = "whole", inline(always))]
    fn replay_next(&mut self, now: Micros, archive: &Archive) -> Result<RecoveryStep, RecoveryFailure> {
        let found = match self.reader.read() {
            Ok(found) => found,
            Err(end) => return self.at_end_of_fetched(end.why, now, archive),
        };
        let rule = StopRule { target: &self.spec.target, inclusive: self.spec.inclusive };
        let note = RecordNote::of(&found);
        if let Some(reason) = rule.stops_before(&found, self.consistent) {
            self.first_record_out = Some(note);
            return self.stop(reason, now);
        }
        let Some(server) = self.server.as_mut() else {
            return Err(RecoveryFailure::BackupDamaged { backup: self.manifest.label.clone() });
        };
        // A server that begins a timeline says with its first record that no backup is being taken.
        if !self.consistent && self.minimum.is_none() && note.kind == Kind::TimelineStart {
            let backup = self.manifest.label.clone();
            return Err(RecoveryFailure::BackupCutOff { backup, fork: note.lsn, needed: self.manifest.end });
        }
        redo(server, &found).map_err(|_| RecoveryFailure::PageDamaged { lsn: note.lsn })?;
        let is_there = match self.minimum {
            Some(minimum) => found.goes_on >= minimum,
            None => self.manifest.is_consistent_behind(&found),
        };
        let became = is_there && !self.consistent;
        self.consistent |= became;
        #[cfg(feature = "whole")]
        if self.consistent
            && let Some((_, lsn)) = server.missing_page()
        {
            return Err(RecoveryFailure::PageDamaged { lsn });
        }
        let stop = rule.stops_after(&found, self.consistent);
        let (relation, goes_on) = (relation_of(&found), found.goes_on);
        if let Body::Checkpoint { redo, .. } = &found.record.body {
            self.restart_point = (*redo, note.lsn);
            if crate::WHOLE {
                self.restart = RestartPoint { redo: *redo, checkpoint: found.lsn, timeline: found.timeline };
            }
        }
        let pages = if crate::WHOLE { pages_of(&found.record.body) } else { [None; 2] };
        // What is replayed a second time has been counted.
        let is_new = self.minimum.is_none_or(|minimum| goes_on > minimum);
        self.records += u64::from(is_new);
        self.record_bytes += note.end.since(note.lsn);
        self.replayed_to = goes_on;
        self.last_record_in = Some(note);
        if matches!(note.kind, Kind::Commit | Kind::Abort) {
            self.last_in = Some(note);
            self.transactions += u32::from(note.kind == Kind::Commit && is_new);
        }
        let bytes = note.end.since(note.lsn).saturating_mul(self.scale);
        let mut takes = Micros::for_bytes(bytes, self.devices.redo_bytes_per_second);
        if crate::WHOLE {
            takes = self.pace.takes(self.spec.effort.workers, pages, takes);
            if became || stop.is_some() || note.kind == Kind::Checkpoint {
                self.pace.everyone_is_done();
            }
        }
        match stop {
            // The stop is told in a step of its own, when this record is done.
            Some(reason) => {
                self.check_consistent()?;
                self.wait(Doing::Promote(reason), Phase::Redo, now, takes);
            }
            None => self.wait(Doing::Redo, Phase::Redo, now, takes),
        }
        Ok(RecoveryStep::Replayed { record: note, relation, consistent: became })
    }

    /// How long what is read now from this store is still to be waited for: all that a recovery needs of it is asked for at once.
    fn retrieval(&mut self, store: StoreKind, now: Micros) -> Micros {
        if store.retrieval() == Micros::ZERO {
            return Micros::ZERO;
        }
        let ready = *self.cold_ready.get_or_insert(now + store.retrieval());
        (ready - now).max(Micros::ZERO)
    }

    fn check_consistent(&self) -> Result<(), RecoveryFailure> {
        if self.consistent {
            return Ok(());
        }
        Err(RecoveryFailure::BeforeConsistent {
            target: self.spec.target.clone(),
            backup: self.manifest.label.clone(),
            stop: self.replayed_to,
            consistent: self.needed(),
            consistent_time: self.manifest.end_time,
        })
    }

    fn stop(&mut self, reason: StopReason, now: Micros) -> Result<RecoveryStep, RecoveryFailure> {
        self.check_consistent()?;
        self.doing = Doing::Promote(reason);
        self.next_at = now;
        Ok(RecoveryStep::Waiting)
    }

    /// Tells of the stop first, then opens the server on a new timeline.
    fn promote(
        &mut self,
        reason: StopReason,
        now: Micros,
        clock: Micros,
        archive: &mut Archive,
    ) -> Result<RecoveryStep, RecoveryFailure> {
        if self.took[Phase::Promote as usize] == Micros::ZERO {
            if crate::WHOLE {
                self.ahead.give_up(now);
            }
            match self.spec.action {
                AtTarget::Promote => self.begin_promotion(reason, now),
                AtTarget::Pause => self.doing = Doing::Pause(reason),
                AtTarget::Shutdown => self.doing = Doing::ShutDown(reason),
            }
            return Ok(RecoveryStep::Stopped { reason });
        }
        // The parent is the timeline that was asked for, even if replay stopped before its own beginning.
        let parent = self.history.timeline();
        let timeline = next_timeline(parent, archive);
        let fork = self.replayed_to;
        let size = self.settings.segment;
        let segment = self.reader.source_mut().bytes(size.segment_of(fork)).map(Arc::clone);
        let last = self.last_record_in.map_or(Lsn::ZERO, |note| note.lsn);
        if let Some(server) = self.server.as_mut() {
            let promotion = Promotion { timeline, parent, fork, last };
            server.promote(promotion, segment.as_deref().map(Vec::as_slice), clock);
            server.flush();
        }
        self.look_ahead(archive);
        let (last, first) = (self.last_record_in, self.first_record_out);
        let why = reason_text(reason, &self.spec.target, fork, last, first);
        archive.put_history(timeline, history_file(parent, fork, &why, archive));
        self.timeline = timeline;
        let bytes = self.server.as_ref().map_or(0, data_bytes).saturating_mul(self.scale);
        let takes = Micros::for_bytes(bytes, self.devices.validate_bytes_per_second);
        self.wait(Doing::Validate(reason), Phase::Validate, now, takes);
        Ok(RecoveryStep::TimelineBegan { timeline, parent, fork })
    }

    fn begin_promotion(&mut self, reason: StopReason, now: Micros) {
        let takes = self.devices.promote;
        self.wait(Doing::Promote(reason), Phase::Promote, now, Micros(takes.0.max(1)));
    }

    /// Finds the first record that was not replayed, where the stop did not meet it.
    fn look_ahead(&mut self, archive: &Archive) {
        if self.first_record_out.is_none() {
            let mut reader = LogReader::new(self.archived(archive), self.settings.segment, self.replayed_to);
            self.first_record_out = reader.read().ok().map(|found| RecordNote::of(&found));
        }
    }

    /// The archive as this recovery reads it.
    fn archived<'a>(&'a self, archive: &'a Archive) -> Archived<'a> {
        Archived::new(archive, &self.history, self.settings.segment)
    }

    fn validate(&mut self, reason: StopReason, now: Micros) -> Result<RecoveryStep, RecoveryFailure> {
        self.checked = self.server.as_ref().map_or((0, 0), check_pages);
        if crate::WHOLE
            && let Some(server) = &self.server
        {
            self.validation = Validation::of(server, &self.invariants);
        }
        self.doing = Doing::Finish(reason);
        self.next_at = now;
        Ok(RecoveryStep::Validated { pages: self.checked.0, wrong: self.checked.1 })
    }

    fn finish(&mut self, reason: StopReason, archive: &Archive) -> Result<RecoveryStep, RecoveryFailure> {
        let mut report = self.report(reason, archive);
        report.validation = core::mem::take(&mut self.validation);
        self.doing = Doing::Over;
        self.outcome = Some(Ok(Box::new(report)));
        Ok(RecoveryStep::Finished)
    }

    /// What it has done, as far as it has come.
    fn report(&self, reason: StopReason, archive: &Archive) -> Report {
        let first_out = self
            .first_record_out
            .and_then(|note| first_end_from(LogReader::new(self.archived(archive), self.settings.segment, note.lsn)));
        Report {
            spec: self.spec.clone(),
            backup: self.manifest.label.clone(),
            began: self.began,
            reason,
            last_record_in: self.last_record_in,
            first_record_out: self.first_record_out,
            last_in: self.last_in,
            first_out,
            consistent: self.manifest.end,
            timeline: self.timeline,
            parent: self.history.timeline(),
            fork: self.replayed_to,
            transactions: self.transactions,
            records: self.records,
            backup_bytes: self.restored_bytes,
            segment_bytes: self.reader.source().len() as u64 * u64::from(self.settings.segment.bytes()),
            record_bytes: self.record_bytes,
            segments: self.reader.source().len() as u32,
            took: self.took,
            overlapped: self.overlapped(),
            log_end: self.log_end,
            pages_checked: self.checked.0,
            pages_wrong: self.checked.1,
            validation: Validation::default(),
        }
    }
}

/// The table whose page a record is about.
pub(super) fn relation_of(found: &ReadRecord<'_>) -> Option<RelationId> {
    match &found.record.body {
        Body::Insert { page, .. } | Body::Delete { page, .. } | Body::Update { old: page, .. } => {
            Some(page.page.relation)
        }
        Body::CreateRelation { relation } | Body::Lock { relation } | Body::Sequence { relation, .. } => {
            Some(*relation)
        }
        _ => None,
    }
}

fn first_end_from(mut reader: LogReader<impl SegmentSource>) -> Option<RecordNote> {
    loop {
        let found = reader.read().ok()?;
        if found.record.body.ends_transaction() {
            return Some(RecordNote::of(&found));
        }
    }
}

fn data_bytes(server: &Server) -> u64 {
    server.relations().map(|(_, blocks)| u64::from(blocks) * u64::from(server.page_bytes())).sum()
}
