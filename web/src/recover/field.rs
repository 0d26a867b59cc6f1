//! The textbox of the target: what is typed becomes the target a moment after the last key, or at once on Enter and on leaving.
//!
//! While nobody types it shows the target of the shared state, whoever moved it.

use crate::state::{Action, use_session, use_target};
use crate::tables::grid::word;
use crate::tables::mark::problem_line;
use crate::view::{plain, tag};
use crate::words::t;
use gloo_timers::callback::Timeout;
use pitr_protocol::TargetKind;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// How long after the last key what was typed counts.
const TYPING_MS: u32 = 150;

/// The textbox, and under it how its text is read, or what is wrong with it.
#[hook]
pub fn use_target_field() -> Html {
    let session = use_session();
    let target = use_target();
    // What was typed and is not the target yet, and the timer that will make it so.
    let draft = use_state(|| None::<String>);
    let timer = use_mut_ref(|| None::<Timeout>);

    let settle = {
        let (draft, timer) = (draft.clone(), timer.clone());
        Callback::from(move |text: Option<String>| {
            timer.borrow_mut().take();
            if let Some(text) = text {
                session.act(Action::TargetText(text));
                draft.set(None);
            }
        })
    };
    let typed = {
        let (draft, timer, settle) = (draft.clone(), timer, settle.clone());
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let text = input.value();
                draft.set(Some(text.clone()));
                let settle = settle.clone();
                *timer.borrow_mut() = Some(Timeout::new(TYPING_MS, move || settle.emit(Some(text))));
            }
        })
    };
    let done = {
        let draft = draft.clone();
        Callback::from(move |event: Event| {
            // Of keys only Enter counts; leaving the field is no key.
            if event.dyn_ref::<KeyboardEvent>().is_none_or(|key| key.key() == "Enter") {
                settle.emit((*draft).clone());
            }
        })
    };

    let kind = target.spec.kind;
    // A target that reads well may still be one that recovery cannot reach.
    let unreachable = target.settled().and_then(|boundary| boundary.problem.as_ref());
    let wrong = target.problem.as_ref().or(unreachable).filter(|_| draft.is_none());
    let note = match (wrong, target.settled()) {
        (Some(wrong), _) => problem_line(wrong),
        (None, Some(boundary)) if kind.has_text() => {
            plain("p", "", t("recover.reads", &[("resolved", &boundary.resolved)]))
        }
        _ => {
            let example = target.stops.get(target.stops.len() / 2).map_or("", |stop| stop.text.as_str());
            let has_none = kind == TargetKind::Name && target.stops_known && target.stops.is_empty();
            let none = if has_none { "_none" } else { "" };
            plain("p", "", t(&word("recover.hint.", kind.code(), none), &[("example", example)]))
        }
    };
    let input = tag("input", "input is-code")
        .attr("id", "recover-target")
        .attr("type", "text")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("aria-describedby", "recover-target-note")
        .attr("aria-invalid", if wrong.is_some() { "true" } else { "false" })
        .flag("disabled", !kind.has_text())
        .value(draft.as_deref().unwrap_or(&target.spec.text))
        .on(ListenerKind::oninput, typed)
        .on(ListenerKind::onblur, done.clone())
        .on(ListenerKind::onkeydown, done);
    let note =
        tag("div", "recover-target-note").attr("id", "recover-target-note").attr("aria-live", "polite").child(note);
    tag("div", "recover-target").child(input.html()).child(note.html()).html()
}
