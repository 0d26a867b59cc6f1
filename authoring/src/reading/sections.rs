//! A lesson's text: Markdown to blocks.
//!
//! `## Title {#id}` begins a step, `### Predict`, `### Observe` and `### Explain` its parts; what stands before the first step is the introduction.

use super::lesson::{Around, Faults, Folder, TYPED, numbers};
use super::markdown::language;
use crate::lesson::{Section, holes};
use crate::text::{Block, Look, Span, Text};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Reads the text from an offset of its file on.
pub fn read(begin: usize, text: &str, folder: &Folder, around: &Around, faults: &mut Faults) -> (Text, Vec<Section>) {
    let body = text.get(begin..).unwrap_or_default();
    let mut writer = Writer {
        begin,
        folder,
        around,
        faults,
        intro: Text::default(),
        sections: Vec::new(),
        part: Part::Intro,
        spans: Vec::new(),
        number: None,
        open: Vec::new(),
        look: Look::Plain,
        link: None,
        heading: None,
        code: None,
        picture: None,
    };
    let events = Parser::new_ext(body, Options::ENABLE_HEADING_ATTRIBUTES).into_offset_iter();
    for (event, range) in events {
        writer.take(event, &range);
    }
    let Writer { intro, sections, .. } = writer;
    if intro.is_empty() {
        faults.at(begin, "there is no introduction", "begin with a paragraph that invites");
    }
    if sections.is_empty() {
        faults.at(begin, "there is no step", "begin one with `## Title {#id}`");
    }
    check(text, begin, folder, faults);
    (intro, sections)
}

/// Numbers typed by hand, and names that nothing stands for, by their lines.
fn check(text: &str, begin: usize, folder: &Folder, faults: &mut Faults) {
    let (constants, values) = known(text, folder);
    let mut offset = begin;
    for line in text.get(begin..).unwrap_or_default().split_inclusive('\n') {
        // A heading's id, an ordered list's mark and an address are no text that is read.
        let read = line.split("{#").next().unwrap_or_default();
        let mark = read.trim_start();
        let digits = mark.find(|char: char| !char.is_ascii_digit()).unwrap_or(0);
        let is_item = digits > 0 && mark.get(digits..).is_some_and(|rest| rest.starts_with(". "));
        let from = if is_item { line.len() - line.trim_start().len() + digits } else { 0 };
        for (at, number) in numbers(&without_addresses(read.get(from..).unwrap_or_default())) {
            if !constants.iter().any(|known| known == number) {
                faults.at(offset + from + at, format!("the number {number} is typed by hand"), TYPED);
            }
        }
        if let Some(values) = &values {
            for (at, name) in holes(read) {
                if !values.contains(name) {
                    faults.at(
                        offset + at,
                        format!("there is no value {name:?}"),
                        "name it under [values] of steps.toml",
                    );
                }
            }
        }
        offset += line.len();
    }
}

/// The line with blanks in place of what links lead to.
fn without_addresses(line: &str) -> String {
    let mut out = line.to_owned();
    let mut from = 0;
    while let Some(open) = out.get(from..).and_then(|rest| rest.find("](")) {
        let begin = from + open + 2;
        let Some(length) = out.get(begin..).and_then(|rest| rest.find(')')) else { break };
        out.replace_range(begin..begin + length, &" ".repeat(length));
        from = begin + length;
    }
    out
}

type Known = (Vec<String>, Option<std::collections::BTreeSet<String>>);

/// The constants of the front matter and the names of `steps.toml`; `None` where that cannot be read, which is said elsewhere.
fn known(text: &str, folder: &Folder) -> Known {
    let matter = text.split("\n+++\n").next().unwrap_or_default().trim_start_matches("+++\n");
    let table: toml::Table = matter.parse().unwrap_or_default();
    let constants = table.get("constants").and_then(toml::Value::as_table);
    let constants = constants.map(|table| table.keys().cloned().collect()).unwrap_or_default();
    let steps = folder.files.get("steps.toml").map(String::as_str).unwrap_or_default();
    let steps: Option<toml::Table> = steps.parse().ok();
    let values = steps.map(|steps| {
        let values = steps.get("values").and_then(toml::Value::as_table);
        values.map(|table| table.keys().cloned().collect()).unwrap_or_default()
    });
    (constants, values)
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Intro,
    /// In a step, before its first part.
    Between,
    Predict,
    Observe,
    Explain,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Paragraph,
    List,
    Item,
    Quote,
}

struct Writer<'a> {
    begin: usize,
    folder: &'a Folder,
    around: &'a Around,
    faults: &'a mut Faults,
    intro: Text,
    sections: Vec<Section>,
    part: Part,
    spans: Vec<Span>,
    /// The number of the next item of a numbered list.
    number: Option<u32>,
    open: Vec<Open>,
    look: Look,
    link: Option<String>,
    heading: Option<(HeadingLevel, Option<String>)>,
    code: Option<(String, String)>,
    picture: Option<(String, String)>,
}

