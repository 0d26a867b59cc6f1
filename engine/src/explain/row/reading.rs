//! Reading a log into the stories of row versions and transactions.

use super::{Ending, Standing};
use crate::archive::Archive;
use crate::recovery::{Archived, History};
use crate::storage::{Page, decode_values};
use crate::txn::{CommitLog, Fate};
use crate::types::{Lsn, PageId, RelationId, SegmentNumber, SegmentSize, TimelineId, Value, Xid};
use crate::wal::{
    Body, EndOfLog, LogReader, PageChange, PageForm, ReadRecord, SEGMENT_HEADER_BYTES, SegmentHeader, SegmentSource,
    record_start,
};
use std::collections::BTreeMap;

/// Where a row version stands.
pub type Spot = (PageId, u16);

/// A record that touched a row version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    pub xid: Xid,
    /// `None`: older than the log.
    pub at: Option<(TimelineId, Lsn)>,
    pub standing: Standing,
    /// For an update: the version that was replaced, or the one that took its place.
    pub other: Option<Spot>,
}

/// The story of a row version.
#[derive(Debug, Clone, Default)]
pub struct Version {
    pub values: Option<Vec<Value>>,
    pub made: Option<Touch>,
    pub ended: Vec<Touch>,
}

/// What a log is read on top of.
#[derive(Debug, Clone)]
pub struct Base {
    /// The pages as they are at hand, for versions that are older than the log.
    pub pages: Vec<(PageId, Vec<u8>)>,
    pub commit_log: CommitLog,
    /// Everything before this came with the base.
    pub redo: Lsn,
}

/// A log that has been read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub versions: BTreeMap<Spot, Version>,
    endings: BTreeMap<Xid, Ending>,
    fates: CommitLog,
    redo: Lsn,
    /// Where the log could not be read on. The last is its end.
    pub ends: Vec<EndOfLog>,
}

/// Along which timelines a log is read, and which of its records count.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    pub history: &'a History,
    /// The first byte that does not count.
    pub stop: Lsn,
    /// From here on the records stand on a timeline that is not followed.
    pub parted_at: Option<Lsn>,
}

impl Reading {
    /// Reads all the log that there is along a history, past gaps and past the stop. `segments` are the numbers of those to be had.
    pub fn of(
        source: &mut dyn SegmentSource,
        size: SegmentSize,
        segments: &[SegmentNumber],
        base: &Base,
        bounds: &Bounds<'_>,
    ) -> Reading {
        let mut reading = Reading { fates: base.commit_log.clone(), redo: base.redo, ..Reading::default() };
        for (id, bytes) in &base.pages {
            reading.take_page(*id, bytes);
        }
        let mut from = segments.first().and_then(|first| first_record(source, size, *first));
        while let Some(at) = from {
            let mut reader = LogReader::new(source as &mut dyn SegmentSource, size, at);
            let end = loop {
                match reader.read() {
                    Ok(found) => reading.take(&found, bounds),
                    Err(end) => break end,
                }
            };
            reading.ends.push(end);
            let broken = size.segment_of(end.at);
            let behind = segments.iter().filter(|segment| **segment > broken);
            from = behind.into_iter().find_map(|segment| first_record(source, size, *segment));
        }
        reading
    }

    /// How a transaction ended.
    pub fn ending(&self, xid: Xid) -> Ending {
        let before = || match self.fates.fate(xid) {
            Fate::Committed => Ending::CommittedBefore,
            Fate::Aborted => Ending::AbortedBefore,
            Fate::Open => Ending::Open,
        };
        self.endings.get(&xid).copied().unwrap_or_else(before)
    }

