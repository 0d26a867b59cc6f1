//! What is in the archive, and what of it can be used.
//!
//! An object is written once: the same bytes again are accepted, other bytes under the same name are refused, as PostgreSQL asks of an
//! archive command. A segment's file has the length of a segment, always; one that is shorter is an upload that broke off, and a recovery
//! that fetches it fails with its name, as PostgreSQL's does ("archive file has wrong size"). Damage inside is found by the log's own
//! checksums, when it is read.

use super::sealing::{NotOpened, OVERHEAD};
use super::{KeyRing, Piece};
use crate::backup::StoredBackup;
use crate::storage::FileName;
use crate::types::{Micros, SegmentNumber, SegmentSize, TimelineId};
use core::fmt;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A segment in the archive.
#[derive(Debug, Clone)]
pub struct ArchivedSegment {
    pub bytes: Arc<Vec<u8>>,
    /// When it had arrived.
    pub at: Micros,
    /// It has been moved to the cold store.
    pub cold: bool,
    /// The key that it is sealed with; 0: it is stored in the clear.
    pub key: u32,
}

/// The name of something in a store, as scripts say it: `segment 3 on 1`, `history 2`, `backup b1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectName {
    Segment(TimelineId, SegmentNumber),
    History(TimelineId),
    Backup(String),
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ObjectName::Segment(timeline, segment) => write!(f, "segment {} on {timeline}", segment.0),
            ObjectName::History(timeline) => write!(f, "history {timeline}"),
            ObjectName::Backup(label) => write!(f, "backup {label}"),
        }
    }
}

/// An object that is there and cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unusable {
    /// It is shorter than it must be: an upload that broke off.
    Truncated { object: ObjectName, bytes: u64, wanted: u64 },
    /// The key that it is sealed with is gone; everything else that this key has sealed in the archive.
    KeyLost { object: ObjectName, key: u32, objects: Vec<ObjectName> },
    /// It is not what was sealed under its name.
    Tampered { object: ObjectName, key: u32 },
}

impl Unusable {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Unusable::Truncated { .. } => "object_truncated",
            Unusable::KeyLost { .. } => "key_lost",
            Unusable::Tampered { .. } => "object_tampered",
        }
    }

    /// What the sentence about it needs, in text form.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Unusable::KeyLost { object, key, objects } => {
                let objects: Vec<String> = objects.iter().map(ToString::to_string).collect();
                vec![("object", object.to_string()), ("key", key.to_string()), ("objects", objects.join(", "))]
            }
            Unusable::Tampered { object, key } => vec![("object", object.to_string()), ("key", key.to_string())],
            Unusable::Truncated { object, bytes, wanted } => {
                vec![("object", object.to_string()), ("bytes", bytes.to_string()), ("wanted", wanted.to_string())]
            }
        }
    }
}

/// What the archive says to an object that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It was not there.
    New,
    /// It was there with the same bytes.
    Same,
    /// Refused: it is there with other bytes.
    Different,
    /// The key that it would be sealed with is gone.
    NoKey,
}

/// The archive's contents.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    segments: LiteMap<(TimelineId, SegmentNumber), ArchivedSegment>,
    /// Segments that are still being streamed.
    partial: LiteMap<(TimelineId, SegmentNumber), ArchivedSegment>,
    /// History files, by the timeline that they are of.
    histories: LiteMap<TimelineId, Vec<u8>>,
    /// What segments and backups are sealed with.
    pub keys: KeyRing,
}

impl Archive {
    /// Puts a segment in its place, whatever was there.
    pub fn put_segment(&mut self, timeline: TimelineId, segment: SegmentNumber, bytes: Arc<Vec<u8>>, at: Micros) {
        self.segments.insert((timeline, segment), ArchivedSegment { bytes, at, cold: false, key: 0 });
    }

