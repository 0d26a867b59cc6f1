//! The files of a folder of content, for whoever reads lessons from a disk: the build of `pitr-lessons` and the checker.

use super::lesson::{Around, Folder, Unread};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// More than this nobody writes by hand.
const LONGEST_FILE: usize = 4 << 20;

/// What a folder's files hold: their texts, and of those that are none why.
type Texts = (BTreeMap<String, String>, BTreeMap<String, Unread>);

/// The files of a folder by their names. Lines end in a line feed, and a mark of the byte order is gone, whatever an editor has made of them.
fn texts(folder: &Path) -> Texts {
    let mut found = Texts::default();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let Some(name) = name.filter(|_| path.is_file()) else { continue };
        match text(&path) {
            Ok(text) => drop(found.0.insert(name, text)),
            Err(why) => drop(found.1.insert(name, why)),
        }
    }
    found
}

/// A file's text: of UTF-8, of a length that can be meant, its lines ended by a line feed.
pub fn text(path: &Path) -> Result<String, Unread> {
    let bytes = fs::read(path).map_err(|error| Unread {
        line: 1,
        what: error.to_string(),
        remedy: "see whether the file can be read".to_owned(),
    })?;
    if bytes.len() > LONGEST_FILE {
        let what = format!("the file has {} bytes, {LONGEST_FILE} are allowed", bytes.len());
        return Err(Unread { line: 1, what, remedy: "make several of it".to_owned() });
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Unread { line, what: "it is not UTF-8".to_owned(), remedy: "save it as UTF-8".to_owned() }
    })?;
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// The folders of lessons with their files, in the order of their names.
pub fn lessons(content: &Path) -> Vec<Folder> {
    let entries = fs::read_dir(content.join("lessons")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    paths.sort();
    let folder = |path: PathBuf| {
        let (files, unread) = texts(&path);
        Folder { path, files, unread }
    };
    paths.into_iter().map(folder).collect()
}

/// What lessons of a folder of content can refer to; the glossary's ids are found without reading more of it.
pub fn around(content: &Path) -> Around {
    let read = |name: &str| fs::read_to_string(content.join(name)).unwrap_or_default();
    let id = |line: &str| line.strip_prefix("id = \"")?.strip_suffix('"').map(str::to_owned);
    let stem = |(name, text): (String, String)| Some((name.strip_suffix(".pitr")?.to_owned(), text));
    Around {
        concepts: read("concepts.txt").lines().map(str::to_owned).collect(),
        terms: read("glossary/en.toml").lines().filter_map(id).collect(),
        lessons: lessons(content)
            .iter()
            .filter_map(|folder| Some(folder.path.file_name()?.to_str()?.to_owned()))
            .collect(),
        scenarios: texts(&content.join("scenarios")).0.into_iter().filter_map(stem).collect(),
    }
}
