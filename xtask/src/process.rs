//! Other programs: found, started, watched, and told apart from this one's environment.

use std::collections::VecDeque;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::console;
use crate::failure::{Context, Failure, Outcome};

/// How often a quiet long step says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Lines of output that are shown when a quiet step fails.
const TAIL_LINES: usize = 60;

/// The `cargo` that runs this program.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    without_package_variables(&mut command);
    command
}

/// Removes what `cargo run` sets for this program alone, which would describe the wrong package to a child.
pub fn without_package_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// Removes what would change how Rust code is compiled; settings of the network and of registries stay.
pub fn without_build_settings(command: &mut Command) {
    const KEPT: [&str; 7] = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTRIES_",
        "CARGO_REGISTRY_",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
    ];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let kept = KEPT.iter().any(|prefix| text.starts_with(prefix));
        if text.starts_with("CARGO") && !kept {
            command.env_remove(&name);
        }
    }
    without_rustflags(command);
}

/// Removes flags from the environment, which would replace those of `.cargo/config.toml`.
pub fn without_rustflags(command: &mut Command) {
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
}

/// A command of Node.js' package manager.
pub fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs a command whose output goes to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let status = command
        .stdin(Stdio::null())
        .status()
        .context(|| format!("could not start `{}`", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "`{}` failed ({status})",
            shown(command)
        )))
    }
}

/// Runs a command and returns what it printed on its standard output; its standard error goes to the terminal.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context(|| format!("could not start `{}`", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failure::new(format!(
            "`{}` failed ({})",
            shown(command),
            output.status
        )))
    }
}

/// Runs a chatty command with a line every 15 seconds instead of its output, whose end is shown only when it fails.
pub fn run_quietly(command: &mut Command) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(|| format!("could not start `{}`", shown(command)))?;
    let tail = Arc::new(Mutex::new(VecDeque::new()));
    let readers: Vec<_> = [
        child.stdout.take().map(|pipe| follow(pipe, &tail)),
        child.stderr.take().map(|pipe| follow(pipe, &tail)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let begin = Instant::now();
    let mut next_beat = HEARTBEAT;
    let status = loop {
        let ended = child
            .try_wait()
            .context(|| format!("lost `{}`", shown(command)))?;
        if let Some(status) = ended {
            break status;
        }
        if begin.elapsed() >= next_beat {
            next_beat += HEARTBEAT;
            let last = tail
                .lock()
                .ok()
                .and_then(|tail| tail.back().cloned())
                .unwrap_or_default();
            console::line(format_args!("  {} s: {last}", begin.elapsed().as_secs()));
        }
        thread::sleep(Duration::from_millis(100));
    };
    for reader in readers {
        let _ = reader.join();
    }
    if status.success() {
        return Ok(());
    }
    let tail = tail
        .lock()
        .map(|tail| Vec::from(tail.clone()))
        .unwrap_or_default();
    Err(Failure::new(format!(
        "`{}` failed ({status}); the end of its output:\n{}",
        shown(command),
        tail.join("\n")
    )))
}

/// Keeps the last lines of a pipe.
fn follow(
    pipe: impl Read + Send + 'static,
    tail: &Arc<Mutex<VecDeque<String>>>,
) -> thread::JoinHandle<()> {
    let tail = Arc::clone(tail);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let Ok(mut tail) = tail.lock() else { return };
            if tail.len() == TAIL_LINES {
                tail.pop_front();
            }
            tail.push_back(line.trim().to_owned());
        }
    })
}

/// The first line a program prints for `--version`; `None` when it cannot be run.
pub fn version_line(program: impl AsRef<OsStr>) -> Option<String> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

/// Where a program of this name stands on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = executable(name);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// The name of a program's file on this system.
pub fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// `PATH` with these folders in front.
pub fn path_with(folders: &[&Path]) -> Outcome<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(env::split_paths(&old));
    env::join_paths(all).context(|| "a folder of the tools cannot stand in PATH".to_owned())
}
