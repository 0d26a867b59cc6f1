//! From a record in the buffer to a segment in the archiver's queue.

use super::event::Names;
use super::{Cluster, EventKind};
use crate::recovery::RecordNote;
use crate::server::Server;
use crate::storage::FileName;
use crate::types::{Lsn, Micros, PageId, RelationId, Xid};
use crate::wal::{Appended, Flushed};

impl Cluster {
    /// Tells of a record that has come into the log buffer.
    pub(super) fn tell_record(
        &mut self,
        session: Option<&str>,
        appended: Appended,
        time: Option<Micros>,
        table: Option<&str>,
    ) {
        let Some(primary) = &self.primary else {
            return;
        };
        let Appended { kind, xid, lsn, end } = appended;
        let commit = time.filter(|_| crate::WHOLE && kind == crate::wal::Kind::Commit);
        let timeline = primary.log.timeline();
        let session = session.map(|name| Names::shared(&mut self.names, name));
        let table = table.map(|name| Names::shared(&mut self.names, name));
        self.tell(EventKind::RecordWritten {
            session,
            timeline,
            record: RecordNote { lsn, end, kind, xid, time },
            table,
        });
        if let Some(to) = commit {
            let from = core::mem::replace(&mut self.last_commit, to);
            if to < from {
                self.tell_archiving(crate::archive::Archiving::TimeWentBack { lsn, from, to });
            }
        }
        if crate::WHOLE {
            self.flush_if_full();
        }
    }

    /// Moves the log buffer to the disk; segments that are full go to the archiver.
    pub(super) fn flush(&mut self) {
        let Some(primary) = self.primary.as_mut() else {
            return;
        };
        if let Some(flushed) = primary.flush() {
            self.tell_flushed(flushed);
        }
    }

    /// Tells of log that has come to the disk; segments that it has filled go to the archiver.
    pub(super) fn tell_flushed(&mut self, flushed: Flushed) {
        let Some(primary) = &self.primary else {
            return;
        };
        let (timeline, size) = (primary.log.timeline(), primary.log.segment_size());
        self.tell(EventKind::LogFlushed { timeline, from: flushed.from, to: flushed.to });
        let first = size.segment_of(flushed.from);
        let last = size.segment_of(Lsn(flushed.to.0.saturating_sub(1)));
        let mut segment = first;
        while segment <= last {
            if segment > first || size.offset_of(flushed.from) == 0 {
                self.tell(EventKind::SegmentOpened { timeline, segment });
            }
            if size.start_of(segment.next()) <= flushed.to {
                self.seal(segment, size.start_of(segment.next()));
            }
            segment = segment.next();
        }
        if crate::WHOLE {
            self.stream();
            self.end_flushed_commits(flushed.to);
        }
    }

    /// The log has left a segment: it may go to the archive.
    pub(super) fn seal(&mut self, segment: crate::types::SegmentNumber, used_to: Lsn) {
        let Some(primary) = &self.primary else {
            return;
        };
        let timeline = primary.log.timeline();
        self.last_switch = self.now;
        self.last_switch_end = primary.log.end();
        if !crate::WHOLE || self.settings.archiving.segments {
            self.archiver.enqueue(timeline, segment);
        }
        self.tell(EventKind::SegmentSealed { timeline, segment, used_to });
        if crate::WHOLE {
            self.stream();
        }
    }

    /// Writes a page to the data files, with the log in front of it.
    pub(super) fn write_page(&mut self, page: PageId) {
        self.flush();
        let table = self.table_name(page.relation);
        if let Some(primary) = self.primary.as_mut() {
            primary.write_page(page);
            self.tell(EventKind::PageWritten { page, table });
        }
    }

    /// Makes room in the buffer pool.
    pub(super) fn evict_surplus(&mut self) {
        while let Some((page, dirty)) = self.primary.as_mut().and_then(Server::surplus_page) {
            if dirty {
                self.write_page(page);
            }
            if let Some(primary) = self.primary.as_mut() {
                primary.pool.evict(page);
            }
        }
    }

    /// The name of a table, as the primary's own eyes see it; the file's name if there is none of that number.
    pub(super) fn table_name(&self, relation: RelationId) -> String {
        let tables = self.primary.as_ref().and_then(|primary| primary.tables(Xid::NONE).ok()).unwrap_or_default();
        table_name(relation, tables.iter().map(|table| (table.relation, table.name.as_str())))
    }
}

/// The name of a relation's table, among these tables.
pub(super) fn table_name<'a>(relation: RelationId, tables: impl Iterator<Item = (RelationId, &'a str)>) -> String {
    if relation == RelationId::CATALOG {
        return "catalog".to_owned();
    }
    let mut tables = tables;
    match tables.find(|(number, _)| *number == relation) {
        Some((_, name)) => name.to_owned(),
        None => format!("relation {}", relation.0),
    }
}

/// A file's name, for a person.
pub(super) fn file_name<'a>(name: FileName, tables: impl Iterator<Item = (RelationId, &'a str)>) -> String {
    match name {
        FileName::Control => "control file".to_owned(),
        FileName::CommitLog => "commit log".to_owned(),
        FileName::Log(_, segment) => format!("log segment {}", segment.0),
        FileName::Relation(relation) => table_name(relation, tables),
    }
}
