//! Whom a run calls: the alerts that go on where the page stands, all that went off in the run, each a way to its instant, and the rules behind them.

use super::cards::{grid, name_of};
use super::lines::{said, said_or_none};
use super::{Msg, Seen};
use crate::format;
use crate::state::Run;
use crate::tables::grid::head_cell;
use crate::view::{group, none, plain, tag};
use crate::words::{self, t};
use pitr_protocol::boards::{AlertTold, RestoreOutcome, RestoreTold, RuleTold};
use yew::virtual_dom::ListenerKind;
use yew::{Callback, Event, Html};

/// So many alerts and recoveries are listed; how many there are is told.
const MOST: usize = 50;

fn name(rule: &RuleTold) -> String {
    t(&format!("bench.boards.rule.{}", rule.name), &[])
}

/// An instant as operators say it, in whole seconds.
fn clock(run: &Run, us: i64) -> String {
    format::clock_s(us, run.head.zone_offset_s)
}

/// Whether somebody is woken, in a shape and a word.
fn severity(rule: &RuleTold, muted: bool) -> Html {
    let (class, sign, said) = match (muted, rule.pages) {
        (true, _) => ("is-muted", "○", "bench.boards.muted"),
        (false, true) => ("is-page", "▲", "bench.boards.page"),
        (false, false) => ("is-ticket", "◆", "bench.boards.ticket"),
    };
    tag("span", &format!("call-severity {class}"))
        .child(tag("span", "").attr("aria-hidden", "true").text(sign.into()).html())
        .text(t(said, &[]))
        .html()
}

/// What goes on just after a step.
pub fn firing(seen: &Seen, run: &Run, step: u32, now_us: i64) -> Html {
    let firing: Vec<&AlertTold> = seen.boards.alerts.iter().filter(|alert| alert.goes_on(step)).collect();
    let said = match firing.len() {
        0 => t("bench.boards.quiet", &[]),
        count => words::count("bench.boards.firing", count as u64, &[]),
    };
    let items = firing.into_iter().filter_map(|alert| {
        let rule = seen.boards.rules.get(usize::from(alert.rule))?;
        let gauge = seen.boards.gauges.get(usize::from(rule.gauge))?;
        let since = t(
            "bench.boards.since",
            &[("time", &clock(run, alert.from_us)), ("span", &format::duration((now_us - alert.from_us).max(0)))],
        );
        let value = t(
            "bench.boards.reads",
            &[("gauge", &name_of(gauge)), ("value", &said_or_none(gauge.unit, gauge.at(step, now_us)))],
        );
        let item = tag("li", "call is-firing")
            .attr("data-rule", &rule.name)
            .child(group(
                "p",
                "call-head",
                [severity(rule, alert.muted), plain("strong", "", name(rule)), plain("span", "num", since)],
            ))
            .child(plain("p", "call-says", [value, t(&format!("bench.boards.means.{}", rule.name), &[])].join(" ")))
            .child(plain("p", "call-says", t(&format!("bench.boards.first.{}", rule.name), &[])));
        Some(item.html())
    });
    let items: Vec<Html> = items.collect();
    let class = if items.is_empty() { "calls-now is-quiet" } else { "calls-now" };
    tag("div", class)
        .child(tag("p", "calls-said").attr("role", "status").text(said).html())
        .child(if items.is_empty() { none() } else { tag("ul", "calls").all(items).html() })
        .html()
}

/// A way to a step of the run.
fn way(said: String, step: u32, send: &Callback<Msg>) -> Html {
    let send = send.clone();
    tag("button", "link")
        .attr("type", "button")
        .text(said)
        .on(ListenerKind::onclick, Callback::from(move |_: Event| send.emit(Msg::GoTo(step))))
        .html()
}

