//! The machine's parts looked into: every page in memory and on disk, every segment on its way, every backup with what it continues.

mod segments;

use crate::loaded::Loaded;
use litemap::LiteMap;
use pitr_engine::types::{Lsn, PageId, RelationId};
use pitr_engine::{Cluster, Disk, EventKind, FileName, Recovery, Server, explain};
use pitr_protocol::inside::{
    BackupInside, BufferedRecord, Inside, PageCare, PageInside, PageMove, RelationPages, ServerInside,
};
use segments::segments;

/// Of each thing so many are told at most; how many there are is told beside.
const MOST_PAGES: usize = 400;
const MOST_RECORDS: usize = 100;
const MOST_BACKUPS: usize = 40;

/// What there is just after a step.
pub fn inside(loaded: &Loaded, step: u32) -> Inside {
    let state = loaded.run.state_at(step as usize);
    let event = loaded.run.events().get(step as usize).map(|event| &event.kind);
    let (segments, segment_count) = segments(loaded, step, &state);
    let (backups, backup_count) = backups(&state, event);
    Inside {
        step,
        live: live_server(&state).map(|server| live(server, &state, event)),
        recovered: state.recovery().map(|recovery| recovered(recovery, &state, event)),
        segments,
        segment_count,
        backups,
        backup_count,
        backlog: state.archive_backlog() as u32,
    }
}

/// The relations that have pages just after a step, the live server's first.
pub fn relations(state: &Cluster) -> Vec<RelationPages> {
    let of = |server: &Server, recovered: bool| -> Vec<RelationPages> {
        let names = server.relation_names();
        let there = server.relations().filter(|(_, blocks)| *blocks > 0);
        there
            .map(|(id, blocks)| RelationPages { relation: id.0, name: name_of(&names, id), blocks, recovered })
            .collect()
    };
    let recovered = state.recovery().and_then(Recovery::server);
    let mut all = live_server(state).map(|server| of(server, false)).unwrap_or_default();
    all.extend(recovered.map(|server| of(server, true)).unwrap_or_default());
    all
}

/// A server that recovers from a crash can be looked into, too.
fn live_server(state: &Cluster) -> Option<&Server> {
    state.primary().or(state.starting())
}

fn name_of(names: &LiteMap<RelationId, String>, relation: RelationId) -> String {
    names.get(&relation).cloned().unwrap_or_else(|| format!("relation {}", relation.0))
}

fn live(server: &Server, state: &Cluster, event: Option<&EventKind>) -> ServerInside {
    let names = server.relation_names();
    let queue: Vec<PageId> = state.checkpoint_queue().collect();
    let changed = match event {
        Some(EventKind::RecordWritten { record, .. }) => Some(record.end),
        _ => None,
    };
    let moved = |page: PageId, lsn: Option<Lsn>| match event {
        Some(EventKind::PageWritten { page: written, .. }) if *written == page => PageMove::Written,
        Some(EventKind::BackupCopied { file, .. }) if *file == name_of(&names, page.relation) => PageMove::Copied,
        _ if changed.is_some() && changed == lsn => PageMove::Changed,
        _ => PageMove::Nothing,
    };
    let (pages, page_count) = pages(Some(server), &server.disk, &names, &queue, moved);
    let buffered = explain::records_in_buffer(server);
    ServerInside {
        timeline: server.log.timeline().0,
        flushed_lsn: server.log.flushed().0,
        end_lsn: server.log.end().0,
        buffer_count: buffered.len() as u32,
        buffer: buffered
            .into_iter()
            .take(MOST_RECORDS)
            .map(|note| BufferedRecord {
                lsn: note.lsn.0,
                end_lsn: note.end.0,
                kind: crate::columns::record_kind(note.kind),
                xid: note.xid.0,
            })
            .collect(),
        pages,
        page_count,
    }
}

/// The way back: on disk stands what was restored, in memory what redo has made of it.
fn recovered(recovery: &Recovery, state: &Cluster, event: Option<&EventKind>) -> ServerInside {
    let server = recovery.server();
    // Before there is a server that can be asked, the one that is left knows the names.
    let namer = server.filter(|server| !server.relation_names().is_empty()).or(state.primary());
    let names = namer.map(Server::relation_names).unwrap_or_default();
    let redone = match event {
        Some(EventKind::RecordReplayed { record, .. }) => Some(record.end),
        Some(EventKind::ConsistencyReached { lsn }) => Some(*lsn),
        _ => None,
    };
    let moved = |page: PageId, lsn: Option<Lsn>| match event {
        Some(EventKind::FileRestored { file, .. })
            if *file == name_of(&names, page.relation) || *file == format!("relation {}", page.relation.0) =>
        {
            PageMove::Restored
        }
        _ if redone.is_some() && redone == lsn => PageMove::Redone,
        _ => PageMove::Nothing,
    };
    let (pages, page_count) = pages(server, recovery.disk_so_far(), &names, &[], moved);
    ServerInside {
        timeline: server.map_or(0, |server| server.log.timeline().0),
        flushed_lsn: server.map_or(0, |server| server.log.flushed().0),
        end_lsn: recovery.replayed().2.0,
        buffer: Vec::new(),
        buffer_count: 0,
        pages,
        page_count,
    }
}

