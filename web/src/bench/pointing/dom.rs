//! The things that the page's views show, found in the document: what an element stands for, and which elements to light.
//!
//! A view of the study says it by data attributes (`data-point` and what belongs to it); the lab's tables and lists are known by what
//! they show anyway, so that its first program need not carry anything for this.

use super::kin::Kin;
use crate::bench::point::{Kind, Pointed};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

/// What is lit says so by this attribute, whose look the style sheet gives.
const LIT: &str = "data-lit";
/// All that may stand for something.
const THINGS: &str = "[data-point], tr:has(> td > button[data-why]), .around-line";

const RECOVERED: &str = "[data-recovered]";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// What an element stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub thing: Pointed,
    /// Of a page: the number of its relation.
    pub relation: Option<u32>,
    /// It is the recovered server's.
    pub recovered: bool,
}

/// What an element, or what it is in, stands for.
pub fn thing_at(element: &Element) -> Option<Found> {
    let found = element.closest(THINGS).ok()??;
    // A row says so at its button, other things at what holds them.
    let says = found.closest(RECOVERED).ok().flatten().or(found.query_selector(RECOVERED).ok().flatten());
    Some(Found { thing: thing_of(&found)?, relation: relation_of(&found), recovered: says.is_some() })
}

fn relation_of(element: &Element) -> Option<u32> {
    element.get_attribute("data-relation").and_then(|text| text.parse().ok())
}

fn thing_of(element: &Element) -> Option<Pointed> {
    let of = |name: &str| element.get_attribute(&format!("data-{name}"));
    if let Some(kind) = of("point") {
        let number = |name: &str| of(name).and_then(|text| text.parse::<u64>().ok());
        return Some(Pointed {
            timeline: number("timeline").map(|timeline| timeline as u32),
            lsn: number("lsn"),
            xid: number("xid").map(|xid| xid as u32).filter(|xid| *xid > 0),
            number: number("number"),
            name: of("name"),
            key: of("key"),
            ..Pointed::at(Kind::of_code(&kind))
        });
    }
    if let Ok(Some(button)) = element.query_selector("button[data-why]") {
        let (name, key) = (button.get_attribute("data-table"), button.get_attribute("data-why"));
        return Some(Pointed { name, key, ..Pointed::at(Kind::Row) });
    }
    let said = element.query_selector(".around-xid").ok()??.text_content()?;
    Some(Pointed { xid: Some(number_in(&said)?), ..Pointed::at(Kind::Xid) })
}

/// The number in a few words, whatever the language puts around it.
fn number_in(said: &str) -> Option<u32> {
    let digits = said.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().ok()
}

/// Lights all that has to do with what is pointed at, and nothing else.
pub fn light(kin: &Kin) {
    let Some(things) = document().and_then(|document| document.query_selector_all(THINGS).ok()) else { return };
    for index in 0..things.length() {
        let Some(element) = things.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let is_lit = thing_of(&element).is_some_and(|thing| kin.holds(&thing, relation_of(&element)));
        // What is as it should be is left alone: there may be hundreds.
        if is_lit != element.has_attribute(LIT) {
            let _ = element.toggle_attribute_with_force(LIT, is_lit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_among_words() {
        assert_eq!(number_in("XID 113"), Some(113));
        assert_eq!(number_in("[XID 9 ~~]"), Some(9));
        assert_eq!(number_in("none"), None);
    }
}
