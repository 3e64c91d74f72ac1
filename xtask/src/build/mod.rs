//! `build`: makes `dist/`, a static site that works on any host under any sub-path.

mod finish;
mod sizes;
mod split;

pub use sizes::code;

use std::env;
use std::path::PathBuf;

use crate::args::Options;
use crate::failure::Outcome;
use crate::{browser, console, process, tools, workspace};
use split::Page;

/// How much the compiler may do for speed and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build: no link-time optimisation, no wasm-opt.
    Dev,
    /// What is published.
    Release,
}

impl Profile {
    /// The profile that the `--dev` switch asks for.
    pub fn from_options(options: &mut Options) -> Self {
        if options.switch("--dev") {
            Self::Dev
        } else {
            Self::Release
        }
    }
}

/// The `build` command.
pub fn command(arguments: &[String]) -> Outcome {
    let mut options = Options::new(arguments);
    let profile = Profile::from_options(&mut options);
    options.finish()?;
    build(profile)
}

/// The `profile` command: builds, starts the page as a first visit does, and writes down which functions that took.
pub fn profile(arguments: &[String]) -> Outcome {
    Options::new(arguments).finish()?;
    tools::require_playwright()?;
    let chromium = browser::chromium().ok_or_else(browser::missing)?;
    let dist = workspace::dist();
    bundle(Profile::Release)?;
    let page = Page::read(&dist, &wasm_opt()?)?;
    page.mark(&dist)?;
    finish::finish(&dist)?;
    page.watch(&chromium)?;
    console::line("dist/ holds a build with marks; run cargo xtask build for one to use");
    Ok(())
}

fn wasm_opt() -> Outcome<PathBuf> {
    Ok(tools::WASM_OPT.folder()?.join("wasm-opt"))
}

/// Installs what is missing and makes `dist/`; a release must also keep within the size limits.
pub fn build(profile: Profile) -> Outcome {
    bundle(profile)?;
    let dist = workspace::dist();
    if profile == Profile::Release {
        console::step("Splitting the page's module", "20 seconds", || {
            Page::read(&dist, &wasm_opt()?)?.split(&dist, &wasm_opt()?)
        })?;
    }
    finish::finish(&dist)?;
    if profile == Profile::Release {
        sizes::check(&dist)?;
    }
    console::line(format_args!("Made {}", dist.display()));
    Ok(())
}

/// Trunk's output, with all tools installed.
fn bundle(profile: Profile) -> Outcome {
    tools::require_node()?;
    tools::require_wasm_target()?;
    let folders = [
        tools::TRUNK.folder()?,
        tools::WASM_BINDGEN.folder()?,
        tools::WASM_OPT.folder()?,
    ];
    fetch()?;
    let (what, usual) = match profile {
        Profile::Dev => (
            "Building the app, unoptimised",
            "2 minutes at first, then seconds",
        ),
        Profile::Release => ("Building the app", "3 to 5 minutes at first, then less"),
    };
    console::step(what, usual, || trunk(profile, &folders))
}

/// Fetches the dependencies, because Trunk runs offline: it would look for tools and updates otherwise.
fn fetch() -> Outcome {
    let mut command = process::cargo();
    command
        .current_dir(workspace::root())
        .args(["fetch", "--locked", "--quiet"]);
    process::run(&mut command)
}

fn trunk(profile: Profile, tools: &[PathBuf]) -> Outcome {
    let folders: Vec<_> = tools.iter().map(PathBuf::as_path).collect();
    let mut command = std::process::Command::new("trunk");
    process::without_package_variables(&mut command);
    process::without_rustflags(&mut command);
    for (name, _) in env::vars_os() {
        // Settings of other projects' builds.
        if name.to_string_lossy().starts_with("TRUNK_") {
            command.env_remove(&name);
        }
    }
    command
        .current_dir(workspace::root())
        .env("PATH", process::path_with(&folders)?)
        // Trunk adds its own stack to every compile error.
        .env("RUST_BACKTRACE", "0")
        // It does not accept the value "1" that some terminals set.
        .env_remove("NO_COLOR")
        .args([
            "build",
            "--offline=true",
            "--skip-version-check",
            "--log",
            "warn",
        ]);
    if profile == Profile::Release {
        command.arg("--release=true");
    }
    process::run(&mut command)
}
