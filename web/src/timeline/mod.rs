//! The timeline: the picture of a run over time or log position, with the target as a handle that cuts it in two.
//!
//! The picture is a canvas that [`stage::Stage`] paints outside the virtual DOM from the pure [`layout`]. Over it lie the target's handle and
//! a tooltip; beside it the same in native controls: the sliders of target and position, and a table.

mod aim;
pub mod axis;
pub mod deep;
mod handle;
mod hands;
mod layout;
mod legend;
mod paint;
#[cfg(test)]
mod samples;
mod shapes;
mod sliders;
mod stage;
mod table;
mod tooltip;

pub use shapes::within;
pub use stage::now_ms;

use crate::format;
use crate::state::{Cursor, Desk, Run, Target, View};
use crate::transport::transport;
use crate::view::{plain, tag};
use crate::words::{count, t};
use axis::{Scale, Window};
use hands::{Grip, Hand};
use layout::Cut;
use shapes::{Point, Thing};
use stage::{Laid, Show, Stage};
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// What the timeline shows.
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct Props {
    pub desk: Desk,
    pub cursor: Cursor,
}

/// The picture that the lab opens with.
#[derive(Debug)]
pub struct Shallow;

impl stage::Draw for Shallow {
    fn plan(&self, run: &Run, width: f64, down: bool) -> layout::Plan {
        layout::Plan::new(run, width, down)
    }

    fn picture(&self, scene: &layout::Scene) -> shapes::Picture {
        layout::picture(scene)
    }
}

/// The card of the timeline.
#[derive(Debug)]
pub struct Timeline {
    stage: Rc<Stage<Shallow>>,
    scale: Scale,
    window: Window,
    laid: Laid,
    /// What the tooltip is about.
    touched: Option<(Thing, Point)>,
    grip: Option<Grip>,
    /// Another number: the theme has changed.
    look: u32,
    rows: table::Shown,
    host: NodeRef,
    canvas: NodeRef,
    attached: Option<stage::Attached>,
}

/// What happens to the timeline itself.
#[derive(Debug)]
pub enum Msg {
    Laid(Laid),
    Look,
    Scale(Scale),
    /// Nearer by a factor, about where we are.
    Zoom(f64),
    Fit,
    Wheel(Event),
    /// A pointer on the picture, and one on the handle.
    Pointer(Hand, Event),
    Handle(Hand, Event),
    Table(Event),
    MoreRows,
}

