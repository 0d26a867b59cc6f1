//! A formatted text: what an author's Markdown has become when the program was built, so that no browser needs to read Markdown.
//!
//! Flat on purpose: a list's item knows how deep it stands, and nothing holds itself.

use serde::{Deserialize, Serialize};

/// Blocks, one under the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text(pub Vec<Block>);

/// A piece of a text that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    Paragraph(Vec<Span>),
    Heading(Vec<Span>),
    Quote(Vec<Span>),
    /// An item of a list: in how many other lists it stands, and its number, if it is numbered.
    Item {
        depth: u8,
        number: Option<u32>,
        spans: Vec<Span>,
    },
    /// Lines shown as they are; the language is what the author called it, or empty.
    Code {
        language: String,
        text: String,
    },
    /// A drawing, as SVG, and what it shows in words.
    Picture {
        alt: String,
        svg: String,
    },
}

/// Words that look alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Span {
    pub text: String,
    pub look: Look,
    /// Where a link leads: an address of the web, and in lessons also `glossary:TERM` and `lesson:ID`.
    pub link: Option<String>,
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Look {
    #[default]
    Plain,
    Code,
    Strong,
    Emphasis,
    Superscript,
    Subscript,
}

impl Span {
    /// A line of plain words; what stands between backticks is code.
    pub fn of_words(words: &str) -> Vec<Span> {
        let pieces = words.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
        let span = |(number, piece): (usize, &str)| Span {
            text: piece.to_owned(),
            look: if number % 2 == 1 { Look::Code } else { Look::Plain },
            link: None,
        };
        pieces.map(span).collect()
    }
}

impl Text {
    /// Plain words as a text; what stands between backticks is code.
    pub fn of_words(words: &str) -> Text {
        let spans = Span::of_words(words);
        Text(if spans.is_empty() { Vec::new() } else { vec![Block::Paragraph(spans)] })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words alone, blocks parted by line breaks.
    pub fn words(&self) -> String {
        let blocks = self.0.iter().map(|block| match block {
            Block::Code { text, .. } | Block::Picture { alt: text, .. } => text.clone(),
            Block::Paragraph(spans) | Block::Heading(spans) | Block::Quote(spans) | Block::Item { spans, .. } => {
                spans.iter().map(|span| span.text.as_str()).collect()
            }
        });
        blocks.collect::<Vec<String>>().join("\n")
    }

    /// Changes each of its words.
    pub fn try_map<E>(&self, change: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<Text, E> {
        let mut text = self.clone();
        for block in &mut text.0 {
            match block {
                Block::Code { text, .. } | Block::Picture { alt: text, .. } => *text = change(text)?,
                Block::Paragraph(spans) | Block::Heading(spans) | Block::Quote(spans) | Block::Item { spans, .. } => {
                    for span in spans {
                        span.text = change(&span.text)?;
                    }
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_backticks_are_code() {
        let text = Text::of_words("What does `recover to lsn` do?");
        let Some(Block::Paragraph(spans)) = text.0.first() else { panic!("{text:?}") };
        assert_eq!(spans.iter().map(|span| span.look).collect::<Vec<_>>(), [Look::Plain, Look::Code, Look::Plain]);
        assert_eq!(text.words(), "What does recover to lsn do?");
        assert!(Text::of_words("").is_empty());
    }
}
