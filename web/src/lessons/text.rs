//! A lesson's text as elements.

use super::Msg;
use crate::glossary::{STAYS, TERM};
use crate::prose;
use crate::view::{plain, tag, text};
use pitr_protocol::prose::{Block, Span};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Blocks, one behind the other.
pub fn blocks(blocks: &[Block], send: &Callback<Msg>) -> Vec<Html> {
    prose::prose(blocks, "lesson-code", &|to, words| link(to, words, send))
}

/// Spans as they follow one another.
pub fn line(spans: &[Span], send: &Callback<Msg>) -> Vec<Html> {
    prose::line(spans, &|to, words| link(to, words, send))
}

fn link(link: &str, inner: Html, send: &Callback<Msg>) -> Html {
    match link.split_once(':') {
        // The glossary hears of whatever says that it is a term.
        Some(("glossary", term)) => tag("span", "lesson-term")
            .attr(TERM, term)
            .attr(STAYS, "")
            .attr("tabindex", "0")
            .attr("role", "button")
            .child(inner)
            .html(),
        Some(("lesson", id)) => {
            let (send, id) = (send.clone(), id.to_owned());
            let open = Callback::from(move |_: Event| send.emit(Msg::Open { id: id.clone(), seed: 0 }));
            tag("button", "link").attr("type", "button").on(ListenerKind::onclick, open).child(inner).html()
        }
        // Away from a lesson leads another page.
        _ => tag("a", "").attr("href", link).attr("rel", "noopener").attr("target", "_blank").child(inner).html(),
    }
}

/// A line in which what stands between backticks is code.
pub fn ticked(said: &str) -> Vec<Html> {
    let pieces = said.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    let element = |(index, piece): (usize, &str)| match index % 2 {
        0 => text(piece.to_owned()),
        _ => plain("code", "", piece.to_owned()),
    };
    pieces.map(element).collect()
}
