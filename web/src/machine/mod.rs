//! The machine as a picture: where everything is after the step on show, and what moved to get there.
//!
//! Places and amounts come from the step's frame; what lights up and what travels comes from the step's kind alone, see [`flow`]. It is made
//! of text in boxes, so that it reads without the picture.

mod flow;

use crate::format;
use crate::state::{Cursor, Run};
use crate::story::{brief, sentence};
use crate::view::{plain, tag};
use crate::words::{count, t};
use flow::{Flow, Place, Way, flow};
use pitr_protocol::{Frame, PageCell, PageState, RecoveryView};
use yew::prelude::*;

/// More things than this in a place are a number alone.
const CELLS: usize = 48;
/// How many steps are told before the one on show, and after it.
const STEPS: (u32, u32) = (5, 3);

/// The machine at the step on show.
pub fn machine(run: &Run, cursor: &Cursor) -> Html {
    let step = cursor.step;
    // Only what goes forward travels; going back shows what lay there.
    let forward = step > cursor.from && step - cursor.from <= 4;
    let by_session = run.steps.name.get(step as usize).is_some_and(|name| !run.name(*name).is_empty());
    let written = run.records_at(step).checked_sub(1).and_then(|last| run.records.kind.get(last)).copied();
    let written = written.filter(|_| by_session);
    let told = run.steps.text.get(step as usize).map_or("", |text| run.name(*text));
    let flow = if run.is_there() { flow(run.step_kind(step), written, told) } else { Flow::default() };
    let frame = cursor.frame.as_deref();
    let lost = frame.is_some_and(|frame| frame.primary_lost);
    let mut grid = tag("div", if lost { "machine-grid is-lost" } else { "machine-grid" });
    for place in Place::ALL {
        let lit = flow.lights.contains(&place) || flow.ways.iter().any(|way| way.ends().contains(&place));
        let class = format!("place at-{}{}", place.code(), if lit { " is-lit" } else { "" });
        let name = plain("h3", "", t(&format!("machine.{}", place.code()), &[]));
        let contents = frame.map(|frame| contents(run, frame, place)).unwrap_or_default();
        grid = grid.child(tag("div", &class).child(name).all(contents).html());
    }
    for way in Way::ALL {
        let lit = flow.ways.contains(&way);
        let class = format!("way {}{}", way.code(), if lit { " is-lit" } else { "" });
        let mut element = tag("div", &class).attr("aria-hidden", "true");
        if lit && forward {
            // Another step is another traveller: it sets out anew.
            element = element.child(tag("i", "traveller").key(step.to_string()).html());
        }
        grid = grid.child(element.html());
    }
    let last = if run.is_there() { sentence(run, step) } else { t("timeline.empty", &[]) };
    tag("section", "panel machine")
        .attr("aria-labelledby", "machine-title")
        .child(tag("h2", "panel-title").attr("id", "machine-title").text(t("machine.title", &[])).html())
        .child(plain("p", "machine-last", last))
        .child(grid.html())
        .child(steps(run, step))
        .child(tag("div", "").attr("id", "inside").html())
        .html()
}

/// The steps around the one on show, so that what moved can be read in its order.
fn steps(run: &Run, step: u32) -> Html {
    let mut list = tag("ol", "steps").attr("aria-label", &t("machine.steps", &[]));
    if !run.is_there() {
        return list.html();
    }
    // As many rows at the ends as elsewhere.
    let from = step.saturating_sub(STEPS.0).min(run.last_step().saturating_sub(STEPS.0 + STEPS.1));
    for each in from..=(from + STEPS.0 + STEPS.1).min(run.last_step()) {
        let place = match each.cmp(&step) {
            std::cmp::Ordering::Less => "is-past",
            std::cmp::Ordering::Equal => "is-now",
            std::cmp::Ordering::Greater => "is-ahead",
        };
        let lsn = run.steps.lsn.get(each as usize).copied().filter(|lsn| *lsn > 0).map(format::lsn);
        let mut row = tag("li", place).key(each.to_string());
        if each == step {
            row = row.attr("aria-current", "step");
        }
        let row = row
            .child(plain("span", "num", run.clock_ms(run.step_time(each))))
            .child(plain("span", "step-what", brief(run, each)))
            .child(plain("span", "num", lsn.unwrap_or_default()));
        list = list.child(row.html());
    }
    list.html()
}

