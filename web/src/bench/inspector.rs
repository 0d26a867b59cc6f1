//! The inspector: anything that is made of bytes, taken apart; each field beside its bytes, and each byte beside its field.

use super::anatomy::{About, fields, hex, innermost, whole};
use super::point::stand_for;
use super::why::step_of;
use super::{Msg, pages, pick, refusal};
use crate::format;
use crate::state::{Run, value_of};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::bench::{Anatomy, Thing};
use pitr_protocol::inside::RelationPages;
use pitr_protocol::{Problem, segment_text};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// What is taken apart.
#[derive(Debug, Default)]
pub struct Inspector {
    shown: Option<(Thing, Result<Anatomy, Problem>)>,
    /// The field that is lit.
    lit: Option<usize>,
    /// The byte at which the keyboard comes into the hex view.
    at: u32,
    /// The relations that have pages, as the engine's catalog names them; empty until somebody asks for pages.
    relations: Vec<RelationPages>,
}

impl Inspector {
    pub fn show(&mut self, thing: Thing, anatomy: Result<Anatomy, Problem>) {
        self.shown = Some((thing, anatomy));
        (self.lit, self.at) = (None, 0);
    }

    /// Lights a field. The keyboard comes in at its bytes.
    pub fn light(&mut self, lit: Option<usize>) {
        self.lit = lit;
        let part = lit.and_then(|index| self.anatomy()?.fields.get(index));
        if let Some(part) = part.filter(|part| !(part.from..part.to).contains(&self.at)) {
            self.at = part.from;
        }
    }

    /// The keyboard or the pointer is on a byte: its field is lit.
    pub fn walk_to(&mut self, at: u32) {
        self.at = at;
        self.lit = self.anatomy().and_then(|anatomy| innermost(anatomy, at));
    }

