//! The things that the page's views show, found in the document: what an element stands for, and which elements to light.
//!
//! A view of the study says it by data attributes (`data-point` and what belongs to it, `data-step` for the step that a line tells of); what
//! the lab shows is known by what it shows anyway, so that its first program need not carry anything for this.

use super::kin::Kin;
use crate::bench::happening::of_step;
use crate::bench::parts::BOXES;
use crate::bench::point::{Kind, Pointed};
use crate::bench::transactions::{meant, of_transaction, of_xid};
use crate::format;
use crate::state::Run;
use crate::words::t;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

/// What is lit says so by this attribute, whose look the style sheet gives.
const LIT: &str = "data-lit";
/// All that says so itself what it stands for.
const SAYS: &str = "[data-point]";
const RECOVERED: &str = "[data-recovered], .at-server";
/// What of the machine the keyboard comes to for this alone.
const REACHED: &str = ".machine-grid .sessions > li";

/// Of which run, and of which of its steps, the page tells.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    pub run: &'a Run,
    pub step: u32,
}

type Reads = fn(&Element, Sight) -> Option<Pointed>;

/// What the lab shows, and how it is read.
const SHOWN: [(&str, Reads); 10] = [
    ("tr:has(> td > button[data-why])", |element, _| {
        let button = element.query_selector("button[data-why]").ok()??;
        let (name, key) = (button.get_attribute("data-table"), button.get_attribute("data-why"));
        Some(Pointed { name, key, ..Pointed::at(Kind::Row) })
    }),
    (":is(.around-line, .price-line)", |element, sight| {
        let run = sight.run;
        let xid = number_in(&element.query_selector(".around-xid").ok()??.text_content()?)?;
        // Of several that were given the XID the one that ended then or there, as the line says.
        let said = element.query_selector(".around-at").ok()??.text_content()?;
        let is_it = |place: &usize| {
            let span = run.head.transactions.get(*place);
            span.is_some_and(|span| {
                said == run.clock(span.end_us) || span.end_lsn.map(format::lsn) == Some(said.clone())
            })
        };
        let all: Vec<usize> = meant(run, xid, None).collect();
        all.iter()
            .find(|place| all.len() == 1 || is_it(place))
            .map_or(Some(of_xid(xid)), |place| of_transaction(run, *place))
    }),
    (".machine-grid > .place", |element, _| {
        let class = element.class_name();
        let code = class.split_whitespace().find_map(|class| class.strip_prefix("at-"))?;
        let code = BOXES.into_iter().find(|known| *known == code)?;
        Some(Pointed::named(Kind::Part, code))
    }),
    (".machine-grid .sessions > li", |element, _| {
        // No session's name has a blank in it.
        Some(Pointed::named(Kind::Session, element.text_content()?.split_whitespace().next()?))
    }),
    (":is(.at-pages, .at-server) > .cells > i[title]", |element, _| {
        let pattern = t("machine.page", &[("table", HOLES[0]), ("block", HOLES[1])]);
        let said = filled(&pattern, &element.get_attribute("title")?)?;
        let number = said.get(1)?.parse().ok();
        Some(Pointed { number, ..Pointed::named(Kind::Page, said.first()?) })
    }),
    (".at-snapshots > p", |element, sight| {
        let said = element.text_content()?;
        let params = [("name", HOLES[0]), ("time", HOLES[1]), ("bytes", HOLES[2])];
        let patterns = ["machine.snapshot", "machine.snapshot_running"].map(|key| t(key, &params));
        let labels = sight.run.head.backups.iter().map(|backup| sight.run.name(backup.label));
        let known: Vec<&str> = labels.collect();
        let mut found = patterns.iter().filter_map(|pattern| filled(pattern, &said)?.into_iter().next());
        Some(Pointed::named(Kind::Backup, &found.find(|label| known.contains(&label.as_str()))?))
    }),
    (".machine > .steps > li", |element, sight| {
        // The step on show is among them, so it is known which the others are.
        let list = element.parent_element()?;
        let now = place_in(&list.query_selector(":scope > [aria-current]").ok()??)?;
        let step = (sight.step + place_in(element)?).checked_sub(now)?;
        Some(of_step(sight.run, step))
    }),
    (".as-table:not(.deep-list) tbody > tr", |element, sight| {
        // The table has them in the run's order.
        of_transaction(sight.run, place_in(element)? as usize)
    }),
    (".as-table:not(.deep-list) tbody > tr > td:nth-child(2)", |element, _| {
        Some(Pointed::named(Kind::Session, &element.text_content()?))
    }),
    (".phase-share, .phase-list > li", |element, _| {
        let key = element.query_selector(".phase-key").ok()?.unwrap_or_else(|| element.clone());
        let class = key.class_name();
        Some(Pointed::named(Kind::Phase, class.split_whitespace().find_map(|class| class.strip_prefix("is-"))?))
    }),
];

/// What an element stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub thing: Pointed,
    /// Of a page: the number of its relation, where the view that shows it knows that.
    pub relation: Option<u32>,
    /// The step that it tells of, beside the thing.
    pub step: Option<u32>,
    /// It is the recovered server's.
    pub recovered: bool,
    /// It is written in: who goes there by the keyboard does not mean to point at it for good.
    pub is_field: bool,
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// What is asked of the document is put together once.
fn all_things() -> String {
    SHOWN.iter().fold(SAYS.to_owned(), |all, (place, _)| format!("{all}, {place}"))
}

