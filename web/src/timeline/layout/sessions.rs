//! A lane for each session; its transactions are bars from begin to end.
//!
//! Committed: solid with a round end. Open: outlined. Rolled back: hollow and struck. The damage: in alarm, and crossed.
//! What a recovery has replayed is filled anew, from where it began.

use super::{Lane, Scene};
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Rect, Stroke, Thing, Type, within};
use crate::words::t;
use pitr_protocol::{Fate, StepKind, TransactionSpan};

/// A bar's extent in its lane, and along.
pub struct Bar {
    pub along: (f64, f64),
    pub over: (f64, f64),
}

pub fn draw(scene: &Scene, picture: &mut Picture) {
    let head = &scene.run.head;
    let mut labels: Vec<Rect> = Vec::new();
    // The damage first: its label takes the place that it wants.
    let order = head.incident.map(|index| index as usize).into_iter();
    let order = order.chain((0..head.transactions.len()).filter(|index| Some(*index as u32) != head.incident));
    for index in order {
        let Some(transaction) = head.transactions.get(index) else {
            continue;
        };
        let lane = head.sessions.iter().position(|session| *session == transaction.session);
        let Some(lane) = lane.and_then(|lane| scene.plan.sessions.get(lane)) else {
            continue;
        };
        let is_incident = head.incident == Some(index as u32);
        let Some(rect) = draw_one(scene, picture, index, transaction, *lane, is_incident) else {
            continue;
        };
        let same =
            |other: &&TransactionSpan| other.session == transaction.session && other.begin_us >= transaction.end_us;
        let next = || head.transactions.iter().find(same);
        label(scene, picture, transaction, (rect, *lane), is_incident, &mut labels, next);
    }
    let said = scene.run.steps.kind.iter().enumerate().filter(|(_, kind)| **kind == StepKind::Noted);
    said.for_each(|(step, _)| note(scene, picture, step));
}

pub fn bar(scene: &Scene, transaction: &TransactionSpan, lane: Lane) -> Bar {
    let from = scene.along(transaction.begin_us, transaction.first_lsn);
    let to = scene.along(transaction.end_us, transaction.end_lsn.unwrap_or(transaction.first_lsn));
    let least = if scene.plan.length > 40.0 * scene.run.head.transactions.len() as f64 { 8.0 } else { 3.0 };
    let over = if scene.plan.down {
        (lane.from + 2.0, lane.from + 14.0)
    } else if lane.to - lane.from > 38.0 {
        (lane.from + 7.0, lane.from + 23.0)
    } else {
        (lane.from + 5.0, lane.from + 18.0)
    };
    // A single statement is as wide as its mark, and ends where it committed.
    Bar { along: (from.min(to - least), to), over }
}

/// A transaction's bar; where it lies, if it is in sight.
pub fn draw_one(
    scene: &Scene,
    picture: &mut Picture,
    index: usize,
    transaction: &TransactionSpan,
    lane: Lane,
    is_incident: bool,
) -> Option<Rect> {
    let plan = scene.plan;
    let Bar { along, over } = bar(scene, transaction, lane);
    if !plan.is_seen(along.0, along.1) {
        return None;
    }
    let rect = plan.rect((plan.clip(along.0), plan.clip(along.1)), over);
    let begun = scene.has_happened(transaction.begin_step);
    let ended = scene.has_happened(transaction.end_step) && transaction.fate != Fate::Open;
    if begun && !ended {
        open(scene, picture, along, over, transaction);
    } else {
        let alpha = scene.ink_of(transaction.end_step);
        match transaction.fate {
            Fate::Open => picture.outline(Ink::Mark, alpha, rect, 4.0, 1.5, Stroke::Solid),
            Fate::RolledBack => rolled_back(scene, picture, rect, alpha),
            Fate::Committed if is_incident => picture.fill(Ink::Alarm, alpha, rect, 3.0),
            Fate::Committed => committed(scene, picture, rect, alpha, Ink::Mark),
        }
        if ended && transaction.fate == Fate::Committed {
            replayed(scene, picture, transaction, along, over);
        }
        if is_incident {
            cross(scene, picture, along, over, alpha);
        }
    }
    picture.hit(Thing::Transaction(index), rect);
    Some(rect)
}

