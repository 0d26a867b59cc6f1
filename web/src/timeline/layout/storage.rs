//! What became of the log: segments, their way to the archive, and the base backups.

use super::Scene;
use crate::timeline::axis::Scale;
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Point, Rect, Stroke, Thing, Type};
use crate::words::t;
use pitr_protocol::{RunHead, SegmentSpan, StepKind, segment_text};

pub fn draw(scene: &Scene, picture: &mut Picture) {
    let first = scene.run.head.timelines.first().map_or(1, |timeline| timeline.id);
    draw_segments(scene, picture, chain(&scene.run.head, first).into_iter());
}

/// A segment among those of one history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its place in the head.
    pub place: usize,
    /// From where the one before it was closed: what is written from then on lies in this one.
    pub from_us: i64,
    pub to_us: i64,
}

/// A timeline's segments, in order.
pub fn chain(head: &RunHead, timeline: u32) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (place, segment) in head.segments.iter().enumerate().filter(|(_, segment)| segment.timeline == timeline) {
        let from_us = links.last().map_or(segment.opened.1, |before| before.to_us.min(segment.opened.1));
        let to_us = segment.sealed.map_or(head.noticed_us.max(segment.opened.1), |sealed| sealed.1);
        links.push(Link { place, from_us, to_us });
    }
    links
}

/// Segments of a history.
pub fn draw_segments(scene: &Scene, picture: &mut Picture, links: impl Iterator<Item = Link>) {
    let head = &scene.run.head;
    let fetched = fetched(scene);
    for Link { place, from_us, to_us } in links {
        let Some(segment) = head.segments.get(place) else { return };
        let name = segment_text(segment.timeline, segment.number, head.segment_bytes);
        let from = scene.along(from_us, segment.start_lsn);
        let along = (from, scene.along(to_us, segment.start_lsn + u64::from(head.segment_bytes)).max(from + 1.0));
        draw_segment(scene, picture, place, segment, along, &name);
        draw_trip(scene, picture, place, segment, along, fetched.contains(&name.as_str()));
    }
}

/// Names of the segments that the recovery has fetched by now.
fn fetched<'a>(scene: &'a Scene) -> Vec<&'a str> {
    let Some(begin) = scene.run.head.recovery_step.filter(|_| scene.is_recovering()) else {
        return Vec::new();
    };
    (begin..=scene.step)
        .filter(|step| scene.run.step_kind(*step) == StepKind::SegmentFetched)
        .filter_map(|step| scene.run.steps.text.get(step as usize).map(|name| scene.run.name(*name)))
        .collect()
}

fn draw_segment(
    scene: &Scene,
    picture: &mut Picture,
    index: usize,
    segment: &SegmentSpan,
    (from, to): (f64, f64),
    name: &str,
) {
    let plan = scene.plan;
    if !plan.is_seen(from, to) {
        return;
    }
    let gap = if to - from > 8.0 { 1.0 } else { 0.0 };
    let over = (plan.segments.from + 4.0, plan.segments.to - 4.0);
    let rect = plan.rect((plan.clip(from + gap), plan.clip(to - gap)), over);
    let is_open = !segment.sealed.is_some_and(|(step, _)| scene.has_happened(step));
    let alpha = scene.ink_of(segment.opened.0);
    let stroke = if is_open { Stroke::Dashed } else { Stroke::Solid };
    if !is_open {
        picture.fill(Ink::MarkSoft, alpha * 0.14, rect, 3.0);
    }
    if to - from > 4.0 {
        picture.outline(Ink::MarkSoft, alpha, rect, 3.0, 1.25, stroke);
    }
    let digits = &name[name.len().saturating_sub(2)..];
    let mut text = if plan.down { digits.to_owned() } else { t("timeline.segment", &[("digits", digits)]) };
    if scene.run.head.timelines.first().is_some_and(|first| first.id != segment.timeline) {
        // Of another timeline the same number stands in another file.
        text.insert_str(0, &segment.timeline.to_string());
    }
    let width = scene.width_of(&text, 13.0, false);
    if rect.w >= width + 4.0 && rect.h >= 16.0 {
        picture.text(Ink::Muted, alpha.max(super::LEGIBLE), rect.centre(), text, Type::SMALL);
    }
    picture.hit(Thing::Segment(index), rect);
}

