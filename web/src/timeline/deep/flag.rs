//! On a narrow screen the target's slider is longer than the screen is high: its flag is kept in sight of who moves it by the keyboard.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// When the flag has been laid anew, milliseconds.
const LAID_MS: u32 = 60;
/// What stays in reach at the foot of a narrow screen hides so much of it, pixels.
const FOOT_PX: f64 = 180.0;

/// Hears of the slider within the timeline's card.
pub fn keep_in_sight(card: &Element) -> [EventListener; 2] {
    ["focusin", "input"].map(|kind| {
        let within = card.clone();
        EventListener::new(card, kind, move |event| {
            if is_by_keyboard(event) {
                let within = within.clone();
                Timeout::new(LAID_MS, move || show(&within)).forget();
            }
        })
    })
}

fn is_by_keyboard(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches(".target-slider:focus-visible").unwrap_or(false))
}

fn show(card: &Element) {
    let find = |what| card.query_selector(what).ok().flatten();
    // Who has gone on meanwhile looks elsewhere.
    let held = find(".target-slider:focus-visible").and_then(|_| find(".deep-stage.is-down .target-flag"));
    let (Some(flag), Some(window)) = (held, web_sys::window()) else { return };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let place = flag.get_bounding_client_rect();
    if place.top() < 0.0 || place.bottom() > height - FOOT_PX {
        window.scroll_by_with_x_and_y(0.0, place.top() - height * 0.4);
    }
}
