//! The layer rule: imports point one way only. The table may shrink; growing it is a decision to review.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of `src`, each with the folders it may name.
const EDGES: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("semantics", &["model"]),
    ("unpack", &[]),
    ("ingest", &["model", "semantics"]),
    ("analysis", &["model", "semantics"]),
    ("scene", &["model", "semantics", "analysis"]),
    (
        "engine",
        &["model", "semantics", "ingest", "analysis", "scene"],
    ),
    ("backend", &["model"]),
    ("web", &["model", "backend", "ingest", "engine"]),
    (
        "ui",
        &["model", "backend", "web", "ingest", "scene", "engine"],
    ),
    ("bin", &["ui", "web", "unpack"]),
];

/// Words that may stand in some files only, with the beginnings of their paths.
const PLACES: [(&[&str], &[&str]); 4] = [
    (&["unsafe ", "unsafe_code"], &["ingest/scan.rs"]),
    (&["cfg(feature"], &["lib.rs"]),
    (
        &["leptos", "web_sys", "js_sys", "gloo"],
        &["web/", "ui/", "bin/"],
    ),
    // The page asks for scenes; it holds no table of spans.
    (
        &["TraceStore", "StoreBuilder"],
        &[
            "model/",
            "ingest/",
            "analysis/",
            "scene/",
            "engine/",
            "semantics/",
        ],
    ),
];

/// Rust files under `folder`, with their paths relative to `src`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The layer that a path of code names: what follows `crate::` or `spanlight::`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    ["crate::", "spanlight::"].into_iter().flat_map(|root| {
        line.split(root).skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
    })
}

#[test]
fn imports_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    let mut wrong = Vec::new();
    for path in paths {
        let relative = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let layer = relative.split('/').next().unwrap();
        let edges = EDGES.iter().find(|(name, _)| *name == layer);
        assert!(
            edges.is_some() || layer == "lib.rs",
            "the folder {layer} has no place in the table"
        );
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.trim_start().starts_with("//"));
        for (line, number) in code {
            for target in named(line) {
                let is_layer = EDGES.iter().any(|(name, _)| *name == target);
                let allowed =
                    edges.is_none_or(|(name, may)| *name == target || may.contains(&target));
                if target.is_empty() {
                    wrong.push(format!(
                        "src/{relative}:{number}: name each layer in a line of its own"
                    ));
                }
                if is_layer && !allowed {
                    wrong.push(format!("src/{relative}:{number}: {layer} names {target}"));
                }
            }
            for (words, places) in PLACES {
                let word = words.iter().find(|word| line.contains(*word));
                if let Some(word) = word
                    && !places.iter().any(|place| relative.starts_with(place))
                {
                    wrong.push(format!("src/{relative}:{number}: {word:?} stands here"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_what_it_should() {
    let line = "use crate::model::{SpanRow, text}; crate::scene::x(spanlight::ingest)";
    assert_eq!(
        named(line).collect::<Vec<_>>(),
        ["model", "scene", "ingest"]
    );
}
