//! The timelines as a tree: which came from which, where, and how.
//!
//! For the keyboard it is one stop, as the ARIA Authoring Practices have a tree: up and down lead from line to line, right and left into a
//! branch and out of it or open and shut it, Home and End to the ends; Enter goes to where the timeline begins.

use super::point::{Kind, Pointed, stand_for};
use super::{Msg, bus, pick};
use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::TimelineSpan;
use pitr_protocol::bench::Thing;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Where the keyboard is in the tree, and what is shut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The timeline at which the keyboard comes in.
    at: Option<u32>,
    shut: BTreeSet<u32>,
}

/// What a hand does to the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The keyboard is at a timeline.
    At(u32),
    /// A timeline's branch is opened, or shut.
    Turn(u32),
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Led {
    To(u32),
    Turn(u32),
    Nowhere,
}

impl Tree {
    pub fn act(&mut self, act: Act) {
        match act {
            Act::At(timeline) => self.at = Some(timeline),
            Act::Turn(timeline) => {
                if !self.shut.remove(&timeline) {
                    self.shut.insert(timeline);
                }
            }
        }
    }

    pub fn view(&self, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
        let all: Vec<&TimelineSpan> =
            run.head.timelines.iter().filter(|timeline| timeline.began.0 <= step.max(1)).collect();
        let seen = self.seen(&all);
        // One that is not there any more, or in a branch that is shut, has no stop.
        let at = self.at.filter(|at| seen.iter().any(|(id, _)| id == at)).or(seen.first().map(|(id, _)| *id));
        let shown = Shown { run, all: &all, tree: self, at, send };
        let roots = all.iter().filter(|timeline| timeline.parent.is_none()).map(|timeline| branch(&shown, timeline, 1));
        let tree = tag("ul", "bench-tree")
            .attr("role", "tree")
            .attr("aria-label", &t("bench.tree.title", &[]))
            .on(ListenerKind::onkeydown, self.walking(&all, send))
            .all(roots.collect());
        group("div", "bench-list", [plain("h3", "bench-family", t("bench.tree.title", &[])), tree.html()])
    }

    /// The timelines that can be seen, from top to bottom, each with the one that it came from.
    fn seen(&self, all: &[&TimelineSpan]) -> Vec<(u32, Option<u32>)> {
        fn follow(tree: &Tree, all: &[&TimelineSpan], of: Option<u32>, into: &mut Vec<(u32, Option<u32>)>) {
            for child in all.iter().filter(|child| child.parent == of) {
                into.push((child.id, of));
                if !tree.shut.contains(&child.id) {
                    follow(tree, all, Some(child.id), into);
                }
            }
        }
        let mut seen = Vec::new();
        follow(self, all, None, &mut seen);
        seen
    }

    /// Where a key leads from a timeline; `None` if it is no key of a tree's.
    fn led(&self, all: &[&TimelineSpan], from: u32, key: &str) -> Option<Led> {
        let seen = self.seen(all);
        let place = seen.iter().position(|(id, _)| *id == from)?;
        let to =
            |place: Option<usize>| place.and_then(|place| seen.get(place)).map_or(Led::Nowhere, |(id, _)| Led::To(*id));
        let has_children = all.iter().any(|child| child.parent == Some(from));
        let is_shut = self.shut.contains(&from);
        Some(match key {
            "ArrowDown" => to(Some(place + 1)),
            "ArrowUp" => to(place.checked_sub(1)),
            "Home" => to(Some(0)),
            "End" => to(seen.len().checked_sub(1)),
            "ArrowRight" if has_children && is_shut => Led::Turn(from),
            "ArrowRight" if has_children => to(Some(place + 1)),
            "ArrowRight" => Led::Nowhere,
            "ArrowLeft" if has_children && !is_shut => Led::Turn(from),
            "ArrowLeft" => seen.get(place).and_then(|(_, parent)| *parent).map_or(Led::Nowhere, Led::To),
            _ => return None,
        })
    }

    /// Hears the keys at the tree's lines; those of the buttons in them are their own.
    fn walking(&self, all: &[&TimelineSpan], send: &Callback<Msg>) -> Callback<Event> {
        let (tree, send) = (self.clone(), send.clone());
        let all: Vec<TimelineSpan> = all.iter().map(|timeline| (*timeline).clone()).collect();
        Callback::from(move |event: Event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            if key.alt_key() || key.ctrl_key() || key.meta_key() {
                return;
            }
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let from = target.and_then(|target| target.get_attribute("data-branch")).and_then(|id| id.parse().ok());
            let Some(from) = from else { return };
            let all: Vec<&TimelineSpan> = all.iter().collect();
            if matches!(key.key().as_str(), "Enter" | " ") {
                let begun = all.iter().find(|timeline| timeline.id == from).map(|timeline| timeline.began.0);
                begun.into_iter().for_each(bus::go_to);
            } else {
                match tree.led(&all, from, &key.key()) {
                    None => return,
                    Some(Led::Nowhere) => {}
                    Some(Led::To(to)) => focus(to),
                    Some(Led::Turn(of)) => send.emit(Msg::Tree(Act::Turn(of))),
                }
            }
            // Neither the page nor the lab is moved by it, not even at the edge.
            event.prevent_default();
            event.stop_propagation();
        })
    }
}

fn item_id(timeline: u32) -> String {
    format!("bench-timeline-{timeline}")
}

