//! The timeline in depth, which the study brings: it takes the picture over within the lab's card, from a week down to a single record.
//!
//! The lab's sliders, transport and table stay; its canvas and its zoom give way (`study.css`). The run, the place and the target come
//! over the bus, wishes go back over it.

mod columns;
mod draw;
mod faults;
mod flag;
mod going_on;
mod hands;
mod index;
mod lanes;
mod legend;
mod list;
mod lit;
mod log;
mod map;
mod marks;
mod names;
#[cfg(test)]
pub mod samples;
mod seen;
mod sessions;
mod showing;
mod storage;
mod strips;
mod takeover;
#[cfg(test)]
mod tests;
mod tools;
mod tree;
mod written;

pub use takeover::mount;

use super::axis::{Scale, Window};
use super::hands::Hand;
use super::layout::Cut;
use super::shapes::{Point, Thing};
use super::stage::{self, Attached, Laid, Stage, now_ms};
use super::table::is_open;
use super::{cut_of, handle, label};
use crate::bench::bus;
use crate::bench::hub::{self, Heard, Member};
use crate::bench::point::{self, Pointed};
use crate::format::px;
use crate::state::{Cursor, Run, Target, View, value_of};
use crate::view::tag;
use draw::Depth;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use hands::Grip;
use index::{Index, Sort};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use takeover::{focus_named, lab_shows_lsn, lab_sight, take_over};
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The picture in depth.
#[derive(Debug)]
pub struct Deep {
    stage: Rc<Stage<Depth>>,
    depth: Depth,
    run: View<Run>,
    step: u32,
    playing: bool,
    /// The run has just gone on: where we come to is to be in sight.
    follows: bool,
    moved_ms: f64,
    /// It moved again soon after it had moved.
    fast: bool,
    target: Target,
    cut: Option<Cut>,
    scale: Scale,
    window: Window,
    sort: Sort,
    list_open: bool,
    list_from: usize,
    laid: Laid,
    touched: Option<(Thing, Point)>,
    /// What the pointer is over, by the name that all views know: the thing, or the lane.
    over: Option<Pointed>,
    /// What is pointed at anywhere on the page.
    pointed: Pointed,
    grip: Option<Grip>,
    /// Pointers that are down on the picture.
    fingers: Vec<(i32, Point)>,
    look: u32,
    /// What was last said of the part in sight.
    rested: String,
    rest: Option<Timeout>,
    /// When all has stood still for long enough.
    rested_ms: f64,
    host: NodeRef,
    canvas: NodeRef,
    map: NodeRef,
    map_canvas: NodeRef,
    /// Where we are on the minimap.
    map_mark: NodeRef,
    marked: RefCell<map::Mark>,
    mapped: RefCell<Option<map::Shown>>,
    /// How wide the minimap is, measured anew when things have been laid anew.
    map_width: Cell<Option<f64>>,
    placed: Cell<Option<Laid>>,
    attached: Option<Attached>,
    /// The name of the lab's control that has the keyboard when it gives way.
    focus: RefCell<Option<String>>,
    _member: Member,
    _pointed: Option<EventListener>,
    /// A canvas that the browser has lost and given back is empty. And the wheel moves along where it is turned sideways.
    listeners: Vec<EventListener>,
}

/// What happens to it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Pointed(Pointed),
    Laid(Laid),
    Look,
    Scale(Scale),
    /// Nearer by a factor, about where we are.
    Zoom(f64),
    /// Along by that share of what is in sight.
    Pan(f64),
    Fit,
    Now,
    Target,
    Sort(Event),
    /// To the next event of the sort, or the one before.
    Next(bool),
    /// The list of the sort is opened or shut, turned over, gone by.
    List(Event),
    Turn(bool),
    Visit(u32),
    Wheel(Event),
    /// So many pixels along.
    Along(f64),
    Pointer(Hand, Event),
    Handle(Hand, Event),
    Map(Hand, Event),
    MapKey(Event),
    Rested,
}

thread_local! {
    static PRESSED: RefCell<Option<Callback<Msg>>> = const { RefCell::new(None) };
}

/// A key of one character; whether it is one of the timeline's.
pub fn press(key: &str) -> bool {
    let msg = match key {
        "+" => Msg::Zoom(2.0),
        "-" => Msg::Zoom(0.5),
        "0" => Msg::Fit,
        "[" => Msg::Pan(-0.5),
        "]" => Msg::Pan(0.5),
        "{" => Msg::Next(false),
        "}" => Msg::Next(true),
        _ => return false,
    };
    let send = PRESSED.with(|pressed| pressed.borrow().clone());
    if let Some(send) = send {
        send.emit(msg);
    }
    true
}

