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
