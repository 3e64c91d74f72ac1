//! Function bodies: which functions they call, and the same bodies with functions numbered anew.
//!
//! Knows the instructions that rustc and wasm-opt make of this project: the core ones of WebAssembly 2.0 with vectors. Any other
//! is refused, so that a new compiler cannot make a broken build. See the specification's section on binary instructions.

use super::leb::{self, Cursor};
use crate::failure::{Failure, Outcome};

/// A body (locals and instructions, without its length) whose calls are renumbered by `number`, which sees each callee once per call.
pub fn renumber(body: &[u8], mut number: impl FnMut(u32) -> Outcome<u32>) -> Outcome<Vec<u8>> {
    let mut cursor = Cursor::new(body);
    for _ in 0..cursor.number()? {
        cursor.number()?;
        cursor.byte()?;
    }
    let mut out = Vec::with_capacity(body.len());
    let mut kept = 0;
    while !cursor.is_at_end() {
        let opcode = cursor.byte()?;
        if matches!(opcode, CALL | RETURN_CALL) {
            out.extend_from_slice(&body[kept..cursor.at()]);
            leb::push(&mut out, number(cursor.number()?)?);
            kept = cursor.at();
        } else {
            skip_immediates(opcode, &mut cursor)?;
        }
    }
    out.extend_from_slice(&body[kept..]);
    Ok(out)
}

/// Each function that a body calls, once per call.
pub fn callees(body: &[u8]) -> Outcome<Vec<u32>> {
    let mut found = Vec::new();
    renumber(body, |callee| {
        found.push(callee);
        Ok(callee)
    })?;
    Ok(found)
}

const CALL: u8 = 0x10;
const RETURN_CALL: u8 = 0x12;

fn skip_immediates(opcode: u8, cursor: &mut Cursor<'_>) -> Outcome {
    match opcode {
        // unreachable, nop, else, end, return, drop, select, comparisons and arithmetic, ref.is_null
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
        // blocks with their type; constants of integers; ref.null
        0x02..=0x04 | 0x41 | 0x42 | 0xd0 => cursor.skip_signed(),
        // branches; locals, globals, tables; memory.size and memory.grow
        0x0c | 0x0d | 0x20..=0x26 | 0x3f | 0x40 => cursor.number().map(drop),
        // br_table, select with types
        0x0e => numbers(cursor, 1),
        0x1c => numbers(cursor, 0),
        // call_indirect: type and table; loads and stores: alignment and offset
        0x11 | 0x13 | 0x28..=0x3e => pair(cursor),
        0x43 => cursor.take(4).map(drop),
        0x44 => cursor.take(8).map(drop),
        0xfc => skip_bulk(cursor),
        0xfd => skip_vector(cursor),
        other => Err(unknown(u32::from(other))),
    }
}

/// Saturating conversions, bulk memory and tables.
fn skip_bulk(cursor: &mut Cursor<'_>) -> Outcome {
    match cursor.number()? {
        0..=7 => Ok(()),
        11 | 13 | 15..=17 => cursor.number().map(drop),
        10 | 12 | 14 => pair(cursor),
        // memory.init and data.drop (8, 9) name data, which stays with the first part.
        other => Err(unknown(0xfc00 | other)),
    }
}

fn skip_vector(cursor: &mut Cursor<'_>) -> Outcome {
    match cursor.number()? {
        0..=11 | 92 | 93 => pair(cursor),
        12 | 13 => cursor.take(16).map(drop),
        21..=34 => cursor.byte().map(drop),
        84..=91 => {
            pair(cursor)?;
            cursor.byte().map(drop)
        }
        14..=20 | 35..=83 | 94..=255 => Ok(()),
        other => Err(unknown(0xfd00 | other)),
    }
}

fn pair(cursor: &mut Cursor<'_>) -> Outcome {
    cursor.number()?;
    cursor.number().map(drop)
}

fn numbers(cursor: &mut Cursor<'_>, more: u32) -> Outcome {
    let count = cursor.number()?.saturating_add(more);
    for _ in 0..count {
        cursor.number()?;
    }
    Ok(())
}

fn unknown(opcode: u32) -> Failure {
    Failure::new(format!(
        "the module holds the instruction {opcode:#x}, which the splitter does not know"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One local; a call of 1, a table of branches, constants of 64 and 128 bits, a load, a call of 200, the end.
    fn body() -> Vec<u8> {
        let mut body = vec![
            1, 1, 0x7f, 0x10, 1, 0x0e, 1, 0, 0, 0x44, 0x10, 0x10, 0x10, 0, 0, 0, 0, 0,
        ];
        body.extend([0xfd, 12]);
        body.extend([0x10; 16]);
        body.extend([0x28, 2, 0x10, 0x10, 0xc8, 0x01, 0x0b]);
        body
    }

    #[test]
    fn calls_are_found_among_bytes_that_look_like_calls() {
        assert_eq!(callees(&body()).unwrap(), [1, 200]);
    }

    #[test]
    fn calls_are_renumbered_and_all_else_stays() {
        let same = renumber(&body(), Ok).unwrap();
        assert_eq!(same, body());
        let moved = renumber(&body(), |callee| Ok(callee + 300)).unwrap();
        assert_eq!(callees(&moved).unwrap(), [301, 500]);
        assert_eq!(moved.len(), body().len() + 1);
    }

    #[test]
    fn unknown_instructions_are_refused() {
        let failure = callees(&[0, 0xfe, 0]).unwrap_err();
        assert!(failure.to_string().contains("0xfe"), "{failure}");
        assert!(callees(&[0, 0xd2, 5]).is_err());
    }
}
