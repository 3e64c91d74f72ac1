//! `test`: everything that a change must pass. A failed step does not end the run, so that all failures are seen at once.

mod steps;

use std::time::{Duration, Instant};

use crate::args::Options;
use crate::console;
use crate::failure::{Failure, Outcome};

/// One thing that is checked.
#[derive(Debug)]
struct Step {
    title: &'static str,
    /// Whether `--fast` runs it: no browser, no release build.
    fast: bool,
    work: fn() -> Outcome<Done>,
}

/// How a step that did not fail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Passed,
    /// There is nothing to run, for the reason given.
    Nothing(&'static str),
}

const STEPS: [Step; 9] = [
    Step {
        title: "format",
        fast: true,
        work: steps::format,
    },
    Step {
        title: "clippy",
        fast: true,
        work: steps::clippy,
    },
    Step {
        title: "clippy, page and worker",
        fast: true,
        work: steps::clippy_web,
    },
    Step {
        title: "clippy, unpack",
        fast: true,
        work: steps::clippy_unpack,
    },
    Step {
        title: "native tests",
        fast: true,
        work: steps::native,
    },
    Step {
        title: "documentation",
        fast: true,
        work: steps::documentation,
    },
    Step {
        title: "DOM tests",
        fast: false,
        work: steps::dom,
    },
    Step {
        title: "dist",
        fast: false,
        work: steps::dist,
    },
    Step {
        title: "end-to-end tests",
        fast: false,
        work: steps::end_to_end,
    },
];

/// The `test` command.
pub fn command(arguments: &[String]) -> Outcome {
    let mut options = Options::new(arguments);
    let fast = options.switch("--fast");
    options.finish()?;
    console::heading("tools");
    steps::prepare(fast)?;
    let begin = Instant::now();
    let mut rows = Vec::new();
    for step in STEPS.iter().filter(|step| step.fast || !fast) {
        console::heading(step.title);
        let begin = Instant::now();
        let result = (step.work)();
        if let Err(failure) = &result {
            console::error(failure);
        }
        rows.push((step.title, result, begin.elapsed()));
    }
    console::heading("summary");
    for (title, result, time) in &rows {
        console::line(row(title, result, *time));
    }
    console::line(format_args!(
        "{:<28} {:>9}",
        "all",
        console::seconds(begin.elapsed())
    ));
    let failed: Vec<&str> = rows
        .iter()
        .filter(|(_, result, _)| result.is_err())
        .map(|(title, _, _)| *title)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("failed: {}", failed.join("; "))))
}

fn row(title: &str, result: &Outcome<Done>, time: Duration) -> String {
    let verdict = match result {
        Ok(Done::Passed) => "passed".to_owned(),
        Ok(Done::Nothing(reason)) => format!("nothing to run: {reason}"),
        Err(_) => "FAILED".to_owned(),
    };
    format!("{title:<28} {:>9}  {verdict}", console::seconds(time))
}
