//! The size table: what a first visit loads and what is loaded on demand, raw and compressed with brotli as hosts do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process;

/// What a first load may weigh: html, css, js and wasm in bytes of brotli.
const FIRST_LOAD_LIMIT: u64 = 150_000;

/// Prints `name`, bytes and brotli bytes of every file below the folder in its argument, separated by tabs.
const MEASURE: &str = "
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { brotliCompressSync, constants } = require('node:zlib');
const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
for (const entry of readdirSync(process.argv[1], { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  const name = path.slice(process.argv[1].length + 1).replaceAll('\\\\', '/');
  console.log([name, bytes.length, brotliCompressSync(bytes, { params }).length].join('\\t'));
}";

/// One file of dist.
#[derive(Debug, PartialEq, Eq)]
struct File {
    name: String,
    raw: u64,
    brotli: u64,
}

/// Prints the table; fails when the first load is above its limit.
pub fn check(dist: &Path) -> Outcome {
    let files = measure(dist)?;
    console::line(table(&files));
    let total = total(&files, Load::First).brotli;
    if total > FIRST_LOAD_LIMIT {
        return Err(Failure::new(format!(
            "the first load weighs {} of brotli, above its limit of {}; new functions start the page, or the list of those that do \
             is old: cargo xtask profile writes a new one",
            kilobytes(total),
            kilobytes(FIRST_LOAD_LIMIT)
        )));
    }
    Ok(())
}

/// Bytes of brotli that a first visit loads, and those of all code once a file is open (decoders left out).
pub fn code(dist: &Path) -> Outcome<[u64; 2]> {
    let files = measure(dist)?;
    let first = total(&files, Load::First).brotli;
    let later = files.iter().filter(|file| is_later(&file.name));
    let later: u64 = later.map(|file| file.brotli).sum();
    Ok([first, first + later])
}

/// Whether a file is loaded with the first sign of somebody there.
fn is_later(name: &str) -> bool {
    name.ends_with("_rest.wasm") || name.starts_with("worker") || name.starts_with("later-")
}

/// All files of dist by name.
fn measure(dist: &Path) -> Outcome<Vec<File>> {
    let printed = process::output(Command::new("node").args(["-e", MEASURE]).arg(dist))?;
    let mut files: Vec<File> = printed.lines().filter_map(parse).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// The sum of the files of one kind, under its name.
fn total(files: &[File], load: Load) -> File {
    let of = |size: fn(&File) -> u64| {
        let files = files.iter().filter(|file| load_of(&file.name) == load);
        files.map(size).sum()
    };
    File {
        name: load.title().to_owned(),
        raw: of(|file| file.raw),
        brotli: of(|file| file.brotli),
    }
}

fn parse(line: &str) -> Option<File> {
    let mut parts = line.split('\t');
    Some(File {
        name: parts.next()?.to_owned(),
        raw: parts.next()?.parse().ok()?,
        brotli: parts.next()?.parse().ok()?,
    })
}

/// When a file is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Load {
    /// By every visit.
    First,
    /// The page's second part and the worker when somebody touches the page or a script asks for them, decoders with the first
    /// file that needs them, samples when chosen.
    OnDemand,
}

impl Load {
    fn title(self) -> &'static str {
        match self {
            Self::First => "first load",
            Self::OnDemand => "on demand",
        }
    }
}

fn load_of(name: &str) -> Load {
    let kind = name.rsplit('.').next().unwrap_or_default();
    let first = matches!(kind, "html" | "css" | "js" | "wasm");
    let later = is_later(name) || name.starts_with("unpack");
    if first && !later && name != "embed.js" {
        Load::First
    } else {
        Load::OnDemand
    }
}

fn table(files: &[File]) -> String {
    let mut text = format!("{:<44} {:>10} {:>10}\n", "file", "raw", "brotli");
    for load in [Load::First, Load::OnDemand] {
        for file in files.iter().filter(|file| load_of(&file.name) == load) {
            push_row(&mut text, "  ", file);
        }
        push_row(&mut text, "", &total(files, load));
    }
    let _ = write!(
        text,
        "{:<44} {:>21}",
        "limit of the first load",
        kilobytes(FIRST_LOAD_LIMIT)
    );
    text
}

fn push_row(text: &mut String, indent: &str, file: &File) {
    let name = format!("{indent}{}", file.name);
    let (raw, brotli) = (kilobytes(file.raw), kilobytes(file.brotli));
    let _ = writeln!(text, "{name:<44} {raw:>10} {brotli:>10}");
}

/// Bytes as `12.3 KB`, 1 KB being 1000 bytes.
fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decoders_and_samples_do_not_count() {
        for name in ["index.html", "app-1.js", "app-1_bg.wasm", "main-1.css"] {
            assert_eq!(load_of(name), Load::First, "{name}");
        }
        for name in [
            "app-1_rest.wasm",
            "later-1.css",
            "worker.js",
            "worker_bg.wasm",
            "unpack.js",
            "unpack_bg.wasm",
            "samples/agents.json",
            "favicon.svg",
            "embed.js",
        ] {
            assert_eq!(load_of(name), Load::OnDemand, "{name}");
        }
    }

    #[test]
    fn a_line_of_the_measurement_is_read() {
        let file = parse("a.js\t1234\t567").unwrap();
        assert_eq!((file.raw, file.brotli), (1234, 567));
        assert_eq!(parse("a.js\tmany\t5"), None);
        assert_eq!(kilobytes(149_960), "149.9 KB");
    }
}
