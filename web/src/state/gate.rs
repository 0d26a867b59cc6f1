//! Of many wishes only the latest counts: one request is under way, and what is wished meanwhile replaces what was wished before.

/// Lets one request through at a time and remembers the latest wish that had to wait.
#[derive(Debug, Clone)]
pub struct Gate<T> {
    under_way: Option<u32>,
    waiting: Option<T>,
}

impl<T> Default for Gate<T> {
    fn default() -> Gate<T> {
        Gate { under_way: None, waiting: None }
    }
}

impl<T> Gate<T> {
    /// Takes a wish; gives it back if it may go now. Then `sent` must follow.
    pub fn want(&mut self, wish: T) -> Option<T> {
        if self.under_way.is_some() {
            self.waiting = Some(wish);
            return None;
        }
        Some(wish)
    }

    /// The request that went has this id.
    pub fn sent(&mut self, id: u32) {
        self.under_way = Some(id);
    }

    /// Whether the request with this id was under way; if so, it is no more.
    pub fn answered(&mut self, id: u32) -> bool {
        let ours = self.under_way == Some(id);
        if ours {
            self.under_way = None;
        }
        ours
    }

    /// The wish that waited, if the way is free. Then `sent` must follow.
    pub fn next(&mut self) -> Option<T> {
        if self.under_way.is_some() { None } else { self.waiting.take() }
    }

    /// Whether nothing is under way.
    pub fn is_free(&self) -> bool {
        self.under_way.is_none()
    }

    /// Forgets what is under way and what waits.
    pub fn clear(&mut self) {
        *self = Gate::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_wish_wins() {
        let mut gate = Gate::default();
        assert_eq!(gate.want(1), Some(1));
        gate.sent(10);
        assert_eq!(gate.want(2), None);
        assert_eq!(gate.want(3), None);
        assert_eq!(gate.next(), None, "nothing goes while one is under way");
        assert!(!gate.answered(9));
        assert!(gate.answered(10));
        assert_eq!(gate.next(), Some(3));
        gate.sent(11);
        assert!(gate.answered(11));
        assert_eq!(gate.next(), None);
    }
}
