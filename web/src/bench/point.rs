//! What somebody points at, known to every view: one event of the window, `pitr-point`.
//!
//! A view that is touched, hovered or focused [shows](show) the thing; every view [hears](on) of it and draws its own picture of the thing
//! highlighted. The event's detail is an object of texts, the numbers in it decimal: `kind`, and of `timeline`, `lsn`, `xid`, `number`
//! and `name` what the thing has.

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use std::cell::RefCell;
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
}

const KINDS: [(Kind, &str); 11] = [
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

thread_local! {
    static LAST: RefCell<Pointed> = RefCell::default();
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
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let heard = Pointed::of(|name| Some(if name == "kind" { "cat" } else { "x" }.to_owned()));
        assert_eq!((heard.kind, heard.lsn, heard.xid), (Kind::Nothing, None, None));
        assert!(KINDS.iter().all(|(kind, code)| Kind::of_code(code) == *kind && kind.code() == *code));
    }
}
