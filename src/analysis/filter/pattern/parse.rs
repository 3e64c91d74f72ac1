//! Makes the text of a regular expression into a program.
//!
//! An alternative `a|b` becomes `split, a, jump, b`; repeats copy the steps of what they repeat.

use super::{Class, MAX_DEPTH, MAX_STEPS, Pattern, PatternError, Step};

/// Reads an expression character by character.
pub(super) struct Parser {
    text: Vec<char>,
    at: usize,
    steps: Vec<Step>,
    classes: Vec<Class>,
    /// Letters in any case.
    any_case: bool,
    /// A point takes line breaks.
    breaks: bool,
    depth: u32,
}

type Outcome<T = ()> = Result<T, PatternError>;

impl Parser {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
            steps: Vec::new(),
            classes: Vec::new(),
            any_case: false,
            breaks: false,
            depth: 0,
        }
    }

    pub fn pattern(mut self) -> Outcome<Pattern> {
        self.alternatives()?;
        if self.at < self.text.len() {
            return Err(error(self.at, "a closing parenthesis without a group"));
        }
        self.push(Step::Match, self.at)?;
        Ok(Pattern {
            steps: self.steps,
            classes: self.classes,
        })
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn push(&mut self, step: Step, at: usize) -> Outcome {
        if self.steps.len() >= MAX_STEPS {
            return Err(error(at, "the expression is too large"));
        }
        self.steps.push(step);
        Ok(())
    }

    fn here(&self) -> u32 {
        self.steps.len() as u32
    }

    /// `a|b|c` up to the end or a closing parenthesis. Flags that stand in it hold up to its end.
    fn alternatives(&mut self) -> Outcome {
        let flags = (self.any_case, self.breaks);
        let mut jumps = Vec::new();
        loop {
            let start = self.steps.len();
            self.sequence()?;
            if !self.take('|') {
                break;
            }
            let at = self.at;
            self.insert(start, Step::Split(start as u32 + 1, self.here() + 2), at)?;
            jumps.push(self.steps.len());
            self.push(Step::Jump(0), at)?;
        }
        let end = self.here();
        for jump in jumps {
            if let Some(step) = self.steps.get_mut(jump) {
                *step = Step::Jump(end);
            }
        }
        (self.any_case, self.breaks) = flags;
        Ok(())
    }

    /// Inserts a step; what stands behind it moves on by one.
    fn insert(&mut self, start: usize, step: Step, at: usize) -> Outcome {
        self.push(step, at)?;
        for moved in self.steps.iter_mut().skip(start) {
            *moved = shifted(*moved, start as u32, 1);
        }
        if let Some(behind) = self.steps.get_mut(start..) {
            behind.rotate_right(1);
        }
        if let Some(first) = self.steps.get_mut(start) {
            *first = step;
        }
        Ok(())
    }

    fn sequence(&mut self) -> Outcome {
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                return Ok(());
            }
            let start = self.steps.len();
            if self.atom()? {
                self.repeats(start)?;
            }
        }
        Ok(())
    }

    /// One character, class or group. Says whether it can be repeated: flags cannot.
    fn atom(&mut self) -> Outcome<bool> {
        let at = self.at;
        let step = match self.next() {
            Some('(') => return self.group(at),
            Some('[') => {
                let class = self.class(at)?;
                self.class_step(class)
            }
            Some('.') => Step::Any(self.breaks),
            Some('^') => Step::Start,
            Some('$') => Step::End,
            Some('*' | '+' | '?') => return Err(error(at, "nothing to repeat")),
            Some('{') => return Err(error(at, "a brace wants a backslash before it")),
            Some('\\') => self.escape(at)?,
            Some(c) => self.char_step(c),
            None => return Ok(false),
        };
        self.push(step, at)?;
        Ok(true)
    }

    fn char_step(&mut self, c: char) -> Step {
        if self.any_case && c.is_ascii_alphabetic() {
            let ranges = [c.to_ascii_lowercase(), c.to_ascii_uppercase()].map(|c| (c, c));
            return self.class_step(Class {
                ranges: ranges.to_vec(),
                negated: false,
            });
        }
        Step::Char(c)
    }

    fn class_step(&mut self, class: Class) -> Step {
        let known = self.classes.iter().position(|known| *known == class);
        let at = known.unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        });
        Step::Class(at as u32)
    }

    fn group(&mut self, at: usize) -> Outcome<bool> {
        let flags = (self.any_case, self.breaks);
        let mut is_group = true;
        if self.take('?') {
            loop {
                match self.next() {
                    Some('i') => self.any_case = true,
                    Some('s') => self.breaks = true,
                    Some(':') => break,
                    Some(')') if self.at > at + 3 => {
                        is_group = false;
                        break;
                    }
                    _ => return Err(error(at, "this group is not known")),
                }
            }
        }
        if !is_group {
            return Ok(false);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error(at, "groups are nested too deeply"));
        }
        self.alternatives()?;
        self.depth -= 1;
        if !self.take(')') {
            return Err(error(at, "a group is not closed"));
        }
        (self.any_case, self.breaks) = flags;
        Ok(true)
    }

    fn escape(&mut self, at: usize) -> Outcome<Step> {
        let Some(c) = self.next() else {
            return Err(error(at, "nothing stands behind the backslash"));
        };
        if let Some(class) = class_of(c) {
            return Ok(self.class_step(class));
        }
        Ok(match c {
            'b' => Step::Boundary(true),
            'B' => Step::Boundary(false),
            _ => {
                let c = self.escaped_char(c, at)?;
                self.char_step(c)
            }
        })
    }

    /// The character an escape stands for.
    fn escaped_char(&mut self, c: char, at: usize) -> Outcome<char> {
        let hex = |digits: &[char]| {
            let digits: String = digits.iter().collect();
            u8::from_str_radix(&digits, 16).ok().map(char::from)
        };
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'x' => {
                let known = self.text.get(self.at..self.at + 2).and_then(hex);
                self.at += 2;
                known.ok_or_else(|| error(at, "this escape is not known"))?
            }
            c if c.is_ascii_punctuation() => c,
            _ => return Err(error(at, "this escape is not known")),
        })
    }

    /// A class behind its bracket.
    fn class(&mut self, at: usize) -> Outcome<Class> {
        let mut class = Class {
            negated: self.take('^'),
            ..Class::default()
        };
        let mut first = true;
        loop {
            let from = self.at;
            let low = match self.next() {
                None => return Err(error(at, "a class is not closed")),
                Some(']') if !first => break,
                Some('[') => {
                    return Err(error(
                        from,
                        "a bracket in a class wants a backslash before it",
                    ));
                }
                Some('&' | '~' | '-')
                    if self.peek().is_some() && self.peek() == self.text.get(from).copied() =>
                {
                    return Err(error(
                        from,
                        "a doubled sign in a class wants a backslash before it",
                    ));
                }
                Some('\\') => {
                    let Some(c) = self.next() else {
                        return Err(error(at, "a class is not closed"));
                    };
                    if let Some(named) = class_of(c) {
                        first = false;
                        if named.negated {
                            return Err(error(from, "this escape is not known within a class"));
                        }
                        class.ranges.extend(named.ranges);
                        continue;
                    }
                    self.escaped_char(c, from)?
                }
                Some(c) => c,
            };
            first = false;
            let high = self.range_end(low, from)?;
            if high < low {
                return Err(error(from, "a range ends before it begins"));
            }
            class.ranges.push((low, high));
        }
        if self.any_case {
            add_other_case(&mut class.ranges);
        }
        Ok(class)
    }

    /// The last character of a range; `low` itself where no range stands.
    fn range_end(&mut self, low: char, from: usize) -> Outcome<char> {
        let is_range =
            self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|&c| c != ']');
        if !is_range {
            return Ok(low);
        }
        self.at += 1;
        match self.next() {
            Some('\\') => match self.next() {
                Some(c) if class_of(c).is_none() => self.escaped_char(c, from),
                _ => Err(error(from, "this escape is not known within a class")),
            },
            Some('[') => Err(error(
                from,
                "a bracket in a class wants a backslash before it",
            )),
            Some('-') => Err(error(
                from,
                "a doubled sign in a class wants a backslash before it",
            )),
            Some(high) => Ok(high),
            None => Ok(low),
        }
    }

    /// Repeats behind the steps from `start` on.
    fn repeats(&mut self, start: usize) -> Outcome {
        loop {
            let at = self.at;
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => self.count(at)?,
                _ => return Ok(()),
            };
            self.at += 1;
            // Only whether a text fits is asked, so a lazy repeat is as good as any.
            self.take('?');
            if most.is_some_and(|most| most < least) {
                return Err(error(at, "the most is less than the least"));
            }
            self.repeat(start, least, most, at)?;
        }
    }

    /// Least and most of the count `{2,5}` at the cursor, which then stands at its last brace.
    fn count(&mut self, at: usize) -> Outcome<(u32, Option<u32>)> {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let end = rest.iter().position(|&c| c == '}').unwrap_or(rest.len());
        let inner: String = rest.iter().take(end).collect();
        self.at += 1 + end;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse().unwrap_or(u32::MAX))
        };
        let count = match inner.split_once(',') {
            None => number(&inner).map(|count| (count, Some(count))),
            Some((least, "")) => number(least).map(|least| (least, None)),
            Some((least, most)) => number(least).zip(number(most).map(Some)),
        };
        count
            .filter(|_| self.peek() == Some('}'))
            .ok_or_else(|| error(at, "expected a count as {2,5}"))
    }

    fn repeat(&mut self, start: usize, least: u32, most: Option<u32>, at: usize) -> Outcome {
        let unit = self.steps.split_off(start);
        let copies = most.unwrap_or(least.saturating_add(1)).max(least).max(1) as usize;
        if copies.saturating_mul(unit.len() + 1) > MAX_STEPS {
            return Err(error(at, "the expression is too large"));
        }
        for _ in 0..least {
            self.copy(&unit, start, at)?;
        }
        match most {
            None => {
                // split(unit, end), unit, jump back
                let split = self.here();
                self.push(Step::Split(split + 1, split + unit.len() as u32 + 2), at)?;
                self.copy(&unit, start, at)?;
                self.push(Step::Jump(split), at)?;
            }
            Some(most) => {
                let left = most - least;
                let end = self.here() + left * (unit.len() as u32 + 1);
                for _ in 0..left {
                    let split = self.here();
                    self.push(Step::Split(split + 1, end), at)?;
                    self.copy(&unit, start, at)?;
                }
            }
        }
        Ok(())
    }

    /// Appends steps that stood from `start` on.
    fn copy(&mut self, unit: &[Step], start: usize, at: usize) -> Outcome {
        let by = self.here() - start as u32;
        for &step in unit {
            self.push(shifted(step, start as u32, by), at)?;
        }
        Ok(())
    }
}

