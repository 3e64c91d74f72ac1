//! Puts a tool into the cache: built beside its place and renamed, so that an interrupted installation never looks complete.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Source, Tool};
use crate::failure::{Context, Outcome};
use crate::process;

/// Installs `tool` into the folder `title` of the cache. The caller holds its lock.
pub fn install(tool: &Tool, cache: &Path, title: &str) -> Outcome {
    let home = cache.join(title);
    let staging = cache.join(format!("{title}.partial"));
    remove(&staging)?;
    fs::create_dir_all(&staging).context(|| format!("could not make {}", staging.display()))?;
    process::run_quietly(&mut installer(tool, &staging))?;
    remove(&staging.join(BUILD))?;
    remove(&home)?;
    fs::rename(&staging, &home)
        .context(|| format!("could not move {} to {}", staging.display(), home.display()))
}

/// Where a tool is compiled, below its staging folder; removed afterwards.
const BUILD: &str = "build";

fn installer(tool: &Tool, staging: &Path) -> Command {
    let mut command = match &tool.source {
        Source::Cargo { package, arguments } => {
            let mut command = process::cargo();
            process::without_build_settings(&mut command);
            command
                .args([
                    "install",
                    package,
                    "--version",
                    &format!("={}", tool.version),
                ])
                .args(*arguments)
                .arg("--root")
                .arg(staging)
                .arg("--target-dir")
                .arg(staging.join(BUILD))
                // Tools run for seconds and compile for minutes.
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
            command
        }
        Source::Npm { package } => {
            let mut command = process::npm();
            command
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefix",
                ])
                .arg(staging)
                .arg(package);
            command
        }
    };
    // Away from the repository, whose .cargo/config.toml is not meant for tools.
    command.current_dir(staging);
    command
}

fn remove(folder: &Path) -> Outcome {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).context(|| format!("could not remove {}", folder.display()))
}
