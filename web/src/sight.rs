//! Whether an element is in view, or so near that it soon may be: what takes long is not begun, nor drawn, for a part of the page that nobody looks at.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
use yew::Callback;

/// Watches an element until it is dropped.
#[derive(Debug)]
pub struct Sight {
    observer: IntersectionObserver,
    _heard: Closure<dyn FnMut(Array)>,
}

impl Sight {
    /// Tells whenever the element comes into view or leaves it, and at once how it is; near is what lies within so many pixels of the screen.
    /// Where the browser cannot watch everything is in view, which is told at once, and there is nothing to keep.
    pub fn of(element: &Element, near_px: u32, told: Callback<bool>) -> Option<Sight> {
        let sight = Sight::watch(element, near_px, told.clone());
        if sight.is_none() {
            told.emit(true);
        }
        sight
    }

    /// Tells when the element has come near, and then whenever it comes anew.
    pub fn near(element: &Element, near_px: u32, came: Callback<()>) -> Option<Sight> {
        let told = move |is: bool| {
            if is {
                came.emit(());
            }
        };
        Sight::of(element, near_px, Callback::from(told))
    }

    fn watch(element: &Element, near_px: u32, told: Callback<bool>) -> Option<Sight> {
        let heard = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            // The last of them is how it is now.
            if let Ok(entry) = entries.pop().dyn_into::<IntersectionObserverEntry>() {
                told.emit(entry.is_intersecting());
            }
        });
        let how = IntersectionObserverInit::new();
        how.set_root_margin(&format!("{near_px}px"));
        let observer = IntersectionObserver::new_with_options(heard.as_ref().unchecked_ref(), &how).ok()?;
        observer.observe(element);
        Some(Sight { observer, _heard: heard })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
