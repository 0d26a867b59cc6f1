//! Takes out of a site's programs what a browser has no use for: custom sections of the Wasm (such as the names of all functions), the long
//! names by which Wasm imports functions of its script, and the script's comments and indentation.
//!
//! Done last: wasm-bindgen still reads some of it. A module is a header of eight bytes and then sections, each an id, a length in LEB128
//! and that many bytes; id 0 is a custom section, id 2 the imports: a count, then for each the names of module and function, a kind and
//! what that kind says (<https://webassembly.github.io/spec/core/binary/modules.html>).

use crate::paths;
use crate::say::{Doing, Outcome, fail};
use std::fs;
use std::path::Path;

const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const FUNCTION: u8 = 0;
/// How the module is called that wasm-bindgen's script defines; others are files that keep their functions' names.
const GLUE: &[u8] = b"_bg.js";

/// Slims every program in a folder: `NAME_bg.wasm` with the script `NAME.js` beside it; then all scripts.
pub fn slim(dir: &Path) -> Outcome {
    let files = paths::files_under(dir)?;
    let ends = |file: &Path, end: &str| file.to_string_lossy().ends_with(end);
    for wasm in files.iter().filter(|file| ends(file, "_bg.wasm")) {
        let wasm = dir.join(wasm);
        let script = Path::new(&wasm.to_string_lossy().replace("_bg.wasm", ".js")).to_owned();
        let module = fs::read(&wasm).doing(format!("reading {}", wasm.display()))?;
        let text = fs::read_to_string(&script).doing(format!("reading {}", script.display()))?;
        let Some((module, text)) = program(&module, &text) else {
            return fail(format!(
                "{} and its script do not fit each other: build again after removing target/site",
                wasm.display()
            ));
        };
        fs::write(&wasm, module).doing(format!("writing {}", wasm.display()))?;
        fs::write(&script, text).doing(format!("writing {}", script.display()))?;
    }
    for script in files.iter().filter(|file| ends(file, ".js")) {
        let script = dir.join(script);
        let text = fs::read_to_string(&script).doing(format!("reading {}", script.display()))?;
        fs::write(&script, terse(&text)).doing(format!("writing {}", script.display()))?;
    }
    Ok(())
}

/// A module without its custom sections, whose imported functions have short names, in its script too.
fn program(module: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let mut rest = module.strip_prefix(&HEADER)?;
    let mut slim = HEADER.to_vec();
    let mut script = script.to_owned();
    while !rest.is_empty() {
        let [id, after_id @ ..] = rest else { return None };
        let (section, after) = counted(after_id)?;
        match *id {
            CUSTOM => {}
            IMPORTS => {
                let section = renamed_imports(section, &mut script)?;
                slim.push(IMPORTS);
                slim.extend(leb128_of(section.len()));
                slim.extend(section);
            }
            _ => slim.extend_from_slice(&rest[..rest.len() - after.len()]),
        }
        rest = after;
    }
    Some((slim, script))
}

/// The section of imports with short names for functions, which the script gets as well, where it defines them: as `NAME: `.
fn renamed_imports(section: &[u8], script: &mut String) -> Option<Vec<u8>> {
    let (count, mut rest) = leb128(section)?;
    let mut renamed = leb128_of(count);
    for index in 0..count {
        let (module, after) = counted(rest)?;
        let (name, after) = counted(after)?;
        let [kind, after @ ..] = after else { return None };
        // Globals, memories and tables are for the module's own use; wasm-bindgen makes none of them imports.
        if *kind != FUNCTION {
            return None;
        }
        let (signature, after) = leb128(after)?;
        let mut name = str::from_utf8(name).ok()?.to_owned();
        if module.ends_with(GLUE) {
            let place = format!("{name}: ");
            if script.matches(&place).count() != 1 {
                return None;
            }
            name = format!("_{index}");
            *script = script.replace(&place, &format!("{name}: "));
        }
        for part in [module, name.as_bytes()] {
            renamed.extend(leb128_of(part.len()));
            renamed.extend_from_slice(part);
        }
        renamed.push(FUNCTION);
        renamed.extend(leb128_of(signature));
        rest = after;
    }
    rest.is_empty().then_some(renamed)
}

/// A script without lines that are comments, and without indentation. Text over several lines would suffer, so a script that has any
/// stays as it is.
fn terse(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut lines = Vec::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            lines.push(line);
        }
        in_comment &= !line.ends_with("*/");
    }
    lines.join("\n")
}

/// As many bytes as a length before them says, and what comes after.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = leb128(bytes)?;
    rest.split_at_checked(length)
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

fn leb128_of(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [&HEADER[..], &sections.concat()].concat()
    }

    #[test]
    fn custom_sections_go_and_the_others_stay() {
        let full = module(&[&[1, 2, 7, 7], &[0, 0x83, 0x00, 1, b'x', 9], &[10, 1, 5]]);
        assert_eq!(program(&full, ""), Some((module(&[&[1, 2, 7, 7], &[10, 1, 5]]), String::new())));
        assert_eq!(program(&module(&[&[1, 9, 7]]), ""), None, "cut off");
        assert_eq!(program(b"<html>", ""), None);
    }

    #[test]
    fn imported_functions_get_short_names_on_both_sides() {
        let imports = |name: &[u8]| {
            let body = [&b"\x01\x09./m_bg.js"[..], &[name.len() as u8], name, &[FUNCTION, 3]].concat();
            module(&[&[&[IMPORTS, body.len() as u8], &body[..]].concat()])
        };
        let script = "{ __wbg_now_0123: function() {} }";
        let slim = program(&imports(b"__wbg_now_0123"), script);
        assert_eq!(slim, Some((imports(b"_0"), "{ _0: function() {} }".to_owned())));
        assert_eq!(program(&imports(b"__wbg_then_0123"), script), None, "the script lacks it");
    }

    #[test]
    fn scripts_lose_comments_and_indentation_and_nothing_else() {
        let script = "/**\n * About.\n */\nf(\n  // why\n  'a // b',\n);\n\n/* short */\nlast";
        assert_eq!(terse(script), "f(\n'a // b',\n);\nlast");
        let text = "a = `one\n  two`;";
        assert_eq!(terse(text), text);
    }
}
