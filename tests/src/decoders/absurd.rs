//! Absurd bytes where recoveries read: in the archive and in the backup store, with checksums that agree.
//!
//! Nobody can say what such a recovery should come to. It comes to an end, by a report or by a failure that has a name, in bounded time and memory,
//! and its server can be read, written to and backed up, or refuses by name.

use super::{Decoder, seals};
use pitr_engine::types::{ColumnType, Lsn, Micros, SegmentNumber, TimelineId, Value, Xid};
use pitr_engine::{Cluster, Command, FileName, Manifest, RecoverySpec, Server, Target, TimelineChoice};
use std::sync::Arc;

/// Bytes that a recovery reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// What stands at a position in an archived segment: a record, if one begins there.
    Record(TimelineId, Lsn),
    Segment(TimelineId, SegmentNumber),
    History(TimelineId),
    /// A chunk of a backup's file.
    File(String, FileName, u32),
    Manifest(String),
}

/// All places of a cluster but those of records.
pub fn places(cluster: &Cluster) -> Vec<Place> {
    let archive = cluster.archive();
    let segments = archive.segments().chain(archive.partial_segments());
    let mut places: Vec<Place> = segments.map(|(of, number, _)| Place::Segment(of, number)).collect();
    places.extend(archive.histories().map(|(of, _)| Place::History(of)));
    for (label, backup) in cluster.backups().iter() {
        places.push(Place::Manifest(label.to_owned()));
        for (name, chunks) in backup.files.iter() {
            places.extend((0..chunks.len() as u32).map(|chunk| Place::File(label.to_owned(), *name, chunk)));
        }
    }
    places
}

/// Changes what stands at a place, and makes the checksums around it agree if `sealed`. Returns whether anything stands there.
pub fn change(cluster: &mut Cluster, place: &Place, sealed: bool, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    let size = cluster.settings().segment;
    let (archive, backups) = cluster.stores_mut();
    match place {
        Place::Record(timeline, lsn) => {
            let segment = size.segment_of(*lsn);
            let Some(archived) = archive.segment(*timeline, segment).cloned() else { return false };
            let mut bytes = archived.bytes.to_vec();
            let at = size.offset_of(*lsn) as usize;
            let Some(length) = bytes.get(at..at + 4) else { return false };
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            let Some(old) = bytes.get(at..at + length).filter(|_| length >= 24) else { return false };
            let mut record = old.to_vec();
            change(&mut record);
            if sealed {
                Decoder::Record.seal(&mut record);
            }
            let end = (at + record.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&record[..end - at]);
            archive.put_segment(*timeline, segment, Arc::new(bytes), archived.at);
        }
        Place::Segment(timeline, segment) => {
            let Some(archived) = archive.segment(*timeline, *segment).cloned() else { return false };
            let mut bytes = archived.bytes.to_vec();
            change(&mut bytes);
            if sealed {
                seals::segments(&mut bytes, size.bytes());
            }
            // One that is encrypted stays so; one that is still being streamed is found as if all of it had come.
            let changed = archive.change_segment(*timeline, *segment, |there| {
                *there = bytes.clone();
                true
            });
            if !changed {
                archive.put_segment(*timeline, *segment, Arc::new(bytes), archived.at);
            }
        }
        Place::History(timeline) => {
            let Some(mut file) = archive.history(*timeline).map(<[u8]>::to_vec) else { return false };
            change(&mut file);
            archive.put_history(*timeline, file);
        }
        Place::Manifest(label) => {
            let manifest = &mut backups.open(label).manifest;
            change(manifest);
            if sealed {
                seals::manifest(manifest);
            }
        }
        Place::File(label, name, chunk) => {
            let backup = backups.open(label);
            let Some(chunks) = backup.files.get_mut(name) else { return false };
            let Some(bytes) = chunks.get_mut(*chunk as usize).map(Arc::make_mut) else { return false };
            change(bytes);
            if !sealed {
                return true;
            }
            match name {
                FileName::Control => seals::control(bytes),
                FileName::Relation(_) => seals::page(bytes),
                _ => {}
            }
            let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
            let sum = seals::file(&parts);
            seal_file(&mut backup.manifest, *name, sum);
        }
    }
    true
}

