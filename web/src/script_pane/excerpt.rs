//! Where in a text a place is: the line to show, and the positions that a textbox counts by.
//!
//! Places count characters; a textbox counts UTF-16 units. Both are found by one walk over the text.

use pitr_protocol::Place;

/// The line of a place, cut where the place begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub before: String,
    /// What the place covers: at least one character, a space past the end of the line.
    pub covered: String,
    pub after: String,
    /// The place in UTF-16 units from the beginning of the text.
    pub start_utf16: u32,
    pub end_utf16: u32,
}

/// The line that a place is in; `None` if the text has no such line.
pub fn excerpt(text: &str, place: Place) -> Option<Excerpt> {
    let number = (place.line as usize).checked_sub(1)?;
    let line = text.split('\n').nth(number)?;
    let line_start: usize = text.split('\n').take(number).map(|line| utf16_len(line) + 1).sum();
    let shown = line.trim_end_matches('\r');
    let column = place.column.saturating_sub(1) as usize;
    let before: String = shown.chars().take(column).collect();
    let covered: String = shown.chars().skip(column).take(place.width.max(1) as usize).collect();
    let after: String = shown.chars().skip(column + covered.chars().count()).collect();
    let start = line_start + utf16_len(&before);
    let end = start + utf16_len(&covered);
    let covered = if covered.is_empty() { " ".to_owned() } else { covered };
    Some(Excerpt { before, covered, after, start_utf16: start as u32, end_utf16: end as u32 })
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, line: u32, column: u32, width: u32, parts: [&str; 3], utf16: (u32, u32)) {
        let found = excerpt(text, Place { line, column, width }).unwrap();
        assert_eq!([found.before.as_str(), found.covered.as_str(), found.after.as_str()], parts);
        assert_eq!((found.start_utf16, found.end_utf16), utf16);
    }

    #[test]
    fn a_word_is_cut_out_of_its_line() {
        check(
            "# title\n03:00:00 admin DELTE FROM users\n",
            2,
            16,
            5,
            ["03:00:00 admin ", "DELTE", " FROM users"],
            (23, 28),
        );
    }

    #[test]
    fn the_end_of_a_line_has_room_for_a_mark() {
        check("abc\r\ndef", 1, 4, 1, ["abc", " ", ""], (3, 3));
        check("abc\r\ndef", 2, 9, 4, ["def", " ", ""], (8, 8));
    }

    #[test]
    fn a_textbox_counts_otherwise_than_a_reader() {
        check("ü𝄞 x", 1, 4, 1, ["ü𝄞 ", "x", ""], (4, 5));
    }

    #[test]
    fn no_such_line() {
        assert_eq!(excerpt("a\nb", Place { line: 3, column: 1, width: 1 }), None);
        assert_eq!(excerpt("a\nb", Place { line: 0, column: 1, width: 1 }), None);
    }
}
