//! `bench`: makes trace files, builds the release and measures it in Chromium; `benches/browser/` says what is measured and how.

use std::fs;
use std::process::Command;

use xtask::generate::Plan;

use crate::args::Options;
use crate::browser;
use crate::build::{self, Profile};
use crate::failure::{Context, Failure, Outcome};
use crate::{console, generated, process, tools, workspace};

/// The sizes of the README's table.
const SIZES: &str = "100000,1000000";
/// Turns that count for each median.
const REPEAT: u32 = 5;
/// Lines that enclose the table in the README.
const OPEN: &str = "<!-- bench -->";
const CLOSE: &str = "<!-- /bench -->";

/// The `bench` command.
pub fn command(arguments: &[String]) -> Outcome {
    let mut options = Options::new(arguments);
    let sizes = sizes(options.text("--sizes")?.as_deref().unwrap_or(SIZES))?;
    let repeat = options.number("--repeat")?.unwrap_or(REPEAT).max(1);
    let ready = options.switch("--no-build");
    let to_readme = options.switch("--write-readme");
    options.finish()?;
    tools::require_node()?;
    tools::require_playwright()?;
    let chromium = browser::chromium().ok_or_else(browser::missing)?;
    if !ready {
        build::build(Profile::Release)?;
    }
    let [first_load, code] = build::code(&workspace::dist())?;
    let mut command = Command::new("node");
    process::without_package_variables(&mut command);
    command
        .current_dir(workspace::root())
        .arg("benches/browser/bench.mjs")
        .args([u64::from(repeat), first_load, code].map(|number| number.to_string()))
        .env("SPANLIGHT_CHROMIUM", chromium);
    for spans in sizes {
        let many = generated::cached(Plan::new(spans))?;
        let one = generated::cached(Plan {
            traces: 1,
            ..Plan::new(spans)
        })?;
        command.arg(format!("{spans}={},{}", one.display(), many.display()));
    }
    let table = process::output(&mut command)?;
    console::line(&table);
    if to_readme {
        write_readme(&table)?;
    }
    Ok(())
}

fn sizes(list: &str) -> Outcome<Vec<u64>> {
    list.split(',')
        .map(|size| {
            let spans = size.trim().replace('_', "").parse().ok();
            spans.filter(|spans| *spans > 0).ok_or_else(|| {
                Failure::new(format!("--sizes needs numbers of spans, not {size:?}"))
            })
        })
        .collect()
}

fn write_readme(table: &str) -> Outcome {
    let path = workspace::root().join("README.md");
    let text =
        fs::read_to_string(&path).context(|| format!("could not read {}", path.display()))?;
    let replaced = replace_block(&text, table).ok_or_else(|| {
        Failure::new(format!(
            "README.md has no lines {OPEN} and {CLOSE} to write between"
        ))
    })?;
    fs::write(&path, replaced).context(|| format!("could not write {}", path.display()))
}

/// The text with everything between the two marks replaced.
fn replace_block(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(OPEN)?;
    let (_, after) = rest.split_once(CLOSE)?;
    Some(format!("{before}{OPEN}\n{}\n{CLOSE}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_replaces_the_last_one() {
        let text = "a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n";
        let first = replace_block(text, "new\n").unwrap();
        assert_eq!(first, "a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n");
        assert_eq!(replace_block(&first, "new").unwrap(), first);
        assert_eq!(replace_block("no marks", "new"), None);
    }

    #[test]
    fn sizes_are_numbers_of_spans() {
        assert_eq!(sizes("100_000, 5").unwrap(), [100_000, 5]);
        assert!(sizes("many").is_err());
        assert!(sizes("0").is_err());
    }
}
