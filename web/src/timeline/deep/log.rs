//! The log in sight: a histogram from afar, a tick for each record nearer by, and from near each record as a block that says what it is.
//! Along the log a block is as wide as the record has bytes.

use super::columns::{self, Stretch};
use super::draw::places;
use super::index::Index;
use super::written::Written;
use crate::format;
use crate::timeline::axis::Scale;
use crate::timeline::layout::{self, Scene};
use crate::timeline::shapes::{Hit, Hold, Ink, Picture, Point, Rect, Stroke, Thing, Type, within};
use crate::words::t;
use pitr_protocol::RecordKind;
use std::ops::Range;

/// More records a pixel than this are a density.
const CROWD: f64 = 1.5;
/// With so much room for each, records are written out.
const ROOM: f64 = 84.0;
const ROOM_DOWN: f64 = 22.0;
const PAD: f64 = 6.0;
/// Between a block and the place where it hangs on the axis.
const FAN: f64 = 13.0;

pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index) {
    let written = index.written(scene.axis.scale, scene.step);
    let places = places(scene, index);
    let length = scene.plan.length;
    let room = length / places.len().max(1) as f64;
    if room < 1.0 / CROWD {
        histogram(scene, picture, index);
    } else if room < (if scene.plan.down { ROOM_DOWN } else { ROOM }) || !blocks(scene, picture, written, &places) {
        let records = places.filter_map(|place| written.record(place));
        layout::log::draw_ticks(scene, picture, layout::log::columns(scene, records));
    }
}

/// Columns as tall as there are records behind them; what commits is dark.
fn histogram(scene: &Scene, picture: &mut Picture, index: &Index) {
    let plan = scene.plan;
    let lane = plan.log;
    layout::log::draw_ticks(scene, picture, Vec::new());
    let base = if plan.down { lane.from + 3.0 } else { lane.to - 8.0 };
    let reach = (lane.to - lane.from) - 12.0;
    let over = |long: f64| if plan.down { (base, base + long) } else { (base - long, base) };
    let written = index.written(scene.axis.scale, scene.step);
    let first = |column: &Stretch| written.record(column.places.start);
    let shaped = |columns: Vec<Stretch>| {
        let share = |column: &Stretch, count: usize| {
            (count > 0).then(|| over(reach * column.tall * count as f64 / column.count.all as f64))
        };
        let all = columns::blocks(&columns, |column| share(column, column.count.all));
        let some = columns::blocks(&columns, |column| share(column, column.count.commits + column.count.aborts));
        let hit = |(at, column): (usize, &Stretch)| {
            let along = (at as f64 * columns::WIDE, (at + 1) as f64 * columns::WIDE);
            Some(Hit::of(Thing::Record(first(column)?), plan.rect(along, (lane.from + 4.0, lane.to - 4.0))))
        };
        let filled = columns.iter().enumerate().filter(|(_, column)| column.count.all > 0);
        let hits = filled.filter_map(hit).collect();
        columns::Log { shapes: columns::Shapes { all, some }, hits, columns }
    };
    let log = index.columns.log(scene, index, shaped);
    let now = scene.run.records_at(scene.step);
    let faint = log.columns.partition_point(|column| first(column).is_some_and(|record| record < now));
    columns::fill(scene, picture, Ink::MarkSoft, &log.shapes.all, faint);
    columns::fill(scene, picture, Ink::Mark, &log.shapes.some, faint);
    if let Some(damage) = index.damage.and_then(|record| written.place_of(record)) {
        let at = log.columns.partition_point(|column| column.places.end <= damage);
        let is_seen = log.columns.get(at).is_some_and(|column| column.places.contains(&damage));
        let block = is_seen.then(|| columns::Block { columns: at..at + 1, over: over(reach) });
        columns::fill(scene, picture, Ink::Alarm, block.as_slice(), usize::MAX);
    }
    picture.hits.extend_from_slice(&log.hits);
}

/// A record that is written out.
struct Block {
    record: usize,
    /// Where it stands, and where it is written.
    at: f64,
    from: f64,
    wide: f64,
    lines: [String; 3],
}

