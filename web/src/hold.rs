//! While a hand holds the timeline its eyes are on the picture: what is costly beside it follows seldom.

use crate::timeline::within;

/// Of so many milliseconds one goes into what follows, and so long it waits at most.
const SHARE: f64 = 40.0;
const MOST_MS: f64 = 2_000.0;

/// Whether a pointer is down on the timeline.
pub fn is_held() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.and_then(|document| document.query_selector(".timeline-card :active").ok().flatten()).is_some()
}

/// What it cost last time, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Toll {
    ended: f64,
    took: f64,
}

impl Toll {
    /// Of work that has just been done.
    pub fn of(began: f64, ended: f64) -> Toll {
        Toll { ended, took: ended - began }
    }

    /// How long it waits each time.
    pub fn apart(self, least: f64) -> f64 {
        within(self.took * SHARE, least, MOST_MS)
    }

    /// How long it still waits.
    pub fn left(self, now: f64) -> f64 {
        self.ended + self.apart(0.0) - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_follows_seldom_but_follows() {
        assert_eq!(Toll::of(1_000.0, 1_005.0).left(1_010.0), 195.0);
        assert_eq!(Toll::of(1_000.0, 1_100.0).left(1_100.0), MOST_MS);
        assert!(Toll::of(1_000.0, 1_005.0).left(1_300.0) < 0.0);
        assert!(Toll::default().left(1.0) < 0.0, "what was never done is due");
        assert_eq!(Toll::of(0.0, 5.0).apart(500.0), 500.0);
    }
}
