//! Formatted texts in the protocol's terms.

use pitr_lessons::text::{self as own, Text};
use pitr_protocol::prose::{Block, Look, Span};

/// Plain words; what stands between backticks is code.
pub fn words(text: &str) -> Vec<Block> {
    blocks(&Text::of_words(text))
}

pub fn blocks(text: &Text) -> Vec<Block> {
    let block = |block: &own::Block| match block {
        own::Block::Paragraph(all) => Block::Paragraph(spans(all)),
        own::Block::Heading(all) => Block::Heading(spans(all)),
        own::Block::Quote(all) => Block::Quote(spans(all)),
        own::Block::Item { depth, number, spans: all } => {
            Block::Item { depth: *depth, number: *number, spans: spans(all) }
        }
        own::Block::Code { text, .. } => Block::Code(text.clone()),
        own::Block::Picture { alt, svg } => Block::Picture { alt: alt.clone(), svg: svg.clone() },
    };
    text.0.iter().map(block).collect()
}

pub fn spans(all: &[own::Span]) -> Vec<Span> {
    let look = |look| match look {
        own::Look::Plain => Look::Plain,
        own::Look::Code => Look::Code,
        own::Look::Strong => Look::Strong,
        own::Look::Emphasis => Look::Emphasis,
        own::Look::Superscript => Look::Superscript,
        own::Look::Subscript => Look::Subscript,
    };
    all.iter().map(|span| Span { text: span.text.clone(), look: look(span.look), link: span.link.clone() }).collect()
}
