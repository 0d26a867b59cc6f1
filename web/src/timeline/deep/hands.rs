//! Pointers, wheel and keys on the picture in depth and on its minimap.

use super::{Deep, Msg, lit};
use crate::bench::{bus, point};
use crate::timeline::aim::{dragged_to, step_at};
use crate::timeline::axis::{Scale, Window};
use crate::timeline::hands::Hand;
use crate::timeline::shapes::{Point, within};
use crate::timeline::stage::place_on;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent, WheelEvent};
use yew::{Callback, Event};

/// What pointers that were put down are doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grip {
    /// Not yet told: it has not moved.
    Undecided {
        from: Point,
        touch: bool,
    },
    Position,
    Target,
    Pan {
        from: Point,
        window: Window,
    },
    /// Two fingers, and where on the whole axis each was put.
    Pinch {
        first: f64,
        second: f64,
    },
    /// The minimap's window, and how far from its middle it is held, as a share of the whole.
    Map {
        off: f64,
    },
}

/// How far a pointer moves before it drags.
const SLACK_PX: f64 = 4.0;
/// The least that can be in sight: microseconds, or bytes of the log.
const LEAST_US: f64 = 8_000.0;
const LEAST_BYTES: f64 = 160.0;

fn hold(event: &PointerEvent) {
    let touched = event.target().and_then(|touched| touched.dyn_into::<HtmlElement>().ok());
    if let Some(touched) = touched {
        // A pointer that cannot be held stops dragging at the edge of its element.
        let _ = touched.set_pointer_capture(event.pointer_id());
    }
}

/// Hears of a wheel that is turned sideways, or with Shift, in pixels: it moves along. The page itself goes nowhere to the side.
pub fn sideways(canvas: &HtmlCanvasElement, along: Callback<f64>) -> EventListener {
    const LINE_PX: f64 = 16.0;
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(canvas, "wheel", options, move |event| {
        let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| !event.ctrl_key()) else { return };
        let (x, y) = (event.delta_x(), event.delta_y());
        let by = if event.shift_key() && x == 0.0 { y } else { x };
        if by == 0.0 || (!event.shift_key() && x.abs() <= y.abs()) {
            return;
        }
        event.prevent_default();
        along.emit(if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { by } else { by * LINE_PX });
    })
}

impl Deep {
    /// The window, nearer by a factor; a share of the whole stays where it is.
    pub fn zoomed(&self, factor: f64, about: f64) -> Window {
        let axis = self.stage.axis();
        let value = axis.value(about);
        let least = if self.scale == Scale::Time { LEAST_US } else { LEAST_BYTES };
        let shortest = (axis.share(value + least) - axis.share(value)).max(1e-12);
        self.window.zoomed_to(factor, about, within(shortest, 1e-12, 1.0))
    }

    /// The window with a share of the whole in its middle; all of the run is gone nearer to.
    pub fn around(&self, share: f64) -> Window {
        let window = if self.window.is_all() { self.zoomed(6.0, share) } else { self.window };
        window.moved(share - f64::midpoint(window.from, window.to))
    }

    fn place(&self, event: &PointerEvent) -> Option<Point> {
        let element = self.canvas.cast::<HtmlElement>()?;
        Some(place_on(&element, event.client_x(), event.client_y()))
    }

    fn go_to(&self, at: Point) {
        if let Some((value, _)) = self.stage.value_at(at) {
            let step = match self.scale {
                Scale::Time => step_at(&self.run, self.scale, value),
                Scale::Lsn => {
                    let index = self.depth.index();
                    let written = index.written(self.scale, self.step);
                    let last = written.place(&self.run, self.scale, value.floor() + 1.0).checked_sub(1);
                    let record = last.and_then(|last| written.record(last));
                    record.and_then(|record| self.run.records.step.get(record)).copied().unwrap_or_default()
                }
            };
            bus::go_to(step);
        }
    }

