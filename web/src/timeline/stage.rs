//! The canvas and its hands: paints when something has changed, and turns pointers into wishes.
//!
//! It lives outside the virtual DOM: a component hands it what to show, and it answers by callbacks. One animation frame is asked for at a
//! time; while nothing moves none is.

use super::axis::{Axis, Scale, Window};
use super::layout::{Cut, Plan, Scene};
use super::paint::{Palette, Ruler, paint};
use super::shapes::{Hit, Picture, Point, within};
use crate::state::{Run, View};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_render::{AnimationFrame, request_animation_frame};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};
use yew::Callback;

/// How long a change takes to come up.
const MOTION_MS: f64 = 200.0;
/// Narrower than this, time runs downwards.
const NARROW: f64 = 560.0;

/// What to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Show {
    pub run: View<Run>,
    pub step: u32,
    /// Whether the change to this step may move.
    pub moves: bool,
    pub cut: Option<Cut>,
    pub scale: Scale,
    pub window: Window,
    /// Any other value: paint again, in the colours of now.
    pub look: u32,
}

/// Where things lie after a painting, for the elements that lie over the canvas.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Laid {
    pub down: bool,
    pub height: f64,
    /// Where along begins and how long it is.
    pub start: f64,
    pub length: f64,
    /// Over which stretch the flag lies, and where the lanes end.
    pub flag: (f64, f64),
    pub foot: f64,
    /// How far along the cut is, if it is in sight, and how its flag leans.
    pub cut: Option<f64>,
    pub lean: f64,
}

/// What is painted: by the lab as much as it needs at first, by the study in depth.
pub trait Draw {
    fn plan(&self, run: &Run, width: f64, down: bool) -> Plan;
    fn picture(&self, scene: &Scene) -> Picture;

    /// Paints the scene's picture. `afresh`: what was painted before is not there any more, or in other colours.
    fn paint(
        &self,
        canvas: &CanvasRenderingContext2d,
        palette: &Palette,
        (scene, picture): (&Scene, &Picture),
        ratio: f64,
        _afresh: bool,
    ) {
        paint(canvas, palette, picture, (scene.plan.width, scene.plan.height), ratio);
    }
}

/// The canvas.
pub struct Stage<D> {
    draw: D,
    this: Weak<Stage<D>>,
    inner: RefCell<Inner>,
    frame: RefCell<Option<AnimationFrame>>,
    laid: Cell<Laid>,
    tell: Callback<Laid>,
}

impl<D> std::fmt::Debug for Stage<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stage")
    }
}

#[derive(Default)]
struct Inner {
    canvas: Option<(HtmlCanvasElement, CanvasRenderingContext2d)>,
    width: f64,
    palette: Palette,
    ruler: Ruler,
    show: Option<Show>,
    axis: Axis,
    before: u32,
    since_ms: Option<f64>,
    picture: Picture,
    plan: Plan,
}

