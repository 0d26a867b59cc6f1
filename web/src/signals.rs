//! The four signals of the target, always in sight: what it would lose, how long it would take, what is kept for it, how fine it can cut.
//!
//! Each is a number, a sentence about it, and where the number comes from. They are of the last target that could be read.

use crate::format;
use crate::report::phase_bar;
use crate::state::Desk;
use crate::tables::grid::word;
use crate::view::{none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::{Boundary, Granularity, Report, TargetKind};
use yew::prelude::*;

const CODES: [&str; 4] = ["rpo", "rto", "storage", "granularity"];

/// What a card says: its figure, a sentence, more of it, and the source.
type Said = (String, String, Html, String);

/// The four cards.
pub fn signals(desk: &Desk) -> Html {
    let Desk { run, target, outcome, .. } = desk;
    let scale = format::count(run.head.scale);
    let cards: Vec<Html> = match &target.boundary {
        None => {
            CODES.iter().map(|code| card(code, (unknown(), t("signals.waiting", &[]), none(), String::new()))).collect()
        }
        Some(boundary) => {
            // Once the recovery to this very target has been watched, its own report stands for the estimate.
            let report = outcome
                .report
                .as_deref()
                .filter(|report| outcome.reached && report.finished && report.spec == boundary.spec);
            let said = [
                rpo(boundary),
                rto(boundary, report, &scale),
                storage(boundary, &scale),
                granularity(boundary.signals.granularity, boundary.spec.kind),
            ];
            CODES.iter().zip(said).map(|(code, said)| card(code, said)).collect()
        }
    };
    tag("section", "signals")
        .attr("aria-labelledby", "signals-title")
        .child(tag("h2", "visually-hidden").attr("id", "signals-title").text(t("signals.title", &[])).html())
        .all(cards)
        .html()
}

/// What stands where there is no figure.
fn unknown() -> String {
    "\u{2013}".to_owned()
}

fn card(code: &str, (figure, sentence, more, source): Said) -> Html {
    tag("article", &word("panel signal is-", code, ""))
        .child(plain("h3", "signal-name", t(&word("signal.", code, ""), &[])))
        .child(plain("p", "signal-figure figure", figure))
        .child(plain("p", "signal-sentence", sentence))
        .child(more)
        .child(plain("p", "source", source))
        .html()
}

fn rpo(boundary: &Boundary) -> Said {
    let sentence = match boundary.signals.rpo_transactions {
        0 => t("signal.rpo.none", &[]),
        lost => count("signal.rpo.some", u64::from(lost), &[]),
    };
    (format::duration(boundary.signals.rpo_us), sentence, none(), t("signal.rpo.source", &[]))
}

fn rto(boundary: &Boundary, report: Option<&Report>, scale: &str) -> Said {
    let source = t("signal.rto.source", &[("scale", scale)]);
    let (took, phases) = match report {
        Some(report) => (Some(report.rto_us), &report.phases),
        None => (boundary.signals.rto_us, &boundary.signals.rto_phases),
    };
    match took {
        None => {
            let key = if boundary.problem.is_some() { "signal.rto.fails" } else { "signal.rto.measuring" };
            (unknown(), t(key, &[]), none(), source)
        }
        Some(took) => (format::duration(took), t("signal.rto.some", &[]), phase_bar(phases, true), source),
    }
}

fn storage(boundary: &Boundary, scale: &str) -> Said {
    let signals = &boundary.signals;
    let all = signals.kept_backup_bytes.saturating_add(signals.kept_log_bytes);
    let sentence = count(
        "signal.storage.some",
        u64::from(signals.kept_backups),
        &[
            ("backup_bytes", &format::bytes(signals.kept_backup_bytes)),
            ("log_time", &format::duration(signals.kept_log_us)),
            ("log_bytes", &format::bytes(signals.kept_log_bytes)),
        ],
    );
    (format::bytes(all), sentence, none(), t("signal.storage.source", &[("scale", scale)]))
}

fn granularity(granularity: Granularity, kind: TargetKind) -> Said {
    let (figure, sentence) = match granularity {
        Granularity::Record => (t("signal.granularity.record", &[]), t("signal.granularity.record_means", &[])),
        Granularity::Transaction => {
            (t("signal.granularity.transaction", &[]), t("signal.granularity.transaction_means", &[]))
        }
        Granularity::Instant { commits_together } => {
            let together = u64::from(commits_together);
            (
                count("signal.granularity.instant", together, &[]),
                count("signal.granularity.instant_means", together, &[]),
            )
        }
    };
    (figure, sentence, none(), t(&word("signal.granularity.by.", kind.code(), ""), &[]))
}
