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
mod study;
mod tables;
mod theme;
pub mod timeline;
mod transport;
mod view;
pub mod words;

/// Puts the lab into the document.
pub fn start() {
    words::speak(words::LAB);
    if let Some(root) = element("lab") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}

/// Puts the study into the document, under the lab.
pub fn start_study() {
    words::speak(words::WHOLE);
    if let Some(root) = element("study") {
        yew::Renderer::<study::Study>::with_root(root).render();
    }
}

fn element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
