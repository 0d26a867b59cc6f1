//! Tables that are longer than the lab shows: all their rows, a few hundred at a time, in the order of their keys.
//!
//! The place after the tables is made here. It shows nothing as long as no table is that long.

use super::asking::ask;
use super::hub::{self, Heard};
use crate::format;
use crate::state::{Run, Ticket, View, value_of};
use crate::tables::grid;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::StepKind;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::inside::RowsPage;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// So many rows come at a time.
const PAGE: u64 = 200;

/// The place, once.
pub fn place() -> Option<web_sys::Element> {
    let document = web_sys::window()?.document()?;
    let bench = document.get_element_by_id("bench")?;
    if document.get_element_by_id("all-rows").is_some() {
        return None;
    }
    let place = document.create_element("div").ok()?;
    place.set_id("all-rows");
    bench.insert_adjacent_element("beforebegin", &place).ok()?;
    Some(place)
}

/// The part's root.
#[derive(Debug)]
pub struct AllRows {
    run: View<Run>,
    step: u32,
    /// What is asked for.
    table: String,
    recovered: bool,
    from: u64,
    page: Option<RowsPage>,
    ticket: Option<Ticket>,
    _member: hub::Member,
}

/// What reaches it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Told(Told),
    /// Another of the long tables, by its place among them.
    Choose(Event),
    /// To the page that begins with this row.
    From(u64),
}

impl AllRows {
    fn ask(&mut self, ctx: &Context<Self>) {
        let (table, recovered, from) = (self.table.clone(), self.recovered, self.from);
        let question = Ask::RowsFrom { table, recovered, from, step: self.step };
        self.ticket = Some(ask(&question, ctx.link().callback(Msg::Told)));
    }

    /// Whether there can be a long table at all: a short run need not trouble the engine.
    fn may_be_long(&self) -> bool {
        const SHORT: usize = 60;
        let run = &self.run;
        let changed = run.records.lsn.len();
        changed > SHORT && run.steps.kind.contains(&StepKind::StatementRan)
    }
}

impl Component for AllRows {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> AllRows {
        AllRows {
            run: View::new(Run::default()),
            step: 0,
            table: String::new(),
            recovered: false,
            from: 0,
            page: None,
            ticket: None,
            _member: hub::join(ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                if !self.run.is_same_as(&run) {
                    self.from = 0;
                }
                self.run = run;
            }
            Msg::Heard(Heard::Placed { step, playing }) => {
                self.step = step;
                if playing {
                    return false;
                }
            }
            // The ticket stays: it may be that of a later question already.
            Msg::Told(Told::RowsFrom(page)) => {
                self.page = Some(page);
                return true;
            }
            Msg::Told(_) => return self.page.take().is_some(),
            Msg::Choose(event) => {
                let long = self.page.as_ref().map(|page| page.long.as_slice()).unwrap_or_default();
                let Some(one) = value_of(&event).parse().ok().and_then(|at: usize| long.get(at)) else { return false };
                (self.table, self.recovered, self.from) = (one.name.clone(), one.recovered, 0);
            }
            Msg::From(from) => self.from = from,
            Msg::Heard(_) => return false,
        }
        if self.run.is_there() && self.may_be_long() {
            self.ask(ctx);
            return false;
        }
        self.page.take().is_some()
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Some((page, table)) = self.page.as_ref().and_then(|page| Some((page, page.table.as_ref()?))) else {
            return none();
        };
        let link = ctx.link();
        let named = |one: &pitr_protocol::inside::LongTable| {
            t(if one.recovered { "tables.recovered" } else { "tables.now" }, &[("name", &one.name)])
        };
        let Some(one) = page.long.get(page.of as usize) else { return none() };
        let options = page.long.iter().enumerate().map(|(at, long)| {
            let said = format!("{}, {}", named(long), count("tables.rows", long.rows, &[]));
            tag("option", "").attr("value", &at.to_string()).flag("selected", at as u32 == page.of).text(said).html()
        });
        let select = tag("select", "input")
            .attr("id", "all-rows-of")
            .on(ListenerKind::onchange, link.callback(Msg::Choose))
            .all(options.collect());
        let label = tag("label", "form-label").attr("for", "all-rows-of").text(t("bench.all_rows.of", &[]));
        let last = one.rows.saturating_sub(1) / PAGE * PAGE;
        let button = |key: &str, to: u64, off: bool| {
            tag("button", "button is-quiet")
                .attr("type", "button")
                .flag("disabled", off)
                .text(t(key, &[]))
                .on(ListenerKind::onclick, link.callback(move |_: Event| Msg::From(to)))
                .html()
        };
        let (first, end) = (page.from + 1, page.from + table.rows.len() as u64);
        let part = t(
            "bench.all_rows.part",
            &[
                ("from", &format::count(first)),
                ("to", &format::count(end)),
                ("of", &count("tables.rows", one.rows, &[])),
                ("name", &named(one)),
            ],
        );
        let turns = tag("div", "all-rows-turns")
            .attr("role", "group")
            .attr("aria-label", &t("bench.all_rows.turn", &[]))
            .child(button("bench.all_rows.first", 0, page.from == 0))
            .child(button("bench.all_rows.back", page.from.saturating_sub(PAGE), page.from == 0))
            .child(button("bench.all_rows.on", page.from + PAGE, page.from >= last))
            .child(button("bench.all_rows.last", last, page.from >= last))
            .html();
        let shown = grid::page(table, &part, one.recovered, self.run.head.zone_offset_s);
        tag("section", "panel all-rows")
            .attr("aria-labelledby", "all-rows-title")
            .child(tag("h2", "panel-title").attr("id", "all-rows-title").text(t("bench.all_rows.title", &[])).html())
            .child(group("div", "all-rows-tools", [group("div", "bench-field", [label.html(), select.html()]), turns]))
            .child(tag("p", "visually-hidden").attr("role", "status").text(part).html())
            .child(shown)
            .child(plain("p", "bench-hint", t("bench.all_rows.says", &[])))
            .html()
    }
}
