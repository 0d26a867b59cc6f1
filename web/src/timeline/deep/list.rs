//! Everything of one kind along the timeline, as a list for keyboards and screen readers: a few hundred at a time.

use super::index::Sort;
use super::{Deep, Msg, faults};
use crate::bench::happening::of_step;
use crate::bench::point::stand_for;
use crate::format;
use crate::story::brief;
use crate::timeline::shapes::{Point, Thing};
use crate::timeline::tooltip;
use crate::view::{plain, tag};
use crate::words::t;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// So many at a time.
pub const PAGE: usize = 200;

impl Deep {
    /// The steps that the list has, and the first of them that it shows.
    fn page(&self) -> (usize, usize) {
        let all = self.depth.index().all(self.sort).len();
        (all, self.list_from.min(all.saturating_sub(1)) / PAGE * PAGE)
    }

    /// On by a page, or back.
    pub fn turn(&mut self, forward: bool) {
        let (_, from) = self.page();
        self.list_from = if forward { from + PAGE } else { from.saturating_sub(PAGE) };
    }

    pub fn list(&self, ctx: &Context<Self>) -> Html {
        let index = self.depth.index();
        let (all, from) = self.page();
        let sort = t(&format!("deep.sort.{}", self.sort.code()), &[]);
        let summary = t("deep.list", &[("sort", &sort), ("count", &format::count(all as u64))]);
        let mut details = tag("details", "as-table deep-list")
            .flag("open", self.list_open)
            .on(ListenerKind::ontoggle, ctx.link().callback(Msg::List))
            .child(tag("summary", "").text(summary.clone()).html());
        if self.list_open {
            let shown = index.all(self.sort).iter().skip(from).take(PAGE);
            let items: Vec<Html> = shown.map(|step| self.item(ctx, *step)).collect();
            if items.is_empty() {
                details = details.child(plain("p", "deep-none", t("deep.list_none", &[])));
            } else {
                let list = tag("ol", "deep-items")
                    .attr("aria-label", &summary)
                    .attr("start", &(from + 1).to_string())
                    .all(items)
                    .html();
                details = details.child(list);
            }
            if all > PAGE {
                let button = |key: &str, forward: bool, off: bool| {
                    tag("button", "button is-quiet")
                        .attr("type", "button")
                        .flag("disabled", off)
                        .text(t(key, &[]))
                        .on(ListenerKind::onclick, ctx.link().callback(move |_: Event| Msg::Turn(forward)))
                        .html()
                };
                let to = (from + PAGE).min(all);
                let place = t(
                    "deep.list_part",
                    &[
                        ("from", &format::count(from as u64 + 1)),
                        ("to", &format::count(to as u64)),
                        ("of", &format::count(all as u64)),
                    ],
                );
                let turns = tag("p", "deep-turns")
                    .child(button("deep.list_back", false, from == 0))
                    .child(tag("span", "").attr("role", "status").text(place).html())
                    .child(button("deep.list_on", true, to == all));
                details = details.child(turns.html());
            }
        }
        details.html()
    }

    fn item(&self, ctx: &Context<Self>, step: u32) -> Html {
        let time = self.run.clock_ms(self.run.step_time(step));
        let index = self.depth.index();
        let fault = index.fault(step).filter(|_| self.sort == Sort::Fault).map(faults::name);
        let said = match fault {
            Some(fault) => format!("{time} {fault}: {}", brief(&self.run, step)),
            None => format!("{time} {}", brief(&self.run, step)),
        };
        let go = tag("button", "link")
            .attr("type", "button")
            .attr("aria-current", if self.step == step { "step" } else { "false" })
            .text(said)
            .on(ListenerKind::onclick, ctx.link().callback(move |_: Event| Msg::Visit(step)));
        let item = tag("li", "").key(step.to_string()).attr("data-step", &step.to_string());
        stand_for(item, &of_step(&self.run, step)).child(go.html()).html()
    }

    /// What is touched, in words.
    pub fn tip(&self, thing: Thing, at: Point) -> Html {
        let index = self.depth.index();
        match thing {
            Thing::Note(step) if index.fault(step).is_some() => {
                let title = index.fault(step).map(faults::name).unwrap_or_default();
                let lines = vec![self.run.clock_ms(self.run.step_time(step)), brief(&self.run, step)];
                tooltip::tip(title, lines, at)
            }
            Thing::Segment(place) if index.expired.get(&place).is_some_and(|step| *step <= self.step) => {
                let step = index.expired.get(&place).copied().unwrap_or_default();
                let (title, mut lines) = tooltip::describe(&self.run, thing).unwrap_or_default();
                lines.push(t("deep.expired_at", &[("time", &self.run.clock_ms(self.run.step_time(step)))]));
                tooltip::tip(title, lines, at)
            }
            other => tooltip::tooltip(&self.run, other, at),
        }
    }
}
