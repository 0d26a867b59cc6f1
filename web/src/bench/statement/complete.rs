//! How a statement may go on, by what stands before the caret. Pure: it is given the text and the names.
//!
//! It knows the beginnings of statements, and no grammar: what is offered is likely, and whether it can be is for the engine to say.

use pitr_protocol::bench::Names;

/// What may come in the place of the word before the caret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The word that is being written: its bytes in the text.
    pub from: usize,
    pub to: usize,
    /// What it may become, the likeliest first.
    pub options: Vec<String>,
}

/// Options at a time.
const OPTIONS: usize = 8;

/// What stands before the word, and the words that may follow: the longest ending that fits counts. `TABLE` is the table's name before.
const AFTER: [(&str, &[&str]); 52] = [
    ("insert", &["INTO"]),
    ("insert into TABLE", &["VALUES (", "("]),
    ("delete", &["FROM", "backup", "segment"]),
    ("delete from TABLE", &["WHERE"]),
    ("select", &["* FROM"]),
    ("*", &["FROM"]),
    ("from TABLE", &["WHERE"]),
    ("update TABLE", &["SET"]),
    ("create", &["TABLE", "SEQUENCE"]),
    ("drop", &["TABLE"]),
    ("alter", &["TABLE"]),
    ("alter table TABLE", &["ADD COLUMN"]),
    ("rollback", &["TO"]),
    ("switch", &["segment", "over"]),
    ("restore", &["point", "table"]),
    ("restore table TABLE", &["into", "from recovery"]),
    ("backup", &["start", "stop"]),
    ("recover", &["to", "from"]),
    ("recover to", &["time", "lsn", "xid", "name", "immediate", "end"]),
    ("recover from BACKUP", &["to"]),
    ("continue", &["to"]),
    ("to", &["time", "lsn", "xid", "name", "immediate", "end"]),
    ("immediate", &["pause", "shutdown", "along"]),
    ("end", &["pause", "shutdown", "along"]),
    ("along", &["latest", "current"]),
    ("workload TABLE", &["every"]),
    ("every", &["10s", "1m"]),
    ("10s", &["inserts", "transfers", "mixed"]),
    ("1m", &["inserts", "transfers", "mixed"]),
    ("inserts", &["5"]),
    ("transfers", &["2"]),
    ("mixed", &["5"]),
    ("crash", &["tearing pages"]),
    ("lose", &["primary", "segment", "backup", "history", "key", "file"]),
    ("stop", &["archiver", "streaming"]),
    ("start", &["archiver", "streaming"]),
    ("archiver", &["lies", "duplicates", "truncates", "slow"]),
    ("flip", &["bit"]),
    ("bit", &["800 of"]),
    ("of", &["segment", "page", "file"]),
    ("fill", &["disk"]),
    ("cut", &["segment"]),
    ("delay", &["segment"]),
    ("corrupt", &["record"]),
    ("hold", &["backup"]),
    ("release", &["backup"]),
    ("rotate", &["key"]),
    ("clock", &["drift"]),
    ("explain TABLE", &["1"]),
    ("invariant", &["money:"]),
    ("set", &["lock_timeout"]),
    ("begin", &["ISOLATION LEVEL"]),
];

/// What a table's name, a backup's or a sequence's stands behind.
const TABLES_AFTER: [&str; 10] = [
    "insert into",
    "from",
    "update",
    "truncate",
    "drop table",
    "alter table",
    "workload",
    "restore table",
    "explain",
    "page 0 of",
];
const BACKUPS_AFTER: [&str; 8] =
    ["hold backup", "release backup", "delete backup", "lose backup", "verify", "merge", "recover from", "of backup"];
const COLUMNS_AFTER: [&str; 8] = ["where", "and", "or", "set", ",", "(", "by", "not"];

/// How the text may go on at the caret, a place in bytes.
pub fn complete(text: &str, caret: usize, names: &Names) -> Completion {
    let caret = if text.is_char_boundary(caret) { caret } else { text.len() };
    let (before, behind) = text.split_at(caret);
    let from = before.char_indices().rfind(|(_, char)| is_between(*char)).map_or(0, |(at, char)| at + char.len_utf8());
    let to = caret + behind.find(is_between).unwrap_or(behind.len());
    let word = &before[from..];
    // Within a text nothing is known.
    if before[..from].matches('\'').count() % 2 == 1 {
        return Completion { from, to, options: Vec::new() };
    }
    let words = words(&before[..from], names);
    let mut options = candidates(&words, names);
    options.retain(|option| starts_with(option, word) && option != word);
    let mut seen: Vec<String> = Vec::new();
    options.retain(|option| {
        let is_new = !seen.contains(option);
        seen.push(option.clone());
        is_new
    });
    options.truncate(OPTIONS);
    Completion { from, to, options }
}

/// The text with an option taken, and where the caret stands then.
pub fn taken(text: &str, completion: &Completion, option: &str) -> (String, usize) {
    let rest = text.get(completion.to..).unwrap_or_default();
    let gap = if rest.starts_with(' ') || option.ends_with('(') { "" } else { " " };
    let begin = text.get(..completion.from).unwrap_or_default();
    let caret = begin.len() + option.len() + if option.ends_with('(') { 0 } else { 1 };
    ([begin, option, gap, rest].concat(), caret)
}

fn is_between(char: char) -> bool {
    char.is_whitespace() || "(),=<>".contains(char)
}

