//! A region that scrolls when what it holds is too large for it, and can then be reached and scrolled by keyboard.
//!
//! While everything fits it is no region and no stop of the Tab key: a page full of stops that do nothing is hard to walk.

use crate::words::t;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

#[derive(Properties, PartialEq, Debug)]
pub struct ScrollerProps {
    /// What is in it: the name of the region, followed by the hint that it scrolls.
    pub label: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

#[component]
pub fn Scroller(props: &ScrollerProps) -> Html {
    let node = use_node_ref();
    let overflows = use_state_eq(|| false);
    {
        let (node, overflows) = (node.clone(), overflows.clone());
        // After every rendering: rows may have come or gone.
        use_effect(move || {
            if let Some(element) = node.cast::<Element>() {
                overflows.set(is_too_small(&element));
            }
        });
    }
    {
        let (node, overflows) = (node.clone(), overflows.clone());
        use_effect_with((), move |()| {
            let watch = node.cast::<Element>().and_then(|element| {
                let measured = element.clone();
                let heard = Closure::<dyn FnMut()>::new(move || overflows.set(is_too_small(&measured)));
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
    }
    let class = classes!("scroller", props.class.clone());
    if *overflows {
        let label = t("tables.scrolls", &[("name", &props.label)]);
        html! { <div ref={node} {class} role="region" aria-label={label} tabindex="0">{ props.children.clone() }</div> }
    } else {
        html! { <div ref={node} {class}>{ props.children.clone() }</div> }
    }
}

/// Whether something of an element's content is out of its sight. A pixel more or less is rounding.
fn is_too_small(element: &Element) -> bool {
    element.scroll_width() > element.client_width() + 1 || element.scroll_height() > element.client_height() + 1
}
