//! A table of a TOML file, read key by key, with a place for everything that is wrong with it.

use super::finding::{Finding, Weight};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is being read, and what is to be said of it so far.
#[derive(Debug)]
pub struct File<'a> {
    text: &'a str,
    findings: RefCell<Vec<Finding>>,
}

impl<'a> File<'a> {
    pub fn new(text: &'a str) -> File<'a> {
        File { text, findings: RefCell::default() }
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    pub fn error(&self, at: usize, what: String, remedy: impl Into<String>) {
        self.find(Weight::Error, at, what, remedy.into());
    }

    pub fn warning(&self, at: usize, what: String, remedy: impl Into<String>) {
        self.find(Weight::Warning, at, what, remedy.into());
    }

    fn find(&self, weight: Weight, at: usize, what: String, remedy: String) {
        self.findings.borrow_mut().push(Finding { weight, line: self.line(at), what, remedy });
    }

    /// What was found, in the order of its lines.
    pub fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|finding| finding.line);
        findings
    }
}

/// A table, and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, 'i> {
    pub file: &'a File<'i>,
    pub name: &'a str,
    pub at: usize,
    keys: &'a DeTable<'i>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub fn new(file: &'a File<'i>, name: &'a str, at: usize, keys: &'a DeTable<'i>) -> Table<'a, 'i> {
        Table { file, name, at, keys }
    }

    /// Its keys and their values, as they come.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, &'a Spanned<DeValue<'i>>)> {
        self.keys.iter().map(|(key, value)| (key.get_ref().as_ref(), value))
    }

    pub fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.keys.iter().find(|(own, _)| own.get_ref() == key).map(|(_, value)| value)
    }

    /// Warns of keys that are none of these.
    pub fn knows(&self, known: &[&str]) {
        for key in self.keys.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let said = format!("`{}` is no key of {}, and changes nothing", key.get_ref(), self.name);
            let remedy = match near(key.get_ref(), known) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("leave it out, or write one of {}", known.join(", ")),
            };
            self.file.warning(key.span().start, said, remedy);
        }
    }

    /// Says that a key has a value of another kind.
    fn wants(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, remedy: &str) {
        let what =
            format!("`{key}` of {} is {} here, and wants {wanted}", self.name, article(value.get_ref().type_str()));
        self.file.error(value.span().start, what, remedy);
    }

    /// The key's table; an error is said if it is lacking or none.
    pub fn table(&self, key: &str, name: &'a str) -> Option<Table<'a, 'i>> {
        let Some(value) = self.value(key) else {
            self.lacks(key, &format!("write `{key}.{key} = \"...\"`"));
            return None;
        };
        match value.get_ref().as_table() {
            Some(keys) => Some(Table { file: self.file, name, at: value.span().start, keys }),
            None => {
                self.wants(key, value, "a table", &format!("write `{key}.{key} = \"...\"`"));
                None
            }
        }
    }

    pub fn lacks(&self, key: &str, remedy: &str) {
        self.file.error(self.at, format!("{} has no `{key}`", self.name), remedy);
    }

    /// The key's text, if it is there; an error is said of anything else.
    pub fn text(&self, key: &str) -> Option<(String, usize)> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), value.span().start)),
            None => {
                self.wants(key, value, "a text", "put it in quotes");
                None
            }
        }
    }

    /// The key's text, which must be there.
    pub fn must_say(&self, key: &str) -> Option<(String, usize)> {
        if self.value(key).is_none() {
            self.lacks(key, &format!("write `{key} = \"...\"`"));
        }
        self.text(key)
    }

    /// The key's texts: none if it is not there, and `None` if it holds anything else.
    pub fn texts(&self, key: &str) -> Option<Vec<(String, usize)>> {
        let Some(value) = self.value(key) else { return Some(Vec::new()) };
        let Some(items) = value.get_ref().as_array() else {
            self.wants(key, value, "a list of texts", "put it between [ and ]");
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span().start)),
                None => {
                    self.wants(key, item, "texts alone", "put each of them in quotes");
                    return None;
                }
            }
        }
        Some(texts)
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wants(key, value, "true or false", "write true or false, without quotes");
        }
        flag
    }

    /// A whole number from 0 on.
    pub fn number(&self, key: &str) -> Option<u64> {
        let value = self.value(key)?;
        let digits = value.get_ref().as_integer().map(|number| (number.as_str().replace('_', ""), number.radix()));
        let number = digits.and_then(|(digits, radix)| u64::from_str_radix(&digits, radix).ok());
        if number.is_none() {
            self.wants(key, value, "a whole number from 0 on", "write digits, without quotes");
        }
        number
    }

    /// Names, and a text for each.
    pub fn named_texts(&self, key: &'a str) -> Vec<(String, String)> {
        if self.value(key).is_none() {
            return Vec::new();
        }
        let Some(table) = self.table(key, key) else { return Vec::new() };
        table.entries().filter_map(|(name, _)| Some((name.to_owned(), table.text(name)?.0))).collect()
    }
}

/// The key that somebody has meant by another.
pub fn near<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let typed = plain(typed);
    let far = |known: &str| distance(&typed, &plain(known));
    let nearest = known.iter().copied().min_by_key(|known| far(known))?;
    (far(nearest) <= 2 && far(nearest) * 2 < typed.chars().count().max(1)).then_some(nearest)
}

/// How many letters must be put in, taken away or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, char) in a.chars().take(64).enumerate() {
        let mut corner = line;
        let mut last = line + 1;
        if let Some(first) = row.first_mut() {
            *first = last;
        }
        for (own, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let here = (corner + usize::from(*own != char)).min(last + 1).min(*cell + 1);
            corner = core::mem::replace(cell, here);
            last = here;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_meant_is_found() {
        let known = ["answerIndex", "sortAnswers", "distractors", "prompt"];
        assert_eq!(near("answer_index", &known), Some("answerIndex"));
        assert_eq!(near("distractor", &known), Some("distractors"));
        assert_eq!(near("promt", &known), Some("prompt"));
        assert_eq!(near("colour", &known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
