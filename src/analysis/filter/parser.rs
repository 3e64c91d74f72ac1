//! Words to conditions.
//!
//! Conditions and their connections become a program in reverse order (`a && b` is `a b and`), so that neither reading
//! nor running it nests.

use super::field::{Field, Number, NumberField, Value};
use super::lexer::{Compare, Token, Word, tokens};
use super::pattern::Pattern;
use super::{FilterError, MAX_CONDITIONS, MAX_FILTER};
use crate::model::{PicoUsd, SpanKind, StatusCode};

/// A filter taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parsed {
    /// What stands beside the braces; empty when nothing does.
    pub text: String,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// How they are connected; empty when there are none.
    pub program: Vec<Op>,
}

/// A comparison of a field with a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub field: Field,
    pub compare: Compare,
    pub value: Value,
}

/// A step of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// The result of this condition.
    Condition(u16),
    And,
    Or,
    Not,
}

/// What waits for its right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Op(Op),
    /// A parenthesis that opened at this character.
    Open(usize),
}

/// Takes a filter apart.
pub(super) fn parse(text: &str) -> Result<Parsed, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_FILTER {
        let found = chars.len() - MAX_FILTER;
        return Err(FilterError::new(MAX_FILTER, found, "a shorter filter", ""));
    }
    let words = |range: &[char]| range.iter().collect::<String>().trim().to_owned();
    let Some(begin) = chars.iter().position(|&c| c == '{') else {
        return Ok(Parsed {
            text: words(&chars),
            ..Parsed::default()
        });
    };
    let tokens = tokens(&chars, begin)?;
    let mut parser = Parser {
        chars: &chars,
        tokens: tokens.get(1..).unwrap_or_default(),
        at: 0,
        parsed: Parsed::default(),
        waiting: Vec::new(),
    };
    let behind = parser.conditions()?;
    let rest = words(chars.get(behind..).unwrap_or_default());
    if rest.contains(['{', '}']) || rest.starts_with(['|', '&', '>', '<', '~', '!']) {
        let start = (behind..).zip(chars.iter().skip(behind));
        let first = start
            .filter(|(_, c)| !c.is_whitespace())
            .map(|(at, _)| at)
            .next();
        let what = "a text to search for: one pair of braces is all there is";
        return Err(FilterError::new(
            first.unwrap_or(behind),
            rest.chars().count(),
            what,
            &rest,
        ));
    }
    let mut parsed = parser.parsed;
    let before = words(chars.get(..begin).unwrap_or_default());
    parsed.text = [before, rest].join(" ").trim().into();
    Ok(parsed)
}

struct Parser<'t> {
    chars: &'t [char],
    tokens: &'t [Token],
    at: usize,
    parsed: Parsed,
    waiting: Vec<Waiting>,
}