fn open(scene: &Scene, picture: &mut Picture, along: (f64, f64), over: (f64, f64), transaction: &TransactionSpan) {
    let plan = scene.plan;
    let now = within(scene.now(), along.0 + 3.0, along.1.max(along.0 + 3.0));
    let whole = plan.rect((plan.clip(along.0), plan.clip(along.1)), over);
    picture.fill(Ink::Mark, super::FAINT * 0.6, whole, 4.0);
    let so_far = plan.rect((plan.clip(along.0), plan.clip(now)), over);
    picture.fill(Ink::Surface, 1.0, so_far, 4.0);
    let alpha = scene.ink_of(transaction.begin_step);
    picture.outline(Ink::Mark, alpha, so_far, 4.0, 1.75, Stroke::Solid);
}

fn committed(scene: &Scene, picture: &mut Picture, rect: Rect, alpha: f32, ink: Ink) {
    picture.fill(ink, alpha, rect, 4.0);
    let at = if scene.plan.down {
        super::super::shapes::Point { x: rect.centre().x, y: rect.bottom() }
    } else {
        super::super::shapes::Point { x: rect.right(), y: rect.centre().y }
    };
    let thin = if scene.plan.down { rect.h } else { rect.w };
    if thin >= 6.0 {
        picture.add(Ink::Surface, 1.0, Form::Disc { at, radius: 5.5 });
        picture.add(ink, alpha, Form::Ring { at, radius: 4.5, width: 2.5 });
    }
}

fn rolled_back(scene: &Scene, picture: &mut Picture, rect: Rect, alpha: f32) {
    picture.fill(Ink::Surface, 1.0, rect, 4.0);
    picture.outline(Ink::Muted, alpha, rect, 4.0, 1.5, Stroke::Solid);
    let centre = rect.centre();
    let (from, to) = if scene.plan.down {
        ((centre.x, rect.y - 4.0), (centre.x, rect.bottom() + 4.0))
    } else {
        ((rect.x - 4.0, centre.y), (rect.right() + 4.0, centre.y))
    };
    let point = |(x, y)| super::super::shapes::Point { x, y };
    picture.line(Ink::Muted, alpha, point(from), point(to), 1.5, Stroke::Solid);
}

/// What the recovery has brought back of it.
fn replayed(scene: &Scene, picture: &mut Picture, transaction: &TransactionSpan, along: (f64, f64), over: (f64, f64)) {
    let (Some(to), Some(redo), Some(end)) = (scene.replayed_to(), scene.redo_lsn(), transaction.end_lsn) else {
        return;
    };
    if !scene.is_recovering() || to <= transaction.first_lsn || end < redo {
        return;
    }
    // Another history has other records at the same place.
    let step = scene.run.records.step.get(scene.find(end + 1));
    if !step.is_some_and(|step| (transaction.begin_step..=transaction.end_step).contains(step)) {
        return;
    }
    let span = end.saturating_sub(transaction.first_lsn).max(1) as f64;
    let share = ((to - transaction.first_lsn) as f64 / span).min(1.0);
    // Replay has stopped inside it: nothing of it will be seen.
    if to <= end && scene.replay_is_over() {
        return;
    }
    let plan = scene.plan;
    let done = along.0 + (along.1 - along.0) * share;
    let rect = plan.rect((plan.clip(along.0), plan.clip(done)), over);
    if share >= 1.0 && to > end {
        committed(scene, picture, rect, 1.0, Ink::Accent);
    } else {
        picture.fill(Ink::Accent, 1.0, rect, 4.0);
    }
}

fn cross(scene: &Scene, picture: &mut Picture, along: (f64, f64), over: (f64, f64), alpha: f32) {
    let at = scene.plan.point(along.1 + 11.0, f64::midpoint(over.0, over.1));
    if scene.plan.is_seen(along.1, along.1) {
        picture.add(Ink::Alarm, alpha, Form::Cross { at, radius: 6.0, width: 3.0 });
    }
}

