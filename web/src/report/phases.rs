//! The phases of a recovery as a bar and as words: how long each took on the virtual clock.
//!
//! The bar shows shares by length and tells phases apart by pattern; the list beside it says the same in words, so the bar itself is
//! hidden from assistive technology.

use crate::format;
use crate::words::t;
use pitr_protocol::Phase;
use yew::prelude::*;

#[derive(Properties, PartialEq, Debug)]
pub struct PhaseBarProps {
    pub phases: Vec<Phase>,
    /// Only the bar and one line of words.
    #[prop_or_default]
    pub small: bool,
}

#[component]
pub fn PhaseBar(PhaseBarProps { phases, small }: &PhaseBarProps) -> Html {
    let bar = phases.iter().filter(|phase| phase.took_us > 0).map(|phase| {
        let class = classes!("phase-share", format!("is-{}", phase.phase.code()));
        html! { <span {class} style={format!("flex-grow:{}", phase.took_us)}></span> }
    });
    let list = phases.iter().map(|phase| {
        let class = classes!("phase-key", format!("is-{}", phase.phase.code()));
        html! {
            <li>
                <span {class} aria-hidden="true"></span>
                <span>{ t(&format!("phase.{}", phase.phase.code()), &[]) }</span>
                { " " }
                <strong>{ format::duration(phase.took_us) }</strong>
            </li>
        }
    });
    html! {
        <div class={classes!("phases", small.then_some("is-small"))}>
            <div class="phase-bar" aria-hidden="true">{ for bar }</div>
            <ul class="phase-list">{ for list }</ul>
        </div>
    }
}
