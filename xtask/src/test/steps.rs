//! The steps of `test`, each a command or two.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Done;
use crate::browser::Browser;
use crate::build::{self, Profile};
use crate::failure::{Context, Failure, Outcome};
use crate::{console, process, tools, workspace};

/// Warnings are errors here, and only here: a half-written change may have them.
const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// Installs what the steps need, so that no step's time is that of an installation.
pub fn prepare(fast: bool) -> Outcome {
    tools::require_wasm_target()?;
    tools::require_component("rustfmt", "fmt")?;
    tools::require_component("clippy", "clippy")?;
    if fast {
        return Ok(());
    }
    tools::require_node()?;
    for tool in [tools::TRUNK, tools::WASM_BINDGEN, tools::WASM_OPT] {
        tool.folder()?;
    }
    Browser::ensure()?;
    tools::require_playwright()
}

/// Default rustfmt.
pub fn format() -> Outcome<Done> {
    cargo(&["fmt", "--all", "--check"], &[])
}

/// Clippy on everything that compiles natively.
pub fn clippy() -> Outcome<Done> {
    cargo(&["clippy", "--workspace", "--all-targets"], &STRICT)
}

/// Clippy on the page and the worker.
pub fn clippy_web() -> Outcome<Done> {
    let arguments = [
        "clippy",
        "--features",
        "web",
        "--target",
        tools::WASM_TARGET,
        "--lib",
        "--bins",
        "--test",
        "dom",
    ];
    cargo(&arguments, &STRICT)
}

/// Clippy on the decoders that are loaded on demand.
pub fn clippy_unpack() -> Outcome<Done> {
    let arguments = [
        "clippy",
        "--features",
        "unpack",
        "--target",
        tools::WASM_TARGET,
        "--lib",
        "--bins",
    ];
    cargo(&arguments, &STRICT)
}

/// Unit, golden, layer, property and documentation tests.
pub fn native() -> Outcome<Done> {
    cargo(&["test", "--workspace", "--no-fail-fast"], &[])
}

/// Links between items that do not exist.
pub fn documentation() -> Outcome<Done> {
    let mut command = process::cargo();
    command
        .current_dir(workspace::root())
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command).map(|()| Done::Passed)
}

/// `tests/dom.rs` in a browser.
pub fn dom() -> Outcome<Done> {
    let root = workspace::root();
    if !root.join("tests/dom.rs").is_file() {
        return Ok(Done::Nothing("there is no tests/dom.rs"));
    }
    let browser = Browser::ensure()?;
    let folder = workspace::target();
    fs::create_dir_all(&folder).context(|| format!("could not make {}", folder.display()))?;
    let capabilities = folder.join("webdriver.json");
    browser.write_capabilities(&capabilities)?;
    let runner = tools::WASM_BINDGEN
        .folder()?
        .join(process::executable("wasm-bindgen-test-runner"));
    let mut command = process::cargo();
    process::without_rustflags(&mut command);
    command
        .current_dir(root)
        .args([
            "test",
            "--features",
            "web",
            "--target",
            tools::WASM_TARGET,
            "--test",
            "dom",
        ])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
    process::run(&mut command).map(|()| Done::Passed)
}

/// The release build and its size limits.
pub fn dist() -> Outcome<Done> {
    // A failed build must not leave an older dist for the next step.
    let dist = workspace::dist();
    if dist.exists() {
        fs::remove_dir_all(&dist).context(|| format!("could not remove {}", dist.display()))?;
    }
    build::build(Profile::Release).map(|()| Done::Passed)
}

/// The scenarios of `tests/e2e` on the built dist.
pub fn end_to_end() -> Outcome<Done> {
    if !workspace::dist().join("index.html").is_file() {
        return Err(Failure::new("not run: there is no dist"));
    }
    let browser = Browser::ensure()?;
    let root = workspace::root();
    let mut command = Command::new("node");
    process::without_package_variables(&mut command);
    command
        .current_dir(&root)
        .args(["--test", "--test-reporter=spec"])
        .args(scenarios(&root.join("tests/e2e"))?)
        .env("SPANLIGHT_CHROMIUM", browser.chromium);
    console::line(process::shown(&command));
    process::run(&mut command).map(|()| Done::Passed)
}

/// The test files of a folder, in order of name; there is at least one.
fn scenarios(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).context(|| format!("could not read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    if files.is_empty() {
        let message = format!("{} has no *.test.mjs", folder.display());
        return Err(Failure::new(message));
    }
    Ok(files)
}

/// Runs cargo in the repository with the flags of its own configuration.
fn cargo(arguments: &[&str], last: &[&str]) -> Outcome<Done> {
    let mut command = process::cargo();
    process::without_rustflags(&mut command);
    command
        .current_dir(workspace::root())
        .args(arguments)
        .args(last);
    process::run(&mut command).map(|()| Done::Passed)
}
