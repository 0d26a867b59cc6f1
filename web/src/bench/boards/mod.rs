//! The dashboard: the run on show as its operators would have watched it, on three boards, where the page stands.
//!
//! The engine is asked once a run, and not before the panel comes into view; from there on a step is a look into columns. Out of view nothing is drawn.

mod calls;
mod cards;
mod lines;

use super::asking::ask;
use super::bus;
use super::hub::{self, Heard};
use crate::sight::Sight;
use crate::state::{Run, Ticket, View};
use crate::view::{group, none, plain, tag};
use crate::words::{problem, t};
use gloo_timers::callback::Timeout;
use lines::Line;
use pitr_protocol::Problem;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::boards::Boards;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The place's id.
const PLACE: &str = "boards";
/// A run that has just come is asked about when the page has had its first looks at it.
const REST_MS: u32 = 250;
/// How far out of view the boards are drawn already.
const NEAR_PX: u32 = 200;

/// What was seen of a run, ready to be drawn.
#[derive(Debug)]
pub struct Seen {
    boards: Boards,
    /// A line for each gauge.
    lines: Vec<Line>,
    begin_us: i64,
    end_us: i64,
    /// The run's steps.
    run: View<Run>,
}

impl Seen {
    fn new(boards: Boards, run: View<Run>) -> Seen {
        let (begin_us, end_us) = (run.head.begin_us, run.step_time(run.last_step()));
        let line = |gauge| Line::of(gauge, begin_us, end_us, |step| run.step_time(step));
        let lines = boards.gauges.iter().map(line).collect();
        Seen { boards, lines, begin_us, end_us, run }
    }

    /// The numbers of a board's gauges.
    fn on(&self, board: usize) -> impl Iterator<Item = usize> {
        let gauges = self.boards.boards.get(board).map_or(&[][..], |(_, gauges)| gauges);
        gauges.iter().map(|index| usize::from(*index)).filter(|index| *index < self.boards.gauges.len())
    }

    /// The last step that is not after an instant.
    fn step_at(&self, us: i64) -> Option<u32> {
        (self.run.steps.time_us.partition_point(|at| *at <= us) as u32).checked_sub(1)
    }
}

/// The panel.
#[derive(Debug)]
pub struct Dashboard {
    run: View<Run>,
    step: u32,
    seen: Option<Seen>,
    why_not: Option<Problem>,
    asked: Option<Ticket>,
    rest: Option<Timeout>,
    board: usize,
    /// Which of what can be opened is open: what is closed is not made.
    open: [bool; 2],
    in_sight: bool,
    /// The place has changed while nobody could see it.
    stale: bool,
    sight: Option<Sight>,
    _member: hub::Member,
}

/// What reaches the panel.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Told(Told),
    Sighted(bool),
    Rested,
    Board(usize),
    Key(String),
    Open(usize, bool),
    GoTo(u32),
}

/// A place for the panel, between the lab and the charts.
pub fn place() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id(PLACE).is_some() {
        return None;
    }
    let study = document.get_element_by_id("study")?;
    let place = document.create_element("div").ok()?;
    place.set_id(PLACE);
    study.parent_node()?.insert_before(&place, Some(&study)).ok()?;
    Some(place)
}

fn the_place() -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(PLACE)
}

fn tab_id(board: usize) -> String {
    format!("boards-tab-{board}")
}

impl Dashboard {
    /// Asks, if somebody could see the answer and it is not known.
    fn look(&mut self, ctx: &Context<Self>) {
        let is_wanted = self.in_sight && self.run.is_there() && self.seen.is_none();
        if is_wanted && self.asked.is_none() && self.why_not.is_none() {
            self.asked = Some(ask(&Ask::Boards, ctx.link().callback(Msg::Told)));
        }
    }

    fn rest(&mut self, ctx: &Context<Self>) {
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = Some(Timeout::new(REST_MS, move || rested.emit(())));
    }

    /// The tabs' pattern: the arrows go round, Home and End to the ends.
    fn key(&mut self, key: &str) -> bool {
        let count = self.seen.as_ref().map_or(0, |seen| seen.boards.boards.len());
        let Some(last) = count.checked_sub(1) else { return false };
        let to = match key {
            "ArrowRight" => (self.board + 1) % count,
            "ArrowLeft" => (self.board + last) % count,
            "Home" => 0,
            "End" => last,
            _ => return false,
        };
        self.board = to;
        let tab = web_sys::window().and_then(|window| window.document()?.get_element_by_id(&tab_id(to)));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            let _ = tab.focus();
        }
        true
    }
}