fn block(scene: &Scene, record: usize) -> Option<Block> {
    let records = &scene.run.records;
    let (kind, lsn, end) = (*records.kind.get(record)?, *records.lsn.get(record)?, *records.end_lsn.get(record)?);
    let name = t(&format!("record.{}", kind.code()), &[]);
    let first = match records.xid.get(record) {
        Some(xid) if *xid > 0 => format!("{name} {xid}"),
        _ => name,
    };
    let lines = [first, format::lsn(lsn), format::bytes(end.saturating_sub(lsn))];
    let at = scene.along(*records.time_us.get(record)?, lsn);
    let text = lines.iter().enumerate().map(|(line, text)| scene.width_of(text, 13.0, line == 0)).fold(0.0, f64::max);
    let wide = match scene.axis.scale {
        Scale::Lsn => (scene.along(0, end) - at).max(2.0),
        Scale::Time => text + 2.0 * PAD,
    };
    Some(Block { record, at, from: at, wide, lines })
}

/// Blocks that would lie on each other make room to both sides, around where they stand; false if there is no room for them.
fn spread(blocks: &mut [Block], length: f64) -> bool {
    const GAP: f64 = 3.0;
    // Heaps of blocks that touch: how many, how wide together, and the sum of where each wants the heap to begin.
    let mut heaps: Vec<(usize, f64, f64)> = Vec::new();
    for block in blocks.iter() {
        let (mut count, mut wide, mut wants) = (1, block.wide + GAP, block.at - block.wide / 2.0);
        while let Some((others, before, wanted)) = heaps.last().copied() {
            if wanted / others as f64 + before <= wants / count as f64 {
                break;
            }
            // Each of these now begins behind all of those.
            wants = wanted + wants - count as f64 * before;
            wide += before;
            count += others;
            heaps.pop();
        }
        heaps.push((count, wide, wants));
    }
    let mut place = 0;
    let mut free = 0.0;
    let mut left: f64 = heaps.iter().map(|(_, wide, _)| wide).sum();
    if left - GAP > length {
        return false;
    }
    for (count, wide, wants) in heaps {
        let mut from = within(wants / count as f64, free, (length - left + GAP).max(free));
        left -= wide;
        for block in blocks.iter_mut().skip(place).take(count) {
            block.from = from;
            from += block.wide + GAP;
        }
        place += count;
        free = from;
    }
    true
}

fn blocks(scene: &Scene, picture: &mut Picture, written: &Written, places: &Range<usize>) -> bool {
    let plan = scene.plan;
    let all = places.clone().filter_map(|place| block(scene, written.record(place)?));
    let seen = |block: &Block| match scene.axis.scale {
        Scale::Time => block.at >= 0.0 && block.at <= plan.length,
        Scale::Lsn => block.at + block.wide > 0.0 && block.at < plan.length,
    };
    let mut blocks: Vec<Block> = all.filter(seen).collect();
    if plan.down {
        return list(scene, picture, blocks);
    }
    if scene.axis.scale == Scale::Time && !spread(&mut blocks, plan.length) {
        return false;
    }
    layout::log::draw_ticks(scene, picture, Vec::new());
    let has_replayed = scene.replayed();
    blocks.iter().for_each(|block| draw_block(scene, picture, block, has_replayed(block.record)));
    true
}

