//! A term's definition, beside the term.

use super::Msg;
use super::mark::document;
use super::terms::{Term, Terms};
use super::watch::POPOVER;
use crate::format;
use crate::view::{plain, tag};
use crate::words::t;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const DEFINITION: &str = "glossary-definition";
/// Between the term and the popover, and between the popover and the window's edge, in px.
const GAP: f64 = 6.0;
const MARGIN: f64 = 12.0;

/// Always there, so that what it says can be referred to; hidden where nothing is told.
pub fn view(shown: Option<Term>, terms: &Terms, send: &Callback<Msg>) -> Html {
    let popover = tag("div", "glossary-popover").attr("id", POPOVER).attr("role", "dialog");
    let Some(term) = shown else {
        return popover.attr("aria-label", &t("glossary.title", &[])).flag("hidden", true).html();
    };
    let kin = terms.kin(term).map(|other| read(other.name, Msg::Read(other.id), send));
    let list = tag("li", "glossary-all").child(read(&t("glossary.all", &[]), Msg::ToList(term.id), send)).html();
    let kin = kin.map(|link| tag("li", "").child(link).html()).chain([list]);
    popover
        .attr("aria-label", term.name)
        .child(plain("p", "glossary-name", term.name.to_owned()))
        .child(tag("p", "glossary-says").attr("id", DEFINITION).text(term.definition.to_owned()).html())
        .child(tag("ul", "glossary-kin").attr("aria-label", &t("glossary.kin", &[])).all(kin.collect()).html())
        .html()
}

/// A way to another term.
pub fn read(name: &str, msg: Msg, send: &Callback<Msg>) -> Html {
    let send = send.clone();
    let (Msg::Read(id) | Msg::ToList(id)) = msg else { return Html::default() };
    let to_list = matches!(msg, Msg::ToList(_));
    let picked = Callback::from(move |_: Event| send.emit(if to_list { Msg::ToList(id) } else { Msg::Read(id) }));
    tag("button", "link").attr("type", "button").text(name.to_owned()).on(ListenerKind::onclick, picked).html()
}

/// Whether a term refers to what is told of it.
pub fn describe(at: &Element, told: bool) {
    // Without the reference it is told beside all the same.
    let _ = match told {
        true => at.set_attribute("aria-describedby", DEFINITION),
        false => at.remove_attribute("aria-describedby"),
    };
}

fn popover() -> Option<HtmlElement> {
    document()?.get_element_by_id(POPOVER)?.dyn_into().ok()
}

/// Puts it under its term, or above it where there is more room, within the window.
pub fn put(at: &Element) -> Option<()> {
    let (popover, window) = (popover()?, web_sys::window()?);
    let number = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let (wide, high) = (window.document()?.document_element()?.client_width(), number(window.inner_height())?);
    let (term, own) = (at.get_bounding_client_rect(), popover.get_bounding_client_rect());
    let left = term.left().min(f64::from(wide) - own.width() - MARGIN).max(MARGIN);
    let under = term.bottom() + GAP;
    let top = match under + own.height() > high && term.top() > own.height() + GAP {
        true => term.top() - GAP - own.height(),
        false => under,
    };
    let style = popover.style();
    let place = |name: &str, length: f64| style.set_property(name, &[&format::px(length), "px"].concat()).ok();
    place("left", left + window.page_x_offset().ok()?)?;
    place("top", top + window.page_y_offset().ok()?)
}

/// The keyboard goes into it.
pub fn enter() {
    let first = popover().and_then(|popover| popover.query_selector("button").ok().flatten());
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// The keyboard comes back to the term, if it was in the popover; whether it did.
pub fn leave(at: &Element) -> bool {
    let active = document().and_then(|document| document.active_element());
    let within = popover().is_some_and(|popover| popover.contains(active.as_deref()));
    at.dyn_ref::<HtmlElement>().is_some_and(|at| within && at.focus().is_ok())
}
