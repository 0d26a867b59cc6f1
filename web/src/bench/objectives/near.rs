//! Whether somebody has come near an element: what takes long is not begun for a part of the page that nobody looks at.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
use yew::Callback;

/// How far below the screen is near.
const MARGIN: &str = "400px";

/// A watch over an element; it ends when this is dropped.
#[derive(Debug)]
pub struct Near {
    observer: IntersectionObserver,
    _heard: Closure<dyn FnMut(Array)>,
}

impl Near {
    /// Tells when the element has come near. `None` where the browser cannot watch.
    pub fn watch(element: &Element, tell: Callback<()>) -> Option<Near> {
        let heard = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let came = |entry: wasm_bindgen::JsValue| {
                entry.dyn_into::<IntersectionObserverEntry>().is_ok_and(|entry| entry.is_intersecting())
            };
            if entries.iter().any(came) {
                tell.emit(());
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(MARGIN);
        let observer = IntersectionObserver::new_with_options(heard.as_ref().unchecked_ref(), &options).ok()?;
        observer.observe(element);
        Some(Near { observer, _heard: heard })
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
