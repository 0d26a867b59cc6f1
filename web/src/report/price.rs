//! The price of a recovery: what had been acknowledged and is not in the recovered database.
//!
//! The transaction that did the damage is listed with the others, since it was acknowledged as well, and is set apart: to be rid of it is the gain.

use crate::format;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::Lost;
use yew::prelude::*;

/// How many lines are shown before the rest is counted.
const SHOWN: usize = 12;

pub fn price(lost: &Lost, incident: Option<u32>, zone_offset_s: i32) -> Html {
    let damage_out = lost.lines.iter().any(|line| Some(line.xid) == incident);
    let good = lost.transactions.saturating_sub(u32::from(damage_out));
    let sentence = match (good, damage_out) {
        (0, true) => t("price.damage_alone", &[]),
        (0, false) => t("price.nothing", &[]),
        (good, true) => count("price.good_and_damage", u64::from(good), &[]),
        (good, false) => count("price.good", u64::from(good), &[]),
    };
    let lines: Vec<Html> = lost
        .lines
        .iter()
        .take(SHOWN)
        .map(|line| {
            let damage = Some(line.xid) == incident;
            let (class, word) =
                if damage { ("price-line is-damage", "price.damage") } else { ("price-line", "price.lost") };
            group(
                "li",
                class,
                [
                    mark(Sign::Out),
                    plain("span", "around-at", format::clock(line.time_us, zone_offset_s)),
                    plain("span", "around-xid", t("around.xid", &[("xid", &line.xid.to_string())])),
                    plain("code", "price-what", line.statement.clone()),
                    plain("span", "price-tag", t(word, &[])),
                ],
            )
        })
        .collect();
    let more = lost.lines.len().saturating_sub(SHOWN);
    let list = if lines.is_empty() { none() } else { tag("ol", "price-lines").all(lines).html() };
    let rest = if more > 0 { plain("p", "grid-note", count("price.more", more as u64, &[])) } else { none() };
    tag("div", "").child(plain("p", "", sentence)).child(list).child(rest).html()
}
