//! Which pages and rows a record is about, and which records a page is made of: found by reading the log, as a recovery would.

use super::log::{LiveLog, first_record_in};
use crate::archive::Archive;
use crate::recovery::{Archived, History, RecordNote};
use crate::server::Server;
use crate::storage::decode_values;
use crate::types::{Lsn, PageId, SegmentNumber, SegmentSize, TimelineId, Value};
use crate::wal::{Body, LogReader, ReadRecord, SegmentSource};

/// A record with what it touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Touched {
    pub timeline: TimelineId,
    pub note: RecordNote,
    /// The pages, each with the key of the row whose version the record made or ended there, if that can be read.
    pub rows: Vec<(PageId, Option<Value>)>,
}

/// A row version of a page, with the record that put it there.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRow {
    pub slot: u16,
    /// Its first value, if it can be read.
    pub key: Option<Value>,
    pub writer: Option<(TimelineId, Lsn)>,
}

/// What the record at a position of a timeline touches; `None` if it cannot be read. `server` is one that has that log, or pages that it
/// has changed.
pub fn touched_at(
    server: Option<&Server>,
    archive: &Archive,
    size: SegmentSize,
    timeline: TimelineId,
    lsn: Lsn,
) -> Option<Touched> {
    let history = History::of(timeline, archive);
    let live = server.filter(|server| server.log.timeline() == timeline);
    let read = |source: &mut dyn SegmentSource| {
        let mut reader = LogReader::new(source, size, lsn);
        let found = reader.read().ok().filter(|found| found.lsn == lsn)?;
        Some(Touched { timeline, note: RecordNote::of(&found), rows: rows_of(&found, server) })
    };
    match live {
        Some(server) => read(&mut LiveLog::new(server, archive, &history)),
        None => read(&mut Archived::new(archive, &history, size).in_any_order()),
    }
}

fn rows_of(found: &ReadRecord<'_>, server: Option<&Server>) -> Vec<(PageId, Option<Value>)> {
    let key = |row: &[u8]| decode_values(row).and_then(|row| row.values.into_iter().next());
    let key_at = |page: PageId, slot: u16| {
        let page = server?.peek_page(page).ok()?;
        page.row(slot).and_then(key)
    };
    match &found.record.body {
        Body::Insert { page, row, .. } => vec![(page.page, key(row))],
        Body::Delete { page, slot } => vec![(page.page, key_at(page.page, *slot))],
        Body::Update { old, old_slot, new, row, .. } if old.page != new.page => {
            vec![(old.page, key_at(old.page, *old_slot)), (new.page, key(row))]
        }
        Body::Update { new, row, .. } => vec![(new.page, key(row))],
        Body::Sequence { relation, .. } => vec![(PageId { relation: *relation, block: 0 }, None)],
        _ => Vec::new(),
    }
}

/// The records that a page of a server is made of, as far as log of them is to be had, in the order of the log; `most` of them, the newest.
pub fn records_of_page(server: &Server, archive: &Archive, id: PageId, most: usize) -> Vec<(TimelineId, Lsn)> {
    let mut found = Vec::new();
    follow_page(server, archive, id, &mut |at, _| found.push(at));
    let older = found.len().saturating_sub(most);
    found.split_off(older)
}

/// The row versions of a page of a server: the slot of each, its key, and the record that put it there, as far as log of that is to be had.
pub fn rows_of_page(server: &Server, archive: &Archive, id: PageId) -> Vec<PageRow> {
    let Ok(page) = server.peek_page(id) else { return Vec::new() };
    let row = |slot: u16| {
        let values = page.row(slot).and_then(decode_values).map(|row| row.values).unwrap_or_default();
        PageRow { slot, key: values.into_iter().next(), writer: None }
    };
    let mut rows: Vec<PageRow> = (0..page.slot_count()).map(row).collect();
    follow_page(server, archive, id, &mut |at, body| {
        let slot = match body {
            Body::Insert { slot, .. } => *slot,
            Body::Update { new, new_slot, .. } if new.page == id => *new_slot,
            _ => return,
        };
        // A slot that is used again holds what was put there last.
        rows.get_mut(usize::from(slot)).into_iter().for_each(|row| row.writer = Some(at));
    });
    rows
}

