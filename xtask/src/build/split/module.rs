//! A WebAssembly module taken apart as far as splitting needs it, and put together again.
//!
//! Section and index names are those of the WebAssembly specification, section 5.5.

use std::collections::HashMap;

use super::leb::{self, Cursor};
use crate::failure::{Failure, Outcome};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const FUNCTION: u8 = 0;

/// What an export names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub name: Vec<u8>,
    /// 0 function, 1 table, 2 memory, 3 global.
    pub kind: u8,
    pub index: u32,
}

/// An imported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub module: Vec<u8>,
    pub name: Vec<u8>,
    /// The kind and what follows it: for a function the index of its type.
    pub kind: u8,
    pub description: Vec<u8>,
}

/// Functions that stand in a table from `offset` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub table: u32,
    pub offset: u32,
    pub functions: Vec<u32>,
}

/// The sections of a module. What is copied as it stands is kept as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Module {
    pub types: Vec<Vec<u8>>,
    pub imports: Vec<Import>,
    /// Index of the type of each function that the module defines.
    pub functions: Vec<u32>,
    pub tables: Vec<Vec<u8>>,
    pub memories: Vec<Vec<u8>>,
    /// Type with mutability (two bytes), and the expression of its first value.
    pub globals: Vec<([u8; 2], Vec<u8>)>,
    pub exports: Vec<Export>,
    pub segments: Vec<Segment>,
    pub data_count: Option<Vec<u8>>,
    /// Locals and instructions of each function of `functions`.
    pub bodies: Vec<Vec<u8>>,
    pub data: Option<Vec<u8>>,
    /// Names of functions by index, imports included; empty when the module carries none.
    pub names: HashMap<u32, String>,
    /// Other custom sections.
    pub customs: Vec<Vec<u8>>,
}

impl Module {
    /// Takes a module apart.
    ///
    /// # Errors
    /// It is no module, or has something that Rust and wasm-opt do not make of this project.
    pub fn read(bytes: &[u8]) -> Outcome<Self> {
        let mut cursor = Cursor::new(bytes);
        if cursor.take(HEADER.len())? != HEADER {
            return Err(Failure::new("this is no WebAssembly module"));
        }
        let mut module = Self::default();
        while !cursor.is_at_end() {
            let id = cursor.byte()?;
            module.section(id, cursor.name()?)?;
        }
        if module.functions.len() == module.bodies.len() {
            Ok(module)
        } else {
            Err(Failure::new("the module has functions without code"))
        }
    }

    /// Functions that are imported; the indices of those that are defined begin here.
    pub fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    fn section(&mut self, id: u8, bytes: &[u8]) -> Outcome {
        let mut cursor = Cursor::new(bytes);
        match id {
            0 => self.custom(bytes)?,
            1 => self.types = list(&mut cursor, function_type)?,
            2 => self.imports = list(&mut cursor, import)?,
            3 => self.functions = list(&mut cursor, Cursor::number)?,
            4 => self.tables = list(&mut cursor, table)?,
            5 => self.memories = list(&mut cursor, memory)?,
            6 => self.globals = list(&mut cursor, global)?,
            7 => self.exports = list(&mut cursor, export)?,
            9 => self.segments = list(&mut cursor, segment)?,
            10 => self.bodies = list(&mut cursor, |cursor| Ok(cursor.name()?.to_vec()))?,
            11 => self.data = Some(bytes.to_vec()),
            12 => self.data_count = Some(bytes.to_vec()),
            other => {
                return Err(Failure::new(format!(
                    "the module has a section {other}, which the splitter does not know"
                )));
            }
        }
        Ok(())
    }

    fn custom(&mut self, bytes: &[u8]) -> Outcome {
        let mut cursor = Cursor::new(bytes);
        if cursor.name()? != b"name" {
            self.customs.push(bytes.to_vec());
            return Ok(());
        }
        while !cursor.is_at_end() {
            let kind = cursor.byte()?;
            let mut part = Cursor::new(cursor.name()?);
            if kind == 1 {
                for _ in 0..part.number()? {
                    let index = part.number()?;
                    let name = String::from_utf8_lossy(part.name()?).into_owned();
                    self.names.insert(index, name);
                }
            }
        }
        Ok(())
    }

    /// The module's bytes, without names.
    pub fn write(&self) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        section(&mut out, 1, &self.types, |out, kind| out.extend(kind));
        section(&mut out, 2, &self.imports, |out, import| {
            leb::push_bytes(out, &import.module);
            leb::push_bytes(out, &import.name);
            out.push(import.kind);
            out.extend(&import.description);
        });
        section(&mut out, 3, &self.functions, |out, kind| {
            leb::push(out, *kind);
        });
        section(&mut out, 4, &self.tables, |out, table| out.extend(table));
        section(&mut out, 5, &self.memories, |out, memory| {
            out.extend(memory);
        });
        section(&mut out, 6, &self.globals, |out, (kind, value)| {
            out.extend(kind);
            out.extend(value);
        });
        section(&mut out, 7, &self.exports, |out, export| {
            leb::push_bytes(out, &export.name);
            out.push(export.kind);
            leb::push(out, export.index);
        });
        section(&mut out, 9, &self.segments, push_segment);
        raw_section(&mut out, 12, self.data_count.as_deref());
        section(&mut out, 10, &self.bodies, |out, body| {
            leb::push_bytes(out, body);
        });
        raw_section(&mut out, 11, self.data.as_deref());
        for custom in &self.customs {
            raw_section(&mut out, 0, Some(custom));
        }
        out
    }
}

