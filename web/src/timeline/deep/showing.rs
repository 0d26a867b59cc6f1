//! What is shown of a place outside the virtual DOM: the painted picture, the minimap with its mark, and where the lab's slider lies.

use super::{Deep, Msg, going_on, map};
use crate::format::px;
use crate::timeline::stage::{Show, now_ms};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, HtmlInputElement};
use yew::Context;

/// The part in sight is said when it has not moved for so long.
const REST_MS: f64 = 350.0;
/// What follows another place within this time is on its way: the words wait for its rest, and nothing moves by itself that a hand moves.
const FAST_MS: f64 = 100.0;

impl Deep {
    /// The page stands elsewhere: the picture shows that at once, outside the virtual DOM; what is said of it waits until it rests. Whether
    /// another part comes in sight.
    pub fn go_along(&mut self, ctx: &Context<Self>, step: u32, playing: bool) -> bool {
        (self.step, self.playing) = (step, playing);
        if std::mem::take(&mut self.follows) {
            // The stage may not have heard of the run yet.
            self.show();
            let now = self.stage.share_of(self.run.step_time(step), self.run.lsn_at(step));
            self.window = going_on::following(self.window, now);
            return true;
        }
        let now = self.stage.share_of(self.run.step_time(step), self.run.lsn_at(step));
        let seen = (self.window.from..=self.window.to).contains(&now);
        if playing && !seen && self.grip.is_none() {
            // The picture goes along with what is played.
            let length = self.window.to - self.window.from;
            self.window = self.window.moved(now - length * 0.15 - self.window.from);
            return true;
        }
        let now_ms = now_ms();
        self.fast = now_ms - std::mem::replace(&mut self.moved_ms, now_ms) < FAST_MS;
        self.show();
        if self.depth.index().histories.live().len() > 1 {
            // The server may be on another timeline there.
            self.show_map();
        }
        self.mark_map();
        self.rest_soon(ctx);
        if playing {
            self.move_position();
        }
        !(playing || self.fast)
    }

    /// The lab's slider goes along with a long run that is played, more often than the lab draws it.
    fn move_position(&self) {
        let document = web_sys::window().and_then(|window| window.document());
        let slider = document.and_then(|document| document.query_selector(".scrubber-input").ok().flatten());
        if let Some(slider) = slider.and_then(|slider| slider.dyn_into::<HtmlInputElement>().ok()) {
            slider.set_value(&self.step.to_string());
        }
    }

    /// One wait at a time: what moves on makes it longer when it is over.
    pub fn rest_soon(&mut self, ctx: &Context<Self>) {
        self.rested_ms = now_ms() + REST_MS;
        if self.rest.is_none() {
            self.rest_in(ctx, REST_MS);
        }
    }

    pub fn rest_in(&mut self, ctx: &Context<Self>, ms: f64) {
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = Some(Timeout::new(ms.ceil() as u32, move || rested.emit(())));
    }

    /// Has the picture painted.
    pub fn show(&self) {
        self.stage.show(Show {
            run: self.run.clone(),
            step: self.step,
            moves: self.playing || !(self.fast || self.grip.is_some()),
            cut: self.cut.clone(),
            scale: self.scale,
            window: self.window,
            look: self.look,
        });
    }

    /// Marks on the minimap where we are.
    pub fn mark_map(&self) {
        if let (Some(canvas), Some(width)) = (self.map_mark.cast::<HtmlCanvasElement>(), self.map_width.get()) {
            self.marked.borrow_mut().go(&canvas, (width, self.look), self.stage.share_now());
        }
    }

    pub fn show_map(&self) {
        let (Some(strip), Some(canvas)) = (self.map.cast::<HtmlElement>(), self.map_canvas.cast::<HtmlCanvasElement>())
        else {
            return;
        };
        let width = self.map_width.get().unwrap_or_else(|| f64::from(strip.client_width()));
        self.map_width.set(Some(width));
        let (run, cut) = (self.run.clone(), self.cut.clone());
        let index = self.depth.index();
        let live = index.histories.live_at(self.step);
        let shown = map::Shown { run, scale: self.scale, cut, width, look: self.look, live };
        if self.mapped.borrow().as_ref() != Some(&shown) {
            map::show(&canvas, &shown, &self.stage.axis(), index.written(self.scale, self.step));
            self.mapped.replace(Some(shown));
        }
    }

    /// The lab's slider is the handle's: it is laid where the handle's flag goes.
    pub fn place_slider(&self, host: &HtmlElement) {
        let root = host.closest(".timeline").ok().flatten().and_then(|root| root.dyn_into::<HtmlElement>().ok());
        let Some(root) = root else { return };
        let (top, left) = (f64::from(host.offset_top()), f64::from(host.offset_left()));
        let laid = &self.laid;
        let places = if laid.down {
            [("--deep-top", top + laid.start), ("--deep-left", left), ("--deep-long", laid.flag.1)]
        } else {
            [("--deep-top", top + laid.flag.0), ("--deep-left", left + laid.start), ("--deep-long", laid.length)]
        };
        for (name, at) in places {
            let _ = root.style().set_property(name, &format!("{}px", px(at)));
        }
    }
}
