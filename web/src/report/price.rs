//! The price of a recovery: what had been acknowledged and is not in the recovered database.
//!
//! The transaction that did the damage is listed with the others, since it was acknowledged as well, and is set apart: to be rid of it is the gain.

use crate::format;
use crate::tables::mark::{Mark, Sign};
use crate::words::{count, t};
use pitr_protocol::Lost;
use yew::prelude::*;

/// How many lines are shown before the rest is counted.
const SHOWN: usize = 12;

#[derive(Properties, PartialEq, Debug)]
pub struct PriceProps {
    pub lost: Lost,
    pub incident: Option<u32>,
    pub zone_offset_s: i32,
}

#[component]
pub fn Price(PriceProps { lost, incident, zone_offset_s }: &PriceProps) -> Html {
    let damage_out = lost.lines.iter().any(|line| Some(line.xid) == *incident);
    let good = lost.transactions.saturating_sub(u32::from(damage_out));
    let sentence = match (good, damage_out) {
        (0, true) => t("price.damage_alone", &[]),
        (0, false) => t("price.nothing", &[]),
        (good, true) => count("price.good_and_damage", u64::from(good), &[]),
        (good, false) => count("price.good", u64::from(good), &[]),
    };
    let lines = lost.lines.iter().take(SHOWN).map(|line| {
        let damage = Some(line.xid) == *incident;
        html! {
            <li key={line.lsn} class={classes!("price-line", damage.then_some("is-damage"))}>
                <Mark sign={Sign::Out} />
                <span class="around-at">{ format::clock(line.time_us, *zone_offset_s) }</span>
                <span class="around-xid">{ t("around.xid", &[("xid", &line.xid.to_string())]) }</span>
                <code class="price-what">{ &line.statement }</code>
                <span class="price-tag">{ t(if damage { "price.damage" } else { "price.lost" }, &[]) }</span>
            </li>
        }
    });
    let more = lost.lines.len().saturating_sub(SHOWN);
    html! {
        <>
            <p>{ sentence }</p>
            if !lost.lines.is_empty() {
                <ol class="price-lines">{ for lines }</ol>
            }
            if more > 0 {
                <p class="grid-note">{ count("price.more", more as u64, &[]) }</p>
            }
        </>
    }
}