/// From the log on disk to the archive: it sets out when it is sent and has arrived when it is archived.
fn draw_trip(
    scene: &Scene,
    picture: &mut Picture,
    index: usize,
    segment: &SegmentSpan,
    (from, to): (f64, f64),
    fetched: bool,
) {
    let plan = scene.plan;
    let Some((sent_step, sent_us)) = segment.sent else {
        return;
    };
    let along = match scene.axis.scale {
        Scale::Time => scene.along(segment.archived.map_or(sent_us, |archived| archived.1), segment.start_lsn),
        Scale::Lsn => f64::midpoint(from, to),
    };
    if !plan.is_seen(along - 8.0, along + 8.0) {
        return;
    }
    let lane = plan.archive;
    let here = segment.archived.filter(|(step, _)| scene.has_happened(*step));
    let rest = lane.middle() + if plan.down { 2.0 } else { 4.0 };
    let left = plan.segments.middle();
    let over = match here {
        Some((step, _)) => f64::midpoint(left, rest) + (rest - f64::midpoint(left, rest)) * scene.growth_of(step),
        None if scene.has_happened(sent_step) => left + (f64::midpoint(left, rest) - left) * scene.growth_of(sent_step),
        None => rest,
    };
    let alpha =
        scene.ink_of_kept(segment.archived.map_or(sent_step, |archived| archived.0).min(scene.step.max(sent_step)));
    let half = (7.0_f64).min((to - from) / 3.0).max(1.5);
    let rect = plan.rect((along - half, along + half), (over - 3.5, over + 3.5));
    let stem = plan.segments.to - 2.0;
    if half > 4.0 && over > stem + 8.0 {
        let foot = over - 7.0;
        picture.line(Ink::Good, alpha, plan.point(along, stem), plan.point(along, foot), 1.5, Stroke::Solid);
        let corner = |by: f64, at: f64| plan.point(along + by, at);
        let corners = [corner(-3.5, foot - 2.0), corner(3.5, foot - 2.0), corner(0.0, foot + 3.0)];
        picture.add(Ink::Good, alpha, Form::Triangle { corners });
    }
    if here.is_some() || !scene.has_happened(sent_step) {
        picture.fill(if fetched { Ink::Accent } else { Ink::Good }, alpha, rect, 3.0);
    } else {
        picture.fill(Ink::Surface, 1.0, rect, 3.0);
        picture.outline(Ink::Good, alpha, rect, 3.0, 1.5, Stroke::Solid);
    }
    picture.hit(Thing::Segment(index), rect.grown(3.0));
}

/// The base backups, and what a recovery from the one that it would take reads.
pub fn backups(scene: &Scene, picture: &mut Picture) {
    let (run, plan) = (scene.run, scene.plan);
    let lane = plan.backups;
    for (index, backup) in run.head.backups.iter().enumerate() {
        let end_us = backup.end.map_or(run.head.noticed_us, |end| end.1);
        let from = scene.along(backup.start.1, backup.redo_lsn);
        let to = scene.along(end_us, backup.end_lsn.unwrap_or(backup.redo_lsn)).max(from + 12.0);
        if !plan.is_seen(from, to) {
            continue;
        }
        let over =
            if plan.down { (lane.from + 2.0, lane.from + 13.0) } else { (lane.middle() - 6.0, lane.middle() + 6.0) };
        let rect = plan.rect((plan.clip(from), plan.clip(to)), over);
        let done = backup.end.is_some_and(|(step, _)| scene.has_happened(step));
        let alpha = scene.ink_of_kept(backup.start.0);
        if done || !scene.has_happened(backup.start.0) {
            picture.fill(Ink::Good, alpha, rect, 3.0);
        } else {
            picture.outline(Ink::Good, alpha, rect, 3.0, 1.5, Stroke::Dashed);
        }
        picture.hit(Thing::Backup(index), rect);
        let label = run.name(backup.label).to_owned();
        let at = if plan.down {
            Point { x: rect.right() + 3.0, y: rect.centre().y }
        } else {
            Point { x: rect.right() + 7.0, y: rect.centre().y }
        };
        let width = scene.width_of(&label, 13.0, true);
        picture.text(Ink::Good, alpha.max(super::LEGIBLE), at, label, Type::SMALL.held(Hold::Start).bold());
        if let Some(cut) = scene.cut.filter(|cut| cut.redo.is_some_and(|(redo, _)| redo == backup.redo_lsn)) {
            let begin = if plan.down { rect.bottom() - plan.start + 4.0 } else { at.x + width + 8.0 - plan.start };
            replay_range(scene, picture, cut, begin, rect);
        }
    }
}

/// What a recovery to the target would read: from the backup to the cut.
fn replay_range(scene: &Scene, picture: &mut Picture, cut: &super::Cut, begin: f64, backup: Rect) {
    let plan = scene.plan;
    let end = scene.along(cut.us, cut.lsn).min(plan.length + 4.0) - 3.0;
    if end - begin < 24.0 || cut.fails {
        return;
    }
    let over = if plan.down { backup.centre().x } else { backup.centre().y };
    let corner = |by: f64, at: f64| plan.point(end + by, over + at);
    picture.add(
        Ink::Accent,
        1.0,
        Form::Triangle { corners: [corner(-8.0, -4.5), corner(-8.0, 4.5), corner(0.0, 0.0)] },
    );
    let text = t("timeline.replay_range", &[]);
    let width = scene.width_of(&text, 13.0, false);
    let mut line = |from, to| {
        picture.line(Ink::Accent, 1.0, plan.point(from, over), plan.point(to, over), 1.75, Stroke::Solid);
    };
    if !plan.down && end - begin > width + 60.0 {
        let middle = f64::midpoint(begin, end);
        line(begin, middle - width / 2.0 - 6.0);
        line(middle + width / 2.0 + 6.0, end - 6.0);
        picture.text(Ink::Accent, 1.0, plan.point(middle, over), text, Type::SMALL);
    } else {
        line(begin, end - 6.0);
    }
}
