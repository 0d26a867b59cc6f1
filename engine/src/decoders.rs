//! Every decoder behind one plain function: bytes in, and what they say out.
//!
//! For tests and fuzzers, which give them bytes that may be anything; no program uses this. What the functions promise: they never panic,
//! and what comes out is no larger than the bytes account for. A function that returns bytes returns what the decoded value encodes to.

use crate::archive::Archive;
use crate::backup::Manifest;
use crate::checkpoint::Control;
use crate::recovery::History;
use crate::storage::{Page, decode_values, encode_row, set_xmax};
use crate::txn::{CommitLog, Fate};
use crate::types::{Lsn, PageId, RelationId, SegmentNumber, SegmentSize, TimelineId, Value, Xid};
use crate::wal::{EndOfLog, LogReader, Record, SegmentHeader, SegmentSource};
use std::sync::Arc;

/// A log record, if the bytes are one whole.
pub fn record(bytes: &[u8]) -> Option<Vec<u8>> {
    Record::checksum_agrees(bytes).then(|| Record::decode(bytes))?.map(|record| record.encode())
}

/// Segments of one log, one behind the other from a segment on, read from its first record on: how many records there are, and where it ends.
pub fn log(bytes: &[u8], size: SegmentSize, first: SegmentNumber) -> (u64, EndOfLog) {
    struct Segments<'a>(&'a [u8], SegmentSize, SegmentNumber);
    impl SegmentSource for Segments<'_> {
        fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
            let index = usize::try_from(segment.0.checked_sub(self.2.0)?).ok()?;
            let bytes = self.0.chunks(self.1.bytes() as usize).nth(index)?;
            Some((TimelineId::FIRST, Arc::new(bytes.to_vec())))
        }
    }
    let mut reader = LogReader::new(Segments(bytes, size, first), size, size.start_of(first));
    let mut records = 0;
    loop {
        match reader.read() {
            Ok(_) => records += 1,
            Err(end) => return (records, end),
        }
    }
}

/// A page of block 0 of relation 16, of the size that the bytes have: its row versions, and the page as it would be written again.
pub fn page(bytes: &[u8]) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    let id = PageId { relation: RelationId::FIRST_TABLE, block: 0 };
    let page = Page::read(id, u32::try_from(bytes.len()).ok()?, bytes).ok()?;
    let written = page.sealed();
    Some((use_page(page), written))
}

/// The same page out of a log record's image.
pub fn page_image(page_bytes: u32, hole_offset: u16, hole_bytes: u16, around: &[u8]) -> Option<Vec<Vec<u8>>> {
    let id = PageId { relation: RelationId::FIRST_TABLE, block: 0 };
    Page::from_image(id, page_bytes, hole_offset, hole_bytes, around).map(use_page)
}

/// Does with a page all that is ever done with one; returns the row versions that it had.
fn use_page(mut page: Page) -> Vec<Vec<u8>> {
    let rows = (0..page.slot_count()).filter_map(|slot| page.row(slot).map(<[u8]>::to_vec)).collect();
    let (hole_offset, hole_bytes) = page.hole();
    debug_assert_eq!(page.without_hole().len() + usize::from(hole_bytes), page.sealed().len(), "hole at {hole_offset}");
    for slot in 0..page.slot_count() {
        if let Some(row) = page.row_mut(slot) {
            set_xmax(row, Xid(7));
        }
    }
    page.set_lsn(Lsn(page.lsn().0 ^ 8));
    while page.add_row(b"one more row").is_some() {}
    rows
}

/// A row version.
pub fn row(bytes: &[u8]) -> Option<(Vec<Value>, Vec<u8>)> {
    let version = decode_values(bytes)?;
    let mut written = encode_row(version.head.xmin, &version.values);
    set_xmax(&mut written, version.head.xmax);
    Some((version.values, written))
}

/// The header of a segment.
pub fn segment_header(bytes: &[u8]) -> Option<Vec<u8>> {
    SegmentHeader::decode(bytes).map(|header| header.encode().to_vec())
}

/// A manifest.
pub fn manifest(bytes: &[u8]) -> Option<Vec<u8>> {
    let manifest = Manifest::decode(bytes)?;
    let _ = manifest.bytes();
    Some(manifest.encode())
}

/// A control file.
pub fn control(bytes: &[u8]) -> Option<Vec<u8>> {
    Control::decode(bytes).map(|control| control.encode())
}

/// A commit log in chunks of so many bytes, asked for all that it can hold and more: how many transactions committed.
pub fn commit_log(bytes: &[u8], chunk_bytes: usize) -> usize {
    let chunks = bytes.chunks(chunk_bytes.max(1)).map(|chunk| Arc::new(chunk.to_vec()));
    let commit_log = CommitLog::from_chunks(chunks);
    let most = bytes.len() as u32 * 4 + 9;
    (0..most).filter(|xid| commit_log.fate(Xid(*xid)) == Fate::Committed).count()
}

/// The history file of timeline 9: the timeline of each of some positions.
pub fn history(bytes: &[u8]) -> Vec<TimelineId> {
    let mut archive = Archive::default();
    archive.put_history(TimelineId(9), bytes.to_vec());
    let history = History::of(TimelineId(9), &archive);
    [0, 0x1000, 0x4028, u64::MAX].map(|lsn| history.timeline_at(Lsn(lsn))).to_vec()
}
