//! The sessions' lanes in sight: a density where transactions crowd, else their bars, with savepoints in them.

use super::columns::{self, Shapes};
use super::draw::in_sight;
use super::index::{Index, Saving};
use super::written::Written;
use crate::format;
use crate::timeline::axis::Scale;
use crate::timeline::layout::{LEGIBLE, Lane, Scene, sessions};
use crate::timeline::shapes::{Form, Ink, Picture, Rect, Stroke, Thing, Type};
use crate::words::t;
use pitr_protocol::Fate;

/// With less room than this for each, transactions are a density.
const ROOM: f64 = 4.0;

pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index) {
    let head = &scene.run.head;
    let seen = in_sight(scene);
    let written = index.written(scene.axis.scale, scene.step);
    let mut labels: Vec<Rect> = Vec::new();
    let mut crowded: Vec<bool> = Vec::new();
    // The damage first: its label takes the place that it wants.
    let incident = head.incident.map(|place| place as usize).filter(|place| written.has(scene.run, *place));
    for session in 0..head.sessions.len() {
        let own = written.transactions(scene.run, session, scene.axis.scale, seen);
        crowded.push(own.len() as f64 * ROOM > scene.plan.length);
    }
    if let Some(place) = incident {
        one(scene, picture, written, place, &mut labels);
    }
    for (session, is_crowded) in crowded.iter().enumerate() {
        let Some(lane) = scene.plan.sessions.get(session).copied() else {
            continue;
        };
        if *is_crowded {
            crowd(scene, picture, index, session, lane);
            continue;
        }
        for place in written.transactions(scene.run, session, scene.axis.scale, seen) {
            if incident != Some(*place as usize) {
                one(scene, picture, written, *place as usize, &mut labels);
            }
        }
    }
    if let Some(place) = incident.filter(|_| crowded.contains(&true)) {
        // Over the crowd that hides it.
        one(scene, picture, written, place, &mut Vec::new());
    }
    savepoints(scene, picture, index);
}

fn one(scene: &Scene, picture: &mut Picture, written: &Written, place: usize, labels: &mut Vec<Rect>) {
    let head = &scene.run.head;
    let Some(transaction) = head.transactions.get(place) else {
        return;
    };
    let session = head.sessions.iter().position(|session| *session == transaction.session);
    let Some((session, lane)) = session.and_then(|at| Some((at, *scene.plan.sessions.get(at)?))) else {
        return;
    };
    let is_incident = head.incident == Some(place as u32);
    if let Some(rect) = sessions::draw_one(scene, picture, place, transaction, lane, is_incident) {
        let next = || head.transactions.get(written.next_in_session(session, transaction.end_us, scene.run)?);
        sessions::label(scene, picture, transaction, (rect, lane), is_incident, labels, next);
    }
}

/// So many transactions that none can be told from its neighbours.
fn crowd(scene: &Scene, picture: &mut Picture, index: &Index, session: usize, lane: Lane) {
    let plan = scene.plan;
    let own = index.written(scene.axis.scale, scene.step);
    let own = own.transactions(scene.run, session, scene.axis.scale, in_sight(scene));
    let (top, base) = if plan.down { (lane.from + 2.0, lane.from + 20.0) } else { (lane.from + 5.0, lane.from + 25.0) };
    let over = |long: f64| if plan.down { (top, top + long) } else { (base - long, base) };
    let shapes = index.columns.session(scene, index, session, || {
        let ends = ends(scene, own);
        let talls = columns::talls(ends.iter().map(|ends| ends.all));
        let columns: Vec<(Ends, f64)> =
            ends.into_iter().zip(talls).map(|(ends, tall)| (ends, (base - top) * tall)).collect();
        let all = columns::blocks(&columns, |(ends, tall)| (ends.all > 0).then(|| over(*tall)));
        let some = columns::blocks(&columns, |(ends, tall)| {
            let share = ends.aborted as f64 / ends.all.max(1) as f64;
            (ends.aborted > 0).then(|| over((tall * share).max(2.0)))
        });
        Shapes { all, some }
    });
    let faint = (scene.now() / columns::WIDE + 1.0).max(0.0) as usize;
    columns::fill(scene, picture, Ink::Mark, &shapes.all, faint);
    // Rolled back: hollow, as a bar of its own would be.
    columns::fill(scene, picture, Ink::Line, &shapes.some, faint);
    if !plan.down {
        let said = t("deep.crowd", &[("count", &format::count(own.len() as u64))]);
        let at = plan.point(plan.length / 2.0, lane.to - 8.0);
        picture.text(Ink::Muted, LEGIBLE, at, said, Type::SMALL.halo());
    }
}

