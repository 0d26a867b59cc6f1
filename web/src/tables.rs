//! The tables: as they are now, as the recovery gives them, and the difference.
//!
//! *Now* is the live database at the step on show. *Recovered* is what a reader of the new server would see if its recovery ended at
//! that step, from consistency on; once the recovery has been watched to its end its result stays, wherever the cursor goes.

pub mod diff;
pub mod grid;
pub mod mark;
pub mod scroller;

use crate::state::{Run, View, use_cursor, use_outcome, use_run};
use crate::words::t;
use grid::{DiffWords, Difference, Rows};
use pitr_protocol::{Frame, Table};
use yew::prelude::*;

#[component]
pub fn Tables() -> Html {
    let run = use_run();
    let cursor = use_cursor();
    let outcome = use_outcome();
    // The result of the recovery, kept when the cursor leaves its end.
    let result = use_mut_ref(|| None::<(View<Run>, Vec<Table>)>);

    let frame = cursor.frame.clone();
    let live = frame.as_deref();
    let recovering = live.and_then(|frame| frame.recovery.as_ref());
    if let (Some(recovery), Some(frame)) = (recovering, live)
        && frame.step == run.last_step()
    {
        *result.borrow_mut() = Some((run.clone(), recovery.tables.clone()));
    }
    let kept = result.borrow().as_ref().filter(|(of, _)| *of == run).map(|(_, tables)| tables.clone());
    let recovered = match recovering {
        Some(recovery) if recovery.consistent => Some(recovery.tables.clone()),
        Some(_) => None,
        None => kept.filter(|_| outcome.reached),
    };
    let hint = match recovering {
        Some(_) => "tables.not_consistent",
        None => "tables.before_recovery",
    };
    let now = live.map(|frame: &Frame| frame.tables.clone()).unwrap_or_default();
    let zone_offset_s = run.head.zone_offset_s;
    let names: Vec<String> =
        diff::names(recovered.as_deref().unwrap_or_default(), &now).into_iter().map(str::to_owned).collect();
    let primary_lost = live.is_some_and(|frame| frame.primary_lost);
    html! {
        <section class="panel tables" aria-labelledby="tables-title">
            <h2 id="tables-title" class="panel-title">{ t("tables.title", &[]) }</h2>
            if primary_lost {
                <p class="tables-note">{ t("tables.primary_lost", &[]) }</p>
            }
            if names.is_empty() {
                <p class="tables-note">{ t("tables.none", &[]) }</p>
            }
            <div class={classes!("tables-groups", recovered.is_some().then_some("is-recovered"))}>
                { for names.iter().map(|name| group(name, &now, recovered.as_deref(), zone_offset_s)) }
            </div>
            if recovered.is_none() && !names.is_empty() {
                <p class="tables-hint">{ t(hint, &[]) }</p>
            }
        </section>
    }
}

/// One table as it is now; with what the recovery gives, and what lies between, once there is a recovery to show.
fn group(name: &str, now: &[Table], recovered: Option<&[Table]>, zone_offset_s: i32) -> Html {
    let live = diff::named(now, name);
    let side = |table: Option<&Table>, key: &str| {
        let caption = t(key, &[("name", name)]);
        match table {
            Some(table) => html! {
                <Rows table={table.clone()} {caption} {zone_offset_s} empty={t("tables.empty", &[("name", name)])} />
            },
            None => missing(&caption),
        }
    };
    let after = recovered.map(|recovered| {
        let there = diff::named(recovered, name);
        let columns = there.or(live).map(|table| table.columns.clone()).unwrap_or_default();
        let difference = diff::difference(live, there);
        let caption = t("tables.difference", &[("name", name)]);
        html! {
            <>
                { side(there, "tables.recovered") }
                <Difference {columns} diff={difference} {caption} words={DiffWords::Recovery} {zone_offset_s} />
            </>
        }
    });
    html! {
        <div key={name.to_owned()} class={classes!("tables-group", recovered.is_some().then_some("is-recovered"))}>
            { side(live, "tables.now") }
            { after.unwrap_or_default() }
        </div>
    }
}

/// A side that has no such table.
fn missing(caption: &str) -> Html {
    html! {
        <div class="grid-card">
            <p class="grid-missing">{ t("tables.missing", &[("caption", caption)]) }</p>
        </div>
    }
}
