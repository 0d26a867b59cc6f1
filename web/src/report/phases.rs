//! The phases of a recovery as a bar and as words: how long each took on the virtual clock.
//!
//! The bar shows shares by length and tells phases apart by pattern; the list beside it says the same in words, so the bar itself is
//! hidden from assistive technology.

use crate::format;
use crate::tables::grid::word;
use crate::view::{group, plain, tag};
use crate::words::t;
use pitr_protocol::Phase;
use yew::prelude::*;

/// The bar and its words; `small` as they fit into a card.
pub fn phase_bar(phases: &[Phase], small: bool) -> Html {
    let mut bar = tag("div", "phase-bar").attr("aria-hidden", "true");
    let mut list = tag("ul", "phase-list");
    for phase in phases {
        let code = phase.phase.code();
        if phase.took_us > 0 {
            let width = word("flex-grow:", &phase.took_us.to_string(), "");
            bar = bar.child(tag("span", &word("phase-share is-", code, "")).attr("style", &width).html());
        }
        let key = tag("span", &word("phase-key is-", code, "")).attr("aria-hidden", "true").html();
        let name = plain("span", "", word(&t(&word("phase.", code, ""), &[]), " ", ""));
        list = list.child(group("li", "", [key, name, plain("strong", "", format::duration(phase.took_us))]));
    }
    group("div", if small { "phases is-small" } else { "phases" }, [bar.html(), list.html()])
}
