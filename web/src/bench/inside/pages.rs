//! Pages, each in memory and on disk: a dirty one is a page with two LSNs.

use super::table;
use crate::format;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::inside::{PageCare, PageInside, PageMove, ServerInside};
use yew::prelude::*;

/// The live server's buffer pool beside its data files.
pub fn live(server: &ServerInside) -> Html {
    let dirty = server.pages.iter().filter(|page| is_newer_in_memory(page.care)).count();
    let caption = t(
        "bench.inside.pages_caption",
        &[("pages", &count("unit.pages", u64::from(server.page_count), &[])), ("dirty", &format::count(dirty as u64))],
    );
    let rows = server.pages.iter().map(|page| row(page, false)).collect();
    group(
        "div",
        "inside-body",
        [
            shelf(server),
            legend(&[PageCare::Clean, PageCare::Dirty, PageCare::Queued, PageCare::Written, PageCare::Away]),
            table(caption, &["page", "state", "in_memory", "on_disk"], rows),
            more(server),
        ],
    )
}

/// The new server's: on disk what was restored, in memory what redo has made of it.
pub fn recovered(server: &ServerInside) -> Html {
    let redone = server.pages.iter().filter(|page| is_newer_in_memory(page.care)).count();
    let caption = t(
        "bench.inside.back_caption",
        &[
            ("pages", &count("unit.pages", u64::from(server.page_count), &[])),
            ("redone", &format::count(redone as u64)),
            ("lsn", &format::lsn(server.end_lsn)),
        ],
    );
    let rows = server.pages.iter().map(|page| row(page, true)).collect();
    tag("div", "inside-body")
        .flag("data-recovered", true)
        .all(vec![shelf(server), table(caption, &["page", "state", "after_redo", "restored"], rows), more(server)])
        .html()
}

fn is_newer_in_memory(care: PageCare) -> bool {
    matches!(care, PageCare::Dirty | PageCare::Queued)
}

fn more(server: &ServerInside) -> Html {
    let hidden = u64::from(server.page_count).saturating_sub(server.pages.len() as u64);
    match hidden {
        0 => none(),
        hidden => plain("p", "grid-note", t("bench.inside.more_pages", &[("count", &format::count(hidden))])),
    }
}

/// The pages as they lie side by side, relation by relation. The table says the same in words.
fn shelf(server: &ServerInside) -> Html {
    let mut relations: Vec<(u32, &str, Vec<Html>)> = Vec::new();
    for page in &server.pages {
        let known = relations.iter().position(|(relation, ..)| *relation == page.relation);
        let index = known.unwrap_or_else(|| {
            relations.push((page.relation, &page.name, Vec::new()));
            relations.len() - 1
        });
        relations[index].2.push(chip(page));
    }
    let shown = relations.into_iter().map(|(relation, name, chips)| {
        tag("div", "page-shelf")
            .key(relation.to_string())
            .child(plain("span", "page-shelf-name", name.to_owned()))
            .child(tag("span", "page-chips").all(chips).html())
            .html()
    });
    tag("div", "page-shelves").attr("aria-hidden", "true").all(shown.collect()).html()
}

fn chip(page: &PageInside) -> Html {
    let moved = if page.moved == PageMove::Nothing { "" } else { " is-moved" };
    pointed(tag("span", &format!("page-chip is-{}{moved}", page.care.code())), page)
        .text(t(&format!("bench.inside.letter.{}", page.care.code()), &[]))
        .html()
}

/// The element stands for the page, for whoever points at it.
fn pointed(element: crate::view::Tag, page: &PageInside) -> crate::view::Tag {
    element
        .attr("data-point", "page")
        .attr("data-name", &page.name)
        .attr("data-number", &page.block.to_string())
        .attr("data-relation", &page.relation.to_string())
}

fn legend(cares: &[PageCare]) -> Html {
    let each = cares.iter().map(|care| {
        let chip = tag("span", &format!("page-chip is-{}", care.code()))
            .attr("aria-hidden", "true")
            .text(t(&format!("bench.inside.letter.{}", care.code()), &[]));
        let said = plain("span", "", t(&format!("bench.inside.care.{}", care.code()), &[]));
        group("li", "", [chip.html(), said])
    });
    tag("ul", "inside-legend").all(each.collect()).html()
}

fn row(page: &PageInside, is_recovered: bool) -> Html {
    let is_moved = page.moved != PageMove::Nothing;
    let line = pointed(tag("tr", if is_moved { "is-moved" } else { "" }), page)
        .key(format!("{}.{}", page.relation, page.block));
    let name = t("bench.name.page", &[("table", &page.name), ("block", &page.block.to_string())]);
    let state = match is_recovered {
        true if is_newer_in_memory(page.care) => t("bench.inside.care.redone", &[]),
        true => t("bench.inside.care.restored", &[]),
        false => t(&format!("bench.inside.care.{}", page.care.code()), &[]),
    };
    let chip = tag("span", &format!("page-chip is-{}", page.care.code()))
        .attr("aria-hidden", "true")
        .text(t(&format!("bench.inside.letter.{}", page.care.code()), &[]))
        .html();
    let moved = match is_moved {
        true => plain("strong", "inside-move", t(&format!("bench.inside.move.{}", page.moved.code()), &[])),
        false => none(),
    };
    let differs = page.memory_lsn.is_some() && page.memory_lsn != page.disk_lsn;
    line.child(tag("th", "").attr("scope", "row").text(name).html())
        .child(tag("td", "").child(chip).child(plain("span", "inside-state", state)).child(moved).html())
        .child(memory(page, differs))
        .child(disk(page, is_recovered))
        .html()
}

fn memory(page: &PageInside, differs: bool) -> Html {
    let said = match page.memory_lsn {
        Some(lsn) => plain("span", "num", format::lsn(lsn)),
        None => plain("span", "inside-none", t("bench.inside.not_in_memory", &[])),
    };
    let sign = match differs {
        true => plain("span", "inside-differs", t("bench.inside.newer", &[])),
        false => none(),
    };
    tag("td", if differs { "is-newer" } else { "" }).child(said).child(sign).html()
}

/// The LSN on disk, and whether a power cut would leave it there.
fn disk(page: &PageInside, is_recovered: bool) -> Html {
    let Some(lsn) = page.disk_lsn else {
        return plain("td", "inside-none", t("bench.inside.never_written", &[]));
    };
    let note = match page.durable_lsn {
        _ if is_recovered => none(),
        Some(durable) if durable == lsn => plain("span", "inside-note", t("bench.inside.durable", &[])),
        Some(durable) => {
            plain("span", "inside-note is-open", t("bench.inside.written_over", &[("lsn", &format::lsn(durable))]))
        }
        None => plain("span", "inside-note is-open", t("bench.inside.written", &[])),
    };
    tag("td", "").child(plain("span", "num", format::lsn(lsn))).child(note).html()
}
