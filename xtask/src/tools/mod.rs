//! The pinned tools of the build, each in a folder of the per-user cache that carries its version.
//!
//! | tool | why | from |
//! |---|---|---|
//! | wasm32-unknown-unknown | the target | rustup |
//! | trunk | bundles the page | crates, compiled |
//! | wasm-bindgen | glue between wasm and JavaScript; must equal the crate's version exactly | crates, compiled |
//! | wasm-opt | shrinks the wasm by about 40 % | npm's binaryen |
//!
//! A tool on `PATH` is used as it is when it has exactly the pinned version.

mod install;
mod lock;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Context, Failure, Outcome};
use crate::{console, process, workspace};

/// The target of everything that runs in the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program the build needs in exactly one version.
#[derive(Debug)]
pub struct Tool {
    /// The program's name, also that of its cache folder.
    name: &'static str,
    /// The version that folder carries and `--version` prints.
    version: &'static str,
    /// What it is for, shown while it is installed.
    purpose: &'static str,
    /// How long the installation takes on two cores.
    usual: &'static str,
    /// Where it comes from.
    source: Source,
}

/// Where a tool comes from.
#[derive(Debug)]
enum Source {
    /// `cargo install <package>` with these extra arguments.
    Cargo {
        package: &'static str,
        arguments: &'static [&'static str],
    },
    /// `npm install <package>`.
    Npm { package: &'static str },
}

/// Bundles the page. The default features but one: looking for updates needs the network.
pub const TRUNK: Tool = Tool {
    name: "trunk",
    version: "0.21.14",
    purpose: "bundles the page",
    usual: "5 to 8 minutes, once",
    source: Source::Cargo {
        package: "trunk",
        arguments: &["--locked", "--no-default-features", "--features", "rustls"],
    },
};

/// Writes the JavaScript side of the wasm modules; its test runner comes with it. Its lock file does not build, hence no `--locked`.
pub const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen",
    version: "0.2.130",
    purpose: "joins wasm and JavaScript",
    usual: "2 to 3 minutes, once",
    source: Source::Cargo {
        package: "wasm-bindgen-cli",
        arguments: &[],
    },
};

/// Shrinks wasm. npm's `binaryen` carries it compiled to JavaScript: the same everywhere Node.js runs.
pub const WASM_OPT: Tool = Tool {
    name: "wasm-opt",
    version: "132",
    purpose: "shrinks the wasm",
    usual: "10 seconds, once",
    source: Source::Npm {
        package: "binaryen@132",
    },
};

impl Tool {
    /// The folder that holds the program, after installing it where it is missing.
    pub fn folder(&self) -> Outcome<PathBuf> {
        if let Some(found) = self.on_path() {
            return Ok(found);
        }
        let cache = workspace::tool_cache()?;
        let title = format!("{}-{}", self.name, self.version);
        let home = cache.join(&title);
        let folder = home.join(self.source.programs());
        if self.is_in(&folder) {
            return Ok(folder);
        }
        std::fs::create_dir_all(&cache)
            .context(|| format!("could not make the tool cache {}", cache.display()))?;
        let _lock = lock::Lock::acquire(&cache.join(format!("{title}.lock")), self.name)?;
        // Another process may have installed it while this one waited.
        if !self.is_in(&folder) {
            let what = format!(
                "Installing {} {}, which {}",
                self.name, self.version, self.purpose
            );
            console::step(&what, self.usual, || install::install(self, &cache, &title))?;
        }
        if self.is_in(&folder) {
            Ok(folder)
        } else {
            Err(Failure::new(format!(
                "{} was installed into {} but does not say that it is version {}",
                self.name,
                home.display(),
                self.version
            )))
        }
    }

    /// The folder of `PATH` that holds this very version.
    fn on_path(&self) -> Option<PathBuf> {
        let program = process::on_path(self.name)?;
        self.is_version(&program)
            .then(|| program.parent().map(Path::to_path_buf))
            .flatten()
    }

    fn is_in(&self, folder: &Path) -> bool {
        let program = folder.join(process::executable(self.name));
        program.exists() && self.is_version(&program)
    }

    fn is_version(&self, program: &Path) -> bool {
        process::version_line(program)
            .is_some_and(|line| line.split_whitespace().any(|word| word == self.version))
    }
}

impl Source {
    /// Where programs stand below the tool's own folder.
    fn programs(&self) -> &'static str {
        match self {
            Self::Cargo { .. } => "bin",
            Self::Npm { .. } => "node_modules/.bin",
        }
    }
}

/// Checks that Node.js is there; which npm's tools, the size table and the browser tests need.
pub fn require_node() -> Outcome {
    let version = process::version_line("node").ok_or_else(|| {
        Failure::new("Node.js is missing: install version 20 or later (the program is called node)")
    })?;
    let major = version.trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= 20 => Ok(()),
        _ => Err(Failure::new(format!(
            "Node.js 20 or later is needed, this one says {version}"
        ))),
    }
}

/// Adds the wasm target to the Rust toolchain where it is missing.
pub fn require_wasm_target() -> Outcome {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let installed = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM_TARGET);
    if installed.join("lib").is_dir() {
        return Ok(());
    }
    let what = format!("Adding {WASM_TARGET} to the Rust toolchain");
    console::step(&what, "20 seconds, once", || {
        process::run(Command::new("rustup").args(["target", "add", WASM_TARGET]))
    })
    .context(|| format!("the Rust target {WASM_TARGET} is missing and rustup could not add it"))
}

/// Adds a component of the Rust toolchain, whose cargo command is `command`, where it is missing.
pub fn require_component(component: &str, command: &str) -> Outcome {
    let there = process::cargo()
        .args([command, "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    let what = format!("Adding {component} to the Rust toolchain");
    console::step(&what, "10 seconds, once", || {
        process::run(Command::new("rustup").args(["component", "add", component]))
    })
}

/// Installs the pinned browser driver of `tests/e2e/package.json` beside it, where it is missing.
pub fn require_playwright() -> Outcome {
    let folder = workspace::root().join("tests/e2e");
    let pinned = version_of(&folder.join("package.json"), "\"playwright-core\": \"")?;
    let package = folder.join("node_modules/playwright-core/package.json");
    if version_of(&package, "\"version\": \"").is_ok_and(|version| version == pinned) {
        return Ok(());
    }
    let what = format!("Installing playwright-core {pinned}, which drives the browser");
    console::step(&what, "10 seconds, once", || {
        process::run_quietly(process::npm().current_dir(&folder).args([
            "install",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ]))
    })
}

/// The text between `before` and the next quote of a file.
fn version_of(path: &Path, before: &str) -> Outcome<String> {
    let text =
        std::fs::read_to_string(path).context(|| format!("could not read {}", path.display()))?;
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| Failure::new(format!("{} has no {before}", path.display())))
}
