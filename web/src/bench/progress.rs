//! How far a run is that takes long, wherever on the page it was asked for, and the way to think better of it.

use super::hub::{self, Heard};
use crate::format;
use crate::state::Ticket;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use gloo_events::EventListener;
use pitr_protocol::Request;
use pitr_protocol::bench::{Ask, Phase, Progress, seal};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The bar, while there is something to wait for.
#[derive(Debug)]
pub struct LongWork {
    progress: Option<Progress>,
    /// It was cancelled and is not over yet.
    cancelled: Option<Ticket>,
    _member: hub::Member,
    _keys: Option<EventListener>,
}

/// What happens to the bar.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Cancel,
    Escape,
}

impl Component for LongWork {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> LongWork {
        let link = ctx.link();
        let escape = link.callback(|()| Msg::Escape);
        let pressed = move |event: &Event| {
            let is_escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
            // What closes something else by this key says so.
            if is_escape && !event.default_prevented() {
                escape.emit(());
            }
        };
        let document = web_sys::window().and_then(|window| window.document());
        let keys = document.map(|document| EventListener::new(&document, "keydown", pressed));
        let member = hub::join(link.callback(Msg::Heard));
        LongWork { progress: None, cancelled: None, _member: member, _keys: keys }
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Progress(progress)) => {
                self.progress = progress;
                if self.progress.is_none() {
                    self.cancelled = None;
                }
            }
            // The engine that was at it is no more, or it has come to its end.
            Msg::Heard(Heard::Lost | Heard::Run(_)) => {
                (self.progress, self.cancelled) = (None, None);
            }
            Msg::Heard(_) => return false,
            Msg::Escape if self.progress.is_none_or(|progress| !progress.can_be_cancelled) => return false,
            Msg::Cancel | Msg::Escape => {
                self.cancelled = Some(hub::session().ask(Request::Bench(seal(&Ask::Cancel)), Callback::noop()));
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        // Said once when it begins; the bar itself is there to be looked at.
        let said = self.progress.map_or_else(String::new, |progress| phase(progress.phase));
        let status = tag("p", "visually-hidden").key("said".to_owned()).attr("role", "status").text(said).html();
        let bar = self.progress.map_or_else(none, |progress| self.bar(ctx, progress));
        group("div", "", [status, bar])
    }
}

impl LongWork {
    fn bar(&self, ctx: &Context<Self>, progress: Progress) -> Html {
        let count = format::count(progress.records);
        let told = match progress.of {
            Some(of) => t("bench.progress.of", &[("done", &count), ("all", &format::count(of))]),
            None => t("bench.progress.so_far", &[("done", &count)]),
        };
        let permille = progress.permille.min(1000);
        let named = phase(progress.phase);
        let filled = format!("inline-size:{}%", format::px(f64::from(permille) / 10.0));
        let bar = tag("div", "long-bar")
            .attr("role", "progressbar")
            .attr("aria-label", &named)
            .attr("aria-valuemin", "0")
            .attr("aria-valuemax", "100")
            .attr("aria-valuenow", &(permille / 10).to_string())
            .attr("aria-valuetext", &told)
            .child(tag("div", "long-filled").attr("style", &filled).html());
        let cancel = tag("button", "button is-quiet")
            .attr("type", "button")
            .flag("disabled", self.cancelled.is_some() || !progress.can_be_cancelled)
            .text(t("bench.progress.cancel", &[]))
            .on(ListenerKind::onclick, ctx.link().callback(|_: Event| Msg::Cancel));
        tag("section", "long")
            .key("long".to_owned())
            .attr("aria-label", &t("bench.progress.title", &[]))
            .child(group("div", "long-words", [plain("strong", "", named), plain("span", "long-count", told)]))
            .child(cancel.html())
            .child(bar.html())
            .html()
    }
}

fn phase(phase: Phase) -> String {
    let code = match phase {
        Phase::CarryingOut => "carrying_out",
        Phase::Replaying => "replaying",
        Phase::LayingOut => "laying_out",
    };
    t(&format!("bench.progress.phase.{code}"), &[])
}

/// A place for it at the page's end, made once.
pub fn place() -> Option<web_sys::Element> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id("long-work").is_some() {
        return None;
    }
    let place = document.create_element("div").ok()?;
    place.set_id("long-work");
    document.body()?.append_child(&place).ok()?;
    Some(place)
}
