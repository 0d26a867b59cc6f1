//! Small signs that stand beside a word and repeat it as a shape: in, out, back, gone, changed, kept.
//!
//! They take the colour of the text around them and are hidden from assistive technology, which reads the word.

use crate::view::{none, plain, tag};
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
    /// A ring with a solid core: the phase under way.
    Now,
    /// A ring: still to come.
    Ahead,
    /// A triangle: something to look at.
    Warning,
}

/// The sign's class, its disc's class if it has one, and its strokes.
fn shape(sign: Sign) -> (&'static str, &'static str, &'static str) {
    match sign {
        Sign::In => ("mark mark-in", "solid", "M4.8 8.3l2.2 2.2 4.2-4.6"),
        Sign::Out => ("mark mark-out", "ring", "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"),
        Sign::Back => ("mark mark-back", "", "M8 3v10M3 8h10"),
        Sign::Gone => ("mark mark-gone", "", "M3 8h10"),
        Sign::Changed => ("mark mark-changed", "", "M2.5 9.5c2-4 3.6-4 5.5-1.5s3.5 2.5 5.5-1.5"),
        Sign::Kept => ("mark mark-kept", "", "M3 6h10M3 10h10"),
        Sign::Now => ("mark mark-now", "ring", "M7 8a1 1 0 1 0 2 0a1 1 0 1 0-2 0"),
        Sign::Ahead => ("mark mark-ahead", "ring", ""),
        Sign::Warning => ("mark mark-warning", "", "M8 2.5l6 11H2zM8 6.8v3M8 11.6v.2"),
    }
}

/// A sign, as high as the text that it stands in.
pub fn mark(sign: Sign) -> Html {
    let (class, disc, strokes) = shape(sign);
    let disc = match disc {
        "" => none(),
        disc => tag("circle", disc).attr("cx", "8").attr("cy", "8").attr("r", "6.5").html(),
    };
    let strokes = match strokes {
        "" => none(),
        strokes => tag("path", "").attr("d", strokes).html(),
    };
    let hidden = tag("svg", class).attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").attr("focusable", "false");
    hidden.child(disc).child(strokes).html()
}

/// A refusal in its words, where it belongs to.
pub fn problem_line(problem: &pitr_protocol::Problem) -> Html {
    warning_line(crate::words::problem(problem))
}

/// A warning in its words.
pub fn warning_line(said: String) -> Html {
    tag("p", "inline-problem").child(mark(Sign::Warning)).child(plain("span", "", said)).html()
}
