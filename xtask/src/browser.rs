//! Chromium and its driver: found, or installed where that is a matter of one command.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Context, Failure, Outcome};
use crate::{console, process};

/// What a browser needs where there is neither a display nor a user namespace.
const FLAGS: [&str; 5] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
];

/// Where Chromium is looked for besides `PATH`.
const MAC_APPS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const HOW: &str = "\
the browser tests need Chromium and the chromedriver of the same version:
  Debian          apt-get install chromium chromium-driver
  Ubuntu          snap install chromium   (brings chromium.chromedriver)
  Fedora          dnf install chromium chromedriver
  Arch            pacman -S chromium
  macOS           brew install --cask chromium chromedriver
or name them: SPANLIGHT_CHROMIUM=/path/to/chromium CHROMEDRIVER=/path/to/chromedriver";

/// A browser and its driver.
#[derive(Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// The program that drives it.
    pub driver: PathBuf,
}

impl Browser {
    /// Finds both; on Debian, root gets them installed.
    pub fn ensure() -> Outcome<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if may_install() {
            console::step(
                "Installing Chromium and its driver",
                "2 minutes, once",
                || {
                    apt_get(&["update"])?;
                    apt_get(&[
                        "install",
                        "--yes",
                        "chromium",
                        "chromium-driver",
                        "fonts-dejavu-core",
                    ])
                },
            )?;
        }
        Self::find().ok_or_else(missing)
    }

    fn find() -> Option<Self> {
        Some(Self {
            chromium: chromium()?,
            driver: named("CHROMEDRIVER").or_else(|| {
                let names = ["chromedriver", "chromium.chromedriver"];
                names.into_iter().find_map(process::on_path)
            })?,
        })
    }

    /// Writes the capabilities that the wasm test runner asks of the driver.
    pub fn write_capabilities(&self, path: &Path) -> Outcome {
        let quoted =
            |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let arguments: Vec<String> = FLAGS.iter().map(|flag| quoted(flag)).collect();
        let binary = quoted(&self.chromium.to_string_lossy());
        let json = format!(
            "{{\"goog:chromeOptions\":{{\"binary\":{binary},\"args\":[{}]}}}}",
            arguments.join(",")
        );
        fs::write(path, json).context(|| format!("could not write {}", path.display()))
    }
}

/// Says what to install.
pub fn missing() -> Failure {
    Failure::new(HOW)
}

/// Chromium: the one that `SPANLIGHT_CHROMIUM` names, else the system's.
pub fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    named("SPANLIGHT_CHROMIUM")
        .or_else(|| names.into_iter().find_map(process::on_path))
        .or_else(|| {
            MAC_APPS
                .iter()
                .map(PathBuf::from)
                .find(|path| path.is_file())
        })
}

/// The program that an environment variable names.
fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// Whether this is Debian, where Chromium is a package and not a snap, and the user is root.
fn may_install() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian = release.lines().any(|line| line == "ID=debian");
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    debian && root
}

fn apt_get(arguments: &[&str]) -> Outcome {
    let mut command = Command::new("apt-get");
    command
        .arg("--quiet")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    process::run_quietly(&mut command)
}