impl Writer<'_> {
    fn wrong(&mut self, range: &Range<usize>, what: impl Into<String>, remedy: &str) {
        self.faults.at(self.begin + range.start, what, remedy);
    }

    fn put(&mut self, block: Block, range: &Range<usize>) {
        let section = self.sections.last_mut();
        let blocks = match (self.part, section) {
            (Part::Intro, _) => &mut self.intro,
            (Part::Predict, Some(section)) => &mut section.predict,
            (Part::Observe, Some(section)) => &mut section.observe,
            (Part::Explain, Some(section)) => &mut section.explain,
            _ => {
                self.wrong(
                    range,
                    "this text stands in no part of its step",
                    "put `### Predict`, `### Observe` or `### Explain` before it",
                );
                return;
            }
        };
        blocks.0.push(block);
    }

    fn say(&mut self, text: &str, look: Look) {
        if let Some((alt, _)) = &mut self.picture {
            alt.push_str(text);
        } else if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if let Some(last) = self.spans.last_mut().filter(|last| last.look == look && last.link == self.link) {
            last.text.push_str(text);
        } else {
            self.spans.push(Span { text: text.to_owned(), look, link: self.link.clone() });
        }
    }

    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.say(&text, self.look),
            Event::Code(text) => self.say(&text, Look::Code),
            Event::SoftBreak | Event::HardBreak => self.say(" ", self.look),
            _ => self.wrong(
                range,
                "this kind of Markdown has no place in a lesson",
                "use paragraphs, lists, quotes, code and pictures",
            ),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.open.push(Open::Paragraph),
            Tag::Heading { level, id, .. } => self.heading = Some((level, id.map(|id| id.to_string()))),
            Tag::BlockQuote(_) => self.open.push(Open::Quote),
            Tag::CodeBlock(kind) => self.code = Some((language(&kind), String::new())),
            Tag::List(first) => {
                if self.open.contains(&Open::Item) {
                    self.wrong(range, "a list within a list", "say it in one list");
                }
                self.number = first.map(|first| u32::try_from(first).unwrap_or(1));
                self.open.push(Open::List);
            }
            Tag::Item => self.open.push(Open::Item),
            Tag::Emphasis => self.look = Look::Emphasis,
            Tag::Strong => self.look = Look::Strong,
            Tag::Link { dest_url, .. } => {
                self.link_to(&dest_url, range);
                self.link = Some(dest_url.to_string());
            }
            Tag::Image { dest_url, .. } => self.picture = Some((String::new(), dest_url.to_string())),
            _ => self.wrong(
                range,
                "this kind of Markdown has no place in a lesson",
                "use paragraphs, lists, quotes, code and pictures",
            ),
        }
    }

    fn link_to(&mut self, to: &str, range: &Range<usize>) {
        let is_known = match to.split_once(':') {
            Some(("https", _)) => true,
            Some(("glossary", term)) => self.around.terms.contains(term),
            Some(("lesson", id)) => self.around.lessons.contains(id),
            _ => false,
        };
        if !is_known {
            self.wrong(
                range,
                format!("the link {to:?} leads nowhere"),
                "link to https://..., glossary:TERM or lesson:ID",
            );
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                self.open.pop();
                // A loose item's paragraphs are one text.
                if self.open.is_empty() && !self.spans.is_empty() {
                    let spans = std::mem::take(&mut self.spans);
                    self.put(Block::Paragraph(spans), range);
                }
            }
            TagEnd::Heading(_) => self.headed(range),
            TagEnd::BlockQuote(_) => {
                self.open.pop();
                let spans = std::mem::take(&mut self.spans);
                self.put(Block::Quote(spans), range);
            }
            TagEnd::CodeBlock => {
                let (language, code) = self.code.take().unwrap_or_default();
                self.put(Block::Code { language, text: code.trim_end().to_owned() }, range);
            }
            TagEnd::Item => {
                self.open.pop();
                let (spans, number) = (std::mem::take(&mut self.spans), self.number);
                self.number = number.map(|number| number.saturating_add(1));
                self.put(Block::Item { depth: 0, number, spans }, range);
            }
            TagEnd::List(_) => {
                self.open.pop();
            }
            TagEnd::Emphasis | TagEnd::Strong => self.look = Look::Plain,
            TagEnd::Link => self.link = None,
            TagEnd::Image => self.picture_done(range),
            _ => {}
        }
    }

    fn picture_done(&mut self, range: &Range<usize>) {
        let (alt, file) = self.picture.take().unwrap_or_default();
        if alt.trim().is_empty() {
            self.wrong(
                range,
                format!("the picture {file:?} has no description"),
                "write what it shows between the brackets: ![...](file.svg)",
            );
        }
        match self.folder.files.get(&file).cloned() {
            Some(svg) if file.ends_with(".svg") => self.put(Block::Picture { alt, svg }, range),
            _ => self.wrong(
                range,
                format!("there is no drawing {file:?}"),
                "name an .svg file that lies in the lesson's folder",
            ),
        }
    }

    fn headed(&mut self, range: &Range<usize>) {
        let Some((level, id)) = self.heading.take() else { return };
        let title: String = std::mem::take(&mut self.spans).into_iter().map(|span| span.text).collect();
        match (level, id) {
            (HeadingLevel::H2, Some(id)) => {
                if self.sections.iter().any(|section| section.id == id) {
                    self.wrong(range, format!("there is another step {id:?}"), "give each step an id of its own");
                }
                self.sections.push(Section {
                    id,
                    title,
                    predict: Text::default(),
                    observe: Text::default(),
                    explain: Text::default(),
                });
                self.part = Part::Between;
            }
            (HeadingLevel::H2, None) => {
                self.wrong(range, format!("the step {title:?} has no id"), "write `## Title {#id}`")
            }
            (HeadingLevel::H3, _) if self.part != Part::Intro => match title.as_str() {
                "Predict" => self.part = Part::Predict,
                "Observe" => self.part = Part::Observe,
                "Explain" => self.part = Part::Explain,
                _ => self.wrong(
                    range,
                    format!("{title:?} is no part of a step"),
                    "the parts are Predict, Observe and Explain",
                ),
            },
            _ => self.wrong(
                range,
                format!("the heading {title:?} has no place"),
                "steps are `## Title {#id}`, their parts `### Predict`, `### Observe`, `### Explain`",
            ),
        }
    }
}