/// All alerts of the run, and how each stands to where the page is.
pub fn all(seen: &Seen, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let alerts = &seen.boards.alerts;
    if alerts.is_empty() {
        return plain("p", "bench-hint", t("bench.boards.never", &[]));
    }
    let rows = alerts.iter().take(MOST).filter_map(|alert| {
        let rule = seen.boards.rules.get(usize::from(alert.rule))?;
        let gauge = seen.boards.gauges.get(usize::from(rule.gauge))?;
        let stands = match (alert.goes_on(step), alert.step > step) {
            (true, _) => "bench.boards.goes_on",
            (false, true) => "bench.boards.to_come",
            (false, false) => "bench.boards.over",
        };
        let until = match alert.until {
            Some((at, _)) => clock(run, at),
            None => t("bench.boards.to_the_end", &[]),
        };
        let cells = [
            tag("th", "").attr("scope", "row").child(way(name(rule), alert.step, send)).html(),
            tag("td", "").child(severity(rule, alert.muted)).html(),
            plain("td", "num", clock(run, alert.from_us)),
            plain("td", "num", until),
            plain("td", "num", said(gauge.unit, alert.value)),
            plain("td", "", t(stands, &[])),
        ];
        Some(group("tr", if alert.goes_on(step) { "is-now" } else { "" }, cells))
    });
    let heads = ["alert", "calls", "from", "until", "worst", "here"];
    let heads = heads.map(|head| head_cell("", t(&format!("bench.boards.head.{head}"), &[])));
    let more = match alerts.len().saturating_sub(MOST) {
        0 => none(),
        more => plain("p", "bench-hint", words::count("bench.boards.more", more as u64, &[])),
    };
    group("div", "calls-all", [grid("bench.boards.alerts", heads.into(), rows.collect()), more])
}

/// What calls whom, and what to do first.
pub fn rules(seen: &Seen) -> Html {
    let rows = seen.boards.rules.iter().filter_map(|rule| {
        let gauge = seen.boards.gauges.get(usize::from(rule.gauge))?;
        let threshold = said(gauge.unit, rule.threshold);
        let key = if rule.above { "bench.boards.above" } else { "bench.boards.below" };
        let holds = match rule.holds_us {
            0 => t("bench.boards.at_once", &[]),
            us => t("bench.boards.held", &[("span", &format::duration(us))]),
        };
        let when = t(key, &[("gauge", &name_of(gauge)), ("value", &threshold), ("holds", &holds)]);
        let metrics: Vec<String> =
            rule.metrics.iter().map(|number| t("bench.boards.metric", &[("number", &number.to_string())])).collect();
        let cells = [
            tag("th", "").attr("scope", "row").text(name(rule)).html(),
            tag("td", "").child(severity(rule, false)).html(),
            plain("td", "", metrics.join(", ")),
            plain("td", "", when),
            plain("td", "", t(&format!("bench.boards.means.{}", rule.name), &[])),
            plain("td", "", t(&format!("bench.boards.first.{}", rule.name), &[])),
        ];
        Some(group("tr", "", cells))
    });
    let heads = ["alert", "calls", "fed_by", "when", "means", "first"];
    let heads = heads.map(|head| head_cell("", t(&format!("bench.boards.head.{head}"), &[])));
    grid("bench.boards.rules", heads.into(), rows.collect())
}

/// The recoveries that have begun by a step, the newest first.
pub fn restores(seen: &Seen, run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let begun: Vec<&RestoreTold> = seen.boards.restores.iter().filter(|restore| restore.step <= step).collect();
    if begun.is_empty() {
        return plain("p", "bench-hint", t("bench.boards.no_restores", &[]));
    }
    let rows = begun.iter().rev().take(MOST).map(|restore| {
        let is_over = restore.ended.is_some_and(|ended| ended <= step);
        let outcome = match restore.outcome {
            _ if !is_over => t("bench.boards.outcome.running", &[]),
            RestoreOutcome::Running => t("bench.boards.outcome.running", &[]),
            RestoreOutcome::Right => t("bench.boards.outcome.right", &[]),
            RestoreOutcome::Wrong => t("bench.boards.outcome.wrong", &[]),
            RestoreOutcome::Failed => t("bench.boards.outcome.failed", &[("code", &restore.failure)]),
        };
        let outcome = match restore.planned {
            true => t("bench.boards.outcome.planned", &[("outcome", &outcome)]),
            false => outcome,
        };
        let took = if is_over { format::duration(restore.took_us) } else { t("bench.boards.unknown", &[]) };
        group(
            "tr",
            "",
            [
                tag("th", "num").attr("scope", "row").child(way(clock(run, restore.at_us), restore.step, send)).html(),
                plain("td", "", restore.backup.clone()),
                plain("td", "num", took),
                plain("td", "", outcome),
            ],
        )
    });
    let heads = ["began", "backup", "took", "outcome"];
    let heads = heads.map(|head| head_cell("", t(&format!("bench.boards.head.{head}"), &[])));
    grid("bench.boards.restores", heads.into(), rows.collect())
}
