//! The tables: as they are now, as the recovery gives them, and the difference.
//!
//! *Now* is the live database at the step on show. *Recovered* is what a reader of the new server would see if its recovery ended at
//! that step, from consistency on; once the recovery has been watched to its end its result stays, wherever the cursor goes.

pub mod diff;
pub mod grid;
pub mod mark;

use crate::state::{Run, View, use_outcome, use_run};
use crate::view::{none, plain, tag};
use crate::words::t;
use grid::DiffWords;
use pitr_protocol::{AtTarget, Frame, Table};
use yew::prelude::*;

/// What the tables show. Where the place has moved on and its frame has not come yet, they are left alone.
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct Props {
    pub frame: Option<View<Frame>>,
}

#[component]
pub fn Tables(props: &Props) -> Html {
    let run = use_run();
    let outcome = use_outcome();
    // The result of the recovery, kept when the cursor leaves its end.
    let result = use_mut_ref(|| None::<(View<Run>, Vec<Table>)>);

    let live = props.frame.as_deref();
    let recovering = live.and_then(|frame| frame.recovery.as_ref());
    let mut result = result.borrow_mut();
    if let (Some(recovery), Some(frame)) = (recovering, live)
        && frame.step == run.last_step()
    {
        *result = Some((run.clone(), recovery.tables.clone()));
    }
    let kept = result.as_ref().filter(|(of, _)| *of == run && outcome.reached).map(|(_, tables)| tables.as_slice());
    let waits = |action| outcome.report.as_ref().is_some_and(|report| !report.finished && report.spec.action == action);
    let is_down = live.is_some_and(|frame| frame.step == run.last_step()) && waits(AtTarget::Shutdown);
    let (recovered, hint) = match recovering {
        Some(_) if is_down => (None, "tables.shut_down"),
        Some(recovery) if recovery.consistent => (Some(recovery.tables.as_slice()), ""),
        Some(_) => (None, "tables.not_consistent"),
        None => (kept, "tables.before_recovery"),
    };
    let now = live.map_or(&[][..], |frame| &frame.tables);
    let mut names = diff::names(recovered.unwrap_or_default(), now);
    // The table that was damaged comes first.
    let statement = run.incident().map_or("", |incident| run.name(incident.statement));
    if let Some(damaged) = names.iter().position(|name| statement.split(' ').any(|word| word == *name)) {
        names[..=damaged].rotate_right(1);
    }
    let groups = names.iter().map(|name| group(name, now, recovered, run.head.zone_offset_s)).collect();
    let note = match live {
        Some(frame) if frame.primary_lost => "tables.primary_lost",
        _ if names.is_empty() => "tables.none",
        _ => "",
    };
    let class = if recovered.is_some() { "tables-groups is-recovered" } else { "tables-groups" };
    tag("section", "panel tables")
        .attr("aria-labelledby", "tables-title")
        .child(tag("h2", "panel-title").attr("id", "tables-title").text(t("tables.title", &[])).html())
        .child(if note.is_empty() { none() } else { plain("p", "tables-note", t(note, &[])) })
        .child(tag("div", class).all(groups).html())
        .child(match recovered.is_none() && !names.is_empty() {
            true => plain("p", "tables-hint", t(hint, &[])),
            false => none(),
        })
        .html()
}

/// One table as it is now; with what the recovery gives, and what lies between, once there is a recovery to show.
fn group(name: &str, now: &[Table], recovered: Option<&[Table]>, zone_offset_s: i32) -> Html {
    let live = diff::named(now, name);
    let side = |table: Option<&Table>, key: &str, recovered: bool| {
        let caption = t(key, &[("name", name)]);
        match table {
            Some(table) => grid::rows(table, &caption, recovered, zone_offset_s),
            None => plain("p", "grid-missing", t("tables.missing", &[("caption", &caption)])),
        }
    };
    let Some(recovered) = recovered else {
        return tag("div", "tables-group").key(name.to_owned()).child(side(live, "tables.now", false)).html();
    };
    let there = diff::named(recovered, name);
    let columns = there.or(live).map_or(&[][..], |table| &table.columns);
    let caption = t("tables.difference", &[("name", name)]);
    let difference = diff::difference(live, there);
    tag("div", "tables-group is-recovered")
        .key(name.to_owned())
        .child(side(live, "tables.now", false))
        .child(side(there, "tables.recovered", true))
        .child(grid::difference(columns, &difference, &caption, DiffWords::Recovery { table: name }, zone_offset_s))
        .html()
}
