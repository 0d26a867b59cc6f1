//! The buffer pool: pages in memory.
//!
//! The pool only holds pages. Reading them from the disk and writing them back, with the log flushed first, is the server's work.
//!
//! Which page goes when there are too many is found by a clock sweep, as in PostgreSQL (`storage/buffer/README`): each use of a page adds
//! to its count, up to five; the hand goes round, takes one off each count that it passes, and stops at a page that has none left.

use super::Page;
use crate::types::{Lsn, PageId, RelationId};
use litemap::LiteMap;
use std::sync::Arc;

/// No page gains more by being used again and again.
const USES_MAX: u8 = 5;

/// A page in memory.
#[derive(Debug, Clone)]
pub struct Frame {
    pub page: Arc<Page>,
    /// Whether it is newer than the one in the data file.
    pub dirty: bool,
    /// Uses that the hand has not taken off yet.
    uses: u8,
    id: PageId,
}

/// Pages in memory, up to a number of them.
#[derive(Debug, Clone)]
pub struct Pool {
    frames: Vec<Frame>,
    /// For each block of a table the place of its frame, counted from 1; 0 if it is not here.
    places: LiteMap<RelationId, Vec<u32>>,
    capacity: usize,
    hand: usize,
}

impl Pool {
    /// An empty pool for that many pages.
    pub fn new(capacity: usize) -> Pool {
        Pool { frames: Vec::new(), places: LiteMap::new(), capacity, hand: 0 }
    }

    fn place(&self, id: PageId) -> Option<usize> {
        let place = *self.places.get(&id.relation)?.get(id.block as usize)?;
        (place as usize).checked_sub(1)
    }

    fn used(&mut self, id: PageId) -> Option<&mut Frame> {
        let place = self.place(id)?;
        let frame = self.frames.get_mut(place)?;
        frame.uses = (frame.uses + 1).min(USES_MAX);
        Some(frame)
    }

    /// A page, if it is here.
    pub fn get(&mut self, id: PageId) -> Option<&Arc<Page>> {
        self.used(id).map(|frame| &frame.page)
    }

    /// A page, if it is here, without counting as a use.
    pub fn peek(&self, id: PageId) -> Option<&Arc<Page>> {
        self.frames.get(self.place(id)?).map(|frame| &frame.page)
    }

    /// Takes in a page as it stands in the data file. The block must be one that its table has: a place is kept for each before it.
    pub fn admit(&mut self, id: PageId, page: Page) -> &Arc<Page> {
        let frame = Frame { page: Arc::new(page), dirty: false, uses: 1, id };
        let place = match self.place(id) {
            Some(place) => {
                self.frames[place] = frame;
                place
            }
            None => {
                let places = self.places.entry(id.relation).or_default();
                if places.len() <= id.block as usize {
                    places.resize(id.block as usize + 1, 0);
                }
                places[id.block as usize] = self.frames.len() as u32 + 1;
                self.frames.push(frame);
                self.frames.len() - 1
            }
        };
        &self.frames[place].page
    }

    /// A page to change; it becomes dirty. `None` if it is not here.
    pub fn change(&mut self, id: PageId) -> Option<&mut Page> {
        let frame = self.used(id)?;
        frame.dirty = true;
        Some(Arc::make_mut(&mut frame.page))
    }

    /// A page to change, as [`Pool::change`] gives it, if its LSN lies before this.
    pub fn change_before(&mut self, id: PageId, end: Lsn) -> Option<&mut Page> {
        let frame = self.used(id).filter(|frame| frame.page.lsn() < end)?;
        frame.dirty = true;
        Some(Arc::make_mut(&mut frame.page))
    }

    /// Whether a page is here, and newer than the one in the data file.
    pub fn is_dirty(&self, id: PageId) -> bool {
        self.place(id).and_then(|place| self.frames.get(place)).is_some_and(|frame| frame.dirty)
    }

    /// The page now stands in the data file as it is here.
    pub fn written(&mut self, id: PageId) {
        if let Some(place) = self.place(id) {
            self.frames[place].dirty = false;
        }
    }

    /// Forgets a page.
    pub fn evict(&mut self, id: PageId) {
        let Some(place) = self.place(id) else {
            return;
        };
        self.frames.swap_remove(place);
        self.put_place(id, 0);
        if let Some(moved) = self.frames.get(place) {
            self.put_place(moved.id, place as u32 + 1);
        }
    }

    fn put_place(&mut self, id: PageId, place: u32) {
        if let Some(kept) = self.places.get_mut(&id.relation).and_then(|places| places.get_mut(id.block as usize)) {
            *kept = place;
        }
    }

    /// The page to give up next, and whether it is dirty, if there are more than fit.
    pub fn surplus(&mut self) -> Option<(PageId, bool)> {
        if self.frames.len() <= self.capacity {
            return None;
        }
        loop {
            self.hand = if self.hand < self.frames.len() { self.hand } else { 0 };
            let frame = &mut self.frames[self.hand];
            if frame.uses == 0 {
                return Some((frame.id, frame.dirty));
            }
            frame.uses -= 1;
            self.hand += 1;
        }
    }

    /// All frames, by page.
    pub fn frames(&self) -> impl Iterator<Item = (PageId, &Frame)> {
        let places = self.places.iter().flat_map(|(_, places)| places);
        let here = places.filter_map(|place| (*place as usize).checked_sub(1));
        here.map(|place| (self.frames[place].id, &self.frames[place]))
    }

    /// The dirty pages, by page.
    pub fn dirty(&self) -> Vec<PageId> {
        self.frames().filter(|(_, frame)| frame.dirty).map(|(id, _)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RelationId;

    #[test]
    fn a_page_that_is_used_less_goes_first() {
        let id = |block| PageId { relation: RelationId(16), block };
        let mut pool = Pool::new(2);
        for block in 0..2 {
            pool.admit(id(block), Page::new(id(block), 1024));
        }
        assert_eq!(pool.surplus(), None);
        pool.admit(id(2), Page::new(id(2), 1024));
        pool.get(id(0));
        assert_eq!(pool.surplus(), Some((id(1), false)));
        pool.evict(id(1));
        assert_eq!(pool.surplus(), None);
        assert_eq!(pool.frames().map(|(id, _)| id.block).collect::<Vec<_>>(), [0, 2]);
        assert!(pool.peek(id(1)).is_none() && pool.peek(id(2)).is_some());
        pool.change(id(2));
        assert_eq!(pool.dirty(), [id(2)]);
        pool.written(id(2));
        assert!(pool.dirty().is_empty());
    }
}