/// Puts a file's checksum into a manifest.
fn seal_file(manifest: &mut Vec<u8>, name: FileName, sum: [u8; 4]) {
    let Some(mut read) = Manifest::decode(manifest) else { return };
    for file in read.files.iter_mut().filter(|file| file.name == name) {
        file.checksum = u32::from_le_bytes(sum);
    }
    *manifest = read.encode();
}

/// Recovers from every backup to several targets, and goes on with what comes out. Returns how many recoveries came to their targets.
pub fn survive(cluster: &Cluster) -> u32 {
    let labels: Vec<String> = cluster.backups().iter().map(|(label, _)| label.to_owned()).collect();
    let middle = cluster.primary().map_or(Lsn(0x2000), |primary| primary.log.end());
    let mut reached = 0;
    for label in labels {
        for (target, timeline) in [
            (Target::End, TimelineChoice::Latest),
            (Target::Immediate, TimelineChoice::Current),
            (Target::Time(cluster.timestamp()), TimelineChoice::Latest),
            (Target::Lsn(middle), TimelineChoice::Number(TimelineId(2))),
        ] {
            let spec = RecoverySpec { backup: Some(label.clone()), timeline, ..RecoverySpec::to(target) };
            let mut cluster = cluster.clone();
            if cluster.execute("ops", &Command::Recover(spec)).is_err() {
                continue;
            }
            let_run(&mut cluster);
            let outcome = cluster.recovery().and_then(|recovery| recovery.outcome());
            assert!(outcome.is_some(), "the recovery does not end");
            if let Some(server) = cluster.recovery().and_then(|recovery| recovery.server()) {
                read(server);
            }
            if outcome.is_some_and(|outcome| outcome.is_ok()) {
                reached += 1;
                go_on(&mut cluster);
            }
        }
    }
    reached
}

/// Lets the clock run until nothing is under way.
fn let_run(cluster: &mut Cluster) {
    for _ in 0..10_000 {
        let Some(at) = cluster.busy_until() else { return };
        cluster.advance(at, 1000);
    }
    panic!("no end of it");
}

fn read(server: &Server) {
    let Ok(tables) = server.tables(Xid::NONE) else { return };
    for table in tables {
        let _ = server.peek_rows(table.relation, Xid::NONE);
    }
    let _ = server.sequences(Xid::NONE);
}

/// The new server takes over, and is used.
fn go_on(cluster: &mut Cluster) {
    let _ = cluster.execute("ops", &Command::SwitchOver);
    let tables = cluster.primary().and_then(|primary| primary.tables(Xid::NONE).ok()).unwrap_or_default();
    let sequences = cluster.primary().and_then(|primary| primary.sequences(Xid::NONE).ok()).unwrap_or_default();
    for def in tables {
        let table = def.name;
        let row = def.columns.iter().map(|column| match column.kind {
            ColumnType::Int => Value::Int(77_777),
            ColumnType::Text => Value::Text("seventy-seven".to_owned()),
            ColumnType::Bool => Value::Bool(true),
            ColumnType::Timestamp => Value::Timestamp(7),
        });
        let rows = vec![row.collect()];
        let _ = cluster.execute("app", &Command::Insert { table: table.clone(), columns: None, rows });
        let _ = cluster.execute("app", &Command::Select { table: table.clone(), filter: None });
        let _ = cluster.execute("app", &Command::Delete { table: table.clone(), filter: None });
        let _ = cluster.execute("app", &Command::Truncate { table });
    }
    for (def, _) in sequences {
        let _ = cluster.execute("app", &Command::NextValue { sequence: def.name, count: 40 });
    }
    let _ = cluster.execute("ops", &Command::Checkpoint);
    let _ = cluster.execute("ops", &Command::SwitchSegment);
    let _ = cluster.execute("ops", &Command::Backup { label: "afterwards".to_owned() });
    cluster.advance(cluster.now() + Micros::HOUR, 10_000);
    let _ = cluster.digest();
}
