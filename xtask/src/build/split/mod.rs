//! Splits the page's module, so that a first visit loads what the page needs to start, and the rest comes when it is needed.
//!
//! Which functions start the page is a list of names, `start.txt`, that `cargo xtask profile` writes by watching a build start.
//! A function that is not on the list goes to the rest; one that is called at the start all the same makes the page load the
//! rest early, which an end-to-end test notices.
//!
//! - [`leb`], [`module`], [`code`]: the binary format
//! - [`parts`]: the split
//! - [`profile`]: the list

mod code;
mod leb;
mod module;
mod parts;
pub mod profile;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::finish::fingerprint;
use crate::failure::{Context, Failure, Outcome};
use crate::{process, workspace};
use module::Module;

/// How wasm-opt shrinks the whole; the parts cannot be inlined into one another afterwards.
const SHRINK: [&str; 2] = ["-Oz", "--debuginfo"];
/// What is left to do when the parts are apart.
const TIDY: [&str; 4] = [
    "--remove-unused-module-elements",
    "--reorder-functions",
    "--strip-debug",
    "--strip-producers",
];

/// The page's module as Trunk left it: glue and WebAssembly.
#[derive(Debug)]
pub struct Page {
    /// What the names of both files begin with.
    stem: String,
    /// The module, shrunk, with the names of its functions.
    module: Module,
}

impl Page {
    /// Reads and shrinks the page's module of a dist.
    pub fn read(dist: &Path, wasm_opt: &Path) -> Outcome<Self> {
        let stem = stem_of(dist)?;
        let shrunk = workspace::target().join("page.wasm");
        optimise(
            wasm_opt,
            &SHRINK,
            &dist.join(format!("{stem}_bg.wasm")),
            &shrunk,
        )?;
        let module = Module::read(&read(&shrunk)?)?;
        if module.names.is_empty() {
            return Err(Failure::new(
                "the page's module has no names to split it by",
            ));
        }
        Ok(Self { stem, module })
    }

    /// Puts the two parts in the module's place.
    pub fn split(&self, dist: &Path, wasm_opt: &Path) -> Outcome {
        let list = fs::read_to_string(workspace::root().join(profile::LIST))
            .context(|| format!("could not read {}", profile::LIST))?;
        let start: HashSet<&str> = list.lines().collect();
        let parts = parts::split(&self.module, |index| {
            // What the linker and wasm-bindgen add has no name, and is small.
            let name = self.module.names.get(&index);
            name.is_some_and(|name| !start.contains(profile::plain(name).as_str()))
        })?;
        let tidied = |name: &str, part: &Module| {
            let file = workspace::target().join(name);
            fs::write(&file, part.write()).context(|| format!("could not write {name}"))?;
            optimise(wasm_opt, &TIDY, &file, &file)?;
            read(&file)
        };
        let start = tidied("start.wasm", &parts.start)?;
        let rest = tidied("rest.wasm", &parts.rest)?;
        let stem = format!(
            "app-{:016x}",
            fingerprint(&[start.as_slice(), &rest].concat())
        );
        let glue = self.glue(dist, &format!("{stem}_rest.wasm"))?;
        self.replace(dist, &stem, &glue, &start)?;
        fs::write(dist.join(format!("{stem}_rest.wasm")), rest)
            .context(|| "could not write the page's second part".to_owned())
    }

    /// The glue, made to tell where the rest is before the first part is instantiated.
    fn glue(&self, dist: &Path, rest: &str) -> Outcome<String> {
        const IMPORTS: &str = "const imports = __wbg_get_imports();";
        let path = dist.join(format!("{}.js", self.stem));
        let glue = String::from_utf8(read(&path)?).context(|| "the page's glue".to_owned())?;
        let snippet = glue
            .split(['\'', '"'])
            .find(|quoted| quoted.ends_with("/src/web/rest.js"))
            .ok_or_else(|| Failure::new("the page's glue does not import src/web/rest.js"))?;
        if !glue.contains(IMPORTS) {
            return Err(Failure::new(
                "the page's glue has no place to link its parts",
            ));
        }
        let linked = format!(
            "const imports = linkRest(__wbg_get_imports(), () => wasm, new URL('./{rest}', import.meta.url).href);"
        );
        let import = format!("import {{ link as linkRest }} from '{snippet}';\n");
        Ok(import + &glue.replace(IMPORTS, &linked))
    }

    /// Writes glue and WebAssembly under new names, because they are cached by name.
    fn replace(&self, dist: &Path, stem: &str, glue: &str, wasm: &[u8]) -> Outcome {
        let index = dist.join("index.html");
        let html = String::from_utf8(read(&index)?).context(|| "index.html".to_owned())?;
        let old = |end: &str| dist.join(format!("{}{end}", self.stem));
        fs::remove_file(old(".js"))
            .and_then(|()| fs::remove_file(old("_bg.wasm")))
            .and_then(|()| fs::write(dist.join(format!("{stem}.js")), glue))
            .and_then(|()| fs::write(dist.join(format!("{stem}_bg.wasm")), wasm))
            .and_then(|()| fs::write(&index, html.replace(&self.stem, stem)))
            .context(|| format!("could not write into {}", dist.display()))
    }
}

/// What the names of the page's glue and WebAssembly begin with.
fn stem_of(dist: &Path) -> Outcome<String> {
    let files = fs::read_dir(dist).context(|| format!("could not read {}", dist.display()))?;
    let mut names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    names
        .find_map(|name| {
            let stem = name.strip_suffix("_bg.wasm")?;
            stem.starts_with("app-").then(|| stem.to_owned())
        })
        .ok_or_else(|| Failure::new("Trunk made no module for the page"))
}

fn optimise(wasm_opt: &Path, how: &[&str], from: &Path, to: &Path) -> Outcome {
    let mut command = Command::new(wasm_opt);
    command.args(how).arg(from).arg("--output").arg(to);
    process::run(&mut command)
}

fn read(path: &PathBuf) -> Outcome<Vec<u8>> {
    fs::read(path).context(|| format!("could not read {}", path.display()))
}
