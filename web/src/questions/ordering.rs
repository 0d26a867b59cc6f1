//! Things to be put in order: by dragging one, by its buttons, or by the arrow keys on its handle.

use super::card::{Card, Msg};
use crate::format;
use crate::view::{plain, tag};
use crate::words::t;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The list as it stands; `order` are the places of the items as they were shown first.
pub fn ordering(ctx: &Context<Card>, name: &str, items: &[String], order: &[u32], dragged: Option<usize>) -> Html {
    let lines = order.iter().enumerate().filter_map(|(at, item)| {
        let said = items.get(*item as usize)?;
        Some(line(ctx, name, at, order.len(), *item, said, dragged == Some(at)))
    });
    tag("ol", "question-order").attr("aria-label", &t("question.order.list", &[])).all(lines.collect()).html()
}

fn line(ctx: &Context<Card>, name: &str, at: usize, of: usize, item: u32, said: &str, is_dragged: bool) -> Html {
    let link = ctx.link();
    let place = format::count(at as u64 + 1);
    let places = format::count(of as u64);
    let keyed = link.batch_callback(move |event: Event| {
        let key = event.dyn_ref::<KeyboardEvent>()?.key();
        let to = match key.as_str() {
            "ArrowUp" => at.checked_sub(1)?,
            "ArrowDown" => at + 1,
            "Home" => 0,
            "End" => usize::MAX,
            _ => return None,
        };
        event.prevent_default();
        event.stop_propagation();
        Some(Msg::Put { from: at, to, by: "-handle-".to_owned() })
    });
    let begun = link.batch_callback(move |event: Event| {
        let pointer = event.dyn_ref::<PointerEvent>()?;
        // The handle goes on hearing of the pointer wherever that goes.
        let handle = event.target()?.dyn_into::<Element>().ok()?.closest(".question-handle").ok()??;
        handle.set_pointer_capture(pointer.pointer_id()).ok()?;
        event.prevent_default();
        Some(Msg::Drag(Some(at)))
    });
    let moved = link.batch_callback(|event: Event| {
        let pointer = event.dyn_ref::<PointerEvent>()?;
        let handle = event.target()?.dyn_into::<Element>().ok()?;
        let list = handle.closest(".question-order").ok()??;
        Some(Msg::DragTo(place_at(&list, f64::from(pointer.client_y()))))
    });
    let ended = link.callback(|_| Msg::Drag(None));
    let params = [("item", said), ("place", place.as_str()), ("of", places.as_str())];
    let handle = tag("button", "question-handle")
        .attr("type", "button")
        .attr("id", &[name, "-handle-", &item.to_string()].concat())
        .attr("aria-label", &t("question.order.handle", &params))
        .on(ListenerKind::onkeydown, keyed)
        .on(ListenerKind::onpointerdown, begun)
        .on(ListenerKind::onpointermove, moved)
        .on(ListenerKind::onpointerup, ended.clone())
        .on(ListenerKind::onpointercancel, ended)
        .child(plain("span", "", "⋮⋮".to_owned()))
        .html();
    let step = |end: &str, key: &str, sign: &str, to: Option<usize>| {
        let msg = to.map(|to| Msg::Put { from: at, to, by: format!("-{end}-") });
        tag("button", "question-step")
            .attr("type", "button")
            .attr("id", &[name, "-", end, "-", &item.to_string()].concat())
            .attr("aria-label", &t(key, &params))
            .flag("disabled", msg.is_none())
            .on(ListenerKind::onclick, link.batch_callback(move |_| msg.clone()))
            .text(sign.to_owned())
            .html()
    };
    let up = step("up", "question.order.up", "↑", at.checked_sub(1));
    let down = step("down", "question.order.down", "↓", Some(at + 1).filter(|to| *to < of));
    tag("li", if is_dragged { "is-dragged" } else { "" })
        .key(item.to_string())
        .child(handle)
        .child(plain("span", "question-item", said.to_owned()))
        .child(up)
        .child(down)
        .html()
}

/// Which place of the list is at a height of the screen.
fn place_at(list: &Element, y: f64) -> usize {
    let items = list.children();
    let middle = |at: u32| {
        let place = items.item(at)?.get_bounding_client_rect();
        Some(place.top() + place.height())
    };
    let above = (0..items.length()).filter_map(middle).take_while(|bottom| *bottom < y).count();
    above.min((items.length() as usize).saturating_sub(1))
}
