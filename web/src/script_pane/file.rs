//! A script from a file of the person's own. It never leaves the page, and one that is no script of sensible size is turned down
//! before it is read.

use crate::format;
use crate::tables::mark::{Mark, Sign};
use crate::words::t;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The largest file that is read.
const FILE_BYTES_MAX: f64 = 1_048_576.0;

#[derive(Properties, PartialEq, Debug)]
pub struct FileProps {
    /// The text of a file that was chosen.
    pub opened: Callback<String>,
}

#[component]
pub fn FileChoice(FileProps { opened }: &FileProps) -> Html {
    let refused = use_state(|| None::<String>);
    let choose = {
        let (opened, refused) = (opened.clone(), refused.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            let Some(file) = input.files().and_then(|files| files.get(0)) else {
                return;
            };
            if file.size() > FILE_BYTES_MAX {
                let size = format::bytes(file.size() as u64);
                let most = format::bytes(FILE_BYTES_MAX as u64);
                refused
                    .set(Some(t("script.file_too_large", &[("name", &file.name()), ("size", &size), ("most", &most)])));
                return;
            }
            refused.set(None);
            // The same file may be chosen again after it was changed.
            let (name, opened, refused) = (file.name(), opened.clone(), refused.clone());
            let heard = Closure::once(move |text: JsValue| match text.as_string() {
                // The replacement character stands for bytes that are no text.
                Some(text) if !text.contains('\u{fffd}') && !text.contains('\0') => opened.emit(text),
                _ => refused.set(Some(t("script.file_no_text", &[("name", &name)]))),
            });
            let _ = file.text().then(&heard);
            // It runs once, when the file has been read.
            heard.forget();
            input.set_value("");
        })
    };
    html! {
        <>
            <label class="button script-file">
                <input type="file" class="visually-hidden" accept=".pitr,.txt,text/plain" onchange={choose} />
                <span>{ t("script.file", &[]) }</span>
            </label>
            <div role="alert" class="script-file-problem">
                if let Some(refused) = &*refused {
                    <p class="inline-problem"><Mark sign={Sign::Warning} />{ refused }</p>
                }
            </div>
        </>
    }
}