impl Component for Dashboard {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Dashboard {
        Dashboard {
            run: View::new(Run::default()),
            step: 0,
            seen: None,
            why_not: None,
            asked: None,
            rest: None,
            board: 1,
            open: [false; 2],
            in_sight: false,
            stale: false,
            sight: None,
            _member: hub::follow(ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                (self.run, self.seen, self.asked, self.why_not) = (run, None, None, None);
                self.step = hub::place().map_or(0, |(step, _)| step).min(self.run.last_step());
                self.rest(ctx);
            }
            Msg::Heard(Heard::Placed { step, .. }) => {
                let moved = self.step != step;
                self.step = step;
                self.stale |= moved && !self.in_sight;
                return moved && self.in_sight && self.seen.is_some();
            }
            Msg::Heard(Heard::Lost) => self.asked = None,
            Msg::Heard(_) => return false,
            Msg::Told(told) => {
                self.asked = None;
                match told {
                    Told::Boards(boards) => self.seen = Some(Seen::new(boards, self.run.clone())),
                    // Another run is on its way, which will be asked about.
                    Told::Refused(problem) if problem.code == "cancelled" => return false,
                    Told::Refused(problem) => self.why_not = Some(problem),
                    _ => return false,
                }
            }
            Msg::Sighted(in_sight) => {
                let was_stale = core::mem::replace(&mut self.stale, false);
                self.in_sight = in_sight;
                if in_sight {
                    self.rest(ctx);
                }
                return in_sight && was_stale;
            }
            Msg::Rested => {
                self.rest = None;
                self.look(ctx);
                return false;
            }
            Msg::Board(board) => self.board = board,
            Msg::Key(key) => return self.key(&key),
            Msg::Open(which, open) => {
                let before = core::mem::replace(&mut self.open[which], open);
                return before != open;
            }
            Msg::GoTo(step) => {
                bus::go_to(step);
                return false;
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(place) = the_place() {
            self.sight = Sight::of(&place, NEAR_PX, ctx.link().callback(Msg::Sighted));
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if !self.run.is_there() {
            return none();
        }
        let send = ctx.link().callback(|msg: Msg| msg);
        let body = match (&self.seen, &self.why_not) {
            (Some(seen), _) => self.boards(seen, &send),
            (None, Some(why)) => plain("p", "bench-hint", problem(why)),
            (None, None) => plain("p", "bench-hint", t("bench.boards.waits", &[])),
        };
        let panel = tag("section", "panel bench boards-panel")
            .attr("aria-labelledby", "boards-title")
            .child(tag("h2", "panel-title").attr("id", "boards-title").text(t("bench.boards.title", &[])).html())
            .child(plain("p", "bench-says", t("bench.boards.says", &[])))
            .child(body);
        tag("div", "page boards-page").child(panel.html()).html()
    }
}

impl Dashboard {
    fn boards(&self, seen: &Seen, send: &Callback<Msg>) -> Html {
        let run: &Run = &self.run;
        let now_us = run.step_time(self.step);
        let panel =
            tag("div", "boards-board")
                .attr("role", "tabpanel")
                .attr("id", "boards-board")
                .attr("aria-labelledby", &tab_id(self.board))
                .child(plain("p", "bench-hint", self.says(seen)))
                .child(cards::cards(seen, self.board, self.step, now_us))
                .child(self.more(0, "bench.boards.table", send, || {
                    cards::table(seen, self.board, now_us, |us| run.clock_ms(us))
                }));
        let panel = match self.board {
            0 => panel
                .child(plain("h3", "bench-family", t("bench.boards.restores", &[])))
                .child(calls::restores(seen, run, self.step, send)),
            _ => panel,
        };
        let calls = tag("div", "boards-calls")
            .child(plain("h3", "bench-family", t("bench.boards.alerts", &[])))
            .child(calls::all(seen, run, self.step, send))
            .child(self.more(1, "bench.boards.rules", send, || calls::rules(seen)));
        let place = t("bench.boards.at", &[("time", &run.clock_ms(now_us))]);
        group(
            "div",
            "boards",
            [
                group("div", "boards-top", [self.tabs(seen, send), plain("p", "boards-at num", place)]),
                calls::firing(seen, run, self.step, now_us),
                panel.html(),
                calls.html(),
            ],
        )
    }

    fn says(&self, seen: &Seen) -> String {
        let name = seen.boards.boards.get(self.board).map_or("", |(name, _)| name);
        t(&format!("bench.boards.board.{name}.says"), &[])
    }

    fn tabs(&self, seen: &Seen, send: &Callback<Msg>) -> Html {
        let tabs = seen.boards.boards.iter().enumerate().map(|(board, (name, _))| {
            let is_here = board == self.board;
            let (press, keyed) = (send.clone(), send.clone());
            let key = Callback::from(move |event: Event| {
                if let Some(key) = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key) {
                    if matches!(key.as_str(), "ArrowRight" | "ArrowLeft" | "Home" | "End") {
                        event.prevent_default();
                        event.stop_propagation();
                    }
                    keyed.emit(Msg::Key(key));
                }
            });
            tag("button", "boards-tab")
                .attr("type", "button")
                .attr("role", "tab")
                .attr("id", &tab_id(board))
                .attr("aria-selected", if is_here { "true" } else { "false" })
                .attr("aria-controls", "boards-board")
                .attr("tabindex", if is_here { "0" } else { "-1" })
                .text(t(&format!("bench.boards.board.{name}"), &[]))
                .on(ListenerKind::onclick, Callback::from(move |_: Event| press.emit(Msg::Board(board))))
                .on(ListenerKind::onkeydown, key)
                .html()
        });
        tag("div", "boards-tabs")
            .attr("role", "tablist")
            .attr("aria-label", &t("bench.boards.tabs", &[]))
            .all(tabs.collect())
            .html()
    }

    /// Something that is made when it is opened.
    fn more(&self, which: usize, title: &str, send: &Callback<Msg>, made: impl FnOnce() -> Html) -> Html {
        let send = send.clone();
        let toggled = Callback::from(move |event: Event| {
            let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            send.emit(Msg::Open(which, details.is_some_and(|details| details.has_attribute("open"))));
        });
        let inside = if self.open[which] { made() } else { none() };
        tag("details", "boards-more")
            .child(plain("summary", "", t(title, &[])))
            .child(inside)
            .on(ListenerKind::ontoggle, toggled)
            .html()
    }
}
