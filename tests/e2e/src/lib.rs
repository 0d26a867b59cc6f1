//! What the end-to-end tests are written with: a lab in a real browser, and ways to find, do and see things in it.
//!
//! Invariants: every test has a browser of its own with an empty profile, and a server of its own that serves the site under a path
//! such as a documentation host would; a test fails if the page logs an error or asks another host for anything, unless it says that
//! it provokes that.
//!
//! A test names what it looks for by role and accessible name, as assistive technology does. It reads no class names.

#![forbid(unsafe_code)]

mod acts;
mod axe;
mod browser;
mod canvas;
mod find;
mod host;
mod lab;
mod look;
mod noted;
mod pseudo;
mod setting;
pub mod speed;

pub use acts::CHARTS;
pub use canvas::Pointer;
pub use host::{ELEMENT_IS_READY, Pages, visit_host};
pub use lab::{Lab, visit};
pub use look::{Theme, WIDTHS};
pub use pseudo::say;
pub use setting::{Setting, Site};

/// What a test ends with.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Fails the test with a sentence unless something holds.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(format!($($sentence)+).into());
        }
    };
}