impl Deep {
    fn heard(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        match heard {
            Heard::Run(run) => {
                let is_first = !self.run.is_there();
                if is_first {
                    self.scale = if lab_shows_lsn() { Scale::Lsn } else { Scale::Time };
                    self.focus.replace(take_over());
                }
                self.depth.put_index(&run, Rc::new(Index::new(&run)));
                if !self.run.is_same_as(&run) {
                    // Where we were in sight, we stay so.
                    let now = self.stage.share_now();
                    let seen = (self.window.from..=self.window.to).contains(&now);
                    self.window = going_on::window(&self.run, &run, self.scale, self.window);
                    (self.follows, self.list_from) = (seen && !self.window.is_all(), 0);
                }
                if is_first {
                    self.window = lab_sight().unwrap_or_default();
                }
                self.run = run;
                self.step = self.step.min(self.run.last_step());
                self.touched = None;
            }
            Heard::Placed { step, playing } => return self.go_along(ctx, step, playing),
            Heard::Targeted { target, touched } => {
                self.target.touched = touched;
                self.target.spec = target;
            }
            Heard::Boundary(boundary) => {
                self.depth.follow(boundary.followed);
                self.target.boundary = Some(boundary);
                self.cut = cut_of(&self.run, &self.target);
            }
            Heard::Stops(stops) => {
                self.target.stops = stops;
                return false;
            }
            Heard::Path(records) => return self.depth.light_path(&self.run, &records),
            Heard::Looked { by_link: true } => self.look(),
            Heard::Looked { .. } | Heard::Lost | Heard::Why { .. } | Heard::Progress(_) => return false,
            Heard::Linked(_) | Heard::Refused(_) => return false,
        }
        true
    }

    /// Goes to a step, and shows it.
    fn visit(&mut self, step: u32) {
        bus::go_to(step);
        let share = self.stage.share_of(self.run.step_time(step), self.run.lsn_at(step));
        if !(self.window.from..=self.window.to).contains(&share) {
            self.window = self.around(share);
        }
    }

    fn update_window(&mut self, msg: &Msg) {
        match msg {
            Msg::Zoom(factor) => {
                let now = self.stage.share_now();
                let seen = (self.window.from..=self.window.to).contains(&now);
                let about = if seen { now } else { f64::midpoint(self.window.from, self.window.to) };
                self.window = self.zoomed(*factor, about);
            }
            Msg::Pan(by) => {
                let by = by.clamp(-1e6, 1e6) * (self.window.to - self.window.from);
                self.window = self.window.moved(by.clamp(-1.0, 1.0));
            }
            Msg::Fit => self.window = Window::default(),
            Msg::Now => self.window = self.around(self.stage.share_now()),
            Msg::Target => {
                if let Some(cut) = &self.cut {
                    self.window = self.around(self.stage.share_of(cut.us, cut.lsn));
                }
            }
            _ => {}
        }
    }
}