    /// A segment arrives; it is taken unless another one of that name is there.
    pub fn accept(
        &mut self,
        timeline: TimelineId,
        segment: SegmentNumber,
        bytes: Arc<Vec<u8>>,
        at: Micros,
    ) -> Accepted {
        let name = ObjectName::Segment(timeline, segment);
        if let Some(archived) = self.segments.get(&(timeline, segment)) {
            let is_same = self.opened(archived, &name).is_ok_and(|there| there == bytes);
            return if is_same { Accepted::Same } else { Accepted::Different };
        }
        let key = self.keys.current();
        if key == 0 {
            self.put_segment(timeline, segment, bytes, at);
            return Accepted::New;
        }
        let Some(sealed) = self.keys.seal(&name.to_string(), &bytes) else {
            return Accepted::NoKey;
        };
        self.segments.insert((timeline, segment), ArchivedSegment { bytes: Arc::new(sealed), at, cold: false, key });
        Accepted::New
    }

    /// Bytes of a segment come by the stream. Once all of them have, it is a segment like any other. What is sealed is opened, and sealed anew with
    /// what has come; nothing can be added to what does not open.
    pub fn accept_piece(&mut self, piece: &Piece, size: SegmentSize, at: Micros) -> Accepted {
        let name = (piece.timeline, piece.segment);
        let from = piece.offset as usize;
        let (to, whole) = (from + piece.bytes.len(), size.bytes() as usize);
        let object = ObjectName::Segment(name.0, name.1);
        let mut partial = match self.partial.get(&name).map(|partial| self.opened(partial, &object)) {
            Some(Ok(bytes)) => bytes,
            Some(Err(_)) => return Accepted::NoKey,
            None => Arc::new(vec![0; whole]),
        };
        if self.keys.current() == 0 {
            // Nobody else holds these bytes: there is nothing to be copied.
            self.partial.remove(&name);
        }
        if let Some(place) = Arc::make_mut(&mut partial).get_mut(from..to) {
            place.copy_from_slice(&piece.bytes);
        }
        if to >= whole {
            let accepted = self.accept(name.0, name.1, partial, at);
            if accepted != Accepted::NoKey {
                self.partial.remove(&name);
            }
            return accepted;
        }
        let key = self.keys.current();
        let bytes = match key {
            0 => partial,
            _ => match self.keys.seal(&object.to_string(), &partial) {
                Some(sealed) => Arc::new(sealed),
                None => return Accepted::NoKey,
            },
        };
        self.partial.insert(name, ArchivedSegment { bytes, at, cold: false, key });
        Accepted::New
    }

    /// Moves segments that had arrived by then to the cold store; says which.
    pub fn cool(&mut self, by: Micros) -> Vec<(TimelineId, SegmentNumber)> {
        let old = self.segments.iter_mut().filter(|(_, archived)| !archived.cold && archived.at <= by);
        let moved = old.map(|(name, archived)| {
            archived.cold = true;
            *name
        });
        moved.collect()
    }

    /// Changes a segment's file where it lies; whether there was something to change.
    pub fn change_segment(
        &mut self,
        timeline: TimelineId,
        segment: SegmentNumber,
        change: impl FnOnce(&mut Vec<u8>) -> bool,
    ) -> bool {
        let archived = self.segments.get_mut(&(timeline, segment));
        archived.is_some_and(|archived| change(Arc::make_mut(&mut archived.bytes)))
    }

    /// Segments that are still being streamed, by timeline and number.
    pub fn partial_segments(&self) -> impl Iterator<Item = (TimelineId, SegmentNumber, &ArchivedSegment)> {
        self.partial.iter().map(|((timeline, segment), archived)| (*timeline, *segment, archived))
    }

    /// A segment as it is stored: a partial one if there is no whole one.
    pub fn segment(&self, timeline: TimelineId, segment: SegmentNumber) -> Option<&ArchivedSegment> {
        let whole = self.segments.get(&(timeline, segment));
        if crate::WHOLE { whole.or_else(|| self.partial.get(&(timeline, segment))) } else { whole }
    }

