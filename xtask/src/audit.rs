//! Looks a site over before it is let out: it must work under any path of any host, and load nothing from another.
//!
//! Reads what is text: markup, styles and scripts. What the page really asks for is watched by the end-to-end tests; this finds the
//! line that asks.

use crate::paths;
use crate::say::{Doing, Outcome, fail};
use std::fs;
use std::path::Path;

/// Addresses that name something and are never loaded.
const NAMES: [&str; 1] = ["http://www.w3.org/"];

/// Beginnings of addresses that leave the site's own folder.
const ABSOLUTE: [&str; 8] = ["src=\"/", "src=/", "href=\"/", "href=/", "url(/", "url(\"/", "from\"/", "import(\"/"];

/// Fails with every line that reaches beyond the site.
pub fn audit(dir: &Path) -> Outcome {
    let mut found = Vec::new();
    for file in paths::files_under(dir)? {
        let is_text = file.extension().is_some_and(|end| matches!(end.to_str(), Some("html" | "css" | "js" | "svg")));
        if is_text {
            let text = fs::read_to_string(dir.join(&file)).doing(format!("reading {}", file.display()))?;
            found.extend(reaching_out(&text).into_iter().map(|what| format!("{}: {what}", file.display())));
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        fail(format!(
            "the site must be complete and movable, but it reaches beyond its folder:\n  {}",
            found.join("\n  ")
        ))
    }
}

fn reaching_out(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://"] {
        for (at, _) in text.match_indices(scheme) {
            let names_something = NAMES.iter().any(|name| text[at..].starts_with(name));
            // A link that a person follows is no load.
            let is_link = text[..at].rfind('<').is_some_and(|tag| text[tag..].starts_with("<a "));
            if !names_something && !is_link {
                found.push(excerpt(text, at));
            }
        }
    }
    for beginning in ABSOLUTE {
        found.extend(text.match_indices(beginning).map(|(at, _)| excerpt(text, at)));
    }
    found
}

fn excerpt(text: &str, at: usize) -> String {
    text[at..].chars().take(60).take_while(|c| *c != '\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_site_is_found() {
        for bad in [
            "<script src=\"https://cdn.example/x.js\"></script>",
            "@import url(http://fonts.example/a.css)",
            "<link href=\"/style.css\">",
            "background: url(/a.png)",
            "<img src=\"//host.example/a.png\">",
            "import x from\"/x.js\"",
        ] {
            assert!(!reaching_out(bad).is_empty(), "{bad}");
        }
    }

    #[test]
    fn names_links_and_relative_addresses_are_fine() {
        for good in [
            "createElementNS(\"http://www.w3.org/2000/svg\", \"g\")",
            "<a href=\"https://www.postgresql.org/docs/\">the manual</a>",
            "<script src=\"./x.js\"></script>",
            "import init from './pitr-lab.js'",
        ] {
            assert_eq!(reaching_out(good), Vec::<String>::new());
        }
    }
}
