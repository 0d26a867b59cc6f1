//! The build's id: a hash over every file of the site, written where the page and its worker find it.
//!
//! The files of the worker keep their names from build to build, so a browser may hold old ones. The page asks for them with the id
//! in the URL, and refuses a worker that answers with another one.

use crate::paths;
use crate::say::{Doing, Outcome, fail};
use std::fs;
use std::path::Path;

/// What stands in place of the id, once in each of the files that hold it.
const PLACE: &str = "unstamped";
const HOLDERS: [&str; 3] = ["index.html", "worker/worker.js", "study/worker.js"];

/// Computes the id of the site in `dir` and writes it into the files that hold it.
pub fn stamp(dir: &Path) -> Outcome<String> {
    let mut hash = Fnv::new();
    for file in paths::files_under(dir)? {
        let bytes = fs::read(dir.join(&file)).doing(format!("reading {}", file.display()))?;
        hash.add(file.to_string_lossy().as_bytes());
        hash.add(&(bytes.len() as u64).to_le_bytes());
        hash.add(&bytes);
    }
    let id = format!("{:016x}", hash.0);
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

/// FNV-1a, 64 bits: tells builds apart, and guards nothing.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv() {
        let mut hash = Fnv::new();
        hash.add(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }
}
