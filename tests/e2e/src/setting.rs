//! What the tests are given by `cargo xtask test`, and how a test wants its page.

use crate::Outcome;
use std::env;
use std::path::PathBuf;

/// Which of the built sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Site {
    /// The one that is published.
    #[default]
    Published,
    /// The same, with requests that make the worker crash.
    Faults,
}

impl Site {
    pub(crate) fn dir(self) -> Outcome<PathBuf> {
        given(match self {
            Site::Published => "PITR_SITE",
            Site::Faults => "PITR_SITE_FAULTS",
        })
    }
}

/// How a test wants its page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    pub site: Site,
    /// A script that runs before any of the page's own, such as one that takes something away from the browser.
    pub before: &'static str,
    /// Whether the page is about to log errors because the test makes it.
    pub provokes_errors: bool,
    pub reduced_motion: bool,
}

/// A path from the environment.
pub(crate) fn given(variable: &str) -> Outcome<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Ok(PathBuf::from(path)),
        None => Err(format!("{variable} is not set: run these tests by `cargo xtask test --e2e`").into()),
    }
}
