//! The scenarios that the lab ships, to be opened. One is carried out before it takes the place of the run on show, so that a long one can
//! still be cancelled.

use super::{bus, hub, refusal};
use crate::state::{Run, Ticket, View};
use crate::view::{group, plain, show_top, tag};
use crate::words::t;
use hub::Heard;
use pitr_protocol::bench::{Ask, Told, open, seal};
use pitr_protocol::{Problem, Reply, Request};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Their stems. A test holds this to what the lessons ship.
pub const STEMS: [&str; 4] = ["worked-example", "quiz-delete-orders", "quiz-same-second", "million"];

/// The list of scenarios.
#[derive(Debug)]
pub struct Scenarios {
    run: Option<View<Run>>,
    /// The one that is being opened.
    coming: Option<(&'static str, Ticket)>,
    refused: Option<Problem>,
    _member: hub::Member,
}

/// What happens to the list.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Open(&'static str),
    Told(Reply),
}

impl Component for Scenarios {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Scenarios {
        let member = hub::join(ctx.link().callback(Msg::Heard));
        Scenarios { run: None, coming: None, refused: None, _member: member }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => self.run = Some(run),
            Msg::Heard(_) => return false,
            Msg::Open(stem) => {
                let ask = Request::Bench(seal(&Ask::Scenario { stem: stem.to_owned() }));
                self.refused = None;
                self.coming = Some((stem, hub::session().ask(ask, ctx.link().callback(Msg::Told))));
            }
            Msg::Told(reply) => {
                self.coming = None;
                let told = match reply {
                    Reply::Bench(sealed) => open::<Told>(&sealed),
                    Reply::Refused(problem) => Some(Told::Refused(problem)),
                    _ => None,
                };
                match told {
                    Some(Told::Linked { script, .. }) => {
                        bus::open(&script);
                        show_top();
                    }
                    Some(Told::Refused(problem)) => self.refused = Some(problem),
                    _ => {}
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let cards = STEMS.into_iter().map(|stem| self.card(ctx, stem));
        group(
            "section",
            "bench-scenarios",
            [
                plain("h3", "bench-family", t("bench.scenarios.title", &[])),
                plain("p", "bench-hint", t("bench.scenarios.says", &[])),
                tag("ul", "bench-cards").all(cards.collect()).html(),
                refusal(self.refused.as_ref()),
            ],
        )
    }
}

impl Scenarios {
    fn card(&self, ctx: &Context<Self>, stem: &'static str) -> Html {
        let name = t(&format!("bench.scenario.{stem}.name"), &[]);
        let is_shown = self.run.as_ref().is_some_and(|run| run.head.title == name);
        let is_coming = self.coming.as_ref().is_some_and(|(coming, _)| *coming == stem);
        let said = if is_coming { "bench.scenarios.opening" } else { "bench.scenarios.open" };
        let named = if is_coming { "bench.scenarios.opening_it" } else { "bench.scenarios.open_it" };
        let open = tag("button", "button is-quiet")
            .attr("type", "button")
            .attr("aria-label", &t(named, &[("name", &name)]))
            .flag("disabled", is_coming)
            .text(t(said, &[]))
            .on(ListenerKind::onclick, ctx.link().callback(move |_: Event| Msg::Open(stem)))
            .html();
        let note = if is_shown { t("bench.scenarios.shown", &[]) } else { String::new() };
        let words = group(
            "div",
            "",
            [
                tag("p", "bench-card-name").text(name).child(plain("span", "bench-card-note", note)).html(),
                plain("p", "bench-hint", t(&format!("bench.scenario.{stem}.says"), &[])),
            ],
        );
        group("li", if is_shown { "bench-card is-shown" } else { "bench-card" }, [words, open])
    }
}