fn contents(run: &Run, frame: &Frame, place: Place) -> Vec<Html> {
    let segments = |count_of: u32| count("machine.segments", u64::from(count_of), &[]);
    match place {
        Place::Sessions => vec![sessions(frame)],
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
            [segments(frame.log_on_disk.segments), t("machine.flushed", &[("lsn", &format::lsn(frame.flushed_lsn))])],
        ),
        Place::Archive => shelf(
            frame.archive.segments,
            0,
            [
                segments(frame.archive.segments),
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
            None => vec![line(t("machine.no_server", &[]))],
        },
    }
}

fn line(text: String) -> Html {
    plain("p", "num", text)
}

/// Things as cells, the last ones hollow; and the same as numbers.
fn shelf(all: u32, hollow: u32, texts: [String; 2]) -> Vec<Html> {
    let class = |cell| if cell + hollow >= all { "is-hollow" } else { "" };
    let mut contents = vec![cells((0..all).map(|cell| tag("i", class(cell)).html()).collect())];
    contents.extend(texts.into_iter().filter(|text| !text.is_empty()).map(line));
    contents
}

fn cells(cells: Vec<Html>) -> Html {
    if cells.is_empty() || cells.len() > CELLS {
        return Html::default();
    }
    tag("div", "cells").attr("aria-hidden", "true").all(cells).html()
}

fn sessions(frame: &Frame) -> Html {
    let mut list = tag("ul", "sessions");
    for session in &frame.sessions {
        let says = match (session.in_transaction, session.xid) {
            (false, _) => t("machine.idle", &[]),
            (true, 0) => t("machine.in_transaction", &[]),
            (true, xid) => t("machine.in_xid", &[("xid", &xid.to_string())]),
        };
        let class = if session.in_transaction { "is-busy num" } else { "num" };
        list = list.child(plain("li", class, format!("{} {says}", session.name)));
    }
    list.html()
}

/// Pages as cells, dirty ones filled; and the same as numbers.
fn pages(pages: &[PageCell]) -> Vec<Html> {
    let is_dirty = |page: &PageCell| page.state == PageState::Dirty;
    let dirty = pages.iter().filter(|page| is_dirty(page)).count();
    let cell = |page: &PageCell| {
        let title = t("machine.page", &[("table", &page.table), ("block", &page.block.to_string())]);
        tag("i", if is_dirty(page) { "is-dirty" } else { "" }).attr("title", &title).html()
    };
    let all = count("unit.pages", pages.len() as u64, &[]);
    vec![
        cells(pages.iter().take(CELLS + 1).map(cell).collect()),
        line(t("machine.dirty", &[("dirty", &dirty.to_string()), ("pages", &all)])),
    ]
}

fn snapshots(run: &Run, frame: &Frame) -> Vec<Html> {
    if frame.backups.is_empty() {
        return vec![line(t("machine.no_snapshots", &[]))];
    }
    let newest = frame.backups.iter().rev().take(3).map(|backup| {
        let at = format::clock_short(backup.at_us, run.head.zone_offset_s);
        let key = if backup.complete { "machine.snapshot" } else { "machine.snapshot_running" };
        let bytes = format::bytes(backup.bytes.saturating_mul(run.head.scale));
        line(t(key, &[("name", &backup.label), ("time", &at), ("bytes", &bytes)]))
    });
    newest.collect()
}

fn server(recovery: &RecoveryView) -> Vec<Html> {
    let far = if recovery.records > 0 {
        let records = count("machine.records", recovery.records, &[]);
        t("machine.replayed", &[("records", &records), ("lsn", &format::lsn(recovery.replayed_to_lsn))])
    } else {
        count("machine.fetched", u64::from(recovery.fetched_segments), &[])
    };
    let mut contents = vec![plain("p", "server-phase", t(&format!("phase.{}", recovery.phase.code()), &[])), line(far)];
    if !recovery.pages.is_empty() {
        contents.extend(pages(&recovery.pages));
    }
    contents
}
