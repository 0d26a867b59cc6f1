//! Crash recovery: a server that was cut off starts again from what its disk has.
//!
//! The control file names the last checkpoint, its record the redo pointer; from there the server's own log is replayed to its end, which is
//! found where no valid record follows. What had no commit record by then never happened. Nothing else is asked: no memory, no archive.
//! The server goes on with the log on the same timeline, after a checkpoint (PostgreSQL's `StartupXLOG`). Replaying changes nothing that
//! another replay would need, so it may be cut off and begun again as often as the power goes.

use super::redo::redo;
use super::source::Fetched;
use super::{RecordNote, relation_of};
use crate::checkpoint::Control;
use crate::cluster::Settings;
use crate::server::Server;
use crate::storage::{Disk, FileName};
use crate::types::{Lsn, Micros, RelationId, TimelineId};
use crate::wal::{Body, LogReader, WhyEnd};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a server cannot start again. Its disk stays as it is; a recovery from a backup does not need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrashFailure {
    /// The control file is missing or damaged.
    ControlFileDamaged,
    /// Where the control file says so stands no checkpoint record.
    CheckpointMissing { checkpoint: Lsn },
    /// The log ends before the checkpoint that the control file names: not all of it was durable, or it has been damaged since.
    LogEndsEarly { end: Lsn, checkpoint: Lsn },
    /// A page is torn or rotten, and the log has no image of it: the record that would change it.
    PageTorn { relation: RelationId, block: u32, lsn: Lsn },
}

impl CrashFailure {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CrashFailure::ControlFileDamaged => "control_file_damaged",
            CrashFailure::CheckpointMissing { .. } => "checkpoint_missing",
            CrashFailure::LogEndsEarly { .. } => "log_ends_early",
            CrashFailure::PageTorn { .. } => "page_torn",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            CrashFailure::ControlFileDamaged => vec![],
            CrashFailure::CheckpointMissing { checkpoint } => vec![("checkpoint", checkpoint.to_string())],
            CrashFailure::LogEndsEarly { end, checkpoint } => {
                vec![("end", end.to_string()), ("checkpoint", checkpoint.to_string())]
            }
            CrashFailure::PageTorn { relation, block, lsn } => {
                vec![("relation", relation.0.to_string()), ("block", block.to_string()), ("lsn", lsn.to_string())]
            }
        }
    }
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashStep {
    Began {
        checkpoint: Lsn,
        redo: Lsn,
    },
    Replayed {
        record: RecordNote,
        relation: Option<RelationId>,
    },
    Ended {
        end: Lsn,
        why: WhyEnd,
        records: u64,
    },
    /// The server may be opened.
    Recovered,
    Failed(CrashFailure),
}

/// What it does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Begin,
    Redo,
    Open,
}

/// A crash recovery under way.
#[derive(Debug, Clone)]
pub struct CrashRecovery {
    server: Server,
    reader: LogReader<Fetched>,
    /// The record of the checkpoint that it starts from.
    checkpoint: Lsn,
    redo: Lsn,
    /// Where the log goes on behind the last record replayed, and that record.
    end: Lsn,
    last: Lsn,
    records: u64,
    doing: Doing,
    next_at: Micros,
    bytes_per_second: u64,
    scale: u64,
    /// How long it takes to open the server when all is replayed.
    opening: Micros,
}

impl CrashRecovery {
    /// Finds on a disk from where to replay.
    pub fn begin(disk: Disk, settings: &Settings, now: Micros) -> Result<CrashRecovery, CrashFailure> {
        let control = disk.chunk(FileName::Control, 0).and_then(|bytes| Control::decode(bytes));
        let control = control.ok_or(CrashFailure::ControlFileDamaged)?;
        let log = own_log(&disk, control.timeline);
        let mut reader = LogReader::new(log.clone(), settings.segment, control.checkpoint);
        let checkpoint = control.checkpoint;
        let is_there = reader.read().is_ok_and(|found| {
            found.lsn == checkpoint
                && matches!(found.record.body, Body::Checkpoint { redo, .. } if redo == control.redo)
        });
        if !is_there {
            return Err(CrashFailure::CheckpointMissing { checkpoint });
        }
        let server = Server::restored(disk, settings, control.redo).map_err(|_| CrashFailure::ControlFileDamaged)?;
        Ok(CrashRecovery {
            server,
            reader: LogReader::new(log, settings.segment, control.redo),
            checkpoint,
            redo: control.redo,
            end: control.redo,
            last: Lsn::ZERO,
            records: 0,
            doing: Doing::Begin,
            next_at: now,
            bytes_per_second: settings.devices.redo_bytes_per_second,
            scale: settings.scale,
            opening: settings.devices.promote,
        })
    }

    /// Does what is due at `now`.
    pub fn step(&mut self, now: Micros) -> CrashStep {
        self.next_at = now;
        match self.doing {
            Doing::Begin => {
                self.doing = Doing::Redo;
                CrashStep::Began { checkpoint: self.checkpoint, redo: self.redo }
            }
            Doing::Redo => self.replay_next().unwrap_or_else(CrashStep::Failed),
            Doing::Open => CrashStep::Recovered,
        }
    }

