//! Runs a program over a text: all ways at once, one character after the other.

use super::{Class, Step};

/// The steps that are waiting for a character, each once.
struct Waiting {
    steps: Vec<u32>,
    /// Per step, the round in which it was added last.
    added: Vec<u32>,
    round: u32,
}

/// Whether a step takes this character.
fn takes(step: Option<&Step>, classes: &[Class], c: char) -> bool {
    match step {
        Some(Step::Char(wanted)) => c == *wanted,
        Some(Step::Any(breaks)) => *breaks || c != '\n',
        Some(Step::Class(class)) => classes
            .get(*class as usize)
            .is_some_and(|class| class.holds(c)),
        _ => false,
    }
}

/// Whether the whole of `text` fits.
pub(super) fn is_match(steps: &[Step], classes: &[Class], text: &str) -> bool {
    let mut now = Waiting::new(steps.len());
    let mut next = Waiting::new(steps.len());
    let mut place = Place {
        before: None,
        after: text.chars().next(),
    };
    now.add(0, steps, place);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if now.steps.is_empty() {
            return false;
        }
        place = Place {
            before: Some(c),
            after: chars.peek().copied(),
        };
        next.clear();
        for &at in &now.steps {
            if takes(steps.get(at as usize), classes, c) {
                next.add(at + 1, steps, place);
            }
        }
        std::mem::swap(&mut now, &mut next);
    }
    let is_end = |at: &u32| steps.get(*at as usize) == Some(&Step::Match);
    now.steps.iter().any(is_end)
}

/// Tells parts of `text` that fit. Every step remembers the earliest place from which it was reached: since older ways go
/// first, that is the first that adds it.
pub(super) fn each_fit(
    steps: &[Step],
    classes: &[Class],
    text: &str,
    mut found: impl FnMut(usize, usize),
) {
    let mut now = Waiting::new(steps.len());
    let mut starts: Vec<usize> = Vec::new();
    let mut next = Waiting::new(steps.len());
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    loop {
        let (at, after) = match chars.peek() {
            Some(&(at, c)) => (at, Some(c)),
            None => (text.len(), None),
        };
        // What begins here goes last.
        now.add(0, steps, Place { before, after });
        starts.resize(now.steps.len(), at);
        let ended = (now.steps.iter().zip(&starts))
            .find(|(step, start)| steps.get(**step as usize) == Some(&Step::Match) && **start < at);
        if let Some((_, &start)) = ended {
            found(start, at);
        }
        let Some((_, c)) = chars.next() else {
            return;
        };
        let place = Place {
            before: Some(c),
            after: chars.peek().map(|&(_, c)| c),
        };
        next.clear();
        let mut next_starts = Vec::with_capacity(starts.len());
        for (&step, &start) in now.steps.iter().zip(&starts) {
            if takes(steps.get(step as usize), classes, c) {
                next.add(step + 1, steps, place);
                next_starts.resize(next.steps.len(), start);
            }
        }
        starts = next_starts;
        std::mem::swap(&mut now, &mut next);
        before = Some(c);
    }
}

/// What stands around a place of the text.
#[derive(Clone, Copy)]
struct Place {
    before: Option<char>,
    after: Option<char>,
}

impl Place {
    fn is_boundary(self) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_ascii_alphanumeric());
        is_word(self.before) != is_word(self.after)
    }
}

impl Waiting {
    fn new(steps: usize) -> Self {
        Self {
            steps: Vec::new(),
            added: vec![0; steps],
            round: 1,
        }
    }

    fn clear(&mut self) {
        self.steps.clear();
        self.round += 1;
    }

    /// Adds a step, and in place of one that takes no character those it leads to.
    fn add(&mut self, first: u32, steps: &[Step], place: Place) {
        let mut open = vec![first];
        while let Some(at) = open.pop() {
            match self.added.get_mut(at as usize) {
                Some(added) if *added != self.round => *added = self.round,
                _ => continue,
            }
            match steps.get(at as usize) {
                Some(&Step::Split(one, other)) => open.extend([other, one]),
                Some(&Step::Jump(to)) => open.push(to),
                Some(Step::Start) if place.before.is_none() => open.push(at + 1),
                Some(Step::End) if place.after.is_none() => open.push(at + 1),
                Some(&Step::Boundary(wanted)) if place.is_boundary() == wanted => open.push(at + 1),
                Some(Step::Char(_) | Step::Any(_) | Step::Class(_) | Step::Match) => {
                    self.steps.push(at);
                }
                _ => {}
            }
        }
    }
}
