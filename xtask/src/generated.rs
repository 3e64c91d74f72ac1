//! `generate`: traces of any size on disk, and the cached files of the benchmark.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use xtask::generate::{Format, Plan, Summary};

use crate::args::Options;

use crate::failure::{Context, Failure, Outcome};
use crate::{console, workspace};

/// The `generate` command.
pub fn command(arguments: &[String]) -> Outcome {
    let mut options = Options::new(arguments);
    let spans = options
        .number("--spans")?
        .ok_or_else(|| Failure::new("--spans is missing: how many spans to make"))?;
    let mut plan = Plan::new(spans);
    plan.traces = options.number("--traces")?.unwrap_or(plan.traces);
    plan.seed = options.number("--seed")?.unwrap_or(plan.seed);
    plan.format = match options.text("--format")?.as_deref() {
        None | Some("json") => Format::Json,
        Some("jsonl") => Format::JsonLines,
        Some(other) => {
            let message = format!("--format is json or jsonl, not {other:?}");
            return Err(Failure::new(message));
        }
    };
    let output = options.text("-o")?;
    options.finish()?;
    let path = match output {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(file_name(plan)),
    };
    let summary = console::step(&format!("Making {}", path.display()), "10 s per GB", || {
        write(plan, &path)
    })?;
    console::line(format_args!(
        "{} bytes: {} spans in {} traces, {} errors, {} model calls, {} events, {} links",
        summary.bytes,
        summary.spans,
        summary.traces,
        summary.error_spans,
        summary.model_calls,
        summary.events,
        summary.links
    ));
    Ok(())
}

/// The file of this plan in the benchmark's folder, made where it is missing.
pub fn cached(plan: Plan) -> Outcome<PathBuf> {
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder).context(|| format!("could not make {}", folder.display()))?;
    let path = folder.join(file_name(plan));
    if path.is_file() {
        return Ok(path);
    }
    // A file under its final name is whole.
    let partial = path.with_extension("partial");
    console::step(&format!("Making {}", path.display()), "10 s per GB", || {
        write(plan, &partial)
    })?;
    fs::rename(&partial, &path).context(|| format!("could not move {}", partial.display()))?;
    Ok(path)
}

/// A name that says everything the content depends on; the version grows when the generator's output changes.
fn file_name(plan: Plan) -> String {
    const VERSION: u32 = 1;
    let Plan {
        spans,
        traces,
        seed,
        format,
    } = plan;
    let extension = match format {
        Format::Json => "json",
        Format::JsonLines => "jsonl",
    };
    format!("spans-{spans}-traces-{traces}-seed-{seed}-v{VERSION}.{extension}")
}

fn write(plan: Plan, path: &Path) -> Outcome<Summary> {
    let file = File::create(path).context(|| format!("could not make {}", path.display()))?;
    plan.write(BufWriter::with_capacity(1 << 20, file))
        .context(|| format!("could not write {}", path.display()))
}
