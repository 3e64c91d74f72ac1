//! `serve`: builds the app and serves `dist/` on this machine under the policy that it must run under.

mod http;
mod kinds;

use std::net::{Ipv4Addr, TcpListener};
use std::{io, process, thread};

use crate::args::Options;
use crate::build::{self, Profile};
use crate::failure::{Context, Failure, Outcome};
use crate::{console, workspace};

/// The first port that is tried.
const PORT: u16 = 8080;
/// How many ports in a row are tried.
const PORTS: u16 = 50;

/// The `serve` command; it ends only when it is interrupted.
pub fn command(arguments: &[String]) -> Outcome {
    let mut options = Options::new(arguments);
    let port = options.number("--port")?.unwrap_or(PORT);
    let base = base(options.text("--base")?.as_deref().unwrap_or("/"))?;
    let profile = Profile::from_options(&mut options);
    let ready = options.switch("--no-build");
    let attached = options.switch("--attached");
    options.finish()?;
    if !ready {
        build::build(profile)?;
    }
    let dist = workspace::dist();
    if !dist.join("index.html").is_file() {
        return Err(Failure::new(
            "there is no dist/ to serve: run cargo xtask build first",
        ));
    }
    let listener = listen(port)?;
    let address = listener
        .local_addr()
        .context(|| "the server has no address".to_owned())?;
    console::line(format_args!(
        "Serving Spanlight at http://{address}{base} (Ctrl-C ends it)"
    ));
    if attached {
        thread::spawn(end_with_input);
    }
    http::Site::new(dist, base).serve(&listener)
}

/// Ends this process when its standard input ends, which it does when the process that started it is gone.
fn end_with_input() {
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

/// A sub-path with a slash at both ends.
fn base(given: &str) -> Outcome<String> {
    let inner = given.trim_matches('/');
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.~/".contains(letter);
    if !inner.chars().all(plain) || inner.split('/').any(|part| part == "..") {
        return Err(Failure::new(format!(
            "--base needs a path such as /tools/, not {given:?}"
        )));
    }
    Ok(if inner.is_empty() {
        "/".to_owned()
    } else {
        format!("/{inner}/")
    })
}

/// Listens on `port` or the next free one.
fn listen(port: u16) -> Outcome<TcpListener> {
    let last = port.saturating_add(if port == 0 { 0 } else { PORTS });
    (port..=last)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .ok_or_else(|| Failure::new(format!("no port from {port} to {last} is free")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_a_slash_at_both_ends() {
        assert_eq!(base("/").unwrap(), "/");
        assert_eq!(base("tools/spanlight").unwrap(), "/tools/spanlight/");
        assert!(base("/../").is_err());
        assert!(base("/a b/").is_err());
    }

    #[test]
    fn a_taken_port_gives_the_next() {
        let first = listen(0).unwrap().local_addr().unwrap().port();
        let taken = listen(first).unwrap();
        let second = listen(first).unwrap();
        assert!(second.local_addr().unwrap().port() > taken.local_addr().unwrap().port());
    }
}
