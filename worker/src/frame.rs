//! The cluster at one step, as the machine and the tables show it.

use pitr_engine::types::{Micros, PageId, RelationId, Xid};
use pitr_engine::{Cluster, FileName, Phase, Recovery, Server, StoredRow};
use pitr_protocol::{
    BackupShelf, Frame, PageCell, PageState, RecoveryPhase, RecoveryView, SessionView, Shelf, Table, TableColumn,
    TableRow, Value,
};

/// Rows of a table that are sent; how many there are is told beside. More than that could not be shown anew at each step of a scrub.
pub const MOST_ROWS: usize = 60;

/// What there is just after a step.
pub fn frame(step: u32, cluster: &Cluster) -> Frame {
    // A server that recovers from a crash can be watched, too.
    let starting = if pitr_engine::WHOLE { cluster.starting() } else { None };
    let primary = cluster.primary().or(starting);
    let (buffer_records, buffer_bytes) = primary.map_or((0, 0), |primary| primary.log.buffered());
    let mut frame = Frame {
        step,
        now_us: cluster.now().0,
        insert_lsn: primary.map_or(0, |primary| primary.log.end().0),
        flushed_lsn: primary.map_or(0, |primary| primary.log.flushed().0),
        primary_lost: primary.is_none(),
        sessions: cluster
            .sessions()
            .map(|(name, session)| SessionView {
                name: name.to_owned(),
                in_transaction: session.in_transaction,
                xid: session.xid.0,
            })
            .collect(),
        buffer_records,
        buffer_bytes,
        log_on_disk: primary.map(log_on_disk).unwrap_or_default(),
        archive: archive(cluster),
        archive_queue: cluster.archive_backlog() as u32,
        pages: primary.map(pages).unwrap_or_default(),
        file_pages: 0,
        file_pages_behind: 0,
        backups: backups(cluster),
        tables: primary.map(tables).unwrap_or_default(),
        recovery: cluster.recovery().map(recovery),
    };
    if let Some(primary) = primary {
        frame.file_pages = primary.relations().map(|(_, blocks)| blocks).sum();
        frame.file_pages_behind = primary.pool.dirty().len() as u32;
    }
    frame
}

fn log_on_disk(primary: &Server) -> Shelf {
    let segments = primary.disk.files().filter_map(|name| match name {
        FileName::Log(timeline, segment) => Some((timeline, segment)),
        _ => None,
    });
    let (mut count, mut newest) = (0, String::new());
    for (timeline, segment) in segments {
        count += 1;
        newest = primary.log.segment_size().file_name(timeline, segment);
    }
    Shelf { segments: count, newest, newest_us: 0 }
}

fn archive(cluster: &Cluster) -> Shelf {
    let newest = cluster.archive().segments().max_by_key(|(_, segment, archived)| (archived.at, *segment));
    Shelf {
        segments: cluster.archive().segment_count() as u32,
        newest: newest
            .map(|(timeline, segment, _)| cluster.settings().segment.file_name(timeline, segment))
            .unwrap_or_default(),
        newest_us: newest.map_or(Micros::ZERO, |(_, _, archived)| archived.at).0,
    }
}

fn backups(cluster: &Cluster) -> Vec<BackupShelf> {
    cluster
        .backups()
        .iter()
        .map(|(label, backup)| {
            let manifest = backup.read_manifest();
            BackupShelf {
                label: label.to_owned(),
                at_us: manifest.as_ref().map_or(0, |manifest| manifest.start_time.0),
                bytes: backup.bytes(),
                complete: manifest.is_some(),
            }
        })
        .collect()
}

fn pages(server: &Server) -> Vec<PageCell> {
    let tables = server.tables(Xid::NONE).unwrap_or_default();
    let name = |id: PageId| match tables.iter().find(|table| table.relation == id.relation) {
        Some(table) => table.name.clone(),
        None if id.relation == pitr_engine::types::RelationId::CATALOG => "catalog".to_owned(),
        None => format!("relation {}", id.relation.0),
    };
    server
        .pool
        .frames()
        .map(|(id, frame)| PageCell {
            table: name(id),
            block: id.block,
            state: if frame.dirty { PageState::Dirty } else { PageState::Clean },
            lsn: frame.page.lsn().0,
        })
        .collect()
}

/// The tables as a new reader sees them. A table with a damaged page is left out.
pub fn tables(server: &Server) -> Vec<Table> {
    let tables = server.tables(Xid::NONE).unwrap_or_default();
    tables
        .into_iter()
        .filter_map(|table| {
            let (rows, row_count) = first_rows(server, table.relation)?;
            let width = table.columns.len();
            let rows = rows
                .into_iter()
                .map(|row| {
                    let mut values: Vec<Value> = row.values.into_iter().map(value).collect();
                    values.resize(width, Value::Null);
                    TableRow { values, xmin: row.head.xmin.0 }
                })
                .collect();
            let columns = table.columns.into_iter().map(|column| TableColumn { name: column.name }).collect();
            Some(Table { name: table.name, columns, rows, row_count })
        })
        .collect()
}

/// The first rows by their keys, and how many there are in all.
#[cfg(feature = "whole")]
fn first_rows(server: &Server, relation: RelationId) -> Option<(Vec<StoredRow>, u64)> {
    server.peek_first_rows(relation, MOST_ROWS).ok()
}

/// The same, for tables that are short.
#[cfg(not(feature = "whole"))]
fn first_rows(server: &Server, relation: RelationId) -> Option<(Vec<StoredRow>, u64)> {
    let rows = server.peek_rows(relation, Xid::NONE).ok()?;
    let all = rows.len() as u64;
    let mut by_key = litemap::LiteMap::new();
    for row in rows {
        by_key.insert(row.values.first().cloned(), row);
    }
    Some((by_key.into_tuple_vec().into_iter().take(MOST_ROWS).map(|(_, row)| row).collect(), all))
}

/// A value in the protocol's terms.
pub fn value(value: pitr_engine::types::Value) -> Value {
    match value {
        pitr_engine::types::Value::Null => Value::Null,
        pitr_engine::types::Value::Int(int) => Value::Int(int),
        pitr_engine::types::Value::Text(text) => Value::Text(text),
        pitr_engine::types::Value::Bool(bool) => Value::Bool(bool),
        pitr_engine::types::Value::Timestamp(us) => Value::Timestamp(us),
    }
}

fn recovery(recovery: &Recovery) -> RecoveryView {
    let (restored_bytes, fetched_segments) = recovery.arrived();
    let (records, transactions, replayed_to) = recovery.replayed();
    let phase = match (recovery.outcome(), recovery.phase()) {
        (Some(Ok(_)), _) => RecoveryPhase::Done,
        (Some(Err(_)), _) => RecoveryPhase::Failed,
        (None, Some(Phase::FetchBackup)) => RecoveryPhase::FetchBackup,
        (None, Some(Phase::FetchLog)) => RecoveryPhase::FetchLog,
        (None, Some(Phase::Redo)) => RecoveryPhase::Redo,
        (None, Some(Phase::Promote)) => RecoveryPhase::Promote,
        (None, Some(Phase::Validate) | None) => RecoveryPhase::Validate,
    };
    let server = recovery.server();
    RecoveryView {
        backup: recovery.backup().to_owned(),
        phase,
        restored_bytes,
        fetched_segments,
        records,
        transactions,
        replayed_to_lsn: replayed_to.0,
        consistent: recovery.is_consistent(),
        pages: server.map(pages).unwrap_or_default(),
        tables: server.filter(|_| recovery.is_consistent()).map(tables).unwrap_or_default(),
    }
}
