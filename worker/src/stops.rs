//! The places where a recovery can stop, for the target slider.

use crate::columns::Columns;
use crate::cuts::read_target;
use crate::loaded::Loaded;
use crate::path::{Path, timeline_at};
use crate::problems::problem;
use pitr_engine::types::Micros;
use pitr_engine::{RecoverySpec, Target, WHOLE, find_boundary};
use pitr_protocol::{Along, Problem, RecordKind, StepKind, Stop, TargetKind, TargetSpec, clock_text, date_text};

/// A time as it would be typed: the clock alone where that means this instant, the latest such before `now`.
pub fn time_target_text(time_us: i64, now: Micros, zone_offset_s: i32) -> String {
    let clock = clock_text(time_us, zone_offset_s);
    if time_us <= now.0 && now.0 - time_us < Micros::DAY.0 {
        return clock;
    }
    format!("{} {clock}", date_text(time_us, zone_offset_s))
}

/// All stops of a kind, in log order: those that a recovery from the oldest backup can reach along a timeline.
pub fn stops(loaded: &Loaded, columns: &Columns, kind: TargetKind, along: Along) -> Result<Vec<Stop>, Problem> {
    let cluster = loaded.base.cluster();
    let catalog = cluster.backups().catalog();
    let (Some(oldest), Some(newest)) = (catalog.first(), catalog.last()) else {
        return Ok(Vec::new());
    };
    let spec = match WHOLE {
        true => read_target(loaded, &TargetSpec { along, ..TargetSpec::new(TargetKind::End, "") })?,
        false if along == Along::Latest && kind.has_sides() => RecoverySpec::to(Target::End),
        false => return Err(problem("needs_whole_engine", vec![])),
    };
    let size = loaded.base.settings().segment;
    let whole = find_boundary(cluster.archive(), size, oldest, &spec);
    let ends: Vec<_> = whole.ends.iter().map(|(note, _)| *note).filter(|note| note.lsn >= oldest.end).collect();
    let zone = columns.head.zone_offset_s;
    let path = Path::along(columns, cluster.archive(), size, spec.timeline, oldest);
    let bare = |lsn: u64, time_us: i64| vec![Stop { text: String::new(), time_us, lsn, xid: 0 }];
    Ok(match kind {
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
                    // What was written on other timelines is not in the log that is being recovered.
                    reachable && path.has(records.timeline[*index], records.lsn[*index])
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
        TargetKind::Immediate if WHOLE => bare(newest.end.0, newest.end_time.0),
        TargetKind::End if WHOLE => {
            bare(whole.cut.0, whole.last_in().and_then(|note| note.time).unwrap_or(newest.end_time).0)
        }
        TargetKind::Name if WHOLE => {
            let mut stops: Vec<Stop> = Vec::new();
            let steps = &columns.steps;
            for step in (0..steps.kind.len()).filter(|step| steps.kind[*step] == StepKind::RestorePointMade) {
                let lsn = steps.lsn[step];
                let text = crate::reports::name(columns, steps.name[step]);
                let reachable = lsn >= oldest.end.0 && lsn < whole.cut.0;
                // Of those with the same name the first is met.
                let is_first = stops.iter().all(|stop| stop.text != text);
                if reachable && is_first && path.has(timeline_at(columns, step as u32), lsn) {
                    stops.push(Stop { text, time_us: steps.time_us[step], lsn, xid: 0 });
                }
            }
            stops
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
        _ => Vec::new(),
    })
}

/// The target to open with: just before the damage, or the last that can be reached.
pub fn proposed_target(loaded: &Loaded, columns: &Columns) -> String {
    let stops = stops(loaded, columns, TargetKind::Time, Along::Latest).unwrap_or_default();
    let incident = columns.head.incident.and_then(|index| columns.head.transactions.get(index as usize));
    let before = |end: i64| stops.iter().rev().find(|stop| stop.time_us < end);
    let stop = incident.and_then(|span| before(span.end_us)).or(stops.last());
    stop.map(|stop| stop.text.clone()).unwrap_or_default()
}
