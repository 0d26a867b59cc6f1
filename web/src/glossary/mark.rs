//! Marks the heads and labels that are terms, wherever the page has them just now.
//!
//! What the lab shows is Yew's to keep: nothing is put in between. A label that is a term gets attributes that Yew does not know of and so
//! leaves alone, and loses them when it says something else. A card's terms are one stop for the keyboard, with arrow keys from one to the
//! next: some eighty stops more would be in everybody's way.

use super::heads::{CARD, HEADS, NAMES, NOT};
use super::terms::Terms;
use crate::changes::Changes;
use crate::words::t;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Node, NodeList};

/// The term of an element.
pub const TERM: &str = "data-term";
/// Of an element whose term is no matter of what it says.
pub const STAYS: &str = "data-term-stays";
const TERM_IS_THERE: &str = "[data-term]";
/// How long the page must have stood still before it is looked through again.
const REST_MS: u32 = 400;

/// Keeps the marks as the page is.
#[derive(Debug)]
pub struct Marks {
    _changes: Changes,
}

impl Marks {
    pub fn keep() -> Marks {
        let book = Book::new();
        // Looking through the whole page takes longer than a frame may.
        Marks { _changes: Changes::within(&["lab", "study"], REST_MS, move || book.mark()) }
    }
}

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// What the heads say in the page's language.
struct Book {
    terms: Terms,
    /// Where they stand, and there: what they say, and the terms.
    heads: Vec<(&'static str, Vec<(String, &'static str)>)>,
}

impl Book {
    fn new() -> Book {
        let said = |heads: &[(&str, &'static str)]| heads.iter().map(|(key, term)| (t(key, &[]), *term)).collect();
        Book { terms: Terms::all(), heads: HEADS.iter().map(|(place, heads)| (*place, said(heads))).collect() }
    }

    fn mark(&self) {
        let Some(document) = document() else { return };
        let mut found: Vec<Element> = Vec::new();
        for (place, heads) in &self.heads {
            for element in all(&document, place) {
                let label = own_text(&element);
                if let Some((_, term)) = heads.iter().find(|(said, _)| *said == label) {
                    write(&element, TERM, term);
                    found.push(element);
                }
            }
        }
        for element in all(&document, NAMES) {
            if element.matches(NOT).unwrap_or(true) || found.contains(&element) {
                continue;
            }
            if let Some(term) = self.terms.called(&own_text(&element)) {
                write(&element, TERM, term.id);
                found.push(element);
            }
        }
        let mut cards: Vec<(Option<Element>, Vec<Element>)> = Vec::new();
        for element in all(&document, TERM_IS_THERE) {
            if element.has_attribute(STAYS) {
                continue;
            }
            if !found.contains(&element) {
                // It says something else by now.
                for name in [TERM, "tabindex", "aria-describedby"] {
                    let _ = element.remove_attribute(name);
                }
                continue;
            }
            let card = element.closest(CARD).ok().flatten();
            match cards.iter_mut().find(|(known, _)| *known == card) {
                Some((_, terms)) => terms.push(element),
                None => cards.push((card, vec![element])),
            }
        }
        let active = document.active_element();
        for (_, terms) in cards {
            let focused = terms.iter().position(|term| Some(term) == active.as_ref());
            let stop = focused.or_else(|| terms.iter().position(is_shown));
            for (index, term) in terms.iter().enumerate() {
                write(term, "tabindex", if stop == Some(index) { "0" } else { "-1" });
            }
        }
    }
}

/// The other terms of a term's card, itself among them, as far as they are shown.
pub fn beside(term: &Element) -> Vec<Element> {
    let card = term.closest(CARD).ok().flatten();
    let Some(document) = document() else { return Vec::new() };
    all(&document, TERM_IS_THERE)
        .filter(|element| element.closest(CARD).ok().flatten() == card && is_shown(element))
        .collect()
}

fn is_shown(element: &Element) -> bool {
    element.dyn_ref::<HtmlElement>().is_some_and(|element| element.offset_parent().is_some())
}

fn write(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        // An element that refuses an attribute is no term.
        let _ = element.set_attribute(name, value);
    }
}

fn all(document: &Document, place: &str) -> impl Iterator<Item = Element> {
    let list = document.query_selector_all(place).ok();
    nodes(list).filter_map(|node| node.dyn_into().ok())
}

fn nodes(list: Option<NodeList>) -> impl Iterator<Item = Node> {
    (0..list.as_ref().map_or(0, NodeList::length)).filter_map(move |index| list.as_ref()?.item(index))
}

/// What an element says by itself, without what stands in it.
fn own_text(element: &Element) -> String {
    let texts = nodes(Some(element.child_nodes())).filter(|node| node.node_type() == Node::TEXT_NODE);
    let text: String = texts.filter_map(|node| node.node_value()).collect();
    text.trim().to_owned()
}
