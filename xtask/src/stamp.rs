//! The build's id: a hash over every file of the site, written where the page and its worker find it.
//!
//! The files of the worker keep their names from build to build, so a browser may hold old ones. The page asks for them with the id
//! in the URL, and refuses a worker that answers with another one.

use crate::paths;
use crate::say::{Doing, Outcome, fail};
use std::fs;
use std::path::Path;
use xtask::fnv::Fnv;

/// What stands in place of the id, once in each of the files that hold it.
const PLACE: &str = "unstamped";
const HOLDERS: [&str; 3] = ["index.html", "worker/worker.js", "study/worker.js"];

/// Computes the id of the site in `dir` and writes it into the files that hold it.
pub fn stamp(dir: &Path) -> Outcome<String> {
    let mut hash = Fnv::default();
    for file in paths::files_under(dir)? {
        let bytes = fs::read(dir.join(&file)).doing(format!("reading {}", file.display()))?;
        hash.add(file.to_string_lossy().as_bytes());
        hash.add(&(bytes.len() as u64).to_le_bytes());
        hash.add(&bytes);
    }
    let id = format!("{:016x}", hash.value());
    for holder in HOLDERS {
        let file = dir.join(holder);
        let text = fs::read_to_string(&file).doing(format!("reading {}", file.display()))?;
        if text.matches(PLACE).count() != 1 {
            return fail(format!("{holder} must say `{PLACE}` once: there the build's id goes"));
        }
        fs::write(&file, text.replace(PLACE, &id)).doing(format!("writing {}", file.display()))?;
    }
    Ok(id)
}