    fn replay_next(&mut self) -> Result<CrashStep, CrashFailure> {
        let found = match self.reader.read() {
            Ok(found) => found,
            Err(end) => return self.end_of_log(end.why),
        };
        let (record, relation) = (RecordNote::of(&found), relation_of(&found));
        let lsn = record.lsn;
        redo(&mut self.server, &found).map_err(|damaged| CrashFailure::PageTorn {
            relation: damaged.page.relation,
            block: damaged.page.block,
            lsn,
        })?;
        (self.end, self.last) = (found.goes_on, lsn);
        self.records += 1;
        // The log on disk reaches at least as far as it has been read: a page may be written when it has to make room.
        self.server.log_goes_on(self.end, self.last);
        self.server.shrink_pool();
        let bytes = record.end.since(lsn).saturating_mul(self.scale);
        self.next_at = self.next_at + Micros::for_bytes(bytes, self.bytes_per_second);
        Ok(CrashStep::Replayed { record, relation })
    }

    fn end_of_log(&mut self, why: WhyEnd) -> Result<CrashStep, CrashFailure> {
        let (end, checkpoint) = (self.end, self.checkpoint);
        if self.last < checkpoint {
            return Err(CrashFailure::LogEndsEarly { end, checkpoint });
        }
        #[cfg(feature = "whole")]
        if let Some((damaged, lsn)) = self.server.missing_page() {
            let (relation, block) = (damaged.page.relation, damaged.page.block);
            return Err(CrashFailure::PageTorn { relation, block, lsn });
        }
        self.server.end_of_own_log();
        self.doing = Doing::Open;
        self.next_at = self.next_at + self.opening;
        Ok(CrashStep::Ended { end, why, records: self.records })
    }

    /// When it goes on.
    pub fn next_at(&self) -> Micros {
        self.next_at
    }

    /// The server as far as it has come; nobody can connect to it yet.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The server, to be opened or cut off again.
    pub fn into_server(self) -> Server {
        self.server
    }
}

/// The log segments on a server's own disk.
fn own_log(disk: &Disk, timeline: TimelineId) -> Fetched {
    let mut log = Fetched::default();
    for name in disk.files() {
        if let FileName::Log(of, segment) = name
            && of == timeline
            && let Some(bytes) = disk.chunk(name, 0)
        {
            log.put(timeline, segment, Arc::clone(bytes));
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SegmentNumber;

    /// The disk of a new database that has been checkpointed, with a record between redo pointer and checkpoint.
    fn disk() -> (Disk, Settings, Lsn) {
        let settings = Settings::default();
        let mut server = Server::create(&settings);
        let redo = server.checkpoint_begin();
        server.create_relation(crate::types::Xid(1));
        let appended = server.checkpoint_log(redo, Micros(0));
        server.flush();
        server.checkpoint_end(redo, appended.lsn);
        (server.disk, settings, appended.lsn)
    }

    /// How a crash recovery from this disk ends.
    fn outcome(disk: &Disk, settings: &Settings) -> CrashStep {
        match CrashRecovery::begin(disk.clone(), settings, Micros(0)) {
            Ok(mut recovery) => loop {
                match recovery.step(Micros(0)) {
                    CrashStep::Began { .. } | CrashStep::Replayed { .. } => {}
                    last => return last,
                }
            },
            Err(failure) => CrashStep::Failed(failure),
        }
    }

    #[test]
    fn what_is_damaged_on_the_disk_is_named() {
        let (mut disk, settings, checkpoint) = disk();
        let log = FileName::Log(TimelineId(1), SegmentNumber(1));
        let damage = |disk: &Disk, name: FileName, at: u64| {
            let mut disk = disk.clone();
            let mut bytes = disk.chunk(name, 0).map(|bytes| bytes.to_vec()).unwrap_or_default();
            bytes[at as usize] ^= 1;
            disk.write_chunk(name, 0, Arc::new(bytes));
            outcome(&disk, &settings)
        };
        assert!(matches!(outcome(&disk, &settings), CrashStep::Ended { records: 2, .. }));
        let offset = u64::from(settings.segment.offset_of(checkpoint));
        assert_eq!(damage(&disk, FileName::Control, 20), CrashStep::Failed(CrashFailure::ControlFileDamaged));
        assert_eq!(damage(&disk, log, offset + 30), CrashStep::Failed(CrashFailure::CheckpointMissing { checkpoint }));
        let redo = Lsn(0x1028);
        assert_eq!(damage(&disk, log, 44), CrashStep::Failed(CrashFailure::LogEndsEarly { end: redo, checkpoint }));
        disk.remove(log);
        assert_eq!(outcome(&disk, &settings), CrashStep::Failed(CrashFailure::CheckpointMissing { checkpoint }));
        disk.remove(FileName::Control);
        assert_eq!(outcome(&disk, &settings), CrashStep::Failed(CrashFailure::ControlFileDamaged));
    }
}