    fn anatomy(&self) -> Option<&Anatomy> {
        self.shown.as_ref().and_then(|(_, anatomy)| anatomy.as_ref().ok())
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

    pub fn view(&self, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
        let body = match &self.shown {
            None => plain("p", "bench-hint", t("bench.inspector.hint", &[])),
            Some((_, Err(problem))) => refusal(Some(problem)),
            Some((thing, Ok(anatomy))) => self.taken((run, step), thing, anatomy, send),
        };
        tag("section", "bench-inspector")
            .attr("role", "region")
            .attr("aria-labelledby", "inspector-title")
            .child(tag("h3", "bench-family").attr("id", "inspector-title").text(t("bench.inspector.title", &[])).html())
            .child(choice(run, step, self.shown.as_ref().map(|(thing, _)| thing), send))
            .child(pages::view(&self.relations, self.shown.as_ref().map(|(thing, _)| thing), send))
            .child(body)
            .html()
    }

    fn taken(&self, (run, step): (&Run, u32), thing: &Thing, anatomy: &Anatomy, send: &Callback<Msg>) -> Html {
        let place = match anatomy.lsn {
            Some(lsn) if !matches!(thing, Thing::Segment { .. }) => {
                t("bench.inspector.at", &[("lsn", &format::lsn(lsn))])
            }
            _ => name_of(run, thing),
        };
        let told = anatomy.fields.iter().map(|part| part.to).max().unwrap_or_default();
        let bytes = format::count(u64::from(told));
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
        let body = whole(run, thing, anatomy).iter().fold(body, stand_for);
        let body = match thing {
            Thing::Page { relation, recovered, .. } => {
                body.flag("data-recovered", *recovered).attr("data-relation", &relation.to_string())
            }
            _ => body,
        };
        let about = About::of(run, step, thing, anatomy);
        body.child(tag("p", "bench-what").attr("role", "status").text(title).html())
            .child(tag("div", "").all(troubles.collect()).html())
            .child(turning(thing, anatomy, send))
            .child(group(
                "div",
                "bench-both",
                [fields(thing, anatomy, &about, self.lit, send), hex(anatomy, &about, self.lit, self.at, send)],
            ))
            .html()
    }
}

/// The same thing, another part of it; `None` if it comes in one.
fn part_of(thing: &Thing, part: u32) -> Option<Thing> {
    match thing {
        Thing::Segment { timeline, lsn, .. } => Some(Thing::Segment { timeline: *timeline, lsn: *lsn, page: part }),
        Thing::CommitLog { recovered, .. } => Some(Thing::CommitLog { recovered: *recovered, chunk: part }),
        _ => None,
    }
}

/// The way to the other parts of a thing that comes in several.
fn turning(thing: &Thing, anatomy: &Anatomy, send: &Callback<Msg>) -> Html {
    let (part, parts) = (anatomy.part, anatomy.parts);
    if parts < 2 {
        return none();
    }
    let turn = |key: &str, to: Option<u32>| match to.and_then(|to| part_of(thing, to)) {
        Some(to) => pick("button is-quiet", t(key, &[]), move || Msg::Inspect(to.clone()), send),
        None => none(),
    };
    let typed = {
        let (send, thing) = (send.clone(), thing.clone());
        Callback::from(move |event: Event| {
            let wanted = value_of(&event).parse::<u32>().ok().and_then(|number| number.checked_sub(1));
            let wanted = wanted.filter(|wanted| *wanted < parts).and_then(|wanted| part_of(&thing, wanted));
            wanted.into_iter().for_each(|thing| send.emit(Msg::Inspect(thing)));
        })
    };
    let number = tag("input", "input")
        .attr("type", "number")
        .attr("min", "1")
        .attr("max", &parts.to_string())
        .attr("id", "inspector-part")
        .value(&(part + 1).to_string())
        .on(ListenerKind::onchange, typed);
    let label = t("bench.inspector.part", &[("parts", &format::count(parts.into()))]);
    let label = tag("label", "form-label").attr("for", "inspector-part").text(label);
    group(
        "div",
        "bench-pages",
        [
            turn("bench.inspector.part_before", part.checked_sub(1)),
            group("div", "bench-field", [label.html(), number.html()]),
            turn("bench.inspector.part_after", Some(part + 1).filter(|next| *next < parts)),
        ],
    )
}

/// Transactions of a chunk of the commit log.
const OF_A_CHUNK: u32 = 4096;

fn name_of(run: &Run, thing: &Thing) -> String {
    let whose = |recovered: &bool, key: &str| match recovered {
        true => t("bench.name.recovered", &[("thing", &t(key, &[]))]),
        false => t(key, &[]),
    };
    match thing {
        Thing::Log { lsn, .. } => format::lsn(*lsn),
        Thing::Segment { timeline, lsn, .. } => {
            let bytes = run.head.segment_bytes;
            let file = segment_text(*timeline, *lsn / u64::from(bytes.max(1)), bytes);
            t("bench.name.segment", &[("file", &file), ("timeline", &timeline.to_string())])
        }
        Thing::Page { name, block, .. } => t("bench.name.page", &[("table", name), ("block", &block.to_string())]),
        Thing::Manifest { label } => t("bench.name.manifest", &[("label", label)]),
        Thing::ControlFile { recovered } => whose(recovered, "bench.name.control"),
        Thing::CommitLog { recovered, chunk: 0 } => whose(recovered, "bench.name.commits"),
        Thing::CommitLog { recovered, chunk } => {
            let first = chunk.saturating_mul(OF_A_CHUNK).to_string();
            t("bench.name.commits_from", &[("log", &whose(recovered, "bench.name.commits")), ("xid", &first)])
        }
        Thing::History { timeline } => t("bench.name.history", &[("timeline", &timeline.to_string())]),
    }
}

/// Everything that can be taken apart but the log's records, which are picked in their table, and pages, which have a choice of their own.
fn things(run: &Run, step: u32) -> Vec<Thing> {
    let mut all = Vec::new();
    for recovered in [false, true] {
        // The recovered server has its own files from the recovery's first step on.
        if !recovered || run.head.recovery_step.is_some_and(|began| began <= step) {
            all.push(Thing::ControlFile { recovered });
            all.push(Thing::CommitLog { recovered, chunk: 0 });
        }
    }
    let segments = run.head.segments.iter();
    all.extend(segments.map(|segment| Thing::Segment { timeline: segment.timeline, lsn: segment.start_lsn, page: 0 }));
    let backups = run.head.backups.iter().filter(|backup| backup.end.is_some());
    all.extend(backups.map(|backup| Thing::Manifest { label: run.name(backup.label).to_owned() }));
    let forks = run.head.timelines.iter().filter(|timeline| timeline.parent.is_some());
    all.extend(forks.map(|timeline| Thing::History { timeline: timeline.id }));
    all
}

/// What the choice holds where it is about pages.
const PAGE: &str = "page";

fn choice(run: &Run, step: u32, shown: Option<&Thing>, send: &Callback<Msg>) -> Html {
    let things = things(run, step);
    // Whichever part of it is on show.
    let whole = shown.map(|shown| part_of(shown, 0).unwrap_or_else(|| shown.clone()));
    let options = things.iter().enumerate().map(|(index, thing)| {
        let name = name_of(run, thing);
        let is_it = whole.as_ref() == Some(thing);
        tag("option", "").attr("value", &index.to_string()).flag("selected", is_it).text(name).html()
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