    /// Shows what lies there, and points at it; whether there is something else to show than before.
    fn touch(&mut self, at: Option<Point>) -> bool {
        let over = at.and_then(|at| self.stage.thing_at(at)).map(|hit| (hit.thing, hit.at));
        let pointed = match over {
            Some((thing, _)) => lit::pointed(&self.run, thing),
            None => at.and_then(|at| self.lane_at(at)),
        };
        if self.over != pointed {
            self.over = pointed;
            point::pass_over(self.over.as_ref());
        }
        std::mem::replace(&mut self.touched, over) != over
    }

    /// A finger has no hover: its tap asks what this is, be it a thing or the name of a lane.
    fn tap(&mut self, at: Point) -> bool {
        let changed = self.touch(Some(at));
        point::show(&self.over.clone().unwrap_or_default());
        changed
    }

    /// A pointer on the picture; whether there is something else to show.
    pub fn pointer(&mut self, hand: Hand, event: &Event) -> bool {
        let Some(event) = event.dyn_ref::<PointerEvent>() else {
            return false;
        };
        let Some(at) = self.place(event) else {
            return false;
        };
        let touch = event.pointer_type() == "touch";
        let id = event.pointer_id();
        if hand == Hand::Down && event.button() == 0 {
            self.fingers.retain(|(finger, _)| *finger != id);
            self.fingers.push((id, at));
        } else if let Some(finger) = self.fingers.iter_mut().find(|(finger, _)| *finger == id) {
            finger.1 = at;
        }
        if matches!(hand, Hand::Up | Hand::Cancel) {
            self.fingers.retain(|(finger, _)| *finger != id);
        }
        match (hand, self.grip) {
            (Hand::Down, Some(_)) if self.fingers.len() == 2 => {
                let share = |finger: usize| self.fingers.get(finger).map_or(0.0, |(_, at)| self.stage.share_at(*at));
                self.grip = Some(Grip::Pinch { first: share(0), second: share(1) });
                self.touch(None)
            }
            (Hand::Move, Some(Grip::Pinch { first, second })) => self.pinch(first, second),
            (Hand::Down, _) if event.button() == 0 => {
                if !touch {
                    hold(event);
                }
                let scrubs = self.stage.is_axis(at) && !touch;
                self.grip = Some(if scrubs { Grip::Position } else { Grip::Undecided { from: at, touch } });
                if scrubs {
                    self.go_to(at);
                }
                self.touch(None)
            }
            (Hand::Move, None) if !touch => self.touch(Some(at)),
            (Hand::Move, Some(Grip::Undecided { from, touch })) => {
                let far = (self.stage.along(at) - self.stage.along(from)).abs() > SLACK_PX;
                if !far || (touch && self.laid.down) {
                    // Downwards a finger scrolls the page.
                } else if self.window.is_all() {
                    self.grip = Some(Grip::Position);
                    self.go_to(at);
                } else {
                    self.grip = Some(Grip::Pan { from, window: self.window });
                }
                false
            }
            (Hand::Move, Some(Grip::Position)) => {
                self.go_to(at);
                false
            }
            (Hand::Move, Some(Grip::Pan { from, window })) => {
                let by = self.stage.along(from) - self.stage.along(at);
                self.window = window.moved(by * self.stage.share_per_px());
                true
            }
            (Hand::Up, Some(Grip::Undecided { from, touch })) => {
                self.grip = None;
                if touch && (self.stage.thing_at(from).is_some() || self.stage.along(from) < 0.0) {
                    return self.tap(from);
                }
                self.go_to(from);
                true
            }
            (Hand::Up | Hand::Cancel, _) => self.grip.take().is_some(),
            (Hand::Leave, None) if !touch => self.touch(None),
            _ => false,
        }
    }

