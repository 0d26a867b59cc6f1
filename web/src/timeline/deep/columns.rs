//! What stands in each column of a density: counted once for a part in sight, looked up in every frame.

use super::index::Index;
use super::written::Count;
use crate::timeline::axis::{Scale, Window};
use crate::timeline::layout::Scene;
use crate::timeline::shapes::{Ink, Picture};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// Pixels that a column takes.
pub const WIDE: f64 = 2.0;

/// How many columns there are in a length.
pub fn many(length: f64) -> usize {
    (length / WIDE).ceil() as usize
}

/// A stretch of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Places in what has been written.
    pub places: Range<usize>,
    pub count: Count,
    /// How tall it is, of the tallest.
    pub tall: f64,
}

/// How many transactions of a session end in a column, how many of them are rolled back, and how tall it is, of the tallest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ends {
    pub all: u32,
    pub aborted: u32,
    pub tall: f64,
}

/// How tall each column is that has so many, of the tallest: what is rare stays in sight.
pub fn talls(counts: impl Iterator<Item = usize>) -> Vec<f64> {
    let logs: Vec<f64> = counts.map(|count| (1.0 + count as f64).ln()).collect();
    let most = logs.iter().copied().fold(0.0, f64::max);
    logs.into_iter().map(|log| if most > 0.0 { log / most } else { 0.0 }).collect()
}

/// The columns of the part that was last in sight.
#[derive(Debug, Default)]
pub struct Columns {
    part: Cell<Option<(Scale, Window, f64, u32)>>,
    log: RefCell<Option<Rc<[Stretch]>>>,
    sessions: RefCell<BTreeMap<usize, Rc<[Ends]>>>,
}

impl Columns {
    /// Another part in sight has other columns.
    fn look_at(&self, scene: &Scene, index: &Index) {
        let live = index.histories.live_at(scene.step);
        let part = Some((scene.axis.scale, scene.window, scene.plan.length, live));
        if self.part.replace(part) != part {
            self.log.take();
            self.sessions.take();
        }
    }

    /// The log's.
    pub fn log(&self, scene: &Scene, index: &Index) -> Rc<[Stretch]> {
        self.look_at(scene, index);
        let written = index.written(scene.axis.scale, scene.step);
        let count = || {
            let edge = |column: usize| {
                let value = scene.axis.value_at(column as f64 * WIDE, scene.window, scene.plan.length);
                written.place(scene.run, scene.axis.scale, value)
            };
            let edges: Vec<usize> = (0..=many(scene.plan.length)).map(edge).collect();
            let places = edges.windows(2).map(|pair| pair[0]..pair[1].max(pair[0]));
            let counted: Vec<_> = places.map(|places| (written.count(&places), places)).collect();
            let talls = talls(counted.iter().map(|(count, _)| count.all));
            let stretches = counted.into_iter().zip(talls);
            stretches.map(|((count, places), tall)| Stretch { places, count, tall }).collect()
        };
        Rc::clone(self.log.borrow_mut().get_or_insert_with(count))
    }

    /// A session's; counted by `count` where they are not known.
    pub fn session(
        &self,
        scene: &Scene,
        index: &Index,
        session: usize,
        count: impl FnOnce() -> Vec<Ends>,
    ) -> Rc<[Ends]> {
        self.look_at(scene, index);
        let counted = || {
            let mut ends = count();
            let talls = talls(ends.iter().map(|ends| ends.all as usize));
            ends.iter_mut().zip(talls).for_each(|(ends, tall)| ends.tall = tall);
            ends.into()
        };
        Rc::clone(self.sessions.borrow_mut().entry(session).or_insert_with(counted))
    }
}

/// Paints columns of which the function tells over which stretch they reach and how faint they are; neighbours that are alike are one shape,
/// since a picture is painted sixty times a second.
pub fn fill<T>(
    scene: &Scene,
    picture: &mut Picture,
    ink: Ink,
    columns: &[T],
    column: impl Fn(usize, &T) -> Option<((f64, f64), f32)>,
) {
    let half = |value: f64| (value * 2.0).round() / 2.0;
    let mut run: Option<(usize, (f64, f64), f32)> = None;
    for at in 0..=columns.len() {
        let next = columns.get(at).and_then(|each| column(at, each));
        let next = next.map(|((from, to), alpha)| ((half(from), half(to)), alpha)).filter(|((from, to), _)| from < to);
        if let Some((begin, over, alpha)) = run
            && next != Some((over, alpha))
        {
            let along = (begin as f64 * WIDE, at as f64 * WIDE);
            picture.fill(ink, alpha, scene.plan.rect(along, over), 0.0);
            run = None;
        }
        if let (None, Some((over, alpha))) = (run, next) {
            run = Some((at, over, alpha));
        }
    }
}