fn focus(timeline: u32) {
    let document = web_sys::window().and_then(|window| window.document());
    let item = document.and_then(|document| document.get_element_by_id(&item_id(timeline)));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        // What cannot be focused stays behind.
        let _ = item.focus();
    }
}

/// What the branches are made of.
struct Shown<'a> {
    run: &'a Run,
    all: &'a [&'a TimelineSpan],
    tree: &'a Tree,
    at: Option<u32>,
    send: &'a Callback<Msg>,
}

fn branch(shown: &Shown, timeline: &TimelineSpan, level: u8) -> Html {
    let Shown { run, send, .. } = shown;
    let id = timeline.id;
    let name = t("bench.tree.timeline", &[("timeline", &id.to_string())]);
    let says = match timeline.parent {
        Some(parent) => t(
            "bench.tree.forks",
            &[
                ("parent", &parent.to_string()),
                ("lsn", &format::lsn(timeline.fork_lsn)),
                ("time", &run.clock(timeline.fork_us)),
            ],
        ),
        None => t("bench.tree.first", &[]),
    };
    let begun = timeline.began.0;
    let mut buttons =
        vec![pick("link", t("bench.tree.go", &[("timeline", &id.to_string())]), move || Msg::GoTo(begun), send)];
    if timeline.parent.is_some() {
        let said = t("bench.tree.history", &[("timeline", &id.to_string())]);
        buttons.push(pick("link", said, move || Msg::Inspect(Thing::History { timeline: id }), send));
    }
    let is_shut = shown.tree.shut.contains(&id);
    let children: Vec<&&TimelineSpan> = shown.all.iter().filter(|child| child.parent == Some(id)).collect();
    let here = send.reform(move |_: Event| Msg::Tree(Act::At(id)));
    let thing = Pointed { timeline: Some(id), ..Pointed::at(Kind::Timeline) };
    let mut item = tag("li", "")
        .key(id.to_string())
        .attr("id", &item_id(id))
        .attr("role", "treeitem")
        .attr("tabindex", if shown.at == Some(id) { "0" } else { "-1" })
        .attr("data-branch", &id.to_string())
        .attr("aria-level", &level.to_string())
        .attr("aria-selected", "false")
        .on(ListenerKind::onfocus, here);
    let mut turn = none();
    if !children.is_empty() {
        item = item.attr("aria-expanded", if is_shut { "false" } else { "true" });
        // The keyboard has the arrows for it.
        turn = tag("span", "bench-turn")
            .attr("aria-hidden", "true")
            .on(ListenerKind::onclick, send.reform(move |_: Event| Msg::Tree(Act::Turn(id))))
            .text(if is_shut { "▸" } else { "▾" }.to_owned())
            .html();
    }
    let below = match is_shut || children.is_empty() {
        true => none(),
        false => {
            let children = children.into_iter().map(|child| branch(shown, child, level + 1));
            tag("ul", "").attr("role", "group").all(children.collect()).html()
        }
    };
    item.child(turn)
        .child(
            stand_for(tag("p", "bench-branch"), &thing)
                .child(plain("strong", "", name))
                .child(plain("span", "", says))
                .html(),
        )
        .child(tag("p", "bench-branch-links").all(buttons).html())
        .child(below)
        .html()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, and from it 2 and 4; from 2 came 3.
    fn spans() -> Vec<TimelineSpan> {
        let of = |id, parent| TimelineSpan { id, parent, fork_lsn: 0, fork_us: 0, began: (0, 0) };
        vec![of(1, None), of(2, Some(1)), of(3, Some(2)), of(4, Some(1))]
    }

    #[test]
    fn the_keys_lead_as_a_tree_has_them() {
        let spans = spans();
        let all: Vec<&TimelineSpan> = spans.iter().collect();
        let mut tree = Tree::default();
        let led = |tree: &Tree, from, key: &str| tree.led(&all, from, key);
        let down: Vec<Option<Led>> = [1, 2, 3, 4].map(|from| led(&tree, from, "ArrowDown")).to_vec();
        assert_eq!(down, [Led::To(2), Led::To(3), Led::To(4), Led::Nowhere].map(Some));
        assert_eq!(led(&tree, 4, "ArrowUp"), Some(Led::To(3)));
        assert_eq!((led(&tree, 3, "Home"), led(&tree, 1, "End")), (Some(Led::To(1)), Some(Led::To(4))));
        assert_eq!((led(&tree, 1, "ArrowRight"), led(&tree, 4, "ArrowRight")), (Some(Led::To(2)), Some(Led::Nowhere)));
        assert_eq!((led(&tree, 3, "ArrowLeft"), led(&tree, 2, "ArrowLeft")), (Some(Led::To(2)), Some(Led::Turn(2))));
        assert_eq!((led(&tree, 1, "a"), led(&tree, 9, "Home")), (None, None));
        tree.act(Act::Turn(2));
        assert_eq!((led(&tree, 2, "ArrowDown"), led(&tree, 2, "ArrowRight")), (Some(Led::To(4)), Some(Led::Turn(2))));
        assert_eq!(led(&tree, 2, "ArrowLeft"), Some(Led::To(1)), "what is shut is left");
        tree.act(Act::Turn(2));
        assert_eq!(led(&tree, 2, "ArrowDown"), Some(Led::To(3)));
    }
}
