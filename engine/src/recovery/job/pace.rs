//! How long replay takes when several workers share it.
//!
//! Redo here is about one page at a time, and a page only needs its own records in their order (ARIES, Mohan et al. 1992, names this as what
//! makes redo parallel; Oracle's parallel recovery hands changes out by block). So each page belongs to one worker, by its number; a
//! record that changes two pages is work for both their workers. Who hands the records out keeps count of the tables' blocks. What is about no page (commits, files, restore points) is the first worker's.
//! All wait for the slowest before more log is fetched, at consistency, at a checkpoint's record and at the stop: between two such places the
//! time is that of the worker with the most to do. A test replays each worker's share by itself and compares every page.
//!
//! Left out: what it costs to read the log and to hand it out, and workers that are in one another's way.

use crate::types::{Micros, PageId};
use crate::wal::Body;

/// What the workers have done since they last waited for one another.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    loads: Vec<Micros>,
    /// What all of them have done in all.
    work: Micros,
}

/// The worker that a page belongs to.
pub fn worker_of(page: PageId, workers: u32) -> usize {
    (page.relation.0.wrapping_add(page.block) % workers.max(1)) as usize
}

/// The pages that a record changes.
pub fn pages_of(body: &Body<'_>) -> [Option<PageId>; 2] {
    match body {
        Body::Insert { page, .. } | Body::Delete { page, .. } => [Some(page.page), None],
        Body::Update { old, new, .. } => [Some(old.page), Some(new.page).filter(|new| *new != old.page)],
        Body::Sequence { relation, .. } => [Some(PageId { relation: *relation, block: 0 }), None],
        _ => [None, None],
    }
}

impl Pace {
    /// How much later replay is done when a record comes that is this much work.
    pub fn takes(&mut self, workers: u32, pages: [Option<PageId>; 2], work: Micros) -> Micros {
        self.work = self.work + work;
        if workers <= 1 {
            return work;
        }
        self.loads.resize(workers as usize, Micros::ZERO);
        let slowest = |loads: &[Micros]| loads.iter().copied().max().unwrap_or(Micros::ZERO);
        let before = slowest(&self.loads);
        let [first, second] = pages.map(|page| page.map(|page| worker_of(page, workers)));
        let first = first.unwrap_or(0);
        for worker in core::iter::once(first).chain(second.filter(|second| *second != first)) {
            if let Some(load) = self.loads.get_mut(worker) {
                *load = *load + work;
            }
        }
        slowest(&self.loads) - before
    }

    /// They wait for one another.
    pub fn everyone_is_done(&mut self) {
        self.loads.clear();
    }

    /// What one worker would have needed.
    pub fn work(&self) -> Micros {
        self.work
    }
}
