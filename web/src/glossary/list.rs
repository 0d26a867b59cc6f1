//! All terms as a list, searched by a word: the complete representation of what the popovers tell in pieces.

use super::mark::document;
use super::popover::read;
use super::terms::{Term, Terms};
use super::{Glossary, Msg};
use crate::format;
use crate::state::value_of;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const LIST: &str = "glossary-list";
const SEARCH: &str = "glossary-search";

/// The list's state.
#[derive(Debug, Default)]
pub struct List {
    pub open: bool,
    /// What is looked for.
    pub words: String,
    /// The term to be brought into view.
    to: Option<&'static str>,
}

/// Unfolds the list, and the keyboard goes to its search.
pub fn open() {
    unfold();
    focus(SEARCH);
}

fn unfold() {
    let list = document().and_then(|document| document.get_element_by_id(LIST));
    if let Some(list) = list {
        // It tells by an event that it was unfolded.
        let _ = list.set_attribute("open", "");
    }
}

fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

fn id_of(term: &str) -> String {
    ["term-", term].concat()
}

impl List {
    /// A term is to be seen in the list.
    pub fn to(&mut self, id: &'static str) {
        (self.open, self.to) = (true, Some(id));
        self.words.clear();
        unfold();
    }

    /// Once the list is drawn.
    pub fn bring(&mut self) {
        if let Some(id) = self.to.take() {
            focus(&id_of(id));
        }
    }

    pub fn view(&self, terms: &Terms, send: &Callback<Msg>) -> Html {
        let toggled = send.reform(|event: Event| {
            let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            Msg::Toggled(details.is_some_and(|details| details.has_attribute("open")))
        });
        let searched = send.reform(|event: Event| Msg::Search(value_of(&event)));
        let title = tag("h2", "panel-title").attr("id", "glossary-title").text(t("glossary.title", &[]));
        let note = plain("span", "panel-note", t("glossary.note", &[("count", &format::count(terms.len() as u64))]));
        let search = tag("input", "input")
            .attr("id", SEARCH)
            .attr("type", "search")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .value(&self.words)
            .on(ListenerKind::oninput, searched);
        let label = tag("label", "form-label").attr("for", SEARCH).text(t("glossary.search", &[]));
        let details = tag("details", "glossary-details")
            .attr("id", LIST)
            .on(ListenerKind::ontoggle, toggled)
            .child(tag("summary", "").child(title.html()).child(note).html())
            .child(group("div", "glossary-field", [label.html(), search.html()]))
            .child(if self.open { self.found(terms, send) } else { none() });
        tag("section", "panel glossary").attr("aria-labelledby", "glossary-title").child(details.html()).html()
    }

    fn found(&self, terms: &Terms, send: &Callback<Msg>) -> Html {
        let found = terms.search(&self.words);
        let said = match found.is_empty() {
            true => t("glossary.none", &[("words", &self.words)]),
            false => t(
                "glossary.found",
                &[("found", &format::count(found.len() as u64)), ("all", &format::count(terms.len() as u64))],
            ),
        };
        let entries = found.into_iter().map(|term| entry(term, terms, send));
        group(
            "div",
            "glossary-found",
            [
                tag("p", "glossary-count").attr("role", "status").text(said).html(),
                tag("dl", "glossary-terms").all(entries.collect()).html(),
            ],
        )
    }
}

fn entry(term: Term, terms: &Terms, send: &Callback<Msg>) -> Html {
    let kin = terms.kin(term).map(|other| tag("li", "").child(read(other.name, Msg::ToList(other.id), send)).html());
    let name = tag("dt", "").attr("id", &id_of(term.id)).attr("tabindex", "-1").text(term.name.to_owned());
    let more = tag("ul", "glossary-kin").attr("aria-label", &t("glossary.kin_of", &[("name", term.name)]));
    let says = tag("dd", "").child(plain("p", "", term.definition.to_owned())).child(more.all(kin.collect()).html());
    tag("div", "glossary-entry").key(term.id.to_owned()).child(name.html()).child(says.html()).html()
}

impl Glossary {
    /// Where the glossary stands: at the end of the page.
    pub fn place() -> Option<Element> {
        const ID: &str = "glossary";
        let document = document()?;
        if document.get_element_by_id(ID).is_some() {
            return None;
        }
        let place = document.create_element("div").ok()?;
        place.set_id(ID);
        place.set_class_name("page");
        document.body()?.append_child(&place).ok()?;
        Some(place)
    }
}
