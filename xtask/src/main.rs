//! Builds, serves, tests and measures Spanlight; `cargo xtask help` lists the commands.
//!
//! Standard library alone, so that the first `cargo xtask` of a fresh clone compiles in seconds and fetches nothing. Every tool
//! it needs is pinned in [`tools`] and lands in a per-user cache folder, never system-wide.

mod args;
mod bench;
mod browser;
mod build;
mod console;
mod failure;
mod generated;
mod process;
mod serve;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use failure::{Failure, Outcome};

const USAGE: &str = "\
cargo xtask <command> [options]

  serve     build and serve the app on this machine
              --port N       first port to try, default 8080; 0 takes any free one
              --dev          quick build without optimisation
              --base /PATH/  serve under a sub-path
              --no-build     serve the dist/ that is there
              --attached     end when standard input does
  build     make dist/
              --dev          quick build without optimisation
  profile   write down which functions start the page, for the build to split it by
  test      format, clippy, native tests, DOM tests, dist and end-to-end tests
              --fast         only what needs neither a browser nor dist/
  bench     measure the release in Chromium and print a table
              --sizes N,M    spans of the files, default 100000,1000000
              --repeat N     turns for each median, default 5
              --no-build     measure the dist/ that is there
              --write-readme replace the table in README.md
  generate  write a trace file of agent-like spans
              --spans N      how many
              --traces M     in how many traces, default one per 100 spans
              --seed S       same seed, same file; default 1
              --format F     json (one object) or jsonl (one request a line)
              -o FILE        default: a name made of the above
  help      this text";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    match run(&command, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::error(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Runs one command with the arguments that follow its name.
fn run(command: &str, rest: &[String]) -> Outcome {
    match command {
        "build" => build::command(rest),
        "profile" => build::profile(rest),
        "bench" => bench::command(rest),
        "test" => test::command(rest),
        "generate" => generated::command(rest),
        "serve" => serve::command(rest),
        "help" | "--help" | "-h" => {
            console::line(USAGE);
            Ok(())
        }
        unknown => Err(Failure::new(format!(
            "no command is called {unknown:?}\n\n{USAGE}"
        ))),
    }
}
