//! A Wasm module as bytes: a header of eight, and then sections, each an id, a length in LEB128 and that many bytes
//! (<https://webassembly.github.io/spec/core/binary/modules.html>).

pub const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// Sections, by id.
pub const CUSTOM: u8 = 0;
pub const TYPES: u8 = 1;
pub const IMPORTS: u8 = 2;
pub const FUNCTIONS: u8 = 3;
pub const GLOBALS: u8 = 6;
pub const EXPORTS: u8 = 7;
pub const START: u8 = 8;
pub const ELEMENTS: u8 = 9;
pub const CODE: u8 = 10;

/// What kind an import or an export is of.
pub const FUNCTION: u8 = 0;

/// What was read, and what comes after it; nothing if that is not what it should be.
pub type Read<'a, T> = Option<(T, &'a [u8])>;

/// The sections of a module, with their ids.
pub fn sections(module: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut rest = module.strip_prefix(&HEADER)?;
    let mut sections = Vec::new();
    while let [id, after @ ..] = rest {
        let (section, after) = counted(after)?;
        sections.push((*id, section));
        rest = after;
    }
    Some(sections)
}

/// A module of these sections.
pub fn module<S: AsRef<[u8]>>(sections: impl IntoIterator<Item = (u8, S)>) -> Vec<u8> {
    let mut module = HEADER.to_vec();
    for (id, section) in sections {
        module.push(id);
        with_count(&mut module, section.as_ref());
    }
    module
}

/// Adds bytes behind their number.
pub fn with_count(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend(leb128_of(bytes.len()));
    to.extend_from_slice(bytes);
}

/// What a section holds that is a count and so many items: `item` reads one of them and says what comes after it.
pub fn items<'a, T>(section: &'a [u8], item: impl Fn(&'a [u8]) -> Read<'a, T>) -> Option<Vec<T>> {
    let (count, mut rest) = leb128(section)?;
    let mut items = Vec::new();
    for _ in 0..count {
        let (one, after) = item(rest)?;
        items.push(one);
        rest = after;
    }
    rest.is_empty().then_some(items)
}

/// Name, kind and number.
pub type Export<'a> = (&'a [u8], u8, usize);

pub fn export(bytes: &[u8]) -> Read<'_, Export<'_>> {
    let (name, after) = counted(bytes)?;
    let (kind, after) = after.split_first()?;
    let (number, after) = leb128(after)?;
    Some(((name, *kind, number), after))
}

/// As many bytes as a length before them says, and what comes after.
pub fn counted(bytes: &[u8]) -> Read<'_, &[u8]> {
    let (length, rest) = leb128(bytes)?;
    rest.split_at_checked(length)
}

pub fn leb128(bytes: &[u8]) -> Read<'_, usize> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

pub fn leb128_of(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
