//! The buffer pool: pages in memory.
//!
//! The pool only holds pages. Reading them from the disk and writing them back, with the log flushed first, is the server's work.

use super::Page;
use crate::types::PageId;
use litemap::LiteMap;
use std::sync::Arc;

/// A page in memory.
#[derive(Debug, Clone)]
pub struct Frame {
    pub page: Arc<Page>,
    /// Whether it is newer than the one in the data file.
    pub dirty: bool,
    /// When it was last asked for, counted in requests.
    used: u64,
}

/// Pages in memory, up to a number of them.
#[derive(Debug, Clone)]
pub struct Pool {
    frames: LiteMap<PageId, Frame>,
    capacity: usize,
    requests: u64,
}

impl Pool {
    /// An empty pool for that many pages.
    pub fn new(capacity: usize) -> Pool {
        Pool { frames: LiteMap::new(), capacity, requests: 0 }
    }

    /// A page, if it is here.
    pub fn get(&mut self, id: PageId) -> Option<&Arc<Page>> {
        self.requests += 1;
        let frame = self.frames.get_mut(&id)?;
        frame.used = self.requests;
        Some(&frame.page)
    }

    /// A page, if it is here, without counting as a use.
    pub fn peek(&self, id: PageId) -> Option<&Arc<Page>> {
        self.frames.get(&id).map(|frame| &frame.page)
    }

    /// Takes in a page as it stands in the data file.
    pub fn admit(&mut self, id: PageId, page: Page) -> Arc<Page> {
        self.requests += 1;
        let used = self.requests;
        let page = Arc::new(page);
        self.frames.insert(id, Frame { page: Arc::clone(&page), dirty: false, used });
        page
    }

    /// A page to change; it becomes dirty. `None` if it is not here.
    pub fn change(&mut self, id: PageId) -> Option<&mut Page> {
        self.requests += 1;
        let frame = self.frames.get_mut(&id)?;
        frame.used = self.requests;
        frame.dirty = true;
        Some(Arc::make_mut(&mut frame.page))
    }

    /// The page now stands in the data file as it is here.
    pub fn written(&mut self, id: PageId) {
        if let Some(frame) = self.frames.get_mut(&id) {
            frame.dirty = false;
        }
    }

    /// Forgets a page.
    pub fn evict(&mut self, id: PageId) {
        self.frames.remove(&id);
    }

    /// The page to give up next, least recently used first, if there are more than fit.
    pub fn surplus(&self) -> Option<PageId> {
        if self.frames.len() <= self.capacity {
            return None;
        }
        self.frames.iter().min_by_key(|(_, frame)| frame.used).map(|(id, _)| *id)
    }

    /// All frames, by page.
    pub fn frames(&self) -> impl Iterator<Item = (PageId, &Frame)> {
        self.frames.iter().map(|(id, frame)| (*id, frame))
    }

    /// The dirty pages, by page.
    pub fn dirty(&self) -> Vec<PageId> {
        self.frames.iter().filter(|(_, frame)| frame.dirty).map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RelationId;

    #[test]
    fn the_least_recently_used_page_goes_first() {
        let id = |block| PageId { relation: RelationId(16), block };
        let mut pool = Pool::new(2);
        for block in 0..2 {
            pool.admit(id(block), Page::new(id(block), 1024));
        }
        assert_eq!(pool.surplus(), None);
        pool.admit(id(2), Page::new(id(2), 1024));
        pool.get(id(0));
        assert_eq!(pool.surplus(), Some(id(1)));
        pool.evict(id(1));
        assert_eq!(pool.surplus(), None);
        pool.change(id(2));
        assert_eq!(pool.dirty(), [id(2)]);
        pool.written(id(2));
        assert!(pool.dirty().is_empty());
    }
}
