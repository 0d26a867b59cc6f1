//! The functions of a Wasm module in an order that compresses well, which takes a good three kilobytes off the lab's 230: those of one
//! signature beside each other, and among them those that begin alike. So do the numbers of locals: in each function those that are
//! used most have the lowest, and the same few numbers stand everywhere.
//!
//! A function goes by its number, first the imported ones and then those of the module: in instructions, exports, elements and as the
//! start; all that is rewritten. What is said here about instructions covers what rustc writes
//! (<https://webassembly.github.io/spec/core/binary/instructions.html>); of a module with any others nothing is made.

use crate::wasm::{
    CODE, ELEMENTS, EXPORTS, FUNCTION, FUNCTIONS, GLOBALS, IMPORTS, Read, START, TYPES, counted, export, items, leb128,
    leb128_of, module, sections, with_count,
};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::RangeInclusive;

const SIGNATURE: u8 = 0x60;
const END: u8 = 0x0B;
const CALL: u8 = 0x10;
const LOCALS: RangeInclusive<u8> = 0x20..=0x22;
const REF_FUNC: u8 = 0xD2;

/// The module in that order; its imports are functions.
pub fn ordered(given: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(given)?;
    let section = |wanted: u8| sections.iter().find(|(id, _)| *id == wanted).map_or(&[0][..], |(_, section)| section);
    let signatures = items(section(TYPES), signature)?;
    let kinds = items(section(FUNCTIONS), leb128)?;
    let mut functions = Vec::new();
    for (kind, body) in kinds.iter().zip(items(section(CODE), counted)?) {
        let (signature, parameters) = *signatures.get(*kind)?;
        functions.push((signature, locals_by_use(body, parameters)?));
    }
    let mut order: Vec<usize> = (0..functions.len()).collect();
    order.sort_by_key(|&index| &functions[index]);

    let (imported, _) = leb128(section(IMPORTS))?;
    let mut numbers: Vec<usize> = (0..imported + order.len()).collect();
    for (place, &index) in order.iter().enumerate() {
        numbers[imported + index] = imported + place;
    }
    let renumber = |code: &[u8]| renumbered(code, |opcode, number| function(opcode, number, &numbers));

    let rewritten = sections.iter().map(|&(id, section)| {
        let mut to = Vec::new();
        match id {
            FUNCTIONS | CODE => {
                to.extend(leb128_of(order.len()));
                for &index in &order {
                    if id == FUNCTIONS {
                        to.extend(leb128_of(kinds[index]));
                    } else {
                        let (declared, code) = declarations(&functions[index].1)?;
                        with_count(&mut to, &[declared, &renumber(code)?].concat());
                    }
                }
            }
            START => to.extend(leb128_of(*numbers.get(leb128(section)?.0)?)),
            EXPORTS => {
                let exports = items(section, export)?;
                to.extend(leb128_of(exports.len()));
                for (name, kind, number) in exports {
                    with_count(&mut to, name);
                    to.push(kind);
                    to.extend(leb128_of(if kind == FUNCTION { *numbers.get(number)? } else { number }));
                }
            }
            GLOBALS => {
                let globals = items(section, global)?;
                to.extend(leb128_of(globals.len()));
                for (kind, value) in globals {
                    to.extend_from_slice(kind);
                    to.extend(renumber(value)?);
                }
            }
            ELEMENTS => {
                let elements = items(section, element)?;
                to.extend(leb128_of(elements.len()));
                for (at, listed) in elements {
                    to.extend_from_slice(at);
                    to.extend(leb128_of(listed.len()));
                    for number in listed {
                        to.extend(leb128_of(*numbers.get(number)?));
                    }
                }
            }
            _ => return Some((id, Cow::Borrowed(section))),
        }
        Some((id, Cow::Owned(to)))
    });
    Some(module(rewritten.collect::<Option<Vec<_>>>()?))
}

/// A signature, as its bytes and with how many parameters it has.
fn signature(bytes: &[u8]) -> Read<'_, (&[u8], usize)> {
    let (parameters, after) = counted(bytes.strip_prefix(&[SIGNATURE])?)?;
    let (_, after) = counted(after)?;
    Some(((&bytes[..bytes.len() - after.len()], parameters.len()), after))
}