/// All pages of a disk and of the server on it, and how many there are.
fn pages(
    server: Option<&Server>,
    disk: &Disk,
    names: &LiteMap<RelationId, String>,
    queue: &[PageId],
    moved: impl Fn(PageId, Option<Lsn>) -> PageMove,
) -> (Vec<PageInside>, u32) {
    let mut blocks: LiteMap<RelationId, u32> = LiteMap::new();
    for name in disk.files() {
        if let FileName::Relation(relation) = name {
            blocks.insert(relation, disk.chunk_count(name));
        }
    }
    for (relation, known) in server.into_iter().flat_map(Server::relations) {
        let count = blocks.entry(relation).or_insert(0);
        *count = known.max(*count);
    }
    let ids =
        blocks.iter().flat_map(|(relation, blocks)| (0..*blocks).map(|block| PageId { relation: *relation, block }));
    let mut all = Vec::new();
    for id in ids {
        let file = FileName::Relation(id.relation);
        let memory = server.and_then(|server| server.pool.peek(id)).map(|page| page.lsn());
        let is_dirty = server.is_some_and(|server| server.pool.is_dirty(id));
        let moved = moved(id, memory);
        let care = match memory {
            _ if moved == PageMove::Written => PageCare::Written,
            None => PageCare::Away,
            Some(_) if is_dirty && queue.contains(&id) => PageCare::Queued,
            Some(_) if is_dirty => PageCare::Dirty,
            Some(_) => PageCare::Clean,
        };
        let stored = |bytes: &[u8]| bytes.first_chunk().map(|lsn| u64::from_le_bytes(*lsn));
        all.push(PageInside {
            relation: id.relation.0,
            name: name_of(names, id.relation),
            block: id.block,
            care,
            memory_lsn: memory.map(|lsn| lsn.0),
            disk_lsn: disk.chunk(file, id.block).and_then(|bytes| stored(bytes)),
            durable_lsn: disk.durable_chunk(file, id.block).and_then(|bytes| stored(bytes)),
            moved,
        });
    }
    let count = all.len() as u32;
    if all.len() > MOST_PAGES {
        // What there is most to be said of stays.
        all.sort_by_key(|page| (page.moved == PageMove::Nothing, core::cmp::Reverse(page.care)));
        all.truncate(MOST_PAGES);
        all.sort_by_key(|page| (page.relation, page.block));
    }
    (all, count)
}

fn backups(state: &Cluster, event: Option<&EventKind>) -> (Vec<BackupInside>, u32) {
    let restored: Vec<&str> = state.recovery().map(|recovery| recovery.chain().collect()).unwrap_or_default();
    let at_hand = match event {
        Some(EventKind::BackupStarted { label, .. } | EventKind::BackupCopied { label, .. }) => label.as_str(),
        Some(EventKind::BackupFinished { label, .. }) => label.as_str(),
        Some(EventKind::FileRestored { backup, .. }) => backup.as_str(),
        _ => "",
    };
    let mut all: Vec<BackupInside> = state
        .backups()
        .iter()
        .map(|(label, stored)| {
            let manifest = stored.read_manifest();
            let read = manifest.as_ref();
            BackupInside {
                label: label.to_owned(),
                parent: read.and_then(|manifest| Some(manifest.parent.as_ref()?.label.clone())),
                depth: state.backups().chain(label).map_or(0, |chain| chain.len().saturating_sub(1) as u32),
                complete: manifest.is_some(),
                timeline: read.map_or(0, |manifest| manifest.timeline.0),
                start_us: read.map_or(i64::MAX, |manifest| manifest.start_time.0),
                redo_lsn: read.map_or(0, |manifest| manifest.redo.0),
                end_lsn: read.map_or(0, |manifest| manifest.end.0),
                files: stored.files.len() as u32,
                bytes: stored.bytes(),
                restored: restored.contains(&label),
                moved: label == at_hand,
            }
        })
        .collect();
    all.sort_by_key(|backup| backup.start_us);
    all.iter_mut().filter(|backup| !backup.complete).for_each(|backup| backup.start_us = 0);
    let count = all.len() as u32;
    (all.split_off(all.len().saturating_sub(MOST_BACKUPS)), count)
}
