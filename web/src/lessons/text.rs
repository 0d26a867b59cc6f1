//! A lesson's text as elements.

use super::Msg;
use crate::glossary::{STAYS, TERM};
use crate::view::{plain, tag, text};
use pitr_protocol::lesson::{Block, Span, Style};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Blocks, one behind the other.
pub fn blocks(blocks: &[Block], send: &Callback<Msg>) -> Vec<Html> {
    blocks.iter().map(|each| block(each, send)).collect()
}

fn block(block: &Block, send: &Callback<Msg>) -> Html {
    match block {
        Block::Paragraph(spans) => tag("p", "").all(line(spans, send)).html(),
        Block::Quote(spans) => tag("blockquote", "").all(line(spans, send)).html(),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| tag("li", "").all(line(item, send)).html());
            tag(if *ordered { "ol" } else { "ul" }, "").all(items.collect()).html()
        }
        Block::Code(code) => {
            tag("pre", "lesson-code").attr("tabindex", "0").child(plain("code", "", code.clone())).html()
        }
        Block::Picture { alt, svg } => {
            let address = format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(svg)));
            tag("img", "lesson-picture").attr("alt", alt).attr("src", &address).html()
        }
    }
}

/// Spans as they follow one another.
pub fn line(spans: &[Span], send: &Callback<Msg>) -> Vec<Html> {
    spans.iter().map(|each| span(each, send)).collect()
}

fn span(span: &Span, send: &Callback<Msg>) -> Html {
    let said = span.text.clone();
    let inner = match span.style {
        Style::Plain => text(said),
        Style::Strong => plain("strong", "", said),
        Style::Emphasis => plain("em", "", said),
        Style::Code => plain("code", "", said),
    };
    let Some(link) = &span.link else { return inner };
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