/// A global's type and whether it changes, and the expression of its first value.
fn global(bytes: &[u8]) -> Read<'_, (&[u8], &[u8])> {
    let (kind, after) = bytes.split_at_checked(2)?;
    let (value, after) = expression(after)?;
    Some(((kind, value), after))
}

/// Functions for the first table: from where, and which.
fn element(bytes: &[u8]) -> Read<'_, (&[u8], Vec<usize>)> {
    let (_, mut after) = expression(bytes.strip_prefix(&[0])?)?;
    let at = &bytes[..bytes.len() - after.len()];
    let (count, listed) = leb128(after)?;
    after = listed;
    let mut numbers = Vec::new();
    for _ in 0..count {
        let (number, rest) = leb128(after)?;
        numbers.push(number);
        after = rest;
    }
    Some(((at, numbers), after))
}

/// An expression with its end, and what comes after.
fn expression(bytes: &[u8]) -> Read<'_, &[u8]> {
    let mut rest = bytes;
    loop {
        let (one, after) = instruction(rest)?;
        rest = after;
        if *one == [END] {
            return Some(bytes.split_at(bytes.len() - rest.len()));
        }
    }
}

/// The declarations of a body's locals, and its code.
fn declarations(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (runs, mut code) = leb128(body)?;
    for _ in 0..runs {
        code = leb128(code)?.1.get(1..)?;
    }
    Some(body.split_at(body.len() - code.len()))
}

/// A body in which, of the locals that were declared together, those that are used most come first. Parameters stay where they are.
fn locals_by_use(body: &[u8], parameters: usize) -> Option<Vec<u8>> {
    let (declared, code) = declarations(body)?;
    let mut numbers: Vec<usize> = (0..parameters).collect();
    let mut runs = Vec::new();
    for count in items(declared, |run| leb128(run).and_then(|(count, after)| Some((count, after.get(1..)?))))? {
        let run = numbers.len()..numbers.len() + count;
        numbers.extend(run.clone());
        runs.push(run);
    }
    let mut uses = vec![0; numbers.len()];
    renumbered(code, |opcode, number| {
        if LOCALS.contains(&opcode) {
            *uses.get_mut(number)? += 1;
        }
        Some(number)
    })?;
    for run in runs {
        let mut by_use: Vec<usize> = run.clone().collect();
        by_use.sort_by_key(|&local| Reverse(uses[local]));
        for (local, number) in by_use.into_iter().zip(run) {
            numbers[local] = number;
        }
    }
    let code = renumbered(
        code,
        |opcode, number| if LOCALS.contains(&opcode) { numbers.get(number).copied() } else { Some(number) },
    )?;
    Some([declared, &code].concat())
}

/// A function's new number; what else an instruction counts stays.
fn function(opcode: u8, number: usize, numbers: &[usize]) -> Option<usize> {
    if LOCALS.contains(&opcode) { Some(number) } else { numbers.get(number).copied() }
}

/// Code with other numbers of functions and locals: `number` gets the instruction's first byte and the number that stands there.
fn renumbered(mut code: &[u8], mut number: impl FnMut(u8, usize) -> Option<usize>) -> Option<Vec<u8>> {
    let mut to = Vec::with_capacity(code.len());
    while !code.is_empty() {
        let (one, after) = instruction(code)?;
        match one {
            [opcode, operand @ ..] if matches!(*opcode, CALL | REF_FUNC) || LOCALS.contains(opcode) => {
                to.push(*opcode);
                to.extend(leb128_of(number(*opcode, leb128(operand)?.0)?));
            }
            _ => to.extend_from_slice(one),
        }
        code = after;
    }
    Some(to)
}

