//! Texts with names in braces.

/// Names and what they stand for.
pub type Facts = Vec<(&'static str, String)>;

/// The text with its names filled in. A name that has no fact stays as it is, so that a reader and a test see it.
pub fn fill(template: &str, facts: &Facts) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut pieces = template.split('{');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let fact = piece.split_once('}').and_then(|(name, behind)| {
            let (_, value) = facts.iter().find(|(known, _)| *known == name)?;
            Some((value, behind))
        });
        match fact {
            Some((value, behind)) => {
                text.push_str(value);
                text.push_str(behind);
            }
            None => {
                text.push('{');
                text.push_str(piece);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in() {
        let facts = vec![("xid", "113".to_owned()), ("time", "03:00:00".to_owned())];
        assert_eq!(fill("XID {xid} at {time}.", &facts), "XID 113 at 03:00:00.");
        assert_eq!(fill("{unknown} {xid", &facts), "{unknown} {xid");
        assert_eq!(fill("", &facts), "");
    }
}
