//! How wide an element is, followed as it changes.
//!
//! A chart is drawn for its very width, so that its text has the page's size on every screen.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::Callback;

/// A watch over an element's width; it ends when this is dropped.
#[derive(Debug)]
pub struct Width {
    observer: ResizeObserver,
    _heard: Closure<dyn FnMut()>,
}

impl Width {
    /// Tells the width in whole pixels, now and whenever it has changed. `None` where the browser cannot watch.
    pub fn watch(element: Element, tell: Callback<u32>) -> Option<Width> {
        let (measured, mut last) = (element.clone(), 0);
        let heard = Closure::<dyn FnMut()>::new(move || {
            let width = measured.client_width();
            if width > 0 && width != last {
                last = width;
                tell.emit(width as u32);
            }
        });
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Width { observer, _heard: heard })
    }
}

impl Drop for Width {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
