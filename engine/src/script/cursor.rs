//! The lexer: a place in a line, and what can be read from there.
//!
//! The same characters mean different things in different places (`02:00:00`, `app-1` and `0/3A40` are words for the operator, `stock-1` is three
//! tokens for SQL), so whoever reads says which it wants: a [`Cursor::word`] or a [`Cursor::token`].

use super::errors::{Fault, Place, ScriptError, clip};

/// The statement part of a line, and how far it has been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    number: u32,
    line: &'a str,
    at: usize,
    end: usize,
}

/// A token of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    /// Digits and whatever letters, digits, dots and underscores follow.
    Number(&'a str),
    Text(String),
    /// `( ) , * + - = < <= <> != > >=`, or any other character.
    Symbol(&'a str),
    End,
}

/// A line without its comment, and the comment.
pub(super) fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    let hash = line.char_indices().find(|(_, char)| {
        quoted ^= *char == '\'';
        *char == '#' && !quoted
    });
    match hash.and_then(|(at, _)| line.split_at_checked(at)) {
        Some((code, comment)) => (code, Some(comment)),
        None => (line, None),
    }
}

impl<'a> Cursor<'a> {
    /// At the beginning of a line that has no comment. Blanks and `;` at its end do not count.
    pub fn new(number: u32, line: &'a str) -> Cursor<'a> {
        let end = line.trim_end_matches(|char: char| char.is_whitespace() || char == ';').len();
        let mut cursor = Cursor { number, line, at: 0, end };
        cursor.skip_blanks();
        cursor
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a str {
        self.line.get(self.at..self.end).unwrap_or_default()
    }

    /// The number of its line, counted from 1.
    pub fn line_number(&self) -> u32 {
        self.number
    }

    /// Takes all that is left.
    pub fn take_rest(&mut self) {
        self.at = self.end;
    }

    /// Whether all has been read.
    pub fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes as much of the rest as belongs, then the blanks behind it.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|char| !belongs(char)).unwrap_or(rest.len());
        self.take(length)
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at += taken.len();
        self.skip_blanks();
        taken
    }

