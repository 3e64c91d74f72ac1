//! Where things are: the repository, its target directory and the per-user cache.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// The root of the repository.
pub fn root() -> PathBuf {
    // xtask runs where it was compiled; its manifest stands one level below the root.
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// What `build` makes and `serve` serves.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo's target directory, also the home of generated files and screenshots.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if !folder.is_empty() => root().join(folder),
        _ => root().join("target"),
    }
}

/// The folder of cached tools: `SPANLIGHT_CACHE`, else `spanlight` in the user's cache folder.
pub fn tool_cache() -> Outcome<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let cache = if let Some(folder) = set("SPANLIGHT_CACHE") {
        PathBuf::from(folder)
    } else if let Some(folder) = set("XDG_CACHE_HOME") {
        PathBuf::from(folder).join("spanlight")
    } else if cfg!(windows) {
        let home = set("LOCALAPPDATA").ok_or_else(|| no_home("LOCALAPPDATA"))?;
        PathBuf::from(home).join("spanlight")
    } else {
        let home = PathBuf::from(set("HOME").ok_or_else(|| no_home("HOME"))?);
        let caches = if cfg!(target_os = "macos") {
            "Library/Caches"
        } else {
            ".cache"
        };
        home.join(caches).join("spanlight")
    };
    Ok(root().join(cache).join("tools"))
}

fn no_home(variable: &str) -> Failure {
    Failure::new(format!(
        "there is no folder for cached tools: set SPANLIGHT_CACHE (or {variable}) to one"
    ))
}
