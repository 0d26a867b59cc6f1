//! The address: it holds the run on show and the place in it, so that it can be shared, reloaded, and gone back from.
//!
//! Another run is another entry of the browser's history, a step is none. The run that the lab opens with needs no link but its place.

use super::look::Looks;
use super::{Msg, hub, pick};
use crate::state::OPENING;
use crate::tables::mark::problem_line;
use crate::view::{group, none, tag};
use crate::words::t;
use gloo_events::EventListener;
use pitr_protocol::{LinkedScript, Permalink, Problem, TargetSpec};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// How long the place must stand still before the address follows, in milliseconds.
pub const REST_MS: u32 = 400;

/// The address, and what is known of it.
#[derive(Debug, Default)]
pub struct Share {
    /// What stands in the address as far as we have put it there.
    link: String,
    /// Whether the next link is of another run than the last.
    pub is_new: bool,
    /// What is to be done when the run of a link has come.
    pub then: Option<Then>,
    /// The digest of a step, if somebody has asked for it.
    pub digest: Option<(u32, String)>,
    refused: Option<Problem>,
    _back: Option<EventListener>,
}

/// What a link says beside its run.
#[derive(Debug, Default)]
pub struct Then {
    pub step: Option<u32>,
    pub target: Option<TargetSpec>,
    pub looks: Looks,
}

impl Share {
    /// Watches for somebody going back or forth, or putting another link into the address.
    pub fn watch(send: &Callback<Msg>) -> Share {
        let send = send.clone();
        let heard = move |_: &Event| send.emit(Msg::OpenLink(current()));
        let back = web_sys::window().map(|window| EventListener::new(&window, "popstate", heard));
        Share { link: current(), _back: back, ..Share::default() }
    }

    /// Whether the address holds something that we did not put there.
    pub fn is_others(&self, link: &str) -> bool {
        self.link != link
    }

    /// The run on show has this link.
    pub fn put(&mut self, link: String) {
        if link == self.link {
            return;
        }
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            let url = format!("#{link}");
            let _ = match self.is_new && !crate::embedded::is_embedded() {
                true => history.push_state_with_url(&JsValue::NULL, "", Some(&url)),
                false => history.replace_state_with_url(&JsValue::NULL, "", Some(&url)),
            };
        }
        crate::embedded::moved(&link);
        (self.link, self.is_new) = (link, false);
    }

    /// The run on show is the one that the lab opens with, and these lines.
    pub fn put_own(&mut self, own: &str, step: u32, target: Option<&TargetSpec>) {
        let script =
            LinkedScript::Shipped { stem: OPENING.to_owned(), commands: None, own: own.trim_start().to_owned() };
        let target = target.map(TargetSpec::linked);
        let link = Permalink { script, step: Some(step), target, view: hub::looks() };
        if let Ok(link) = link.link() {
            self.put(link);
        }
    }

    pub fn opened(&mut self, link: String, then: Then) {
        (self.link, self.then, self.refused, self.is_new) = (link, Some(then), None, false);
    }

    pub fn refused(&mut self, problem: Problem) {
        self.refused = Some(problem);
    }

    pub fn view(&self, step: u32, send: &Callback<Msg>) -> Html {
        let wrong = match &self.refused {
            Some(problem) => tag("div", "").attr("role", "alert").child(problem_line(problem)).html(),
            None => none(),
        };
        let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let link = tag("input", "input is-code")
            .attr("id", "bench-link")
            .attr("type", "text")
            .flag("readonly", true)
            .value(&address)
            .html();
        let label = tag("label", "form-label").attr("for", "bench-link").text(t("bench.link", &[])).html();
        let note = tag("p", "bench-hint").text(t("bench.link_says", &[])).html();
        let digest = self.digest.as_ref().filter(|(of, _)| *of == step).map(|(_, digest)| digest.as_str());
        let digest = digest.map_or_else(String::new, |digest| t("bench.digest_is", &[("digest", digest)]));
        let digest = group(
            "div",
            "bench-digest",
            [
                pick("button is-quiet", t("bench.digest", &[]), || Msg::Digest, send),
                tag("p", "is-code").attr("role", "status").text(digest).html(),
            ],
        );
        group("div", "bench-share", [wrong, group("div", "bench-field", [label, link]), note, digest])
    }
}

/// What stands behind the `#` of the address.
pub fn current() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}
