//! The machine's parts looked into: the buffer pool beside the data files, page by page; the log buffer; each segment on its way from
//! disk to archive; the backup store with its chains; and the way back that a recovery takes.
//!
//! It stands beneath the machine's picture, in a place that the lab leaves it, and is closed until somebody opens a part: until then
//! nothing is asked.

mod log;
mod pages;
mod stores;

use super::asking::ask;
use super::hub::{self, Heard};
use crate::state::{Run, Ticket, View};
use crate::view::{none, plain, tag};
use crate::words::t;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::inside::Inside;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A part of the machine that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Pages,
    Buffer,
    Log,
    Backups,
    Back,
}

impl Part {
    const ALL: [Part; 5] = [Part::Pages, Part::Buffer, Part::Log, Part::Backups, Part::Back];

    fn code(self) -> &'static str {
        match self {
            Part::Pages => "pages",
            Part::Buffer => "buffer",
            Part::Log => "log",
            Part::Backups => "backups",
            Part::Back => "back",
        }
    }
}

/// The place's root.
#[derive(Debug)]
pub struct LookInside {
    run: View<Run>,
    step: u32,
    open: Option<Part>,
    inside: Option<Inside>,
    /// The question under way, and the step that it is about.
    asked: Option<(Ticket, u32)>,
    _member: hub::Member,
}

/// What reaches it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Told(Told),
    Turn(Part),
}

impl LookInside {
    /// Asks for the step at hand, one question at a time: what is played passes by faster than it can be answered.
    fn look(&mut self, ctx: &Context<Self>) {
        let is_known = self.inside.as_ref().is_some_and(|inside| inside.step == self.step);
        if self.open.is_none() || is_known || self.asked.is_some() || !self.run.is_there() {
            return;
        }
        let told = ctx.link().callback(Msg::Told);
        self.asked = Some((ask(&Ask::Inside { step: self.step }, told), self.step));
    }
}

impl Component for LookInside {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> LookInside {
        LookInside {
            run: View::new(Run::default()),
            step: 0,
            open: None,
            inside: None,
            asked: None,
            _member: hub::join(ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let before = self.inside.as_ref().map(|inside| inside.step);
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                (self.run, self.inside, self.asked) = (run, None, None);
                self.look(ctx);
                return true;
            }
            Msg::Heard(Heard::Placed { step, .. }) => self.step = step,
            Msg::Heard(_) => return false,
            Msg::Told(told) => {
                let asked = self.asked.take().map(|(_, step)| step);
                match told {
                    Told::Inside(inside) => self.inside = Some(inside),
                    // Asked again at the next step, not at once: it would be refused as often as it is asked.
                    _ => return asked.is_none(),
                }
            }
            Msg::Turn(part) => {
                self.open = (self.open != Some(part)).then_some(part);
                self.look(ctx);
                return true;
            }
        }
        self.look(ctx);
        before != self.inside.as_ref().map(|inside| inside.step)
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if !self.run.is_there() {
            return none();
        }
        let buttons = Part::ALL.into_iter().map(|part| {
            let is_open = self.open == Some(part);
            tag("button", "inside-part")
                .attr("type", "button")
                .attr("aria-expanded", if is_open { "true" } else { "false" })
                .attr("aria-controls", "inside-open")
                .text(t(&format!("bench.inside.{}", part.code()), &[]))
                .on(ListenerKind::onclick, ctx.link().callback(move |_: Event| Msg::Turn(part)))
                .html()
        });
        let label = plain("span", "inside-label", t("bench.inside.look", &[]));
        let buttons = tag("div", "inside-parts")
            .attr("role", "group")
            .attr("aria-label", &t("bench.inside.look", &[]))
            .child(label)
            .all(buttons.collect());
        tag("div", "inside")
            .child(buttons.html())
            .child(tag("div", "inside-open").attr("id", "inside-open").child(self.part()).html())
            .html()
    }
}

impl LookInside {
    fn part(&self) -> Html {
        let Some(part) = self.open else { return none() };
        let Some(inside) = &self.inside else { return plain("p", "bench-hint", t("bench.inside.waits", &[])) };
        match part {
            Part::Pages => match &inside.live {
                Some(server) => pages::live(server),
                None => plain("p", "bench-hint", t("bench.inside.lost", &[])),
            },
            Part::Buffer => match &inside.live {
                Some(server) => log::buffer(server),
                None => plain("p", "bench-hint", t("bench.inside.lost", &[])),
            },
            Part::Log => log::segments(&self.run, inside),
            Part::Backups => stores::backups(&self.run, inside),
            Part::Back => match &inside.recovered {
                Some(server) => pages::recovered(server),
                None => plain("p", "bench-hint", t("bench.inside.no_way_back", &[])),
            },
        }
    }
}

/// A table of a part, which may scroll.
fn table(caption: String, heads: &[&str], rows: Vec<Html>) -> Html {
    let heads = heads.iter().map(|name| crate::tables::grid::head_cell("", t(&format!("bench.inside.{name}"), &[])));
    let table = tag("table", "grid inside-grid")
        .child(plain("caption", "", caption.clone()))
        .child(tag("thead", "").child(tag("tr", "").all(heads.collect()).html()).html())
        .child(tag("tbody", "").all(rows).html());
    tag("div", "scroller bench-scroller inside-scroller")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", &caption)
        .child(table.html())
        .html()
}