/// Goes through the records that a page of a server is made of, in the order of the log.
fn follow_page(server: &Server, archive: &Archive, id: PageId, each: &mut dyn FnMut((TimelineId, Lsn), &Body<'_>)) {
    let size = server.log.segment_size();
    let history = History::of(server.log.timeline(), archive);
    // What stands behind the page's own LSN has not changed it.
    let Ok(newest) = server.peek_page(id).map(|page| page.lsn()) else { return };
    let mut source = LiveLog::new(server, archive, &history);
    let mut past = SegmentNumber(0);
    for segment in source.segments() {
        if segment < past {
            continue;
        }
        let Ok((first, _)) = first_record_in(&mut source, size, segment) else { continue };
        let mut reader = LogReader::new(&mut source as &mut dyn SegmentSource, size, first);
        while let Ok(record) = reader.read() {
            if record.lsn >= newest {
                break;
            }
            if rows_of(&record, None).iter().any(|(page, _)| *page == id) {
                each((history.timeline_at(record.lsn), record.lsn), &record.record.body);
            }
        }
        past = size.segment_of(reader.position()).max(segment.next());
    }
}

/// The records that are in a server's log buffer alone, in their order.
pub fn records_in_buffer(server: &Server) -> Vec<RecordNote> {
    let archive = Archive::default();
    let history = History::of(server.log.timeline(), &archive);
    let (from, bytes) = server.log.buffer();
    if bytes.is_empty() {
        return Vec::new();
    }
    let mut reader = LogReader::new(LiveLog::new(server, &archive, &history), server.log.segment_size(), from);
    let mut found = Vec::new();
    while let Ok(record) = reader.read() {
        found.push(RecordNote::of(&record));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::parse;
    use crate::types::RelationId;
    use crate::{Cluster, EventKind, Run};

    fn run(text: &str) -> Run {
        let script = parse(&format!("scenario date 2026-03-04\n{text}")).expect("is a script");
        let commands = script.commands.into_iter().map(|line| line.timed).collect();
        Run::new(script.settings, commands).expect("can be carried out")
    }

    fn touched(run: &Run, event: usize) -> Option<Touched> {
        let EventKind::RecordWritten { timeline, record, .. } = &run.events()[event].kind else { return None };
        let state: Cluster = run.state_at(event);
        touched_at(state.primary(), state.archive(), run.settings().segment, *timeline, record.lsn)
    }

    #[test]
    fn a_record_knows_its_page_and_row_and_the_page_its_records() {
        let run = run("00:00:00 a CREATE TABLE t (id int primary key, v text)\n\
            00:00:01 a BEGIN\n\
            00:00:01 a INSERT INTO t VALUES (7, 'x')\n\
            00:00:02 a UPDATE t SET v = 'y' WHERE id = 7\n\
            00:00:03 a DELETE FROM t WHERE id = 7\n\
            00:00:04 a COMMIT\n");
        let all: Vec<Touched> = (0..run.events().len()).filter_map(|event| touched(&run, event)).collect();
        let of_row: Vec<&Touched> =
            all.iter().filter(|one| one.rows.iter().any(|(_, key)| *key == Some(Value::Int(7)))).collect();
        assert_eq!(of_row.len(), 3, "{all:?}");
        let page = of_row[0].rows[0].0;
        assert_ne!(page.relation, RelationId::CATALOG);
        let primary = run.cluster().primary().expect("is there");
        let records = records_of_page(primary, run.cluster().archive(), page, 100);
        let expected: Vec<(TimelineId, Lsn)> = of_row.iter().map(|one| (one.timeline, one.note.lsn)).collect();
        assert_eq!(records, expected);
        assert_eq!(records_of_page(primary, run.cluster().archive(), page, 1), expected[2..]);
        // The insert has made one version, the update another; the delete made none.
        let rows = rows_of_page(primary, run.cluster().archive(), page);
        let writers: Vec<Option<(TimelineId, Lsn)>> = rows.iter().map(|row| row.writer).collect();
        assert_eq!(writers, [Some(expected[0]), Some(expected[1])], "{rows:?}");
        assert!(rows.iter().all(|row| row.key == Some(Value::Int(7))), "{rows:?}");
        assert_eq!(records_in_buffer(primary), [], "the commit has flushed it");
    }

    #[test]
    fn what_is_not_flushed_is_in_the_buffer_alone() {
        let run = run("00:00:00 a CREATE TABLE t (id int primary key)\n\
            00:00:01 a BEGIN\n\
            00:00:01 a INSERT INTO t VALUES (7)\n\
            00:00:01 a INSERT INTO t VALUES (8)\n");
        let primary = run.cluster().primary().expect("is there");
        let records = records_in_buffer(primary);
        assert_eq!(records.len() as u32, primary.log.buffered().0);
        assert_eq!(records.first().map(|note| note.lsn), Some(primary.log.flushed()));
        assert_eq!(records.last().map(|note| note.end), Some(primary.log.end()));
    }
}