fn starts_with(option: &str, word: &str) -> bool {
    option.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

/// The words before the one that is being written, in small letters; signs are words, and the names of tables and backups are said as such.
fn words(text: &str, names: &Names) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    for char in text.chars() {
        match char {
            space if space.is_whitespace() => words.push(String::new()),
            sign if is_between(sign) => words.extend([sign.to_string(), String::new()]),
            letter => {
                if let Some(word) = words.last_mut() {
                    word.extend(letter.to_lowercase());
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    let name = |word: String| match () {
        () if names.tables.iter().any(|(table, _)| *table == word) => format!("TABLE {word}"),
        () if names.backups.iter().any(|label| label.eq_ignore_ascii_case(&word)) => format!("BACKUP {word}"),
        () => word,
    };
    words.into_iter().map(name).collect()
}

fn candidates(words: &[String], names: &Names) -> Vec<String> {
    if words.is_empty() {
        return names.verbs.clone();
    }
    let mut options = Vec::new();
    let ends = |ending: &str| {
        let ending: Vec<&str> = ending.split(' ').collect();
        words.len().checked_sub(ending.len()).is_some_and(|skip| {
            words[skip..]
                .iter()
                .zip(&ending)
                .all(|(word, wanted)| word.split(' ').next() == Some(wanted) || word == wanted)
        })
    };
    if TABLES_AFTER.iter().any(|place| ends(place)) && !ends("recover from") {
        options.extend(names.tables.iter().map(|(table, _)| table.clone()));
    }
    if BACKUPS_AFTER.iter().any(|place| ends(place)) {
        options.extend(names.backups.iter().rev().cloned());
    }
    if ends("nextval") {
        options.extend(names.sequences.iter().cloned());
    }
    if ends("to name") {
        options.extend(names.restore_points.iter().rev().map(|point| format!("'{}'", point.replace('\'', "''"))));
    }
    let table = words.iter().rev().find_map(|word| word.strip_prefix("TABLE "));
    if let Some((_, columns)) = names.tables.iter().find(|(name, _)| Some(name.as_str()) == table)
        && COLUMNS_AFTER.iter().any(|place| ends(place))
        && !words.iter().any(|word| word == "values")
    {
        options.extend(columns.iter().cloned());
    }
    let longest = AFTER.iter().filter(|(place, _)| ends(place)).max_by_key(|(place, _)| place.split(' ').count());
    if let Some((_, following)) = longest {
        options.extend(following.iter().map(|word| (*word).to_owned()));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Names {
            verbs: own(&["BEGIN", "INSERT INTO", "DELETE FROM", "recover", "restore point", "restart", "verify"]),
            tables: vec![("users".into(), own(&["id", "name", "city"])), ("orders".into(), own(&["id", "amount"]))],
            sequences: own(&["ids"]),
            backups: own(&["b1", "b2"]),
            restore_points: own(&["before the import", "it's late"]),
        }
    }

    fn offered(text: &str) -> Vec<String> {
        complete(text, text.len(), &names()).options
    }

    #[test]
    fn verbs_begin_a_statement() {
        assert_eq!(offered("re"), ["recover", "restore point", "restart"]);
        assert_eq!(offered("ins"), ["INSERT INTO"]);
        assert_eq!(offered("nothing"), Vec::<String>::new());
    }

    #[test]
    fn tables_stand_behind_what_takes_one() {
        for text in ["INSERT INTO ", "delete from ", "SELECT * FROM ", "UPDATE ", "drop table ", "workload "] {
            assert_eq!(offered(text), ["users", "orders"], "{text}");
        }
        assert_eq!(offered("DELETE FROM o"), ["orders"]);
        assert_eq!(offered("DELETE FROM users "), ["WHERE"]);
        assert_eq!(offered("CREATE TABLE "), Vec::<String>::new());
    }

    #[test]
    fn columns_are_those_of_the_table() {
        assert_eq!(offered("DELETE FROM users WHERE "), ["id", "name", "city"]);
        assert_eq!(offered("UPDATE orders SET a"), ["amount"]);
        assert_eq!(offered("UPDATE orders SET amount = 3, "), ["id", "amount"]);
        assert_eq!(offered("INSERT INTO users (id, n"), ["name"]);
        assert_eq!(offered("INSERT INTO users VALUES (1, "), Vec::<String>::new(), "values are no columns");
    }

    #[test]
    fn backups_points_and_sequences_are_known_by_name() {
        assert_eq!(offered("verify "), ["b2", "b1"]);
        assert_eq!(offered("lose backup b"), ["b2", "b1"]);
        assert_eq!(offered("recover from "), ["b2", "b1"]);
        assert_eq!(offered("recover from b1 "), ["to"]);
        assert_eq!(offered("recover to "), ["time", "lsn", "xid", "name", "immediate", "end"]);
        assert_eq!(offered("recover to name "), ["'it''s late'", "'before the import'"]);
        assert_eq!(offered("NEXTVAL "), ["ids"]);
    }

    #[test]
    fn nothing_is_offered_within_a_text() {
        assert_eq!(offered("restore point 're"), Vec::<String>::new());
        assert_eq!(offered("INSERT INTO users VALUES (1, 'from "), Vec::<String>::new());
    }

    #[test]
    fn an_option_takes_the_place_of_its_word_alone() {
        let text = "DELETE FROM us WHERE id = 1";
        let completion = complete(text, 14, &names());
        assert_eq!((completion.from, completion.to), (12, 14));
        assert_eq!(completion.options, ["users"]);
        assert_eq!(taken(text, &completion, "users"), ("DELETE FROM users WHERE id = 1".into(), 18));
        let completion = complete("ins", 3, &names());
        assert_eq!(taken("ins", &completion, "INSERT INTO"), ("INSERT INTO ".into(), 12));
    }

    #[test]
    fn whatever_is_typed_is_borne() {
        for text in ["", "'", "ü", "insert ü", "a'b'c", "((((", "INSERT INTO üsers ("] {
            for caret in 0..=text.len() + 2 {
                let completion = complete(text, caret, &names());
                let _ = taken(text, &completion, "x");
            }
        }
    }
}
