//! Options of one command: `--name value`, `--name=value` and switches.

use std::str::FromStr;

use crate::failure::{Failure, Outcome};

/// The options of one command, taken out one by one; what is left over at the end is an error.
#[derive(Debug)]
pub struct Options {
    left: Vec<String>,
}

impl Options {
    /// The arguments behind the command's name.
    pub fn new(arguments: &[String]) -> Self {
        Self {
            left: arguments.to_vec(),
        }
    }

    /// Takes a switch; whether it was there.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|argument| argument != name);
        self.left.len() < before
    }

    /// Takes an option's text value; `None` when it was not given.
    pub fn text(&mut self, name: &str) -> Outcome<Option<String>> {
        let joined = format!("{name}=");
        let Some(at) = self
            .left
            .iter()
            .position(|argument| argument == name || argument.starts_with(&joined))
        else {
            return Ok(None);
        };
        let argument = self.left.remove(at);
        if let Some(value) = argument.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.left.len() {
            return Ok(Some(self.left.remove(at)));
        }
        Err(Failure::new(format!("{name} needs a value")))
    }

    /// Takes an option's value as a number; `None` when it was not given.
    pub fn number<T: FromStr>(&mut self, name: &str) -> Outcome<Option<T>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let digits = text.replace('_', "");
        digits
            .parse()
            .map(Some)
            .map_err(|_| Failure::new(format!("{name} needs a number, not {text:?}")))
    }

    /// Ends the parsing: an argument that nobody took is an error.
    pub fn finish(self) -> Outcome {
        match self.left.first() {
            None => Ok(()),
            Some(unknown) => Err(Failure::new(format!(
                "{unknown:?} is not an option of this command (see cargo xtask help)"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Options {
        Options::new(
            &arguments
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn takes_switches_and_values_in_any_order() {
        let mut options = options(&["--port", "0", "--dev", "--base=/a/"]);
        assert_eq!(options.text("--base").unwrap().as_deref(), Some("/a/"));
        assert_eq!(options.number::<u16>("--port").unwrap(), Some(0));
        assert!(options.switch("--dev"));
        assert!(!options.switch("--no-build"));
        options.finish().unwrap();
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let mut options = options(&["--port", "many", "--fats"]);
        assert!(options.number::<u16>("--port").is_err());
        assert!(options.finish().unwrap_err().to_string().contains("--fats"));
    }

    #[test]
    fn says_that_a_value_is_missing() {
        assert!(options(&["--port"]).text("--port").is_err());
    }
}
