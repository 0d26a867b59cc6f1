//! The run behind a point that was opened in the lab: what it was, and where its recovery time went.

use crate::format;
use crate::tables::grid::word;
use crate::tables::mark::warning_line;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::sweep::RunTold;
use yew::prelude::*;

/// What is said of the run.
pub fn opened(run: Option<&RunTold>) -> Html {
    let Some(run) = run else { return none() };
    let title = run.script.lines().next().unwrap_or_default().trim_start_matches('#').trim().to_owned();
    let head = tag("h3", "panel-title").text(t("objectives.opened", &[])).html();
    let title = plain("p", "opened-title", title);
    if let Some(why) = &run.failure {
        let said = t("objectives.opened.failed", &[("why", why)]);
        return group("div", "panel opened", [head, title, warning_line(said)]);
    }
    let whole = run.parts.iter().map(|(_, us)| us).sum::<i64>();
    let lost = match (run.lost_us, run.idle_us) {
        (0, _) => t("objectives.opened.nothing_lost", &[]),
        (lost, idle) => {
            let (lost, bytes, idle) = (format::duration(lost), format::bytes(run.lost_bytes), format::duration(idle));
            let params = [("lost", lost.as_str()), ("bytes", &bytes), ("idle", &idle)];
            count("objectives.opened.lost", run.lost_transactions, &params)
        }
    };
    let rto = t("objectives.opened.rto", &[("rto", &format::duration(whole))]);
    let parts = run.parts.iter().map(|(name, us)| {
        let share = (*us as f64 / whole.max(1) as f64 * 100.0).max(0.0);
        let bar = tag("span", "opened-bar").attr("style", &["inline-size:", &format::px(share), "%"].concat());
        let name = plain("span", "opened-name", t(&word("objectives.part.", name, ""), &[]));
        let value = plain("span", "opened-value", format::duration(*us));
        let track = group("span", "opened-track", [bar.attr("aria-hidden", "true").html()]);
        group("li", "", [name, track, value])
    });
    let parts = tag("ul", "opened-parts").all(parts.collect()).html();
    group("div", "panel opened", [head, title, plain("p", "opened-rto", rto), parts, plain("p", "", lost)])
}