impl Component for Deep {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Deep {
        let link = ctx.link();
        let depth = Depth::default();
        PRESSED.with(|pressed| pressed.replace(Some(link.callback(|msg: Msg| msg))));
        let pointed = link.callback(Msg::Pointed);
        Deep {
            stage: Stage::new(depth.clone(), link.callback(Msg::Laid)),
            depth,
            run: View::new(Run::default()),
            step: 0,
            playing: false,
            follows: false,
            moved_ms: 0.0,
            fast: false,
            target: Target::default(),
            cut: None,
            scale: Scale::default(),
            window: Window::default(),
            sort: Sort::Commit,
            list_open: false,
            list_from: 0,
            laid: Laid::default(),
            touched: None,
            over: None,
            pointed: Pointed::default(),
            grip: None,
            fingers: Vec::new(),
            look: 0,
            rested: String::new(),
            rest: None,
            rested_ms: 0.0,
            host: NodeRef::default(),
            canvas: NodeRef::default(),
            map: NodeRef::default(),
            map_canvas: NodeRef::default(),
            map_mark: NodeRef::default(),
            marked: RefCell::default(),
            mapped: RefCell::default(),
            map_width: Cell::default(),
            placed: Cell::default(),
            attached: None,
            focus: RefCell::default(),
            _member: hub::follow(link.callback(Msg::Heard)),
            _pointed: point::on(move |what| pointed.emit(what)),
            listeners: Vec::new(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let (window, scale) = (self.window, self.scale);
        let run = self.run.clone();
        let shown = match msg {
            Msg::Heard(heard) => self.heard(ctx, heard),
            Msg::Pointed(pointed) => {
                self.pointed = pointed.clone();
                self.depth.light(&self.run, pointed)
            }
            Msg::Laid(laid) => {
                self.laid = laid;
                self.map_width.take();
                true
            }
            Msg::Look => {
                self.map_width.take();
                self.look += 1;
                true
            }
            Msg::Scale(scale) => {
                // The same place in the other measure.
                self.scale = scale;
                self.window = Window::default();
                true
            }
            Msg::Sort(event) => {
                let code = value_of(&event);
                self.sort = Sort::ALL.into_iter().find(|sort| sort.code() == code).unwrap_or(self.sort);
                self.list_from = 0;
                true
            }
            Msg::Next(forward) => {
                if let Some(step) = self.depth.next(self.sort, self.step, forward) {
                    self.visit(step);
                }
                true
            }
            Msg::List(event) => {
                let open = is_open(&event);
                std::mem::replace(&mut self.list_open, open) != open
            }
            Msg::Turn(forward) => {
                self.turn(forward);
                true
            }
            Msg::Visit(step) => {
                self.visit(step);
                true
            }
            Msg::Wheel(event) => self.wheel(&event),
            Msg::Along(px) => {
                self.window = self.window.moved(px * self.stage.share_per_px());
                true
            }
            Msg::Pointer(hand, event) => self.pointer(hand, &event),
            Msg::Handle(hand, event) => self.handle(hand, &event),
            Msg::Map(hand, event) => self.map_pointer(hand, &event),
            Msg::MapKey(event) => match Deep::map_key(&event) {
                Some(msg) => {
                    self.update_window(&msg);
                    true
                }
                None => false,
            },
            Msg::Rested if self.rested_ms - now_ms() >= 1.0 => {
                self.rest_in(ctx, self.rested_ms - now_ms());
                false
            }
            Msg::Rested => {
                self.rest = None;
                self.rested = self.said();
                self.tell_look();
                true
            }
            window => {
                self.update_window(&window);
                true
            }
        };
        if self.window != window || self.scale != scale || self.run != run {
            self.rest_soon(ctx);
        }
        shown
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let cursor = Cursor { step: self.step, ..Cursor::default() };
        let pointer = |hand: Hand| link.callback(move |event| Msg::Pointer(hand, event));
        let canvas = tag("canvas", "")
            .key("canvas".to_owned())
            .found_by(&self.canvas)
            .attr("role", "img")
            .attr("aria-label", &label(&self.run, &cursor))
            .attr("aria-describedby", "timeline-hint")
            .on(ListenerKind::onpointerdown, pointer(Hand::Down))
            .on(ListenerKind::onpointermove, pointer(Hand::Move))
            .on(ListenerKind::onpointerup, pointer(Hand::Up))
            .on(ListenerKind::onpointercancel, pointer(Hand::Cancel))
            .on(ListenerKind::onpointerleave, pointer(Hand::Leave));
        let height = format!("block-size:{}px", px(self.laid.height.max(240.0)));
        let class = if self.laid.down { "deep-stage is-down" } else { "deep-stage" };
        let path = self.depth.path_length().to_string();
        let mut host = tag("div", class)
            .attr("data-path", &path)
            .attr("data-lanes", &self.lanes_lit())
            .found_by(&self.host)
            .attr("style", &height)
            .child(canvas.html());
        if self.run.is_there() {
            let held = |hand: Hand| link.callback(move |event| Msg::Handle(hand, event));
            let dragged = self.grip == Some(Grip::Target);
            host = host.all(handle::line(&self.target, false, &self.laid, dragged, held).into_iter().collect());
        }
        if let Some((thing, at)) = self.touched {
            host = host.child(self.tip(thing, at));
        }
        html! { <>{ self.tools(ctx) }{ self.minimap(ctx) }{ self.window_line() }{ host.html() }{ self.list(ctx) }</> }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let host = self.host.cast::<HtmlElement>();
        if first && let (Some(host), Some(canvas)) = (host.clone(), self.canvas.cast::<HtmlCanvasElement>()) {
            let (look, wheel) = (ctx.link().callback(|()| Msg::Look), ctx.link().callback(Msg::Wheel));
            let restored = look.clone();
            self.listeners = vec![
                EventListener::new(&canvas, "contextrestored", move |_| restored.emit(())),
                hands::sideways(&canvas, ctx.link().callback(Msg::Along)),
            ];
            let card = host.closest(".timeline").ok().flatten();
            self.listeners.extend(card.iter().flat_map(flag::keep_in_sight));
            self.attached = Some(stage::attach(&self.stage, &host, canvas, look, wheel));
        }
        self.show();
        self.show_map();
        self.mark_map();
        if self.placed.replace(Some(self.laid)) != Some(self.laid) {
            host.into_iter().for_each(|host| self.place_slider(&host));
        }
        if let Some(name) = self.focus.take() {
            focus_named(&name);
        }
    }
}