    /// The transactions whose end stands in the log as their own: subtransactions end with the one around them.
    pub fn transactions(&self) -> impl Iterator<Item = Xid> + '_ {
        let own = |(xid, ending): (&Xid, &Ending)| match ending {
            Ending::Committed { by, .. } | Ending::Aborted { by, .. } => (by == xid).then_some(*xid),
            _ => None,
        };
        self.endings.iter().filter_map(own)
    }

    fn standing(&self, lsn: Lsn, bounds: &Bounds<'_>) -> Standing {
        match bounds.parted_at {
            Some(fork) if lsn >= fork => Standing::OtherTimeline,
            _ if lsn >= bounds.stop => Standing::Past,
            _ if lsn < self.redo => Standing::InBackup,
            _ => Standing::In,
        }
    }

    fn take(&mut self, found: &ReadRecord<'_>, bounds: &Bounds<'_>) {
        let (lsn, xid, standing) = (found.lsn, found.record.xid, self.standing(found.lsn, bounds));
        // A segment that holds a fork stands in the files of both timelines: whose a record is, the history says.
        let at = Some((bounds.history.timeline_at(lsn), lsn));
        let touch = |other| Touch { xid, at, standing, other };
        match &found.record.body {
            Body::Insert { page, slot, row } => {
                self.made((page.page, *slot), row, touch(None));
                self.see(page, standing);
            }
            Body::Delete { page, slot } => {
                self.ended((page.page, *slot), touch(None));
                self.see(page, standing);
            }
            Body::Update { old, old_slot, new, new_slot, row } => {
                let (old_spot, new_spot) = ((old.page, *old_slot), (new.page, *new_slot));
                self.ended(old_spot, touch(Some(new_spot)));
                self.made(new_spot, row, touch(Some(old_spot)));
                self.see(old, standing);
                self.see(new, standing);
            }
            Body::Commit { time, subtransactions, .. } => {
                let ending = Ending::Committed { by: xid, lsn, time: *time, standing };
                self.end(xid, subtransactions, ending);
            }
            Body::Abort { time, subtransactions, .. } => {
                let ending = Ending::Aborted { by: xid, lsn, time: *time, standing };
                self.end(xid, subtransactions, ending);
            }
            _ => {}
        }
    }

    fn end(&mut self, xid: Xid, subtransactions: &[Xid], ending: Ending) {
        for xid in subtransactions.iter().chain([&xid]) {
            self.endings.insert(*xid, ending);
        }
    }

    fn made(&mut self, spot: Spot, row: &[u8], touch: Touch) {
        let version = self.versions.entry(spot).or_default();
        version.values = decode_values(row).map(|row| row.values);
        version.made = Some(touch);
    }

    fn ended(&mut self, spot: Spot, touch: Touch) {
        let ended = &mut self.versions.entry(spot).or_default().ended;
        // The page that has the same end in it told less of it.
        ended.retain(|other| other.xid != touch.xid || other.at.is_some());
        ended.push(touch);
    }

    /// Learns from a page image of versions that are older than the log.
    fn see(&mut self, change: &PageChange<'_>, standing: Standing) {
        if let PageForm::Image(image) = &change.form {
            let bytes = image.bytes.len() + usize::from(image.hole_bytes);
            if let Some(page) =
                Page::from_image(change.page, bytes as u32, image.hole_offset, image.hole_bytes, image.bytes)
            {
                self.take_rows(change.page, &page, standing);
            }
        }
    }

    fn take_page(&mut self, id: PageId, bytes: &[u8]) {
        if let Ok(page) = Page::read(id, bytes.len() as u32, bytes) {
            self.take_rows(id, &page, Standing::InBackup);
        }
    }

    fn take_rows(&mut self, id: PageId, page: &Page, standing: Standing) {
        for slot in 0..page.slot_count() {
            let Some(row) = page.row(slot).and_then(decode_values) else { continue };
            let version = self.versions.entry((id, slot)).or_default();
            let older = |xid| Touch { xid, at: None, standing, other: None };
            if version.made.is_none() {
                version.made = Some(older(row.head.xmin));
                version.values = Some(row.values);
            }
            let xmax = row.head.xmax;
            if xmax != Xid::NONE && version.ended.iter().all(|ended| ended.xid != xmax) {
                version.ended.insert(0, older(xmax));
            }
        }
    }

    /// The versions of a relation that have values, in the order of the log.
    pub fn of_relation(&self, relation: RelationId) -> Vec<(Spot, &Version)> {
        let first = (PageId { relation, block: 0 }, 0);
        let last = (PageId { relation, block: u32::MAX }, u16::MAX);
        let mut versions: Vec<(Spot, &Version)> =
            self.versions.range(first..=last).map(|(spot, version)| (*spot, version)).collect();
        versions.retain(|(_, version)| version.values.is_some() && version.made.is_some());
        versions.sort_by_key(|(spot, version)| (version.made.and_then(|made| made.at).map(|(_, lsn)| lsn), *spot));
        versions
    }
}

/// Where the first record begins that begins in a segment; `None` if none does, or the segment is not to be had.
fn first_record(source: &mut dyn SegmentSource, size: SegmentSize, segment: SegmentNumber) -> Option<Lsn> {
    let (_, bytes) = source.segment(segment)?;
    let continued = SegmentHeader::decode(&bytes)?.continued as usize;
    let first = record_start(size, size.start_of(segment).advanced((SEGMENT_HEADER_BYTES + continued) as u64));
    (size.segment_of(first) == segment).then_some(first)
}

/// Reads the archive along a history.
pub fn read_archive(archive: &Archive, size: SegmentSize, base: &Base, bounds: &Bounds<'_>) -> Reading {
    let mut source = Archived::new(archive, bounds.history, size);
    Reading::of(&mut source, size, &archived_segments(archive), base, bounds)
}

/// The numbers of the segments in the archive, of any timeline.
pub fn archived_segments(archive: &Archive) -> Vec<SegmentNumber> {
    let mut segments: Vec<SegmentNumber> = archive.segments().map(|(_, segment, _)| segment).collect();
    segments.sort();
    segments.dedup();
    segments
}
