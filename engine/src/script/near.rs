//! Which known word was meant.

/// The known word that is nearest to what was written, if it is near: at most one edit in short words, two in longer ones, whatever the case. The first of equals.
pub(super) fn nearest(word: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.len() > LONGEST {
        return None;
    }
    let allowed = if word.len() <= 4 { 1 } else { 2 };
    let measured = known.into_iter().map(|candidate| (edits(&word, candidate), candidate));
    measured.filter(|(edits, _)| *edits <= allowed).min_by_key(|(edits, _)| *edits).map(|(_, candidate)| candidate)
}

/// No known word is nearly as long.
const LONGEST: usize = 24;

/// How many characters must be put in, left out, replaced or swapped with their neighbour.
fn edits(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=candidate.len()).collect();
    for (row, char) in word.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in candidate.iter().enumerate() {
            let cell = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX / 2);
            let replaced = cell(&above, column) + usize::from(char != other);
            let mut least = replaced.min(cell(&above, column + 1) + 1).min(cell(&current, column) + 1);
            let swapped =
                row > 0 && column > 0 && word.get(row - 1) == Some(other) && candidate.get(column - 1) == Some(char);
            if swapped {
                least = least.min(cell(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = core::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_was_meant() {
        let known = ["backup", "recover", "note", "DELETE"];
        for (written, meant) in [
            ("bakcup", Some("backup")),
            ("BACKUP", Some("backup")),
            ("recovr", Some("recover")),
            ("delet", Some("DELETE")),
            ("nite", Some("note")),
            ("nit", None),
            ("frobnicate", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
