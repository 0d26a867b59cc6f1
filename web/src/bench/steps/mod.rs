//! The run's recovery, gone through step by step in both directions: its phases, its replayed records, the rows as they come to be, and
//! what the server writes into its log meanwhile.
//!
//! It has no place of its own in the run: its slider is a part of the lab's, and going somewhere here goes there everywhere. Rows come
//! from the engine's state at the step, as all that the page shows.

mod list;
mod rows;
mod server_log;
pub mod stations;

use super::asking::ask;
use super::bus;
use super::hub::{self, Heard};
use crate::state::{Run, Ticket, View, value_of};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::inside::ServerLine;
use pitr_protocol::{Frame, Reply, Request};
pub use server_log::position;
use stations::Stations;
use std::collections::BTreeMap;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// So many states are kept, to step back and forth among without asking again.
const KEPT: usize = 48;
/// The place has stood still for so long: only then is its state asked for.
const REST_MS: u32 = 40;
/// The place that the lab leaves the panel, and how far from the window's edge it is near.
const PLACE: &str = "recovery-steps";
const NEAR_PX: f64 = 300.0;

/// The panel's root.
#[derive(Debug)]
pub struct RecoverySteps {
    run: View<Run>,
    stations: Stations,
    step: u32,
    playing: bool,
    lines: Vec<ServerLine>,
    frames: BTreeMap<u32, Frame>,
    /// Questions under way: about the server's log, the state at the step, and the one before it.
    tickets: [Option<Ticket>; 3],
    rest: Option<Timeout>,
    /// What is shown is of another step: nobody could see it.
    stale: bool,
    _member: hub::Member,
    _scrolled: Option<EventListener>,
}

/// What reaches the panel.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Lines(Told),
    Frame(Reply),
    Rested,
    /// Other parts of the page have come into view.
    Scrolled,
    GoTo(u32),
}

/// Whether the panel is in view, or so near that it soon may be. What nobody sees is neither drawn nor asked for.
fn is_near() -> bool {
    let window = web_sys::window();
    let element = window.as_ref().and_then(|window| window.document()?.get_element_by_id(PLACE));
    let height = window.and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default();
    element.is_some_and(|element| {
        let place = element.get_bounding_client_rect();
        place.top() < height + NEAR_PX && place.bottom() > -NEAR_PX
    })
}

impl RecoverySteps {
    /// Where in the recovery the page stands; none if it stands elsewhere in the run.
    fn at(&self) -> Option<u32> {
        self.stations.position(self.step)
    }

    fn rest(&mut self, ctx: &Context<Self>) {
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = Some(Timeout::new(REST_MS, move || rested.emit(())));
    }

    /// Asks for what is not known yet of the state at the step, and of the one before, to tell what the step changed.
    fn look(&mut self, ctx: &Context<Self>) {
        if self.at().is_none() || !is_near() {
            return;
        }
        if self.frames.len() > KEPT {
            let step = self.step;
            self.frames.retain(|known, _| known.abs_diff(step) <= KEPT as u32 / 4);
        }
        for (place, step) in [(1, Some(self.step)), (2, self.step.checked_sub(1))] {
            let Some(step) = step.filter(|step| !self.frames.contains_key(step)) else { continue };
            let heard = ctx.link().callback(Msg::Frame);
            self.tickets[place] = Some(hub::session().ask(Request::Seek { step }, heard));
        }
        if self.lines.is_empty() && self.tickets[0].is_none() {
            self.tickets[0] = Some(ask(&Ask::ServerLog, ctx.link().callback(Msg::Lines)));
        }
    }

    fn run_came(&mut self, run: View<Run>) {
        self.stations = Stations::of(&run);
        self.step = self.step.min(run.last_step());
        self.run = run;
        self.lines.clear();
        self.frames.clear();
        self.tickets = Default::default();
    }

