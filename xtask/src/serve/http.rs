//! A small HTTP/1.1 server for static files: GET and HEAD, kept-alive connections, one thread for each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::kinds::content_type;
use crate::failure::{Context, Outcome};

/// What the page may do. Styles set from code (CSSOM) are allowed by it, inline scripts and style attributes are not.
const POLICY: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'self'";
/// The longest request head that is read, in bytes.
const HEAD_LIMIT: u64 = 16 * 1024;
/// How long a connection may be silent.
const IDLE: Duration = Duration::from_secs(60);

/// A folder served under a path that begins and ends with a slash.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    base: String,
}

/// What a request is answered with.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    File(PathBuf),
    MovedTo(String),
    NotFound,
    NotAllowed,
}

impl Site {
    /// Serves `folder` under `base`.
    pub fn new(folder: PathBuf, base: String) -> Self {
        Self { folder, base }
    }

    /// Answers requests until the listener fails.
    pub fn serve(self, listener: &TcpListener) -> Outcome {
        let site = Arc::new(self);
        loop {
            let (stream, _) = listener
                .accept()
                .context(|| "the server stopped".to_owned())?;
            let site = Arc::clone(&site);
            // A connection that breaks is the browser's business.
            thread::spawn(move || {
                let _ = site.converse(&stream);
            });
        }
    }

    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = read_request(&mut reader)? {
            let answer = self.answer(&request.method, &request.target);
            send(stream, &answer, request.method == "HEAD")?;
            if request.closes {
                break;
            }
        }
        Ok(())
    }

    fn answer(&self, method: &str, target: &str) -> Answer {
        if method != "GET" && method != "HEAD" {
            return Answer::NotAllowed;
        }
        let path = target.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.base {
            return Answer::MovedTo(self.base.clone());
        }
        let file = path
            .strip_prefix(&self.base)
            .and_then(decode)
            .and_then(|relative| self.file(&relative));
        file.map_or(Answer::NotFound, Answer::File)
    }

    /// The file at this path below the folder; nothing above it can be named.
    fn file(&self, relative: &str) -> Option<PathBuf> {
        let relative = Path::new(if relative.is_empty() {
            "index.html"
        } else {
            relative
        });
        let inside = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let path = self.folder.join(relative);
        (inside && path.is_file()).then_some(path)
    }
}

/// The part of a request that matters here.
#[derive(Debug)]
struct Request {
    method: String,
    target: String,
    closes: bool,
}

/// Reads one request; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut head = reader.by_ref().take(HEAD_LIMIT);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().to_owned();
    let mut closes = words.next() != Some("HTTP/1.1");
    loop {
        let mut header = String::new();
        if head.read_line(&mut header)? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the head does not end",
            ));
        }
        if header.trim().is_empty() {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("connection:") {
            closes |= value.contains("close");
        }
        // A body is never read, so what follows could not be told from it.
        closes |= header.starts_with("content-length:") || header.starts_with("transfer-encoding:");
    }
    Ok(Some(Request {
        method,
        target,
        closes,
    }))
}

fn send(mut stream: &TcpStream, answer: &Answer, head_only: bool) -> io::Result<()> {
    let (status, extra, mut body): (&str, String, Option<File>) = match answer {
        Answer::File(path) => {
            let kind = format!("Content-Type: {}\r\n", content_type(path));
            ("200 OK", kind, Some(File::open(path)?))
        }
        Answer::MovedTo(place) => (
            "308 Permanent Redirect",
            format!("Location: {place}\r\n"),
            None,
        ),
        Answer::NotFound => ("404 Not Found", String::new(), None),
        Answer::NotAllowed => (
            "405 Method Not Allowed",
            "Allow: GET, HEAD\r\n".to_owned(),
            None,
        ),
    };
    let length = match &body {
        Some(file) => file.metadata()?.len(),
        None => 0,
    };
    // Files are rebuilt while the server runs, hence no caching.
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{extra}Content-Security-Policy: {POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if let Some(file) = body.as_mut().filter(|_| !head_only) {
        io::copy(&mut file.take(length), &mut stream)?;
    }
    stream.flush()
}

/// Decodes `%20` and the like; `None` when the result is no text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn site(name: &str) -> Site {
        let folder =
            std::env::temp_dir().join(format!("spanlight-site-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("dist/sub")).unwrap();
        fs::write(folder.join("secret.txt"), "no").unwrap();
        fs::write(folder.join("dist/index.html"), "<p>hello").unwrap();
        fs::write(folder.join("dist/sub/a b.json"), "{}").unwrap();
        Site::new(folder.join("dist"), "/tools/app/".to_owned())
    }

    #[test]
    fn only_files_below_the_folder_are_found() {
        let site = site("paths");
        let index = Answer::File(site.folder.join("index.html"));
        assert_eq!(site.answer("GET", "/tools/app/"), index);
        assert_eq!(site.answer("GET", "/tools/app/?a=1"), index);
        assert_eq!(
            site.answer("GET", "/tools/app"),
            Answer::MovedTo("/tools/app/".to_owned())
        );
        let spaced = Answer::File(site.folder.join("sub/a b.json"));
        assert_eq!(site.answer("HEAD", "/tools/app/sub/a%20b.json"), spaced);
        for outside in [
            "/tools/app/../secret.txt",
            "/tools/app/%2e%2e/secret.txt",
            "/tools/app//etc/hosts",
            "/",
            "/tools/app/sub",
        ] {
            assert_eq!(site.answer("GET", outside), Answer::NotFound, "{outside}");
        }
        assert_eq!(site.answer("POST", "/tools/app/"), Answer::NotAllowed);
    }

    #[test]
    fn a_connection_serves_several_requests_with_types_and_policy() {
        let site = site("wire");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || site.serve(&listener));
        let mut stream = TcpStream::connect(address).unwrap();
        let one = "HEAD /tools/app/ HTTP/1.1\r\n\r\n";
        let two = "GET /tools/app/sub/a%20b.json HTTP/1.1\r\nConnection: close\r\n\r\n";
        stream.write_all(format!("{one}{two}").as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
        assert!(
            text.contains("Content-Type: text/html")
                && text.contains("Content-Type: application/json")
        );
        assert!(text.contains("script-src 'self' 'wasm-unsafe-eval'"));
        assert!(
            !text.contains("<p>hello") && text.ends_with("\r\n\r\n{}"),
            "{text}"
        );
    }
}
