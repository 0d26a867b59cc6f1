//! Takes out of a site's programs what a browser has no use for: custom sections of the Wasm (such as the names of all functions), the long
//! names by which Wasm imports functions of its script, and the script's comments and indentation.
//!
//! Done last: wasm-bindgen still reads some of it.

use crate::order::ordered;
use crate::paths;
use crate::say::{Doing, Outcome, fail};
use crate::wasm::{
    self, CUSTOM, EXPORTS, FUNCTION, IMPORTS, counted, export, items, leb128, leb128_of, sections, with_count,
};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::fs;
use std::path::Path;

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
        let Some(module) = ordered(&module) else {
            return fail(format!("{} has something in it that xtask/src/order.rs does not know", wasm.display()));
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

/// A module without its custom sections, whose imported functions have short names, and its closures, in its script too.
fn program(module: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let mut script = script.to_owned();
    let mut kept = Vec::new();
    for (id, section) in sections(module)? {
        let section = match id {
            CUSTOM => continue,
            IMPORTS => Cow::Owned(renamed_imports(section, &mut script)?),
            EXPORTS => Cow::Owned(renamed_exports(section, &mut script)?),
            _ => Cow::Borrowed(section),
        };
        kept.push((id, section));
    }
    Some((wasm::module(kept), script))
}

/// The section of imports with short names for functions, which the script gets as well, where it defines them: as `NAME: `. An import
/// is the names of module and function, a kind and what that kind says.
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
            with_count(&mut renamed, part);
        }
        renamed.push(FUNCTION);
        renamed.extend(leb128_of(signature));
        rest = after;
    }
    rest.is_empty().then_some(renamed)
}

/// How wasm-bindgen calls what calls a closure: this and a hash.
const CLOSURE: &str = "wasm_bindgen__convert__closures_";

/// The section of exports with short names for what calls closures, which the script gets as well.
fn renamed_exports(section: &[u8], script: &mut String) -> Option<Vec<u8>> {
    let exports = items(section, export)?;
    let mut renamed = leb128_of(exports.len());
    let mut closures = Vec::new();
    for (index, (name, kind, number)) in exports.into_iter().enumerate() {
        let mut name = str::from_utf8(name).ok()?.to_owned();
        if name.starts_with(CLOSURE) {
            let long = std::mem::replace(&mut name, format!("_c{index}"));
            closures.push((long, name.clone()));
        }
        with_count(&mut renamed, name.as_bytes());
        renamed.push(kind);
        renamed.extend(leb128_of(number));
    }
    // The longest first: some begin with the whole of another.
    closures.sort_by_key(|(long, _)| Reverse(long.len()));
    for (long, short) in closures {
        *script = script.replace(&long, &short);
    }
    Some(renamed)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm::HEADER;

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
    fn what_calls_closures_gets_short_names_on_both_sides() {
        let exports = |names: [&str; 3]| {
            let mut body = vec![3];
            for name in names {
                with_count(&mut body, name.as_bytes());
                body.extend([FUNCTION, 3]);
            }
            wasm::module([(EXPORTS, body)])
        };
        let name = "wasm_bindgen__convert__closures_____invoke__h0123456789abcdef";
        let longer = format!("{name}_8");
        let script = |one: &str, other: &str| format!("function {one}(a) {{ wasm.{one}(a); wasm.{other}(lab_new); }}");
        assert_eq!(
            program(&exports([name, &longer, "lab_new"]), &script(name, &longer)),
            Some((exports(["_c0", "_c1", "lab_new"]), script("_c0", "_c1")))
        );
    }

    #[test]
    fn scripts_lose_comments_and_indentation_and_nothing_else() {
        let script = "/**\n * About.\n */\nf(\n  // why\n  'a // b',\n);\n\n/* short */\nlast";
        assert_eq!(terse(script), "f(\n'a // b',\n);\nlast");
        let text = "a = `one\n  two`;";
        assert_eq!(terse(text), text);
    }
}
