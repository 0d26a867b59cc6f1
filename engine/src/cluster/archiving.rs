//! The archiver at work: what goes to the archive by the clock.

use super::{Cluster, CommandError, EventKind, Upkeep};
use crate::archive::{Accepted, Archiving, Conduct, ObjectName, Sending};
use crate::storage::FileName;
use crate::types::{Micros, SegmentNumber, TimelineId};
use crate::wal::WhyEnd;
use std::sync::Arc;

impl Cluster {
    /// When the archiver makes its next try, if it has something to send.
    pub(super) fn next_send(&self) -> Option<Micros> {
        self.archiver.next()?;
        let rests_until = if crate::WHOLE { self.archiver.rests_until() } else { None };
        Some(rests_until.unwrap_or(self.now))
    }

    /// The segment that is on its way to the archive.
    pub fn sending(&self) -> Option<(TimelineId, SegmentNumber)> {
        self.archiver.sending().map(|sending| (sending.timeline, sending.segment))
    }

    /// Whether a segment is sealed and still to be archived, as far as the server knows.
    pub fn owes(&self, timeline: TimelineId, segment: SegmentNumber) -> bool {
        self.archiver.owes(timeline, segment)
    }

    pub(super) fn send_segment(&mut self) {
        if let Some((timeline, segment)) = self.archiver.next() {
            let bytes = u64::from(self.settings.segment.bytes()).saturating_mul(self.settings.scale);
            self.archiver.send(self.now, self.settings.devices.archive_store.takes(bytes));
            self.tell(EventKind::SegmentSent { timeline, segment });
        }
    }

    pub(super) fn segment_arrives(&mut self) {
        let Some(sending) = self.archiver.sending() else {
            return;
        };
        let (timeline, segment) = (sending.timeline, sending.segment);
        let name = FileName::Log(timeline, segment);
        let bytes = self.primary.as_ref().and_then(|primary| primary.disk.chunk(name, 0)).map(Arc::clone);
        if crate::WHOLE && self.archiver.conduct == Conduct::Fails {
            return self.try_failed(sending);
        }
        self.archiver.arrived();
        if let Some(primary) = self.primary.as_mut().filter(|_| crate::WHOLE) {
            primary.disk.mark_archived(name);
        }
        let Some(bytes) = bytes else {
            return;
        };
        if crate::WHOLE {
            return self.deliver(sending, bytes);
        }
        let length = bytes.len() as u64;
        self.archive.put_segment(timeline, segment, bytes, self.now);
        self.tell(EventKind::SegmentArchived { timeline, segment, bytes: length });
    }

    /// A try has failed, and the next one is due later.
    fn try_failed(&mut self, sending: Sending) {
        let next = self.archiver.failed(sending, self.now);
        let (timeline, segment) = (sending.timeline, sending.segment);
        let backlog = self.archiver.backlog() as u64;
        self.tell_archiving(Archiving::Failed { timeline, segment, attempt: next.failed, next: next.at, backlog });
    }

    /// A segment comes to the archive, or what a misbehaving archiver makes of it.
    fn deliver(&mut self, sending: Sending, bytes: Arc<Vec<u8>>) {
        let (timeline, segment) = (sending.timeline, sending.segment);
        let conduct = self.archiver.conduct;
        if conduct == Conduct::Lies {
            self.archiver.reported();
            return self.tell_archiving(Archiving::FalseSuccess { timeline, segment });
        }
        let length = bytes.len() as u64;
        match self.archive.accept(timeline, segment, bytes, self.now) {
            Accepted::New if conduct == Conduct::Truncates => {
                let whole = self.archive.segment(timeline, segment).map_or(0, |stored| stored.bytes.len() as u64);
                self.archive.change_segment(timeline, segment, |file| {
                    file.truncate((whole / 2) as usize);
                    true
                });
                self.tell_archiving(Archiving::Partial { timeline, segment, bytes: whole / 2, wanted: whole });
            }
            Accepted::NoKey => {
                let object = ObjectName::Segment(timeline, segment);
                self.tell_archiving(Archiving::NoKey { object, key: self.archive.keys.current() });
                return self.try_failed(sending);
            }
            Accepted::New => self.tell(EventKind::SegmentArchived { timeline, segment, bytes: length }),
            Accepted::Same => self.tell_archiving(Archiving::DuplicateAccepted { timeline, segment }),
            Accepted::Different => {
                self.tell_archiving(Archiving::DuplicateRefused { timeline, segment });
                return self.try_failed(sending);
            }
        }
        self.archiver.reported();
        if conduct == Conduct::Duplicates && !sending.again {
            self.archiver.send_again(timeline, segment);
        }
    }

    /// Tells where the log of a recovery ended, if it did so before its time: at damage, or at a segment that is missing while later ones are there.
    pub(super) fn tell_log_end(&mut self) {
        let Some(end) = self.recovery.as_ref().and_then(|recovery| recovery.log_end()) else {
            return;
        };
        let lsn = end.at;
        match end.why {
            WhyEnd::Nothing => {}
            WhyEnd::NoSegment(segment) => {
                if self.archive.segments().any(|(_, later, _)| later > segment) {
                    self.tell_archiving(Archiving::LogGap { segment, lsn });
                }
            }
            WhyEnd::BadHeader(_) => self.tell_archiving(Archiving::LogDamaged { lsn, why: "bad_header".to_owned() }),
            WhyEnd::BadLength => self.tell_archiving(Archiving::LogDamaged { lsn, why: "bad_length".to_owned() }),
            WhyEnd::BadChecksum => self.tell_archiving(Archiving::LogDamaged { lsn, why: "bad_checksum".to_owned() }),
            WhyEnd::BadLink => self.tell_archiving(Archiving::LogDamaged { lsn, why: "bad_link".to_owned() }),
            WhyEnd::Unknown => self.tell_archiving(Archiving::LogDamaged { lsn, why: "unknown_record".to_owned() }),
        }
    }

    pub(super) fn tell_archiving(&mut self, what: Archiving) {
        self.tell(EventKind::Archiving(what));
    }

    /// Carries out what an operator does to the archive.
    pub(super) fn upkeep(&mut self, session: &str, what: &Upkeep) -> Result<(), CommandError> {
        match what {
            Upkeep::StartStreaming => self.mend_stream(),
            Upkeep::RotateKey => self.rotate_key()?,
            Upkeep::Expire => self.expire(),
            Upkeep::Hold { backup } => self.hold(backup)?,
            Upkeep::Release { backup } => self.release_hold(backup)?,
            Upkeep::DeleteBackup { backup } => self.delete_backup(session, backup)?,
            Upkeep::DeleteSegment { timeline, segment } => self.delete_segment(session, *timeline, *segment)?,
            Upkeep::StartArchiver => {
                self.archiver.start();
                self.tell_archiving(Archiving::ArchiverStarted { backlog: self.archiver.backlog() as u64 });
            }
        }
        Ok(())
    }
}