impl Import {
    /// A function.
    pub fn function(module: &str, name: &str, kind: u32) -> Self {
        let mut description = Vec::new();
        leb::push(&mut description, kind);
        Self {
            module: module.into(),
            name: name.into(),
            kind: FUNCTION,
            description,
        }
    }
}

fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    mut item: impl FnMut(&mut Cursor<'a>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let count = cursor.number()?;
    (0..count).map(|_| item(cursor)).collect()
}

fn function_type(cursor: &mut Cursor<'_>) -> Outcome<Vec<u8>> {
    let from = cursor.at();
    if cursor.byte()? != 0x60 {
        return Err(Failure::new("the module has a type that is no function's"));
    }
    cursor.name()?;
    cursor.name()?;
    Ok(cursor.since(from).to_vec())
}

fn import(cursor: &mut Cursor<'_>) -> Outcome<Import> {
    let (module, name) = (cursor.name()?.to_vec(), cursor.name()?.to_vec());
    if cursor.byte()? != FUNCTION {
        return Err(Failure::new(
            "the module imports something that is no function",
        ));
    }
    Ok(Import {
        description: {
            let from = cursor.at();
            cursor.number()?;
            cursor.since(from).to_vec()
        },
        module,
        name,
        kind: FUNCTION,
    })
}

fn limits(cursor: &mut Cursor<'_>) -> Outcome {
    let flags = cursor.byte()?;
    cursor.number()?;
    if flags & 1 == 1 {
        cursor.number()?;
    }
    Ok(())
}

fn table(cursor: &mut Cursor<'_>) -> Outcome<Vec<u8>> {
    let from = cursor.at();
    cursor.byte()?;
    limits(cursor)?;
    Ok(cursor.since(from).to_vec())
}

fn memory(cursor: &mut Cursor<'_>) -> Outcome<Vec<u8>> {
    let from = cursor.at();
    limits(cursor)?;
    Ok(cursor.since(from).to_vec())
}

fn global(cursor: &mut Cursor<'_>) -> Outcome<([u8; 2], Vec<u8>)> {
    let kind = [cursor.byte()?, cursor.byte()?];
    let from = cursor.at();
    constant(cursor)?;
    Ok((kind, cursor.since(from).to_vec()))
}

/// Passes a constant expression of one instruction.
fn constant(cursor: &mut Cursor<'_>) -> Outcome {
    match cursor.byte()? {
        0x41 | 0x42 | 0xd0 => cursor.skip_signed()?,
        0x43 => drop(cursor.take(4)?),
        0x44 => drop(cursor.take(8)?),
        _ => return Err(Failure::new("the module has a computed constant")),
    }
    if cursor.byte()? == 0x0b {
        Ok(())
    } else {
        Err(Failure::new("the module has a computed constant"))
    }
}

fn export(cursor: &mut Cursor<'_>) -> Outcome<Export> {
    Ok(Export {
        name: cursor.name()?.to_vec(),
        kind: cursor.byte()?,
        index: cursor.number()?,
    })
}

fn segment(cursor: &mut Cursor<'_>) -> Outcome<Segment> {
    let flags = cursor.number()?;
    let table = match flags {
        0 => 0,
        2 => cursor.number()?,
        other => {
            return Err(Failure::new(format!(
                "the module has a table segment of kind {other}, which the splitter does not know"
            )));
        }
    };
    if cursor.byte()? != 0x41 {
        return Err(Failure::new("a table segment has a computed place"));
    }
    let offset = cursor.number()?;
    // A number below 64 per byte is the same signed and unsigned; others carry a sign bit of 0, which `number` reads as more zeros.
    if cursor.byte()? != 0x0b {
        return Err(Failure::new("a table segment has a computed place"));
    }
    if flags == 2 {
        cursor.byte()?;
    }
    Ok(Segment {
        table,
        offset,
        functions: list(cursor, Cursor::number)?,
    })
}

fn push_segment(out: &mut Vec<u8>, segment: &Segment) {
    if segment.table == 0 {
        leb::push(out, 0);
    } else {
        leb::push(out, 2);
        leb::push(out, segment.table);
    }
    out.push(0x41);
    leb::push_signed(out, segment.offset.cast_signed());
    out.push(0x0b);
    if segment.table != 0 {
        out.push(0);
    }
    leb::push(out, segment.functions.len() as u32);
    for function in &segment.functions {
        leb::push(out, *function);
    }
}

fn section<T>(out: &mut Vec<u8>, id: u8, items: &[T], mut push: impl FnMut(&mut Vec<u8>, &T)) {
    if items.is_empty() {
        return;
    }
    let mut bytes = Vec::new();
    leb::push(&mut bytes, items.len() as u32);
    for item in items {
        push(&mut bytes, item);
    }
    raw_section(out, id, Some(&bytes));
}

fn raw_section(out: &mut Vec<u8>, id: u8, bytes: Option<&[u8]>) {
    if let Some(bytes) = bytes {
        out.push(id);
        leb::push_bytes(out, bytes);
    }
}
