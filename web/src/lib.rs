//! The page of PITR Lab: the picture of a recovering database.
//!
//! It shows what the worker's engine did, and computes nothing of it. State is a plain reducer ([`state`]); everything that is drawn follows
//! from it. What is pure (state, layouts, text forms) is tested natively.

#![forbid(unsafe_code)]

mod app;
pub mod charts;
pub mod format;
pub mod link;
mod machine;
mod quiz;
mod recover;
mod report;
mod script_pane;
mod signals;
pub mod state;
mod story;
mod tables;
mod theme;
pub mod timeline;
mod transport;
pub mod words;

/// Puts the page into the document.
pub fn start() {
    yew::Renderer::<app::App>::new().render();
}
