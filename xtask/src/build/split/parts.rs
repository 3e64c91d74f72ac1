//! Splits a module in two: what a page needs to start, and the rest, which is loaded when one of its functions is first called.
//!
//! Memory, tables and globals stay with the first part and are shared. Each function that went to the rest and is called from
//! the first part leaves a stub there: it loads the rest unless that is done, and calls through the table, where the rest has
//! put the function by then.
//!
//! ```text
//! start:  f() { g() }   g() { if !loaded { load() } table[9]() }     table: … 9: g's stub
//! rest:   g() { … }                                                  table: … 9: g
//! ```

use std::collections::{HashMap, HashSet};

use super::code;
use super::leb::{self, Cursor};
use super::module::{Export, Import, Module, Segment};
use crate::failure::{Failure, Outcome};

/// The module name under which the rest imports what the first part shares, and the first part what loads the rest.
const START: &str = "start";
const REST: &str = "rest";

/// A module in two parts.
#[derive(Debug)]
pub struct Parts {
    pub start: Module,
    pub rest: Module,
}

/// Splits; `is_rest` says of the index of each defined function whether it goes to the rest.
///
/// # Errors
/// The module has no table for functions, or instructions that are not known.
pub fn split(module: &Module, is_rest: impl Fn(u32) -> bool) -> Outcome<Parts> {
    let first = module.imported();
    let all = first..first + module.functions.len() as u32;
    let rest: HashSet<u32> = all.filter(|&index| is_rest(index)).collect();
    let plan = Plan::new(module, rest)?;
    Ok(Parts {
        start: plan.start()?,
        rest: plan.rest()?,
    })
}

/// What goes where.
struct Plan<'m> {
    module: &'m Module,
    rest: HashSet<u32>,
    /// The table for calls.
    table: u32,
    /// Where in the table each function stands that has a stub which may be called.
    slots: HashMap<u32, u32>,
    /// Functions of the first part that the rest calls, in order of their indices.
    shared: Vec<u32>,
    /// Index of the global that says whether the rest is loaded.
    loaded: u32,
    /// Index of the type of a function without parameters and results.
    no_value: Option<u32>,
}

impl<'m> Plan<'m> {
    fn new(module: &'m Module, rest: HashSet<u32>) -> Outcome<Self> {
        let table = module
            .segments
            .first()
            .map(|segment| segment.table)
            .ok_or_else(|| Failure::new("the module has no table of functions"))?;
        let mut plan = Self {
            module,
            rest,
            table,
            slots: HashMap::new(),
            shared: Vec::new(),
            loaded: module.globals.len() as u32,
            no_value: position(&module.types, &[0x60, 0, 0]),
        };
        plan.find_slots_of_segments();
        plan.find_calls_across()?;
        Ok(plan)
    }

    fn find_slots_of_segments(&mut self) {
        for segment in self
            .module
            .segments
            .iter()
            .filter(|one| one.table == self.table)
        {
            for (slot, function) in (segment.offset..).zip(&segment.functions) {
                if self.rest.contains(function) {
                    self.slots.entry(*function).or_insert(slot);
                }
            }
        }
    }

