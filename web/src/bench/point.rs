//! What somebody points at, known to every view: one event of the window, `pitr-point`.
//!
//! A view that is touched, hovered or focused [shows](show) the thing; every view [hears](on) of it and draws its own picture of the thing
//! highlighted. The event's detail is an object of texts, the numbers in it decimal: `kind`, and of `timeline`, `lsn`, `xid`, `number`
//! and `name` what the thing has.

use crate::view::Tag;
use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit};

const EVENT: &str = "pitr-point";

/// What sort of thing is pointed at, by the word in the event's detail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing any more.
    #[default]
    Nothing,
    /// A log record: `timeline`, `lsn`, and `xid` if it has one.
    Record,
    /// A checkpoint: `timeline` and the `lsn` of its record.
    Checkpoint,
    /// A restore point: `lsn` of its record, and its `name`.
    RestorePoint,
    /// A transaction: `xid`.
    Xid,
    /// A log segment: `timeline`, its `number`, and the `lsn` of its first byte.
    Segment,
    /// A backup: its label as `name`.
    Backup,
    /// A session: its `name`.
    Session,
    /// A timeline: `timeline`.
    Timeline,
    /// A page: its table as `name`, its block as `number`.
    Page,
    /// A row: its table as `name`, its key as `key`.
    Row,
    /// A part of the machine or a lane of the timeline: its code as `name`, see [`parts`](super::parts).
    Part,
    /// A phase of a recovery: its code as `name`.
    Phase,
    /// A step that is about none of these, as a savepoint or what somebody said: its `number`, its session as `name`, and the `xid` of the
    /// transaction that it lies in.
    Step,
}

const KINDS: [(Kind, &str); 14] = [
    (Kind::Nothing, "nothing"),
    (Kind::Record, "record"),
    (Kind::Checkpoint, "checkpoint"),
    (Kind::RestorePoint, "restore_point"),
    (Kind::Xid, "xid"),
    (Kind::Segment, "segment"),
    (Kind::Backup, "backup"),
    (Kind::Session, "session"),
    (Kind::Timeline, "timeline"),
    (Kind::Page, "page"),
    (Kind::Row, "row"),
    (Kind::Part, "part"),
    (Kind::Phase, "phase"),
    (Kind::Step, "step"),
];

impl Kind {
    pub fn code(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("nothing", |(_, code)| code)
    }

    /// A code that nobody knows is nothing.
    pub fn of_code(code: &str) -> Kind {
        KINDS.iter().find(|(_, each)| *each == code).map_or(Kind::Nothing, |(kind, _)| *kind)
    }
}

/// The thing that is pointed at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointed {
    pub kind: Kind,
    pub timeline: Option<u32>,
    pub lsn: Option<u64>,
    pub xid: Option<u32>,
    pub number: Option<u64>,
    pub name: Option<String>,
    pub key: Option<String>,
}

impl Pointed {
    /// Nothing but a kind; the rest is filled in by update syntax.
    pub fn at(kind: Kind) -> Pointed {
        Pointed { kind, ..Pointed::default() }
    }

    /// A thing that has no more than a name.
    pub fn named(kind: Kind, name: &str) -> Pointed {
        Pointed { name: Some(name.to_owned()), ..Pointed::at(kind) }
    }

    /// The detail's entries.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let number = |name, number: Option<u64>| number.map(|number| (name, number.to_string()));
        let text = |name, text: &Option<String>| text.clone().map(|text| (name, text));
        let all = [
            Some(("kind", self.kind.code().to_owned())),
            number("timeline", self.timeline.map(u64::from)),
            number("lsn", self.lsn),
            number("xid", self.xid.map(u64::from)),
            number("number", self.number),
            text("name", &self.name),
            text("key", &self.key),
        ];
        all.into_iter().flatten().collect()
    }

    /// The thing whose entries are looked up by that. What cannot be read is left out.
    fn of(entry: impl Fn(&str) -> Option<String>) -> Pointed {
        Pointed {
            kind: entry("kind").map_or(Kind::Nothing, |code| Kind::of_code(&code)),
            timeline: entry("timeline").and_then(|text| text.parse().ok()),
            lsn: entry("lsn").and_then(|text| text.parse().ok()),
            xid: entry("xid").and_then(|text| text.parse().ok()),
            number: entry("number").and_then(|text| text.parse().ok()),
            name: entry("name"),
            key: entry("key"),
        }
    }
}

