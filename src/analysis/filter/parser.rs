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
mod tests {
    use super::super::field::Scope;
    use super::*;
    use proptest::prelude::*;

    fn program(text: &str) -> String {
        let parsed = parse(text).unwrap();
        let word = |op: &Op| match op {
            Op::Condition(at) => match &parsed.conditions[usize::from(*at)].field {
                Field::Attribute(_, key) => key.clone(),
                _ => "?".to_owned(),
            },
            Op::And => "&&".to_owned(),
            Op::Or => "||".to_owned(),
            Op::Not => "!".to_owned(),
        };
        let words: Vec<String> = parsed.program.iter().map(word).collect();
        words.join(" ")
    }

    #[test]
    fn and_binds_tighter_than_or() {
        for (text, order) in [
            ("{}", ""),
            ("{ .a=1 }", "a"),
            ("{.a=1 || .b=1 && .c=1}", "a b c && ||"),
            ("{.a=1 && .b=1 || .c=1}", "a b && c ||"),
            ("{(.a=1 || .b=1) && .c=1}", "a b || c &&"),
            ("{!.a=1 && .b=1}", "a ! b &&"),
            ("{!(.a=1 && .b=1) || .c=1}", "a b && ! c ||"),
            ("{!!.a=1}", "a ! !"),
            ("{((.a=1))}", "a"),
        ] {
            assert_eq!(program(text), order, "{text}");
        }
    }

    #[test]
    fn text_beside_the_braces_is_kept() {
        let text = |text| parse(text).unwrap().text;
        assert_eq!(text("  time out "), "time out");
        assert_eq!(text("{ .a = 1 } time out"), "time out");
        assert_eq!(text("time {.a=1} out"), "time out");
        assert_eq!(parse("").unwrap(), Parsed::default());
    }

    #[test]
    fn values_are_what_their_field_takes() {
        let condition = |text: &str| parse(text).unwrap().conditions.remove(0);
        assert_eq!(
            condition("{ span.http.status_code >= 400 }"),
            Condition {
                field: Field::Attribute(Scope::Span, "http.status_code".to_owned()),
                compare: Compare::MoreOrEqual,
                value: Value::Number(Number::Integer(400)),
            }
        );
        assert_eq!(
            condition("{duration > 2s}").value,
            Value::Number(Number::Integer(2_000_000_000))
        );
        assert_eq!(
            condition("{cost > $0.01}").value,
            Value::Money(PicoUsd(10_000_000_000))
        );
        assert_eq!(
            condition("{status = error}").value,
            Value::Status(StatusCode::Error)
        );
        assert_eq!(
            condition("{kind = client}").value,
            Value::SpanKind(SpanKind::Client)
        );
        assert_eq!(
            condition("{kind = LLM}").value,
            Value::Text("llm".to_owned())
        );
        assert_eq!(
            condition("{model = gpt-4o}").value,
            Value::Text("gpt-4o".to_owned())
        );
        assert_eq!(condition("{.a != nil}").value, Value::Nil);
        assert_eq!(
            condition("{.a = true}").value,
            Value::Text("true".to_owned())
        );
        assert_eq!(
            condition("{resource.\"a key\" = 1}").field,
            Field::Attribute(Scope::Resource, "a key".to_owned())
        );
    }

    #[test]
    fn errors_name_the_column_and_what_was_expected() {
        for (text, message) in [
            (
                "{",
                "column 2: expected a field, such as name, duration or span.key, found the end",
            ),
            (
                "{ name",
                "column 7: expected a comparison, such as = or !=, found the end",
            ),
            ("{ name = ", "column 10: expected a value, found the end"),
            (
                "{ name = \"a\"",
                "column 13: expected &&, || or }, found the end",
            ),
            (
                "{ name = \"a\" name",
                "column 14: expected &&, || or }, found name",
            ),
            (
                "{ name > 5 }",
                "column 8: expected =, !=, =~ or !~: this field has no order, found >",
            ),
            (
                "{ model.x = 5 }",
                "column 3: expected a field: attributes begin with span., resource., event. or a point, found model.x",
            ),
            (
                "{ duration > 5 }",
                "column 14: expected a duration, such as 2s or 150ms, found 5",
            ),
            (
                "{ cost > 2s }",
                "column 10: expected an amount of US dollars, such as 0.01, found 2s",
            ),
            (
                "{ status = broken }",
                "column 12: expected error, ok or unset, found broken",
            ),
            (
                "{ .a =~ \"x(\" }",
                "column 11: expected a regular expression, found a group is not closed",
            ),
            (
                "{ .a =~ x }",
                "column 9: expected a regular expression in quotes, found x",
            ),
            (
                "{ .a < \"x\" }",
                "column 8: expected a number or a duration, found \"x\"",
            ),
            (
                "{ .a > nil }",
                "column 8: expected a value: nil goes with = and != alone, found nil",
            ),
            (
                "{ (.a = 1 }",
                "column 3: expected a closing parenthesis for this one",
            ),
            ("{ .a = 1) }", "column 9: expected &&, || or }, found )"),
            (
                "{ .a = 1 } | count() > 2",
                "column 12: expected a text to search for: one pair of braces is all there is, found | count() > 2",
            ),
            (
                "{ tokens =~ \"5\" }",
                "column 13: expected a number: this field is no text, found \"5\"",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
        }
        let many = vec![".a=1"; MAX_CONDITIONS + 1].join("&&");
        assert!(
            parse(&format!("{{{many}}}"))
                .unwrap_err()
                .to_string()
                .contains("fewer conditions")
        );
        assert!(parse(&"x".repeat(MAX_FILTER + 1)).is_err());
        let deep = format!("{{{}.a=1{}}}", "(".repeat(1000), ")".repeat(1000));
        assert_eq!(program(&deep), "a");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#"[ {}()&|!=~<>".a1sn\\-]{0,40}"#) {
            if let Ok(parsed) = parse(&text) {
                // The program leaves one result.
                let left = parsed.program.iter().try_fold(0_usize, |left, op| match op {
                    Op::Condition(_) => Some(left + 1),
                    Op::And | Op::Or => left.checked_sub(1).filter(|left| *left > 0),
                    Op::Not => Some(left).filter(|left| *left > 0),
                });
                prop_assert_eq!(left, Some(usize::from(!parsed.conditions.is_empty())));
            }
        }
    }
}
