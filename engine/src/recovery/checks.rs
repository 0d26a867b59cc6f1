//! What is checked before a replay and after it.

use super::RecoveryFailure;
use super::history::History;
use super::source::Archived;
use crate::archive::Archive;
use crate::backup::Manifest;
use crate::server::Server;
use crate::storage::{FileName, Page};
use crate::types::{PageId, RelationId, SegmentSize, Value, Xid};
use crate::wal::{Body, LogReader};
use litemap::LiteMap;

/// Checks that the checkpoint that began a backup stands in the log of these timelines, where the backup's own timeline has it.
pub fn check_is_on(
    history: &History,
    manifest: &Manifest,
    size: SegmentSize,
    archive: &Archive,
) -> Result<(), RecoveryFailure> {
    let source = Archived::new(archive, history, size);
    let mut reader = LogReader::new(source, size, manifest.checkpoint);
    let is_there = reader
        .read()
        .is_ok_and(|found| found.lsn == manifest.checkpoint && matches!(found.record.body, Body::Checkpoint { .. }));
    if let Some(unusable) = reader.source().unusable() {
        return Err(RecoveryFailure::Unusable(unusable.clone()));
    }
    if is_there && history.timeline_at(manifest.checkpoint) == manifest.timeline {
        return Ok(());
    }
    Err(RecoveryFailure::BackupNotOnTimeline {
        backup: manifest.label.clone(),
        of: manifest.timeline,
        timeline: history.timeline(),
        checkpoint: manifest.checkpoint,
    })
}

/// Checks every page's checksum, and that no visible primary key stands twice in a table: pages looked at, pages wrong.
pub fn check_pages(server: &Server) -> (u32, u32) {
    let (mut checked, mut wrong) = (0, 0);
    for (relation, blocks) in server.relations() {
        for block in 0..blocks {
            checked += 1;
            let id = PageId { relation, block };
            let on_disk = server.disk.chunk(FileName::Relation(relation), block);
            let rotten = server.pool.peek(id).is_none()
                && on_disk.is_none_or(|bytes| Page::read(id, server.page_bytes(), bytes).is_err());
            wrong += u32::from(rotten);
        }
        wrong += doubled_keys(server, relation);
    }
    (checked, wrong)
}

/// How many visible rows of a table have the primary key of another.
fn doubled_keys(server: &Server, relation: RelationId) -> u32 {
    if !crate::WHOLE {
        let mut keys: LiteMap<Value, ()> = LiteMap::new();
        let rows = server.peek_rows(relation, Xid::NONE).unwrap_or_default();
        let found = rows.into_iter().filter_map(|row| row.values.into_iter().next());
        return found.filter(|key| keys.insert(key.clone(), ()).is_some()).count() as u32;
    }
    // Sorted, for tables of millions of rows.
    let mut keys = server.visible_keys(relation);
    keys.sort_unstable();
    keys.windows(2).filter(|pair| pair[0] == pair[1]).count() as u32
}
