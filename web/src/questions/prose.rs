//! The formatted texts of questions as elements.

use crate::prose::{line, web_link};
use crate::view::tag;
use pitr_protocol::prose::Block;
use yew::prelude::*;

/// Blocks, one under the other.
pub fn prose(blocks: &[Block]) -> Vec<Html> {
    crate::prose::prose(blocks, "prose-code", &web_link)
}

/// A text within a line of other things: its paragraphs' words, and code blocks as they are.
pub fn inline(blocks: &[Block]) -> Html {
    match blocks {
        [Block::Paragraph(spans)] => tag("span", "prose").all(line(spans, &web_link)).html(),
        other => tag("span", "prose is-block").all(prose(other)).html(),
    }
}
