//! Hears of it when parts of the page have changed and stand still again, until it is dropped.

use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MutationObserver, MutationObserverInit};

/// The ears.
#[derive(Debug)]
pub struct Changes {
    observer: Option<MutationObserver>,
    rest: Rc<Rest>,
    _heard: Closure<dyn FnMut()>,
}

/// Whether the page stands still. While somebody scrubs or plays it changes in every frame: then a change costs no more than a flag.
#[derive(Debug, Default)]
struct Rest {
    has_changed: Cell<bool>,
    waiting: RefCell<Option<Timeout>>,
}

impl Rest {
    fn wait(self: &Rc<Rest>, rest_ms: u32, heard: &Rc<dyn Fn()>) {
        self.has_changed.set(false);
        let (rest, again) = (Rc::clone(self), Rc::clone(heard));
        let over = Timeout::new(rest_ms, move || {
            rest.waiting.take();
            if rest.has_changed.get() { rest.wait(rest_ms, &again) } else { again() }
        });
        self.waiting.replace(Some(over));
    }
}

impl Changes {
    /// Elements that came, went, or said something else within the parts with these ids: heard of once nothing more has changed for so long.
    /// Attributes are not heard of: whoever hears may set them.
    pub fn within(parts: &[&str], rest_ms: u32, heard: impl Fn() + 'static) -> Changes {
        let (rest, tell): (Rc<Rest>, Rc<dyn Fn()>) = (Rc::default(), Rc::new(heard));
        // What is there already is heard of, too, and not in the middle of what else begins.
        rest.wait(rest_ms, &tell);
        let resting = Rc::clone(&rest);
        let heard = Closure::<dyn FnMut()>::new(move || {
            if resting.waiting.borrow().is_some() {
                resting.has_changed.set(true);
            } else {
                resting.wait(rest_ms, &tell);
            }
        });
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
        Changes { observer, rest, _heard: heard }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.rest.waiting.take();
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