/// The attributes by which an element says what it stands for, by the names of the detail's entries.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("kind", "data-point"),
    ("timeline", "data-timeline"),
    ("lsn", "data-lsn"),
    ("xid", "data-xid"),
    ("number", "data-number"),
    ("name", "data-name"),
    ("key", "data-key"),
];

/// The element stands for the thing, for whoever points at it.
pub fn stand_for(element: Tag, thing: &Pointed) -> Tag {
    thing.entries().into_iter().fold(element, |element, (name, text)| {
        match ATTRIBUTES.iter().find(|(entry, _)| *entry == name) {
            Some((_, attribute)) => element.attr(attribute, &text),
            None => element,
        }
    })
}

thread_local! {
    static LAST: RefCell<Pointed> = RefCell::default();
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// What is pointed at is to stay while the pointer passes over other things, or need not any more.
pub fn hold(held: bool) {
    HELD.with(|own| own.set(held));
}

/// The pointer passes over something, or over nothing: that is pointed at, unless what was is to stay.
pub fn pass_over(pointed: Option<&Pointed>) {
    if !HELD.with(Cell::get) {
        show(pointed.unwrap_or(&Pointed::default()));
    }
}

/// Tells every view that this is pointed at now. Saying the same again says nothing.
pub fn show(pointed: &Pointed) {
    if LAST.with(|last| *last.borrow() == *pointed) {
        return;
    }
    let detail = Object::new();
    for (name, text) in pointed.entries() {
        // A plain object takes every entry.
        let _ = Reflect::set(&detail, &JsValue::from_str(name), &JsValue::from_str(&text));
    }
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    if let (Some(window), Ok(event)) = (web_sys::window(), CustomEvent::new_with_event_init_dict(EVENT, &init)) {
        let _ = window.dispatch_event(&event);
    }
}

/// Nothing is pointed at any more.
pub fn show_nothing() {
    show(&Pointed::default());
}

/// Hears of whatever is pointed at, also of what it has shown itself, until it is dropped.
pub fn on(heard: impl Fn(Pointed) + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, EVENT, move |event| {
        let detail = event.dyn_ref::<CustomEvent>().map(CustomEvent::detail).unwrap_or_default();
        let pointed =
            Pointed::of(|name| Reflect::get(&detail, &JsValue::from_str(name)).ok().and_then(|text| text.as_string()));
        LAST.with(|last| last.replace(pointed.clone()));
        heard(pointed);
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_is_heard() {
        let record = Pointed { timeline: Some(2), lsn: Some(u64::MAX), xid: Some(113), ..Pointed::at(Kind::Record) };
        let row = Pointed { name: Some("users".into()), key: Some("'a b'".into()), ..Pointed::at(Kind::Row) };
        for pointed in [record, row, Pointed::default()] {
            let entries = pointed.entries();
            let find = |name: &str| entries.iter().find(|(each, _)| *each == name).map(|(_, text)| text.clone());
            assert_eq!(Pointed::of(find), pointed);
            assert!(entries.iter().all(|(name, _)| ATTRIBUTES.iter().any(|(entry, _)| entry == name)));
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let heard = Pointed::of(|name| Some(if name == "kind" { "cat" } else { "x" }.to_owned()));
        assert_eq!((heard.kind, heard.lsn, heard.xid), (Kind::Nothing, None, None));
        assert!(KINDS.iter().all(|(kind, code)| Kind::of_code(code) == *kind && kind.code() == *code));
    }
}