    /// A segment as a reader of the log wants it; `None` if there is none.
    pub fn open_segment(
        &self,
        timeline: TimelineId,
        segment: SegmentNumber,
        size: SegmentSize,
    ) -> Option<Result<Arc<Vec<u8>>, Unusable>> {
        let archived = self.segment(timeline, segment)?;
        let object = ObjectName::Segment(timeline, segment);
        let sealing = if archived.key == 0 { 0 } else { OVERHEAD as u64 };
        let (bytes, wanted) = (archived.bytes.len() as u64, u64::from(size.bytes()) + sealing);
        if bytes != wanted {
            return Some(Err(Unusable::Truncated { object, bytes, wanted }));
        }
        Some(self.opened(archived, &object))
    }

    fn opened(&self, archived: &ArchivedSegment, object: &ObjectName) -> Result<Arc<Vec<u8>>, Unusable> {
        self.open_bytes(archived.key, object, &object.to_string(), &archived.bytes)
    }

    /// Opens bytes that a key has sealed under a name; they are part of an object.
    fn open_bytes(
        &self,
        key: u32,
        object: &ObjectName,
        name: &str,
        bytes: &Arc<Vec<u8>>,
    ) -> Result<Arc<Vec<u8>>, Unusable> {
        if key == 0 {
            return Ok(Arc::clone(bytes));
        }
        let opened = self.keys.open(key, name, bytes);
        opened.map(Arc::new).map_err(|why| match why {
            NotOpened::KeyLost => Unusable::KeyLost { object: object.clone(), key, objects: self.sealed_with(key) },
            NotOpened::Tampered => Unusable::Tampered { object: object.clone(), key },
        })
    }

    /// The segments that a key has sealed.
    pub fn sealed_with(&self, key: u32) -> Vec<ObjectName> {
        let sealed = self.segments.iter().chain(self.partial.iter()).filter(|(_, archived)| archived.key == key);
        sealed.map(|((timeline, segment), _)| ObjectName::Segment(*timeline, *segment)).collect()
    }

    /// Seals what a backup has stored; whether the key for it is there.
    pub fn seal_backup(&mut self, label: &str, backup: &mut StoredBackup) -> bool {
        backup.key = self.keys.current();
        for (file, chunks) in backup.files.iter_mut() {
            for (number, chunk) in chunks.iter_mut().enumerate() {
                let Some(sealed) = self.keys.seal(&part_name(label, *file, number), chunk) else {
                    return false;
                };
                *chunk = Arc::new(sealed);
            }
        }
        true
    }

    /// What is stored of a backup's file, in the clear; `None` if nothing is.
    pub fn open_file(
        &self,
        label: &str,
        backup: &StoredBackup,
        file: FileName,
    ) -> Option<Result<Vec<Arc<Vec<u8>>>, Unusable>> {
        let chunks = backup.files.get(&file)?;
        let object = ObjectName::Backup(label.to_owned());
        let open = |(number, chunk): (usize, &Arc<Vec<u8>>)| {
            self.open_bytes(backup.key, &object, &part_name(label, file, number), chunk)
        };
        Some(chunks.iter().enumerate().map(open).collect())
    }

    /// All segments, by timeline and number.
    pub fn segments(&self) -> impl Iterator<Item = (TimelineId, SegmentNumber, &ArchivedSegment)> {
        self.segments.iter().map(|((timeline, segment), archived)| (*timeline, *segment, archived))
    }

    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    pub fn put_history(&mut self, timeline: TimelineId, file: Vec<u8>) {
        self.histories.insert(timeline, file);
    }

    /// History files, by timeline.
    pub fn histories(&self) -> impl Iterator<Item = (TimelineId, &[u8])> {
        self.histories.iter().map(|(timeline, file)| (*timeline, file.as_slice()))
    }

    /// A history file.
    pub fn history(&self, timeline: TimelineId) -> Option<&[u8]> {
        self.histories.get(&timeline).map(Vec::as_slice)
    }

    /// A segment is no more; whether there was one.
    pub fn lose_segment(&mut self, timeline: TimelineId, segment: SegmentNumber) -> bool {
        let partial = crate::WHOLE && self.partial.remove(&(timeline, segment)).is_some();
        self.segments.remove(&(timeline, segment)).is_some() || partial
    }