impl<'t> Parser<'t> {
    fn next(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.at);
        self.at += usize::from(token.is_some());
        token
    }

    /// An error at a word, or at the end of the text.
    fn error(&self, token: Option<&Token>, expected: &str) -> FilterError {
        match token {
            Some(token) => {
                let found = self.chars.get(token.start..token.end).unwrap_or_default();
                let found: String = found.iter().collect();
                FilterError::new(token.start, token.end - token.start, expected, &found)
            }
            None => FilterError::new(self.chars.len(), 0, expected, "the end"),
        }
    }

    /// Everything up to the closing brace; gives where that ends.
    fn conditions(&mut self) -> Result<usize, FilterError> {
        if let Some(Token {
            word: Word::End,
            end,
            ..
        }) = self.tokens.first()
        {
            return Ok(*end);
        }
        loop {
            self.operand()?;
            loop {
                let token = self.next();
                match token.map(|token| &token.word) {
                    Some(Word::And) => self.connect(Op::And),
                    Some(Word::Or) => self.connect(Op::Or),
                    Some(Word::Close) => {
                        self.close(token)?;
                        continue;
                    }
                    Some(Word::End) => return self.finish(token),
                    _ => return Err(self.error(token, "&&, || or }")),
                }
                break;
            }
        }
    }

    /// Signs and parentheses before a condition, and the condition.
    fn operand(&mut self) -> Result<(), FilterError> {
        loop {
            let token = self.next();
            match token.map(|token| (&token.word, token.start)) {
                Some((Word::Not, _)) => self.waiting.push(Waiting::Op(Op::Not)),
                Some((Word::Open, start)) => self.waiting.push(Waiting::Open(start)),
                Some((Word::Name(name), _)) => return self.condition(token, name),
                _ => return Err(self.error(token, "a field, such as name, duration or span.key")),
            }
        }
    }

    /// Moves what binds tighter out of the way of a connection.
    fn connect(&mut self, op: Op) {
        while let Some(&Waiting::Op(before)) = self.waiting.last() {
            if before == Op::Or && op == Op::And {
                break;
            }
            self.waiting.pop();
            self.parsed.program.push(before);
        }
        self.waiting.push(Waiting::Op(op));
    }

    fn close(&mut self, token: Option<&Token>) -> Result<(), FilterError> {
        loop {
            match self.waiting.pop() {
                Some(Waiting::Op(op)) => self.parsed.program.push(op),
                Some(Waiting::Open(_)) => return Ok(()),
                None => return Err(self.error(token, "&&, || or }")),
            }
        }
    }

    fn finish(&mut self, end: Option<&Token>) -> Result<usize, FilterError> {
        while let Some(waiting) = self.waiting.pop() {
            match waiting {
                Waiting::Op(op) => self.parsed.program.push(op),
                Waiting::Open(start) => {
                    return Err(FilterError::new(
                        start,
                        1,
                        "a closing parenthesis for this one",
                        "",
                    ));
                }
            }
        }
        Ok(end.map_or(self.chars.len(), |end| end.end))
    }

    fn condition(&mut self, token: Option<&Token>, name: &str) -> Result<(), FilterError> {
        let Some(field) = Field::parse(name) else {
            return Err(self.error(
                token,
                "a field: attributes begin with span., resource., event. or a point",
            ));
        };
        if self.parsed.conditions.len() >= MAX_CONDITIONS {
            return Err(self.error(token, "fewer conditions"));
        }
        let compare_token = self.next();
        let Some(Word::Compare(compare)) = compare_token.map(|token| &token.word) else {
            return Err(self.error(compare_token, "a comparison, such as = or !="));
        };
        let compare = *compare;
        let is_text = matches!(field, Field::Text(_) | Field::Status | Field::Kind);
        if is_text && compare.is_order() {
            return Err(self.error(compare_token, "=, !=, =~ or !~: this field has no order"));
        }
        let value_token = self.next();
        let value = self.value(&field, compare, value_token)?;
        let number = self.parsed.conditions.len() as u16;
        self.parsed.program.push(Op::Condition(number));
        self.parsed.conditions.push(Condition {
            field,
            compare,
            value,
        });
        // A sign stands before one condition.
        while self.waiting.last() == Some(&Waiting::Op(Op::Not)) {
            self.waiting.pop();
            self.parsed.program.push(Op::Not);
        }
        Ok(())
    }

    fn value(
        &self,
        field: &Field,
        compare: Compare,
        token: Option<&Token>,
    ) -> Result<Value, FilterError> {
        let expected = |what| self.error(token, what);
        let Some(word) = token.map(|token| &token.word) else {
            return Err(expected("a value"));
        };
        let fits = matches!(compare, Compare::Fits | Compare::FitsNot);
        if let Word::Name(nil) = word
            && nil == "nil"
        {
            let is_equal = matches!(compare, Compare::Equal | Compare::NotEqual);
            return if is_equal {
                Ok(Value::Nil)
            } else {
                Err(expected("a value: nil goes with = and != alone"))
            };
        }
        if fits {
            let Word::Text(text) = word else {
                return Err(expected("a regular expression in quotes"));
            };
            if matches!(field, Field::Number(_)) {
                return Err(expected("a number: this field is no text"));
            }
            return Pattern::new(text).map(Value::Pattern).map_err(|error| {
                let start = token.map_or(0, |token| token.start) + 1 + error.at;
                FilterError::new(start, 1, "a regular expression", error.what)
            });
        }
        match (field, word) {
            (Field::Number(NumberField::Cost), Word::Number(text)) => {
                let cost = PicoUsd::parse(text).map(Value::Money);
                cost.ok_or_else(|| expected("an amount of US dollars"))
            }
            (Field::Number(NumberField::Cost), _) => {
                Err(expected("an amount of US dollars, such as 0.01"))
            }
            (Field::Number(NumberField::Duration | NumberField::TraceDuration), word) => match word
            {
                Word::Duration(nanos) => Ok(Value::Number(Number::Integer(*nanos))),
                Word::Number(text) if text == "0" => Ok(Value::Number(Number::Integer(0))),
                _ => Err(expected("a duration, such as 2s or 150ms")),
            },
            (Field::Number(_), Word::Number(text)) => Number::parse(text)
                .map(Value::Number)
                .ok_or_else(|| expected("a number")),
            (Field::Number(_), _) => Err(expected("a number")),
            (Field::Status, Word::Name(text) | Word::Text(text)) => {
                let status = StatusCode::from_name(text).map(Value::Status);
                status.ok_or_else(|| expected("error, ok or unset"))
            }
            (Field::Status, _) => Err(expected("error, ok or unset")),
            (Field::Kind, Word::Name(text) | Word::Text(text)) => {
                Ok(match SpanKind::from_name(text) {
                    Some(kind) => Value::SpanKind(kind),
                    None => Value::Text(text.to_ascii_lowercase()),
                })
            }
            (Field::Kind, _) => Err(expected("a kind, such as llm, tool or client")),
            (Field::Text(_), Word::Name(text) | Word::Text(text) | Word::Number(text)) => {
                Ok(Value::Text(text.clone()))
            }
            (Field::Text(_), _) => Err(expected("a text in quotes")),
            (Field::Attribute(..), Word::Number(text)) => Number::parse(text)
                .map(Value::Number)
                .ok_or_else(|| expected("a number")),
            (Field::Attribute(..), Word::Duration(nanos)) => {
                Ok(Value::Number(Number::Integer(*nanos)))
            }
            (Field::Attribute(..), Word::Name(text) | Word::Text(text)) => {
                if compare.is_order() {
                    return Err(expected("a number or a duration"));
                }
                Ok(Value::Text(text.clone()))
            }
            (Field::Attribute(..), _) => Err(expected(
                "a value: a text in quotes, a number, a duration or nil",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
