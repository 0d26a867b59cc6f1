//! How wide an element is, once it has come near the window's view; `None` before.
//!
//! A chart is drawn for its very width, so that its text has the page's size on every screen.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of the element in whole pixels, followed as it changes.
#[hook]
pub fn use_width(node: &NodeRef) -> Option<u32> {
    let width = use_state_eq(|| None::<u32>);
    let (node, set) = (node.clone(), width.clone());
    use_effect_with((), move |()| {
        let watch = node.cast::<Element>().and_then(|element| {
            let measured = element.clone();
            let heard = Closure::<dyn FnMut()>::new(move || {
                let width = measured.client_width();
                set.set((width > 0).then_some(width as u32));
            });
            let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, heard))
        });
        move || {
            if let Some((observer, _heard)) = watch {
                observer.disconnect();
            }
        }
    });
    *width
}
