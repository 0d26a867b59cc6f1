//! The machine as a picture: where everything is after the step on show, and what moved to get there.
//!
//! Places and amounts come from the step's frame; what lights up and what travels comes from the step's kind alone, see [`flow`]. It is made
//! of text in boxes, so that it reads without the picture.

mod flow;

use crate::format;
use crate::state::{Run, use_cursor, use_run};
use crate::story::{brief, sentence};
use crate::words::{count, t};
use flow::{Flow, Place, Way, flow};
use pitr_protocol::{Frame, PageCell, PageState, RecoveryView};
use yew::prelude::*;

/// More pages than this are drawn as a number alone.
const CELLS: usize = 48;

#[component]
pub fn Machine() -> Html {
    let run = use_run();
    let cursor = use_cursor();
    let before = use_mut_ref(|| 0_u32);
    // Only what goes forward travels; going back shows what lay there.
    let forward = {
        let mut before = before.borrow_mut();
        let forward = cursor.step > *before && cursor.step - *before <= 4;
        *before = cursor.step;
        forward
    };
    let kind = run.step_kind(cursor.step);
    let from_server = run.steps.name.get(cursor.step as usize).is_none_or(|name| run.name(*name).is_empty());
    let flow = if run.is_there() { flow(kind, from_server) } else { Flow::default() };
    let frame = cursor.frame.clone();
    html! {
        <section class="panel machine" aria-labelledby="machine-title">
            <h2 id="machine-title" class="panel-title">{ t("machine.title", &[]) }</h2>
            <p class="machine-last">{ if run.is_there() { sentence(&run, cursor.step) } else { t("timeline.empty", &[]) } }</p>
            <div class={classes!("machine-grid", frame.as_ref().is_some_and(|frame| frame.primary_lost).then_some("is-lost"))}>
                { for Place::ALL.into_iter().map(|place| {
                    let lit = flow.lights.contains(&place) || flow.ways.iter().any(|way| way.ends().contains(&place));
                    html! {
                        <div key={place.code()} class={classes!("place", format!("at-{}", place.code()), lit.then_some("is-lit"))}>
                            <h3>{ t(&format!("machine.{}", place.code()), &[]) }</h3>
                            { frame.as_ref().map(|frame| contents(&run, frame, place)).unwrap_or_default() }
                        </div>
                    }
                }) }
                { for Way::ALL.into_iter().map(|way| {
                    let lit = flow.ways.contains(&way);
                    html! {
                        <div key={way.code()} class={classes!("way", way.code(), lit.then_some("is-lit"))} aria-hidden="true">
                            if lit && forward {
                                // Another step is another traveller: it sets out anew.
                                <i key={cursor.step} class="traveller" />
                            }
                        </div>
                    }
                }) }
            </div>
            { steps(&run, cursor.step) }
        </section>
    }
}

/// The steps around the one on show, so that what moved can be read in its order.
fn steps(run: &Run, step: u32) -> Html {
    if !run.is_there() {
        return Html::default();
    }
    // As many rows at the ends as elsewhere.
    let from = step.saturating_sub(5).min(run.last_step().saturating_sub(8));
    let to = (from + 8).min(run.last_step());
    let rows = (from..=to).map(|each| {
        let place = match each.cmp(&step) {
            std::cmp::Ordering::Less => "is-past",
            std::cmp::Ordering::Equal => "is-now",
            std::cmp::Ordering::Greater => "is-ahead",
        };
        let lsn = run.steps.lsn.get(each as usize).copied().filter(|lsn| *lsn > 0).map(format::lsn);
        html! {
            <li key={each} class={place} aria-current={(each == step).then_some("step")}>
                <span class="num">{ run.clock_ms(run.step_time(each)) }</span>
                <span class="step-what">{ brief(run, each) }</span>
                <span class="num">{ lsn }</span>
            </li>
        }
    });
    html! { <ol class="steps" aria-label={t("machine.steps", &[])}>{ for rows }</ol> }
}

