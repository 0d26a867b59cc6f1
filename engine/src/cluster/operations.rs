//! The operator's verbs.

use super::backing_up::BackupJob;
use super::workload::Workload;
use super::{Cluster, CommandError, EventKind, RecoverySpec};
use crate::fault::{Fault, flip};
use crate::recovery::Recovery;
use crate::storage::FileName;
use crate::types::{Micros, Xid};
use crate::wal::Body;

impl Cluster {
    /// Closes the segment that the log is in, unless nothing stands in it.
    pub(super) fn switch_segment(&mut self) -> Result<(), CommandError> {
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        if !primary.log.segment_in_use() {
            return Ok(());
        }
        let segment = primary.log.current_segment();
        let appended = primary.log.append(Xid::NONE, Body::SegmentSwitch);
        self.tell_record(None, appended, None, None);
        self.flush();
        if let Some(primary) = self.primary.as_mut() {
            // The switch's own record may have filled the segment, and the flush sealed it.
            if primary.log.segment_size().offset_of(primary.log.end()) != 0 {
                let last = primary.log.current_segment();
                primary.log.skip_to_next_segment();
                debug_assert!(last >= segment);
                self.seal(last, appended.end);
            }
        }
        Ok(())
    }

    pub(super) fn make_restore_point(&mut self, session: &str, name: &str) -> Result<(), CommandError> {
        let now = self.timestamp();
        let primary = self.primary.as_mut().ok_or(CommandError::NoPrimary)?;
        let appended = primary.log.append(Xid::NONE, Body::RestorePoint { time: now, name });
        self.tell_record(Some(session), appended, Some(now), None);
        self.flush();
        self.tell(EventKind::RestorePointMade { name: name.to_owned(), lsn: appended.lsn });
        Ok(())
    }

    /// Begins a recovery beside the primary. The one before it, if it is over, is given up.
    pub(super) fn begin_recovery(&mut self, spec: &RecoverySpec) -> Result<(), CommandError> {
        if let Some(recovery) = &self.recovery
            && recovery.outcome().is_none()
            && !(crate::WHOLE && recovery.is_down())
        {
            return Err(CommandError::RecoveryRunning { backup: recovery.backup().to_owned() });
        }
        let (manifest, damaged) = self.choose_backup_and_say(spec)?;
        let backup = manifest.label.clone();
        for (backup, failure) in damaged {
            self.tell(EventKind::BackupPassedOver { backup, failure });
        }
        let mut recovery = Recovery::begin(spec.clone(), manifest, &self.settings, self.now);
        if crate::WHOLE {
            recovery.invariants.clone_from(&self.invariants);
        }
        self.recovery = Some(recovery);
        self.tell(EventKind::RecoveryStarted { backup, spec: spec.clone() });
        Ok(())
    }

