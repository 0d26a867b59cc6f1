//! The texts in a piece of Rust.

/// Every string literal, as it is written, comments and characters passed over. Knows of Rust what our sources use.
pub fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(char) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(raw) = raw_string(rest) {
            found.push(raw.0.to_owned());
            rest = &rest[raw.1..];
        } else if char == '"' {
            let end = closing_quote(&rest[1..]);
            found.push(rest[1..1 + end].to_owned());
            rest = rest.get(end + 2..).unwrap_or("");
        } else if rest.starts_with("'\\") || (char == '\'' && rest.chars().nth(2) == Some('\'')) {
            // A character, not a lifetime.
            let skip = if rest.starts_with("'\\") { 3 } else { 1 + rest[1..].chars().next().map_or(0, char::len_utf8) };
            rest = rest[skip..].split_once('\'').map_or("", |(_, after)| after);
        } else {
            rest = &rest[char.len_utf8()..];
        }
    }
    found
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The content of a raw string that stands here, and its length with quotes.
fn raw_string(text: &str) -> Option<(&str, usize)> {
    let hashes = text.strip_prefix('r')?.bytes().take_while(|byte| *byte == b'#').count();
    let content = text[1 + hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = content.find(&close)?;
    Some((&content[..end], 1 + hashes + 1 + end + close.len()))
}

#[test]
fn literals_are_found() {
    let source = "let a = \"one\"; // \"no\"\nlet b = r#\"two \"2\"\"#; let c = '\"'; let d: &'static str = \"th\\\"ree\"; '\\'' \"4\"";
    assert_eq!(literals(source), ["one", "two \"2\"", "th\\\"ree", "4"]);
}