    /// Two fingers: each keeps the place of the axis that it was put on.
    fn pinch(&mut self, first: f64, second: f64) -> bool {
        let along = |finger: usize| self.fingers.get(finger).map(|(_, at)| self.stage.along(*at));
        let (Some(one), Some(other)) = (along(0), along(1)) else {
            return false;
        };
        let length = self.laid.length.max(1.0);
        let apart = other - one;
        if apart.abs() < 8.0 || (second - first).abs() < 1e-12 {
            return false;
        }
        let wanted = within((second - first) / apart * length, 1e-12, 1.0);
        let now = self.window.to - self.window.from;
        let window = self.zoomed(now / wanted, first);
        let from = first - one / length * (window.to - window.from);
        self.window = window.moved(from - window.from);
        true
    }

    /// A pointer on the target's handle.
    pub fn handle(&mut self, hand: Hand, event: &Event) -> bool {
        let Some(event) = event.dyn_ref::<PointerEvent>() else {
            return false;
        };
        match hand {
            Hand::Down if event.button() == 0 => {
                event.prevent_default();
                hold(event);
                self.grip = Some(Grip::Target);
                self.touch(None);
                true
            }
            Hand::Move if self.grip == Some(Grip::Target) => {
                let place = self.place(event).and_then(|at| self.stage.value_at(at));
                if let Some(place) = place
                    && let Some(text) = dragged_to(place, &self.run, &self.target, self.scale)
                {
                    bus::aim_at(&pitr_protocol::TargetSpec { text, ..self.target.spec.clone() });
                }
                false
            }
            Hand::Up | Hand::Cancel => self.grip.take().is_some(),
            _ => false,
        }
    }

    /// The wheel with Ctrl, or two fingers on a pad, brings nearer what is under the pointer. Plain scrolling stays the page's.
    pub fn wheel(&mut self, event: &Event) -> bool {
        let (Some(event), Some(element)) = (event.dyn_ref::<WheelEvent>(), self.canvas.cast::<HtmlElement>()) else {
            return false;
        };
        let at = place_on(&element, event.client_x(), event.client_y());
        let factor = within(-event.delta_y() / 240.0, -1.0, 1.0).exp2();
        self.window = self.zoomed(factor, self.stage.share_at(at));
        true
    }

    /// A pointer on the minimap.
    pub fn map_pointer(&mut self, hand: Hand, event: &Event) -> bool {
        let (Some(event), Some(element)) = (event.dyn_ref::<PointerEvent>(), self.map.cast::<HtmlElement>()) else {
            return false;
        };
        let width = f64::from(element.client_width()).max(1.0);
        let share = place_on(&element, event.client_x(), event.client_y()).x / width;
        let middle = f64::midpoint(self.window.from, self.window.to);
        match (hand, self.grip) {
            (Hand::Down, _) if event.button() == 0 => {
                event.prevent_default();
                hold(event);
                if let Some(slider) = element.query_selector(".deep-window").ok().flatten() {
                    let _ = slider.dyn_into::<HtmlElement>().map(|slider| slider.focus());
                }
                let inside = !self.window.is_all() && (self.window.from..=self.window.to).contains(&share);
                if !inside {
                    self.window = self.around(share);
                }
                let off = if inside { share - middle } else { 0.0 };
                self.grip = Some(Grip::Map { off });
                true
            }
            (Hand::Move, Some(Grip::Map { off })) => {
                self.window = self.window.moved(share - off - middle);
                true
            }
            (Hand::Up | Hand::Cancel, Some(Grip::Map { .. })) => {
                self.grip = None;
                true
            }
            _ => false,
        }
    }

    /// What a key on the minimap's window wants.
    pub fn map_key(event: &Event) -> Option<Msg> {
        let key = event.dyn_ref::<KeyboardEvent>()?;
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return None;
        }
        let msg = match key.key().as_str() {
            "ArrowLeft" | "ArrowUp" => Msg::Pan(-0.1),
            "ArrowRight" | "ArrowDown" => Msg::Pan(0.1),
            "PageUp" => Msg::Pan(-0.9),
            "PageDown" => Msg::Pan(0.9),
            "Home" => Msg::Pan(f64::MIN),
            "End" => Msg::Pan(f64::MAX),
            _ => return None,
        };
        key.prevent_default();
        Some(msg)
    }
}
