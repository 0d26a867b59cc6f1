//! Markdown as authors write it, made into a [`Text`]: where programs are built and where content is checked, never in a browser.

use crate::text::{Block, Look, Span, Text};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Tags of HTML that say how words look; others are left out, and said.
const KNOWN_TAGS: [(&str, Look); 9] = [
    ("sup", Look::Superscript),
    ("sub", Look::Subscript),
    ("code", Look::Code),
    ("kbd", Look::Code),
    ("b", Look::Strong),
    ("strong", Look::Strong),
    ("i", Look::Emphasis),
    ("em", Look::Emphasis),
    ("br", Look::Plain),
];

/// A text, and what of the Markdown is not in it: a tag or a picture, in words.
pub fn read(markdown: &str) -> (Text, Vec<String>) {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        reader.take(event);
    }
    reader.close();
    (Text(reader.blocks), reader.left_out)
}

/// What the author called the language of a block of code.
pub(super) fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.split([',', ' ']).next().unwrap_or_default().to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    left_out: Vec<String>,
    spans: Vec<Span>,
    looks: Vec<Look>,
    link: Option<String>,
    /// Of each list that is open, the number of its next item.
    lists: Vec<Option<u32>>,
    item: Option<(u8, Option<u32>)>,
    code: Option<(String, String)>,
    is_heading: bool,
    quotes: u32,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) => match &mut self.code {
                Some((_, text)) => text.push_str(&words),
                None => self.say(&words, None),
            },
            Event::Code(words) => self.say(&words, Some(Look::Code)),
            Event::SoftBreak => self.say(" ", None),
            Event::HardBreak => self.say("\n", None),
            Event::InlineHtml(html) | Event::Html(html) => self.html(&html),
            Event::Rule => self.close(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {}
            Tag::Heading { level, .. } => {
                self.close();
                self.is_heading = level <= HeadingLevel::H6;
            }
            Tag::BlockQuote(_) => {
                self.close();
                self.quotes += 1;
            }
            Tag::CodeBlock(kind) => {
                self.close();
                self.code = Some((language(&kind), String::new()));
            }
            Tag::List(first) => {
                self.close();
                self.lists.push(first.map(|first| u32::try_from(first).unwrap_or(1)));
            }
            Tag::Item => {
                self.close();
                let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
                let number = self.lists.last_mut().and_then(|next| {
                    let number = *next;
                    *next = number.map(|number| number.saturating_add(1));
                    number
                });
                self.item = Some((depth, number));
            }
            Tag::Emphasis => self.looks.push(Look::Emphasis),
            Tag::Strong => self.looks.push(Look::Strong),
            Tag::Link { dest_url, .. } => {
                // What leads within the author's own book leads nowhere from here: its words remain.
                let is_web = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                self.link = is_web.then(|| dest_url.into_string());
            }
            Tag::Image { dest_url, .. } => {
                self.left_out.push(format!("the picture {dest_url}"));
                self.looks.push(Look::Emphasis);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::HtmlBlock => self.close(),
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.blocks.push(Block::Code { language, text: text.trim_end().to_owned() });
                }
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Image => {
                self.looks.pop();
            }
            TagEnd::Link => self.link = None,
            _ => {}
        }
    }

    fn html(&mut self, html: &str) {
        for tag in html.split('<').skip(1) {
            let (inside, behind) = tag.split_once('>').unwrap_or((tag, ""));
            let is_end = inside.starts_with('/');
            let name = inside.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
            let name = name.to_ascii_lowercase();
            match KNOWN_TAGS.iter().find(|(known, _)| *known == name) {
                Some(("br", _)) => self.say("\n", None),
                Some(_) if is_end => {
                    self.looks.pop();
                }
                Some((_, look)) => self.looks.push(*look),
                None if is_end || name.starts_with('!') => {}
                None => self.left_out.push(format!("the tag <{name}>")),
            }
            if !behind.trim().is_empty() {
                self.say(behind, None);
            }
        }
    }

    fn say(&mut self, words: &str, look: Option<Look>) {
        let look = look.or(self.looks.last().copied()).unwrap_or_default();
        match self.spans.last_mut() {
            Some(last) if last.look == look && last.link == self.link => last.text.push_str(words),
            _ => self.spans.push(Span { text: words.to_owned(), look, link: self.link.clone() }),
        }
    }

    /// The block that the words so far make.
    fn close(&mut self) {
        let mut spans = core::mem::take(&mut self.spans);
        if let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        spans.retain(|span| !span.text.is_empty());
        if spans.is_empty() {
            return;
        }
        let is_heading = core::mem::take(&mut self.is_heading);
        self.blocks.push(match self.item.take() {
            Some((depth, number)) => Block::Item { depth, number, spans },
            None if is_heading => Block::Heading(spans),
            None if self.quotes > 0 => Block::Quote(spans),
            None => Block::Paragraph(spans),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(text: &Text) -> Vec<(&str, Look)> {
        let Some(Block::Paragraph(spans)) = text.0.first() else { panic!("{text:?}") };
        spans.iter().map(|span| (span.text.as_str(), span.look)).collect()
    }

    #[test]
    fn words_keep_their_looks() {
        let (text, left_out) = read("At most **one** of `a<b>` or *two*\nof 2<sup>127</sup> - 1.");
        assert!(left_out.is_empty(), "{left_out:?}");
        let expected = [
            ("At most ", Look::Plain),
            ("one", Look::Strong),
            (" of ", Look::Plain),
            ("a<b>", Look::Code),
            (" or ", Look::Plain),
            ("two", Look::Emphasis),
            (" of 2", Look::Plain),
            ("127", Look::Superscript),
            (" - 1.", Look::Plain),
        ];
        assert_eq!(looks(&text), expected);
    }

    #[test]
    fn blocks_are_told_apart() {
        let (text, _) = read(
            "# Head\n\nFirst:\n\n1. one\n2. two\n   - deep `x`\n\n> said\n\n```rust,ignore\nlet a = \"<b>\";\n```\n",
        );
        let kinds: Vec<String> = text
            .0
            .iter()
            .map(|block| match block {
                Block::Heading(_) => "heading".to_owned(),
                Block::Paragraph(_) => "paragraph".to_owned(),
                Block::Quote(_) => "quote".to_owned(),
                Block::Item { depth, number, .. } => format!("item {depth} {number:?}"),
                Block::Code { language, text } => format!("{language}: {text}"),
                Block::Picture { alt, .. } => format!("picture: {alt}"),
            })
            .collect();
        let expected = [
            "heading",
            "paragraph",
            "item 0 Some(1)",
            "item 0 Some(2)",
            "item 1 None",
            "quote",
            "rust: let a = \"<b>\";",
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn what_is_left_out_is_said_and_its_words_stay() {
        let (text, left_out) = read(
            "See ![a drawing](x.png) <script>alert(1)</script> and [there](chapter.html), [here](https://example.org).",
        );
        assert_eq!(left_out, ["the picture x.png", "the tag <script>"]);
        assert_eq!(text.words(), "See a drawing alert(1) and there, here.");
        let Some(Block::Paragraph(spans)) = text.0.first() else { panic!("{text:?}") };
        let links: Vec<&str> = spans.iter().filter_map(|span| span.link.as_deref()).collect();
        assert_eq!(links, ["https://example.org"]);
    }
}
