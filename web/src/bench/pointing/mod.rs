//! Pointing at one thing lights it everywhere: hovered, focused or tapped in one view, it is named in a line at the foot of the page, and
//! every view that shows it, or what it has to do with, outlines it. Escape lets it go.
//!
//! The line is seen and not spoken while the mouse passes over things; what is clicked or tapped stays, and is said once: when the engine
//! has told what it knows of it.

mod dom;
mod kin;
mod say;

use super::asking::ask;
use super::happening::record_at;
use super::hub::{self, Heard};
use super::point::{self, Kind, Pointed};
use crate::changes::Changes;
use crate::state::{Run, Ticket, View};
use crate::tables::grid::key_of;
use crate::view::{none, plain, tag};
use crate::words::t;
use dom::Found;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use kin::Kin;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::inside::{Trace, TraceOf};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The pointer has to rest for so long before the engine is asked, and may be away for so long before the thing is let go.
const REST_MS: u32 = 120;
const AWAY_MS: u32 = 700;
/// Views draw themselves anew after the page has moved; then what is lit is found again.
const DRAWN_MS: u32 = 90;

/// The line's root.
#[derive(Debug)]
pub struct Pointing {
    run: View<Run>,
    step: u32,
    pointed: Pointed,
    /// Of a page: the number of its relation, where the view that shows it knows that.
    relation: Option<u32>,
    /// It is the recovered server's.
    recovered: bool,
    /// It was clicked, tapped or focused: it stays when the pointer goes.
    pinned: bool,
    trace: Option<Trace>,
    ticket: Option<Ticket>,
    rest: Option<Timeout>,
    away: Option<Timeout>,
    drawn: Option<Timeout>,
    /// While something is pointed at: views that draw themselves later are lit as they come.
    changes: Option<Changes>,
    _member: hub::Member,
    _heard: Option<EventListener>,
    _listeners: Vec<EventListener>,
}

/// What reaches it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    /// Somebody, here or on a canvas, points at something.
    Pointed(Pointed),
    /// The pointer is over an element.
    Over(Element),
    /// One was clicked, tapped or reached by the keyboard.
    Pinned(Element),
    Rested,
    Away,
    Drawn,
    Told(Told),
    LetGo,
}

/// A place of its own at the end of the document, once.
pub fn place() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id("pointing").is_some() {
        return None;
    }
    let place = document.create_element("div").ok()?;
    place.set_id("pointing");
    document.body()?.append_child(&place).ok()?;
    Some(place)
}

fn target_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Ears on the whole document: no view has to carry anything for this.
fn listeners(send: &Callback<Msg>) -> Vec<EventListener> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return Vec::new() };
    let over = send.clone();
    let pinned = send.clone();
    let focused = send.clone();
    let escaped = send.clone();
    let pressed = Rc::new(Cell::new(false));
    let [down, up, gone] = [(); 3].map(|()| Rc::clone(&pressed));
    vec![
        EventListener::new(&document, "mouseover", move |event| {
            let Some(element) = target_of(event) else { return };
            // The canvas points by itself, and what the line says may be read in peace.
            if element.closest(".deep-stage, .timeline-host, #pointing").is_ok_and(|found| found.is_some()) {
                return;
            }
            over.emit(Msg::Over(element));
        }),
        EventListener::new(&document, "click", move |event| {
            target_of(event).into_iter().for_each(|element| pinned.emit(Msg::Pinned(element)));
        }),
        EventListener::new(&document, "pointerdown", move |_| down.set(true)),
        EventListener::new(&document, "pointerup", move |_| up.set(false)),
        EventListener::new(&document, "pointercancel", move |_| gone.set(false)),
        EventListener::new(&document, "focusin", move |event| {
            // The line would come in between the pointer and what it presses: there the click tells.
            if !pressed.get() {
                target_of(event).into_iter().for_each(|element| focused.emit(Msg::Pinned(element)));
            }
        }),
        EventListener::new(&document, "keydown", move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape") {
                escaped.emit(Msg::LetGo);
            }
        }),
    ]
}

impl Pointing {
    fn kin(&self) -> Kin {
        let kin = Kin::of(&self.run, &self.pointed);
        match &self.trace {
            Some(trace) => kin.with(&self.run, trace),
            None => kin,
        }
    }

    /// What the engine can say of it beyond the columns, and at which step.
    fn question(&self) -> Option<Ask> {
        let pointed = &self.pointed;
        let record = |lsn: u64| record_at(&self.run, pointed.timeline, lsn);
        let (of, step) = match pointed.kind {
            Kind::Record => {
                let at = record(pointed.lsn?)?;
                let (timeline, lsn) = (self.run.records.timeline[at], self.run.records.lsn[at]);
                // As soon as it is written it can be read, and its page looked into.
                (TraceOf::Record { timeline, lsn }, self.run.records.step[at])
            }
            Kind::Row => {
                let (table, key) = (pointed.name.clone()?, key_of(pointed.key.as_deref()?)?);
                (TraceOf::Row { table, key, recovered: self.recovered }, self.step)
            }
            Kind::Page => {
                let (block, recovered) = (u32::try_from(pointed.number?).ok()?, self.recovered);
                let of = match (self.relation, &pointed.name) {
                    (Some(relation), _) => TraceOf::Page { relation, block, recovered },
                    (None, name) => TraceOf::NamedPage { table: name.clone()?, block, recovered },
                };
                (of, self.step)
            }
            _ => return None,
        };
        Some(Ask::Trace { of, step })
    }

    /// Whether nothing more will come to be known of the thing.
    fn is_all_told(&self) -> bool {
        self.rest.is_none() && self.ticket.is_none()
    }

