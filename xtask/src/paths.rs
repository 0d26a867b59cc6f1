//! Where things are: the project, what is built, and what is kept from one clone to the next.

use crate::say::{Outcome, fail};
use std::env;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Cargo's folder for what it builds, which is also ours for what we do not keep.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Our own folder for pinned tools: shared by every clone, apart from the user's own tools.
pub fn tools() -> Outcome<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    match set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))) {
        Some(cache) => Ok(cache.join("pitr-lab").join("tools")),
        None => fail("neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep tools in: set one of them"),
    }
}

/// The program of this name on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Every file under a folder, sorted, as paths relative to it.
pub fn files_under(dir: &Path) -> Outcome<Vec<PathBuf>> {
    use crate::say::Doing;
    let mut found = Vec::new();
    let mut left = vec![PathBuf::new()];
    while let Some(relative) = left.pop() {
        let folder = dir.join(&relative);
        for entry in std::fs::read_dir(&folder).doing(format!("reading {}", folder.display()))? {
            let entry = entry.doing(format!("reading {}", folder.display()))?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() {
                left.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
