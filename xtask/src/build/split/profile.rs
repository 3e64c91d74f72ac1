//! The list of functions that start the page: watched, not guessed.
//!
//! A build in one piece gets a mark in front of each function, a global that it sets. The page is started in Chromium as a first
//! visit does it, and the functions whose marks are set are written down by name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::Page;
use super::leb::{self, Cursor};
use super::module::{Export, Module};
use crate::failure::{Context, Failure, Outcome};
use crate::{console, process, workspace};

/// Starts the page of dist and prints the numbers of the functions that were called, one a line.
const WATCH: &str = "xtask/src/build/split/watch.mjs";

/// The second part of a page with marks: it has none, and asks for one that the watcher never lets come.
const NEVER: &str = "never_rest.wasm";
/// Where the list is.
pub const LIST: &str = "xtask/src/build/split/start.txt";

impl Page {
    /// Puts the module in one piece into dist, every function with a mark, and glue that shows the marks.
    pub fn mark(&self, dist: &Path) -> Outcome {
        let wasm = dist.join(format!("{}_bg.wasm", self.stem));
        let glue = self.glue(dist, NEVER)? + "\nexport const marks = () => wasm;\n";
        fs::write(dist.join(format!("{}.js", self.stem)), glue)
            .and_then(|()| fs::write(&wasm, marked(&self.module).write()))
            .context(|| format!("could not write into {}", dist.display()))
    }

    /// Starts the page of a dist with marks and writes down which functions were called.
    pub fn watch(&self, chromium: &Path) -> Outcome {
        let mut command = Command::new("node");
        process::without_package_variables(&mut command);
        command
            .current_dir(workspace::root())
            .args([WATCH, &self.stem])
            .env("SPANLIGHT_CHROMIUM", chromium);
        let printed = process::output(&mut command)?;
        let first = self.module.imported();
        let called = printed
            .lines()
            .filter_map(|line| line.trim().parse::<u32>().ok());
        let names = called.filter_map(|number| self.module.names.get(&(first + number)));
        let names: BTreeSet<String> = names.map(|name| plain(name)).collect();
        if names.is_empty() {
            return Err(Failure::new(
                "the page did not start: no function was called",
            ));
        }
        let list = workspace::root().join(LIST);
        let mut text = names.into_iter().collect::<Vec<_>>().join("\n");
        text.push('\n');
        fs::write(&list, &text).context(|| format!("could not write {}", list.display()))?;
        console::line(format!(
            "{} functions start the page; see {LIST}",
            text.lines().count()
        ));
        Ok(())
    }
}

/// The module with a global for each function it defines, exported as `mark0` and so on, which the function sets.
fn marked(module: &Module) -> Module {
    let mut marked = module.clone();
    for (number, body) in (0_u32..).zip(&mut marked.bodies) {
        let global = marked.globals.len() as u32;
        marked.globals.push(([0x7f, 1], vec![0x41, 0, 0x0b]));
        marked.exports.push(Export {
            name: format!("mark{number}").into_bytes(),
            kind: 3,
            index: global,
        });
        *body = with_mark(body, global);
    }
    marked
}

/// A body whose first instructions set a global to 1. One that is cut stays as it is: the browser says so better.
fn with_mark(body: &[u8], global: u32) -> Vec<u8> {
    let mut cursor = Cursor::new(body);
    let Ok(()) = skip_locals(&mut cursor) else {
        return body.to_vec();
    };
    let mut with = cursor.since(0).to_vec();
    with.extend([0x41, 1, 0x24]);
    leb::push(&mut with, global);
    with.extend(cursor.rest());
    with
}

fn skip_locals(cursor: &mut Cursor<'_>) -> Outcome {
    for _ in 0..cursor.number()? {
        cursor.number()?;
        cursor.byte()?;
    }
    Ok(())
}

/// A function's name without what changes from build to build: the hashes of crates and of instances.
pub fn plain(name: &str) -> String {
    let name = match name.rsplit_once("::h") {
        Some((rest, hash)) if is_hash(hash) => rest,
        _ => name,
    };
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('[') {
        plain.push_str(before);
        rest = match behind.split_once(']') {
            Some((hash, after)) if is_hash(hash) => after,
            _ => {
                plain.push('[');
                behind
            }
        };
    }
    plain.push_str(rest);
    plain
}

fn is_hash(text: &str) -> bool {
    (13..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_changes_from_build_to_build() {
        assert_eq!(plain("a::b::h0123456789abcdef"), "a::b");
        assert_eq!(
            plain("<a[0123456789abcdef]::B<[u8]> as c[1123456789abcde]::D>::e::{closure#0}"),
            "<a::B<[u8]> as c::D>::e::{closure#0}"
        );
        assert_eq!(plain("a::hello"), "a::hello");
        assert_eq!(plain("[u8; 4"), "[u8; 4");
    }

    #[test]
    fn a_mark_stands_behind_the_locals() {
        assert_eq!(
            with_mark(&[1, 2, 0x7f, 0x01, 0x0b], 5),
            [1, 2, 0x7f, 0x41, 1, 0x24, 5, 0x01, 0x0b]
        );
    }
}