fn draw_block(scene: &Scene, picture: &mut Picture, block: &Block, replayed: bool) {
    let plan = scene.plan;
    let records = &scene.run.records;
    let (Some(kind), Some(step)) = (records.kind.get(block.record).copied(), records.step.get(block.record).copied())
    else {
        return;
    };
    let (top, base) = (plan.log.from + 2.0, plan.log.to - 8.0);
    let along = (plan.clip(block.from), plan.clip(block.from + block.wide));
    let gap = if along.1 - along.0 > 6.0 { 0.75 } else { 0.0 };
    let rect = plan.rect((along.0 + gap, along.1 - gap), (top, base - FAN));
    let is_damage = scene.is_damage(block.record);
    let ink = match kind {
        _ if is_damage => Ink::Alarm,
        _ if replayed => Ink::Accent,
        _ => Ink::Mark,
    };
    let alpha = if replayed { 1.0 } else { scene.ink_of(step) };
    let solid = matches!(kind, RecordKind::Commit);
    // It hangs on the axis where it was written.
    if scene.axis.scale == Scale::Time {
        let (foot, head) = (plan.point(block.at, base), Point { x: rect.centre().x, y: rect.bottom() });
        picture.line(ink, alpha, foot, head, 1.25, Stroke::Solid);
    } else {
        picture.line(ink, alpha, plan.point(along.0, base), plan.point(along.0, rect.bottom()), 1.25, Stroke::Solid);
    }
    picture.fill(Ink::Surface, 1.0, rect, 3.0);
    if solid {
        picture.fill(ink, alpha, rect, 3.0);
    } else {
        let stroke = match kind {
            RecordKind::Insert | RecordKind::Update | RecordKind::Delete | RecordKind::Abort => Stroke::Solid,
            _ => Stroke::Dashed,
        };
        if kind == RecordKind::Abort {
            let middle = rect.y + 3.0;
            let line = |x| Point { x, y: middle };
            picture.line(Ink::Muted, alpha, line(rect.x + 3.0), line(rect.right() - 3.0), 1.5, Stroke::Solid);
        }
        picture.outline(ink, alpha, rect, 3.0, 1.25, stroke);
    }
    picture.hit(Thing::Record(block.record), rect);
    let text = if solid && alpha > 0.7 { Ink::Surface } else { Ink::Text };
    for (line, (said, share)) in block.lines.iter().zip([0.2, 0.52, 0.83]).enumerate() {
        let font = if line == 0 { Type::SMALL.bold() } else { Type::SMALL };
        if scene.width_of(said, 13.0, line == 0) + 4.0 <= rect.w {
            let at = Point { x: rect.centre().x, y: rect.y + rect.h * share };
            picture.text(text, alpha.max(layout::LEGIBLE), at, said.clone(), font);
        }
    }
}

/// Downwards: ticks, and beside each what it is, as a line of text over the lanes of what became of the log.
fn list(scene: &Scene, picture: &mut Picture, mut blocks: Vec<Block>) -> bool {
    let plan = scene.plan;
    blocks.iter_mut().for_each(|block| block.wide = 18.0);
    if !spread(&mut blocks, plan.length) {
        return false;
    }
    let columns = layout::log::columns(scene, blocks.iter().map(|block| block.record));
    layout::log::draw_ticks(scene, picture, columns);
    for block in &blocks {
        let step = scene.run.records.step.get(block.record).copied().unwrap_or_default();
        let said = format!("{}, {}", block.lines[0], block.lines[2]);
        let wide = scene.width_of(&said, 13.0, true);
        let from = (plan.width - wide - 4.0).min(plan.log.to + 8.0);
        let at = plan.point(block.from + 9.0, from);
        let tick = plan.point(block.at, plan.log.to - 4.0);
        picture.line(Ink::MarkSoft, scene.ink_of(step), tick, Point { x: at.x - 3.0, y: at.y }, 1.0, Stroke::Solid);
        let alpha = scene.ink_of(step).max(layout::LEGIBLE);
        let rect = Rect { x: at.x - 2.0, y: at.y - 9.0, w: wide + 4.0, h: 18.0 };
        picture.fill(Ink::Surface, 1.0, rect, 3.0);
        picture.text(Ink::Text, alpha, at, said, Type::SMALL.bold().held(Hold::Start));
        picture.hit(Thing::Record(block.record), rect);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(places: &[f64]) -> Vec<Block> {
        let one = |at: &f64| Block { record: 0, at: *at, from: *at, wide: 20.0, lines: Default::default() };
        places.iter().map(one).collect()
    }

    #[test]
    fn blocks_make_room_for_each_other() {
        let mut blocks = at(&[10.0, 10.0, 11.0, 95.0]);
        assert!(spread(&mut blocks, 110.0));
        let from: Vec<f64> = blocks.iter().map(|block| block.from.round()).collect();
        assert_eq!(from, [0.0, 23.0, 46.0, 85.0], "they stay within");
        let mut blocks = at(&[100.0, 100.0, 100.0, 200.0]);
        assert!(spread(&mut blocks, 400.0));
        let from: Vec<f64> = blocks.iter().map(|block| block.from.round()).collect();
        assert_eq!(from, [67.0, 90.0, 113.0, 190.0], "they stand around their place");
        assert!(!spread(&mut at(&[1.0, 2.0, 3.0]), 50.0), "there is no room for three");
    }
}
