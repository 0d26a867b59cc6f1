//! The picture in depth: what the lab paints, with as much of it as fits: densities from afar, records with their names from near.

use super::index::{Index, Sort};
use super::lit::Lit;
use super::strips::{self, Strips};
use super::{faults, lit, log, marks, names, sessions, storage, tree};
use crate::bench::point::Pointed;
use crate::state::Run;
use crate::timeline::axis::Scale;
use crate::timeline::layout::{self, Lane, Plan, Scene};
use crate::timeline::paint::Palette;
use crate::timeline::shapes::Picture;
use crate::timeline::stage::Draw;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use web_sys::CanvasRenderingContext2d;

/// How much taller the log's lane is than the lab's: three lines of text.
const LOG_EXTRA: f64 = 34.0;

/// What the picture depends on beside the scene; shared with the component that fills it in.
#[derive(Debug, Clone, Default)]
pub struct Depth(Rc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    index: RefCell<Rc<Index>>,
    lit: RefCell<Lit>,
    /// Records that a row or a page is owed to, by their places in the columns.
    path: RefCell<Vec<usize>>,
    strips: RefCell<Strips>,
    /// The timeline that a recovery to the target would follow.
    followed: Cell<u32>,
}

impl Depth {
    pub fn put_index(&self, run: &Run, index: Rc<Index>) {
        let pointed = self.0.lit.borrow().pointed.clone();
        self.0.lit.replace(Lit::new(run, pointed));
        self.0.index.replace(index);
    }

    pub fn index(&self) -> Rc<Index> {
        self.0.index.borrow().clone()
    }

    /// A recovery to the target would follow another timeline.
    pub fn follow(&self, timeline: u32) {
        self.0.followed.set(timeline);
    }

    /// What is pointed at; whether that is something else than before.
    pub fn light(&self, run: &Run, pointed: Pointed) -> bool {
        let lit = Lit::new(run, pointed);
        self.0.lit.replace(lit).pointed != self.0.lit.borrow().pointed
    }

    /// The records behind a row or a page; whether there is something else to show.
    pub fn light_path(&self, run: &Run, records: &[(u32, u64)]) -> bool {
        let path = lit::places(run, records);
        self.0.path.replace(path.clone()) != path
    }

    pub fn path_length(&self) -> usize {
        self.0.path.borrow().len()
    }

    /// The next step of a sort, or the one before.
    pub fn next(&self, sort: Sort, step: u32, forward: bool) -> Option<u32> {
        self.0.index.borrow().next(sort, step, forward)
    }
}

impl Draw for Depth {
    fn plan(&self, run: &Run, width: f64, down: bool) -> Plan {
        deepened(Plan::new(run, width, down), run, !self.0.index.borrow().faults.is_empty())
    }

    fn picture(&self, scene: &Scene) -> Picture {
        let index = self.index();
        let followed = scene.run.head.report.as_ref().map_or(1, |report| report.parent_timeline);
        let find = |lsn| index.find(scene.run, followed, lsn);
        let scene = &Scene { find: Some(&find), ..*scene };
        let mut picture = drawn(scene, &index, self.0.followed.get());
        lit::draw_path(scene, &mut picture, &self.0.path.borrow());
        lit::draw(scene, &mut picture, &index, &self.0.lit.borrow());
        picture
    }

    fn paint(
        &self,
        canvas: &CanvasRenderingContext2d,
        palette: &Palette,
        scene_and_picture: (&Scene, &Picture),
        ratio: f64,
        afresh: bool,
    ) {
        strips::paint(&mut self.0.strips.borrow_mut(), canvas, palette, scene_and_picture, ratio, afresh);
    }
}

/// The plan with room for records that are written out.
pub fn deepened(mut plan: Plan, run: &Run, has_faults: bool) -> Plan {
    if !plan.down {
        let moved = |lane: &mut Lane| *lane = Lane { from: lane.from + LOG_EXTRA, to: lane.to + LOG_EXTRA };
        plan.log.to += LOG_EXTRA;
        [&mut plan.segments, &mut plan.archive, &mut plan.backups, &mut plan.timelines].into_iter().for_each(moved);
        plan.server.as_mut().into_iter().for_each(moved);
        plan.height += LOG_EXTRA;
        // And for every line of the tree of timelines.
        let more = (tree::lines(run) as f64 * tree::PITCH + 4.0) - (plan.timelines.to - plan.timelines.from);
        plan.timelines.to += more;
        if let Some(lane) = &mut plan.server {
            *lane = Lane { from: lane.from + more, to: lane.to + more };
        }
        plan.height += more;
        // And over the sessions for what went wrong.
        if has_faults {
            let moved = |lane: &mut Lane| *lane = Lane { from: lane.from + faults::ROOM, to: lane.to + faults::ROOM };
            plan.sessions.iter_mut().for_each(moved);
            [&mut plan.log, &mut plan.segments, &mut plan.archive, &mut plan.backups, &mut plan.timelines]
                .into_iter()
                .for_each(moved);
            plan.server.as_mut().into_iter().for_each(moved);
            plan.height += faults::ROOM;
        }
    }
    plan
}

/// The values that are in sight.
pub fn in_sight(scene: &Scene) -> (f64, f64) {
    let value = |share: f64| scene.axis.value(share);
    (value(scene.window.from), value(scene.window.to))
}

/// The places of the records in sight.
pub fn places(scene: &Scene, index: &Index) -> Range<usize> {
    let (from, to) = in_sight(scene);
    index.written(scene.axis.scale, scene.step).range(scene.run, scene.axis.scale, from, to)
}

/// All but what is lit; a recovery to the target would follow that timeline.
pub fn drawn(scene: &Scene, index: &Index, followed: u32) -> Picture {
    let mut picture = Picture::default();
    if !scene.run.is_there() {
        return picture;
    }
    // Near by, the axis' labels have decimals.
    let (from, to) = in_sight(scene);
    let long = scene.axis.scale == Scale::Time && to - from < 20e6;
    let apart = if scene.plan.down {
        40.0
    } else if long {
        112.0
    } else {
        76.0
    };
    if scene.plan.down {
        // Long labels of the axis reach over the first lanes.
        layout::cut::draw_left_behind(scene, &mut picture);
        names::draw(scene, &mut picture);
        layout::ground::draw_axis(scene, &mut picture, apart);
    } else {
        names::draw(scene, &mut picture);
        layout::ground::draw_axis(scene, &mut picture, apart);
        layout::cut::draw_left_behind(scene, &mut picture);
    }
    tree::draw(scene, &mut picture, index, followed);
    storage::draw(scene, &mut picture, index);
    log::draw(scene, &mut picture, index);
    marks::draw(scene, &mut picture, index);
    sessions::draw(scene, &mut picture, index);
    faults::draw(scene, &mut picture, index);
    layout::cut::draw_balance(scene, &mut picture);
    layout::ground::draw_position(scene, &mut picture);
    picture
}