/// A transaction's number and more, where there is room; `next` is the session's next transaction.
pub fn label<'a>(
    scene: &Scene,
    picture: &mut Picture,
    transaction: &TransactionSpan,
    (rect, lane): (Rect, Lane),
    is_incident: bool,
    labels: &mut Vec<Rect>,
    next: impl Fn() -> Option<&'a TransactionSpan>,
) {
    let plan = scene.plan;
    let xid = transaction.xid.to_string();
    let mut forms: Vec<String> = Vec::new();
    if is_incident {
        let statement = scene.run.name(transaction.statement);
        forms.push(t("timeline.incident", &[("xid", &xid), ("statement", statement)]));
    } else if transaction.fate == Fate::RolledBack && !plan.down {
        forms.push(t("timeline.rolled_back", &[("xid", &xid)]));
    }
    forms.push(xid);
    let alpha = scene.ink_of(transaction.begin_step).max(super::LEGIBLE);
    let mut forms_left = forms.len();
    for text in forms {
        forms_left -= 1;
        let width = scene.width_of(&text, 13.0, is_incident);
        let place = if is_incident {
            incident_place(scene, rect, width)
        } else if plan.down {
            Rect { x: rect.right() + 4.0, y: rect.centre().y - 8.0, w: width, h: 16.0 }
        } else {
            Rect { x: rect.centre().x - width / 2.0, y: lane.to - 17.0, w: width, h: 15.0 }
        };
        let from = if plan.down { plan.labels.to } else { plan.start - 12.0 };
        // Side by side, a lane keeps its words to itself, but for the damage.
        let to = if plan.down && !is_incident { plan.width.min(lane.to + 4.0) } else { plan.width };
        let inside = place.x >= from && place.right() <= to;
        // A longer label must leave the next transaction room for its number.
        let next = if is_incident || forms_left == 0 { None } else { next() };
        let next = next.and_then(|next| number_place(scene, next, lane));
        let crowds = next.is_some_and(|next| next.meets(place.grown(3.0)));
        if inside && !crowds && labels.iter().all(|other| !other.grown(2.0).meets(place)) {
            let at = super::super::shapes::Point { x: place.x, y: place.centre().y };
            let font = Type::SMALL.held(Hold::Start);
            let font = if is_incident { font.bold().halo() } else { font };
            picture.text(if is_incident { Ink::Alarm } else { Ink::Muted }, alpha, at, text, font);
            labels.push(place);
            return;
        }
    }
}

/// Where the number of a transaction wants to stand.
fn number_place(scene: &Scene, next: &TransactionSpan, lane: Lane) -> Option<Rect> {
    let Bar { along, over } = bar(scene, next, lane);
    let centre = scene.plan.rect(along, over).centre();
    let width = scene.width_of(&next.xid.to_string(), 13.0, false);
    (!scene.plan.down).then(|| Rect { x: centre.x - width / 2.0, y: lane.to - 17.0, w: width, h: 15.0 })
}

/// Before the damage, which leaves the side behind the cut to what is said about that.
fn incident_place(scene: &Scene, rect: Rect, width: f64) -> Rect {
    if scene.plan.down {
        let x = (rect.right() - width).max(scene.plan.labels.to + 2.0);
        return Rect { x, y: rect.y - 21.0, w: width, h: 17.0 };
    }
    let left = rect.x - width - 8.0;
    let x = if left > scene.plan.start { left } else { rect.right() + 24.0 };
    Rect { x, y: rect.centre().y - 8.5, w: width, h: 17.0 }
}

/// What somebody said, as a small mark in the lane of who said it.
pub fn note(scene: &Scene, picture: &mut Picture, step: usize) {
    let run = scene.run;
    let session = run.steps.name.get(step).copied().unwrap_or(u32::MAX);
    let lane = run.head.sessions.iter().position(|each| *each == session);
    let Some(lane) = lane.and_then(|lane| scene.plan.sessions.get(lane)) else {
        return;
    };
    let step = step as u32;
    let along = scene.along(run.step_time(step), run.lsn_at(step));
    if !scene.plan.is_seen(along, along) {
        return;
    }
    let middle = if scene.plan.down { lane.from + 9.0 } else { lane.from + 15.0 };
    let at = scene.plan.point(along, middle);
    let rect = Rect { x: at.x - 8.0, y: at.y - 7.0, w: 16.0, h: 13.0 };
    let alpha = scene.ink_of(step);
    let corner = |x: f64, y: f64| super::super::shapes::Point { x: at.x + x, y: at.y + y };
    picture.fill(Ink::Surface, 1.0, rect.grown(2.0), 5.0);
    picture.fill(Ink::Text, alpha, rect, 4.0);
    picture.add(
        Ink::Text,
        alpha,
        Form::Triangle { corners: [corner(-5.0, 4.0), corner(-5.0, 11.0), corner(1.0, 5.0)] },
    );
    for dot in [-4.0, 0.0, 4.0] {
        picture.add(Ink::Surface, alpha, Form::Disc { at: corner(dot, -0.5), radius: 1.25 });
    }
    picture.hit(Thing::Note(step), rect);
}
