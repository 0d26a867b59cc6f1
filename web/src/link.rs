//! The link to the engine: bytes out, actions in.
//!
//! What a browser can do about workers (start one, replace it, do without) is in `js/link.js`; here its news become [`Action`]s. Answers of
//! a worker that was replaced never get here.

use crate::state::Action;
use js_sys::Uint8Array;
use pitr_protocol::{Decoded, Envelope, Reply, Request, decode, encode};
use wasm_bindgen::prelude::*;
use yew::Callback;

#[wasm_bindgen(module = "/js/link.js")]
extern "C" {
    type EngineLink;

    #[wasm_bindgen(constructor)]
    fn new(module: JsValue, build: &str, folder: &str, heard: &Closure<dyn FnMut(String, i32, JsValue)>) -> EngineLink;

    #[wasm_bindgen(method)]
    fn start(this: &EngineLink);

    #[wasm_bindgen(method, js_name = startWhole)]
    fn start_whole(this: &EngineLink);

    #[wasm_bindgen(method)]
    fn stop(this: &EngineLink);

    #[wasm_bindgen(method)]
    fn send(this: &EngineLink, id: u32, bytes: Uint8Array);
}

/// What the link has to say.
#[derive(Debug)]
pub enum News {
    Action(Action),
    Reply(Envelope<Reply>),
    /// The engine has gone down; [`Link::start`] replaces it.
    Crashed {
        blame: Option<u32>,
        message: String,
    },
    /// The page and the worker on the server are of different builds.
    Outdated,
}

/// The page's end of the link.
pub struct Link {
    link: EngineLink,
    _heard: Closure<dyn FnMut(String, i32, JsValue)>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    /// A link to the engine in a folder of the site, which tells its news to `news`. Nothing happens before [`Link::start`].
    pub fn new(folder: &str, news: Callback<News>) -> Link {
        let heard = Closure::new(move |kind: String, id: i32, payload: JsValue| {
            if let Some(item) = read(&kind, id, &payload) {
                news.emit(item);
            }
        });
        let link = EngineLink::new(wasm_bindgen::module(), &build(), folder, &heard);
        Link { link, _heard: heard }
    }

    /// Starts the engine, in place of one that may be running.
    pub fn start(&self) {
        self.link.start();
    }

    /// Replaces the engine by the whole one; the old one goes on until that is there.
    pub fn start_whole(&self) {
        self.link.start_whole();
    }

    pub fn send(&self, envelope: &Envelope<Request>) {
        self.link.send(envelope.id, Uint8Array::from(encode(envelope).as_slice()));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.link.stop();
    }
}

fn read(kind: &str, id: i32, payload: &JsValue) -> Option<News> {
    let text = || payload.as_string().unwrap_or_default();
    match kind {
        "connected" => Some(News::Action(Action::Connected { fallback: id == 1 })),
        "failed" => Some(News::Action(Action::Failed { message: text() })),
        "crashed" => Some(News::Crashed { blame: u32::try_from(id).ok(), message: text() }),
        "incomplete" => Some(News::Action(Action::NoWholeEngine { message: text() })),
        "outdated" => Some(News::Outdated),
        "reply" => match decode(&Uint8Array::new(payload).to_vec()) {
            Decoded::Message(envelope) => Some(News::Reply(envelope)),
            Decoded::OtherVersion(_) => Some(News::Outdated),
            Decoded::Malformed => None,
        },
        _ => None,
    }
}

/// The build that this page is of, stamped into its document.
pub fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| document.query_selector("meta[name=pitr-build]").ok().flatten())
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}
