//! A script from a file of the person's own. It never leaves the page, and one that is no script of sensible size is turned down
//! before it is read.

use crate::format;
use crate::view::{group, plain, tag};
use crate::words::t;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The choice of a file. `opened` gets its text, or a sentence about why there is none.
pub fn choice(opened: Callback<Result<String, String>>) -> Html {
    let chosen = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let Some(file) = input.as_ref().and_then(|input| input.files()?.get(0)) {
            read(&file, opened.clone());
        }
        // The same file may be chosen again after it was changed.
        if let Some(input) = input {
            input.set_value("");
        }
    });
    let input = tag("input", "visually-hidden")
        .attr("type", "file")
        .attr("accept", ".pitr,.txt,text/plain")
        .on(ListenerKind::onchange, chosen);
    group("label", "button script-file", [input.html(), plain("span", "", t("script.file", &[]))])
}

/// Reads a text file; `opened` as of [`choice`].
pub fn read(file: &File, opened: Callback<Result<String, String>>) {
    let (name, size) = (file.name(), file.size() as u64);
    if size > FILE_BYTES_MAX {
        let (size, most) = (format::bytes(size), format::bytes(FILE_BYTES_MAX));
        opened.emit(Err(t("script.file_too_large", &[("name", &name), ("size", &size), ("most", &most)])));
        return;
    }
    let heard = Closure::once(move |text: JsValue| {
        // The replacement character stands for bytes that are no text.
        let text = text.as_string().filter(|text| !text.contains(['\u{fffd}', '\0']));
        opened.emit(text.ok_or_else(|| t("script.file_no_text", &[("name", &name)])));
    });
    let _ = file.text().then(&heard);
    // It runs once, when the file has been read.
    heard.forget();
}
