//! A filter made ready for one document: the sets of its conditions, and the test of a span's JSON.

use super::Canonical;
use super::bits::Rows;
use super::eval;
use super::field::{Field, Value};
use super::lexer::Compare;
use super::parser::{Condition, Op, Parsed};
use crate::analysis::search::{Needle, SpanTest, Text};
use crate::model::json::Json;
use crate::model::{SpanRow, TraceStore};
use std::sync::Arc;

/// A filter ready to be put to the JSON of spans.
#[derive(Debug)]
pub(super) struct FilterTest {
    parsed: Arc<Parsed>,
    /// What the columns say of each condition.
    rows: Vec<Rows>,
    /// Per condition, texts without which a span cannot pass it.
    needles: Vec<Vec<Needle>>,
    /// The words of the free text, with what the columns say of each.
    words: Vec<(Text, Rows)>,
}

impl FilterTest {
    /// The test, and what the columns say of the whole; `None` when every row passes.
    pub fn new(
        parsed: &Arc<Parsed>,
        store: &TraceStore,
        canonical: &dyn Canonical,
    ) -> (Self, Option<Rows>) {
        let rows = eval::conditions(store, canonical, &parsed.conditions);
        let mut all = eval::run(&parsed.program, &rows);
        let words: Vec<(Text, Rows)> = (words(&parsed.text).iter())
            .map(|word| {
                let (text, hits, open) = Text::new(store, word);
                (text, Rows::from_sets(&hits, &open))
            })
            .collect();
        for (_, rows) in &words {
            match &mut all {
                Some(all) => all.and(rows),
                None => all = Some(rows.clone()),
            }
        }
        let test = Self {
            needles: parsed.conditions.iter().map(needles).collect(),
            parsed: Arc::clone(parsed),
            rows,
            words,
        };
        (test, all)
    }

    /// Runs the program on what is known of each condition; `None` when that is not enough.
    fn decide(&self, truth: impl Fn(usize, &Condition) -> Option<bool>) -> Option<bool> {
        let mut stack: Vec<Option<bool>> = Vec::new();
        for op in &self.parsed.program {
            let value = match op {
                Op::Condition(at) => {
                    let at = usize::from(*at);
                    truth(at, self.parsed.conditions.get(at)?)
                }
                Op::Not => stack.pop()?.map(|truth| !truth),
                Op::And | Op::Or => {
                    let (b, a) = (stack.pop()?, stack.pop()?);
                    let decisive = *op == Op::Or;
                    match (a, b) {
                        (Some(a), _) if a == decisive => Some(decisive),
                        (_, Some(b)) if b == decisive => Some(decisive),
                        (Some(_), Some(_)) => Some(!decisive),
                        _ => None,
                    }
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or(Some(true))
    }
}

impl SpanTest for FilterTest {
    fn wants_logs(&self) -> bool {
        // A condition is one on the span: that a log record has such an attribute says nothing of it.
        self.parsed.program.is_empty() && self.words.iter().any(|(text, _)| text.wants_logs())
    }

    fn is_match(&self, row: SpanRow, json: &[u8]) -> bool {
        let has_word =
            |(text, rows): &(Text, Rows)| rows.says(row.0).unwrap_or_else(|| text.is_in_json(json));
        if !self.words.iter().all(has_word) {
            return false;
        }
        let says = |at: usize| self.rows.get(at).and_then(|rows| rows.says(row.0));
        // Most spans are decided by a text that they do not have, without a look at their structure.
        let quick = self.decide(|at, _| {
            says(at).or_else(|| {
                let mut needles = self.needles.get(at)?.iter();
                let lacks = needles.any(|needle| needle.next_in_json(json, 0).is_none());
                lacks.then_some(false)
            })
        });
        if let Some(quick) = quick {
            return quick;
        }
        let json = String::from_utf8_lossy(json);
        let Some(span) = Json::parse(&json) else {
            return false;
        };
        self.decide(|at, condition| says(at).or_else(|| Some(condition.is_in_span(span))))
            .unwrap_or(false)
    }
}

/// Texts without which the JSON of a span cannot pass an open condition: its key, and the value it has to be.
fn needles(condition: &Condition) -> Vec<Needle> {
    let mut needles = Vec::new();
    if condition.wants_nil() {
        return needles;
    }
    if let Field::Attribute(_, key) = &condition.field {
        needles.push(Needle::new(key));
    }
    if let (Value::Text(text), Compare::Equal) = (&condition.value, condition.compare)
        && !text.is_empty()
    {
        needles.push(Needle::new(text));
    }
    needles
}

/// The words of a free text; a phrase in quotes is one.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            // Within a word a quote is a part of it, as in `key="value"`.
            '"' if quoted || word.is_empty() => {
                quoted = !quoted;
                if !quoted {
                    words.push(std::mem::take(&mut word));
                }
            }
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.trim().is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_in_quotes_is_one_word() {
        for (text, expected) in [
            ("a  b", vec!["a", "b"]),
            ("\"a b\" c", vec!["a b", "c"]),
            ("k=\"v\" x", vec!["k=\"v\"", "x"]),
            ("\"a b", vec!["a b"]),
            ("\"\" \" \"", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
