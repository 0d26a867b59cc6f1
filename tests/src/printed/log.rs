//! Records of the live log, read from the bytes on the server's disk.

use super::Place;
use super::words;
use pitr_engine::explain::{Decoded, Meaning, decode_log_at, log_of_archive, log_of_server};
use pitr_engine::types::{Lsn, RelationId, SegmentNumber, TimelineId, Xid};
use pitr_engine::{EndOfLog, EventKind, FileName, LogReader, RecordNote, SegmentSource, Server, WhyEnd};
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

/// How much of each record is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Line,
    Bytes,
    Fields,
}

impl Place<'_> {
    /// The records that were written in a stretch of the run.
    pub(super) fn log(&self, span: Range<usize>, detail: Detail) -> Vec<String> {
        let mut rows = Vec::new();
        let mut details = Vec::new();
        for event in self.carried.run.events().get(span).unwrap_or_default() {
            let EventKind::RecordWritten { timeline, record, table, .. } = &event.kind else {
                continue;
            };
            let decoded = self.on_disk(*timeline, record);
            let xid = if record.xid == Xid::NONE { String::new() } else { format!("XID {}", record.xid) };
            let about =
                table.as_deref().map(str::to_owned).or(record.time.map(|time| self.instant(time))).unwrap_or_default();
            let length = format!("{} bytes", record.end.since(record.lsn));
            let (kind, fate) = (words::kind(record.kind), self.fate(*timeline, record));
            let said = if fate.is_empty() { decoded.as_ref().map(said).unwrap_or_default() } else { fate };
            rows.push(vec![record.lsn.to_string(), kind, xid, about, length, said]);
            details.push(match (detail, decoded) {
                (Detail::Bytes, Some(decoded)) => dump(&decoded.bytes),
                (Detail::Fields, Some(decoded)) => decoded.to_string().lines().skip(1).map(str::to_owned).collect(),
                _ => Vec::new(),
            });
        }
        if rows.is_empty() {
            return vec!["no records".to_owned()];
        }
        let lines = words::columns(&rows).into_iter().zip(details);
        lines.flat_map(|(line, details)| std::iter::once(line).chain(details)).collect()
    }

    /// All of the log that the live server's disk has on its timeline.
    pub(super) fn log_on_disk(&self) -> Result<Vec<String>, String> {
        let primary = self.state.primary().ok_or("there is no live database then")?;
        // What is in the buffer alone is told, too, and is not on the disk.
        let (mut told, mut end) = log_of_server(primary);
        let flushed = primary.log.flushed();
        told.retain(|decoded| decoded.places.first().is_some_and(|place| place.lsn < flushed));
        if end.at > flushed {
            end = EndOfLog { at: flushed, why: WhyEnd::Nothing };
        }
        Ok(self.told((told, end), Lsn::ZERO))
    }

    /// All of the log that the archive has, along a timeline.
    pub(super) fn log_in_archive(&self, words: &[&str]) -> Result<Vec<String>, String> {
        let (mut timeline, mut from) = (TimelineId::FIRST, Lsn::ZERO);
        for pair in words.chunks(2) {
            match pair {
                ["along", number] => timeline = TimelineId(number.parse().map_err(|_| format!("timeline {number}?"))?),
                ["from", lsn] => from = lsn.parse().map_err(|_| format!("LSN {lsn}?"))?,
                _ => return Err(format!("no log is called {words:?}")),
            }
        }
        Ok(self.told(log_of_archive(self.state.archive(), self.state.settings().segment, timeline), from))
    }

    fn told(&self, log: (Vec<Decoded>, EndOfLog), from: Lsn) -> Vec<String> {
        let (mut told, end) = log;
        told.retain(|decoded| decoded.places.first().is_some_and(|place| place.lsn >= from));
        let mut lines = words::columns(&told.iter().map(|decoded| self.row(decoded)).collect::<Vec<_>>());
        lines.push(format!("the log ends at {}: {}", end.at, words::why(end.why)));
        lines
    }

    /// What stands in the log as columns, by its bytes alone.
    fn row(&self, decoded: &Decoded) -> Vec<String> {
        let meaning = |path: &[&str]| decoded.field(path).map(|field| &field.meaning);
        let at = decoded.places.first().map(|place| place.lsn.to_string()).unwrap_or_default();
        let length = format!("{} bytes", decoded.bytes.len());
        if decoded.what != "record" {
            let of = meaning(&["timeline"]).map(|timeline| format!("timeline {timeline}")).unwrap_or_default();
            let what = words::plain(decoded.what).replace('_', " ");
            return vec![at, what, String::new(), of, length, troubles(decoded)];
        }
        let kind = meaning(&["kind"]).map(|kind| words::plain(&kind.to_string())).unwrap_or_default();
        let xid = match meaning(&["xid"]) {
            Some(Meaning::Number(xid)) if *xid != 0 => format!("XID {xid}"),
            _ => String::new(),
        };
        let number = |path: &[&str]| match meaning(path) {
            Some(Meaning::Number(number)) => u32::try_from(*number).ok(),
            _ => None,
        };
        let pages = [&["body", "page", "relation"][..], &["body", "old_page", "relation"], &["body", "relation"]];
        let about = match (pages.into_iter().find_map(number), meaning(&["body", "time"])) {
            (Some(relation), _) => self.relation(RelationId(relation)),
            (None, Some(Meaning::Time(time))) => self.instant(*time),
            _ => String::new(),
        };
        let said = if decoded.troubles.is_empty() { said(decoded) } else { troubles(decoded) };
        vec![at, kind, xid, about, length, said]
    }

    /// A record as its bytes on the disk tell it.
    fn on_disk(&self, timeline: TimelineId, record: &RecordNote) -> Option<Decoded> {
        let primary = self.state.primary()?;
        let durable = timeline != primary.log.timeline() || record.end <= primary.log.flushed();
        let size = primary.log.segment_size();
        durable.then(|| decode_log_at(&mut OnDisk(primary, timeline), size, record.lsn).ok()).flatten()
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
            Err(end) => format!("but the log on disk ends there: {}", words::why(end.why)),
        }
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

/// What is wrong with a thing that stands in the log.
fn troubles(decoded: &Decoded) -> String {
    let codes: Vec<String> = decoded.troubles.iter().map(|trouble| trouble.why.code().replace('_', " ")).collect();
    codes.join(", ")
}

/// What a record says beyond its kind: the new row, and whether a whole page comes along.
fn said(decoded: &Decoded) -> String {
    let field = |path: &[&str]| decoded.field(path).map(|field| field.meaning.to_string()).unwrap_or_default();
    let values = decoded.field(&["body", "row"]).map(|row| row.fields.as_slice()).unwrap_or_default();
    let values = values.iter().filter(|field| field.name == "value").map(|field| field.meaning.to_string());
    let values: Vec<String> = values.collect();
    let mut said = Vec::new();
    if !values.is_empty() {
        said.push(format!("({})", values.join(", ")));
    }
    let images =
        ["page", "old_page", "new_page"].iter().filter(|page| field(&["body", page, "form"]) == "image").count();
    if images > 0 {
        said.push("with the whole page".to_owned());
    }
    said.join(" ")
}

/// Bytes in hexadecimal.
fn dump(bytes: &[u8]) -> Vec<String> {
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
