//! Marks at the foot and the head of the log: checkpoints with an arrow back to where redo begins, and restore points.

use super::draw::in_sight;
use super::index::{Checkpoint, Index};
use crate::timeline::axis::Scale;
use crate::timeline::layout::{LEGIBLE, Scene};
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Rect, Stroke, Thing, Type};

/// No two checkpoints are marked nearer than this.
const APART: f64 = 9.0;

pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index) {
    let along = |checkpoint: &Checkpoint| {
        let records = &scene.run.records;
        let at = |column: Option<&u64>| column.copied().unwrap_or_default();
        let us = records.time_us.get(checkpoint.record).copied().unwrap_or_default();
        scene.along(us, at(records.lsn.get(checkpoint.record)))
    };
    let mut before = f64::MIN;
    let (from, _) = in_sight(scene);
    let value = |checkpoint: &Checkpoint| match scene.axis.scale {
        Scale::Time => scene.run.records.time_us.get(checkpoint.record).map_or(0.0, |us| *us as f64),
        Scale::Lsn => scene.run.records.lsn.get(checkpoint.record).map_or(0.0, |lsn| *lsn as f64),
    };
    let written = index.written(scene.axis.scale, scene.step);
    let first = written.checkpoints.partition_point(|checkpoint| value(checkpoint) < from).saturating_sub(1);
    for checkpoint in written.checkpoints.iter().skip(first) {
        let at = along(checkpoint);
        if at > scene.plan.length + 600.0 {
            break;
        }
        if at >= before + APART {
            before = at;
            one(scene, picture, checkpoint, at);
        }
    }
    restore_points(scene, picture, index);
}

/// A diamond at its record, and an arrow back to the first byte that a recovery from it would read.
fn one(scene: &Scene, picture: &mut Picture, checkpoint: &Checkpoint, at: f64) {
    let plan = scene.plan;
    let redo = scene.along(checkpoint.redo_us, checkpoint.redo_lsn);
    if !plan.is_seen(redo, at) {
        return;
    }
    let step = scene.run.records.step.get(checkpoint.record).copied().unwrap_or_default();
    let alpha = scene.ink_of(step);
    let base = if plan.down { plan.log.from + 3.0 } else { plan.log.to - 8.0 };
    let foot = if plan.down { plan.log.from } else { plan.log.to - 2.5 };
    let point = |along: f64, over: f64| plan.point(along, over);
    if at - redo >= 12.0 {
        let (from, to) = (plan.clip(at), plan.clip(redo));
        picture.line(Ink::Text, alpha, point(from, foot), point(to, foot), 1.25, Stroke::Solid);
        if redo >= -2.0 {
            picture.line(Ink::Text, alpha, point(to, foot), point(to, base), 1.25, Stroke::Solid);
            let tip = if plan.down { base + 5.0 } else { base - 5.0 };
            let corners = [point(to - 4.0, base), point(to + 4.0, base), point(to, tip)];
            picture.add(Ink::Text, alpha, Form::Triangle { corners });
        }
    }
    if at < -6.0 || at > plan.length + 6.0 {
        return;
    }
    for side in [-4.5, 4.5] {
        let corners = [point(at, foot - 4.5), point(at + side, foot), point(at, foot + 4.5)];
        picture.add(Ink::Text, alpha, Form::Triangle { corners });
    }
    let centre = point(at, foot);
    picture.hit(Thing::Record(checkpoint.record), Rect { x: centre.x - 5.0, y: centre.y - 5.0, w: 10.0, h: 10.0 });
}

/// A pennant with the name that was given to the place.
fn restore_points(scene: &Scene, picture: &mut Picture, index: &Index) {
    let (run, plan) = (scene.run, scene.plan);
    let written = index.written(scene.axis.scale, scene.step);
    for (record, step) in index.restore_points.iter().filter(|(record, _)| written.has_record(*record)) {
        let (Some(lsn), Some(us)) = (run.records.lsn.get(*record), run.records.time_us.get(*record)) else {
            continue;
        };
        let at = scene.along(*us, *lsn);
        if !plan.is_seen(at, at) {
            continue;
        }
        let alpha = scene.ink_of(*step);
        let (top, base) =
            if plan.down { (plan.log.to - 2.0, plan.log.from + 3.0) } else { (plan.log.from + 1.0, plan.log.to - 8.0) };
        let deep = if plan.down { -5.0 } else { 5.0 };
        picture.line(Ink::Good, alpha, plan.point(at, base), plan.point(at, top), 1.5, Stroke::Solid);
        let corners = [plan.point(at, top), plan.point(at + 9.0, top + deep), plan.point(at, top + 2.0 * deep)];
        picture.add(Ink::Good, alpha, Form::Triangle { corners });
        let tip = plan.point(at, top);
        picture.hit(Thing::Record(*record), Rect { x: tip.x - 2.0, y: tip.y - 6.0, w: 13.0, h: 16.0 });
        let name = run.steps.name.get(*step as usize).map_or("", |name| run.name(*name)).to_owned();
        if !plan.down && !name.is_empty() {
            let at = plan.point(at + 12.0, top + 6.0);
            picture.text(Ink::Good, alpha.max(LEGIBLE), at, name, Type::SMALL.bold().held(Hold::Start).halo());
        }
    }
}
