//! Records of the live log, read from the bytes on the server's disk.

use super::Place;
use super::words;
use pitr_engine::types::{Lsn, RelationId, SegmentNumber, TimelineId, Xid};
use pitr_engine::{EventKind, FileName, LogReader, RecordNote, SegmentSource, Server};
use std::ops::Range;
use std::sync::Arc;

/// The most bytes of a record that are printed.
const BYTES_SHOWN: usize = 96;
const BYTES_A_LINE: usize = 32;

/// The log on a server's disk, along one timeline.
struct OnDisk<'a>(&'a Server, TimelineId);

impl SegmentSource for OnDisk<'_> {
    fn segment(&mut self, segment: SegmentNumber) -> Option<(TimelineId, Arc<Vec<u8>>)> {
        self.0.disk.chunk(FileName::Log(self.1, segment), 0).map(|bytes| (self.1, Arc::clone(bytes)))
    }
}

impl Place<'_> {
    /// The records that were written in a stretch of the run.
    pub(super) fn log(&self, span: Range<usize>, with_bytes: bool) -> Vec<String> {
        let mut rows = Vec::new();
        let mut dumps = Vec::new();
        for event in self.carried.run.events().get(span).unwrap_or_default() {
            let EventKind::RecordWritten { timeline, record, table, .. } = &event.kind else {
                continue;
            };
            let xid = if record.xid == Xid::NONE { String::new() } else { format!("XID {}", record.xid) };
            let about = table.clone().or(record.time.map(|time| self.instant(time))).unwrap_or_default();
            let length = format!("{} bytes", record.end.since(record.lsn));
            let kind = words::kind(record.kind);
            rows.push(vec![record.lsn.to_string(), kind, xid, about, length, self.fate(*timeline, record)]);
            dumps.push(if with_bytes { self.dump(*timeline, record) } else { Vec::new() });
        }
        if rows.is_empty() {
            return vec!["no records".to_owned()];
        }
        let lines = words::columns(&rows).into_iter().zip(dumps);
        lines.flat_map(|(line, dump)| std::iter::once(line).chain(dump)).collect()
    }

    /// What became of a record's bytes, if it is not simply on the disk, to be read there.
    fn fate(&self, timeline: TimelineId, record: &RecordNote) -> String {
        let Some(primary) = self.state.primary() else {
            return "lost with the primary".to_owned();
        };
        if record.lsn >= primary.log.flushed() && timeline == primary.log.timeline() {
            return "in the log buffer alone".to_owned();
        }
        let mut reader = LogReader::new(OnDisk(primary, timeline), primary.log.segment_size(), record.lsn);
        match reader.read() {
            Ok(found) if RecordNote::of(&found) == *record => String::new(),
            Ok(found) => format!("but the disk has {}", words::note(&RecordNote::of(&found), &self.carried.script)),
            Err(end) => format!("but the log on disk ends there: {}", words::plain(&format!("{:?}", end.why))),
        }
    }

    /// A record's bytes in hexadecimal, without the headers of the segments that it goes through.
    fn dump(&self, timeline: TimelineId, record: &RecordNote) -> Vec<String> {
        let Some(primary) = self.state.primary() else {
            return Vec::new();
        };
        let size = primary.log.segment_size();
        let mut bytes = Vec::new();
        let mut at = record.lsn;
        while at < record.end && at < primary.log.flushed() {
            let segment = size.segment_of(at);
            let offset = (size.offset_of(at) as usize).max(if at == record.lsn { 0 } else { SEGMENT_HEADER_BYTES });
            let Some(file) = primary.disk.chunk(FileName::Log(timeline, segment), 0) else {
                break;
            };
            let next = size.start_of(segment.next());
            let end = if record.end < next { size.offset_of(record.end) as usize } else { file.len() };
            bytes.extend_from_slice(file.get(offset..end).unwrap_or_default());
            at = Lsn(next.0);
        }
        let shown = &bytes[..bytes.len().min(BYTES_SHOWN)];
        let hex = |bytes: &[u8]| {
            let words = bytes.chunks(4).map(|word| word.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            format!("    {}", words.collect::<Vec<String>>().join(" "))
        };
        let mut lines: Vec<String> = shown.chunks(BYTES_A_LINE).map(hex).collect();
        if bytes.len() > shown.len() {
            lines.push(format!("    and {} bytes more", bytes.len() - shown.len()));
        }
        lines
    }

    /// The name of a relation's table, in the live database or else in the recovered one.
    pub(super) fn relation(&self, relation: RelationId) -> String {
        let servers = [self.state.primary(), self.state.recovery().and_then(|recovery| recovery.server())];
        let tables = servers.into_iter().flatten().filter_map(|server| server.tables(Xid::NONE).ok()).flatten();
        match tables.into_iter().find(|table| table.relation == relation) {
            _ if relation == RelationId::CATALOG => "catalog".to_owned(),
            Some(table) => table.name,
            None => format!("relation {}", relation.0),
        }
    }
}

/// The length of a segment's header.
const SEGMENT_HEADER_BYTES: usize = 40;
