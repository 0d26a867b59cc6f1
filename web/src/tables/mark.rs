//! Small signs that stand beside a word and repeat it as a shape: in, out, back, gone, changed, kept.
//!
//! They take the colour of the text around them and are hidden from assistive technology, which reads the word.

use yew::prelude::*;

/// What a sign says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A solid disc with a check: kept in, right.
    In,
    /// A ring with a cross: left out, wrong.
    Out,
    Back,
    Gone,
    Changed,
    Kept,
    /// A solid disc: the phase under way.
    Now,
    /// A ring: still to come.
    Ahead,
    /// A triangle: something to look at.
    Warning,
}

#[derive(Properties, PartialEq, Debug)]
pub struct MarkProps {
    pub sign: Sign,
}

#[component]
pub fn Mark(MarkProps { sign }: &MarkProps) -> Html {
    let disc = |solid: bool| html! { <circle cx="8" cy="8" r="6.5" class={if solid { "solid" } else { "ring" }} /> };
    let (class, shape) = match sign {
        Sign::In => ("in", html! { <>{ disc(true) }<path class="cut-out" d="M4.8 8.3l2.2 2.2 4.2-4.6" /></> }),
        Sign::Out => ("out", html! { <>{ disc(false) }<path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" /></> }),
        Sign::Back => ("back", html! { <path d="M8 3v10M3 8h10" /> }),
        Sign::Gone => ("gone", html! { <path d="M3 8h10" /> }),
        Sign::Changed => ("changed", html! { <path d="M2.5 9.5c2-4 3.6-4 5.5-1.5s3.5 2.5 5.5-1.5" /> }),
        Sign::Kept => ("kept", html! { <path d="M3 6h10M3 10h10" /> }),
        Sign::Now => ("now", html! { <>{ disc(false) }<circle cx="8" cy="8" r="3.5" class="solid" /></> }),
        Sign::Ahead => ("ahead", disc(false)),
        Sign::Warning => ("warning", html! { <path d="M8 2.5l6 11H2zM8 6.8v3M8 11.6v.2" /> }),
    };
    html! {
        <svg class={classes!("mark", format!("mark-{class}"))} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            { shape }
        </svg>
    }
}