    /// Functions of the rest that the first part or the page calls get a place in the table; those of the first part that the
    /// rest calls are shared.
    fn find_calls_across(&mut self) -> Outcome {
        let first = self.module.imported();
        let exported = self.module.exports.iter().filter(|export| export.kind == 0);
        let mut called: Vec<u32> = exported.map(|export| export.index).collect();
        let mut shared = HashSet::new();
        for (index, body) in (first..).zip(&self.module.bodies) {
            let callees = code::callees(body)?;
            if self.rest.contains(&index) {
                let own = callees.into_iter().filter(|callee| *callee >= first);
                shared.extend(own.filter(|callee| !self.rest.contains(callee)));
            } else {
                called.extend(callees);
            }
        }
        let mut next = self.table_size()?;
        for callee in called
            .into_iter()
            .filter(|callee| self.rest.contains(callee))
        {
            self.slots.entry(callee).or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
        self.shared = shared.into_iter().collect();
        self.shared.sort_unstable();
        Ok(())
    }

    fn table_size(&self) -> Outcome<u32> {
        let table = self.module.tables.get(self.table as usize);
        let table = table.ok_or_else(|| Failure::new("a segment names no table"))?;
        let mut cursor = Cursor::new(table);
        cursor.take(2)?;
        cursor.number()
    }

    /// The first part: all functions keep their order, one import more moves those that are defined.
    fn start(&self) -> Outcome<Module> {
        let mut start = self.module.clone();
        let first = self.module.imported();
        let load = first;
        let moved = |index: u32| index + u32::from(index >= first);
        let kind = self.no_value.unwrap_or(start.types.len() as u32);
        if self.no_value.is_none() {
            start.types.push(vec![0x60, 0, 0]);
        }
        start.imports.push(Import::function(REST, "load", kind));
        for (index, body) in (first..).zip(&mut start.bodies) {
            *body = if self.rest.contains(&index) {
                self.stub(index, load)?
            } else {
                code::renumber(body, |callee| Ok(moved(callee)))?
            };
        }
        for export in start.exports.iter_mut().filter(|export| export.kind == 0) {
            export.index = moved(export.index);
        }
        for function in start
            .segments
            .iter_mut()
            .flat_map(|segment| &mut segment.functions)
        {
            *function = moved(*function);
        }
        self.grow_table(&mut start)?;
        start.globals.push(([0x7f, 1], vec![0x41, 0, 0x0b]));
        self.share(&mut start, moved);
        start.names = HashMap::new();
        Ok(start)
    }

    /// Loads the rest unless that is done, and calls the function through the table.
    fn stub(&self, function: u32, load: u32) -> Outcome<Vec<u8>> {
        let Some(slot) = self.slots.get(&function) else {
            // Nobody calls it here: wasm-opt takes it out.
            return Ok(vec![0, 0x00, 0x0b]);
        };
        let kind = self.type_of(function);
        let mut body = vec![0, 0x23];
        leb::push(&mut body, self.loaded);
        body.extend([0x45, 0x04, 0x40, 0x10]);
        leb::push(&mut body, load);
        body.push(0x0b);
        for parameter in 0..self.parameters(kind)? {
            body.push(0x20);
            leb::push(&mut body, parameter);
        }
        body.push(0x41);
        leb::push_signed(&mut body, slot.cast_signed());
        body.push(0x11);
        leb::push(&mut body, kind);
        leb::push(&mut body, self.table);
        body.push(0x0b);
        Ok(body)
    }

    fn type_of(&self, function: u32) -> u32 {
        self.module.functions[(function - self.module.imported()) as usize]
    }

    fn parameters(&self, kind: u32) -> Outcome<u32> {
        let kind = self.module.types.get(kind as usize);
        let kind = kind.ok_or_else(|| Failure::new("a function has no type"))?;
        let mut cursor = Cursor::new(kind);
        cursor.byte()?;
        cursor.number()
    }

    /// Room behind the table's entries for the stubs' functions.
    fn grow_table(&self, start: &mut Module) -> Outcome {
        let size = self.slots.values().max().map_or(0, |slot| slot + 1);
        let size = size.max(self.table_size()?);
        let old = &self.module.tables[self.table as usize];
        let mut table = vec![old[0], 0];
        leb::push(&mut table, size);
        start.tables[self.table as usize] = table;
        Ok(())
    }

    /// Exports what the rest imports.
    fn share(&self, start: &mut Module, moved: impl Fn(u32) -> u32) {
        let mut export = |name: String, kind, index| {
            start.exports.push(Export {
                name: name.into_bytes(),
                kind,
                index,
            });
        };
        for function in &self.shared {
            export(format!("f{function}"), 0, moved(*function));
        }
        for table in 0..self.module.tables.len() as u32 {
            export(format!("t{table}"), 1, table);
        }
        for memory in 0..self.module.memories.len() as u32 {
            export(format!("m{memory}"), 2, memory);
        }
        for global in 0..self.module.globals.len() as u32 {
            export(format!("g{global}"), 3, global);
        }
        export("loaded".to_owned(), 3, self.loaded);
    }

    /// The rest: imports all that is shared, and puts its functions into the table.
    fn rest(&self) -> Outcome<Module> {
        let module = self.module;
        let first = module.imported();
        let mut rest = Module {
            types: module.types.clone(),
            imports: module.imports.clone(),
            customs: module.customs.clone(),
            ..Module::default()
        };
        let mut numbers: HashMap<u32, u32> = (0..first).map(|index| (index, index)).collect();
        for (number, function) in (first..).zip(&self.shared) {
            let import = Import::function(START, &format!("f{function}"), self.type_of(*function));
            rest.imports.push(import);
            numbers.insert(*function, number);
        }
        let own: Vec<u32> = (first..first + module.functions.len() as u32)
            .filter(|index| self.rest.contains(index))
            .collect();
        let base = first + self.shared.len() as u32;
        numbers.extend(own.iter().copied().zip(base..));
        let number = |function: u32| {
            numbers
                .get(&function)
                .copied()
                .ok_or_else(|| Failure::new("a call leads nowhere"))
        };
        for function in &own {
            rest.functions.push(self.type_of(*function));
            let body = &module.bodies[(function - first) as usize];
            rest.bodies.push(code::renumber(body, number)?);
        }
        self.import_shared(&mut rest)?;
        for segment in self.segments_of_rest() {
            rest.segments.push(Segment {
                functions: segment
                    .functions
                    .iter()
                    .copied()
                    .map(number)
                    .collect::<Outcome<_>>()?,
                ..segment
            });
        }
        Ok(rest)
    }

    fn import_shared(&self, rest: &mut Module) -> Outcome {
        let mut import = |name: String, kind, description: &[u8]| {
            rest.imports.push(Import {
                module: START.into(),
                name: name.into_bytes(),
                kind,
                description: description.to_vec(),
            });
        };
        for (index, table) in self.module.tables.iter().enumerate() {
            // At least empty: the size is the first part's matter.
            let unbounded = [*table.first().unwrap_or(&0x70), 0, 0];
            import(format!("t{index}"), 1, &unbounded);
        }
        for (index, memory) in self.module.memories.iter().enumerate() {
            let mut cursor = Cursor::new(memory);
            let flags = cursor.byte()?;
            if flags & !1 != 0 {
                return Err(Failure::new("the module's memory is shared or large"));
            }
            import(format!("m{index}"), 2, memory);
        }
        for (index, (kind, _)) in self.module.globals.iter().enumerate() {
            import(format!("g{index}"), 3, kind);
        }
        Ok(())
    }

    /// Every place of the table where a function of the rest belongs, in runs of neighbours.
    fn segments_of_rest(&self) -> Vec<Segment> {
        let mut places: Vec<(u32, u32, u32)> = Vec::new();
        for segment in &self.module.segments {
            for (slot, function) in (segment.offset..).zip(&segment.functions) {
                if self.rest.contains(function) {
                    places.push((segment.table, slot, *function));
                }
            }
        }
        let in_segments: HashSet<u32> = places.iter().map(|(_, _, function)| *function).collect();
        let added = self
            .slots
            .iter()
            .filter(|(function, _)| !in_segments.contains(function));
        places.extend(added.map(|(function, slot)| (self.table, *slot, *function)));
        places.sort_unstable();
        let mut runs: Vec<Segment> = Vec::new();
        for (table, slot, function) in places {
            match runs.last_mut() {
                Some(run)
                    if run.table == table && run.offset + run.functions.len() as u32 == slot =>
                {
                    run.functions.push(function);
                }
                _ => runs.push(Segment {
                    table,
                    offset: slot,
                    functions: vec![function],
                }),
            }
        }
        runs
    }
}

fn position(types: &[Vec<u8>], wanted: &[u8]) -> Option<u32> {
    let found = types.iter().position(|one| one == wanted)?;
    Some(found as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// `a() = b(1)`, `b(x) = c(x) + 40`, `c(x) = x + 1`, `d(x) = x`; `b` stands in the table, at 1; `a` and `d` are exported.
    fn module() -> Module {
        let export = |name: &str, index| Export {
            name: name.into(),
            kind: 0,
            index,
        };
        Module {
            types: vec![vec![0x60, 0, 1, 0x7f], vec![0x60, 1, 0x7f, 1, 0x7f]],
            functions: vec![0, 1, 1, 1],
            tables: vec![vec![0x70, 0, 2]],
            memories: vec![vec![0, 1]],
            globals: vec![([0x7f, 1], vec![0x41, 7, 0x0b])],
            exports: vec![export("a", 0), export("d", 3)],
            segments: vec![Segment {
                table: 0,
                offset: 1,
                functions: vec![1],
            }],
            bodies: vec![
                vec![0, 0x41, 1, 0x10, 1, 0x0b],
                vec![0, 0x20, 0, 0x10, 2, 0x41, 40, 0x6a, 0x0b],
                vec![0, 0x20, 0, 0x41, 1, 0x6a, 0x0b],
                vec![0, 0x20, 0, 0x0b],
            ],
            ..Module::default()
        }
    }

    /// Links the parts as the page does; the last argument says what is printed.
    const LINK: &str = "
const [first, second] = process.argv.slice(1, 3).map((hex) => new WebAssembly.Module(Buffer.from(hex, 'hex')));
let loads = 0;
const rest = { load: () => { loads += 1; new WebAssembly.Instance(second, { start: start.exports }); start.exports.loaded.value = 1; } };
const start = new WebAssembly.Instance(first, { rest });
const { a, d } = start.exports;
console.log([loads, a(), a(), d(9), loads].join(' '));";

    fn run(parts: &Parts) -> String {
        let hex = |module: &Module| -> String {
            let bytes = module.write();
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .concat()
        };
        let mut node = Command::new("node");
        node.args(["-e", LINK, &hex(&parts.start), &hex(&parts.rest)]);
        let output = node.output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
            + String::from_utf8_lossy(&output.stderr).trim()
    }

    #[test]
    fn the_rest_is_loaded_by_the_first_call_into_it_and_once() {
        let parts = split(&module(), |index| index == 1).unwrap();
        assert_eq!(run(&parts), "0 42 42 9 1");
    }

    #[test]
    fn every_choice_of_a_rest_computes_the_same() {
        for choice in 0_u32..16 {
            let parts = split(&module(), |index| choice >> index & 1 == 1).unwrap();
            let loads = u32::from(choice != 0);
            assert_eq!(run(&parts), format!("0 42 42 9 {loads}"), "{choice:04b}");
        }
    }

    #[test]
    fn a_module_reads_back_as_written() {
        let module = module();
        assert_eq!(Module::read(&module.write()).unwrap(), module);
        assert!(Module::read(&module.write()[..40]).is_err());
    }
}
