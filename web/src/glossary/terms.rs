//! The terms: what an author wrote in `lessons/content/glossary/`, read once, and found by what somebody looks for.

/// A term a line, see `build.rs`.
const LINES: &str = include_str!(concat!(env!("OUT_DIR"), "/glossary.txt"));

/// A term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub id: &'static str,
    pub name: &'static str,
    pub definition: &'static str,
    /// The ids of its kin, with spaces between.
    kin: &'static str,
}

impl Term {
    fn read(line: &'static str) -> Option<Term> {
        let mut parts = line.split('\t');
        Some(Term { id: parts.next()?, name: parts.next()?, definition: parts.next()?, kin: parts.next()? })
    }

    /// The forms in which a label may have it: "Write-ahead log (WAL)" is called by either, and each in the plural.
    fn is_called(&self, label: &str) -> bool {
        let (first, second) = self.name.split_once(" (").unwrap_or((self.name, ""));
        [first, second.trim_end_matches(')')].into_iter().filter(|form| !form.is_empty()).any(|form| {
            let rest = label.get(..form.len()).filter(|begin| begin.eq_ignore_ascii_case(form));
            rest.is_some_and(|begin| matches!(&label[begin.len()..], "" | "s"))
        })
    }
}

/// All terms, as their author put them.
#[derive(Debug)]
pub struct Terms(Vec<Term>);

impl Terms {
    pub fn all() -> Terms {
        Terms(LINES.lines().filter_map(Term::read).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn of(&self, id: &str) -> Option<Term> {
        self.0.iter().find(|term| term.id == id).copied()
    }

    /// The terms to read on with.
    pub fn kin(&self, term: Term) -> impl Iterator<Item = Term> {
        term.kin.split(' ').filter_map(|id| self.of(id))
    }

    /// The term that a label is the name of.
    pub fn called(&self, label: &str) -> Option<Term> {
        self.0.iter().find(|term| term.is_called(label)).copied()
    }

    /// What has all of the words in it, by name: those whose name begins so come first.
    pub fn search(&self, words: &str) -> Vec<Term> {
        let words = words.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let has_all = |text: String| words.iter().all(|word| text.contains(word));
        let mut found: Vec<Term> = self
            .0
            .iter()
            .filter(|term| has_all(format!("{} {}", term.name, term.definition).to_lowercase()))
            .copied()
            .collect();
        let rank = |term: &Term| {
            let name = term.name.to_lowercase();
            let rank = match words.first() {
                Some(word) if name.starts_with(word) => 0,
                Some(_) if has_all(name.clone()) => 1,
                _ => 2,
            };
            (rank, name)
        };
        found.sort_by_key(rank);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_reads_and_its_kin_is_there() {
        let terms = Terms::all();
        assert_eq!(terms.len(), LINES.lines().count());
        assert!(terms.len() >= 120);
        for term in &terms.0 {
            assert!(!term.definition.is_empty(), "{}", term.id);
            assert_eq!(terms.kin(*term).count(), term.kin.split(' ').count(), "{}", term.id);
        }
    }

    #[test]
    fn labels_are_known_by_either_name_and_in_the_plural() {
        let terms = Terms::all();
        let id = |label: &str| terms.called(label).map(|term| term.id);
        assert_eq!(id("WAL"), Some("wal"));
        assert_eq!(id("write-ahead log"), Some("wal"));
        assert_eq!(id("Snapshots"), Some("base-backup"));
        assert_eq!(id("Restore points"), Some("restore-point"));
        assert_eq!(id("Restore point 7"), None);
        assert_eq!(id("Ünknown"), None);
        assert_eq!(id(""), None);
    }

    #[test]
    fn what_begins_so_is_found_first() {
        let terms = Terms::all();
        let found = terms.search("time");
        assert!(found.len() > 3 && found[0].name.to_lowercase().starts_with("time"));
        assert!(terms.search("torn PAGE").iter().any(|term| term.id == "full-page-image"));
        assert_eq!(terms.search("").len(), terms.len());
        assert!(terms.search("zzz").is_empty());
    }
}
