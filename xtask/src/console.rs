//! Lines for the person at the terminal. A closed pipe is no error: what is printed is never the result of a command.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};
use std::time::{Duration, Instant};

/// A plain line.
pub fn line(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// A heading that stands out between the output of tools.
pub fn heading(text: impl Display) {
    let _ = writeln!(stdout(), "\n== {text}");
}

/// What made the command fail.
pub fn error(text: impl Display) {
    let _ = writeln!(stderr(), "error: {text}");
}

/// Announces a long step with its reason and usual length, runs it and says how long it took.
pub fn step<T>(what: &str, usual: &str, work: impl FnOnce() -> T) -> T {
    line(format_args!("{what} (usually {usual})"));
    let begin = Instant::now();
    let result = work();
    line(format_args!("{what}: {}", seconds(begin.elapsed())));
    result
}

/// A duration as seconds, for example `3.4 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
