//! One installation at a time: a file whose holder touches it every two seconds.
//!
//! A file lock of the system would do, but the standard library has it only since Rust 1.89. A holder that dies leaves a file that
//! nobody touches, and the next one takes it over.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::console;
use crate::failure::{Failure, Outcome};

/// How often the holder touches the file.
const TOUCH: Duration = Duration::from_secs(2);
/// A file that nobody touched for this long has lost its holder.
const STALE: Duration = Duration::from_secs(20);

/// Held until dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    released: Arc<AtomicBool>,
    toucher: Option<JoinHandle<()>>,
}

impl Lock {
    /// Waits until nobody else holds `path`; `name` is what is said while waiting.
    pub fn acquire(path: &Path, name: &str) -> Outcome<Self> {
        let mut told = false;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(path) {
                Ok(_) => return Ok(Self::hold(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(Failure::new(format!(
                        "could not make the lock {}: {error}",
                        path.display()
                    )));
                }
            }
            if is_stale(path) {
                let _ = fs::remove_file(path);
                continue;
            }
            if !told {
                console::line(format_args!("Waiting: another process installs {name}"));
                told = true;
            }
            thread::sleep(Duration::from_millis(500));
        }
    }

    fn hold(path: &Path) -> Self {
        let released = Arc::new(AtomicBool::new(false));
        let toucher = thread::spawn({
            let path = path.to_path_buf();
            let released = Arc::clone(&released);
            move || {
                while !released.load(Ordering::Relaxed) {
                    let _ = fs::write(&path, std::process::id().to_string());
                    thread::park_timeout(TOUCH);
                }
            }
        });
        Self {
            path: path.to_path_buf(),
            released,
            toucher: Some(toucher),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.released.store(true, Ordering::Relaxed);
        if let Some(toucher) = self.toucher.take() {
            toucher.thread().unpark();
            let _ = toucher.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the holder of this file stopped touching it.
fn is_stale(path: &Path) -> bool {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > STALE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("spanlight-lock-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_second_holder_waits_for_the_first() {
        let path = place("wait");
        let first = Lock::acquire(&path, "test").unwrap();
        let waiter = thread::spawn({
            let path = path.clone();
            move || drop(Lock::acquire(&path, "test").unwrap())
        });
        thread::sleep(Duration::from_millis(200));
        assert!(!waiter.is_finished());
        drop(first);
        waiter.join().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_file_without_a_holder_is_taken_over() {
        let path = place("stale");
        let file = fs::File::create(&path).unwrap();
        file.set_modified(SystemTime::now() - STALE * 2).unwrap();
        drop(Lock::acquire(&path, "test").unwrap());
        assert!(!path.exists());
    }
}
