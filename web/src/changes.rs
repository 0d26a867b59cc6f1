//! Hears of it when parts of the page change, until it is dropped.

use wasm_bindgen::prelude::*;
use web_sys::{MutationObserver, MutationObserverInit};

/// The ears.
#[derive(Debug)]
pub struct Changes {
    observer: Option<MutationObserver>,
    _heard: Closure<dyn FnMut()>,
}

impl Changes {
    /// Elements that come, go, or say something else within the parts with these ids. Attributes are not heard of: whoever hears may set them.
    pub fn within(parts: &[&str], heard: impl FnMut() + 'static) -> Changes {
        let heard = Closure::<dyn FnMut()>::new(heard);
        let observer = MutationObserver::new(heard.as_ref().unchecked_ref()).ok();
        let wanted = MutationObserverInit::new();
        wanted.set_child_list(true);
        wanted.set_character_data(true);
        wanted.set_subtree(true);
        let document = web_sys::window().and_then(|window| window.document());
        let part = |id: &&str| document.as_ref()?.get_element_by_id(id);
        for part in parts.iter().filter_map(part) {
            // What is refused is not heard of; nothing else comes of it.
            let _ = observer.as_ref().map(|observer| observer.observe_with_options(&part, &wanted));
        }
        Changes { observer, _heard: heard }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