    /// A word of an operator's statement: up to a blank, quote, comma, parenthesis or semicolon. Empty if there is none.
    pub fn word(&mut self) -> &'a str {
        self.take_while(|char| !char.is_whitespace() && !matches!(char, '\'' | ',' | '(' | ')' | ';'))
    }

    /// A verb or a session's name: letters, digits, `_`, `-` and `.`. Empty if there is none.
    pub fn head(&mut self) -> &'a str {
        self.take_while(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.'))
    }

    /// The next token of SQL.
    pub fn token(&mut self) -> Result<Token<'a>, ScriptError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        let in_word = |char: char| char.is_alphanumeric() || char == '_';
        Ok(match first {
            '\'' => Token::Text(self.text()?),
            _ if first.is_ascii_digit() => Token::Number(self.take_while(|char| in_word(char) || char == '.')),
            _ if in_word(first) => Token::Name(self.take_while(in_word)),
            _ if ["<=", "<>", "!=", ">="].iter().any(|symbol| rest.starts_with(symbol)) => Token::Symbol(self.take(2)),
            _ => Token::Symbol(self.take(first.len_utf8())),
        })
    }

    /// A quoted text, if one is next; a quote in it is written twice.
    pub fn text(&mut self) -> Result<String, ScriptError> {
        let from = *self;
        let Some(mut rest) = self.rest().strip_prefix('\'') else {
            return Err(from.expected("'TEXT'"));
        };
        let mut text = String::new();
        loop {
            let Some((piece, behind)) = rest.split_once('\'') else {
                let fault = Fault::UnterminatedText { text: clip(from.rest()) };
                return Err(from.fault_over(from.rest(), fault));
            };
            text.push_str(piece);
            let Some(more) = behind.strip_prefix('\'') else {
                self.at = self.end - behind.len();
                self.skip_blanks();
                return Ok(text);
            };
            text.push('\'');
            rest = more;
        }
    }

    /// Takes a keyword of SQL, in any case.
    pub fn keyword(&mut self, keyword: &'static str) -> Result<(), ScriptError> {
        if self.takes(keyword) { Ok(()) } else { Err(self.expected(keyword)) }
    }

    /// Takes a keyword of SQL if it is next.
    pub fn takes(&mut self, keyword: &str) -> bool {
        let mut ahead = *self;
        let taken = matches!(ahead.token(), Ok(Token::Name(name)) if name.eq_ignore_ascii_case(keyword));
        if taken {
            *self = ahead;
        }
        taken
    }

    /// Takes a symbol of SQL if it is next.
    pub fn takes_symbol(&mut self, symbol: &str) -> bool {
        let mut ahead = *self;
        let taken = matches!(ahead.token(), Ok(Token::Symbol(found)) if found == symbol);
        if taken {
            *self = ahead;
        }
        taken
    }

    /// Takes a word of an operator's statement if it is next.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let mut ahead = *self;
        let taken = ahead.word().eq_ignore_ascii_case(word);
        if taken {
            *self = ahead;
        }
        taken
    }

    /// Nothing may follow.
    pub fn finish(&self) -> Result<(), ScriptError> {
        if self.is_at_end() {
            return Ok(());
        }
        Err(self.fault_over(self.rest(), Fault::LeftOver { found: clip(self.rest()) }))
    }

    /// Something else stands here, or nothing.
    pub fn expected(&self, expected: &'static str) -> ScriptError {
        let mut ahead = *self;
        let start = self.rest();
        let length = match ahead.token() {
            Ok(Token::End) => return self.fault_over("", Fault::EndsEarly { expected }),
            Ok(_) => self.line.get(self.at..ahead.at).unwrap_or_default().trim_end().len(),
            Err(_) => start.len(),
        };
        let found = start.get(..length).unwrap_or_default();
        self.fault_over(found, Fault::UnexpectedWord { found: clip(found), expected })
    }

    /// The same, showing a whole word of an operator's statement.
    pub fn expected_word(&self, expected: &'static str) -> ScriptError {
        let found = { *self }.word();
        if found.is_empty() {
            return self.expected(expected);
        }
        self.fault_over(found, Fault::UnexpectedWord { found: clip(found), expected })
    }

    /// A fault that covers what was read, beginning here.
    pub fn fault_over(&self, covered: &str, fault: Fault) -> ScriptError {
        ScriptError { place: self.place_over(covered), fault }
    }

    /// The place of what was read, beginning here.
    pub fn place_over(&self, covered: &str) -> Place {
        let before = self.line.get(..self.at).unwrap_or_default();
        // Where nothing is left the place is just behind the last character.
        let column = if covered.is_empty() { before.trim_end() } else { before }.chars().count();
        let count = |chars: usize| u32::try_from(chars).unwrap_or(u32::MAX);
        Place { line: self.number, column: count(column + 1), width: count(covered.chars().count().max(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(line: &str) -> Vec<Token<'_>> {
        let mut cursor = Cursor::new(1, line);
        core::iter::from_fn(|| Some(cursor.token().unwrap()).filter(|token| *token != Token::End)).collect()
    }

    #[test]
    fn sql_comes_apart() {
        use Token::{Name, Number, Symbol};
        let text = |text: &str| Token::Text(text.to_owned());
        for (line, expected) in [
            ("a-1", vec![Name("a"), Symbol("-"), Number("1")]),
            ("a<=1.5x", vec![Name("a"), Symbol("<="), Number("1.5x")]),
            ("t('it''s',NULL);", vec![Name("t"), Symbol("("), text("it's"), Symbol(","), Name("NULL"), Symbol(")")]),
            ("''''", vec![text("'")]),
            ("''", vec![text("")]),
            ("\u{a0}é_1\u{a0} ;; ", vec![Name("é_1")]),
            ("<>", vec![Symbol("<>")]),
            ("", vec![]),
        ] {
            assert_eq!(tokens(line), expected, "{line}");
        }
    }

    #[test]
    fn a_comment_begins_outside_quotes() {
        for (line, code, comment) in [
            ("note 'a # b' # c", "note 'a # b' ", Some("# c")),
            ("# all", "", Some("# all")),
            ("note 'it''s # in'", "note 'it''s # in'", None),
            ("note 'open # in", "note 'open # in", None),
        ] {
            assert_eq!(split_comment(line), (code, comment));
        }
    }

    #[test]
    fn a_fault_covers_characters_not_bytes() {
        let mut cursor = Cursor::new(3, "  né 'ö' rest of it ");
        cursor.head();
        cursor.text().unwrap();
        let error = cursor.finish().unwrap_err();
        assert_eq!(error.place, Place { line: 3, column: 10, width: 10 });
        cursor.word();
        cursor.word();
        cursor.word();
        assert_eq!(cursor.expected("X").place, Place { line: 3, column: 20, width: 1 });
    }
}
