//! The four signals of the target, always in sight: what it would lose, how long it would take, what is kept for it, how fine it can cut.
//!
//! Each is a number, a sentence about it, and where the number comes from. They are of the last target that could be read.

use crate::format;
use crate::report::PhaseBar;
use crate::state::{use_outcome, use_run, use_target};
use crate::words::{count, t};
use pitr_protocol::{Granularity, Phase, Report, Signals as Measured, TargetKind};
use yew::prelude::*;

#[component]
pub fn Signals() -> Html {
    let run = use_run();
    let target = use_target();
    let outcome = use_outcome();
    let Some(boundary) = target.boundary.clone() else {
        return html! {
            <section class="signals" aria-labelledby="signals-title">
                <h2 id="signals-title" class="visually-hidden">{ t("signals.title", &[]) }</h2>
                { for ["rpo", "rto", "storage", "granularity"].map(|code| card(code, "\u{2013}".to_owned(), t("signals.waiting", &[]), None, String::new())) }
            </section>
        };
    };
    let signals = &boundary.signals;
    // Once the recovery to this very target has been watched, its own report stands for the estimate.
    let report = outcome.report.as_deref().filter(|report| outcome.reached && report.spec == boundary.spec);
    let scale = format::count(run.head.scale);
    html! {
        <section class="signals" aria-labelledby="signals-title">
            <h2 id="signals-title" class="visually-hidden">{ t("signals.title", &[]) }</h2>
            { rpo(signals) }
            { rto(signals, report, &scale) }
            { storage(signals, &scale) }
            { granularity(signals.granularity, boundary.spec.kind) }
        </section>
    }
}

fn card(code: &str, figure: String, sentence: String, detail: Option<Html>, source: String) -> Html {
    html! {
        <article class={format!("panel signal is-{code}")}>
            <h3 class="signal-name">{ t(&format!("signal.{code}"), &[]) }</h3>
            <p class="signal-figure figure">{ figure }</p>
            <p class="signal-sentence">{ sentence }</p>
            { detail.unwrap_or_default() }
            if !source.is_empty() {
                <p class="source">{ source }</p>
            }
        </article>
    }
}

fn rpo(signals: &Measured) -> Html {
    let sentence = match signals.rpo_transactions {
        0 => t("signal.rpo.none", &[]),
        lost => count("signal.rpo.some", u64::from(lost), &[]),
    };
    card("rpo", format::duration(signals.rpo_us), sentence, None, t("signal.rpo.source", &[]))
}

fn rto(signals: &Measured, report: Option<&Report>, scale: &str) -> Html {
    let (took, phases): (Option<i64>, &[Phase]) = match report {
        Some(report) => (Some(report.rto_us), &report.phases),
        None => (signals.rto_us, &signals.rto_phases),
    };
    let Some(took) = took else {
        return card(
            "rto",
            "\u{2013}".to_owned(),
            t("signal.rto.fails", &[]),
            None,
            t("signal.rto.source", &[("scale", scale)]),
        );
    };
    let bar = html! { <PhaseBar phases={phases.to_vec()} small=true /> };
    card(
        "rto",
        format::duration(took),
        t("signal.rto.some", &[]),
        Some(bar),
        t("signal.rto.source", &[("scale", scale)]),
    )
}

fn storage(signals: &Measured, scale: &str) -> Html {
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
    card("storage", format::bytes(all), sentence, None, t("signal.storage.source", &[("scale", scale)]))
}

fn granularity(granularity: Granularity, kind: TargetKind) -> Html {
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
    let by = t(&format!("signal.granularity.by.{}", crate::recover::kind_code(kind)), &[]);
    card("granularity", figure, sentence, None, by)
}
