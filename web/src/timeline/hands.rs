//! Pointers on the picture: they move the position, drag the target, move the window, and ask what a thing is.

use super::aim::{dragged_to, step_at};
use super::axis::Window;
use super::shapes::{Point, within};
use super::stage::place_on;
use super::{Props, Timeline};
use crate::state::Action;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent, WheelEvent};
use yew::prelude::*;

/// What a pointer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    Down,
    Move,
    Up,
    Cancel,
    Leave,
}

/// What a pointer that was put down is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grip {
    /// Not yet told: it has not moved.
    Undecided {
        from: Point,
        touch: bool,
    },
    Position,
    Target,
    Window {
        from: Point,
        window: Window,
    },
}

/// How far a pointer moves before it drags.
const SLACK_PX: f64 = 4.0;

/// A pointer that cannot be held stops dragging at the edge of its element.
fn hold(element: &HtmlElement, event: &PointerEvent) {
    let _ = element.set_pointer_capture(event.pointer_id());
}

impl Timeline {
    fn place(&self, event: &PointerEvent) -> Option<(HtmlElement, Point)> {
        let element = self.canvas.cast::<HtmlElement>()?;
        let point = place_on(&element, event.client_x(), event.client_y());
        Some((element, point))
    }

    fn go_to(&self, ctx: &Context<Self>, point: Point) {
        let Props { desk, .. } = ctx.props();
        if let Some((value, _)) = self.stage.value_at(point) {
            desk.session.act(Action::GoTo(step_at(&desk.run, self.scale, value)));
        }
    }

    /// A pointer on the picture; whether there is something else to show.
    pub fn pointer(&mut self, ctx: &Context<Self>, hand: Hand, event: &Event) -> bool {
        let Some(event) = event.dyn_ref::<PointerEvent>() else {
            return false;
        };
        let Some((element, point)) = self.place(event) else {
            return false;
        };
        let touch = event.pointer_type() == "touch";
        match (hand, self.grip) {
            (Hand::Down, _) if event.button() == 0 => {
                let pans = self.stage.is_axis(point) && !self.window.is_all();
                self.grip = Some(if pans {
                    Grip::Window { from: point, window: self.window }
                } else {
                    Grip::Undecided { from: point, touch }
                });
                if !touch {
                    hold(&element, event);
                }
                self.touched.take().is_some()
            }
            (Hand::Move, None) if !touch => {
                let over = self.stage.thing_at(point).map(|hit| (hit.thing, hit.at));
                std::mem::replace(&mut self.touched, over) != over
            }
            (Hand::Move, Some(Grip::Undecided { from, touch })) => {
                let far = (self.stage.along(point) - self.stage.along(from)).abs() > SLACK_PX;
                // Downwards a finger scrolls the page.
                if far && !(touch && self.laid.down) {
                    self.grip = Some(Grip::Position);
                    self.go_to(ctx, point);
                }
                false
            }
            (Hand::Move, Some(Grip::Position)) => {
                self.go_to(ctx, point);
                false
            }
            (Hand::Move, Some(Grip::Window { from, window })) => {
                let by = self.stage.along(from) - self.stage.along(point);
                self.window = window.moved(by * self.stage.share_per_px());
                true
            }
            (Hand::Up, Some(Grip::Undecided { from, touch })) => {
                self.grip = None;
                match self.stage.thing_at(from) {
                    // A finger has no hover: its tap asks what this is.
                    Some(hit) if touch => self.touched = Some((hit.thing, hit.at)),
                    _ => self.go_to(ctx, from),
                }
                true
            }
            (Hand::Up | Hand::Cancel, _) => self.grip.take().is_some(),
            (Hand::Leave, None) if !touch => self.touched.take().is_some(),
            _ => false,
        }
    }

    /// A pointer on the target's handle.
    pub fn handle(&mut self, ctx: &Context<Self>, hand: Hand, event: &Event) -> bool {
        let Some(event) = event.dyn_ref::<PointerEvent>() else {
            return false;
        };
        let Props { desk, .. } = ctx.props();
        match hand {
            Hand::Down if event.button() == 0 && !desk.outcome.asked => {
                event.prevent_default();
                if let Some(line) = event.current_target().and_then(|line| line.dyn_into::<HtmlElement>().ok()) {
                    hold(&line, event);
                }
                // What has the listener may be the page's root: then the pointer is held by what it touched.
                if let Some(touched) = event.target().and_then(|touched| touched.dyn_into::<HtmlElement>().ok()) {
                    hold(&touched, event);
                }
                self.grip = Some(Grip::Target);
                self.touched = None;
                true
            }
            Hand::Move if self.grip == Some(Grip::Target) => {
                let place = self.place(event).and_then(|(_, point)| self.stage.value_at(point));
                if let Some(place) = place
                    && let Some(text) = dragged_to(place, &desk.run, &desk.target, self.scale)
                {
                    desk.session.act(Action::TargetText(text));
                }
                false
            }
            Hand::Up | Hand::Cancel => self.grip.take().is_some(),
            _ => false,
        }
    }

    /// The wheel with Ctrl brings nearer what is under the pointer. Plain scrolling stays the page's.
    pub fn wheel(&mut self, event: &Event) -> bool {
        let (Some(event), Some(element)) = (event.dyn_ref::<WheelEvent>(), self.canvas.cast::<HtmlElement>()) else {
            return false;
        };
        let point = place_on(&element, event.client_x(), event.client_y());
        let factor = within(-event.delta_y() / 240.0, -1.0, 1.0).exp2();
        self.window = self.window.zoomed(factor, self.stage.share_at(point));
        true
    }
}
