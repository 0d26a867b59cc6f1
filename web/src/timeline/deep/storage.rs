//! What became of the log in sight: segments from open to sealed to archived to expired, and the backups.

use super::draw::in_sight;
use super::index::Index;
use crate::format;
use crate::timeline::axis::Scale;
use crate::timeline::layout::storage::{self, Link};
use crate::timeline::layout::{LEGIBLE, Scene};
use crate::timeline::shapes::{Form, Ink, Picture, Stroke, Type};
use crate::words::t;
use pitr_protocol::SegmentSpan;

/// With less room than this for each, segments are one band.
const ROOM: f64 = 4.0;

pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index) {
    let links = in_sight_of(scene, &index.written(scene.axis.scale, scene.step).segments);
    if links.len() as f64 * ROOM > scene.plan.length {
        band(scene, picture, links);
    } else {
        storage::draw_segments(scene, picture, links.iter().copied());
        expired(scene, picture, index);
    }
    storage::backups(scene, picture);
}

/// The segments that are in sight.
fn in_sight_of<'a>(scene: &Scene, links: &'a [Link]) -> &'a [Link] {
    let (from, to) = in_sight(scene);
    let segments = &scene.run.head.segments;
    let size = u64::from(scene.run.head.segment_bytes);
    let begins = |link: &Link| match (scene.axis.scale, segments.get(link.place)) {
        (Scale::Time, _) => link.from_us as f64,
        (Scale::Lsn, one) => one.map_or(0.0, |one| one.start_lsn as f64),
    };
    let ends = |link: &Link| match (scene.axis.scale, segments.get(link.place)) {
        (Scale::Time, one) => one.and_then(|one| one.archived.or(one.sealed)).map_or(f64::MAX, |at| at.1 as f64),
        (Scale::Lsn, one) => one.map_or(0.0, |one| (one.start_lsn + size) as f64),
    };
    let lo = links.partition_point(|link| ends(link) < from).saturating_sub(1);
    let hi = links.partition_point(|link| begins(link) <= to);
    links.get(lo..hi.max(lo)).unwrap_or_default()
}

/// Too many to be told apart: how many there are, and up to where they are safe.
fn band(scene: &Scene, picture: &mut Picture, links: &[Link]) {
    let plan = scene.plan;
    let segments: Vec<&SegmentSpan> = links.iter().filter_map(|link| scene.run.head.segments.get(link.place)).collect();
    let size = u64::from(scene.run.head.segment_bytes);
    let along = |us: i64, lsn: u64| plan.clip(scene.along(us, lsn));
    let begin = segments.first().map_or(0.0, |one| along(one.opened.1, one.start_lsn));
    let sealed = segments.iter().rev().find_map(|one| {
        one.sealed.filter(|(step, _)| scene.has_happened(*step)).map(|(_, us)| along(us, one.start_lsn + size))
    });
    let safe = segments.iter().rev().find_map(|one| {
        one.archived.filter(|(step, _)| scene.has_happened(*step)).map(|(_, us)| along(us, one.start_lsn + size))
    });
    let lane = plan.segments;
    let whole = plan.rect((begin, plan.length), (lane.from + 4.0, lane.to - 4.0));
    picture.outline(Ink::MarkSoft, 0.6, whole, 3.0, 1.25, Stroke::Dashed);
    if let Some(to) = sealed {
        let rect = plan.rect((begin, to.max(begin + 1.0)), (lane.from + 4.0, lane.to - 4.0));
        picture.fill(Ink::MarkSoft, 0.14, rect, 3.0);
        picture.outline(Ink::MarkSoft, 1.0, rect, 3.0, 1.25, Stroke::Solid);
    }
    if let Some(to) = safe {
        let middle = plan.archive.middle() + if plan.down { 2.0 } else { 4.0 };
        picture.fill(Ink::Good, 1.0, plan.rect((begin, to.max(begin + 1.0)), (middle - 3.5, middle + 3.5)), 3.0);
    }
    let said = t("deep.segments", &[("count", &format::count(links.len() as u64))]);
    if !plan.down && scene.width_of(&said, 13.0, false) + 8.0 < whole.w {
        picture.text(Ink::Muted, LEGIBLE, whole.centre(), said, Type::SMALL.halo());
    }
}

/// A segment that no backup needs any more is gone from the archive: its place there is empty and crossed out.
fn expired(scene: &Scene, picture: &mut Picture, index: &Index) {
    let plan = scene.plan;
    let size = u64::from(scene.run.head.segment_bytes);
    let links = &index.written(scene.axis.scale, scene.step).segments;
    for (place, step) in &index.expired {
        let one = scene.run.head.segments.get(*place).filter(|_| scene.has_happened(*step));
        let Some(one) = one.filter(|_| links.iter().any(|link| link.place == *place)) else {
            continue;
        };
        let along = match scene.axis.scale {
            Scale::Time => scene.along(one.archived.map_or(one.opened.1, |at| at.1), one.start_lsn),
            Scale::Lsn => scene.along(0, one.start_lsn + size / 2),
        };
        if !plan.is_seen(along - 8.0, along + 8.0) {
            continue;
        }
        let middle = plan.archive.middle() + if plan.down { 2.0 } else { 4.0 };
        let rect = plan.rect((along - 7.0, along + 7.0), (middle - 3.5, middle + 3.5));
        picture.fill(Ink::Surface, 1.0, rect.grown(1.0), 0.0);
        picture.outline(Ink::Muted, 1.0, rect, 3.0, 1.25, Stroke::Dashed);
        picture.add(Ink::Muted, 1.0, Form::Cross { at: rect.centre(), radius: 3.0, width: 1.5 });
    }
}
