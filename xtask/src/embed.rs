//! What other sites load of ours, in `dist/v1/`: the element `<pitr-lab>`, its types, its still picture, examples.
//!
//! Invariants: names there never change, so whoever embeds the lab need not look again; the element weighs little, since a page of
//! documentation loads it whether or not anybody comes to the lab in it.

use crate::paths;
use crate::say::{Doing, Outcome, fail, grouped, say};
use crate::size;
use std::fs;
use std::path::Path;

/// What the element may weigh, in bytes after brotli.
const ELEMENT_BYTES_MAX: u64 = 4096;

const TO: &str = "v1";
const ELEMENT: &str = "v1/embed.js";

/// Puts the files of `embed/` into the site.
pub fn copy(dir: &Path) -> Outcome {
    let from = paths::root().join("embed");
    for file in paths::files_under(&from)? {
        let to = dir.join(TO).join(&file);
        let folder = to.parent().unwrap_or(dir);
        fs::create_dir_all(folder).doing(format!("making {}", folder.display()))?;
        fs::copy(from.join(&file), &to).doing(format!("copying {}", file.display()))?;
    }
    Ok(())
}

/// Fails if the element weighs too much.
pub fn weigh(dir: &Path) -> Outcome {
    let bytes = fs::read(dir.join(ELEMENT)).doing(format!("reading {ELEMENT}"))?;
    let packed = size::brotli_bytes(&bytes)?;
    if packed > ELEMENT_BYTES_MAX {
        return fail(format!(
            "{ELEMENT} weighs {} bytes after brotli, {} are allowed: see embed/embed.js",
            grouped(packed),
            grouped(ELEMENT_BYTES_MAX)
        ));
    }
    say(format!(
        "{ELEMENT} weighs {} bytes after brotli of the {} allowed",
        grouped(packed),
        grouped(ELEMENT_BYTES_MAX)
    ));
    Ok(())
}
