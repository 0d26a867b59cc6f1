//! The place of the cut under a magnifier: the commits and rollbacks next to it, in log order, and the cut between them.

use crate::format;
use crate::story::target_name;
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::{Boundary, RecordKind, RecordLine, TargetKind};
use yew::prelude::*;

/// How many neighbours are shown on each side.
const NEIGHBOURS: usize = 2;

/// What a line is about: the same for all of them.
struct Place<'a> {
    boundary: &'a Boundary,
    /// XID of the transaction that did the damage.
    incident: Option<u32>,
    zone_offset_s: i32,
}

pub fn around(boundary: &Boundary, incident: Option<u32>, zone_offset_s: i32) -> Html {
    let place = Place { boundary, incident, zone_offset_s };
    let cut = boundary.around.iter().position(|(_, kept)| !kept).unwrap_or(boundary.around.len());
    let (before, after) = boundary.around.split_at(cut);
    let more = |key: &str| plain("li", "around-more", t(key, &[]));

    let mut list = tag("ol", "around").attr("aria-label", &t("around.title", &[]));
    let from = before.len().saturating_sub(NEIGHBOURS);
    if before.is_empty() {
        list = list.child(more("around.none_in"));
    } else if from > 0 {
        list = list.child(more("around.earlier"));
    }
    for (index, (record, _)) in before.iter().enumerate().skip(from) {
        list = list.child(place.neighbour(record, true, index + 1 == before.len()));
    }
    list = list.child(place.cut());
    for (index, (record, _)) in after.iter().enumerate().take(NEIGHBOURS) {
        list = list.child(place.neighbour(record, false, index == 0));
    }
    if after.is_empty() {
        list = list.child(more("around.none_out"));
    } else if after.len() > NEIGHBOURS {
        list = list.child(more("around.later"));
    }
    list.html()
}

impl Place<'_> {
    /// The cut itself, in the terms of the target.
    fn cut(&self) -> Html {
        let spec = &self.boundary.spec;
        let text = if spec.kind == TargetKind::Lsn { spec.text.clone() } else { target_name(spec) };
        let note = t(
            &word("around.cut.", spec.kind.code(), super::side(spec)),
            &[("resolved", &self.boundary.resolved), ("lsn", &format::lsn(self.boundary.cut_lsn))],
        );
        group("li", "around-cut", [plain("span", "around-cut-text", text), plain("span", "around-cut-note", note)])
    }

    /// A commit or rollback next to the cut.
    fn neighbour(&self, record: &RecordLine, kept: bool, next: bool) -> Html {
        let at = match self.boundary.spec.kind {
            TargetKind::Lsn => format::lsn(record.lsn),
            _ => format::clock(record.time_us, self.zone_offset_s),
        };
        let rolled_back = record.kind == RecordKind::Abort;
        let damage = self.incident == Some(record.xid) && !rolled_back;
        let (side, sign, key) = match (kept, next) {
            (true, true) => ("around-line is-in is-next", Sign::In, "around.last_in"),
            (true, false) => ("around-line is-in", Sign::In, "around.in"),
            (false, true) => ("around-line is-out is-next", Sign::Out, "around.first_out"),
            (false, false) => ("around-line is-out", Sign::Out, "around.out"),
        };
        let class = match (damage, rolled_back) {
            (true, _) => word(side, " is-damage", ""),
            (false, true) => word(side, " is-rolled-back", ""),
            _ => side.to_owned(),
        };
        let label = match (damage, rolled_back) {
            (true, _) => plain("span", "around-tag is-damage", t("around.damage", &[])),
            (false, true) => plain("span", "around-tag", t("around.rolled_back", &[])),
            _ => none(),
        };
        let what = [plain("span", "around-statement", record.statement.clone()), label];
        let line = [
            mark(sign),
            plain("span", "around-at", at),
            plain("span", "around-xid", t("around.xid", &[("xid", &record.xid.to_string())])),
            group("span", "around-what", what),
            plain("span", "around-place", t(key, &[])),
        ];
        group("li", &class, line)
    }
}

/// The very records on both sides of the cut, which are often no commits at all.
pub fn exactly(boundary: &Boundary) -> Html {
    let name = |record: &RecordLine| {
        let kind = t(&word("record.", record.kind.code(), ""), &[]);
        let key = if record.xid == 0 { "around.record" } else { "around.record_of" };
        t(key, &[("kind", &kind), ("lsn", &format::lsn(record.lsn)), ("xid", &record.xid.to_string())])
    };
    let mut said = match (&boundary.last_record_in, &boundary.first_record_out) {
        (Some(last), Some(first)) => t("around.between", &[("last", &name(last)), ("first", &name(first))]),
        (Some(last), None) => t("around.after", &[("last", &name(last))]),
        (None, Some(first)) => t("around.before", &[("first", &name(first))]),
        (None, None) => return none(),
    };
    // Written before the cut, ended behind it: replayed, and seen by nobody.
    if let (Some(last), Some(out)) = (&boundary.last_record_in, &boundary.first_out)
        && last.xid == out.xid
        && out.kind == RecordKind::Commit
    {
        said = word(&said, " ", &t("around.unfinished", &[("xid", &out.xid.to_string())]));
    }
    plain("p", "around-exactly", said)
}
