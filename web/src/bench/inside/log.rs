//! The log's way: records that are in the buffer alone, segments on disk and in the archive.

use super::table;
use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::inside::{ArchivePlace, BufferedRecord, Inside, SegmentInside, ServerInside};
use yew::prelude::*;

/// What a power cut would take.
pub fn buffer(server: &ServerInside) -> Html {
    if server.buffer_count == 0 {
        return plain("p", "bench-hint", t("bench.inside.buffer_empty", &[("lsn", &format::lsn(server.flushed_lsn))]));
    }
    let caption = t(
        "bench.inside.buffer_caption",
        &[
            ("records", &count("machine.records", u64::from(server.buffer_count), &[])),
            ("flushed", &format::lsn(server.flushed_lsn)),
            ("end", &format::lsn(server.end_lsn)),
        ],
    );
    let rows = server.buffer.iter().map(|record| buffered(record, server.timeline)).collect();
    table(caption, &["lsn", "what", "xid", "bytes"], rows)
}

fn buffered(record: &BufferedRecord, timeline: u32) -> Html {
    let xid = if record.xid == 0 { String::new() } else { record.xid.to_string() };
    tag("tr", "")
        .attr("data-point", "record")
        .attr("data-timeline", &timeline.to_string())
        .attr("data-lsn", &record.lsn.to_string())
        .attr("data-xid", &record.xid.to_string())
        .child(tag("th", "is-code").attr("scope", "row").text(format::lsn(record.lsn)).html())
        .child(plain("td", "", t(&format!("record.{}", record.kind.code()), &[])))
        .child(plain("td", "is-number", xid))
        .child(plain("td", "is-number", format::count(record.end_lsn - record.lsn)))
        .html()
}

/// Segment by segment: where it is on disk, and where in the archive.
pub fn segments(run: &Run, inside: &Inside) -> Html {
    let tier = |place: ArchivePlace| inside.segments.iter().filter(|segment| segment.in_archive == place).count();
    let caption = t(
        "bench.inside.segments_caption",
        &[
            ("segments", &count("machine.segments", u64::from(inside.segment_count), &[])),
            ("backlog", &format::count(u64::from(inside.backlog))),
            ("hot", &format::count(tier(ArchivePlace::Hot) as u64)),
            ("cold", &format::count(tier(ArchivePlace::Cold) as u64)),
        ],
    );
    let rows = inside.segments.iter().rev().map(|segment| row(run, segment)).collect();
    group("div", "inside-body", [table(caption, &["segment", "log_on_disk", "in_archive"], rows), more(inside)])
}

fn more(inside: &Inside) -> Html {
    match u64::from(inside.segment_count).saturating_sub(inside.segments.len() as u64) {
        0 => none(),
        hidden => plain("p", "grid-note", t("bench.inside.more_segments", &[("count", &format::count(hidden))])),
    }
}

fn row(run: &Run, segment: &SegmentInside) -> Html {
    let used = format::count(segment.used_to_lsn.saturating_sub(segment.start_lsn));
    let disk = plain("span", "inside-state", t(&format!("bench.inside.place.{}", segment.on_disk.code()), &[]));
    let bytes = plain("span", "inside-note", t("bench.inside.used", &[("bytes", &used)]));
    let mut archive = vec![plain(
        "span",
        "inside-state",
        t(&format!("bench.inside.tier.{}", segment.in_archive.code()), &[("time", &run.clock_ms(segment.archived_us))]),
    )];
    if segment.failures > 0 {
        archive.push(plain(
            "span",
            "inside-note is-trouble",
            count("bench.inside.tries", segment.failures.into(), &[]),
        ));
    }
    if segment.fetched {
        archive.push(plain("span", "inside-note", t("bench.inside.fetched", &[])));
    }
    let moved = match segment.moved {
        true => plain("strong", "inside-move", t("bench.inside.move.segment", &[])),
        false => none(),
    };
    tag("tr", if segment.moved { "is-moved" } else { "" })
        .key(segment.file.clone())
        .attr("data-point", "segment")
        .attr("data-timeline", &segment.timeline.to_string())
        .attr("data-number", &segment.number.to_string())
        .attr("data-lsn", &segment.start_lsn.to_string())
        .child(
            tag("th", "")
                .attr("scope", "row")
                .child(plain("span", "is-code", segment.file.clone()))
                .child(moved)
                .html(),
        )
        .child(
            tag("td", &format!("inside-place is-{}", segment.on_disk.code()))
                .child(bar(segment, run))
                .child(disk)
                .child(bytes)
                .html(),
        )
        .child(tag("td", &format!("inside-tier is-{}", segment.in_archive.code())).all(archive).html())
        .html()
}

/// How far the segment is filled.
fn bar(segment: &SegmentInside, run: &Run) -> Html {
    let used = segment.used_to_lsn.saturating_sub(segment.start_lsn) as f64;
    let share = (used / f64::from(run.head.segment_bytes.max(1))).clamp(0.0, 1.0);
    tag("span", "inside-fill").attr("aria-hidden", "true").attr("style", &format!("--share:{share}")).html()
}
