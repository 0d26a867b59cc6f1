//! The text in a link: lines of a word and its value, an empty line, the script.

use super::{LinkError, LinkedScript, LinkedTarget, Permalink, clip};
use core::fmt::Write as _;

/// The text of a link.
pub fn write(link: &Permalink) -> String {
    let mut text = String::new();
    let own = match &link.script {
        LinkedScript::Own(own) => {
            text.push_str("script");
            own
        }
        LinkedScript::Shipped { stem, commands, own } => {
            text.push_str("scenario ");
            first_of_two(stem, &mut text);
            if let Some(commands) = commands {
                // Writing to a text does not fail, here and below.
                let _ = write!(text, " {commands}");
            }
            own
        }
    };
    if let Some(step) = link.step {
        let _ = write!(text, "\nstep {step}");
    }
    if let Some(target) = &link.target {
        line("target", &target.kind, Some(&target.text), &mut text);
        if !target.inclusive {
            text.push_str("\nexclusive");
        }
        for (word, value) in [("backup", &target.backup), ("timeline", &target.timeline), ("action", &target.action)] {
            if let Some(value) = value {
                line(word, value, None, &mut text);
            }
        }
    }
    for (name, value) in &link.view {
        line("view", name, Some(value), &mut text);
    }
    text.push_str("\n\n");
    text.push_str(own);
    text
}

/// A line of a word and one value or two.
fn line(word: &str, first: &str, second: Option<&str>, text: &mut String) {
    text.push('\n');
    text.push_str(word);
    text.push(' ');
    match second {
        None => escape(first, text),
        Some(second) => {
            first_of_two(first, text);
            text.push(' ');
            escape(second, text);
        }
    }
}

/// A value that ends at the next blank.
fn first_of_two(value: &str, text: &mut String) {
    let mut escaped = String::new();
    escape(value, &mut escaped);
    text.push_str(&escaped.replace(' ', "\\s"));
}

/// The value in one line.
fn escape(value: &str, text: &mut String) {
    for char in value.chars() {
        match char {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

/// What [`escape`] was given; `None` for what it does not write.
fn unescape(text: &str) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        value.push(match char {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                's' => ' ',
                _ => return None,
            },
            other => other,
        });
    }
    Some(value)
}

/// What a link's text says.
pub fn read(text: &str) -> Result<Permalink, LinkError> {
    let (head, own) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = (1..).zip(head.split('\n'));
    let wrong = |line: usize, text: &str| LinkError::Line { line, text: clip(text) };
    let first = lines.next().map_or("", |(_, line)| line);
    let script = first_line(first, own).ok_or_else(|| wrong(1, first))?;
    let mut link = Permalink { script, step: None, target: None, view: Vec::new() };
    for (number, text) in lines {
        take(text, &mut link).ok_or_else(|| wrong(number, text))?;
    }
    Ok(link)
}

fn first_line(line: &str, own: &str) -> Option<LinkedScript> {
    if line == "script" {
        return Some(LinkedScript::Own(own.to_owned()));
    }
    let named = line.strip_prefix("scenario ")?;
    let (stem, commands) = match named.rsplit_once(' ') {
        Some((stem, commands)) => (stem, Some(commands.parse().ok()?)),
        None => (named, None),
    };
    Some(LinkedScript::Shipped { stem: unescape(stem)?, commands, own: own.to_owned() })
}

/// Takes up what a line says, if it says something.
fn take(line: &str, link: &mut Permalink) -> Option<()> {
    let (word, value) = line.split_once(' ').unwrap_or((line, ""));
    let two = || value.split_once(' ').and_then(|(name, value)| Some((unescape(name)?, unescape(value)?)));
    let target = link.target.as_mut();
    match word {
        "step" => link.step = Some(value.parse().ok()?),
        "target" => {
            let (kind, text) = two()?;
            let (backup, timeline, action) = (None, None, None);
            link.target = Some(LinkedTarget { kind, text, inclusive: true, backup, timeline, action });
        }
        "exclusive" if value.is_empty() => target?.inclusive = false,
        "backup" => target?.backup = Some(unescape(value)?),
        "timeline" => target?.timeline = Some(unescape(value)?),
        "action" => target?.action = Some(unescape(value)?),
        "view" => link.view.push(two()?),
        _ => return None,
    }
    Some(())
}
