//! The places where a recovery can stop, for the target slider.

use crate::columns::Columns;
use crate::loaded::Loaded;
use pitr_engine::types::Micros;
use pitr_engine::{RecoverySpec, Target, find_boundary};
use pitr_protocol::{RecordKind, Stop, TargetKind, clock_text, date_text};

/// A time as it would be typed: the clock alone where that means this instant, the latest such before `now`.
pub fn time_target_text(time_us: i64, now: Micros, zone_offset_s: i32) -> String {
    let clock = clock_text(time_us, zone_offset_s);
    if time_us <= now.0 && now.0 - time_us < Micros::DAY.0 {
        return clock;
    }
    format!("{} {clock}", date_text(time_us, zone_offset_s))
}

/// All stops of a kind, in log order: those that a recovery from the oldest backup can reach.
pub fn stops(loaded: &Loaded, columns: &Columns, kind: TargetKind) -> Vec<Stop> {
    let cluster = loaded.base.cluster();
    let catalog = cluster.backups().catalog();
    let Some(oldest) = catalog.first() else {
        return Vec::new();
    };
    let spec = RecoverySpec::to(Target::End);
    let whole = find_boundary(cluster.archive(), loaded.base.settings().segment, oldest, &spec);
    let ends: Vec<_> = whole.ends.iter().map(|(note, _)| *note).filter(|note| note.lsn >= oldest.end).collect();
    let zone = columns.head.zone_offset_s;
    match kind {
        TargetKind::Xid => ends
            .iter()
            .map(|note| Stop {
                text: note.xid.to_string(),
                time_us: note.time.unwrap_or_default().0,
                lsn: note.lsn.0,
                xid: note.xid.0,
            })
            .collect(),
        TargetKind::Lsn => {
            let records = &columns.records;
            (0..records.lsn.len())
                .filter(|index| {
                    let reachable = records.lsn[*index] >= oldest.end.0 && records.end_lsn[*index] <= whole.cut.0;
                    // What a promoted server wrote is not in the log that is being recovered.
                    reachable && records.timeline[*index] == oldest.timeline.0
                })
                .filter(|index| records.kind[*index] != RecordKind::SegmentSwitch)
                .map(|index| Stop {
                    text: pitr_protocol::lsn_text(records.lsn[index]),
                    time_us: records.time_us[index],
                    lsn: records.lsn[index],
                    xid: records.xid[index],
                })
                .collect()
        }
        TargetKind::Time => {
            let mut stops: Vec<Stop> = Vec::new();
            let mut latest = oldest.end_time.0;
            for (index, note) in ends.iter().enumerate() {
                let time = note.time.unwrap_or_default().0;
                let stop = |time_us| Stop {
                    text: time_target_text(time_us, loaded.noticed(), zone),
                    time_us,
                    lsn: note.lsn.0,
                    xid: note.xid.0,
                };
                // A whole second before, if that still lies behind the commit before.
                let before = (time - 1).div_euclid(1_000_000) * 1_000_000;
                if before > latest {
                    stops.push(stop(before));
                }
                // At the very last time the replay would find nothing later to stop at.
                let later = ends[index + 1..].iter().any(|next| next.time.unwrap_or_default().0 > time);
                if time > latest && later {
                    stops.push(stop(time));
                }
                latest = latest.max(time);
            }
            stops
        }
    }
}

/// The target to open with: just before the damage, or the last that can be reached.
pub fn proposed_target(loaded: &Loaded, columns: &Columns) -> String {
    let stops = stops(loaded, columns, TargetKind::Time);
    let incident = columns.head.incident.and_then(|index| columns.head.transactions.get(index as usize));
    let before = |end: i64| stops.iter().rev().find(|stop| stop.time_us < end);
    let stop = incident.and_then(|span| before(span.end_us)).or(stops.last());
    stop.map(|stop| stop.text.clone()).unwrap_or_default()
}