    pub(super) fn begin_workload(&mut self, session: &str, table: &str, every: Micros) -> Result<(), CommandError> {
        let primary = self.primary.as_ref().ok_or(CommandError::NoPrimary)?;
        if !crate::WHOLE && self.is_in_block(session) {
            return Err(CommandError::NeedsWholeEngine);
        }
        let Some(def) = primary.table(table, Xid::NONE)? else {
            let known = primary.tables(Xid::NONE)?.into_iter().map(|table| table.name).collect();
            return Err(CommandError::NoSuchTable { table: table.to_owned(), known });
        };
        let rows = primary.peek_rows(def.relation, Xid::NONE)?;
        let seed = self.settings.seed ^ (self.workloads.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.workloads.push(Workload::new(session, table, every, self.now, seed, &rows));
        Ok(())
    }

    /// Takes the primary and its disk away, and with them all that is not in the archive or the backup store.
    pub(super) fn lose_primary(&mut self) -> Result<(), CommandError> {
        let was_down = crate::WHOLE && self.down.take().is_some();
        if self.primary.take().is_none() && !was_down {
            return Err(CommandError::NoPrimary);
        }
        self.sessions.clear();
        if crate::WHOLE {
            self.forget_commits();
            self.forget_checkpoint();
        }
        self.archiver.stop();
        if crate::WHOLE {
            self.receiver.lose();
        }
        self.workloads.clear();
        if !(crate::WHOLE && self.backup_job.as_ref().is_some_and(BackupJob::is_of_recovery)) {
            self.backup_job = None;
            self.backups.discard_incomplete();
        }
        self.next_backup = None;
        self.tell(EventKind::PrimaryLost);
        Ok(())
    }

    /// Ends a recovery that waits at its target.
    pub(super) fn resume_recovery(&mut self) -> Result<(), CommandError> {
        if let Some(job) = self.backup_job.as_ref().filter(|job| crate::WHOLE && job.is_of_recovery()) {
            return Err(CommandError::BackupRunning { label: job.label().to_owned() });
        }
        let resumed = self.recovery.as_mut().is_some_and(|recovery| recovery.resume(self.now));
        if resumed { Ok(()) } else { Err(CommandError::RecoveryNotPaused) }
    }

    /// Starts a server again that has shut down at its target.
    pub(super) fn restart_recovery(&mut self, spec: &RecoverySpec) -> Result<(), CommandError> {
        let now = self.now;
        let restarted = self.recovery.as_mut().is_some_and(|recovery| recovery.restart(spec.clone(), now));
        let Some(recovery) = self.recovery.as_ref().filter(|_| restarted) else {
            return Err(CommandError::RecoveryNotDown);
        };
        let backup = recovery.backup().to_owned();
        self.tell(EventKind::RecoveryStarted { backup, spec: spec.clone() });
        Ok(())
    }

    /// Puts the server that a recovery has made into the primary's place. What the old one had not archived is lost with it.
    pub(super) fn switch_over(&mut self) -> Result<(), CommandError> {
        let server = self.recovery.as_mut().and_then(Recovery::take_server).ok_or(CommandError::NothingRecovered)?;
        if self.primary.is_some() || crate::WHOLE && self.down.is_some() {
            self.lose_primary()?;
        }
        let timeline = server.log.timeline();
        self.last_switch = self.now;
        self.last_switch_end = server.log.end();
        self.primary = Some(server);
        self.next_backup = self.settings.backup_every.map(|every| self.now + every);
        self.tell(EventKind::SwitchedOver { timeline });
        // From here on it has to be able to start again from its own disk, on its own timeline.
        self.checkpoint()
    }

    /// A bit of a page rots on the disk; in memory the page stays as it is.
    fn flip_page(&mut self, table: &str, block: u32, bit: u64) -> bool {
        let Some(primary) = self.primary.as_mut() else {
            return false;
        };
        let Ok(Some(def)) = primary.table(table, Xid::NONE) else {
            return false;
        };
        primary.disk.rot(FileName::Relation(def.relation), block, |bytes| flip(bytes, bit))
    }

    pub(super) fn damage(&mut self, fault: &Fault) -> Result<(), CommandError> {
        let struck = match fault {
            Fault::Backup(fault) => fault.strike(&mut self.backups),
            Fault::BreakStream => {
                self.break_stream();
                true
            }
            Fault::LoseKey { key } => self.lose_key(*key),
            Fault::FillDisk => self.fill_disk(),
            Fault::ClockDrift { ppm } => {
                self.clock_ahead = self.timestamp() - self.now;
                self.clock_drift = (*ppm, self.now);
                true
            }
            Fault::LoseBackupFile { backup, file } => self.backups.lose_file(backup, *file),
            Fault::FlipBackupFile { backup, file, bit } => self.backups.flip_file(backup, *file, *bit),
            Fault::FlipPage { table, block, bit } => self.flip_page(table, *block, *bit),
            _ => fault.strike(&mut self.archive, &mut self.archiver, self.settings.segment),
        };
        if !struck {
            return Err(CommandError::NothingToDamage);
        }
        self.tell(EventKind::Damaged { fault: fault.clone().into() });
        Ok(())
    }
}
