//! The glossary: what the page's terms mean, at the term itself and as a list. Part of the study's program.
//!
//! A head or label that is a term ([`heads`]) is marked ([`mark`]); whoever points at it, goes to it by the keyboard or taps it ([`watch`])
//! sees its definition in a popover, which stays until it is left or put away (WCAG 1.4.13). The list has all of them.

mod heads;
mod list;
mod mark;
mod popover;
mod terms;
mod watch;

pub use list::open;
pub use mark::{STAYS, TERM};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use terms::{Term, Terms};
use watch::Heard;
use web_sys::Element;
use yew::prelude::*;

/// How long a pointer rests on a term before it is told, and is away before it is told no more.
const COMES_MS: u32 = 250;
/// The same of the name of a control, which is mostly pointed at to be used.
const COMES_TO_CONTROL_MS: u32 = 700;
const GOES_MS: u32 = 350;

/// The glossary's root.
#[derive(Debug)]
pub struct Glossary {
    terms: Terms,
    shown: Option<Shown>,
    /// What will happen to the popover if nothing happens before.
    later: Option<Timeout>,
    list: list::List,
    /// Whether the keyboard is to go into the popover once it is drawn anew.
    enter: bool,
    /// The keyboard was sent back to a term whose definition was put away: that it comes there is no wish to read it.
    back: Option<Element>,
    _marks: mark::Marks,
    _ears: Vec<EventListener>,
}

/// The term that is being told.
#[derive(Debug)]
struct Shown {
    term: Term,
    at: Element,
    /// A pointer brought it, and takes it away.
    by_pointer: bool,
}

/// What reaches the glossary.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Show(Element, bool),
    Hide,
    /// Another term in the popover.
    Read(&'static str),
    /// The term in the list.
    ToList(&'static str),
    Search(String),
    Toggled(bool),
}

impl Glossary {
    fn show(&mut self, at: Element, by_pointer: bool) -> bool {
        self.later = None;
        let term = at.get_attribute(mark::TERM).and_then(|id| self.terms.of(&id));
        let Some(term) = term.filter(|_| at.is_connected()) else { return false };
        self.hide();
        popover::describe(&at, true);
        self.shown = Some(Shown { term, at, by_pointer });
        true
    }

    fn hide(&mut self) -> bool {
        self.later = None;
        let Some(shown) = self.shown.take() else { return false };
        popover::describe(&shown.at, false);
        true
    }

    fn later(&mut self, ctx: &Context<Self>, wait: u32, msg: Msg) {
        let link = ctx.link().clone();
        self.later = Some(Timeout::new(wait, move || link.send_message(msg)));
    }

    fn heard(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        match heard {
            Heard::Over(at) => match &self.shown {
                Some(shown) if shown.at == at => self.later = None,
                // One that the keyboard is at stays until the keyboard goes, or somebody taps.
                Some(shown) if !shown.by_pointer => {}
                _ => {
                    let wait = if watch::is_label(&at) { COMES_TO_CONTROL_MS } else { COMES_MS };
                    self.later(ctx, wait, Msg::Show(at, true));
                }
            },
            Heard::OverPopover => self.later = None,
            Heard::Off => match &self.shown {
                Some(shown) if shown.by_pointer => self.later(ctx, GOES_MS, Msg::Hide),
                Some(_) => {}
                None => self.later = None,
            },
            Heard::At(at) if self.back.take().as_ref() == Some(&at) => {}
            Heard::At(at) => match &self.shown {
                Some(shown) if shown.at == at && !shown.by_pointer => {}
                _ => return self.show(at, false),
            },
            Heard::Elsewhere => return self.hide(),
            Heard::Escape => {
                if let Some(shown) = &self.shown {
                    self.back = popover::leave(&shown.at).then(|| shown.at.clone());
                }
                return self.hide();
            }
            Heard::Into => {
                self.enter = self.shown.is_some();
                return self.enter;
            }
        }
        false
    }
}

impl Component for Glossary {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Glossary {
        Glossary {
            terms: Terms::all(),
            shown: None,
            later: None,
            list: list::List::default(),
            enter: false,
            back: None,
            _marks: mark::Marks::keep(),
            _ears: watch::listen(&ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(heard) => self.heard(ctx, heard),
            Msg::Show(at, by_pointer) => self.show(at, by_pointer),
            Msg::Hide => self.hide(),
            Msg::Read(id) => {
                if let (Some(shown), Some(term)) = (&mut self.shown, self.terms.of(id)) {
                    // Whoever reads on wants it to stay.
                    (shown.term, shown.by_pointer) = (term, false);
                }
                self.later = None;
                true
            }
            Msg::ToList(id) => {
                self.hide();
                self.list.to(id);
                true
            }
            Msg::Search(words) => {
                self.list.words = words;
                true
            }
            Msg::Toggled(open) => std::mem::replace(&mut self.list.open, open) != open,
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some(shown) = &self.shown {
            popover::put(&shown.at);
        }
        if std::mem::take(&mut self.enter) {
            popover::enter();
        }
        self.list.bring();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        let shown = self.shown.as_ref().map(|shown| shown.term);
        html! {
            <>
                { self.list.view(&self.terms, &send) }
                { popover::view(shown, &self.terms, &send) }
            </>
        }
    }
}