    fn controls(&self, at: Option<u32>, send: &Callback<Msg>) -> Html {
        let stations = &self.stations;
        let here = at.unwrap_or(0);
        let go = |key: &str, to: Option<u32>| {
            let send = send.clone();
            let press = Callback::from(move |_: Event| to.into_iter().for_each(|to| send.emit(Msg::GoTo(to))));
            tag("button", "button is-quiet")
                .attr("type", "button")
                .flag("disabled", to.is_none())
                .text(t(&format!("bench.steps.{key}"), &[]))
                .on(ListenerKind::onclick, press)
                .html()
        };
        let other = |to: Option<u32>| to.filter(|to| *to != self.step);
        let buttons = [
            go("first", other(Some(stations.first))),
            go("back", at.filter(|at| *at > 0).map(|at| stations.first + at - 1)),
            go(
                "on",
                match at {
                    Some(at) => (at < stations.last_position()).then_some(stations.first + at + 1),
                    None => Some(stations.first),
                },
            ),
            go("consistent", other(stations.consistent)),
            go("stop", other(stations.stop)),
            go("last", other(Some(stations.last))),
        ];
        let first = stations.first;
        let moved = {
            let send = send.clone();
            Callback::from(move |event: Event| {
                value_of(&event).parse::<u32>().into_iter().for_each(|at| send.emit(Msg::GoTo(first + at)));
            })
        };
        let said = match at {
            Some(at) => list::said(&self.run, stations, first + at),
            None => t("bench.steps.elsewhere", &[]),
        };
        let slider = tag("input", "steps-slider")
            .attr("type", "range")
            .attr("min", "0")
            .attr("max", &stations.last_position().to_string())
            .attr("id", "steps-slider")
            .attr("aria-label", &t("bench.steps.slider", &[]))
            .attr("aria-valuetext", &said)
            .value(&here.to_string())
            .on(ListenerKind::oninput, moved);
        let marks = [("consistent", stations.consistent), ("stop", stations.stop)].map(|(name, step)| {
            let Some(at) = step.and_then(|step| stations.position(step)) else { return none() };
            let share = f64::from(at) / f64::from(stations.last_position().max(1));
            tag("span", &format!("steps-mark is-{name}"))
                .attr("style", &format!("--share:{share}"))
                .text(t(&format!("bench.steps.mark.{name}"), &[]))
                .html()
        });
        group(
            "div",
            "steps-controls",
            [
                tag("div", "steps-track")
                    .child(slider.html())
                    .child(tag("div", "steps-marks").attr("aria-hidden", "true").all(marks.into()).html())
                    .html(),
                tag("div", "steps-buttons")
                    .attr("role", "group")
                    .attr("aria-label", &t("bench.steps.buttons", &[]))
                    .all(buttons.into())
                    .html(),
                plain("p", "steps-said", said),
            ],
        )
    }
}

impl Component for RecoverySteps {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> RecoverySteps {
        RecoverySteps {
            run: View::new(Run::default()),
            stations: Stations::default(),
            step: 0,
            playing: false,
            lines: Vec::new(),
            frames: BTreeMap::new(),
            tickets: Default::default(),
            rest: None,
            stale: false,
            _member: hub::join(ctx.link().callback(Msg::Heard)),
            _scrolled: {
                let scrolled = ctx.link().callback(|()| Msg::Scrolled);
                web_sys::window().map(|window| EventListener::new(&window, "scroll", move |_| scrolled.emit(())))
            },
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                self.run_came(run);
                self.rest(ctx);
            }
            Msg::Heard(Heard::Placed { step, playing }) => {
                let was_inside = self.at().is_some();
                let moved = (self.step, self.playing) != (step, playing);
                (self.step, self.playing) = (step, playing);
                if moved && (!playing || self.frames.contains_key(&step)) {
                    self.rest(ctx);
                }
                let shows = self.stale || moved && (was_inside || self.at().is_some());
                let near = shows && is_near();
                self.stale = shows && !near;
                return near;
            }
            Msg::Scrolled => {
                let lacks = self.stale || (self.at().is_some() && !self.frames.contains_key(&self.step));
                if !self.stations.are_there() || !lacks || !is_near() {
                    return false;
                }
                self.stale = false;
                self.rest(ctx);
            }
            Msg::Heard(_) => return false,
            Msg::Lines(Told::ServerLog(lines)) => self.lines = lines,
            Msg::Lines(_) => return false,
            Msg::Frame(Reply::Frame(frame)) => {
                self.frames.insert(frame.step, *frame);
            }
            Msg::Frame(_) => return false,
            Msg::Rested => {
                self.rest = None;
                self.look(ctx);
                return false;
            }
            Msg::GoTo(step) => {
                bus::go_to(step);
                return false;
            }
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        list::bring_current();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if !self.stations.are_there() {
            return none();
        }
        let send = ctx.link().callback(|msg: Msg| msg);
        let at = self.at();
        let frame = self.frames.get(&self.step).filter(|_| at.is_some());
        let before = self.step.checked_sub(1).and_then(|before| self.frames.get(&before));
        tag("section", "panel bench steps-panel")
            .attr("aria-labelledby", "steps-title")
            .child(tag("h2", "panel-title").attr("id", "steps-title").text(t("bench.steps.title", &[])).html())
            .child(plain("p", "bench-says", t("bench.steps.says", &[])))
            .child(stations::phases(&self.run, &self.stations, self.step))
            .child(self.controls(at, &send))
            .child(group(
                "div",
                "steps-columns",
                [
                    list::view(&self.run, &self.stations, self.step, &send),
                    server_log::view(&self.run, &self.lines, self.step, &send),
                ],
            ))
            .child(rows::view(&self.run, self.step, frame, before))
            .html()
    }
}
