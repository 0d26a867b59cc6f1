//! Keys that the workbench adds to the lab's, the dialog that lists all of them, and the larger steps: by record, by transaction.

use super::{Msg, pick};
use crate::state::Run;
use crate::view::{group, plain, tag, text};
use crate::words::t;
use gloo_events::{EventListener, EventListenerOptions};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const DIALOG: &str = "bench-keys";

/// What is stepped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stride {
    Record,
    Transaction,
}

/// The next step at which a record was written, or a transaction ended; or the one before.
pub fn stride(run: &Run, step: u32, stride: Stride, forward: bool) -> Option<u32> {
    let mut steps: Vec<u32> = match stride {
        Stride::Record => run.records.step.clone(),
        Stride::Transaction => run.head.transactions.iter().map(|transaction| transaction.end_step).collect(),
    };
    steps.sort_unstable();
    if forward {
        steps.get(steps.partition_point(|at| *at <= step)).copied()
    } else {
        steps.partition_point(|at| *at < step).checked_sub(1).and_then(|index| steps.get(index).copied())
    }
}

/// Hears the keys, wherever the keyboard is but in a field.
/// What they do can be switched off: who dictates, or misses keys, would set them off unasked (WCAG 2.1.4).
pub fn listen(on: Rc<Cell<bool>>, send: Callback<Msg>) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let element = key.target().and_then(|target| target.dyn_into::<Element>().ok());
        let writes = element.is_some_and(|element| {
            let fields =
                "input:not([type=range]):not([type=radio]):not([type=checkbox]),select,textarea,[contenteditable]";
            element.closest(fields).is_ok_and(|field| field.is_some())
        });
        if !on.get() || writes || key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let msg = match key.key().as_str() {
            "," => Msg::Stride(Stride::Record, false),
            "." => Msg::Stride(Stride::Record, true),
            "<" => Msg::Stride(Stride::Transaction, false),
            ">" => Msg::Stride(Stride::Transaction, true),
            "?" => Msg::ShowKeys,
            leads @ ("/" | "g") => {
                // A key that leads into a field shall not be typed there.
                key.prevent_default();
                if leads == "g" {
                    crate::glossary::open()
                } else {
                    to_statement()
                }
                return;
            }
            other => {
                crate::timeline::deep::press(other);
                return;
            }
        };
        send.emit(msg);
    }))
}

/// Shows the list of keys, or puts it away.
pub fn show(shown: bool) {
    let document = web_sys::window().and_then(|window| window.document());
    let dialog = document.and_then(|document| document.get_element_by_id(DIALOG));
    let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) else { return };
    if !shown {
        dialog.close();
    } else if !dialog.open() {
        let _ = dialog.show_modal();
    }
}

fn to_statement() {
    let document = web_sys::window().and_then(|window| window.document());
    let field = document.and_then(|document| document.get_element_by_id("bench-statement"));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The buttons for the larger steps, and for the list of keys.
pub fn strides(send: &Callback<Msg>) -> Html {
    let button = |key: &str, stride: Stride, forward: bool| {
        pick("button is-quiet", t(key, &[]), move || Msg::Stride(stride, forward), send)
    };
    group(
        "div",
        "bench-strides",
        [
            button("bench.stride.transaction_back", Stride::Transaction, false),
            button("bench.stride.record_back", Stride::Record, false),
            button("bench.stride.record_on", Stride::Record, true),
            button("bench.stride.transaction_on", Stride::Transaction, true),
            pick("button is-quiet", t("bench.keys.show", &[]), || Msg::ShowKeys, send),
        ],
    )
}

pub fn dialog(on: bool, send: &Callback<Msg>) -> Html {
    let keys = [
        ("Space", "play"),
        ("← →", "event"),
        (", .", "record"),
        ("< >", "transaction"),
        ("+ −", "zoom"),
        ("0", "fit"),
        ("[ ]", "pan"),
        ("{ }", "next"),
        ("/", "statement"),
        ("↑ ↓", "history"),
        ("g", "glossary"),
        ("← →", "terms"),
        ("Enter", "read_on"),
        ("?", "this"),
        ("Esc", "close"),
    ];
    let lines = keys.map(|(key, means)| {
        let means = plain("dd", "", t(&format!("bench.keys.{means}"), &[]));
        group("div", "bench-key", [tag("dt", "").child(plain("kbd", "", key.to_owned())).html(), means])
    });
    let switched = send.reform(|_: Event| Msg::SwitchKeys);
    let switch = tag("input", "").attr("type", "checkbox").checked(on).on(ListenerKind::onchange, switched).html();
    let switch = group("label", "check", [switch, text(t("bench.keys.on", &[]))]);
    let close = pick("button", t("bench.keys.done", &[]), || Msg::HideKeys, send);
    tag("dialog", "bench-keys")
        .attr("id", DIALOG)
        .attr("aria-labelledby", "bench-keys-title")
        .child(tag("h2", "panel-title").attr("id", "bench-keys-title").text(t("bench.keys.title", &[])).html())
        .child(group("dl", "", lines))
        .child(tag("p", "").child(switch).html())
        .child(close)
        .html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{Records, RunHead, Steps};

    #[test]
    fn strides_go_from_record_to_record() {
        let records = Records { step: vec![3, 5, 5, 9], ..Records::default() };
        let run = Run::new(RunHead::default(), records, Steps::default());
        let go = |step, forward| stride(&run, step, Stride::Record, forward);
        assert_eq!((go(0, true), go(3, true), go(5, true), go(9, true)), (Some(3), Some(5), Some(9), None));
        assert_eq!((go(9, false), go(4, false), go(3, false)), (Some(5), Some(3), None));
        assert_eq!(stride(&run, 4, Stride::Transaction, true), None);
    }
}
