//! The lessons that there are, as the build has found them: enough for the course map, before any engine is asked.

/// A lesson in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub id: &'static str,
    pub number: &'static str,
    pub title: &'static str,
    pub idea: &'static str,
    pub minutes: &'static str,
    pub steps: usize,
}

/// All of them, in the order of their numbers.
pub fn all() -> impl Iterator<Item = Entry> {
    include_str!(concat!(env!("OUT_DIR"), "/lessons.txt")).lines().filter_map(|line| {
        let mut parts = line.split('\t');
        Some(Entry {
            number: parts.next()?,
            id: parts.next()?,
            title: parts.next()?,
            idea: parts.next()?,
            minutes: parts.next()?,
            steps: parts.next()?.parse().ok()?,
        })
    })
}

/// The one behind a lesson.
pub fn behind(id: &str) -> Option<Entry> {
    all().skip_while(|entry| entry.id != id).nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lesson_is_the_first() {
        let entries: Vec<Entry> = all().collect();
        assert_eq!(entries[0].id, "one-bad-write");
        assert!(entries.iter().all(|entry| entry.steps > 0 && !entry.title.is_empty() && !entry.idea.is_empty()));
        assert_eq!(behind(entries[entries.len() - 1].id), None);
    }
}
