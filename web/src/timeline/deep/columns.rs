//! What stands in each column of a density, and the shapes that this makes: counted once for a part in sight, looked up in every frame.

use super::index::Index;
use super::written::Count;
use crate::timeline::axis::{Scale, Window};
use crate::timeline::layout::{FAINT, Scene};
use crate::timeline::shapes::{Hit, Ink, Picture};
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

/// Neighbours that are alike, as one shape: which columns, and over which stretch they reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub columns: Range<usize>,
    pub over: (f64, f64),
}

/// A density's shapes: of all that there is, and of some of it over that.
#[derive(Debug, Default)]
pub struct Shapes {
    pub all: Vec<Block>,
    pub some: Vec<Block>,
}

/// The log's density.
#[derive(Debug, Default)]
pub struct Log {
    pub columns: Vec<Stretch>,
    pub shapes: Shapes,
    pub hits: Vec<Hit>,
}

/// How tall each column is that has so many, of the tallest: what is rare stays in sight.
pub fn talls(counts: impl Iterator<Item = usize>) -> Vec<f64> {
    let logs: Vec<f64> = counts.map(|count| (1.0 + count as f64).ln()).collect();
    let most = logs.iter().copied().fold(0.0, f64::max);
    logs.into_iter().map(|log| if most > 0.0 { log / most } else { 0.0 }).collect()
}

/// What is in sight: of the axis, in which direction and how long, of the timeline that the server is on.
type Part = (Scale, Window, (bool, f64), u32);

/// The columns of the part that was last in sight.
#[derive(Debug, Default)]
pub struct Columns {
    part: Cell<Option<Part>>,
    log: RefCell<Option<Rc<Log>>>,
    sessions: RefCell<BTreeMap<usize, Rc<Shapes>>>,
}

impl Columns {
    /// Another part in sight has other columns.
    fn look_at(&self, scene: &Scene, index: &Index) {
        let live = index.histories.live_at(scene.step);
        let part = Some((scene.axis.scale, scene.window, (scene.plan.down, scene.plan.length), live));
        if self.part.replace(part) != part {
            self.log.take();
            self.sessions.take();
        }
    }

    /// The log's; `shaped` makes shapes of what was counted.
    pub fn log(&self, scene: &Scene, index: &Index, shaped: impl FnOnce(Vec<Stretch>) -> Log) -> Rc<Log> {
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
            let stretches = stretches.map(|((count, places), tall)| Stretch { places, count, tall });
            Rc::new(shaped(stretches.collect()))
        };
        Rc::clone(self.log.borrow_mut().get_or_insert_with(count))
    }

    /// A session's.
    pub fn session(&self, scene: &Scene, index: &Index, session: usize, shaped: impl FnOnce() -> Shapes) -> Rc<Shapes> {
        self.look_at(scene, index);
        Rc::clone(self.sessions.borrow_mut().entry(session).or_insert_with(|| Rc::new(shaped())))
    }
}

/// Shapes of columns, of which the function tells over which stretch they reach; in halves of a pixel, so that more of them are alike.
pub fn blocks<T>(columns: &[T], over: impl Fn(&T) -> Option<(f64, f64)>) -> Vec<Block> {
    let half = |value: f64| (value * 2.0).round() / 2.0;
    let mut blocks: Vec<Block> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let over = over(column).map(|(from, to)| (half(from), half(to))).filter(|(from, to)| from < to);
        match (over, blocks.last_mut()) {
            (Some(over), Some(last)) if last.over == over && last.columns.end == at => last.columns.end = at + 1,
            (Some(over), _) => blocks.push(Block { columns: at..at + 1, over }),
            (None, _) => {}
        }
    }
    blocks
}

/// Paints shapes, those faint that stand from a column on: it has not come to them yet.
pub fn fill(scene: &Scene, picture: &mut Picture, ink: Ink, blocks: &[Block], faint_from: usize) {
    for Block { columns, over } in blocks {
        let middle = faint_from.clamp(columns.start, columns.end);
        for (part, alpha) in [(columns.start..middle, 1.0), (middle..columns.end, FAINT)] {
            if !part.is_empty() {
                let along = (part.start as f64 * WIDE, part.end as f64 * WIDE);
                picture.fill(ink, alpha, scene.plan.rect(along, *over), 0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{many, shown_at};
    use super::*;
    use crate::timeline::shapes::Form;

    #[test]
    fn neighbours_that_are_alike_are_one_shape() {
        let of = |columns: &[f64]| blocks(columns, |tall| (*tall > 0.0).then_some((0.0, *tall)));
        let block = |columns, tall| Block { columns, over: (0.0, tall) };
        assert_eq!(
            of(&[2.0, 2.1, 0.0, 2.0, 3.0, 0.2]),
            [block(0..2, 2.0), block(3..4, 2.0), block(4..5, 3.0)],
            "what is lower than half of half a pixel is not there"
        );
        assert!(of(&[]).is_empty());
    }

    /// Of each column of the log's and the sessions' densities as it was painted: how faint it is.
    #[test]
    fn a_density_is_faint_from_where_the_run_has_not_come_to() {
        let run = many(50_000);
        let length = |step| {
            let (plan, picture) = shown_at(&run, 1360.0, Scale::Time, Window::default(), step);
            let fills = picture.shapes.iter().filter(|shape| matches!(shape.ink, Ink::Mark | Ink::MarkSoft));
            let (mut dark, mut faint) = (0.0, 0.0);
            for shape in fills {
                if let Form::Fill { rect, radius: 0.0 } = shape.form
                    && rect.y < plan.log.to
                {
                    *(if shape.alpha == FAINT { &mut faint } else { &mut dark }) += rect.w;
                }
            }
            (dark, faint)
        };
        let (dark, faint) = length(run.last_step());
        assert!(dark > 1000.0 && faint < 20.0, "all has happened: {dark} and {faint}");
        let (begun, ahead) = length(0);
        assert!(begun < 20.0 && begun + ahead == dark + faint, "nothing has: {begun} and {ahead}");
        let (half, rest) = length(run.last_step() / 2);
        assert!(half > 0.3 * dark && rest > 0.3 * dark && half + rest == dark + faint, "{half} and {rest}");
    }
}