impl<D: Draw + 'static> Stage<D> {
    /// A stage without a canvas. `tell` hears where things lie whenever that changes.
    pub fn new(draw: D, tell: Callback<Laid>) -> Rc<Stage<D>> {
        Rc::new_cyclic(|this| Stage {
            draw,
            this: this.clone(),
            inner: RefCell::default(),
            frame: RefCell::default(),
            laid: Cell::default(),
            tell,
        })
    }

    /// The canvas to paint on, and how wide it is to be.
    pub fn mount(&self, canvas: HtmlCanvasElement, width: f64) {
        let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into().ok());
        {
            let mut inner = self.inner.borrow_mut();
            inner.canvas = context.map(|context| (canvas, context));
            inner.width = width;
            inner.palette = Palette::default();
        }
        self.ask_frame();
    }

    pub fn resize(&self, width: f64) {
        let changed = {
            let mut inner = self.inner.borrow_mut();
            let changed = (inner.width - width).abs() > 0.5;
            inner.width = width;
            changed
        };
        if changed {
            self.ask_frame();
        }
    }

    pub fn show(&self, show: Show) {
        {
            let mut inner = self.inner.borrow_mut();
            let old = inner.show.replace(show.clone());
            let same_run = old.as_ref().is_some_and(|old| old.run == show.run);
            if !same_run || old.as_ref().is_none_or(|old| old.scale != show.scale) {
                inner.axis = Axis::new(&show.run, show.scale);
            }
            let step_before = old.as_ref().map_or(show.step, |old| old.step);
            if !same_run || !show.moves || reduced_motion() {
                if step_before != show.step || !same_run {
                    inner.before = show.step;
                    inner.since_ms = None;
                }
            } else if step_before != show.step {
                inner.before = step_before;
                inner.since_ms = Some(now_ms());
            }
            if old.is_none_or(|old| old.look != show.look) {
                inner.palette = Palette::default();
            }
        }
        self.ask_frame();
    }

    fn ask_frame(&self) {
        let mut frame = self.frame.borrow_mut();
        if frame.is_none() {
            let this = self.this.clone();
            *frame = Some(request_animation_frame(move |_| {
                if let Some(stage) = this.upgrade() {
                    stage.frame.borrow_mut().take();
                    if stage.paint() {
                        stage.ask_frame();
                    }
                }
            }));
        }
    }

    /// Paints; whether something still moves.
    fn paint(&self) -> bool {
        let mut borrowed = self.inner.borrow_mut();
        let inner = &mut *borrowed;
        let (Some((canvas, context)), Some(show)) = (&inner.canvas, &inner.show) else {
            return false;
        };
        if inner.width < 40.0 {
            return false;
        }
        let mut afresh = inner.palette == Palette::default();
        if afresh {
            inner.palette = Palette::of(canvas);
            inner.ruler = Ruler::default();
        }
        let progress = inner.since_ms.map_or(1.0, |since| within((now_ms() - since) / MOTION_MS, 0.0, 1.0));
        if progress >= 1.0 {
            inner.since_ms = None;
            inner.before = show.step;
        }
        let plan = self.draw.plan(&show.run, inner.width, inner.width < NARROW);
        let ratio = within(web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()), 1.0, 4.0);
        let (width, height) = ((plan.width * ratio).round() as u32, (plan.height * ratio).round() as u32);
        if canvas.width() != width || canvas.height() != height {
            canvas.set_width(width);
            canvas.set_height(height);
            afresh = true;
        }
        let ruler = |text: &str, size: f64, bold: bool| inner.ruler.measure(context, &inner.palette, text, size, bold);
        let scene = Scene {
            run: &show.run,
            axis: &inner.axis,
            window: show.window,
            plan: &plan,
            step: show.step,
            before: inner.before,
            progress: ease(progress) as f32,
            cut: show.cut.as_ref(),
            find: None,
            measure: &ruler,
        };
        inner.picture = self.draw.picture(&scene);
        let cut = show.cut.as_ref().map(|cut| scene.along(cut.us, cut.lsn));
        self.draw.paint(context, &inner.palette, (&scene, &inner.picture), ratio, afresh);
        let laid = Laid {
            down: plan.down,
            height: plan.height,
            start: plan.start,
            length: plan.length,
            flag: (plan.flag.from, plan.flag.to),
            foot: plan.lanes().to,
            lean: cut.map_or(0.0, |along| plan.lean(along)),
            cut: cut.filter(|along| (-1.0..=plan.length + 1.0).contains(along)),
        };
        inner.plan = plan;
        drop(borrowed);
        if self.laid.replace(laid) != laid {
            self.tell.emit(laid);
        }
        progress < 1.0
    }

    /// The thing under a point of the canvas.
    pub fn thing_at(&self, point: Point) -> Option<Hit> {
        self.inner.borrow().picture.thing_at(point)
    }

    /// Whether a point lies at the axis rather than in the lanes.
    pub fn is_axis(&self, point: Point) -> bool {
        let inner = self.inner.borrow();
        if inner.plan.down { point.x < inner.plan.labels.to } else { point.y < inner.plan.lanes().from }
    }

    /// The axis' value at a point, and how much of it a pixel is there.
    pub fn value_at(&self, point: Point) -> Option<(f64, f64)> {
        let inner = self.inner.borrow();
        let show = inner.show.as_ref()?;
        let along = within(inner.plan.along(point), 0.0, inner.plan.length);
        let at = |along| inner.axis.value_at(along, show.window, inner.plan.length);
        Some((at(along), (at(along + 0.5) - at(along - 0.5)).abs()))
    }

    /// Where the axis has a value, as a share of the whole.
    pub fn share_of(&self, us: i64, lsn: u64) -> f64 {
        let inner = self.inner.borrow();
        inner.axis.share(if inner.axis.scale == Scale::Time { us as f64 } else { lsn as f64 })
    }

    /// The axis as it is.
    pub fn axis(&self) -> Axis {
        self.inner.borrow().axis.clone()
    }

    /// The share of the whole axis at a point.
    pub fn share_at(&self, point: Point) -> f64 {
        let from = self.inner.borrow().show.as_ref().map_or(0.0, |show| show.window.from);
        from + self.along(point) * self.share_per_px()
    }

    /// What share of the whole axis a pixel is.
    pub fn share_per_px(&self) -> f64 {
        let inner = self.inner.borrow();
        inner.show.as_ref().map_or(0.0, |show| (show.window.to - show.window.from) / inner.plan.length.max(1.0))
    }

    /// How far along a point lies.
    pub fn along(&self, point: Point) -> f64 {
        self.inner.borrow().plan.along(point)
    }

    /// The share at which the step on show lies.
    pub fn share_now(&self) -> f64 {
        let inner = self.inner.borrow();
        inner.show.as_ref().map_or(0.5, |show| {
            inner.axis.share(match show.scale {
                Scale::Time => show.run.step_time(show.step) as f64,
                Scale::Lsn => show.run.lsn_at(show.step) as f64,
            })
        })
    }
}

