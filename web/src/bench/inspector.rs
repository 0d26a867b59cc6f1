//! The inspector: anything that is made of bytes, taken apart; each field beside its bytes, and each byte beside its field.

use super::anatomy::{fields, hex};
use super::why::step_of;
use super::{Msg, pages, refusal};
use crate::format;
use crate::state::{Run, value_of};
use crate::view::{group, plain, tag};
use crate::words::t;
use pitr_protocol::Problem;
use pitr_protocol::bench::{Anatomy, Thing};
use pitr_protocol::inside::RelationPages;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// What is taken apart.
#[derive(Debug, Default)]
pub struct Inspector {
    shown: Option<(Thing, Result<Anatomy, Problem>)>,
    /// The field that is lit.
    pub lit: Option<usize>,
    /// The relations that have pages, as the engine's catalog names them; empty until somebody asks for pages.
    relations: Vec<RelationPages>,
}

impl Inspector {
    pub fn show(&mut self, thing: Thing, anatomy: Result<Anatomy, Problem>) {
        self.shown = Some((thing, anatomy));
        self.lit = None;
    }

    /// The relations have come. Who looks at no page yet looks at a table's first.
    pub fn relations_came(&mut self, relations: Vec<RelationPages>) -> Option<Thing> {
        self.relations = relations;
        if matches!(self.shown, Some((Thing::Page { .. }, _))) {
            return None;
        }
        pages::first(&self.relations)
    }

    /// Whether somebody has asked for pages.
    pub fn knows_relations(&self) -> bool {
        !self.relations.is_empty()
    }

    /// What was shown is of a run that is gone.
    pub fn run_changed(&mut self) {
        *self = Inspector::default();
    }

    /// A record is looked at as soon as it is written, before its segment can be recycled; everything else as it is where the page stands.
    pub fn step_for(&self, thing: &Thing, run: &Run, step: u32) -> u32 {
        match thing {
            Thing::Log { timeline, lsn } => step_of(run, *timeline, *lsn).unwrap_or(step),
            _ => step,
        }
    }

    pub fn view(&self, run: &Run, send: &Callback<Msg>) -> Html {
        let body = match &self.shown {
            None => plain("p", "bench-hint", t("bench.inspector.hint", &[])),
            Some((_, Err(problem))) => refusal(Some(problem)),
            Some((thing, Ok(anatomy))) => self.anatomy(thing, anatomy, send),
        };
        tag("section", "bench-inspector")
            .attr("role", "region")
            .attr("aria-labelledby", "inspector-title")
            .child(tag("h3", "bench-family").attr("id", "inspector-title").text(t("bench.inspector.title", &[])).html())
            .child(choice(run, self.shown.as_ref().map(|(thing, _)| thing), send))
            .child(pages::view(&self.relations, self.shown.as_ref().map(|(thing, _)| thing), send))
            .child(body)
            .html()
    }

    fn anatomy(&self, thing: &Thing, anatomy: &Anatomy, send: &Callback<Msg>) -> Html {
        let place = match anatomy.lsn {
            Some(lsn) => t("bench.inspector.at", &[("lsn", &format::lsn(lsn))]),
            None => name_of(thing),
        };
        let bytes = format::count(anatomy.bytes.len() as u64);
        let what = t(&format!("bench.thing.{}", anatomy.what), &[]);
        let title = t("bench.inspector.shown", &[("what", &what), ("place", &place), ("bytes", &bytes)]);
        let troubles = anatomy.troubles.iter().map(|(at, why)| {
            let why = t(&format!("bench.trouble.{why}"), &[]);
            crate::tables::mark::warning_line(t(
                "bench.inspector.trouble",
                &[("at", &format::offset(*at)), ("why", &why)],
            ))
        });
        let body = tag("div", "bench-anatomy");
        let body = match thing {
            Thing::Log { timeline, .. } if anatomy.what == "record" => {
                super::log::standing_for_record(body, *timeline, anatomy.lsn.unwrap_or_default())
            }
            Thing::Page { relation, name, block, recovered } => body
                .flag("data-recovered", *recovered)
                .attr("data-point", "page")
                .attr("data-name", name)
                .attr("data-number", &block.to_string())
                .attr("data-relation", &relation.to_string()),
            _ => body,
        };
        body.child(tag("p", "bench-what").attr("role", "status").text(title).html())
            .child(tag("div", "").all(troubles.collect()).html())
            .child(group("div", "bench-both", [fields(anatomy, self.lit, send), hex(anatomy, self.lit, send)]))
            .html()
    }
}

fn name_of(thing: &Thing) -> String {
    match thing {
        Thing::Log { lsn, .. } => format::lsn(*lsn),
        Thing::Page { name, block, .. } => t("bench.name.page", &[("table", name), ("block", &block.to_string())]),
        Thing::Manifest { label } => t("bench.name.manifest", &[("label", label)]),
        Thing::ControlFile { .. } => t("bench.name.control", &[]),
        Thing::CommitLog { .. } => t("bench.name.commits", &[]),
        Thing::History { timeline } => t("bench.name.history", &[("timeline", &timeline.to_string())]),
    }
}

/// Everything that can be taken apart but the log's records, which are picked in their table, and pages, which have a choice of their own.
fn things(run: &Run) -> Vec<Thing> {
    let mut all = Vec::new();
    all.push(Thing::ControlFile { recovered: false });
    all.push(Thing::CommitLog { recovered: false });
    let segments = run.head.segments.iter();
    all.extend(segments.map(|segment| Thing::Log { timeline: segment.timeline, lsn: segment.start_lsn }));
    let backups = run.head.backups.iter().filter(|backup| backup.end.is_some());
    all.extend(backups.map(|backup| Thing::Manifest { label: run.name(backup.label).to_owned() }));
    let forks = run.head.timelines.iter().filter(|timeline| timeline.parent.is_some());
    all.extend(forks.map(|timeline| Thing::History { timeline: timeline.id }));
    all
}

/// What the choice holds where it is about pages.
const PAGE: &str = "page";

fn choice(run: &Run, shown: Option<&Thing>, send: &Callback<Msg>) -> Html {
    let things = things(run);
    let options = things.iter().enumerate().map(|(index, thing)| {
        let name = match thing {
            Thing::Log { lsn, .. } => t("bench.name.segment", &[("lsn", &format::lsn(*lsn))]),
            other => name_of(other),
        };
        tag("option", "").attr("value", &index.to_string()).flag("selected", shown == Some(thing)).text(name).html()
    });
    let none_yet = tag("option", "").attr("value", "").flag("selected", shown.is_none());
    let none_yet = none_yet.text(t("bench.inspector.choose", &[])).html();
    let is_page = matches!(shown, Some(Thing::Page { .. }));
    let page = tag("option", "").attr("value", PAGE).flag("selected", is_page).text(t("bench.inspector.page", &[]));
    let options: Vec<Html> = [none_yet, page.html()].into_iter().chain(options).collect();
    let chosen = {
        let (send, things) = (send.clone(), things.clone());
        Callback::from(move |event: Event| {
            if value_of(&event) == PAGE {
                send.emit(Msg::Pages);
            }
            if let Some(thing) = value_of(&event).parse::<usize>().ok().and_then(|index| things.get(index)) {
                send.emit(Msg::Inspect(thing.clone()));
            }
        })
    };
    let select = tag("select", "input").attr("id", "inspector-thing").on(ListenerKind::onchange, chosen).all(options);
    let label = tag("label", "form-label").attr("for", "inspector-thing").text(t("bench.inspector.take", &[]));
    group("div", "bench-field", [label.html(), select.html()])
}
