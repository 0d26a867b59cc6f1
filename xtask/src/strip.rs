//! Takes out of a site's Wasm what a browser has no use for: custom sections, such as the names of all functions.
//!
//! Done last: wasm-bindgen still reads some of them. A module is a header of eight bytes and then sections, each an id, a length in
//! LEB128 and that many bytes; id 0 is a custom section.

use crate::paths;
use crate::say::{Doing, Outcome, fail};
use std::fs;
use std::path::Path;

const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// Strips every Wasm file in a folder.
pub fn strip(dir: &Path) -> Outcome {
    for file in paths::files_under(dir)? {
        if file.extension().is_some_and(|end| end == "wasm") {
            let file = dir.join(file);
            let module = fs::read(&file).doing(format!("reading {}", file.display()))?;
            let Some(stripped) = without_custom_sections(&module) else {
                return fail(format!("{} is no Wasm module: build again after removing target/site", file.display()));
            };
            fs::write(&file, stripped).doing(format!("writing {}", file.display()))?;
        }
    }
    Ok(())
}

fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    let mut rest = module.strip_prefix(&HEADER)?;
    let mut stripped = HEADER.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (length, after_length) = leb128(after_id)?;
        let end = rest.len().checked_sub(after_length.len())?.checked_add(length)?;
        let section = rest.get(..end)?;
        if *id != 0 {
            stripped.extend_from_slice(section);
        }
        rest = &rest[end..];
    }
    Some(stripped)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_go_and_the_others_stay() {
        let module = [&HEADER[..], &[1, 2, 7, 7], &[0, 0x83, 0x00, 1, b'x', 9], &[10, 1, 5]].concat();
        assert_eq!(without_custom_sections(&module), Some([&HEADER[..], &[1, 2, 7, 7], &[10, 1, 5]].concat()));
        assert_eq!(without_custom_sections(&[&HEADER[..], &[1, 9, 7]].concat()), None);
        assert_eq!(without_custom_sections(b"<html>"), None);
    }
}
