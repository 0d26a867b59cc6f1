//! Whether an element is in view, or so near that it soon may be.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
use yew::Callback;

/// How near is near.
const MARGIN: &str = "200px";

/// Watches an element until it is dropped.
#[derive(Debug)]
pub struct Sight {
    observer: IntersectionObserver,
    _heard: Closure<dyn FnMut(Array)>,
}

impl Sight {
    /// Tells whenever an element comes into view or leaves it, and at once how it is; `None` where there is no such element.
    pub fn of(id: &str, told: Callback<bool>) -> Option<Sight> {
        let element = web_sys::window()?.document()?.get_element_by_id(id)?;
        let heard = Closure::new(move |entries: Array| {
            // The last of them is how it is now.
            if let Ok(entry) = entries.pop().dyn_into::<IntersectionObserverEntry>() {
                told.emit(entry.is_intersecting());
            }
        });
        let how = IntersectionObserverInit::new();
        how.set_root_margin(MARGIN);
        let ear: &Closure<dyn FnMut(Array)> = &heard;
        let observer = IntersectionObserver::new_with_options(ear.as_ref().unchecked_ref(), &how).ok()?;
        observer.observe(&element);
        Some(Sight { observer, _heard: heard })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