/// What an element, or what it is in, stands for.
pub fn thing_at(element: &Element, sight: Sight) -> Option<Found> {
    // An item of a tree holds others: it stands for what its own line does.
    let own = element.matches("[role=treeitem]").ok().filter(|is_item| *is_item);
    let own = own.and_then(|_| element.query_selector(&format!(":scope > {SAYS}")).ok().flatten());
    let things = all_things();
    let mut next = own.or_else(|| element.closest(&things).ok().flatten());
    while let Some(at) = next {
        if let Some(thing) = thing_of(&at, sight) {
            // A row says so at its button, other things at what holds them.
            let says = at.closest(RECOVERED).ok().flatten().or(at.query_selector(RECOVERED).ok().flatten());
            return Some(Found {
                thing,
                relation: number_of(&at, "data-relation"),
                step: number_of(&at, "data-step"),
                recovered: says.is_some(),
                is_field: element.matches("input").unwrap_or(false),
            });
        }
        next = at.parent_element().and_then(|parent| parent.closest(&things).ok().flatten());
    }
    None
}

fn number_of(element: &Element, name: &str) -> Option<u32> {
    element.get_attribute(name).and_then(|text| text.parse().ok())
}

fn thing_of(element: &Element, sight: Sight) -> Option<Pointed> {
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
    let (_, read) = SHOWN.iter().find(|(place, _)| element.matches(place).unwrap_or(false))?;
    read(element, sight)
}

/// How many stand before it.
fn place_in(element: &Element) -> Option<u32> {
    let all = element.parent_element()?.children();
    (0..all.length()).find(|at| all.item(*at).as_ref() == Some(element))
}

/// The number in a few words, whatever the language puts around it.
fn number_in(said: &str) -> Option<u32> {
    let digits = said.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().ok()
}

/// What stands for a parameter in a sentence whose parameters are looked for.
const HOLES: [&str; 3] = ["\u{1}", "\u{2}", "\u{3}"];

/// What stands in the places of a sentence's parameters, in the order of [`HOLES`], wherever the language puts them.
fn filled(pattern: &str, said: &str) -> Option<Vec<String>> {
    let mut found: Vec<(char, String)> = Vec::new();
    let is_hole = |char: char| ('\u{1}'..='\u{3}').contains(&char);
    let (first, mut pattern) = pattern.split_at(pattern.find(is_hole).unwrap_or(pattern.len()));
    let mut said = said.strip_prefix(first)?;
    while let Some(hole) = pattern.chars().next() {
        let after = pattern.get(1..)?;
        let words = after.get(..after.find(is_hole).unwrap_or(after.len()))?;
        pattern = after.get(words.len()..)?;
        let end = match (words, pattern) {
            ("", _) => said.len(),
            (words, "") => said.len() - words.len() * usize::from(said.ends_with(words)),
            (words, _) => said.find(words)?,
        };
        let (value, rest) = said.split_at(end);
        found.push((hole, value.to_owned()));
        said = rest.strip_prefix(words)?;
    }
    found.sort_by_key(|(hole, _)| *hole);
    Some(found.into_iter().map(|(_, value)| value).collect())
}

/// Lights all that has to do with what is pointed at, and nothing else.
pub fn light(kin: &Kin, sight: Sight) {
    let Some(things) = document().and_then(|document| document.query_selector_all(&all_things()).ok()) else { return };
    for index in 0..things.length() {
        let Some(element) = things.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let (relation, step) = (number_of(&element, "data-relation"), number_of(&element, "data-step"));
        let is_lit = !kin.is_of_nothing()
            && (kin.has_step(step) || thing_of(&element, sight).is_some_and(|thing| kin.holds(&thing, relation)))
            // In a table every line has its session's name: those are lit for the session alone.
            && (kin.is_of_session() || !element.matches("td").unwrap_or(false));
        // What is as it should be is left alone: there may be hundreds.
        if is_lit != element.has_attribute(LIT) {
            let _ = element.toggle_attribute_with_force(LIT, is_lit);
        }
    }
}

/// Makes stops for the keyboard of what it would not come to: Yew does not know of them, and leaves them.
pub fn let_reach() {
    let Some(lines) = document().and_then(|document| document.query_selector_all(REACHED).ok()) else { return };
    for index in 0..lines.length() {
        let line = lines.item(index).and_then(|node| node.dyn_into::<Element>().ok());
        if let Some(line) = line.filter(|line| !line.has_attribute("tabindex")) {
            // Without one it is for the pointer alone.
            let _ = line.set_attribute("tabindex", "0");
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

    #[test]
    fn parameters_are_found_in_a_sentence_whatever_stands_around_them() {
        let of = |pattern: &str, said: &str| filled(pattern, said);
        let both = |one: &str, other: &str| Some(vec![one.to_owned(), other.to_owned()]);
        assert_eq!(of("\u{1}, block \u{2}", "users, block 3"), both("users", "3"));
        assert_eq!(of("[Block \u{2} von \u{1} ~~]", "[Block 3 von users ~~]"), both("users", "3"));
        assert_eq!(of("\u{1}, being taken", "b1, being taken"), Some(vec!["b1".to_owned()]));
        assert_eq!(of("\u{1}, \u{2}", "none yet"), None);
        assert_eq!(of("\u{1}, being taken", "none yet"), None);
    }
}