impl Component for Timeline {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Timeline {
        Timeline {
            stage: Stage::new(Shallow, ctx.link().callback(Msg::Laid)),
            scale: Scale::default(),
            window: Window::default(),
            laid: Laid::default(),
            touched: None,
            grip: None,
            look: 0,
            rows: table::Shown::default(),
            host: NodeRef::default(),
            canvas: NodeRef::default(),
            attached: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let new = ctx.props();
        if new.desk.run != old.desk.run {
            // Another run is looked at as a whole.
            self.window = Window::default();
            self.touched = None;
        }
        if new.desk.outcome.asked && !old.desk.outcome.asked {
            stage::bring_into_sight();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Laid(laid) => self.laid = laid,
            Msg::Look => self.look += 1,
            Msg::Scale(scale) => self.scale = scale,
            Msg::Zoom(factor) => {
                let now = self.stage.share_now();
                let seen = (self.window.from..=self.window.to).contains(&now);
                let about = if seen { now } else { f64::midpoint(self.window.from, self.window.to) };
                self.window = self.window.zoomed(factor, about);
            }
            Msg::Fit => self.window = Window::default(),
            Msg::Wheel(event) => return self.wheel(&event),
            Msg::Pointer(hand, event) => return self.pointer(ctx, hand, &event),
            Msg::Handle(hand, event) => return self.handle(ctx, hand, &event),
            Msg::Table(event) => return self.rows.toggle(&event),
            Msg::MoreRows => self.rows.more(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { desk, cursor } = ctx.props();
        let link = ctx.link();
        let run = &desk.run;
        let pointer = |hand: Hand| link.callback(move |event| Msg::Pointer(hand, event));
        // Keys, since what lies over the canvas comes and goes: the canvas itself must stay.
        let canvas = tag("canvas", "")
            .key("canvas".to_owned())
            .found_by(&self.canvas)
            .attr("role", "img")
            .attr("aria-label", &label(run, cursor))
            .attr("aria-describedby", "timeline-hint")
            .on(ListenerKind::onpointerdown, pointer(Hand::Down))
            .on(ListenerKind::onpointermove, pointer(Hand::Move))
            .on(ListenerKind::onpointerup, pointer(Hand::Up))
            .on(ListenerKind::onpointercancel, pointer(Hand::Cancel))
            .on(ListenerKind::onpointerleave, pointer(Hand::Leave));
        let hint = tag("p", "visually-hidden")
            .key("hint".to_owned())
            .attr("id", "timeline-hint")
            .text(t("timeline.hint", &[]));
        let height = format!("block-size:{}px", format::px(self.laid.height.max(240.0)));
        let mut host = tag("div", "timeline-host")
            .found_by(&self.host)
            .attr("style", &height)
            // The picture in depth, which takes this one's place, begins where it stood.
            .attr("data-sight", &self.window.millionths())
            .child(canvas.html())
            .child(hint.html());
        if run.is_there() {
            let held = |hand: Hand| link.callback(move |event| Msg::Handle(hand, event));
            host = host.all(handle::handle(desk, &self.laid, self.grip == Some(Grip::Target), held));
        }
        if let Some((thing, at)) = self.touched {
            host = host.child(tooltip::tooltip(run, thing, at));
        }
        let class = if self.laid.down { "timeline is-down" } else { "timeline" };
        let picture = tag("div", class).child(self.tools(ctx)).child(host.html());
        let table = table::table(desk, &self.rows, link.callback(Msg::Table), link.callback(|_| Msg::MoreRows));
        tag("section", "panel timeline-card")
            .attr("aria-label", &t("timeline.title", &[]))
            .child(picture.child(sliders::position(desk, cursor)).html())
            .child(transport(&desk.session, run, cursor))
            .child(table)
            .html()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let (host, canvas) = (self.host.cast::<HtmlElement>(), self.canvas.cast::<HtmlCanvasElement>());
            if let (Some(host), Some(canvas)) = (host, canvas) {
                let (look, wheel) = (ctx.link().callback(|()| Msg::Look), ctx.link().callback(Msg::Wheel));
                self.attached = Some(stage::attach(&self.stage, &host, canvas, look, wheel));
            }
        }
        let Props { desk, cursor } = ctx.props();
        self.stage.show(Show {
            run: desk.run.clone(),
            step: cursor.step,
            moves: cursor.playing || self.grip.is_none(),
            cut: cut_of(&desk.run, &desk.target),
            scale: self.scale,
            window: self.window,
            look: self.look,
        });
    }
}

impl Timeline {
    /// Title, legend, axis and zoom.
    fn tools(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let title = tag("h2", "panel-title").text(t("timeline.title", &[])).child(plain(
            "span",
            "panel-note",
            ctx.props().desk.run.head.title.clone(),
        ));
        let scale = |scale: Scale, key: &str| {
            tag("button", "")
                .attr("type", "button")
                .attr("aria-pressed", if self.scale == scale { "true" } else { "false" })
                .text(t(key, &[]))
                .on(ListenerKind::onclick, link.callback(move |_| Msg::Scale(scale)))
                .html()
        };
        let scales = tag("div", "segmented").attr("role", "group").attr("aria-label", &t("timeline.scale", &[]));
        let all = self.window.is_all();
        let button = |class: &str, text: String, off: bool, click: Callback<Event>| {
            tag("button", class)
                .attr("type", "button")
                .flag("disabled", off)
                .text(text)
                .on(ListenerKind::onclick, click)
        };
        let by = |factor: f64| link.callback(move |_| Msg::Zoom(factor));
        let fit = button("button is-quiet", t("timeline.fit", &[]), all, link.callback(|_| Msg::Fit));
        let square = "button is-quiet is-square";
        let out = button(square, "−".to_owned(), all, by(0.5)).attr("aria-label", &t("timeline.zoom_out", &[]));
        let near = button(square, "+".to_owned(), false, by(2.0)).attr("aria-label", &t("timeline.zoom_in", &[]));
        let zoom = tag("div", "zoom").attr("role", "group").attr("aria-label", &t("timeline.zoom", &[]));
        tag("div", "timeline-tools")
            .child(title.html())
            .child(legend::legend())
            .child(
                scales
                    .child(scale(Scale::Time, "timeline.scale_time"))
                    .child(scale(Scale::Lsn, "timeline.scale_lsn"))
                    .html(),
            )
            .child(zoom.child(fit.html()).child(out.html()).child(near.html()).html())
            .html()
    }
}

/// Where the target cuts, as the worker found it.
fn cut_of(run: &View<Run>, target: &Target) -> Option<Cut> {
    let boundary = target.boundary.as_ref()?;
    let backup = run.head.backups.iter().find(|backup| run.name(backup.label) == boundary.backup);
    Some(Cut {
        us: boundary.cut_us,
        lsn: boundary.cut_lsn,
        redo: backup.map(|backup| (backup.redo_lsn, backup.start.1)),
        kept: boundary.kept,
        left_out: boundary.left_out,
        fails: boundary.problem.is_some(),
        flag: handle::flag(target),
    })
}

/// The picture in a sentence.
fn label(run: &Run, cursor: &Cursor) -> String {
    if !run.is_there() {
        return t("timeline.empty", &[]);
    }
    let head = &run.head;
    let transactions = count("timeline.transactions", head.transactions.len() as u64, &[]);
    let sessions = count("timeline.sessions", head.sessions.len() as u64, &[]);
    let (from, to) = (run.clock(head.begin_us), run.clock_ms(head.end_us));
    let at = run.clock_ms(run.step_time(cursor.step));
    t(
        "timeline.label",
        &[("transactions", &transactions), ("sessions", &sessions), ("from", &from), ("to", &to), ("at", &at)],
    )
}