    /// A history file is no more; whether there was one.
    pub fn lose_history(&mut self, timeline: TimelineId) -> bool {
        self.histories.remove(&timeline).is_some()
    }

    pub fn has_history(&self, timeline: TimelineId) -> bool {
        self.histories.contains_key(&timeline)
    }
}

/// The name under which a part of a backup's file is sealed.
fn part_name(label: &str, file: FileName, number: usize) -> String {
    format!("backup {label} {file:?} {number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_written_once() {
        let (timeline, segment) = (TimelineId(1), SegmentNumber(3));
        let mut archive = Archive::default();
        let mut arrives = |byte: u8, at| archive.accept(timeline, segment, Arc::new(vec![byte; 8]), Micros(at));
        assert_eq!(
            (arrives(1, 10), arrives(1, 20), arrives(2, 30)),
            (Accepted::New, Accepted::Same, Accepted::Different)
        );
        let kept = archive.segment(timeline, segment).unwrap();
        assert_eq!((kept.bytes[0], kept.at), (1, Micros(10)));
    }

    #[test]
    fn a_segment_that_is_being_streamed_is_sealed_with_every_piece() {
        let (timeline, segment, size) = (TimelineId(1), SegmentNumber(3), SegmentSize::TEACHING);
        let mut archive = Archive { keys: KeyRing::new(7), ..Archive::default() };
        let piece = |offset: u32, bytes: Vec<u8>| Piece { timeline, segment, offset, bytes, arrives: Micros(0) };
        let opened = |archive: &Archive| archive.open_segment(timeline, segment, size);
        assert_eq!(archive.accept_piece(&piece(0, b"a row of somebody".to_vec()), size, Micros(1)), Accepted::New);
        let stored = archive.segment(timeline, segment).unwrap().clone();
        assert_eq!((stored.key, stored.bytes.len()), (1, 4096 + OVERHEAD));
        assert!(!stored.bytes.windows(3).any(|bytes| bytes == b"row"), "it stands there in the clear");
        assert!(opened(&archive).unwrap().unwrap().starts_with(b"a row of somebody\0"));
        // What comes later goes on with what is there, under the newest key.
        archive.keys.rotate();
        assert_eq!(archive.accept_piece(&piece(17, b" else".to_vec()), size, Micros(2)), Accepted::New);
        assert_eq!(archive.segment(timeline, segment).unwrap().key, 2);
        assert!(opened(&archive).unwrap().unwrap().starts_with(b"a row of somebody else\0"));
        let mut lost = archive.clone();
        lost.keys.lose(2);
        assert!(
            matches!(opened(&lost), Some(Err(Unusable::KeyLost { key: 2, ref objects, .. })) if objects.len() == 1)
        );
        lost.keys.rotate();
        assert_eq!(lost.accept_piece(&piece(22, vec![1]), size, Micros(3)), Accepted::NoKey);
        // The last byte makes it a segment like any other.
        assert_eq!(archive.accept_piece(&piece(4000, vec![7; 96]), size, Micros(4)), Accepted::New);
        assert_eq!((archive.segment_count(), archive.partial_segments().count()), (1, 0));
        assert_eq!(opened(&archive).unwrap().unwrap()[4095], 7);
    }

    #[test]
    fn a_segment_that_is_too_short_is_named() {
        let (timeline, segment, size) = (TimelineId(1), SegmentNumber(3), SegmentSize::TEACHING);
        let mut archive = Archive::default();
        assert_eq!(archive.open_segment(timeline, segment, size), None);
        archive.put_segment(timeline, segment, Arc::new(vec![0; 2048]), Micros(0));
        let object = ObjectName::Segment(timeline, segment);
        assert_eq!(object.to_string(), "segment 3 on 1");
        let wrong = Unusable::Truncated { object, bytes: 2048, wanted: 4096 };
        assert_eq!(archive.open_segment(timeline, segment, size), Some(Err(wrong)));
        archive.put_segment(timeline, segment, Arc::new(vec![0; 4096]), Micros(0));
        assert!(archive.open_segment(timeline, segment, size).is_some_and(|opened| opened.is_ok()));
    }
}
