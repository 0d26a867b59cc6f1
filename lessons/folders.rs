//! The files of a folder of content, for whoever reads lessons from a disk: the build script and the checker. Each names the types that it has them in.

use super::read::{Around, Folder};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The texts of a folder's files, by their names; what is no text is left out.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let text = |path: PathBuf| Some((path.file_name()?.to_str()?.to_owned(), fs::read_to_string(&path).ok()?));
    paths.filter_map(text).collect()
}

/// The folders of lessons with their files, in the order of their names.
pub fn lessons(content: &Path) -> Vec<Folder> {
    let entries = fs::read_dir(content.join("lessons")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    paths.sort();
    paths.into_iter().map(|path| Folder { files: texts(&path), path }).collect()
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
        scenarios: texts(&content.join("scenarios")).into_iter().filter_map(stem).collect(),
    }
}