    fn point_at(&mut self, ctx: &Context<Self>, pointed: Pointed) -> bool {
        if pointed == self.pointed {
            return false;
        }
        (self.pointed, self.trace, self.ticket, self.away) = (pointed, None, None, None);
        hub::light_path(Vec::new());
        self.light();
        if self.pointed.kind == Kind::Nothing {
            self.changes = None;
        } else if self.changes.is_none() {
            let drawn = ctx.link().callback(|()| Msg::Drawn);
            self.changes = Some(Changes::within(&["lab", "study"], DRAWN_MS, move || drawn.emit(())));
        }
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = Some(Timeout::new(REST_MS, move || rested.emit(())));
        true
    }

    /// Points at what a view shows; the same row of the other server is another thing.
    fn take(&mut self, ctx: &Context<Self>, found: &Found) {
        let is_other = self.recovered != found.recovered;
        (self.relation, self.recovered) = (found.relation, found.recovered);
        if is_other && self.pointed == found.thing {
            self.pointed = Pointed::default();
            self.point_at(ctx, found.thing.clone());
        }
        point::show(&found.thing);
    }

    fn light(&self) {
        dom::light(&self.kin(), self.sight());
    }

    fn sight(&self) -> dom::Sight<'_> {
        // Where the page stands now; the hub tells of a place when it rests.
        dom::Sight { run: &self.run, step: hub::place().map_or(self.step, |(step, _)| step) }
    }

    /// Lights anew once the views have drawn themselves.
    fn draw_soon(&mut self, ctx: &Context<Self>) {
        let drawn = ctx.link().callback(|()| Msg::Drawn);
        self.drawn = Some(Timeout::new(DRAWN_MS, move || drawn.emit(())));
    }

    /// The pointer is over something, or over nothing.
    fn over(&mut self, ctx: &Context<Self>, found: Option<Found>) {
        if self.pinned {
            self.away = None;
        } else if let Some(found) = found {
            self.away = None;
            self.take(ctx, &found);
        } else if self.pointed.kind != Kind::Nothing && self.away.is_none() {
            let away = ctx.link().callback(|()| Msg::Away);
            self.away = Some(Timeout::new(AWAY_MS, move || away.emit(())));
        }
    }
}

impl Component for Pointing {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Pointing {
        let send = ctx.link().callback(|msg: Msg| msg);
        let pointed = ctx.link().callback(Msg::Pointed);
        Pointing {
            run: View::new(Run::default()),
            step: 0,
            pointed: Pointed::default(),
            relation: None,
            recovered: false,
            pinned: false,
            trace: None,
            ticket: None,
            rest: None,
            away: None,
            drawn: None,
            changes: None,
            _member: hub::join(ctx.link().callback(Msg::Heard)),
            _heard: point::on(move |thing| pointed.emit(thing)),
            _listeners: listeners(&send),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                self.run = run;
                self.draw_soon(ctx);
                return false;
            }
            Msg::Heard(Heard::Placed { step, .. }) => {
                self.step = step;
                self.draw_soon(ctx);
                return false;
            }
            Msg::Heard(_) => return false,
            Msg::Pointed(pointed) => return self.point_at(ctx, pointed),
            Msg::Over(element) => {
                let found = dom::thing_at(&element, self.sight());
                self.over(ctx, found);
                return false;
            }
            Msg::Pinned(element) => {
                let Some(found) = dom::thing_at(&element, self.sight()) else { return false };
                if found.is_field {
                    self.over(ctx, Some(found));
                    return false;
                }
                let was_pinned = std::mem::replace(&mut self.pinned, true);
                point::hold(true);
                self.take(ctx, &found);
                self.draw_soon(ctx);
                return !was_pinned;
            }
            Msg::Away => {
                self.away = None;
                point::show_nothing();
                return false;
            }
            Msg::Rested => {
                self.rest = None;
                let question = self.question();
                self.ticket = question.map(|question| ask(&question, ctx.link().callback(Msg::Told)));
            }
            Msg::Told(Told::Trace(trace)) => {
                self.ticket = None;
                if matches!(self.pointed.kind, Kind::Row | Kind::Page) {
                    hub::light_path(trace.records.clone());
                }
                self.trace = Some(trace);
                self.light();
            }
            Msg::Told(_) => self.ticket = None,
            Msg::Drawn => {
                self.drawn = None;
                if self.pointed.kind != Kind::Nothing {
                    self.light();
                }
                dom::let_reach();
                return false;
            }
            Msg::LetGo => {
                let was_pinned = std::mem::take(&mut self.pinned);
                point::hold(false);
                point::show_nothing();
                return was_pinned;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let said = say::say(&self.run, &self.pointed, self.recovered, self.trace.as_ref());
        let spoken = if self.pinned && self.is_all_told() { said.clone() } else { String::new() };
        let close = tag("button", "pointing-close")
            .attr("type", "button")
            .attr("aria-label", &t("bench.point.let_go", &[]))
            .text("×".to_owned())
            .on(ListenerKind::onclick, ctx.link().callback(|_: Event| Msg::LetGo));
        let close = if self.pinned { close.html() } else { none() };
        let line = match said.is_empty() {
            true => none(),
            false => tag("div", if self.pinned { "pointing is-pinned" } else { "pointing" })
                .child(plain("p", "pointing-says", said))
                .child(close)
                .html(),
        };
        tag("section", "")
            .attr("aria-label", &t("bench.point.title", &[]))
            .child(tag("p", "visually-hidden").attr("role", "status").text(spoken).html())
            .child(line)
            .html()
    }
}
