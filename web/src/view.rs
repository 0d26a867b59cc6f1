//! Elements made by small functions that are no generics: what a panel's tree costs in the bundle is a call an element.
//!
//! The `html!` macro writes out the making of every element where it stands. That is right for the few elements that carry the
//! page's inputs; the panels, with hundreds of plain ones, are built with these. Words come ready-made: nothing here reads the language.

use std::rc::Rc;
use yew::prelude::*;
use yew::virtual_dom::{Listener, ListenerKind, VTag, VText};

/// An element in the making. Boxed: handing on a pointer costs less code at each call than handing on the element.
#[derive(Debug)]
pub struct Tag(Box<VTag>);

/// Begins an element; an empty class is none.
#[inline(never)]
pub fn tag(name: &'static str, class: &str) -> Tag {
    let tag = Tag(Box::new(VTag::new(AttrValue::Static(name))));
    if class.is_empty() { tag } else { tag.attr("class", class) }
}

/// An element with nothing but text.
#[inline(never)]
pub fn plain(name: &'static str, class: &str, said: String) -> Html {
    tag(name, class).text(said).html()
}

/// An element with other elements in it.
#[inline(never)]
pub fn group<const COUNT: usize>(name: &'static str, class: &str, children: [Html; COUNT]) -> Html {
    tag(name, class).all(Vec::from(children)).html()
}

/// Text by itself.
#[inline(never)]
pub fn text(said: String) -> Html {
    VText::new(AttrValue::from(said)).into()
}

/// Nothing.
pub fn none() -> Html {
    Html::default()
}

impl Tag {
    #[inline(never)]
    pub fn attr(mut self, name: &'static str, value: &str) -> Tag {
        self.0.add_attribute(name, AttrValue::from(value.to_owned()));
        self
    }

    /// An attribute that is there or is not.
    pub fn flag(self, name: &'static str, there: bool) -> Tag {
        if there { self.attr(name, "") } else { self }
    }

    #[inline(never)]
    pub fn text(self, said: String) -> Tag {
        self.child(text(said))
    }

    #[inline(never)]
    pub fn child(mut self, child: Html) -> Tag {
        self.0.add_child(child);
        self
    }

    #[inline(never)]
    pub fn all(mut self, children: Vec<Html>) -> Tag {
        self.0.add_children(children);
        self
    }

    /// What an input or a textbox holds.
    #[inline(never)]
    pub fn value(mut self, value: &str) -> Tag {
        self.0.set_value(Some(AttrValue::from(value.to_owned())));
        self
    }

    #[inline(never)]
    pub fn checked(mut self, checked: bool) -> Tag {
        self.0.set_checked(checked);
        self
    }

    /// Where the element itself can be found.
    #[inline(never)]
    pub fn found_by(mut self, node: &NodeRef) -> Tag {
        self.0.node_ref = node.clone();
        self
    }

    /// Tells the element from its neighbours when they come and go.
    #[inline(never)]
    pub fn key(mut self, key: String) -> Tag {
        self.0.key = Some(key.into());
        self
    }

    #[inline(never)]
    pub fn on(mut self, kind: ListenerKind, heard: Callback<Event>) -> Tag {
        self.0.add_listener(Rc::new(Heard { kind, heard }));
        self
    }

    #[inline(never)]
    pub fn html(self) -> Html {
        (*self.0).into()
    }
}

/// One kind of listener for all kinds of events.
struct Heard {
    kind: ListenerKind,
    heard: Callback<Event>,
}

impl Listener for Heard {
    fn kind(&self) -> ListenerKind {
        self.kind.clone()
    }

    fn handle(&self, event: Event) {
        self.heard.emit(event);
    }

    fn passive(&self) -> bool {
        false
    }
}

/// A run that was opened from down the page is shown on top of it.
pub fn show_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
