//! Hears who points at a term, goes to it by the keyboard, or taps it. All ears are the document's: terms come and go.

use super::mark::{self, TERM};
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};
use yew::Callback;

/// The popover's id.
pub const POPOVER: &str = "glossary-term";

/// What was heard.
#[derive(Debug)]
pub enum Heard {
    /// The pointer rests on a term.
    Over(Element),
    /// It is on the popover.
    OverPopover,
    /// It is on neither.
    Off,
    /// The keyboard came to a term, or somebody tapped it.
    At(Element),
    /// The keyboard, a tap or a click went elsewhere.
    Elsewhere,
    Escape,
    /// From a term into its definition.
    Into,
}

thread_local! {
    /// Where on the screen the pointer last came to something.
    static LAST: Cell<(i32, i32)> = const { Cell::new((-1, -1)) };
}

/// The ears.
pub fn listen(heard: &Callback<Heard>) -> Vec<EventListener> {
    let Some(document) = mark::document() else { return Vec::new() };
    let on = |kind: &'static str, hear: fn(&Event) -> Option<Heard>| {
        let heard = heard.clone();
        // Keys are heard before the lab hears them: on a term, arrows go from term to term and step nothing.
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        EventListener::new_with_options(&document, kind, options, move |event| {
            if let Some(news) = hear(event) {
                heard.emit(news);
            }
        })
    };
    vec![
        on("pointerover", pointed),
        on("pointerdown", |event| {
            if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
                LAST.set((pointer.screen_x(), pointer.screen_y()));
            }
            match place(event)? {
                (None, false) => Some(Heard::Elsewhere),
                _ => None,
            }
        }),
        on("click", clicked),
        on("focusin", |event| match place(event)? {
            // Only the term itself: a control within a label is no term.
            (Some(term), _) if event.target().as_ref() == Some(term.as_ref()) => Some(Heard::At(term)),
            (_, true) => None,
            _ => Some(Heard::Elsewhere),
        }),
        on("keydown", pressed),
    ]
}

/// The term that an event is on, and whether it is on the popover.
fn place(event: &Event) -> Option<(Option<Element>, bool)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let marked = ["[", TERM, "]"].concat();
    let term = match target.closest(&marked).ok()? {
        // A radio may lie over the name of what it chooses.
        None if target.matches("label > input").ok()? => target.parent_element()?.query_selector(&marked).ok()?,
        term => term,
    };
    let popover = target.closest(&["#", POPOVER].concat()).ok()?;
    Some((term, popover.is_some()))
}

/// A click or a tap on a term. With a mouse a control's label is clicked to use the control: what it means was told when the pointer came.
fn clicked(event: &Event) -> Option<Heard> {
    let term = place(event)?.0?;
    let is_touch = event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
    (is_touch || !is_label(&term)).then_some(Heard::At(term))
}

/// Whether a term is the name of a control.
pub fn is_label(term: &Element) -> bool {
    term.closest("label").is_ok_and(|label| label.is_some())
}

fn pointed(event: &Event) -> Option<Heard> {
    // A finger taps.
    if event.dyn_ref::<PointerEvent>()?.pointer_type() == "touch" {
        return None;
    }
    // Where the page moves under a pointer that rests, nobody points at what comes to lie there.
    let pointer = event.dyn_ref::<PointerEvent>()?;
    let place_on_screen = (pointer.screen_x(), pointer.screen_y());
    let has_moved = LAST.replace(place_on_screen) != place_on_screen;
    Some(match place(event)? {
        (Some(_), _) if !has_moved => return None,
        (Some(term), _) => Heard::Over(term),
        (None, true) => Heard::OverPopover,
        (None, false) => Heard::Off,
    })
}

fn pressed(event: &Event) -> Option<Heard> {
    let key = event.dyn_ref::<KeyboardEvent>()?;
    if key.key() == "Escape" {
        return Some(Heard::Escape);
    }
    let (term, in_popover) = place(event)?;
    if in_popover {
        // Its buttons are pressed by Enter and space; the lab's keys are not meant.
        event.stop_propagation();
        return None;
    }
    let term = term.filter(|term| event.target().as_ref() == Some(term.as_ref()))?;
    let news = match key.key().as_str() {
        "ArrowRight" | "ArrowDown" => go(&term, Go::On),
        "ArrowLeft" | "ArrowUp" => go(&term, Go::Back),
        "Home" => go(&term, Go::First),
        "End" => go(&term, Go::Last),
        "Enter" | " " => Some(Heard::Into),
        _ => return None,
    };
    event.prevent_default();
    event.stop_propagation();
    news
}

enum Go {
    On,
    Back,
    First,
    Last,
}

/// The keyboard goes to another term of the card; that is heard as any coming is.
fn go(term: &Element, go: Go) -> Option<Heard> {
    let terms = mark::beside(term);
    let at = terms.iter().position(|each| each == term)?;
    let next = match go {
        Go::On => (at + 1) % terms.len(),
        Go::Back => (at + terms.len() - 1) % terms.len(),
        Go::First => 0,
        Go::Last => terms.len() - 1,
    };
    let _ = term.set_attribute("tabindex", "-1");
    let next = terms.get(next)?;
    let _ = next.set_attribute("tabindex", "0");
    let _ = next.dyn_ref::<HtmlElement>()?.focus();
    None
}
