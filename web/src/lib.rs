//! The page of PITR Lab: the picture of a recovering database.
//!
//! It shows what the worker's engine did, and computes nothing of it. State is a plain reducer ([`state`]); everything that is drawn follows
//! from it. What is pure (state, layouts, text forms) is tested natively.

#![forbid(unsafe_code)]

mod app;
mod bench;
mod changes;
mod charts;
mod embedded;
pub mod format;
mod glossary;
mod hold;
mod lessons;
pub mod link;
mod machine;
mod prose;
mod questions;
mod quiz;
mod recover;
mod report;
mod script_pane;
mod sight;
mod signals;
pub mod state;
mod story;
mod study;
mod tables;
mod theme;
pub mod timeline;
mod transport;
mod view;
mod wishes;
pub mod words;

/// Puts the lab into the document.
pub fn start() {
    words::speak(words::LAB);
    if let Some(root) = free("lab") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}

/// Puts the study into the document, under the lab, the workbench into its place in the lab, and the glossary at the end.
pub fn start_study() {
    // In a worker there is nobody to speak to, and no window to speak in.
    if web_sys::window().is_none() {
        return;
    }
    words::speak(words::WHOLE);
    // Whoever hears them first may put another language in their place, for the lab and the study alike.
    study::hear_words();
    study::offer_words(words::WHOLE);
    embedded::keep_to_itself();
    mount::<study::Study>(free("study"));
    timeline::deep::mount();
    mount::<bench::Workbench>(free("bench"));
    mount::<bench::rows::Rows>(free("rows"));
    mount::<bench::all_rows::AllRows>(bench::all_rows::place());
    mount::<bench::inside::LookInside>(free("inside"));
    mount::<bench::steps::RecoverySteps>(free("recovery-steps"));
    mount::<bench::boards::Dashboard>(bench::boards::place());
    mount::<bench::progress::LongWork>(bench::progress::place());
    mount::<bench::pointing::Pointing>(bench::pointing::place());
    mount::<embedded::Embedded>(embedded::place());
    mount::<lessons::Lessons>(lessons::place());
    let glossary = glossary::Glossary::place();
    if glossary.is_some() {
        theme::follow_system();
    }
    mount::<glossary::Glossary>(glossary);
}

fn mount<C: yew::BaseComponent<Properties = ()>>(root: Option<web_sys::Element>) {
    if let Some(root) = root {
        yew::Renderer::<C>::with_root(root).render();
    }
}

/// The element, once: in a worker there is none, and where the same module is started again on the page's thread for want of a worker,
/// the page is there already.
fn free(id: &str) -> Option<web_sys::Element> {
    let element = web_sys::window()?.document()?.get_element_by_id(id)?;
    if element.has_attribute(TAKEN) {
        return None;
    }
    element.set_attribute(TAKEN, "").ok()?;
    Some(element)
}

const TAKEN: &str = "data-at-work";
