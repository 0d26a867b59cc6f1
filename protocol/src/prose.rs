//! Formatted texts, of lessons and of questions: blocks and spans, so that no page reads Markdown.

use crate::wire::wire;

wire! {
    /// A piece of a text that stands by itself.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Block {
        Paragraph(Vec<Span>),
        Heading(Vec<Span>),
        Quote(Vec<Span>),
        /// An item of a list: in how many other lists it stands, and its number, if it is numbered.
        Item { depth: u8, number: Option<u32>, spans: Vec<Span> },
        Code(String),
        /// A drawing, as SVG, and what it shows in words.
        Picture { alt: String, svg: String },
    }

    /// Words that look alike.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Span {
        pub text: String,
        pub look: Look,
        /// Where a link leads: an address of the web, and in lessons also `glossary:TERM` and `lesson:ID`.
        pub link: Option<String>,
    }

    /// How words look.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Look { Plain, Code, Strong, Emphasis, Superscript, Subscript }
}
