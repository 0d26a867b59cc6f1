//! The place of the cut under a magnifier: the commits and rollbacks next to it, in log order, and the cut between them.

use crate::format;
use crate::recover::kind_code;
use crate::state::View;
use crate::tables::mark::{Mark, Sign};
use crate::words::t;
use pitr_protocol::{Boundary, RecordKind, RecordLine, TargetKind};
use yew::prelude::*;

/// How many neighbours are shown on each side.
const NEIGHBOURS: usize = 2;

#[derive(Properties, PartialEq, Debug)]
pub struct AroundProps {
    pub boundary: View<Boundary>,
    /// XID of the transaction that did the damage.
    pub incident: Option<u32>,
    pub zone_offset_s: i32,
}

#[component]
pub fn Around(AroundProps { boundary, incident, zone_offset_s }: &AroundProps) -> Html {
    let cut = boundary.around.iter().position(|(_, kept)| !kept).unwrap_or(boundary.around.len());
    let (before, after) = boundary.around.split_at(cut);
    let line = |record: &RecordLine, place: &'static str| neighbour(record, place, boundary, *incident, *zone_offset_s);
    let from = before.len().saturating_sub(NEIGHBOURS);
    let last = before.len().saturating_sub(1);
    let kept = before
        .iter()
        .enumerate()
        .skip(from)
        .map(|(index, (record, _))| line(record, if index == last { "last_in" } else { "in" }));
    let left = after
        .iter()
        .enumerate()
        .take(NEIGHBOURS)
        .map(|(index, (record, _))| line(record, if index == 0 { "first_out" } else { "out" }));
    let hidden_before = from > 0 || before.is_empty();
    let text = if boundary.spec.kind == TargetKind::Xid {
        t("around.cut_xid", &[("xid", &boundary.spec.text)])
    } else {
        boundary.spec.text.clone()
    };
    let side = if boundary.spec.inclusive { "in" } else { "out" };
    let resolved = t(
        &format!("around.cut.{}.{side}", kind_code(boundary.spec.kind)),
        &[("resolved", &boundary.resolved), ("lsn", &format::lsn(boundary.cut_lsn))],
    );
    html! {
        <>
            <ol class="around" aria-label={t("around.title", &[])}>
                if hidden_before && !before.is_empty() {
                    <li class="around-more">{ t("around.earlier", &[]) }</li>
                } else if before.is_empty() {
                    <li class="around-more">{ t("around.none_in", &[]) }</li>
                }
                { for kept }
                <li class="around-cut">
                    <span class="around-cut-text">{ text }</span>
                    <span class="around-cut-note">{ resolved }</span>
                </li>
                { for left }
                if after.is_empty() {
                    <li class="around-more">{ t("around.none_out", &[]) }</li>
                } else if after.len() > NEIGHBOURS {
                    <li class="around-more">{ t("around.later", &[]) }</li>
                }
            </ol>
            { exactly(boundary) }
        </>
    }
}

/// A commit or rollback next to the cut. `place` is its word: `in`, `last_in`, `first_out`, `out`.
fn neighbour(
    record: &RecordLine,
    place: &'static str,
    boundary: &Boundary,
    incident: Option<u32>,
    zone_offset_s: i32,
) -> Html {
    let kept = matches!(place, "in" | "last_in");
    let at = match boundary.spec.kind {
        TargetKind::Lsn => format::lsn(record.lsn),
        TargetKind::Time | TargetKind::Xid => format::clock(record.time_us, zone_offset_s),
    };
    let rolled_back = record.kind == RecordKind::Abort;
    let damage = incident == Some(record.xid) && !rolled_back;
    let class = classes!(
        "around-line",
        if kept { "is-in" } else { "is-out" },
        matches!(place, "last_in" | "first_out").then_some("is-next"),
        damage.then_some("is-damage"),
        rolled_back.then_some("is-rolled-back"),
    );
    html! {
        <li key={record.lsn} {class}>
            <Mark sign={if kept { Sign::In } else { Sign::Out }} />
            <span class="around-at">{ at }</span>
            <span class="around-xid">{ t("around.xid", &[("xid", &record.xid.to_string())]) }</span>
            <span class="around-what">
                <span class="around-statement">{ &record.statement }</span>
                if rolled_back {
                    <span class="around-tag">{ t("around.rolled_back", &[]) }</span>
                }
                if damage {
                    <span class="around-tag is-damage">{ t("around.damage", &[]) }</span>
                }
            </span>
            <span class="around-place">{ t(&format!("around.{place}"), &[]) }</span>
        </li>
    }
}

/// The very records on both sides of the cut, which are often no commits at all.
fn exactly(boundary: &Boundary) -> Html {
    let name = |record: &RecordLine| {
        let kind = t(&format!("record.{}", record.kind.code()), &[]);
        let lsn = format::lsn(record.lsn);
        match record.xid {
            0 => t("around.record", &[("kind", &kind), ("lsn", &lsn)]),
            xid => t("around.record_of", &[("kind", &kind), ("lsn", &lsn), ("xid", &xid.to_string())]),
        }
    };
    let sentence = match (&boundary.last_record_in, &boundary.first_record_out) {
        (Some(last), Some(first)) => t("around.between", &[("last", &name(last)), ("first", &name(first))]),
        (Some(last), None) => t("around.after", &[("last", &name(last))]),
        (None, Some(first)) => t("around.before", &[("first", &name(first))]),
        (None, None) => return Html::default(),
    };
    html! { <p class="around-exactly">{ sentence }</p> }
}
