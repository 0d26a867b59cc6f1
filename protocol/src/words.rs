//! The file of a language: one `key = "sentence with {parameters}"` a line, a subset of TOML.

/// Every sentence of one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// By the length of the key, which leaves a few dozen to look through; a list is the smallest map there is.
    sentences: Vec<Vec<(String, String)>>,
}

/// A line that is not of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsError {
    /// Counted from 1.
    pub line: usize,
}

impl Words {
    /// Reads the file's text. Blank lines and lines that begin with `#` are passed over.
    pub fn parse(text: &str) -> Result<Words, WordsError> {
        let mut sentences: Vec<Vec<(String, String)>> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = line
                .split_once('=')
                .and_then(|(key, value)| Some((key.trim().trim_matches('"'), unquote(value.trim())?)))
                .ok_or(WordsError { line: index + 1 })?;
            let length = entry.0.len();
            if sentences.len() <= length {
                sentences.resize(length + 1, Vec::new());
            }
            sentences[length].push((entry.0.to_owned(), entry.1));
        }
        Ok(Words { sentences })
    }

    /// The sentence of a key with its parameters filled in. A key that is missing shows itself, so that a test and a reader see it.
    pub fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        let Some(sentence) = self.sentence(key) else {
            return key.to_owned();
        };
        let mut said = String::with_capacity(sentence.len() + 32);
        let mut rest = sentence;
        while let Some(open) = rest.find('{') {
            said.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else {
                break;
            };
            let name = &rest[open + 1..open + close];
            match params.iter().find(|(param, _)| *param == name) {
                Some((_, value)) => said.push_str(value),
                None => said.push_str(&rest[open..=open + close]),
            }
            rest = &rest[open + close + 1..];
        }
        said.push_str(rest);
        said
    }

    fn sentence(&self, key: &str) -> Option<&str> {
        self.sentences.get(key.len())?.iter().find(|(each, _)| each == key).map(|(_, sentence)| sentence.as_str())
    }

    /// Whether the language has this key.
    pub fn has(&self, key: &str) -> bool {
        self.sentence(key).is_some()
    }

    /// All keys, the shorter ones first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.sentences.iter().flatten().map(|(key, _)| key.as_str())
    }
}

/// The text between the quotes of a basic TOML string, with `\"`, `\\` and `\n` resolved.
fn unquote(value: &str) -> Option<String> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                escaped @ ('"' | '\\') => text.push(escaped),
                _ => return None,
            },
            '"' => return None,
            _ => text.push(char),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_takes_its_parameters() {
        let words =
            Words::parse("# a comment\n\nstep.committed = \"XID {xid} is \\\"durable\\\" at {lsn}\"\n").unwrap();
        assert_eq!(
            words.say("step.committed", &[("xid", "112"), ("lsn", "0/4088")]),
            "XID 112 is \"durable\" at 0/4088"
        );
        assert_eq!(words.say("step.committed", &[("xid", "112")]), "XID 112 is \"durable\" at {lsn}");
        assert_eq!(words.say("absent", &[]), "absent");
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(Words::parse("a = \"b\"\nnonsense\n"), Err(WordsError { line: 2 }));
        assert_eq!(Words::parse("a = b\n"), Err(WordsError { line: 1 }));
    }
}
