//! The ways between a lesson and the lab, where one does not stand in sight of the other: from what is to be done to where it is done, and back.
//!
//! Beside the lab a lesson is always in sight. Above it, on a narrow screen, a button leads back; for the keyboard, which has a long way from
//! the one to the other everywhere, Escape does.

use super::HEADING;
use crate::sight::Sight;
use crate::view::{none, tag};
use crate::words::t;
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Where recoveries are asked for, in the lab.
const RECOVER: &str = ".recover";
const THERE: &str = "body, .recover, .recover *";
/// What Escape closes before it leads anywhere.
const POPOVER: &str = ".glossary-popover";

fn found(selector: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// Brings something into sight, and the keyboard to it.
fn lead_to(element: &HtmlElement) {
    element.scroll_into_view();
    let _ = element.focus();
}

/// To where recoveries are asked for.
pub fn to_recover() {
    if let Some(recover) = found(RECOVER) {
        let _ = recover.set_attribute("tabindex", "-1");
        lead_to(&recover);
    }
}

fn to_lesson() {
    if let Some(heading) = web_sys::window().and_then(|window| window.document()?.get_element_by_id(HEADING)) {
        heading.dyn_ref::<HtmlElement>().into_iter().for_each(lead_to);
    }
}

/// Whether a key leads back: Escape where recoveries are asked for, or where nothing has the keyboard, as when the button that was pressed can be
/// pressed no more; unless it closes something.
fn leads_back(event: &Event) -> bool {
    let is_escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_there = target.is_some_and(|target| target.matches(THERE).unwrap_or_default());
    is_escape
        && is_there
        && !event.default_prevented()
        && found(POPOVER).is_none_or(|popover| popover.offset_width() == 0)
}

#[derive(Properties, PartialEq, Debug)]
pub struct ReturnProps {
    /// What the step asks to be done is done.
    pub done: bool,
}

/// The way back.
#[derive(Debug)]
pub struct Return {
    place: NodeRef,
    in_sight: bool,
    sight: Option<Sight>,
    _keys: Option<EventListener>,
}

impl Component for Return {
    type Message = bool;
    type Properties = ReturnProps;

    fn create(_: &Context<Self>) -> Return {
        let document = web_sys::window().and_then(|window| window.document());
        let pressed = |event: &Event| {
            if leads_back(event) {
                to_lesson();
            }
        };
        let keys = document.map(|document| EventListener::new(&document, "keydown", pressed));
        Return { place: NodeRef::default(), in_sight: true, sight: None, _keys: keys }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let lesson = || self.place.cast::<Element>()?.closest("aside").ok()?;
        if first && let Some(lesson) = lesson() {
            self.sight = Sight::of(&lesson, 0, ctx.link().callback(|in_sight| in_sight));
        }
    }

    fn update(&mut self, _: &Context<Self>, in_sight: bool) -> bool {
        core::mem::replace(&mut self.in_sight, in_sight) != in_sight
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let said = match ctx.props().done {
            true => t("lesson.return.done", &[]),
            false => t("lesson.return", &[]),
        };
        let back = match self.in_sight {
            true => none(),
            false => tag("button", "button is-primary lesson-return")
                .attr("type", "button")
                .on(ListenerKind::onclick, Callback::from(|_: Event| to_lesson()))
                .text(said)
                .html(),
        };
        tag("div", "").found_by(&self.place).child(back).html()
    }
}