/// How many transactions of a session end in a column, and how many of them are rolled back.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    all: usize,
    aborted: usize,
}

/// How many transactions end in each column.
fn ends(scene: &Scene, own: &[u32]) -> Vec<Ends> {
    let mut ends: Vec<Ends> = vec![Ends::default(); columns::many(scene.plan.length)];
    for one in own.iter().filter_map(|place| scene.run.head.transactions.get(*place as usize)) {
        let along = scene.along(one.end_us, one.end_lsn.unwrap_or(one.first_lsn));
        if let Some(count) = ends.get_mut((along / columns::WIDE).max(0.0) as usize) {
            count.all += 1;
            count.aborted += usize::from(one.fate == Fate::RolledBack);
        }
    }
    ends
}

/// Where a savepoint was set, gone back to or released, on the bar of its transaction.
fn savepoints(scene: &Scene, picture: &mut Picture, index: &Index) {
    let run = scene.run;
    let written = index.written(scene.axis.scale, scene.step);
    for (step, session, saving) in index.savepoints.iter().filter(|(step, ..)| written.has_step(run, *step)) {
        let lane = run.head.sessions.iter().position(|each| each == session);
        let Some(lane) = lane.and_then(|lane| scene.plan.sessions.get(lane)).copied() else {
            continue;
        };
        let along = match scene.axis.scale {
            Scale::Time => scene.along(run.step_time(*step), 0),
            Scale::Lsn => scene.along(0, run.lsn_at(*step)),
        };
        if !scene.plan.is_seen(along, along) {
            continue;
        }
        let (from, to) = if scene.plan.down {
            (lane.from + 2.0, lane.from + 14.0)
        } else if lane.to - lane.from > 38.0 {
            (lane.from + 7.0, lane.from + 23.0)
        } else {
            (lane.from + 5.0, lane.from + 18.0)
        };
        let middle = f64::midpoint(from, to);
        let alpha = scene.ink_of(*step);
        let point = |by: f64, over: f64| scene.plan.point(along + by, over);
        match saving {
            Saving::Set => {
                picture.add(Ink::Surface, 1.0, Form::Disc { at: point(0.0, middle), radius: 5.0 });
                picture.add(Ink::Mark, alpha, Form::Disc { at: point(0.0, middle), radius: 2.5 });
            }
            Saving::BackTo => {
                let corners =
                    |size: f64| [point(-size, middle), point(size, middle - size), point(size, middle + size)];
                picture.add(Ink::Surface, 1.0, Form::Triangle { corners: corners(7.0) });
                picture.add(Ink::Mark, alpha, Form::Triangle { corners: corners(4.0) });
            }
            Saving::Released => {
                picture.line(Ink::Surface, 1.0, point(0.0, from), point(0.0, to), 4.0, Stroke::Solid);
                picture.line(Ink::Mark, alpha, point(0.0, from), point(0.0, to), 1.5, Stroke::Dotted);
            }
        }
        let at = point(0.0, middle);
        picture.hit(Thing::Note(*step), Rect { x: at.x - 5.0, y: at.y - 5.0, w: 10.0, h: 10.0 });
    }
    for step in index.said().iter().filter(|step| written.has_step(run, **step)) {
        sessions::note(scene, picture, *step as usize);
    }
}
