//! How the picture in depth takes the place of the lab's.

use super::Deep;
use crate::timeline::axis::Window;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Puts the picture into the lab's card.
pub fn mount() {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(document) = document.filter(|document| document.get_element_by_id("deep").is_none()) else {
        return;
    };
    let tools = document.query_selector(".timeline > .timeline-tools").ok().flatten();
    let (Some(tools), Ok(root)) = (tools, document.create_element("div")) else {
        return;
    };
    root.set_id("deep");
    root.set_class_name("deep");
    if tools.insert_adjacent_element("afterend", &root).is_ok() {
        yew::Renderer::<Deep>::with_root(root).render();
    }
}

fn document_element() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

/// The lab's controls give way. The name of the one that had the keyboard.
pub fn take_over() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let active = document.active_element();
    document_element()?.set_attribute("data-deep", "").ok()?;
    let active = active?;
    let was = active.closest(".timeline-tools .segmented, .timeline-tools .zoom").ok().flatten().is_some();
    was.then(|| active.get_attribute("aria-label").or_else(|| active.text_content())).flatten()
}

/// Whether the lab showed the log's axis.
pub fn lab_shows_lsn() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let pressed = ".timeline-tools > .segmented > button:last-child[aria-pressed=true]";
    document.and_then(|document| document.query_selector(pressed).ok().flatten()).is_some()
}

/// The part of the axis that the lab had in sight.
pub fn lab_sight() -> Option<Window> {
    let document = web_sys::window()?.document()?;
    let host = document.query_selector(".timeline-host").ok().flatten()?;
    Window::of_millionths(&host.get_attribute("data-sight")?)
}

/// Gives the keyboard to the control that has taken another's place.
pub fn focus_named(name: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(buttons) = document.query_selector_all("#deep button") else { return };
    for place in 0..buttons.length() {
        let button = buttons.get(place).and_then(|button| button.dyn_into::<HtmlElement>().ok());
        let Some(button) = button else { continue };
        if button.get_attribute("aria-label").or_else(|| button.text_content()).as_deref() == Some(name) {
            let _ = button.focus();
            return;
        }
    }
}