/// One instruction with its operands, and what comes after.
fn instruction(code: &[u8]) -> Read<'_, &[u8]> {
    let (opcode, operands) = code.split_first()?;
    let (numbers, operands) = match opcode {
        // br_table has its list and then one more, select its types.
        0x0E => leb128(operands).map(|(count, after)| (count + 1, after))?,
        0x1C => leb128(operands)?,
        // Blocks, branches, variables, whole numbers, references and the size of memory.
        0x02..=0x04 | 0x0C | 0x0D | 0x10 | 0x20..=0x26 | 0x3F..=0x42 | 0xD0 | 0xD2 => (1, operands),
        // call_indirect; loading and storing.
        0x11 | 0x28..=0x3E => (2, operands),
        0x43 => (0, operands.get(4..)?),
        0x44 => (0, operands.get(8..)?),
        // Conversions that saturate; copying and filling; tables.
        0xFC => match leb128(operands)? {
            (0..=7, after) => (0, after),
            (8 | 10 | 12 | 14, after) => (2, after),
            (9 | 11 | 13 | 15..=17, after) => (1, after),
            _ => return None,
        },
        0x00 | 0x01 | 0x05 | 0x0B | 0x0F | 0x1A | 0x1B | 0x45..=0xC4 | 0xD1 => (0, operands),
        _ => return None,
    };
    let mut after = operands;
    for _ in 0..numbers {
        let end = after.iter().position(|byte| byte & 0x80 == 0)?;
        after = &after[end + 1..];
    }
    Some(code.split_at(code.len() - after.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const I32: u8 = 0x7F;

    /// Two signatures, one import, three functions, a global, exports, a start, a table's elements.
    fn example(functions: [u8; 3], bodies: [&[u8]; 3], [f, g, h]: [u8; 3]) -> Vec<u8> {
        let mut code = vec![3];
        bodies.iter().for_each(|body| with_count(&mut code, body));
        let sections: [(u8, Vec<u8>); 8] = [
            (TYPES, vec![2, SIGNATURE, 1, I32, 0, SIGNATURE, 0, 0]),
            (IMPORTS, [&[1][..], b"\x01m\x01f", &[FUNCTION, 1]].concat()),
            (FUNCTIONS, [&[3][..], &functions].concat()),
            (GLOBALS, vec![1, 0x70, 0, REF_FUNC, g, END]),
            (EXPORTS, [&[2][..], b"\x01a", &[FUNCTION, f], b"\x01m", &[2, 0]].concat()),
            (START, vec![h]),
            (ELEMENTS, vec![1, 0, 0x41, 1, END, 2, f, h]),
            (CODE, code),
        ];
        module(sections)
    }

    #[test]
    fn functions_of_a_signature_stand_together_and_everything_finds_them() {
        // f takes a number and calls g; h calls the import, f and itself.
        let calls = |callees: &[u8]| {
            let calls = callees.iter().flat_map(|callee| [CALL, *callee]);
            [0].into_iter().chain(calls).chain([END]).collect::<Vec<u8>>()
        };
        let given = example([0, 1, 1], [&calls(&[2]), &[0, 1, END], &calls(&[0, 1, 3])], [1, 2, 3]);
        // Without parameters first, and of these the one that begins with the lower byte.
        let made = example([1, 1, 0], [&[0, 1, END], &calls(&[0, 3, 2]), &calls(&[1])], [3, 1, 2]);
        assert_eq!(ordered(&given), Some(made.clone()));
        assert_eq!(ordered(&made), Some(made), "once is enough");
    }

    #[test]
    fn locals_that_are_used_most_have_the_lowest_number_of_their_type() {
        let code = |[a, b, c]: [u8; 3]| {
            let used = [0x20, 0, 0x21, a, 0x20, b, 0x22, b, 0x20, c];
            [&[2, 2, I32, 1, 0x7C][..], &used, &[END]].concat()
        };
        assert_eq!(locals_by_use(&code([1, 2, 3]), 1), Some(code([2, 1, 3])));
    }

    #[test]
    fn an_instruction_ends_where_its_operands_end() {
        let whole: [&[u8]; 9] = [
            &[0x41, 0xD2, 0x10],
            &[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F],
            &[0x44, CALL, CALL, CALL, CALL, CALL, CALL, CALL, CALL],
            &[0x0E, 2, 0, 0x81, 0, 1],
            &[0x28, 2, 0x80, 1],
            &[0x11, 3, 0],
            &[0x1C, 1, I32],
            &[0xFC, 10, 0, 0],
            &[0xFC, 2],
        ];
        for one in whole {
            assert_eq!(instruction(&[one, &[END]].concat()), Some((one, &[END][..])));
            assert_eq!(instruction(&one[..one.len() - 1]), None, "cut off");
        }
        assert_eq!(instruction(&[0xFD, 0]), None, "of vectors nothing is known");
    }
}
