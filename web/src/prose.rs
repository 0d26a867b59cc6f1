//! Formatted texts as elements, of lessons and of questions. They come as blocks: nothing here reads Markdown or sets HTML.

use crate::view::{Tag, group, plain, tag};
use pitr_protocol::prose::{Block, Look, Span};
use yew::prelude::*;

/// What a link is made of, around its words.
pub type Links<'a> = &'a dyn Fn(&str, Html) -> Html;

/// A link to the web.
pub fn web_link(to: &str, words: Html) -> Html {
    tag("a", "").attr("href", to).attr("rel", "noopener").child(words).html()
}

/// Blocks, one under the other; the class is that of code.
pub fn prose(blocks: &[Block], code_class: &'static str, links: Links<'_>) -> Vec<Html> {
    let mut made = Vec::new();
    let mut list: Option<(bool, Vec<Html>)> = None;
    let with = |tag: Tag, spans: &[Span]| tag.all(line(spans, links)).html();
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
            Block::Code(text) => code(text, code_class),
            Block::Picture { alt, svg } => {
                let address = format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(svg)));
                tag("img", "lesson-picture").attr("alt", alt).attr("src", &address).html()
            }
            Block::Item { .. } => continue,
        });
    }
    made.extend(list.map(closed));
    made
}

fn closed((numbered, items): (bool, Vec<Html>)) -> Html {
    tag(if numbered { "ol" } else { "ul" }, "").all(items).html()
}

/// Code may be wider than where it stands: it is scrolled, by keys as well.
fn code(text: &str, class: &'static str) -> Html {
    let inside = plain("code", "", text.to_owned());
    let is_wide = text.lines().any(|line| line.chars().count() > 34);
    let pre = tag("pre", class);
    let pre = if is_wide { pre.attr("tabindex", "0") } else { pre };
    pre.child(inside).html()
}

/// Spans as they follow one another.
pub fn line(spans: &[Span], links: Links<'_>) -> Vec<Html> {
    let span = |span: &Span| {
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
            Some(to) => links(to, words),
            None => words,
        }
    };
    spans.iter().map(span).collect()
}

/// Words with their line breaks.
fn lines(text: &str) -> Html {
    let mut pieces = text.split('\n');
    let first = crate::view::text(pieces.next().unwrap_or_default().to_owned());
    let rest = pieces.flat_map(|piece| [tag("br", "").html(), crate::view::text(piece.to_owned())]);
    core::iter::once(first).chain(rest).collect()
}
