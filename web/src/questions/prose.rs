//! Formatted texts as elements. They come as blocks: nothing here reads Markdown or sets HTML.

use crate::view::{Tag, group, plain, tag};
use pitr_protocol::questions::{Block, Look, Span};
use yew::prelude::*;

/// Blocks, one under the other.
pub fn prose(blocks: &[Block]) -> Vec<Html> {
    let mut made = Vec::new();
    let mut list: Option<(bool, Vec<Html>)> = None;
    for block in blocks {
        if let Block::Item { depth, number, spans } = block {
            let is_numbered = number.is_some();
            if list.as_ref().is_some_and(|(numbered, _)| *numbered != is_numbered && *depth == 0) {
                made.extend(list.take().map(closed));
            }
            let item = tag("li", "").attr("data-depth", &depth.to_string());
            let item = match number {
                Some(number) => item.attr("value", &number.to_string()),
                None => item,
            };
            list.get_or_insert((is_numbered, Vec::new())).1.push(with(item, spans));
            continue;
        }
        made.extend(list.take().map(closed));
        made.push(match block {
            Block::Paragraph(spans) => with(tag("p", ""), spans),
            Block::Heading(spans) => with(tag("p", "prose-head"), spans),
            Block::Quote(spans) => group("blockquote", "", [with(tag("p", ""), spans)]),
            Block::Code(text) => code(text),
            Block::Item { .. } => continue,
        });
    }
    made.extend(list.map(closed));
    made
}

/// A text within a line of other things: its paragraphs' words, and code blocks as they are.
pub fn inline(blocks: &[Block]) -> Html {
    match blocks {
        [Block::Paragraph(spans)] => with(tag("span", "prose"), spans),
        other => tag("span", "prose is-block").all(prose(other)).html(),
    }
}

fn closed((numbered, items): (bool, Vec<Html>)) -> Html {
    tag(if numbered { "ol" } else { "ul" }, "").all(items).html()
}

/// Code may be wider than the card: it is scrolled, by keys as well.
fn code(text: &str) -> Html {
    let inside = plain("code", "", text.to_owned());
    let is_wide = text.lines().any(|line| line.chars().count() > 34);
    let pre = tag("pre", "prose-code");
    let pre = if is_wide { pre.attr("tabindex", "0") } else { pre };
    pre.child(inside).html()
}

fn with(tag: Tag, spans: &[Span]) -> Html {
    tag.all(spans.iter().map(span).collect()).html()
}

fn span(span: &Span) -> Html {
    let name = match span.look {
        Look::Plain => "",
        Look::Code => "code",
        Look::Strong => "strong",
        Look::Emphasis => "em",
        Look::Superscript => "sup",
        Look::Subscript => "sub",
    };
    let words = match name {
        "" => lines(&span.text),
        name => plain(name, "", span.text.clone()),
    };
    match &span.link {
        Some(to) => tag("a", "").attr("href", to).attr("rel", "noopener").child(words).html(),
        None => words,
    }
}

/// Words with their line breaks.
fn lines(text: &str) -> Html {
    let mut pieces = text.split('\n');
    let first = crate::view::text(pieces.next().unwrap_or_default().to_owned());
    let rest = pieces.flat_map(|piece| [tag("br", "").html(), crate::view::text(piece.to_owned())]);
    core::iter::once(first).chain(rest).collect()
}
