//! The log: a tick for each record, its height by what the record does. Where more records than pixels are, the weightiest of each pixel shows.

use super::Scene;
use crate::timeline::shapes::{Form, Ink, Picture, Stroke, Thing};
use pitr_protocol::RecordKind;

/// What stands in one pixel of the lane.
pub struct Column {
    px: f64,
    record: usize,
    weight: u8,
    count: u32,
}

pub fn draw(scene: &Scene, picture: &mut Picture) {
    let first = scene.run.head.timelines.first().map_or(1, |timeline| timeline.id);
    let all = scene.run.records.timeline.iter().enumerate();
    draw_ticks(scene, picture, columns(scene, all.filter(|(_, own)| **own == first).map(|(record, _)| record)));
}

/// The lane with these columns in it.
pub fn draw_ticks(scene: &Scene, picture: &mut Picture, columns: Vec<Column>) {
    let plan = scene.plan;
    let lane = plan.log;
    let base = if plan.down { lane.from + 3.0 } else { lane.to - 8.0 };
    let (from, to) = (plan.point(0.0, base), plan.point(plan.length, base));
    picture.line(Ink::Line, 1.0, from, to, 1.0, Stroke::Solid);
    replayed_band(scene, picture);
    let reach = (lane.to - lane.from) - 12.0;
    let has_replayed = scene.replayed();
    let mut before = f64::MIN;
    for column in columns {
        let records = &scene.run.records;
        let (Some(kind), Some(step)) =
            (records.kind.get(column.record).copied(), records.step.get(column.record).copied())
        else {
            continue;
        };
        let share = height(kind);
        let long = reach * share * scene.growth_of(step);
        let over = if plan.down { (base, base + long) } else { (base - long, base) };
        let wide = if kind == RecordKind::Commit { 2.5 } else { 1.75 };
        let rect = plan.rect((column.px - wide / 2.0, column.px + wide / 2.0), over);
        let is_damage = scene.is_damage(column.record);
        let replayed = has_replayed(column.record);
        let ink = match kind {
            _ if is_damage => Ink::Alarm,
            _ if replayed => Ink::Accent,
            RecordKind::Commit | RecordKind::Abort => Ink::Mark,
            _ => Ink::MarkSoft,
        };
        let alpha = if replayed { 1.0 } else { scene.ink_of(step) };
        picture.fill(ink, alpha, rect, 0.0);
        // Heads that would touch say nothing.
        let roomy = column.px - before >= 6.0;
        before = if kind.ends_transaction() { column.px } else { before };
        let tip = plan.point(column.px, if plan.down { over.1 } else { over.0 });
        match kind {
            _ if is_damage => picture.add(ink, alpha, Form::Cross { at: tip, radius: 4.0, width: 2.0 }),
            RecordKind::Commit if roomy => picture.add(ink, alpha, Form::Disc { at: tip, radius: 2.75 }),
            RecordKind::Abort if roomy => picture.add(ink, alpha, Form::Ring { at: tip, radius: 2.5, width: 1.5 }),
            _ => {}
        }
        let touch = if plan.down { (lane.from, lane.to) } else { (lane.from + 4.0, lane.to - 4.0) };
        let half = if column.count > 1 { 1.0 } else { 2.5 };
        picture.hit(Thing::Record(column.record), plan.rect((column.px - half, column.px + half), touch));
    }
}

/// What the recovery has read so far, from where it began.
pub fn replayed_band(scene: &Scene, picture: &mut Picture) {
    let (Some(redo), Some(to)) = (scene.redo_lsn(), scene.replayed_to()) else {
        return;
    };
    if !scene.is_recovering() {
        return;
    }
    let plan = scene.plan;
    let records = &scene.run.records;
    let begin = records.time_us.get(scene.find(redo + 1)).copied().unwrap_or(scene.run.head.begin_us);
    let at = |us, lsn| plan.clip(scene.along(us, lsn));
    let rect = plan
        .rect((at(begin, redo), at(super::ground::time_of(scene, to), to)), (plan.log.from + 2.0, plan.log.to - 2.0));
    picture.fill(Ink::AccentSoft, 1.0, rect, 3.0);
}

/// How tall a record's tick is, of the lane.
fn height(kind: RecordKind) -> f64 {
    match kind {
        RecordKind::Commit | RecordKind::Abort => 0.92,
        RecordKind::Insert | RecordKind::Update | RecordKind::Delete => 0.48,
        RecordKind::BackupStart | RecordKind::BackupEnd | RecordKind::CreateRelation => 0.36,
        _ => 0.24,
    }
}

pub fn weight(kind: RecordKind) -> u8 {
    match kind {
        RecordKind::Commit => 4,
        RecordKind::Abort => 3,
        RecordKind::Insert | RecordKind::Update | RecordKind::Delete => 2,
        _ => 1,
    }
}

/// Those of the records, in the order of the axis, that are in sight, no more than one a pixel.
pub fn columns(scene: &Scene, all: impl Iterator<Item = usize>) -> Vec<Column> {
    let records = &scene.run.records;
    let mut columns: Vec<Column> = Vec::new();
    for record in all {
        let (Some(kind), Some(lsn), Some(us)) =
            (records.kind.get(record), records.lsn.get(record), records.time_us.get(record))
        else {
            continue;
        };
        let px = scene.along(*us, *lsn);
        if px < -2.0 || px > scene.plan.length + 2.0 {
            continue;
        }
        let weight = if scene.is_damage(record) { 5 } else { weight(*kind) };
        match columns.last_mut() {
            Some(last) if px - last.px < 1.0 => {
                last.count += 1;
                if weight > last.weight {
                    (last.record, last.weight) = (record, weight);
                }
            }
            _ => columns.push(Column { px, record, weight, count: 1 }),
        }
    }
    columns
}
