//! What the recovering server writes into its log, in PostgreSQL's words; the lines of the step at hand are marked.

use super::Msg;
use crate::bench::happening::{of_step, read_at, record_of};
use crate::bench::point::stand_for;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::{coded, t};
use pitr_protocol::inside::ServerLine;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The first line of the step at hand.
pub const CURRENT: &str = "steps-log-current";

pub fn view(run: &Run, lines: &[ServerLine], step: u32, send: &Callback<Msg>) -> Html {
    let title = t("bench.steps.log", &[]);
    let at_hand = at_hand(lines, step);
    let first = lines.iter().position(|line| at_hand == Some(line.step));
    let shown = lines
        .iter()
        .enumerate()
        .map(|(index, line)| row(run, index, line, (at_hand, first == Some(index)), step, send));
    let body = match lines.is_empty() {
        true => plain("p", "bench-hint", t("bench.steps.log_hint", &[])),
        false => tag("ol", "steps-log").attr("aria-label", &title).all(shown.collect()).html(),
    };
    group(
        "div",
        "steps-half",
        [
            plain("h3", "bench-family", title.clone()),
            tag("div", "scroller bench-scroller steps-scroller is-sunken")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr("aria-label", &title)
                .child(body)
                .html(),
        ],
    )
}

/// The step of the last lines that are written by a step.
fn at_hand(lines: &[ServerLine], step: u32) -> Option<u32> {
    lines.iter().rev().map(|line| line.step).find(|at| *at <= step)
}

/// `0/3A40` as a number.
pub fn position(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    Some(u64::from_str_radix(high, 16).ok()? << 32 | u64::from_str_radix(low, 16).ok()?)
}

fn row(
    run: &Run,
    index: usize,
    line: &ServerLine,
    (at_hand, is_first_now): (Option<u32>, bool),
    step: u32,
    send: &Callback<Msg>,
) -> Html {
    let is_now = at_hand == Some(line.step);
    let class = match (is_now, line.step > step) {
        (true, _) => "is-now",
        (_, true) => "is-ahead",
        _ => "is-past",
    };
    let mut row = tag("li", class).key(index.to_string()).attr("data-step", &line.step.to_string());
    if is_now {
        row = row.attr("aria-current", "step");
    }
    if is_first_now {
        row = row.attr("id", CURRENT);
    }
    // A line about a record stands for it: its step's, or the one that it names.
    let named = line.line.params.iter().find(|(name, _)| name == "lsn").and_then(|(_, text)| position(text));
    let record = match named {
        Some(lsn) => Some((read_at(run, line.step, lsn), lsn)),
        None => record_of(run, line.step),
    };
    row = match record {
        Some((timeline, lsn)) => super::super::log::standing_for_record(row, timeline, lsn),
        None => stand_for(row, &of_step(run, line.step)),
    };
    let (send, to) = (send.clone(), line.step);
    let words = coded("bench.pglog.", &line.line).unwrap_or_else(|| line.line.code.clone());
    let go = tag("button", "link steps-go")
        .attr("type", "button")
        .text(words)
        .on(ListenerKind::onclick, Callback::from(move |_: Event| send.emit(Msg::GoTo(to))));
    let now = if is_now { plain("span", "steps-pointer", "▸".to_owned()) } else { none() };
    let now = tag("span", "steps-gutter").attr("aria-hidden", "true").child(now).html();
    let head = format!("{} {}: ", run.clock_ms(line.at_us), line.level);
    row.child(now).child(tag("code", "").child(plain("span", "steps-log-head", head)).child(go.html()).html()).html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::Problem;

    #[test]
    fn positions_are_read() {
        assert_eq!(position("0/3A40"), Some(0x3A40));
        assert_eq!(position("1/0"), Some(1 << 32));
        assert_eq!(position("02:59:59"), None);
    }

    #[test]
    fn the_lines_of_the_step_or_the_last_before_it_are_at_hand() {
        let line = |step| ServerLine {
            step,
            at_us: 0,
            level: "LOG".into(),
            line: Problem { code: "ready".into(), params: Vec::new(), place: None },
        };
        let lines = [line(3), line(5), line(5), line(9)];
        assert_eq!(
            [2, 3, 4, 5, 8, 9, 99].map(|step| at_hand(&lines, step)),
            [None, Some(3), Some(3), Some(5), Some(5), Some(9), Some(9)]
        );
    }
}
