//! What the shapes mean.

use crate::words::t;
use yew::prelude::*;

/// Each shape as the canvas paints it, and its word.
pub fn legend() -> Html {
    let bar = "M1 3.5a2.5 2.5 0 0 1 2.5-2.5H19v12H3.5A2.5 2.5 0 0 1 1 10.5z";
    let entry = |key: &str, class: &'static str, drawing: Html| {
        html! {
            <li class={class}><svg viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">{ drawing }</svg>{ t(key, &[]) }</li>
        }
    };
    html! {
        <ul class="legend" aria-label={t("legend.title", &[])}>
            { entry("legend.committed", "is-committed", html! { <><path d={bar} /><circle cx="20" cy="7" r="4.5" /></> }) }
            { entry("legend.open", "is-open", html! { <path d={bar} /> }) }
            { entry("legend.rolled_back", "is-rolled-back", html! { <><path d={bar} /><path d="M-2 7H24" /></> }) }
            { entry("legend.damage", "is-damage", html! { <><path d="M1 1h6v12H1z" /><path class="stroke" d="M12 2l10 10M22 2 12 12" /></> }) }
            { entry("legend.safe", "is-safe", html! { <path d="M4 4h14v6H4z" /> }) }
        </ul>
    }
}