fn ease(progress: f64) -> f64 {
    1.0 - (1.0 - progress).powi(3)
}

pub fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Whether the person wants movement kept away.
pub fn reduced_motion() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// A pointer's place on an element.
pub fn place_on(element: &HtmlElement, client_x: i32, client_y: i32) -> Point {
    let rect = element.get_bounding_client_rect();
    Point { x: f64::from(client_x) - rect.left(), y: f64::from(client_y) - rect.top() }
}

/// What ties a stage to the page: its size, the theme and the wheel. Ends when it is dropped.
#[derive(Debug)]
pub struct Attached {
    observer: Option<web_sys::ResizeObserver>,
    _resized: Closure<dyn FnMut(JsValue)>,
    _listeners: Vec<EventListener>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Ties a stage to its elements. `look` is told when the colours have changed, `wheel` of each turn of the wheel with Ctrl.
pub fn attach<D: Draw + 'static>(
    stage: &Rc<Stage<D>>,
    host: &HtmlElement,
    canvas: HtmlCanvasElement,
    look: Callback<()>,
    wheel: Callback<web_sys::Event>,
) -> Attached {
    let options = EventListenerOptions::enable_prevent_default();
    let turned = EventListener::new_with_options(&canvas, "wheel", options, move |event| {
        if event.dyn_ref::<web_sys::WheelEvent>().is_some_and(|event| event.ctrl_key()) {
            event.prevent_default();
            wheel.emit(event.clone());
        }
    });
    let mut listeners = vec![turned];
    let window = web_sys::window();
    let query = window.as_ref().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    if let Some(query) = query {
        let look = look.clone();
        listeners.push(EventListener::new(&query, "change", move |_| look.emit(())));
    }
    if let Some(document) = window.and_then(|window| window.document()) {
        listeners.push(EventListener::new(&document, crate::theme::CHANGED, move |_| look.emit(())));
    }
    stage.mount(canvas, f64::from(host.client_width()));
    let resized = {
        let (stage, host) = (Rc::clone(stage), host.clone());
        Closure::<dyn FnMut(JsValue)>::new(move |_| stage.resize(f64::from(host.client_width())))
    };
    let observer = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        observer.observe(host);
    }
    Attached { observer, _resized: resized, _listeners: listeners }
}

/// A recovery that begins is watched here, wherever its button stands.
pub fn bring_into_sight() {
    let document = web_sys::window().and_then(|window| window.document());
    let story = document.and_then(|document| document.query_selector(".story").ok().flatten());
    if let Some(story) = story {
        story.scroll_into_view();
    }
}