/// A step whose places from `start` on have moved.
fn shifted(step: Step, start: u32, by: u32) -> Step {
    let moved = |to: u32| if to >= start { to + by } else { to };
    match step {
        Step::Split(one, other) => Step::Split(moved(one), moved(other)),
        Step::Jump(to) => Step::Jump(moved(to)),
        other => other,
    }
}

/// The class of an escape such as `\d`.
fn class_of(c: char) -> Option<Class> {
    let ranges: &[(char, char)] = match c.to_ascii_lowercase() {
        'd' => &[('0', '9')],
        'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        's' => &[('\t', '\r'), (' ', ' ')],
        _ => return None,
    };
    Some(Class {
        ranges: ranges.to_vec(),
        negated: c.is_ascii_uppercase(),
    })
}

/// Adds the letters of ASCII in the other case.
fn add_other_case(ranges: &mut Vec<(char, char)>) {
    let part = |(first, last): (char, char), from: char, to: char, case: fn(&char) -> char| {
        let (first, last) = (first.max(from), last.min(to));
        (first <= last).then(|| (case(&first), case(&last)))
    };
    let more: Vec<_> = (ranges.iter())
        .flat_map(|&range| {
            [
                part(range, 'a', 'z', char::to_ascii_uppercase),
                part(range, 'A', 'Z', char::to_ascii_lowercase),
            ]
        })
        .flatten()
        .collect();
    ranges.extend(more);
}

fn error(at: usize, what: &'static str) -> PatternError {
    PatternError { at, what }
}