fn contents(run: &Run, frame: &Frame, place: Place) -> Html {
    match place {
        Place::Sessions => sessions(frame),
        Place::Buffer => shelf(
            frame.buffer_records,
            0,
            [
                count("machine.records", u64::from(frame.buffer_records), &[]),
                t("machine.insert", &[("lsn", &format::lsn(frame.insert_lsn))]),
            ],
        ),
        Place::Disk => shelf(
            frame.log_on_disk.segments,
            frame.archive_queue + 1,
            [
                count("machine.segments", u64::from(frame.log_on_disk.segments), &[]),
                t("machine.flushed", &[("lsn", &format::lsn(frame.flushed_lsn))]),
            ],
        ),
        Place::Archive => shelf(
            frame.archive.segments,
            0,
            [
                count("machine.segments", u64::from(frame.archive.segments), &[]),
                if frame.archive_queue > 0 {
                    count("machine.waiting", u64::from(frame.archive_queue), &[])
                } else if frame.archive.segments > 0 {
                    t("machine.newest", &[("time", &format::clock_s(frame.archive.newest_us, run.head.zone_offset_s))])
                } else {
                    String::new()
                },
            ],
        ),
        Place::Pages => pages(&frame.pages),
        Place::Files => shelf(
            frame.file_pages,
            frame.file_pages_behind,
            [
                count("unit.pages", u64::from(frame.file_pages), &[]),
                count("machine.behind", u64::from(frame.file_pages_behind), &[]),
            ],
        ),
        Place::Snapshots => snapshots(run, frame),
        Place::Server => match &frame.recovery {
            Some(recovery) => server(recovery),
            None => lines([t("machine.no_server", &[]), String::new()]),
        },
    }
}

fn lines(lines: [String; 2]) -> Html {
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| html! { <p class="num">{ line }</p> }).collect()
}

/// Things as cells, the last ones hollow; and the same as numbers.
fn shelf(all: u32, hollow: u32, texts: [String; 2]) -> Html {
    let few = all as usize <= CELLS && all > 0;
    html! {
        <>
            if few {
                <div class="cells" aria-hidden="true">
                    { for (0..all).map(|cell| html! { <i class={(cell + hollow >= all).then_some("is-hollow")} /> }) }
                </div>
            }
            { lines(texts) }
        </>
    }
}

fn sessions(frame: &Frame) -> Html {
    html! {
        <ul class="sessions">
            { for frame.sessions.iter().map(|session| {
                let says = match (session.in_transaction, session.xid) {
                    (false, _) => t("machine.idle", &[]),
                    (true, 0) => t("machine.in_transaction", &[]),
                    (true, xid) => t("machine.in_xid", &[("xid", &xid.to_string())]),
                };
                html! {
                    <li key={session.name.clone()} class={session.in_transaction.then_some("is-busy")}>
                        <span>{ session.name.clone() }</span>{ " " }<span class="num">{ says }</span>
                    </li>
                }
            }) }
        </ul>
    }
}

/// Pages as cells, dirty ones filled; and the same as numbers.
fn pages(pages: &[PageCell]) -> Html {
    let dirty = pages.iter().filter(|page| page.state == PageState::Dirty).count();
    html! {
        <>
            if pages.len() <= CELLS {
                <div class="cells" aria-hidden="true">
                    { for pages.iter().map(|page| {
                        let title = t("machine.page", &[("table", &page.table), ("block", &page.block.to_string())]);
                        html! { <i class={(page.state == PageState::Dirty).then_some("is-dirty")} {title} /> }
                    }) }
                </div>
            }
            <p class="num">{ t("machine.dirty", &[("dirty", &dirty.to_string()), ("pages", &count("unit.pages", pages.len() as u64, &[]))]) }</p>
        </>
    }
}

fn snapshots(run: &Run, frame: &Frame) -> Html {
    if frame.backups.is_empty() {
        return lines([t("machine.no_snapshots", &[]), String::new()]);
    }
    let newest = frame.backups.iter().rev().take(2).map(|backup| {
        let at = format::clock_short(backup.at_us, run.head.zone_offset_s);
        let key = if backup.complete { "machine.snapshot" } else { "machine.snapshot_running" };
        let bytes = format::bytes(backup.bytes.saturating_mul(run.head.scale));
        html! { <p class="num">{ t(key, &[("name", &backup.label), ("time", &at), ("bytes", &bytes)]) }</p> }
    });
    newest.collect()
}

fn server(recovery: &RecoveryView) -> Html {
    html! {
        <>
            <p class="server-phase">{ t(&format!("phase.{}", recovery.phase.code()), &[]) }</p>
            if recovery.records > 0 {
                <p class="num">{ t("machine.replayed", &[
                    ("records", &count("machine.records", recovery.records, &[])),
                    ("lsn", &format::lsn(recovery.replayed_to_lsn)),
                ]) }</p>
            } else {
                <p class="num">{ count("machine.fetched", u64::from(recovery.fetched_segments), &[]) }</p>
            }
            if !recovery.pages.is_empty() {
                { pages(&recovery.pages) }
            }
        </>
    }
}
